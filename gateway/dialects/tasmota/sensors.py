"""What a Tasmota measures: the `sensors` document is a sample of what it will say at tele/SENSOR. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from gateway.dialects.sightings import clean
from gateway.dialects.sketch import Sketch
from gateway.dialects.tasmota.codings import Phases
from gateway.dialects.tasmota.config import RELAY, Config
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import Trait
from gateway.wire.codecs import CELSIUS, FAHRENHEIT, Codec, Number
from gateway.wire.paths import Path

MAX_SAMPLES = 100
MAX_NOTES = 20
MAX_KEY = 64
_DEPTH = 3

_QUANTITIES: dict[str, Trait] = {
    "Temperature": traits.CURRENT_TEMPERATURE,
    "Humidity": traits.HUMIDITY,
    "CarbonDioxide": traits.CARBON_DIOXIDE,
    "PM2.5": traits.ULTRAFINE_DUST,
    "PM10": traits.FINE_DUST,
    "Power": traits.POWER_USE,
    "Total": traits.ENERGY,
    "Energy": traits.ENERGY,
    "Battery": traits.BATTERY,
}
_ELECTRIC = frozenset({traits.POWER_USE, traits.ENERGY})
_METERS = ("ENERGY", "CTEnergy")
"""Elsewhere a total is one of rain, and an energy that of a flash of lightning."""
_OF_THE_CHIP = frozenset({"ESP32", "AXP192", "AXP2101"})
"""Whose temperature is not that of a room."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One quantity, and where it is told."""

    path: Path
    trait: Trait
    codec: Codec
    phases: int
    """How many numbers stand there; 0 for one alone."""


def samples(document: Any) -> tuple[Sample, ...]:
    """What a `sensors` document has that we know; none where it cannot be read."""
    sample = document.get("sn") if isinstance(document, dict) else None
    if not isinstance(sample, dict):
        return ()
    return tuple(islice(_walk(sample, (), sample.get("TempUnit")), MAX_SAMPLES))


def _walk(sample: dict[str, Any], path: Path, unit: Any) -> Iterator[Sample]:
    for key, value in islice(sample.items(), MAX_SAMPLES):
        if isinstance(value, dict):
            if len(path) + 1 < _DEPTH and len(key) <= MAX_KEY:
                yield from _walk(value, (*path, key), unit)
            continue
        trait = _QUANTITIES.get(key) or _QUANTITIES.get(key.rstrip("0123456789"))
        if trait is not None and path and len(key) <= MAX_KEY and _is_measured(value) and _is_meant(trait, path):
            yield Sample((*path, key), trait, _codec(trait, unit), len(value) if isinstance(value, list) else 0)


def _is_measured(value: Any) -> bool:
    """A number, a list of them, or nothing while the sensor warms up."""
    values = value if isinstance(value, list) and value else [value]
    return all(one is None or (isinstance(one, int | float) and not isinstance(one, bool)) for one in values)


def _is_meant(trait: Trait, path: Path) -> bool:
    if path[0] in _OF_THE_CHIP:
        return False
    return trait is not traits.ENERGY or any(str(step).startswith(_METERS) for step in path)


def _codec(trait: Trait, unit: Any) -> Codec:
    if trait is traits.CURRENT_TEMPERATURE:
        return FAHRENHEIT if unit == "F" else CELSIUS
    return Phases() if trait in _ELECTRIC else Number()


def readings(config: Config, measured: tuple[Sample, ...], parts: list[Sketch]) -> list[Sketch]:
    """Everything that it measures. What each of several relays uses goes to its sketch among `parts`."""
    whole, meter = Sketch(), Sketch(part="meter" if len(parts) > 1 else "")
    relays = [str(index + 1) for index, sort in enumerate(config.relays) if sort == RELAY]
    for sample in measured:
        if len(relays) == sample.phases > 1 and sample.trait in _ELECTRIC:
            for sketch in parts:
                if sketch.part in relays:
                    _add(config, sketch, sample, (*sample.path, relays.index(sketch.part)))
        elif not _is_inside(config, sample):
            _add(config, meter if sample.trait in _ELECTRIC else whole, sample, sample.path)
    if config.has_battery:
        feeds = config.heard(Slot(traits.BATTERY), Number(), "BatteryPercentage")
        whole.add(traits.BATTERY, feeds=feeds, ask=config.ask_state())
    return [whole, meter]


def _is_inside(config: Config, sample: Sample) -> bool:
    """Whether it is the warmth of a housing: that of relays and dimmers is measured at the analog pin."""
    return sample.trait is traits.CURRENT_TEMPERATURE and sample.path[0] == "ANALOG" and any(config.relays)


def _add(config: Config, sketch: Sketch, sample: Sample, path: Path) -> None:
    slot = Slot(sample.trait)
    if slot not in sketch.features:
        sketch.add(sample.trait, feeds=config.measured(slot, sample.codec, path), ask=config.ask_sensors())
    elif len(sketch.notes) < MAX_NOTES:
        place = clean(".".join(map(str, path)), 80)
        sketch.notes.append(f"{place}: another {sample.trait.name.replace('_', ' ')} is told already")
