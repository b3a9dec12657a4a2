"""The pages as a person sees them: in a real Chromium, of several sizes, languages and colours."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page

from gateway.web.pages import LANGUAGES, Language, Pages
from gateway.web.public import PublicDoor
from gateway.web.words import WORDS
from tests.fakes.browser import PHONE, chromium, visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZES = [(320, 568), PHONE, (1280, 800)]
LOCALES: dict[Language, str] = {"ko": "ko-KR", "ja": "ja-JP", "en": "en-GB"}
SEEN = ["/oauth/authorize", "/oauth/authorize?problem=wait", "/refused?problem=redirect", "/privacy"]
LONG = "산들바람마을303동1204호와그옆의작은작업실그리고지하창고까지모두" * 2

LOOK = """() => ({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  buttons: [...document.querySelectorAll('button, input:not([type=hidden]), footer a')]
    .map(one => one.getBoundingClientRect().height),
  labels: [...document.querySelectorAll('input:not([type=hidden])')].map(one => one.labels.length),
  colours: [...document.querySelectorAll('main *')]
    .filter(one => [...one.childNodes].some(node => node.nodeType == 3 && node.data.trim()))
    .map(one => {
      let behind = one;
      while (getComputedStyle(behind).backgroundColor == 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
      return [one.textContent, getComputedStyle(one).color, getComputedStyle(behind).backgroundColor];
    }),
})"""


@dataclass
class Site:
    """Serves the pages, and remembers what was posted to them."""

    url: str = ""
    posted: list[dict[str, str]] = field(default_factory=list)
    origins: list[str | None] = field(default_factory=list)


@asynccontextmanager
async def served(
    home: str = "우리집", returns: str = "", origins: Sequence[str] = (), privacy: str | None = None
) -> AsyncIterator[Site]:
    """`returns` is where a posted form is sent on to."""
    site = Site()
    pages = Pages(home, "ko", origins, privacy)

    async def sign_in(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
        language = pages.language_of(request.headers.get("Accept-Language", ""))
        return pages.sign_in(language, "a-token", "haneul", request.query.get("problem", ""), seconds=125)

    async def post(request: web.BaseRequest, body: bytes) -> web.Response:
        site.posted.append({**request.query, **dict(parse_qsl(body.decode(), keep_blank_values=True))})
        site.origins.append(request.headers.get("Origin"))
        return web.Response(status=303, headers={"Location": returns})

    async def refused(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
        language = pages.language_of(request.headers.get("Accept-Language", ""))
        return pages.refused(language, request.query["problem"], status=200)  # of others Chromium complains

    async def told(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
        return pages.privacy(pages.language_of(request.headers.get("Accept-Language", "")))

    async def back(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
        return pages.privacy("ko")

    routes = {
        "/oauth/authorize": {"GET": sign_in, "POST": post},
        "/refused": {"GET": refused},
        "/privacy": {"GET": told},
        "/back": {"GET": back},
    }
    async with PublicDoor(routes).open("127.0.0.1", 0) as port:
        site.url = f"http://127.0.0.1:{port}"
        yield site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def program(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with chromium(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@asynccontextmanager
async def looking(program: Browser, language: Language = "ko", **options: Any) -> AsyncIterator[tuple[Page, list[str]]]:
    """A page, and all that the browser complains about."""
    context = await visit(program, LOCALES[language], **options)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page, complaints
    finally:
        await context.close()


def contrast(first: str, second: str) -> float:
    """Of two `rgb(...)`, as WCAG 2.2 counts it."""
    lights = sorted(_light(colour) for colour in (first, second))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_fits_and_can_be_read(
    program: Browser, tmp_path: Path, language: Language, dark: bool
) -> None:
    async with served() as site, looking(program, language, dark=dark) as (page, complaints):
        for number, path in enumerate(SEEN):
            await page.goto(site.url + path)
            for width, height in SIZES:
                await page.set_viewport_size({"width": width, "height": height})
                if (width, height) == PHONE:  # to be looked at
                    await page.screenshot(path=tmp_path / f"{number}.png", full_page=True, scale="css")
                seen = await page.evaluate(LOOK)
                assert seen["overflow"] <= 0
                assert all(tall >= 44 for tall in seen["buttons"])
                assert all(labels == 1 for labels in seen["labels"])
                assert seen["colours"]
                for text, colour, behind in seen["colours"]:
                    assert contrast(colour, behind) >= 4.5, (path, text)
    assert not complaints


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_went_wrong_is_seen_at_once_and_read_aloud(program: Browser, language: Language) -> None:
    words = WORDS[language]
    async with served() as site, looking(program, language, size=(320, 568)) as (page, _):
        await page.goto(f"{site.url}/oauth/authorize")
        assert await page.get_by_role("alert").count() == 0
        for problem, said in words.problems.items():
            await page.goto(f"{site.url}/oauth/authorize?problem={problem}")
            alert = page.get_by_role("alert")
            start, _, rest = said.partition("{time}")
            text = await alert.inner_text()
            assert text.startswith(start)
            assert text.endswith(rest)
            place = await alert.bounding_box()
            assert place is not None
            assert place["y"] + place["height"] < 568
            for label in (words.name, words.password):
                assert await page.get_by_label(label).get_attribute("aria-describedby") == "problem"


@pytest.mark.parametrize(("press", "decision"), [("allow", "allow"), ("Enter", "allow"), ("deny", "deny")])
async def test_the_form_posts_what_is_typed_to_its_own_address(program: Browser, press: str, decision: str) -> None:
    words = WORDS["ko"]
    async with (
        served() as other,
        served(returns=f"{other.url}/back", origins=[other.url]) as site,
        looking(program) as (page, complaints),
    ):
        await page.goto(f"{site.url}/oauth/authorize?client_id=clova&state=a%26b")
        if decision == "allow":
            await page.get_by_label(words.name).fill("하늘")
            await page.get_by_label(words.password).fill("비밀 &=+ word")
        if press == "Enter":
            await page.get_by_label(words.password).press("Enter")
        else:
            await page.get_by_role("button", name=getattr(words, press), exact=True).click()
        await page.wait_for_url("**/back")
    typed = {"name": "하늘", "password": "비밀 &=+ word"} if decision == "allow" else {"name": "haneul", "password": ""}
    assert site.posted == [{"client_id": "clova", "state": "a&b", "csrf": "a-token", "decision": decision, **typed}]
    assert site.origins == [site.url]
    assert not complaints


async def test_the_form_leads_to_no_origin_that_was_not_named(program: Browser) -> None:
    async with served(returns="https://link.example.com", origins=[]) as site, looking(program) as (page, complaints):
        await page.goto(f"{site.url}/oauth/authorize")
        async with page.expect_console_message():
            await page.get_by_role("button", name=WORDS["ko"].deny).click()
        assert page.url == f"{site.url}/oauth/authorize"
    assert "form-action" in complaints[0]


async def test_an_empty_form_is_not_sent(program: Browser) -> None:
    async with served() as site, looking(program) as (page, _):
        await page.goto(f"{site.url}/oauth/authorize")
        await page.get_by_label(WORDS["ko"].name).fill("")
        await page.get_by_role("button", name=WORDS["ko"].allow).click()
        assert await page.locator(":invalid:focus").get_attribute("id") == "name"
        assert not site.posted


async def test_the_way_to_the_privacy_page(program: Browser) -> None:
    async with served() as site, looking(program, "ja") as (page, _):
        await page.goto(f"{site.url}/oauth/authorize")
        await page.get_by_role("link", name=WORDS["ja"].privacy).click()
        assert await page.get_by_role("heading", level=1).inner_text() == WORDS["ja"].privacy


async def test_no_name_of_a_home_breaks_the_page(program: Browser) -> None:
    async with looking(program, size=(320, 568), scripts=True) as (page, complaints):
        for home in (LONG, "W" * 64, "<script>alert(1)</script>", "בית\u202e\u202d home", ""):
            async with served(home) as site:
                await page.goto(f"{site.url}/oauth/authorize")
                assert (await page.evaluate(LOOK))["overflow"] <= 0
                assert await page.locator("script").count() == 0
    assert not complaints


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_command_for_a_code_is_read_without_scrolling(program: Browser, language: Language) -> None:
    async with served() as site, looking(program, language, size=(320, 568)) as (page, _):
        await page.goto(f"{site.url}/oauth/authorize?problem=wait")
        command = page.locator("#code-hint code")
        assert await command.inner_text() == f"clova-gateway accounts let-in {WORDS[language].code_for}"
        place = await command.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 320
        assert (await page.evaluate(LOOK))["overflow"] <= 0


async def test_an_owners_script_and_style_do_nothing(program: Browser) -> None:
    own = "<h1>안내</h1><script>document.title = 'run'</script><p id=told style='display: none'>글</p>"
    async with served(privacy=own) as site, looking(program, scripts=True) as (page, complaints):
        await page.goto(f"{site.url}/privacy")
        assert await page.title() == WORDS["ko"].privacy
        assert await page.locator("#told").is_visible()
    assert len(complaints) == 2
