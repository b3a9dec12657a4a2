"""Lights with topics of their own for on and off, for brightness, for colour temperature, for each form of colour."""

from dataclasses import replace

from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.lightscales import (
    COLOR_MODES,
    Listed,
    as_variables,
    dimmed,
    dimmed_limits,
    variables,
    warmth,
    warmth_limits,
)
from gateway.dialects.sketch import Sketch
from gateway.home.device import Slot
from gateway.home.traits import BRIGHTNESS, COLOR, COLOR_TEMPERATURE, ON_OFF
from gateway.wire.binding import Feed, Message, Order, When
from gateway.wire.codecs import Linear, Words
from gateway.wire.template import Template


def lamp(entity: Entity, sketch: Sketch) -> None:
    """On and off in two words; the rest where it has a topic."""
    dims = entity.has("brightness_command_topic")
    scale = dimmed(entity) if dims else Linear(0, 255, 0, 100)
    _switched(entity, sketch, scale)
    if dims:
        sketch.add(
            BRIGHTNESS,
            feeds=entity.feed(Slot(BRIGHTNESS), "brightness_state_topic", "brightness_value_template", scale),
            order=_lit(entity, entity.order("brightness_command_topic", "brightness_command_template", scale)),
            limits=dimmed_limits(scale),
        )
    colors = tuple(mode for mode in COLOR_MODES if entity.has(f"{mode}_command_topic"))
    if entity.has("color_temp_command_topic"):
        codec = warmth(entity)
        feeds = entity.feed(Slot(COLOR_TEMPERATURE), "color_temp_state_topic", "color_temp_value_template", codec)
        sketch.add(
            COLOR_TEMPERATURE,
            feeds=_while(entity, feeds, "color_temp") if colors else feeds,
            order=_lit(entity, entity.order("color_temp_command_topic", "color_temp_command_template", codec)),
            limits=warmth_limits(entity),
        )
    orders = (order for order in (_colored(entity, mode) for mode in colors) if order is not None)
    sketch.add(
        COLOR,
        feeds=tuple(feed for mode in colors for feed in _color_feed(entity, mode)),
        order=_lit(entity, next(orders, None)),
    )


def _words(entity: Entity) -> tuple[str, str]:
    return entity.word("payload_on", "ON"), entity.word("payload_off", "OFF")


def _switched(entity: Entity, sketch: Sketch, scale: Linear) -> None:
    on, off = _words(entity)
    if on == off:
        entity.note("on and off are the same word")
        return
    heard = Words({on: True, off: False}, {})
    feeds = entity.feed(Slot(ON_OFF), "state_topic", "state_value_template", heard)
    sketch.add(ON_OFF, feeds=feeds, order=_power(entity, scale))


def _power(entity: Entity, scale: Linear) -> Order | None:
    """Two words; or full brightness for on, of a lamp that is switched on with nothing else."""
    on, off = _words(entity)
    if entity.word("on_command_type") != "brightness" or not entity.has("brightness_command_topic"):
        return entity.order("command_topic", "", Words({}, {True: on, False: off}))
    whole = scale.encode(100.0)
    if entity.config.get("brightness_command_topic") == entity.config.get("command_topic"):
        return entity.order("command_topic", "", Words({}, {True: whole, False: off}))
    none = Words({}, {True: whole, False: scale.encode(0.0)})
    return entity.order("brightness_command_topic", "brightness_command_template", none)


def _lit(entity: Entity, order: Order | None) -> Order | None:
    """The order, with the word for on before or after it."""
    kind, topic = entity.word("on_command_type", "last"), entity.topic("command_topic")
    if order is None or topic is None or kind == "brightness":
        return order
    on = (Message(topic, _words(entity)[0].encode()),)
    return replace(order, before=on) if kind == "first" else replace(order, after=on)


def _colored(entity: Entity, mode: str) -> Order | None:
    topic, key = entity.topic(f"{mode}_command_topic"), f"{mode}_command_template"
    if topic is None or not entity.word(key):
        return None if topic is None else Order(topic, (), Listed(mode))
    template = entity.makes(key, variables(mode) | {"value"})
    return None if template is None else Order(topic, (), as_variables(mode), {}, template)


def _color_feed(entity: Entity, mode: str) -> tuple[Feed, ...]:
    feeds = entity.feed(Slot(COLOR), f"{mode}_state_topic", f"{mode}_value_template", Listed(mode))
    return _while(entity, feeds, mode)


def _while(entity: Entity, feeds: tuple[Feed, ...], mode: str) -> tuple[Feed, ...]:
    """The feeds, to be believed only in that mode, where the same message says in which it is."""
    topic = entity.state_topic("color_mode_state_topic")
    if topic is None or all(feed.topic != topic for feed in feeds):
        return feeds
    path = entity.reads("color_mode_value_template")
    if path is None or isinstance(path, Template):
        return feeds
    return tuple(replace(feed, when=(When(path, frozenset({mode})),)) for feed in feeds if feed.topic == topic)
