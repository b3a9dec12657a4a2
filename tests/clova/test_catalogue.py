"""Every row of the catalogue: request, command, answer."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.clova.answer import confirmation, response, timestamp
from gateway.clova.appliances import APPLIANCES
from gateway.clova.catalogue import ACTIONS, REQUESTS, Verb
from gateway.clova.describe import actions_of
from gateway.clova.request import build_payload, commands_of
from gateway.home import traits
from gateway.home.commands import Set, resolve
from gateway.home.device import Outcome, Proof, Reading, Slot
from gateway.home.problems import Unsupported, ValueNotSupported
from gateway.home.traits import Trait
from gateway.home.values import Color, Value
from tests.clova.cases import AIRCON, CASES, COMMANDS, CURTAIN, DOOR, LAMP, QUESTIONS, Case
from tests.homes import WALL, plain

SEOUL = ZoneInfo("Asia/Seoul")


def slots(values: Mapping[Trait, Value]) -> dict[Slot, Value]:
    return {Slot(trait): value for trait, value in values.items()}


def test_no_action_lacks_a_case() -> None:
    assert {case.action for case in CASES} == set(ACTIONS) - {"DiscoverAppliances"}


@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: case.name)
def test_a_request_commands_and_is_confirmed(case: Case) -> None:
    action, device = ACTIONS[case.action], case.device.device
    assert case.action in actions_of(device)
    commands = commands_of(action, dict(case.asked), device)
    assert commands == case.commands
    resolved = [resolve(command, device, slots(case.known)) for command in commands]
    assert {command.slot: command.value for command in resolved if isinstance(command, Set)} == slots(case.after)
    outcome = Outcome(slots(case.known), slots(case.after), Proof.ECHO)
    assert confirmation(action, outcome) == case.answer


@pytest.mark.parametrize("case", QUESTIONS, ids=lambda case: case.name)
def test_a_question_is_answered_with_the_value_and_its_time(case: Case) -> None:
    action = ACTIONS[case.action]
    assert case.action in actions_of(case.device.device)
    assert action.trait is not None
    reading = Reading(case.known[action.trait], 0.0, WALL, live=True, source="s")
    assert response(action, reading, SEOUL) == case.answer


@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: case.name)
def test_what_say_builds_asks_for_the_same(case: Case) -> None:
    value = next(iter(case.asked.values()), None)
    bare = value["value"] if isinstance(value, dict) and "value" in value else value
    payload = build_payload(ACTIONS[case.action], case.device.device.id, bare)
    assert payload["appliance"] == {"applianceId": case.device.device.id}
    assert commands_of(ACTIONS[case.action], payload, case.device.device) == case.commands


def test_no_previous_state_is_told_where_none_was_known() -> None:
    outcome = Outcome({}, {Slot(traits.MODE): "cool"}, Proof.ECHO)
    assert confirmation(ACTIONS["ChangeMode"], outcome) == {"mode": {"value": "cool"}}


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Seoul", "2026-11-21T07:30:00+09:00"),
        ("Asia/Kolkata", "2026-11-21T04:00:00+05:30"),
        ("America/New_York", "2026-11-20T17:30:00-05:00"),
        ("UTC", "2026-11-20T22:30:00+00:00"),
    ],
)
def test_a_time_is_written_with_the_offset_of_the_home(zone: str, written: str) -> None:
    assert timestamp(WALL + 0.789, ZoneInfo(zone)) == written


def test_an_action_that_asks_for_no_value_has_no_response() -> None:
    with pytest.raises(TypeError):
        response(ACTIONS["TurnOn"], Reading(True, 0, 0, live=True, source=""), SEOUL)


WRONG: list[Any] = [
    pytest.param("SetBrightness", LAMP, {}, id="nothing asked"),
    pytest.param("SetBrightness", LAMP, {"brightness": None}, id="null"),
    pytest.param("SetBrightness", LAMP, {"brightness": {}}, id="an empty object"),
    pytest.param("SetBrightness", LAMP, {"brightness": {"value": "40"}}, id="a word for a number"),
    pytest.param("SetBrightness", LAMP, {"brightness": {"value": True}}, id="a switch for a number"),
    pytest.param("SetBrightness", LAMP, {"brightness": [40]}, id="a list"),
    pytest.param("SetBrightness", LAMP, {"brightness": {"value": {"value": 40}}}, id="an object in an object"),
    pytest.param("SetBrightness", LAMP, {"brightness": {"value": 10**400}}, id="a number beyond floats"),
    pytest.param("SetBrightness", LAMP, {"brightness": {"value": 1e300}}, id="a number beyond all devices"),
    pytest.param("SetBrightness", LAMP, {"brightness": float("nan")}, id="no number"),
    pytest.param("SetBrightness", LAMP, {"targetBrightness": {"value": 40}}, id="another name"),
    pytest.param("IncrementBrightness", LAMP, {"deltaBrightness": {"value": None}}, id="no difference"),
    pytest.param("SetColor", LAMP, {"color": 40}, id="a number for a colour"),
    pytest.param("SetColor", LAMP, {"color": {"hue": 40}}, id="half a colour"),
    pytest.param("SetColor", LAMP, {"color": {"hue": 360.1, "saturation": 1}}, id="a hue beyond the wheel"),
    pytest.param("SetColor", LAMP, {"color": {"hue": -0.1, "saturation": 1}}, id="a hue before the wheel"),
    pytest.param("SetColor", LAMP, {"color": {"hue": 1, "saturation": -0.1}}, id="a saturation below nought"),
    pytest.param("SetColor", LAMP, {"color": {"hue": 1, "saturation": 100.1}}, id="a saturation beyond all"),
    pytest.param("SetColor", LAMP, {"color": {"hue": 1, "saturation": 1, "brightness": "x"}}, id="no brightness"),
    pytest.param("SetMode", AIRCON, {"mode": {"value": 1}}, id="a number for a mode"),
    pytest.param("SetMode", AIRCON, {"mode": ""}, id="an empty mode"),
    pytest.param("SetMode", AIRCON, {"mode": "x" * 101}, id="a long mode"),
    pytest.param("SetLockState", DOOR, {"lockState": "locked"}, id="a lock state spelt otherwise"),
    pytest.param("SetLockState", DOOR, {"lockState": True}, id="a switch for a lock state"),
    pytest.param("SetLockState", DOOR, {"lockState": {"value": ["LOCKED"]}}, id="a list for a lock state"),
]


@pytest.mark.parametrize(("action", "wiring", "asked"), WRONG)
def test_what_is_no_value_is_refused(action: str, wiring: Any, asked: dict[str, Any]) -> None:
    with pytest.raises(ValueNotSupported):
        commands_of(ACTIONS[action], asked, wiring.device)


@pytest.mark.parametrize(("hue", "saturation"), [(0, 0), (360, 100)])
def test_the_ends_of_the_wheel_are_colours(hue: int, saturation: int) -> None:
    (command,) = commands_of(ACTIONS["SetColor"], {"color": {"hue": hue, "saturation": saturation}}, LAMP.device)
    assert command == Set(Slot(traits.COLOR), Color(hue, saturation))


def test_a_difference_has_no_sign() -> None:
    asked = {"deltaBrightness": {"value": -10}}
    (up,) = commands_of(ACTIONS["IncrementBrightness"], asked, LAMP.device)
    (down,) = commands_of(ACTIONS["DecrementBrightness"], asked, LAMP.device)
    assert (getattr(up, "delta", None), getattr(down, "delta", None)) == (10, -10)


@pytest.mark.parametrize("brightness", [{"state": "b"}, None], ids=["only heard", "none at all"])
def test_the_brightness_of_a_colour_is_left_alone_by_a_lamp_that_cannot_be_dimmed(brightness: Any) -> None:
    lamp = plain(color={"command": "c", "state": "s"}, brightness=brightness).device
    commands = commands_of(ACTIONS["SetColor"], {"color": {"hue": 1, "saturation": 2, "brightness": 3}}, lamp)
    assert commands == (Set(Slot(traits.COLOR), Color(1, 2)),)


@pytest.mark.parametrize("action", ["HealthCheck", "GetDeviceState", "DiscoverAppliances", "GetHumidity"])
def test_a_question_commands_nothing(action: str) -> None:
    with pytest.raises(Unsupported):
        commands_of(ACTIONS[action], {}, CURTAIN.device)


def test_every_row_makes_sense() -> None:
    for row in ACTIONS.values():
        assert REQUESTS[row.request] is row
        assert row.reply == row.name + ("Response" if row.is_query else "Confirmation")
        assert (row.form is None) == (not row.answers)
        assert (row.trait is None) == (row.verb in (Verb.SPECIAL, Verb.DO))
        assert (row.fixed is not None) == (row.verb is Verb.SET and not row.asks)
        assert not row.previous or row.answers


def test_every_row_is_allowed_somewhere() -> None:
    allowed = {action for row in APPLIANCES.values() for action in row}
    assert set(ACTIONS) - {"DiscoverAppliances"} <= allowed
    assert len(APPLIANCES) == 57
    assert all(len(set(row)) == len(row) for row in APPLIANCES.values())
