"""Lights that are told in JSON, or by templates; lamps.py has those with a topic for everything."""

from collections.abc import Mapping
from typing import Any

from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.lamps import lamp
from gateway.dialects.homeassistant.lightscales import (
    COLOR_MODES,
    as_object,
    as_variables,
    dimmed,
    dimmed_limits,
    variables,
    warmth,
    warmth_limits,
)
from gateway.dialects.sketch import Sketch
from gateway.home.device import Slot
from gateway.home.traits import BRIGHTNESS, COLOR, COLOR_TEMPERATURE, ON_OFF, Trait
from gateway.wire.binding import Feed, Order, When
from gateway.wire.codecs import Codec, Linear, Words
from gateway.wire.colors import Colors
from gateway.wire.paths import Path
from gateway.wire.template import BadTemplate, Template, command_template, value_template

_WITHOUT_COLOR = frozenset({"onoff", "unknown"})
_NOTHING_ELSE: Mapping[str, Any] = {}
_ON: Mapping[str, Any] = {"state": "ON"}
_MODE: Path = ("color_mode",)


def light(entity: Entity, sketch: Sketch) -> None:
    """A light of one of the three schemas."""
    sketch.hints.add("light")
    schema = entity.word("schema", "basic").casefold()
    {"json": _json, "template": _template}.get(schema, lamp)(entity, sketch)


def _json(entity: Entity, sketch: Sketch) -> None:
    """{"state": "ON", "brightness": 255, "color_mode": "hs", "color": {...}}, both ways."""
    told = entity.words("supported_color_modes")
    modes = told or tuple(mode for mode in ("color_temp", *COLOR_MODES) if entity.flag(mode))
    colors = tuple(mode for mode in COLOR_MODES if mode in modes)
    words: Mapping[str, bool] = {"ON": True, "OFF": False}
    sketch.add(
        ON_OFF,
        feeds=_heard(entity, ON_OFF, "state", Words(words, {})),
        order=_told(entity, "state", Words({}, {True: "ON", False: "OFF"}), _NOTHING_ELSE),
    )
    if entity.flag("brightness") or set(modes) - _WITHOUT_COLOR:
        scale = dimmed(entity)
        feeds = _heard(entity, BRIGHTNESS, "brightness", scale)
        order = _told(entity, "brightness", scale, _ON)
        sketch.add(BRIGHTNESS, feeds=feeds, order=order, limits=dimmed_limits(scale))
    if "color_temp" in modes:
        codec = warmth(entity)
        only = _while("color_temp") if told and colors else ()
        feeds = _heard(entity, COLOR_TEMPERATURE, "color_temp", codec, only)
        order = _told(entity, "color_temp", codec, _ON)
        sketch.add(COLOR_TEMPERATURE, feeds=feeds, order=order, limits=warmth_limits(entity))
    if colors:
        several = bool(told) and len(modes) > 1
        feeds = tuple(
            feed
            for mode in colors
            for feed in _heard(
                entity, COLOR, "color", Colors(COLOR_MODES[mode]), _while(*_names(mode)) if several else ()
            )
        )
        sketch.add(COLOR, feeds=feeds, order=_told(entity, "color", as_object(colors[0]), _ON))


def _names(mode: str) -> tuple[str, ...]:
    """The modes in which a lamp with this one speaks of a colour. ZigBee's says hs of what was set as xy."""
    return (mode, "hs") if mode == "xy" else (mode,)


def _while(*modes: str) -> tuple[When, ...]:
    return (When(_MODE, frozenset(modes)),)


def _heard(entity: Entity, trait: Trait, key: str, codec: Codec, when: tuple[When, ...] = ()) -> tuple[Feed, ...]:
    topic = None if entity.optimistic else entity.state_topic("state_topic")
    return () if topic is None else (Feed(Slot(trait), topic, (key,), codec, None, when),)


def _told(entity: Entity, key: str, codec: Codec, frame: Mapping[str, Any]) -> Order | None:
    topic = entity.topic("command_topic")
    return None if topic is None else Order(topic, (key,), codec, frame)


_VARIABLES = frozenset({"state", "brightness", "color_temp", "hue", "effect", "flash", "transition", "white"})
"""What the template of a command may ask for, beside the parts of a colour."""
_LIT: Mapping[str, Any] = {"state": True}


def _template(entity: Entity, sketch: Sketch) -> None:
    """One template for every command that lights it, one for off; a template for each value it says."""
    template = _both(entity)
    topic = entity.topic("command_topic")
    told = template is not None and topic is not None

    def order(path: Path, codec: Codec, frame: Mapping[str, Any] = _LIT) -> Order | None:
        return Order(topic or "", path, codec, frame, template) if told else None

    state = Words({"on": True, "off": False}, {})
    feeds = entity.feed(Slot(ON_OFF), "state_topic", "state_template", state)
    sketch.add(
        ON_OFF,
        feeds=feeds if entity.has("state_template") else (),
        order=order(("state",), Words({}, {True: True, False: False}), _NOTHING_ELSE),
    )
    if entity.has("brightness_template"):
        scale = Linear(0, 255, 0, 100)
        feeds = entity.feed(Slot(BRIGHTNESS), "state_topic", "brightness_template", scale)
        sketch.add(BRIGHTNESS, feeds=feeds, order=order(("brightness",), scale), limits=dimmed_limits(scale))
    if entity.has("color_temp_template"):
        codec = warmth(entity)
        feeds = entity.feed(Slot(COLOR_TEMPERATURE), "state_topic", "color_temp_template", codec)
        sketch.add(COLOR_TEMPERATURE, feeds=feeds, order=order(("color_temp",), codec), limits=warmth_limits(entity))
    if entity.has("red_template", "green_template", "blue_template"):
        sketch.add(COLOR, feeds=_mixed(entity), order=order((), as_variables("rgb")))


def _both(entity: Entity) -> Template | None:
    """The templates for on and off as one, so that what is asked at once goes into one message."""
    names = _VARIABLES | variables("rgb") | variables("hs")
    if not entity.has("command_on_template", "command_off_template"):
        entity.note("it needs a template for on and one for off")
        return None
    if entity.makes("command_on_template", names) is None or entity.makes("command_off_template", names) is None:
        return None
    on, off = entity.word("command_on_template"), entity.word("command_off_template")
    try:
        return command_template(f"{{% if state %}}{on}{{% else %}}{off}{{% endif %}}", names)
    except BadTemplate as error:
        entity.note(f"command_on_template cannot be used: {error}")
        return None


def _mixed(entity: Entity) -> tuple[Feed, ...]:
    """The three parts of a colour, read as one."""
    topic = None if entity.optimistic else entity.state_topic("state_topic")
    parts = [entity.word(f"{part}_template") for part in ("red", "green", "blue")]
    if topic is None:
        return ()
    try:
        mixed = value_template(",".join(parts))
    except BadTemplate as error:
        entity.note(f"red_template and the others cannot be used: {error}")
        return ()
    if not isinstance(mixed, Template):
        return ()
    return (Feed(Slot(COLOR), topic, (), Colors("rgb"), mixed),)
