"""What the owner writes of the price of electricity, and of how long the past is kept."""

from typing import Annotated

from pydantic import Field, model_validator

from gateway.dialects.section import Document, Duration
from gateway.engine.tariff import Season, Step, Tariff

Money = Annotated[float, Field(ge=0, le=1e6)]


class StepSection(Document):
    """One step: up to so many kWh a month, its price per kWh, and the month's base fee of who ends in it."""

    up_to: Annotated[float, Field(gt=0)] | None = None
    price: Money
    base: Money = 0.0


Steps = Annotated[tuple[StepSection, ...], Field(min_length=1, max_length=20)]


def _check(steps: tuple[StepSection, ...]) -> None:
    ends = [step.up_to for step in steps[:-1]]
    if None in ends or steps[-1].up_to is not None:
        raise ValueError("every step but the last has `up_to`, and the last has none")
    if ends != sorted(set(ends)):  # type: ignore[type-var]  # none of them is None
        raise ValueError("`up_to` rises from step to step")


class SeasonSection(Document):
    """Other steps in some months of the year."""

    months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], Field(min_length=1)]
    steps: Steps


class TariffSection(Document):
    """What electricity costs: `steps` by what is used in a month, or one `price` for all."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217: KRW, JPY ...")]
    reading_day: Annotated[int, Field(ge=1, le=28, description="the day of the month the meter is read")] = 1
    price: Money | None = None
    steps: Steps | None = None
    seasons: tuple[SeasonSection, ...] = ()
    surcharge: Annotated[float, Field(ge=-1e6, le=1e6, description="per kWh, on top of every step")] = 0.0
    tax: Annotated[float, Field(ge=0, le=1, description="a share: 0.127 is 12.7 %")] = 0.0

    @model_validator(mode="after")
    def _consistent(self) -> "TariffSection":
        if (self.price is None) == (self.steps is None):
            raise ValueError("`price` or `steps`: one of the two is expected")
        for steps in (self.steps, *(season.steps for season in self.seasons)):
            if steps is not None:
                _check(steps)
        months = [month for season in self.seasons for month in season.months]
        if len(months) != len(set(months)):
            raise ValueError("a month has one season")
        return self

    def tariff(self) -> Tariff:
        """The engine's own."""
        return Tariff(
            currency=self.currency,
            steps=_steps(self.steps) if self.steps is not None else (Step(self.price or 0.0),),
            seasons=tuple(Season(frozenset(season.months), _steps(season.steps)) for season in self.seasons),
            surcharge=self.surcharge,
            tax=self.tax,
            reading_day=self.reading_day,
        )


def _steps(written: tuple[StepSection, ...]) -> tuple[Step, ...]:
    return tuple(
        Step(step.price, step.base) if step.up_to is None else Step(step.price, step.base, step.up_to)
        for step in written
    )


class HistorySection(Document):
    """The past: consumption, detections, times of use. Bounded in rows as well."""

    keep: Annotated[Duration, Field(ge=86_400, le=3650 * 86_400, description="older samples are deleted")] = (
        400 * 86_400.0
    )
