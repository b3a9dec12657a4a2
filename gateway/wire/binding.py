"""What a dialect compiles a device into: where each slot is heard, and what is sent to set it."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from gateway.home.commands import Press
from gateway.home.device import Device, Slot
from gateway.home.traits import Deed
from gateway.home.values import Value
from gateway.wire.codecs import Codec, Word
from gateway.wire.jsontext import build
from gateway.wire.paths import Path, write
from gateway.wire.template import Template

NUMBER = "@number"
"""Stands in a JSON message where each command's own number is to be, by which a device's reply to it is known."""


@dataclass(frozen=True, slots=True)
class When:
    """A message speaks of a slot only if one of these words stands there: a colour counts while color_mode is xy."""

    path: Path
    words: frozenset[str]
    """As `codecs.spell` spells them, in lower case."""
    absent: bool = False
    """Whether it speaks of the slot as well where nothing stands there: some lamps tell no color_mode."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A slot is heard at this topic (wildcards allowed), at this path of its JSON, in this coding."""

    slot: Slot
    topic: str
    path: Path
    codec: Codec
    template: Template | None = None
    """Makes the text to be decoded out of the message, in place of the path."""
    when: tuple[When, ...] = ()
    """All of them must hold."""


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT publication."""

    topic: str
    payload: bytes
    acknowledged: bool = False
    """Whether the broker's word for it is waited for (QoS 1), because the device will give none.

    Otherwise QoS 0: the device's echo proves more, and no broker keeps a command for a device that is away.
    """


@dataclass(frozen=True, slots=True)
class Order:
    """A slot is set by publishing here: the coded value alone, or at a path of a JSON object.

    Values for one topic whose frames agree go into one object.
    """

    topic: str
    path: Path
    codec: Codec
    frame: Mapping[str, Any] = field(default_factory=dict)
    """What else stands in the object: a method and its other parameters, or `{"state": "ON"}`."""
    template: Template | None = None
    """Makes the payload out of the object's keys as its variables, in place of JSON."""
    before: tuple[Message, ...] = ()
    after: tuple[Message, ...] = ()
    """What else is published, first or last."""
    instead: Mapping[Value, Message] = field(default_factory=dict)
    """Values with a publication of their own, which may have another topic."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Everything the engine needs to read and set one slot."""

    slot: Slot
    feeds: tuple[Feed, ...] = ()
    order: Order | None = None
    ask: Message | None = None
    """Published to make the device say its value."""
    up: Message | None = None
    down: Message | None = None
    next: Message | None = None
    """The device's own steps, see `home.commands.Press`."""


@dataclass(frozen=True, slots=True)
class Availability:
    """The device's own word for being there, for instance its MQTT last will."""

    topic: str
    path: Path = ()
    online: tuple[Word, ...] = ("online",)
    offline: tuple[Word, ...] = ("offline",)
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Wiring:
    """A device and all of its bindings; two are compared to know whether anything changed."""

    device: Device
    bindings: Mapping[Slot, Binding]
    deeds: Mapping[Deed, Message] = field(default_factory=dict)
    availability: tuple[Availability, ...] = ()
    availability_mode: Literal["latest", "all", "any"] = "all"
    """Whose word counts: the last one's, or it takes all of them, or one, for the device to be there."""
    sleepy: bool = False
    """Whether it runs on a battery and obeys only when it wakes, in minutes."""
    patient: bool = False
    """Whether its owner is content to hear "done" once the broker has such a command."""
    is_group: bool = False
    """Whether it stands for several devices, for which something else speaks."""
    part: str = ""
    """Which part of its hardware it is, as its dialect calls it."""
    notes: tuple[str, ...] = ()
    """What of its description could not be used, and why."""

    def feeds(self) -> tuple[Feed, ...]:
        """Every place this device is heard at."""
        return tuple(feed for binding in self.bindings.values() for feed in binding.feeds)

    def told(self) -> frozenset[str]:
        """Every topic that commands to this device are published to."""
        bindings = self.bindings.values()
        orders = [binding.order for binding in bindings if binding.order is not None]
        beside = (one for order in orders for one in (*order.before, *order.after, *order.instead.values()))
        pressed = (one for binding in bindings for one in (binding.up, binding.down, binding.next))
        said = (one for one in (*beside, *pressed, *self.deeds.values()) if one is not None)
        return frozenset({order.topic for order in orders} | {one.topic for one in said})

    def topics(self) -> frozenset[str]:
        """Every topic filter this device needs a subscription for."""
        arms = {self.device.unlocking.arm_topic} - {""}
        return frozenset(feed.topic for feed in self.feeds()) | {one.topic for one in self.availability} | arms


class _Parcel:
    """Values on their way into one message."""

    def __init__(self, order: Order, values: dict[str, Any]) -> None:
        self.topic = order.topic
        self.template = order.template
        self.values = values

    def takes(self, order: Order, values: dict[str, Any]) -> bool:
        """Put more values in, unless they belong elsewhere or contradict."""
        if (self.topic, self.template) != (order.topic, order.template) or not _agree(self.values, values):
            return False
        _merge(self.values, values)
        return True

    def message(self, acknowledged: bool) -> Message:
        """Raises ValueError where a template cannot make anything of the values."""
        payload = self.template.render(self.values).encode() if self.template is not None else build(self.values)
        return Message(self.topic, payload, acknowledged)


def messages(changes: Mapping[Slot, Value], wiring: Wiring) -> tuple[Message, ...]:
    """The publications that set these slots: JSON values for one topic go into one message. Order is kept."""
    acknowledged = wiring.patient or any(not wiring.bindings[slot].feeds for slot in changes)
    before: dict[Message, None] = {}
    after: dict[Message, None] = {}
    plain: list[Message] = []
    parcels: list[_Parcel] = []
    for slot, value in changes.items():
        order = wiring.bindings[slot].order
        if order is None:
            raise ValueError(f"{slot} cannot be set")
        before |= dict.fromkeys(order.before)
        after |= dict.fromkeys(order.after)
        if value in order.instead:
            plain.append(replace(order.instead[value], acknowledged=acknowledged))
            continue
        word = order.codec.encode(value)
        if not (order.path or order.frame or order.template):
            plain.append(Message(order.topic, text(word), acknowledged))
            continue
        values = _framed(order, word)
        if not any(parcel.takes(order, values) for parcel in parcels):
            parcels.append(_Parcel(order, values))
    return (*before, *(parcel.message(acknowledged) for parcel in parcels), *plain, *after)


def _framed(order: Order, word: Word) -> dict[str, Any]:
    """The word in its frame; an object without a path of its own gives its keys to the frame."""
    values: dict[str, Any] = deepcopy(dict(order.frame))
    if order.path:
        write(values, order.path, word)
    elif isinstance(word, dict):
        values |= word
    return values


def _agree(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    shared = one.keys() & other.keys()
    return all(
        _agree(one[key], other[key])
        if isinstance(one[key], dict) and isinstance(other[key], dict)
        else one[key] == other[key]
        for key in shared
    )


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def numbered(message: Message, number: int) -> Message:
    """The message with its own number where it has a place for one."""
    return replace(message, payload=message.payload.replace(b'"%b"' % NUMBER.encode(), b"%d" % number))


def presses(press: Press, wiring: Wiring) -> tuple[Message, ...]:
    """The publications that step a slot, as often as is asked."""
    binding = wiring.bindings[press.slot]
    message = {"up": binding.up, "down": binding.down, "next": binding.next}[press.way]
    if message is None:
        raise ValueError(f"{press.slot} cannot be stepped {press.way}")
    return (replace(message, acknowledged=not binding.feeds),) * press.times


def text(word: Word) -> bytes:
    """A coded value as the whole of a payload: words as they are, numbers in their shortest form, objects as JSON."""
    match word:
        case str():
            return word.encode()
        case bool():
            return b"true" if word else b"false"
        case float() if word.is_integer():
            return str(int(word)).encode()
        case int() | float():
            return str(word).encode()
        case _:
            return build(word)
