"""What stands on the page of the household beside its own words: details of the log, names of alarms, one refusal."""

from collections.abc import Mapping
from typing import Final

from gateway.web.words import Language

SORTS: Final[Mapping[str, Mapping[Language, str]]] = {
    alarm: {"ko": ko, "ja": ja, "en": en}
    for alarm, ko, ja, en in (
        ("smoke", "연기", "煙", "Smoke"),
        ("gas", "가스", "ガス", "Gas"),
        ("carbon_monoxide", "일산화탄소", "一酸化炭素", "Carbon monoxide"),
        ("heat", "고온", "高温", "Heat"),
        ("panic", "비상 버튼", "非常ボタン", "Emergency button"),
        ("leak", "누수", "水漏れ", "Water leak"),
        ("triggered", "경보 울림", "警報の作動", "Alarm set off"),
        ("forced", "강제로 열림", "こじ開け", "Forced open"),
        ("tamper", "기기 훼손", "機器へのいたずら", "Tampered with"),
        ("jammed", "걸림", "引っかかり", "Jammed"),
        ("alert", "기기 이상", "機器の異常", "Device trouble"),
        ("battery_low", "배터리 부족", "電池残量低下", "Battery low"),
        ("vibration", "흔들림", "揺れ", "Vibration"),
        ("lock_opened", "잠금 해제됨", "解錠", "Lock opened"),
        ("left_open", "열린 채로 있음", "開けたまま", "Left open"),
        ("lost", "연결 끊김", "応答なし", "Lost"),
    )
}
"""By the name of the alarm (home/alarms.py); one of the owner's own has the name that they gave it."""

DETAILS: Final[Mapping[str, Mapping[Language, str]]] = {
    detail: {"ko": ko, "ja": ja}
    for detail, ko, ja in (
        ("acknowledged", "명령을 보냄", "コマンドを送信"),
        ("accepted", "명령이 접수됨", "コマンドを受付"),
        ("assumed", "이미 같은 상태", "すでに同じ状態"),
        ("replied", "기기 응답으로 확인", "機器の応答で確認"),
        ("bridged", "그룹 상태로 확인", "グループの状態で確認"),
        ("movement", "움직임으로 확인", "動作の開始で確認"),
        ("settled", "가까운 값에서 멈춤", "近い値で停止"),
        ("echo", "기기 상태로 확인", "機器の状態で確認"),
        ("by CLOVA", "CLOVA에서 요청", "CLOVA からの要求"),
        ("a code was used twice", "코드가 두 번 사용됨", "コードの二度の使用"),
        ("a refresh token was used that had been replaced", "교체된 토큰이 사용됨", "交換済みのトークンの使用"),
        ("only an owner manages the home", "관리자만 집을 관리할 수 있음", "家を管理できるのは管理者のみ"),
        ("added as owner", "관리자로 추가", "管理者として追加"),
        ("added as member", "구성원으로 추가", "メンバーとして追加"),
        ("added as guest", "손님으로 추가", "ゲストとして追加"),
        ("password", "비밀번호 변경", "パスワードを変更"),
        ("removed", "계정 삭제", "アカウントを削除"),
        ("unlinked at home", "집에서 연결 해제", "家で連携を解除"),
        ("link {}", "CLOVA 연결 {}", "CLOVA との連携 {}"),
        ("{} links", "연결 {}개", "連携 {} 件"),
        ("{} access tokens", "액세스 토큰 {}개", "アクセストークン {} 件"),
        ("access token for {} day", "{}일 동안 유효한 액세스 토큰 발급", "{} 日間有効なアクセストークンを発行"),
        ("access token for {} days", "{}일 동안 유효한 액세스 토큰 발급", "{} 日間有効なアクセストークンを発行"),
        ("skill: a wrong PIN, {} tries left", "틀린 PIN, 남은 횟수 {}회", "PIN の誤り、残り {} 回"),
        ("tries of its PIN forgotten", "PIN 시도 횟수 초기화", "PIN の試行回数をリセット"),
        ("NoSuchDevice", "없는 기기", "存在しない機器"),
        ("Offline", "기기가 연결되어 있지 않음", "機器が未接続"),
        ("Silent", "기기의 응답 없음", "機器の応答なし"),
        ("Failed", "요청한 상태가 되지 않음", "要求した状態にならず"),
        ("DeviceFault", "기기 고장", "機器の故障"),
        ("Unsupported", "지원하지 않는 동작", "非対応の操作"),
        ("ModeNotSupported", "지원하지 않는 모드", "非対応のモード"),
        ("ValueNotSupported", "지원하지 않는 값", "非対応の値"),
        ("OutOfRange", "범위를 벗어난 값", "範囲外の値"),
        ("WrongMode", "현재 모드에서 할 수 없음", "現在のモードでは不可"),
        ("NotReady", "조건이 맞지 않음", "条件が未成立"),
        ("Refused", "허용되지 않음", "許可なし"),
        ("StateUnknown", "상태를 알 수 없음", "状態が不明"),
        ("Busy", "요청이 너무 많음", "要求が多すぎる"),
        ("TokenInvalid", "유효하지 않은 토큰", "無効なトークン"),
        ("TokenExpired", "만료된 토큰", "期限切れのトークン"),
        ("CancelledError", "중단됨", "中断"),
        ("local", "허브의 명령줄", "ハブのコマンドライン"),
    )
}
"""Fixed words of the log, which is kept in English; `local` is the account of the command line.

What went wrong has the names of home/problems.py there.
"""

BY_ANOTHER_NAME: Final = """\
Please open this page by the IP address of the hub or by NAME.local.
이 페이지는 허브의 IP 주소 또는 이름.local 주소로 열어 주세요.
このページは、ハブの IP アドレスまたは 名前.local で開いてください。
"""
"""To a browser that came by another name: it tells nothing of this home."""
