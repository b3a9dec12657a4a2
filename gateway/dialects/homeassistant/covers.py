"""What opens and closes: curtains, blinds, shutters, garage doors and gates, by position or by words."""

from dataclasses import dataclass, replace
from typing import Any

from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.vocabulary import Meaning, Member, Unless, bound, payload, payloads, states
from gateway.dialects.sketch import Sketch
from gateway.home.device import Limits, Slot
from gateway.home.traits import OPENING, Deed
from gateway.home.values import Value
from gateway.wire.binding import Feed, Order
from gateway.wire.codecs import Linear, Moving, Word, Words, number

_OPENING = Slot(OPENING)
_ENTRANCES = frozenset({"garage", "gate", "door"})
_ENDS = {"position_open": 100.0, "position_closed": 0.0, "tilt_min": 0.0, "tilt_max": 100.0}
_STATES: tuple[tuple[str, str, Meaning], ...] = (
    ("state_open", "open", 100.0),
    ("state_closed", "closed", 0.0),
    ("state_opening", "opening", Moving(100.0)),
    ("state_closing", "closing", Moving(0.0)),
)


@dataclass(frozen=True, slots=True)
class Both:
    """A position for a template: `value` on the device's scale, and in percent under the name it has there."""

    scale: Linear
    percent: str

    def decode(self, word: Any) -> Meaning:
        """The position, from the device's scale."""
        return self.scale.decode(word)

    def encode(self, value: Value) -> Word:
        """Two variables."""
        return {"value": self.scale.encode(value), self.percent: round(number(value))}


def cover(entity: Entity, sketch: Sketch) -> None:
    """Percent open; of what has slats only, how far they are turned."""
    if entity.has("tilt_command_topic") and not entity.has("command_topic") and not entity.has("set_position_topic"):
        _tilt(entity, sketch)
    else:
        _position(entity, sketch)
    stop = payload(entity, "payload_stop", "STOP")
    message = entity.message("command_topic", stop) if stop else None
    if message is not None and sketch.features:
        sketch.deeds[Deed.STOP] = message
    if any(feature.writable for feature in sketch.features.values()):
        sketch.hints |= {"cover"} | (_ENTRANCES & {entity.device_class})
    else:
        entity.note("it cannot be told to open or close")


def _position(entity: Entity, sketch: Sketch) -> None:
    scale = _scale(entity, ("position_closed", 0), ("position_open", 100))
    plain = Member("position", scale)
    positions = entity.feed(_OPENING, "position_topic", "position_template", plain)
    order, limits = _set_position(entity, scale, plain), _limits(scale)
    if order is None:
        order, limits = _by_words(entity)
    sketch.add(OPENING, feeds=(*positions, *_words(entity, bool(positions))), order=order, limits=limits)


def _scale(entity: Entity, closed: tuple[str, float], opened: tuple[str, float]) -> Linear:
    """The device's numbers for closed and open, which may be reversed."""
    low, high = bound(entity, *closed), bound(entity, *opened)
    if low == high:
        entity.note(f"{closed[0]} and {opened[0]} are the same")
        low, high = closed[1], opened[1]
    return Linear(low, high, 0, 100, whole=abs(high - low) > 1)


def _limits(scale: Linear) -> Limits:
    span = abs(scale.wire_high - scale.wire_low)
    return Limits(0, 100, step=max(1.0, 100 / span) if span > 1 else 1)


def _words(entity: Entity, has_position: bool) -> tuple[Feed, ...]:
    """What its state says: everything, or beside a position only the way it goes."""
    said = states(entity, *_STATES)
    others = {entity.word("state_stopped", "stopped").casefold()}
    if has_position:
        others |= {word.casefold() for word, meaning in said.items() if not isinstance(meaning, Moving)}
        said = {word: meaning for word, meaning in said.items() if isinstance(meaning, Moving)}
    others -= {word.casefold() for word in said}
    codec = Unless(Words(said, {}), frozenset(others))
    return entity.feed(_OPENING, "state_topic", "value_template", codec) if said else ()


def _set_position(entity: Entity, scale: Linear, plain: Member) -> Order | None:
    if not entity.word("set_position_template"):
        return entity.order("set_position_topic", "", plain)
    return _templated(entity, "set_position", scale, "position")


def _templated(entity: Entity, name: str, scale: Linear, percent: str) -> Order | None:
    """An order whose template has the position in both ways, and the ends of both scales."""
    ends = {key: bound(entity, key, usual) for key, usual in _ENDS.items()}
    frame = {key: int(end) if end.is_integer() else end for key, end in ends.items()}
    order = entity.order(f"{name}_topic", f"{name}_template", scale, frame=frame | {percent: 0})
    return order and replace(order, path=(), codec=Both(scale, percent), frame=frame)


def _by_words(entity: Entity) -> tuple[Order | None, Limits]:
    """Open and closed, or the one of them that there is a word for."""
    told = payloads(entity, ("payload_open", "OPEN", 100.0), ("payload_close", "CLOSE", 0.0))
    if not told:
        return None, Limits(0, 100)
    return entity.order("command_topic", "", Words({}, told)), Limits(min(told), max(told), step=100)


def _tilt(entity: Entity, sketch: Sketch) -> None:
    scale = _scale(entity, ("tilt_min", 0), ("tilt_max", 100))
    if entity.word("tilt_command_template"):
        order = _templated(entity, "tilt_command", scale, "tilt_position")
    else:
        order = entity.order("tilt_command_topic", "", scale)
    sketch.add(
        OPENING,
        feeds=entity.feed(_OPENING, "tilt_status_topic", "tilt_status_template", scale),
        order=order,
        limits=_limits(scale),
    )
    entity.note("open means that its slats are turned open")
