"""One group of `bridge/groups`: what all of its members have, told to all at once."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gateway.dialects.finding import slug
from gateway.dialects.sketch import Maker
from gateway.dialects.zigbee2mqtt.device import NAME, Compiled, finished, friendly_name, named, room_in, scenes, spoken
from gateway.dialects.zigbee2mqtt.exposes import GETTABLE, Expose, clean
from gateway.dialects.zigbee2mqtt.parts import controlled
from gateway.dialects.zigbee2mqtt.spot import Spot

MAX_MEMBERS = 200
USUAL_BASE = "zigbee2mqtt"
_SORTS = ("cover", "fan", "light", "switch")
"""What groups can be of. A lock that fails to turn would not be told apart in one."""


def number_of(document: Any) -> int | None:
    """The number of a group; None where it has none that can be one."""
    number = document.get("id") if isinstance(document, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= 65_535 else None


def own_hardware(what: str, base: str) -> str:
    """A name for what has no address, that never changes and is different for each bridge."""
    if base == USUAL_BASE:
        return f"z2m-{what}"
    plain = slug(base)
    told_apart = plain if plain == base else f"{plain[:30]}-{zlib.crc32(base.encode('utf-8', 'replace')):08x}"
    return f"z2m-{what}-{told_apart.strip('-')}"


def group_hardware(number: int, base: str) -> str:
    """The name of a group."""
    return own_hardware(f"group-{number}", base)


def members_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The addresses of the devices in a group."""
    members = document.get("members")
    listed = members[:MAX_MEMBERS] if isinstance(members, list) else []
    found = (member.get("ieee_address") for member in listed if isinstance(member, dict))
    return tuple(dict.fromkeys(one.casefold() for one in found if isinstance(one, str) and len(one) == 18))


def compile_group(document: Mapping[str, Any], base: str, member: Callable[[str], Compiled | None]) -> Compiled:
    """The appliances of a group; `member` gives what is known of a device."""
    number = number_of(document)
    try:
        spot = Spot(base, friendly_name(document), answers=False)
    except ValueError as error:
        return Compiled(refused=(str(error),))
    known = [found for found in map(member, members_of(document)) if found is not None and found.exposes]
    words = "; ".join(dict.fromkeys(one.words for one in known if one.words))
    exposes = _shared(known)
    maker = Maker(
        is_group=True,
        hardware=group_hardware(number or 0, base),
        dialect=NAME,
        name=spoken(spot.name) or f"group {number}",
        model="group",
        description=clean(words),
        room=room_in(spot.name, document.get("description")),
        availability=spot.availability(),
    )
    drawn = named(controlled(exposes, spot, words), maker.name)
    compiled = finished(maker, [*drawn, *scenes(document.get("scenes"), spot, maker.name)], exposes, words)
    if not compiled.wirings:
        why = "its members have nothing in common" if known else "it has no members that are known"
        return replace(compiled, refused=(why,))
    return compiled


def _shared(members: Sequence[Compiled]) -> tuple[Expose, ...]:
    """The one sort of expose that all members have, with the features that all of those have."""
    for sort in _SORTS:
        found = [next((one for one in member.exposes if one.sort == sort), None) for member in members]
        same = [one for one in found if one is not None]
        if same and len(same) == len(members):
            return _common(same)
    lit = [next((one for one in member.exposes if one.sort in ("light", "switch")), None) for member in members]
    both = [replace(one, sort="switch") for one in lit if one is not None]
    return _common(both, only="state") if both and len(both) == len(members) else ()


def _common(same: Sequence[Expose], only: str = "") -> tuple[Expose, ...]:
    first = _bare(same[0])
    others = [{feature.name: feature for feature in _bare(one).features} for one in same[1:]]
    features = tuple(_narrowed(feature, others) for feature in first.features if only in ("", feature.name))
    kept = tuple(feature for feature in features if feature is not None)
    return (replace(first, features=kept),) if kept else ()


def _bare(expose: Expose) -> Expose:
    """Without its endpoint: a group has none. It is not asked, as each member would answer for itself."""
    suffix = f"_{expose.endpoint}" if expose.endpoint else ""
    features = tuple(
        replace(feature, endpoint="", key=feature.key.removesuffix(suffix), access=feature.access & ~GETTABLE)
        for feature in expose.features
    )
    return replace(expose, endpoint="", features=features)


def _narrowed(feature: Expose, others: Sequence[Mapping[str, Expose]]) -> Expose | None:
    """The feature as all of them can have it; None where one of them has none."""
    same = [other.get(feature.name) for other in others]
    for one in same:
        if one is None or (one.sort, one.on, one.off) != (feature.sort, feature.on, feature.off):
            return None
        feature = replace(
            feature,
            access=feature.access & one.access,
            low=_narrow(max, feature.low, one.low),
            high=_narrow(min, feature.high, one.high),
            values=tuple(value for value in feature.values if value in one.values),
        )
    return feature


def _narrow(pick: Callable[[float, float], float], one: float | None, other: float | None) -> float | None:
    return one if other is None else other if one is None else pick(one, other)


def groups_with(documents: Mapping[int, Mapping[str, Any]], addresses: frozenset[str]) -> Iterator[int]:
    """The groups that one of these devices is in."""
    for number, document in documents.items():
        if addresses & set(members_of(document)):
            yield number
