"""What can be asked of the past, a row for each trait: when last, how often, how long, how much, and what it costs.

A period is answered exactly or not at all: where too little of it is known, that is StateUnknown.
"""

import math
from collections.abc import Awaitable, Callable, Iterable
from datetime import tzinfo

from gateway.engine import series
from gateway.engine.days import day_of, midnight, month_of, night_of
from gateway.engine.series import Sample, Samples
from gateway.engine.tariff import Tariff
from gateway.home import traits
from gateway.home.device import Device, Slot
from gateway.home.periods import Period
from gateway.home.problems import StateUnknown
from gateway.home.traits import Keep, Span, Trait
from gateway.home.values import Value

ENOUGH = 0.9
"""The share of a period that must be known."""
LOOSE_SECONDS = 3600.0
"""Samples of a counter this far apart still tell when something was used."""
RECENT_SECONDS = 7 * 86_400.0
LONG_AGO = 0.0
RATE_SECONDS = 30 * 86_400.0
"""An estimate goes by the mean of the last days, as many as there are."""
DAY_SECONDS = 86_400.0
BRIDGED_SECONDS = 60.0
"""Whoever gets up for so long is still sitting."""
JITTER = 0.01
"""A counter that falls by less of its number has not begun anew."""

Load = Callable[[str, Slot, float, float], Awaitable[Samples]]

DERIVED: dict[Trait, tuple[tuple[Trait, bool], ...]] = {
    traits.CONTACT: ((traits.OPEN_TIME, False), (traits.CLOSE_TIME, False)),
    traits.MOTION: ((traits.DETECTED_TIME, False), (traits.DETECTION_COUNT, False)),
    traits.SITTING: ((traits.USAGE_TIME, False),),
    traits.RIGHT_POSTURE: ((traits.RIGHT_POSTURE_RATIO, False),),
    traits.ENERGY: (
        (traits.ESTIMATED_ENERGY, False),
        (traits.BILL, True),
        (traits.ESTIMATED_BILL, True),
        (traits.TAX_BRACKET, True),
    ),
}
DERIVED[traits.POWER_USE] = DERIVED[traits.ENERGY]
"""What the past of a trait tells beside, and whether that needs a tariff."""


class Past:
    """Answers from samples. `load` reads those of one slot, `wall` is the time of day in seconds since 1970."""

    def __init__(self, load: Load, zone: tzinfo, wall: Callable[[], float], tariff: Tariff | None) -> None:
        self._load = load
        self._zone = zone
        self._wall = wall
        self._tariff = tariff
        self._rules: dict[Trait, Callable[[Device, Slot, Period | None], Awaitable[Value]]] = {
            traits.OPEN_TIME: self._last(traits.CONTACT, series.last_rise),
            traits.CLOSE_TIME: self._last(traits.CONTACT, series.last_fall),
            traits.DETECTED_TIME: self._last(traits.MOTION, series.last_rise),
            traits.DETECTION_COUNT: self._count,
            traits.USAGE_TIME: self._usage,
            traits.RIGHT_POSTURE_RATIO: self._posture,
            traits.ENERGY: self._used,
            traits.METERED_VOLUME: self._used,
            traits.POWER_USE: self._used,
            traits.ASLEEP_TIME: self._nightly,
            traits.AWAKE_TIME: self._nightly,
            traits.SLEEP_SCORE: self._nightly,
            traits.SLEEP_START: self._nights,
            traits.BILL: self._bill,
            traits.ESTIMATED_BILL: self._estimated_bill,
            traits.ESTIMATED_ENERGY: self._estimated_energy,
            traits.TAX_BRACKET: self._bracket,
        }

    async def answer(self, device: Device, slot: Slot, period: Period | None) -> Value:
        """The value, or StateUnknown."""
        rule = self._rules.get(slot.trait)
        if rule is None:
            raise StateUnknown(f"{slot} has no past")
        return await rule(device, slot, period)

    def knows(self, trait: Trait) -> bool:
        """Whether a period can be asked about."""
        return trait in self._rules

    def covers(self, span: Span, period: Period) -> bool:
        """Whether a number about this span, so far, is one about that period."""
        now = self._wall()
        if span is Span.NONE:
            return False
        if span is Span.TODAY:
            about = day_of(now, self._zone)
        else:
            about = self._tariff.month_of(now, self._zone) if self._tariff else month_of(now, self._zone)
        return abs(about.start - period.start) < 1 and period.end > now

    async def recent(self, device: Device, slot: Slot, period: Period) -> Period | None:
        """When a switch was last on within a period; what is unknown for a moment is looked through."""
        start, end = self._clamped(period)
        found = series.last_span(await self._load(device.id, slot, start, end), start, end, BRIDGED_SECONDS)
        return Period(*found) if found is not None else None

    # When, how often, how long

    def _last(
        self, source: Trait, find: Callable[[Samples, float], float | None]
    ) -> Callable[[Device, Slot, Period | None], Awaitable[Value]]:
        async def answer(device: Device, slot: Slot, period: Period | None) -> Value:  # noqa: ARG001  # it has none
            now = self._wall()
            for start in (now - RECENT_SECONDS, LONG_AGO):
                found = find(await self._load(device.id, Slot(source, slot.part), start, now), now)
                if found is not None:
                    return found
            raise StateUnknown(f"{slot}: it has not happened yet")

        return answer

    async def _count(self, device: Device, slot: Slot, period: Period | None) -> Value:
        start, end = self._clamped(period or day_of(self._wall(), self._zone))
        samples = await self._load(device.id, Slot(traits.MOTION, slot.part), start, end)
        _enough(series.coverage(samples, start, end))
        return float(series.rises(samples, start, end))

    async def _usage(self, device: Device, slot: Slot, period: Period | None) -> Value:
        start, end = self._clamped(period or day_of(self._wall(), self._zone))
        source = Slot(traits.SITTING, slot.part)
        if source not in device.features:
            source = Slot(traits.ON_OFF, slot.part)
        samples = await self._load(device.id, source, start, end)
        _enough(series.coverage(samples, start, end))
        return series.time_at(samples, start, end)

    async def _posture(self, device: Device, slot: Slot, period: Period | None) -> Value:
        """The mean over the time somebody sat."""
        start, end = self._clamped(period or day_of(self._wall(), self._zone))
        samples = await self._load(device.id, Slot(traits.RIGHT_POSTURE, slot.part), start, end)
        spans = [(start, end)]
        sitting = Slot(traits.SITTING, slot.part)
        if sitting in device.features:
            sat = await self._load(device.id, sitting, start, end)
            _enough(series.coverage(sat, start, end))
            spans = series.times_true(sat, start, end)
        value, share = series.mean(samples, spans)
        _enough(share)
        return value * 100

    # Nights

    async def _nightly(self, device: Device, slot: Slot, period: Period | None) -> Value:
        nights = await self._of_nights(device, slot, period)
        return math.fsum(nights) / len(nights)

    async def _nights(self, device: Device, slot: Slot, period: Period | None) -> Value:
        return tuple(await self._of_nights(device, slot, period))

    async def _of_nights(self, device: Device, slot: Slot, period: Period | None) -> list[float]:
        """The last word on each night that ends within the period, in order of time."""
        start, end = self._clamped(period or day_of(self._wall(), self._zone))
        samples = await self._load(device.id, slot, start - DAY_SECONDS, end + DAY_SECONDS)
        nights: dict[float, float] = {}
        for at, value in samples:
            when = value if slot.trait is traits.SLEEP_START and value is not None else at
            morning = midnight(night_of(when, self._zone), self._zone)
            if value is not None and start <= morning < end:
                nights[morning] = value
        if not nights:
            raise StateUnknown(f"{slot}: nothing was said of these nights")
        return [nights[morning] for morning in sorted(nights)]

    # How much

    async def _used(self, device: Device, slot: Slot, period: Period | None) -> Value:
        start, end = self._clamped(period or month_of(self._wall(), self._zone))
        totals = await self._totals(device, slot, start, end)
        self._check(totals, slot, start, end)
        return series.used(totals, start, end)

    async def _totals(self, device: Device, slot: Slot, start: float, end: float) -> Samples:
        samples = await self._load(device.id, slot, start, end)
        return totals_of(samples) if slot.trait.keep is Keep.COUNTER else samples

    def _check(self, totals: Samples, slot: Slot, start: float, end: float) -> None:
        """Raise StateUnknown unless all that was used is known to have been used then."""
        if series.begins(totals) > start:
            raise StateUnknown(f"{slot}: not known from the beginning of the period")
        if slot.trait.keep is Keep.COUNTER:
            seconds = series.heard_seconds(totals, start, end, slot.trait.stale_after)
            _enough(seconds / (end - start) if end > start else 1.0)
            doubt = sum(series.doubt(totals, instant, LOOSE_SECONDS) for instant in (start, end))
            _enough(1.0 - doubt / max(series.used(totals, start, end), 1e-9) if doubt else 1.0)
        else:
            _enough(series.coverage(totals, start, end))

    # What it costs

    async def _bill(self, device: Device, slot: Slot, period: Period | None) -> Value:
        tariff, meter = self._contract(device, slot)
        start, end = self._clamped(period or tariff.month_of(self._wall(), self._zone))
        begin = tariff.month_of(start, self._zone).start
        totals = await self._totals(device, meter, begin, end)
        self._check(totals, meter, begin, end)
        return tariff.due(Period(start, end), self._zone, lambda since, to: series.used(totals, since, to))

    async def _bracket(self, device: Device, slot: Slot, period: Period | None) -> Value:  # noqa: ARG002
        tariff, meter = self._contract(device, slot)
        month = tariff.month_of(self._wall(), self._zone)
        start, end = self._clamped(month)
        totals = await self._totals(device, meter, start, end)
        self._check(totals, meter, start, end)
        return float(tariff.bracket(series.used(totals, start, end), tariff.number_of(month, self._zone)))

    async def _estimated_energy(self, device: Device, slot: Slot, period: Period | None) -> Value:
        meter = _meter(device, slot)
        begins = self._tariff.month_of if self._tariff is not None else month_of
        asked = period or begins(self._wall(), self._zone)
        return (await self._estimate(device, meter, asked.start))(asked.start, asked.end)

    async def _estimated_bill(self, device: Device, slot: Slot, period: Period | None) -> Value:
        tariff, meter = self._contract(device, slot)
        asked = period or tariff.month_of(self._wall(), self._zone)
        begin = tariff.month_of(asked.start, self._zone).start
        return tariff.due(asked, self._zone, await self._estimate(device, meter, begin))

    async def _estimate(self, device: Device, meter: Slot, begin: float) -> Callable[[float, float], float]:
        """What is used between two instants: as it is known, and by the mean of the last days where it is not yet."""
        now = self._wall()
        totals = await self._totals(device, meter, min(begin, now - RATE_SECONDS), now)
        known_from = series.begins(totals)
        since = max(known_from, now - RATE_SECONDS)
        if not now - since >= DAY_SECONDS:
            raise StateUnknown(f"{meter}: an estimate needs a day")
        self._check(totals, meter, since, now)
        rate = series.used(totals, since, now) / (now - since)

        def used(start: float, end: float) -> float:
            low, high = min(max(start, known_from), max(end, start)), min(end, now)
            known = series.used(totals, low, high) if high > low else 0.0
            return known + rate * (max(0.0, end - start) - max(0.0, high - low))

        return used

    def _contract(self, device: Device, slot: Slot) -> tuple[Tariff, Slot]:
        if self._tariff is None:
            raise StateUnknown("no tariff is known")
        return self._tariff, _meter(device, slot)

    def _clamped(self, period: Period) -> tuple[float, float]:
        """A period as far as it has passed."""
        now = self._wall()
        if period.start >= now and period.end > period.start:
            raise StateUnknown("the period lies in the future")
        return period.start, min(period.end, now)


def totals_of(samples: Iterable[Sample]) -> list[Sample]:
    """A counter's running totals: what it rises by, and where it begins anew, all of its new number."""
    totals: list[Sample] = []
    total, before = 0.0, None
    for at, value in samples:
        if value is None:
            continue
        if before is None or value >= before:
            total += value - (value if before is None else before)
            before = value
        elif value < before * (1 - JITTER):
            total += value
            before = value
        totals.append((at, total))
    return totals


def _meter(device: Device, slot: Slot) -> Slot:
    """The slot whose past tells what was used."""
    energy = Slot(traits.ENERGY, slot.part)
    return energy if energy in device.features else Slot(traits.POWER_USE, slot.part)


def _enough(share: float) -> None:
    if not share >= ENOUGH:
        raise StateUnknown(f"known for {share:.0%} of the period" if math.isfinite(share) else "unknown")
