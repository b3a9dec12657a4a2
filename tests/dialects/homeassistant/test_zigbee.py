"""What Zigbee2MQTT announces: what a property is beside the others of its device, as its own list would have it."""

from typing import Any

import pytest

from gateway.home.device import Slot
from gateway.home.traits import CONTACT, MODE, ON_OFF
from gateway.wire.binding import Wiring, messages
from tests.dialects.homeassistant.announced import found, wirings

IEEE = "0x00aa11bb22cc33ee"
AT = "zigbee2mqtt/hall"
Announced = tuple[str, dict[str, Any]]


def of(component: str, object_id: str, **config: Any) -> Announced:
    return f"{component}/{IEEE}/{object_id}", {"state_topic": AT, "unique_id": f"{IEEE}_{object_id}"} | config


def at(key: str, **config: Any) -> Announced:
    """A binary that can be set."""
    read = {"value_template": f'{{{{ value_json["{key}"] }}}}', "name": key.replace("_", " ").capitalize()}
    return of("switch", f"switch_{key}", command_topic=f"{AT}/set/{key}", **(read | config))


def sensor(key: str, unit: str, **config: Any) -> Announced:
    read = {"value_template": f'{{{{ value_json["{key}"] }}}}', "unit_of_measurement": unit}
    return of("sensor", key, **(read | config))


def binary(key: str, **config: Any) -> Announced:
    read = {"value_template": f'{{{{ value_json["{key}"] }}}}', "payload_on": True, "payload_off": False}
    return of("binary_sensor", key, **(read | config))


SWITCH = of("switch", "switch", command_topic=f"{AT}/set", value_template='{{ value_json["state"] }}', name=None)
LIGHT = of("light", "light", command_topic=f"{AT}/set", schema="json", name=None)
COVER = of("cover", "cover", command_topic=f"{AT}/set", position_topic=AT, set_position_topic=f"{AT}/set", name=None)
SETPOINT = {"temperature_command_topic": f"{AT}/set/occupied_heating_setpoint", "temperature_state_topic": AT}
MODES = {"mode_command_topic": f"{AT}/set/system_mode", "mode_state_topic": AT}
CLIMATE = of("climate", "climate", **SETPOINT, name=None)
PRESETS = {"preset_mode_command_topic": f"{AT}/set/preset", "preset_mode_state_topic": AT}


def home(*announced: Announced, model: str = "Thing", zigbee: bool = True) -> list[Wiring]:
    about = {"identifiers": [f"zigbee2mqtt_{IEEE}" if zigbee else IEEE], "model": model, "name": "hall"}
    return wirings(found(*((topic, config | {"device": about}) for topic, config in announced)))


def kinds(*announced: Announced, model: str = "Thing", zigbee: bool = True) -> list[str]:
    return [wiring.device.kind for wiring in home(*announced, model=model, zigbee=zigbee)]


TEMPERATURE = sensor("temperature", "°C", device_class="temperature")
HUMIDITY = sensor("humidity", "%", device_class="humidity")
POWER = sensor("power", "W", device_class="power")
SMOKE = binary("smoke", device_class="smoke")
ALARM = at("alarm", payload_on="true", payload_off="false")
BESIDE: list[tuple[str, str, list[Announced], list[str]]] = [
    ("a relay", "Thing", [at("state")], ["SWITCH"]),
    ("numbered relays", "IR remote", [at("switch1"), at("switch2"), TEMPERATURE], ["SWITCH", "SWITCH", "AIRSENSOR"]),
    ("what may be whether a sensor is at work", "Thing", [at("state"), TEMPERATURE, HUMIDITY], ["AIRSENSOR"]),
    ("a property of a curtain", "Curtain", [COVER, at("switch")], ["SMARTCURTAIN"]),
    ("a property of a relay", "Thing", [SWITCH, at("relay")], ["SWITCH"]),
    ("the temperature of a curtain's motor", "Curtain", [COVER, TEMPERATURE], ["SMARTCURTAIN"]),
    ("the temperature of a plug", "Plug", [SWITCH, POWER, TEMPERATURE], ["SMARTPLUG"]),
    ("that of a room", "Plug", [SWITCH, POWER, TEMPERATURE, HUMIDITY], ["SMARTPLUG", "AIRSENSOR"]),
    ("power among the diagnoses", "Thing", [SWITCH, sensor("power", "W", entity_category="diagnostic")], ["SMARTPLUG"]),
    ("by its name", "Thing", [binary("smoke_alarm_1", name="Smoke alarm 1")], ["SMOKESENSOR"]),
    ("by its name, too", "Thing", [binary("occupancy_or", name="Occupancy or")], ["MOTIONSENSOR"]),
    ("heat", "Thing", [binary("high_temperature", name="High temperature")], ["SMOKESENSOR"]),
    ("water", "Thing", [sensor("water_total", "gal", name="Water total")], ["SMARTMETER"]),
    ("a kitchen's scale", "Smart scale", [sensor("weight", "g", name="Weight")], []),
    ("a body's", "Smart scale", [sensor("weight", "kg", name="Weight")], ["BODYWEIGHTSCALE"]),
    (
        "no contact, though of its class",
        "Valve",
        [CLIMATE, binary("valve_state", device_class="opening")],
        ["THERMOSTAT"],
    ),
    ("a siren", "Outdoor siren", [ALARM], ["SWITCH"]),
    ("an alarm that is one", "Sound and light alarm", [ALARM], ["SWITCH"]),
    ("an alarm of a sensor", "Smoke alarm", [ALARM, SMOKE], ["SMOKESENSOR"]),
    ("a siren in a sensor", "Smoke detector with siren", [ALARM, SMOKE], ["SWITCH", "SMOKESENSOR"]),
    ("an alarm of a lamp", "CO2 monitor, alarm", [ALARM, LIGHT], ["LIGHT"]),
    ("an alarm of nobody knows what", "Thing", [ALARM], []),
    ("one siren, told in two ways", "Siren", [ALARM, of("siren", "siren", command_topic=f"{AT}/set")], ["SWITCH"]),
]


@pytest.mark.parametrize(("name", "model", "announced", "expected"), BESIDE, ids=[row[0] for row in BESIDE])
def test_what_it_is_beside_the_others(name: str, model: str, announced: list[Announced], expected: list[str]) -> None:
    assert kinds(*announced, model=model) == expected, name


def test_nobody_elses_are_read_so() -> None:
    assert kinds(SWITCH, POWER, TEMPERATURE, model="Plug", zigbee=False) == ["SMARTPLUG", "AIRSENSOR"]
    assert kinds(at("state"), TEMPERATURE, HUMIDITY, zigbee=False) == ["SWITCH", "AIRSENSOR"]
    assert kinds(ALARM, model="Outdoor siren", zigbee=False) == []


@pytest.mark.parametrize("switch", [SWITCH, at("state")])
def test_a_thermostat_has_its_own_switch(switch: Announced) -> None:
    [thermostat] = home(CLIMATE, switch)
    assert thermostat.device.kind == "THERMOSTAT"
    assert [message.topic for message in messages({Slot(ON_OFF): False}, thermostat)] == [switch[1]["command_topic"]]


def test_its_switch_goes_before_its_mode() -> None:
    modes = of("climate", "climate", **SETPOINT, **MODES, modes=["off", "heat"], name=None)
    [thermostat] = home(modes, SWITCH)
    assert [message.payload for message in messages({Slot(ON_OFF): True}, thermostat)] == [b"ON"]


def end(name: str) -> Announced:
    """A switch at an endpoint that is called so."""
    read = {"value_template": f'{{{{ value_json["state_{name}"] }}}}', "name": name.capitalize()}
    return of("switch", f"switch_{name}", command_topic=f"{AT}/{name}/set", **read)


def test_what_else_is_switched_at_a_thermostat_is_a_setting_unless_it_is_a_place() -> None:
    assert kinds(CLIMATE, end("purifier")) == ["THERMOSTAT"]
    assert sorted(kinds(CLIMATE, end("l2"))) == ["SWITCH", "THERMOSTAT"]


def test_a_meter_of_no_switch_meters_none() -> None:
    metered = home(end("l1"), end("l2"), sensor("power_l3", "W", device_class="power"))
    assert [wiring.device.kind for wiring in metered] == ["SWITCH", "SWITCH", "SMARTMETER"]
    assert kinds(end("l1"), end("l2"), sensor("power_l2", "W", device_class="power")) == ["SWITCH", "SMARTPLUG"]


def test_a_contact_without_a_class_is_on_while_it_is_closed() -> None:
    [door] = home(binary("contact_alarm_1", name="Contact alarm 1"))
    [feed] = door.bindings[Slot(CONTACT)].feeds
    assert (feed.codec.decode(True), feed.codec.decode(False)) == (False, True)
    [other] = home(binary("contact", device_class="door", payload_on=False, payload_off=True))
    [feed] = other.bindings[Slot(CONTACT)].feeds
    assert (feed.codec.decode(True), feed.codec.decode(False)) == (False, True)


@pytest.mark.parametrize(
    ("ways", "presets", "expected"),
    [
        (["off", "heat"], ["auto", "manual", "holiday"], ("auto", "manual", "away")),
        (["off", "heat", "auto"], ["auto", "manual", "holiday"], ("auto", "manual", "away")),
        (["off", "heat", "auto"], ["auto", "manual", "eco"], ("heat", "auto")),
        (["off", "heat"], ["auto", "manual"], ("auto", "manual")),
        (["off", "heat"], ["program", "hold"], None),
        (["off", "heat", "cool"], ["away", "home"], ("heat", "cool")),
    ],
)
def test_its_modes_are_its_presets_or_its_ways(
    ways: list[str], presets: list[str], expected: tuple[str, ...] | None
) -> None:
    [it] = home(of("climate", "climate", **SETPOINT, **MODES, **PRESETS, modes=ways, preset_modes=presets, name=None))
    mode = it.device.features.get(Slot(MODE))
    assert (mode.limits.words if mode is not None else None) == expected
