"""Whether the wall clock can be believed: a hub without a battery wakes up in the past, and may jump later."""

CLOCK_SET = 1_767_225_600.0
"""2026-01-01: what is before it is a clock that has never been set."""
BEHIND_SECONDS = 86_400.0
"""So far behind what was already recorded, either the clock is wrong now or it was wrong then."""
STALL_SECONDS = 120.0
"""A pause this long between two looks is a clock that was put forward, or a process that stood still."""
STEADY_SECONDS = 3600.0
"""A clock that has gone so long without a jump is right."""


class Trust:
    """Follows the wall clock. Times are seconds since 1970."""

    def __init__(self, now: float) -> None:
        self.seen = now
        self._since = now
        self._floor = CLOCK_SET

    def believes(self, now: float) -> bool:
        """Whether something may be recorded as of now."""
        return now >= self._floor

    def has_stalled(self, now: float) -> bool:
        """Whether too much time has passed, for this clock, since the last look."""
        return now - self.seen > STALL_SECONDS

    def look(self, now: float) -> None:
        """To be called for what is recorded, and every few seconds."""
        if abs(now - self.seen) > STALL_SECONDS:
            self._since = now
        self.seen = now

    def recorded(self, newest: float) -> None:
        """The newest time that something is recorded under."""
        self._floor = max(CLOCK_SET, newest - BEHIND_SECONDS)

    def is_steady(self, now: float) -> bool:
        """Whether the clock has shown for long enough that it is right."""
        return now >= CLOCK_SET and now - self._since >= STEADY_SECONDS
