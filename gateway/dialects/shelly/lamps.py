"""The lamps of the first generation: dimmers, bulbs, strips. What is set of one lamp at once goes in one message."""

from typing import Any

from gateway.dialects.shelly.codings import (
    ON_OFF_WORDS,
    PERCENT,
    TRUTH,
    WATT_MINUTES,
    Channels,
    InMode,
    Levels,
)
from gateway.dialects.shelly.line import FirstLine
from gateway.dialects.shelly.models import Lamp
from gateway.dialects.sketch import Sketch
from gateway.home import traits
from gateway.home.device import Limits
from gateway.wire.codecs import KELVIN


def lamp_sketch(line: FirstLine, lamp: Lamp, metered: bool) -> Sketch:
    """One lamp. Its brightness, colour and white switch it on, as every other lamp's do."""
    sketch, told = Sketch(hints={"light"}), f"{lamp.topic}/set"
    status = f"{lamp.topic}/status"
    sketch.add(
        traits.ON_OFF,
        feeds=(
            line.heard(traits.ON_OFF, lamp.topic, ON_OFF_WORDS),
            line.heard(traits.ON_OFF, status, TRUTH, ("ison",)),
        ),
        order=line.told(told, ON_OFF_WORDS, ("turn",)),
        ask=line.ask,
    )
    brightness = line.heard(traits.BRIGHTNESS, status, PERCENT, (lamp.level,)) if lamp.level else None
    sketch.add(
        traits.BRIGHTNESS,
        feeds=(brightness or line.heard(traits.BRIGHTNESS, status, Levels()),),
        order=line.told(told, PERCENT if lamp.level else Levels(), (lamp.level,) if lamp.level else (), turn="on"),
        ask=line.ask,
        limits=Limits(1, 100, 1),
    )
    _add_white(line, lamp, sketch)
    if lamp.has_color:
        mode: dict[str, Any] = {} if lamp.level else {"mode": "color"}
        order = line.told(told, Channels(), turn="on", white=0, **mode)
        sketch.add(traits.COLOR, feeds=(line.heard(traits.COLOR, status, Channels()),), order=order, ask=line.ask)
    if metered:
        line.add_meter(sketch, lamp.topic, "energy", WATT_MINUTES)
    return sketch


def _add_white(line: FirstLine, lamp: Lamp, sketch: Sketch) -> None:
    if lamp.kelvin is None:
        return
    mode: dict[str, Any] = {"mode": "white"} if lamp.has_color else {}
    sketch.add(
        traits.COLOR_TEMPERATURE,
        feeds=(line.heard(traits.COLOR_TEMPERATURE, f"{lamp.topic}/status", InMode("temp", KELVIN, "white")),),
        order=line.told(f"{lamp.topic}/set", KELVIN, ("temp",), turn="on", **mode),
        ask=line.ask,
        limits=Limits(*lamp.kelvin),
    )
