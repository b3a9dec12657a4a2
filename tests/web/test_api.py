"""The API at the private door: who is let in, who sees what, and that each answer is as the document says."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # a tool of the tests
from yarl import URL

from gateway.accounts.grants import Grants
from gateway.accounts.pace import Pace
from gateway.accounts.passwords import hash_password
from gateway.accounts.tokens import Tokens, new_token
from gateway.accounts.users import Account, Role
from gateway.bulletin import WatchedState
from gateway.engine.registry import Registry
from gateway.home.device import Device
from gateway.links.store import Database, Store
from gateway.signin import SignIn
from gateway.web import api as api_module
from gateway.web.alarms import AlarmStatus
from gateway.web.api import Api
from gateway.web.api_table import REFUSALS, RESOURCES, Asked, Resource
from gateway.web.door import LIMITS, Limits
from gateway.web.events import BEAT, Beat
from gateway.web.household import TEMPLATES, Household
from gateway.web.household_entry import FORM, KNOWN, SESSION
from gateway.web.openapi import document, refusals_of
from gateway.web.pages import Press
from gateway.web.private import open_private
from gateway.web.status import Status
from tests.homes import WALL, plain

OWNER, MEMBER, LIMITED, GUEST, PASSWORD = "haneul", "바다", "별", "손님", "correct horse battery"
KEPT = hash_password(PASSWORD)
DOCUMENT = document()
SWITCH = {"command": "it/set", "state": "it"}
IDS = ("lamp", "fan", "vault")
HIDDEN = {"vault": "it guards something"}


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def row_named(name: str) -> Resource:
    return next(row for row in RESOURCES if row.name == name)


def schema_of(row: Resource, status: int) -> Mapping[str, Any]:
    """What the document says of an answer; a KeyError for one that it does not know."""
    answer = DOCUMENT["paths"][row.path][row.method.lower()]["responses"][str(status)]
    return cast(Mapping[str, Any], answer["content"]["application/json"]["schema"])


@dataclass(slots=True)
class Reply:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    cookies: SimpleCookie
    body: str

    @property
    def told(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Of a refusal."""
        return str(self.told["code"])


class FakeStatus:
    """Devices of which nothing is known."""

    def __init__(self, registry: Registry, state: WatchedState) -> None:
        self.registry = registry
        self.state = state
        self.said: list[tuple[str, str, object, Account]] = []
        self.link, self.room = "connected", ""
        self.defect: Exception | None = None

    def report(self) -> dict[str, Any]:
        if self.defect is not None:
            raise self.defect
        return {"version": "1", "since": 1, "devices": 3, "found": 0, "taken_in": 0, "defects": 0, **self.links()}

    def links(self) -> dict[str, str]:
        return {"mqtt": self.link, "tunnel": "off"}

    def line(self, device_id: str) -> dict[str, Any] | None:
        if device_id not in [wiring.device.id for wiring in self.registry.wirings()]:
            return None
        device = self.registry.wiring(device_id).device
        return {
            "id": device.id,
            "name": device.name,
            "type": device.kind,
            "location": self.room,
            "actions": ["TurnOn"],
            "state": {str(slot): reading.value for slot, reading in self.state.readings(device_id).items()},
            "presence": self.state.presence(device_id).value,
            "dialect": "plain",
            "hidden": HIDDEN.get(device.id, ""),
            "confirmed": True,
        }

    def devices(self, is_wanted: Callable[[Device], bool]) -> list[dict[str, Any]]:
        lines = (self.line(one.device.id) for one in self.registry.wirings() if is_wanted(one.device))
        return [line | {"age_seconds": None, "notes": ["it is like vault"]} for line in lines if line is not None]

    def explain(self, device_id: str) -> dict[str, Any] | None:
        line = self.line(device_id)
        empty: dict[str, Any] = {"unreadable": {}, "described_by": {}, "slots": [], "not_used": []}
        no = dict.fromkeys(("age_seconds", "last_command", "last_proof", "guarded", "found_as", "announces"))
        return line and line | empty | no | {"presence_from": "", "sleepy": False, "patient": False}

    def seen(self) -> dict[str, Any]:
        return {key: [] for key in ("refused", "announced", "same_id", "guards_nothing", "no_room_for", "unmatched")}

    async def say(self, action: str, device: str, value: object, account: Account) -> dict[str, Any] | None:
        self.said.append((action, device, value, account))
        return {"request": {}, "answer": {}, "proof": "echo", "ms": 1.0} if action == "TurnOn" else None


class FakeAlarms:
    """Alarms as a test has them."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def ring(self, alarm: str, device: str, **more: Any) -> None:
        told = {"alarm": alarm, "severity": "life", "device": device, "name": "", "slot": alarm, "said": ""}
        self.found.append(told | {"since": "2026-11-21T07:30:00+09:00", "is_ending": False} | more)

    def active(self) -> list[dict[str, Any]]:
        return [dict(one) for one in self.found]

    def report(self) -> dict[str, Any]:
        lists: dict[str, Any] = {key: [] for key in ("waiting", "sent", "failed", "limited", "active")}
        notes: dict[str, Any] = {"without_message": [], "about_nobody": [], "unclaimed": 0}
        counts = {"active_in_all": 0, "waiting_in_all": 0}
        push = {"push": {"state": "ready", "why": ""}, "disk": "", "disk_state": "", "link": "", "hearing": None}
        return lists | notes | counts | push


def no_way() -> dict[str, Any]:
    reach: dict[str, Any] = dict.fromkeys(("checked_at", "rtt_seconds", "certificate_days", "clock_off_seconds"))
    reach |= {"state": "off", "hop": "", "detail": "", "why": "", "since": 0.0, "warnings": []}
    more: dict[str, Any] = {"certificate": None, "connections": 0, "refusals": {}, "drops": {}}
    return {"reach": reach, "tunnel": "off", "lines": []} | more


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
    status: FakeStatus
    alarms: FakeAlarms
    state: WatchedState
    registry: Registry
    api: Api
    clock: Clock

    async def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        url = URL(self.url + path, encoded=True)
        async with self.session.request(method, url, data=body, headers=headers, allow_redirects=False) as got:
            reply = Reply(got.status, dict(got.headers), got.cookies, await got.text())
        if path.startswith("/api/"):
            judge(method, path.removeprefix("/api").partition("?")[0], reply)
        return reply

    async def change(self, account: Account) -> None:
        await self.store.run(lambda books: books.people.change(account))


def judge(method: str, path: str, reply: Reply) -> None:
    """Every answer is as the document says, and is kept to itself."""
    for name, value in ALWAYS.items():
        assert reply.headers[name] == value
    if reply.status == 200 and reply.headers["Content-Type"] == "text/event-stream":
        return
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    rows = [row for row in RESOURCES if re.fullmatch(re.sub("{.*?}", "[^/]+", row.path), path)]
    row = next((row for row in rows if row.method == method), None)
    if row is None:
        assert (reply.status, reply.code) == ((405, "method") if rows else (404, "not_found"))
        validator(DOCUMENT["components"]["schemas"]["Error"]).validate(reply.told)
    else:
        validator(schema_of(row, reply.status)).validate(reply.told)
    if reply.status >= 400:
        assert REFUSALS[reply.code][0] == reply.status
        assert row is None or reply.code in refusals_of(row)
        assert reply.told["error"]


JSON = {"Content-Type": "application/json"}
ALWAYS = {
    "Server": "clova-gateway",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(slots=True)
class Person:
    """A program in the browser of somebody, which keeps our cookies."""

    house: House
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}

    async def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        reply = await self.house.ask(method, f"/api{path}", body, **(self.cookie | headers))
        for name, morsel in reply.cookies.items():
            self.cookies[name] = morsel.value
            if morsel["max-age"] == "0":
                del self.cookies[name]
        return reply

    async def get(self, path: str) -> Reply:
        return await self.ask("GET", path)

    async def send(self, path: str, given: object, method: str = "POST", **headers: str) -> Reply:
        usual = {"Content-Type": "application/json", "X-CSRF-Token": self.csrf, "Sec-Fetch-Site": "same-origin"}
        return await self.ask(method, path, json.dumps(given).encode(), **(usual | headers))

    async def look(self) -> Reply:
        reply = await self.get("/session")
        self.csrf = reply.told["csrf"]
        return reply

    async def sign_in(self, name: str = OWNER, password: str = PASSWORD) -> Reply:
        await self.look()
        reply = await self.send("/session", {"name": name, "password": password})
        if reply.status == 200:
            self.csrf = reply.told["csrf"]
        return reply


PEOPLE = (
    Account(OWNER, Role.OWNER),
    Account(MEMBER),
    Account(LIMITED, devices=frozenset({"fan", "vault"})),
    Account(GUEST, Role.GUEST, frozenset({"lamp"})),
)


@asynccontextmanager
async def opened(folder: Path, beat: Beat = BEAT, limits: Limits = LIMITS) -> AsyncIterator[House]:
    store = Store(folder / "gateway.db")
    await store.open()
    registry, state, clock = Registry(), WatchedState(), Clock()
    status, alarms = FakeStatus(registry, state), FakeAlarms()
    for device in IDS:
        registry.put(plain(device, on_off=SWITCH))

    def now() -> float:
        return clock.now

    def never(*_: object) -> float:
        return 0.0

    signin, tokens = SignIn(store, now, lambda: WALL), Tokens(store, now, lambda: WALL)
    press = Press("집", "ko", TEMPLATES)
    page = Household(
        store, signin, tokens, registry, never, never, press, {}, ZoneInfo("Asia/Seoul"), now, lambda: WALL
    )
    told = cast(Status, status), cast(AlarmStatus, alarms), no_way
    api = Api(*told, page, state, registry, now, beat)

    def people(books: Database) -> None:
        for account in PEOPLE:
            books.people.add(account, KEPT, WALL)
        grants = Grants(books.granted, books.journal, WALL)
        (code, _), (access, _), (refresh, _) = new_token(), new_token(), new_token()
        grants.add_code(code, OWNER, "clova", "https://clova.example/", "home", "")
        found = grants.find_code(code, "clova")
        assert found is not None
        grants.redeem(found, access, refresh)

    async def metrics(request: web.Request) -> web.Response:  # noqa: ARG001
        return web.Response(text="figures")

    async with (
        open_private(cast(Status, status), metrics, "127.0.0.1", 0, page, api.open_private, limits=limits) as port,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False) as session,
    ):
        await store.run(people)
        url = f"http://127.0.0.1:{port}"
        yield House(url, session, store, status, alarms, state, registry, api, clock)
    await store.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path) as found:
        yield found


@pytest.fixture
async def owner(house: House) -> Person:
    person = Person(house)
    assert (await person.sign_in()).status == 200
    return person


async def signed_in(house: House, name: str) -> Person:
    person = Person(house)
    assert (await person.sign_in(name)).status == 200
    return person


# Who is let in.

PLAIN = [row for row in RESOURCES if row.media == "application/json"]


def called(row: Resource) -> str:
    return row.name


def path_of(row: Resource) -> str:
    return row.path.replace("{id}", "lamp")


BODIES = {"Say": {"action": "TurnOn", "device": "lamp"}, "Credentials": {"name": OWNER, "password": PASSWORD}}


async def use(person: Person, row: Resource, **headers: str) -> Reply:
    if row.method == "GET":
        return await person.ask("GET", path_of(row), None, **headers)
    return await person.send(path_of(row), BODIES.get(row.body), row.method, **headers)


@pytest.mark.parametrize("row", RESOURCES, ids=called)
async def test_a_foreign_host_is_refused(owner: Person, row: Resource) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example:8801", "hub.local.evil.example", ""):
        reply = await use(owner, row, Host=host)
        assert (reply.status, reply.code, reply.headers["Connection"]) == (403, "another_name", "close")
        assert not reply.cookies


async def test_everything_but_the_health_is_asked_for_by_our_name(house: House) -> None:
    for path, status in (("/metrics", 403), ("/", 403), ("/else", 403), ("/healthz", 200)):
        assert (await house.ask("GET", path, Host="evil.example")).status == status
    for host in ("127.0.0.1:8801", "[::1]", "localhost", "hub.local", "192.168.0.7:8801"):
        assert (await house.ask("GET", "/metrics", Host=host)).status == 200


async def test_names_of_the_owner_and_of_the_machine(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.web.household_entry.gethostname", lambda: "Hub")

    async def nothing(request: web.Request) -> web.Response:  # noqa: ARG001
        return web.Response()

    page = cast(Household, SimpleNamespace(handle=nothing))
    where = (cast(Status, house.status), nothing, "127.0.0.1", 0, page, lambda _: None)
    async with open_private(*where, ["Home.Example"]) as port:
        house.url = f"http://127.0.0.1:{port}"
        for host, status in (("hub", 200), ("home.example:8801", 200), ("hub.example", 403), ("example", 403)):
            assert (await house.ask("GET", "/metrics", Host=host)).status == status, host


@pytest.mark.parametrize("row", RESOURCES, ids=called)
async def test_without_a_session_only_the_open_is_answered(house: House, row: Resource) -> None:
    for cookies in ({}, {SESSION: "x" * 43}, {SESSION: ""}):
        person = Person(house, dict(cookies))
        reply = await use(person, row)
        if row.is_open:
            assert reply.status == (403 if row.name == "signIn" else 200)
        else:
            assert (reply.status, reply.code) == (401, "not_signed_in")
    assert not house.status.said


@pytest.mark.parametrize("row", RESOURCES, ids=called)
async def test_what_another_page_has_sent_is_refused(owner: Person, row: Resource) -> None:
    port = URL(owner.house.url).port
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://127.0.0.1:{(port or 0) + 1}"},
    ):
        reply = await use(owner, row, **headers)
        assert (reply.status, reply.code) == (403, "from_elsewhere"), headers
    assert not owner.house.status.said
    assert (await owner.look()).told["account"] == OWNER


@pytest.mark.parametrize("row", [row for row in RESOURCES if row.method != "GET"], ids=called)
async def test_a_change_needs_the_token_of_its_session(owner: Person, row: Resource) -> None:
    other, mine = await signed_in(owner.house, OWNER), owner.csrf
    for token in ("", "x", other.csrf, mine[:-1], mine + "x", "\u00e9"):
        owner.csrf = token
        reply = await use(owner, row)
        assert (reply.status, reply.code) == (403, "csrf"), token
    without = await owner.ask("POST", "/say", b"{}", **JSON)
    assert (without.status, without.code) == (403, "csrf")
    assert not owner.house.status.said
    owner.csrf = mine
    if row.name != "signIn":
        assert (await use(owner, row)).status == 200


ALLOWED = {
    OWNER: {row.name for row in RESOURCES},
    MEMBER: {row.name for row in RESOURCES if not row.for_owners},
    GUEST: {row.name for row in RESOURCES if not row.for_owners},
}
FOR_OWNERS = {"getStatus", "explainDevice", "getSeen", "getAlarms", "getWay", "getAccounts", "getLinks"}


def test_what_is_for_owners() -> None:
    assert {row.name for row in RESOURCES if row.for_owners} == FOR_OWNERS
    assert {row.name for row in RESOURCES if row.is_open} == {"getSession", "signIn", "getDocument"}


@pytest.mark.parametrize("name", ALLOWED)
async def test_who_may_ask_what(house: House, name: str) -> None:
    person = await signed_in(house, name)
    for row in PLAIN:
        if row.name in ("signIn", "signOut"):
            continue
        reply = await use(person, row)
        if row.name in ALLOWED[name]:
            assert reply.status == 200, row
        else:
            assert (reply.status, reply.code) == (403, "owners_only"), row


@pytest.mark.parametrize(
    ("name", "devices", "alarms"),
    [
        (OWNER, {"lamp", "fan", "vault"}, {"lamp", "fan", "", "vault", "nowhere"}),
        (MEMBER, {"lamp", "fan"}, {"lamp", "fan", ""}),
        (LIMITED, {"fan"}, {"fan"}),
        (GUEST, {"lamp"}, {"lamp"}),
    ],
)
async def test_everybody_sees_their_own_devices(house: House, name: str, devices: set[str], alarms: set[str]) -> None:
    for device in ("lamp", "fan", "", "vault", "nowhere"):
        house.alarms.ring("smoke", device)
    person = await signed_in(house, name)
    told = (await person.get("/devices")).told
    assert {one["id"] for one in told} == devices
    assert {bool(one["notes"]) for one in told} == {name == OWNER}, "they are for the owner, and name other devices"
    assert {one["device"] for one in (await person.get("/alarms/active")).told} == alarms


# Signing in and out.


async def test_a_program_signs_in_and_out(house: House) -> None:
    person = Person(house)
    nobody = await person.look()
    assert (nobody.told["account"], nobody.told["role"], set(person.cookies)) == (None, None, {FORM})
    reply = await person.sign_in(MEMBER)
    assert reply.told == {"account": MEMBER, "role": "member", "csrf": person.csrf}
    assert set(person.cookies) == {SESSION, KNOWN}
    for name in (SESSION, KNOWN, FORM):
        cookie = reply.cookies[name]
        assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Strict", True, "/")
    assert (await person.look()).told == reply.told
    before = dict(person.cookies)
    assert (await person.send("/session", None, "DELETE")).told["account"] is None
    assert SESSION not in person.cookies
    person.cookies = before
    assert (await person.get("/devices")).status == 401


async def test_the_session_of_the_page_is_that_of_the_api(owner: Person) -> None:
    page = await owner.house.ask("GET", "/", None, **owner.cookie)
    assert OWNER in page.body
    member = await signed_in(owner.house, MEMBER)
    assert MEMBER not in (await owner.house.ask("GET", "/", None, **member.cookie)).body, "the page is for owners"


async def test_a_session_is_new_at_each_signing_in(house: House) -> None:
    fixed = "a" * 43
    person = Person(house, {SESSION: fixed, FORM: fixed})
    await person.sign_in()
    first = person.cookies[SESSION]
    assert first != fixed
    other = Person(house, dict(person.cookies))
    other.cookies[FORM] = "".join(Person(house).cookies.values())
    del person.cookies[SESSION]
    await person.sign_in()
    assert person.cookies[SESSION] != first


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": OWNER, "password": "guess"}, "wrong"),
        ({"name": "nobody", "password": PASSWORD}, "wrong"),
        ({"name": OWNER}, "bad_request"),
        ({"name": OWNER, "password": 1}, "bad_request"),
        ([], "bad_request"),
    ],
)
async def test_who_does_not_get_in(house: House, given: object, code: str) -> None:
    person = Person(house)
    await person.look()
    reply = await person.send("/session", given)
    assert reply.code == code
    assert SESSION not in person.cookies


async def test_guessing_is_slowed_down(house: House) -> None:
    for _ in range(3):
        assert (await Person(house).sign_in(password="guess")).status == 403
    reply = await Person(house).sign_in()
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (429, "wait", "5")


async def test_a_token_for_signing_in_counts_once(house: House) -> None:
    person = Person(house)
    await person.look()
    given = {"name": OWNER, "password": "guess"}
    assert (await person.send("/session", given)).code == "wrong"
    assert (await person.send("/session", given | {"password": PASSWORD})).code == "csrf"


@pytest.mark.parametrize(
    "change",
    [
        lambda books: books.people.set_password(MEMBER, hash_password("another")),
        lambda books: books.people.change(Account(MEMBER, Role.GUEST)),
        lambda books: books.people.remove(MEMBER),
    ],
    ids=["another password", "another role", "removed"],
)
async def test_an_account_that_was_changed_is_signed_out(house: House, change: Callable[[Database], object]) -> None:
    person = await signed_in(house, MEMBER)
    await house.store.run(change)
    assert (await person.get("/devices")).status == 401


async def test_new_limits_count_at_once(house: House) -> None:
    person = await signed_in(house, MEMBER)
    await house.change(Account(MEMBER, devices=frozenset({"fan"})))
    assert [one["id"] for one in (await person.get("/devices")).told] == ["fan"]


# What is told, and what is sent.


async def test_what_is_said_is_said_for_the_account(house: House) -> None:
    person = await signed_in(house, GUEST)
    reply = await person.send("/say", {"action": "TurnOn", "device": "lamp", "value": {"value": 3}})
    assert reply.told["proof"] == "echo"
    assert house.status.said == [("TurnOn", "lamp", {"value": 3}, PEOPLE[3])]
    unknown = await person.send("/say", {"action": "TurnOnn"})
    assert (unknown.status, unknown.told["error"]) == (
        404,
        "no action 'TurnOnn' is known here; did you mean TurnOn?",
    )


async def test_accounts_and_links(owner: Person) -> None:
    accounts = {one["name"]: one for one in (await owner.get("/accounts")).told}
    assert accounts[GUEST] == {
        "name": GUEST,
        "role": "guest",
        "since": "2026-11-21T07:30:00+09:00",
        "can_sign_in": True,
        "links": 0,
        "tokens": 0,
        "devices": ["lamp"],
        "actions": None,
    }
    assert accounts[OWNER]["links"] == 1
    (link,) = (await owner.get("/accounts/links")).told
    assert (link["account"], link["client"]) == (OWNER, "clova")


BAD = [
    (b"", 400),
    (b"{", 400),
    (b"[1]", 400),
    (b'{"action": "TurnOn", "action": "TurnOff"}', 400),
    (b'{"action": NaN}', 400),
    (b'{"action": 3}', 400),
    (b"[" * 100_00, 400),
    (b"\xff", 400),
    (b'{"action": "' + b"x" * 65_536 + b'"}', 413),
]


@pytest.mark.parametrize(("body", "status"), BAD, ids=range(len(BAD)))
async def test_bodies_that_are_not_taken(owner: Person, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json", "X-CSRF-Token": owner.csrf}
    assert (await owner.ask("POST", "/say", body, **headers)).status == status
    assert not owner.house.status.said


async def test_only_plain_json_is_taken(owner: Person) -> None:
    body, token = b'{"action": "TurnOn"}', {"X-CSRF-Token": owner.csrf}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert (await owner.ask("POST", "/say", body, **token, **{"Content-Type": kind})).code == "not_json"
    bomb = gzip.compress(b" " * 1_000_000)
    packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert (await owner.ask("POST", "/say", bomb, **token, **packed)).status in (413, 415)
    charset = {"Content-Type": "application/json; charset=utf-8"}
    assert (await owner.ask("POST", "/say", body, **token, **charset)).status == 200


async def test_paths_and_methods_that_are_not_there(owner: Person) -> None:
    for path in ("/", "/else", "/devices/", "/devices/lamp/else", "/Devices", "/%2e%2e/healthz"):
        assert (await owner.get(path)).code == "not_found"
    for method, path, allowed in (
        ("POST", "/devices", "GET"),
        ("PUT", "/devices/lamp", "GET"),
        ("OPTIONS", "/say", "POST"),
        ("PATCH", "/session", "GET, POST, DELETE"),
    ):
        reply = await owner.ask(method, path)
        assert (reply.status, reply.headers["Allow"]) == (405, allowed)
    assert (await owner.get("/devices/nothing")).told["error"] == "no device 'nothing'"
    assert (await owner.get("/devices/%2Fa%00%F0%9F%98%80")).code == "no_such_device"


async def test_so_many_requests_and_no_more(owner: Person) -> None:
    for _ in range(int(api_module.BURST)):
        reply = await owner.get("/alarms/active")
        if reply.status != 200:
            break
    reply = await owner.get("/alarms/active")
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (429, "often", "1")
    other = await signed_in(owner.house, MEMBER)
    assert (await other.get("/alarms/active")).status == 200, "each session has its own"
    owner.house.clock.now += 1
    assert (await owner.get("/alarms/active")).status == 200


async def test_who_is_not_signed_in_has_the_requests_of_their_address(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner.house.api, "_pace", Pace(lambda: 0.0, 5, 1))
    for number in range(8):
        reply = await Person(owner.house, {SESSION: f"{number}" * 43}).get("/session")
        assert reply.status == (200 if number < 5 else 429), "whatever they show"
    assert len(owner.house.api._pace._buckets) == 1
    assert (await owner.get("/session")).status == 200
    await owner.send("/session", None, "DELETE")
    assert (await owner.get("/session")).status == 429


async def test_lists_of_all_devices_are_given_less_often(owner: Person) -> None:
    again = await signed_in(owner.house, OWNER)
    for number in range(int(api_module.LONG_BURST)):
        assert (await (owner, again)[number % 2].get("/devices")).status == 200
    for person in (owner, again):
        assert (await person.get("/devices")).code == "often", "all sessions of an account count together"
        assert (await person.get("/alarms/active")).status == 200
    member = await signed_in(owner.house, MEMBER)
    assert (await member.get("/devices")).status == 200
    owner.house.clock.now += 1
    assert (await owner.get("/devices")).status == 200


async def test_while_lists_are_made_others_get_their_turn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many who ask at once, no two are answered in one turn of the loop."""
    turns, made, whole = 0, list[int](), house.status.devices

    def make(is_wanted: Callable[[Device], bool]) -> list[dict[str, Any]]:
        made.append(turns)
        return whole(is_wanted)

    async def count() -> None:
        nonlocal turns
        while len(made) < 20:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(house.status, "devices", make)
    reports = house.api._reports
    counting = asyncio.create_task(count())
    await asyncio.gather(*(reports.devices(Asked(PEOPLE[0], {})) for _ in range(20)))
    await counting
    assert len(set(made)) == 20


async def test_a_defect_tells_nothing_of_itself(owner: Person) -> None:
    owner.house.status.defect = RuntimeError("a secret detail")
    reply = await owner.get("/status")
    assert (reply.status, reply.code) == (500, "defect")
    assert "secret detail" not in reply.body


async def test_a_disk_that_fails_is_told(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> None:
        raise OSError("/secret/path: no space left")

    monkeypatch.setattr(owner.house.store, "run", fail)
    reply = await owner.get("/devices")
    assert (reply.status, reply.code) == (503, "disk")
    assert "/secret" not in reply.body


async def test_every_answer_has_the_headers(owner: Person) -> None:
    without_csp = {name for name in ALWAYS if name not in ("Content-Security-Policy", "Referrer-Policy")}
    for path in ("/healthz", "/metrics", "/", "/else", "/api/devices", "/api/else", "/api/openapi.json"):
        reply = await owner.house.ask("GET", path)
        assert {name: reply.headers[name] for name in without_csp} == {name: ALWAYS[name] for name in without_csp}
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in reply.headers


async def test_nothing_that_is_told_is_a_secret(owner: Person) -> None:
    """But what the browser itself has to show."""
    told = "".join([(await use(owner, row)).body for row in PLAIN if row.method == "GET" and row.name != "getSession"])
    for secret in (PASSWORD, KEPT, *owner.cookies.values(), owner.csrf, "argon2"):
        assert secret not in told


# Connections.

QUICK = Limits(first_byte=0.1, headers=0.1, body=0.1, unread=0.2, rest=0.2, sweep=0.02)


@pytest.mark.parametrize(
    "begun",
    [
        "",
        "GET /api/sess",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-",
        "POST /api/say HTTP/1.1\r\n{}Content-Length: 9\r\n\r\n1",
    ],
)
async def test_who_sends_too_slowly_is_let_go(tmp_path: Path, begun: str) -> None:
    async with opened(tmp_path, limits=QUICK) as house, asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", URL(house.url).port)
        writer.write(begun.format("Host: localhost\r\n").encode())
        assert await reader.read() == b""
        writer.close()
        assert (await house.ask("GET", "/healthz")).status == 200


async def test_a_stream_is_not_too_slow(tmp_path: Path) -> None:
    async with opened(tmp_path, Beat(look=0.01), QUICK) as house:
        person = await signed_in(house, OWNER)
        async with house.session.get(f"{house.url}/api/events", headers=person.cookie) as response:
            for _ in range(30):
                await asyncio.gather(*(house.ask("GET", "/healthz") for _ in range(2)))
            house.state.connected(0.0)
            async with asyncio.timeout(5):
                while b"event: state" not in await response.content.readline():
                    pass


async def test_what_is_no_http_is_told_nothing(house: House) -> None:
    for sent in (b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"GET /secret-path\x00 HTTP/1.1\r\n\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", URL(house.url).port)
        writer.write(sent)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        assert head.startswith(b"HTTP/1."), sent
        assert b" 400 " in head.splitlines()[0]
        assert body == b""
        for name, value in ALWAYS.items():
            assert f"{name}: {value}".encode() in head


async def test_many_at_once_are_answered(owner: Person) -> None:
    asked: list[Awaitable[Reply]] = [owner.get("/alarms/active") for _ in range(50)]
    assert {reply.status for reply in await asyncio.gather(*asked)} == {200}
