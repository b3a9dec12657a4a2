"""Lights: on and off, brightness, white and colour."""

import math

from gateway.dialects.sketch import Sketch
from gateway.dialects.zigbee2mqtt.codings import HueSaturation, bounds, switched
from gateway.dialects.zigbee2mqtt.exposes import Expose
from gateway.dialects.zigbee2mqtt.spot import Spot, draw
from gateway.home.device import Limits, Slot
from gateway.home.traits import BRIGHTNESS, COLOR, COLOR_TEMPERATURE, ON_OFF
from gateway.wire.binding import When
from gateway.wire.codecs import Codec, Linear, Mireds
from gateway.wire.colors import Colors

STEP_PERCENT = 10.0
STEP = 26
"""Of 254, about as much."""
_WARMEST, _COLDEST = 153.0, 500.0
"""Mireds, of a lamp that does not say."""


def light(expose: Expose, spot: Spot) -> Sketch:
    """A lamp, or one of those that a controller has."""
    sketch = Sketch(hints={"light"})
    state = expose.feature("state")
    draw(sketch, spot, ON_OFF, state, switched(state) if state is not None else None)
    _brightness(sketch, spot, expose)
    white, colors = expose.feature("color_temp"), _colors(expose)
    both = white is not None and bool(colors)
    _white(sketch, spot, white, _modes(expose, "color_temp") if both else ())
    _color(sketch, spot, expose, both)
    return sketch


def _brightness(sketch: Sketch, spot: Spot, expose: Expose) -> None:
    brightness = expose.feature("brightness")
    if brightness is None or brightness.sort != "numeric":
        return
    _, high = bounds(brightness, 0, 254)
    if high <= 1:
        return
    scale = Linear(0, high, 0, 100)
    if brightness.published or not brightness.settable:
        lowest = 1 if expose.feature("state") is not None else 0  # 0 only switches it off
        draw(sketch, spot, BRIGHTNESS, brightness, scale, Limits(lowest, 100, max(1, 100 / high)))
        return
    key = brightness.key.replace("brightness", "brightness_step", 1)
    limits = Limits(1, 100, STEP_PERCENT)
    order, up, down = spot.order((brightness.key,), scale), spot.tells({key: STEP}), spot.tells({key: -STEP})
    sketch.add(BRIGHTNESS, order=order, up=up, down=down, limits=limits)


def _white(sketch: Sketch, spot: Spot, white: Expose | None, when: tuple[When, ...]) -> None:
    if white is None or white.sort != "numeric":
        return
    cold, warm = bounds(white, _WARMEST, _COLDEST)
    if cold <= 0 or not math.ceil(1e6 / warm) < math.floor(1e6 / cold):
        cold, warm = _WARMEST, _COLDEST
    limits = Limits(math.ceil(1e6 / warm), math.floor(1e6 / cold))
    draw(sketch, spot, COLOR_TEMPERATURE, white, Mireds(), limits, when)


def _colors(expose: Expose) -> list[tuple[Expose, str, Codec]]:
    """The forms that its colour has, the one that is written first."""
    forms: list[tuple[str, str, Codec]] = [
        ("color_hs", "hs", HueSaturation()),
        ("color_xy", "xy", Colors("xy", as_object=True)),
    ]
    found = ((expose.feature(name), mode, codec) for name, mode, codec in forms)
    return [(color, mode, codec) for color, mode, codec in found if color is not None and color.key]


def _color(sketch: Sketch, spot: Spot, expose: Expose, has_white: bool) -> None:
    """Each form counts in its mode; one alone is kept in step in both. Where no mode is said, the first one counts."""
    forms = _colors(expose)
    if not forms:
        return
    feeds = []
    for place, (color, mode, codec) in enumerate(forms):
        if not _may(color, "published"):
            continue
        modes = (mode,) if len(forms) > 1 else ("hs", "xy")
        when = _modes(expose, *modes, absent=place == 0) if has_white or len(forms) > 1 else ()
        feeds.append(spot.feed(Slot(COLOR), (color.key,), codec, when))
    color, _, codec = forms[0]
    order = spot.order((color.key,), codec) if _may(color, "settable") else None
    asked = {feature.name: "" for feature in color.features[:2]}
    ask = spot.ask({color.key: asked}) if _may(color, "gettable") else None
    sketch.add(COLOR, feeds=tuple(feeds), order=order, ask=ask)


def _may(color: Expose, what: str) -> bool:
    """The access of a colour is its own or that of its parts."""
    return any(getattr(one, what) for one in (color, *color.features))


def _modes(expose: Expose, *modes: str, absent: bool = True) -> tuple[When, ...]:
    suffix = f"_{expose.endpoint}" if expose.endpoint else ""
    return (When((f"color_mode{suffix}",), frozenset(modes), absent),)
