"""What the page of the household says, in each language, beside the words of signing in that all pages share."""

from dataclasses import dataclass
from typing import Final

from gateway.web.words import Language


@dataclass(frozen=True, slots=True)
class HouseholdWords:
    """All that the page says in one language."""

    title: str
    asks: str
    sign_in: str
    sign_out: str
    problems: dict[str, str]
    """Above the form or the page."""
    active: str
    ending: str
    nothing_active: str
    accounts: str
    roles: dict[str, str]
    without_password: str
    unlimited: str
    devices: str
    actions: str
    all: str
    none: str
    link: str
    """Has the place of its number, as the command line lists it."""
    since: str
    refreshed: str
    tokens: str
    """Access tokens that the command line has given out; has the place of how many."""
    nothing_linked: str
    unlink: str
    unlink_all: str
    guarded: str
    guards: dict[str, str]
    """By `Device.guarded`."""
    unlocking: dict[str, str]
    """By `Unlocking.when`."""
    disarming: dict[str, str]
    """The same of an alarm."""
    hidden: str
    arm: str
    armed: str
    """Has the place of a time."""
    arm_disarming: str
    disarming_armed: str
    """The same of an alarm."""
    nothing_guarded: str
    log: str
    events: dict[str, str]
    """By `Event`."""
    alarm_events: dict[str, str]
    """Those that are called otherwise of an alarm."""
    nothing_logged: str


_KO: Final = HouseholdWords(
    title="집 관리",
    asks="계정과 CLOVA 연결을 확인하고 관리하려면 관리자 계정으로 로그인해 주세요.",
    sign_in="로그인",
    sign_out="로그아웃",
    problems={
        "owner": "관리자만 사용할 수 있습니다. 관리자 계정으로 로그인해 주세요.",
        "ended": "로그인 유효 시간이 지나 처리하지 않았습니다. 다시 로그인해 주세요.",
        "again": "화면을 연 지 오래되었거나 이미 보낸 요청이어서 처리하지 않았습니다. 확인하고 다시 눌러 주세요.",
        "unarmed": "이 기기에는 열기를 허용할 수 없습니다. 기기 설정을 확인해 주세요.",
        "failed": "저장된 내용을 읽거나 쓸 수 없어 처리하지 못했습니다. 게이트웨이의 로그를 확인해 주세요.",
    },
    active="현재 알람",
    ending="끝나는 중",
    nothing_active="현재 알람이 없습니다.",
    accounts="계정과 연결",
    roles={"owner": "관리자", "member": "구성원", "guest": "손님"},
    without_password="비밀번호가 없어 로그인할 수 없음",  # noqa: S106  # a text
    unlimited="모든 기기와 동작 사용 가능",
    devices="기기",
    actions="동작",
    all="전체",
    none="없음",
    link="CLOVA 연결 {number}",
    since="연결",
    refreshed="갱신",
    tokens="직접 발급한 액세스 토큰 {number}개",
    nothing_linked="연결 없음",
    unlink="연결 해제",
    unlink_all="모두 해제",
    guarded="열기를 제한하는 기기",
    guards={"lock": "잠금장치", "valve": "밸브", "garage": "차고 문", "alarm": "경보", "entrance": "출입구"},
    unlocking={
        "never": "음성으로 열 수 없음",
        "armed": "집에서 허용하면 한 번만 음성으로 열 수 있음",
        "always": "언제든지 음성으로 열 수 있음",
    },
    disarming={
        "never": "음성으로 해제할 수 없음",
        "armed": "집에서 허용하면 한 번만 음성으로 해제할 수 있음",
        "always": "언제든지 음성으로 해제할 수 있음",
    },
    hidden="CLOVA에 표시하지 않음",
    arm="한 번 열기 허용",
    armed="한 번 열 수 있음 (남은 시간 {time})",
    arm_disarming="한 번 해제 허용",
    disarming_armed="한 번 해제할 수 있음 (남은 시간 {time})",
    nothing_guarded="열기를 제한하는 기기가 없습니다.",
    log="최근 기록",
    events={
        "signed in": "로그인",
        "wrong password": "잘못된 비밀번호",
        "linked": "CLOVA 연결",
        "unlinked": "연결 해제",
        "link ended": "토큰이 두 번 사용되어 연결 종료",
        "refused": "거부",
        "armed": "열기 허용",
        "opening": "열기 시작",
        "opened": "열림",
        "not opened": "열리지 않음",
        "not known to be opened": "열렸는지 알 수 없음",
        "locked": "잠김",
        "not locked": "잠기지 않음",
        "account changed": "계정 변경",
    },
    alarm_events={
        "armed": "경보 해제 허용",
        "opening": "경보 해제 시작",
        "opened": "경보 해제됨",
        "not opened": "경보가 해제되지 않음",
        "not known to be opened": "경보가 해제되었는지 알 수 없음",
        "locked": "경보 켜짐",
        "not locked": "경보가 켜지지 않음",
    },
    nothing_logged="아직 기록이 없습니다.",
)

_JA: Final = HouseholdWords(
    title="家の管理",
    asks="アカウントと CLOVA との連携を確認・管理するには、管理者のアカウントでサインインしてください。",
    sign_in="サインイン",
    sign_out="サインアウト",
    problems={
        "owner": "管理者だけが利用できます。管理者のアカウントでサインインしてください。",
        "ended": "サインインの有効期限が切れたため、処理しませんでした。もう一度サインインしてください。",
        "again": "画面を開いてから時間がたったか、送信済みのため、処理しませんでした。もう一度確認して押してください。",
        "unarmed": "この機器は開ける許可を出せません。機器の設定を確認してください。",
        "failed": "保存された内容を読み書きできないため、処理できませんでした。ゲートウェイのログを確認してください。",
    },
    active="現在のアラーム",
    ending="終息中",
    nothing_active="現在アラームはありません。",
    accounts="アカウントと連携",
    roles={"owner": "管理者", "member": "メンバー", "guest": "ゲスト"},
    without_password="パスワードがないためサインイン不可",  # noqa: S106  # a text
    unlimited="すべての機器と操作を利用可能",
    devices="機器",
    actions="操作",
    all="すべて",
    none="なし",
    link="CLOVA との連携 {number}",
    since="連携",
    refreshed="更新",
    tokens="手動で発行したアクセストークン {number} 件",
    nothing_linked="連携なし",
    unlink="連携を解除",
    unlink_all="すべて解除",
    guarded="開ける操作を制限している機器",
    guards={"lock": "鍵", "valve": "バルブ", "garage": "ガレージドア", "alarm": "警報", "entrance": "出入口"},
    unlocking={
        "never": "音声では開けられません",
        "armed": "家で許可すると、一度だけ音声で開けられます",
        "always": "いつでも音声で開けられます",
    },
    disarming={
        "never": "音声では解除できません",
        "armed": "家で許可すると、一度だけ音声で解除できます",
        "always": "いつでも音声で解除できます",
    },
    hidden="CLOVA には非表示",
    arm="一度だけ開ける許可",
    armed="一度だけ開けられます（残り {time}）",
    arm_disarming="一度だけ解除を許可",
    disarming_armed="一度だけ解除できます（残り {time}）",
    nothing_guarded="開ける操作を制限している機器はありません。",
    log="最近の記録",
    events={
        "signed in": "サインイン",
        "wrong password": "パスワードの誤り",
        "linked": "CLOVA と連携",
        "unlinked": "連携の解除",
        "link ended": "トークンが二度使われたため連携を終了",
        "refused": "拒否",
        "armed": "解錠・開放を許可",
        "opening": "解錠・開放を開始",
        "opened": "解錠・開放",
        "not opened": "解錠・開放できず",
        "not known to be opened": "解錠・開放されたか不明",
        "locked": "施錠",
        "not locked": "施錠できず",
        "account changed": "アカウントの変更",
    },
    alarm_events={
        "armed": "警報の解除を許可",
        "opening": "警報の解除を開始",
        "opened": "警報を解除",
        "not opened": "警報を解除できず",
        "not known to be opened": "警報が解除されたか不明",
        "locked": "警報をオン",
        "not locked": "警報をオンにできず",
    },
    nothing_logged="まだ記録はありません。",
)

_EN: Final = HouseholdWords(
    title="Manage this home",
    asks="Please sign in as an owner to see and manage the accounts of this home and their links with CLOVA.",
    sign_in="Sign in",
    sign_out="Sign out",
    problems={
        "owner": "Only an owner may manage this home. Please sign in with the account of an owner.",
        "ended": "You are no longer signed in, so nothing was done. Please sign in again.",
        "again": "This page was open for too long, or sent before, so nothing was done. Please look and press again.",
        "unarmed": "This device cannot be armed. Please check its settings.",
        "failed": "What is kept cannot be read or written, so it could not be done. Please see the gateway's log.",
    },
    active="Active alarms",
    ending="ending",
    nothing_active="There are no active alarms.",
    accounts="Accounts and links",
    roles={"owner": "Owner", "member": "Member", "guest": "Guest"},
    without_password="has no password, so nobody can sign in with it",  # noqa: S106  # a text
    unlimited="All devices and actions",
    devices="Devices",
    actions="Actions",
    all="all",
    none="none",
    link="Link {number} with CLOVA",
    since="Linked",
    refreshed="last refreshed",
    tokens="Access tokens given out by hand: {number}",
    nothing_linked="Not linked",
    unlink="Unlink",
    unlink_all="Unlink all",
    guarded="Guarded devices",
    guards={"lock": "Lock", "valve": "Valve", "garage": "Garage door", "alarm": "Alarm", "entrance": "Entrance"},
    unlocking={
        "never": "never opened by voice",
        "armed": "opened by voice once, after it was armed",
        "always": "opened by voice at any time",
    },
    disarming={
        "never": "cannot be disarmed by voice",
        "armed": "can be disarmed by voice once, after it was allowed here",
        "always": "can be disarmed by voice at any time",
    },
    hidden="CLOVA is not told of it",
    arm="Arm",
    armed="May be opened once, for another {time}",
    arm_disarming="Allow disarming once",
    disarming_armed="May be disarmed once, for another {time}",
    nothing_guarded="There are no guarded devices.",
    log="What happened lately",
    events={
        "signed in": "Signed in",
        "wrong password": "Wrong password",
        "linked": "Linked with CLOVA",
        "unlinked": "Unlinked",
        "link ended": "Link ended, as a token was used twice",
        "refused": "Refused",
        "armed": "Armed",
        "opening": "Opening",
        "opened": "Opened",
        "not opened": "Not opened",
        "not known to be opened": "Not known to be opened",
        "locked": "Locked",
        "not locked": "Not locked",
        "account changed": "Account changed",
    },
    alarm_events={
        "armed": "Disarming allowed",
        "opening": "Disarming",
        "opened": "Disarmed",
        "not opened": "Not disarmed",
        "not known to be opened": "Not known to be disarmed",
        "locked": "Alarm turned on",
        "not locked": "Alarm not turned on",
    },
    nothing_logged="Nothing yet.",
)

HOUSEHOLD: Final[dict[Language, HouseholdWords]] = {"ko": _KO, "ja": _JA, "en": _EN}
