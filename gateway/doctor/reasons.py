"""Why something is as it is, in the home's language: the reasons that the running gateway gives are English."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.clova.sayings.hangul import shaped
from gateway.doctor.way_reasons import OF_THE_CERTIFICATE, OF_THE_SYSTEM, OF_THE_TUNNEL, Row

_REASONS: tuple[Row, ...] = (
    (
        "4201: .*",
        "4201: CLOVA가 모르는 extension입니다. `clova: extension_id`를 콘솔의 값과 비교하세요",
        "4201: CLOVA が知らない extension です。`clova: extension_id` をコンソールの値と比べてください",
    ),
    (
        "4202: .*",
        "4202: CLOVA가 API 키를 거절합니다. 콘솔의 키를 `secret_file`의 파일에 다시 복사하세요",
        "4202: CLOVA が API キーを拒みます。コンソールのキーを `secret_file` のファイルに写し直してください",
    ),
    (
        "4203: .*",
        "4203: 기기 ID 없이 보냈습니다. 게이트웨이의 결함이니 알려 주세요",
        "4203: 機器 ID なしで送りました。ゲートウェイの欠陥です。お知らせください",
    ),
    (
        "4204: .*",
        "4204: CLOVA가 모르는 메시지입니다. 메시지 ID를 콘솔의 값과 비교하세요 (심사 후에는 `msg-`로 바뀝니다)",
        "4204: CLOVA が知らないメッセージです。ID をコンソールの値と比べてください (審査後は `msg-` になります)",
    ),
    (
        "4205: .*",
        "4205: CLOVA가 알림을 읽지 못했습니다. 게이트웨이의 결함이니 알려 주세요",
        "4205: CLOVA が通知を読めませんでした。ゲートウェイの欠陥です。お知らせください",
    ),
    (
        "4206: .*",
        "4206: 이 extension은 알림을 보낼 수 없습니다. 콘솔의 푸시 알림 설정을 켜세요",
        "4206: この extension は通知を送れません。コンソールのプッシュ通知の設定を有効にしてください",
    ),
    (
        "4207: .*",
        "4207: CLOVA가 이 기기의 이 메시지를 지금은 더 받지 않습니다. 기다리면 됩니다",
        "4207: CLOVA はこの機器のこのメッセージを今はこれ以上受け付けません。待てば済みます",
    ),
    (
        "4208: .*",
        "4208: CLOVA가 이 메시지를 지금은 더 받지 않습니다. 잦으면 `repeat_after`를 늘리세요",
        "4208: CLOVA はこのメッセージを今はこれ以上受け付けません。多ければ `repeat_after` を延ばしてください",
    ),
    ("CLOVA has no push in Japan", "일본 CLOVA에는 푸시 알림이 없습니다", "日本の CLOVA にプッシュ通知はありません"),
    ("`clova: push` is not set up", "`clova: push`가 설정되지 않았습니다", "`clova: push` が設定されていません"),
    (
        r"`clova\.extension_id` is empty .*",
        "`clova: extension_id`가 비었거나 보낼 수 없는 글자가 있습니다",
        "`clova: extension_id` が空か、送れない文字を含んでいます",
    ),
    (
        r"the API key of `clova\.push` is empty .*",
        "`clova: push`의 API 키가 비었거나 보낼 수 없는 글자가 있습니다",
        "`clova: push` の API キーが空か、送れない文字を含んでいます",
    ),
    (
        "the address of the push service is no HTTP address",
        "푸시 서비스의 주소가 HTTP 주소가 아닙니다",
        "プッシュサービスのアドレスが HTTP のものではありません",
    ),
    (
        r"the certificate of the push service was refused \(.*?\)(.*)",
        "푸시 서비스의 인증서를 믿을 수 없습니다 (이 기기의 시계가 맞나요?){0}",
        "プッシュサービスの証明書を信頼できません (このマシンの時計は合っていますか?){0}",
    ),
    (
        "no TLS with the push service(.*)",
        "푸시 서비스와 TLS 연결이 안 됩니다{0}",
        "プッシュサービスと TLS で繋がりません{0}",
    ),
    (
        r"the name of the push service was not found \(.*?\)(.*)",
        "푸시 서비스의 이름을 찾을 수 없습니다 (인터넷이 되나요?){0}",
        "プッシュサービスの名前が見つかりません (インターネットは使えますか?){0}",
    ),
    (
        "no connection to the push service in time(.*)",
        "푸시 서비스에 제때 연결되지 않습니다{0}",
        "プッシュサービスに時間内に繋がりません{0}",
    ),
    (
        "no connection to the push service(.*)",
        "푸시 서비스에 연결할 수 없습니다{0}",
        "プッシュサービスに接続できません{0}",
    ),
    (
        "no answer of the push service in time(.*)",
        "푸시 서비스가 제때 답하지 않습니다{0}",
        "プッシュサービスが時間内に答えません{0}",
    ),
    (
        "the push service answered with something that is not HTTP(.*)",
        "푸시 서비스의 답이 HTTP가 아닙니다{0}",
        "プッシュサービスの答えが HTTP ではありません{0}",
    ),
    (
        "the connection to the push service broke off(.*)",
        "푸시 서비스와의 연결이 끊어졌습니다{0}",
        "プッシュサービスとの接続が切れました{0}",
    ),
    (
        "the gateway is not connected to the push service",
        "게이트웨이가 푸시 서비스에 연결되어 있지 않습니다",
        "ゲートウェイがプッシュサービスに繋がっていません",
    ),
    (r"a defect of the gateway \((.*)\)", "게이트웨이의 결함 ({0})", "ゲートウェイの欠陥 ({0})"),
    (
        "(?i).*(?:disk is full|no space left|quota exceeded).*",
        "디스크가 가득 찼습니다",
        "ディスクに空き容量がありません",
    ),
    (
        "(?i).*(?:read-?only).*",
        "디스크나 파일이 읽기 전용입니다",
        "ディスクかファイルが読み取り専用です",
    ),
    ("the disk does not answer", "디스크가 답하지 않습니다", "ディスクが応答しません"),
    (".*disk I/O error.*", "디스크에서 읽고 쓸 수 없습니다", "ディスクを読み書きできません"),
    (
        "(.*): others may read it, and it is a secret: (.*)",
        "{0}: 비밀인데 다른 사용자가 읽을 수 있습니다: {1}",
        "{0}: 秘密なのに他のユーザーが読めます: {1}",
    ),
    (r"(.*: )?cannot be read: (.*)", "{0}읽을 수 없습니다: {1}", "{0}読めません: {1}"),
    ("connecting", "연결하는 중입니다", "接続中です"),
    (
        "connected; the broker keeps what we miss for (.*) s only",
        "연결됨. 브로커는 놓친 것을 {0}초 동안만 보관합니다",
        "接続済み。ブローカーは逃したものを {0} 秒しか取っておきません",
    ),
    (
        "another program uses the client id ([^:]*): .*",
        "다른 프로그램이 클라이언트 ID {0:을/를} 쓰고 있습니다",
        "別のプログラムがクライアント ID {0} を使っています",
    ),
    (
        r"the broker refuses the user name or password (\(.*?\)): (.*)",
        "브로커가 사용자 이름이나 비밀번호를 거절합니다 {0}: {1}",
        "ブローカーがユーザー名かパスワードを拒みます {0}: {1}",
    ),
    ("the broker does not answer in time", "브로커가 제때 답하지 않습니다", "ブローカーが時間内に応答しません"),
    (
        "the broker's access rules forbid (.*)",
        "브로커의 접근 규칙이 {0:을/를} 막습니다",
        "ブローカーのアクセス規則が {0} を禁じています",
    ),
    (
        "no gateway is running at (.*); .*",
        "{0}에서 실행 중인 게이트웨이가 없습니다",
        "{0} で動いているゲートウェイはありません",
    ),
    (
        "(.*) may not be used by this user; .*",
        "이 사용자는 {0:을/를} 쓸 수 없습니다. sudo를 쓰거나 서비스의 그룹에 들어가세요",
        "このユーザーは {0} を使えません。sudo を使うか、サービスのグループに入ってください",
    ),
)
"""What an English reason looks like, what it is in Korean and in Japanese; `{0}` is what its first group has found."""

ROWS = (*OF_THE_TUNNEL, *OF_THE_CERTIFICATE, *_REASONS, *OF_THE_SYSTEM)
"""The first that fits counts."""
_COLUMNS = {"ko": 1, "ja": 2}


def told(why: str, language: str) -> str:
    """The reason in this language, and any reason within it; as it is where there are no words for it."""
    column = _COLUMNS.get(language)
    if column is None:
        return why
    for row in ROWS:
        if found := re.fullmatch(row[0], why, re.DOTALL):
            groups = {str(at): _within(group or "", language) for at, group in enumerate(found.groups())}
            return phrased(row[column], groups, language)
    return why


def _within(reason: str, language: str) -> str:
    """A reason within another, which may stand behind a colon."""
    rest = reason.removeprefix(": ")
    return f"{reason[: len(reason) - len(rest)]}{told(rest, language)}"


_PLACE = re.compile(r"\{(\w+)(?::([^{}]*))?\}")


def phrased(words: str, values: Mapping[str, Any], language: str) -> str:
    """The words with their values; `{x:이/가}` is a value with the Korean particle that fits its sound.

    `ago` is a time with its unit, which each language has its own words for.
    """

    def value(found: re.Match[str]) -> str:
        said = str(values[found[1]])
        if found[1] == "ago":
            said = _lasting(said, language)
        return shaped(said, found[2] or "")

    return _PLACE.sub(value, words)


_UNITS = {
    "ko": {"s": "{}초", "min": "{}분", "h": "{}시간", "d": "{}일"},
    "ja": {"s": "{}秒", "min": "{}分", "h": "{}時間", "d": "{}日"},
}


def _lasting(ago: str, language: str) -> str:
    """`70 s` in the language's own words."""
    number, _, unit = ago.partition(" ")
    return _UNITS.get(language, {}).get(unit, "{} " + unit).format(number)
