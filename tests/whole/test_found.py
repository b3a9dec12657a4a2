"""Devices that nobody wrote down: found on a real Mosquitto, listed for CLOVA, driven by signed requests, proved."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from gateway import app, discovery
from gateway.control import ask
from gateway.engine.inventory import REMOVED_SECONDS
from tests.fakes.found import Found, Said
from tests.fakes.found_devices import (
    FOUND,
    CurtShellyPlug,
    HassClimate,
    HassPlug,
    HomieDimmer,
    ShellyPlug,
    ShellyRoller,
    ZigbeeLamp,
    ZigbeeLock,
)
from tests.fakes.household import NO_DISK, QUIET, Household, household
from tests.fakes.mosquitto import PATIENCE_SECONDS, Mosquitto, until

pytestmark = pytest.mark.broker

Sort = type[Found]
every = pytest.mark.parametrize("sort", FOUND, ids=lambda sort: sort.__name__)


@pytest.fixture(autouse=True)
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second after a connection alarms are asked about: whoever answers that just then is deaf, and not away."""
    monkeypatch.setattr("gateway.engine.asking.AFTER_SECONDS", 3600.0)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker", NO_DISK)
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


@asynccontextmanager
async def at_home(
    sort: Sort, broker: Mosquitto, folder: Path, written: str = QUIET
) -> AsyncIterator[tuple[Household, Found]]:
    """The gateway, and a device that it has found and of which it knows all."""
    device = sort()
    async with household(folder, broker, written) as house, device.plugged_in(broker.port):
        await device.introduce()
        await house.until_found(device.hardware)
        await until_heard(house, device)
        yield house, device


async def until_heard(house: Household, device: Found) -> None:
    """Its topics were listened to only once it had described itself: what it says now is heard."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while device.state.items() - (await house.status(f"/devices/{device.hardware}"))["state"].items():
            await device.tell()
    await house.until_presence(device.hardware, "online")
    device.heard.clear()


async def until_all_is_heard(house: Household, device: Found) -> None:
    """What it says last is taken in, and so all that it had said before: nothing old may come after a command."""
    await device.say(iter([Said("homeassistant/sensor/marker/config", "{", False)]))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while "marker" not in json.dumps(await house.status("/seen")):
            pass


async def until_confirmed(house: Household, device: Found) -> None:
    """Ask until it is heard at its new topics, too."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await house.ask(device)).name != f"{device.request[0]}Confirmation":
            pass


@every
async def test_it_is_found_listed_driven_and_its_proof_is_its_own(
    sort: Sort, broker: Mosquitto, tmp_path: Path
) -> None:
    async with at_home(sort, broker, tmp_path) as (house, device):
        listed = (await house.until_listed(device.hardware))[device.hardware]
        assert listed["applianceTypes"] == [device.kind]
        assert listed["friendlyName"].replace("/", " ") == device.first_name.replace("/", " ")
        assert set(listed["actions"]) >= device.actions
        reply = await house.ask(device)
        assert reply.name == f"{device.request[0]}Confirmation", reply.payload
        assert device.commands(), "confirmed without a command"
        explained = await house.status(f"/devices/{device.hardware}")
        assert explained["dialect"] == device.dialect
        assert explained["last_command"]["result"] == device.proof
        assert explained["confirmed"] is True
        assert (await house.status("/status"))["defects"] == 0


@pytest.mark.alone
@every
async def test_a_deaf_one_is_told_once_and_is_not_confirmed(sort: Sort, broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(sort, broker, tmp_path) as (house, device):
        device.silent = True
        await until_all_is_heard(house, device)
        reply = await house.ask(device)
        assert reply.name == "TargetOfflineError"
        assert reply.seconds < 1.5
        assert len(device.commands()) == 1
        assert await house.presence(device.hardware) == "silent"


@pytest.mark.alone
@every
async def test_one_that_is_away_by_its_own_word_is_told_nothing(sort: Sort, broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(sort, broker, tmp_path) as (house, device):
        await device.say(device.is_there(False))
        await house.until_presence(device.hardware, "offline")
        reply = await house.ask(device)
        assert reply.name == "TargetOfflineError"
        assert reply.seconds < 0.5
        assert device.commands() == []
        assert device.hardware in await house.appliances(), "one that is away is still a device of this home"
        await device.say(device.is_there(True))
        await house.until_presence(device.hardware, "online")
        await device.tell()
        assert (await house.ask(device)).name == f"{device.request[0]}Confirmation"


@pytest.mark.parametrize("sort", [sort for sort in FOUND if sort.second_name], ids=lambda sort: sort.__name__)
async def test_its_id_stays_when_it_is_renamed(sort: Sort, broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(sort, broker, tmp_path) as (house, device):
        before = await house.appliances()
        await device.rename()
        await house.until_kept(device.hardware)
        if not device.asked_once:
            await house.until_found(device.hardware, name=device.second_name)
            assert (await house.appliances()).keys() == before.keys()
            await until_confirmed(house, device)
    async with household(tmp_path, broker) as house, device.plugged_in(broker.port):
        found = await house.until_found(device.hardware, name=device.second_name)
        assert found["id"] == device.hardware
        assert (await house.appliances()).keys() == before.keys()
        await device.say(device.is_there(True))
        await until_confirmed(house, device)


@every
async def test_one_that_is_taken_back_leaves_after_its_grace(
    sort: Sort, broker: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "TEND_SECONDS", 0.05)
    later = [0.0]
    monkeypatch.setattr(app, "time", SimpleNamespace(monotonic=time.monotonic, time=lambda: time.time() + later[0]))
    async with at_home(sort, broker, tmp_path) as (house, device):
        await device.say(device.forgets())
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "taken back" not in str((await house.status(f"/devices/{device.hardware}"))["described_by"]):
                pass
        assert device.hardware in await house.appliances(), "a device that is renamed is taken back, too"
        later[0] = REMOVED_SECONDS
        await house.until_gone(device.hardware)
        assert await house.appliances() == {}


@pytest.mark.parametrize("sort", [sort for sort in FOUND if sort is not CurtShellyPlug], ids=lambda sort: sort.__name__)
@pytest.mark.parametrize("first", ["state", "description"])
async def test_a_kept_state_arrives_whichever_came_first(
    sort: Sort, first: str, broker: Mosquitto, tmp_path: Path
) -> None:
    """Its topics are subscribed to only after it has described itself."""
    device = sort()
    device.keeps = True
    async with device.plugged_in(broker.port):
        if first == "state":
            await device.tell()
            await device.say(device.describes())
            await device.say(device.is_there(True))
        async with household(tmp_path, broker) as house:
            if first == "description":
                await device.say(device.describes())
                await device.say(device.is_there(True))
                await house.until_found(device.hardware)
                await device.tell()
            await house.until_found(device.hardware)
            await house.until_state(device.hardware, **device.state)


async def test_all_of_them_are_listed_at_once_after_a_restart_without_a_broker(
    broker: Mosquitto, tmp_path: Path
) -> None:
    devices = [sort() for sort in FOUND]
    async with household(tmp_path, broker) as house:
        for device in devices:
            async with device.plugged_in(broker.port):
                await device.introduce()
                await house.until_kept(device.hardware)
        before = await house.appliances()
    broker.stop()
    async with household(tmp_path, broker, connected=False) as house:
        assert await house.appliances() == before
        assert len(before) == len(devices)
        for device in devices:
            assert (await house.ask(device)).name == "TargetOfflineError"


async def test_a_restart_with_a_broker_that_has_forgotten_takes_nothing_away(broker: Mosquitto, tmp_path: Path) -> None:
    device = HassPlug()
    async with household(tmp_path, broker) as house, device.plugged_in(broker.port):
        await device.introduce()
        await house.until_kept(device.hardware)
    broker.stop()
    await broker.start()
    async with household(tmp_path, broker) as house, device.plugged_in(broker.port):
        assert device.hardware in await house.appliances()
        await device.say(device.is_there(True))
        await until_heard(house, device)
        assert (await house.ask(device)).name == "TurnOnConfirmation"


async def test_a_lock_is_found_and_told_of_only_when_its_owner_says_so(broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(ZigbeeLock, broker, tmp_path) as (house, device):
        found = await house.status(f"/devices/{device.hardware}")
        assert (found["type"], found["name"]) == ("SMARTLOCK", "현관문")
        assert "expose: true" in found["hidden"]
        assert await house.appliances() == {}
        assert (await house.ask(device)).name == "NoSuchTargetError"
        assert device.commands() == []
    written = f"{QUIET}devices:\n  - match: {{ieee: {device.hardware}}}\n    expose: true\n"
    async with at_home(ZigbeeLock, broker, tmp_path, written) as (house, device):
        (listed,) = (await house.appliances()).values()
        assert listed["applianceTypes"] == ["SMARTLOCK"]
        assert set(listed["actions"]) >= device.actions
        reply = await house.ask(device)
        assert (reply.name, reply.payload) == ("SetLockStateConfirmation", {"lockState": "LOCKED"})


class OtherZigbeeLamp(ZigbeeLamp):
    """Another bridge says that it has the same lamp; it comes first in the alphabet."""

    base = "another"


class LaterZigbeeLamp(ZigbeeLamp):
    base = "zzz"


class OtherHassClimate(HassClimate):
    def listens(self) -> tuple[str, ...]:
        return ("evil/target",)

    def describes(self) -> Iterator[Said]:
        for said in super().describes():
            yield Said("homeassistant/device/a-furnace/config", said.payload.replace("furnace/77", "evil"), True)


class OtherShellyPlug(ShellyPlug):
    def __init__(self) -> None:
        super().__init__()
        self.prefix = "another"


class OtherHomieDimmer(HomieDimmer):
    def __init__(self) -> None:
        super().__init__()
        self.topic = f"another/{self.hardware}"


@pytest.mark.parametrize(
    ("sort", "other"),
    [
        (ZigbeeLamp, OtherZigbeeLamp),
        (ZigbeeLamp, LaterZigbeeLamp),
        (ShellyPlug, OtherShellyPlug),
        (HomieDimmer, OtherHomieDimmer),
    ],
    ids=lambda sort: sort.__name__,
)
async def test_a_second_claim_from_another_place_is_not_followed(
    sort: Sort, other: Sort, broker: Mosquitto, tmp_path: Path
) -> None:
    second = other()
    async with at_home(sort, broker, tmp_path) as (house, device), second.plugged_in(broker.port):
        await second.say(second.describes())
        await second.say(second.is_there(True))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "not followed" not in str((await house.status(f"/devices/{device.hardware}"))["described_by"]):
                pass
        assert len(await house.appliances()) == 1
        assert (await house.ask(device)).name == f"{device.request[0]}Confirmation"
        assert device.commands()
        assert second.commands() == []
        if not device.asked_once:  # what the first one says anew still counts
            await device.rename()
            await house.until_found(device.hardware, name=device.second_name)
            await until_confirmed(house, device)
            assert second.commands() == []


class MovedRoller(ShellyRoller):
    """The same roller, at the topic that its owner has given it since."""

    first_name = "옮긴덧문"


async def test_a_shelly_that_was_moved_to_another_topic_is_followed_once_the_old_one_is_forgotten(
    broker: Mosquitto, tmp_path: Path
) -> None:
    moved = MovedRoller()
    async with at_home(ShellyRoller, broker, tmp_path) as (house, device), moved.plugged_in(broker.port):
        await moved.introduce()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "not followed" not in str((await house.status(f"/devices/{device.hardware}"))["described_by"]):
                pass
        assert (await house.ask(device)).name == "OpenConfirmation"
        assert moved.commands() == []
        await asyncio.to_thread(ask, house.socket, "POST", f"/devices/{device.hardware}/forget")
        await house.until_found(moved.hardware, name=moved.first_name)
        await until_confirmed(house, moved)
        assert moved.commands()


async def test_a_shelly_that_was_moved_is_followed_once_its_old_announcement_is_taken_back(
    broker: Mosquitto, tmp_path: Path
) -> None:
    moved = MovedRoller()
    async with at_home(ShellyRoller, broker, tmp_path) as (house, device), moved.plugged_in(broker.port):
        await moved.introduce()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "not followed" not in str((await house.status(f"/devices/{device.hardware}"))["described_by"]):
                pass
        await device.say(device.forgets())
        await house.until_found(moved.hardware, name=moved.first_name)
        await until_confirmed(house, moved)
        assert device.commands() == []


async def test_a_unique_id_belongs_to_whoever_had_it_first(broker: Mosquitto, tmp_path: Path) -> None:
    second = OtherHassClimate()
    async with at_home(HassClimate, broker, tmp_path) as (house, device), second.plugged_in(broker.port):
        await second.say(second.describes())
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "its unique_id is that of" not in str(await house.status("/seen")):
                pass
        assert len(await house.appliances()) == 1
        assert (await house.ask(device)).name == "SetTargetTemperatureConfirmation"
        assert second.commands() == []


async def test_entities_of_one_device_make_one_appliance_in_whatever_order_they_come(
    broker: Mosquitto, tmp_path: Path
) -> None:
    device = HassPlug()
    meter, switch = device.describes()
    async with household(tmp_path, broker) as house, device.plugged_in(broker.port):
        await device.say(iter([switch]))
        await house.until_found(device.hardware)
        await device.say(iter([meter]))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "GetConsumption" not in (await house.appliances())[device.hardware]["actions"]:
                pass


async def test_an_entity_that_comes_to_a_known_device_does_not_change_its_id(broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(HassPlug, broker, tmp_path) as (house, device):
        lamp = json.loads(next(iter([said for said in device.describes() if "/switch/" in said.topic])).payload)
        lamp |= {"uniq_id": "acme_0b01_l", "name": "Lamp", "cmd_t": "~/lamp", "stat_t": "~/lampstat"}
        await device.say(iter([Said("homeassistant/light/acme_0b01/lamp/config", json.dumps(lamp), True)]))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found := await house.appliances()) < 2:
                pass
        assert found[device.hardware]["applianceTypes"] == ["SMARTPLUG"]
        assert [one["applianceTypes"] for key, one in found.items() if key != device.hardware] == [["LIGHT"]]
        device.heard.clear()
        assert (await house.ask(device)).name == "TurnOnConfirmation"
        await until(device.commands)
