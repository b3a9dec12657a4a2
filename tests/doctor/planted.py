"""A home that is well, of real parts on loopback, into which a test plants one fault: what `doctor` says of it then.

Before it run a relay that passes on what it is told to, Mosquitto, a lamp that obeys, and CLOVA's push service.
"""

import asyncio
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from time import time
from typing import Any

import aiohttp
from aiohttp import web

from gateway.app import App
from gateway.config import ConfigError, load
from gateway.control import ControlError, ask
from gateway.doctor.finding import Finding
from gateway.doctor.walk import examine, examine_unread
from gateway.places import control_socket
from tests.fakes.clova import Clova
from tests.fakes.daemon import Daemon
from tests.fakes.mosquitto import Mosquitto, until
from tests.fakes.push import KEY, PushService
from tests.fakes.things import Thing, echo, silence, thing

EXTENSION = "com.mine.extension.home"
CLIENT_SECRET = "a-client-secret-of-forty-letters-and-more"
LINKING = "linking: {client_secret_file: client_secret}"
MESSAGES = "{smoke: msg-smoke, gas: msg-gas, leak: msg-leak, tamper: msg-tamper, battery_low: msg-battery}"
TUNNEL = "tunnel: {command: [sleep, '600']}"
DEVICES = """\
devices:
  - {id: lamp, type: LIGHT, name: 전등, on_off: {command: LAMP/set, state: LAMP/state}}
  - {id: mute, type: LIGHT, name: 말없는 전등, on_off: {command: LAMP/mute/set, state: LAMP/mute/state}}
  - id: kitchen
    type: SMOKESENSOR
    name: 주방
    smoke: {state: LAMP/smoke}
    availability: {topic: LAMP/online, online: "1", offline: "0"}
"""
DOOR = "  - {id: door, type: SMARTLOCK, name: 현관, lock: {command: LAMP/door/set, state: LAMP/door}}\n"
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "content-encoding", "keep-alive"}


@dataclass
class Relay:
    """Passes requests on, as a web server does that stands before a gateway; and each of its mistakes."""

    to: int = 0
    host: str = ""
    """Written in place of the Host that was asked for."""
    closed: dict[str, web.Response] = field(default_factory=dict)
    """By the beginning of a path, what is answered instead."""
    clock_off: float = 0.0
    tls: ssl.SSLContext | None = None
    port: int = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        runner = web.ServerRunner(web.Server(self._serve, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port, ssl_context=self.tls).start()
        self.port = runner.addresses[0][1]
        async with aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()) as self._session:
            try:
                yield
            finally:
                await runner.cleanup()

    async def _serve(self, request: web.BaseRequest) -> web.Response:
        date = {"Date": formatdate(time() + self.clock_off, usegmt=True)}
        for beginning, own in self.closed.items():
            if request.path.startswith(beginning):
                return web.Response(status=own.status, body=own.body, headers=dict(own.headers) | date)
        headers = {name: value for name, value in request.headers.items() if name.casefold() not in HOP_BY_HOP}
        headers |= {"Host": self.host} if self.host else {}
        url = f"http://127.0.0.1:{self.to}{request.raw_path}"
        try:
            async with self._session.request(
                request.method, url, data=await request.read(), headers=headers, allow_redirects=False
            ) as answer:
                kept = {name: value for name, value in answer.headers.items() if name.casefold() not in HOP_BY_HOP}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept | date)
        except aiohttp.ClientError:
            return web.Response(status=502, text="Bad Gateway", headers={"Server": "relay"})


@dataclass
class Home:
    """What the file says, what runs beside the gateway, and how `doctor` is asked. Each may be changed beforehand."""

    folder: Path
    broker: int
    relay: Relay = field(default_factory=Relay)
    push: PushService = field(default_factory=lambda: PushService(extension=EXTENSION))
    url: str = ""
    mqtt: str = ""
    tunnel: str = TUNNEL
    clova: str = f"extension_id: {EXTENSION}"
    linking: str = LINKING
    messages: str = MESSAGES
    discovery: str = "{mdns: false}"
    state: str = "state"
    more: str = ""
    entry: str = ""
    """Further devices."""
    runs: bool = True
    as_process: bool = False
    """Whether the gateway is one of its own, which trusts who stands in `authority`."""
    authority: str = ""
    tls: ssl.SSLContext | None = None
    awaits_broker: bool = True
    device: str = ""
    thing: Thing | None = None
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    public: int = 0

    @property
    def topic(self) -> str:
        """Below which its things speak."""
        return self.folder.name

    @property
    def config(self) -> Path:
        return self.folder / "gateway.yaml"

    @property
    def socket(self) -> Path:
        return control_socket(load(self.config))

    def secret(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text)
        return path

    def write(self) -> None:
        Clova().write_public_key(self.folder / "clova.pem")
        self.secret("client_secret", CLIENT_SECRET)
        self.secret("push_secret", KEY)
        push = f'secret_file: push_secret, url: "http://127.0.0.1:{self.push.port}", messages: {self.messages}'
        scheme = "https" if self.relay.tls else "http"
        url = self.url or f"{scheme}://localhost:{self.relay.port}"
        self.config.write_text(
            "home: {language: en}\n"
            f'mqtt: {{url: "mqtt://127.0.0.1:{self.broker}"{self.mqtt}}}\n'
            f'public: {{listen: "127.0.0.1:{self.public}", url: "{url}"}}\nprivate: {{listen: "127.0.0.1:0"}}\n'
            f"discovery: {self.discovery}\nstate_directory: {self.state}\nlog: {{level: error}}\nscenes: []\n"
            f"clova:\n  public_key: clova.pem\n  {self.clova}\n  {self.linking}\n"
            f"  push: {{{push}}}\n"
            f"{self.tunnel}\n{self.more}{(DEVICES + self.entry).replace('LAMP', self.topic)}",
            encoding="utf-8",
        )

    async def told(self, resource: str) -> Any:
        return await asyncio.to_thread(ask, self.socket, "GET", resource)

    async def until(self, resource: str, true: Callable[[Any], object], seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while not true(await self.told(resource)):  # noqa: ASYNC110  # another process has no event
                await asyncio.sleep(0.02)

    async def say(self, topic: str, payload: str, retain: bool = False) -> None:
        assert self.thing is not None
        await self.thing.say(f"{self.topic}/{topic}", payload, retain)

    async def known(self) -> None:
        """The lamp has said what it is."""
        await self.say("state", "ON")
        await self.until("/devices/lamp", lambda told: told["state"].get("on_off") is True)


Plant = Callable[[Home], Awaitable[object]]


async def nothing(home: Home) -> None:
    """All is well."""


async def seen(home: Home, before: Plant = nothing, after: Plant = nothing) -> list[Finding]:
    """Build the home, with what is planted `before` it starts and `after`; and what doctor finds then."""
    async with home.stack as stack:
        home.public = stack.enter_context(_reserved())
        await before(home)
        for one in (home.relay, home.push):
            await stack.enter_async_context(one.open() if isinstance(one, Relay) else one)
        home.relay.to = home.relay.to or home.public
        home.write()
        if home.awaits_broker:
            topics = {
                f"{home.topic}/set": echo(f"{home.topic}/state"),
                f"{home.topic}/mute/set": silence,
                f"{home.topic}/door/set": lambda payload: [(f"{home.topic}/door", f"{payload}ED")],
            }
            home.thing = await stack.enter_async_context(thing(home.broker, topics))
        if home.runs:
            await stack.enter_async_context(_process(home) if home.as_process else _app(home))
            if home.awaits_broker:
                await home.until("/status", lambda told: told["mqtt"] == "connected")
                await home.until("/alarms", lambda told: told["link"].startswith("connected"))
                await home.known()
            if home.as_process:  # it is asked from outside, which takes as long as it takes
                await home.until("/way", lambda told: told["reach"]["checked_at"] is not None)
        await after(home)
        return await diagnosed(home)


@contextmanager
def _reserved() -> Iterator[int]:
    """A port for the gateway, which nobody else takes before it listens there."""
    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind(("127.0.0.1", 0))
        yield place.getsockname()[1]


async def diagnosed(home: Home) -> list[Finding]:
    """As the command does it."""
    try:
        return await examine(load(home.config), home.config, home.device, home.tls)
    except ConfigError as error:
        return await examine_unread(home.config, error, "en", home.device)


@asynccontextmanager
async def _app(home: Home) -> AsyncIterator[None]:
    found: list[object] = []
    task = asyncio.create_task(App(load(home.config), home.config).run(found.append))
    try:
        await until(lambda: found or task.done(), 20)
        if task.done():
            task.result()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def _process(home: Home) -> AsyncIterator[None]:
    trusted = home.folder / "authority.pem"
    trusted.write_text(home.authority)
    daemon = Daemon(
        *(sys.executable, "-m", "gateway", "run", "--config", str(home.config)),
        environment={"SSL_CERT_FILE": str(trusted)},
    )
    await daemon.start()
    try:
        await until(lambda: _answers(home.socket) or not daemon.is_running, 30)
        assert daemon.is_running, daemon.heard
        yield
    finally:
        await daemon.stop()


def _answers(socket: Path) -> bool:
    try:
        return bool(ask(socket, "GET", "/status"))
    except ControlError:
        return False


def small_disk(folder: Path) -> bool:
    """Mount one of 8 MiB there, where that may be done."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@asynccontextmanager
async def broker(folder: Path, extra: str = "") -> AsyncIterator[Mosquitto]:
    one = Mosquitto(folder, extra)
    await one.start()
    try:
        yield one
    finally:
        one.stop()
