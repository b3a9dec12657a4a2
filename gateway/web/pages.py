"""The pages that a person sees, above all while CLOVA is linked. They need no script, and nothing from elsewhere."""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, get_args

import structlog
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gateway.web.public import answer
from gateway.web.words import WORDS, Language

__all__ = ["Language", "Pages", "Press"]

log: structlog.stdlib.BoundLogger = structlog.get_logger("pages")

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
MAX_NAME = 64
"""Characters of the name of a home or an account that are shown."""
MAX_ACCEPT = 1_024
"""Characters of an Accept-Language that are looked at."""

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)
_SOURCE = re.compile(
    r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|[a-z][a-z0-9+.-]*:", re.ASCII | re.IGNORECASE
)
_RANGE = re.compile(
    r"[ \t]*(?P<tag>[a-z]{1,8}|\*)(-[a-z0-9]{1,8})*[ \t]*(;[ \t]*q=(?P<weight>0(\.[0-9]{0,3})?|1(\.0{0,3})?)[ \t]*)?",
    re.ASCII | re.IGNORECASE,
)
_FOR_NOTHING = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone")
_HEADERS = {
    "X-Frame-Options": "DENY",
    # Under no-referrer a browser posts our own form with `Origin: null`, as it does a stranger's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in (*_FOR_NOTHING, "midi", "payment", "usb")),
    "Vary": "Accept-Language",
}


class Press:
    """Prints our templates. `home` is the home's name, `language` the one for those who ask for none of ours.

    `origins` (https://host[:port], or a scheme and a colon) are where a form may lead in the end, beside here.
    """

    def __init__(self, home: str, language: Language, templates: Sequence[str], origins: Sequence[str] = ()) -> None:
        self._home = harmless(home)
        self._language = language
        ours = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            finalize=_finalized,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates = {name: ours.get_template(name) for name in templates}
        sources = [(_TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.html", *templates)]
        self._policy = _policy([style for source in sources for style in _STYLE.findall(source)], origins)

    def language_of(self, accept_language: str) -> Language:
        """The best of ours for an Accept-Language (RFC 9110, 12.5.4), however it is written."""
        weights: dict[str, float] = {}
        for item in accept_language[:MAX_ACCEPT].split(","):
            found = _RANGE.fullmatch(item)
            if found is not None:
                tag, weight = found["tag"].lower(), float(found["weight"] or 1)
                weights[tag] = max(weight, weights.get(tag, 0.0))
        named = [each for tag in weights for each in LANGUAGES if each == tag]
        others = weights.get("*", 0.0)
        best = max((*named, self._language, *LANGUAGES), key=lambda each: weights.get(each, others))
        return best if weights.get(best, others) > 0 else self._language

    def home_in(self, language: Language) -> str:
        """What the home is called."""
        return self._home or WORDS[language].nameless

    def show(self, template: str, language: Language, **values: Any) -> str:
        """The text of a page."""
        words = WORDS[language]
        return self._templates[template].render(language=language, words=words, home=self.home_in(language), **values)

    def answer(self, page: str, language: Language, status: int) -> web.Response:
        """The page, with the headers that keep it to itself."""
        response = answer(page.encode(), "text/html")
        response.set_status(status)
        response.headers.update({**_HEADERS, "Content-Security-Policy": self._policy, "Content-Language": language})
        return response


class Pages:
    """The pages of linking, for this home and language; `redirect_origins` are where the form may lead in the end.

    `privacy` is the owner's template for what stands on the privacy page; it is given `home` and `language`.
    """

    def __init__(
        self, home: str, language: Language, redirect_origins: Sequence[str], privacy: str | None = None
    ) -> None:
        self._press = Press(home, language, ("sign_in.html", "refused.html", "privacy.html"), redirect_origins)
        self.language_of = self._press.language_of
        own = None if privacy is None else _rendered(privacy, {each: self._press.home_in(each) for each in LANGUAGES})
        self._privacy = {
            each: self._press.show("privacy.html", each, own=None if own is None else own[each]) for each in LANGUAGES
        }

    def sign_in(
        self,
        language: Language,
        csrf: str,
        name: str = "",
        problem: str = "",
        seconds: int = 0,
        status: int = 200,
    ) -> web.Response:
        """The form, above it what went wrong: "", wrong, wait (for `seconds`), stale or busy."""
        words = WORDS[language]
        told = words.problems[problem].format(time=span(seconds, words.spans)) if problem else ""
        page = self._press.show(
            "sign_in.html",
            language,
            csrf=csrf,
            name=harmless(name),
            problem=told,
            kind=problem,
        )
        response = self._press.answer(page, language, status)
        if problem == "wait":
            response.headers["Retry-After"] = str(max(1, seconds))
        return response

    def refused(self, language: Language, problem: str, status: int = 400) -> web.Response:
        """In place of the form, leading nowhere: client, redirect, request, off or forbidden."""
        words = WORDS[language]
        page = self._press.show("refused.html", language, refusal=words.refusals[problem], advice=words.advice[problem])
        return self._press.answer(page, language, status)

    def privacy(self, language: Language) -> web.Response:
        """What is done with what is known of a person."""
        return self._press.answer(self._privacy[language], language, 200)


def _policy(styles: Sequence[str], origins: Sequence[str]) -> str:
    """The Content-Security-Policy. Chromium holds a form to `form-action` at every redirect that follows it."""
    for origin in origins:
        if not _SOURCE.fullmatch(origin):
            raise ValueError(f"{origin!r} is not https://host[:port], nor a scheme and a colon")
    targets = " ".join(dict.fromkeys(("'self'", *origins)))
    digests = " ".join(f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in styles)
    return (
        f"default-src 'none'; style-src {digests}; img-src 'none'; form-action {targets};"
        " frame-ancestors 'none'; base-uri 'none'"
    )


def _rendered(template: str, homes: dict[Language, str]) -> dict[Language, str] | None:
    """The owner's template in each language, or None."""
    sandbox = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        compiled = sandbox.from_string(template)
        pages = {language: compiled.render(home=home, language=language) for language, home in homes.items()}
        for page in pages.values():
            page.encode()
    except Exception as error:  # noqa: BLE001  # whatever a template can do wrong
        log.warning(
            "the privacy template cannot be used: our own page is shown", why=f"{type(error).__name__}: {error}"
        )
        return None
    return pages


def harmless(text: str, most: int = MAX_NAME) -> str:
    """Without what is no letter: controls, marks of direction, halves of characters. Cut to what is shown."""
    return " ".join(_letters(text[: 4 * most]).split())[:most]


def _finalized(value: Any) -> Any:
    """What a template puts into a page: no text brings in what is no letter, also where nobody has thought of it."""
    return _letters(value) if type(value) is str and not value.isprintable() else value


def _letters(text: str) -> str:
    return "".join(filter(_is_shown, (" " if letter.isspace() else letter for letter in text)))


def _is_shown(letter: str) -> bool:
    joins = letter in "\u200c\u200d"  # inside of words, and of emoji
    return joins or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def span(seconds: int, spans: Sequence[tuple[str, str]]) -> str:
    """A time to wait, rounded up."""
    amount, unit = max(1, seconds), 0
    while unit < 2 and amount > 90:
        amount, unit = -(-amount // 60), unit + 1
    return spans[unit][amount > 1].format(amount)
