"""Codecs of what is only read: texts, lists, grades, durations, instants, conditions. codecs.py has the protocol."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from unicodedata import category

from gateway.home.traits import GRADES
from gateway.home.values import Value
from gateway.wire.codecs import Word, number, spell

MAX_TEXT = 200
"""Characters; more than anyone listens to."""
MAX_ROWS = 50
MAX_SECONDS = 1e10
"""Three centuries."""


class _ReadOnly:
    """A codec of something that cannot be set."""

    __slots__ = ()

    def encode(self, value: Value) -> Word:
        """ValueError: there is nothing to write."""
        raise ValueError(f"{value!r} is only read")


@dataclass(frozen=True, slots=True)
class Text(_ReadOnly):
    """Any text, or a number as one; `said` has other words for some of them."""

    said: Mapping[str, str] = field(default_factory=dict)
    may_be_empty: bool = False

    def decode(self, word: Any) -> Value:
        """The text, trimmed and bounded; ValueError where there is none and has to be one."""
        spelt = "" if word is None and self.may_be_empty else spell(word)
        said = {device: ours for device, ours in self.said.items() if device.casefold() == spelt.casefold()}
        found = " ".join(said.get(spelt, next(iter(said.values()), spelt)).split())
        found = found[:MAX_TEXT]
        if not (found or self.may_be_empty) or any(category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in found):
            raise ValueError("no text")
        return found


@dataclass(frozen=True, slots=True)
class Texts(_ReadOnly):
    """A list of texts: a JSON array of texts or of objects with the text under `key`, or one text."""

    key: str = "title"

    def decode(self, word: Any) -> Value:
        """The texts; an empty list is one, too."""
        items = word if isinstance(word, list) else [word] if word not in ("", None) else []
        texts = (item.get(self.key) if isinstance(item, dict) else item for item in items[:MAX_ROWS])
        return tuple(str(Text().decode(text)) for text in texts)


@dataclass(frozen=True, slots=True)
class Pairs(_ReadOnly):
    """Names with a text each: a JSON array of objects, or one object of names and texts."""

    name: str = "name"
    value: str = "value"

    def decode(self, word: Any) -> Value:
        """(name, text) pairs."""
        if isinstance(word, dict) and self.name not in word:
            rows = [(name, value) for name, value in word.items()]
        else:
            items = word if isinstance(word, list) else [word]
            if not all(isinstance(item, dict) for item in items):
                raise ValueError("names with a text each are expected")
            rows = [(item.get(self.name), item.get(self.value)) for item in items]
        read = Text().decode
        return tuple((str(read(name)), str(read(value))) for name, value in rows[:MAX_ROWS])


@dataclass(frozen=True, slots=True)
class Grades(_ReadOnly):
    """Good, normal, bad, very bad: as words, or as the three numbers above which it is worse."""

    words: tuple[str, ...]
    above: tuple[float, ...] = ()

    def decode(self, word: Any) -> Value:
        """One of GRADES."""
        if self.above:
            value = number(word)
            return GRADES[sum(value > bound for bound in self.above)]
        spelt = spell(word).casefold()
        for grade, known in zip(GRADES, self.words, strict=True):
            if spelt == known.casefold():
                return grade
        raise ValueError("an unknown word")


@dataclass(frozen=True, slots=True)
class Duration(_ReadOnly):
    """A time span: a number of `unit` seconds, "20 min", "1:20" and "1:20:30" (hours first), or ISO 8601 (PT1H20M)."""

    unit: float | None = None
    """Without one, a bare number is no time."""

    def decode(self, word: Any) -> Value:
        """Seconds."""
        seconds = self._seconds(word)
        if not 0 <= seconds <= MAX_SECONDS:
            raise ValueError("no time that can be")
        return seconds

    def _seconds(self, word: Any) -> float:
        text = word.strip() if isinstance(word, str) else ""
        found = _CLOCK.fullmatch(text) or _SPAN.fullmatch(text)
        if found is not None:
            parts = {name: number(part) for name, part in found.groupdict().items() if part}
            if not parts:
                raise ValueError("an empty duration")
            return sum(_SECONDS[name] * part for name, part in parts.items())
        named = _NAMED.fullmatch(text)
        if named is not None:
            return number(named[1]) * _SECONDS[_UNITS[named[2][0].lower()]]
        if self.unit is None:
            raise ValueError("a number without a unit: set `unit`")
        if text and not text[-1].isdecimal():
            raise ValueError("an unknown unit")
        return number(word) * self.unit


_CLOCK = re.compile(r"(?P<hours>\d{1,4}):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d))?")
_SPAN = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?"
)
_NAMED = re.compile(
    r"(\d{1,9}(?:[.,]\d{1,6})?)\s{0,3}(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)",
    re.IGNORECASE | re.ASCII,
)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SECONDS = {
    "years": 365 * 86_400,
    "months": 30 * 86_400,
    "weeks": 7 * 86_400,
    "days": 86_400,
    "hours": 3600,
    "minutes": 60,
    "seconds": 1,
}


@dataclass(frozen=True, slots=True)
class Instant(_ReadOnly):
    """A point in time: ISO 8601 (in the home's `zone` where it names none), or seconds or milliseconds since 1970."""

    zone: tzinfo

    def decode(self, word: Any) -> Value:
        """Seconds since 1970 (UTC)."""
        if isinstance(word, str) and not _EPOCH.fullmatch(word.strip()):
            try:
                when = datetime.fromisoformat(word.strip())
                seconds = (when if when.tzinfo is not None else when.replace(tzinfo=self.zone)).timestamp()
            except (ValueError, OverflowError):
                raise ValueError("not a point in time") from None
        else:
            seconds = number(word)
            if seconds > 1e11:
                seconds /= 1000
        if not 0 < seconds < 1e10:
            raise ValueError("not a point in time")
        return seconds


_EPOCH = re.compile(r"\d{9,13}(?:\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Holds(_ReadOnly):
    """Whether something is so: one of these words, or a number above or below a bound."""

    words: frozenset[str] = frozenset()
    above: float | None = None
    below: float | None = None

    def decode(self, word: Any) -> Value:
        """True or False; ValueError where a number is expected and none is there."""
        if self.words:
            return spell(word).casefold() in self.words
        value = number(word)
        return (self.above is not None and value > self.above) or (self.below is not None and value < self.below)
