"""From what an expose says of its values to codecs and limits."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.dialects.zigbee2mqtt.exposes import Expose, Scalar
from gateway.dialects.zigbee2mqtt.modes import AIR_MODES, PRESETS
from gateway.home.device import Limits
from gateway.home.traits import FAN_SPEED, Trait
from gateway.home.values import Color, Value
from gateway.wire.binding import When
from gateway.wire.codecs import CELSIUS, FAHRENHEIT, Codec, Fault, Linear, Moving, Number, Word, Words, spell
from gateway.wire.colors import Colors
from gateway.wire.paths import Missing, read


def folded(word: Scalar) -> str:
    """The word as it is looked up in our tables."""
    return spell(word).casefold()


def switched(expose: Expose, on: Value = True, off: Value = False) -> Words | None:
    """The two words of a binary; None where it has not two."""
    if expose.sort != "binary" or expose.on is None or expose.off is None or folded(expose.on) == folded(expose.off):
        return None
    return Words({spell(expose.on): on, spell(expose.off): off}, {on: expose.on, off: expose.off})


def chosen(expose: Expose | None, meanings: Mapping[str, Value], extra: Mapping[str, Any] | None = None) -> Words:
    """The words of an enum that have a meaning; its own name, or else the first word for each, is what is written."""
    reads: dict[str, Any] = dict(extra or {})
    writes: dict[Value, Word] = {}
    for word in expose.values if expose is not None else ():
        meaning = meanings.get(folded(word))
        if meaning is not None:
            reads[spell(word)] = meaning
            if meaning not in writes or folded(word) == meaning:
                writes[meaning] = word
    return Words(reads, writes)


@dataclass(frozen=True, slots=True)
class HueSaturation:
    """A colour as Zigbee2MQTT publishes it, {"hue": 0, "saturation": 0}, beside x and y."""

    def decode(self, word: Any) -> Value:
        """The colour."""
        return Colors("hs").decode(word)

    def encode(self, value: Value) -> Word:
        """The object; ValueError for what is no colour."""
        if not isinstance(value, Color):
            raise ValueError("not a colour")
        return {"hue": round(value.hue), "saturation": round(value.saturation)}


@dataclass(frozen=True, slots=True)
class Spread:
    """One value that is written to several keys at once, for instance to both setpoints of an air conditioner."""

    keys: tuple[str, ...]
    codec: Number

    def decode(self, word: Any) -> Value:
        """What stands at any one of them."""
        return self.codec.decode(word)

    def encode(self, value: Value) -> Word:
        """The object with all the keys."""
        return dict.fromkeys(self.keys, self.codec.encode(value))


@dataclass(frozen=True, slots=True)
class Says:
    """What some words mean, in lower case. Any other is about something else, unless there is an `otherwise`."""

    meanings: Mapping[str, Value]
    otherwise: Value | None = None

    def decode(self, word: Any) -> Value:
        """What it means; Missing for nothing, and for a word that is about something else."""
        known = spell(word).casefold() if isinstance(word, str | bool | int | float) else ""
        found = self.meanings.get(known, self.otherwise if known else None)
        if found is None:
            raise Missing
        return found

    def encode(self, value: Value) -> Word:
        """ValueError: it is only read."""
        raise ValueError(f"{value!r} is only read")


@dataclass(frozen=True, slots=True)
class Untested:
    """What stands at `key` of a state, unless the state says with one of `tests` that it is only a test."""

    key: str
    tests: tuple[tuple[str, str], ...]
    """Keys, each with the word for a test in lower case."""
    codec: Codec

    def decode(self, word: Any) -> Value | Moving | Fault:
        """What it means; Missing while it is being tested."""
        said = read(word, (self.key,))
        if any(_is_word(word.get(key), on) for key, on in self.tests):
            raise Missing
        return self.codec.decode(said)

    def encode(self, value: Value) -> Word:
        """ValueError: it is only read."""
        raise ValueError(f"{value!r} is only read")


def _is_word(said: Any, word: str) -> bool:
    return isinstance(said, str | bool | int | float) and folded(said) == word


def bounds(expose: Expose, low: float, high: float) -> tuple[float, float]:
    """The expose's least and greatest value, or these; in rising order, however they are given."""
    ends = (low if expose.low is None else expose.low, high if expose.high is None else expose.high)
    return (min(ends), max(ends)) if ends[0] != ends[1] else (low, high)


def temperature(expose: Expose) -> Number | None:
    """The codec of a temperature; None for what has another unit."""
    return {"": CELSIUS, "°c": CELSIUS, "c": CELSIUS, "°f": FAHRENHEIT, "f": FAHRENHEIT}.get(expose.unit.casefold())


_SPEEDS = {
    "low": 1.0,
    "minimum": 1.0,
    "min": 1.0,
    "slow": 1.0,
    "quiet": 1.0,
    "silent": 1.0,
    "low-med": 1.5,
    "low_medium": 1.5,
    "medium": 2.0,
    "med": 2.0,
    "mid": 2.0,
    "middle": 2.0,
    "normal": 2.0,
    "med-high": 2.5,
    "medium_high": 2.5,
    "high": 3.0,
    "maximum": 3.0,
    "max": 3.0,
    "fast": 3.0,
    "strong": 3.0,
    "turbo": 3.0,
}
"""CLOVA's speeds 1 to 3; of several words for one the first here is written."""


def _levels(values: Iterable[Scalar]) -> dict[str, float]:
    """What of the words are speeds; numbers are spread over the three."""
    words = [folded(word) for word in values]
    found = {word: level for word, level in _SPEEDS.items() if word in words}
    if found:
        return found
    numbers = {int(word): word for word in words if word.isascii() and word.isdecimal() and len(word) <= 3}
    rising = [numbers[number] for number in sorted(numbers) if number > 0]
    return {word: 1 + 2 * place / max(1, len(rising) - 1) for place, word in enumerate(rising)}


MAX_COUNTED = 10
"""A scale of so many speeds is a list of them."""


@dataclass(frozen=True, slots=True)
class Speeds:
    """Fan speeds as three levels; `words` are those of the expose that are one."""

    codec: Codec
    limits: Limits
    words: frozenset[str] = frozenset()


def speeds(expose: Expose | None) -> Speeds | None:
    """Fan speeds, from words or from a scale; None where there are not two of them."""
    if expose is None or not expose.settable:
        return None
    if expose.sort == "numeric":
        low, high = bounds(expose, 1, 100)
        low = max(low, 1.0)  # 0 is off, or automatic
        if high - low > MAX_COUNTED:
            return Speeds(Linear(low, high, 1, 3), Limits(1, 3, 1))
        values: tuple[Scalar, ...] = tuple(range(math.ceil(low), math.floor(high) + 1))
    else:
        values = expose.values
    levels = _levels(values)
    spelt = {folded(word): word for word in reversed(values)}
    written = {level: _nearest(levels, level) for level in (1.0, 2.0, 3.0) if _is_met(levels, level)}
    if not {1.0, 3.0} <= written.keys():
        return None
    reads = levels | {word: level for level, word in written.items()}
    writes = {level: spelt[word] for level, word in written.items()}
    codec = Words({spell(spelt[word]): level for word, level in reads.items()}, writes)
    return Speeds(codec, Limits(1, 3, FAN_SPEED.step if 2.0 in writes else 2), frozenset(levels))


def _nearest(levels: Mapping[str, float], wanted: float) -> str:
    return min(levels, key=lambda word: abs(levels[word] - wanted))


def _is_met(levels: Mapping[str, float], wanted: float) -> bool:
    return any(abs(level - wanted) < 0.5 for level in levels.values())


def only(expose: Expose, words: frozenset[str]) -> tuple[When, ...]:
    """When a key speaks of a slot that has only these of its words: auto and off say nothing of the speed."""
    if not words or (expose.values and words.issuperset(map(folded, expose.values))):
        return ()
    return (When((expose.key,), words),)


def air_mode(word: Scalar) -> str:
    """CLOVA's name for a way to heat or cool, or the device's own in lower case."""
    return AIR_MODES.get(folded(word), folded(word))


def preset_name(word: Scalar) -> str:
    """CLOVA's name for a preset, or the device's own in lower case."""
    return PRESETS.get(folded(word), folded(word))


def unit_factor(expose: Expose, trait: Trait) -> float | None:
    """What brings the expose's unit to the trait's; None for another sort of unit."""
    factors = _FACTORS.get(trait.unit, {})
    return factors.get(expose.unit, factors.get(expose.unit.casefold()))


_FACTORS: dict[str, dict[str, float]] = {
    "watt": {"": 1, "w": 1, "kw": 1000, "mW": 0.001},
    "kilowatt_hour": {"": 1, "kwh": 1, "wh": 0.001, "mWh": 1e-6, "MWh": 1000},
    "litre": {"l": 1, "m³": 1000, "m3": 1000, "gal": 3.785411784, "ft³": 28.316846592, "ft3": 28.316846592},
    "ppm": {"": 1, "ppm": 1},
    "microgram": {"": 1, "µg/m³": 1, "μg/m³": 1, "ug/m³": 1, "ug/m3": 1, "µg/m3": 1, "mg/m³": 1000},
    "percent": {"": 1, "%": 1},
    "kilogram": {"kg": 1, "lb": 0.45359237, "lbs": 0.45359237, "st": 6.35029318},
}
"""In lower case, but for those that only their case tells apart."""
