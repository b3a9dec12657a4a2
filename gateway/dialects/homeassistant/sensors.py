"""Sensors: which trait a reading is, by its class and unit, or else by what it is called."""

import math
import re
from dataclasses import dataclass

from gateway.dialects.homeassistant.alarms import meant_so, slot_of
from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.parts import reading_of
from gateway.dialects.sketch import Sketch
from gateway.dialects.zigbee2mqtt import alarms as zigbee_alarms
from gateway.dialects.zigbee2mqtt import sensors as zigbee
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import Sort, Trait
from gateway.wire.codecs import Codec, Number, Words
from gateway.wire.readings import Grades


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number is a reading of."""

    trait: Trait
    codec: Codec


def _numbers(**factors: float) -> dict[str, Codec]:
    return {unit: Number(factor, unit=unit) for unit, factor in factors.items()}


_GALLON, _CUBIC_FOOT = 3.785411784, 28.316846592
_DUST: dict[str, Codec] = {
    "µg/m³": Number(),
    "µg/m3": Number(),
    "ug/m³": Number(),
    "ug/m3": Number(),
    "mg/m³": Number(1000, unit="mg/m³"),
}
_PERCENT: dict[str, Codec] = {"%": Number(), "": Number()}
_DEGREES: dict[str, Codec] = {
    "°c": Number(unit="°c"),
    "c": Number(unit="°c"),
    "°f": Number(5 / 9, -160 / 9, unit="°f"),
    "f": Number(5 / 9, -160 / 9, unit="°f"),
    "k": Number(1, -273.15, unit="k"),
}
_VOLUME: dict[str, Codec] = {
    "l": Number(),
    "ml": Number(0.001, unit="ml"),
    "m³": Number(1000, unit="m³"),
    "m3": Number(1000, unit="m3"),
    "gal": Number(_GALLON, unit="gal"),
    "ft³": Number(_CUBIC_FOOT, unit="ft³"),
    "ft3": Number(_CUBIC_FOOT, unit="ft3"),
    "ccf": Number(100 * _CUBIC_FOOT, unit="ccf"),
}
_WEIGHT = _numbers(kg=1, g=0.001, mg=1e-6, lb=0.45359237, lbs=0.45359237, oz=0.028349523125, st=6.35029318)
_POWER = _numbers(w=1, mw=0.001, kw=1000) | {"MW": Number(1e6, unit="mw")}
_ENERGY = _numbers(wh=0.001, kwh=1, mwh=1000, gwh=1e6, j=1 / 3.6e6, kj=1 / 3600, mj=1 / 3.6, gj=1000 / 3.6)

_AIR = {
    "excellent": "good",
    "good": "good",
    "fair": "normal",
    "moderate": "normal",
    "normal": "normal",
    "poor": "bad",
    "bad": "bad",
    "unhealthy": "verybad",
    "very_poor": "verybad",
    "hazardous": "verybad",
    "out_of_range": "verybad",
}

NUMBERS: dict[str, tuple[Trait, dict[str, Codec]]] = {
    "temperature": (traits.CURRENT_TEMPERATURE, _DEGREES),
    "humidity": (traits.HUMIDITY, _PERCENT),
    "pm25": (traits.ULTRAFINE_DUST, _DUST),
    "pm10": (traits.FINE_DUST, _DUST),
    "carbon_dioxide": (traits.CARBON_DIOXIDE, _numbers(ppm=1)),
    "power": (traits.POWER_USE, _POWER),
    "energy": (traits.ENERGY, _ENERGY),
    "water": (traits.METERED_VOLUME, _VOLUME),
    "gas": (traits.METERED_VOLUME, _VOLUME),
    "weight": (traits.WEIGHT, _WEIGHT),
    "body_weight": (traits.WEIGHT, {unit: _WEIGHT[unit] for unit in ("kg", "lb", "lbs", "st")}),
    "battery": (traits.BATTERY, _PERCENT),
    "aqi": (traits.AIR_QUALITY, {"": Grades((), (50, 100, 250))}),
    "air_quality": (traits.AIR_QUALITY, {"": Words(_AIR, {})}),
}
"""By the class of the sensor: the trait, and the codec of each unit, in lower case but for MW."""
_CODECS = {trait: codecs for name, (trait, codecs) in NUMBERS.items() if name not in ("weight", "aqi")}

_NAMED: tuple[tuple[str, str], ...] = (
    (r"(current |room |indoor |local |air |inside )?temp(erature)?", "temperature"),
    (r"(current |room |indoor |local |air |inside |relative )?humidity", "humidity"),
    (r"co2|carbon dioxide", "carbon_dioxide"),
    (r"pm ?2 ?5( \w+)?", "pm25"),
    (r"pm ?10( \w+)?", "pm10"),
    (r"battery( level| percentage| percent)?", "battery"),
    (r"(active |current |total |total active )?(power|power usage|power consumption)", "power"),
    (r"(total |total active )?(energy|energy usage|energy consumption|consumption)", "energy"),
    (r"weight|body weight", "body_weight"),
    (r"(water|gas) (total|consumed|consumption)|total (water|gas)", "water"),
    (r"air quality( index)?", "air_quality"),
)
"""What a sensor without a class is called as a whole; its unit must be one of that class."""

BINARY: dict[str, Trait] = {
    "smoke": traits.SMOKE,
    "gas": traits.GAS,
    "carbon_monoxide": traits.CARBON_MONOXIDE,
    "moisture": traits.LEAK,
    "heat": traits.HEAT,
    "motion": traits.MOTION,
    "occupancy": traits.MOTION,
    "presence": traits.MOTION,
    "door": traits.CONTACT,
    "window": traits.CONTACT,
    "opening": traits.CONTACT,
    "garage_door": traits.CONTACT,
    "vibration": traits.VIBRATION,
    "tamper": traits.TAMPER,
    "safety": traits.TRIGGERED,
    "battery": traits.BATTERY_LOW,
    "problem": traits.ALERT,
}
"""By the class of the binary sensor. `problem` is on where something is wrong, and its name says what; `lock` has no
place: what is only open or shut is no lock that CLOVA could be told of, and most of these are child locks.
"""
_BINARY_NAMED: tuple[tuple[str, str], ...] = (
    (r"smoke( alarm| detected)?( \d)?", "smoke"),
    (r"gas( alarm| leak| detected)?( \d)?", "gas"),
    (r"(carbon monoxide|co)( alarm| detected)?( \d)?", "carbon_monoxide"),
    (r"heat( alarm| detected)?( \d)?", "heat"),
    (
        r"water( leak(age)?)?( alarm| detected)?( \d)?|active water leak|(water )?leak(age)?( detected)?|flood",
        "moisture",
    ),
    (r"((pir|motion)( detection| detected| sensor)?|(human )?presence( detected)?|occupancy)( alarm)?( \d)?", "motion"),
    (r"(door|window)( contact| sensor| open)?|contact( sensor)?", "opening"),
    (r"vibration( alarm| detected)?( \d)?", "vibration"),
    (r"tamper(ed)?( alarm| detected)?", "tamper"),
    (r"(sos|panic|emergency)( alarm| button| call)?", "panic"),
    (r"(door |lock |window )?forced( open| entry)?|break in|intrusion( detected)?|glass ?break(age)?", "forced"),
    (r"(door |lock |bolt )?jammed", "jammed"),
    (r"(alarm|siren) (triggered|active|sounding)|(burglar|intruder) alarm|siren", "safety"),
    (r"battery low|low battery", "battery"),
    (r"fault|problem|trouble|malfunction", "problem"),
)
_EVENTS = BINARY | {"panic": traits.PANIC, "forced": traits.FORCED, "jammed": traits.JAMMED}
"""With those that have no class."""
_TAKEN_THOUGH_DIAGNOSTIC = frozenset(
    [
        traits.BATTERY,
        traits.TAMPER,
        traits.PANIC,
        traits.FORCED,
        traits.JAMMED,
        traits.TRIGGERED,
        traits.BATTERY_LOW,
        traits.ALERT,
    ]
)
_METERED = frozenset({traits.POWER_USE, traits.ENERGY})
"""Zigbee2MQTT has them among the diagnoses of some switches."""
_UNITLESS = frozenset({"battery", "aqi", "air_quality"})
_ASIDE = re.compile(
    r"(?<![a-z])(return(ed)?|produced?|production|export(ed)?|inject(ed|ion)?|reactive|apparent|phase|yesterday|cost|"
    r"price|target|set ?point|min(imum)?|max(imum)?|avg|average|mean|peak|rated|limit|estimated|forecast|reference|"
    r"calibration|outdoor|outside|external|remote|floor|soil|water|device|chip|cpu|internal|mcu|board|exchanger|alarm|"
    r"warning|threshold|offset|factor|dew ?point|rate|tariff|today|daily|month(ly)?|week(ly)?|hourly|"
    r"[abc] (active |total )?(power|energy|active energy)|(power|energy) [abc])(?![a-z])"
)
"""What is no reading of the thing or the room itself, though of the right class."""
_APART = re.compile(r"[\W_]+")
_SUM = re.compile(r"(?<![a-z])total(?![a-z])")


def measure(entity: Entity) -> Measure | None:
    """What a sensor's number is; None for what CLOVA has no place for."""
    if entity.is_zigbee:
        return _measured(entity)
    kind = entity.device_class or _named(entity, _NAMED)
    trait, codecs = NUMBERS.get(kind, (None, {}))
    unit = _unit(entity)
    codec = codecs.get(unit)
    if trait is None or codec is None or not (unit or entity.device_class or kind in _UNITLESS):
        return None
    if entity.category and trait not in _TAKEN_THOUGH_DIAGNOSTIC:
        return None
    if trait is not traits.METERED_VOLUME and _ASIDE.search(_called(entity)) is not None:
        return None
    return Measure(trait, codec)


def _measured(entity: Entity) -> Measure | None:
    """What Zigbee2MQTT's own list would have it be: by its name, as many have no class."""
    unit = _unit(entity)
    for trait in _called_so(entity):
        codec = _CODECS.get(trait, {}).get(unit)
        if codec is not None and (not entity.category or trait in _TAKEN_THOUGH_DIAGNOSTIC | _METERED):
            return Measure(trait, codec)
    return None


def _called_so(entity: Entity) -> list[Trait]:
    return zigbee.called(entity.object_id.casefold()) or zigbee.called(reading_of(entity.object_id))


def event(entity: Entity) -> Trait | None:
    """What a binary sensor tells; None for what CLOVA has no place for."""
    if entity.is_zigbee:
        known = [one for one in _called_so(entity) if one.sort is Sort.SWITCH]
        trait = next(iter((*known, *zigbee_alarms.flagged(entity.object_id.casefold()))), None)
    else:
        trait = _EVENTS.get(entity.device_class or _named(entity, _BINARY_NAMED))
    return None if entity.category and trait not in _TAKEN_THOUGH_DIAGNOSTIC else trait


def _named(entity: Entity, table: tuple[tuple[str, str], ...]) -> str:
    called = _called(entity)
    return next((kind for words, kind in table if re.fullmatch(words, called)), "")


def sensor(entity: Entity, sketch: Sketch) -> None:
    """A number in the trait's unit."""
    found = measure(entity)
    if found is None:
        return
    feeds = entity.feed(Slot(found.trait), "state_topic", "value_template", found.codec)
    sketch.add(found.trait, feeds=feeds, stale_after=_seconds(entity, "expire_after"))


def binary_sensor(entity: Entity, sketch: Sketch) -> None:
    """One of two words. Where it says only the one, it lapses after `off_delay`."""
    trait = event(entity)
    if trait is None:
        return
    on, off = entity.word("payload_on", "ON"), entity.word("payload_off", "OFF")
    if on == off:
        entity.note("on and off are the same word")
        return
    if entity.is_zigbee and trait is traits.CONTACT and not entity.device_class:
        on, off = off, on  # its parts touch where it is on; only a class turns that round
    yes, no = zigbee_alarms.complaint(_called(entity)) if trait is traits.ALERT else (True, False)
    slot = slot_of(entity, trait)
    feeds = meant_so(entity, entity.feed(slot, "state_topic", "value_template", Words({on: yes, off: no}, {})))
    stale, lapses = _seconds(entity, "expire_after"), _seconds(entity, "off_delay")
    sketch.add(trait, part=slot.part, feeds=feeds, stale_after=stale, lapses_after=lapses)


def rank(entity: Entity) -> tuple[bool, int, str]:
    """Which of several readings of one trait counts, the least first: a sum, then the shortest name."""
    return (_SUM.search(_called(entity)) is None, len(entity.object_id), entity.object_id)


def _seconds(entity: Entity, key: str) -> float | None:
    seconds = entity.number(key, math.nan)
    return seconds if seconds > 0 else None


def _unit(entity: Entity) -> str:
    unit = entity.word("unit_of_measurement").strip().replace("\u03bc", "\u00b5")
    return unit if unit == "MW" else unit.lower()


def _called(entity: Entity) -> str:
    """Its name, or else its id, in plain words."""
    return _APART.sub(" ", (entity.name or entity.object_id).casefold()).strip()
