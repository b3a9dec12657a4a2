"""Which part of the hardware each entity is, and what it is called: the gangs of a switch, the outlets of a strip."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.dialects.finding import slug
from gateway.dialects.homeassistant.entity import Entity, clean
from gateway.dialects.sketch import CONTROLS, Sketch
from gateway.home.traits import ENERGY, POWER_USE

_PRESSED = frozenset({"button", "scene"})
_SIDES = "left|right|center|centre|middle|top|bottom|up|down|upper|lower|front|rear|wall|inner|outer"
_SIDE = re.compile(_SIDES)
_END = re.compile(rf"(?:l|ch|channel|relay|gang|out|outlet|port|socket|zone|s)?\d{{1,2}}|{_SIDES}")
_NUMBERED = re.compile(r"(?:l|ch|channel|relay|gang|outlet|port|socket|zone)\d{1,2}")
_METERED = frozenset({POWER_USE, ENERGY})
_SPLIT = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entity and its sketch."""

    entity: Entity
    sketch: Sketch

    @property
    def is_control(self) -> bool:
        """Whether it is told something, and does not only tell."""
        return bool(self.sketch.hints & CONTROLS)

    @property
    def is_pressed(self) -> bool:
        """Whether it is only pressed, which makes it no part of the hardware."""
        return bool(self.sketch.hints & _PRESSED)


def part(drawn: Sequence[Drawn]) -> None:
    """Give the controls parts that tell them apart, and each reading the part of the control it belongs to."""
    lasting = [one for one in drawn if one.is_control and not one.is_pressed]
    ends = Counter(_end(one.entity.object_id) for one in lasting)
    parts: dict[str, str] = {}
    taken = Counter[str]()
    for one in drawn:
        end = _end(one.entity.object_id)
        if one.is_control:
            wanted = _own(one.entity)
            taken[wanted] += 1
            one.sketch.part = f"{wanted}-{taken[wanted]}" if taken[wanted] > 1 else wanted
            if one in lasting and (end or ends[end] == 1):
                parts.setdefault(end, one.sketch.part)
    for one in drawn:
        if not one.is_control:
            end = _end(one.entity.object_id)
            one.sketch.part = parts.get(end, end if len(lasting) > 1 and _is_apart(one, end) else "")


def _is_apart(reading: Drawn, end: str) -> bool:
    """Whether it is a reading of an outlet or an endpoint that nothing is controlled at; 10 may be its very name."""
    return _NUMBERED.fullmatch(end) is not None or not _METERED.isdisjoint(reading.sketch.traits())


def _own(entity: Entity) -> str:
    """It does not depend on what else there is."""
    own = slug(entity.object_id)
    return own if own.startswith(entity.component) else f"{entity.component}_{own}".strip("_")


def _end(object_id: str) -> str:
    """The last outlet, relay or side that an id names: l2 of power_l2, left of switch_left, top_left."""
    words = _SPLIT.split(object_id.casefold())
    for place in range(len(words) - 1, 0, -1):
        if _END.fullmatch(words[place]):
            both = _SIDE.fullmatch(words[place]) and _SIDE.fullmatch(words[place - 1])
            return f"{words[place - 1]}_{words[place]}" if both else words[place]
    return ""


def reading_of(object_id: str) -> str:
    """An id without the outlet, relay or side that it ends with: temperature of temperature_l2."""
    end = _end(object_id)
    return object_id.casefold().removesuffix(f"_{end}") if end else object_id.casefold()


def name(drawn: Sequence[Drawn], whole: str) -> None:
    """One control is called as the hardware is; of several each by its own name behind that."""
    controls = [one for one in drawn if one.is_control]
    several = sum(not one.is_pressed for one in controls) > 1
    for one in controls:
        base, own = clean(one.entity.device.get("name")) or whole, one.entity.name.replace("_", " ")
        if not own or not (several or one.is_pressed):
            one.sketch.name = base if base != whole else ""
        elif base.casefold() in own.casefold():
            one.sketch.name = own
        else:
            one.sketch.name = clean(f"{base} {own}")
