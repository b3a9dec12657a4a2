"""What is to be sent, in which order and when. Pure; points in time are monotonic seconds.

The notifications of one device go out in their order, and the device with the most urgent one goes first. One at a
time is on its way: whatever becomes of us meanwhile, no more than that one can be sent twice.
"""

import heapq
import math
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from gateway.engine.occasion import Key
from gateway.home.alarms import Severity
from gateway.home.sending import Fate, Verdict

MAX_WAITING = 20_000
"""More than a house has alarms in days; the least urgent makes room for a more urgent one."""
MAX_CLOSED = 200
"""So many of what is done are told of; more are in the file."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
FIRST_LIMIT, LONGEST_LIMIT = 60.0, 3600.0
STOPPED_SECONDS = 600.0
"""Where the service takes nothing from us, it is asked again after so long: its console may have been put right."""

NEVER = math.inf


class State(Enum):
    """What has become of a notification. All but the first are the end of it."""

    WAITING = "waiting"
    SENT = "sent"
    EXPIRED = "expired"
    REFUSED = "refused"
    UNSENT = "not sent"
    """There is no message for it, or no way to send one."""
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

    def close(self, state: State, why: str, now: float) -> None:
        """It is done with."""
        self.state, self.why, self.closed_at = state, why, now


class Ledger:
    """For which messages the service has had enough, and until when. Its limits are nowhere written down."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], float] = {}
        self._pauses: dict[tuple[str, str], float] = {}
        self.clear_at = -NEVER
        """From then on nothing is in the way of anything, as far as is known."""
        self.version = 0
        """Another one whenever `until` may say something else."""

    def limit(self, key: tuple[str, str], now: float, retry_after: float | None) -> None:
        """Enough: wait for twice as long as the last time, or for as long as the service says."""
        pause = min(LONGEST_LIMIT, self._pauses.get(key, FIRST_LIMIT / 2) * 2)
        self._pauses[key] = pause
        self._until[key] = now + (pause if retry_after is None else retry_after)
        self.clear_at = max(self.clear_at, self._until[key])
        self.version += 1

    def taken(self, device: str, message: str) -> None:
        """The service has taken one: there is room again."""
        for key in ((device, message), ("", message)):
            self._pauses.pop(key, None)
            self.version += self._until.pop(key, None) is not None

    def until(self, device: str, message: str) -> float:
        """When this message may be tried again for this device; -inf where nothing is in the way."""
        return max(self._until.get((device, message), -NEVER), self._until.get(("", message), -NEVER))

    def __iter__(self) -> Iterator[tuple[str, str, float]]:
        return ((*key, until) for key, until in self._until.items())


@dataclass(frozen=True, slots=True)
class Look:
    """How a line is, as long as nothing joins or leaves it."""

    first: Notification | None
    """The oldest that may go: what the service has had enough of keeps nothing else waiting."""
    rank: int
    """That of the most urgent one that may go."""
    until: float
    """When another one may."""
    version: int
    """Of the ledger."""


class Line:
    """What waits of one device, in order."""

    def __init__(self) -> None:
        self._waiting: dict[int, Notification] = {}
        self._ranks = [0] * len(Severity)
        self._held_until = -NEVER
        self._look: Look | None = None

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def __iter__(self) -> Iterator[Notification]:
        return iter(self._waiting.values())

    def add(self, one: Notification) -> None:
        """It is the last."""
        self._waiting[one.id] = one
        self._ranks[one.severity.rank] += 1
        self._held_until = max(self._held_until, one.not_before)
        self._look = None

    def remove(self, one: Notification) -> bool:
        """It waits no longer; False if it did not."""
        if self._waiting.pop(one.id, None) is None:
            return False
        self._ranks[one.severity.rank] -= 1
        self._look = None
        return True

    def look(self, now: float, ledger: Ledger) -> Look:
        """Which may go now."""
        look = self._look
        if look is None or now >= look.until or look.version != ledger.version:
            look = self._look = self._looked(now, ledger)
        return look

    def _looked(self, now: float, ledger: Ledger) -> Look:
        if now >= max(self._held_until, ledger.clear_at):
            rank = next(rank for rank, many in enumerate(self._ranks) if many)
            return Look(next(iter(self)), rank, NEVER, ledger.version)
        starts = [(max(one.not_before, ledger.until(one.device, one.message)), one) for one in self]
        ready = [one for at, one in starts if at <= now]
        rank = min((one.severity.rank for one in ready), default=len(Severity))
        until = min((at for at, _ in starts if at > now), default=NEVER)
        return Look(ready[0] if ready else None, rank, until, ledger.version)


class Outbox:
    """The notifications that wait, and the last of those that do not. `shake` is a random factor around 1."""

    def __init__(self, shake: Callable[[], float] = lambda: 1.0) -> None:
        self._shake = shake
        self._lines: dict[str, Line] = {}
        self._deadlines: list[tuple[float, int, Notification]] = []
        self.ledger = Ledger()
        self.closed: deque[Notification] = deque(maxlen=MAX_CLOSED)
        self.totals: Counter[tuple[State, str]] = Counter()
        """How many came to which end since the start, by alarm."""
        self.stopped = ""
        """Why the service takes nothing from us; empty while it does."""
        self.trouble = ""
        """Why the service could not be asked the last time."""
        self._paused_until = -NEVER
        self._pause = 0.0
        self._waiting: tuple[dict[int, Notification], ...] = tuple({} for _ in Severity)
        """By severity."""
        self._given: Notification | None = None
        """The last one that was to be sent: it may be on its way."""

    def __len__(self) -> int:
        return sum(map(len, self._waiting))

    def waiting(self) -> list[Notification]:
        """All that wait, the oldest first."""
        return sorted((one for some in self._waiting for one in some.values()), key=lambda one: one.id)

    def add(self, one: Notification, now: float) -> list[Notification]:
        """Take it in, if it waits. Gives back what is closed by that: one that has to make room."""
        if one.state is not State.WAITING:
            return []
        crowded = [self._least(one)] if len(self) >= MAX_WAITING else []
        for out in crowded:
            self.close(out, State.CROWDED_OUT, f"more than {MAX_WAITING} wait", now)
        if one not in crowded:
            self._lines.setdefault(one.device, Line()).add(one)
            self._waiting[one.severity.rank][one.id] = one
            heapq.heappush(self._deadlines, (one.expires_at, one.id, one))
        return crowded

    def next(self, now: float) -> Notification | None:
        """What is to be sent now; None while there is nothing, or we have to wait."""
        if now < self._paused_until:
            return None
        looks = (line.look(now, self.ledger) for line in self._lines.values())
        heads = [(look.rank, look.first.id, look.first) for look in looks if look.first is not None]
        self._given = min(heads)[2] if heads else None
        return self._given

    def wakes_at(self, now: float) -> float:
        """When there may be something to send, or something expires; NEVER if nothing waits."""
        if not self:
            return NEVER
        while self._deadlines[0][2].state is not State.WAITING:
            heapq.heappop(self._deadlines)
        expires = self._deadlines[0][0]
        if now < self._paused_until:
            return min(expires, self._paused_until)
        looks = (line.look(now, self.ledger) for line in self._lines.values())
        return min(expires, min(look.until if look.first is None else now for look in looks))

    def expire(self, now: float) -> list[Notification]:
        """Close what is no news any more."""
        gone = []
        while self._deadlines and self._deadlines[0][0] <= now:
            _, _, one = heapq.heappop(self._deadlines)
            if one.state is State.WAITING:
                self.close(one, State.EXPIRED, self.stopped or self.trouble or one.why or "it could not be sent", now)
                gone.append(one)
        return gone

    def over(self, key: Key, now: float) -> list[Notification]:
        """An alarm is over: what was held back for the quiet hours needs not to be told any more.

        That of several devices has none of its own: it was to be told of any of them.
        """
        lines = self._lines.values() if not key.device else filter(None, [self._lines.get(key.device)])
        held = [one for line in lines for one in line if one.not_before > now]
        gone = [one for one in held if (one.alarm, one.slot, one.source) == (key.alarm, key.slot, key.source)]
        for one in gone:
            self.close(one, State.OVER, "over before the quiet hours were", now)
        return gone

    def settle(self, one: Notification, verdict: Verdict, now: float) -> None:
        """A try has come to this."""
        one.tries += 1
        one.why = verdict.why
        one.is_doubtful = one.is_doubtful or verdict.is_unknown
        if verdict.fate is not Fate.AGAIN:
            self.trouble, self._pause = "", 0.0
        if verdict.fate is not Fate.STOPPED and verdict.fate is not Fate.AGAIN:
            self.stopped = ""
        match verdict.fate:
            case Fate.SENT:
                self.ledger.taken(one.device, one.message)
                self.close(one, State.SENT, "", now)
            case Fate.REFUSED:
                self.close(one, State.REFUSED, verdict.why, now)
            case Fate.LIMITED:
                self.ledger.limit((one.device, one.message), now, verdict.retry_after)
            case Fate.ALL_LIMITED:
                self.ledger.limit(("", one.message), now, verdict.retry_after)
            case Fate.STOPPED:
                self.stopped = verdict.why
                self._paused_until = now + STOPPED_SECONDS
            case Fate.AGAIN:
                self.trouble = verdict.why
                self._pause = min(LONGEST_PAUSE, self._pause * 2) or FIRST_PAUSE
                pause = self._pause * self._shake() if verdict.retry_after is None else verdict.retry_after
                self._paused_until = now + pause

    def resume(self) -> None:
        """Try again at once: the service has just taken something."""
        self.stopped = self.trouble = ""
        self._pause, self._paused_until = 0.0, -NEVER

    def close(self, one: Notification, state: State, why: str, now: float) -> None:
        """It is done with."""
        line = self._lines.get(one.device)
        if line is not None and line.remove(one):
            del self._waiting[one.severity.rank][one.id]
            if not line:
                del self._lines[one.device]
            if len(self._deadlines) > 2 * len(self) + 1000:  # most were sent long before
                self._deadlines = [(one.expires_at, one.id, one) for one in self.waiting()]
                heapq.heapify(self._deadlines)
        one.close(state, why, now)
        self.closed.append(one)
        self.totals[state, one.alarm] += 1

    def _least(self, another: Notification) -> Notification:
        """The least urgent, the oldest of them; never one that may be on its way."""
        for some in reversed(self._waiting[another.severity.rank :]):
            for one in some.values():
                if one is not self._given:
                    return one
        return another
