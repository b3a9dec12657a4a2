"""The same signed bytes again: at once, many at a time, later, after a restart, after kill -9. They open once."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest

from gateway import app
from gateway.accounts.users import Account, Role
from gateway.control import ControlError, ask
from gateway.links.store import Database
from tests.fakes.clova import Clova, Reply
from tests.fakes.household import NO_DISK, QUIET, household
from tests.fakes.mosquitto import Mosquitto, free_port, until
from tests.fakes.things import Answer, Thing, echo, silence, thing
from tests.whole.conftest import write_config

pytestmark = pytest.mark.broker

HOME = f"""
{QUIET}devices:
  - id: door
    type: SMARTLOCK
    name: 현관문
    lock: {{command: door/set, state: door, locked: LOCK, unlocked: UNLOCK, unlock: armed}}
  - id: valve
    type: SMARTVALVE
    name: 가스
    lock: {{command: valve/set, state: valve, locked: LOCK, unlocked: UNLOCK, unlock: always}}
  - {{id: lamp, type: LIGHT, name: 등, on_off: {{command: lamp/set, state: lamp}}}}
  - {{id: last, type: LIGHT, name: 끝, on_off: {{command: last/set, state: last}}}}
"""
ANSWERS: dict[str, Answer] = {f"{name}/set": echo(name) for name in ("door", "valve", "lamp", "last")}
CONNECTIONS = 60
"""The public door has 64."""
doors = pytest.mark.parametrize("device", ["door", "valve"])


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker", NO_DISK)
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


def unlocking(clova: Clova, device: str) -> bytes:
    return clova.body("SetLockStateRequest", device, lockState="UNLOCKED")


async def say(clova: Clova, body: bytes) -> Reply:
    return await clova.post(body, clova.sign(body))


async def say_often(clova: Clova, body: bytes, times: int = 100) -> set[tuple[int, bytes]]:
    """At once, over as many connections as the public door has."""
    url, headers = f"http://127.0.0.1:{clova.port}/clova/home", {"SignatureCEK": clova.sign(body)}
    headers["Content-Type"] = "application/json"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session:

        async def once() -> tuple[int, bytes]:
            async with session.post(url, data=body, headers=headers) as response:
                return response.status, await response.read()

        return set(await asyncio.gather(*(once() for _ in range(times))))


async def arm(socket: Path, device: str) -> None:
    if device == "door":  # a valve that may always be opened needs no window, and only the bytes keep it shut
        await asyncio.to_thread(ask, socket, "POST", f"/devices/{device}/arm")


async def told(clova: Clova, things: Thing, device: str) -> list[str]:
    """All that it was told: what the gateway has published by now has arrived."""
    before = len(things.commands("last/set"))
    await clova.ask("TurnOnRequest", "last")
    await until(lambda: len(things.commands("last/set")) > before)
    return things.commands(f"{device}/set")


@doors
async def test_the_same_bytes_open_once(device: str, broker: Mosquitto, tmp_path: Path) -> None:
    clova = Clova()
    async with thing(broker.port, ANSWERS) as things:
        async with household(tmp_path, broker, HOME, clova=clova) as house:
            await arm(house.socket, device)
            body = unlocking(clova, device)
            ((status, first),) = await say_often(clova, body)
            assert (status, Reply(status, first, 0).name) == (200, "SetLockStateConfirmation")
            await arm(house.socket, device)
            assert (await say(clova, body)).body == first
            assert await told(clova, things, device) == ["UNLOCK"]
        for _ in range(2):
            async with household(tmp_path, broker, HOME, clova=clova) as house:
                await arm(house.socket, device)
                assert await say_often(clova, body) == {(200, first)}
                assert await told(clova, things, device) == ["UNLOCK"]
        async with household(tmp_path, broker, HOME, clova=clova) as house:
            await arm(house.socket, device)
            assert (await say(clova, unlocking(clova, device))).name == "SetLockStateConfirmation"
            assert await told(clova, things, device) == ["UNLOCK"] * 2, "other bytes are another message"


async def test_other_letters_of_the_same_message_are_another_and_need_their_own_leave(
    broker: Mosquitto, tmp_path: Path
) -> None:
    clova = Clova()
    async with thing(broker.port, ANSWERS) as things, household(tmp_path, broker, HOME, clova=clova) as house:
        await arm(house.socket, "door")
        body = unlocking(clova, "door")
        assert (await say(clova, body)).name == "SetLockStateConfirmation"
        assert (await clova.post(body + b" ", clova.sign(body))).status == 401
        assert (await say(clova, body + b" ")).name == "ConditionsNotMetError"
        assert await told(clova, things, "door") == ["UNLOCK"]


async def test_a_lamps_answer_is_the_same_after_a_restart(broker: Mosquitto, tmp_path: Path) -> None:
    clova = Clova()
    async with thing(broker.port, ANSWERS) as things:
        async with household(tmp_path, broker, HOME, clova=clova):
            bodies = [clova.body("TurnOnRequest", "lamp"), clova.body("SetBrightnessRequest", "lamp", brightness=3)]
            first = [await say(clova, body) for body in bodies]
            assert [answer.name for answer in first] == ["TurnOnConfirmation", "UnsupportedOperationError"]
        async with household(tmp_path, broker, HOME, clova=clova):
            again = [await say(clova, body) for body in bodies]
            assert [answer.body for answer in again] == [answer.body for answer in first]
            assert await told(clova, things, "lamp") == ["ON"]


@doors
async def test_bytes_older_than_their_token_open_nothing(
    device: str, broker: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = [0.0]
    clock = SimpleNamespace(monotonic=time.monotonic, time=lambda: time.time() + later[0])
    monkeypatch.setattr(app, "time", clock)
    clova = Clova()
    async with thing(broker.port, ANSWERS) as things, household(tmp_path, broker, HOME, clova=clova) as house:
        spoken, unspoken = unlocking(clova, device), unlocking(clova, device)
        await arm(house.socket, device)
        assert (await say(clova, spoken)).name == "SetLockStateConfirmation"
        later[0] = 3601.0
        await arm(house.socket, device)
        for body in (spoken, unspoken):
            answer = await say(clova, body)
            assert (answer.name, answer.payload) == ("ExpiredAccessTokenError", {})
        with closing(Database(tmp_path / "state" / "gateway.db")) as database:
            clova.token = database.people.add_token("me", clock.time(), 3600) or ""
        assert (await say(clova, spoken)).name == "ExpiredAccessTokenError"
        assert await told(clova, things, device) == ["UNLOCK"]


# kill -9


@contextmanager
def process(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m gateway run`."""
    words = [sys.executable, "-m", "gateway", "run", "--config", str(config)]
    with (config.parent / "log").open("ab") as log, subprocess.Popen(words, stdout=log, stderr=log) as running:
        try:
            yield running
        finally:
            running.kill()


async def until_connected(running: subprocess.Popen[bytes], config: Path) -> Path:
    """The control socket, once the broker is there."""
    socket = config.parent / "state" / "control.sock"
    async with asyncio.timeout(30):
        while True:
            assert running.poll() is None, (config.parent / "log").read_text()
            with suppress(ControlError):
                if (await asyncio.to_thread(ask, socket, "GET", "/status"))["mqtt"] == "connected":
                    return socket


def settled(folder: Path, broker: Mosquitto, clova: Clova) -> Path:
    """A configuration with a port that is known before, and an account with a token."""
    clova.port = free_port()
    config = write_config(folder, broker, clova, HOME, "4s")
    text = config.read_text(encoding="utf-8").replace('"127.0.0.1:0"', f'"127.0.0.1:{clova.port}"', 1)
    config.write_text(text, encoding="utf-8")
    with closing(Database(folder / "state" / "gateway.db")) as database:
        database.people.add(Account("me", Role.OWNER), None, time.time())
        clova.token = database.people.add_token("me", time.time(), 3600) or ""
    return config


@doors
async def test_killed_between_the_command_and_the_answer_the_same_bytes_open_nothing_more(
    device: str, broker: Mosquitto, tmp_path: Path
) -> None:
    clova = Clova()
    config = settled(tmp_path, broker, clova)
    deaf: dict[str, Answer] = ANSWERS | {f"{device}/set": silence}
    async with thing(broker.port, deaf) as things:
        body = unlocking(clova, device)
        with process(config) as running:
            await arm(await until_connected(running, config), device)
            asking = [asyncio.create_task(say(clova, body)) for _ in range(10)]
            await until(lambda: things.commands(f"{device}/set"))
            running.send_signal(signal.SIGKILL)
            answers = await asyncio.gather(*asking, return_exceptions=True)
            assert all(isinstance(answer, aiohttp.ClientError) for answer in answers), "it was to die before it answers"
        for _ in range(2):
            with process(config) as running:
                await arm(await until_connected(running, config), device)
                ((status, again),) = await say_often(clova, body)
                assert (status, Reply(status, again, 0).name) == (200, "ActionFailedError")
                assert await told(clova, things, device) == ["UNLOCK"]
                running.send_signal(signal.SIGKILL)
    with closing(Database(tmp_path / "state" / "gateway.db")) as database:
        events = [written.entry.event.value for written in database.journal.entries()]
    assert [event for event in events if event != "armed"] == ["opening"]


async def test_a_disk_that_is_slow_opens_nothing_after_the_time_for_an_answer(
    broker: Mosquitto, tmp_path: Path
) -> None:
    clova = Clova()
    async with thing(broker.port, ANSWERS) as things, household(tmp_path, broker, HOME, clova=clova) as house:
        with closing(sqlite3.connect(house.folder / "state" / "gateway.db", isolation_level=None)) as other:
            assert (await clova.ask("HealthCheckRequest", "door")).name == "HealthCheckResponse"
            other.execute("BEGIN IMMEDIATE")  # as a command of the command line does, which takes its time
            began = time.monotonic()
            asking = asyncio.create_task(say(clova, unlocking(clova, "valve")))
            await until(lambda: time.monotonic() > began + 2.5)
            other.execute("ROLLBACK")
        answer = await asking
        assert answer.name.endswith("Error")
        assert await told(clova, things, "valve") == []


@pytest.mark.alone
async def test_a_disk_that_is_slow_keeps_nobody_waiting_who_locks(broker: Mosquitto, tmp_path: Path) -> None:
    clova = Clova()
    async with thing(broker.port, ANSWERS) as things, household(tmp_path, broker, HOME, clova=clova) as house:
        with closing(sqlite3.connect(house.folder / "state" / "gateway.db", isolation_level=None)) as other:
            assert (await clova.ask("HealthCheckRequest", "door")).name == "HealthCheckResponse"
            other.execute("BEGIN IMMEDIATE")
            answer = await clova.ask("SetLockStateRequest", "door", lockState="LOCKED")
            other.execute("ROLLBACK")
        assert (answer.name, things.commands("door/set")) == ("SetLockStateConfirmation", ["LOCK"])
        assert answer.seconds < 1.5
