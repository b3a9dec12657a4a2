"""Between the colour spaces of a lamp: hue and saturation, CIE xy, and the white of a temperature in mireds."""

import colorsys
from collections.abc import Mapping
from typing import Any

Pair = tuple[float, float]


def asked_color(value: Mapping[str, Any]) -> tuple[str, Pair]:
    """The colour a command asks for, and its mode: ("hs", (degrees, percent)) or ("xy", (x, y)). Raises ValueError."""
    for mode, (first, second) in (("xy", ("x", "y")), ("hs", ("hue", "saturation")), ("hs", ("h", "s"))):
        if first in value and second in value:
            return mode, (float(value[first]), float(value[second]))
    raise ValueError(f"no colour: {value}")


def told_color(mode: str, pair: Pair) -> dict[str, float]:
    """Both spaces, as Zigbee2MQTT tells them for a lamp that has both."""
    hue, saturation = pair if mode == "hs" else _hs_of_xy(*pair)
    x, y = pair if mode == "xy" else _xy_of_hs(*pair)
    return {"hue": round(hue), "saturation": round(saturation), "x": round(x, 4), "y": round(y, 4)}


def white_xy(mireds: float) -> Pair:
    """Where the white of a temperature lies (Kim and others, 2002; good from 1667 to 25000 kelvin)."""
    warmth = mireds / 1000  # 1e3 / kelvin
    if mireds > 250:
        x = ((-0.2661239 * warmth - 0.2343589) * warmth + 0.8776956) * warmth + 0.179910
    else:
        x = ((-3.0258469 * warmth + 2.1070379) * warmth + 0.2226347) * warmth + 0.240390
    if mireds > 450:
        return x, ((-1.1063814 * x - 1.34811020) * x + 2.18555832) * x - 0.20219683
    if mireds > 250:
        return x, ((-0.9549476 * x - 1.37418593) * x + 2.09137015) * x - 0.16748867
    return x, ((3.0817580 * x - 5.87338670) * x + 3.75112997) * x - 0.37001483


def _xy_of_hs(hue: float, saturation: float) -> Pair:
    red, green, blue = (_linear(one) for one in colorsys.hsv_to_rgb(hue / 360, saturation / 100, 1))
    x = 0.4124 * red + 0.3576 * green + 0.1805 * blue
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = 0.0193 * red + 0.1192 * green + 0.9505 * blue
    return x / (x + y + z), y / (x + y + z)


def _hs_of_xy(x: float, y: float) -> Pair:
    if not (0 < y <= 1 and 0 <= x <= 1):
        raise ValueError(f"no colour: {x}, {y}")
    x_, z = x / y, (1 - x - y) / y
    red = 3.2406 * x_ - 1.5372 - 0.4986 * z
    green = -0.9689 * x_ + 1.8758 + 0.0415 * z
    blue = 0.0557 * x_ - 0.2040 + 1.0570 * z
    most = max(red, green, blue)
    hue, saturation, _ = colorsys.rgb_to_hsv(*(_curved(max(0.0, one / most)) for one in (red, green, blue)))
    return hue * 360, saturation * 100


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _curved(share: float) -> float:
    return float(12.92 * share if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055)
