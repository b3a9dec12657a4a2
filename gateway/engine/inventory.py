"""Which pieces of hardware there are, who describes them, whose word stands, and what their appliances are called by.

Pure: findings in, appliances out. `now` is the time of day in seconds, as it outlives a restart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, count

from gateway.wire.binding import Wiring

MAX_HARDWARE = 2000
MAX_CLAIMS = 10
"""So many are remembered of one piece of hardware."""
FIRM_SECONDS = 30.0
"""So long after hardware was first described, a dialect that suits it better may still take over; then it is pinned."""
REMOVED_SECONDS = 600.0
"""How long something stays after it was taken back: a renamed device is taken back, and comes anew at once."""

Place = tuple[str, str]
"""Where something is described: a dialect, and its source there."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The id of an appliance, pinned to its hardware and part for as long as it is known."""

    id: str
    hardware: str
    part: str
    kind: str
    dialect: str
    """The one that calls the part so."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Whose word stands for a piece of hardware."""

    hardware: str
    dialect: str
    source: str
    since: float

    @property
    def place(self) -> Place:
        """Where it is described."""
        return self.dialect, self.source


@dataclass(slots=True)
class Claim:
    """What is said of a piece of hardware at one place."""

    wirings: tuple[Wiring, ...]
    refused: tuple[str, ...]
    heard_on: float
    gone_at: float | None = None


@dataclass(slots=True)
class Hardware:
    """One piece of hardware: all claims, the one that stands, and the ids of its appliances by their parts."""

    claims: dict[Place, Claim] = field(default_factory=dict)
    pin: Pin | None = None
    identities: dict[str, Identity] = field(default_factory=dict)
    mute: set[str] = field(default_factory=set)
    """The parts that could never be told anything since they were found: nobody can mean them by their id."""
    gone_at: float = 0.0
    """When the last claim was given up; its ids are kept for as long again."""


class Inventory:
    """All hardware. `preference` names the dialects, the most trusted first."""

    def __init__(self, preference: tuple[str, ...], forget_after: float) -> None:
        self._preference = {name: rank for rank, name in enumerate(preference)}
        self._forget_after = forget_after
        self._grace = min(REMOVED_SECONDS, forget_after)
        self._hardware: dict[str, Hardware] = {}
        self._owners: dict[str, str] = {}
        """The hardware that each id belongs to."""
        self._given_up: dict[str, None] = {}
        """Hardware that nobody describes any more, the longest ago first: it makes room for newcomers."""
        self._remembered_at = 0.0
        self.turned_away: set[str] = set()
        """Hardware for which there was no more room."""

    def keep_for(self, forget_after: float) -> None:
        """Forget what is no longer described after this time (seconds)."""
        self._forget_after, self._grace = forget_after, min(REMOVED_SECONDS, forget_after)

    def remember(self, identities: Iterable[Identity], pins: Iterable[Pin], now: float) -> None:
        """What was pinned before this start."""
        self._remembered_at = now
        for identity in identities:
            self._hardware.setdefault(identity.hardware, Hardware()).identities[identity.part] = identity
            self._owners[identity.id] = identity.hardware
        for pin in pins:
            self._hardware.setdefault(pin.hardware, Hardware()).pin = pin

    def found(
        self,
        hardware: str,
        dialect: str,
        source: str,
        wirings: tuple[Wiring, ...],
        refused: tuple[str, ...],
        now: float,
    ) -> str:
        """Take in what a dialect now says of it; nothing at all means that it was taken back.

        Gives back the place of a claim that is not followed, the first time.
        """
        place = (dialect, source)
        if not (wirings or refused):
            self._take_back(hardware, place, now)
            return ""
        known = self._known(hardware)
        if known is None or (place not in known.claims and len(known.claims) >= MAX_CLAIMS):
            return ""
        is_new = place not in known.claims
        known.claims[place] = Claim(wirings, refused, now)
        pinned = known.pin is not None and known.pin.dialect == dialect and known.pin.source != source
        return source if is_new and pinned else ""

    def _known(self, hardware: str) -> Hardware | None:
        """The hardware, made room for if there is any."""
        known = self._hardware.get(hardware)
        if known is not None:
            return known
        if len(self._hardware) >= MAX_HARDWARE:
            left = next(iter(self._given_up), None)
            if left is None:
                if len(self.turned_away) < MAX_HARDWARE:
                    self.turned_away.add(hardware)
                return None
            self._forget(left)
        return self._hardware.setdefault(hardware, Hardware())

    def _take_back(self, hardware: str, place: Place, now: float) -> None:
        """A source that is not named stands for all of its dialect."""
        known = self._hardware.get(hardware)
        for at, claim in known.claims.items() if known is not None else ():
            is_meant = at == place or (at[0] == place[0] and not place[1])
            if is_meant and claim.gone_at is None:
                claim.gone_at = now

    def settle(self, hardware: str, now: float) -> tuple[Wiring, ...]:
        """The appliances of one piece of hardware as they are now, under their own ids; none if it is forgotten."""
        known = self._hardware.get(hardware)
        if known is None:
            return ()
        for place, claim in tuple(known.claims.items()):
            if claim.gone_at is not None and now - claim.gone_at >= self._grace:
                known.gone_at = now
                del known.claims[place]
        if not known.claims:
            if known.gone_at:
                self._given_up[hardware] = None
            if now - max(known.gone_at, self._remembered_at) >= self._forget_after:
                self._forget(hardware)
            return ()
        known.gone_at = 0.0
        self._given_up.pop(hardware, None)
        place = self._choose(known, now)
        is_firm = known.pin is not None and not 0 <= now - known.pin.since < FIRM_SECONDS
        if known.pin is None or known.pin.place not in known.claims or not is_firm:
            known.pin = Pin(hardware, *place, now if known.pin is None else known.pin.since)
        if not is_firm:
            self._merge(known, {wiring.part for wiring in known.claims[place].wirings})
        return tuple(self._named(hardware, known, place[0], known.claims[place].wirings))

    def forget(self, hardware: str) -> bool:
        """Give up its pin and its ids: whoever was heard of last has the word. Whether anything was known."""
        known = self._hardware.get(hardware)
        if known is None:
            return False
        self._forget(hardware)
        if known.claims:
            latest = max(known.claims, key=lambda place: known.claims[place].heard_on)
            self._hardware[hardware] = Hardware(known.claims, Pin(hardware, *latest, 0.0))
        return True

    def _forget(self, hardware: str) -> None:
        self._given_up.pop(hardware, None)
        for identity in self._hardware.pop(hardware).identities.values():
            self._owners.pop(identity.id, None)

    def _choose(self, known: Hardware, now: float) -> Place:
        """The pinned place; while it has nothing to say, the word of another dialect, which is not pinned for that."""
        pin = known.pin
        if pin is None or pin.place not in known.claims:
            return self._best(known, "")
        if 0 <= now - pin.since < FIRM_SECONDS:
            return self._best(known, pin.source)
        if _speaks(known.claims[pin.place]):
            return pin.place
        others = {place: claim for place, claim in known.claims.items() if place[0] != pin.dialect and _speaks(claim)}
        return min(others, key=lambda place: self._rank(place[0]), default=pin.place)

    def _best(self, known: Hardware, source: str) -> Place:
        """The most trusted place that has something to say, or else that source, or the last that was heard of."""
        able = {place: claim for place, claim in known.claims.items() if _speaks(claim)} or known.claims
        return min(able, key=lambda place: (self._rank(place[0]), place[1] != source, -able[place].heard_on))

    def _rank(self, dialect: str) -> int:
        return self._preference.get(dialect, len(self._preference))

    def _named(self, hardware: str, known: Hardware, dialect: str, wirings: tuple[Wiring, ...]) -> Iterator[Wiring]:
        """The wirings with their pinned ids."""
        parts = {wiring.part: wiring for wiring in wirings}
        self._hand_on(known, dialect, parts)
        for part, wiring in parts.items():
            identity = known.identities.get(part)
            if identity is None:
                own = hardware if not known.identities and len(parts) == 1 else f"{hardware}-{part or 'main'}"
                identity = Identity(self._free(own, hardware), hardware, part, wiring.device.kind, dialect)
                known.mute.add(part)
            if wiring.device.obeys:
                known.mute.discard(part)
            if (identity.kind, identity.dialect) != (wiring.device.kind, dialect):
                identity = replace(identity, kind=wiring.device.kind, dialect=dialect)
            known.identities[part] = identity
            self._owners[identity.id] = hardware
            is_so_called = wiring.device.id == identity.id
            yield wiring if is_so_called else replace(wiring, device=replace(wiring.device, id=identity.id))

    def _merge(self, known: Hardware, parts: set[str]) -> None:
        """What came in several documents: a sensor is found to be a part of something else, and has no id any more."""
        for part in known.mute & known.identities.keys() - parts:
            self._owners.pop(known.identities.pop(part).id)
            known.mute.discard(part)

    def _hand_on(self, known: Hardware, dialect: str, parts: dict[str, Wiring]) -> None:
        """Another dialect has other names for the parts: the only one of a kind keeps its id, unless it is guarded."""
        described = [wiring for claim in known.claims.values() for wiring in claim.wirings]
        guarded = {(one.device.dialect, one.part) for one in described if one.device.guarded}
        orphans = [one for part, one in known.identities.items() if part not in parts and one.dialect != dialect]
        comers = [wiring for part, wiring in parts.items() if part not in known.identities]
        for wiring in comers:
            same = [one for one in orphans if one.kind == wiring.device.kind]
            alone = sum(other.device.kind == wiring.device.kind for other in comers) == 1
            is_free = not wiring.device.guarded and not any((one.dialect, one.part) in guarded for one in same)
            if len(same) == 1 and alone and is_free:
                del known.identities[same[0].part]
                known.identities[wiring.part] = replace(same[0], part=wiring.part)

    def _free(self, wanted: str, hardware: str) -> str:
        """An id that belongs to nobody else."""
        names = chain((wanted,), (f"{wanted}-{number}" for number in count(2)))
        taken = {one.id for one in self._hardware[hardware].identities.values()}
        return next(name for name in names if self._owners.get(name, hardware) == hardware and name not in taken)

    def due(self, now: float) -> list[str]:
        """The hardware that may have to be forgotten by now."""
        return [
            hardware
            for hardware, known in self._hardware.items()
            if not known.claims
            or any(one.gone_at is not None and now - one.gone_at >= self._grace for one in known.claims.values())
        ]

    def identities(self) -> Iterator[Identity]:
        """Every pinned id."""
        for known in self._hardware.values():
            yield from known.identities.values()

    def pins(self) -> Iterator[Pin]:
        """Whose word stands, for all hardware."""
        return (known.pin for known in self._hardware.values() if known.pin is not None)

    def refused(self) -> Iterator[tuple[str, str, str]]:
        """Hardware, dialect and reason for everything that is no appliance."""
        for hardware, known in self._hardware.items():
            for place, claim in known.claims.items():
                if claim.gone_at is None and known.pin is not None and known.pin.place == place:
                    yield from ((hardware, place[0], reason) for reason in claim.refused)

    def claims(self, hardware: str) -> dict[str, str]:
        """For `explain`: who describes it, and what is made of that."""
        known = self._hardware.get(hardware)
        if known is None:
            return {}
        pinned = known.pin.place if known.pin is not None else None
        return {_at(place): _said(place, claim, pinned) for place, claim in known.claims.items()}

    def __contains__(self, hardware: object) -> bool:
        return hardware in self._hardware

    def __len__(self) -> int:
        return len(self._hardware)


def _at(place: Place) -> str:
    return f"{place[0]} at {place[1]}" if place[1] and place[1] != place[0] else place[0]


def _said(place: Place, claim: Claim, pinned: Place | None) -> str:
    if place == pinned:
        standing = "its word stands"
    else:
        standing = "not followed" if pinned is not None and pinned[0] == place[0] else "also describes it"
    return standing if claim.gone_at is None else f"{standing}, taken back"


def _speaks(claim: Claim) -> bool:
    return bool(claim.wirings) and claim.gone_at is None
