"""What the three schemas of lights have in common: their scales, their limits, and colours in other spellings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.dialects.homeassistant.entity import Entity
from gateway.home.device import Limits
from gateway.home.traits import BRIGHTNESS, COLOR_TEMPERATURE
from gateway.home.values import Value
from gateway.wire.codecs import KELVIN, Codec, Linear, Mireds, Word
from gateway.wire.colors import Colors

COLOR_MODES: dict[str, str] = {"hs": "hs", "xy": "xy", "rgb": "rgb", "rgbw": "rgb", "rgbww": "rgb"}
"""The colour modes, the best first, and the form each is written in."""
WHITES: dict[str, tuple[str, ...]] = {"rgbw": ("w",), "rgbww": ("c", "w")}
"""The white lamps beside the coloured ones: dark while there is a colour."""
WHITE_NAMES: dict[str, tuple[str, ...]] = {"rgbw": ("white",), "rgbww": ("cold_white", "warm_white")}
_NAMES: dict[str, dict[str, str]] = {
    "hs": {"h": "hue", "s": "sat"},
    "xy": {"x": "x", "y": "y"},
    "rgb": {"r": "red", "g": "green", "b": "blue"},
}
"""What templates call the parts of a colour."""

WARMEST, COLDEST = 2000, 6535
"""Kelvin, where a lamp names no limits."""


@dataclass(frozen=True, slots=True)
class Spelt:
    """A colour as an object whose keys have other names, and more keys beside them."""

    form: str
    names: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def decode(self, word: Any) -> Value:
        """As Colors does."""
        return Colors(self.form).decode(word)

    def encode(self, value: Value) -> Word:
        """The object."""
        parts = Colors(self.form, as_object=True).encode(value)
        named = {self.names.get(key, key): part for key, part in parts.items()} if isinstance(parts, dict) else {}
        return {**named, **self.more}


def as_object(mode: str) -> Codec:
    """The colours of a mode as a JSON object."""
    if mode not in WHITES:
        return Colors(COLOR_MODES[mode], as_object=True)
    return Spelt(COLOR_MODES[mode], more=dict.fromkeys(WHITES[mode], 0))


def as_variables(mode: str) -> Codec:
    """The colours of a mode as the variables of a template."""
    return Spelt(COLOR_MODES[mode], _NAMES[COLOR_MODES[mode]], dict.fromkeys(WHITE_NAMES.get(mode, ()), 0))


def variables(mode: str) -> frozenset[str]:
    """What those variables are called."""
    return frozenset((*_NAMES[COLOR_MODES[mode]].values(), *WHITE_NAMES.get(mode, ())))


@dataclass(frozen=True, slots=True)
class Listed:
    """A colour as numbers between commas, the white lamps dark."""

    mode: str

    def decode(self, word: Any) -> Value:
        """As Colors does."""
        return Colors(COLOR_MODES[self.mode]).decode(word)

    def encode(self, value: Value) -> Word:
        """The numbers."""
        return str(Colors(COLOR_MODES[self.mode]).encode(value)) + ",0" * len(WHITES.get(self.mode, ()))


def dimmed(entity: Entity) -> Linear:
    """Brightness on the lamp's own scale."""
    scale = entity.number("brightness_scale", 255)
    if not 1 <= scale <= 1e6:
        entity.note("brightness_scale is no scale")
        scale = 255
    return Linear(0, scale, 0, 100)


def dimmed_limits(scale: Linear) -> Limits:
    """All but 0, which only switches it off, in steps that the scale can tell apart."""
    return Limits(1, BRIGHTNESS.high, max(BRIGHTNESS.step, 100 / scale.wire_high))


def warmth(entity: Entity) -> Codec:
    """Colour temperature in kelvin or mireds."""
    return KELVIN if entity.flag("color_temp_kelvin") else Mireds()


def warmth_limits(entity: Entity) -> Limits:
    """The lamp's range in kelvin, however it is written, also with the two ends swapped."""
    ends = [
        _kelvin(entity, "min_kelvin", "max_mireds"),
        _kelvin(entity, "max_kelvin", "min_mireds"),
    ]
    low, high = math.ceil(min(ends)), math.floor(max(ends))
    if not 500 <= low < high <= 30_000:
        low, high = WARMEST, COLDEST
    return Limits(low, high, COLOR_TEMPERATURE.step)


def _kelvin(entity: Entity, kelvin_key: str, mireds_key: str) -> float:
    kelvin = entity.number(kelvin_key, 0)
    mireds = entity.number(mireds_key, 0)
    if kelvin <= 0 and mireds > 0:
        return 1_000_000 / mireds
    return kelvin if kelvin > 0 else {"min_kelvin": WARMEST, "max_kelvin": COLDEST}[kelvin_key]
