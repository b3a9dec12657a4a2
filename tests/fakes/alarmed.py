"""A whole gateway with its alarms: a real Mosquitto before it, and the fake of CLOVA's push service behind it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt
from structlog.testing import capture_logs

from gateway.app import App, Ports
from gateway.config import load
from gateway.control import ask
from gateway.places import control_socket
from tests.fakes.clova import Clova
from tests.fakes.mosquitto import Mosquitto, until
from tests.fakes.push import EXTENSION, KEY, PushService

MESSAGES = "{smoke: msg-smoke, gas: msg-gas, leak: msg-leak, tamper: msg-tamper}"
DEVICES = """devices:
  - {id: kitchen, type: SMOKESENSOR, name: 주방, smoke: {state: kitchen/smoke}, gas: {state: kitchen/gas}}
  - {id: bedroom, type: SMOKESENSOR, name: 안방, smoke: {state: bedroom/smoke}}
  - {id: bath, type: SMOKESENSOR, name: 욕실, leak: {state: bath/leak}}
  - {id: hall, type: SMOKESENSOR, name: 복도, tamper: {state: hall/tamper}}
"""
KILLED = "allow_anonymous true\nqueue_qos0_messages true\nmax_queued_messages 0\n"
"""A broker that keeps what it should."""

Report = dict[str, Any]


@dataclass(slots=True)
class Alarmed:
    """A running gateway and what a test wants of it. `log` is all that it has said."""

    folder: Path
    socket: Path
    push: PushService
    client: aiomqtt.Client
    ports: Ports
    log: list[Any] = field(default_factory=list)

    async def say(self, topic: str, payload: str, retain: bool = False, qos: int = 1) -> None:
        await self.client.publish(topic, payload, qos=qos, retain=retain)

    async def alarms(self) -> Report:
        """What the command line is told."""
        found: Report = await asyncio.to_thread(ask, self.socket, "GET", "/alarms")
        return found

    async def until(self, true: Callable[[Report], object], seconds: float = 15.0) -> Report:
        """Wait until this holds of what the command line is told."""
        async with asyncio.timeout(seconds):
            while not true(found := await self.alarms()):
                pass
        return found

    async def until_sent(self, many: int, seconds: float = 15.0) -> Report:
        """Wait until so many were sent, and nothing waits."""
        return await self.until(lambda found: len(found["sent"]) >= many and not found["waiting"], seconds)

    async def until_listening(self) -> Report:
        return await self.until(lambda found: found["link"].startswith("connected"))

    async def push_test(self, device: str) -> Any:
        """As `clova-gateway push-test` does it."""
        return await asyncio.to_thread(ask, self.socket, "POST", f"/devices/{device}/push-test")

    def told(self) -> list[tuple[str, str]]:
        """Device and message of what CLOVA has taken, in order."""
        return [(one.appliance, one.message) for one in self.push.taken]

    def said(self, event: str) -> list[Any]:
        return [one for one in self.log if one["event"] == event]


@contextmanager
def away(push: PushService) -> Iterator[None]:
    """The push service, which is down, does not come back for now, and nobody else takes its port."""
    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind(("127.0.0.1", push.port))
        yield


def write_config(folder: Path, broker_port: int, push_port: int, devices: str = DEVICES, more: str = "") -> Path:
    """`more` are further sections."""
    Clova().write_public_key(folder / "clova.pem")
    (folder / "push_secret").touch(mode=0o600)
    (folder / "push_secret").write_text(KEY)
    path = folder / "gateway.yaml"
    path.write_text(
        f'mqtt: {{url: "mqtt://127.0.0.1:{broker_port}"}}\n'
        'public: {listen: "127.0.0.1:0"}\nprivate: {listen: "127.0.0.1:0"}\n'
        "discovery: {mdns: false}\n"
        f"clova:\n  extension_id: {EXTENSION}\n  public_key: clova.pem\n"
        f'  push: {{secret_file: push_secret, url: "http://127.0.0.1:{push_port}", messages: {MESSAGES}}}\n'
        + ("" if "state_directory" in more else "state_directory: state\n")
        + f"{more}{devices}",
        encoding="utf-8",
    )
    return path


@asynccontextmanager
async def alarmed(
    folder: Path,
    broker: Mosquitto,
    push: PushService,
    devices: str = DEVICES,
    more: str = "",
    port: int = 0,
    listening: bool = True,
) -> AsyncIterator[Alarmed]:
    """A gateway in this folder, as it was left there; `port` is the broker's, if something stands before that."""
    loaded = load(write_config(folder, port or broker.port, push.port, devices, more))
    found: list[Ports] = []
    with capture_logs() as log:
        task = asyncio.create_task(App(loaded).run(found.append))
        try:
            await until(lambda: found or task.done())
            if task.done():
                task.result()
            async with aiomqtt.Client("127.0.0.1", broker.port) as client:
                house = Alarmed(folder, control_socket(loaded), push, client, found[0], log)
                if listening:
                    await house.until_listening()
                yield house
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert KEY not in str(log), "the secret was logged"
