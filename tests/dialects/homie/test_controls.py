"""Everything that can be set in a Homie device: what is published, and that its echo is understood."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from gateway.home.device import Slot
from gateway.home.traits import (
    BRIGHTNESS,
    COLOR,
    COLOR_TEMPERATURE,
    FAN_SPEED,
    LOCK,
    MODE,
    ON_OFF,
    OPENING,
    OSCILLATION,
    TARGET_TEMPERATURE,
    Deed,
    Trait,
)
from gateway.home.values import LOCKED, UNLOCKED, Color, Value
from gateway.wire.codecs import Fault, Moving
from tests.dialects.homie.documents import node, reading, setting, version_4, version_5, wired
from tests.dialects.tasmota.listening import heard, sent, with_trait

Said = Callable[[dict[str, Any]], dict[str, str]]


class Case(NamedTuple):
    kind: str
    nodes: dict[str, Any]
    trait: Trait
    value: Value
    at: str
    written: str
    echo: str = ""
    """Where it is another than what was written."""


LAMP = node(
    "light",
    power=setting("boolean"),
    brightness=setting("integer", "0:100", "%"),
    color_temp=setting("integer", "2200:6500", "K"),
    fan=reading("boolean"),
)
CASES = [
    Case("LIGHT", {"l": LAMP}, ON_OFF, True, "l/power", "true"),
    Case("LIGHT", {"l": LAMP}, ON_OFF, False, "l/power", "false"),
    Case("LIGHT", {"l": LAMP}, BRIGHTNESS, 40.0, "l/brightness", "40"),
    Case("LIGHT", {"l": LAMP}, COLOR_TEMPERATURE, 3000.0, "l/color-temp", "3000"),
    Case("LIGHT", {"l": node("lamp", level=setting("integer", "0:255"))}, BRIGHTNESS, 100.0, "l/level", "255"),
    Case("LIGHT", {"l": node("dimmer", dim=setting("float", "0:1"))}, BRIGHTNESS, 50.0, "l/dim", "0.5"),
    Case("LIGHT", {"l": node("dimmer", dim=setting("integer", "0:100"))}, ON_OFF, True, "l/dim", "100"),
    Case("LIGHT", {"l": node("dimmer", dim=setting("integer", "0:100"))}, ON_OFF, False, "l/dim", "0"),
    Case(
        "LIGHT",
        {"l": node("light", on=setting("boolean"), ct=setting("integer", "153:500", "mired"))},
        COLOR_TEMPERATURE,
        4000.0,
        "l/ct",
        "250",
    ),
    Case("SWITCH", {"s": node("switch", switch=setting("boolean"))}, ON_OFF, True, "s/switch", "true"),
    Case("SWITCH", {"s": node("relay", state=setting("enum", "on,off"))}, ON_OFF, False, "s/state", "off"),
    Case(
        "SMARTPLUG",
        {"s": node("outlet", power=setting("boolean"), load=reading("float", "W"))},
        ON_OFF,
        True,
        "s/power",
        "true",
    ),
    Case(
        "SMARTCURTAIN",
        {"c": node("shutter", position=setting("integer", "0:100", "%"))},
        OPENING,
        30.0,
        "c/position",
        "30",
    ),
    Case(
        "SMARTCURTAIN", {"c": node("cover", closure=setting("integer", "0:100", "%"))}, OPENING, 30.0, "c/closure", "70"
    ),
    Case(
        "SMARTCURTAIN",
        {"c": node("blind", action=setting("enum", "OPEN,CLOSE,STOP"))},
        OPENING,
        100.0,
        "c/action",
        "OPEN",
    ),
    Case("SMARTCURTAIN", {"c": node("garage", open=setting("boolean"))}, OPENING, 0.0, "c/open", "false"),
    Case("SMARTLOCK", {"d": node("lock", locked=setting("boolean"))}, LOCK, LOCKED, "d/locked", "true"),
    Case(
        "SMARTLOCK", {"d": node("lock", lock=setting("enum", "LOCKED,UNLOCKED"))}, LOCK, UNLOCKED, "d/lock", "UNLOCKED"
    ),
    Case("SMARTVALVE", {"v": node("valve", open=setting("boolean"))}, LOCK, UNLOCKED, "v/open", "true"),
    Case(
        "THERMOSTAT",
        {"t": node("thermostat", setpoint=setting("float", "5:30", "°C"), power=setting("boolean"))},
        TARGET_TEMPERATURE,
        21.5,
        "t/setpoint",
        "21.5",
    ),
    Case(
        "THERMOSTAT",
        {"t": node("hvac", target_temperature=setting("integer", "41:95", "°F"))},
        TARGET_TEMPERATURE,
        20.0,
        "t/target-temperature",
        "68",
    ),
    Case(
        "AIRCONDITIONER",
        {
            "t": node(
                "air conditioner", setpoint=setting("integer", "16:30"), mode=setting("enum", "Off,Cool,fan_only,Dry")
            )
        },
        MODE,
        "dehumidify",
        "t/mode",
        "Dry",
    ),
    Case(
        "AIRCONDITIONER",
        {"t": node("climate", setpoint=setting("float"), mode=setting("enum", "OFF,cool,heat"))},
        ON_OFF,
        False,
        "t/mode",
        "OFF",
    ),
    Case(
        "FAN",
        {"f": node("fan", power=setting("boolean"), swing=setting("boolean"))},
        OSCILLATION,
        True,
        "f/swing",
        "true",
    ),
    Case(
        "FAN", {"f": node("speed", speed=setting("enum", "OFF,LOW,MEDIUM,HIGH"))}, FAN_SPEED, 2.0, "f/speed", "MEDIUM"
    ),
    Case("FAN", {"f": node("speed", speed=setting("enum", "OFF,LOW,MEDIUM,HIGH"))}, ON_OFF, True, "f/speed", "LOW"),
    Case("FAN", {"f": node("speed", speed=setting("enum", "OFF,LOW,MEDIUM,HIGH"))}, ON_OFF, False, "f/speed", "OFF"),
    Case("FAN", {"f": node("fan", speed=setting("integer", "0:6"))}, FAN_SPEED, 3.0, "f/speed", "6"),
    Case("HUMIDIFIER", {"h": node("humidifier", power=setting("boolean"))}, ON_OFF, True, "h/power", "true"),
    Case("DEHUMIDIFIER", {"h": node("dehumidifier", power=setting("boolean"))}, ON_OFF, True, "h/power", "true"),
    Case("SWITCH", {"a": node("siren", on=setting("boolean"))}, ON_OFF, True, "a/on", "true"),
]


@pytest.mark.parametrize(("version", "top"), [(version_4, "homie/thing"), (version_5, "homie/5/thing")])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind} {case.at} {case.value}")
def test_what_is_set_is_published_and_its_echo_understood(case: Case, version: Said, top: str) -> None:
    wiring = with_trait(wired(version(case.nodes)), case.trait)
    assert wiring.device.kind == case.kind
    assert sent(wiring, case.trait, case.value) == [(f"{top}/{case.at}/set", case.written)]
    assert heard(wiring, f"{top}/{case.at}", case.echo or case.written)[Slot(case.trait)] == case.value


@pytest.mark.parametrize(
    ("version", "top", "format", "written"),
    [
        (version_4, "homie/thing", "rgb", "0,0,255"),
        (version_4, "homie/thing", "hsv", "240,100,100"),
        (version_5, "homie/5/thing", "rgb,hsv", "rgb,0,0,255"),
        (version_5, "homie/5/thing", "hsv", "hsv,240,100,100"),
    ],
)
def test_a_colour_in_each_form(version: Said, top: str, format: str, written: str) -> None:
    (lamp,) = wired(version({"l": node("light", color=setting("color", format))}))
    assert sent(lamp, COLOR, Color(240, 100)) == [(f"{top}/l/color/set", written)]
    assert heard(lamp, f"{top}/l/color", written) == {Slot(COLOR): Color(240, 100)}


def test_a_colour_as_chromaticity() -> None:
    (lamp,) = wired(version_5({"l": node("light", color=setting("color", "xyz"))}))
    ((_, written),) = sent(lamp, COLOR, Color(240, 100))
    assert written == "xyz,0.15,0.06"
    told = heard(lamp, "homie/5/thing/l/color", "rgb,0,0,255")
    assert told == {Slot(COLOR): Color(240, 100)}


def test_a_dimmer_comes_back_to_the_level_that_it_had() -> None:
    (lamp,) = wired(version_4({"l": node("dimmer", dimmer=setting("integer", "0:100", "%"))}))
    assert heard(lamp, "homie/thing/l/dimmer", "35") == {Slot(BRIGHTNESS): 35.0, Slot(ON_OFF): True}
    assert heard(lamp, "homie/thing/l/dimmer", "0") == {Slot(BRIGHTNESS): 0.0, Slot(ON_OFF): False}
    assert sent(lamp, ON_OFF, True) == [("homie/thing/l/dimmer/set", "35")]


def test_what_takes_its_time_says_where_it_goes() -> None:
    (cover,) = wired(version_5({"c": node("shutter", position=setting("integer", "0:100", "%"))}))
    assert heard(cover, "homie/5/thing/c/position/$target", "80") == {Slot(OPENING): Moving(80.0)}
    (lamp,) = wired(version_5({"l": LAMP}))
    assert heard(lamp, "homie/5/thing/l/brightness/$target", "80") == {Slot(BRIGHTNESS): Moving(80.0)}
    assert heard(lamp, "homie/5/thing/l/power/$target", "true") == {}


def test_a_cover_is_told_to_stop_and_heard_at_its_state() -> None:
    action = setting("enum", "open,close,stop", retained=False)
    nodes = {"c": node("cover", action=action, state=reading("enum", "", "open,closed,opening,closing,stopped"))}
    (cover,) = wired(version_5(nodes))
    assert cover.deeds[Deed.STOP].topic == "homie/5/thing/c/action/set"
    assert cover.deeds[Deed.STOP].payload == b"stop"
    state = "homie/5/thing/c/state"
    assert heard(cover, state, "opening") == {Slot(OPENING): Moving(100.0)}
    assert heard(cover, state, "closed") == {Slot(OPENING): 0.0}
    assert heard(cover, state, "stopped") == {}
    assert heard(cover, "homie/5/thing/c/action", "open") == {}
    assert cover.device.features[Slot(OPENING)].limits.step == 100


def test_a_lock_says_that_it_is_jammed_and_labels_turn_it_round() -> None:
    states = reading("enum", "", "locked,locking,unlocked,unlocking,jammed")
    nodes = {"d": node("lock", locked=setting("boolean", "unlocked,locked"), state=states)}
    (lock,) = wired(version_5(nodes))
    assert heard(lock, "homie/5/thing/d/state", "jammed") == {Slot(LOCK): Fault("jammed")}
    assert heard(lock, "homie/5/thing/d/state", "unlocking") == {Slot(LOCK): Moving()}
    assert heard(lock, "homie/5/thing/d/state", "locked") == {Slot(LOCK): LOCKED}
    (turned,) = wired(version_5({"d": node("lock", bolt=setting("boolean", "locked,unlocked"))}))
    assert sent(turned, LOCK, LOCKED) == [("homie/5/thing/d/bolt/set", "false")]
    assert lock.device.guarded == "lock"


@pytest.mark.parametrize(
    ("format", "written"), [("", "true"), ("off,on", "true"), ("on,off", "false"), ("closed,open", "true")]
)
def test_the_labels_of_a_switch_say_which_is_on(format: str, written: str) -> None:
    (switch,) = wired(version_5({"s": node("switch", power=setting("boolean", format))}))
    assert sent(switch, ON_OFF, True) == [("homie/5/thing/s/power/set", written)]


def test_several_switches_are_several_appliances_with_names() -> None:
    one = node("relay", power=setting("boolean")) | {"name": "Fountain"}
    two = node("relay", left=setting("boolean"), relay_1=setting("boolean"), relay_2=setting("boolean"))
    wirings = wired(version_4({"a": one, "b": two}, name="Garden"))
    assert [(one.device.id, one.device.name) for one in wirings] == [
        ("homie-thing-a", "Garden Fountain"),
        ("homie-thing-b-relay-1", "Garden relay-1"),
        ("homie-thing-b-relay-2", "Garden relay-2"),
    ]
    assert wirings[0].notes == ("b/left: a setting, or nothing that CLOVA has an action for",)


@pytest.mark.parametrize(
    ("type", "id", "given"),
    [
        ("settings", "child-lock", setting("boolean")),
        ("switch", "child-lock", setting("boolean")),
        ("switch", "power-on-behavior", setting("boolean")),
        ("relay", "led", setting("boolean")),
        ("switch", "restart", setting("boolean")),
        ("switch", "power", setting("boolean", retained=False)),
        ("status led", "on", setting("boolean")),
        ("lock", "state", setting("boolean")),
        ("lock", "unlatch", setting("enum", "unlatch")),
        ("child lock", "locked", setting("boolean")),
        ("boolean", "boolean", setting("boolean")),
        ("thermostat", "schedule", setting("json")),
        ("thermostat", "boost", setting("duration")),
        ("light", "effect", setting("enum", "none,rainbow")),
        ("light", "power", reading("boolean")),
        ("light", "white", setting("integer", "0:255")),
    ],
)
@pytest.mark.parametrize("version", [version_4, version_5])
def test_a_setting_is_never_a_switch(type: str, id: str, given: dict[str, Any], version: Said) -> None:
    assert wired(version({"n": {"type": type, "properties": {id: given}}})) == ()


def test_a_thermostat_of_several_nodes_is_one_appliance() -> None:
    nodes = {
        "controls": node(
            "controls",
            heatsetpoint=setting("float", "60:90", "F"),
            coolsetpoint=setting("float", "60:90", "F"),
            systemmode=setting("enum", "Off,Heat,Cool,Auto"),
            fanmode=setting("enum", "On,Auto"),
            holdmode=setting("enum", "Schedule,Temporary"),
        ),
        "status": node("status", temperature=reading("float", "F"), humidity=reading("float", "%")),
    }
    (device,) = wired(version_4(nodes))
    assert device.device.kind == "AIRCONDITIONER"
    assert {slot.trait.name for slot in device.bindings} == {
        "target_temperature",
        "on_off",
        "mode",
        "current_temperature",
        "humidity",
        "alert",
    }
    assert device.device.features[Slot(MODE)].limits.words == ("heat", "cool", "auto")
    limits = device.device.features[Slot(TARGET_TEMPERATURE)].limits
    assert limits.low == pytest.approx(15.56, abs=0.01)
    assert heard(device, "homie/thing/controls/systemmode", "Off") == {Slot(ON_OFF): False}
    assert heard(device, "homie/thing/controls/systemmode", "Cool") == {Slot(ON_OFF): True, Slot(MODE): "cool"}
    assert sent(device, ON_OFF, True) == [("homie/thing/controls/systemmode/set", "Cool")]
    assert sent(device, TARGET_TEMPERATURE, 21.5) == [("homie/thing/controls/heatsetpoint/set", "70.7")]
