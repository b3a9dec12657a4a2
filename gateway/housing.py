"""The home in step with what was found: each piece of hardware, placed as its owner wants it, under ids of its own."""

from collections.abc import Callable
from dataclasses import replace
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
        self._appliances: dict[str, tuple[str, ...]] = {}
        """The ids of the appliances of each piece of hardware."""
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
        for settled in [wanted for wanted, without in self.clashes.items() if without == hardware]:
            del self.clashes[settled]
        placed, twice = self._placed(hardware, partial(self.place, guards=self.guards))
        for device_id in twice:
            self._clash(device_id, hardware)
        ids = tuple(device_id for device_id, wiring in placed.items() if self._put(wiring))
        for device_id in placed.keys() - set(ids):
            self._clash(device_id, hardware)
        for device_id in self._appliances.pop(hardware, ()):
            if device_id not in ids:
                self._remove(device_id)
        if ids:
            self._appliances[hardware] = ids

    def leaving(self, place: Place) -> set[str]:
        """The ids that would no longer be those of their hardware, if it were placed in this way."""
        return {
            device_id
            for hardware, ids in self._appliances.items()
            for device_id in set(ids) - self._placed(hardware, place)[0].keys()
        }

    def replace(self, place: Place) -> None:
        """Place all hardware in this way: first every id that is given up, so that another may have it."""
        leaving = self.leaving(place)
        for device_id in leaving:
            self._remove(device_id)
        for hardware, ids in self._appliances.items():
            self._appliances[hardware] = tuple(device_id for device_id in ids if device_id not in leaving)
        self.place = place
        everything = tuple(dict.fromkeys(one.hardware for one in self._inventory.identities()))
        for hardware in everything:
            self.put(hardware)
        for hardware in everything if self.guards.changed else ():  # some were placed before it was known what is
            self.put(hardware)

    def _placed(self, hardware: str, place: Place) -> tuple[dict[str, Wiring], list[str]]:
        """The appliances by their ids, and the ids that two of them want: one word of the owner's fits two parts."""
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
