"""Which readings are taken, in which unit, and which are left out."""

from typing import Any

import pytest

from gateway.dialects.homeassistant.components import has_place
from gateway.dialects.homeassistant.entity import Entity
from gateway.home.values import Value
from tests.dialects.homeassistant.announced import home


def told(kind: str | None, unit: str | None, **more: Any) -> dict[str, Any]:
    given = {"state_topic": "s", "device_class": kind, "unit_of_measurement": unit} | more
    return {key: value for key, value in given.items() if value is not None}


NUMBERS: list[tuple[str, str, Any, str, Value]] = [
    ("temperature", "°C", "21.5", "current_temperature", 21.5),
    ("temperature", "°F", 68, "current_temperature", 20.0),
    ("temperature", "K", 293.15, "current_temperature", 20.0),
    ("temperature", "°C", "21,5 °C", "current_temperature", 21.5),
    ("humidity", "%", 40, "humidity", 40.0),
    ("pm25", "µg/m³", 12, "ultrafine_dust", 12.0),
    ("pm10", "\u03bcg/m³", 30, "fine_dust", 30.0),
    ("pm10", "mg/m³", 0.03, "fine_dust", 30.0),
    ("carbon_dioxide", "ppm", 800, "carbon_dioxide", 800.0),
    ("power", "W", 7.5, "power_use", 7.5),
    ("power", "kW", 1.2, "power_use", 1200.0),
    ("power", "mW", 1500, "power_use", 1.5),
    ("power", "MW", 0.001, "power_use", 1000.0),
    ("energy", "kWh", 3.25, "energy", 3.25),
    ("energy", "Wh", 3250, "energy", 3.25),
    ("energy", "MWh", 0.5, "energy", 500.0),
    ("energy", "MJ", 3.6, "energy", 1.0),
    ("water", "L", 12, "metered_volume", 12.0),
    ("water", "m³", 0.5, "metered_volume", 500.0),
    ("gas", "m³", 2, "metered_volume", 2000.0),
    ("gas", "ft³", 1, "metered_volume", 28.316847),
    ("water", "gal", 1, "metered_volume", 3.785412),
    ("weight", "kg", 70.5, "weight", 70.5),
    ("weight", "g", 250, "weight", 0.25),
    ("weight", "lb", 100, "weight", 45.359237),
    ("battery", "%", 80, "battery", 80.0),
    ("aqi", "", 30, "air_quality", "good"),
    ("aqi", "", 300, "air_quality", "verybad"),
]


@pytest.mark.parametrize(("kind", "unit", "said", "trait", "value"), NUMBERS)
def test_a_number_is_read_in_the_units_of_its_trait(kind: str, unit: str, said: Any, trait: str, value: Value) -> None:
    assert has_place(Entity("sensor", "it", "", told(kind, unit)))
    it = home("sensor", **told(kind, unit, value_template="{{ value_json.v }}"))
    assert it.hear("s", {"v": said}) == {trait: value}
    assert not any(feature.writable for feature in it.sketch.features.values())


NAMED = [
    ("current_temperature", "°C", "current_temperature"),
    ("Room temperature", "°C", "current_temperature"),
    ("humidity", "%", "humidity"),
    ("CO2", "ppm", "carbon_dioxide"),
    ("PM2.5", "µg/m³", "ultrafine_dust"),
    ("battery_level", None, "battery"),
    ("Power", "W", "power_use"),
    ("Total energy", "kWh", "energy"),
    ("air_quality", None, "air_quality"),
]


@pytest.mark.parametrize(("name", "unit", "trait"), NAMED)
def test_without_a_class_its_name_and_unit_decide(name: str, unit: str | None, trait: str) -> None:
    assert home("sensor", **told(None, unit, name=name)).hear(
        "s", "good" if trait == "air_quality" else "20"
    ).keys() == {trait}


LEFT_OUT = [
    told("temperature", "bananas"),
    told("temperature", "°C", entity_category="diagnostic"),
    told("power", "W", entity_category="diagnostic"),
    told("energy", "kWh", name="Energy returned"),
    told("energy", "kWh", name="Produced energy"),
    told("energy", "kWh", name="Energy today"),
    told("power", "W", name="Phase B power"),
    told("temperature", "°C", name="Outdoor temperature"),
    told("temperature", "°C", name="Target temperature"),
    told("temperature", "°C", name="Soil temperature"),
    told("illuminance", "lx"),
    told("voltage", "V"),
    told("current", "A"),
    told("timestamp", None),
    told(None, "lqi", name="Link quality"),
    told(None, None, name="Temperature"),
    told(None, "°C", name="Some other number"),
    told(None, None, name="Uptime"),
]


@pytest.mark.parametrize("config", LEFT_OUT)
def test_what_is_no_reading_of_the_thing_or_the_room_is_left_out(config: dict[str, Any]) -> None:
    assert not has_place(Entity("sensor", "x", "", config))
    assert not home("sensor", **config).sketch.features


EVENTS = [
    ("smoke", "smoke"),
    ("gas", "gas"),
    ("carbon_monoxide", "carbon_monoxide"),
    ("moisture", "leak"),
    ("heat", "heat"),
    ("motion", "motion"),
    ("occupancy", "motion"),
    ("presence", "motion"),
    ("door", "contact"),
    ("window", "contact"),
    ("opening", "contact"),
    ("garage_door", "contact"),
    ("vibration", "vibration"),
    ("tamper", "tamper"),
    ("safety", "triggered"),
    ("battery", "battery_low"),
]


@pytest.mark.parametrize(("kind", "trait"), EVENTS)
def test_an_event(kind: str, trait: str) -> None:
    it = home("binary_sensor", **told(kind, None))
    assert it.hear("s", "ON") == {trait: True}
    assert it.hear("s", "OFF") == {trait: False}
    it = home(
        "binary_sensor", **told(kind, None, payload_on=True, payload_off=False, value_template="{{ value_json.v }}")
    )
    assert it.hear("s", {"v": True}) == {trait: True}


@pytest.mark.parametrize(
    ("name", "trait"),
    [("water_leak_alarm_1", "leak"), ("pir_detection", "motion"), ("Smoke alarm", "smoke"), ("contact", "contact")],
)
def test_an_event_without_a_class(name: str, trait: str) -> None:
    assert home("binary_sensor", **told(None, None, name=name)).hear("s", "ON") == {trait: True}


@pytest.mark.parametrize("kind", ["connectivity", "lock", "running", "light", "update", None])
def test_an_event_nobody_asks_for(kind: str | None) -> None:
    assert not has_place(Entity("binary_sensor", "x", "", told(kind, None)))


def test_a_diagnosis_counts_where_it_is_the_battery_or_a_hand_on_the_device() -> None:
    assert has_place(Entity("sensor", "x", "", told("battery", "%", entity_category="diagnostic")))
    assert has_place(Entity("binary_sensor", "x", "", told("tamper", None, entity_category="diagnostic")))
    assert not has_place(Entity("binary_sensor", "x", "", told("window", None, entity_category="diagnostic")))


def test_when_a_reading_is_too_old_and_when_it_lapses() -> None:
    [feature] = home("sensor", **told("temperature", "°C", expire_after=600)).sketch.features.values()
    assert feature.too_old_after == 600
    [feature] = home("binary_sensor", **told("motion", None, off_delay="30", expire_after=0)).sketch.features.values()
    assert (feature.lapses_after, feature.stale_after) == (30, None)


@pytest.mark.parametrize(
    ("component", "config", "noted"),
    [
        ("sensor", told("temperature", "°C", value_template="{{ 1"), "value_template cannot be used"),
        ("sensor", told("temperature", "°C", state_topic="a/#/b"), "state_topic: wildcards stand alone"),
        ("sensor", told("temperature", "°C", state_topic="#"), "stands below a name"),
        ("binary_sensor", told("door", None, payload_on="1", payload_off=1), "on and off are the same word"),
        ("binary_sensor", told("door", None, off_delay="soon"), "off_delay is no number"),
    ],
)
def test_what_cannot_be_used_is_noted(component: str, config: dict[str, Any], noted: str) -> None:
    assert any(noted in note for note in home(component, **config).sketch.notes)
