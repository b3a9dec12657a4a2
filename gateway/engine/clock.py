"""The time of day, as far as it can be believed: a Raspberry Pi learns it only a while after its start."""

IS_SET = 1_767_225_600.0
"""2026-01-01: a clock that shows less was never set."""
STEP_SECONDS = 2.0
"""A clock that jumps by more than this was set."""
EARLY_SECONDS = 600.0
"""Until it has run for so long without being set, it may have been wrong from the beginning."""
DOUBT_SECONDS = 120.0
"""What was kept so shortly before a time that comes twice is not believed either."""
DAY_SECONDS = 86_400.0
"""A clock that shows an earlier time for so long is right, and what was kept of later is the mistake."""


class Clock:
    """Watches the time of day, in seconds since 1970, by a monotonic clock."""

    def __init__(self) -> None:
        self.now = 0.0
        """What it showed at the last look."""
        self.believed = False
        self.floor = IS_SET
        """It has been so late before: an earlier time is not believed."""
        self._ahead: float | None = None
        """By how much the one was ahead of the other at the last look."""
        self._set_at = 0.0
        self._set_to = 0.0
        self._kept_until = IS_SET
        """The floor when it was set."""
        self._behind_since = 0.0

    def look(self, wall: float, monotonic: float) -> float | None:
        """Both show this. If the first was set meanwhile: from which instant on what was kept is wrong, or unknown."""
        ahead, gone = wall - monotonic, None
        if self._ahead is None:
            self._behind_since = monotonic
        step = 0.0 if self._ahead is None else ahead - self._ahead
        if self.believed and abs(step) > STEP_SECONDS:
            gone = self._set(wall, monotonic, step)
        elif not self.believed and wall >= IS_SET and monotonic - self._behind_since >= DAY_SECONDS:
            gone = self.floor = wall
        if self._ahead is None or abs(step) > STEP_SECONDS:
            self._set_at, self._set_to, self._kept_until = monotonic, max(wall, self.floor), self.floor
        self._ahead, self.now = ahead, wall
        self.believed = wall >= self.floor - STEP_SECONDS
        if self.believed:
            self.floor = max(self.floor, wall)
        if self.believed or wall < IS_SET:
            self._behind_since = monotonic
        return gone

    def is_settled(self, monotonic: float, seconds: float) -> bool:
        """Whether it is believed and has run for so long without being set."""
        return self.believed and monotonic - self._set_at >= seconds

    def _set(self, wall: float, monotonic: float, step: float) -> float:
        """From where on what was kept by a clock that was believed is wrong, or unknown."""
        if monotonic - self._set_at < EARLY_SECONDS:
            gone, self.floor = self._set_to, self._kept_until
        else:
            gone = wall - DOUBT_SECONDS if -DAY_SECONDS <= step < 0 else self.now
            self.floor = max(IS_SET, min(self.floor, gone))
        return min(gone, max(self.floor, wall))
