"""Where a device or a group is heard and told, and how an expose becomes a slot of a sketch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.dialects.sketch import Sketch
from gateway.dialects.zigbee2mqtt.codings import Untested
from gateway.dialects.zigbee2mqtt.exposes import Expose
from gateway.home.device import Limits, Slot
from gateway.home.traits import Trait
from gateway.wire.binding import Availability, Feed, Message, Order, When
from gateway.wire.codecs import Codec
from gateway.wire.jsontext import build
from gateway.wire.paths import Path
from gateway.wire.topics import check_topic

MAX_NAME = 1000
"""Characters of a friendly name, which is a part of topics."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The topics of a device or a group; ValueError if its name cannot stand in one."""

    base: str
    name: str
    answers: bool = True
    """Whether it can be asked: a group cannot."""

    def __post_init__(self) -> None:
        """Refuse a name that would make other topics than its own."""
        if not 0 < len(self.name) <= MAX_NAME:
            raise ValueError("its name is empty or too long")
        if any(ord(letter) == 127 for letter in self.name):
            raise ValueError("a topic has no control characters")
        check_topic(f"{self.base}/{self.name}/set")

    @property
    def state(self) -> str:
        """Where its state is published."""
        return f"{self.base}/{self.name}"

    def tells(self, values: Mapping[str, Any], endpoint: str = "") -> Message:
        """The message that sets these values."""
        within = f"/{endpoint}" if endpoint else ""
        return Message(f"{self.state}{within}/set", build(values))

    def feed(self, slot: Slot, path: Path, codec: Codec, when: tuple[When, ...] = ()) -> Feed:
        """The slot as it stands in the state."""
        return Feed(slot, self.state, path, codec, when=when)

    def order(self, path: Path, codec: Codec) -> Order:
        """Set what is at the path."""
        return Order(f"{self.state}/set", path, codec)

    def ask(self, values: Mapping[str, Any]) -> Message | None:
        """The message that makes it say these values."""
        return Message(f"{self.state}/get", build(values)) if self.answers else None

    def availability(self) -> tuple[Availability, ...]:
        """The bridge's word and, for a device, its own, if that is ever published."""
        topics = [f"{self.base}/bridge/state", *([f"{self.state}/availability"] if self.answers else [])]
        return tuple(Availability(topic, ("state",)) for topic in topics)


def draw(
    sketch: Sketch,
    spot: Spot,
    trait: Trait,
    expose: Expose | None,
    codec: Codec | None,
    limits: Limits | None = None,
    when: tuple[When, ...] = (),
    part: str = "",
) -> None:
    """Give the sketch a trait, read and set and asked for as the expose's access allows."""
    if expose is None or codec is None or not expose.key:
        return
    path = (expose.key,)
    heard = () if isinstance(codec, Untested) else path
    sketch.add(
        trait,
        part=part,
        feeds=(spot.feed(Slot(trait, part), heard, codec, when),) if expose.published else (),
        order=spot.order(path, codec) if expose.settable and trait.writable else None,
        ask=spot.ask({expose.key: ""}) if expose.gettable else None,
        limits=limits,
    )
