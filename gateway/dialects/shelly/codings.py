"""How a Shelly writes what no codec of `wire` reads: a cover's state, a lamp's colour among its modes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.dialects.shelly.documents import at
from gateway.dialects.sightings import clean
from gateway.home.values import Value
from gateway.wire.codecs import CELSIUS, Codec, Fault, Linear, Moving, Number, Word, Words, number, spell
from gateway.wire.colors import Colors
from gateway.wire.paths import Missing

TRUTH = Words(
    {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}, {True: True, False: False}
)
"""JSON booleans, and the bare words of the first generation."""
ON_OFF_WORDS = Words({"on": True, "off": False, "overpower": False}, {True: "on", False: "off"})
"""A relay that has cut an overload off says `overpower`."""
PERCENT = Number(digits=0)
DEGREES = CELSIUS
WATT = Number()
WATT_HOURS = Number(factor=1e-3)
WATT_MINUTES = Number(factor=1 / 60_000)
"""Of the first generation's relays and lamps."""


class ReadOnly:
    """A codec of something that cannot be set."""

    __slots__ = ()

    def encode(self, value: Value) -> Word:
        """ValueError: there is nothing to write."""
        raise ValueError(f"{value!r} is only read")


@dataclass(frozen=True, slots=True)
class Position:
    """A cover's position; -1 and 101 are those of one that is not calibrated."""

    def decode(self, word: Any) -> Value:
        """Percent open; ValueError for anything but 0 to 100."""
        position = number(word)
        if not 0 <= position <= 100:
            raise ValueError("not calibrated")
        return position

    def encode(self, value: Value) -> Word:
        """A whole percentage."""
        return Linear(0, 100, 0, 100).encode(value)


@dataclass(frozen=True, slots=True)
class Charge(ReadOnly):
    """A battery in the status of its component. One that hangs on a cable says 0 of a battery that is not there."""

    def decode(self, word: Any) -> Value:
        """Percent; Missing while it hangs on a cable, or where it says nothing of it."""
        battery, cable = at(word, "battery"), at(word, "external")
        if cable.get("present") is True or battery.get("percent") is None:
            raise Missing
        return PERCENT.decode(battery["percent"])


MAX_ERRORS, MAX_ERROR = 8, 60
_SETTING_UP = "cal_abort"
"""How the error of a calibration begins that somebody has broken off."""


@dataclass(frozen=True, slots=True)
class Errors(ReadOnly):
    """What a component complains of: `errors` in its status, such as ["overtemp"], is there only while there are some.

    `is_partial` where only what has changed is said. Source: the pages "Switch" and "Notifications" of the API.
    """

    is_partial: bool = False

    def decode(self, word: Any) -> Value:
        """The errors as a text, empty where there are none; Missing where it says nothing of them."""
        if not isinstance(word, Mapping) or (self.is_partial and "errors" not in word):
            raise Missing
        errors = word.get("errors")
        if not isinstance(errors, list | None):
            raise ValueError("no list of errors")
        found = (clean(error, MAX_ERROR) for error in (errors or [])[:MAX_ERRORS] if isinstance(error, str))
        return ", ".join(error for error in found if not error.startswith(_SETTING_UP))


_DIRECTIONS = {"open": 100.0, "opening": 100.0, "close": 0.0, "closing": 0.0}


@dataclass(frozen=True, slots=True)
class RollerState(ReadOnly):
    """The first generation's word for what a roller is doing: open, close, stop."""

    def decode(self, word: Any) -> Value | Moving | Fault:
        """Which way it moves; Missing once it stands, since its position is told elsewhere."""
        towards = _DIRECTIONS.get(spell(word).casefold())
        if towards is None:
            raise Missing
        return Moving(towards)


@dataclass(frozen=True, slots=True)
class CoverState(ReadOnly):
    """A cover's status, or what has changed of it: {state, current_pos, target_pos}."""

    def decode(self, word: Any) -> Value | Moving | Fault:
        """Where it is going, or where it stands; Missing where neither is said."""
        status = word if isinstance(word, Mapping) else {}
        state, position = status.get("state"), status.get("current_pos")
        if state in ("opening", "closing"):
            target = status.get("target_pos")
            return Moving(_DIRECTIONS[state] if target is None else Position().decode(target))
        if state == "calibrating":
            return Moving()
        if position is not None:
            return Position().decode(position)
        if state in ("open", "closed"):
            return 100.0 if state == "open" else 0.0
        raise Missing


@dataclass(frozen=True, slots=True)
class InMode:
    """One member of a lamp's status that counts only while the lamp is in one of its modes, where it says which."""

    key: str
    codec: Codec
    mode: str

    def decode(self, word: Any) -> Value | Moving | Fault:
        """What the member means; Missing where it is not there, or the lamp is in another mode."""
        if not isinstance(word, Mapping) or self.key not in word or word.get("mode", self.mode) != self.mode:
            raise Missing
        return self.codec.decode(word[self.key])

    def encode(self, value: Value) -> Word:
        """As the codec does."""
        return self.codec.encode(value)


@dataclass(frozen=True, slots=True)
class Triple:
    """A colour as a list: [255, 0, 0]."""

    def decode(self, word: Any) -> Value:
        """The colour, without its brightness."""
        if not isinstance(word, list):
            raise ValueError("not a colour")
        return Colors("rgb").decode(word)

    def encode(self, value: Value) -> Any:
        """Red, green and blue at full brightness; the lamp keeps its own."""
        return [int(part) for part in str(Colors("rgb").encode(value)).split(",")]


@dataclass(frozen=True, slots=True)
class Channels:
    """A colour as three members of an object: {red, green, blue}; in a lamp with modes it counts in that of colour."""

    def decode(self, word: Any) -> Value:
        """The colour, without its brightness; Missing while the lamp is white."""
        if not isinstance(word, Mapping) or "red" not in word or word.get("mode", "color") != "color":
            raise Missing
        return Colors("rgb").decode(dict(word))

    def encode(self, value: Value) -> Word:
        """Red, green and blue at full brightness; the lamp keeps its own."""
        return dict(zip(("red", "green", "blue"), Triple().encode(value), strict=True))


@dataclass(frozen=True, slots=True)
class Levels:
    """A brightness that is `gain` while a lamp shows a colour, and `brightness` while it is white."""

    def decode(self, word: Any) -> Value:
        """The one that counts; Missing where none is said."""
        key = "gain" if isinstance(word, Mapping) and word.get("mode") == "color" else "brightness"
        if not isinstance(word, Mapping) or key not in word:
            raise Missing
        return PERCENT.decode(word[key])

    def encode(self, value: Value) -> Word:
        """Both, whichever counts."""
        level = PERCENT.encode(value)
        return {"gain": level, "brightness": level}
