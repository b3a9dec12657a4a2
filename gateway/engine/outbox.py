"""What is to be sent, in which order and when. Pure; points in time are monotonic seconds.

The notifications of one device go out in their order. The device with the most urgent one goes first; of several, the
one that was sent to longest ago, so that one that raises many keeps no other waiting. One notification at a time is on
its way: whatever becomes of us meanwhile, no more than that one can be sent twice.

After a try that came to nothing all wait. Where the service was not reached, or says "later" to all: for 1 to 60
seconds, twice as long each time. Where it was there, or may have been, the fault may be that one notification's: then
that one waits for 1 to 60 seconds by itself, twice as long each time, and all others for 1 to 60 seconds, twice as long
for each further one that fails; those that have failed the least often go first. Once one comes to something, only what
has failed still waits, each by itself.
So one that never will keeps no other device waiting, and a service that is down is not asked for each in a row.
"""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from gateway.engine.ledger import LONGEST_LIMIT_OF_LIFE, Ledger
from gateway.engine.line import NEVER, Line, Look, Notification, State, least
from gateway.engine.occasion import Key
from gateway.home.alarms import Severity
from gateway.home.sending import Fate, Verdict

__all__ = ["Ledger", "Notification", "Outbox", "State"]

MAX_WAITING = 20_000
"""More than a house has alarms in days; the least urgent makes room for a more urgent one."""
MAX_OF_DEVICE = 50
"""So many of them may be of one device."""
MAX_CLOSED = 200
"""So many of what is done are told of; more are in the file."""
MAX_TURNS = 10_000
"""Of so many devices it is known when they were sent to."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STOPPED_SECONDS = 600.0
"""Where the service takes nothing from us, it is asked again after so long: its console may have been put right."""
MOST_UNCLEAR, MOST_UNCLEAR_OF_LIFE = 3, 5
"""So many answers that say neither yes nor no are enough: each may be one more of the same for the family."""


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
        """Why the last try came to nothing; empty if it did not."""
        self._paused_until = -NEVER
        self._pause = 0.0
        """The last one for want of a service."""
        self._failed: set[int] = set()
        """Of which, by their own fault, nothing came since something came of any."""
        self._turns: dict[str, int] = {}
        """When each device was sent to, the one of longest ago first."""
        self._turn = 0
        self._waiting: tuple[dict[int, Notification], ...] = tuple({} for _ in Severity)
        """By severity."""
        self._held: dict[int, Notification] = {}
        """What was added before its time; not all of it is still held back."""
        self._given: Notification | None = None
        """The last one that was to be sent: it may be on its way."""

    def __len__(self) -> int:
        return sum(map(len, self._waiting))

    def waiting(self) -> list[Notification]:
        """All that wait, the oldest first."""
        return sorted(self._all(), key=lambda one: one.id)

    def _all(self) -> Iterable[Notification]:
        return chain.from_iterable(some.values() for some in self._waiting)

    def add(self, one: Notification, now: float) -> list[Notification]:
        """Take it in, if it waits. Gives back what is closed by that: one that has to make room."""
        if one.state is not State.WAITING:
            return []
        line = self._lines.get(one.device, ())
        crowded = []
        if len(line) >= MAX_OF_DEVICE:
            crowded = [least([other for other in line if other is not self._given], one)]
            self.close(crowded[0], State.CROWDED_OUT, f"more than {MAX_OF_DEVICE} of this device wait", now)
        elif len(self) >= MAX_WAITING:
            crowded = [self._least(one)]
            self.close(crowded[0], State.CROWDED_OUT, f"more than {MAX_WAITING} wait", now)
        if one not in crowded:
            self._lines.setdefault(one.device, Line()).add(one)
            self._waiting[one.severity.rank][one.id] = one
            heapq.heappush(self._deadlines, (one.expires_at, one.id, one))
            if one.not_before > now:
                self._held[one.id] = one
            if not self.stopped:
                self._paused_until = min(self._paused_until, now + self._wait(LONGEST_PAUSE, NEVER, [one], now))
        return crowded

    def release(self, seconds_left: Callable[[Severity], float], now: float) -> bool:
        """Hold nothing back for longer than the quiet hours last. Whether anything is held back."""
        self._held = {id: one for id, one in self._held.items() if one.state is State.WAITING and one.not_before > now}
        left = {severity: now + seconds_left(severity) for severity in {one.severity for one in self._held.values()}}
        for one in self._held.values():
            if one.not_before > left[one.severity]:
                one.not_before = left[one.severity]
                self._lines[one.device].look_again()
        return any(one.not_before > now for one in self._held.values())

    def rename(self, ids: Mapping[str, str]) -> list[Notification]:
        """What waits for these devices waits for others from now on. Gives it back."""
        moved = [one for name in ids for one in self._lines.pop(name, ())]
        for one in moved:
            one.device = ids[one.device]
        for name in dict.fromkeys(one.device for one in moved):
            there = [one for one in moved if one.device == name]
            several = (*self._lines.get(name, ()), *there)
            line = self._lines[name] = Line()
            for one in sorted(several, key=lambda one: one.id):
                line.add(one)
        return moved

    def next(self, now: float) -> Notification | None:
        """What is to be sent now; None while there is nothing, or we have to wait."""
        if now < self._paused_until:
            return None
        looks = (line.look(now, self.ledger) for line in self._lines.values())
        heads = [(*self._order(look, look.first), look.first) for look in looks if look.first is not None]
        self._given = min(heads)[-1] if heads else None
        return self._given

    def _order(self, look: Look, one: Notification) -> tuple[int, int, int, int]:
        return one.failed if self._failed else 0, look.rank, self._turns.get(one.device, 0), one.id

    def wakes_at(self, now: float) -> float:
        """When there may be something to send, or something is over; NEVER if nothing will be."""
        if not self:
            return self.ledger.tidy_at
        while self._deadlines[0][2].state is not State.WAITING:
            heapq.heappop(self._deadlines)
        looks = (line.look(now, self.ledger) for line in self._lines.values())
        ready = min(look.until if look.first is None else now for look in looks)
        return min(self._deadlines[0][0], max(self._paused_until, ready))

    def expire(self, now: float) -> list[Notification]:
        """Close what is no news any more."""
        self.ledger.tidy(now)
        gone = []
        while self._deadlines and self._deadlines[0][0] <= now:
            _, _, one = heapq.heappop(self._deadlines)
            if one.state is State.WAITING:
                self.close(one, State.EXPIRED, self._why_not(one), now)
                gone.append(one)
        return gone

    def _why_not(self, one: Notification) -> str:
        own = one.why if one.failed else ""
        return self.stopped or own or self.trouble or one.why or "it could not be sent"

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
        if verdict.fate is Fate.AGAIN:
            self._fail(one, verdict, now)
            return
        self._calm()
        if verdict.fate is Fate.STOPPED:
            self.stopped, self._paused_until = verdict.why, now + STOPPED_SECONDS
            return
        self.stopped = ""
        self._sent_to(one.device)
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

    def _fail(self, one: Notification, verdict: Verdict, now: float) -> None:
        """All wait, and this one by itself as well where the service may have been there."""
        self.trouble = verdict.why
        shaken, asked = self._shake(), verdict.retry_after
        if not (verdict.is_answered or verdict.is_unknown):
            self._pause = min(LONGEST_PAUSE, self._pause * 2) or FIRST_PAUSE
            self._paused_until = now + self._wait(self._pause * shaken, asked, self._all(), now)
            return
        self._pause = 0.0
        self._failed.add(one.id)
        self._paused_until = now + _doubled(len(self._failed) - 1) * shaken
        self._sent_to(one.device)
        if (line := self._lines.get(one.device)) is not None:
            line.fail(one, now + self._wait(_doubled(one.failed) * shaken, asked, [one], now))
        one.unclear += verdict.is_answered and verdict.is_unknown
        if one.unclear >= (MOST_UNCLEAR_OF_LIFE if one.severity is Severity.LIFE else MOST_UNCLEAR):
            why = f"{one.unclear} answers said neither yes nor no: it may have been delivered ({verdict.why})"
            self.close(one, State.UNCLEAR, why, now)

    def _wait(self, usual: float, asked: float | None, some: Iterable[Notification], now: float) -> float:
        """For how long these wait: as asked, but not for long where life is at stake, and not until one expires."""
        if asked is None:
            return usual
        longest = {Severity.LIFE: LONGEST_LIMIT_OF_LIFE}
        most = (min((one.expires_at - now) / 2, longest.get(one.severity, NEVER)) for one in some)
        return max(usual, min(asked, *most, NEVER))

    def _sent_to(self, device: str) -> None:
        self._turn += 1
        self._turns.pop(device, None)
        self._turns[device] = self._turn
        if len(self._turns) > MAX_TURNS:
            del self._turns[next(iter(self._turns))]

    def resume(self) -> None:
        """Try again at once: the service has just taken something."""
        self.stopped = ""
        self._calm()
        self._paused_until = -NEVER
        for line in self._lines.values():
            line.forgive()

    def _calm(self) -> None:
        self.trouble, self._pause = "", 0.0
        self._failed.clear()

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


def _doubled(times: int) -> float:
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(times, 10))
