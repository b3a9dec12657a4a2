"""What a Homie node only tells: which trait each of its properties is, by its words, datatype and unit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.dialects.homie.codings import both_ways, is_true, labels, temperature
from gateway.dialects.homie.description import Node, Property, spoken
from gateway.home import traits
from gateway.home.traits import Sort, Trait
from gateway.wire.codecs import Codec, Number, Words


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

LAPSES_SECONDS = 60.0


def _signs(*rows: tuple[Trait, str]) -> tuple[tuple[Trait, re.Pattern[str]], ...]:
    return tuple((trait, re.compile(called)) for trait, called in rows)


_CALLS = _signs(
    (traits.PANIC, r"\bpanic\b|\bsos\b|\bemergency (?:button|call|alarm)\b"),
    (traits.JAMMED, r"\bjam(?:med)?\b"),
    (traits.FORCED, r"\bforced\b|\bbreak ?in\b"),
    (traits.TRIGGERED, r"\bburglar|\bintru(?:der|sion)|\balarm triggered\b"),
    (traits.BATTERY_LOW, r"\blow ?batt|\bbatt(?:ery)? (?:is )?(?:low|empty|critical)\b"),
)
_SIGNS = _signs(
    (traits.MOTION, r"motion|occupan|presence|\bpir\b"),
    (traits.SMOKE, r"smoke|\bfire\b(?! ?(?:place|door|exit))"),
    (traits.CARBON_MONOXIDE, r"carbon ?monoxide|\bco\b"),
    (traits.GAS, r"\bgas\b(?! (?:boiler|heat|burner|valve|meter|flow|supply|stove|hob|pressure))"),
    (traits.LEAK, r"leak|\bflood(?:ed|ing)?\b(?! ?light)|moisture"),
    (traits.LEAK, r"(?<!hot )\bwater\b(?! (?:heat|boiler|pump|valve|flow|level|tank|temp|supply|meter|pressure|soft))"),
    (traits.TAMPER, r"tamper"),
    (traits.VIBRATION, r"vibrat"),
    (traits.HEAT, r"heat ?alarm|overheat"),
    (traits.CONTACT, r"contact|\b(?:door|window|open(?:ed)?|closed?)\b"),
)
_ABOUT = r"\btest|mute|silenc|\bhush|\b(?:dis)?arm(?:ed)?\b|\breset|enabled?|support|threshold|sensitiv|timeout|\bcount"
"""What is about an alarm, and is none."""
_NO_CALL = re.compile(_ABOUT)
_NO_SIGN = re.compile(rf"\blow\b|fault|error|charging|lock|mode|valve|{_ABOUT}")
_BARE = re.compile(r"(?:state|status|value|alarm|detected|active)(?: \w+)?")
"""Called so, it is what its node is called."""
_SIREN, _GUARD = re.compile(r"\bsiren\b"), re.compile(r"\b(?:alarm|security|siren)\b(?! ?clock)")
_TRIGGERED, _LOW = re.compile(r"triggered(?: \w+)?"), re.compile(r"(?:is )?low(?: \w+)?")
_SOUNDING = re.compile(r"(?:state|alarm|active|sounding)(?: \w+)?")
OPEN, CLOSED = re.compile(r"open"), re.compile(r"clos|shut")
_YES, _NO = (
    re.compile(r"^(?:yes|true|on|detected|alarm|wet|present|occupied|motion|active)$"),
    re.compile(r"^no\b|clear|dry|absent|inactive|safe"),
)
_RAISED, _CALM = (
    frozenset(words.split())
    for words in (
        "alarm alarmed alarming detected triggered wet leak leaking flooded smoke fire gas mild heavy",
        "clear cleared normal ok none idle dry safe no off inactive test testing self-test self_test",
    )
)
"""The words of an enum; a test is no alarm."""
_TOLD_IN_WORDS = frozenset(
    {traits.SMOKE, traits.GAS, traits.CARBON_MONOXIDE, traits.HEAT, traits.LEAK, traits.TAMPER, traits.TRIGGERED}
)
_UNLOCKED_BY = re.compile(
    r"\b(?:un ?lock(?:ed|ing)?|opened) (?:by|method|source|type|way)\b|\blast (?:un ?lock|opening)\b"
)
_WAYS = tuple(
    (way, re.compile(called))
    for way, called in (
        ("fingerprint", r"finger"),
        ("card", r"card|rfid|nfc|\btag\b"),
        ("keypad", r"keypad|\bpin\b|\bcode\b|passw|passcode"),
        ("key", r"\bkey\b"),
        ("hand", r"manual|hand|thumb|knob|inside|button"),
        ("remote", r"\bapp\b|remote|bluetooth|\bble\b|cloud|mqtt|zigbee|z ?wave|rpc"),
        ("schedule", r"schedule|timer|\bauto"),
        ("other", r"other"),
    )
)


Told = tuple[Trait, Codec, tuple[str, ...]]
"""A trait, how it is written, and the words with which alone it is told; any, where there are none."""


def measured(node: Node, given: Property) -> Told | None:
    """What a property tells, and how; None where it is nothing of ours."""
    if given.is_number:
        return next(((trait, codec, ()) for trait, codec in _numbers(node, given)), None)
    if given.datatype == "boolean":
        return _sign(node, given)
    return _opened(given) or _graded(node, given) if given.choices else None


def lapses(trait: Trait, given: Property) -> float | None:
    """Seconds after which a moment is over: what is not retained may never be said to be."""
    return LAPSES_SECONDS if trait.sort is Sort.SWITCH and trait is not traits.CONTACT and not given.retained else None


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


def _sign(node: Node, given: Property) -> Told | None:
    found = _meant(node, given)
    if found is None:
        return None
    if found is traits.CONTACT:
        is_positive = is_true(given, OPEN, CLOSED)
    else:
        named = labels(given)
        is_positive = named is None or not (_NO.search(named[1]) or _YES.search(named[0]))
    return found, both_ways(is_positive, not is_positive), ()


def _meant(node: Node, given: Property) -> Trait | None:
    """What a sign is of: by its own name, or by that of its node."""
    words = given.words
    if _NO_CALL.search(words):
        return None
    called = next((trait for trait, means in _CALLS if means.search(words)), None) or _called_by_node(node, words)
    if called is not None or _NO_SIGN.search(words):
        return called
    found = next((trait for trait, means in _SIGNS if means.search(words)), None)
    if found is None and _BARE.fullmatch(words):
        found = next((trait for trait, means in (*_CALLS, *_SIGNS) if means.search(node.words)), None)
    return found


def _called_by_node(node: Node, words: str) -> Trait | None:
    """What only its node tells: that it is the battery that is low, and the siren that is on."""
    if _LOW.fullmatch(words) and re.search(r"\bbatt(?:ery)?\b", node.words):
        return traits.BATTERY_LOW
    is_triggered = _TRIGGERED.fullmatch(words) and _GUARD.search(node.words)
    return traits.TRIGGERED if is_triggered or (_SOUNDING.fullmatch(words) and _SIREN.search(node.words)) else None


def _graded(node: Node, given: Property) -> Told | None:
    """An alarm in words, of which some are known to raise it and some to be none."""
    found = _meant(node, given)
    raised = [one for one in given.choices if one.casefold() in _RAISED]
    calm = [one for one in given.choices if one.casefold() in _CALM]
    if found not in _TOLD_IN_WORDS or found is None or not raised or not calm:
        return None
    return found, Words(dict.fromkeys(raised, True) | dict.fromkeys(calm, False), {}), (*raised, *calm)


def _opened(given: Property) -> Told | None:
    """How a lock was opened, where it tells the ways that there are."""
    if not _UNLOCKED_BY.search(given.words):
        return None
    ways = {one: way for one in given.choices for way in [_way(one)] if way}
    return (traits.UNLOCKED_BY, Words(ways, {}), tuple(ways)) if ways else None


def _way(word: str) -> str:
    called = spoken(word)
    return next((way for way, means in _WAYS if means.search(called)), "")
