"""A complete linking, as CLOVA does it: a real Caddy with TLS before the gateway, a person in a real Chromium at phone
size without scripts, and CLOVA's own requests beside it.
"""

import asyncio
import multiprocessing
import random
import runpy
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page

from gateway.accounts.audit import Entry, Event
from gateway.web.pages import LANGUAGES, Language
from gateway.web.words import WORDS
from tests.fakes.browser import chromium, visit
from tests.fakes.caddy import caddy
from tests.fakes.linked import NAME, PASSWORD, STATE, Home, Outside
from tests.fakes.mosquitto import Mosquitto, free_port, until
from tests.fakes.things import echo, thing

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

LOCALES: dict[Language, str] = {"ko": "ko-KR", "ja": "ja-JP", "en": "en-GB"}
KILLS = 20


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outside(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Outside]:
    folder = tmp_path_factory.mktemp("outside")
    port = free_port()
    broker = Mosquitto(folder / "broker")
    await broker.start()
    try:
        async with (
            caddy(folder / "caddy", f"reverse_proxy 127.0.0.1:{port}", 'respond "linked"') as proxy,
            chromium(folder) as program,
            thing(broker.port, {"lamp/set": echo("lamp/state")}) as lamp,
        ):
            url, clova = proxy.urls
            yield Outside(program, broker, lamp, port, url, f"{clova}/v1/al/token/?from=home", proxy.tls)
    finally:
        broker.stop()


@pytest.fixture
def home(tmp_path: Path, outside: Outside) -> Home:
    made = Home(tmp_path, outside)
    made.write()
    return made


@asynccontextmanager
async def phone(
    home: Home, language: Language = "ko", headers: dict[str, str] | None = None
) -> AsyncIterator[tuple[Page, BrowserContext]]:
    """A person's page, of which the browser has nothing to complain in the end."""
    context = await visit(home.outside.program, LOCALES[language], any_certificate=True)
    await context.set_extra_http_headers(headers or {})
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    try:
        yield page, context
    finally:
        await context.close()
    assert [said for said in complaints if "status of 403" not in said] == []


async def send(page: Page, password: str, language: Language = "ko", name: str = NAME) -> None:
    """Type and allow."""
    words = WORDS[language]
    await page.get_by_label(words.name).fill(name)
    await page.get_by_label(words.password).fill(password)
    await page.get_by_role("button", name=words.allow, exact=True).click()


async def back(home: Home, page: Page) -> dict[str, str]:
    """What CLOVA is told at its own address, where the person ends."""
    await page.wait_for_url(f"{home.outside.back}&*")
    assert await page.locator("body").inner_text() == "linked"
    told = dict(parse_qsl(urlsplit(page.url).query, strict_parsing=True))
    assert told.pop("from") == "home"
    assert told.pop("state") == STATE
    return told


async def told_on(page: Page, problem: str, language: Language = "ko") -> None:
    """The page says what went wrong."""
    said = WORDS[language].problems[problem]
    await page.get_by_role("alert").filter(has_text=said).wait_for()


async def link(home: Home) -> dict[str, Any]:
    """The tokens of a new link."""
    async with phone(home) as (page, _):
        await page.goto(home.authorize())
        await send(page, PASSWORD)
        code = (await back(home, page))["code"]
    status, tokens = await home.exchange(code)
    assert status == 200
    return tokens


async def test_linked_from_the_first_page_to_the_last_word(home: Home) -> None:
    async with home.running(), phone(home) as (page, _):
        await page.goto(home.authorize())
        await page.screenshot(path=home.folder / "asked.png", full_page=True, scale="css")
        await send(page, "not it at all")
        await told_on(page, "wrong")
        await page.screenshot(path=home.folder / "wrong.png", full_page=True, scale="css")
        await send(page, PASSWORD)
        told = await back(home, page)
    assert told.keys() == {"code"}

    async with home.running():  # a restart between each step and the next
        status, first = await home.exchange(told["code"])
        assert (status, first["token_type"], first["expires_in"]) == (200, "Bearer", 3600)
        await home.obeys("TurnOn", first["access_token"])
    async with home.running():
        await home.obeys("TurnOff", first["access_token"])
        with home.store() as store:
            store._db.execute("UPDATE tokens SET expires_at = ?", (time.time() - 1,))
        await home.until_told("ExpiredAccessTokenError", first["access_token"])
    async with home.running():
        assert await home.say("TurnOn", first["access_token"]) == "ExpiredAccessTokenError"
        status, second = await home.refresh(first["refresh_token"])
        assert status == 200
        assert second["refresh_token"] != first["refresh_token"]
    async with home.running():
        await home.obeys("TurnOn", second["access_token"])
        with home.store() as store:
            assert store.people.unlink(NAME) == (1, 0)
        await home.until_told("InvalidAccessTokenError", second["access_token"])
        assert await home.refresh(second["refresh_token"]) == (400, {"error": "invalid_grant"})
    async with home.running():
        assert await home.say("TurnOn", second["access_token"]) == "InvalidAccessTokenError"
        assert (await home.refresh(second["refresh_token"]))[0] == 400
    assert home.events() == [Event.WRONG_PASSWORD, Event.SIGNED_IN, Event.LINKED]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_in_each_language(home: Home, language: Language) -> None:
    words = WORDS[language]
    async with home.running(), phone(home, language) as (page, _):
        await page.goto(home.authorize())
        assert await page.locator("html").get_attribute("lang") == language
        assert await page.get_by_text(words.asks).is_visible()
        await send(page, "not it at all", language)
        await told_on(page, "wrong", language)
        await page.screenshot(path=home.folder / "wrong.png", full_page=True, scale="css")
        await send(page, PASSWORD, language)
        assert (await back(home, page)).keys() == {"code"}


async def test_who_cancels_goes_back_and_nothing_is_linked(home: Home) -> None:
    async with home.running(), phone(home) as (page, _):
        await page.goto(home.authorize())
        await page.get_by_role("button", name=WORDS["ko"].deny, exact=True).click()
        assert await back(home, page) == {"error": "access_denied"}
    assert home.events() == []


async def test_the_way_back_leads_to_a_new_form(home: Home) -> None:
    async with home.running(), phone(home) as (page, context):
        await page.goto(home.authorize())
        before = await page.locator("input[name=csrf]").input_value()
        (cookie,) = await context.cookies()
        assert (cookie["name"], cookie["path"]) == ("__Host-session", "/")
        assert cookie["secure"]
        assert cookie["httpOnly"]
        await send(page, PASSWORD)
        first = await back(home, page)
        assert [one["name"] for one in await context.cookies()] == ["__Host-known"]
        await page.go_back()
        assert await page.locator("input[name=csrf]").input_value() != before
        await send(page, PASSWORD)
        assert await back(home, page) != first


async def test_a_form_is_taken_once_and_given_anew(home: Home) -> None:
    async with home.running(), phone(home) as (page, context):
        await page.goto(home.authorize())
        await send(page, "not it at all")
        await told_on(page, "wrong")
        await page.reload()  # the browser sends the same form again
        await told_on(page, "stale")
        other = await context.new_page()
        await other.goto(home.authorize())
        await send(other, PASSWORD)
        await back(home, other)
        await send(page, PASSWORD)  # of a session that the other page has ended
        await told_on(page, "stale")
        await page.screenshot(path=home.folder / "stale.png", full_page=True, scale="css")
        await send(page, PASSWORD)
        assert (await back(home, page)).keys() == {"code"}


async def test_the_audit_log_has_the_address_of_the_person_and_nobodys_word_for_it(home: Home) -> None:
    spoofed = {"X-Forwarded-For": "203.0.113.9"}
    async with home.running():
        async with phone(home, headers=spoofed) as (page, _):
            await page.goto(home.authorize())
            await send(page, PASSWORD)
            await back(home, page)
        async with home.calling("127.0.0.77") as session:  # a person without a browser, and another address
            page_url = home.authorize()
            async with session.get(page_url, headers=spoofed) as asked:
                text, cookie = await asked.text(), asked.cookies["__Host-session"].value
            form = {"csrf": text.partition('name="csrf" value="')[2].partition('"')[0], "decision": "allow"}
            typed = {"name": NAME, "password": "not it at all"}
            headers = {**spoofed, "Cookie": f"__Host-session={cookie}"}
            async with session.post(page_url, data=form | typed, headers=headers) as answer:
                assert answer.status == 403
    assert home.audit() == [
        Entry(Event.SIGNED_IN, NAME, peer="127.0.0.1"),
        Entry(Event.WRONG_PASSWORD, NAME, peer="127.0.0.77"),
    ]


def run_gateway(config: str) -> None:
    """`python -m gateway run --config CONFIG`, in a process that has read the program already."""
    sys.argv = ["gateway", "run", "--config", config]
    runpy.run_module("gateway", run_name="__main__")


@contextmanager
def killed(home: Home) -> Iterator[Callable[[], None]]:
    """A gateway's process, and what kills it."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["gateway.cli", "gateway.app", "gateway.log"])
    process = forks.Process(target=run_gateway, args=(str(home.folder / "gateway.yaml"),), daemon=True)
    process.start()
    try:
        yield process.kill
    finally:
        process.kill()
        process.join(10)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def test_a_link_survives_kill_9_in_the_middle_of_its_token_requests(home: Home) -> None:
    async with home.running():
        tokens = await link(home)
    chance = random.Random(7)
    refresh, unanswered = tokens["refresh_token"], 0
    for _ in range(KILLS):
        with killed(home) as kill:
            await until(lambda: listens(home.outside.port))
            started = time.monotonic()
            status, tokens = await home.refresh(refresh)  # the old one or a new one: whichever CLOVA holds
            took = time.monotonic() - started
            assert status == 200
            asked = [asyncio.create_task(home.refresh(tokens["refresh_token"])) for _ in range(3)]
            asyncio.get_running_loop().call_later(chance.uniform(0.2, 2) * took, kill)
            answers = await asyncio.gather(*asked, return_exceptions=True)
        given = [one[1] for one in answers if isinstance(one, tuple) and one[0] == 200]
        unanswered += len(answers) - len(given)
        refresh = (given[-1] if given and chance.random() < 0.5 else tokens)["refresh_token"]
    assert unanswered
    with home.store() as store:
        assert store._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert [row.account for row in store.granted.links()] == [NAME]
    async with home.running():
        status, tokens = await home.refresh(refresh)
        assert status == 200
        await home.obeys("TurnOn", tokens["access_token"])
    assert home.events() == [Event.SIGNED_IN, Event.LINKED]
