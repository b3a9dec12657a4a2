"""What a Shelly of the first generation says of itself: its announcement, and the `info` after it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from gateway.dialects.shelly.documents import at, first, hardware_of, is_prefix, text
from gateway.dialects.sightings import normal_mac

MAX_PROBES = 8

Mode = Literal["", "relay", "roller", "color", "white"]


@dataclass(frozen=True, slots=True)
class Announced:
    """What it says of itself."""

    id: str
    hardware: str
    model: str
    version: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Facts:
    """What its `info`, and the topics it speaks at, tell beside that."""

    mode: Mode = ""
    positions: bool = True
    """Whether its roller is calibrated."""
    fahrenheit: bool = False
    has_valve: bool = False
    probes: tuple[str, ...] = ()
    """The sensors on wires, by their number."""


def read_announced(topic_id: str, document: Any) -> Announced:
    """An announcement; ValueError where it is none. It is known by the id in its own topic, which can be changed."""
    if not isinstance(document, Mapping):
        raise ValueError("an announcement is a JSON object")
    own = document.get("id")
    name = topic_id or (own if isinstance(own, str) else "")
    if not is_prefix(name):
        raise ValueError("an announcement without an id")
    return Announced(
        id=name,
        hardware=normal_mac(document.get("mac")) or hardware_of(name),
        model=text(document.get("model")),
        version=text(document.get("fw_ver")),
        mode=_mode(document.get("mode")),
    )


def read_facts(facts: Facts, info: Any) -> Facts:
    """What an `info` adds to what was known; what cannot be read adds nothing."""
    if not isinstance(info, Mapping):
        return facts
    roller, lamp, valve = (first(info.get(key)) for key in ("rollers", "lights", "valves"))
    heat = first(info.get("thermostats"))
    mode: Mode = "roller" if roller else _mode(lamp.get("mode") or info.get("mode"))
    if not mode and first(info.get("relays")):
        mode = "relay"
    units = (at(heat, "target_t") or at(info, "tmp")).get("units")
    probes = (str(key) for named in ("ext_temperature", "ext_humidity") for key in at(info, named))
    return replace(
        facts,
        mode=mode or facts.mode,
        positions=roller.get("positioning") is not False if roller else facts.positions,
        fahrenheit=units == "F" if isinstance(units, str) else facts.fahrenheit,
        has_valve=valve.get("state") not in ("not_connected", "unknown", None) if valve else facts.has_valve,
        probes=tuple(sorted({key for key in probes if key.isdecimal() and len(key) == 1}))[:MAX_PROBES] or facts.probes,
    )


def _mode(given: object) -> Mode:
    match given:
        case "relay" | "roller" | "color" | "white":
            return given
        case _:
            return ""
