"""A whole home: a real Mosquitto, the gateway, and CLOVA's side of the wire."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts.users import Account, Role
from gateway.app import App, Ports
from gateway.clova.locations import NATIVE
from gateway.config import load
from gateway.control import ask
from gateway.links.store import Database
from gateway.places import control_socket, store_file
from tests.fakes.clova import Clova
from tests.fakes.mosquitto import PATIENCE_SECONDS, Mosquitto, until

DEVICES = """
devices:
  - id: lamp
    type: LIGHT
    name: 거실 전등
    location: LIVING_ROOM
    tags: [거실]
    on_off: {command: lamp/set, state: lamp/state}
    brightness: {command: lamp/level/set, state: lamp/level, range: [0, 255]}
    availability: {topic: lamp/online, online: "1", offline: "0"}
  - id: boiler
    type: THERMOSTAT
    name: 보일러
    target_temperature: {command: boiler/set, state: boiler/state, path: target, limits: [18, 30], step: 0.5}
    current_temperature: {state: boiler/state, path: now}
  - id: door
    type: SMARTLOCK
    name: 현관문
    lock: {command: door/set, state: door/state}
  - id: fan-without-state
    type: FAN
    name: 선풍기
    on_off: {command: fan/set}
"""


@dataclass(slots=True)
class House:
    """A running gateway with everything a test wants of it."""

    folder: Path
    broker: Mosquitto
    clova: Clova
    ports: Ports
    socket: Path

    async def status(self, path: str) -> Any:
        """Ask over the control socket, as the command line does."""
        return await asyncio.to_thread(ask, self.socket, "GET", path)

    async def presence(self, device: str) -> str:
        return str((await self.status(f"/devices/{device}"))["presence"])

    async def until_state(self, device: str, **values: object) -> None:
        """Wait until the gateway knows these values of a device."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                state = (await self.status(f"/devices/{device}"))["state"]
                if all(state.get(slot) == value for slot, value in values.items()):
                    return

    async def until_presence(self, device: str, presence: str) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.presence(device) != presence:
                pass

    async def until_connected(self) -> None:
        async with asyncio.timeout(15):
            while (await self.status("/status"))["mqtt"] != "connected":
                pass


Build = Callable[..., Any]
ZONES = {"kr": "Asia/Seoul", "jp": "Asia/Tokyo"}


def write_config(
    folder: Path, broker: Mosquitto, clova: Clova, devices: str, budget: str, mqtt: str = "", region: str = "kr"
) -> Path:
    clova.write_public_key(folder / "clova.pem")
    path = folder / "gateway.yaml"
    path.write_text(
        f'mqtt: {{url: "mqtt://127.0.0.1:{broker.port}"{mqtt}}}\n'
        'public: {listen: "127.0.0.1:0"}\nprivate: {listen: "127.0.0.1:0"}\n'
        f"clova: {{region: {region}, public_key: clova.pem, answer_within: {budget}}}\n"
        f"home: {{language: {NATIVE[region]}, timezone: {ZONES[region]}}}\nstate_directory: state\n{devices}",
        encoding="utf-8",
    )
    return path


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker")
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


@asynccontextmanager
async def running(
    folder: Path, broker: Mosquitto, devices: str, budget: str, mqtt: str = "", region: str = "kr"
) -> AsyncIterator[House]:
    clova = Clova()
    loaded = load(write_config(folder, broker, clova, devices, budget, mqtt, region))
    found: list[Ports] = []
    task = asyncio.create_task(App(loaded).run(found.append))
    try:
        await until(lambda: found or task.done())
        if task.done():
            task.result()
        house = House(folder, broker, clova, found[0], control_socket(loaded))
        database = Database(store_file(loaded))
        database.people.add(Account("me", Role.OWNER), None, time.time())
        clova.port, clova.token = found[0].public, database.people.add_token("me", time.time(), 3600) or ""
        database.close()
        await house.until_connected()
        yield house
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def house(tmp_path: Path, broker: Mosquitto) -> AsyncIterator[House]:
    """The home of DEVICES with an answer budget of 1.5 s."""
    async with running(tmp_path, broker, DEVICES, "1.5s") as found:
        yield found


@pytest.fixture
async def build(tmp_path: Path, broker: Mosquitto) -> AsyncIterator[Build]:
    """Makes a home of other devices, or with another budget."""
    async with AsyncExitStack() as stack:

        async def make(devices: str = DEVICES, budget: str = "1.5s", mqtt: str = "", region: str = "kr") -> House:
            return await stack.enter_async_context(running(tmp_path, broker, devices, budget, mqtt, region))

        yield make
