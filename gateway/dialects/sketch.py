"""From pieces of a description to appliances: what belongs together, and which of CLOVA's types each is.

A dialect draws one Sketch for each thing that is described (an entity, an expose, a relay), with everything it says of
itself; `assemble` joins the sketches of one piece of hardware.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from gateway.dialects.kinds import Kind, belongs, kind_of, sensors_for
from gateway.dialects.words import type_words
from gateway.home.device import Device, Feature, Limits, Slot
from gateway.home.traits import LOCK, ON_OFF, Deed, Trait
from gateway.home.values import LOCKED, UNLOCKED, Value
from gateway.wire.binding import Availability, Binding, Feed, Message, Order, Wiring
from gateway.wire.codecs import Opens


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
_TRAIT_HINTS = {"power_use": "metered", "energy": "metered"}


def assemble(maker: Maker, sketches: Iterable[Sketch]) -> tuple[Wiring, ...]:
    """The appliances of one piece of hardware, those that are controlled first."""
    controls: list[tuple[Sketch, Kind]] = []
    readings: list[Sketch] = []
    words = type_words(maker.model, maker.description, maker.name)
    everything = list(sketches)
    for sketch in everything:
        if not sketch.hints & CONTROLS:
            readings.append(sketch)
            continue
        named = type_words(sketch.name) or words
        if "switch" in sketch.hints and named & _VALVES and "radiator_valve" not in named:
            _make_valve(sketch)
        kind = kind_of(_hints(sketch, everything), named, sketch.traits())
        if kind is not None and (sketch.features or sketch.deeds):
            controls.append((sketch, kind))
        else:
            sketch.notes.append(f"{sketch.part or 'it'}: CLOVA has no type for it")
    left = [piece for sketch in readings for piece in _given_away(sketch, controls)]
    parted = [*controls, *_sensors(left)]
    notes = tuple(dict.fromkeys(note for sketch in everything for note in sketch.notes))
    return tuple(_wired(maker, sketch, kind, len(parted) > 1, notes) for sketch, kind in parted)


_VALVES = frozenset({"valve", "irrigation"})


def _make_valve(sketch: Sketch) -> None:
    """A relay that is called a valve lets water or gas through, and is guarded like one."""
    on, open_ = Slot(ON_OFF), Slot(LOCK)
    binding = sketch.bindings.pop(on, None)
    feature = sketch.features.pop(on, None)
    if binding is None or feature is None:
        return
    feeds = tuple(replace(feed, slot=open_, codec=Opens(feed.codec)) for feed in binding.feeds)
    order = binding.order
    if order is not None:
        instead: dict[Value, Message] = {
            UNLOCKED if value else LOCKED: message for value, message in order.instead.items()
        }
        order = replace(order, codec=Opens(order.codec), instead=instead)
    sketch.bindings[open_] = replace(binding, slot=open_, feeds=feeds, order=order, up=None, down=None, next=None)
    sketch.features[open_] = replace(feature, slot=open_, limits=Limits(words=LOCK.words), steps=False)


def _hints(sketch: Sketch, everything: list[Sketch]) -> frozenset[str]:
    """Its own, and those of what is measured of it."""
    near = (one for one in everything if one.part in ("", sketch.part) or one is sketch)
    measured = {_TRAIT_HINTS[trait.name] for one in near for trait in one.traits() if trait.name in _TRAIT_HINTS}
    return frozenset(sketch.hints) | measured


def _given_away(sketch: Sketch, controls: list[tuple[Sketch, Kind]]) -> Iterator[Sketch]:
    """What no controlled appliance takes; each reading goes to the one of its part, or else to the first."""
    left = Sketch(
        sketch.part, sketch.name, availability=sketch.availability, availability_mode=sketch.availability_mode
    )
    for slot in sketch.features:
        takers = [one for one, kind in controls if belongs(slot.trait, kind)]
        same = [one for one in takers if one.part == sketch.part]
        taker = next(iter(same or ([] if sketch.part and len(controls) > 1 else takers)), None)
        (taker or left).take(sketch, [slot])
    if left.features:
        yield left


def _sensors(left: list[Sketch]) -> Iterator[tuple[Sketch, Kind]]:
    """Appliances that only tell: the readings of all sketches, by type."""
    has = frozenset(trait for sketch in left for trait in sketch.traits())
    for kind, told in sensors_for(has):
        sensor = Sketch(part=_SENSOR_PARTS.get(kind.name, kind.name.casefold() or "sensor"))
        for sketch in left:
            sensor.take(sketch, (slot for slot in sketch.features if slot.trait in told or belongs(slot.trait, kind)))
            if sensor.availability is None:
                sensor.availability, sensor.availability_mode = sketch.availability, sketch.availability_mode
        yield sensor, kind


_SENSOR_PARTS = {
    "SMOKESENSOR": "smoke",
    "OPENCLOSESENSOR": "contact",
    "MOTIONSENSOR": "motion",
    "AIRSENSOR": "air",
    "SMARTMETER": "meter",
    "BODYWEIGHTSCALE": "scale",
    "": "leak",
}


def _wired(maker: Maker, sketch: Sketch, kind: Kind, one_of_several: bool, notes: tuple[str, ...]) -> Wiring:
    part = sketch.part if one_of_several else ""
    device = Device(
        id=f"{maker.hardware}-{part}" if part else maker.hardware,
        kind=kind.name,
        name=sketch.name or maker.name,
        dialect=maker.dialect,
        features=sketch.features,
        deeds=frozenset(sketch.deeds),
        description=maker.description,
        manufacturer=maker.manufacturer,
        model=maker.model,
        version=maker.version,
        hidden="" if kind.name else "CLOVA has no type for it",
        hardware=maker.hardware,
        room=maker.room,
        guarded=kind.guarded,
    )
    own = sketch.availability is not None
    return Wiring(
        device,
        sketch.bindings,
        sketch.deeds,
        sketch.availability or () if own else maker.availability,
        sketch.availability_mode if own else maker.availability_mode,
        sleepy=maker.sleepy,
        notes=notes,
    )
