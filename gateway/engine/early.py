"""Messages that may be for a device that is not known yet. Pure; points in time are monotonic seconds.

What nobody has heard is told to the file, for the broker forgets it; of what somebody has heard a newcomer at the same
topic may hear a part, as long as we run.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gateway.engine.occasion import NEVER
from gateway.home.device import Slot

MAX_EARLY, MAX_EARLY_BYTES = 1000, 4_194_304
"""So many messages that nobody has heard are kept, and as many that somebody has; the oldest go first."""
EARLY_SECONDS = 120.0
"""So long after a message its device may still be found: the broker hands out what it has kept before anything else."""


@dataclass(slots=True, eq=False)
class Early:
    """A message. A later one has a larger number, also in another run."""

    number: int
    topic: str
    payload: bytes
    retained: bool
    at: float
    given: set[tuple[str, Slot]] = field(default_factory=set)
    """Who has heard it: devices, and their slots."""


class _Queue:
    """Messages, the oldest first."""

    def __init__(self) -> None:
        self._all: dict[int, Early] = {}
        self._bytes = 0

    def __iter__(self) -> Iterator[Early]:
        return iter(self._all.values())

    def put(self, one: Early) -> list[Early]:
        """Gives back the oldest, which have made room for it."""
        self.pop(one)
        self._all[one.number] = one
        self._bytes += len(one.payload)
        crowded = []
        while len(self._all) > MAX_EARLY or self._bytes > MAX_EARLY_BYTES:
            crowded.append(oldest := next(iter(self)))
            self.pop(oldest)
        return crowded

    def pop(self, one: Early) -> bool:
        """Whether it was there."""
        if self._all.pop(one.number, None) is None:
            return False
        self._bytes -= len(one.payload)
        return True

    def pop_old(self, now: float) -> list[Early]:
        """Those of which no device was found in time."""
        old = [one for one in self if now >= one.at + EARLY_SECONDS]
        for one in old:
            self.pop(one)
        return old


class EarlyOnes:
    """All of them, what has changed for the file, and what was given up."""

    def __init__(self) -> None:
        self._nobodys, self._heard = _Queue(), _Queue()
        self._changed: dict[int, Early | None] = {}
        self._given_up: list[Early] = []
        self._last = 0
        self.unclaimed = 0
        """How many were given up since the start that nobody has heard."""

    def restore(self, kept: Iterable[Early], last: int, now: float) -> None:
        """Those of the file: their time begins anew. No number up to `last` is given again."""
        for one in kept:
            one.at = now
            self._last = max(self._last, one.number)
            self._give_up(self._nobodys.put(one))
        self._last = max(self._last, last)

    def made(self, topic: str, payload: bytes, retained: bool, now: float) -> Early:
        """A message that has just come."""
        self._last += 1
        return Early(self._last, topic, payload, retained, now)

    def put(self, one: Early) -> None:
        """Keep it for a device that is not known yet, be it that some have heard it, or that nobody has."""
        if one.given:
            if self._nobodys.pop(one):
                self._forget(one)
            self._heard.put(one)
        else:
            self._changed[one.number] = one
            self._give_up(self._nobodys.put(one))

    def all(self, now: float) -> list[Early]:
        """Those that are not too old, in the order in which they came."""
        self.tick(now)
        return sorted((*self._nobodys, *self._heard), key=lambda one: one.number)

    def next_at(self) -> float:
        """When `tick` has something to give up; NEVER if there is nothing."""
        return next((one.at + EARLY_SECONDS for one in self._nobodys), NEVER)

    def tick(self, now: float) -> None:
        """Give up what is too old."""
        self._heard.pop_old(now)
        self._give_up(self._nobodys.pop_old(now))

    def rename(self, ids: Mapping[str, str]) -> None:
        """What these devices have heard, others have heard from now on."""
        for one in self._heard:
            one.given = {(ids.get(name, name), slot) for name, slot in one.given}

    def take(self) -> tuple[dict[int, Early | None], list[Early]]:
        """What has changed for the file since the last call (None: gone), and what was given up."""
        changed, given_up = self._changed, self._given_up
        self._changed, self._given_up = {}, []
        return changed, given_up

    def _give_up(self, some: list[Early]) -> None:
        self.unclaimed += len(some)
        self._given_up += some
        for one in some:
            self._forget(one)

    def _forget(self, one: Early) -> None:
        if self._changed.get(one.number) is None:
            self._changed[one.number] = None
        else:
            del self._changed[one.number]  # it is not in the file yet
