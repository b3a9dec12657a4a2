"""What a Tasmota can be told: relays, lamps, shutters, a ceiling fan; a sketch each. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.dialects.sketch import Sketch
from gateway.dialects.tasmota.codings import Bare, Channels, Shutter
from gateway.dialects.tasmota.config import (
    LIGHT,
    LIGHT_PER_CHANNEL,
    NARROW_WHITE,
    NOT_POWER_LINKED,
    RELAY,
    SHOWN_AS_LIGHT,
    SHUTTER,
    Config,
)
from gateway.home.device import Limits, Slot
from gateway.home.traits import BRIGHTNESS, COLOR, COLOR_TEMPERATURE, FAN_SPEED, ON_OFF, OPENING, Deed
from gateway.wire.binding import Feed, Order, When
from gateway.wire.codecs import Linear, Mireds, Running, Words
from gateway.wire.colors import Colors

_PERCENT = Linear(0, 100, 0, 100)
_INVERTED = Linear(100, 0, 0, 100)
_COLORED = (When(("White",), frozenset({"0"}), absent=True),)
_WHITE = (When(("White",), frozenset(map(str, range(1, 101))), absent=True),)
"""A lamp with both tells both, though only one is to be seen."""
_MIREDS, _NARROW_MIREDS = (153, 500), (200, 380)
_LAMP_COMMANDS = ("DIMMER", "COLOR", "CT", "CHANNEL", "WHITE", "HSBCOLOR")
_FAN_COMMANDS = ("FANSPEED", "FanSpeed")
_SPEEDS = ("1", "2", "3")
INVERTED, LOCKED = 1, 2
"""Bits of a shutter's options."""


def controls(config: Config) -> list[Sketch]:
    """Everything that it can be told."""
    first_relays, notes = _shutters(config.relays)
    lights = [index for index, sort in enumerate(config.relays) if sort == LIGHT]
    several = sum(sort in (RELAY, LIGHT) for sort in config.relays) + len(first_relays) + config.is_fan > 1
    sketches = [_shutter(config, order, several) for order in range(len(first_relays))]
    for index, sort in enumerate(config.relays):
        if sort == RELAY:
            sketches.append(_relay(config, index, several))
        elif sort == LIGHT:
            sketches.append(_light(config, index, lights.index(index), several))
    if config.is_fan:
        sketches.append(_fan(config))
    if sketches:
        sketches[0].notes += notes
    return sketches


def _shutters(relays: tuple[int, ...]) -> tuple[list[int], list[str]]:
    """The first of the two relays of each shutter, and what is wrong with them."""
    firsts: list[int] = []
    index = 0
    while index < len(relays):
        if relays[index : index + 2] == (SHUTTER, SHUTTER):
            firsts.append(index)
            index += 1
        elif relays[index] == SHUTTER:
            return [], [f"relay {index + 1} is half of a shutter"]
        index += 1
    return firsts, []


def _named(config: Config, index: int, part: str, several: bool) -> Sketch:
    """An empty sketch with the name that its relay has, or else the device's and a number."""
    own = config.names[index] if index < len(config.names) else ""
    fallback = f"{config.name} {index + 1}" if several else config.name
    return Sketch(part=part if several else "", name=own or fallback)


def _is_alone(config: Config) -> bool:
    return sum(map(bool, config.relays)) == 1


def _add_power(config: Config, sketch: Sketch, index: int, commands: tuple[str, ...] = ()) -> None:
    """On and off. The first relay is called POWER where it is the only one, unless SetOption26 numbers it."""
    numbered = f"POWER{index + 1}"
    codec = Words({config.off: False, config.on: True}, {False: config.off, True: config.on})
    slot = Slot(ON_OFF)
    feeds: tuple[Feed, ...] = ()
    for key in ("POWER", numbered) if index == 0 else (numbered,):
        feeds += config.heard(slot, codec, key, commands)
        feeds += (Feed(slot, f"{config.state}{key}", (), Bare(key, codec)),)
    told = "POWER" if _is_alone(config) else numbered
    sketch.add(ON_OFF, feeds=feeds, order=Order(f"{config.command}{told}", (), codec), ask=config.ask_state())


def _relay(config: Config, index: int, several: bool) -> Sketch:
    sketch = _named(config, index, str(index + 1), several)
    sketch.hints.add("light" if SHOWN_AS_LIGHT in config.options else "switch")
    _add_power(config, sketch, index)
    return sketch


@dataclass(frozen=True, slots=True)
class _Lamp:
    """One light of those on a Tasmota's channels."""

    kind: int
    dimmer: str = "Dimmer"
    said_at: str = "Dimmer"
    suffix: str = ""

    @property
    def has_both(self) -> bool:
        return self.kind >= 4

    @property
    def has_white(self) -> bool:
        return self.kind in (2, 5)

    @property
    def has_color(self) -> bool:
        return self.kind >= 3


def _lamp(config: Config, index: int, order: int) -> _Lamp:
    """Which of the channels this light has."""
    kind = config.light_kind
    if config.is_fan or not kind:
        return _Lamp(0)
    if LIGHT_PER_CHANNEL in config.options:
        return _Lamp(1, f"Channel{index + 1}", f"Channel{index + 1}")
    if not config.linked and kind >= 4:
        parts = (_Lamp(3, "Dimmer1", "Dimmer1", "="), _Lamp(1 if kind == 4 else 2, "Dimmer2", "Dimmer2"))
        return parts[order] if order < len(parts) else _Lamp(0)
    return _Lamp(kind, "Dimmer3" if config.is_tuya else "Dimmer")


def _light(config: Config, index: int, order: int, several: bool) -> Sketch:
    sketch = _named(config, index, str(index + 1), several)
    sketch.hints.add("light")
    _add_power(config, sketch, index, _LAMP_COMMANDS)
    lamp = _lamp(config, index, order)
    if lamp.kind:
        _add_brightness(config, sketch, lamp, index)
    if lamp.has_color:
        _add_color(config, sketch, lamp)
    if lamp.has_white:
        _add_white(config, sketch, lamp)
    return sketch


def _add_brightness(config: Config, sketch: Sketch, lamp: _Lamp, index: int) -> None:
    """The dimmer switches the lamp on by itself, unless SetOption20 forbids it."""
    alone = NOT_POWER_LINKED in config.options
    after = (config.tell(f"POWER{index + 1}", config.on),) if alone else ()
    sketch.add(
        BRIGHTNESS,
        feeds=config.heard(Slot(BRIGHTNESS), _PERCENT, lamp.said_at, _LAMP_COMMANDS),
        order=Order(f"{config.command}{lamp.dimmer}", (), _PERCENT, after=after),
        ask=config.ask_state(),
        limits=Limits(1 if alone else 0, 100, 1),
    )


def _add_color(config: Config, sketch: Sketch, lamp: _Lamp) -> None:
    """Color2 keeps the brightness, also that of a lamp that was white. Of the two in a reply the last is exact."""
    slot, codec = Slot(COLOR), Channels(lamp.suffix)
    when = _COLORED if lamp.has_both else ()
    feeds = config.heard(slot, codec, "Color", _LAMP_COMMANDS, when)
    feeds += config.heard(slot, Colors("hsv"), "HSBColor", _LAMP_COMMANDS, when)
    sketch.add(COLOR, feeds=feeds, order=Order(f"{config.command}Color2", (), codec), ask=config.ask_state())


def _add_white(config: Config, sketch: Sketch, lamp: _Lamp) -> None:
    coldest, warmest = _NARROW_MIREDS if NARROW_WHITE in config.options else _MIREDS
    sketch.add(
        COLOR_TEMPERATURE,
        feeds=config.heard(Slot(COLOR_TEMPERATURE), Mireds(), "CT", _LAMP_COMMANDS, _WHITE if lamp.has_both else ()),
        order=Order(f"{config.command}CT", (), Mireds()),
        ask=config.ask_state(),
        limits=Limits(math.ceil(1e6 / warmest), math.floor(1e6 / coldest)),
    )


def _shutter(config: Config, order: int, several: bool) -> Sketch:
    """While it moves it says so where replies go, and its position alone once it stands."""
    number, slot = order + 1, Slot(OPENING)
    sketch = _named(config, order, f"shutter{number}", several)
    sketch.hints.add("cover")
    sketch.notes += _shutter_notes(config, order)
    is_inverted = any(options & INVERTED for options in config.shutter_options[order : order + 1])
    codec, key = Shutter(_INVERTED if is_inverted else _PERCENT), f"Shutter{number}"
    replies = tuple(Feed(slot, topic, (key,), codec) for topic in config.replies("SHUTTER"))
    sketch.add(
        OPENING,
        feeds=(
            *replies,
            Feed(slot, f"{config.state}SHUTTER{number}", (), codec),
            *config.measured(slot, codec, (key,)),
        ),
        order=Order(f"{config.command}ShutterPosition{number}", (), codec),
        ask=config.ask_sensors(),
    )
    sketch.deeds[Deed.STOP] = config.tell(f"ShutterStop{number}")
    return sketch


def _shutter_notes(config: Config, order: int) -> Iterator[str]:
    if any(config.has_tilt[order : order + 1]):
        yield f"shutter {order + 1}: CLOVA has no action for its slats"
    if any(options & LOCKED for options in config.shutter_options[order : order + 1]):
        yield f"shutter {order + 1} is locked (ShutterLock) and will not move"


def _fan(config: Config) -> Sketch:
    """The fan of an iFan, whose speed 0 is off."""
    running, levels = Running(_SPEEDS, ("0",)), Linear(1, 3, 1, 3)
    topic, turning = f"{config.command}FanSpeed", (When(("FanSpeed",), frozenset(_SPEEDS)),)
    sketch = Sketch(part="fan", name=config.name, hints={"fan"})
    sketch.add(
        ON_OFF,
        feeds=config.heard(Slot(ON_OFF), running, "FanSpeed", _FAN_COMMANDS),
        order=Order(topic, (), running),
        ask=config.ask_state(),
    )
    sketch.add(
        FAN_SPEED,
        feeds=config.heard(Slot(FAN_SPEED), levels, "FanSpeed", _FAN_COMMANDS, turning),
        order=Order(topic, (), levels),
        ask=config.ask_state(),
        limits=Limits(1, 3, 1),
    )
    return sketch
