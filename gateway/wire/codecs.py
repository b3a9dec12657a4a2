"""Between what stands on the wire and a value in the trait's unit. Nothing above this file sees 254, mireds or "ON".

`decode` gives a Value, Moving or Fault, or raises ValueError; `encode` gives what is to be written.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.home.values import LOCKED, UNLOCKED, Value

Word = str | bool | int | float | dict[str, Any]
"""What can stand on the wire: a JSON scalar, or an object for colours."""


@dataclass(frozen=True, slots=True)
class Moving:
    """On its way (LOCKING, opening); `towards` is where it is going, if it says so."""

    towards: Value | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """The device says that it failed (JAMMED)."""

    word: str


class Codec(Protocol):
    """How one slot is written on the wire."""

    def decode(self, word: Any) -> Value | Moving | Fault:
        """What the word means; ValueError if it means nothing to us, paths.Missing if it is about something else."""
        ...

    def encode(self, value: Value) -> Word:
        """The word for a value."""
        ...


def spell(word: Any) -> str:
    """One spelling for a scalar, so that 1, 1.0 and "1" are the same word, and true and "true"."""
    if isinstance(word, bool):
        return "true" if word else "false"
    if isinstance(word, float) and word.is_integer():
        return str(int(word))
    if isinstance(word, str | int | float):
        return str(word).strip()
    raise ValueError("not a word")


def number(word: Any, unit: str = "") -> float:
    """A finite number, also from text such as "21,5", " 40 %" or one with `unit`; ValueError otherwise.

    A number with another unit is none: 72 °F are not 72 degrees, and 1.2 kW not 1.2 watts.
    """
    if isinstance(word, bool):
        raise ValueError("a switch is no number")
    if isinstance(word, str):
        found = _NUMBER.fullmatch(word)
        if found is None:
            raise ValueError("not a number")
        if found[2].casefold() not in (("", "°", unit, unit.strip("°")) if unit else _UNITS):
            raise ValueError("a number with another unit")
        word = found[1].replace(",", ".")
    try:
        value = float(word)
    except (TypeError, OverflowError):
        raise ValueError("not a number") from None
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


_NUMBER = re.compile(r"\s{0,9}([+-]?\d{1,15}(?:[.,]\d{1,20})?(?:[eE][+-]?\d{1,2})?)\s{0,9}([^\s\d]{0,5}\d?)\s{0,9}")
_UNITS = ("", "%", "°", "°c", "c", "k", "w", "kwh", "l", "kg", "lx", "ppm", "µg", "μg", "ug", "µg/m³", "μg/m³", "ug/m3")
"""Those of the traits themselves, and signs that change nothing."""


class Words:
    """Words for values: ON and OFF, LOCK and UNLOCK, the names of modes.

    `reads` maps a spelling to what it means, `writes` a value to its word. Case counts only where it must: a word that
    is not found as written is looked for in any case.
    """

    __slots__ = ("_folded", "_reads", "_writes")

    def __init__(self, reads: Mapping[str, Value | Moving | Fault], writes: Mapping[Any, Word]) -> None:
        self._reads = dict(reads)
        self._folded = {word.casefold(): meaning for word, meaning in reads.items()}
        self._writes: dict[Value, Word] = dict(writes)

    @property
    def only(self) -> Value | None:
        """The one value that there is a word for, where there is one."""
        return next(iter(self._writes)) if len(self._writes) == 1 else None

    def decode(self, word: Any) -> Value | Moving | Fault:
        """Look the word up."""
        spelt = spell(word)
        found = self._reads.get(spelt)
        if found is None:
            found = self._folded.get(spelt.casefold())
        if found is None:
            raise ValueError("an unknown word")
        return found

    def encode(self, value: Value) -> Word:
        """The word for the value; ValueError if it has none."""
        try:
            return self._writes[value]
        except KeyError:
            raise ValueError(f"no word for {value!r}") from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and (self._reads, self._writes) == (other._reads, other._writes)

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up


@dataclass(frozen=True, slots=True)
class Spoken:
    """A name that is passed on as it was spoken."""

    def decode(self, word: Any) -> Value:
        """The name as it is."""
        return spell(word)

    def encode(self, value: Value) -> Word:
        """The name as it is; ValueError for what is no name."""
        if not isinstance(value, str):
            raise ValueError("not a name")
        return value


SLACK = 0.05
"""The share of a scale that a reading may lie outside of it."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A number on another scale: `wire_low`..`wire_high` is `low`..`high`; wire_low above wire_high inverts.

    Whole numbers are written where `whole` says so. Readings a little outside the scale are brought to its end.
    """

    wire_low: float
    wire_high: float
    low: float
    high: float
    whole: bool = True

    def decode(self, word: Any) -> Value:
        """The value in the trait's unit."""
        share = (number(word) - self.wire_low) / (self.wire_high - self.wire_low)
        if not -SLACK <= share <= 1 + SLACK:
            raise ValueError("a number off the scale")
        return self.low + min(1.0, max(0.0, share)) * (self.high - self.low)

    def encode(self, value: Value) -> Word:
        """The number on the wire's scale."""
        share = (number(value) - self.low) / (self.high - self.low)
        wire = self.wire_low + share * (self.wire_high - self.wire_low)
        return round(wire) if self.whole else round(wire, 4)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a unit of its own: decoded by multiplying with `factor` and adding `offset`."""

    factor: float = 1.0
    offset: float = 0.0
    digits: int = 4
    unit: str = ""
    """As it may stand behind the number."""

    def decode(self, word: Any) -> Value:
        """The value in the trait's unit."""
        return round(number(number(word, self.unit) * self.factor + self.offset), 6)

    def encode(self, value: Value) -> Word:
        """The number in the wire's unit."""
        wire = round((number(value) - self.offset) / self.factor, self.digits)
        return int(wire) if wire.is_integer() else wire


CELSIUS = Number()
FAHRENHEIT = Number(factor=5 / 9, offset=-160 / 9, digits=0, unit="°f")
KELVIN = Number(digits=0)


@dataclass(frozen=True, slots=True)
class Mireds:
    """Colour temperature in mireds (a million divided by kelvin)."""

    def decode(self, word: Any) -> Value:
        """Kelvin from mireds."""
        mireds = number(word)
        if mireds <= 0:
            raise ValueError("mireds are above zero")
        return round(number(1_000_000 / mireds), 1)

    def encode(self, value: Value) -> Word:
        """Mireds from kelvin, whole."""
        return round(1_000_000 / number(value))


@dataclass(frozen=True, slots=True)
class Running:
    """On and off of something that has modes, one of which is off: on is the last of the others that was heard.

    `modes` are those it can be switched on with, the first where none was heard yet.
    """

    modes: tuple[str, ...]
    off: tuple[str, ...] = ("off",)
    _last: list[str] = field(default_factory=list, compare=False, repr=False)

    def decode(self, word: Any) -> Value:
        """Whether it runs; ValueError for no word at all."""
        spelt = spell(word)
        if spelt.casefold() in self.off:
            return False
        found = next((mode for mode in self.modes if mode.casefold() == spelt.casefold()), "")
        if found:
            self._last[:] = [found]
        elif not spelt or spelt.casefold() in ("none", "unknown"):
            raise ValueError("an unknown word")
        return True

    def encode(self, value: Value) -> Word:
        """The word that switches it on or off."""
        return (self._last or list(self.modes))[0] if value else self.off[0]


@dataclass(frozen=True, slots=True)
class Opens:
    """What is open while something is switched on: a valve at a relay, in the relay's coding."""

    codec: Codec

    def decode(self, word: Any) -> Value | Moving | Fault:
        """Unlocked while it is on."""
        meaning = self.codec.decode(word)
        if isinstance(meaning, Moving | Fault):
            return meaning
        return UNLOCKED if meaning is True else LOCKED

    def encode(self, value: Value) -> Word:
        """On for unlocked."""
        return self.codec.encode(value == UNLOCKED)


@dataclass(frozen=True, slots=True)
class Towards:
    """What a device says it is going to be (Homie's $target), in the coding of `codec`."""

    codec: Codec

    def decode(self, word: Any) -> Value | Moving | Fault:
        """On its way to the value."""
        meaning = self.codec.decode(word)
        return meaning if isinstance(meaning, Moving | Fault) else Moving(meaning)

    def encode(self, value: Value) -> Word:
        """As the codec does."""
        return self.codec.encode(value)


@dataclass(frozen=True, slots=True)
class Replied:
    """A JSON-RPC answer: the number of a command that succeeded, or what went wrong."""

    def decode(self, word: Any) -> Value | Moving | Fault:
        """The id; Fault with an error's message."""
        if not isinstance(word, dict) or "id" not in word:
            raise ValueError("no answer to a command")
        error = word.get("error")
        if error is not None:
            return Fault(str(error.get("message", error.get("code", "")) if isinstance(error, dict) else error)[:80])
        return number(word["id"])

    def encode(self, value: Value) -> Word:  # noqa: ARG002  # the protocol has it
        """ValueError: there is nothing to write."""
        raise ValueError("an answer is only read")
