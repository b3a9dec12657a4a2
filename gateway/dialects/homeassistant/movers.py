"""What drives about by itself: vacuum cleaners and lawn mowers. Off is back at the dock, or on the way there."""

from dataclasses import replace

from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.vocabulary import payload
from gateway.dialects.sketch import Sketch
from gateway.home.device import Slot
from gateway.home.traits import BATTERY, ON_OFF, Deed
from gateway.wire.binding import Message, Order
from gateway.wire.codecs import Fault, Number, Words

_POWER = Slot(ON_OFF)
_FEATURES = ("start", "stop", "return_home", "status", "clean_spot")
"""What a vacuum cleaner can do that does not say."""
_COMMANDS = {
    "start": ("payload_start", "start"),
    "return_home": ("payload_return_to_base", "return_to_base"),
    "stop": ("payload_stop", "stop"),
    "pause": ("payload_pause", "pause"),
}
_CLEANING = Words(
    {"cleaning": True, "returning": False, "docked": False, "idle": False, "paused": False, "error": Fault("error")}, {}
)
_MOWING = Words(
    {"mowing": True, "returning": False, "docked": False, "paused": False, "error": Fault("error")},
    {},
)


def vacuum(entity: Entity, sketch: Sketch) -> None:
    """Start and return; its state is always JSON."""
    able = frozenset(entity.words("supported_features", _FEATURES))
    told = {name: payload(entity, *row) for name, row in _COMMANDS.items() if name in able}
    start, away = told.get("start"), next(filter(None, map(told.get, ("return_home", "stop", "pause"))), None)
    words = Words({}, {True: start, False: away}) if start and away and start != away else None
    if words is None:
        entity.note("it cannot be started and sent back")
    sketch.add(
        ON_OFF,
        feeds=tuple(replace(feed, path=("state",)) for feed in entity.feed(_POWER, "state_topic", "", _CLEANING)),
        order=entity.order("command_topic", "", words) if words is not None else None,
    )
    if "battery" in able and entity.has("supported_features"):
        heard = entity.feed(Slot(BATTERY), "state_topic", "", Number())
        sketch.add(BATTERY, feeds=tuple(replace(feed, path=("battery_level",)) for feed in heard))
    back = told.get("return_home")
    _finish(sketch, "vacuum", entity.message("command_topic", back) if back else None)


def lawn_mower(entity: Entity, sketch: Sketch) -> None:
    """Start and dock, each at a topic of its own; where there is no dock, pause."""
    start = entity.message("start_mowing_command_topic", "start_mowing", "start_mowing_command_template")
    dock = entity.message("dock_command_topic", "dock", "dock_command_template")
    away = dock or entity.message("pause_command_topic", "pause", "pause_command_template")
    order = None
    if start is None or away is None or start == away:
        entity.note("it cannot be started and sent back")
    else:
        told = Words({}, {True: start.payload.decode(), False: away.payload.decode()})
        order = Order(start.topic, (), told, instead={} if away.topic == start.topic else {False: away})
    sketch.add(
        ON_OFF,
        feeds=entity.feed(_POWER, "activity_state_topic", "activity_value_template", _MOWING),
        order=order,
    )
    _finish(sketch, "lawn_mower", dock)


def _finish(sketch: Sketch, hint: str, dock: Message | None) -> None:
    """It is one if it can be told anything."""
    if dock is not None:
        sketch.deeds[Deed.CHARGE] = dock
    if sketch.deeds or any(feature.writable for feature in sketch.features.values()):
        sketch.hints.add(hint)
