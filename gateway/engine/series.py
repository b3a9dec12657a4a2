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
    """(from, to, value) between two instants, without a break; None where nothing is known. No two alike touch."""
    index = bisect_right(samples, start, key=_time)
    at, value = start, samples[index - 1][1] if index else None
    for number in range(index, len(samples)):
        next_at, next_value = samples[number]
        if next_at >= end:
            break
        if next_value != value:
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


def is_blind(samples: Samples, start: float, end: float, bridged_seconds: float) -> bool:
    """Whether anything longer than that is unknown between two instants."""
    return any(value is None and to - since > bridged_seconds for since, to, value in stretches(samples, start, end))


def times_true(samples: Samples, start: float, end: float) -> list[Span]:
    """When a switch was on between two instants."""
    return [(since, to) for since, to, value in stretches(samples, start, end) if value]


def time_at(samples: Samples, start: float, end: float) -> float:
    """For how many seconds a switch was on between two instants."""
    return _length(times_true(samples, start, end), start, end)


def rises(samples: Samples, start: float, end: float) -> int:
    """How often a switch went on, from `start` to before `end`, as far as that is certain."""
    return sum(on and start <= since and at < end for since, at, on in _edges(samples))


def last_change(samples: Samples, until: float, on: bool, bridged_seconds: float) -> float | None:
    """When a switch last went on (or off), at the latest at `until`.

    None too if it may have done so later, or at another time: where more than `bridged_seconds` are unknown.
    """
    changes = ((since, at) for since, at, to in _edges(samples) if to is on and at <= until)
    since, at = max(changes, default=(-math.inf, math.inf))
    if at - since > bridged_seconds or is_blind(samples, at, until, bridged_seconds):
        return None
    return at


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
    """When a switch was last on between two instants; what is unknown between two ons for so long is bridged.

    None too if what is unknown for longer makes that uncertain.
    """
    found: Span | None = None
    began: float | None = None
    blind = False
    for since, to, value in stretches(samples, start, end):
        if value is None:
            if to - since > bridged_seconds:
                found, began, blind = None, None, True
        elif value:
            began = since if began is None else began
            found = None if blind else (began, to)
        else:
            began, blind = None, False
    return found


def used(totals: Samples, start: float, end: float) -> float:
    """What a counter counted between two instants, in its unit; nothing is counted beyond its samples."""
    return max(0.0, total_at(totals, end) - total_at(totals, start))


def total_at(totals: Samples, instant: float) -> float:
    """A counter's running total, on the straight line between two samples; outside of them, that of the nearest."""
    before, after = _around(totals, instant)
    if before is None or after is None:
        return after[1] if after is not None else before[1] if before is not None else 0.0
    if after[0] <= before[0]:
        return before[1]
    return before[1] + (after[1] - before[1]) * (instant - before[0]) / (after[0] - before[0])


def doubt(totals: Samples, instant: float, longest_seconds: float) -> float:
    """By how much `total_at` may be wrong, because no samples lie within so many seconds around the instant."""
    before, after = _around(totals, instant)
    if before is None or after is None or after[0] - before[0] <= longest_seconds:
        return 0.0
    return after[1] - before[1]


def heard_seconds(totals: Samples, start: float, end: float, hold_seconds: float) -> float:
    """For how long a counter is known between two instants, if its last sample holds for so long."""
    return known_seconds(totals, start, min(end, totals[-1][0] + hold_seconds)) if totals else 0.0


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


def _edges(samples: Samples) -> Iterator[tuple[float, float, bool]]:
    """Between when and when a switch changed, and to what: one instant, unless nothing was known just before."""
    before: bool | None = None
    unknown_from: float | None = None
    for at, value in samples:
        if value is None:
            unknown_from = at if unknown_from is None else unknown_from
            continue
        if before is not None and bool(value) != before:
            yield at if unknown_from is None else unknown_from, at, bool(value)
        before, unknown_from = bool(value), None


def _length(spans: Iterable[Span], start: float, end: float) -> float:
    return min(math.fsum(to - since for since, to in spans), max(0.0, end - start))


def _time(sample: Sample) -> float:
    return sample[0]
