"""The components that CLOVA has a place for, each with what draws it. The rest is understood, and left out."""

from collections.abc import Callable

from gateway.dialects.homeassistant import alarms, sensors
from gateway.dialects.homeassistant.climates import climate, fan, humidifier, water_heater
from gateway.dialects.homeassistant.covers import cover
from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.guards import alarm_control_panel, lock, siren, valve
from gateway.dialects.homeassistant.lights import light
from gateway.dialects.homeassistant.movers import lawn_mower, vacuum
from gateway.dialects.homeassistant.settings import is_setting
from gateway.dialects.homeassistant.switches import UNPRESSED, button, scene, switch
from gateway.dialects.sketch import Sketch


def _sensor(entity: Entity, sketch: Sketch) -> None:
    (sensors.sensor if sensors.measure(entity) is not None else alarms.told)(entity, sketch)


COMPONENTS: dict[str, Callable[[Entity, Sketch], None]] = {
    "alarm_control_panel": alarm_control_panel,
    "binary_sensor": sensors.binary_sensor,
    "button": button,
    "climate": climate,
    "cover": cover,
    "device_automation": alarms.automation,
    "event": alarms.event,
    "fan": fan,
    "humidifier": humidifier,
    "lawn_mower": lawn_mower,
    "light": light,
    "lock": lock,
    "scene": scene,
    "sensor": _sensor,
    "siren": siren,
    "switch": switch,
    "vacuum": vacuum,
    "valve": valve,
    "water_heater": water_heater,
}


def has_place(entity: Entity) -> bool:
    """Whether CLOVA has a place for it. Settings, diagnoses, and what nobody asks for have none."""
    if entity.component not in COMPONENTS:
        return False
    if entity.component == "sensor":
        return sensors.measure(entity) is not None or alarms.alarm(entity) is not None
    if entity.component == "binary_sensor":
        return sensors.event(entity) is not None
    if entity.component in ("device_automation", "event"):
        return alarms.calls(entity) is not None
    if entity.category or is_setting(entity):
        return False
    return entity.component != "button" or entity.device_class not in UNPRESSED
