"""Guessing made slow: after some wrong passwords the next try has to wait, longer each time, and never for ever.

Counted by account and by address, known names and unknown ones alike. A browser that has signed in before is counted
apart, so that whoever guesses from elsewhere, or from the same address behind a tunnel, does not shut its owner out.
"""

from collections.abc import Callable
from dataclasses import dataclass

FREE = 3
"""Wrong tries that cost nothing."""
FIRST_SECONDS = 4.0
LONGEST_SECONDS = 300.0
FORGOTTEN_SECONDS = 3600.0
"""After this long without a wrong try all is forgiven."""
MAX_KEYS = 4096


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    last: float = 0.0
    not_before: float = 0.0


class Tries:
    """Wrong tries by key. `now` is the monotonic clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._tries: dict[str, _Tries] = {}

    def seconds_to_wait(self, *keys: str) -> float:
        """How long until there may be another try under all of these keys."""
        return max((self._get(key).not_before - self._now() for key in keys), default=0.0)

    def wrong(self, *keys: str) -> None:
        """A try failed; it is counted before the next one is looked at."""
        for key in keys:
            tries = self._get(key)
            tries.wrong += 1
            tries.last = self._now()
            if tries.wrong >= FREE:
                pause = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(tries.wrong - FREE, 16))
                tries.not_before = tries.last + pause
            self._tries[key] = tries
        if len(self._tries) > MAX_KEYS:  # some at once, so that it is rarely sought who waits the least
            for key in sorted(self._tries, key=lambda key: self._tries[key].not_before)[: MAX_KEYS // 8]:
                del self._tries[key]

    def right(self, *keys: str) -> None:
        """It was the right password."""
        for key in keys:
            self._tries.pop(key, None)

    def _get(self, key: str) -> _Tries:
        tries = self._tries.get(key)
        if tries is None or self._now() - tries.last > FORGOTTEN_SECONDS:
            return _Tries()
        return tries
