"""Rules that change while the gateway runs: no alarm is lost by that, and none is told twice."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.app import App
from gateway.control import ask
from tests.fakes.alarmed import DEVICES, KILLED, Alarmed, alarmed, write_config
from tests.fakes.mosquitto import Mosquitto
from tests.fakes.push import PushService

pytestmark = pytest.mark.broker

SMOKE, LEAK, GAS = ("kitchen", "msg-smoke"), ("bath", "msg-leak"), ("kitchen", "msg-gas")
HELD = "alarms: [{when: {alarm: leak}, hold: 1s}]\n"
OTHERS = {
    "another rule": "alarms: [{when: {alarm: leak}, hold: 1s}, {when: {alarm: tamper}, push: false}]\n",
    "the same rule": "alarms: [{when: {alarm: leak, device: bath}, hold: 1s, expires: 2h}]\n",
    "a longer hold": "alarms: [{when: {alarm: leak}, hold: 1500ms}]\n",
    "a shorter hold": "alarms: [{when: {alarm: leak}, hold: 500ms}]\n",
    "no rule of one's own": "",
}


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Alarmed]:
    monkeypatch.setattr("tests.fakes.alarmed.App", lambda loaded: App(loaded, tmp_path / "gateway.yaml"))
    broker = Mosquitto(tmp_path / "broker", KILLED)
    await broker.start()
    async with PushService() as push, alarmed(tmp_path, broker, push, more=HELD) as found:
        yield found
    broker.stop()


def broker_port(house: Alarmed) -> int:
    found = re.search(r"mqtt://127.0.0.1:(\d+)", (house.folder / "gateway.yaml").read_text())
    assert found is not None
    return int(found[1])


async def reload(house: Alarmed, more: str, devices: str = DEVICES) -> dict[str, Any]:
    write_config(house.folder, broker_port(house), house.push.port, devices, more)
    found: dict[str, Any] = await asyncio.to_thread(ask, house.socket, "POST", "/reload")
    assert found["state"] == "applied"
    return found


async def rings(house: Alarmed, topic: str, told: tuple[str, str], *before: tuple[str, str]) -> None:
    """Another alarm comes after all that there was to be told before it."""
    await house.say(topic, "ON")
    await house.push.wait_for(lambda: told in house.told())
    assert house.told() == [*before, told]


async def leaks(house: Alarmed, leaks: bool) -> None:
    """A leak begins or ends, and that is known."""
    await house.say("bath/leak", "ON" if leaks else "OFF")
    async with asyncio.timeout(10):
        while True:
            (slot,) = (await asyncio.to_thread(ask, house.socket, "GET", "/devices/bath"))["slots"]
            if slot["value"] is not None and slot["value"]["value"] is leaks:
                return


@pytest.mark.parametrize("more", OTHERS.values(), ids=OTHERS)
async def test_an_alarm_in_hold_is_told_once(more: str, house: Alarmed) -> None:
    await leaks(house, True)
    await reload(house, more)
    await house.push.wait_for(lambda: LEAK in house.told())
    await rings(house, "kitchen/gas", GAS, LEAK)


@pytest.mark.parametrize("more", OTHERS.values(), ids=OTHERS)
async def test_what_was_told_is_not_told_again(more: str, house: Alarmed) -> None:
    await house.say("bath/leak", "ON")
    await house.until_sent(1)
    await reload(house, more)
    (active,) = (await house.alarms())["active"]
    assert (active["device"], active["alarm"]) == ("bath", "leak")
    await rings(house, "kitchen/gas", GAS, LEAK)


async def test_what_is_over_in_time_is_not_told_after_a_reload_either(house: Alarmed) -> None:
    await leaks(house, True)
    await reload(house, OTHERS["a longer hold"])
    await leaks(house, False)
    await rings(house, "kitchen/smoke", SMOKE)


async def test_an_alarm_goes_and_comes_with_its_device(house: Alarmed) -> None:
    await house.say("kitchen/smoke", "ON")
    await house.until_sent(1)
    gone = "".join(line for line in DEVICES.splitlines(keepends=True) if "kitchen" not in line)
    await reload(house, HELD, gone)
    assert (await house.alarms())["active"] == []
    await reload(house, HELD)
    await house.until(lambda found: [one["device"] for one in found["active"]] == ["kitchen"])
    await rings(house, "bath/leak", LEAK, SMOKE)


async def test_quiet_hours_and_messages_are_those_of_the_new_file(house: Alarmed) -> None:
    await reload(house, "home: {quiet_hours: {security: 00:00-23:59}}\n")
    await house.say("hall/tamper", "ON")
    found = await house.until(lambda found: found["waiting"])
    assert found["waiting"][0]["why"].startswith("quiet hours until")


async def test_what_waits_goes_with_its_device_and_only_for_as_long_as_the_new_quiet_hours_last(house: Alarmed) -> None:
    quiet = "home: {quiet_hours: {security: 00:00-23:59}}\n"
    await reload(house, quiet)
    await house.say("hall/tamper", "ON")
    await house.until(lambda found: found["waiting"])
    moved = DEVICES.replace("id: hall", "id: porch")
    await reload(house, quiet, moved)
    assert [one["device"] for one in (await house.alarms())["waiting"]] == ["porch"]
    await reload(house, HELD, moved)
    await house.push.wait_for(lambda: ("porch", "msg-tamper") in house.told())


async def test_a_new_rule_watches_at_once(house: Alarmed) -> None:
    rule = "alarms: [{when: {trait: current_temperature, above: 60}, message: msg-hot, name: hot}]\n"
    hall = DEVICES.replace("tamper: {state: hall/tamper}", "current_temperature: {state: hall/now}")
    await reload(house, HELD, hall)
    await house.say("hall/now", "70", retain=True)
    await reload(house, rule, hall)
    await house.push.wait_for(lambda: ("hall", "msg-hot") in house.told())


HALL = DEVICES.replace("tamper: {state: hall/tamper}", "current_temperature: {state: hall/now}")


def hot(name: str, above: int) -> str:
    when = f"{{trait: current_temperature, above: {above}}}"
    return f"alarms: [{{when: {when}, message: msg-hot, name: {name}, clear: 0s}}]\n"


async def active(house: Alarmed) -> list[tuple[str, str]]:
    return [(one["alarm"], one["device"]) for one in (await house.alarms())["active"]]


@pytest.mark.parametrize("is_kept", [False, True])
async def test_what_is_known_is_held_against_other_limits_at_once(is_kept: bool, house: Alarmed) -> None:
    await reload(house, hot("hot", 80), HALL)
    await house.say("hall/now", "70", retain=is_kept)
    await rings(house, "kitchen/gas", GAS)
    for name, above, is_active in (("hot", 60, True), ("hot", 80, False), ("hot", 65, True), ("toasty", 65, True)):
        await reload(house, hot(name, above), HALL)
        assert ((name, "hall") in await active(house)) is is_active
    await reload(house, hot("toasty", 65) + "home: {quiet_hours: {security: 00:00-23:59}}\n", HALL)
    assert (await active(house)).count(("toasty", "hall")) == 1


async def test_an_alarm_goes_on_under_the_new_id_of_its_device_and_is_not_told_again(house: Alarmed) -> None:
    rule = HELD.replace("1s", "1s, clear: 0s")
    await reload(house, rule)
    await house.say("bath/leak", "ON")
    await house.until_sent(1)
    report = await reload(house, rule, DEVICES.replace("id: bath", "id: sauna"))
    assert report["new_ids"] == ["device bath -> sauna"]
    assert await active(house) == [("leak", "sauna")]
    await rings(house, "kitchen/gas", GAS, LEAK)
    await house.say("bath/leak", "OFF")
    await house.until(lambda found: [one["device"] for one in found["active"]] == ["kitchen"])
