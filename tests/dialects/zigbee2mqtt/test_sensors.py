"""What is measured and reported: under which name, in which unit, of which type."""

from typing import Any

import pytest

from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import TRAITS, Trait
from gateway.home.values import Value
from tests.dialects.zigbee2mqtt import listed as z
from tests.dialects.zigbee2mqtt.echo import heard

Json = dict[str, Any]


def flag(name: str, on: Any = True, off: Any = False) -> Json:
    return z.binary(name, on, off, access=1)


def amount(name: str, unit: str = "") -> Json:
    return z.numeric(name, access=5, unit=unit)


ROWS: list[tuple[Json, Any, str, str, Value]] = [
    (flag("smoke"), True, "SMOKE", "SMOKESENSOR", True),
    (flag("smoke_alarm_1"), False, "SMOKE", "SMOKESENSOR", False),
    (flag("gas"), True, "GAS", "SMOKESENSOR", True),
    (flag("carbon_monoxide"), True, "CARBON_MONOXIDE", "SMOKESENSOR", True),
    (flag("carbon_monoxide_alarm_2"), True, "CARBON_MONOXIDE", "SMOKESENSOR", True),
    (flag("water_leak"), True, "LEAK", "", True),
    (flag("vibration"), True, "VIBRATION", "MOTIONSENSOR", True),
    (flag("occupancy"), False, "MOTION", "MOTIONSENSOR", False),
    (flag("presence", "yes", "no"), "yes", "MOTION", "MOTIONSENSOR", True),
    (z.enum("motion_state", "none small large", access=1), "small", "MOTION", "MOTIONSENSOR", True),
    (z.enum("motion_state", "none small large", access=1), "none", "MOTION", "MOTIONSENSOR", False),
    (flag("contact", False, True), True, "CONTACT", "OPENCLOSESENSOR", False),
    (flag("contact", False, True), False, "CONTACT", "OPENCLOSESENSOR", True),
    (flag("contact", True, False), False, "CONTACT", "OPENCLOSESENSOR", True),
    (flag("contact", "OPEN", "CLOSED"), "OPEN", "CONTACT", "OPENCLOSESENSOR", True),
    (amount("temperature", "°C"), 21.5, "CURRENT_TEMPERATURE", "AIRSENSOR", 21.5),
    (amount("temperature", "°F"), 50, "CURRENT_TEMPERATURE", "AIRSENSOR", 10.0),
    (amount("humidity", "%"), 44, "HUMIDITY", "AIRSENSOR", 44.0),
    (amount("co2", "ppm"), 800, "CARBON_DIOXIDE", "AIRSENSOR", 800.0),
    (amount("pm25", "µg/m³"), 12, "ULTRAFINE_DUST", "AIRSENSOR", 12.0),
    (amount("pm10", "µg/m³"), 30, "FINE_DUST", "AIRSENSOR", 30.0),
    (
        z.enum("air_quality", "excellent good moderate poor unhealthy unknown", access=1),
        "poor",
        "AIR_QUALITY",
        "AIRSENSOR",
        "bad",
    ),
    (amount("power", "W"), 60, "POWER_USE", "SMARTMETER", 60.0),
    (amount("power", "kW"), 1.5, "POWER_USE", "SMARTMETER", 1500.0),
    (amount("energy", "kWh"), 3.25, "ENERGY", "SMARTMETER", 3.25),
    (amount("energy_wh", "Wh"), 500, "ENERGY", "SMARTMETER", 0.5),
    (amount("water_consumed", "m³"), 0.25, "METERED_VOLUME", "SMARTMETER", 250.0),
    (amount("gas", "m³"), 2, "METERED_VOLUME", "SMARTMETER", 2000.0),
    (amount("water_consumed", "L"), 7, "METERED_VOLUME", "SMARTMETER", 7.0),
]


@pytest.mark.parametrize(
    ("expose", "word", "trait", "kind", "value"), ROWS, ids=[f"{row[0]['name']}={row[1]}" for row in ROWS]
)
def test_what_is_told(expose: Json, word: Any, trait: str, kind: str, value: Value) -> None:
    wiring = z.only(expose)
    known: Trait = getattr(traits, trait)
    assert known.name in TRAITS or not known.spoken
    assert (wiring.device.kind, set(wiring.bindings)) == (kind, {Slot(known)})
    assert heard(wiring, Slot(known), {expose["property"]: word}) == pytest.approx(value)
    assert wiring.bindings[Slot(known)].order is None


@pytest.mark.parametrize(
    "expose",
    [
        amount("soil_moisture", "%"),
        amount("device_temperature", "°C"),
        amount("illuminance", "lx"),
        amount("voc", "ppb"),
        amount("linkquality", "lqi"),
        amount("produced_energy", "kWh"),
        amount("power_factor"),
        amount("temperature", "K"),
        amount("energy", "kVArh"),
        amount("power_a", "W"),
        amount("gas"),
        flag("battery_low"),
        flag("test"),
        z.numeric("temperature", access=2),
        z.binary("temperature_alarm"),
        z.enum("action", "single double", access=1),
        z.enum("air_quality", "a b", access=1),
        z.enum("presence", "here there", access=1),
        flag("smoke", "same", "SAME"),
        {"type": "text", "name": "smoke", "property": "smoke", "access": 1},
        {"type": "list", "name": "smoke", "property": "smoke", "access": 1},
        flag("contact") | {"property": ""} | {"name": ""},
    ],
    ids=lambda expose: f"{expose['name']} {expose['type']}",
)
def test_what_is_none_of_our_traits(expose: Json) -> None:
    finding = z.told(z.device(expose))[z.IEEE]
    assert not finding.wirings
    assert finding.refused[-1] == "it exposes nothing that CLOVA has a type for"


def test_what_many_sensors_have_beside_them() -> None:
    door = z.only(flag("contact", False, True), amount("battery", "%"), flag("tamper"), flag("battery_low"))
    assert set(z.slots(door)) == {"contact", "battery", "tamper", "battery_low"}


def test_several_sensors_in_one_box() -> None:
    kinds = {one.device.kind: set(z.slots(one)) for one in z.found(flag("occupancy"), amount("temperature", "°C"))}
    assert kinds == {"MOTIONSENSOR": {"motion"}, "AIRSENSOR": {"current_temperature"}}


def test_the_temperature_of_a_plug_is_not_that_of_the_room() -> None:
    plug = z.only(z.specific("switch", z.STATE), amount("power", "W"), amount("temperature", "°C"))
    assert set(z.slots(plug)) == {"on_off", "power_use"}
    assert plug.notes == ("temperature: that of the device itself",)
    relay = z.found(z.specific("switch", z.STATE), amount("temperature", "°C"), amount("humidity", "%"))
    assert [one.device.kind for one in relay] == ["SWITCH", "AIRSENSOR"]


def test_a_thermostat_tells_the_temperature_once() -> None:
    wiring = z.only(z.specific("climate", z.SETPOINT, z.LOCAL), amount("temperature", "°C"), amount("humidity", "%"))
    assert set(z.slots(wiring)) == {"target_temperature", "current_temperature", "humidity"}
    assert heard(wiring, Slot(traits.CURRENT_TEMPERATURE), {"local_temperature": 20, "temperature": 30}) == 20
