"""What CLOVA's developer console asks for, in its own words, and what is said when something for it is missing."""

from dataclasses import dataclass

TYPED = (
    "extension_id",
    "extension_url",
    "account_linking",
    "authorization_uri",
    "client_id",
    "privacy_policy_url",
    "scope",
    "access_token_uri",
    "refresh_token_uri",
    "client_secret",
    "client_authentication",
)
"""In the order of the console's form."""
SHOWN = ("redirect_uri", "further_redirect_uris")
BESIDE = ("revocation_uri",)


@dataclass(frozen=True, slots=True)
class Words:
    """All that is printed in one language."""

    typed: str
    shown: str
    beside: str
    missing: str
    labels: dict[str, str]
    """The names of the console's fields."""
    yes: str
    secret_at: str
    no_secret: str
    basic: str
    partners: str
    wants: dict[str, str]
    """What is missing, and why it matters."""
    no_password: str
    restart: str


_KO = Words(
    typed="CLOVA 개발자 콘솔에 입력할 값",
    shown="콘솔에 표시되는 값 (다르면 그 값을 clova.linking.redirect_uris에 추가하세요)",
    beside="콘솔에 입력란은 없지만 제공하는 주소",
    missing="아직 준비되지 않은 것",
    labels={
        "extension_id": "Extension ID",
        "extension_url": "Extension 서버 URL",
        "account_linking": "계정 연결 여부",
        "authorization_uri": "로그인 URL",
        "client_id": "클라이언트 ID",
        "privacy_policy_url": "개인 정보 정책 제공 URL",
        "scope": "권한 범위",
        "access_token_uri": "Access token URI",
        "refresh_token_uri": "Access token 재발급 URI",
        "client_secret": "클라이언트 secret",
        "client_authentication": "클라이언트 인증 정보 전송 방식",
        "redirect_uri": "Redirect URL",
        "further_redirect_uris": "추가로 허용한 Redirect URL",
        "revocation_uri": "토큰 해지 URI",
    },
    yes="예",
    secret_at="{file} 파일에 있음 (--show-secret으로 표시)",  # noqa: S106  # where it is
    no_secret="아직 없음",  # noqa: S106
    basic="HTTP Basic (권장, 본문으로 보내는 방식도 가능)",
    partners="일본 리전의 Home extension은 제휴사만 등록할 수 있습니다.",
    wants={
        "extension_id": "Extension ID가 없습니다. 콘솔에서 정한 것과 같아야 합니다.",
        "url": "인터넷에서 이 게이트웨이에 접속할 주소가 없습니다.",
        "https": "CLOVA에서 정식으로 서비스하려면 https 주소가 필요합니다.",
        "linking": "계정 연결 설정이 없습니다. Home extension에는 반드시 필요합니다.",
        "secret": "클라이언트 secret 파일이 없습니다: {file}",
        "short": "클라이언트 secret이 32자보다 짧습니다.",
        "account": "로그인할 수 있는 계정이 없습니다.",
    },
    no_password="계정은 있지만 비밀번호가 없어 아무도 로그인할 수 없습니다.",  # noqa: S106
    restart="새 secret은 게이트웨이를 다시 시작한 뒤부터 적용됩니다. 콘솔에도 새로 입력하세요.",
)

_JA = Words(
    typed="CLOVA 開発者コンソールに入力する値",
    shown="コンソールに表示される値（異なる場合は、その値をclova.linking.redirect_urisに追加してください）",
    beside="コンソールに入力欄はないが、提供しているURI",
    missing="まだ準備できていないもの",
    labels={
        "extension_id": "Extension ID",
        "extension_url": "ExtensionサーバーのURL",
        "account_linking": "アカウントリンクの有無",
        "authorization_uri": "ログインURL",
        "client_id": "クライアントID",
        "privacy_policy_url": "プライバシーポリシーのURL",
        "scope": "権限の範囲",
        "access_token_uri": "アクセストークンURI",
        "refresh_token_uri": "アクセストークン再発行URI",
        "client_secret": "クライアントシークレット",
        "client_authentication": "クライアントの資格情報の転送方式",
        "redirect_uri": "リダイレクトURL",
        "further_redirect_uris": "追加で許可したリダイレクトURL",
        "revocation_uri": "トークン失効URI",
    },
    yes="はい",
    secret_at="{file}にあります（--show-secretで表示）",  # noqa: S106  # where it is
    no_secret="まだありません",  # noqa: S106
    basic="HTTPベーシック認証（推奨。リクエストボディーでも可）",
    partners="日本リージョンのHome extensionを登録できるのはパートナーのみです。",
    wants={
        "extension_id": "Extension IDがありません。コンソールで決めたものと同じにしてください。",
        "url": "インターネットからこのゲートウェイに接続するためのURLがありません。",
        "https": "CLOVAの正式なサービスにはhttpsのURLが必要です。",
        "linking": "アカウントリンクの設定がありません。Home extensionには必須です。",
        "secret": "クライアントシークレットのファイルがありません: {file}",
        "short": "クライアントシークレットが32文字より短いです。",
        "account": "ログインできるアカウントがありません。",
    },
    no_password="アカウントはありますが、パスワードがないため誰もログインできません。",  # noqa: S106
    restart="新しいシークレットは、ゲートウェイの再起動後に有効になります。コンソールにも入力し直してください。",
)

_EN = Words(
    typed="To be typed into CLOVA's developer console",
    shown="What the console shows by itself (if it differs, add that to clova.linking.redirect_uris)",
    beside="There as well, though the console has no field for it",
    missing="Still missing",
    labels={
        "extension_id": "Extension ID",
        "extension_url": "Extension server URL",
        "account_linking": "Account linking",
        "authorization_uri": "Login URL (authorization URI)",
        "client_id": "Client ID",
        "privacy_policy_url": "Privacy policy URL",
        "scope": "Scope",
        "access_token_uri": "Access token URI",
        "refresh_token_uri": "Refresh token URI",
        "client_secret": "Client secret",
        "client_authentication": "Client authentication scheme",
        "redirect_uri": "Redirect URL",
        "further_redirect_uris": "Further redirect URLs, allowed",
        "revocation_uri": "Revocation URI",
    },
    yes="Yes",
    secret_at="in {file} (--show-secret prints it)",  # noqa: S106  # where it is
    no_secret="none yet",  # noqa: S106
    basic="HTTP Basic (recommended; in the request body works too)",
    partners="In Japan only partners may register a Home extension.",
    wants={
        "extension_id": "There is no extension id; it is the one you choose in the console.",
        "url": "There is no address at which this gateway is reached from the internet.",
        "https": "CLOVA wants an https address.",
        "linking": "Account linking is not set up; a Home extension must have it.",
        "secret": "The client secret's file is not there: {file}",
        "short": "The client secret has less than 32 characters.",
        "account": "There is no account that can sign in.",
    },
    no_password="There are accounts, but none has a password: nobody can sign in.",  # noqa: S106
    restart="The gateway uses the new secret once it is restarted; type it into the console as well.",
)

WORDS = {"ko": _KO, "ja": _JA, "en": _EN}
