"""Why something is as it is, in the home's language: the reasons that the running gateway gives are English."""

import re

_KEYSCAN_KO = "{2}로 받아서, 릴레이에서 확인한 지문과 비교하세요"
_KEYSCAN_JA = "{2} で取り、リレー上で確かめた指紋と比べてください"

_OF_THE_TUNNEL: tuple[tuple[str, str, str], ...] = (
    (
        "the key file (.*?): others may read it, and it is a secret: (.*)",
        "키 파일 {0}: 비밀인데 다른 사용자가 읽을 수 있습니다: {1}",
        "鍵ファイル {0}: 秘密なのに他のユーザーが読めます: {1}",
    ),
    (
        "the key file (.*?):? cannot be read: (.*)",
        "키 파일 {0}: 읽을 수 없습니다: {1}",
        "鍵ファイル {0}: 読めません: {1}",
    ),
    (
        "the key file (.*) wants another passphrase",
        "키 파일 {0}의 암호가 맞지 않습니다",
        "鍵ファイル {0} のパスフレーズが違います",
    ),
    (
        "the key file (.*?) cannot be used: (.*)",
        "키 파일 {0}을(를) 쓸 수 없습니다: {1}",
        "鍵ファイル {0} を使えません: {1}",
    ),
    (
        r"(.*?) cannot be read: (.*)\. (ssh-keyscan -p \d+ \S+ > \S+) asks .*",
        "{0}: 읽을 수 없습니다 ({1}). " + _KEYSCAN_KO,
        "{0}: 読めません ({1})。" + _KEYSCAN_JA,
    ),
    (
        r"(.*?) has no host key of (\S+)\. (ssh-keyscan -p \d+ \S+ > \S+) asks .*",
        "{0}에 {1}의 호스트 키가 없습니다. " + _KEYSCAN_KO,
        "{0} に {1} のホスト鍵がありません。" + _KEYSCAN_JA,
    ),
    (
        "(.*?) is not in OpenSSH's format: (.*)",
        "{0}이(가) OpenSSH 형식이 아닙니다: {1}",
        "{0} は OpenSSH の形式ではありません: {1}",
    ),
    (
        "the relay's host key has changed: (.*?) shows (.*?), which is not in (.*?)[.] Somebody .*",
        "릴레이의 호스트 키가 바뀌었습니다: {0}의 키 {1}이(가) {2}에 없습니다. 중간에 누가 있을 수 있습니다. "
        "릴레이를 새로 설치한 것이라면, 지문을 확인하고 {2}을(를) 다시 만드세요",
        "リレーのホスト鍵が変わりました: {0} の鍵 {1} は {2} にありません。間に誰かがいるかもしれません。"
        "リレーを作り直したのなら、指紋を確かめて {2} を作り直してください",
    ),
    (
        "the relay refuses our key for the user (.*): .*",
        "릴레이가 사용자 {0}의 키를 거절합니다. 릴레이의 authorized_keys에 있나요?",
        "リレーがユーザー {0} の鍵を拒みます。リレーの authorized_keys にありますか?",
    ),
    (
        "the relay does not give us its port (.*?): .*",
        "릴레이가 포트 {0}을(를) 주지 않습니다: 다른 것이 쓰고 있거나 (끊긴 이전 연결일 수 있습니다), "
        "permitlisten 또는 AllowTcpForwarding이 막습니다",
        "リレーがポート {0} をくれません: 他が使っているか (切れた前の接続かもしれません)、"
        "permitlisten か AllowTcpForwarding が禁じています",
    ),
    ("the relay fell silent", "릴레이가 조용해졌습니다", "リレーが黙りました"),
    ("the connection broke off(.*)", "연결이 끊어졌습니다{0}", "接続が切れました{0}"),
    ("the relay ended the connection(.*)", "릴레이가 연결을 끊었습니다{0}", "リレーが接続を切りました{0}"),
    (
        "the relay let us connect, and ended it before we could log in",
        "릴레이가 로그인하기 전에 연결을 끊었습니다",
        "リレーがログインの前に接続を切りました",
    ),
    (
        "the relay let us connect, and then said nothing",
        "릴레이가 연결을 받고 아무 말도 하지 않습니다",
        "リレーが接続を受けて、何も言いません",
    ),
    ("the relay did not answer( in time)?", "릴레이가 응답하지 않습니다", "リレーが応答しません"),
    ("no connection to the relay(.*)", "릴레이에 연결할 수 없습니다{0}", "リレーに接続できません{0}"),
    (
        "the relay does not speak ssh as it should(.*)",
        "릴레이의 답이 올바른 ssh가 아닙니다{0}",
        "リレーの応答が正しい ssh ではありません{0}",
    ),
    ("the name (.*?) was not found(.*)", "이름 {0}을(를) 찾을 수 없습니다{1}", "名前 {0} が見つかりません{1}"),
    ("(.*) has no address", "{0}에 주소가 없습니다", "{0} にアドレスがありません"),
    ("we have ended it", "게이트웨이가 끊었습니다", "ゲートウェイが切りました"),
    ("starting", "시작하는 중입니다", "起動中です"),
    (
        "(.*) is not there, or may not be run by us",
        "{0}이(가) 없거나, 실행할 수 없습니다",
        "{0} がないか、実行できません",
    ),
    ("(.*) could not be started: (.*)", "{0}을(를) 시작할 수 없습니다: {1}", "{0} を起動できません: {1}"),
    (
        r"(\S+) ended with status (\d+)(.*)",
        "{0}이(가) 상태 {1}(으)로 끝났습니다{2}",
        "{0} が終了コード {1} で終わりました{2}",
    ),
    (r"(\S+) was ended by (SIG\w+)(.*)", "{0}이(가) {1}(으)로 끝났습니다{2}", "{0} が {1} で終わりました{2}"),
)

_OF_THE_CERTIFICATE: tuple[tuple[str, str, str], ...] = (
    (
        "the new certificate is not used: (.*)",
        "새 인증서를 쓰지 않습니다: {0}",
        "新しい証明書は使っていません: {0}",
    ),
    ("it has expired (\\d+) days? ago", "{0}일 전에 만료되었습니다", "{0} 日前に期限が切れました"),
    ("it expires in (\\d+) days?", "{0}일 뒤에 만료됩니다", "あと {0} 日で期限が切れます"),
    (
        "it is not valid yet; .*",
        "아직 유효하지 않습니다. 이 기기의 시계가 맞나요?",
        "まだ有効ではありません。このマシンの時計は合っていますか?",
    ),
    (
        "it is for (.*), and not for (.*)",
        "{1}이(가) 아니라 {0}의 것입니다",
        "{1} ではなく {0} のものです",
    ),
)

_REASONS: tuple[tuple[str, str, str], ...] = (
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
        "ディスクに空きがありません",
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
        "다른 프로그램이 클라이언트 ID {0}을(를) 쓰고 있습니다",
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
        "브로커의 접근 규칙이 {0}을(를) 막습니다",
        "ブローカーのアクセス規則が {0} を禁じています",
    ),
    (
        "no gateway is running at (.*); .*",
        "{0}에서 실행 중인 게이트웨이가 없습니다",
        "{0} で動いているゲートウェイはありません",
    ),
    (
        "(.*) may not be used by this user; .*",
        "이 사용자는 {0}을(를) 쓸 수 없습니다. sudo를 쓰거나 서비스의 그룹에 들어가세요",
        "このユーザーは {0} を使えません。sudo を使うか、サービスのグループに入ってください",
    ),
)
"""What an English reason looks like, what it is in Korean and in Japanese; `{0}` is what its first group has found."""

_COLUMNS = {"ko": 1, "ja": 2}


def told(why: str, language: str) -> str:
    """The reason in this language, and any reason within it; as it is where there are no words for it."""
    column = _COLUMNS.get(language)
    if column is None:
        return why
    for row in (*_OF_THE_TUNNEL, *_OF_THE_CERTIFICATE, *_REASONS):
        if found := re.fullmatch(row[0], why, re.DOTALL):
            return row[column].format(*(told(group or "", language) for group in found.groups()))
    return why
