"""Pages that stand before us in place of our own answer, and what their owner can do about each."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.links.probe_reach import Hop

PATHS = "/healthz, /clova/* and /oauth/*"


@dataclass(frozen=True, slots=True)
class Page:
    """Known by one of its headers (a name, and what its value has in it) or by one of the words of its body.

    Words are in small letters. Where `statuses` are named, they alone count for the words.
    """

    detail: str
    hop: Hop
    says: str
    headers: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()


def _wall(
    detail: str, name: str, turn_off: str, headers: tuple[tuple[str, str], ...] = (), words: tuple[str, ...] = ()
) -> Page:
    says = f"a bot check of {name} answers in our place: {turn_off}"
    return Page(detail, Hop.BOT_CHECK, says, headers, words, REFUSALS)


def _behind(detail: str, says: str, headers: tuple[tuple[str, str], ...] = (), words: tuple[str, ...] = ()) -> Page:
    return Page(detail, Hop.PROXY, says, headers, words)


REFUSALS = (200, 202, 302, 303, 307, 400, 401, 403, 405, 406, 409, 429, 451, 503, 511)

PAGES: tuple[Page, ...] = (
    _wall(
        "cloudflare",
        "Cloudflare",
        f"turn off Bot Fight Mode and Under Attack Mode for this name, or add a WAF rule that skips {PATHS}",
        headers=(("cf-mitigated", "challenge"),),
        words=("<title>just a moment", "attention required! | cloudflare", "/cdn-cgi/challenge-platform", "cf-chl-"),
    ),
    _wall(
        "cloudflare_access",
        "Cloudflare Access",
        f"give {PATHS} a policy of the sort Bypass, as CLOVA cannot sign in",
        headers=(("location", ".cloudflareaccess.com/"),),
    ),
    _wall(
        "aws",
        "AWS WAF",
        f"let its rules count, not challenge, for {PATHS}",
        headers=(("x-amzn-waf-action", ""),),
        words=("awswafcookiedomainlist", "awswafintegration"),
    ),
    _wall(
        "akamai",
        "Akamai",
        f"let its bot manager pass {PATHS}",
        headers=(("server", "akamaighost"),),
        words=("errors.edgesuite.net",),
    ),
    _wall(
        "imperva",
        "Imperva",
        f"let its bot protection pass {PATHS}",
        words=("_incapsula_resource", "incapsula incident id"),
    ),
    _wall(
        "datadome", "DataDome", f"let it pass {PATHS}", headers=(("x-datadome", ""),), words=("captcha-delivery.com",)
    ),
    _wall("human", "HUMAN (PerimeterX)", f"let it pass {PATHS}", words=("px-captcha", "_pxappid")),
    _wall("sucuri", "Sucuri", f"allow {PATHS} in its firewall", words=("sucuri website firewall", "sucuri cloudproxy")),
    _wall("ddos_guard", "DDoS-Guard", f"let it pass {PATHS}", words=("ddos-guard",)),
    _wall("vercel", "Vercel", f"let its firewall bypass {PATHS}", headers=(("x-vercel-mitigated", ""),)),
    _wall(
        "anubis", "Anubis", f"allow {PATHS} in its rules", words=("making sure you're not a bot", "/.within.website/")
    ),
    _wall(
        "ngrok",
        "ngrok (its warning page)",
        "use a paid plan or a domain of your own, as CLOVA sends no header that skips it",
        headers=(("ngrok-error-code", "err_ngrok_6024"),),
    ),
    _wall("localtunnel", "localtunnel (its reminder page)", "use another tunnel", words=("bypass-tunnel-reminder",)),
    _wall(
        "naver",
        "NAVER Cloud or another portal",
        f"let its web firewall pass {PATHS}",
        words=("자동입력 방지", "자동등록방지", "보안문자", "비정상적인 접근", "로봇이 아닙니다"),
    ),
    _wall(
        "captcha",
        "somebody",
        f"let {PATHS} pass without one",
        words=(
            "captcha",
            "are you human",
            "you are human",
            "not a robot",
            "ロボットではありません",
            "checking your browser",
            "enable javascript and cookies to continue",
            "unusual traffic",
        ),
    ),
    _behind("no_tunnel", "ngrok answers that the tunnel is not connected", headers=(("ngrok-error-code", ""),)),
    _behind("no_tunnel", "frp answers that no client is there for this name", words=("faithfully yours, frp",)),
    _behind("no_tunnel", "Cloudflare answers that the tunnel is not connected", words=("cloudflare tunnel error",)),
)
"""The first that fits. The general ones stand below those with a name."""


def page_of(status: int, headers: Mapping[str, str], body: bytes) -> Page | None:
    """What this answer is known as. The names of the headers count in any letters."""
    small = {name.lower(): value.lower() for name, value in headers.items()}
    text = body.decode("utf-8", "replace").lower()
    return next((page for page in PAGES if _fits(page, status, small, text)), None)


def _fits(page: Page, status: int, headers: Mapping[str, str], text: str) -> bool:
    if any(name in headers and part in headers[name] for name, part in page.headers):
        return not page.statuses or status in page.statuses
    return (not page.statuses or status in page.statuses) and any(word in text for word in page.words)
