"""A door and a gate on a real broker: armed at home, opened once, always shut, written down; nobody else is told."""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts.audit import Entry
from gateway.accounts.users import Account, Role
from gateway.clova.regions import REGIONS
from gateway.control import ControlError, ask
from gateway.links.store import Database, Store
from tests.fakes.clova import Clova, Reply
from tests.fakes.found_devices import TasmotaPlug, ZigbeeLock
from tests.fakes.household import NO_DISK, QUIET, Household, household
from tests.fakes.mosquitto import PATIENCE_SECONDS, Mosquitto, until
from tests.fakes.things import Answer, Thing, echo, silence, thing
from tests.whole.conftest import Build, House

pytestmark = pytest.mark.broker

HOME = f"""
{QUIET}devices:
  - id: door
    type: SMARTLOCK
    name: 현관문
    lock:
      {{command: door/set, state: door, locked: LOCK, unlocked: UNLOCK,
       unlock: armed, window: 60, arm: {{topic: keypad, payload: "1234"}}}}
  - id: gate
    type: SWITCH
    name: 대문
    on_off: {{command: gate/set, state: gate}}
    lock: {{unlock: armed, arm: {{topic: keypad, payload: "99"}}}}
  - id: closed
    type: SMARTLOCK
    name: 뒷문
    lock: {{command: closed/set, state: closed, locked: LOCK, unlocked: UNLOCK}}
  - {{id: lamp, type: LIGHT, name: 등, on_off: {{command: lamp/set, state: lamp}}}}
  - match: {{ieee: "{ZigbeeLock.hardware}"}}
    expose: true
    lock: {{unlock: armed, arm: {{topic: keypad, payload: z}}}}
"""
OPEN = {
    "door": ("SetLockStateRequest", {"lockState": "UNLOCKED"}, "door/set", "1234"),
    "gate": ("TurnOnRequest", {}, "gate/set", "99"),
    ZigbeeLock.hardware: ("SetLockStateRequest", {"lockState": "UNLOCKED"}, "", "z"),
}
ANSWERS = {f"{name}/set": echo(name) for name in ("door", "gate", "closed", "lamp")}
every = pytest.mark.parametrize("device", OPEN, ids=["door", "gate", "found"])


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker", NO_DISK)
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


class Lived:
    """A home, its things, and a client of the broker that counts what they are told."""

    def __init__(self, house: Household, things: Thing, found: ZigbeeLock) -> None:
        self.house = house
        self.things = things
        self.found = found

    async def open(self, device: str) -> Reply:
        name, fields, _, _ = OPEN[device]
        return await self.house.clova.ask(name, device, **fields)

    async def arm(self, device: str) -> float:
        answer = await asyncio.to_thread(ask, self.house.socket, "POST", f"/devices/{device}/arm")
        return float(answer["seconds"])

    async def opened(self, device: str) -> int:
        """How often it was told to open: all that the gateway has published by now has arrived."""
        before = len(self.things.commands("lamp/set"))
        await self.house.clova.ask("TurnOnRequest", "lamp")
        await until(lambda: len(self.things.commands("lamp/set")) > before)
        if device == ZigbeeLock.hardware:
            reply = await self.house.clova.ask("SetLockStateRequest", device, lockState="LOCKED")
            assert reply.name == "SetLockStateConfirmation"
            return sum(json.loads(payload).get("state") == "UNLOCK" for _, payload in self.found.commands())
        topic = OPEN[device][2]
        return sum(payload in ("UNLOCK", "ON") for payload in self.things.commands(topic))

    async def until_events(self, *expected: tuple[str, str, str]) -> None:
        """Wait until the audit log has exactly these of its doors: event, account, device."""
        with closing(sqlite3.connect(self.house.folder / "state" / "gateway.db")) as db:
            query = "SELECT event, account, device FROM journal ORDER BY id"
            await until(lambda: db.execute(query).fetchall() == list(expected))


@asynccontextmanager
async def lived(folder: Path, broker: Mosquitto, clova: Clova | None = None) -> AsyncIterator[Lived]:
    device = ZigbeeLock()
    async with (
        household(folder, broker, HOME, clova=clova) as house,
        thing(broker.port, ANSWERS) as things,
        device.plugged_in(broker.port),
    ):
        await device.introduce()
        await house.until_found(device.hardware)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await house.status(f"/devices/{device.hardware}"))["state"].get("lock") != "unlocked":
                await device.tell()
        yield Lived(house, things, device)


async def armed_by_the_broker(home: Lived, device: str) -> None:
    """Say the word until it is written down that it was heard: nobody knows when a subscription holds."""
    await home.things.say("keypad", OPEN[device][3])
    with closing(sqlite3.connect(home.house.folder / "state" / "gateway.db")) as db:
        count = "SELECT count(*) FROM journal WHERE event = 'armed' AND device = ?"
        await until(lambda: db.execute(count, (device,)).fetchone() != (0,))


@every
async def test_armed_over_the_control_socket_it_is_opened_once(device: str, broker: Mosquitto, tmp_path: Path) -> None:
    async with lived(tmp_path, broker) as home:
        assert (await home.open(device)).name == "ConditionsNotMetError"
        assert await home.arm(device) in (60, 90)
        assert (await home.open(device)).name.endswith("Confirmation")
        again = await home.open(device)
        assert (again.name, again.payload) == (
            "ConditionsNotMetError",
            {"state": "열기 허용이 집에서 아직 켜지지 않은"},
        )
        assert await home.opened(device) == 1
        events = [("refused", "me"), ("armed", "local"), ("opening", "me"), ("opened", "me"), ("refused", "me")]
        shut = [("locked", "me", device)] if device == ZigbeeLock.hardware else []
        await home.until_events(*((*event, device) for event in events), *shut)


@every
async def test_armed_by_a_live_message_it_is_opened_once(device: str, broker: Mosquitto, tmp_path: Path) -> None:
    async with lived(tmp_path, broker) as home:
        for word in ("0000", "", "true"):
            await home.things.say("keypad", word)
        await armed_by_the_broker(home, device)
        for other in OPEN.keys() - {device}:
            assert (await home.open(other)).name == "ConditionsNotMetError"
        assert (await home.open(device)).name.endswith("Confirmation")
        assert (await home.open(device)).name == "ConditionsNotMetError"
        assert await home.opened(device) == 1


@every
async def test_a_message_that_the_broker_has_kept_opens_nothing(device: str, broker: Mosquitto, tmp_path: Path) -> None:
    async with thing(broker.port, {}) as keypad:
        await keypad.say("keypad", OPEN[device][3], retain=True)
    async with lived(tmp_path, broker) as home:
        assert (await home.open(device)).name == "ConditionsNotMetError"
        async with thing(broker.port, {"keypad": lambda _: []}) as listener:
            await until(lambda: listener.heard)
        assert (await home.open(device)).name == "ConditionsNotMetError"
        assert await home.opened(device) == 0
        await armed_by_the_broker(home, device)
        assert (await home.open(device)).name.endswith("Confirmation")
        assert await home.opened(device) == 1


async def test_what_was_armed_before_a_restart_is_not_after_it(broker: Mosquitto, tmp_path: Path) -> None:
    async with lived(tmp_path, broker) as home:
        await home.arm("door")
    async with lived(tmp_path, broker) as home:
        assert (await home.open("door")).name == "ConditionsNotMetError"
        assert await home.opened("door") == 0


async def test_what_cannot_be_armed_says_why(broker: Mosquitto, tmp_path: Path) -> None:
    async with lived(tmp_path, broker) as home:
        for device, why in (("closed", "never opened by voice"), ("lamp", "guards nothing"), ("nowhere", "no device")):
            with pytest.raises(ControlError, match=why):
                await home.arm(device)
        reply = await home.house.clova.ask("SetLockStateRequest", "closed", lockState="UNLOCKED")
        assert (reply.name, reply.payload) == (
            "ConditionsNotMetError",
            {"state": "음성 열기가 금지된"},
        )
        said = await asyncio.to_thread(
            ask, home.house.socket, "POST", "/say", {"action": "SetLockState", "device": "closed", "value": "UNLOCKED"}
        )
        assert said["answer"]["header"]["name"] == "ConditionsNotMetError"
        assert home.things.commands("closed/set") == []


async def test_without_a_broker_it_is_neither_opened_now_nor_later(broker: Mosquitto, tmp_path: Path) -> None:
    async with lived(tmp_path, broker) as home:
        await home.arm("door")
        broker.stop()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await home.house.status("/status"))["mqtt"] == "connected":
                pass
        assert (await home.open("door")).name == "TargetOfflineError"
    await broker.start()
    async with lived(tmp_path, broker) as home:
        assert await home.opened("door") == 0


async def test_a_full_disk_opens_nothing_and_shuts_everything(
    broker: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(store: Store, entry: Entry) -> None:  # noqa: ARG001
        raise OSError("no space left on device")

    monkeypatch.setattr(Store, "note", broken)
    async with lived(tmp_path, broker) as home:
        for device in ("door", "gate"):
            await home.arm(device)
            assert (await home.open(device)).name == "DriverInternalError"
        for device in ("door", "closed", ZigbeeLock.hardware):
            reply = await home.house.clova.ask("SetLockStateRequest", device, lockState="LOCKED")
            assert (reply.name, reply.payload) == ("SetLockStateConfirmation", {"lockState": "LOCKED"})
        assert [await home.opened(device) for device in ("door", "gate")] == [0, 0]


PRESENT = HOME.replace("unlock: armed, window: 60", "unlock: always, only_home: true, window: 60").replace(
    ', arm: {topic: keypad, payload: "1234"}', ""
)


async def test_only_while_somebody_is_home(broker: Mosquitto, tmp_path: Path) -> None:
    async with household(tmp_path, broker, PRESENT, at_home="phone/me") as house, thing(broker.port, ANSWERS) as things:
        unlock = ("SetLockStateRequest", "door")

        async def until_answered(name: str) -> None:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (await house.clova.ask(*unlock, lockState="UNLOCKED")).name != name:
                    pass

        assert (await house.clova.ask(*unlock, lockState="UNLOCKED")).payload == {
            "state": "열기가 집에 사람이 있을 때만 허용된"
        }
        await things.say("phone/me", "home", retain=True)
        await until_answered("SetLockStateConfirmation")
        assert things.commands("door/set") == ["UNLOCK"]
        await things.say("phone/me", "not_home", retain=True)
        await until_answered("ConditionsNotMetError")


# Nobody without a token of this home learns anything


@pytest.mark.parametrize("region", REGIONS)
async def test_a_signed_body_without_a_token_of_ours_learns_nothing(region: str, build: Build, tmp_path: Path) -> None:
    house: House = await build(region=region)
    (tmp_path / "other").mkdir()
    with closing(Database(tmp_path / "other" / "gateway.db")) as elsewhere:
        elsewhere.people.add(Account("me", Role.OWNER), None, time.time())
        foreign = elsewhere.people.add_token("me", time.time(), 3600)
    with closing(Database(house.folder / "state" / "gateway.db")) as here:
        here.people.add(Account("gone"), None, time.time())
        removed = here.people.add_token("gone", time.time(), 3600)
        here.people.remove("gone")
    tokens: tuple[Any, ...] = (
        None,
        "",
        [],
        {},
        [house.clova.token],
        {"a": house.clova.token},
        7,
        1.5,
        True,
        "x",
        foreign,
        removed,
    )
    names = (b"lamp", b"door", b"boiler", "전등".encode(), "현관문".encode(), "玄関".encode(), b"fan-without")
    values: dict[str, Any] = {
        "brightness": {"value": 50},
        "lockState": "UNLOCKED",
        "scene": {"sceneId": "s"},
        "mode": "cool",
    }
    silent: dict[str, Answer] = dict.fromkeys(
        ("door/set", "lamp/set", "lamp/level/set", "boiler/set", "fan/set"), silence
    )
    async with thing(house.broker.port, silent) as things:
        for request in (*REGIONS[region].requests, "NoSuchRequest", "TurnOnConfirmation"):
            for token in tokens:
                body = house.clova.body(request, "door", accessToken=token, **values)
                reply = await house.clova.post(body, house.clova.sign(body))
                assert (reply.status, reply.name, reply.payload) == (200, "InvalidAccessTokenError", {}), request
                assert not [name for name in names if name in reply.body]
            body = json.dumps({"header": {"name": request, "messageId": "m"}, "payload": {}}).encode()
            assert (await house.clova.post(body, house.clova.sign(body))).name == "InvalidAccessTokenError"
        await house.clova.ask("TurnOnRequest", "fan-without-state")
        await until(lambda: things.heard)
        assert [topic for topic, _ in things.heard] == ["fan/set"], "only what had a token"


BESIDE = f"""
{QUIET}devices:
  - id: gate
    type: SWITCH
    name: 대문
    on_off: {{command: haus/cmnd/store/POWER, state: haus/stat/store/RESULT, path: POWER}}
    lock: {{unlock: never}}
"""


async def test_a_gate_that_is_written_and_found_is_guarded_twice(broker: Mosquitto, tmp_path: Path) -> None:
    relay = TasmotaPlug()
    async with household(tmp_path, broker, BESIDE) as house, relay.plugged_in(broker.port):
        await relay.introduce()
        await house.until_found(relay.hardware)
        await house.until_presence(relay.hardware, "online")
        assert (await house.clova.ask("TurnOnRequest", "gate")).name == "ConditionsNotMetError"
        assert (await house.clova.ask("TurnOnRequest", relay.hardware)).name != "TurnOnConfirmation"
        assert relay.commands() == []
