"""The whole way in, of real parts: a home, the Internet and a relay, each a machine of its own.

At home run Mosquitto, a lamp that obeys, and the gateway. The relay is what scripts/relay-setup makes of a fresh
server, but that its Caddy has an authority of its own. CLOVA speaks from the Internet, which can be told to misbehave.
"""

import asyncio
import json
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import aiomqtt
from aiohttp.abc import AbstractResolver, ResolveResult

from gateway.accounts.users import Account, Role
from gateway.config import load
from gateway.links.store import Database
from gateway.places import store_file
from tests.fakes.clova import Clova
from tests.fakes.daemon import Daemon
from tests.fakes.machines import Ear, Machine, Server, run
from tests.fakes.mosquitto import Mosquitto, until
from tests.fakes.relay import NAME, RELAY, Internet, Relay

PORTS = (8800, 8810, 8820, 8830)
PATIENCE = 5.0
"""How long CLOVA waits for an answer."""

CONFIG = """\
mqtt: {{url: "mqtt://127.0.0.1:{broker}"}}
public: {{listen: "127.0.0.1:{public}", url: "{url}"{tls}}}
private: {{listen: "127.0.0.1:0"}}
clova: {{region: kr, public_key: clova.pem}}
home: {{language: ko, timezone: Asia/Seoul}}
discovery: {{mdns: false}}
state_directory: state
{tunnel}
devices:
  - {{id: lamp, type: LIGHT, name: 전등, on_off: {{command: lamp/set, state: lamp/state}}}}
"""
SSH = (
    f"tunnel:\n  ssh: {{host: {NAME}, user: clova-tunnel, key_file: tunnel_key, known_hosts: known_hosts, "
    f"remote_ports: {list(PORTS)}}}"
)
FILES = 'mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/resolv.conf && shift 2 && exec "$@"'
AUTHORITY = "/srv/caddy/.local/share/caddy/pki/authorities/local/root.crt"


def write_home(
    folder: Path, clova: Clova, broker: int, url: str, tunnel: str = "", *, tls: str = "", public: int = 0
) -> Path:
    """The configuration of a home with a lamp, and an account that CLOVA is linked with; gives the file."""
    clova.write_public_key(folder / "clova.pem")
    config = folder / "gateway.yaml"
    config.write_text(CONFIG.format(broker=broker, public=public, url=url, tunnel=tunnel, tls=tls), encoding="utf-8")
    database = Database(store_file(load(config)))
    database.people.add(Account("me", Role.OWNER), None, time.time())
    clova.token = database.people.add_token("me", time.time(), 36_000) or ""
    database.close()
    return config


async def speak(clova: Clova, url: str, tls: ssl.SSLContext, name: str = "TurnOnRequest", **connector: Any) -> str:
    """One request for the lamp, on a connection of its own; the name of the answer, or why there is none."""
    body = clova.body(name, "lamp")
    headers = {"Content-Type": "application/json;charset-UTF-8", "SignatureCEK": clova.sign(body)}
    made = aiohttp.TCPConnector(ssl=tls, force_close=True, **connector)
    try:
        async with (
            aiohttp.ClientSession(connector=made, timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session,
            session.post(f"{url}/clova/home", data=body, headers=headers) as response,
        ):
            raw = await response.read()
            return str(json.loads(raw)["header"]["name"]) if response.status == 200 else str(response.status)
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is one
        return type(error).__name__


class Broker(Mosquitto):
    """In the home; what is on this machine finds it at a socket file."""

    def __init__(self, folder: Path, home: Machine) -> None:
        self.home = home
        self.file = folder / "broker.sock"
        super().__init__(folder, f"allow_anonymous true\nlistener 0 {self.file}\n")

    def _spawn(self) -> None:
        with self.home.inside():
            super()._spawn()

    def _listens(self) -> bool:
        with self.home.inside():
            return super()._listens()

    def client(self) -> aiomqtt.Client:
        return aiomqtt.Client(str(self.file), transport="unix")


class _Told(AbstractResolver):
    """Knows one address."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        where: ResolveResult = {
            "hostname": host,
            "host": self._address,
            "port": port,
            "family": family,
            "proto": 0,
            "flags": 0,
        }
        return [where]

    async def close(self) -> None:
        pass


class Way:
    """All of it, running."""

    def __init__(self, folder: Path, home: Machine, internet: Internet, relay: Relay) -> None:
        self.folder = folder
        self.home = home
        self.internet = internet
        self.relay = relay
        self.broker = Broker(folder / "broker", home)
        self.clova = Clova()
        self.heard: list[str] = []
        """What the lamp was told."""
        self.news: list[tuple[float, dict[str, Any]]] = []
        """What the status topic said of the way, and when (monotonic)."""
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.daemon = Daemon(
            *self.home_argv(sys.executable, "-m", "gateway", "run", "--config", f"{folder}/gateway.yaml")
        )

    def home_argv(self, *command: str) -> list[str]:
        """What runs a command at home, where the relay's name is known."""
        files = (str(self.folder / "hosts"), str(self.folder / "resolv.conf"))
        return self.home.argv("sh", "-c", FILES, "sh", *files, *command)

    def write(self, tunnel: str = SSH) -> None:
        """The home's files."""
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost\n{RELAY} {NAME}\n")
        (self.folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
        (self.folder / "known_hosts").write_text(self.relay.host_keys())
        write_home(self.folder, self.clova, self.broker.port, f"https://{NAME}", tunnel, public=8800)

    def trust(self, authority: str) -> None:
        """Whom the gateway's probe and CLOVA believe."""
        (self.folder / "authority.pem").write_text(authority)
        self.tls = ssl.create_default_context(cadata=authority)

    def know_authority(self) -> None:
        self.trust(self.relay.server.path(AUTHORITY).read_text())

    async def live(self) -> None:
        """The lamp obeys, and the news of the way are heard."""
        async with self.broker.client() as client:
            await client.subscribe("lamp/set", qos=1)
            await client.subscribe("+/+/way", qos=1)
            await client.subscribe("+/way", qos=1)
            async for message in client.messages:
                payload = bytes(message.payload).decode() if isinstance(message.payload, bytes) else ""
                if message.topic.value == "lamp/set":
                    self.heard.append(payload)
                    await client.publish("lamp/state", payload, qos=1)
                else:
                    self.news.append((time.monotonic(), json.loads(payload)))

    async def ask(self, name: str = "TurnOnRequest") -> str:
        """CLOVA's request for the lamp, from the Internet; the name of the answer, or why there is none."""
        way = {"resolver": _Told(RELAY), "use_dns_cache": False, "socket_factory": self._socket}
        return await speak(self.clova, f"https://{NAME}", self.tls, name, **way)

    def _socket(self, info: Any) -> socket.socket:
        with self.internet.machine.inside():
            made = socket.socket(*info[:3])
        made.setblocking(False)
        return made

    async def until_through(self, seconds: float = 30.0, every: float = 0.1) -> float:
        """Ask again and again, until a request is confirmed; gives the monotonic time of that."""
        asking: set[asyncio.Task[str]] = set()
        ends, said = time.monotonic() + seconds, ""
        try:
            while time.monotonic() < ends:
                asking.add(asyncio.create_task(self.ask()))
                done, asking = await asyncio.wait(asking, timeout=every, return_when=asyncio.FIRST_COMPLETED)
                for one in done:
                    said = one.result()
                    if said == "TurnOnConfirmation":
                        return time.monotonic()
                if done:
                    await asyncio.sleep(every / 2)
        finally:
            for one in asking:
                one.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
        raise AssertionError(f"no request got through in {seconds} s, lastly {said}:\n" + self.last_words())

    async def until_state(self, is_so: Callable[[dict[str, Any]], bool], since: float, seconds: float = 20.0) -> float:
        """Wait until the status topic says so; gives when it did (monotonic)."""

        def when() -> list[float]:
            return [at for at, told in self.news if at >= since and is_so(told)]

        try:
            await until(when, seconds)
        except TimeoutError:
            raise AssertionError(f"the news are {self.news[-5:]}:\n" + self.last_words()) from None
        return when()[0]

    def last_words(self) -> str:
        """The end of what the gateway and sshd said."""
        told = [line for _, line in self.daemon.heard[-25:]] + [line for _, line in self.relay.sshd.heard[-25:]]
        return "".join(told)

    async def start_daemon(self, lines: int = 2) -> None:
        """And wait for the tunnel, where there is one of ours."""
        since = time.monotonic()
        await self.daemon.start()
        await self.daemon.until_said('"running"', since=since)
        if lines:
            await self.daemon.until_said("the tunnel is up", since=since, many=lines)


@asynccontextmanager
async def laid() -> AsyncIterator[Way]:
    """The machines, a relay set up, sshd and Caddy running; at home the broker and the lamp, and no gateway yet."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="way-")))
        home, between, there = (stack.enter_context(Machine(kind)) for kind in ("home", "internet", "relay"))
        internet = Internet(between, home, there)
        relay = Relay(stack.enter_context(Server(there)))
        run("ssh-keygen", "-qt", "ed25519", "-N", "", "-C", "gateway", "-f", str(folder / "tunnel_key"))
        relay.set_up((folder / "tunnel_key.pub").read_text().strip())
        way = Way(folder, home, internet, relay)
        for end in (relay.stop_sshd, relay.stop_caddy, way.daemon.stop):
            stack.push_async_callback(end)
        stack.callback(way.broker.stop)
        await asyncio.gather(relay.start_sshd(), relay.start_caddy(), way.broker.start())
        await until(lambda: relay.server.path(AUTHORITY).exists())
        way.know_authority()
        way.write()
        way.daemon.environment["SSL_CERT_FILE"] = str(folder / "authority.pem")
        life = asyncio.create_task(way.live())
        stack.push_async_callback(_end, life)
        ear = Ear(between, "to-home", 22)
        stack.callback(ear.close)
        internet.tried = ear.begun
        yield way


async def _end(task: asyncio.Task[None]) -> None:
    """Again where it was not heard: asyncio.wait_for, which the client uses, may lose a cancellation (Python 3.11)."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=1)


@asynccontextmanager
async def way_in() -> AsyncIterator[Way]:
    """All of it, and the gateway, whose probe says that it is reached."""
    async with laid() as way:
        since = time.monotonic()
        await way.start_daemon()
        await way.until_state(lambda told: told["state"] == "up", since)
        yield way
