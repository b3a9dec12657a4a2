"""How a Tasmota writes what no codec of `wire` reads: members of objects, colours by channel, phases, shutters."""

from dataclasses import dataclass
from typing import Any

from gateway.home.values import Value
from gateway.wire.codecs import Codec, Fault, Linear, Moving, Word, number, spell
from gateway.wire.colors import Colors
from gateway.wire.paths import Missing

MAX_PHASES = 8


@dataclass(frozen=True, slots=True)
class Bare:
    """A word alone, or as a member of an object: SetOption4 has both at one topic."""

    key: str
    codec: Codec

    def decode(self, word: Any) -> Value | Moving | Fault:
        """What the word means."""
        return self.codec.decode(word.get(self.key) if isinstance(word, dict) else word)

    def encode(self, value: Value) -> Word:
        """The word alone."""
        return self.codec.encode(value)


@dataclass(frozen=True, slots=True)
class Channels:
    """A colour as its channels: RRGGBB and the whites, or 255,255,255 and the whites (SetOption17).

    `suffix` is "=" where the channels that are not named are to stay as they are.
    """

    suffix: str = ""

    def decode(self, word: Any) -> Value:
        """The colour, without its brightness and the whites."""
        return Colors("rgb" if "," in spell(word) else "hex").decode(word)

    def encode(self, value: Value) -> Word:
        """Red, green and blue at full brightness; `Color2` keeps that of the lamp."""
        return f"{Colors('rgb').encode(value)}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Acted:
    """What an input says that it was put to, in words of lower case; any other gesture says nothing of it."""

    shows: frozenset[str]
    clears: frozenset[str] = frozenset()

    def decode(self, word: Any) -> Value:
        """Whether it shows now; Missing for another word."""
        said = spell(word).casefold()
        if said not in self.shows | self.clears:
            raise Missing
        return said in self.shows

    def encode(self, value: Value) -> Word:
        """ValueError: there is nothing to write."""
        raise ValueError(f"{value!r} is only read")


@dataclass(frozen=True, slots=True)
class Phases:
    """A number, or one for each phase, which are added up."""

    def decode(self, word: Any) -> Value:
        """The sum."""
        return round(sum(number(phase) for phase in (word[:MAX_PHASES] if isinstance(word, list) else [word])), 6)

    def encode(self, value: Value) -> Word:
        """ValueError: there is nothing to write."""
        raise ValueError(f"{value!r} is only read")


@dataclass(frozen=True, slots=True)
class Shutter:
    """{Position, Direction, Target}, or a position alone; `scale` is inverted where the shutter is."""

    scale: Linear

    def decode(self, word: Any) -> Value | Moving | Fault:
        """Where it stands, or where it is going."""
        if not isinstance(word, dict):
            return self.scale.decode(word)
        if not number(word.get("Direction", 0)):
            return self.scale.decode(word.get("Position"))
        target = word.get("Target")
        return Moving() if target is None else Moving(self.scale.decode(target))

    def encode(self, value: Value) -> Word:
        """The position."""
        return self.scale.encode(value)
