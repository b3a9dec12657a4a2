"""What a dialect compiles a device into: where each slot is heard, and what is sent to set it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.home.commands import Press
from gateway.home.device import Device, Slot
from gateway.home.traits import Deed
from gateway.home.values import Value
from gateway.wire.codecs import Codec, Word
from gateway.wire.jsontext import build
from gateway.wire.paths import Path, write


@dataclass(frozen=True, slots=True)
class Feed:
    """A slot is heard at this topic (wildcards allowed), at this path of its JSON, in this coding."""

    slot: Slot
    topic: str
    path: Path
    codec: Codec


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
    """A slot is set by publishing here: the coded value alone, or at a path of a JSON object."""

    topic: str
    path: Path
    codec: Codec


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
    path: Path
    online: tuple[Word, ...]
    offline: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Wiring:
    """A device and all of its bindings; two are compared to know whether anything changed."""

    device: Device
    bindings: Mapping[Slot, Binding]
    deeds: Mapping[Deed, Message] = field(default_factory=dict)
    availability: Availability | None = None

    def feeds(self) -> tuple[Feed, ...]:
        """Every place this device is heard at."""
        return tuple(feed for binding in self.bindings.values() for feed in binding.feeds)

    def topics(self) -> frozenset[str]:
        """Every topic filter this device needs a subscription for."""
        heard = {feed.topic for feed in self.feeds()}
        return frozenset(heard | ({self.availability.topic} if self.availability else set()))


def messages(changes: Mapping[Slot, Value], wiring: Wiring) -> tuple[Message, ...]:
    """The publications that set these slots: JSON values for one topic go into one message. Order is kept."""
    acknowledged = any(not wiring.bindings[slot].feeds for slot in changes)
    plain: list[Message] = []
    objects: dict[str, dict[str, object]] = {}
    for slot, value in changes.items():
        order = wiring.bindings[slot].order
        if order is None:
            raise ValueError(f"{slot} cannot be set")
        word = order.codec.encode(value)
        if order.path:
            write(objects.setdefault(order.topic, {}), order.path, word)
        else:
            plain.append(Message(order.topic, text(word), acknowledged))
    return (*(Message(topic, build(value), acknowledged) for topic, value in objects.items()), *plain)


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
