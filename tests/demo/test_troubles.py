"""What goes wrong in the virtual home: each device says so as its firmware does, and the check finds out who lies."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

import aiomqtt
import pytest

from gateway.demo import alarmed
from gateway.demo.alarmed import Raised, judged, raised
from gateway.demo.broker import embedded_broker
from gateway.demo.device import Address
from gateway.demo.found import CONVENTIONS
from gateway.demo.happening import happen
from gateway.demo.home import Home
from gateway.demo.push import MESSAGES, Taken
from gateway.demo.sensors import SmokeSensor
from gateway.demo.stage import Stage, staged
from gateway.demo.troubles import Trouble, troubles
from gateway.home.alarms import ALARMS_BY_NAME
from tests.fakes.mosquitto import until

SECONDS = 5.0


def test_every_dialect_can_raise_an_alarm() -> None:
    home = Home()
    found = {trouble.device.id: trouble for trouble in troubles(home)}
    for dialect in CONVENTIONS:
        of_it = [one for one in home.found if one.dialect == dialect]
        assert any(one.id in found for device in of_it for lane in device.lanes for one in lane), dialect
    assert any(device.id in found for device in home.devices)
    assert {"Homie 4", "Homie 5", "Shelly, generation 1", "Shelly, generation 2"} <= {one.how for one in found.values()}
    assert all(trouble.alarm in ALARMS_BY_NAME for trouble in found.values())
    assert {trouble.alarm for trouble in found.values()} == set(MESSAGES)
    assert len({message.id for message in MESSAGES.values()}) == len(MESSAGES)


def test_lanes_have_every_appliance_once_and_a_group_with_its_members() -> None:
    home = Home()
    lanes = [lane for device in home.found for lane in device.lanes]
    assert sorted(one.id for lane in lanes for one in lane) == sorted(
        one.id for one in (*home.appliances, *home.untold)
    )
    (together,) = (lane for lane in lanes if any(one.id.startswith("z2m-group") for one in lane))
    assert {one.id for one in together} >= {"0x0200d1f0000000a1", "0x0200d1f0000000a2", "z2m-group-1-scene-1"}


def notices(*changes: Any) -> list[Any]:
    return [{"params": {"switch:0": {"id": 0, "errors": change}}} for change in changes]


WIRE: list[tuple[str, str, list[Any]]] = [
    ("kitchen-smoke", "home/kitchen-smoke", [{"smoke": True}, {"smoke": False}]),
    ("front-door", "home/front-door", ["JAMMED", "LOCKED"]),
    ("study-window", "home/study-window", [{"battery": 7}, {"battery": 88}]),
    ("0x0200d1f0000000d2", "zigbee2mqtt/보일러실 연기 감지기", [{"smoke": True}, {"smoke": False}]),
    ("0x0200d1f0000000d1", "zigbee2mqtt/현관 움직임 센서", [{"tamper": True}, {"tamper": False}]),
    (
        "0x0200d1f0000000c2",
        "zigbee2mqtt/뒷문 도어락",
        [
            {"state": "LOCK", "lock_state": "locked"},
            {"state": "UNLOCK", "lock_state": "unlocked", "action": "unlock", "action_source_name": "keypad"},
            {"state": "LOCK", "lock_state": "locked"},
        ],
    ),
    ("02d1f0500003", "leak-500003/binary_sensor/floor/state", ["ON", "OFF"]),
    ("02d1f0500002", "purifier/02d1f0500002/state", [{"clogged": True}, {"clogged": False}]),
    ("02d1f0200004", "stat/tasmota_200004/RESULT", [{"가스": {"Action": "ON"}}, {"가스": {"Action": "OFF"}}]),
    ("02d1f0300001", "shellyplusplugs-02d1f0300001/events/rpc", notices(["overtemp"], None)),
    ("02d1f0300003", "shellies/shellydimmer2-02D1F0300003/overtemperature", ["1", "0"]),
    ("02d1f0400001", "homie/02d1f0400001/$state", ["alert", "ready"]),
    ("02d1f0400002", "homie/5/02d1f0400002/$alert/pump", ["순환 펌프가 멈췄습니다", ""]),
]


def shows(said: str, wanted: Any) -> bool:
    """Whether a payload is this word, or an object that has at least this."""
    return said == wanted if isinstance(wanted, str) else covers(json.loads(said), wanted)


def covers(said: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return bool(said == wanted)
    return isinstance(said, dict) and all(key in said and covers(said[key], value) for key, value in wanted.items())


def test_each_is_on_the_wire_below() -> None:
    assert sorted(row[0] for row in WIRE) == sorted(trouble.device.id for trouble in troubles(Home()))


@asynccontextmanager
async def plugged_in(home: Home, topic: str) -> AsyncIterator[list[str]]:
    """The whole home, and what is said on a topic from then on."""
    heard: list[str] = []

    async def listen(client: aiomqtt.Client) -> None:
        async for message in client.messages:
            if not message.retain and isinstance(message.payload, bytes):
                heard.append(message.payload.decode())

    async with embedded_broker() as port, asyncio.TaskGroup() as tasks:
        running = await home.start(tasks, Address("127.0.0.1", port))
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.subscribe(topic, 1)
            running.append(tasks.create_task(listen(client)))
            yield heard
            for task in running:
                task.cancel()


async def come(heard: list[str], wanted: list[Any]) -> None:
    """Wait until these have come, in this order."""

    def is_so() -> bool:
        rest: Iterator[str] = iter(heard)
        return all(any(shows(said, one) for said in rest) for one in wanted)

    await until(is_so, SECONDS)


@pytest.mark.parametrize(("device_id", "topic", "wanted"), WIRE, ids=[row[0] for row in WIRE])
async def test_it_says_so_as_its_firmware_does(device_id: str, topic: str, wanted: list[Any]) -> None:
    home = Home()
    trouble = next(one for one in troubles(home) if one.device.id == device_id)
    async with plugged_in(home, topic) as heard:
        await trouble.device.go_wrong()
        await come(heard, wanted[:-1])
        await trouble.device.come_right()
        await come(heard, wanted)


async def test_who_opened_the_lock_is_said_once_and_not_remembered() -> None:
    home = Home()
    async with plugged_in(home, "zigbee2mqtt/뒷문 도어락") as heard:
        await home.back_door.go_wrong()
        await home.back_door.report(battery=50)
        await come(heard, [{"action": "unlock"}, {"battery": 50}])
    assert "action" not in heard[-1]
    assert "action" not in home.back_door.state


async def test_a_gas_detector_also_tells_by_telemetry() -> None:
    home = Home()
    detector = next(one for one in troubles(home) if one.alarm == "gas").device
    async with plugged_in(home, "tele/tasmota_200004/SENSOR") as heard:
        await detector.go_wrong()
        await next(one for one in home.found if one.id == detector.id).report()
        await come(heard, [{"가스": "ON"}])


class Mute(SmokeSensor):
    """It burns, and it says nothing."""

    async def go_wrong(self) -> None:
        """Nothing."""


class Stuck(SmokeSensor):
    """It never says that it is over."""

    async def come_right(self) -> None:
        """Nothing."""


def home_of(sensor: SmokeSensor) -> Home:
    home = Home()
    home.smoke = sensor
    home.devices, home.found = (sensor, home.lamp, home.curtain), ()
    return home


@pytest.mark.parametrize(
    ("sort", "wrong"),
    [(SmokeSensor, ""), (Mute, "nobody was told of it"), (Stuck, "it is over, and the gateway does not know it")],
)
async def test_the_check_finds_out_who_says_nothing(
    sort: type[SmokeSensor], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarmed, "IN_TIME_SECONDS", 1.0)
    monkeypatch.setattr(alarmed, "QUIET_SECONDS", 0.5)
    home = home_of(sort("kitchen-smoke", "감지기", "KITCHEN"))
    async with staged(home) as stage:
        (trouble,) = troubles(home)
        found = await raised(stage, trouble)
        lines = list(judged(stage, [found]))
    assert found.wrong == lines[0].wrong == wrong
    assert (lines[0].answer, lines[0].proof) == (MESSAGES["smoke"].id, "none" if sort is Mute else "pushed")
    assert (lines[1].wrong == "") is (sort is not Mute)


async def test_the_check_finds_out_what_is_told_twice_or_unasked_or_refused() -> None:
    home = home_of(SmokeSensor("kitchen-smoke", "감지기", "KITCHEN"))
    async with staged(home) as stage:
        (trouble,) = troubles(home)
        good = Raised(trouble, 1.0, "")
        smoke = Taken("kitchen-smoke", trouble.message, time.monotonic())
        assert wrongs(stage, good, smoke) == ["", ""]
        assert wrongs(stage, good, smoke, smoke) == ["told 2 times", "1 were expected"]
        assert wrongs(stage, good, smoke, Taken("lamp", trouble.message, 0.0)) == ["", "1 were expected"]
        stage.push.refused.append(4202)
        assert wrongs(stage, good, smoke) == ["", "refused: [4202]"]


def wrongs(stage: Stage, found: Raised, *taken: Taken) -> list[str]:
    stage.push.taken[:] = taken
    return [line.wrong for line in judged(stage, [found])]


async def test_the_first_comes_by_itself_and_the_others_when_they_are_asked_for() -> None:
    home = Home()
    first, second = islice(troubles(home), 2)
    happened: list[str] = []
    asked = asyncio.Event()
    two: tuple[Trouble, ...] = (first, second)
    task = asyncio.create_task(happen(two, asked, happened.append, first_seconds=0.0, lasts_seconds=0.0))
    try:
        for number, trouble in enumerate((first, second, first)):
            await until(lambda number=number: len(happened) > number, SECONDS)  # type: ignore[misc]
            assert happened[number] == f"{trouble.scene}. ({trouble.device.id})"
            assert len(happened) == number + 1
            asked.set()
    finally:
        task.cancel()
        await asyncio.wait({task})
