"""From the sketches of one piece of hardware to its appliances: what belongs together, what it is, what is guarded."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count

from gateway.dialects.kinds import Kind, belongs, kind_of, sensors_for
from gateway.dialects.sketch import CONTROLS, Maker, Sketch
from gateway.dialects.words import type_words
from gateway.home.device import Device, Limits, Slot
from gateway.home.traits import ENERGY, LOCK, ON_OFF, OPENING, POWER_USE, Trait
from gateway.home.values import LOCKED, UNLOCKED, Value
from gateway.wire.binding import Message, Wiring, messages
from gateway.wire.codecs import Opens
from gateway.wire.topics import TopicMap, is_filter

_METERED = frozenset({POWER_USE, ENERGY})


def assemble(maker: Maker, sketches: Iterable[Sketch]) -> tuple[Wiring, ...]:
    """The appliances of one piece of hardware, those that are controlled first."""
    controls: list[tuple[Sketch, Kind]] = []
    readings: list[Sketch] = []
    everything = list(sketches)
    metered = frozenset(sketch.part for sketch in everything if sketch.traits() & _METERED)
    for sketch in everything:
        if not sketch.hints & CONTROLS:
            readings.append(sketch)
            continue
        kind = _kind(sketch, maker, metered)
        if kind is not None and (sketch.features or sketch.deeds):
            controls.append((sketch, kind))
        else:
            sketch.notes.append(f"{sketch.part or 'it'}: CLOVA has no type for it")
    controls = _guarded(controls)
    left = [piece for sketch in readings for piece in _given_away(sketch, controls)]
    parted = [*controls, *_sensors(left)]
    _tell_apart(sketch for sketch, _ in parted)
    _deafen(sketch for sketch, _ in parted)
    notes = tuple(dict.fromkeys(note for sketch in everything for note in sketch.notes))
    return tuple(_wired(maker, sketch, kind, len(parted) > 1, notes) for sketch, kind in parted)


def _kind(sketch: Sketch, maker: Maker, metered: frozenset[str]) -> Kind | None:
    """Its type, by its own names or else by those of the hardware; what it may let in by all of them.

    `metered` are the parts whose power or energy is measured.
    """
    own = type_words(sketch.name) or type_words(maker.model, maker.description, maker.name)
    words = own | type_words(*sketch.called)
    if "switch" in sketch.hints and words & _VALVES and "radiator_valve" not in words:
        _make_valve(sketch)
    hints = sketch.hints | {"metered"} if metered & {"", sketch.part} else sketch.hints
    kind = kind_of(frozenset(hints), words, sketch.traits())
    if kind is None:
        return None
    settable = {slot.trait for slot, feature in sketch.features.items() if feature.writable or feature.steps}
    if kind.name in ("LIGHT", "FAN") and kind.guarded and settable != {ON_OFF}:
        return replace(kind, guarded="")  # no relay has a brightness or a speed
    if kind.name == "SWITCH" and not kind.guarded and "light" not in words:
        opens = _opens(sketch, maker)
        return replace(kind, guarded=opens) if opens else kind
    return kind


PRESSED = frozenset({"button", "scene"})
_OPENS = re.compile(
    r"(?<![a-z])(open(er|s|ing)?|unlock|unlatch|latch|release|buzz(er)?)(?![a-z])"
    r"|열림(?!\s?(알림|감지|경고))|열기|개방|해제|開け|開く|解錠|開錠|解除",
    re.IGNORECASE,
)
_DISARMS = re.compile(r"(?<![a-z])disarm|경비\s?해제|警戒解除", re.IGNORECASE)
_TELLS = re.compile(r"chime|알림|감지|경고|warning|notif|sign(?![a-z])|plan(?![a-z])|detect", re.IGNORECASE)
_DOOR = re.compile(r"(?<![a-z])(door|gate|lock|entrance)|(?<!창)문|ドア|扉|門|玄関|錠", re.IGNORECASE)


def _opens(sketch: Sketch, maker: Maker) -> str:
    """What pressing it, or switching it at a door, may let in, by what it is called; empty for nothing."""
    texts = [text[:200] for text in (sketch.name or maker.name, *sketch.called)]
    if any(map(_DISARMS.search, texts)):
        return "lock"  # what switches an alarm panel on is harmless; whatever is called so is not
    at_a_door = bool(sketch.hints & PRESSED) or any(map(_DOOR.search, texts))
    opens = at_a_door and any(map(_OPENS.search, texts)) and not any(map(_TELLS.search, texts))
    return "lock" if opens else ""


_PLAIN = frozenset({"SWITCH", "SMARTPLUG"})


def _guarded(controls: list[tuple[Sketch, Kind]]) -> list[tuple[Sketch, Kind]]:
    """Whatever else is switched or pressed at a lock, a garage door or an alarm panel is guarded as that is."""
    guards = [
        kind.guarded for one, kind in controls if kind.guarded and (kind.name not in _PLAIN or "alarm" in one.hints)
    ]
    if not guards:
        return controls
    guard = "lock" if guards[0] == "alarm" else guards[0]  # beside a panel is what gets round it
    return [
        (sketch, replace(kind, guarded=kind.guarded or guard) if kind.name in _PLAIN else kind)
        for sketch, kind in controls
    ]


def _tell_apart(sketches: Iterable[Sketch]) -> None:
    """No two parts of one piece of hardware are called the same."""
    taken: set[str] = set()
    for sketch in sketches:
        if sketch.part in taken:
            numbered = (f"{sketch.part or 'part'}-{number}" for number in count(2))
            sketch.part = next(name for name in numbered if name not in taken)
        taken.add(sketch.part)


def _deafen(sketches: Iterable[Sketch]) -> None:
    """What we publish to ourselves would pass for the device's answer."""
    for sketch in sketches:
        told = _told(sketch)
        for slot, binding in tuple(sketch.bindings.items()):
            heard = tuple(feed for feed in binding.feeds if not _hears(feed.topic, told))
            if heard != binding.feeds:
                sketch.notes.append(f"{slot}: it is told and heard at one topic, so that it cannot be heard")
                sketch.bindings[slot] = replace(binding, feeds=heard, ask=binding.ask if heard else None)
                sketch.features[slot] = replace(sketch.features[slot], readable=bool(heard))
                if not heard and slot.trait in (LOCK, OPENING):  # nobody would know what became of it
                    del sketch.bindings[slot], sketch.features[slot]


def _told(sketch: Sketch) -> frozenset[str]:
    orders = [binding.order for binding in sketch.bindings.values() if binding.order is not None]
    sent = [message for order in orders for message in (*order.before, *order.after, *order.instead.values())]
    sent += [*sketch.deeds.values()]
    sent += [one for binding in sketch.bindings.values() for one in (binding.up, binding.down, binding.next) if one]
    return frozenset({order.topic for order in orders} | {message.topic for message in sent})


def _hears(topic: str, told: frozenset[str]) -> bool:
    if not is_filter(topic):
        return topic in told
    filters: TopicMap[bool] = TopicMap()
    filters.add(topic, True)
    return any(filters.find(one) for one in told)


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
    sketch.features[open_] = replace(feature, slot=open_, limits=Limits(words=LOCK.words), steps=False, only=None)


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
    wiring = Wiring(
        device,
        sketch.bindings,
        sketch.deeds,
        sketch.availability or () if own else maker.availability,
        sketch.availability_mode if own else maker.availability_mode,
        sleepy=maker.sleepy,
        is_group=maker.is_group,
        part=sketch.part,
        notes=notes,
    )
    return _only_opening(wiring) if kind.guarded else wiring


_OPEN_AND_SHUT: dict[Trait, tuple[Value, Value]] = {
    LOCK: (UNLOCKED, LOCKED),
    OPENING: (100.0, 0.0),
    ON_OFF: (True, False),
}


def _only_opening(wiring: Wiring) -> Wiring:
    """What is told the same to open and to shut opens, as far as anybody knows."""
    features = dict(wiring.device.features)
    for slot, feature in wiring.device.features.items():
        both = _OPEN_AND_SHUT.get(slot.trait)
        if both is not None and feature.writable and feature.only is None and _told_alike(wiring, slot, both):
            disarms = wiring.device.guarded == "alarm" and slot.trait is ON_OFF
            features[slot] = replace(feature, only=both[1] if disarms else both[0])
    return replace(wiring, device=replace(wiring.device, features=features))


def _told_alike(wiring: Wiring, slot: Slot, values: tuple[Value, Value]) -> bool:
    try:
        one, other = (messages({slot: value}, wiring) for value in values)
    except ValueError:
        return False
    return one == other
