"""One notification, and what waits to be sent of one device. Pure; points in time are monotonic seconds."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from gateway.engine.occasion import Key
from gateway.home.alarms import Severity

NEVER = math.inf
PATIENCE = 5
"""What has failed so often keeps nothing of its device waiting any more that is more urgent."""


class State(Enum):
    """What has become of a notification. All but the first are the end of it."""

    WAITING = "waiting"
    SENT = "sent"
    EXPIRED = "expired"
    REFUSED = "refused"
    UNSENT = "not sent"
    """There is no message for it, or no way to send one."""
    UNCLEAR = "unclear"
    """It may have been delivered: the service has answered several times, and never said so."""
    OVER = "over"
    """It was held back for the quiet hours, and was over when they ended."""
    CROWDED_OUT = "crowded out"


@dataclass(slots=True, eq=False)
class Notification:
    """One notification. Points in time are monotonic seconds."""

    id: int
    alarm: str
    severity: Severity
    device: str
    slot: str
    source: str
    message: str
    said: str
    is_second: bool
    raised_at: float
    expires_at: float
    not_before: float
    """The end of the quiet hours, or when it was raised."""
    state: State = State.WAITING
    why: str = ""
    tries: int = 0
    closed_at: float | None = None
    is_doubtful: bool = False
    """Whether a try before this one may have been taken as well: its answer was lost."""
    unclear: int = 0
    """How many answers said neither yes nor no."""
    failed: int = 0
    """How many tries came to nothing by its own fault; not kept on the disk, like the next."""
    again_at: float = -NEVER
    """When it is tried again after that."""

    @property
    def key(self) -> Key:
        """Of what it tells."""
        return Key(self.alarm, self.device, self.slot, self.source)

    def close(self, state: State, why: str, now: float) -> None:
        """It is done with."""
        self.state, self.why, self.closed_at = state, why, now


class Limits(Protocol):
    """Of what the service has had enough."""

    clear_at: float
    """From then on nothing is in the way of anything, as far as is known."""
    version: int
    """Another one whenever `until` may say something else."""

    def until(self, one: Notification) -> float:
        """When it may be tried; -inf where nothing is in the way."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a line is, as long as nothing joins, leaves or fails."""

    first: Notification | None
    """The oldest that may go: what the service has had enough of keeps nothing else waiting."""
    rank: int
    """That of the most urgent one that may go."""
    until: float
    """When another one may."""
    version: int
    """Of the limits."""


class Line:
    """What waits of one device, in order."""

    def __init__(self) -> None:
        self._waiting: dict[int, Notification] = {}
        self._ranks = [0] * len(Severity)
        self._held_until = -NEVER
        self._look: Look | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Notification]:
        return iter(self._waiting.values())

    def add(self, one: Notification) -> None:
        """It is the last."""
        self._waiting[one.id] = one
        self._ranks[one.severity.rank] += 1
        self._held_until = max(self._held_until, one.not_before, one.again_at)
        self._look = None

    def remove(self, one: Notification) -> bool:
        """It waits no longer; False if it did not."""
        if self._waiting.pop(one.id, None) is None:
            return False
        self._ranks[one.severity.rank] -= 1
        self._look = None
        return True

    def fail(self, one: Notification, again_at: float) -> None:
        """It keeps its place, and is tried again then."""
        one.failed += 1
        one.again_at = again_at
        self._held_until = max(self._held_until, again_at)
        self._look = None

    def look_again(self) -> None:
        """One of them is held back for another time than before."""
        self._look = None

    def forgive(self) -> None:
        """What has failed may be tried at once."""
        for one in self:
            one.failed, one.again_at = 0, -NEVER
        self._look = None

    def look(self, now: float, limits: Limits) -> Look:
        """Which may go now."""
        look = self._look
        if look is None or now >= look.until or look.version != limits.version:
            look = self._look = self._looked(now, limits)
        return look

    def _looked(self, now: float, limits: Limits) -> Look:
        if now >= max(self._held_until, limits.clear_at):
            rank = next(rank for rank, many in enumerate(self._ranks) if many)
            return Look(next(iter(self)), rank, NEVER, limits.version)
        ready: list[Notification] = []
        until, most = NEVER, len(Severity)  # only what is more urgent than `most` may go
        for one in self:
            at = max(one.not_before, limits.until(one))
            if at <= now < one.again_at:
                most = min(most, one.severity.rank) if one.failed >= PATIENCE else 0
                at = one.again_at
            if at > now:
                until = min(until, at)
            elif one.severity.rank < most:
                ready.append(one)
        rank = min((one.severity.rank for one in ready), default=len(Severity))
        return Look(ready[0] if ready else None, rank, until, limits.version)


def least(some: list[Notification], another: Notification) -> Notification:
    """Which of these makes room for another: the oldest of the same, or else of the least urgent; or that other."""
    same = [one for one in some if (one.alarm, one.severity) == (another.alarm, another.severity)]
    lesser = [one for one in some if one.severity.rank >= another.severity.rank]
    return same[0] if same else max(lesser, key=lambda one: one.severity.rank, default=another)
