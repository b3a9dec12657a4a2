"""Colours on the wire: hue and saturation, RGB, hexadecimal, CIE xy. codecs.py has the protocol."""

import colorsys
import re
from dataclasses import dataclass
from typing import Any

from gateway.home.values import Color, Value
from gateway.wire.codecs import Word, number, spell


@dataclass(frozen=True, slots=True)
class Colors:
    """A colour: `form` is hs, hsv, rgb, xy or hex; `as_object` writes {"h": 0, "s": 0} in place of "0,0".

    Brightness has its own slot, so colours are written at full value and read without it.
    """

    form: str
    as_object: bool = False

    def decode(self, word: Any) -> Value:
        """The colour, from text, a list or an object in the codec's form."""
        if self.form == "hex":
            return _from_rgb([int(pair, 16) / 255 for pair in _hex_pairs(spell(word))])
        parts = _parts(word, _COLOR_KEYS[self.form])
        if self.form == "rgb":
            return _from_rgb([part / 255 for part in parts])
        if self.form == "xy":
            return _from_xy(parts[0], parts[1])
        return Color(parts[0] % 360 if parts[0] != 360 else 360.0, min(100.0, max(0.0, parts[1])))

    def encode(self, value: Value) -> Word:
        """The colour in the codec's form."""
        if not isinstance(value, Color):
            raise ValueError("not a colour")
        if self.form in ("rgb", "hex"):
            red, green, blue = (round(255 * part) for part in _to_rgb(value))
            if self.form == "hex":
                return f"#{red:02X}{green:02X}{blue:02X}"
            return self._written([red, green, blue])
        if self.form == "xy":
            return self._written([round(part, 4) for part in _to_xy(value)])
        parts: list[float] = [round(value.hue), round(value.saturation)]
        return self._written([*parts, 100] if self.form == "hsv" else parts)

    def _written(self, parts: list[float]) -> Word:
        if self.as_object:
            return dict(zip((keys[0] for keys in _COLOR_KEYS[self.form]), parts, strict=True))
        return ",".join(str(part) for part in parts)


_COLOR_KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "hs": (("h", "hue"), ("s", "saturation")),
    "hsv": (("h", "hue"), ("s", "saturation"), ("v", "value")),
    "rgb": (("r", "red"), ("g", "green"), ("b", "blue")),
    "xy": (("x", "x"), ("y", "y")),
}
COLOR_FORMS = (*_COLOR_KEYS, "hex")


def _parts(word: Any, keys: tuple[tuple[str, str], ...]) -> list[float]:
    items: list[Any]
    if isinstance(word, dict):
        items = [word.get(short, word.get(long)) for short, long in keys]
    else:
        items = list(word) if isinstance(word, list) else spell(word).split(",")
    if len(items) < min(len(keys), 2) or len(items) > 5:
        raise ValueError("not a colour")
    return [number(item) for item in items[: len(keys)]]


def _hex_pairs(text: str) -> list[str]:
    found = re.fullmatch(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})(?:[0-9a-fA-F]{2,4})?", text)
    if found is None:
        raise ValueError("not a colour")
    return list(found.groups())


def _from_rgb(parts: list[float]) -> Color:
    if len(parts) != 3 or any(not 0 <= part <= 1 for part in parts):
        raise ValueError("not a colour")
    hue, saturation, _ = colorsys.rgb_to_hsv(*parts)
    return Color(round(hue * 360, 2), round(saturation * 100, 2))


def _to_rgb(color: Color) -> tuple[float, float, float]:
    return colorsys.hsv_to_rgb((color.hue % 360) / 360, color.saturation / 100, 1.0)


def _from_xy(x: float, y: float) -> Color:
    """CIE 1931 chromaticity, as ZigBee has it, to sRGB at full value (D65)."""
    if not (0 <= x <= 1 and 0 < y <= 1):
        raise ValueError("not a colour")
    across, depth = x / y, (1 - x - y) / y
    linear = (
        3.2406 * across - 1.5372 - 0.4986 * depth,
        -0.9689 * across + 1.8758 + 0.0415 * depth,
        0.0557 * across - 0.2040 + 1.0570 * depth,
    )
    brightest = max(linear)
    if brightest <= 0:
        raise ValueError("not a colour")
    return _from_rgb([_gamma(max(0.0, part / brightest)) for part in linear])


def _to_xy(color: Color) -> tuple[float, float]:
    red, green, blue = (_linear(part) for part in _to_rgb(color))
    across = 0.4124 * red + 0.3576 * green + 0.1805 * blue
    height = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    depth = 0.0193 * red + 0.1192 * green + 0.9505 * blue
    total = across + height + depth
    return across / total, height / total


def _gamma(part: float) -> float:
    return min(1.0, 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055)


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
