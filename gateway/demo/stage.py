"""Everything the demo runs: the broker, the virtual home and the gateway, in a directory that is gone afterwards."""

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import yaml
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gateway.accounts.passwords import hash_password
from gateway.accounts.users import Account, Role
from gateway.app import App, Ports
from gateway.config import Loaded, load
from gateway.control import ask
from gateway.demo.broker import LOOPBACK, embedded_broker
from gateway.demo.cases import told
from gateway.demo.device import Address
from gateway.demo.home import Home
from gateway.demo.push import EXTENSION, MESSAGES, PushService, push_service
from gateway.demo.troubles import ASKED_FOR, RULES
from gateway.links.store import Database
from gateway.places import control_socket, store_file

ANYWHERE = 8800
ANY_PORTS = Ports(0, 0)
TOKEN_SECONDS = 86_400.0
KNOWN_SECONDS = 20.0
PATIENT_SECONDS = 2.0
"""So long what a device says by itself is waited for."""
NAME, PASSWORD = "demo", "welcome home"
"""The account of the demo, which is gone with it."""
CLIENT_ID = "clova"
CLIENT_SECRET, PUSH_KEY = "clova_client_secret", "clova_push_secret"
"""Files beside the configuration."""


def _nobody(line: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What runs, and how to reach it. `key` is the one that CLOVA would have."""

    home: Home
    loaded: Loaded
    config: Path
    key_file: Path
    key: RSAPrivateKey
    token: str
    client_secret: str
    broker: Address
    ports: Ports
    push: PushService

    @property
    def address(self) -> str:
        """Where CLOVA's messages go."""
        return f"{self.public}/clova/home"

    @property
    def public(self) -> str:
        """The public door."""
        return f"http://{LOOPBACK}:{self.ports.public}"

    @property
    def redirect_uri(self) -> str:
        """Where a person is sent after signing in, in place of CLOVA."""
        return self.loaded.config.clova.linking.redirect_uris[0] if self.loaded.config.clova.linking else ""

    def sign_in(self, state: str) -> str:
        """The page that CLOVA sends a person to. Of this name alone a browser keeps secure cookies without TLS."""
        asked = {"response_type": "code", "client_id": CLIENT_ID, "redirect_uri": self.redirect_uri, "state": state}
        return f"http://localhost:{self.ports.public}/oauth/authorize?{urlencode(asked)}"

    async def inquire(self, path: str, said: dict[str, Any] | None = None) -> Any:
        """What the running gateway says over its control socket, of itself or to this. Raises ControlError."""
        method = "GET" if said is None else "POST"
        return await asyncio.to_thread(ask, control_socket(self.loaded), method, path, said)

    async def proof(self, device_id: str) -> str:
        """The rank of the proof that the gateway had for its last command to a device."""
        last = (await self.inquire(f"/devices/{device_id}"))["last_command"]
        return str(last["result"]) if last else "none"


@asynccontextmanager
async def staged(home: Home, ports: Ports = ANY_PORTS, hear: Callable[[str], None] = _nobody) -> AsyncIterator[Stage]:
    """Run it all for as long as the context lasts; every device is known to the gateway when it begins.

    `ports` are the ones to listen on, if they are free; `hear` is called with what CLOVA tells the family of alarms.
    """
    names, push_key = {one.id: one.called for one in home.everything}, secrets.token_urlsafe(24)
    with TemporaryDirectory(prefix="clova-gateway-demo-") as name:
        directory = Path(name)
        async with (
            embedded_broker() as port,
            push_service(push_key, names, hear) as push,
            asyncio.TaskGroup() as tasks,
        ):
            broker = Address(LOOPBACK, port)
            key = _make_key(directory)
            client_secret = secrets.token_urlsafe(32)
            _keep_secret(directory / CLIENT_SECRET, client_secret)
            _keep_secret(directory / PUSH_KEY, push_key)
            config = _write_config(directory, home, broker, ports, push)
            loaded = load(config)
            token = _issue_token(store_file(loaded))
            running = await home.start(tasks, broker)
            ready: asyncio.Future[Ports] = asyncio.get_running_loop().create_future()
            running.append(tasks.create_task(App(loaded).run(ready.set_result), name="gateway"))
            keys = (_key_file(directory), key, token, client_secret)
            stage = Stage(home, loaded, config, *keys, broker, await ready, push)
            await _all_known(stage)
            yield stage
            for task in running:
                task.cancel()


def _key_file(directory: Path) -> Path:
    return directory / "clova-private-key.pem"


def _make_key(directory: Path) -> RSAPrivateKey:
    """A throwaway pair in place of CLOVA's."""
    key = generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _key_file(directory).write_bytes(private)
    (directory / "clova-public-key.pem").write_bytes(public)
    return key


def _keep_secret(file: Path, secret: str) -> None:
    file.touch(mode=0o600)
    file.write_text(secret, encoding="utf-8")


def _write_config(directory: Path, home: Home, broker: Address, ports: Ports, push: PushService) -> Path:
    """The file as an owner would write it."""
    public = _free(ports.public)
    document = {
        "mqtt": {"url": f"mqtt://{broker.host}:{broker.port}"},
        "public": {"listen": f"{LOOPBACK}:{public}"},
        "private": {"listen": f"{LOOPBACK}:{_free(ports.private)}"},
        "clova": _clova(public or ANYWHERE, push),
        "state_directory": "state",
        "discovery": {"mdns": False},
        "devices": [*home.documents(), *home.remarks()],
        "scenes": home.scenes(),
        "alarms": RULES,
    }
    path = directory / "gateway.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _clova(port: int, push: PushService) -> dict[str, Any]:
    messages = {alarm: message.id for alarm, message in MESSAGES.items() if alarm not in ASKED_FOR}
    return {
        "extension_id": EXTENSION,
        "public_key": "clova-public-key.pem",
        "linking": {
            "client_id": CLIENT_ID,
            "client_secret_file": CLIENT_SECRET,
            "redirect_uris": [f"http://localhost:{port}/healthz"],
        },
        "push": {"secret_file": PUSH_KEY, "messages": messages, "url": push.url},
    }


def _free(port: int) -> int:
    """The port, if nobody has it; 0, which is any free one, otherwise."""
    with socket.socket() as knock:
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            knock.bind((LOOPBACK, port))
        except OSError:
            return 0
    return port


def _issue_token(file: Path) -> str:
    with closing(Database(file)) as database:
        database.people.add(Account(NAME, Role.OWNER), hash_password(PASSWORD), time.time())
        token = database.people.add_token(NAME, time.time(), TOKEN_SECONDS)
    if token is None:
        raise LookupError("the account was not added")
    return token


async def _all_known(stage: Stage) -> None:
    """Wait until the gateway has heard that every device is there, and all of its state that it can know by then."""
    home, asked, begun = stage.home, {one.id for one in stage.home.appliances if one.settles}, time.monotonic()
    slots = {device.id: len(told(device.truth())) for device in home.devices}
    slots |= {one.id: len(told(one.truth())) if one.settles else 0 for one in home.appliances}
    slots |= {one.id: 0 for one in home.untold}
    missing: dict[str, str] = dict.fromkeys(slots, "not heard of")
    try:
        async with asyncio.timeout(KNOWN_SECONDS):
            while missing:
                """The questions themselves take a while: no need to pause."""
                lines = {line["id"]: line for line in await stage.inquire("/devices")}
                missing = {device: why for device in slots if (why := _lacks(lines.get(device), slots[device]))}
                if (listening := (await stage.inquire("/alarms"))["link"]) != "connected":
                    missing["alarms"] = listening
                if time.monotonic() - begun < PATIENT_SECONDS:
                    continue
                for device in missing.keys() & asked & lines.keys():  # its first words came before it was listened to
                    await stage.inquire("/say", {"action": "GetDeviceState", "device": device})
    except TimeoutError:
        raise TimeoutError(f"the gateway does not know every virtual device in time: {missing}") from None


def _lacks(line: dict[str, Any] | None, slots: int) -> str:
    """What is not known of it yet; empty if all is."""
    if line is None:
        return "not heard of"
    if line["presence"] != "online":
        return str(line["presence"])
    return f"only {line['state']}" if len(line["state"]) < slots else ""
