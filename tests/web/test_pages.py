"""The pages as bytes: headers, languages, escaping, and the owner's own words on privacy."""

import re
import unicodedata
from base64 import b64encode
from dataclasses import fields
from hashlib import sha256
from html import unescape
from string import Formatter
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from gateway.web.pages import LANGUAGES, MAX_NAME, Language, Pages
from gateway.web.words import WORDS, Words

ORIGINS = ["https://link.example.com", "https://test.example.org:8443"]
PAGES = Pages("우리집", "ko", ORIGINS)
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def every_page(pages: Pages, language: Language) -> dict[str, web.Response]:
    words = WORDS[language]
    return {
        "sign in": pages.sign_in(language, "a-token"),
        **{problem: pages.sign_in(language, "a-token", "haneul", problem, 40) for problem in words.problems},
        **{f"refused: {problem}": pages.refused(language, problem) for problem in words.refusals},
        "privacy": pages.privacy(language),
    }


EVERY = [(language, name, page) for language in LANGUAGES for name, page in every_page(PAGES, language).items()]


def html(response: web.Response) -> str:
    assert isinstance(response.body, bytes)
    return response.body.decode()


def shown(response: web.Response) -> str:
    """The text, without the markup."""
    return unescape(re.sub("<style>.*?</style>|<[^>]*>", "", html(response), flags=re.DOTALL))


def directives(response: web.Response) -> dict[str, list[str]]:
    found = [part.split() for part in response.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in found}


@pytest.mark.parametrize(("language", "name", "page"), EVERY, ids=lambda value: value if type(value) is str else "")
def test_every_page_has_the_headers(language: Language, name: str, page: web.Response) -> None:
    assert page.status == (400 if name.startswith("refused") else 200)
    assert dict(page.headers) | {"Retry-After": "", "Content-Security-Policy": ""} == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "",
        "Content-Language": language,
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": page.headers["Permissions-Policy"],
        "Vary": "Accept-Language",
        "Server": "clova-gateway",
        "Retry-After": "",
    }
    assert all(part.endswith("=()") for part in page.headers["Permissions-Policy"].split(", "))
    assert html(page).startswith(f'<!doctype html>\n<html lang="{language}">')


@pytest.mark.parametrize(("language", "name", "page"), EVERY, ids=lambda value: value if type(value) is str else "")
def test_every_page_allows_its_own_style_and_nothing_else(language: Language, name: str, page: web.Response) -> None:
    (style,) = re.findall("<style>(.*?)</style>", html(page), re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert directives(page) == {
        "default-src": ["'none'"],
        "style-src": [f"'sha256-{digest}'"],
        "img-src": ["'none'"],
        "form-action": ["'self'", *ORIGINS],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
    assert not re.search(r"<script|<img|<link|\son[a-z]+=|\sstyle=|https?://", html(page)), (language, name)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "link.example.com",
        "https://*",
        "https://link.example.com/",
        "https://link.example.com/back",
        "https://user@link.example.com",
        "https://link.example.com;script-src *",
        "https://link.example.com https://other.example",
        "https://link.example.com\r\nSet-Cookie: a=b",
        "https://link.example.com\n",
        "https://링크.example",
        "'unsafe-inline'",
    ],
)
def test_what_is_no_origin_never_comes_into_the_policy(origin: str) -> None:
    with pytest.raises(ValueError, match="is not https"):
        Pages("home", "en", [origin])


def test_an_origin_is_named_once_and_a_scheme_may_stand_for_all_of_its_origins() -> None:
    page = Pages("home", "en", [*ORIGINS, ORIGINS[0], "https:", "clova-app:"]).sign_in("en", "a-token")
    assert directives(page)["form-action"] == ["'self'", *ORIGINS, "https:", "clova-app:"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "ko"),
        ("en", "en"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("EN-gb", "en"),
        ("fr-FR, fr;q=0.9, ja;q=0.4, en;q=0.3", "ja"),
        ("en;q=0.3, ja;q=0.7", "ja"),
        ("en ; q=0.3 ,\tja ; Q=0.700", "ja"),
        ("ja, en", "ja"),
        ("en, ja", "en"),
        ("en;q=0.5, ja;q=0.5", "en"),
        ("fr", "ko"),
        ("zh-Hant-TW, de", "ko"),
        ("eng, japanese", "ko"),
        ("*", "ko"),
        ("fr, *;q=0.5", "ko"),
        ("en;q=0.2, *;q=0.5", "ko"),
        ("ja, *", "ja"),
        ("ja;q=0.5, *;q=0.5", "ja"),
        ("ko;q=0, *", "ja"),
        ("ko;q=0, ja;q=0, *;q=0.1", "en"),
        ("en;q=0", "ko"),
        ("*;q=0", "ko"),
        ("ko;q=0", "ko"),
        ("en;q=0, en-GB;q=0.1", "en"),
        ("en;q=2, ja;q=0.1", "ja"),
        ("en;q=0.1234, ja;q=0.1", "ja"),
        ("en;q=-1, ja;q=0.1", "ja"),
        ("en;q=nan, ja;q=0.1", "ja"),
        ("en;q=٠.٩, ja;q=0.1", "ja"),
        ("en;level=1, ja;q=0.1", "ja"),
        ("en_US, ja;q=0.1", "ja"),
        ("\u212ao", "ko"),
        (",,;,=, ;q=1,en", "en"),
        ("fr," * 300 + "en", "en"),
        ("fr," * 400 + "en", "ko"),
    ],
)
def test_the_language_is_the_best_of_ours(accepted: str, language: Language) -> None:
    assert PAGES.language_of(accepted) == language


TAGS = st.sampled_from([*LANGUAGES, "fr", "en-US", "*", ""])
ITEMS = st.tuples(TAGS, st.sampled_from(["", ";q=0", ";q=0.5", "; q=1.0", ";q=", ";;"])).map("".join)


@given(st.text() | st.lists(ITEMS, max_size=9).map(",".join), st.sampled_from(LANGUAGES))
def test_any_header_gives_a_language(accepted: str, home: Language) -> None:
    assert HOMES[home].language_of(accepted) in LANGUAGES


HOMES = {language: Pages("home", language, []) for language in LANGUAGES}


@given(st.lists(st.sampled_from(["fr", "de-AT", "zh-Hans"]), max_size=5), st.sampled_from(LANGUAGES))
def test_who_asks_for_none_of_ours_gets_that_of_the_home(tags: list[str], home: Language) -> None:
    assert HOMES[home].language_of(", ".join(tags)) == home


def texts(value: Any, path: str = "") -> dict[str, str]:
    """All texts of a value, by where they stand."""
    if isinstance(value, str):
        return {path: value}
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
    return {place: text for key, inner in pairs for place, text in texts(inner, f"{path}.{key}").items()}


def texts_of(words: Words) -> dict[str, str]:
    return texts({field.name: getattr(words, field.name) for field in fields(words)})


def placeholders(text: str) -> list[str | None]:
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text(language: Language) -> None:
    first, other = texts_of(WORDS["ko"]), texts_of(WORDS[language])
    assert first.keys() == other.keys()
    assert all(text.strip() == text != "" for text in other.values())
    assert {place: placeholders(text) for place, text in other.items()} == {
        place: placeholders(text) for place, text in first.items()
    }
    assert set(WORDS[language].refusals) == set(WORDS[language].advice)


SCRIPTS = {"ko": "HANGUL", "ja": "HIRAGANA|KATAKANA|CJK", "en": "LATIN"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_of_its_language(language: Language) -> None:
    for place, text in texts_of(WORDS[language]).items():
        scripts = {unicodedata.name(letter).split()[0].split("-")[0] for letter in text if letter.isalpha()}
        assert scripts - {"LATIN"} <= set(SCRIPTS[language].split("|")), place
        assert language == "en" or scripts != {"LATIN"}, place


@pytest.mark.parametrize(
    ("seconds", "spans"),
    [
        (-5, ("1초", "1秒", "1 second")),
        (0, ("1초", "1秒", "1 second")),
        (90, ("90초", "90秒", "90 seconds")),
        (91, ("2분", "2分", "2 minutes")),
        (121, ("3분", "3分", "3 minutes")),
        (5_400, ("90분", "90分", "90 minutes")),
        (5_401, ("2시간", "2時間", "2 hours")),
    ],
)
def test_the_time_to_wait_is_rounded_up(seconds: int, spans: tuple[str, str, str]) -> None:
    for language, span in zip(LANGUAGES, spans, strict=True):
        page = PAGES.sign_in(language, "a-token", "haneul", "wait", seconds, 429)
        assert WORDS[language].problems["wait"].format(time=span) in shown(page)
        assert (page.status, page.headers["Retry-After"]) == (429, str(max(1, seconds)))


def value_of(page: web.Response, name: str) -> str | None:
    (field,) = re.findall(f'<input[^>]* name="{name}"[^>]*>', html(page))
    found = re.search(' value="([^"]*)"', field)
    return None if found is None else unescape(found[1])


def test_the_form() -> None:
    page = PAGES.sign_in("ko", "a+token/=", "haneul", "wrong", status=401)
    assert page.status == 401
    assert re.findall("<form[^>]*>", html(page)) == ['<form method="post">']
    assert value_of(page, "csrf") == "a+token/="
    assert value_of(page, "name") == "haneul"
    assert value_of(page, "password") is None
    assert re.findall('<button[^>]*name="decision" value="([a-z]+)"', html(page)) == ["allow", "deny"]
    for part in ('autocomplete="username"', 'maxlength="64"', 'autocomplete="current-password"', 'maxlength="1024"'):
        assert part in html(page)
    assert html(page).count('autocapitalize="off"') == html(page).count('aria-invalid="true"') == 2


@pytest.mark.parametrize(
    ("home", "seen"),
    [
        ("우리집", "우리집"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ('Ada\'s "house" & {{ csrf }}', 'Ada\'s "house" & {{ csrf }}'),
        (f"a{BIDI}b", "ab"),
        ("a\x00\x1b[31m\r\n\t b\x85\ud800\ufeff", "a[31m b"),
        ("\U0001f469\u200d\U0001f373 집", "\U0001f469\u200d\U0001f373 집"),
        ("가" * 500, "가" * MAX_NAME),
    ],
)
def test_the_name_of_a_home_is_harmless(home: str, seen: str) -> None:
    pages = Pages(home, "en", [])
    for page in (pages.sign_in("en", "a-token"), pages.privacy("en")):
        assert seen in shown(page).splitlines()
        assert "<script" not in html(page)


@pytest.mark.parametrize("home", ["", " \n", BIDI])
def test_a_home_without_a_name_is_called_something(home: str) -> None:
    for language in LANGUAGES:
        assert WORDS[language].nameless in shown(Pages(home, "ko", []).sign_in(language, "a-token"))


@given(st.text(st.characters(), max_size=200), st.text(max_size=200))
def test_whatever_is_typed_stands_harmlessly_in_the_form(name: str, csrf: str) -> None:
    page = PAGES.sign_in("en", csrf, name, "wrong")
    assert len(re.findall("<[^>]*>", html(page))) == len(
        re.findall("<[^>]*>", html(PAGES.sign_in("en", "", "", "wrong")))
    )
    echoed = value_of(page, "name")
    assert echoed is not None
    assert len(echoed) <= MAX_NAME
    assert not set(echoed) & set(BIDI + "\r\n\x00")


@pytest.mark.parametrize(("language", "name"), [("ko", "계정이름"), ("ja", "アカウント名"), ("en", "NAME")])
def test_how_to_get_a_code(language: Language, name: str) -> None:
    page = PAGES.sign_in(language, "a-token", problem="wait", seconds=40)
    (hint,) = re.findall('<p class="hint" id="code-hint">(.*)</p>', html(page))
    command = f"clova-gateway accounts let-in {name}"
    assert f"<code>{command}</code>" in hint
    assert re.sub("<[^>]*>", "", hint) == WORDS[language].code_hint.format(command=command)
    assert "<code>" not in html(PAGES.sign_in(language, "a-token", problem="wrong"))


def test_an_unknown_problem_is_a_defect() -> None:
    with pytest.raises(KeyError):
        PAGES.refused("en", "weather")
    with pytest.raises(KeyError):
        PAGES.sign_in("en", "a-token", problem="weather")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_privacy_page_tells(language: Language) -> None:
    said = shown(PAGES.privacy(language))
    for word in ("CLOVA", "10,000", "clova-gateway accounts unlink NAME", "우리집"):
        assert word in said


def test_the_owners_own_words_on_privacy() -> None:
    own = "<h1>{{ home }}</h1>{% if language == 'ja' %}<p>日本語</p>{% else %}<p>other</p>{% endif %}"
    with capture_logs() as logs:
        pages = Pages("<b>집", "ko", ORIGINS, own)
    assert not logs
    assert "<h1>&lt;b&gt;집</h1><p>日本語</p>" in html(pages.privacy("ja"))
    assert "<p>other</p>" in html(pages.privacy("ko"))
    assert WORDS["ko"].privacy_opening not in html(pages.privacy("ko"))
    assert (
        pages.privacy("ja").headers["Content-Security-Policy"] == PAGES.privacy("ja").headers["Content-Security-Policy"]
    )


@pytest.mark.parametrize(
    "own",
    [
        "{% if %}",
        "{{ owner }}",
        "{{ 1 / 0 }}",
        "{{ home.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{% include 'page.html' %}",
        "{% if language == 'en' %}{{ nothing }}{% endif %}",
        "{{ '%c' % 0xd800 }}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% for number in range(10000000) %}{% endfor %}",
    ],
)
def test_a_broken_template_gives_our_page_and_a_warning(own: str) -> None:
    with capture_logs() as logs:
        pages = Pages("우리집", "ko", ORIGINS, own)
    assert [(line["log_level"], line["event"]) for line in logs] == [
        ("warning", "the privacy template cannot be used: our own page is shown")
    ]
    for language in LANGUAGES:
        assert html(pages.privacy(language)) == html(PAGES.privacy(language))
