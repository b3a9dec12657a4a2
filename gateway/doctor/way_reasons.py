"""Why the tunnel is down, what is wrong with a certificate, and what the system says of a connection.

Each row: what the English reason looks like, and what it is in Korean and in Japanese; `{0}` is what its first group
has found.
"""

Row = tuple[str, str, str]

_KEYSCAN_KO = "{2:으로/로} 받아서, 릴레이에서 확인한 지문과 비교하세요"
_KEYSCAN_JA = "{2} で取り、リレー上で確かめた指紋と比べてください"

OF_THE_TUNNEL: tuple[Row, ...] = (
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
        "키 파일 {0:을/를} 쓸 수 없습니다: {1}",
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
        "{0:이/가} OpenSSH 형식이 아닙니다: {1}",
        "{0} は OpenSSH の形式ではありません: {1}",
    ),
    (
        "the relay's host key has changed: (.*?) shows (.*?), which is not in (.*?)[.] Somebody .*",
        "릴레이의 호스트 키가 바뀌었습니다: {0}의 키 {1:이/가} {2}에 없습니다. 중간에 누가 있을 수 있습니다. "
        "릴레이를 새로 설치한 것이라면, 지문을 확인하고 {2:을/를} 다시 만드세요",
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
        "릴레이가 포트 {0:을/를} 주지 않습니다: 다른 것이 쓰고 있거나 (끊긴 이전 연결일 수 있습니다), "
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
    (r"the name (\S+) was not found(.*)", "이름 {0:을/를} 찾을 수 없습니다{1}", "名前 {0} が見つかりません{1}"),
    ("(.*) has no address", "{0}에 주소가 없습니다", "{0} にアドレスがありません"),
    ("we have ended it", "게이트웨이가 끊었습니다", "ゲートウェイが切りました"),
    ("starting", "시작하는 중입니다", "起動中です"),
    (
        "(.*) is not there, or may not be run by us",
        "{0:이/가} 없거나, 실행할 수 없습니다",
        "{0} がないか、実行できません",
    ),
    ("(.*) could not be started: (.*)", "{0:을/를} 시작할 수 없습니다: {1}", "{0} を起動できません: {1}"),
    (
        r"(\S+) ended with status (\d+)(.*)",
        "{0:이/가} 상태 {1:으로/로} 끝났습니다{2}",
        "{0} が終了コード {1} で終わりました{2}",
    ),
    (r"(\S+) was ended by (SIG\w+)(.*)", "{0:이/가} {1:으로/로} 끝났습니다{2}", "{0} が {1} で終わりました{2}"),
)

OF_THE_CERTIFICATE: tuple[Row, ...] = (
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
        "{1:이/가} 아니라 {0}의 것입니다",
        "{1} ではなく {0} のものです",
    ),
)

OF_THE_SYSTEM: tuple[Row, ...] = (
    (
        r"Cannot connect to host (\S+?)(?: ssl:\S+)? \[(.*)\]",
        "{0}에 연결할 수 없습니다: {1}",
        "{0} に接続できません: {1}",
    ),
    (r"Cannot connect to host (\S+)(?: ssl:\S+)?", "{0}에 연결할 수 없습니다", "{0} に接続できません"),
    (
        r"(?:\[Errno \d+\] )?(?:Connection refused|Connect call failed.*)",
        "연결이 거부되었습니다. 그곳에서 아무것도 실행되고 있지 않습니다",
        "接続が拒否されました。そこでは何も動いていません",
    ),
    (
        r"(?:\[Errno -?\d+\] )?(?:Name or service not known|No address associated with hostname|Domain name not found)",
        "이름을 찾을 수 없습니다",
        "名前が見つかりません",
    ),
    (
        r"(?:\[Errno -?\d+\] )?"
        "(?:Temporary failure in name resolution|Could not contact DNS servers|Timeout while .*DNS.*)",
        "네임 서버가 답하지 않습니다",
        "ネームサーバーが応答しません",
    ),
    (
        r"(?:\[Errno \d+\] )?(?:No route to host|(?:Network|Host) is unreachable)",
        "그곳으로 가는 길이 없습니다",
        "そこへの経路がありません",
    ),
    (
        r"(?:\[Errno \d+\] )?(?:Connection reset by peer|Broken pipe|Server disconnected)",
        "상대가 연결을 끊었습니다",
        "相手が接続を切りました",
    ),
    (
        r"(?:\[Errno \d+\] )?(?:TimeoutError|timed out|Connection timed out|Connection timeout.*|Operation timed out)",
        "제때 답이 없습니다",
        "時間内に応答がありません",
    ),
    (r"(?:\[code:\d+\] )?Not authori[sz]ed", "허용되지 않았습니다", "許可されていません"),
    (
        r"(?:\[code:\d+\] )?Bad (?:user ?name|username) or password",
        "사용자 이름이나 비밀번호가 틀립니다",
        "ユーザー名かパスワードが違います",
    ),
    (r"(?:\[Errno \d+\] )?Permission denied", "권한이 없습니다", "権限がありません"),
    (r"(?:\[Errno \d+\] )?No such file or directory|it is not there", "없습니다", "ありません"),
    ("chmod o= (.*)", "닫으세요: chmod o= {0}", "閉じてください: chmod o= {0}"),
)
