"""One occasion of an alarm: from the first sign, over being raised and told, until it is over. Pure; seconds.

A sign that lasts for `hold` raises it, and being quiet for `clear` ends it. It is told once; within `repeat_after` of
the last time that something was told, nothing is, unless that could not be delivered. Of what is told, nothing may be
sent: while the process lives that counts as told, so that it is not said again and again, and in the file it does not.
What happened is a row of the file, so every change that has to outlive the process says so.
"""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import count

from gateway.home.alarms import Rule

NEVER = math.inf
SETTLE_SECONDS = 3.0
"""So long after a start what was about to come about waits, for the broker may have kept that it is over."""

SAME_SECONDS = 0.001
"""Points in time that have been in the file are the same to this."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What an occasion is of. `source` is the topic, where the device says the same at several."""

    alarm: str
    device: str
    slot: str
    source: str = ""


class Step(Enum):
    """What has come about."""

    RAISED = "raised"
    TOLD = "told"
    ESCALATED = "escalated"
    LAPSED = "lapsed"
    ENDED = "ended"
    FORGOTTEN = "forgotten"


@dataclass(slots=True)
class Occasion:
    """Points in time are monotonic seconds, None where that has not come about."""

    key: Key
    since: float | None = None
    """The sign has been there since then."""
    raised_at: float | None = None
    over_since: float | None = None
    """It is raised, and the sign has been gone since then."""
    told_at: float | None = None
    """When something was last told of this key, on whatever occasion."""
    is_told: bool = False
    is_escalated: bool = False
    lapses_at: float | None = None
    """When the sign is gone though nobody says so."""
    said: str = ""
    """The value that raised it, for people."""
    untold: int = 0
    """How many occasions came too soon after the last one to be told."""
    way: str = ""
    """How the lock was opened, as it was told."""
    not_before: float = field(default=-NEVER, compare=False)
    """This sign is not raised or told earlier."""
    unsent: str = field(default="", compare=False)
    """Why nothing is sent of it, though it was told; see `news`."""
    is_second_unsent: bool = field(default=False, compare=False)
    sent_at: float | None = field(default=None, compare=False)
    """When something of this key was last told that was to be sent."""
    delivered_at: float | None = field(default=None, compare=False)
    """When that was last told which was delivered."""
    is_undelivered: bool = field(default=False, compare=False)
    """Of this alarm the notification came to nothing."""

    @property
    def is_raised(self) -> bool:
        """Whether it is an alarm now."""
        return self.raised_at is not None

    @property
    def is_sent(self) -> bool:
        """Whether it is an alarm of which a notification waits, or has waited."""
        return self.is_raised and self.is_told and not self.unsent

    def turn(self, shows: bool, now: float, lapses_after: float | None = None) -> bool:
        """The sign is there, or is not. Whether that is news."""
        is_news = shows != (self.since is not None)
        if shows:
            self.lapses_at = now + lapses_after if lapses_after is not None else None
        if not is_news:
            return False
        if shows:
            self.since, self.over_since = now, None
        else:
            self.since, self.lapses_at, self.not_before = None, None, -NEVER
            self.over_since = now if self.is_raised else None
        return True

    def accept(self, now: float) -> None:
        """It is as it is, and no news: raised, and not to be told."""
        self.since = self.raised_at = now
        self.is_told = self.is_escalated = True

    def kept(self) -> "Occasion":
        """What has to be known of it after a restart: it was told if something was to be sent."""
        return replace(
            self,
            told_at=self.sent_at,
            is_told=self.is_told and not self.unsent,
            is_escalated=self.is_escalated and not (self.unsent and self.is_second_unsent),
        )

    def is_too_soon(self, rule: Rule) -> bool:
        """Whether it was raised within the limit of something that was told before."""
        return self.raised_at is not None and self._limit(rule) > self.raised_at

    def was_unsent(self, rule: Rule) -> bool:
        """Whether it would have been told long ago if something could have been sent."""
        return self.is_raised and (bool(self.unsent) or not (self.is_told or self.is_too_soon(rule)))

    def take_up(self, why: str, why_no_second: str) -> None:
        """What was unsent is so still, and has been told of; or it is to be told now, where `why` is empty."""
        self.is_told, self.unsent = bool(why), why
        if not why:
            self.told_at = self.sent_at
        elif why_no_second:
            self.is_escalated = self.is_second_unsent = True

    def note(self, why: str, is_second: bool, now: float | None) -> None:
        """What was told is sent, or is not, for this reason; `now` is None if nothing was sent the last time either."""
        if is_second:
            self.is_second_unsent = bool(why)
        else:
            self.unsent = why
            self.sent_at = self.sent_at if why and now is not None else now

    def came_to(self, at: float, is_delivered: bool) -> bool:
        """What was told then was delivered, or never will be, and then no limit counts from it. Whether that is new."""
        if is_delivered:
            self.delivered_at, self.is_undelivered = max(at, self.delivered_at or at), False
            if self.told_at is None:  # what was told with it came to nothing
                self.told_at = self.sent_at = self.delivered_at
            return False
        if self.told_at is None or self.told_at > at + SAME_SECONDS:
            return False
        if self.delivered_at is not None and abs(self.delivered_at - at) < SAME_SECONDS:
            self.delivered_at = None  # it was taken for that since it stood in the file
        self.told_at = self.sent_at = self.delivered_at
        is_of_this = self.raised_at is not None and self.raised_at <= at + SAME_SECONDS
        self.is_undelivered = is_of_this and (self.told_at or -NEVER) < at
        return True

    def joined(self, other: "Occasion") -> "Occasion":
        """Of two that are of the same, the one that has come further, and when something was last told."""
        best = max((self, other), key=lambda one: (one.is_raised, one.since is not None))
        best.take_times(other if best is self else self)
        return best

    def take_times(self, other: "Occasion") -> None:
        """Of two that are of the same, when something was last told."""
        for name in ("told_at", "sent_at", "delivered_at"):
            times = (getattr(self, name), getattr(other, name))
            setattr(self, name, max((at for at in times if at is not None), default=None))

    def due(self, rule: Rule) -> float:
        """When something comes about unless it is heard of before; NEVER if nothing does."""
        return min(self._lapse(), self._raise(rule), self._tell(rule), self._escalate(rule), self._end(rule))

    def advance(self, rule: Rule, now: float) -> Iterator[Step]:
        """Let everything come about that is due, in its order, however late it is asked for."""
        while (due := self.due(rule)) <= now:
            if due == self._raise(rule):
                self.raised_at, self.is_told, self.is_escalated = due, False, False
                self.unsent, self.is_second_unsent, self.is_undelivered, self.way = "", False, False, ""
                yield Step.RAISED
            elif due == self._tell(rule):
                self.told_at, self.is_told, self.untold = now, True, 0
                yield Step.TOLD
            elif due == self._escalate(rule):
                self.is_escalated = True
                yield Step.ESCALATED
            elif due == self._lapse():
                self.turn(False, due)
                yield Step.LAPSED
            elif self.is_raised:
                self.untold += not self.is_told
                self.raised_at = self.over_since = None
                yield Step.ENDED
            else:
                self.told_at = self.sent_at = None
                yield Step.FORGOTTEN

    def _lapse(self) -> float:
        return NEVER if self.lapses_at is None else self.lapses_at

    def _raise(self, rule: Rule) -> float:
        return NEVER if self.is_raised or self.since is None else max(self.since + rule.hold, self.not_before)

    def _tell(self, rule: Rule) -> float:
        """What was over before it could be told, so soon after the last time, is not told any more."""
        if self.raised_at is None or self.is_told or self.since is None:
            return NEVER
        return max(self.raised_at, self._limit(rule), self.not_before)

    def _limit(self, rule: Rule) -> float:
        return -NEVER if self.told_at is None else self.told_at + rule.repeat_after

    def _escalate(self, rule: Rule) -> float:
        if self.raised_at is None or self.since is None or self.is_escalated or rule.escalation is None:
            return NEVER
        return max(self.raised_at + rule.escalation.after, self.not_before)

    def _end(self, rule: Rule) -> float:
        if self.raised_at is not None:
            return NEVER if self.over_since is None else self.over_since + rule.clear
        return NEVER if self.told_at is None else self.told_at + rule.repeat_after


class Agenda:
    """When each occasion is to be looked at again."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Key]] = []
        self._planned: dict[Key, float] = {}
        self._order = count()

    def next_at(self) -> float:
        """When the next one may be due; NEVER if none is."""
        return self._heap[0][0] if self._heap else NEVER

    def plan(self, key: Key, due: float) -> None:
        """Look at it then: or earlier, where that was the plan."""
        if due >= self._planned.get(key, NEVER):
            return
        self._planned[key] = due
        heapq.heappush(self._heap, (due, next(self._order), key))
        if len(self._heap) > 2 * len(self._planned) + 64:  # most were planned otherwise since
            self._heap = [(due, next(self._order), key) for key, due in self._planned.items()]
            heapq.heapify(self._heap)

    def take(self, now: float) -> Key | None:
        """One to be looked at now; None if there is none."""
        while self.next_at() <= now:
            due, _, key = heapq.heappop(self._heap)
            if self._planned.get(key) == due:
                del self._planned[key]
                return key
        return None
