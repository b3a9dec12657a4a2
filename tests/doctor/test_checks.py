"""Single checks of `doctor` that need no home: what it makes of what the gateway and this machine say."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway import __version__, control
from gateway.config import Config, ConfigError, load
from gateway.doctor import machine, running
from gateway.doctor.devices import devices_answer
from gateway.doctor.finding import Case, Finding, Level, ok
from gateway.doctor.part import readable_part
from gateway.doctor.running import alarms_are_told
from gateway.doctor.trip import _again, trip
from gateway.doctor.walk import CHECKS, made
from gateway.places import state_directory

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
    found = _again(heard(told))
    assert (None if found is None else found.action) == action


def heard(told: dict[str, Any], *, live: bool = True, age: float = 5.0) -> dict[str, Any]:
    """The same, with how it is known."""
    slots = [
        {"slot": name, "value": {"value": value, "live": live, "age_seconds": age}}
        for name, value in told.get("state", {}).items()
    ]
    return {**told, "slots": [*slots, {"slot": "volume", "value": None}]}


@pytest.mark.parametrize("how", [{"live": False}, {"age": 86_400.0}], ids=["kept by the broker", "of yesterday"])
def test_what_is_not_known_of_now_is_not_told_again(how: dict[str, Any]) -> None:
    """A shutter that was closed by hand since then would open."""
    told = {"actions": ["Open", "Close"], "state": {"opening": 100.0}}
    assert _again(heard(told)) is not None
    assert _again(heard(told, **how)) is None


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


async def test_a_check_that_breaks_is_told_and_costs_the_others_nothing(tmp_path: Path) -> None:
    async def breaks(one: Case) -> AsyncIterator[Finding]:
        yield ok("clock")
        raise KeyError(f"a secret of {one.file}")

    async def well(one: Case) -> AsyncIterator[Finding]:  # noqa: ARG001
        yield ok("tls", name="n", days=9)

    found = await made((breaks, well), case(tmp_path, ""))
    assert [one.key for one in found] == ["clock", "broke", "tls"]
    assert found[1].values["check"] == "breaks"
    assert found[1].values["why"].startswith("KeyError, test_checks.py:")


async def test_a_state_that_others_may_see(tmp_path: Path) -> None:
    one = case(tmp_path, "")
    (tmp_path / "state").mkdir(mode=0o700)
    assert "state_open" not in await keys(machine.machine_is_well(one))
    (tmp_path / "state").chmod(0o755)
    assert (await keys(machine.machine_is_well(one)))["state_open"] is Level.WARNING


FOUND = [
    {"id": "0x00158d0001a2b3c4", "name": "거실 센서", "dialect": "zigbee2mqtt", "age_seconds": 1, "presence": "online"},
    {"id": "lamp", "name": "큰 전등", "dialect": "tasmota", "age_seconds": 1, "presence": "online"},
]


@pytest.mark.parametrize(
    ("entry", "key", "near"),
    [
        ("{match: {ieee: '0x00158D0001A2B3C4'}, name: x}", None, ""),
        ("{match: {id: 0x00158d0001a2b3c4}}", None, ""),
        ("{match: {mac: 'aa:bb:cc:00:11:22'}, id: lamp}", None, ""),
        ("{match: {name: 전등}, name: 큰 전등}", None, ""),
        ("{match: {ieee: '0x00158d0001a2b3c5'}}", "match_near", "0x00158d0001a2b3c4"),
        ("{match: {name: 거실 센스}}", "match_near", "0x00158d0001a2b3c4"),
        ("{match: {mac: 'de:ad:be:ef:11:22'}}", "match_nothing", ""),
    ],
)
async def test_an_entry_that_is_about_nothing(tmp_path: Path, entry: str, key: str | None, near: str) -> None:
    one = case(tmp_path, f"devices: [{entry}]", devices=FOUND)
    found = [finding async for finding in devices_answer(one) if finding.key.startswith("match_")]
    assert [finding.key for finding in found] == ([key] if key else [])
    assert all(finding.what("en").startswith("`devices[0]` matches nothing") for finding in found)
    assert not near or near in found[0].remedy("en")


async def test_devices_of_the_same_name_are_told_once(tmp_path: Path) -> None:
    note = "it has the same name as {}, and CLOVA cannot tell them apart: give it one of its own"
    devices = [
        FOUND[0] | {"name": "불", "id": "a-1", "notes": ["another note", note.format("b and a-2")]},
        FOUND[0] | {"name": "불", "id": "a-2", "notes": [note.format("a-1 and b")]},
        FOUND[1] | {"name": "불", "id": "b", "notes": [note.format("a-1 and a-2")]},
        FOUND[1] | {"id": "c", "notes": []},
    ]
    found = [one async for one in devices_answer(case(tmp_path, "", devices=devices)) if one.key == "same_name"]
    assert [one.values["devices"] for one in found] == ["a-1, a-2, b"]


@pytest.mark.parametrize(("device", "key"), [("nope", "trip_nobody"), ("lamb", "trip_near"), ("큰전등", "trip_near")])
async def test_a_round_trip_with_nobody(tmp_path: Path, device: str, key: str) -> None:
    (found,) = [one async for one in trip(case(tmp_path, "", devices=FOUND, device=device))]
    assert found.key == key
    assert ("did you mean lamp" in found.remedy("en")) is (key == "trip_near")


@pytest.mark.parametrize(
    ("is_hub", "start"), [(True, "sudo systemctl start clova-gateway"), (False, "clova-gateway run")]
)
async def test_how_a_gateway_is_started_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_hub: bool, start: str
) -> None:
    monkeypatch.setattr(control, "SYSTEMD", tmp_path)
    monkeypatch.setattr(control, "UNIT", tmp_path if is_hub else tmp_path / "none")
    (found,) = [one async for one in running.gateway_runs(case(tmp_path, "mqtt: {url: 'mqtt://x'}", silent="none"))]
    assert (found.key, found.remedy("en")) == ("not_running", f"start it: {start}")


async def test_without_a_broker_s_address_nothing_can_be_started(tmp_path: Path) -> None:
    one = case(tmp_path, "", silent="none")
    told = [finding.key for check in CHECKS for finding in [each async for each in check(one)]]
    assert told[0] == "no_mqtt"
    assert told.count("no_mqtt") == 1
    assert "not_running" not in told


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"state": "unchanged", "restart": []}, []),
        ({"state": "would apply", "restart": []}, ["reload"]),
        ({"state": "unchanged", "restart": ["clova.linking.client_secret_file: the file has changed"]}, ["restart"]),
        ({"state": "would apply", "restart": ["log.level"]}, ["restart", "reload"]),
        ({"state": "restart first", "restart": ["log.level"]}, ["restart"]),
        ({"state": "refused", "mistakes": ["x:1:1: y"]}, ["config"]),
    ],
)
async def test_what_a_changed_file_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], expected: list[str]
) -> None:
    monkeypatch.setattr(running, "ask", lambda *_: told)
    one = case(tmp_path, "", status={"since": 1.0, "version": __version__}, way={"reach": {}}, alarms={"link": ""})
    found = [finding async for finding in running.gateway_runs(one)]
    assert [finding.key for finding in found] == ["gateway", *expected]
    for key in (one.partition(":")[0] for one in told.get("restart") or ()):
        assert key in found[1].what("ko")


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("state_directory: here\nmqtt: {url: 'http://x'}\nlog: {level: error}\n", {"mqtt"}),
        ("state_directory: here\nlog: {level: error}\nnonsense: 1\n", {"nonsense"}),
        ("state_directory: here\nlog: {level: error}\nbad: [1\n", set(Config.model_fields)),
        ("state_directory: here\n\tbad\n", set(Config.model_fields)),
    ],
)
def test_what_can_still_be_read_of_a_file_with_a_mistake(tmp_path: Path, text: str, lost: set[str]) -> None:
    file = tmp_path / "gateway.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as mistake:
        load(file)
    part = readable_part(file, mistake.value, "ja")
    assert part.lost >= lost - {"state_directory"}
    assert "mqtt" in part.lost or "nonsense" in part.lost
    assert state_directory(part.loaded) == tmp_path / "here"
    assert part.loaded.config.home.language == "ja"


def test_versions_are_compared_by_their_numbers() -> None:
    assert machine._numbers("3.14.5") > machine._numbers("3.9") > machine._numbers("3")
    assert machine._numbers("2.1rc1") == (2, 1)
    written = ["aiohttp>=3.14", "asyncssh[bcrypt]>=2.24,<3", 'amqtt>=0.12; extra == "demo"', "odd"]
    assert list(machine._needed(written)) == [("aiohttp", "3.14"), ("asyncssh", "2.24")]
