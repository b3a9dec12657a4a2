"""Homie nodes with a target or a speed: thermostats, air conditioners, fans, humidifiers."""

from gateway.dialects.homie import words
from gateway.dialects.homie.codings import Level, Third, on_off, scale_of, target
from gateway.dialects.homie.description import Property
from gateway.dialects.homie.drawing import Drawing
from gateway.home.device import Limits, Slot
from gateway.home.traits import FAN_SPEED, MODE, ON_OFF, OSCILLATION, TARGET_TEMPERATURE
from gateway.home.values import Value
from gateway.wire.codecs import Running, Words

_MOST_MODES = 32


def draw_climate(drawing: Drawing) -> None:
    """A target temperature or a mode; without either it is only a switch."""
    setpoint = drawing.pick(words.SETPOINT, lambda given: given.is_number)
    if setpoint is not None:
        drawing.add(TARGET_TEMPERATURE, setpoint, *target(setpoint, TARGET_TEMPERATURE))
    add_power(drawing)
    add_mode(drawing)
    if not drawing.sketch.features.keys() & {Slot(TARGET_TEMPERATURE), Slot(MODE)}:
        drawing.sketch.features.clear()
        return
    add_speed(drawing, drawing.pick(words.FAN_OF_CLIMATE, _is_speed))
    add_swing(drawing)


def draw_fan(drawing: Drawing) -> None:
    """A speed, or a switch of something called a fan."""
    speed = drawing.pick(words.FAN, _is_speed)
    add_power(drawing)
    add_speed(drawing, speed)
    add_swing(drawing)
    if drawing.sketch.features:
        add_mode(drawing)


def draw_humidifier(drawing: Drawing) -> None:
    """A switch, with a mode and a speed."""
    if "dehumid" in drawing.node.words:
        drawing.sketch.hints.add("dehumidifier")
    draw_fan(drawing)


def _is_speed(given: Property) -> bool:
    return given.is_number or len(_speeds(given)) > 1


def _speeds(given: Property) -> dict[str, Value]:
    return {one: level for one in given.choices if isinstance(level := words.SPEED_WORDS.get(one.casefold()), float)}


def add_power(drawing: Drawing) -> None:
    """A switch of its own."""
    power = drawing.pick(words.POWER, lambda one: one.retained and on_off(one) and not words.NO_POWER.search(one.words))
    codec = on_off(power) if power is not None else None
    if power is not None and codec is not None:
        drawing.add(ON_OFF, power, codec)


def add_speed(drawing: Drawing, given: Property | None) -> None:
    """A speed in words or numbers; off is one of them where there is no switch."""
    if given is None:
        return
    if given.is_number:
        low, high = scale_of(given)
        if low == 0 and high > 0:
            drawing.add(ON_OFF, given, Level(low, high))
        drawing.add(FAN_SPEED, given, Third(high, given.datatype == "integer"), Limits(1, 3, 1))
        return
    speeds = _speeds(given)
    written = {level: one for one, level in reversed(speeds.items())}
    _add_running(drawing, given, tuple(speeds))
    drawing.add(FAN_SPEED, given, Words(speeds, written), Limits(1, 3, 1), only=tuple(speeds))


def add_mode(drawing: Drawing) -> None:
    """A mode, in CLOVA's words where it has them; off is no mode."""
    given = drawing.pick(words.MODE, lambda one: len(one.choices) > 1 and not words.NOT_THE_MODE.search(one.words))
    if given is None:
        return
    running = tuple(one for one in given.choices[:_MOST_MODES] if one.casefold() not in words.OFF_WORDS)
    ours = {one: words.OUR_MODES.get(one.casefold(), one.casefold()) for one in running}
    written = {mode: one for one, mode in reversed(ours.items())}
    _add_running(drawing, given, running)
    if "cool" in written:
        drawing.sketch.hints.add("cools")
    drawing.add(MODE, given, Words(ours, written), Limits(words=tuple(dict.fromkeys(ours.values()))), only=running)


def _add_running(drawing: Drawing, given: Property, running: tuple[str, ...]) -> None:
    """On and off, where one of the words is off; a switch of its own has been there first."""
    off = next((one for one in given.choices if one.casefold() in words.OFF_WORDS), None)
    if off is not None and running:
        drawing.add(ON_OFF, given, Running(running, (off, off.casefold())))


def add_swing(drawing: Drawing) -> None:
    """Whether it turns from side to side."""
    given = drawing.pick(words.SWING, on_off)
    codec = on_off(given) if given is not None else None
    if given is not None and codec is not None:
        drawing.add(OSCILLATION, given, codec)
