"""Climate, water heaters, humidifiers, fans, vacuum cleaners, mowers: told and heard, and what is left out."""

from typing import Any

import pytest

from gateway.dialects.homeassistant.vocabulary import speeds
from gateway.home.commands import Adjust, Release
from gateway.home.device import Slot
from gateway.home.problems import ModeNotSupported
from gateway.home.traits import FAN_SPEED, MODE, ON_OFF, TARGET_TEMPERATURE, Deed
from gateway.home.values import RELEASED
from gateway.wire.codecs import Fault
from tests.dialects.homeassistant.drawn import Home, draw, home, kinds

AIRCON: dict[str, Any] = {
    "mode_command_topic": "ac/mode/set",
    "mode_state_topic": "ac",
    "mode_state_template": "{{ value_json.mode }}",
    "modes": ["off", "auto", "cool", "heat", "dry", "fan_only"],
    "temperature_command_topic": "ac/target/set",
    "temperature_state_topic": "ac",
    "temperature_state_template": "{{ value_json.target }}",
    "min_temp": "16",
    "max_temp": 30,
    "temp_step": 0.5,
    "current_temperature_topic": "ac",
    "current_temperature_template": "{{ value_json.room }}",
    "fan_mode_command_topic": "ac/fan/set",
    "fan_mode_state_topic": "ac",
    "fan_mode_state_template": "{{ value_json.fan }}",
    "swing_mode_command_topic": "ac/swing/set",
    "swing_mode_state_topic": "ac",
    "swing_mode_state_template": "{{ value_json.swing }}",
}
HEATING: dict[str, Any] = {
    "mode_command_topic": "trv/mode/set",
    "mode_state_topic": "trv/mode",
    "modes": ["off", "heat"],
    "temperature_command_topic": "trv/target/set",
    "temperature_state_topic": "trv/target",
}


@pytest.mark.parametrize(
    ("trait", "value", "told", "echo", "heard"),
    [
        ("on_off", False, ("ac/mode/set", "off"), {"mode": "off"}, False),
        ("on_off", True, ("ac/mode/set", "auto"), {"mode": "auto"}, True),
        ("mode", "cool", ("ac/mode/set", "cool"), {"mode": "cool"}, "cool"),
        ("mode", "dehumidify", ("ac/mode/set", "dry"), {"mode": "dry"}, "dehumidify"),
        ("mode", "fan", ("ac/mode/set", "fan_only"), {"mode": "fan_only"}, "fan"),
        ("target_temperature", 22.5, ("ac/target/set", "22.5"), {"target": 22.5}, 22.5),
        ("target_temperature", 22.0, ("ac/target/set", "22"), {"target": "22"}, 22.0),
        ("fan_speed", 3.0, ("ac/fan/set", "high"), {"fan": "high"}, 3.0),
        ("fan_speed", 1.0, ("ac/fan/set", "low"), {"fan": "low"}, 1.0),
        ("oscillation", True, ("ac/swing/set", "on"), {"swing": "on"}, True),
        ("oscillation", False, ("ac/swing/set", "off"), {"swing": "off"}, False),
    ],
)
def test_an_air_conditioner(trait: str, value: Any, told: tuple[str, str], echo: Any, heard: Any) -> None:
    ac = home("climate", **AIRCON)
    assert ac.tell(trait, value) == [told]
    assert ac.hear("ac", echo)[trait] == heard


def test_it_is_known_by_what_it_can_do() -> None:
    assert kinds([draw("climate", **AIRCON)]) == ["AIRCONDITIONER"]
    assert kinds([draw("climate", **HEATING)]) == ["THERMOSTAT"]
    assert kinds([draw("water_heater", mode_command_topic="w/set")]) == ["WATERBOILER"]
    assert kinds([draw("vacuum", command_topic="v/set")]) == ["ROBOTVACUUM"]
    assert kinds([draw("humidifier", command_topic="h/set", device_class="dehumidifier")]) == ["DEHUMIDIFIER"]
    assert kinds([draw("humidifier", command_topic="h/set")]) == ["HUMIDIFIER"]
    assert kinds([draw("fan", command_topic="f/set")]) == ["FAN"]
    assert kinds([draw("fan", command_topic="f/set")], "거실 공기청정기") == ["AIRPURIFIER"]


def test_it_is_switched_on_in_the_mode_it_had() -> None:
    ac = home("climate", **AIRCON)
    ac.hear("ac", {"mode": "cool"})
    assert ac.hear("ac", {"mode": "off"}) == {"on_off": False}
    assert ac.knows("mode") == "cool"
    assert not ac.doubts()
    assert ac.tell("on_off", True) == [("ac/mode/set", "cool")]


def test_a_thermostat_that_is_off_or_heats_has_no_mode() -> None:
    trv = home("climate", **HEATING)
    assert {str(slot) for slot in trv.device.features} == {"on_off", "target_temperature"}
    assert trv.tell("on_off", True) == [("trv/mode/set", "heat")]
    assert trv.hear("trv/mode", "heat") == {"on_off": True}


def test_one_that_only_heats_is_never_off() -> None:
    trv = home("climate", **HEATING | {"modes": ["heat"]})
    assert {str(slot) for slot in trv.device.features} == {"target_temperature"}


def test_more_ways_to_heat_are_modes() -> None:
    trv = home("climate", **HEATING | {"modes": ["off", "heat", "auto"]})
    assert trv.words("mode") == ("heat", "auto")


def test_modes_that_are_one_mode_here() -> None:
    ac = home("climate", **HEATING | {"modes": ["heat_cool", "auto", "cool", "off"]})
    assert ac.words("mode") == ("auto", "cool")
    assert ac.tell("mode", "auto") == [("trv/mode/set", "auto")]
    assert ac.hear("trv/mode", "heat_cool")["mode"] == "auto"


def test_presets_are_the_modes_of_a_thermostat() -> None:
    trv = home(
        "climate",
        **HEATING,
        preset_mode_command_topic="trv/preset/set",
        preset_mode_state_topic="trv/preset",
        preset_modes=["home", "vacation", "sleep", "comfort"],
    )
    assert trv.words("mode") == ("indoor", "away", "sleep", "comfort")
    assert trv.tell("mode", "away") == [("trv/preset/set", "vacation")]
    assert trv.hear("trv/preset", "vacation") == {"mode": "away"}
    assert trv.told(Release(Slot(MODE), "away"), {Slot(MODE): "away"}) == [("trv/preset/set", "none")]
    assert trv.hear("trv/preset", "None") == {"mode": RELEASED}


def test_presets_beside_modes_are_left_out() -> None:
    presets = {"preset_mode_command_topic": "p/set", "preset_mode_state_topic": "p", "preset_modes": ["away"]}
    ac = home("climate", **AIRCON, **presets)
    assert ac.words("mode")[:2] == ("auto", "cool")
    assert any("presets" in note for note in ac.sketch.notes)
    with pytest.raises(ModeNotSupported):
        ac.tell("mode", "away")


def test_power_has_a_topic_of_its_own() -> None:
    ac = home("climate", **AIRCON | {"modes": ["heat", "cool"], "power_command_topic": "ac/power", "payload_on": "1"})
    assert ac.tell("on_off", True) == [("ac/power", "1")]
    assert ac.tell("on_off", False) == [("ac/power", "OFF")]
    assert ac.hear("ac", {"mode": "off"}) == {"on_off": False}
    assert ac.hear("ac", {"mode": "cool"}) == {"on_off": True, "mode": "cool"}


def test_modes_by_template() -> None:
    trv = home(
        "climate",
        **HEATING
        | {
            "mode_command_topic": "trv/set",
            "mode_command_template": "{\"run\": \"{{ 'manual' if value == 'heat' else 'pause' }}\"}",
            "mode_state_template": "{{ {'manual': 'heat', 'pause': 'off'}[value_json.run] }}",
        },
    )
    assert trv.tell("on_off", True) == [("trv/set", '{"run": "manual"}')]
    assert trv.hear("trv/mode", {"run": "manual"}) == {"on_off": True}
    assert trv.tell("on_off", False) == [("trv/set", '{"run": "pause"}')]
    assert trv.hear("trv/mode", {"run": "pause"}) == {"on_off": False}


def test_a_number_stays_one_in_a_template() -> None:
    trv = home("climate", **HEATING | {"temperature_command_template": "{{ {'id': 1, 'value': value} | tojson }}"})
    assert trv.tell("target_temperature", 21.0) in (
        [("trv/target/set", '{"id": 1, "value": 21}')],
        [("trv/target/set", '{"id":1,"value":21}')],
    )


def test_fahrenheit() -> None:
    ac = home("climate", **HEATING | {"temperature_unit": "F", "min_temp": 60, "max_temp": 86})
    assert ac.limits("target_temperature") == (16.0, 30.0, 0.5)
    assert ac.tell("target_temperature", 20.0) == [("trv/target/set", "68")]
    assert ac.hear("trv/target", "68") == {"target_temperature": pytest.approx(20.0)}
    assert ac.hear("trv/target", "72 °F") == {"target_temperature": pytest.approx(22.222, abs=0.01)}


@pytest.mark.parametrize(
    ("config", "limits"),
    [
        ({}, (7, 35, 1)),
        ({"min_temp": 4.5, "max_temp": 30.5, "temp_step": 1}, (5, 30, 1)),
        ({"min_temp": "5", "max_temp": "35", "temp_step": "0.5"}, (5, 35, 0.5)),
        ({"min_temp": 30, "max_temp": 10}, (7, 35, 1)),
        ({"min_temp": "hot", "max_temp": None, "temp_step": -3}, (7, 35, 1)),
        ({"min_temp": float("nan"), "max_temp": 1e400}, (7, 35, 1)),
        ({"min_temp": 20.2, "max_temp": 20.8, "temp_step": 1}, (20.2, 20.8, 1)),
    ],
)
def test_limits_are_on_whole_steps(config: dict[str, Any], limits: tuple[float, float, float]) -> None:
    assert home("climate", **HEATING | config).limits("target_temperature") == limits


def test_a_range_of_temperatures_is_left_out() -> None:
    ac = home(
        "climate", mode_command_topic="m", temperature_low_command_topic="low", temperature_high_command_topic="high"
    )
    assert Slot(TARGET_TEMPERATURE) not in ac.device.features
    assert any("range" in note for note in ac.sketch.notes)


def test_what_only_measures_is_no_thermostat() -> None:
    only_read = draw("climate", current_temperature_topic="t", current_humidity_topic="h")
    assert kinds([only_read]) == ["AIRSENSOR"]
    assert not draw("climate", device_class="temperature", value_template="{{ value_json.x }}").features
    assert kinds([draw("climate", device_class="temperature")]) == []


def test_a_boiler() -> None:
    boiler = home(
        "water_heater",
        mode_command_topic="b/mode/set",
        mode_state_topic="b/mode",
        modes=["off", "eco", "hotwater"],
        temperature_command_topic="b/target/set",
        temperature_state_topic="b/target",
        current_temperature_topic="b/now",
    )
    assert boiler.limits("target_temperature") == (43, 60, 1)
    assert boiler.tell("on_off", True) == [("b/mode/set", "eco")]
    assert boiler.tell("mode", "hotwater") == [("b/mode/set", "hotwater")]
    assert boiler.hear("b/mode", "hotwater") == {"on_off": True, "mode": "hotwater"}
    assert boiler.hear("b/now", "48.5") == {"current_temperature": 48.5}


HUMID: dict[str, Any] = {
    "command_topic": "h/set",
    "state_topic": "h",
    "state_value_template": "{{ value_json.on }}",
    "target_humidity_command_topic": "h/target/set",
    "current_humidity_topic": "h/now",
    "mode_command_topic": "h/mode/set",
    "mode_state_topic": "h/mode",
}


def test_a_humidifier_with_speeds_and_modes() -> None:
    one = home("humidifier", **HUMID, modes=["low", "medium", "high", "auto", "sleep"])
    assert one.tell("on_off", True) == [("h/set", "ON")]
    assert one.hear("h", {"on": "ON"}) == {"on_off": True}
    assert one.tell("fan_speed", 2.0) == [("h/mode/set", "medium")]
    assert one.hear("h/mode", "medium") == {"fan_speed": 2.0, "mode": RELEASED}
    assert one.tell("mode", "sleep") == [("h/mode/set", "sleep")]
    assert one.hear("h/mode", "sleep") == {"mode": "sleep"}
    assert one.hear("h/now", "41") == {"humidity": 41}
    assert any("humidity" in note for note in one.sketch.notes)


def test_modes_without_a_name_are_left_out() -> None:
    one = home("humidifier", **HUMID, modes=["jet", "mist"])
    assert not {Slot(MODE), Slot(FAN_SPEED)} & one.device.features.keys()
    assert any("no words" in note for note in one.sketch.notes)


FAN: dict[str, Any] = {
    "command_topic": "f/set",
    "state_topic": "f",
    "state_value_template": "{{ value_json.state }}",
    "percentage_command_topic": "f/speed/set",
    "percentage_state_topic": "f",
    "percentage_value_template": "{{ value_json.speed }}",
    "oscillation_command_topic": "f/osc/set",
    "oscillation_state_topic": "f",
    "oscillation_value_template": "{{ value_json.osc }}",
    "preset_mode_command_topic": "f/mode/set",
    "preset_mode_state_topic": "f",
    "preset_mode_value_template": "{{ value_json.mode }}",
    "preset_modes": ["normal", "Sleep", "baby", "on"],
}


@pytest.mark.parametrize(
    ("trait", "value", "told", "echo"),
    [
        ("on_off", True, ("f/set", "ON"), {"state": "ON"}),
        ("on_off", False, ("f/set", "OFF"), {"state": "OFF"}),
        ("fan_speed", 1.0, ("f/speed/set", "1"), {"speed": 1}),
        ("fan_speed", 3.0, ("f/speed/set", "100"), {"speed": 100}),
        ("oscillation", True, ("f/osc/set", "oscillate_on"), {"osc": "oscillate_on"}),
        ("oscillation", False, ("f/osc/set", "oscillate_off"), {"osc": "oscillate_off"}),
        ("mode", "sleep", ("f/mode/set", "Sleep"), {"mode": "Sleep"}),
        ("mode", "normal", ("f/mode/set", "normal"), {"mode": "normal"}),
    ],
)
def test_a_fan(trait: str, value: Any, told: tuple[str, str], echo: Any) -> None:
    fan = home("fan", **FAN)
    assert fan.tell(trait, value) == [told]
    assert fan.hear("f", echo) == {trait: value}


def test_a_fan_of_four_speeds_by_name() -> None:
    names = "{{ {0: 'off', 1: 'low', 2: 'mid', 3: 'high', 4: 'max'}[value] | default('') }}"
    fan = home(
        "fan",
        **FAN
        | {
            "speed_range_max": 4,
            "percentage_command_template": names,
            "percentage_value_template": "{{ {'off': 0, 'low': 1, 'mid': 2, 'high': 3, 'max': 4}[value_json.s] }}",
        },
    )
    assert [fan.tell("fan_speed", float(speed))[0][1] for speed in (1, 2, 3)] == ["low", "mid", "max"]
    assert fan.hear("f", {"s": "max"}) == {"fan_speed": 3.0}
    assert fan.hear("f", {"s": "off"}) == {}  # what is off has no speed, and keeps the one it had
    assert not fan.doubts()


def test_a_range_that_begins_at_nothing_begins_at_one() -> None:
    fan = home("fan", **FAN | {"speed_range_min": 0, "speed_range_max": 3})
    assert fan.tell("fan_speed", 1.0) == [("f/speed/set", "1")]


def test_two_speeds_and_one() -> None:
    two = home("fan", **FAN | {"speed_range_max": 2})
    assert two.tell("fan_speed", 3.0) == [("f/speed/set", "2")]
    assert two.told(Adjust(Slot(FAN_SPEED), 1), {Slot(FAN_SPEED): 1.0}) == [("f/speed/set", "2")]
    one = home("fan", **FAN | {"speed_range_max": 1})
    assert Slot(FAN_SPEED) not in one.device.features
    assert any("one speed" in note for note in one.sketch.notes)


def test_speeds_that_are_presets() -> None:
    fan = home(
        "fan",
        **{key: value for key, value in FAN.items() if "percentage" not in key} | {"preset_modes": ["L1", "L2", "L3"]},
    )
    assert Slot(FAN_SPEED) not in fan.device.features  # nobody knows what L1 is
    fan = home(
        "fan", command_topic="f/set", preset_mode_command_topic="p/set", preset_modes=["level 1", "level 2", "level 3"]
    )
    assert fan.tell("fan_speed", 2.0) == [("p/set", "level 2")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["auto", "low", "medium", "high"], {1: "low", 2: "medium", 3: "high"}),
        (["auto", "quiet", "low", "medium", "high", "turbo"], {1: "low", 2: "medium", 3: "high"}),
        (["High", "Low"], {1: "Low", 3: "High"}),
        (["quiet", "low", "high"], {1: "quiet", 2: "low", 3: "high"}),
        (["1", "2", "3", "4", "5"], {1: "1", 2: "3", 3: "5"}),
        (["auto", "silent", "very-high", "mid"], {1: "silent", 2: "mid", 3: "very-high"}),
        (["auto", "on"], {}),
        (["focus", "diffuse", "low"], {}),
    ],
)
def test_which_words_are_speeds(words: list[str], told: dict[float, str]) -> None:
    assert speeds(words)[1] == told


def test_every_speed_is_read_as_the_nearest() -> None:
    said, _ = speeds(["quiet", "low", "medium", "high", "turbo"])
    assert said == {"quiet": 1, "low": 1, "medium": 2, "high": 3, "turbo": 3}


@pytest.mark.parametrize("same", ["ON", "TOGGLE"])
def test_what_only_toggles_is_not_switched(same: str) -> None:
    fan = home("fan", command_topic="f/set", payload_on=same, payload_off=same)
    assert Slot(ON_OFF) not in fan.device.features
    assert fan.sketch.notes


VACUUM: dict[str, Any] = {
    "command_topic": "v/set",
    "state_topic": "v",
    "supported_features": ["start", "pause", "stop", "return_home", "battery"],
}


@pytest.mark.parametrize(
    ("state", "is_on"),
    [
        ("cleaning", True),
        ("returning", False),
        ("docked", False),
        ("idle", False),
        ("paused", False),
        ("error", Fault("error")),
    ],
)
def test_what_a_vacuum_cleaner_says(state: str, is_on: Any) -> None:
    robot = home("vacuum", **VACUUM)
    assert robot.hear("v", {"state": state, "battery_level": 61}) == {"on_off": is_on, "battery": 61}


def test_a_vacuum_cleaner() -> None:
    robot = home("vacuum", **VACUUM, payload_start="go")
    assert robot.tell("on_off", True) == [("v/set", "go")]
    assert robot.tell("on_off", False) == [("v/set", "return_to_base")]
    assert robot.deed(Deed.CHARGE) == ("v/set", "return_to_base")


@pytest.mark.parametrize(
    ("able", "away", "deeds"),
    [
        (["start", "stop"], "stop", set()),
        (["start", "pause"], "pause", set()),
        (["start", "return_home"], "return_to_base", {Deed.CHARGE}),
    ],
)
def test_a_vacuum_cleaner_does_what_it_says_it_can(able: list[str], away: str, deeds: set[Deed]) -> None:
    robot = home("vacuum", **VACUUM | {"supported_features": able})
    assert robot.tell("on_off", False) == [("v/set", away)]
    assert set(robot.sketch.deeds) == deeds
    assert "battery" not in map(str, robot.device.features)


def test_a_vacuum_cleaner_that_cannot_be_sent_away() -> None:
    robot = home("vacuum", **VACUUM | {"supported_features": ["start"]})
    assert not robot.device.features[Slot(ON_OFF)].writable
    assert kinds([robot.sketch]) != ["ROBOTVACUUM"]


MOWER: dict[str, Any] = {
    "activity_state_topic": "m/activity",
    "start_mowing_command_topic": "m/start",
    "dock_command_topic": "m/dock",
}


def test_a_mower_has_a_topic_for_each() -> None:
    mower = home("lawn_mower", **MOWER)
    assert mower.tell("on_off", True) == [("m/start", "start_mowing")]
    assert mower.hear("m/activity", "mowing") == {"on_off": True}
    assert mower.tell("on_off", False) == [("m/dock", "dock")]
    assert mower.hear("m/activity", "docked") == {"on_off": False}
    assert mower.deed(Deed.CHARGE) == ("m/dock", "dock")
    assert mower.hear("m/activity", "error") == {"on_off": Fault("error")}
    assert kinds([mower.sketch]) == ["ROBOTVACUUM"]


def test_a_mower_with_one_topic_and_templates() -> None:
    made = '{"do": "{{ value }}"}'
    mower = home(
        "lawn_mower",
        start_mowing_command_topic="m/set",
        start_mowing_command_template=made,
        pause_command_topic="m/set",
        pause_command_template=made,
    )
    assert mower.tell("on_off", True) == [("m/set", '{"do": "start_mowing"}')]
    assert mower.tell("on_off", False) == [("m/set", '{"do": "pause"}')]
    assert not mower.sketch.deeds


def test_equal_configs_are_drawn_equal() -> None:
    for component, config in (("climate", AIRCON), ("fan", FAN), ("vacuum", VACUUM), ("lawn_mower", MOWER)):
        one, other = Home(draw(component, **config)), Home(draw(component, **config))
        one.hear("ac", {"mode": "cool"})
        assert one.wiring == other.wiring
