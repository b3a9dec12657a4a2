"""The home in step with what was found: each piece of hardware, placed as its owner wants it, under ids of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog

from gateway.dialects.sightings import Sightings, enriched
from gateway.engine.inventory import Inventory
from gateway.guards import Guards
from gateway.wire.binding import Wiring

log: structlog.stdlib.BoundLogger = structlog.get_logger("discovery")

MAX_CLASHES = 100

Place = Callable[..., Wiring]
"""Makes of a device as it was found what its owner wants; is also given the `guards`, where it counts."""

Placed = tuple[dict[str, Wiring], list[str]]
"""The appliances of a piece of hardware by their ids, and the ids that two of them want."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How all hardware would be placed, and what would be guarded then. It holds until more is found."""

    place: Place
    guards: Guards
    placed: Mapping[str, Placed]

    def after(self, hardware: str, before: Wiring) -> Wiring | None:
        """What one of its appliances would be; None if that would be gone."""
        placed, _ = self.placed.get(hardware, ({}, []))
        alike = [one for one in placed.values() if one.part == before.part]
        return next((one for one in alike if one.device.id == before.device.id), alike[0] if alike else None)


class Housing:
    """Puts hardware into the home, and takes it out. `wall` is the time of day in seconds."""

    def __init__(
        self,
        place: Place,
        put: Callable[[Wiring], bool],
        remove: Callable[[str], None],
        inventory: Inventory,
        sightings: Sightings,
        wall: Callable[[], float],
    ) -> None:
        self.place = place
        self._put = put
        self._remove = remove
        self._inventory = inventory
        self._sightings = sightings
        self._wall = wall
        self._appliances: dict[str, dict[str, Wiring]] = {}
        """The appliances of each piece of hardware, by their ids."""
        self.guards = Guards()
        self.clashes: dict[str, str] = {}
        """Ids that two devices want, and the hardware of the one that does not have it."""

    def __contains__(self, hardware: object) -> bool:
        return hardware in self._appliances

    def all(self) -> tuple[str, ...]:
        """The hardware that has appliances in the home."""
        return tuple(self._appliances)

    def put(self, hardware: str) -> None:
        """Bring the home in step with what is now known of one piece of hardware."""
        self._house(hardware, *self._placed(hardware, partial(self.place, guards=self.guards)))

    def _house(self, hardware: str, placed: dict[str, Wiring], twice: list[str]) -> None:
        for settled in [wanted for wanted, without in self.clashes.items() if without == hardware]:
            del self.clashes[settled]
        for device_id in twice:
            self._clash(device_id, hardware)
        housed = {device_id: wiring for device_id, wiring in placed.items() if self._put(wiring)}
        for device_id in placed.keys() - housed.keys():
            self._clash(device_id, hardware)
        for device_id in self._appliances.pop(hardware, {}).keys() - housed.keys():
            self._remove(device_id)
        if housed:
            self._appliances[hardware] = housed

    def plan(self, place: Place) -> Plan:
        """How all hardware would be placed in this way. Nothing changes by that."""
        guards = self.guards.copy()
        everything = dict.fromkeys((*self._appliances, *(one.hardware for one in self._inventory.identities())))

        def placed() -> dict[str, Placed]:
            return {hardware: self._placed(hardware, partial(place, guards=guards)) for hardware in everything}

        first = placed()
        return Plan(place, guards, placed() if guards.changed else first)  # some came before what guards them

    def changes(self, plan: Plan) -> list[tuple[Wiring, Wiring | None]]:
        """The appliances that would be others: as they are, and what they would be, or None."""
        known = ((hardware, one) for hardware, housed in self._appliances.items() for one in housed.values())
        found = ((before, plan.after(hardware, before)) for hardware, before in known)
        return [(before, after) for before, after in found if before != after]

    def replace(self, plan: Plan) -> None:
        """Place all hardware in this way: first every id that is given up, so that another may have it."""
        for hardware, housed in self._appliances.items():
            for device_id in housed.keys() - plan.placed[hardware][0].keys():
                del housed[device_id]
                self._remove(device_id)
        for hardware, placed in plan.placed.items():
            self._house(hardware, *placed)
        self.place = plan.place
        self.guards.take_over(plan.guards)

    def _placed(self, hardware: str, place: Place) -> Placed:
        """One word of the owner's may fit two parts: then the second keeps its own id."""
        seen = self._sightings.by_mac(hardware)
        placed: dict[str, Wiring] = {}
        twice: list[str] = []
        for wiring in self._inventory.settle(hardware, self._wall()):
            wanted = place(enriched(wiring, seen))
            if wanted.device.id in placed:
                twice.append(wanted.device.id)
                wanted = replace(wanted, device=replace(wanted.device, id=wiring.device.id))
            placed[wanted.device.id] = wanted
        return placed, twice

    def _clash(self, device_id: str, hardware: str) -> None:
        if self.clashes.get(device_id) != hardware and len(self.clashes) < MAX_CLASHES:
            self.clashes[device_id] = hardware
            log.warning("two devices want one id", id=device_id, without=hardware)
