"""The page of the household: who gets in and who does not, what its buttons do, and how it looks in a real Chromium."""

import ast
import asyncio
import re
import sqlite3
import threading
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, fields, replace
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Page
from yarl import URL

import gateway
from gateway.accounts.arming import Arming
from gateway.accounts.audit import Entry, Event
from gateway.accounts.grants import Grants
from gateway.accounts.passwords import hash_password
from gateway.accounts.tokens import Tokens, new_token
from gateway.accounts.users import LOCAL, Account, Role
from gateway.audit import Audit
from gateway.doorkeeper import Doorkeeper
from gateway.engine.registry import Registry
from gateway.home import problems
from gateway.home.alarms import ALARMS
from gateway.home.device import Proof
from gateway.home.problems import Problem, TokenInvalid
from gateway.links.store import Database, Store
from gateway.signin import SignIn
from gateway.web import sessions
from gateway.web.household import ACTIVE, TEMPLATES, Household
from gateway.web.household_details import BY_ANOTHER_NAME, DETAILS, SORTS
from gateway.web.household_entry import FORM, KNOWN, SESSION
from gateway.web.household_words import HOUSEHOLD, HouseholdWords
from gateway.web.pages import LANGUAGES, Language, Press
from gateway.web.private import open_private
from gateway.web.status import Status
from gateway.web.words import WORDS
from gateway.wire.binding import Wiring
from tests.fakes.browser import PHONE, chromium, visit
from tests.fakes.mosquitto import PATIENCE_SECONDS
from tests.homes import WALL, plain
from tests.web.test_pages import SCRIPTS, directives, placeholders, texts
from tests.web.test_pages_seen import LOCALES, LOOK, contrast

OWNER, MEMBER, PASSWORD = "haneul", "바다", "correct horse battery"
KEPT_PASSWORD = hash_password(PASSWORD)
BOLT = {"command": "it/set", "state": "it"}
BIDI = "\u202e\u2066\u200f"
SAYS = HOUSEHOLD["ko"]


@dataclass(slots=True)
class Reply:
    """An answer."""

    status: int
    headers: dict[str, str]
    cookies: SimpleCookie
    body: str

    @property
    def csrf(self) -> str:
        found = re.search('name="csrf" value="([^"]+)"', self.body)
        return found[1] if found is not None else ""

    @property
    def text(self) -> str:
        """What is read, without the markup."""
        bare = unescape(re.sub("<style>.*?</style>|<[^>]*>", "", self.body, flags=re.DOTALL))
        return re.sub(r"\s+", " ", bare)

    @property
    def alert(self) -> str:
        found = re.search('role="alert"[^>]*>([^<]*)<', self.body)
        return unescape(found[1]) if found is not None else ""


@dataclass(slots=True)
class Clock:
    """The monotonic clock."""

    now: float = 1000.0


@dataclass(slots=True)
class House:
    """An open door, and what is behind it."""

    url: str
    session: aiohttp.ClientSession
    store: Store
    tokens: Tokens
    signin: SignIn
    registry: Registry
    arming: Arming
    clock: Clock
    file: Path
    ringing: list[dict[str, object]]

    async def ask(self, method: str, path: str = "/", body: bytes | None = None, **headers: str) -> Reply:
        url = URL(self.url + path, encoded=True)
        async with self.session.request(method, url, data=body, headers=headers, allow_redirects=False) as got:
            return Reply(got.status, dict(got.headers), got.cookies, await got.text())

    async def log(self) -> list[Entry]:
        return [written.entry for written in await self.store.run(lambda books: books.journal.entries())]

    async def events(self) -> list[tuple[str, str]]:
        return [(entry.event.value, entry.account) for entry in await self.log()]

    async def linked(self, account: str = OWNER) -> str:
        """Link an account; an access token that counts."""

        def link(books: Database) -> str:
            grants = Grants(books.granted, books.journal, WALL)
            (code, _), (access, _), (refresh, _) = new_token(), new_token(), new_token()
            grants.add_code(code, account, "clova", "https://clova.example/", "home", "")
            found = grants.find_code(code, "clova")
            assert found is not None
            grants.redeem(found, access, refresh)
            return access

        access = await self.store.run(link)
        assert await self.counts(access)
        return access

    async def counts(self, access: str) -> bool:
        """Whether a spoken request with this token is heard; asked just before, it is believed for a second."""
        try:
            await self.tokens.look_up(access)
        except TokenInvalid:
            return False
        return True

    async def state(self) -> tuple[object, ...]:
        """All that a button can change."""
        links = await self.store.run(lambda books: books.granted.links())
        return tuple(links), self.arming.seconds_left("door"), await self.events()


@dataclass(slots=True)
class Person:
    """A browser of somebody, which keeps our cookies."""

    house: House
    cookies: dict[str, str] = field(default_factory=dict)

    async def _ask(self, method: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        reply = await self.house.ask(method, "/", body, **(sent | headers))
        for name, morsel in reply.cookies.items():
            self.cookies[name] = morsel.value
            if morsel["max-age"] == "0":
                del self.cookies[name]
        return reply

    async def look(self, **headers: str) -> Reply:
        return await self._ask("GET", None, headers)

    async def post(self, body: bytes, **headers: str) -> Reply:
        usual = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        return await self._ask("POST", body, usual | headers)

    async def send(self, **form: str) -> Reply:
        return await self.post(urlencode(form).encode())

    async def sign_in(self, name: str = OWNER, password: str = PASSWORD) -> Reply:
        page = await self.look()
        return await self.send(do="sign in", csrf=page.csrf, name=name, password=password)

    async def press(self, do: str, **form: str) -> Reply:
        """Press a button of the page as it is now."""
        return await self.send(do=do, csrf=(await self.look()).csrf, **form)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[House]:
    store = Store(folder / "gateway.db")
    await store.open()
    registry = Registry()
    for wiring in (
        plain("door", "SMARTLOCK", "현관문", lock={**BOLT, "unlock": "armed"}),
        plain("gas", "SMARTVALVE", "가스 밸브", lock=BOLT),
        plain("gate", "SWITCH", "대문", on_off=BOLT, lock={"unlock": "always"}),
        plain("lamp", "LIGHT", "거실 전등", on_off=BOLT),
    ):
        registry.put(wiring)
    clock = Clock()

    def now() -> float:
        return clock.now

    def wall() -> float:
        return WALL

    arming, tokens, signin = Arming(now), Tokens(store, now, wall), SignIn(store, now, wall)
    ringing: list[dict[str, object]] = []
    audit = Audit(store.note, now)
    doorkeeper = Doorkeeper(arming, registry, (), audit)
    press = Press("산들마을 303동", "ko", TEMPLATES)
    page = Household(
        store,
        signin,
        tokens,
        registry,
        doorkeeper.arm,
        arming.seconds_left,
        press,
        {"alarms": lambda: ringing},
        ZoneInfo("Asia/Seoul"),
        now,
        wall,
    )
    status = cast(Status, SimpleNamespace(links=lambda: {"mqtt": "connected"}))

    def people(books: Database) -> None:
        books.people.add(Account(OWNER, Role.OWNER), KEPT_PASSWORD, WALL)
        books.people.add(Account(MEMBER, devices=frozenset({"lamp", "gone"})), KEPT_PASSWORD, WALL + 1)
        books.people.add(Account("손님", Role.GUEST, actions=frozenset({"TurnOn"})), None, WALL + 2)

    async def _nothing(request: web.Request) -> web.Response:  # noqa: ARG001
        return web.Response()

    writing = asyncio.create_task(audit.run())
    try:
        async with (
            open_private(status, _nothing, "127.0.0.1", 0, page, lambda _: None) as port,
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        ):
            url = f"http://127.0.0.1:{port}"
            house = House(url, session, store, tokens, signin, registry, arming, clock, folder / "gateway.db", ringing)
            await store.run(people)
            yield house
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await store.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path) as found:
        yield found


@pytest.fixture
async def owner(house: House) -> Person:
    person = Person(house)
    assert (await person.sign_in()).status == 303
    return person


# Who gets in.


async def test_an_owner_signs_in_and_out(house: House) -> None:
    person = Person(house)
    page = await person.look()
    assert (page.status, page.alert) == (200, "")
    assert SAYS.asks in page.text
    assert "현관문" not in page.text
    reply = await person.sign_in()
    assert (reply.status, reply.headers["Location"], reply.body) == (303, "/", "")
    page = await person.look()
    for seen in ("현관문", MEMBER, "로그인 · haneul", "산들마을 303동"):
        assert seen in page.text
    before = dict(person.cookies)
    assert (await person.press("sign out")).status == 303
    assert SESSION not in person.cookies
    person.cookies = before
    assert SAYS.asks in (await person.look()).text


async def test_the_cookies(house: House) -> None:
    person = Person(house)
    page = await person.look()
    before = person.cookies[FORM]
    reply = await person.send(do="sign in", csrf=page.csrf, name=OWNER, password=PASSWORD)
    assert page.cookies.keys() == {FORM}
    assert re.fullmatch("[A-Za-z0-9_-]{43}", person.cookies[SESSION])
    assert person.cookies[SESSION] != before
    for answer, name, age in ((page, FORM, ""), (reply, FORM, "0"), (reply, SESSION, ""), (reply, KNOWN, "31622400")):
        cookie = answer.cookies[name]
        assert cookie["httponly"]
        assert not cookie["secure"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")
        assert cookie["max-age"] == age


async def test_no_session_can_be_brought_along(house: House) -> None:
    fixed = house.signin.new_session()
    person = Person(house, {SESSION: fixed, FORM: fixed})
    await person.sign_in()
    assert person.cookies[SESSION] != fixed
    assert SAYS.asks in (await Person(house, {SESSION: fixed}).look()).text


async def test_to_sign_in_again_ends_the_session_before(owner: Person) -> None:
    page = await Person(owner.house).look()
    before = owner.cookies[SESSION]
    owner.cookies[FORM] = page.cookies[FORM].value
    assert (await owner.send(do="sign in", csrf=page.csrf, name=OWNER, password=PASSWORD)).status == 303
    assert owner.cookies[SESSION] != before
    assert SAYS.asks in (await Person(owner.house, {SESSION: before}).look()).text


@pytest.mark.parametrize(
    ("name", "password", "problem", "event"),
    [
        (MEMBER, PASSWORD, SAYS.problems["owner"], ("refused", MEMBER)),
        (MEMBER, "wrong", WORDS["ko"].problems["wrong"], ("wrong password", MEMBER)),
        (OWNER, "wrong", WORDS["ko"].problems["wrong"], ("wrong password", OWNER)),
        ("손님", PASSWORD, WORDS["ko"].problems["wrong"], ("wrong password", "손님")),
        ("nobody", PASSWORD, WORDS["ko"].problems["wrong"], ("wrong password", "")),
    ],
)
async def test_nobody_else_gets_in(
    house: House, name: str, password: str, problem: str, event: tuple[str, str]
) -> None:
    person = Person(house)
    reply = await person.sign_in(name, password)
    assert (reply.status, reply.alert) == (403, problem)
    assert person.cookies.keys() == {FORM}
    assert (await house.events())[-1] == event
    assert (await house.log())[-1].peer == "127.0.0.1"
    assert SAYS.asks in (await person.look()).text


async def test_guessing_is_slowed_down_together_with_the_other_door(house: House) -> None:
    for _ in range(3):
        assert (await Person(house).sign_in(password="guess")).status == 403
    reply = await Person(house).sign_in()
    assert (reply.status, reply.headers["Retry-After"]) == (429, "4")
    assert "4초" in reply.alert
    assert house.signin._tries.seconds_to_wait(f"account {OWNER}") > 0
    house.clock.now += 5
    assert (await Person(house).sign_in()).status == 303


async def test_whoever_guesses_does_not_shut_out_a_browser_that_was_here_before(owner: Person) -> None:
    for _ in range(3):
        await Person(owner.house).sign_in(password="guess")
    assert (await Person(owner.house).sign_in()).status == 429
    await owner.press("sign out")
    assert (await owner.sign_in()).status == 303


@pytest.mark.parametrize(
    "change",
    [
        lambda books: books.people.set_password(OWNER, hash_password("another password")),
        lambda books: books.people.set_password(OWNER, None),
        lambda books: books.people.change(Account(OWNER, Role.MEMBER)),
        lambda books: books.people.remove(OWNER),
    ],
    ids=["another password", "no password", "no owner any more", "removed"],
)
async def test_an_account_that_was_changed_is_signed_out(owner: Person, change: Callable[[Database], object]) -> None:
    csrf = (await owner.look()).csrf
    await owner.house.store.run(change)
    before = await owner.house.state()
    reply = await owner.send(do="arm", csrf=csrf, device="door")
    assert (reply.status, reply.alert) == (403, SAYS.problems["ended"])
    assert await owner.house.state() == before
    assert SAYS.asks in (await owner.look()).text


async def test_a_session_ends_after_a_rest_and_after_half_a_day(owner: Person) -> None:
    house = owner.house
    house.clock.now += sessions.IDLE_SECONDS
    assert "현관문" in (await owner.look()).text
    house.clock.now += sessions.IDLE_SECONDS + 1
    assert SAYS.asks in (await owner.look()).text
    await owner.sign_in()
    began = house.clock.now
    while house.clock.now + 1700 <= began + sessions.LONGEST_SECONDS:
        house.clock.now += 1700
        assert "현관문" in (await owner.look()).text
    house.clock.now = began + sessions.LONGEST_SECONDS + 1
    assert SAYS.asks in (await owner.look()).text


async def test_so_many_are_signed_in_at_most(owner: Person) -> None:
    person = await owner.house.store.run(lambda books: books.people.find(OWNER))
    assert person is not None
    shown = iter(map(str, range(100)))
    some = sessions.Sessions(lambda: next(shown), lambda: owner.house.clock.now)
    begun = [some.begin(person)[0] for _ in range(sessions.MAX_SESSIONS)]
    assert some.find(begun[0]) is not None
    begun.append(some.begin(person)[0])
    assert [each for each in begun if some.find(each) is None] == ["1"], "the one that was used the longest ago"


# Forms that are not ours.


BUTTONS = [{"do": "unlink", "link": "1"}, {"do": "unlink", "account": OWNER}, {"do": "arm", "device": "door"}]
BUTTONS += [{"do": "sign out"}]


@pytest.mark.parametrize("token", ["missing", "empty", "foreign", "reused", "old", "of the sign-in form", "bent"])
async def test_without_a_fresh_token_of_ones_own_nothing_changes(owner: Person, token: str) -> None:
    house = owner.house
    access = await house.linked()
    other = Person(house)
    form_token = (await other.look()).csrf
    if token == "foreign":
        await other.sign_in()
    csrf = (await owner.look()).csrf
    sent = {
        "empty": "",
        "foreign": (await other.look()).csrf,
        "of the sign-in form": form_token,
        "bent": csrf[:-1] + "\u00e9",
    }.get(token, csrf)
    if token == "reused":
        assert (await owner.send(do="arm", device="gas", csrf=csrf)).status == 409
    if token == "old":
        house.clock.now += 601
    before = await house.state()
    for button in BUTTONS:
        reply = await owner.send(**button, **({} if token == "missing" else {"csrf": sent}))
        assert (reply.status, reply.alert) == (403, SAYS.problems["again"])
        assert await house.state() == before
        assert await house.counts(access)
    assert "현관문" in (await owner.look()).text, "still signed in"


@pytest.mark.parametrize("token", ["missing", "foreign", "reused", "old"])
async def test_without_a_fresh_token_nobody_signs_in(house: House, token: str) -> None:
    person = Person(house)
    csrf = (await person.look()).csrf
    if token == "reused":
        await person.send(do="sign in", csrf=csrf, name=OWNER, password="wrong")
    if token == "old":
        house.clock.now += 601
    if token == "foreign":
        person = Person(house)
        await person.look()
    before = await house.events()
    form = {"csrf": csrf} if token != "missing" else {}
    reply = await person.send(do="sign in", name=OWNER, password=PASSWORD, **form)
    assert (reply.status, reply.alert) == (403, WORDS["ko"].problems["stale"])
    assert SESSION not in person.cookies
    assert await house.events() == before


ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://127.0.0.1"},
]


async def test_what_another_page_has_sent_is_refused(owner: Person) -> None:
    await owner.house.linked()
    csrf = (await owner.look()).csrf
    before = await owner.house.state()
    for headers in ELSEWHERE:
        for form in (BUTTONS[0], {"do": "sign in", "name": OWNER, "password": PASSWORD}):
            reply = await owner.post(urlencode({"csrf": csrf, **form}).encode(), **headers)
            assert (reply.status, reply.body, reply.cookies) == (403, "", SimpleCookie()), headers
    assert await owner.house.state() == before


async def test_what_our_own_page_sends_is_taken(owner: Person) -> None:
    for headers in ({"Origin": owner.house.url}, {"Sec-Fetch-Site": "none"}):
        csrf = (await owner.look()).csrf
        assert (await owner.post(f"do=arm&device=door&csrf={csrf}".encode(), **headers)).status == 303


FORMS = [
    b"do=unlink&link=1&do=arm",
    b"do=unlink&link=1&link=2",
    b"do=unlink",
    b"do=unlink&link=-1",
    b"do=unlink&link=" + b"9" * 19,
    "do=unlink&link=\u0661".encode(),
    b"do=unlink&link=%D9%A1",
    b"do=arm",
    b"do=burn",
    b"do",
    b"{}",
    b"",
    b"do=%FF",
]


async def test_what_no_button_sends_is_refused(owner: Person) -> None:
    await owner.house.linked()
    before = await owner.house.state()
    for body in FORMS:
        csrf = (await owner.look()).csrf
        reply = await owner.post(body + f"&csrf={csrf}".encode())
        assert (reply.status, reply.body) == (400, ""), body
    assert await owner.house.state() == before


async def test_bodies_that_are_no_form(owner: Person) -> None:
    csrf = (await owner.look()).csrf
    form = f"do=sign+out&csrf={csrf}".encode()
    for headers, body, status in (
        ({"Content-Type": "text/plain"}, form, 400),
        ({"Content-Type": "application/json"}, b"{}", 400),
        ({"Content-Encoding": "gzip"}, form, 415),
        ({}, form + b"&x=" + b"x" * 20_000, 400),
        ({}, form + b"&x=" + b"x" * 70_000, 413),
    ):
        reply = await owner.post(body, **headers)
        assert (reply.status, reply.body) == (status, "")
    assert (await owner.post(form)).status == 303


OURS = [
    "127.0.0.1",
    "127.0.0.1:8001",
    "192.168.0.7:8001",
    "[::1]:8001",
    "[fd00::7]",
    "localhost",
    "LocalHost.:8001",
    "hub.local",
    "Hub.Local.:8001",
]
STRANGERS = [
    "evil.example",
    "127.0.0.1.evil.example",
    "local",
    "hublocal",
    "localhost.evil.example",
    "hub.local.evil.example",
    "evil.example:8001@localhost",
    "localhost evil.example",
    "localhost,evil.example",
    "localhost:port",
    "127.0.0.1/",
    "0x7f000001",
    "2130706433",
    "[localhost]",
    "::1",
    "",
]


REFUSAL = {
    "Server": "clova-gateway",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Type": "text/plain; charset=utf-8",
    "Connection": "close",
}


async def test_it_is_served_by_names_of_the_home_only(house: House) -> None:
    for host in OURS:
        reply = await house.ask("GET", "/", Host=host)
        assert (reply.status, bool(reply.csrf)) == (200, True), host
    for host in STRANGERS:
        for path in ("/", "/else"):
            reply = await house.ask("GET", path, Host=host)
            assert (reply.status, reply.body, reply.cookies) == (403, BY_ANOTHER_NAME, SimpleCookie()), host
            assert {name: reply.headers[name] for name in REFUSAL} == REFUSAL


def test_what_a_stranger_is_told_is_plain_text_in_every_language() -> None:
    english, korean, japanese = BY_ANOTHER_NAME.splitlines()
    assert english.isascii()
    assert "NAME.local" in english
    assert "이름.local" in korean
    assert "名前.local" in japanese


async def test_without_a_name_and_by_two_it_is_not_served_at_all(house: House) -> None:
    for hosts in ("", "Host: localhost\r\nHost: evil.example\r\n", "Host: \u1112.local\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", URL(house.url).port)
        writer.write(f"GET / HTTP/1.0\r\n{hosts}\r\n".encode())
        assert re.match(rb"HTTP/1\.[01] (400|403) ", await reader.read())
        writer.close()
        await writer.wait_closed()


# What is answered.


ROUTES = [
    ("GET", "/", 200),
    ("GET", "/?a=b", 200),
    ("HEAD", "/", 405),
    ("PUT", "/", 405),
    ("OPTIONS", "/", 405),
    ("POST", "/", 400),
    ("GET", "/household", 404),
    ("GET", "/favicon.ico", 404),
    ("GET", "/static/../", 404),
    ("POST", "/healthz", 404),
]


async def test_the_headers_of_every_answer(house: House) -> None:
    for method, path, status in ROUTES:
        reply = await house.ask(method, path)
        assert reply.status == status, (method, path)
        assert (reply.headers["Server"], reply.headers["Cache-Control"]) == ("clova-gateway", "no-store")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in reply.headers
        assert bool(reply.body) is (status == 200)


async def test_the_headers_of_the_pages(owner: Person) -> None:
    for reply in (await owner.look(), await Person(owner.house).look(), await owner.send(do="arm", csrf="no")):
        assert reply.headers["X-Frame-Options"] == "DENY"
        assert reply.headers["Referrer-Policy"] == "same-origin"
        assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert reply.headers["Content-Language"] == "ko"
        found = directives(cast("aiohttp.web.Response", reply))
        assert found | {"style-src": []} == {
            "default-src": ["'none'"],
            "style-src": [],
            "img-src": ["'none'"],
            "form-action": ["'self'"],
            "frame-ancestors": ["'none'"],
            "base-uri": ["'none'"],
        }
        assert all(source.startswith("'sha256-") for source in found["style-src"])
        assert not re.search(r"<script|<img|<link|\son[a-z]+=|\sstyle=|https?://", reply.body)


async def test_the_health_stays_open(house: House) -> None:
    reply = await house.ask("GET", "/healthz", Host="monitor.example")
    assert (reply.status, reply.body) == (200, '{"mqtt": "connected"}')


async def test_a_disk_that_is_slow_keeps_nobody_else_waiting(owner: Person) -> None:
    held = threading.Event()
    holding = asyncio.create_task(owner.house.store.run(lambda _: held.wait()))
    looking = asyncio.create_task(owner.look())
    for _ in range(3):
        assert (await owner.house.ask("GET", "/healthz")).status == 200
    assert not looking.done()
    held.set()
    assert (await looking).status == 200
    await holding


async def test_what_cannot_be_kept_is_told(owner: Person) -> None:
    csrf = (await owner.look()).csrf
    access = await owner.house.linked()
    with closing(sqlite3.connect(owner.house.file)) as raw:
        raw.execute("ALTER TABLE journal RENAME TO elsewhere")
    for reply in (await owner.look(), await owner.send(do="unlink", account=OWNER, csrf=csrf)):
        assert (reply.status, reply.alert) == (503, SAYS.problems["failed"])
        assert not reply.cookies
        assert not reply.csrf
    owner.house.tokens.forget()
    assert await owner.house.counts(access), "all of it or nothing"
    with closing(sqlite3.connect(owner.house.file)) as raw:
        raw.execute("ALTER TABLE elsewhere RENAME TO journal")
    assert "현관문" in (await owner.look()).text


# What the buttons do.


def buttons(page: Reply, do: str) -> list[dict[str, str]]:
    """The forms of the page that do this: their fields."""
    found = []
    for form in re.findall("<form.*?</form>", page.body, re.DOTALL):
        if f'name="do" value="{do}"' in form:
            pairs = re.findall('<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
            found.append({name: unescape(value) for name, value in pairs} | {"do": do})
    return found


async def test_one_link_is_ended(owner: Person) -> None:
    house = owner.house
    kept, ended = await house.linked(), await house.linked()
    page = await owner.look()
    for number in (1, 2):
        assert f"CLOVA 연결 {number} 연결 2026-11-21 07:30 · 갱신 2026-11-21 07:30" in page.text
    form = next(form for form in buttons(page, "unlink") if form.get("link") == "2")
    reply = await owner.send(**form)
    assert (reply.status, reply.headers["Location"]) == (303, "/")
    assert (await house.counts(kept), await house.counts(ended)) == (True, False)
    assert (await house.log())[-1] == Entry(
        Event.UNLINKED, OWNER, peer="127.0.0.1", detail=f"unlinked at home: link 2, by {OWNER}"
    )
    page = await owner.look()
    assert "CLOVA 연결 2 연결" not in page.text
    assert f"연결 해제 · {OWNER} 집에서 연결 해제: CLOVA 연결 2 · {OWNER} · 127.0.0.1" in page.text
    events = await house.events()
    assert (await owner.press("unlink", link="2")).status == 303, "it had ended before"
    assert await house.events() == events


async def test_all_links_and_tokens_of_an_account_are_ended(owner: Person) -> None:
    house = owner.house
    mine = await house.linked()
    theirs = [await house.linked(MEMBER), await house.linked(MEMBER)]
    given = await house.store.run(lambda books: books.people.add_token(MEMBER, WALL, 600))
    assert given is not None
    page = await owner.look()
    assert SAYS.tokens.format(number=1) in page.text
    (form,) = (form for form in buttons(page, "unlink") if form.get("account") == quote(MEMBER))
    assert (await owner.send(**form)).status == 303
    assert [await house.counts(each) for each in (mine, *theirs, given)] == [True, False, False, False]
    last = (await house.log())[-1]
    assert (last.event, last.account) == (Event.UNLINKED, MEMBER)
    assert last.detail == f"unlinked at home: 2 links and 1 access token, by {OWNER}"
    assert not [form for form in buttons(await owner.look(), "unlink") if form.get("account") == quote(MEMBER)]
    events = await house.events()
    for nobody in (MEMBER, "nobody"):
        assert (await owner.press("unlink", account=nobody)).status == 303
    assert await house.events() == events


async def test_what_is_guarded_is_armed(owner: Person) -> None:
    house = owner.house
    page = await owner.look()
    assert f"현관문 잠금장치 · {SAYS.unlocking['armed']}" in page.text
    assert f"가스 밸브 밸브 · {SAYS.unlocking['never']}" in page.text
    assert f"대문 출입구 · {SAYS.unlocking['always']}" in page.text
    assert "거실 전등 잠금장치" not in page.text
    (form,) = buttons(page, "arm")
    assert (await owner.send(**form)).status == 303
    assert house.arming.seconds_left("door") == 90
    house.clock.now += 16.5
    assert SAYS.armed.format(time="74초") in (await owner.look()).text
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await house.log())[-1] != Entry(Event.ARMED, OWNER, "door"):
            pass
    assert f"열기 허용 · {OWNER} · 현관문" in (await owner.look()).text
    house.clock.now += 80
    assert "남은 시간" not in (await owner.look()).text


def alarm() -> Wiring:
    """May be disarmed once it was armed."""
    wiring = plain("siren", "SWITCH", "현관 경보", on_off=BOLT, lock={"unlock": "armed"})
    return replace(wiring, device=replace(wiring.device, guarded="alarm"))


async def test_an_alarm_is_disarmed_and_not_opened(owner: Person) -> None:
    house, wiring = owner.house, alarm()
    unlocking = replace(wiring.device.unlocking, when="never")
    house.registry.put(replace(wiring, device=replace(wiring.device, unlocking=unlocking)))
    assert "현관 경보 경보 · 음성으로 해제할 수 없음 " in (await owner.look()).text
    house.registry.put(wiring)
    page = await owner.look()
    assert f"현관 경보 경보 · {SAYS.disarming['armed']} 한 번 해제 허용 " in page.text
    (form,) = (form for form in buttons(page, "arm") if form["device"] == "siren")
    assert (await owner.send(**form)).status == 303
    assert SAYS.disarming_armed.format(time="90초") in (await owner.look()).text
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await house.log())[-1] != Entry(Event.ARMED, OWNER, "siren"):
            pass
    await house.store.run(lambda books: books.journal.note(Entry(Event.OPENED, OWNER, "siren", detail="echo"), WALL))
    text = (await owner.look()).text
    assert f"경보 해제 허용 · {OWNER} · 현관 경보" in text
    assert f"경보 해제됨 · {OWNER} · 현관 경보 기기 상태로 확인" in text


async def test_what_cannot_be_armed_is_told(owner: Person) -> None:
    for device in ("gas", "gate", "lamp", "gone"):
        reply = await owner.press("arm", device=device)
        assert (reply.status, reply.alert) == (409, SAYS.problems["unarmed"])
        assert not owner.house.arming.seconds_left(device)


async def test_what_is_told_of_accounts(owner: Person) -> None:
    text = (await owner.look()).text
    assert f"{OWNER} 관리자 {SAYS.unlimited} {SAYS.nothing_linked}" in text
    assert f"{MEMBER} 구성원 기기: gone, 거실 전등 동작: 전체 {SAYS.nothing_linked}" in text
    assert f"손님 손님 · {SAYS.without_password} 기기: 없음 동작: TurnOn {SAYS.nothing_linked}" in text


def ringing(alarm: str = "smoke", device: str = "lamp", **more: object) -> dict[str, object]:
    """An active alarm, as AlarmStatus tells of it."""
    return {"alarm": alarm, "device": device, "since": "2026-11-21T07:30:00+09:00", "is_ending": False} | more


async def test_active_alarms_are_shown_to_an_owner_in_their_language(owner: Person) -> None:
    assert SAYS.nothing_active in (await owner.look()).text
    owner.house.ringing += [
        ringing(),
        ringing("leak", "gone", is_ending=True),
        ringing("보일러실 <과열>", ""),
    ]
    text = (await owner.look()).text
    assert "연기 · 거실 전등 2026-11-21 07:30 누수 · gone 2026-11-21 07:30 · 끝나는 중 보일러실 <과열> 2026" in text
    assert SAYS.nothing_active not in text
    assert "Smoke · 거실 전등" in (await owner.look(**{"Accept-Language": "en"})).text
    assert "煙 · 거실 전등" in (await owner.look(**{"Accept-Language": "ja"})).text
    assert "연기" not in (await Person(owner.house).look()).text


async def test_of_many_alarms_the_first_are_shown(owner: Person) -> None:
    owner.house.ringing += [ringing(f"own {number}") for number in range(ACTIVE + 1)]
    text = (await owner.look()).text
    assert f"own {ACTIVE - 1} " in text
    assert f"own {ACTIVE} " not in text


def test_every_alarm_has_a_name_in_every_language() -> None:
    assert SORTS.keys() == {alarm.name for alarm in ALARMS}
    for named in SORTS.values():
        assert named.keys() == set(LANGUAGES)
        assert all(name.strip() == name != "" for name in named.values())


async def test_the_last_30_lines_of_the_log_the_newest_first(owner: Person) -> None:
    def note(books: Database) -> None:
        for number in range(40):
            books.journal.note(Entry(Event.REFUSED, OWNER, "lamp", detail=f"number {number}"), WALL + 60 * number)

    await owner.house.store.run(note)
    numbers = re.findall(r"number (\d+)", (await owner.look()).text)
    assert numbers == [str(number) for number in range(39, 9, -1)]
    assert "2026-11-21 08:09 거부 · haneul · 거실 전등 number 39" in (await owner.look()).text


BY = "link 9 and 3 links, by local"


@pytest.mark.parametrize(
    ("detail", "ko", "ja"),
    [
        ("echo", "기기 상태로 확인", "機器の状態で確認"),
        ("added as owner", "관리자로 추가", "管理者として追加"),
        ("unlinked at home: 1 link", "집에서 연결 해제: 연결 1개", "家で連携を解除: 連携 1 件"),
        (
            f"unlinked at home: 2 links and 1 access token, by {BY}",
            f"집에서 연결 해제: 연결 2개, 액세스 토큰 1개 · {BY}",
            f"家で連携を解除: 連携 2 件、アクセストークン 1 件 · {BY}",
        ),
        (
            "unlinked at home: 11 access tokens",
            "집에서 연결 해제: 액세스 토큰 11개",
            "家で連携を解除: アクセストークン 11 件",
        ),
        ("Silent", "기기의 응답 없음", "機器の応答なし"),
        ("tries of its PIN forgotten", "PIN 시도 횟수 초기화", "PIN の試行回数をリセット"),
        ("skill: a wrong PIN, 2 tries left", "틀린 PIN, 남은 횟수 2회", "PIN の誤り、残り 2 回"),
        ("access token for 1 day", "1일 동안 유효한 액세스 토큰 발급", "1 日間有効なアクセストークンを発行"),
        ("SetLockState: echo", "SetLockState: echo", "SetLockState: echo"),
        ("link {}", "link {}", "link {}"),
        ("unlinked at home: all", "unlinked at home: all", "unlinked at home: all"),
        ("{}", "{}", "{}"),
    ],
)
async def test_fixed_words_of_the_log_are_told_in_the_language_of_the_page(
    owner: Person, detail: str, ko: str, ja: str
) -> None:
    entry = Entry(Event.CHANGED, LOCAL.name, detail=detail)
    await owner.house.store.run(lambda books: books.journal.note(entry, WALL))
    for language, who, said in (
        ("ko", "허브의 명령줄", ko),
        ("ja", "ハブのコマンドライン", ja),
        ("en", "local", detail),
    ):
        page = await owner.look(**{"Accept-Language": language})
        assert f"· {who} {said} " in page.text


async def test_hostile_names_are_only_letters(owner: Person) -> None:
    house = owner.house
    hostile = f'<script>alert(1)</script>{BIDI}"\r\n\x1b[31m&amp;'

    def write(books: Database) -> None:
        books.people.add(Account(hostile, devices=frozenset({hostile})), None, WALL)
        books.people.add_token(hostile, WALL, 600)
        books.journal.note(Entry(Event.REFUSED, hostile, hostile, hostile, hostile), WALL)

    await house.store.run(write)
    clean = len(re.findall("<[^>]*>", (await owner.look()).body))
    house.registry.put(plain("door", "SMARTLOCK", hostile, lock={**BOLT, "unlock": "armed"}))
    page = await owner.look()
    assert len(re.findall("<[^>]*>", page.body)) == clean
    assert "<script" not in page.body
    assert not set(page.body) & set(BIDI + "\r\x1b")
    assert page.text.count('<script>alert(1)</script>"') >= 6
    (form,) = (form for form in buttons(page, "unlink") if "script" in form.get("account", ""))
    assert (await owner.send(**form)).status == 303
    assert (await house.log())[-1].account == hostile, "and are still found by their buttons"


async def test_names_that_are_typed_are_spelt_in_one_way(house: House) -> None:
    await house.store.run(lambda books: books.people.add(Account("하늘", Role.OWNER), KEPT_PASSWORD, WALL))
    assert (await Person(house).sign_in(" \u1112\u1161\u1102\u1173\u11af ")).status == 303


# Words, and how it looks.


def texts_of(words: HouseholdWords) -> dict[str, str]:
    return texts({each.name: getattr(words, each.name) for each in fields(words)})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text(language: Language) -> None:
    first, other = texts_of(HOUSEHOLD["ko"]), texts_of(HOUSEHOLD[language])
    assert first.keys() == other.keys()
    assert {event.value for event in Event} == set(HOUSEHOLD[language].events)
    assert {role.value for role in Role} == set(HOUSEHOLD[language].roles)
    assert not set(HOUSEHOLD[language].problems) & set(WORDS[language].problems)
    for place, text in other.items():
        assert text.strip() == text != "", place
        assert placeholders(text) == placeholders(first[place]), place
        scripts = {unicodedata.name(letter).split()[0].split("-")[0] for letter in text if letter.isalpha()}
        assert scripts - {"LATIN"} <= set(SCRIPTS[language].split("|")), place
        assert language == "en" or scripts != {"LATIN"}, place


def details_in(tree: ast.AST) -> Iterator[str]:
    """The fixed words that are given to `Entry(detail=...)`, `written(...)` and `_end_stolen(...)`."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            given = {"written": call.args[2:3], "_end_stolen": call.args[1:2]}.get(name, [])
            given += [one.value for one in call.keywords if name == "Entry" and one.arg == "detail"]
            yield from (str(one.value) for one in given if isinstance(one, ast.Constant))


def test_every_fixed_detail_is_told_in_the_language_of_the_page() -> None:
    made = {proof.name.lower() for proof in Proof} | {f"added as {role}" for role in Role}
    made |= {one.__name__ for one in vars(problems).values() if isinstance(one, type) and issubclass(one, Problem)}
    written = {
        one for file in Path(gateway.__path__[0]).rglob("*.py") for one in details_in(ast.parse(file.read_text()))
    }
    assert {"by CLOVA", "password", "a code was used twice", "tries of its PIN forgotten"} <= written
    assert (made | written) - {"Problem"} <= set(DETAILS)
    for detail, told in DETAILS.items():
        assert set(told) == {"ko", "ja"}
        for language, text in told.items():
            assert placeholders(text) == placeholders(detail)
            scripts = {unicodedata.name(letter).split()[0].split("-")[0] for letter in text if letter.isalpha()}
            assert set() < scripts - {"LATIN"} <= set(SCRIPTS[language].split("|")), detail


async def look_at(page: Page, folder: Path, name: str) -> None:
    """It fits and can be read, on a phone and on a wide screen; the pictures are there to be looked at."""
    for width, height in ((1280, 800), (320, 568), PHONE):
        await page.set_viewport_size({"width": width, "height": height})
        await page.screenshot(path=folder / f"{name}-{width}.png", full_page=True, scale="css")
        found = await page.evaluate(LOOK)
        assert found["overflow"] <= 0
        assert all(tall >= 44 for tall in found["buttons"])
        assert all(labels == 1 for labels in found["labels"])
        for text, colour, behind in found["colours"]:
            assert contrast(colour, behind) >= 4.5, text


async def use(page: Page, house: House, folder: Path, language: Language) -> None:
    """Sign in, arm the door, end the newest link, sign out."""
    says, words = HOUSEHOLD[language], WORDS[language]
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(house.url)
    await look_at(page, folder, f"{language}-sign-in")
    await page.get_by_label(words.name).fill(OWNER)
    await page.get_by_label(words.password).fill(PASSWORD)
    await page.get_by_role("button", name=says.sign_in, exact=True).click()
    await page.get_by_role("button", name=says.arm, exact=True).click()
    await page.get_by_text(says.armed.split("{", maxsplit=1)[0]).wait_for()
    await look_at(page, folder, f"{language}-page")
    links = await house.store.run(lambda books: books.granted.links())
    last = page.locator("li.line", has=page.locator(f"#link-{links[-1].id}"))
    await last.get_by_role("button", name=says.unlink, exact=True).click()
    await last.wait_for(state="detached")
    assert await house.store.run(lambda books: books.granted.links()) == links[:-1]
    await page.get_by_role("button", name=says.sign_out, exact=True).click()
    await page.get_by_label(words.name).wait_for()
    assert not complaints


async def test_as_an_owner_sees_and_uses_it(tmp_path: Path) -> None:
    def write(books: Database) -> None:
        name = "아주아주긴이름을가진우리집식구의계정이름이여기에있습니다" * 2
        books.people.add(Account(name, devices=frozenset(f"0x00158d000{n}" for n in range(9))), None, WALL)
        for number, event in enumerate(Event):
            books.journal.note(Entry(event, MEMBER, "door", "fd00::1234:5678", "SetLockState: ECHO"), WALL + number)
        for name_of_event in HOUSEHOLD["ko"].alarm_events:
            books.journal.note(Entry(Event(name_of_event), LOCAL.name, "siren", detail="acknowledged"), WALL + 60)

    async with opened(tmp_path) as house, chromium(tmp_path) as program:
        house.registry.put(alarm())
        house.ringing += [ringing(), ringing("lost", "door", is_ending=True)]
        house.arming.arm("siren", 90)
        await house.linked(MEMBER)
        await house.store.run(write)
        for language in LANGUAGES:
            await house.linked()
            house.arming.disarm("door")
            context = await visit(program, LOCALES[language], dark=language == "ja")
            page = await context.new_page()
            await use(page, house, tmp_path, language)
            await context.close()
