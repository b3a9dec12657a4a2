"""What becomes of a device that was found: its name, type and place, and whether CLOVA is told of it.

What its owner has written comes first, then what it says of itself, then what its name says.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from heapq import nlargest
from itertools import takewhile
from typing import NamedTuple

from gateway.clova.locations import LOCATIONS, NATIVE
from gateway.clova.regions import Region
from gateway.clova.rooms import room_of
from gateway.guards import Guards, Mark, Owned, keys_of, owner_of
from gateway.home.device import Device, Unlocking
from gateway.wire.binding import Wiring


@dataclass(frozen=True, slots=True)
class Match:
    """Which device is meant: all that is not empty must fit."""

    id: str = ""
    hardware: str = ""
    name: str = ""

    def fits(self, device: Device) -> bool:
        """Whether this is the one."""
        return self.fits_words(device.id, device.hardware, device.name)

    def fits_words(self, id: str, hardware: str, name: str) -> bool:
        """Whether a device that was found by these is the one."""
        return (
            (not self.id or self.id == id)
            and (not self.hardware or self.hardware == hardware)
            and (not self.name or self.name == name)
        )

    def written(self) -> dict[str, str]:
        """What is not empty, by its key."""
        keys = {"id": self.id, "hardware": self.hardware, "name": self.name}
        return {key: word for key, word in keys.items() if word}


@dataclass(frozen=True, slots=True)
class Placement:
    """What the owner has written of a found device; what is empty, or None, stays as it was found."""

    match: Match
    id: str = ""
    name: str = ""
    kind: str = ""
    location: str | None = None
    tags: tuple[str, ...] | None = None
    description: str = ""
    expose: bool | None = None
    patience: bool = False
    unlocking: Unlocking | None = None
    where: str = ""
    """Where it stands in the file, such as devices[0]; empty where that is not known."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The owner's words, and what holds for all the others. `never` are guarded sorts of devices.

    `guarded` is what the owner's own guarded devices are told.
    """

    placements: tuple[Placement, ...] = ()
    expose: bool = True
    never: tuple[str, ...] = ("lock", "valve", "garage", "alarm")
    guarded: Owned = field(default_factory=dict)
    _numbers: dict[str, list[int]] = field(init=False, compare=False, repr=False, default_factory=dict)
    """Which placements are for each hardware; those for any are under the empty word."""

    def __post_init__(self) -> None:
        for number, one in enumerate(self.placements):
            self._numbers.setdefault(one.match.hardware, []).append(number)

    def fitting(self, device: Device) -> list[Placement]:
        """Those that are about this device, in their order."""
        near = {*self._numbers.get(device.hardware, ()), *self._numbers.get("", ())}
        return [one for one in map(self.placements.__getitem__, sorted(near)) if one.match.fits(device)]


MAX_MET = 10_000

Part = tuple[str, str, str]
"""A found device: its hardware, its dialect, and the part's name there."""


@dataclass(frozen=True, slots=True)
class Placing:
    """How the home places what is found, by these rules; see `placed`. Remembers what it was given, unplaced."""

    rules: Rules
    region: Region
    met: dict[Part, Device] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, wiring: Wiring, guards: Guards | None = None) -> Wiring:
        """The device as the home knows it."""
        part = part_of(wiring)
        self.met.pop(part, None)
        self.met[part] = wiring.device
        if len(self.met) > MAX_MET:
            del self.met[next(iter(self.met))]
        return placed(wiring, self.rules, self.region, guards)


def part_of(wiring: Wiring) -> Part:
    """What stays the same of a found device, however it is placed."""
    return wiring.device.hardware, wiring.device.dialect, wiring.part


class Unmatched(NamedTuple):
    """An entry of the owner's that fits no device that was found."""

    where: str
    match: Match
    nearest: str
    """What it may have been meant for: an address, an id or a name; empty where nothing is like it."""


MAX_UNMATCHED = 50
_COMPARED = 20
"""With so many, the most alike at both ends, is a word compared as a whole."""


def unmatched(place: object, there: Collection[str], refused: Collection[str]) -> list[Unmatched]:
    """The entries that fit nothing of the hardware that is there; `refused` is hardware that is no appliance."""
    if not isinstance(place, Placing):
        return []
    devices = [device for (hardware, *_), device in place.met.items() if hardware in there]
    known = {word for one in devices for word in Match(one.id, one.hardware, one.name).written().items()}
    alone = [one for one in place.rules.placements if not _is_met(one.match, known, devices)]
    told = [one for one in alone if one.match.hardware not in refused][:MAX_UNMATCHED]
    return [Unmatched(one.where or _named(one.match), one.match, _nearest(one.match, devices)) for one in told]


def found_as(place: object, wiring: Wiring) -> Device | None:
    """A device as it was found, before its owner's words; None if it was not found."""
    return place.met.get(part_of(wiring)) if isinstance(place, Placing) else None


def _is_met(match: Match, known: Collection[tuple[str, str]], devices: Iterable[Device]) -> bool:
    words = match.written().items()
    if not all(word in known for word in words):
        return False
    return len(words) == 1 or any(match.fits(device) for device in devices)


def _nearest(match: Match, devices: Iterable[Device]) -> str:
    """The address, id or name that is most like what is written."""
    for key, word in match.written().items():
        known = {str(getattr(device, key)) for device in devices} - {"", word}
        alike = nlargest(_COMPARED, known, partial(_alike, word))
        for near in get_close_matches(word, alike, 1, 0.7):
            return near
    return ""


def _alike(word: str, other: str) -> int:
    """How many letters they share at both ends."""
    return _shared(word, other) + _shared(word[::-1], other[::-1])


def _shared(word: str, other: str) -> int:
    pairs = zip(word, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def placed(wiring: Wiring, rules: Rules, region: Region, guards: Guards | None = None) -> Wiring:
    """The device as the home knows it. `guards` learns of it if it is guarded, and guards it if it once was."""
    device = wiring.device
    fitting = rules.fitting(device)
    written = fitting[0] if fitting else Placement(Match())
    locks = [one for one in fitting if one.unlocking is not None]  # no entry takes a guard off again
    word = device.guarded or ("entrance" if locks else "")
    keys = keys_of(wiring)
    owner = owner_of(keys, rules.guarded)
    former = None
    if guards is not None:
        _meet(guards, rules, locks)
    if guards is not None and word:
        by = _named(locks[0].match) if locks else "what described it"
        guards.learn(Mark(device.hardware, device.dialect, wiring.part, keys, word, by))
    elif guards is not None:
        former = guards.over((device.hardware, device.dialect, wiring.part), keys)
        if owner and former is None:  # it stays what it is when the owner's entry goes
            by = f"the entry {{id: {owner}}}"
            guards.learn(Mark(device.hardware, device.dialect, wiring.part, keys, "entrance", by))
    name = written.name or device.name
    location, tags = _place(device, written, name, region)
    kind = written.kind or device.kind
    found = replace(
        device,
        id=written.id or device.id,
        kind=kind,
        name=name,
        location=location,
        tags=tags,
        description=written.description or device.description,
        hidden=_back_door(owner, former, written, device) or _hidden(device, kind, written, rules, region),
        guarded=word or (former.word if former is not None else "entrance" if owner else ""),
        unlocking=min((one.unlocking for one in locks if one.unlocking), key=_laxness, default=device.unlocking),
    )
    return replace(wiring, device=found, patient=written.patience and wiring.sleepy)


def _meet(guards: Guards, rules: Rules, locks: list[Placement]) -> None:
    """Which of the owner's entries guard anything."""
    for one in rules.placements:
        if one.unlocking is not None:
            guards.meet(_named(one.match), one in locks)


def _laxness(unlocking: Unlocking) -> tuple[int, bool, int, float]:
    """The strictest comes first."""
    rank = ("never", "armed", "always").index(unlocking.when)
    return rank, not unlocking.only_home, unlocking.per_hour, unlocking.window_seconds


def _place(device: Device, written: Placement, name: str, region: Region) -> tuple[str, tuple[str, ...]]:
    """CLOVA's code for where it is, and the words it can be called by there."""
    room = room_of((device.room, name), region.code)
    if written.location:
        said = LOCATIONS[written.location].said(NATIVE[region.code])
        code, tags = written.location, (said,) if said else ()
    elif written.location is None and room is not None:
        code, tags = room.code, (room.tag,)
    else:
        code, tags = "", ()
    return code, tags if written.tags is None else written.tags


def _back_door(owner: str, former: Mark | None, written: Placement, device: Device) -> str:
    """Why it is not told to CLOVA: the same thing is guarded, in the configuration or under another description."""
    if owner:
        return f"it is told at a topic of {owner!r}, which the configuration guards"
    is_meant = written.expose and (written.match.id or written.match.name or not _is_beside(device))
    if former is None or is_meant:
        return ""
    return (
        f"it is told the same as something that was guarded by {former.by}: "
        f"write `match` anew, or `clova-gateway forget {former.hardware}`"
    )


def _named(match: Match) -> str:
    """How the owner has written it."""
    parts = {"id": match.id, "hardware": match.hardware, "name": match.name}
    return f"the entry {{match: {{{', '.join(f'{key}: {word}' for key, word in parts.items() if word)}}}}}"


def _is_beside(device: Device) -> bool:
    """Whether it is a relay or a button beside what its hardware is for."""
    return device.kind not in ("SMARTLOCK", "SMARTVALVE", "SMARTCURTAIN") and device.id != device.hardware


def _hidden(device: Device, kind: str, written: Placement, rules: Rules, region: Region) -> str:
    """Why CLOVA is not told of it; empty if it is."""
    if not kind:
        return device.hidden or "CLOVA has no type for it"
    if kind not in region.appliances:
        return f"CLOVA has no type {kind} in this region"
    if written.expose and device.guarded and _is_beside(device) and not (written.match.id or written.match.name):
        return f"it may open something: {{match: {{id: {device.id}}}, expose: true}} if CLOVA is to be told of it"
    if written.expose is not None:
        return "" if written.expose else "the configuration says `expose: false`"
    if device.guarded in rules.never:
        sort = {"alarm": "an alarm", "garage": "a garage door or gate"}.get(device.guarded, f"a {device.guarded}")
        return f"{sort} is told to CLOVA only if `devices` says so: {{match: {{id: {device.id}}}, expose: true}}"
    return "" if rules.expose else "the configuration says `expose: {default: false}`"
