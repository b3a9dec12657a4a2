"""What becomes of a device that was found: its name, type and place, and whether CLOVA is told of it.

What its owner has written comes first, then what it says of itself, then what its name says.
"""

from dataclasses import dataclass, field, replace

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
        return (
            (not self.id or self.id == device.id)
            and (not self.hardware or self.hardware == device.hardware)
            and (not self.name or self.name == device.name)
        )


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


@dataclass(frozen=True, slots=True)
class Rules:
    """The owner's words, and what holds for all the others. `never` are guarded sorts of devices.

    `guarded` is what the owner's own guarded devices are told.
    """

    placements: tuple[Placement, ...] = ()
    expose: bool = True
    never: tuple[str, ...] = ("lock", "valve", "garage", "alarm")
    guarded: Owned = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placing:
    """How the home places what is found, by these rules; see `placed`."""

    rules: Rules
    region: Region

    def __call__(self, wiring: Wiring, guards: Guards | None = None) -> Wiring:
        """The device as the home knows it."""
        return placed(wiring, self.rules, self.region, guards)


def placed(wiring: Wiring, rules: Rules, region: Region, guards: Guards | None = None) -> Wiring:
    """The device as the home knows it. `guards` learns of it if it is guarded, and guards it if it once was."""
    device = wiring.device
    fitting = [one for one in rules.placements if one.match.fits(device)]
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
