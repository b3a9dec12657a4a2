"""The mathematics of samples: (seconds since 1970, value) in order of time, None where nothing is known from there on.

Of a step series a value holds until the next sample; of a counter the samples are running totals.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

Sample = tuple[float, float | None]
Samples = Sequence[Sample]
Span = tuple[float, float]


def stretches(samples: Samples, start: float, end: float) -> Iterator[tuple[float, float, float | None]]:
    """(from, to, value) between two instants, without a break; None where nothing is known."""
    index = bisect_right(samples, start, key=_time)
    at, value = start, samples[index - 1][1] if index else None
    for number in range(index, len(samples)):
        next_at, next_value = samples[number]
        if next_at >= end:
            break
        yield at, next_at, value
        at, value = next_at, next_value
    if end > at:
        yield at, end, value


def known_seconds(samples: Samples, start: float, end: float) -> float:
    """For how long something is known between two instants."""
    return _length(
        ((since, to) for since, to, value in stretches(samples, start, end) if value is not None), start, end
    )


def coverage(samples: Samples, start: float, end: float) -> float:
    """The share (0 to 1) of a span for which something is known; an empty span misses nothing."""
    return known_seconds(samples, start, end) / (end - start) if end > start else 1.0


def times_true(samples: Samples, start: float, end: float) -> list[Span]:
    """When a switch was on between two instants; stretches that touch are one."""
    found: list[Span] = []
    for since, to, value in stretches(samples, start, end):
        if value and found and found[-1][1] == since:
            found[-1] = (found[-1][0], to)
        elif value:
            found.append((since, to))
    return found


def time_at(samples: Samples, start: float, end: float) -> float:
    """For how many seconds a switch was on between two instants."""
    return _length(times_true(samples, start, end), start, end)


def rises(samples: Samples, start: float, end: float) -> int:
    """How often a switch went on, from `start` to before `end`."""
    return sum(on for at, on in _edges(samples) if start <= at < end)


def last_rise(samples: Samples, until: float) -> float | None:
    """When a switch last went on, at the latest at `until`."""
    return max((at for at, on in _edges(samples) if on and at <= until), default=None)


def last_fall(samples: Samples, until: float) -> float | None:
    """When a switch last went off, at the latest at `until`."""
    return max((at for at, on in _edges(samples) if not on and at <= until), default=None)


def mean(samples: Samples, spans: Iterable[Span]) -> tuple[float, float]:
    """The mean over these spans, weighted by time, and the share of them for which it is known; NaN if nowhere."""
    total = known = asked = 0.0
    for start, end in spans:
        asked += end - start
        for since, to, value in stretches(samples, start, end):
            if value is not None:
                total += value * (to - since)
                known += to - since
    return (total / known, min(1.0, known / asked)) if known else (math.nan, 0.0)


def last_span(samples: Samples, start: float, end: float, bridged_seconds: float) -> Span | None:
    """When a switch was last on between two instants; unknown stretches up to so long between two ons are bridged."""
    found: Span | None = None
    unknown = math.inf
    for since, to, value in stretches(samples, start, end):
        if value:
            found = (found[0] if found is not None and unknown <= bridged_seconds else since, to)
            unknown = 0.0
        else:
            unknown += to - since if value is None else math.inf
    return found


def used(samples: Samples, start: float, end: float) -> float:
    """What a counter counted between two instants, in its unit; nothing is counted beyond its samples."""
    return max(0.0, total_at(samples, end) - total_at(samples, start))


def total_at(samples: Samples, instant: float) -> float:
    """A counter's running total, on the straight line between two samples; outside of them, that of the nearest."""
    before, after = _around(samples, instant)
    if before is None or after is None:
        return after[1] if after is not None else before[1] if before is not None else 0.0
    if after[0] <= before[0]:
        return before[1]
    return before[1] + (after[1] - before[1]) * (instant - before[0]) / (after[0] - before[0])


def doubt(samples: Samples, instant: float, longest_seconds: float) -> float:
    """By how much `total_at` may be wrong, because no samples lie within so many seconds around the instant."""
    before, after = _around(samples, instant)
    if before is None or after is None or after[0] - before[0] <= longest_seconds:
        return 0.0
    return after[1] - before[1]


def heard_seconds(samples: Samples, start: float, end: float, hold_seconds: float) -> float:
    """For how long a counter is known between two instants, if its last sample holds for so long."""
    return known_seconds(samples, start, min(end, samples[-1][0] + hold_seconds)) if samples else 0.0


def begins(samples: Samples) -> float:
    """When something was first known; infinite if never."""
    return next((at for at, value in samples if value is not None), math.inf)


def _around(samples: Samples, instant: float) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """The last known sample at or before an instant, and the first known one at or after it."""
    before = after = None
    for number in range(bisect_right(samples, instant, key=_time) - 1, -1, -1):
        at, value = samples[number]
        if value is not None:
            before = (at, value)
            break
    for number in range(bisect_left(samples, instant, key=_time), len(samples)):
        at, value = samples[number]
        if value is not None:
            after = (at, value)
            break
    return before, after


def _edges(samples: Samples) -> Iterator[tuple[float, bool]]:
    """When a switch changed, and to what. What is unknown is looked through: a change in there is seen at its end."""
    before: bool | None = None
    for at, value in samples:
        if value is not None:
            if before is not None and bool(value) != before:
                yield at, bool(value)
            before = bool(value)


def _length(spans: Iterable[Span], start: float, end: float) -> float:
    return min(math.fsum(to - since for since, to in spans), max(0.0, end - start))


def _time(sample: Sample) -> float:
    return sample[0]
