"""What a device measures and reports: a row for each name that an expose can have."""

import re
from collections.abc import Mapping, Sequence

from gateway.dialects.sketch import Sketch
from gateway.dialects.zigbee2mqtt.alarms import meant_so, tests
from gateway.dialects.zigbee2mqtt.codings import folded, switched, temperature, unit_factor
from gateway.dialects.zigbee2mqtt.exposes import Expose
from gateway.dialects.zigbee2mqtt.spot import Spot, draw
from gateway.home import traits
from gateway.home.traits import Sort, Trait
from gateway.wire.codecs import Codec, Number, Words, spell

_ROWS: tuple[tuple[Trait, str], ...] = (
    (traits.SMOKE, "smoke smoke_detected fire"),
    (traits.GAS, "gas gas_detected gas_leak"),
    (traits.CARBON_MONOXIDE, "carbon_monoxide co_detected"),
    (traits.LEAK, "water_leak leak leakage water_leakage water_leak_detected water_detected water"),
    (traits.HEAT, "heat heat_detected high_temperature"),
    (traits.TAMPER, "tamper tampered"),
    (traits.VIBRATION, "vibration shock"),
    (traits.MOTION, "occupancy presence motion pir motion_detected human_presence"),
    (traits.MOTION, "presence_state motion_state human_motion_state occupancy_or pir_detection presence_detected"),
    (traits.CONTACT, "contact garage_door_contact"),
    (traits.BATTERY, "battery"),
    (traits.CURRENT_TEMPERATURE, "temperature local_temperature current_temperature room_temperature air_temperature"),
    (traits.CURRENT_TEMPERATURE, "air_temp display_temperature temperature_sensor probe_temperature"),
    (traits.CURRENT_TEMPERATURE, "external_temperature temperature_probe indoor_temperature"),
    (traits.HUMIDITY, "humidity relative_humidity air_humidity room_humidity"),
    (traits.FINE_DUST, "pm10"),
    (traits.ULTRAFINE_DUST, "pm25 pm2_5"),
    (traits.AIR_QUALITY, "air_quality air_quality_level"),
    (traits.CARBON_DIOXIDE, "co2 carbon_dioxide eco2"),
    (traits.POWER_USE, "power total_power power_total power_ab active_power total_active_power"),
    (traits.ENERGY, "energy energy_consumed energy_consumption total_energy energy_total energy_wh consumed_energy"),
    (traits.METERED_VOLUME, "water_consumed gas_consumed gas water_total total_water gas_total total_gas volume"),
    (traits.METERED_VOLUME, "water_consumption gas_consumption water_volume gas_volume total_volume flow_volume"),
    (traits.WEIGHT, "weight body_weight"),
)
"""By trait the names of its exposes, the best first; what is not here (a soil, a chip) is nothing CLOVA asks for."""

_NAMED = [(trait, name) for trait, names in _ROWS for name in names.split()]
_PLACES = {row: place for place, row in enumerate(_NAMED)}
_BY_NAME = {name: [trait for trait, other in _NAMED if other == name] for _, name in _NAMED}

_ONE_OF = re.compile(r"_(?:l|ch)?\d{1,2}$")
"""What stands behind the name of one of several: temperature_2, and with `_alarm` before it smoke_alarm_1."""
_SUMMED = frozenset({traits.POWER_USE, traits.ENERGY, traits.METERED_VOLUME})
"""Of which one of several phases or channels is not the whole."""
SENSED = frozenset({traits.SMOKE, traits.GAS, traits.CARBON_MONOXIDE, traits.LEAK, traits.MOTION, traits.CONTACT})
ROOM = frozenset({traits.HUMIDITY, traits.CARBON_DIOXIDE, traits.ULTRAFINE_DUST, traits.FINE_DUST})
"""What only a thing measures that is made to measure a room."""

_GRADES = {
    "excellent": "good",
    "very_good": "good",
    "good": "good",
    "moderate": "normal",
    "normal": "normal",
    "fair": "normal",
    "fine": "normal",
    "medium": "normal",
    "poor": "bad",
    "bad": "bad",
    "unhealthy": "verybad",
    "very_poor": "verybad",
    "very_bad": "verybad",
    "hazardous": "verybad",
    "severe": "verybad",
}
_NOBODY = frozenset(
    {"none", "absent", "absence", "no_presence", "unoccupied", "no_motion", "no_one", "nobody", "clear"}
)


def readings(exposes: Sequence[Expose], spot: Spot) -> list[Sketch]:
    """A sketch of readings for each endpoint, the whole device first. A detector in a test says nothing."""
    meant = [(_PLACES[trait, name], trait, expose) for expose in exposes for trait, name in _meant(expose)]
    sketches: dict[str, Sketch] = {}
    tested = tests(exposes)
    for _, trait, expose in sorted(meant, key=lambda row: row[0]):
        sketch = sketches.setdefault(expose.endpoint, Sketch(part=expose.endpoint))
        codec = _codec(trait, expose)
        meant_codec = meant_so(trait, codec, expose.key, tested) if codec is not None else None
        draw(sketch, spot, trait, expose, meant_codec)
    return sorted((one for one in sketches.values() if one.features), key=lambda one: one.part != "")


def _meant(expose: Expose) -> list[tuple[Trait, str]]:
    """The traits that it may be, by its own name, or that of what it is one of if it cannot be set."""
    if not expose.published or expose.sort in ("composite", "list", "text"):
        return []
    own = expose.name.casefold()
    known = own if expose.settable else stem_of(own)
    return [(trait, known) for trait in _BY_NAME.get(known, ()) if known == own or trait not in _SUMMED]


def stem_of(name: str) -> str:
    """The name itself, or that of what it is one of, whichever has a row here; empty where none has."""
    stem = _ONE_OF.sub("", name)
    return next((one for one in (name, stem, stem.removesuffix("_alarm")) if one in _BY_NAME), "")


def called(name: str) -> list[Trait]:
    """The traits of readings that are called so."""
    return _BY_NAME.get(stem_of(name), [])


def _codec(trait: Trait, expose: Expose) -> Codec | None:
    """How it is written; None where the expose is of another sort than the trait."""
    match trait.sort:
        case Sort.SWITCH if trait is traits.CONTACT:
            return _contact(expose)
        case Sort.SWITCH if expose.sort == "enum" and trait is traits.MOTION:
            return _presence(expose)
        case Sort.SWITCH:
            return switched(expose)
        case Sort.WORD:
            return _graded(expose)
        case _ if expose.sort != "numeric":
            return None
        case _ if trait is traits.CURRENT_TEMPERATURE:
            return temperature(expose)
    factor = unit_factor(expose, trait)
    return Number(factor) if factor is not None else None


def _contact(expose: Expose) -> Codec | None:
    """True is open. Zigbee2MQTT's `contact` is true while the two parts touch, whatever value_on is."""
    if expose.sort != "binary":
        return None
    if {folded(word) for word in (expose.on, expose.off) if word is not None} == {"true", "false"}:
        return Words({"true": False, "false": True}, {})
    return switched(expose)


def _presence(expose: Expose) -> Codec | None:
    words: Mapping[str, bool] = {spell(word): folded(word) not in _NOBODY for word in expose.values}
    return Words(words, {}) if set(words.values()) == {True, False} else None


def _graded(expose: Expose) -> Codec | None:
    if expose.sort != "enum":
        return None
    grades = {spell(word): _GRADES[key] for word in expose.values if (key := folded(word).replace(" ", "_")) in _GRADES}
    return Words(grades, {}) if len(set(grades.values())) > 1 else None
