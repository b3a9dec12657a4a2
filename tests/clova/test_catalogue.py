"""Every row of the catalogue makes sense, and what is no value is refused. cases/ has what each is for."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.clova.catalogue import ACTIONS, HOME_ACTIONS, Action, Previous, Verb
from gateway.clova.objects import Locale, write_duration, write_instant
from gateway.clova.regions import REGIONS, Region
from gateway.clova.request import commands_of
from gateway.home import traits
from gateway.home.commands import Set
from gateway.home.device import Slot
from gateway.home.problems import Unsupported, ValueNotSupported
from gateway.home.values import Color
from tests.homes import WALL, plain
from tests.parlour import AIRCON, CURTAIN, DOOR, LAMP

SEOUL = Locale("kr", ZoneInfo("Asia/Seoul"), "ko", "KRW")


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
    assert write_instant(WALL + 0.789, ZoneInfo(zone)) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "PT0S"),
        (0.4, "PT0S"),
        (59.6, "PT1M"),
        (61, "PT1M1S"),
        (4800, "PT1H20M"),
        (86_400, "P1D"),
        (90_061, "P1DT1H1M1S"),
    ],
)
def test_a_duration_is_written(seconds: float, written: str) -> None:
    assert write_duration(seconds) == written


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
        commands_of(ACTIONS[action], asked, wiring.device, SEOUL)


@pytest.mark.parametrize(("hue", "saturation"), [(0, 0), (360, 100)])
def test_the_ends_of_the_wheel_are_colours(hue: int, saturation: int) -> None:
    (command,) = commands_of(ACTIONS["SetColor"], {"color": {"hue": hue, "saturation": saturation}}, LAMP.device, SEOUL)
    assert command == Set(Slot(traits.COLOR), Color(hue, saturation))


def test_a_difference_has_no_sign() -> None:
    asked = {"deltaBrightness": {"value": -10}}
    (up,) = commands_of(ACTIONS["IncrementBrightness"], asked, LAMP.device, SEOUL)
    (down,) = commands_of(ACTIONS["DecrementBrightness"], asked, LAMP.device, SEOUL)
    assert (getattr(up, "delta", None), getattr(down, "delta", None)) == (10, -10)


@pytest.mark.parametrize("brightness", [{"state": "b"}, None], ids=["only heard", "none at all"])
def test_the_brightness_of_a_colour_is_left_alone_by_a_lamp_that_cannot_be_dimmed(brightness: Any) -> None:
    lamp = plain(color={"command": "c", "state": "s"}, brightness=brightness).device
    commands = commands_of(ACTIONS["SetColor"], {"color": {"hue": 1, "saturation": 2, "brightness": 3}}, lamp, SEOUL)
    assert commands == (Set(Slot(traits.COLOR), Color(1, 2)),)


@pytest.mark.parametrize("action", ["HealthCheck", "GetDeviceState", "DiscoverAppliances", "GetHumidity"])
def test_a_question_commands_nothing(action: str) -> None:
    with pytest.raises(Unsupported):
        commands_of(ACTIONS[action], {}, CURTAIN.device, SEOUL)


@pytest.mark.parametrize("row", ACTIONS.values(), ids=list(ACTIONS))
def test_every_row_makes_sense(row: Action) -> None:
    assert row.reply == row.name + ("Response" if row.is_query else "Confirmation")
    assert (row.form is None) == (not row.answers) or row.verb is Verb.SPECIAL
    assert (row.trait is None) == (row.verb is Verb.DO) or row.verb is Verb.SPECIAL
    assert (row.fixed is not None) == (row.verb is Verb.SET and not row.asks)
    assert row.previous is Previous.NONE or row.answers
    assert (row.deed is not None) == (row.verb is Verb.DO)
    assert row.only in ("", "kr", "jp")


@pytest.mark.parametrize("region", REGIONS.values(), ids=list(REGIONS))
def test_every_row_is_allowed_somewhere(region: Region) -> None:
    allowed = {action for row in region.appliances.values() for action in row}
    assert set(region.actions) - set(HOME_ACTIONS) == allowed
    assert all(len(set(row)) == len(row) for row in region.appliances.values())
    assert region.requests == {row.request: row for row in region.actions.values()}
