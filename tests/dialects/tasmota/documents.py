"""Descriptions of Tasmotas that do not exist."""

import json
from typing import Any

from gateway.dialects.finding import Finding
from gateway.dialects.tasmota import Tasmota
from gateway.wire.binding import Wiring

MAC = "A0B1C2D3E4F5"
HARDWARE = MAC.lower()
CONFIG_AT, SENSORS_AT = f"tasmota/discovery/{MAC}/config", f"tasmota/discovery/{MAC}/sensors"


def relays(*sorts: int) -> list[int]:
    return [*sorts, *[0] * (8 - len(sorts))]


def config(*sorts: int, options: tuple[int, ...] = (), fan: bool = False, **other: Any) -> dict[str, Any]:
    """A device called Desk with topics such as cmnd/desk/POWER."""
    return {
        "ip": "192.0.2.7",
        "dn": "Desk",
        "fn": ["Desk", None, None],
        "hn": "desk-1234",
        "mac": MAC,
        "md": "Some Board",
        "ty": 0,
        "if": int(fan),
        "ofln": "Offline",
        "onln": "Online",
        "state": ["OFF", "ON", "TOGGLE", "HOLD"],
        "sw": "14.1.0",
        "t": "desk",
        "ft": "%prefix%/%topic%/",
        "tp": ["cmnd", "stat", "tele"],
        "rl": relays(*sorts),
        "so": {str(option): int(option in options) for option in (4, 17, 20, 30, 68, 82)},
        "lk": 1,
        "lt_st": 0,
        "bat": 0,
        "dslp": 0,
        "sho": [],
        "sht": [],
        "ver": 1,
    } | other


def found(document: Any, sensors: Any = None) -> Finding:
    """What these documents come to."""
    tasmota = Tasmota()
    tasmota.hear(CONFIG_AT, document if isinstance(document, bytes) else json.dumps(document).encode())
    if sensors is not None:
        tasmota.hear(SENSORS_AT, json.dumps({"sn": sensors, "ver": 1}).encode())
    (finding,) = tasmota.findings()
    return finding


def wired(document: Any, sensors: Any = None) -> tuple[Wiring, ...]:
    return found(document, sensors).wirings
