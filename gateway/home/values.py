"""The values a trait can have: a switch is a bool, a quantity a float, a word a str, a colour a Color, a list a tuple.

An instant is a float, in seconds since 1970 (UTC); a duration a float, in seconds.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Color:
    """A colour without its brightness: hue 0 to 360 degrees, saturation 0 to 100 percent."""

    hue: float
    saturation: float


Rows = tuple[str | float | tuple[str, str], ...]
"""Texts, numbers, or names with a text each."""

Value = bool | float | str | Color | Rows

LOCKED = "locked"
UNLOCKED = "unlocked"
RELEASED = "released"
"""The mode of a device that has left all those with a name."""


def distance(a: Value, b: Value) -> float:
    """How far two values of one trait are apart; infinite for words, switches and mixed sorts that differ."""
    if isinstance(a, Color) and isinstance(b, Color):
        return _color_distance(a, b)
    if _is_number(a) and _is_number(b):
        return abs(float(a) - float(b))  # type: ignore[arg-type]  # both are numbers by the line above
    return 0.0 if type(a) is type(b) and a == b else math.inf


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _color_distance(a: Color, b: Color) -> float:
    """Distance on the hue wheel seen as a disc of radius 100, so that the hue of a pale colour weighs little."""
    angle = math.radians(a.hue - b.hue)
    squared = a.saturation**2 + b.saturation**2 - 2 * a.saturation * b.saturation * math.cos(angle)
    return math.sqrt(max(0.0, squared))
