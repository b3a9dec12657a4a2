"""What lets in or out, or guards: locks, valves, sirens, alarm panels. What needs a code is not told what needs it."""

from dataclasses import dataclass, replace
from typing import Any

from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.vocabulary import (
    Meaning,
    Member,
    bound,
    member,
    payload,
    payloads,
    states,
    switching,
)
from gateway.dialects.sketch import Sketch
from gateway.dialects.zigbee2mqtt.codings import Says
from gateway.home.device import Limits, Slot
from gateway.home.traits import LOCK, ON_OFF, TRIGGERED, Deed
from gateway.home.values import LOCKED, UNLOCKED, Value
from gateway.wire.binding import Order
from gateway.wire.codecs import SLACK, Fault, Moving, Word, Words, number
from gateway.wire.jsontext import build

_LOCK, _POWER, _ALARM = Slot(LOCK), Slot(ON_OFF), Slot(TRIGGERED)
_LOCK_STATES: tuple[tuple[str, str, Meaning], ...] = (
    ("state_locked", "LOCKED", LOCKED),
    ("state_unlocked", "UNLOCKED", UNLOCKED),
    ("state_open", "OPEN", UNLOCKED),
    ("state_locking", "LOCKING", Moving(LOCKED)),
    ("state_unlocking", "UNLOCKING", Moving(UNLOCKED)),
    ("state_opening", "OPENING", Moving(UNLOCKED)),
    ("state_jammed", "JAMMED", Fault("jammed")),
)
_NO_CODE = frozenset({"", "^$", ".*", "^.*$"})
"""Patterns of a code that an empty one fits."""
_VALVE_STATES: tuple[tuple[str, str, Meaning], ...] = (
    ("state_closed", "closed", LOCKED),
    ("state_open", "open", UNLOCKED),
    ("state_closing", "closing", Moving(LOCKED)),
    ("state_opening", "opening", Moving(UNLOCKED)),
)
_ARMED = ("arm_away", "arm_home", "arm_night", "arm_vacation", "arm_custom_bypass")
"""What is armed when nothing else is said: the first that the panel can."""
_PANEL = Words(
    {
        "disarmed": False,
        "armed_away": True,
        "armed_home": True,
        "armed_night": True,
        "armed_vacation": True,
        "armed_custom_bypass": True,
        "triggered": True,
        "arming": Moving(True),
        "pending": Moving(),
        "disarming": Moving(False),
    },
    {},
)
_SET_OFF = Says(
    {"triggered": True}
    | dict.fromkeys(("disarmed", "arming", "pending", "disarming", *(f"armed{name[3:]}" for name in _ARMED)), False)
)
"""Whether the alarm was given; `pending` is the time in which it can still be prevented."""


def lock(entity: Entity, sketch: Sketch) -> None:
    """Locked and unlocked; one that wants a code is only locked."""
    said = states(entity, *_LOCK_STATES)
    told = payloads(entity, ("payload_lock", "LOCK", LOCKED), ("payload_unlock", "UNLOCK", UNLOCKED))
    if UNLOCKED in told and entity.word("code_format") not in _NO_CODE:
        del told[UNLOCKED]
        entity.note("it wants a code, and is not unlocked")
    sketch.add(
        LOCK,
        feeds=entity.feed(_LOCK, "state_topic", "value_template", Words(said, {})) if said else (),
        order=_locking(entity, told, {"code": ""}),
        limits=Limits(words=tuple(told)),
    )
    sketch.hints.add("lock")


def _locking(entity: Entity, told: dict[str, str], frame: dict[str, Any] | None = None) -> Order | None:
    return entity.order("command_topic", "command_template", Words({}, told), frame=frame) if told else None


@dataclass(frozen=True, slots=True)
class Flow:
    """A valve that tells how far it is open; anything but closed lets through. Which way it goes is told by words."""

    closed: float
    opened: float
    ways: Words

    def decode(self, word: Any) -> Meaning:
        """On the way if it says so, or else by the position."""
        way = word.get("state") if isinstance(word, dict) else word
        try:
            return self.ways.decode(way)
        except ValueError:
            share = (number(member(word, "position")) - self.closed) / (self.opened - self.closed)
        if not -SLACK <= share <= 1 + SLACK:
            raise ValueError("a number off the scale")
        return UNLOCKED if share > 0 else LOCKED

    def encode(self, value: Value) -> Word:
        """ValueError: it is told with two words of its own."""
        raise ValueError(f"{value!r} is not told here")


def valve(entity: Entity, sketch: Sketch) -> None:
    """Locked is closed. By words, or all the way open or closed by position."""
    if entity.flag("reports_position"):
        _flow(entity, sketch)
    else:
        said = states(entity, *_VALVE_STATES)
        told = payloads(entity, ("payload_close", "CLOSE", LOCKED), ("payload_open", "OPEN", UNLOCKED))
        heard = Member("state", Words(said, {}))
        sketch.add(
            LOCK,
            feeds=entity.feed(_LOCK, "state_topic", "value_template", heard) if said else (),
            order=_locking(entity, told),
            limits=Limits(words=tuple(told)),
        )
    stop = payload(entity, "payload_stop", "")
    message = entity.message("command_topic", stop, "command_template") if stop else None
    if message is not None and sketch.features:
        sketch.deeds[Deed.STOP] = message
    sketch.hints.add("valve")


def _flow(entity: Entity, sketch: Sketch) -> None:
    closed, opened = bound(entity, "position_closed", 0), bound(entity, "position_open", 100)
    if closed == opened:
        entity.note("position_closed and position_open are the same")
        return
    heard = Flow(closed, opened, Words(states(entity, *_VALVE_STATES[2:]), {}))
    ends = {"position_open": round(opened), "position_closed": round(closed)}
    whole = {LOCKED: round(closed), UNLOCKED: round(opened)}
    order = entity.order("command_topic", "command_template", Words({}, whole), frame=ends | {"position": 0})
    if order is not None and order.template is not None:
        shares = {LOCKED: {"value": round(closed), "position": 0}, UNLOCKED: {"value": round(opened), "position": 100}}
        order = replace(order, path=(), codec=Words({}, shares), frame=ends)
    sketch.add(LOCK, feeds=entity.feed(_LOCK, "state_topic", "value_template", heard), order=order)


def siren(entity: Entity, sketch: Sketch) -> None:
    """Told in JSON, or as its templates say; it may answer with a word or with JSON."""
    told = switching(entity, ("payload_on", "ON", True), ("payload_off", "OFF", False))
    if not told:
        return
    on, off = told[True], told[False]
    said = states(entity, ("state_on", on, True), ("state_off", off, False))
    heard = Member("state", Words(said, {}))
    template = "state_value_template" if entity.has("state_value_template") else "value_template"
    sketch.add(
        ON_OFF,
        feeds=entity.feed(_POWER, "state_topic", template, heard) if said else (),
        order=_sounding(entity, on, off),
    )
    sketch.add(TRIGGERED, feeds=entity.feed(_ALARM, "state_topic", template, heard) if said else ())
    sketch.hints.add("siren")


def _sounding(entity: Entity, on: str, off: str) -> Order | None:
    topic = entity.topic("command_topic")
    if topic is None:
        return None
    keys = {True: "command_template", False: "command_off_template"}
    if not entity.word(keys[False]):
        keys[False] = keys[True]
    if not entity.word(keys[True]) and not entity.word(keys[False]):
        return Order(topic, ("state",), Words({}, {True: on, False: off}))
    told = {value: _sounded(entity, keys[value], word) for value, word in ((True, on), (False, off))}
    if not all(told.values()) or told[True] == told[False]:
        entity.note("it cannot be told on and off")
        return None
    return Order(topic, (), Words({}, told))


def _sounded(entity: Entity, key: str, word: str) -> str:
    """What the template makes of the word, without a tone, a duration or a volume."""
    if not entity.word(key):
        return build({"state": word}).decode()
    template = entity.makes(key, frozenset({"value", "state"}))
    if template is None:
        return ""
    try:
        return template.render({"value": word, "state": word})
    except ValueError as error:
        entity.note(f"{key} cannot be used: {error}")
        return ""


def alarm_control_panel(entity: Entity, sketch: Sketch) -> None:
    """On is armed. One that wants a code is only read."""
    able = entity.words("supported_features", _ARMED)
    arm = next((name for name in _ARMED if name in able), "")
    order = None
    if not arm:
        entity.note("it cannot be armed")
    elif _wants_code(entity):
        entity.note("it wants a code, and is only read")
    else:
        told = switching(entity, (f"payload_{arm}", arm.upper(), True), ("payload_disarm", "DISARM", False))
        words = Words({}, told)
        order = entity.order("command_topic", "command_template", words, "action", frame={"code": ""}) if told else None
    sketch.add(ON_OFF, feeds=entity.feed(_POWER, "state_topic", "value_template", _PANEL), order=order)
    sketch.add(TRIGGERED, feeds=entity.feed(_ALARM, "state_topic", "value_template", _SET_OFF))
    sketch.hints.add("alarm")


def _wants_code(entity: Entity) -> bool:
    required = (entity.flag(f"code_{what}_required", default=True) for what in ("arm", "disarm"))
    return bool(entity.word("code")) and any(required)
