"""For which messages CLOVA's service has had enough, and until when. Pure; points in time are monotonic seconds."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.engine.line import NEVER, Notification
from gateway.home.alarms import Severity

FIRST_LIMIT, LONGEST_LIMIT, LONGEST_LIMIT_OF_LIFE = 60.0, 3600.0, 300.0


@dataclass(frozen=True, slots=True)
class Limit:
    """Points in time."""

    since: float
    until: float


class Ledger:
    """For which messages the service has had enough, and until when. Its limits are nowhere written down."""

    def __init__(self) -> None:
        self._limits: dict[tuple[str, str], Limit] = {}
        self._pauses: dict[tuple[str, str], tuple[float, float]] = {}
        """How long the last one was, and when that is forgotten."""
        self.clear_at = -NEVER
        """From then on nothing is in the way of anything, as far as is known."""
        self.tidy_at = NEVER
        """When something is to be forgotten."""
        self.version = 0
        """Another one whenever `until` may say something else."""

    def limit(self, key: tuple[str, str], now: float, retry_after: float | None) -> None:
        """Enough: wait for twice as long as the last time, or for as long as the service says."""
        pause = min(LONGEST_LIMIT, self._pauses.get(key, (FIRST_LIMIT / 2, now))[0] * 2)
        until = now + (pause if retry_after is None else retry_after)
        self._limits[key] = Limit(now, until)
        self._pauses[key] = pause, until + LONGEST_LIMIT
        self.clear_at = max(self.clear_at, until)
        self.tidy_at = min(self.tidy_at, until)
        self.version += 1

    def taken(self, device: str, message: str) -> None:
        """The service has taken one: there is room again."""
        for key in ((device, message), ("", message)):
            self._pauses.pop(key, None)
            self.version += self._limits.pop(key, None) is not None

    def until(self, one: Notification) -> float:
        """When it may be tried; -inf where nothing is in the way. Where life is at stake, after five minutes."""
        own, for_all = self._limits.get((one.device, one.message)), self._limits.get(("", one.message))
        if own is None and for_all is None:
            return -NEVER
        longest = LONGEST_LIMIT_OF_LIFE if one.severity is Severity.LIFE else NEVER
        return max(min(limit.until, limit.since + longest) for limit in (own, for_all) if limit is not None)

    def tidy(self, now: float) -> None:
        """Forget what is past, and how long it was when nothing was refused for an hour after."""
        if now < self.tidy_at:
            return
        self._limits = {key: limit for key, limit in self._limits.items() if limit.until > now}
        self._pauses = {key: pause for key, pause in self._pauses.items() if pause[1] > now}
        ends = [limit.until for limit in self._limits.values()] + [until for _, until in self._pauses.values()]
        self.tidy_at = min(ends, default=NEVER)

    def __iter__(self) -> Iterator[tuple[str, str, float]]:
        return ((*key, limit.until) for key, limit in self._limits.items())
