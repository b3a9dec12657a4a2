"""What a dialect makes of a description, before it is known what appliances that comes to.

A dialect draws one Sketch for each thing that is described (an entity, an expose, a relay), with everything it says of
itself; `assembly.assemble` joins the sketches of one piece of hardware.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from gateway.home.device import Feature, Limits, Slot
from gateway.home.traits import Deed, Sort, Trait
from gateway.home.values import Value
from gateway.wire.binding import Availability, Binding, Feed, Message, Order
from gateway.wire.codecs import Words


@dataclass(frozen=True, slots=True)
class Maker:
    """What a description says of the whole piece of hardware."""

    hardware: str
    dialect: str
    name: str
    manufacturer: str = ""
    model: str = ""
    version: str = ""
    description: str = ""
    room: str = ""
    sleepy: bool = False
    is_group: bool = False
    availability: tuple[Availability, ...] = ()
    availability_mode: Literal["latest", "all", "any"] = "all"


@dataclass(slots=True)
class Sketch:
    """One thing that is described: something controlled, or readings.

    `hints` speak for its type: light, switch, lock, cover, climate, fan, humidifier, vacuum, valve, siren, alarm,
    water_heater, lawn_mower, button or scene for what is controlled (none of these: only readings), and further words
    such as garage, cools, plug, metered, dehumidifier, air_purifier.
    """

    part: str = ""
    """Which part of the hardware it is: an endpoint, an entity's own id; empty for the whole."""
    name: str = ""
    """Its own name, where it has one beside that of the hardware."""
    hints: set[str] = field(default_factory=set)
    features: dict[Slot, Feature] = field(default_factory=dict)
    bindings: dict[Slot, Binding] = field(default_factory=dict)
    deeds: dict[Deed, Message] = field(default_factory=dict)
    availability: tuple[Availability, ...] | None = None
    """Its own, where it is not that of the hardware."""
    availability_mode: Literal["latest", "all", "any"] = "all"
    notes: list[str] = field(default_factory=list)
    """What of it could not be used, and why."""
    called: tuple[str, ...] = ()
    """What else it is called in its description, whether that is shown or not: what it may let in depends on it."""

    def add(
        self,
        trait: Trait,
        *,
        part: str = "",
        feeds: tuple[Feed, ...] = (),
        order: Order | None = None,
        ask: Message | None = None,
        up: Message | None = None,
        down: Message | None = None,
        limits: Limits | None = None,
        stale_after: float | None = None,
        lapses_after: float | None = None,
    ) -> None:
        """Give it a trait. The first description of a slot stands; a trait that is only measured takes no order."""
        slot = Slot(trait, part)
        if slot in self.features or not (feeds or order or up):
            return
        if not trait.writable:
            order = None
        self.bindings[slot] = Binding(slot, feeds, order, ask if feeds else None, up, down)
        self.features[slot] = Feature(
            slot,
            readable=bool(feeds),
            writable=order is not None,
            limits=limits or Limits(trait.low, trait.high, trait.step, trait.words),
            steps=up is not None,
            stale_after=stale_after,
            only=_only(trait, order),
            lapses_after=lapses_after,
        )

    def traits(self) -> frozenset[Trait]:
        """Every trait it has."""
        return frozenset(slot.trait for slot in self.features)

    def take(self, other: "Sketch", wanted: Iterable[Slot]) -> None:
        """Take these slots over from another sketch, unless they are there already."""
        for slot in wanted:
            if slot not in self.features:
                self.features[slot], self.bindings[slot] = other.features[slot], other.bindings[slot]


CONTROLS = frozenset(
    [
        "light",
        "switch",
        "lock",
        "cover",
        "climate",
        "fan",
        "humidifier",
        "vacuum",
        "valve",
        "siren",
        "alarm",
        "water_heater",
        "lawn_mower",
        "button",
        "scene",
    ]
)


def _only(trait: Trait, order: Order | None) -> Value | None:
    """The one value that a switch can be set to, where there is one."""
    if order is None or trait.sort is not Sort.SWITCH or order.instead or not isinstance(order.codec, Words):
        return None
    return order.codec.only
