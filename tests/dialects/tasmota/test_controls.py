"""Everything that a Tasmota can be told: what is published, and that its answer is understood."""

from typing import Any, NamedTuple

import pytest

from gateway.home.device import Slot
from gateway.home.traits import BRIGHTNESS, COLOR, COLOR_TEMPERATURE, FAN_SPEED, ON_OFF, OPENING, Deed, Trait
from gateway.home.values import Color, Value
from gateway.wire.codecs import Moving
from tests.dialects.tasmota.documents import HARDWARE, config, found, wired
from tests.dialects.tasmota.listening import heard, sent, with_trait


class Case(NamedTuple):
    about: str
    document: dict[str, Any]
    trait: Trait
    value: Value
    published: list[tuple[str, str]]
    answer: tuple[str, Any]


WHITE = {"POWER": "ON", "Dimmer": 40, "Color": "0000004020", "HSBColor": "0,0,0", "White": 40, "CT": 250}
CASES = [
    Case("one relay", config(1), ON_OFF, True, [("cmnd/desk/POWER", "ON")], ("stat/desk/RESULT", {"POWER": "ON"})),
    Case("SO26", config(1), ON_OFF, False, [("cmnd/desk/POWER", "OFF")], ("stat/desk/RESULT", {"POWER1": "OFF"})),
    Case("kept", config(1), ON_OFF, False, [("cmnd/desk/POWER", "OFF")], ("stat/desk/POWER", "OFF")),
    Case("by hand", config(1), ON_OFF, True, [("cmnd/desk/POWER", "ON")], ("tele/desk/STATE", {"POWER": "ON"})),
    Case(
        "own words",
        config(1, state=["aus", "an", "um", "halt"]),
        ON_OFF,
        True,
        [("cmnd/desk/POWER", "an")],
        ("stat/desk/RESULT", {"POWER": "an"}),
    ),
    Case(
        "words that are the same",
        config(1, state=["X", "x"]),
        ON_OFF,
        True,
        [("cmnd/desk/POWER", "ON")],
        ("stat/desk/RESULT", {"POWER": "ON"}),
    ),
    Case(
        "SO4",
        config(1, options=(4,)),
        ON_OFF,
        True,
        [("cmnd/desk/POWER", "ON")],
        ("stat/desk/POWER", {"POWER": "ON"}),
    ),
    Case("SO4 bare", config(1, options=(4,)), ON_OFF, True, [("cmnd/desk/POWER", "ON")], ("stat/desk/POWER", "ON")),
    Case(
        "own topics",
        config(1, ft="home/%topic%/%id%/%prefix%", tp=["c", "s", "t"]),
        ON_OFF,
        True,
        [("home/desk/A0B1C2D3E4F5/c/POWER", "ON")],
        ("home/desk/A0B1C2D3E4F5/s/RESULT", {"POWER": "ON"}),
    ),
    Case(
        "no prefix in the topic",
        config(1, ft="%hostname%#//%topic%"),
        ON_OFF,
        True,
        [("desk-1234/desk/cmnd/POWER", "ON")],
        ("desk-1234/desk/RESULT", {"POWER": "ON"}),
    ),
    Case(
        "dimmer",
        config(2, lt_st=1),
        BRIGHTNESS,
        35.0,
        [("cmnd/desk/Dimmer", "35")],
        ("stat/desk/RESULT", {"POWER": "ON", "Dimmer": 35}),
    ),
    Case(
        "dimmer, SO4",
        config(2, lt_st=1, options=(4,)),
        BRIGHTNESS,
        35.0,
        [("cmnd/desk/Dimmer", "35")],
        ("stat/desk/DIMMER", {"POWER": "ON", "Dimmer": 35}),
    ),
    Case(
        "dimmer, SO20",
        config(2, lt_st=1, options=(20,)),
        BRIGHTNESS,
        35.0,
        [("cmnd/desk/Dimmer", "35"), ("cmnd/desk/POWER1", "ON")],
        ("stat/desk/RESULT", {"Dimmer": 35}),
    ),
    Case(
        "TuyaMCU",
        config(2, lt_st=1, ty=1),
        BRIGHTNESS,
        35.0,
        [("cmnd/desk/Dimmer3", "35")],
        ("stat/desk/RESULT", {"Dimmer": 35}),
    ),
    Case(
        "a channel each, SO68",
        config(1, 2, 2, lt_st=2, options=(68,)),
        BRIGHTNESS,
        20.0,
        [("cmnd/desk/Channel2", "20")],
        ("stat/desk/RESULT", {"POWER2": "ON", "Channel2": 20, "Channel3": 60}),
    ),
    Case(
        "white",
        config(2, lt_st=2),
        COLOR_TEMPERATURE,
        4000.0,
        [("cmnd/desk/CT", "250")],
        ("stat/desk/RESULT", WHITE),
    ),
    Case(
        "colour",
        config(2, lt_st=3),
        COLOR,
        Color(240, 100),
        [("cmnd/desk/Color2", "0,0,255")],
        ("stat/desk/RESULT", {"Color": "00007F", "HSBColor": "240,100,50"}),
    ),
    Case(
        "colour in hexadecimal only",
        config(2, lt_st=4),
        COLOR,
        Color(120, 100),
        [("cmnd/desk/Color2", "0,255,0")],
        ("stat/desk/RESULT", {"Color": "00FF0000"}),
    ),
    Case(
        "colour in decimal only, SO17",
        config(2, lt_st=5),
        COLOR,
        Color(0, 100),
        [("cmnd/desk/Color2", "255,0,0")],
        ("stat/desk/RESULT", {"Color": "128,0,0,0,0"}),
    ),
    Case(
        "colour beside a white of its own",
        config(2, 2, lt_st=5, lk=0),
        COLOR,
        Color(0, 100),
        [("cmnd/desk/Color2", "255,0,0=")],
        ("stat/desk/RESULT", {"POWER1": "ON", "Dimmer1": 60, "HSBColor": "0,100,60"}),
    ),
    Case(
        "shutter",
        config(3, 3),
        OPENING,
        70.0,
        [("cmnd/desk/ShutterPosition1", "70")],
        ("stat/desk/RESULT", {"Shutter1": {"Position": 70, "Direction": 0, "Target": 70, "Tilt": 0}}),
    ),
    Case(
        "inverted shutter",
        config(3, 3, sho=[1]),
        OPENING,
        70.0,
        [("cmnd/desk/ShutterPosition1", "30")],
        ("tele/desk/SENSOR", {"Shutter1": {"Position": 30, "Direction": 0, "Target": 30}}),
    ),
    Case(
        "shutter, SO4",
        config(3, 3, options=(4,)),
        OPENING,
        70.0,
        [("cmnd/desk/ShutterPosition1", "70")],
        ("stat/desk/SHUTTER", {"Shutter1": {"Position": 70, "Direction": 0}}),
    ),
    Case(
        "shutter at rest",
        config(3, 3),
        OPENING,
        0.0,
        [("cmnd/desk/ShutterPosition1", "0")],
        ("stat/desk/SHUTTER1", "0"),
    ),
    Case(
        "shutter, asked",
        config(3, 3),
        OPENING,
        5.0,
        [("cmnd/desk/ShutterPosition1", "5")],
        ("stat/desk/STATUS10", {"StatusSNS": {"Shutter1": {"Position": 5, "Direction": 0}}}),
    ),
    Case(
        "ceiling fan",
        config(2, fan=True),
        FAN_SPEED,
        2.0,
        [("cmnd/desk/FanSpeed", "2")],
        ("stat/desk/RESULT", {"FanSpeed": 2}),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_what_is_set_is_published_and_its_answer_understood(case: Case) -> None:
    wiring = with_trait(wired(case.document), case.trait)
    assert sent(wiring, case.trait, case.value) == case.published
    assert heard(wiring, *case.answer)[Slot(case.trait)] == case.value


@pytest.mark.parametrize(("towards", "wire", "sho"), [(80.0, 80, 0), (80.0, 20, 1)])
def test_a_shutter_that_moves_says_where_to(towards: float, wire: int, sho: int) -> None:
    (wiring,) = wired(config(3, 3, sho=[sho]))
    moving = {"Shutter1": {"Position": 50, "Direction": -1, "Target": wire, "Tilt": 0}}
    assert heard(wiring, "stat/desk/RESULT", moving) == {Slot(OPENING): Moving(towards)}
    old = {"Shutter1": {"Position": 50, "Direction": 1}}
    assert heard(wiring, "stat/desk/RESULT", old) == {Slot(OPENING): Moving()}


def test_a_shutter_stops_and_its_relays_are_no_switches() -> None:
    first, second, lamp = wired(config(3, 3, 3, 3, 1, fn=["Left", "Right", None, None, "Lamp"], sht=[[-90, 90, 15]]))
    assert [one.device.kind for one in (first, second, lamp)] == ["SMARTCURTAIN", "SMARTCURTAIN", "SWITCH"]
    assert [one.device.name for one in (first, second, lamp)] == ["Left", "Right", "Lamp"]
    assert first.deeds[Deed.STOP].topic == "cmnd/desk/ShutterStop1"
    assert second.deeds[Deed.STOP].topic == "cmnd/desk/ShutterStop2"
    assert sent(lamp, ON_OFF, True) == [("cmnd/desk/POWER5", "ON")]
    assert first.notes == ("shutter 1: CLOVA has no action for its slats",)


def test_half_a_shutter_is_none() -> None:
    (lamp,) = wired(config(3, 2, lt_st=1))
    assert lamp.device.kind == "LIGHT"
    assert lamp.notes == ("relay 1 is half of a shutter",)


def test_the_fan_is_switched_by_its_speed_and_its_lamp_is_not_dimmed() -> None:
    wirings = wired(config(2, lt_st=0, fn=["Lamp", None], fan=True))
    assert [(one.device.kind, one.device.name) for one in wirings] == [("LIGHT", "Lamp"), ("FAN", "Desk")]
    lamp, fan = wirings
    assert set(lamp.bindings) == {Slot(ON_OFF)}
    assert sent(fan, ON_OFF, True) == [("cmnd/desk/FanSpeed", "1")]
    assert heard(fan, "tele/desk/STATE", {"POWER1": "ON", "FanSpeed": 3}) == {Slot(ON_OFF): True, Slot(FAN_SPEED): 3.0}
    assert sent(fan, ON_OFF, True) == [("cmnd/desk/FanSpeed", "3")]
    assert sent(fan, ON_OFF, False) == [("cmnd/desk/FanSpeed", "0")]
    assert heard(fan, "stat/desk/RESULT", {"FanSpeed": 0}) == {Slot(ON_OFF): False}


def test_the_parts_of_a_row_of_relays_have_their_own_names_and_ids() -> None:
    wirings = wired(config(1, 1, 1, dn="Hall", fn=["Tasmota", "Porch", ""]))
    assert [(one.device.id, one.device.name) for one in wirings] == [
        (f"{HARDWARE}-1", "Hall 1"),
        (f"{HARDWARE}-2", "Porch"),
        (f"{HARDWARE}-3", "Hall 3"),
    ]
    assert heard(wirings[1], "stat/desk/RESULT", {"POWER1": "ON"}) == {}
    assert heard(wirings[1], "stat/desk/RESULT", {"POWER2": "ON"}) == {Slot(ON_OFF): True}
    assert {one.device.hardware for one in wirings} == {HARDWARE}


@pytest.mark.parametrize(
    ("dn", "fn", "name"),
    [
        ("Desk", ["Tasmota"], "Desk"),
        ("Tasmota", ["Lamp"], "Lamp"),
        ("Desk", ["Lamp"], "Lamp"),
        ("Tasmota", [None], "Tasmota"),
    ],
)
def test_it_is_called_what_a_person_called_it(dn: str, fn: list[str | None], name: str) -> None:
    (wiring,) = wired(config(1, dn=dn, fn=fn))
    assert wiring.device.name == name


def test_a_relay_that_is_shown_as_a_light_is_one() -> None:
    (wiring,) = wired(config(1, options=(30,)))
    assert wiring.device.kind == "LIGHT"


@pytest.mark.parametrize(("options", "ends"), [((), (2000, 6535)), ((82,), (2632, 5000))])
def test_the_whites_of_a_lamp(options: tuple[int, ...], ends: tuple[float, float]) -> None:
    (wiring,) = wired(config(2, lt_st=2, options=options))
    limits = wiring.device.features[Slot(COLOR_TEMPERATURE)].limits
    assert (limits.low, limits.high) == ends
    mireds = [int(sent(wiring, COLOR_TEMPERATURE, float(end))[0][1]) for end in ends]
    assert mireds == ([380, 200] if options else [500, 153])


@pytest.mark.parametrize(
    ("lt_st", "lk", "traits"),
    [
        (1, 1, [{ON_OFF, BRIGHTNESS}]),
        (2, 1, [{ON_OFF, BRIGHTNESS, COLOR_TEMPERATURE}]),
        (3, 1, [{ON_OFF, BRIGHTNESS, COLOR}]),
        (4, 1, [{ON_OFF, BRIGHTNESS, COLOR}]),
        (5, 1, [{ON_OFF, BRIGHTNESS, COLOR, COLOR_TEMPERATURE}]),
        (4, 0, [{ON_OFF, BRIGHTNESS, COLOR}, {ON_OFF, BRIGHTNESS}]),
        (5, 0, [{ON_OFF, BRIGHTNESS, COLOR}, {ON_OFF, BRIGHTNESS, COLOR_TEMPERATURE}]),
    ],
)
def test_what_each_sort_of_lamp_has(lt_st: int, lk: int, traits: list[set[Trait]]) -> None:
    wirings = wired(config(*[2] * len(traits), lt_st=lt_st, lk=lk))
    assert [{slot.trait for slot in one.bindings} for one in wirings] == traits


def test_a_lamp_is_white_or_coloured() -> None:
    (lamp,) = wired(config(2, lt_st=5))
    told = {"POWER": "ON", "Dimmer": 50, "Color": "8000000000", "HSBColor": "0,100,50", "White": 0, "CT": 300}
    assert set(heard(lamp, "tele/desk/STATE", told)) == {Slot(ON_OFF), Slot(BRIGHTNESS), Slot(COLOR)}
    assert set(heard(lamp, "tele/desk/STATE", WHITE)) == {Slot(ON_OFF), Slot(BRIGHTNESS), Slot(COLOR_TEMPERATURE)}


def test_a_lamp_is_asked_for_its_state_and_a_shutter_for_its_sensors() -> None:
    (lamp,) = wired(config(2, lt_st=5))
    asked = {binding.ask for binding in lamp.bindings.values()}
    assert [(one.topic, one.payload) for one in asked if one] == [("cmnd/desk/STATE", b"")]
    (shutter,) = wired(config(3, 3))
    ask = shutter.bindings[Slot(OPENING)].ask
    assert ask is not None
    assert (ask.topic, ask.payload) == ("cmnd/desk/STATUS", b"10")


def test_its_last_will_says_whether_it_is_there_unless_it_sleeps() -> None:
    (wiring,) = wired(config(1, onln="da", ofln="weg"))
    (will,) = wiring.availability
    assert (will.topic, will.online, will.offline) == ("tele/desk/LWT", ("da",), ("weg",))
    assert not wiring.sleepy


def test_one_that_sleeps_is_not_away() -> None:
    (wiring,) = wired(config(1, dslp=1))
    assert wiring.availability == ()
    assert wiring.sleepy


def test_nothing_to_tell_and_nothing_to_say_is_a_reason() -> None:
    finding = found(config())
    assert finding.wirings == ()
    assert finding.refused == ("it has no relay, and measures nothing that CLOVA has a question for",)
