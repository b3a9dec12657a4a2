"""Several independent things in one Shelly: two meters, probes on wires. Each is told apart, with an id of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from gateway.dialects.assembly import assemble
from gateway.dialects.sketch import Maker, Sketch
from gateway.wire.binding import Wiring

MAX_GROUPS = 64


@dataclass(slots=True)
class Group:
    """Sketches that are about one thing. The first group, with an empty part, is the device itself."""

    part: str = ""
    name: str = ""
    sketches: list[Sketch] = field(default_factory=list)


def wired(maker: Maker, groups: Iterable[Group], notes: Iterable[str] = ()) -> tuple[Wiring, ...]:
    """The appliances of all groups. Where only one group comes to anything, it is the device itself."""
    found = [(group, assemble(_named(maker, group), group.sketches)) for group in list(groups)[:MAX_GROUPS]]
    found = [(group, wirings) for group, wirings in found if wirings]
    several = len(found) > 1
    parts = [wiring for group, wirings in found for wiring in _parted(group if several else Group(), wirings, maker)]
    said = tuple(dict.fromkeys(notes))
    return tuple(replace(wiring, notes=tuple(dict.fromkeys((*wiring.notes, *said)))) for wiring in parts)


def _named(maker: Maker, group: Group) -> Maker:
    return replace(maker, name=group.name) if group.name else maker


def _parted(group: Group, wirings: tuple[Wiring, ...], maker: Maker) -> Iterator[Wiring]:
    for wiring in wirings:
        end = wiring.device.id.removeprefix(maker.hardware).removeprefix("-")
        part = "-".join(filter(None, (group.part, end)))
        device_id = f"{maker.hardware}-{part}" if part else maker.hardware
        yield replace(wiring, device=replace(wiring.device, id=device_id))
