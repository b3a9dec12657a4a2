"""How many requests one token may bring: far more than a family that talks to every lamp at once, and no more."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from gateway.home.problems import Busy

BURST = 3000.0
"""Requests at once: one to each of 2,000 appliances, and a discovery with a health check of half of them."""
PER_SECOND = 50.0
MAX_KEYS = 1024


class Pace:
    """A bucket of requests for each key. `now` is the monotonic clock."""

    def __init__(self, now: Callable[[], float], burst: float = BURST, per_second: float = PER_SECOND) -> None:
        self._now = now
        self._burst = burst
        self._per_second = per_second
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> None:
        """Count a request. Raises Busy for one too many."""
        now = self._now()
        left, at = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        self._buckets[key] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        if left < 1:
            raise Busy("too many requests with this token")
