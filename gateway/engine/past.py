"""What can be asked of the past, a row for each trait: when last, how often, how long, how much, and what it costs.

A period is answered exactly or not at all: where too little of it is known, that is StateUnknown.
"""

import math
from collections.abc import Callable
from datetime import tzinfo

from gateway.engine import series
from gateway.engine.days import day_of, midnight, month_of, night_of
from gateway.engine.series import Samples
from gateway.engine.tariff import Tariff
from gateway.engine.totals import LOOSE_SECONDS, counted, summed
from gateway.home import traits
from gateway.home.device import Device, Slot
from gateway.home.periods import Period
from gateway.home.problems import StateUnknown
from gateway.home.traits import Keep, Span, Trait
from gateway.home.values import Value

ENOUGH = 0.9
"""The share of a period that must be known."""
BRIDGED_SECONDS = 60.0
"""Nothing happens while nothing is known for no longer than this: the broker or the gateway is started anew."""
RECENT_SECONDS = 7 * 86_400.0
RATE_SECONDS = 30 * 86_400.0
"""An estimate goes by the mean of the last days, as many as there are."""
DAY_SECONDS = 86_400.0
FAR_SECONDS = 800 * DAY_SECONDS
"""Nothing is estimated that is further ahead."""

Load = Callable[[Slot, float, float], Samples]
"""The samples of a slot over a span, with the last one before it and the first one after it."""
Used = Callable[[float, float], float]
"""What was used between two instants."""

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
    """The past of one device, as it is known `now`, in seconds since 1970."""

    def __init__(self, load: Load, zone: tzinfo, now: float, tariff: Tariff | None) -> None:
        self._load = load
        self._zone = zone
        self._now = now
        self._tariff = tariff

    def answer(self, device: Device, slot: Slot, period: Period | None) -> Value:
        """The value. Raises StateUnknown."""
        rule = _RULES.get(slot.trait)
        if rule is None:
            raise StateUnknown(f"{slot} has no past")
        return rule(self, device, slot, period)

    def recent(self, device: Device, slot: Slot, period: Period) -> Period | None:  # noqa: ARG002
        """When a switch was last on within a period. None too if that is not certain."""
        start, end = self._passed(period)
        found = series.last_span(self._load(slot, start, end), start, end, BRIDGED_SECONDS)
        return Period(*found) if found is not None else None

    def covers(self, span: Span, period: Period) -> bool:
        """Whether a number about this span, so far, is one about that period."""
        if span is Span.NONE:
            return False
        about = self._today() if span is Span.TODAY else self._month(self._now)
        return abs(about.start - period.start) < 1 and period.end > self._now

    # When, how often, how long

    def _opened(self, _device: Device, slot: Slot, period: Period | None) -> Value:
        return self._last(Slot(traits.CONTACT, slot.part), True, period)

    def _closed(self, _device: Device, slot: Slot, period: Period | None) -> Value:
        return self._last(Slot(traits.CONTACT, slot.part), False, period)

    def _detected(self, _device: Device, slot: Slot, period: Period | None) -> Value:
        return self._last(Slot(traits.MOTION, slot.part), True, period)

    def _last(self, slot: Slot, on: bool, period: Period | None) -> Value:
        """When it last became so, if there is nothing since that is not known."""
        begin, end = self._passed(period) if period is not None else (0.0, self._now)
        for start in dict.fromkeys((max(begin, end - RECENT_SECONDS), begin)):
            samples = self._load(slot, start, end)
            found = series.last_change(samples, end, on, BRIDGED_SECONDS)
            if found is not None and found >= begin:
                return found
            if series.is_blind(samples, start, end, BRIDGED_SECONDS):
                break
        raise StateUnknown(f"{slot}: when that was last is not known")

    def _count(self, _device: Device, slot: Slot, period: Period | None) -> Value:
        start, end = self._passed(period or self._today())
        return float(series.rises(self._steps(Slot(traits.MOTION, slot.part), start, end), start, end))

    def _usage(self, device: Device, slot: Slot, period: Period | None) -> Value:
        start, end = self._passed(period or self._today())
        sitting = Slot(traits.SITTING, slot.part)
        source = sitting if sitting in device.features else Slot(traits.ON_OFF, slot.part)
        return series.time_at(self._steps(source, start, end), start, end)

    def _posture(self, device: Device, slot: Slot, period: Period | None) -> Value:
        """The share of the time that somebody sat."""
        start, end = self._passed(period or self._today())
        sitting = Slot(traits.SITTING, slot.part)
        spans = [(start, end)]
        if sitting in device.features:
            spans = series.times_true(self._steps(sitting, start, end), start, end)
        value, share = series.mean(self._load(Slot(traits.RIGHT_POSTURE, slot.part), start, end), spans)
        _enough(share)
        return value * 100

    def _steps(self, slot: Slot, start: float, end: float) -> Samples:
        """The samples of a switch that is known for long enough."""
        samples = self._load(slot, start, end)
        _enough(series.coverage(samples, start, end))
        return samples

    # Nights

    def _nightly(self, _device: Device, slot: Slot, period: Period | None) -> Value:
        nights = self._of_nights(slot, period)
        return math.fsum(nights) / len(nights)

    def _nights(self, _device: Device, slot: Slot, period: Period | None) -> Value:
        return tuple(self._of_nights(slot, period))

    def _of_nights(self, slot: Slot, period: Period | None) -> list[float]:
        """The last word on each night that ends within the period, in order of time."""
        start, end = self._passed(period or self._today())
        nights: dict[float, float] = {}
        for at, value in self._load(slot, start - DAY_SECONDS, end + DAY_SECONDS):
            when = value if slot.trait is traits.SLEEP_START and value is not None else at
            morning = midnight(night_of(when, self._zone), self._zone)
            if value is not None and start <= morning < end:
                nights[morning] = value
        if not nights:
            raise StateUnknown(f"{slot}: nothing was said of these nights")
        return [nights[morning] for morning in sorted(nights)]

    # How much

    def _consumed(self, _device: Device, slot: Slot, period: Period | None) -> Value:
        start, end = self._passed(period or self._month(self._now))
        return self._exactly(slot, self._totals(slot, start, end))(start, end)

    def _totals(self, slot: Slot, start: float, end: float) -> Samples:
        samples = self._load(slot, start, end)
        return counted(samples) if slot.trait.keep is Keep.COUNTER else summed(samples)

    def _exactly(self, meter: Slot, totals: Samples) -> Used:
        """What was used between two instants; it raises StateUnknown unless all of that is known to have been then."""

        def used(start: float, end: float) -> float:
            found = series.used(totals, start, end)
            if meter.trait.keep is not Keep.COUNTER:
                _enough(series.coverage(totals, start, end))
                return found
            if series.begins(totals) > start + BRIDGED_SECONDS:
                raise StateUnknown(f"{meter}: not known from the beginning of the period")
            _enough(series.heard_seconds(totals, start, end, LOOSE_SECONDS) / (end - start) if end > start else 1.0)
            doubt = sum(series.doubt(totals, instant, LOOSE_SECONDS) for instant in (start, end))
            _enough(1.0 - doubt / max(found, doubt) if doubt else 1.0)
            return found

        return used

    # What it costs

    def _bill(self, device: Device, slot: Slot, period: Period | None) -> Value:
        tariff, meter = self._contract(device, slot)
        start, end = self._passed(period or self._month(self._now))
        totals = self._totals(meter, self._month(start).start, end)
        return tariff.due(Period(start, end), self._zone, self._exactly(meter, totals))

    def _bracket(self, device: Device, slot: Slot, _period: Period | None) -> Value:
        tariff, meter = self._contract(device, slot)
        month = self._month(self._now)
        used = self._exactly(meter, self._totals(meter, month.start, self._now))(month.start, self._now)
        return float(tariff.bracket(used, tariff.number_of(month, self._zone)))

    def _estimated_energy(self, device: Device, slot: Slot, period: Period | None) -> Value:
        asked = self._asked(period)
        return self._estimate(_meter(device, slot), asked.start)(asked.start, asked.end)

    def _estimated_bill(self, device: Device, slot: Slot, period: Period | None) -> Value:
        tariff, meter = self._contract(device, slot)
        asked = self._asked(period)
        return tariff.due(asked, self._zone, self._estimate(meter, self._month(asked.start).start))

    def _estimate(self, meter: Slot, begin: float) -> Used:
        """What is used between two instants: as it is known, and by the mean of the last days where it is not yet."""
        now = self._now
        totals = self._totals(meter, min(begin, now - RATE_SECONDS), now)
        exactly = self._exactly(meter, totals)
        known_from = series.begins(totals)
        since = max(known_from, now - RATE_SECONDS)

        def used(start: float, end: float) -> float:
            if end <= now:
                return exactly(start, end)
            if not now - since >= DAY_SECONDS:
                raise StateUnknown(f"{meter}: an estimate needs a day")
            low = min(max(start, known_from), now)
            rate = exactly(since, now) / (now - since)
            return exactly(low, now) + rate * (end - start - (now - low if start < now else 0.0))

        return used

    def _contract(self, device: Device, slot: Slot) -> tuple[Tariff, Slot]:
        if self._tariff is None:
            raise StateUnknown("no tariff is known")
        return self._tariff, _meter(device, slot)

    # Which time

    def _today(self) -> Period:
        return day_of(self._now, self._zone)

    def _month(self, instant: float) -> Period:
        """The month of the contract, if there is one."""
        return self._tariff.month_of(instant, self._zone) if self._tariff is not None else month_of(instant, self._zone)

    def _passed(self, period: Period) -> tuple[float, float]:
        """A period as far as it has passed."""
        if not 0 <= period.start < self._now:
            raise StateUnknown("nothing is known of that time")
        return period.start, min(period.end, self._now)

    def _asked(self, period: Period | None) -> Period:
        """A period that may lie ahead."""
        asked = period or self._month(self._now)
        if not 0 <= asked.start <= asked.end <= self._now + FAR_SECONDS:
            raise StateUnknown("too far away")
        return asked


def can_be_asked(trait: Trait) -> bool:
    """Whether there is something to be asked of its past."""
    return trait in _RULES


_RULES: dict[Trait, Callable[[Past, Device, Slot, Period | None], Value]] = {
    traits.OPEN_TIME: Past._opened,
    traits.CLOSE_TIME: Past._closed,
    traits.DETECTED_TIME: Past._detected,
    traits.DETECTION_COUNT: Past._count,
    traits.USAGE_TIME: Past._usage,
    traits.RIGHT_POSTURE_RATIO: Past._posture,
    traits.ENERGY: Past._consumed,
    traits.METERED_VOLUME: Past._consumed,
    traits.POWER_USE: Past._consumed,
    traits.ASLEEP_TIME: Past._nightly,
    traits.AWAKE_TIME: Past._nightly,
    traits.SLEEP_SCORE: Past._nightly,
    traits.SLEEP_START: Past._nights,
    traits.BILL: Past._bill,
    traits.ESTIMATED_BILL: Past._estimated_bill,
    traits.ESTIMATED_ENERGY: Past._estimated_energy,
    traits.TAX_BRACKET: Past._bracket,
}


def _meter(device: Device, slot: Slot) -> Slot:
    """The slot whose past tells what was used."""
    energy = Slot(traits.ENERGY, slot.part)
    return energy if energy in device.features else Slot(traits.POWER_USE, slot.part)


def _enough(share: float) -> None:
    if not share >= ENOUGH:
        raise StateUnknown(f"known for {share:.0%} of the period" if math.isfinite(share) else "unknown")
