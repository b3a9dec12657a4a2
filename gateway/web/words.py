"""What the pages say, in each language. The home's name stands by itself: nothing is joined to it."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["ko", "ja", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """All that the pages say in one language."""

    nameless: str
    """A home that was given no name."""
    eyebrow: str
    asks: str
    can: str
    can_do: tuple[str, ...]
    cannot: str
    cannot_do: tuple[str, ...]
    name: str
    password: str
    code: str
    code_hint: str
    """Has the place of the command that gives a code."""
    code_for: str
    """Stands for a name in that command."""
    allow: str
    deny: str
    problems: dict[str, str]
    """Above the form. `wait` has the place of a time."""
    spans: tuple[tuple[str, str], tuple[str, str], tuple[str, str]]
    """Seconds, minutes and hours, each for one and for more."""
    refused: str
    refusals: dict[str, str]
    """In place of the form."""
    advice: dict[str, str]
    """What to do about each refusal."""
    privacy: str
    privacy_opening: str
    privacy_parts: tuple[tuple[str, tuple[str, ...]], ...]
    """Headings, and what stands below each."""
    unlink: str
    """The last words before the command."""


_KO = Words(
    nameless="우리 집",
    eyebrow="CLOVA 계정 연결",
    asks="CLOVA에서 이 집의 기기를 음성으로 제어할 수 있도록 허용해 달라고 요청했습니다. "
    "내용을 확인하고 로그인해 주세요.",
    can="허용하면 CLOVA에서 할 수 있는 일",
    can_do=(
        "이 계정으로 쓸 수 있는 기기와 방, 현재 상태 확인",
        "기기를 켜고 끄거나 설정 변경",
        "집에 등록된 씬 실행",
    ),
    cannot="허용해도 CLOVA에서 할 수 없는 일",
    cannot_do=(
        "잠금 해제, 차고 문·밸브 및 출입구로 지정된 기기 열기, 경보 해제 (관리자가 해당 기기에 따로 허용한 경우 제외)",
        "비밀번호 열람 (입력한 비밀번호는 CLOVA에 전달되지 않습니다)",
    ),
    name="계정 이름",
    password="비밀번호",  # noqa: S106  # a label
    code="집에서 받은 코드 (선택)",
    code_hint="허브에서 {command} 을 실행하고 표시된 코드를 입력하면 기다리지 않고 로그인할 수 있습니다.",
    code_for="계정이름",
    allow="허용하고 연결",
    deny="취소",
    problems={
        "wrong": "계정 이름 또는 비밀번호가 올바르지 않습니다. 다시 입력해 주세요.",
        "wait": "로그인 시도가 너무 많습니다. {time} 후에 다시 시도해 주세요.",
        "stale": "화면을 연 지 오래되어 처리하지 못했습니다. 다시 입력해 주세요.",
        "busy": "지금은 요청이 많아 처리하지 못했습니다. 잠시 후 다시 시도해 주세요.",
    },
    spans=(("{}초", "{}초"), ("{}분", "{}분"), ("{}시간", "{}시간")),
    refused="연결할 수 없습니다",
    refusals={
        "client": "이 집에 등록된 CLOVA에서 보낸 요청이 아닙니다.",
        "redirect": "연결 후 돌아갈 주소가 이 집에 등록된 주소와 다릅니다. 안전을 위해 연결을 중단했습니다.",
        "request": "요청의 형식이 올바르지 않습니다.",
        "off": "이 집에는 아직 CLOVA 연결이 설정되어 있지 않습니다.",
        "forbidden": "다른 페이지에서 보낸 것으로 보여 처리하지 않았습니다.",
    },
    advice={
        "client": "관리자에게 클라이언트 ID 설정 확인을 요청해 주세요.",
        "redirect": "관리자에게 리디렉션 주소 설정 확인을 요청해 주세요.",
        "request": "CLOVA 앱에서 처음부터 다시 연결해 주세요.",
        "off": "관리자에게 CLOVA 연결 설정을 요청해 주세요.",
        "forbidden": "CLOVA 앱에서 처음부터 다시 연결해 주세요.",
    },
    privacy="개인정보 안내",
    privacy_opening="이 집의 기기를 CLOVA에 연결하는 게이트웨이는 집 안의 허브에서 실행됩니다. "
    "게이트웨이가 다루는 정보는 다음과 같습니다.",
    privacy_parts=(
        (
            "CLOVA에서 받는 정보",
            ("기기 조회와 제어 요청을 받습니다. 요청에는 기기 ID와 연결할 때 발급한 액세스 토큰이 들어 있습니다.",),
        ),
        (
            "보관하는 정보",
            (
                "계정 이름과 비밀번호의 해시, 토큰의 해시를 보관합니다. 비밀번호와 토큰 자체는 보관하지 않습니다.",
                "로그인, 연결, 거부와 잠금장치·차고 문·출입구·밸브·경보 명령의 감사 기록을 "
                "최근 10,000건까지 보관합니다. 시각과 함께, 알 수 있는 경우 계정과 접속 주소도 기록합니다.",
                "기기 상태의 변화 기록은 관리자가 설정한 기간 동안 보관합니다.",
                "같은 요청을 두 번 실행하지 않도록 최근 요청의 번호와 응답을 보관하고, "
                "허브의 시스템 로그에 처리 결과를 남깁니다.",
                "쿠키는 두 가지만 사용합니다. 하나는 입력 양식을 보호하고, "
                "하나는 로그인한 적이 있는 브라우저임을 기억합니다. "
                "이용자를 추적하는 데에는 쓰지 않습니다.",
            ),
        ),
        ("보관하는 곳", ("집 안의 허브에만 보관합니다.",)),
        (
            "제공하는 곳",
            (
                "CLOVA에는 기기 목록과 CLOVA에서 요청한 기기의 상태를 보냅니다. "
                "그 밖에는 누구에게도 제공하지 않습니다.",
                "CLOVA와 주고받는 내용은 관리자가 선택한 인터넷 연결을 거칩니다.",
            ),
        ),
        ("연결을 끊으려면", ("CLOVA 앱에서 언제든지 연결을 해제할 수 있습니다.",)),
    ),
    unlink="관리자는 허브에서 다음 명령으로 연결을 해제할 수 있습니다.",
)

_JA = Words(
    nameless="わが家",
    eyebrow="CLOVA アカウント連携",
    asks="CLOVA が、この家の機器を音声で操作する許可を求めています。内容を確認して、サインインしてください。",
    can="許可すると CLOVA ができること",
    can_do=(
        "このアカウントで使える機器と、その部屋・状態の確認",
        "機器のオン・オフや設定の変更",
        "登録されたシーンの実行",
    ),
    cannot="許可しても CLOVA ができないこと",
    cannot_do=(
        "解錠、ガレージドア・バルブ・出入口に指定された機器を開ける操作、警報の解除"
        "（管理者がその機器について許可している場合を除く）",
        "パスワードの閲覧（入力したパスワードは CLOVA に送られません）",
    ),
    name="アカウント名",
    password="パスワード",  # noqa: S106  # a label
    code="家で発行したコード（任意）",
    code_hint="ハブで {command} を実行し、表示されたコードを入力すると、待たずにサインインできます。",
    code_for="アカウント名",
    allow="許可して連携する",
    deny="キャンセル",
    problems={
        "wrong": "アカウント名またはパスワードが正しくありません。もう一度入力してください。",
        "wait": "サインインの試行回数が多すぎます。{time}後にもう一度お試しください。",
        "stale": "画面を開いてから時間がたったため、処理できませんでした。もう一度入力してください。",
        "busy": "ただいま混み合っています。しばらくしてからもう一度お試しください。",
    },
    spans=(("{}秒", "{}秒"), ("{}分", "{}分"), ("{}時間", "{}時間")),
    refused="連携できません",
    refusals={
        "client": "この家に登録された CLOVA からのリクエストではありません。",
        "redirect": "連携後の戻り先が、この家に登録されたアドレスと異なります。安全のため、連携を中止しました。",
        "request": "リクエストの形式が正しくありません。",
        "off": "この家では、CLOVA との連携がまだ設定されていません。",
        "forbidden": "別のページから送信されたとみられるため、処理しませんでした。",
    },
    advice={
        "client": "クライアント ID の設定を確認するよう、管理者にお伝えください。",
        "redirect": "リダイレクト先の設定を確認するよう、管理者にお伝えください。",
        "request": "CLOVA アプリから、もう一度最初から連携してください。",
        "off": "CLOVA との連携を設定するよう、管理者にお伝えください。",
        "forbidden": "CLOVA アプリから、もう一度最初から連携してください。",
    },
    privacy="プライバシーについて",
    privacy_opening="この家の機器を CLOVA につなぐゲートウェイは、家の中のハブで動いています。"
    "ゲートウェイが扱う情報は次のとおりです。",
    privacy_parts=(
        (
            "CLOVA から受け取る情報",
            (
                "機器の確認や操作のリクエストを受け取ります。"
                "リクエストには、機器の ID と、連携時に発行したアクセストークンが含まれます。",
            ),
        ),
        (
            "保存する情報",
            (
                "アカウント名、パスワードのハッシュ、トークンのハッシュを保存します。"
                "パスワードやトークンそのものは保存しません。",
                "サインイン、連携、拒否と、鍵・ガレージドア・出入口・バルブ・警報の操作の監査記録を、"
                "直近の 10,000 件まで保存します。"
                "日時のほか、わかる場合はアカウントと接続元アドレスも記録します。",
                "機器の状態の履歴を、管理者が設定した期間だけ保存します。",
                "同じリクエストを二度実行しないよう、最近のリクエストの番号と応答を保存し、"
                "処理の結果をハブのシステムログに記録します。",
                "Cookie は二つだけ使います。一つはフォームを保護し、"
                "一つはサインインしたことのあるブラウザーを覚えるためのものです。"
                "追跡には使いません。",
            ),
        ),
        ("保存する場所", ("家の中のハブにのみ保存します。",)),
        (
            "提供先",
            (
                "CLOVA には、機器の一覧と、CLOVA から求められた機器の状態を送ります。"
                "それ以外の第三者には提供しません。",
                "CLOVA との通信は、管理者が選んだインターネット接続を経由します。",
            ),
        ),
        ("連携をやめるには", ("CLOVA アプリからいつでも連携を解除できます。",)),
    ),
    unlink="管理者は、ハブで次のコマンドを使って連携を解除できます。",
)

_EN = Words(
    nameless="Your home",
    eyebrow="Link with CLOVA",
    asks="CLOVA asks to control the devices of this home by voice. "
    "Please read what that means, then sign in to allow it.",
    can="CLOVA will be able to",
    can_do=(
        "see the devices that your account may use, their rooms and their state",
        "switch and set them",
        "run the scenes of this home",
    ),
    cannot="CLOVA will not be able to",
    cannot_do=(
        "open locks, garage doors, valves or anything marked as an entrance, or disarm alarms,"
        " unless the owner has allowed it for that device",
        "see your password: it is not passed on to CLOVA",
    ),
    name="Account name",
    password="Password",  # noqa: S106  # a label
    code="Code from home (optional)",
    code_hint="To go on without waiting, run {command} on the hub and type the code that it shows.",
    code_for="NAME",
    allow="Allow and link",
    deny="Cancel",
    problems={
        "wrong": "The account name or the password is not right. Please try again.",
        "wait": "There were too many attempts. Please try again in {time}.",
        "stale": "This page was open for too long. Please enter it again.",
        "busy": "Too much is being asked at the moment. Please try again shortly.",
    },
    spans=(("{} second", "{} seconds"), ("{} minute", "{} minutes"), ("{} hour", "{} hours")),
    refused="This link cannot be made",
    refusals={
        "client": "The request does not come from the CLOVA that this home knows.",
        "redirect": "The address to return to is not one that this home knows. To be safe, the link was stopped.",
        "request": "The request is not in the right form.",
        "off": "Linking with CLOVA is not set up in this home yet.",
        "forbidden": "This seems to have been sent from another page, so nothing was done.",
    },
    advice={
        "client": "Please ask the owner to check the client ID.",
        "redirect": "Please ask the owner to check the redirect address.",
        "request": "Please start again in the CLOVA app.",
        "off": "Please ask the owner to set it up.",
        "forbidden": "Please start again in the CLOVA app.",
    },
    privacy="Privacy",
    privacy_opening="The gateway that connects this home with CLOVA runs on a hub in the home itself. "
    "This is the information it deals with.",
    privacy_parts=(
        (
            "What it receives from CLOVA",
            (
                "Requests to see or control devices. They carry the IDs of devices, and the access token that was"
                " given out when the account was linked.",
            ),
        ),
        (
            "What it keeps",
            (
                "The name of the account, a hash of its password, and hashes of its tokens. "
                "Neither the password nor a token itself is kept.",
                "An audit log of sign-ins, links, refusals and commands to locks, gates, valves and alarms: the last "
                "10,000 entries, each with its time and, where known, the account and the address it came from.",
                "A history of the devices, for as long as the owner has set.",
                "The numbers and answers of recent requests, so that none is carried out twice, "
                "and what became of each in the system log of the hub.",
                "Two cookies: one protects the form, one remembers that somebody has signed in with this browser. "
                "Neither is used to follow anyone.",
            ),
        ),
        ("Where it is kept", ("On the hub in the home, and nowhere else.",)),
        (
            "Who gets it",
            (
                "CLOVA gets the list of devices, and the state of those it asks for. Nobody else gets anything.",
                "What is exchanged with CLOVA travels over the internet connection that the owner has chosen.",
            ),
        ),
        ("How to end it", ("Unlink the account in the CLOVA app, at any time.",)),
    ),
    unlink="The owner can also unlink it on the hub, with this command:",
)

WORDS: dict[Language, Words] = {"ko": _KO, "ja": _JA, "en": _EN}
