"""Which pieces of hardware there are, who describes them, whose word stands, and what their appliances are called by.

Pure: findings in, appliances out. `now` is the time of day in seconds, as it outlives a restart.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from gateway.wire.binding import Wiring

MAX_HARDWARE = 2000
MAX_DISPUTES = 10
FIRM_SECONDS = 30.0
"""So long after hardware was first described, a dialect that suits it better may still take over; then it is pinned."""
REMOVED_SECONDS = 600.0
"""How long something stays after it was taken back: a renamed device is taken back, and comes anew at once."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The id of an appliance, pinned to its hardware and part for as long as it is known."""

    id: str
    hardware: str
    part: str
    kind: str


@dataclass(frozen=True, slots=True)
class Pin:
    """Who has the word for a piece of hardware: a dialect, at a place."""

    hardware: str
    dialect: str
    source: str
    since: float


@dataclass(slots=True)
class Claim:
    """What one dialect says of a piece of hardware."""

    source: str
    wirings: tuple[Wiring, ...]
    refused: tuple[str, ...]
    gone_at: float | None = None
    missing: bool = False


@dataclass(slots=True)
class Hardware:
    """One piece of hardware: every dialect's claim, and the one that stands."""

    claims: dict[str, Claim] = field(default_factory=dict)
    pin: Pin | None = None
    gone_at: float = 0.0
    """When the last claim was given up; its ids are kept for as long again."""
    disputed: dict[str, str] = field(default_factory=dict)
    """Claims of the same dialect from other places, by place; they are not followed."""


class Inventory:
    """All hardware. `preference` names the dialects, the most trusted first."""

    def __init__(self, preference: tuple[str, ...], forget_after: float) -> None:
        self._preference = {name: rank for rank, name in enumerate(preference)}
        self._forget_after = forget_after
        self._hardware: dict[str, Hardware] = {}
        self._identities: dict[tuple[str, str], Identity] = {}
        self._remembered_at = 0.0
        self.turned_away: set[str] = set()
        """Hardware for which there was no more room."""

    def remember(self, identities: Iterable[Identity], pins: Iterable[Pin], now: float) -> None:
        """What was pinned before this start."""
        self._remembered_at = now
        for identity in identities:
            self._identities[identity.hardware, identity.part] = identity
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
        missing: bool = False,
    ) -> str:
        """Take in what a dialect now says of it; nothing at all means that it was taken back, or is missing.

        Gives back the place of a claim that is not followed, the first time.
        """
        known = self._hardware.get(hardware)
        says = bool(wirings or refused)
        if known is None:
            if not says or len(self._hardware) >= MAX_HARDWARE:
                self._turn_away(hardware if says else "")
                return ""
            known = self._hardware[hardware] = Hardware()
        if self._is_disputed(known, dialect, source):
            return _dispute(known, dialect, source, says)
        claim = known.claims.get(dialect)
        if says:
            known.claims[dialect] = Claim(source, wirings, refused)
        elif claim is not None and claim.gone_at is None:
            claim.gone_at, claim.missing = now, missing
        return ""

    def forget(self, hardware: str) -> bool:
        """Give up its pin, its ids and all claims to it; whether there were any."""
        known = hardware in self._hardware
        if known:
            self._forget(hardware)
        return known

    def _turn_away(self, hardware: str) -> None:
        if hardware and len(self.turned_away) < MAX_HARDWARE:
            self.turned_away.add(hardware)

    def _is_disputed(self, known: Hardware, dialect: str, source: str) -> bool:
        claim = known.claims.get(dialect)
        standing = claim.source if claim is not None and claim.gone_at is None else ""
        if known.pin is not None and known.pin.dialect == dialect and claim is None and not known.gone_at:
            standing = known.pin.source  # of before the restart
        return bool(standing) and standing != source

    def settle(self, hardware: str, now: float) -> tuple[Wiring, ...]:
        """The appliances of one piece of hardware as they are now, under their own ids; none if it is forgotten."""
        known = self._hardware.get(hardware)
        if known is None:
            return ()
        for dialect, claim in tuple(known.claims.items()):
            if claim.gone_at is not None and now - claim.gone_at >= self._grace(claim):
                known.gone_at = now
                del known.claims[dialect]
        if not known.claims:
            if known.pin is None or now - max(known.gone_at, self._remembered_at) >= self._forget_after:
                self._forget(hardware)
            return ()
        dialect = self._choose(known, now)
        claim = known.claims[dialect]
        if known.pin is None or (known.pin.dialect, known.pin.source) != (dialect, claim.source):
            known.pin = Pin(hardware, dialect, claim.source, now if known.pin is None else known.pin.since)
        return tuple(self._named(hardware, claim.wirings))

    def _grace(self, claim: Claim) -> float:
        return self._forget_after if claim.missing else min(REMOVED_SECONDS, self._forget_after)

    def _forget(self, hardware: str) -> None:
        del self._hardware[hardware]
        for key in [key for key in self._identities if key[0] == hardware]:
            del self._identities[key]

    def _choose(self, known: Hardware, now: float) -> str:
        """The pinned dialect while it has something to say, or else the most trusted of those that have."""
        able = {name: claim for name, claim in known.claims.items() if claim.wirings} or known.claims
        there = {name: claim for name, claim in able.items() if claim.gone_at is None} or able
        best = min(there, key=lambda name: self._preference.get(name, len(self._preference)))
        pin = known.pin
        if pin is None or pin.dialect not in there or now - pin.since < FIRM_SECONDS:
            return best
        return pin.dialect

    def _named(self, hardware: str, wirings: tuple[Wiring, ...]) -> Iterator[Wiring]:
        """The wirings with their pinned ids; one whose part has another name in this dialect is known by its kind."""
        parts = {wiring.device.id.removeprefix(hardware).removeprefix("-"): wiring for wiring in wirings}
        for part, wiring in parts.items():
            identity = self._identities.get((hardware, part)) or self._inherited(hardware, wiring.device.kind, parts)
            if identity is None:
                taken = {one.id for key, one in self._identities.items() if key[0] == hardware}
                free = hardware if not taken and not part else f"{hardware}-{part or 'main'}"
                identity = Identity(hardware if not taken and len(parts) == 1 else free, hardware, part, "")
            if (identity.part, identity.kind) != (part, wiring.device.kind):
                self._identities.pop((hardware, identity.part), None)
                identity = replace(identity, part=part, kind=wiring.device.kind)
            self._identities[hardware, part] = identity
            yield replace(wiring, device=replace(wiring.device, id=identity.id))

    def _inherited(self, hardware: str, kind: str, parts: Mapping[str, Wiring]) -> Identity | None:
        """The identity of an appliance of this kind that nothing is called by any more."""
        of_it = (one for key, one in self._identities.items() if key[0] == hardware and key[1] not in parts)
        return next((one for one in of_it if one.kind == kind), None)

    def due(self, now: float) -> list[str]:
        """The hardware that may have to be forgotten by now."""
        return [
            hardware
            for hardware, known in self._hardware.items()
            if not known.claims
            or any(one.gone_at is not None and now - one.gone_at >= self._grace(one) for one in known.claims.values())
        ]

    def identities(self) -> Iterable[Identity]:
        """Every pinned id."""
        return self._identities.values()

    def pins(self) -> Iterable[Pin]:
        """Whose word stands, for all hardware."""
        return (known.pin for known in self._hardware.values() if known.pin is not None)

    def refused(self) -> Iterator[tuple[str, str, str]]:
        """Hardware, dialect and reason for everything that is no appliance."""
        for hardware, known in self._hardware.items():
            for dialect, claim in known.claims.items():
                if claim.gone_at is None and known.pin is not None and known.pin.dialect == dialect:
                    yield from ((hardware, dialect, reason) for reason in claim.refused)

    def claims(self, hardware: str) -> dict[str, str]:
        """For `explain`: who else describes it, and what is made of that."""
        known = self._hardware.get(hardware)
        if known is None:
            return {}
        standing = known.pin.dialect if known.pin is not None else ""
        said = {dialect: _said(claim, dialect == standing) for dialect, claim in known.claims.items()}
        return said | {
            source: f"not followed: {dialect} has it elsewhere" for source, dialect in known.disputed.items()
        }

    def __len__(self) -> int:
        return len(self._hardware)


def _dispute(known: Hardware, dialect: str, source: str, says: bool) -> str:
    if not says:
        known.disputed.pop(source, None)
    elif source not in known.disputed and len(known.disputed) < MAX_DISPUTES:
        known.disputed[source] = dialect
        return source
    return ""


def _said(claim: Claim, stands: bool) -> str:
    there = "" if claim.gone_at is None else "missing" if claim.missing else "taken back"
    return ", ".join(
        part for part in (claim.source, "its word stands" if stands else "also describes it", there) if part
    )
