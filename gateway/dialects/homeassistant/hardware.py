"""From all that is announced of one piece of hardware to its appliances. Pure: entities in, wirings out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zlib import crc32

from gateway.dialects.assembly import assemble
from gateway.dialects.finding import hardware_in, slug
from gateway.dialects.homeassistant.availability import availability, availability_mode
from gateway.dialects.homeassistant.components import COMPONENTS
from gateway.dialects.homeassistant.entity import Entity, clean
from gateway.dialects.homeassistant.parts import Drawn, name, part
from gateway.dialects.homeassistant.sensors import rank
from gateway.dialects.homeassistant.zigbee import fitting, joined
from gateway.dialects.sketch import Maker, Sketch
from gateway.dialects.zigbee2mqtt.groups import group_hardware
from gateway.home.device import Slot
from gateway.home.traits import BATTERY, LOCK, ON_OFF, OPENING
from gateway.wire.binding import Wiring

DIALECT = "homeassistant"
MAX_SKETCHES = 64
MAX_SLOTS = 400
MAX_IDS = 20
_READINGS = ("sensor", "binary_sensor", "event", "device_automation")
_UTF8 = frozenset({"utf-8", "utf8", "utf_8", "ascii", ""})


def named(text: str) -> str:
    """The provisional name of hardware that tells no address; two texts never get one name."""
    short = slug(text)
    if short == text:
        return f"ha-{short}"
    return "-".join(filter(None, ("ha", short[:39], f"{crc32(text.encode('utf-8', 'replace')):08x}")))


def addresses(device: Mapping[str, Any]) -> tuple[str, ...]:
    """The MAC and IEEE addresses it is connected by, as `hardware_in` has them; MACs first."""
    listed = device.get("connections")
    if not isinstance(listed, list):
        return ()
    pairs = [one for one in listed[:MAX_IDS] if isinstance(one, list) and len(one) == 2 and isinstance(one[1], str)]
    pairs.sort(key=lambda one: one[0] != "mac")
    return tuple(dict.fromkeys(address for pair in pairs if (address := hardware_in(pair[1]))))


def identifiers(device: Mapping[str, Any]) -> tuple[str, ...]:
    """What its maker calls it."""
    listed = device.get("identifiers")
    items = listed[:MAX_IDS] if isinstance(listed, list) else [listed]
    texts = (str(item) for item in items if isinstance(item, str | int) and not isinstance(item, bool))
    return tuple(dict.fromkeys(text[:500] for text in texts if text))


def hardware_of(device: Mapping[str, Any], otherwise: str) -> str:
    """The hardware a description is about: an address, or else its first identifier, or else `otherwise`."""
    return hardware_by(addresses(device), identifiers(device), otherwise)


def hardware_by(connected: Sequence[str], called: Sequence[str], otherwise: str) -> str:
    """The same, of what has these addresses and identifiers."""
    known = next(iter(connected), "") or next(filter(None, map(_address, called)), "")
    return known or named(next(iter(called), otherwise))


def _address(identifier: str) -> str:
    """An address, or the group of Zigbee2MQTT that it names: the letters of its base topic as numbers, and its own."""
    group = _GROUP.fullmatch(identifier)
    if group is None:
        return hardware_in(identifier)
    base = "".join(chr(int(code)) for code in _LETTER.findall(group[1]))
    return group_hardware(int(group[2]), base)


_GROUP = re.compile(r"zigbee2mqtt_((?:1[0-2]\d|[3-9]\d){1,100})_(\d{1,6})")
_LETTER = re.compile(r"1[0-2]\d|[3-9]\d")


def compiled(
    hardware: str, entities: Iterable[Entity], devices: Sequence[Mapping[str, Any]]
) -> tuple[tuple[Wiring, ...], tuple[str, ...]]:
    """The appliances of one piece of hardware, and why a part of it is none."""
    kept, refused = fitting(entities)
    ordered = sorted(kept, key=lambda entity: (entity.component in _READINGS, *rank(entity)))
    refused += [f"only {MAX_SKETCHES} of its {len(ordered)} entities are used"] if len(ordered) > MAX_SKETCHES else []
    everything = [_draw(entity) for entity in ordered[:MAX_SKETCHES]]
    drawn = joined(_bounded(everything))
    maker = _maker(hardware, devices, drawn)
    part(drawn)
    name(drawn, maker.name)
    _tell_once(drawn)
    wirings = assemble(maker, [one.sketch for one in drawn])
    untold = [one for one in everything if one not in drawn] if wirings else everything
    refused += (note for one in untold for note in one.sketch.notes)
    return wirings, tuple(dict.fromkeys(refused))


def _draw(entity: Entity) -> Drawn:
    """The sketch of one entity; one that is not to be used has no features, and a note that says why."""
    sketch = Sketch(called=(entity.name, entity.object_id))
    entity = replace(entity, notes=sketch.notes)
    if not entity.flag("enabled_by_default", default=True):
        entity.note("it is not enabled by default")
    elif entity.word("encoding", "utf-8").casefold() not in _UTF8:
        entity.note("it is encoded otherwise than in UTF-8")
    else:
        COMPONENTS[entity.component](entity, sketch)
        _keep_honest(entity, sketch)
        sketch.availability = availability(entity)
        sketch.availability_mode = availability_mode(entity)
        if not (sketch.features or sketch.deeds or sketch.notes):
            entity.note("it has no topic that could be used")
    return Drawn(entity, sketch)


_WATCHED = {"lock": LOCK, "valve": LOCK, "cover": OPENING, "alarm_control_panel": ON_OFF}
"""What lets in or out: the broker's word is not enough where the device says how it is."""


def _keep_honest(entity: Entity, sketch: Sketch) -> None:
    """What says how it is, and cannot be understood, is not moved blindly."""
    slot = Slot(_WATCHED[entity.component]) if entity.component in _WATCHED else None
    binding = sketch.bindings.get(slot) if slot is not None else None
    if slot is None or binding is None or binding.feeds or binding.order is None or entity.optimistic:
        return
    if any(entity.has(key) for key in ("state_topic", "position_topic")):
        entity.note(f"{slot} cannot be set, as what it says of itself cannot be read")
        del sketch.bindings[slot], sketch.features[slot]


def _bounded(everything: Iterable[Drawn]) -> list[Drawn]:
    """Those that have something to say or to do, up to the number of slots one device may have."""
    drawn: list[Drawn] = []
    slots = 0
    for one in everything:
        slots += len(one.sketch.features)
        if not (one.sketch.features or one.sketch.deeds):
            continue
        if slots > MAX_SLOTS:
            one.entity.note(f"the device has more than {MAX_SLOTS} values")
            continue
        drawn.append(one)
    return drawn


def _tell_once(drawn: Iterable[Drawn]) -> None:
    """Note which readings are not told, because another of the same part tells that trait."""
    told: dict[tuple[str, Slot], Entity] = {}
    for one in drawn:
        for slot in one.sketch.features if not one.is_control else ():
            first = told.setdefault((one.sketch.part, slot), one.entity)
            if first is not one.entity:
                one.entity.note(f"{slot} is told by {first.object_id}")


def _maker(hardware: str, devices: Sequence[Mapping[str, Any]], drawn: Sequence[Drawn]) -> Maker:
    def first(*keys: str) -> str:
        given = (device[key] for key in keys for device in devices if key in device)
        return next(filter(None, map(clean, given)), "")

    names = [one.entity.name for one in drawn if one.entity.name] or [clean(one.entity.object_id) for one in drawn]
    battery = any(BATTERY in one.sketch.traits() for one in drawn)
    return Maker(
        hardware=hardware,
        dialect=DIALECT,
        is_group=hardware.startswith("z2m-group-"),
        name=first("name") or next(iter(names), "") or first("model") or hardware,
        manufacturer=first("manufacturer"),
        model=first("model", "model_id"),
        version=first("sw_version"),
        room=first("suggested_area"),
        sleepy=battery and any(one.entity.component == "climate" for one in drawn),
    )
