"""How the values of Homie properties are written, by their datatype, format and unit."""

import re
from dataclasses import dataclass, field
from typing import Any

from gateway.dialects.homie.description import Property, spoken
from gateway.home.device import Limits
from gateway.home.traits import Trait
from gateway.home.values import Value
from gateway.wire.codecs import CELSIUS, FAHRENHEIT, KELVIN, Codec, Linear, Mireds, Number, Word, Words, number, spell
from gateway.wire.colors import Colors

_RANGE = re.compile(r"(-?\d{1,15}(?:\.\d{1,9})?)?:(-?\d{1,15}(?:\.\d{1,9})?)?(?::(\d{1,15}(?:\.\d{1,9})?))?")
_FORMS = {"rgb": "rgb", "hsv": "hsv", "xyz": "xy"}
_ON, _OFF = (
    frozenset({"on", "true", "1", "enabled", "active"}),
    frozenset({"off", "false", "0", "disabled", "inactive"}),
)
_MIRED = re.compile(r"mired|MK", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Range:
    """What a number can be; the ends may be open."""

    low: float | None = None
    high: float | None = None
    step: float = 0.0


def range_of(given: Property) -> Range:
    """The `$format` of a number, `low:high` or `low:high:step`; open where it has none."""
    found = _RANGE.fullmatch(given.format)
    low, high, step = (None if part is None else float(part) for part in (found.groups() if found else (None,) * 3))
    if low is not None and high is not None and low >= high:
        return Range()
    return Range(low, high, step or 0.0)


def scale_of(given: Property) -> tuple[float, float]:
    """The two ends of something like a percentage."""
    found = range_of(given)
    low, high = 0.0 if found.low is None else found.low, 100.0 if found.high is None else found.high
    return (low, high) if low < high else (0.0, 100.0)


def percent(given: Property, *, inverted: bool = False) -> tuple[Linear, Limits]:
    """Something like a percentage, and what it can be set to."""
    low, high = scale_of(given)
    ends = (high, low) if inverted else (low, high)
    coarse = 1.0 if given.datatype == "integer" else 0.0
    step = max(1.0, 100 * max(range_of(given).step, coarse) / (high - low))
    return Linear(*ends, 0, 100, whole=given.datatype == "integer"), Limits(0, 100, step)


def temperature(given: Property) -> Codec:
    """Degrees, in the unit of the property."""
    match given.unit.strip("°º ").casefold():
        case "f" | "℉":
            return FAHRENHEIT
        case "k":
            return Number(offset=-273.15)
        case _:
            return CELSIUS


def target(given: Property, trait: Trait) -> tuple[Codec, Limits]:
    """A temperature to be reached; whole numbers are written where the property is one."""
    found, step = range_of(given), 1.0 if given.datatype == "integer" else 0.5
    codec = temperature(given)
    low, high = (end if end is None else float(codec.decode(end)) for end in (found.low, found.high))  # type: ignore[arg-type]  # numbers
    if codec is FAHRENHEIT:
        codec = Number(5 / 9, -160 / 9, 0 if given.datatype == "integer" else 1, "°f")
    elif found.step:
        step = found.step
    elif given.datatype == "integer":
        codec = Number(digits=0)
    return codec, Limits(trait.low if low is None else low, trait.high if high is None else high, step)


def white(given: Property, trait: Trait) -> tuple[Codec, Limits]:
    """A colour temperature: in kelvin, unless its unit or its range says mireds."""
    found = range_of(given)
    is_mired = bool(_MIRED.search(given.unit)) or (given.unit != "K" and (found.high or 9_999) <= 1_000)
    low, high = found.low or None, found.high or None
    if is_mired:
        low, high = (1e6 / high if high else None), (1e6 / low if low else None)
    limits = Limits(low or trait.low, high or trait.high)
    return (Mireds() if is_mired else KELVIN), limits


@dataclass(frozen=True, slots=True)
class Painted:
    """A colour: version 5 names the form before the numbers."""

    form: str
    is_v5: bool

    def decode(self, word: Any) -> Value:
        """The colour, in any of the forms."""
        form, comma, numbers = spell(word).partition(",")
        if form in _FORMS and comma:
            return Colors(_FORMS[form]).decode(numbers)
        return Colors(_FORMS[self.form]).decode(word)

    def encode(self, value: Value) -> Word:
        """The colour at full brightness."""
        numbers = str(Colors(_FORMS[self.form]).encode(value))
        return f"{self.form},{numbers}" if self.is_v5 else numbers


def painted(given: Property) -> Painted:
    """The first of the property's forms that we know."""
    forms = (one.strip() for one in given.format.casefold().split(","))
    return Painted(next((one for one in forms if one in _FORMS), "rgb"), given.is_v5)


@dataclass(frozen=True, slots=True)
class Level:
    """On and off of something that only has a level: on is the last that was heard, or the highest."""

    low: float
    high: float
    _last: list[float] = field(default_factory=list, compare=False, repr=False)

    def decode(self, word: Any) -> Value:
        """Whether it is above nothing."""
        level = number(word)
        if level > self.low:
            self._last[:] = [min(level, self.high)]
        return level > self.low

    def encode(self, value: Value) -> Word:
        """A level."""
        return (self._last or [self.high])[0] if value else self.low


@dataclass(frozen=True, slots=True)
class Third:
    """A speed up to `high` as levels 1 to 3; nothing at all is the lowest, and off elsewhere."""

    high: float
    whole: bool

    def decode(self, word: Any) -> Value:
        """The level."""
        return min(3.0, max(1.0, 3 * number(word) / self.high))

    def encode(self, value: Value) -> Word:
        """The speed in the middle of nowhere else: a third, two thirds, all."""
        speed = number(value) * self.high / 3
        return round(speed) if self.whole else round(speed, 4)


@dataclass(frozen=True, slots=True)
class Alerted:
    """The `$state` of a device of version 3 or 4: `alert` says that it needs somebody, and no more."""

    def decode(self, word: Any) -> Value:
        """`alert`; empty in any other state."""
        return "alert" if spell(word).casefold() == "alert" else ""

    def encode(self, value: Value) -> Word:
        """ValueError: there is nothing to write."""
        raise ValueError(f"{value!r} is only read")


def both_ways(when_true: Value, when_false: Value) -> Words:
    """A boolean; its payloads are always `true` and `false`."""
    return Words({"true": when_true, "false": when_false}, {when_true: "true", when_false: "false"})


def labels(given: Property) -> tuple[str, str] | None:
    """What false and true of a boolean are called (version 5)."""
    pair = given.format.split(",")
    return (spoken(pair[0]), spoken(pair[1])) if given.datatype == "boolean" and len(pair) == 2 else None


def is_true(given: Property, means: re.Pattern[str], opposite: re.Pattern[str]) -> bool:
    """Whether `true` of a boolean is what is meant, by its labels, or else by its name."""
    named = labels(given)
    if named is not None:
        if opposite.search(named[1]) or (means.search(named[0]) and not opposite.search(named[0])):
            return False
        if means.search(named[1]) or opposite.search(named[0]):
            return True
    return not opposite.search(given.words)


def on_off(given: Property) -> Words | None:
    """The two words of a switch; None where it is none."""
    if given.datatype == "boolean":
        named = labels(given)
        inverted = named is not None and named[0] in _ON and named[1] in _OFF
        return both_ways(not inverted, inverted)
    ons = [one for one in given.choices if one.casefold() in _ON]
    offs = [one for one in given.choices if one.casefold() in _OFF]
    if len(given.choices) == 2 and len(ons) == len(offs) == 1:
        return Words({ons[0]: True, offs[0]: False}, {True: ons[0], False: offs[0]})
    return None
