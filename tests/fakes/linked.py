"""A home that people link with CLOVA: its configuration, its account, and CLOVA's own requests through the proxy."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import aiohttp
from playwright.async_api import Browser

from gateway.accounts.audit import Entry, Event
from gateway.accounts.passwords import hash_password
from gateway.accounts.users import Account, Role
from gateway.app import App, Ports
from gateway.config import load
from gateway.links.store import Database
from tests.fakes.clova import Clova
from tests.fakes.mosquitto import Mosquitto, until
from tests.fakes.things import Thing

NAME, PASSWORD = "하늘", "구름 & = + 아래 7"
HASH = hash_password(PASSWORD)
SECRET = "a secret: of 32 characters + more%"
STATE = "b64+/=~ &한 %2F"
"""Passed through untouched, whatever it is."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What is there whatever the gateway does; `port` is where Caddy expects it, `back` where CLOVA awaits people."""

    program: Browser
    broker: Mosquitto
    lamp: Thing
    port: int
    url: str
    back: str
    tls: ssl.SSLContext


@dataclass(slots=True)
class Home:
    """One home, and CLOVA's side of it."""

    folder: Path
    outside: Outside
    clova: Clova = field(default_factory=Clova)

    def write(self) -> None:
        """The configuration, and an account."""
        outside = self.outside
        self.clova.write_public_key(self.folder / "clova.pem")
        secret = self.folder / "secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        (self.folder / "gateway.yaml").write_text(
            f'mqtt: {{url: "mqtt://127.0.0.1:{outside.broker.port}"}}\n'
            f'public: {{listen: "127.0.0.1:{outside.port}", url: "{outside.url}", trusted_proxies: ["127.0.0.1"]}}\n'
            'private: {listen: "127.0.0.1:0"}\ndiscovery: {mdns: false}\nlog: {level: error}\n'
            "clova:\n  public_key: clova.pem\n  answer_within: 1.5s\n"
            f'  linking: {{client_secret_file: secret, redirect_uris: ["{outside.back}"]}}\n'
            "home: {name: 산들바람 마을 303호}\nstate_directory: state\ndevices:\n"
            "  - {id: lamp, type: LIGHT, name: 거실 전등, on_off: {command: lamp/set, state: lamp/state}}\n",
            encoding="utf-8",
        )
        with self.store() as store:
            store.people.add(Account(NAME, Role.OWNER), HASH, time.time())

    @contextmanager
    def store(self) -> Iterator[Database]:
        """The store, from a connection of one's own, as the command line has it."""
        with closing(Database(self.folder / "state" / "gateway.db")) as database:
            yield database

    def audit(self) -> list[Entry]:
        with self.store() as store:
            return [written.entry for written in store.journal.entries()]

    def events(self) -> list[Event]:
        return [entry.event for entry in self.audit()]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The gateway, until the end of the block."""
        ports: list[Ports] = []
        task = asyncio.create_task(App(load(self.folder / "gateway.yaml")).run(ports.append))
        try:
            await until(lambda: ports or task.done())
            if task.done():
                task.result()
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @asynccontextmanager
    async def calling(self, address: str = "127.0.0.1") -> AsyncIterator[aiohttp.ClientSession]:
        """Somebody who calls over TLS from this address and believes Caddy's authority only."""
        connector = aiohttp.TCPConnector(ssl=self.outside.tls, local_addr=(address, 0))
        async with aiohttp.ClientSession(self.outside.url, connector=connector) as session:
            yield session

    def authorize(self, **more: str) -> str:
        """Where CLOVA sends a person."""
        asked = {"response_type": "code", "client_id": "clova", "redirect_uri": self.outside.back, "state": STATE}
        return f"{self.outside.url}/oauth/authorize?{urlencode(asked | more)}"

    async def token(self, **fields: str) -> tuple[int, dict[str, Any]]:
        """What CLOVA's server is answered at the token endpoint."""
        basic = aiohttp.encode_basic_auth("clova", quote_plus(SECRET))
        async with (
            self.calling() as session,
            session.post("/oauth/token", data=fields, headers={"Authorization": basic}) as answer,
        ):
            return answer.status, await answer.json()

    async def exchange(self, code: str) -> tuple[int, dict[str, Any]]:
        return await self.token(grant_type="authorization_code", code=code, redirect_uri=self.outside.back)

    async def refresh(self, token: str) -> tuple[int, dict[str, Any]]:
        return await self.token(grant_type="refresh_token", refresh_token=token)

    async def say(self, name: str, token: str) -> str:
        """The name of the answer to a request about the lamp."""
        self.clova.token = token
        body = self.clova.body(f"{name}Request", "lamp")
        headers = {"SignatureCEK": self.clova.sign(body), "Content-Type": "application/json;charset-UTF-8"}
        async with self.calling() as session, session.post("/clova/home", data=body, headers=headers) as answer:
            assert answer.status == 200
            return str((await answer.json())["header"]["name"])

    async def obeys(self, name: str, token: str) -> None:
        """The lamp does it, and CLOVA is told so. The broker may only just be there."""
        async with asyncio.timeout(10):
            while await self.say(name, token) != f"{name}Confirmation":
                pass
        assert self.outside.lamp.commands("lamp/set")[-1] == {"TurnOn": "ON", "TurnOff": "OFF"}[name]

    async def until_told(self, error: str, token: str) -> None:
        """A token that was found is believed for a second."""
        async with asyncio.timeout(5):
            while await self.say("HealthCheck", token) != error:
                pass
