"""A thousand devices at once, descriptions that nobody should have to read, and a flood of them."""

import asyncio
import json
import math
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from tests.bench.described import BRIDGE, exploding, monstrous
from tests.bench.found import cases, take_in
from tests.fakes.found_devices import FOUND, HassPlug, ZigbeeLamp
from tests.fakes.household import NO_DISK, Household, household
from tests.fakes.mosquitto import Mosquitto, until

pytestmark = [pytest.mark.broker, pytest.mark.alone]

FLOOD = 20_000
MONSTERS = monstrous()
EXPLODING = exploding()


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker", NO_DISK)
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("case", cases()[:2], ids=lambda case: case.title)
def test_a_thousand_devices_are_taken_in_soon_after_connecting(case: Any, tmp_path: Path) -> None:
    """`python -m tests.bench.found` says how soon; here only that it is not many times that."""
    taken = take_in(case, tmp_path)
    assert taken.seconds < 15
    assert taken.appliances >= case.devices
    assert taken.after_mb - taken.before_mb < 150
    assert taken.pause_ms < 1_000


@contextmanager
def heartbeat() -> Iterator[list[float]]:
    """The longest time for which the loop did nothing else, in seconds, as the only item."""
    loop = asyncio.get_running_loop()
    longest = [0.0]

    async def beat() -> None:
        while True:
            last = loop.time()
            await asyncio.sleep(0.001)
            longest[0] = max(longest[0], loop.time() - last)

    beating = loop.create_task(beat())
    try:
        yield longest
    finally:
        beating.cancel()


async def told_why(house: Household, before: Any) -> str:
    """Wait until something more is refused, or noted of a device; why."""
    async with asyncio.timeout(10):
        while (now := await refusals(house)) == before:
            pass
    return str([reason for reason in now if reason not in before])


async def refusals(house: Household) -> list[str]:
    seen = await house.status("/seen")
    said = [f"{one['hardware']}: {one['why']}" for one in seen["refused"]]
    for device in await house.status("/devices"):
        said += (await house.status(f"/devices/{device['id']}"))["not_used"]
    return said


@pytest.mark.parametrize("name", MONSTERS)
async def test_a_monstrous_description_costs_the_loop_little_and_is_refused_with_a_reason(
    name: str, broker: Mosquitto, tmp_path: Path
) -> None:
    topic, payload = MONSTERS[name]
    longest: list[float] = []
    async with (
        household(tmp_path, broker) as house,
        aiomqtt.Client("127.0.0.1", broker.port, timeout=math.inf) as client,
    ):
        for number in range(3):  # somebody else may have the processor: the best of three tells what is ours
            taken_in = (await house.status("/status"))["taken_in"]
            before = await refusals(house)
            with heartbeat() as beat:
                await client.publish(topic, payload + b" " * number, qos=1)
                async with asyncio.timeout(20):
                    while (await house.status("/status"))["taken_in"] == taken_in:
                        pass
                if not number:
                    assert await told_why(house, before)
            longest.append(beat[0])
        status = await house.status("/status")
    assert status["defects"] == 0
    assert min(longest) < 0.05, longest


@pytest.mark.parametrize("name", EXPLODING)
async def test_a_template_that_explodes_is_stopped_and_its_value_is_unreadable_with_a_reason(
    name: str, broker: Mosquitto, tmp_path: Path
) -> None:
    description, state = EXPLODING[name]
    longest: list[float] = []
    async with (
        household(tmp_path, broker) as house,
        aiomqtt.Client("127.0.0.1", broker.port, timeout=math.inf) as client,
    ):
        await client.publish("homeassistant/switch/bad/config", description, qos=1)
        await house.until_listed("ha-bad")
        async with asyncio.timeout(20):
            while not (await house.status("/devices/ha-bad"))["unreadable"].get("bad/state"):
                await client.publish("bad/state", state, qos=1)  # until it is listened to
        for _ in range(3):
            with heartbeat() as beat:
                await client.publish("bad/state", state, qos=1)
                await house.status("/status")
            longest.append(beat[0])
        assert (await house.status("/devices/ha-bad"))["state"] == {}
        assert (await house.status("/status"))["defects"] == 0
    assert min(longest) < 0.05, longest


@asynccontextmanager
async def flood(broker: Mosquitto) -> AsyncIterator[asyncio.subprocess.Process]:
    """Somebody who describes devices that do not exist, as fast as the broker takes it."""
    program = (
        "import sys\n"
        "from tests.bench.described import flood\n"
        "from tests.bench.found import keep\n"
        "keep(int(sys.argv[1]), flood(int(sys.argv[2])))\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(broker.port), str(FLOOD))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.timeout(180)
async def test_a_flood_of_descriptions_pushes_nobody_out_and_stops_no_command(
    broker: Mosquitto, tmp_path: Path
) -> None:
    devices = [sort() for sort in FOUND]
    lamp = devices[0]
    assert isinstance(lamp, ZigbeeLamp)
    seconds: list[float] = []
    async with household(tmp_path, broker, budget="4s") as house:
        for device in devices:
            async with device.plugged_in(broker.port):
                await device.introduce()
                await house.until_kept(device.hardware)
        known = set(await house.appliances())
        async with lamp.plugged_in(broker.port), flood(broker) as flooding:
            async with asyncio.timeout(120):
                while flooding.returncode is None or (await house.status("/status"))["taken_in"] < FLOOD:
                    level = 20 + len(seconds) % 70
                    reply = await house.clova.ask("SetBrightnessRequest", lamp.hardware, brightness={"value": level})
                    assert reply.name == "SetBrightnessConfirmation", reply.payload
                    seconds.append(reply.seconds)
        seconds.sort()
        assert len(seconds) >= 10
        assert seconds[len(seconds) * 9 // 10] < 1.0, seconds
        listed = await house.appliances()
        assert known <= listed.keys()
        assert len(listed) <= 2_000
        seen = await house.status("/seen")
        assert seen["no_room_for"], "nobody is told that there was no room"
        plug = next(device for device in devices if isinstance(device, HassPlug))
        async with plug.plugged_in(broker.port):  # it may still say anew what it is, and is driven as ever
            await plug.rename()
            await house.until_found(plug.hardware, name=plug.second_name)
            async with asyncio.timeout(10):
                while (await house.ask(plug)).name != "TurnOnConfirmation":
                    pass
    broker.stop()
    async with household(tmp_path, broker, connected=False) as house:
        assert known <= (await house.appliances()).keys(), "pushed out by the restart"


async def test_a_monster_in_a_bridges_list_does_not_cost_the_other_devices(broker: Mosquitto, tmp_path: Path) -> None:
    lamp = ZigbeeLamp()
    good = next(said for said in lamp.describes() if said.topic == BRIDGE)
    monster = json.loads(MONSTERS["a list of 1 MB for one Zigbee device"][1])[0]
    both = [*json.loads(good.payload), monster]
    async with household(tmp_path, broker) as house, lamp.plugged_in(broker.port):
        await lamp.introduce()
        await house.until_listed(lamp.hardware)
        async with aiomqtt.Client("127.0.0.1", broker.port, timeout=math.inf) as client:
            await client.publish(BRIDGE, json.dumps(both), qos=1, retain=True)
        async with asyncio.timeout(10):
            while monster["ieee_address"] not in str(await house.status("/seen")):
                pass
        assert list(await house.appliances()) == [lamp.hardware]
        await until(lambda: not lamp.commands())
        assert (await house.ask(lamp)).name == "SetBrightnessConfirmation"
