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

    def limit(self, key: tuple[str, str], now: float, retry_after: float | None) -> None:
        """Enough: wait for twice as long as the last time, or for as long as the service says."""
        pause = min(LONGEST_LIMIT, self._pauses.get(key, FIRST_LIMIT / 2) * 2)
        self._pauses[key] = pause
        self._until[key] = now + (pause if retry_after is None else retry_after)

    def taken(self, device: str, message: str) -> None:
        """The service has taken one: there is room again."""
        for key in ((device, message), ("", message)):
            self._until.pop(key, None)
            self._pauses.pop(key, None)

    def until(self, device: str, message: str) -> float:
        """When this message may be tried again for this device; -inf where nothing is in the way."""
        return max(self._until.get((device, message), -NEVER), self._until.get(("", message), -NEVER))

    def __iter__(self) -> Iterator[tuple[str, str, float]]:
        return ((*key, until) for key, until in self._until.items())


class Line:
    """What waits of one device, in order, and how many of each severity."""

    def __init__(self) -> None:
        self.waiting: deque[Notification] = deque()
        self._ranks = [0] * len(Severity)

    @property
    def rank(self) -> int:
        """That of the most urgent one."""
        return next((rank for rank, many in enumerate(self._ranks) if many), len(Severity))

    def add(self, one: Notification) -> None:
        """It is the last."""
        self.waiting.append(one)
        self._ranks[one.severity.rank] += 1

    def remove(self, one: Notification) -> bool:
        """It waits no longer; False if it did not."""
        if one not in self.waiting:
            return False
        self.waiting.remove(one)
        self._ranks[one.severity.rank] -= 1
        return True


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
        self._waiting = 0

    def __len__(self) -> int:
        return self._waiting

    def waiting(self) -> list[Notification]:
        """All that wait, the oldest first."""
        return sorted((one for line in self._lines.values() for one in line.waiting), key=lambda one: one.id)

    def add(self, one: Notification, now: float) -> list[Notification]:
        """Take it in. Gives back what is closed by that: one that has to make room."""
        crowded = [self._least()] if self._waiting >= MAX_WAITING else []
        if crowded and crowded[0].severity.rank < one.severity.rank:
            crowded = [one]
        for out in crowded:
            self.close(out, State.CROWDED_OUT, f"more than {MAX_WAITING} wait", now)
        if one.state is State.WAITING:
            self._lines.setdefault(one.device, Line()).add(one)
            heapq.heappush(self._deadlines, (one.expires_at, one.id, one))
            self._waiting += 1
        return crowded

    def next(self, now: float) -> Notification | None:
        """What is to be sent now; None while there is nothing, or we have to wait."""
        if now < self._paused_until:
            return None
        ready = ((line.rank, self._first(line, now)) for line in self._lines.values())
        heads = [(rank, first.id, first) for rank, first in ready if first is not None]
        return min(heads)[2] if heads else None

    def wakes_at(self, now: float) -> float:
        """When there may be something to send, or something expires; NEVER if nothing waits."""
        if not self._waiting:
            return NEVER
        expires = self._deadlines[0][0]
        if now < self._paused_until:
            return min(expires, self._paused_until)
        starts = (self._starts(one) for line in self._lines.values() for one in line.waiting)
        return min(expires, min(starts))

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
        """An alarm is over: what was held back for the quiet hours needs not to be told any more."""
        line = self._lines.get(key.device)
        held = [one for one in line.waiting if one.not_before > now] if line is not None else []
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
            self._waiting -= 1
            if not line.waiting:
                del self._lines[one.device]
        one.close(state, why, now)
        self.closed.append(one)
        self.totals[state, one.alarm] += 1

    def _starts(self, one: Notification) -> float:
        return max(one.not_before, self.ledger.until(one.device, one.message))

    def _first(self, line: Line, now: float) -> Notification | None:
        """The oldest that may go: what the service has had enough of keeps nothing else waiting."""
        return next((one for one in line.waiting if self._starts(one) <= now), None)

    def _least(self) -> Notification:
        """The least urgent, the oldest of them."""
        return max(
            (one for line in self._lines.values() for one in line.waiting), key=lambda one: (one.severity.rank, -one.id)
        )
