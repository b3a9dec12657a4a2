"""A span of time, as it is asked about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, in seconds since 1970 (UTC); either may lie in the future. `end` is not part of it."""

    start: float
    end: float
