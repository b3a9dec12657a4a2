"""What a Tasmota measures."""

from typing import Any

import pytest

from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import Trait
from tests.dialects.tasmota.documents import config, wired
from tests.dialects.tasmota.listening import heard

CASES: list[tuple[dict[str, Any], Trait, str, float]] = [
    (
        {"SI7021": {"Temperature": 21.5, "Humidity": 40.0}, "TempUnit": "C"},
        traits.CURRENT_TEMPERATURE,
        "AIRSENSOR",
        21.5,
    ),
    ({"SI7021": {"Temperature": 21.5, "Humidity": 40.0}, "TempUnit": "C"}, traits.HUMIDITY, "AIRSENSOR", 40.0),
    ({"DS18B20": {"Id": "000", "Temperature": 50}, "TempUnit": "F"}, traits.CURRENT_TEMPERATURE, "AIRSENSOR", 10.0),
    ({"MHZ19B": {"Model": "B", "CarbonDioxide": 640}}, traits.CARBON_DIOXIDE, "AIRSENSOR", 640.0),
    ({"PMS5003": {"CF2.5": 4, "PM2.5": 12, "PM10": 20}}, traits.ULTRAFINE_DUST, "AIRSENSOR", 12.0),
    ({"SDS0X1": {"PM2.5": 12, "PM10": 20}}, traits.FINE_DUST, "AIRSENSOR", 20.0),
    ({"ENERGY": {"Total": 3.25, "Today": 0.1, "Power": 60}}, traits.ENERGY, "SMARTMETER", 3.25),
    ({"ENERGY": {"Total": 3.25, "Power": [10, 20.5, 30]}}, traits.POWER_USE, "SMARTMETER", 60.5),
    ({"ANALOG": {"CTEnergy1": {"Energy": 0.5, "Power": 230}}}, traits.ENERGY, "SMARTMETER", 0.5),
    ({"ANALOG": {"Temperature1": 19}}, traits.CURRENT_TEMPERATURE, "AIRSENSOR", 19.0),
]


@pytest.mark.parametrize(("sample", "trait", "kind", "value"), CASES)
def test_a_measurement_is_told_by_itself_and_when_asked(
    sample: dict[str, Any], trait: Trait, kind: str, value: float
) -> None:
    (wiring,) = wired(config(), sample)
    assert wiring.device.kind == kind
    assert wiring.bindings[Slot(trait)].order is None
    assert heard(wiring, "tele/desk/SENSOR", {"Time": "now"} | sample)[Slot(trait)] == value
    assert heard(wiring, "stat/desk/STATUS10", {"StatusSNS": sample})[Slot(trait)] == value
    ask = wiring.bindings[Slot(trait)].ask
    assert ask is not None
    assert (ask.topic, ask.payload) == ("cmnd/desk/STATUS", b"10")


@pytest.mark.parametrize(
    "sample",
    [
        {"ESP32": {"Temperature": 53}},
        {"AS3935": {"Energy": 7}},
        {"RAIN": {"Total": 9}},
        {"A": {"Temperature": "warm"}},
        {"A": {"Temperature": True}},
        {"A": {"Power": [1, "x"]}},
        {"Temperature": 20},
        {"A": {"B": {"C": {"Temperature": 20}}}},
        {"k" * 65: {"Temperature": 20}},
        {"TX23": {"Speed": {"Act": 3}}},
        [],
        7,
    ],
)
def test_what_is_something_else_is_not_told(sample: Any) -> None:
    assert wired(config(), sample) == ()


def test_a_plug_that_meters_is_one_appliance() -> None:
    (plug,) = wired(config(1), {"ENERGY": {"Total": 1.5, "Power": 7}})
    assert plug.device.kind == "SMARTPLUG"
    assert set(plug.bindings) == {Slot(traits.ON_OFF), Slot(traits.POWER_USE), Slot(traits.ENERGY)}


def test_each_of_two_relays_uses_its_own_power() -> None:
    sample = {"ENERGY": {"Total": [1.0, 2.0], "Power": [10, 20]}}
    first, second = wired(config(1, 1), sample)
    assert heard(first, "tele/desk/SENSOR", sample)[Slot(traits.POWER_USE)] == 10.0
    assert heard(second, "tele/desk/SENSOR", sample)[Slot(traits.ENERGY)] == 2.0


def test_what_two_relays_use_together_is_a_meter_of_its_own() -> None:
    wirings = wired(config(1, 1), {"ENERGY": {"Total": 3, "Power": 30}})
    assert [one.device.kind for one in wirings] == ["SWITCH", "SWITCH", "SMARTMETER"]


def test_the_warmth_of_a_housing_is_not_that_of_a_room() -> None:
    (plug,) = wired(config(1), {"ANALOG": {"Temperature": 61.5}, "TempUnit": "C"})
    assert set(plug.bindings) == {Slot(traits.ON_OFF)}


def test_of_two_thermometers_the_first_is_told() -> None:
    sample = {"DS18B20-1": {"Temperature": 20}, "DS18B20-2": {"Temperature": 5}}
    (wiring,) = wired(config(), sample)
    assert heard(wiring, "tele/desk/SENSOR", sample) == {Slot(traits.CURRENT_TEMPERATURE): 20.0}
    assert wiring.notes == ("DS18B20-2.Temperature: another current temperature is told already",)


def test_a_battery_is_told_with_the_state() -> None:
    (wiring,) = wired(config(bat=1, dslp=1), {"SHT3X": {"Temperature": None, "Humidity": None}})
    assert heard(wiring, "tele/desk/STATE", {"BatteryPercentage": 63})[Slot(traits.BATTERY)] == 63.0


def test_another_sample_of_the_same_sensors_changes_nothing() -> None:
    one = wired(config(1), {"Time": "1", "SI7021": {"Temperature": None, "Humidity": 40.0}})
    other = wired(config(1), {"Time": "2", "SI7021": {"Temperature": 21.5, "Humidity": 55.0}})
    assert one == other
