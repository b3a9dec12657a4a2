"""What Homie devices only tell."""

from typing import Any

import pytest

from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import Trait
from gateway.home.values import Value
from tests.dialects.homie.documents import node, reading, version_4, version_5, wired
from tests.dialects.tasmota.listening import heard

CASES: list[tuple[str, str, dict[str, Any], Trait, str, Value]] = [
    ("sensor", "temperature", reading("float", "°C"), traits.CURRENT_TEMPERATURE, "21.5", 21.5),
    ("sensor", "temperature", reading("float", "°F"), traits.CURRENT_TEMPERATURE, "50", 10.0),
    ("sensor", "temperature", reading("float", "K"), traits.CURRENT_TEMPERATURE, "293.15", 20.0),
    ("sensor", "humidity", reading("integer", "%"), traits.HUMIDITY, "40", 40.0),
    ("air", "co2", reading("integer", "ppm"), traits.CARBON_DIOXIDE, "700", 700.0),
    ("air", "pm25", reading("float"), traits.ULTRAFINE_DUST, "8", 8.0),
    ("air", "pm10", reading("float"), traits.FINE_DUST, "9", 9.0),
    ("meter", "power", reading("float", "kW"), traits.POWER_USE, "1.5", 1500.0),
    ("meter", "energy", reading("float", "Wh"), traits.ENERGY, "1500", 1.5),
    ("meter", "total", reading("float", "kWh"), traits.ENERGY, "1.5", 1.5),
    ("water", "volume", reading("float", "m³"), traits.METERED_VOLUME, "2", 2000.0),
    ("motion", "motion", reading("boolean"), traits.MOTION, "true", True),
    ("presence", "state", reading("boolean"), traits.MOTION, "false", False),
    ("contact", "contact", reading("boolean"), traits.CONTACT, "true", True),
    ("door", "open", reading("boolean"), traits.CONTACT, "true", True),
    ("door", "closed", reading("boolean"), traits.CONTACT, "true", False),
    ("detector", "smoke", reading("boolean"), traits.SMOKE, "true", True),
    ("leak", "alarm", reading("boolean"), traits.LEAK, "true", True),
    ("detector", "carbon-monoxide", reading("boolean"), traits.CARBON_MONOXIDE, "true", True),
    ("detector", "gas", reading("boolean"), traits.GAS, "true", True),
    ("sensor", "vibration", reading("boolean"), traits.VIBRATION, "true", True),
]


@pytest.mark.parametrize(("type", "id", "given", "trait", "payload", "value"), CASES)
def test_a_measurement_is_told(
    type: str, id: str, given: dict[str, Any], trait: Trait, payload: str, value: Value
) -> None:
    nodes = {"n": {"type": type, "properties": {id: given}}}
    for said, top in ((version_4(nodes), "homie/thing"), (version_5(nodes), "homie/5/thing")):
        (wiring,) = wired(said)
        assert heard(wiring, f"{top}/n/{id}", payload) == {Slot(trait): value}
        assert wiring.bindings[Slot(trait)].order is None


@pytest.mark.parametrize(
    ("format", "payload", "value"), [("closed,open", "true", True), ("open,closed", "true", False)]
)
def test_the_labels_of_a_contact_say_which_is_open(format: str, payload: str, value: bool) -> None:
    (wiring,) = wired(version_5({"n": node("window", contact=reading("boolean", "", format))}))
    assert heard(wiring, "homie/5/thing/n/contact", payload) == {Slot(traits.CONTACT): value}


@pytest.mark.parametrize(
    ("type", "id", "given"),
    [
        ("sensor", "power", reading("float")),
        ("sensor", "battery-voltage", reading("float", "V")),
        ("sensor", "battery", reading("float", "V")),
        ("system", "cpu-temperature", reading("float", "°C")),
        ("thermostat", "setpoint-temperature", reading("float", "°C")),
        ("battery", "low", reading("boolean")),
        ("sensor", "temperature", reading("string")),
        ("sensor", "illuminance", reading("float", "lx")),
    ],
)
def test_what_is_something_else_is_not_told(type: str, id: str, given: dict[str, Any]) -> None:
    assert wired(version_5({"n": {"type": type, "properties": {id: given}}})) == ()


def test_a_battery_goes_with_what_has_it() -> None:
    nodes = {
        "motion": node("motion", motion=reading("boolean")),
        "battery": node("battery", level=reading("integer", "%", "0:100")),
    }
    (wiring,) = wired(version_5(nodes))
    assert set(wiring.bindings) == {Slot(traits.MOTION), Slot(traits.BATTERY), Slot(traits.ALERT)}
