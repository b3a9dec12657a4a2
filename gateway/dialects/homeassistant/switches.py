"""Switches, buttons and scenes: on and off, and what is only pressed."""

import re

from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.settings import howls, set_key
from gateway.dialects.sketch import Sketch
from gateway.home.device import Slot
from gateway.home.traits import ON_OFF, TRIGGERED
from gateway.wire.binding import Order
from gateway.wire.codecs import Words

_LOUD = re.compile(r"siren|alarm")
"""A switch that is one is guarded as one."""
_POWER = Slot(ON_OFF)
UNPRESSED = frozenset({"identify", "restart", "update"})
"""Classes of buttons that are for whoever looks after the device."""


def switch(entity: Entity, sketch: Sketch) -> None:
    """On and off, in two words; told with others than it says, or with a template."""
    on, off = entity.word("payload_on", "ON"), entity.word("payload_off", "OFF")
    says_on, says_off = entity.word("state_on", on), entity.word("state_off", off)
    if on == off or says_on == says_off:
        entity.note("on and off are the same word")
        return
    sketch.hints |= {"switch"} | ({"plug"} if entity.device_class == "outlet" else set())
    if _LOUD.search(f"{entity.object_id} {entity.name}".casefold()) is not None:
        sketch.hints.add("siren")
    words = Words({says_on: True, says_off: False}, {})
    sketch.add(
        ON_OFF,
        feeds=entity.feed(_POWER, "state_topic", "value_template", words),
        order=entity.order("command_topic", "command_template", Words({}, {True: on, False: off})),
    )
    if set_key(entity) and howls(entity):  # any other that is called an alarm may be whether it is armed
        sketch.add(TRIGGERED, feeds=entity.feed(Slot(TRIGGERED), "state_topic", "value_template", words))


def button(entity: Entity, sketch: Sketch) -> None:
    """Something that is pressed: switching it on presses it."""
    _pressed(entity, sketch, "button", entity.word("payload_press", "PRESS"))


def scene(entity: Entity, sketch: Sketch) -> None:
    """A scene of the device's own: switching it on calls it up."""
    if not entity.has("payload_on"):
        entity.note("a scene without `payload_on` cannot be called up")
        return
    _pressed(entity, sketch, "scene", entity.word("payload_on"))


def _pressed(entity: Entity, sketch: Sketch, hint: str, payload: str) -> None:
    sketch.hints.add(hint)
    order = entity.order("command_topic", "command_template", Words({}, {True: payload}))
    if isinstance(order, Order):
        sketch.add(ON_OFF, order=order)
