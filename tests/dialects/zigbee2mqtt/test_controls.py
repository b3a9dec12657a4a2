"""What is exposed, what becomes of it, and what is published to set it."""

import json
from typing import Any

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
from gateway.wire.binding import messages
from gateway.wire.codecs import Moving
from tests.dialects.zigbee2mqtt import listed as z
from tests.dialects.zigbee2mqtt.echo import failures, heard

Json = dict[str, Any]
MODES = z.enum("system_mode", "off heat cool auto dry fan_only")
FAN = z.specific(
    "fan", z.binary("state", property="fan_state"), z.enum("mode", "off low medium high auto", property="fan_mode")
)
BOLT = z.enum("lock_state", "not_fully_locked locked unlocked", access=1)
LATCH = z.binary("state", "LOCK", "UNLOCK")

TABLE: list[tuple[str, list[Json], str, Trait, Value, Json]] = [
    ("a lamp", [z.specific("light", z.STATE)], "LIGHT", ON_OFF, True, {"state": "ON"}),
    ("dimmed", [z.specific("light", z.STATE, z.BRIGHTNESS)], "LIGHT", BRIGHTNESS, 50.0, {"brightness": 127}),
    (
        "dimmed in thousands",
        [z.specific("light", z.STATE, z.numeric("brightness", 1, 1000))],
        "LIGHT",
        BRIGHTNESS,
        50.0,
        {"brightness": 500},
    ),
    ("white", [z.specific("light", z.STATE, z.WHITE)], "LIGHT", COLOR_TEMPERATURE, 4000.0, {"color_temp": 250}),
    (
        "colour by hue",
        [z.specific("light", z.STATE, z.color("xy"), z.color("hs"))],
        "LIGHT",
        COLOR,
        Color(240, 60),
        {"color": {"hue": 240, "saturation": 60}},
    ),
    (
        "colour by xy",
        [z.specific("light", z.STATE, z.WHITE, z.color("xy"))],
        "LIGHT",
        COLOR,
        Color(0, 0),
        {"color": {"x": 0.3127, "y": 0.329}},
    ),
    ("a relay", [z.specific("switch", z.STATE)], "SWITCH", ON_OFF, False, {"state": "OFF"}),
    (
        "a relay of true and false",
        [z.specific("switch", z.binary("state", True, False))],
        "SWITCH",
        ON_OFF,
        True,
        {"state": True},
    ),
    ("a relay of numbers", [z.specific("switch", z.binary("state", 1, 0))], "SWITCH", ON_OFF, True, {"state": 1}),
    ("a relay that is only a binary", [z.binary("state")], "SWITCH", ON_OFF, True, {"state": "ON"}),
    (
        "a plug",
        [z.specific("switch", z.STATE), z.numeric("power", access=1, unit="W")],
        "SMARTPLUG",
        ON_OFF,
        True,
        {"state": "ON"},
    ),
    ("a lock", [z.specific("lock", LATCH, BOLT)], "SMARTLOCK", LOCK, LOCKED, {"state": "LOCK"}),
    ("a lock without a bolt", [z.specific("lock", LATCH)], "SMARTLOCK", LOCK, UNLOCKED, {"state": "UNLOCK"}),
    ("a curtain", [z.specific("cover", z.WAYS, z.POSITION)], "SMARTCURTAIN", OPENING, 30.0, {"position": 30}),
    ("a shutter without a place", [z.specific("cover", z.WAYS)], "SMARTCURTAIN", OPENING, 100.0, {"state": "OPEN"}),
    (
        "a shutter that only tells its place",
        [z.specific("cover", z.WAYS, z.numeric("position", 0, 100, access=1))],
        "SMARTCURTAIN",
        OPENING,
        0.0,
        {"state": "CLOSE"},
    ),
    (
        "a heater",
        [z.specific("climate", z.SETPOINT, z.LOCAL)],
        "THERMOSTAT",
        TARGET_TEMPERATURE,
        21.5,
        {"occupied_heating_setpoint": 21.5},
    ),
    (
        "a heater that is off",
        [z.specific("climate", z.SETPOINT, z.enum("system_mode", "off heat auto"))],
        "THERMOSTAT",
        ON_OFF,
        True,
        {"system_mode": "heat"},
    ),
    (
        "a heater with a switch",
        [z.specific("climate", z.SETPOINT), z.binary("state")],
        "THERMOSTAT",
        ON_OFF,
        False,
        {"state": "OFF"},
    ),
    (
        "an air conditioner",
        [z.specific("climate", z.SETPOINT, MODES)],
        "AIRCONDITIONER",
        MODE,
        "dehumidify",
        {"system_mode": "dry"},
    ),
    (
        "two setpoints",
        [z.specific("climate", z.SETPOINT, z.numeric("occupied_cooling_setpoint", 16, 30, 1), MODES)],
        "AIRCONDITIONER",
        TARGET_TEMPERATURE,
        24.0,
        {"occupied_heating_setpoint": 24, "occupied_cooling_setpoint": 24},
    ),
    (
        "away",
        [z.specific("climate", z.SETPOINT, z.enum("preset", "away home boost"))],
        "THERMOSTAT",
        MODE,
        "indoor",
        {"preset": "home"},
    ),
    (
        "away by a switch",
        [z.specific("climate", z.SETPOINT), z.binary("away_mode", access=3)],
        "THERMOSTAT",
        MODE,
        "away",
        {"away_mode": "ON"},
    ),
    (
        "a fan of an air conditioner",
        [z.specific("climate", z.SETPOINT, MODES), z.enum("fan_mode", "low mid high auto")],
        "AIRCONDITIONER",
        FAN_SPEED,
        2.0,
        {"fan_mode": "mid"},
    ),
    (
        "vanes",
        [z.specific("climate", z.SETPOINT, MODES, z.enum("swing_mode", "on off"))],
        "AIRCONDITIONER",
        OSCILLATION,
        True,
        {"swing_mode": "on"},
    ),
    ("a fan", [FAN], "FAN", FAN_SPEED, 3.0, {"fan_mode": "high"}),
    ("a fan by itself", [FAN], "FAN", MODE, "auto", {"fan_mode": "auto"}),
    (
        "a fan without a switch",
        [z.specific("fan", z.enum("mode", "off low high on", property="fan_mode"))],
        "FAN",
        ON_OFF,
        True,
        {"fan_mode": "on"},
    ),
    (
        "a fan of percent",
        [z.specific("fan", z.STATE, z.numeric("speed", 1, 254))],
        "FAN",
        FAN_SPEED,
        2.0,
        {"speed": 128},
    ),
    (
        "an air purifier",
        [
            z.specific("fan", z.STATE, z.enum("mode", "off auto 1 2 3 4 5 6 7 8 9", property="fan_mode")),
            z.numeric("pm25", access=1, unit="µg/m³"),
        ],
        "AIRPURIFIER",
        FAN_SPEED,
        2.0,
        {"fan_mode": "5"},
    ),
    ("a siren", [z.binary("alarm", "START", "OFF", access=2)], "SWITCH", ON_OFF, True, {"alarm": "START"}),
]


@pytest.mark.parametrize(
    ("exposes", "kind", "trait", "value", "sent"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_is_published(exposes: list[Json], kind: str, trait: Trait, value: Value, sent: Json) -> None:
    wiring = z.only(*exposes)
    assert (wiring.device.kind, wiring.device.id) == (kind, z.IEEE)
    (message,) = messages({Slot(trait): value}, wiring)
    assert message.topic == "zigbee2mqtt/거실 하나/set"
    assert json.loads(message.payload) == sent
    assert not list(failures(wiring))


def test_what_is_asked_for_is_only_what_can_be_asked() -> None:
    asked = z.only(z.specific("light", z.STATE, z.BRIGHTNESS | {"access": 3}, z.color("hs")))
    asks = {str(slot): binding.ask and binding.ask.payload for slot, binding in asked.bindings.items()}
    assert asks == {
        "on_off": b'{"state":""}',
        "brightness": None,
        "color": b'{"color":{"hue":"","saturation":""}}',
    }
    ask = asked.bindings[Slot(ON_OFF)].ask
    assert ask is not None
    assert ask.topic == "zigbee2mqtt/거실 하나/get"


def test_a_color_counts_in_its_mode_and_white_in_its_own() -> None:
    lamp = z.only(z.specific("light", z.STATE, z.WHITE, z.color("xy"), z.color("hs")))
    state: Json = {"color": {"x": 0.1355, "y": 0.0399, "hue": 240, "saturation": 100}, "color_temp": 500}
    white, color = Slot(COLOR_TEMPERATURE), Slot(COLOR)
    assert heard(lamp, white, state | {"color_mode": "xy"}) is None
    assert heard(lamp, white, state | {"color_mode": "color_temp"}) == 2000.0
    assert heard(lamp, color, state | {"color_mode": "color_temp"}) is None
    assert heard(lamp, color, state | {"color_mode": "hs"}) == Color(240, 100)
    assert isinstance(heard(lamp, color, state | {"color_mode": "xy"}), Color)
    assert heard(lamp, color, state) == Color(240, 100), "where no mode is told"
    assert heard(lamp, white, state) == 2000.0


def test_the_setpoint_that_counts_is_that_of_the_mode() -> None:
    wiring = z.only(z.specific("climate", z.SETPOINT, z.numeric("occupied_cooling_setpoint", 16, 30, 1), MODES))
    state = {"occupied_heating_setpoint": 19, "occupied_cooling_setpoint": 26}
    assert heard(wiring, Slot(TARGET_TEMPERATURE), state | {"system_mode": "cool"}) == 26
    assert heard(wiring, Slot(TARGET_TEMPERATURE), state | {"system_mode": "heat"}) == 19
    assert heard(wiring, Slot(TARGET_TEMPERATURE), state) == 19
    assert z.limits(wiring, TARGET_TEMPERATURE) == (16, 30, 1)


def test_a_bolt_that_is_half_way_is_neither_locked_nor_open() -> None:
    wiring = z.only(z.specific("lock", LATCH, BOLT))
    assert heard(wiring, Slot(LOCK), {"state": "LOCK", "lock_state": "not_fully_locked"}) == Moving()
    assert heard(wiring, Slot(LOCK), {"state": "LOCK"}) is None, "what it was told is no proof"


def test_a_shutter_without_a_place_takes_no_half() -> None:
    wiring = z.only(z.specific("cover", z.WAYS))
    assert z.limits(wiring, OPENING) == (0, 100, 100)
    assert wiring.deeds[Deed.STOP].payload == b'{"state":"STOP"}'
    assert heard(wiring, Slot(OPENING), {"state": "closing"}) == Moving(0.0)


def test_a_lamp_that_says_nothing_is_stepped() -> None:
    wiring = z.only(z.specific("light", z.STATE, z.BRIGHTNESS | {"access": 2}))
    binding = wiring.bindings[Slot(BRIGHTNESS)]
    assert binding.up is not None
    assert binding.down is not None
    assert (binding.up.payload, binding.down.payload) == (b'{"brightness_step":26}', b'{"brightness_step":-26}')
    assert wiring.device.features[Slot(BRIGHTNESS)].steps


def test_limits_are_in_our_units() -> None:
    lamp = z.only(z.specific("light", z.STATE, z.BRIGHTNESS, z.numeric("color_temp", 500, 153)))
    assert z.limits(lamp, COLOR_TEMPERATURE) == (2000, 6535, 0)
    assert z.limits(lamp, BRIGHTNESS) == (1, 100, 1)
    warm = z.only(z.specific("climate", z.numeric("current_heating_setpoint", 41, 86, 1, unit="°F")))
    assert z.limits(warm, TARGET_TEMPERATURE) == (5, 30, 5 / 9)
    assert not list(failures(lamp))


@pytest.mark.parametrize(
    ("about", "kind"),
    [
        ("Garden water valve", "SMARTVALVE"),
        ("Irrigation controller", "SMARTVALVE"),
        ("Smart water timer", "SMARTVALVE"),
        ("Radiator valve", "SWITCH"),
        ("Wall switch", "SWITCH"),
    ],
)
def test_valves_are_guarded(about: str, kind: str) -> None:
    wiring = z.only(z.specific("switch", z.STATE), about=about)
    assert wiring.device.kind == kind
    assert bool(wiring.device.guarded) is (kind == "SMARTVALVE")
    if kind == "SMARTVALVE":
        (sent,) = messages({Slot(LOCK): UNLOCKED}, wiring)
        assert sent.payload == b'{"state":"ON"}'
        assert heard(wiring, Slot(LOCK), {"state": "OFF"}) == LOCKED


def test_garage_doors_and_sirens_are_guarded() -> None:
    assert z.only(z.specific("cover", z.WAYS), about="Garage door opener").device.guarded == "garage"
    assert z.only(z.specific("switch", z.STATE), about="Garage door opener").device.guarded == "garage"
    assert z.only(z.binary("alarm", True, False), about="Siren").device.guarded == "alarm"


@pytest.mark.parametrize(
    "expose",
    [
        z.specific("switch", z.binary("state", property="child_lock")),
        z.specific("switch", z.binary("state", property="window_detection")),
        z.specific("switch", z.binary("away_mode")),
        z.specific("switch", z.binary("valve_detection")),
        z.specific("switch", z.STATE, endpoint="backlight"),
        z.specific("switch", z.STATE, endpoint="led_red"),
        z.specific("switch", z.STATE, endpoint="mute"),
        z.specific("switch", z.binary("state", "ON", "ON")),
        z.binary("child_lock", "LOCK", "UNLOCK"),
        z.binary("led_indicator"),
        z.enum("power_on_behavior", "on off previous"),
        z.enum("identify", "identify", access=2),
    ],
    ids=lambda expose: str(expose.get("name") or expose["features"][0]["property"]),
)
def test_settings_are_no_power(expose: Json) -> None:
    assert not z.found(expose)
    lamp = z.found(z.specific("light", z.STATE), expose)
    assert [set(z.slots(wiring)) for wiring in lamp] == [{"on_off"}]


def test_state_beside_a_sensor_may_be_a_setting_and_a_relay_is_one() -> None:
    motion = z.binary("presence", True, False, access=1)
    assert [wiring.device.kind for wiring in z.found(motion, z.binary("state"))] == ["MOTIONSENSOR"]
    assert [wiring.device.kind for wiring in z.found(motion, z.binary("relay_switch"))] == ["SWITCH", "MOTIONSENSOR"]


def test_a_warning_without_a_switch_is_told() -> None:
    warning = {"type": "composite", "name": "warning", "property": "warning", "access": 2, "features": []}
    finding = z.told(z.device(warning))[z.IEEE]
    assert finding.refused == (
        "warning: a siren that no switch sets off",
        "it exposes nothing that CLOVA has a type for",
    )


def test_an_air_conditioner_that_does_not_say_that_it_is_one() -> None:
    wiring = z.only(
        z.specific("switch", z.STATE),
        z.numeric("current_temperature", access=1, unit="°C"),
        z.numeric("target_temperature", 16, 32, 0.5, unit="°C"),
        MODES,
        z.numeric("fan_speed", 0, 3, 1),
        z.binary("quiet_mode"),
    )
    assert wiring.device.kind == "AIRCONDITIONER"
    assert set(z.slots(wiring)) == {"on_off", "target_temperature", "current_temperature", "mode", "fan_speed"}
    assert not list(failures(wiring))


def test_the_settings_of_an_air_conditioner_are_no_switches() -> None:
    quiet = [z.specific("switch", z.STATE, endpoint=name) for name in ("night_mode", "purifier", "ionizer")]
    wiring = z.only(z.specific("climate", z.SETPOINT, MODES), *quiet)
    assert wiring.device.kind == "AIRCONDITIONER"
    assert len(wiring.notes) == 3


def test_radiator_valves_sleep_and_others_do_not() -> None:
    climate = z.specific("climate", z.SETPOINT)
    assert z.only(climate, power_source="Battery").sleepy
    assert not z.only(climate).sleepy
    assert not z.only(z.specific("lock", LATCH), power_source="Battery").sleepy
