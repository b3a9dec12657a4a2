"""From what is kept of a meter to running totals, which never fall: a counter's numbers, or sums of watts."""

from collections.abc import Iterable

from gateway.engine.series import Sample

LOOSE_SECONDS = 3600.0
"""Samples of a counter this far apart still tell when something was used."""
GLITCH_SECONDS = 3600.0
"""A counter that is back at its number within this had not begun anew."""
JITTER_SHARE = 0.01
JITTER = 0.1
"""A counter that falls by less than both has not fallen."""


def counted(samples: Iterable[Sample]) -> list[Sample]:
    """A counter's running totals. One that falls to less than half begins anew; of a smaller fall nothing is counted.

    What it had counted before it began anew is not known: from its last sample on, if that was long before.
    """
    totals: list[Sample] = []
    total, since, before = 0.0, 0.0, None
    for at, value in _steady([(at, value) for at, value in samples if value is not None]):
        if before is None or value > before:
            total += value - before if before is not None else 0.0
            before = value
        elif falls(before, value):
            if at - since > LOOSE_SECONDS:
                totals.append((since + 0.001, None))
            total += value if value < before / 2 else 0.0
            before = value
        totals.append((at, total))
        since = at
    return totals


def summed(samples: Iterable[Sample]) -> list[Sample]:
    """Running totals of sums that begin at nothing wherever something is known again."""
    totals: list[Sample] = []
    total, before = 0.0, None
    for at, value in samples:
        if value is not None and before is not None:
            total += max(0.0, value - before)
        before = value
        totals.append((at, total if value is not None else None))
    return totals


def _steady(numbers: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Without what a counter says by mistake: nothing for a while when it is switched on, or one number too high."""
    steady: list[tuple[float, float]] = []
    index = 0
    while index < len(numbers):
        at, value = numbers[index]
        if steady and falls(steady[-1][1], value):
            back = _back(numbers, index, *steady[-1])
            if back is not None:
                index = back
                continue
            if len(steady) > 1 and steady[-2][1] <= value and at - steady[-2][0] <= GLITCH_SECONDS:
                steady.pop()
        steady.append(numbers[index])
        index += 1
    return steady


def _back(numbers: list[tuple[float, float]], index: int, since: float, before: float) -> int | None:
    """Where the counter is back at its number, soon and without having counted up to it."""
    lowest = numbers[index][1]
    for number in range(index, len(numbers)):
        at, value = numbers[number]
        if at - since > GLITCH_SECONDS:
            return None
        if not falls(before, value):
            return number
        if value > lowest:
            return None
        lowest = value
    return None


def falls(before: float, value: float) -> bool:
    """Whether a counter has fallen, by more than it may tremble."""
    return value < before - min(JITTER, JITTER_SHARE * before)
