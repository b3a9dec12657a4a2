"""Account linking as it runs: a real file, clocks of its own, a real door, a person's browser, and CLOVA's server."""

import asyncio
import base64
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
from yarl import URL

from gateway.accounts.client import Client, hash_secret
from gateway.accounts.grants import SIBLING_SECONDS, Grants
from gateway.accounts.oauth import Answer, AuthorizationServer
from gateway.accounts.passwords import hash_password
from gateway.accounts.tokens import TokenRow, Tokens, hash_token
from gateway.accounts.users import Account, Role
from gateway.clova.regions import KR
from gateway.home.problems import TokenExpired, TokenInvalid
from gateway.linking import Linking
from gateway.links.store import Database, Store
from gateway.signin import SignIn
from gateway.web.oauth import OAuthDoor
from gateway.web.pages import Pages
from gateway.web.peer import Network, Peers
from gateway.web.public import PublicDoor

T = TypeVar("T")

OWNER, PASSWORD = "haneul", "모란이 피기까지는 1934"
KEPT_PASSWORD = hash_password(PASSWORD)
SECRET = "8Wn-client-secret-of-the-tests_5jQ"
TEST_REDIRECT = "https://test.example.org:8443/back?kept=a%20b&empty="
CLIENT = Client("clova", hash_secret(SECRET), (KR.redirect_uri, TEST_REDIRECT))
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""The pair of RFC 7636, appendix B."""
IN_THE_BODY = {"client_id": "clova", "client_secret": SECRET}
NO_COOKIES = aiohttp.DummyCookieJar


@dataclass(slots=True)
class Clocks:
    """The monotonic clock and the time of day."""

    now: float = 5_000.0
    wall: float = 1_900_000_000.0

    def go(self, seconds: float) -> None:
        self.now += seconds
        self.wall += seconds


@dataclass(frozen=True, slots=True)
class Pair:
    """What a token request gives."""

    access: str
    refresh: str


def query(**fields: str | None) -> bytes:
    """What CLOVA sends a person with; a field that is None is left out."""
    usual = {"client_id": "clova", "response_type": "code", "redirect_uri": KR.redirect_uri, "state": "a-state"}
    return urlencode({name: value for name, value in (usual | fields).items() if value is not None}).encode()


def form(**fields: str | None) -> bytes:
    """A body; a field that is None is left out."""
    return urlencode({name: value for name, value in fields.items() if value is not None}).encode()


def basic(name: str = "clova", secret: str = SECRET) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def told(location: str) -> dict[str, str]:
    """What the client reads at its redirect_uri; each name stands there once."""
    pairs = parse_qsl(urlsplit(location).query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def pair(answer: Answer) -> Pair:
    assert answer.status == 200, answer
    found = json.loads(answer.body)
    assert (found["token_type"], found["expires_in"], found["scope"]) == ("Bearer", 3600, "home")
    return Pair(found["access_token"], found["refresh_token"])


def error(answer: Answer) -> tuple[int, str]:
    return answer.status, json.loads(answer.body)["error"]


class Office:
    """The authorization server over a file, without a network: each call is one transaction."""

    def __init__(self, folder: Path, clocks: Clocks | None = None, client: Client = CLIENT) -> None:
        self.clocks = clocks or Clocks()
        self.apart: float = SIBLING_SECONDS + 1
        """How long after a refresh the next one comes."""
        self.server = AuthorizationServer(client)
        self._file = folder / "gateway.db"
        self.database = Database(self._file)
        self.database.people.add(Account(OWNER, Role.OWNER), KEPT_PASSWORD, self.clocks.wall)

    def reopen(self) -> None:
        self.database.close()
        self.database = Database(self._file)

    def within(self, work: Callable[[Grants], T]) -> T:
        with self.database.transaction():
            return work(Grants(self.database.granted, self.database.journal, self.clocks.wall))

    def allowed(self, account: str = OWNER, **fields: str | None) -> str:
        """Where a person who has allowed it is sent."""
        return self.within(lambda grants: self.server.grant(grants, query(**fields), account))

    def code(self, account: str = OWNER, **fields: str | None) -> str:
        return told(self.allowed(account, **fields))["code"]

    def token(self, authorization: str | None = None, **fields: str | None) -> Answer:
        return self.within(lambda grants: self.server.token(grants, authorization, form(**fields)))

    def redeem(self, code: str, /, **fields: str | None) -> Answer:
        usual = {"grant_type": "authorization_code", "code": code, "redirect_uri": KR.redirect_uri}
        return self.token(**(IN_THE_BODY | usual | fields))

    def refresh(self, token: str, /, **fields: str | None) -> Answer:
        """Refresh, and wait for so long that the next one is no sibling."""
        answer = self.token(**(IN_THE_BODY | {"grant_type": "refresh_token", "refresh_token": token} | fields))
        self.clocks.go(self.apart)
        return answer

    def revoke(self, token: str, /, authorization: str | None = None, **fields: str | None) -> Answer:
        given: dict[str, str | None] = {"token": token, **(IN_THE_BODY if authorization is None else {}), **fields}
        return self.within(lambda grants: self.server.revoke(grants, authorization, form(**given)))

    def link(self, account: str = OWNER) -> Pair:
        return pair(self.redeem(self.code(account)))

    def find(self, access: str) -> TokenRow | None:
        """What a spoken request finds, whether or not it has expired."""
        return self.database.granted.find_token(hash_token(access))

    def count(self, table: str) -> int:
        (rows,) = self.database._db.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(rows)


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    cookies: SimpleCookie
    body: str

    @property
    def location(self) -> str:
        return self.headers["Location"]

    @property
    def csrf(self) -> str:
        found = re.search('name="csrf" value="([^"]+)"', self.body)
        assert found is not None, self.body
        return found[1]

    @property
    def error(self) -> tuple[int, str]:
        return self.status, json.loads(self.body)["error"]

    @property
    def pair(self) -> Pair:
        return pair(Answer(self.status, self.body, self.headers))


@dataclass(slots=True)
class Person:
    """A browser, which keeps our cookies as a browser does."""

    site: "Site"
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})

    async def _ask(self, method: str, asked: bytes, body: bytes | None, **headers: str) -> Reply:
        sent = self.headers | headers
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        reply = await self.site.ask(method, "/oauth/authorize?" + asked.decode("latin-1"), body, **sent)
        for name, morsel in reply.cookies.items():
            self.cookies[name] = morsel.value
            if morsel["max-age"] == "0":
                del self.cookies[name]
        return reply

    async def look(self, asked: bytes = query(), **headers: str) -> Reply:
        return await self._ask("GET", asked, None, **headers)

    async def send(self, body: bytes, asked: bytes = query(), **headers: str) -> Reply:
        return await self._ask("POST", asked, body, **headers)

    async def sign_in(self, name: str = OWNER, password: str = PASSWORD, asked: bytes = query()) -> Reply:
        """Open the page, type, and press the button."""
        page = await self.look(asked)
        assert page.status == 200, page
        return await self.send(form(csrf=page.csrf, name=name, password=password, decision="allow"), asked)


@dataclass(slots=True)
class Site:
    """An open door."""

    port: int
    session: aiohttp.ClientSession
    linking: Linking
    store: Store
    tokens: Tokens
    clocks: Clocks

    async def ask(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Reply:
        url = URL(f"http://127.0.0.1:{self.port}{target}", encoded=True)
        async with self.session.request(method, url, data=body, headers=headers, allow_redirects=False) as got:
            return Reply(got.status, got.headers, got.cookies, await got.text())

    async def post(self, path: str, body: bytes, **headers: str) -> Reply:
        return await self.ask("POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded"} | headers)

    async def token(self, **fields: str | None) -> Reply:
        return await self.post("/oauth/token", form(**(IN_THE_BODY | fields)))

    async def redeem(self, code: str, /, **fields: str | None) -> Reply:
        usual = {"grant_type": "authorization_code", "code": code, "redirect_uri": KR.redirect_uri}
        return await self.token(**(usual | fields))

    async def refresh(self, token: str, /, **fields: str | None) -> Reply:
        return await self.token(**({"grant_type": "refresh_token", "refresh_token": token} | fields))

    async def revoke(self, token: str, /, **fields: str | None) -> Reply:
        return await self.post("/oauth/revoke", form(**(IN_THE_BODY | {"token": token} | fields)))

    async def code(self) -> str:
        reply = await Person(self).sign_in()
        assert reply.status == 303, reply
        return told(reply.location)["code"]

    async def counts(self, access: str) -> bool:
        """Whether a spoken request with this access token would be heard."""
        try:
            await self.tokens.look_up(access)
        except (TokenInvalid, TokenExpired):
            return False
        return True


@asynccontextmanager
async def opened(
    folder: Path, clocks: Clocks | None = None, trusted: tuple[Network, ...] = (), client: Client = CLIENT
) -> AsyncIterator[Site]:
    """A door on a free port, over the file in this folder, with one account if it is new."""
    clocks = clocks or Clocks()
    store = Store(folder / "gateway.db")
    await store.open()
    await store.run(lambda database: database.people.add(Account(OWNER, Role.OWNER), KEPT_PASSWORD, clocks.wall))
    tokens = Tokens(store, lambda: clocks.now, lambda: clocks.wall)
    signin = SignIn(store, lambda: clocks.now, lambda: clocks.wall)
    linking = Linking(AuthorizationServer(client), store, signin, tokens, lambda: clocks.wall)
    routes = OAuthDoor(linking, Pages("우리집", "ko", ["https:"]), Peers(trusted), "", lambda: clocks.now).routes()
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=NO_COOKIES(), connector=aiohttp.TCPConnector(limit=60)) as session,
            PublicDoor(routes).open("127.0.0.1", 0) as port,
        ):
            yield Site(port, session, linking, store, tokens, clocks)
    finally:
        await store.close()


async def serve(folder: Path) -> None:
    """A door in a process of its own, which says its port; it is there to be killed."""
    async with opened(folder, Clocks(time.monotonic(), time.time())) as site:
        print(site.port, flush=True)
        await asyncio.Event().wait()


def secrets_of(*texts: str) -> dict[str, bytes]:
    """Every way in which a secret may stand in a file."""
    found: dict[str, bytes] = {}
    for text in texts:
        raws = {text.encode()}
        with suppress(ValueError):
            raws.add(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        for number, raw in enumerate(sorted(raws)):
            ways: dict[str, Any] = {"raw": raw, "hex": raw.hex().encode(), "HEX": raw.hex().upper().encode()}
            ways |= {"base64": base64.b64encode(raw).rstrip(b"="), "url": base64.urlsafe_b64encode(raw).rstrip(b"=")}
            found |= {f"{text} {way} {number}": value for way, value in ways.items()}
    return found


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
