"""Lists of devices as Zigbee2MQTT publishes them, with devices and values of our own."""

import json
from typing import Any

from gateway.dialects.finding import Finding
from gateway.dialects.zigbee2mqtt import Zigbee2Mqtt
from gateway.home.device import Slot
from gateway.home.traits import Trait
from gateway.wire.binding import Wiring

IEEE = "0x00aa11bb22cc33dd"
DEVICES, GROUPS = "zigbee2mqtt/bridge/devices", "zigbee2mqtt/bridge/groups"
Json = dict[str, Any]


def binary(name: str, on: Any = "ON", off: Any = "OFF", access: int = 7, **more: Any) -> Json:
    return {"type": "binary", "name": name, "property": name, "access": access, "value_on": on, "value_off": off} | more


def numeric(name: str, low: Any = None, high: Any = None, step: Any = None, access: int = 7, **more: Any) -> Json:
    ends = {"value_min": low, "value_max": high, "value_step": step}
    given = {key: value for key, value in ends.items() if value is not None}
    return {"type": "numeric", "name": name, "property": name, "access": access} | given | more


def enum(name: str, values: Any, access: int = 7, **more: Any) -> Json:
    listed = values.split() if isinstance(values, str) else values
    return {"type": "enum", "name": name, "property": name, "access": access, "values": listed} | more


def at(endpoint: str, expose: Json) -> Json:
    """The expose of one endpoint: its key in the state has the endpoint behind it."""
    return expose | {"endpoint": endpoint, "property": f"{expose['property']}_{endpoint}"}


def specific(sort: str, *features: Json, endpoint: str = "") -> Json:
    if not endpoint:
        return {"type": sort, "features": list(features)}
    return {"type": sort, "endpoint": endpoint, "features": [at(endpoint, feature) for feature in features]}


def color(form: str, access: int = 7) -> Json:
    parts = {"xy": ("x", "y"), "hs": ("hue", "saturation")}[form]
    features = [numeric(part, access=access) for part in parts]
    return {"type": "composite", "name": f"color_{form}", "property": "color", "access": access, "features": features}


STATE = binary("state", value_toggle="TOGGLE")
BRIGHTNESS = numeric("brightness", 0, 254)
WHITE = numeric("color_temp", 150, 500, unit="mired")
SETPOINT = numeric("occupied_heating_setpoint", 5, 30, 0.5, unit="°C")
LOCAL = numeric("local_temperature", access=5, unit="°C")
POSITION = numeric("position", 0, 100, unit="%")
WAYS = enum("state", "OPEN CLOSE STOP", access=3)


def device(*exposes: Json, name: str = "거실 하나", about: str = "", **more: Any) -> Json:
    definition = {"vendor": "Maru", "model": "MR-1", "description": about, "exposes": list(exposes), "options": []}
    return {
        "ieee_address": IEEE,
        "friendly_name": name,
        "type": "Router",
        "supported": True,
        "disabled": False,
        "interviewing": False,
        "interview_completed": True,
        "interview_state": "SUCCESSFUL",
        "power_source": "Mains (single phase)",
        "endpoints": {"1": {"bindings": [], "clusters": {"input": [], "output": []}, "scenes": []}},
        "definition": definition,
    } | more


def told(*documents: Json, groups: tuple[Json, ...] = (), base: str = "zigbee2mqtt") -> dict[str, Finding]:
    """What is found where these devices and groups are listed."""
    dialect = Zigbee2Mqtt()
    assert dialect.hear(f"{base}/bridge/devices", json.dumps(documents).encode())
    assert dialect.hear(f"{base}/bridge/groups", json.dumps(groups).encode())
    return {finding.hardware: finding for finding in dialect.findings()}


def found(*exposes: Json, **more: Any) -> tuple[Wiring, ...]:
    """The appliances of one device."""
    return told(device(*exposes, **more))[IEEE].wirings


def only(*exposes: Json, **more: Any) -> Wiring:
    """The one appliance of a device."""
    (wiring,) = found(*exposes, **more)
    return wiring


def slots(wiring: Wiring) -> dict[str, Trait]:
    return {str(slot): slot.trait for slot in wiring.bindings}


def limits(wiring: Wiring, trait: Trait) -> tuple[float | None, float | None, float]:
    known = wiring.device.features[Slot(trait)].limits
    return known.low, known.high, known.step
