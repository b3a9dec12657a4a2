"""What electricity costs: progressive steps, seasons, a surcharge per kilowatt-hour, tax, and the billing month."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from gateway.engine.days import date_of, month_of
from gateway.home.periods import Period

_DECIMALS = {"KRW": 0, "JPY": 0}


@dataclass(frozen=True, slots=True)
class Step:
    """Up to `up_to` kilowatt-hours of a month each costs `price`; `base` is the fee of a month that ends in it."""

    price: float
    base: float = 0.0
    up_to: float = math.inf


@dataclass(frozen=True, slots=True)
class Season:
    """Other steps, in these months (1 to 12) of each year."""

    months: frozenset[int]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Tariff:
    """A contract. Money is in `currency`, `tax` is a share, the billing month begins on `reading_day` (1 to 28)."""

    currency: str
    steps: tuple[Step, ...]
    """By rising `up_to`, the last one without an end; one step alone is a flat tariff."""
    seasons: tuple[Season, ...] = ()
    surcharge: float = 0.0
    tax: float = 0.0
    reading_day: int = 1

    def amount(self, kwh: float, month: int) -> float:
        """The bill for so much in one billing month of the season that `month` (1 to 12) lies in."""
        steps = self._steps(month)
        cost = steps[self.bracket(kwh, month) - 1].base + self.surcharge * kwh
        below = 0.0
        for step in steps:
            cost += step.price * max(0.0, min(kwh, step.up_to) - below)
            below = step.up_to
        return self._rounded(cost * (1 + self.tax))

    def bracket(self, kwh: float, month: int) -> int:
        """Which step so much in one billing month has reached, from 1."""
        steps = self._steps(month)
        return next((number for number, step in enumerate(steps, 1) if kwh <= step.up_to), len(steps))

    def month_of(self, instant: float, zone: tzinfo) -> Period:
        """The billing month an instant lies in."""
        return month_of(instant, zone, self.reading_day)

    def number_of(self, month: Period, zone: tzinfo) -> int:
        """Which of the year's months (1 to 12) a billing month counts as: the one that its middle lies in."""
        return date_of((month.start + month.end) / 2, zone).month

    def months(self, period: Period, zone: tzinfo) -> Iterator[Period]:
        """The billing months that a period touches, in order; the one it begins in even if it is empty."""
        month = self.month_of(period.start, zone)
        yield month
        while month.end < period.end:
            month = self.month_of(month.end, zone)
            yield month

    def due(self, period: Period, zone: tzinfo, used: Callable[[float, float], float]) -> float:
        """What a period adds to the bills of its months; `used` gives the kilowatt-hours between two instants.

        A month's base fee is due when the month begins, so the parts of a month add up to its bill.
        """
        total = 0.0
        for month in self.months(period, zone):
            number = self.number_of(month, zone)
            total += self.amount(used(month.start, min(period.end, month.end)), number)
            if period.start > month.start:
                total -= self.amount(used(month.start, period.start), number)
        return self._rounded(total)

    def _steps(self, month: int) -> tuple[Step, ...]:
        return next((season.steps for season in self.seasons if month in season.months), self.steps)

    def _rounded(self, money: float) -> float:
        return round(money, _DECIMALS.get(self.currency, 2))
