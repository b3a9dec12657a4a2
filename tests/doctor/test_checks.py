"""Single checks of `doctor` that need no home: what it makes of what the gateway and this machine say."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.config import load
from gateway.doctor import machine
from gateway.doctor.devices import devices_answer
from gateway.doctor.finding import Case, Finding, Level
from gateway.doctor.running import alarms_are_told
from gateway.doctor.trip import _again

ON = {"on_off": True}


@pytest.mark.parametrize(
    ("told", "action"),
    [
        ({"actions": ["TurnOn", "TurnOff"], "state": ON}, "TurnOn"),
        ({"actions": ["TurnOn", "TurnOff"], "state": {"on_off": False}}, "TurnOff"),
        ({"actions": ["TurnOn", "TurnOff"], "state": {}}, None),
        ({"actions": ["SetBrightness"], "state": {"brightness": 40.0}}, "SetBrightness"),
        ({"actions": ["SetLockState"], "state": {"lock": "locked"}, "guarded": {"as": "lock"}}, "SetLockState"),
        ({"actions": ["SetLockState"], "state": {"lock": "unlocked"}, "guarded": {"as": "lock"}}, None),
        ({"actions": ["TurnOn", "TurnOff"], "state": ON, "guarded": {"as": "entrance"}}, None),
        ({"actions": ["Open", "Close"], "state": {"opening": 100.0}}, "Open"),
        ({"actions": ["Open", "Close"], "state": {"opening": 1.0}}, None),
        ({"actions": ["Open", "Close"], "state": {"opening": 0.0}, "guarded": {"as": "garage"}}, None),
        ({"actions": ["HealthCheck"], "state": ON}, None),
        ({}, None),
    ],
)
def test_what_is_told_to_a_device_changes_nothing_and_opens_nothing(told: dict[str, Any], action: str | None) -> None:
    found = _again(told)
    assert (None if found is None else found.action) == action


async def keys(found: AsyncIterator[Finding]) -> dict[str, Level]:
    return {one.key: one.level async for one in found}


def case(folder: Path, text: str, **reports: Any) -> Case:
    file = folder / "gateway.yaml"
    file.write_text(text + "\nstate_directory: state\n", encoding="utf-8")
    return Case(load(file), file, **reports)


def device(dialect: str, age: float | None = 3.0, presence: str = "online") -> dict[str, Any]:
    return {"id": f"{dialect}-{age}", "dialect": dialect, "age_seconds": age, "presence": presence}


OWN = "devices: [{id: l, type: LIGHT, name: l, on_off: {command: l/set, state: l/state}}]"


@pytest.mark.parametrize(
    ("text", "devices", "expected"),
    [
        ("", [], {"no_devices": Level.WARNING}),
        ("", [device("tasmota")], {"dialect": Level.OK}),
        ("", [device("tasmota", 90_000), device("tasmota", None)], {"dialect_quiet": Level.WARNING}),
        ("", [device("tasmota", None)], {"dialect_mute": Level.WARNING}),
        ("discovery: {homie: true}", [device("tasmota")], {"dialect": Level.OK, "unheard_homie": Level.WARNING}),
        ("discovery: {homie: false}", [device("tasmota")], {"dialect": Level.OK}),
        (OWN, [device("plain")], {"dialect": Level.OK}),
        (OWN, [device("plain", None)], {"dialect_mute": Level.WARNING}),
        ("", [device("shelly", 1, "offline")], {"dialect": Level.OK, "devices_offline": Level.WARNING}),
    ],
)
async def test_devices(tmp_path: Path, text: str, devices: list[Any], expected: dict[str, Level]) -> None:
    assert await keys(devices_answer(case(tmp_path, text, devices=devices))) == expected


async def test_a_description_that_is_not_understood(tmp_path: Path) -> None:
    seen = {"refused": [{"hardware": "h", "dialect": "homie", "why": "no properties"}]}
    found = await keys(devices_answer(case(tmp_path, "", devices=[device("homie")], seen=seen)))
    assert found["not_understood"] is Level.WARNING


@pytest.mark.parametrize(("clova", "is_told"), [("{region: jp}", False), ("{}", False)])
async def test_who_sends_nothing_is_not_told_of_messages(tmp_path: Path, clova: str, is_told: bool) -> None:
    alarms = {"link": "", "push": {"state": "off"}, "without_message": [{"alarm": "smoke", "device": "d"}]}
    found = await keys(alarms_are_told(case(tmp_path, f"clova: {clova}", alarms=alarms)))
    assert ("found_no_message" in found) is is_told


@pytest.mark.parametrize(("said", "key"), [("no", "clock_not_set"), ("yes", "clock"), ("", None)])
async def test_the_clock_as_systemd_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, key: str | None
) -> None:
    program = tmp_path / "timedatectl"
    program.write_text(f"#!/bin/sh\necho {said}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    found = set(await keys(machine.machine_is_well(case(tmp_path, ""))))
    assert found & {"clock", "clock_not_set"} == ({key} if key else set())


async def test_a_state_that_others_may_see(tmp_path: Path) -> None:
    one = case(tmp_path, "")
    (tmp_path / "state").mkdir(mode=0o700)
    assert "state_open" not in await keys(machine.machine_is_well(one))
    (tmp_path / "state").chmod(0o755)
    assert (await keys(machine.machine_is_well(one)))["state_open"] is Level.WARNING


def test_versions_are_compared_by_their_numbers() -> None:
    assert machine._numbers("3.14.5") > machine._numbers("3.9") > machine._numbers("3")
    assert machine._numbers("2.1rc1") == (2, 1)
    written = ["aiohttp>=3.14", "asyncssh[bcrypt]>=2.24,<3", 'amqtt>=0.12; extra == "demo"', "odd"]
    assert list(machine._needed(written)) == [("aiohttp", "3.14"), ("asyncssh", "2.24")]
