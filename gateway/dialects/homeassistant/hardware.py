"""From all that is announced of one piece of hardware to its appliances. Pure: entities in, wirings out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from gateway.dialects.finding import hardware_in, slug
from gateway.dialects.homeassistant.availability import availability, availability_mode
from gateway.dialects.homeassistant.components import COMPONENTS
from gateway.dialects.homeassistant.entity import Entity, clean
from gateway.dialects.homeassistant.sensors import rank
from gateway.dialects.sketch import CONTROLS, Maker, Sketch, assemble
from gateway.home.traits import BATTERY
from gateway.wire.binding import Wiring

DIALECT = "homeassistant"
MAX_SKETCHES = 64
MAX_SLOTS = 400
MAX_IDS = 20
_PRESSED = frozenset({"button", "scene"})


def named(text: str) -> str:
    """The provisional name of hardware that tells no address; two texts never get one name."""
    short = slug(text)
    return f"ha-{short}" if short == text else f"ha-{short[:39]}-{crc32(text.encode('utf-8', 'replace')):08x}".lower()


def addresses(device: Mapping[str, Any]) -> tuple[str, ...]:
    """The MAC and IEEE addresses it is connected by, as `hardware_in` has them."""
    listed = device.get("connections")
    items = listed[:MAX_IDS] if isinstance(listed, list) else []
    pairs = sorted((one for one in items if isinstance(one, list) and len(one) == 2), key=lambda one: one[0] != "mac")
    found = (hardware_in(pair[1]) for pair in pairs if isinstance(pair[1], str))
    return tuple(dict.fromkeys(address for address in found if address))


def identifiers(device: Mapping[str, Any]) -> tuple[str, ...]:
    """What its maker calls it, one at least where it has any."""
    listed = device.get("identifiers")
    items = listed[:MAX_IDS] if isinstance(listed, list) else [listed]
    texts = (str(item) for item in items if isinstance(item, str | int) and not isinstance(item, bool))
    return tuple(dict.fromkeys(text[:500] for text in texts if text))


def hardware_of(device: Mapping[str, Any], otherwise: str) -> str:
    """The hardware a description is about: an address, or else its first identifier, or else `otherwise`."""
    known = addresses(device) or tuple(filter(None, map(hardware_in, identifiers(device))))
    return known[0] if known else named(next(iter(identifiers(device)), otherwise))


@dataclass(slots=True)
class _Drawn:
    """An entity and its sketch."""

    entity: Entity
    sketch: Sketch
    end: str = ""
    """Which of several outlets, relays, gangs it is: what its id ends in."""

    @property
    def is_control(self) -> bool:
        return bool(self.sketch.hints & CONTROLS)

    @property
    def is_pressed(self) -> bool:
        return bool(self.sketch.hints & _PRESSED)


def compiled(
    hardware: str, entities: Iterable[Entity], devices: Sequence[Mapping[str, Any]]
) -> tuple[tuple[Wiring, ...], tuple[str, ...]]:
    """The appliances of one piece of hardware; and why there are none, or less than are announced."""
    ordered = sorted(entities, key=lambda entity: (entity.component in ("sensor", "binary_sensor"), *rank(entity)))
    notes: list[str] = []
    if len(ordered) > MAX_SKETCHES:
        notes.append(f"only {MAX_SKETCHES} of its {len(ordered)} entities are used")
    drawn = [_draw(entity) for entity in ordered[:MAX_SKETCHES]]
    notes += (note for one in drawn if not _is_drawn(one) for note in one.sketch.notes)
    drawn = _bounded([one for one in drawn if _is_drawn(one)])
    maker = _maker(hardware, devices, drawn)
    _part(drawn)
    _name(drawn, maker.name)
    if drawn:
        drawn[0].sketch.notes += notes
    wirings = assemble(maker, [one.sketch for one in drawn])
    refused = notes if wirings else [*notes, *(note for one in drawn for note in one.sketch.notes)]
    return wirings, tuple(dict.fromkeys(refused)) if not wirings else ()


def _draw(entity: Entity) -> _Drawn:
    sketch = Sketch(name=entity.name)
    entity = replace(entity, notes=sketch.notes)
    if not entity.flag("enabled_by_default", default=True):
        entity.note("it is not enabled by default")
        return _Drawn(entity, sketch)
    if entity.word("encoding", "utf-8").casefold() not in ("utf-8", "utf8", ""):
        entity.note("it is encoded otherwise than in UTF-8")
        return _Drawn(entity, sketch)
    COMPONENTS[entity.component](entity, sketch)
    sketch.availability = availability(entity)
    sketch.availability_mode = availability_mode(entity)
    if not _is_drawn(_Drawn(entity, sketch)) and not sketch.notes:
        entity.note("it has no topic that could be used")
    return _Drawn(entity, sketch)


def _is_drawn(one: _Drawn) -> bool:
    return bool(one.sketch.features or one.sketch.deeds)


def _bounded(drawn: list[_Drawn]) -> list[_Drawn]:
    total, kept = 0, []
    for one in drawn:
        total += len(one.sketch.features)
        if total <= MAX_SLOTS:
            kept.append(one)
    return kept


def _maker(hardware: str, devices: Sequence[Mapping[str, Any]], drawn: Sequence[_Drawn]) -> Maker:
    def first(*keys: str) -> str:
        told = (clean(device.get(key)) for key in keys for device in devices)
        return next(filter(None, told), "")

    single = next((one.entity for one in drawn if one.entity.name), None)
    otherwise = single.name if single else next((clean(one.entity.object_id) for one in drawn), "")
    battery = any(BATTERY in one.sketch.traits() for one in drawn)
    return Maker(
        hardware=hardware,
        dialect=DIALECT,
        name=first("name") or otherwise or first("model") or hardware,
        manufacturer=first("manufacturer"),
        model=first("model", "model_id"),
        version=first("sw_version"),
        room=first("suggested_area"),
        sleepy=battery and any(one.entity.component == "climate" for one in drawn),
    )


_WORDS = "left|right|center|centre|middle|top|bottom|up|down|upper|lower|front|rear|wall|inner|outer"
_END = re.compile(rf"(?:l|ch|channel|relay|gang|out|outlet|port|socket|zone)?\d{{1,2}}|{_WORDS}")
_SPLIT = re.compile(r"[^A-Za-z0-9]+")


def _part(drawn: Sequence[_Drawn]) -> None:
    """Give the controls parts that tell them apart, and each reading that of the control it belongs to."""
    for one in drawn:
        one.end = _end(one.entity.object_id)
    controls = [one for one in drawn if one.is_control]
    ends = [one.end for one in controls if not one.is_pressed]
    for one in controls:
        alone = not one.is_pressed and (len(ends) == 1 or ends.count(one.end) == 1)
        own = slug(one.entity.object_id.rpartition("/")[2]) or one.entity.component
        one.sketch.part = ("" if len(ends) == 1 else one.end) if alone else own
    taken: dict[str, int] = {}
    for one in controls:
        taken[one.sketch.part] = count = taken.get(one.sketch.part, 0) + 1
        if count > 1:
            one.sketch.part = f"{one.sketch.part}-{count}"
    for one in drawn:
        if not one.is_control and one.end in ends and len(ends) > 1:
            one.sketch.part = one.end


def _end(object_id: str) -> str:
    """The last outlet, relay or side that an id names: l2 of power_l2, left of switch_left, top_left."""
    words = _SPLIT.split(object_id.casefold())
    for place in range(len(words) - 1, 0, -1):
        if _END.fullmatch(words[place]):
            both = re.fullmatch(_WORDS, words[place]) and re.fullmatch(_WORDS, words[place - 1])
            return f"{words[place - 1]}_{words[place]}" if both else words[place]
    return ""


def _name(drawn: Sequence[_Drawn], whole: str) -> None:
    """One control is called as the hardware is; of several each by its own name behind that."""
    controls = [one for one in drawn if one.is_control]
    several = sum(not one.is_pressed for one in controls) > 1
    for one in drawn:
        base = clean(one.entity.device.get("name")) or whole
        own = one.entity.name
        if not one.is_control or not (several or one.is_pressed) or not own:
            one.sketch.name = base if one.is_control and base != whole else ""
        elif base.casefold() in own.casefold():
            one.sketch.name = own
        else:
            one.sketch.name = clean(f"{base} {own}")
