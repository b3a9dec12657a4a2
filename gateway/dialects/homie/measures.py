"""What a Homie node only tells: which trait each of its properties is, by its words, datatype and unit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.dialects.homie.codings import both_ways, is_true, labels, temperature
from gateway.dialects.homie.description import Node, Property
from gateway.home import traits
from gateway.home.traits import Trait
from gateway.wire.codecs import Codec, Number


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A trait, how a property of it is called, and its units with what each is in the trait's unit."""

    trait: Trait
    called: re.Pattern[str]
    units: tuple[tuple[str, float], ...] = ()
    """None where any unit will do."""


def _quantity(trait: Trait, called: str, **units: float) -> _Quantity:
    return _Quantity(trait, re.compile(called), tuple(units.items()))


_LITRES = {"l": 1.0, "litre": 1.0, "m3": 1000.0, "m³": 1000.0, "gal": 3.785412}
_QUANTITIES = (
    _Quantity(traits.CURRENT_TEMPERATURE, re.compile(r"temp(?:erature)?\b")),
    _quantity(traits.HUMIDITY, r"humidity"),
    _quantity(traits.CARBON_DIOXIDE, r"\bco ?2\b|carbon ?dioxide|\beco ?2\b"),
    _quantity(traits.ULTRAFINE_DUST, r"\bpm ?2 ?5\b"),
    _quantity(traits.FINE_DUST, r"\bpm ?10\b"),
    _quantity(traits.BATTERY, r"batt(?:ery)?\b"),
    _quantity(traits.POWER_USE, r"power|consum|load|watt", w=1.0, kw=1000.0, mw=0.001),
    _quantity(traits.ENERGY, r"energy|consum|total|import|power", kwh=1.0, wh=0.001, mwh=1000.0),
    _Quantity(traits.METERED_VOLUME, re.compile(r"water|gas|volume|total|consum|meter"), tuple(_LITRES.items())),
)
_NEEDS_UNIT = frozenset({traits.POWER_USE, traits.ENERGY, traits.METERED_VOLUME})
_NOT_MEASURED = re.compile(
    r"set ?point|target|desired|limit|offset|calibrat|min\b|max\b|voltage|volts|threshold|interval"
)
_NOT_OF_A_ROOM = re.compile(r"\b(?:cpu|chip|soc|device|board|core|internal)\b")

_SIGNS: tuple[tuple[Trait, re.Pattern[str]], ...] = (
    (traits.MOTION, re.compile(r"motion|occupan|presence|\bpir\b")),
    (traits.SMOKE, re.compile(r"smoke|\bfire\b")),
    (traits.CARBON_MONOXIDE, re.compile(r"carbon ?monoxide|\bco\b")),
    (traits.GAS, re.compile(r"\bgas\b")),
    (traits.LEAK, re.compile(r"leak|flood|moisture|\bwater\b")),
    (traits.TAMPER, re.compile(r"tamper")),
    (traits.VIBRATION, re.compile(r"vibrat")),
    (traits.HEAT, re.compile(r"heat ?alarm|overheat")),
    (traits.CONTACT, re.compile(r"contact|\b(?:door|window|open(?:ed)?|closed?)\b")),
)
_NO_SIGN = re.compile(r"\blow\b|enabled?|fault|error|charging|lock|mode|valve")
OPEN, CLOSED = re.compile(r"open"), re.compile(r"clos|shut")
_YES, _NO = (
    re.compile(r"^(?:yes|true|on|detected|alarm|wet|present|occupied|motion|active)$"),
    re.compile(r"^no\b|clear|dry|absent|inactive|safe"),
)


def measured(node: Node, given: Property) -> tuple[Trait, Codec] | None:
    """The trait that a property tells, and how; None where it is none of ours."""
    if given.is_number:
        return next(_numbers(node, given), None)
    if given.datatype == "boolean":
        return _sign(node, given)
    return None


def _numbers(node: Node, given: Property) -> Iterator[tuple[Trait, Codec]]:
    """By its own name, or by that of its node where it is only called level or value."""
    words = given.words
    if _NOT_MEASURED.search(words) or _NOT_OF_A_ROOM.search(words):
        return
    if re.fullmatch(r"(?:level|value|state|percent(?:age)?|current)(?: \w+)?", words):
        words = f"{words} {node.words}"
    unit = given.unit.casefold()
    for row in _QUANTITIES:
        factor = dict(row.units).get(unit)
        if not row.called.search(words) or (row.trait in _NEEDS_UNIT and factor is None):
            continue
        if row.trait is traits.BATTERY and unit not in ("", "%"):
            continue
        yield row.trait, temperature(given) if row.trait is traits.CURRENT_TEMPERATURE else Number(factor or 1.0)


def _sign(node: Node, given: Property) -> tuple[Trait, Codec] | None:
    words = given.words
    if _NO_SIGN.search(words):
        return None
    found = next((trait for trait, called in _SIGNS if called.search(words)), None)
    if found is None and re.fullmatch(r"(?:state|status|value|alarm|detected|active)(?: \w+)?", words):
        found = next((trait for trait, called in _SIGNS if called.search(node.words)), None)
    if found is None:
        return None
    if found is traits.CONTACT:
        is_positive = is_true(given, OPEN, CLOSED)
    else:
        named = labels(given)
        is_positive = named is None or not (_NO.search(named[1]) or _YES.search(named[0]))
    return found, both_ways(is_positive, not is_positive)
