"""What was used, what that costs and will cost, worked out by hand: mostly ten kilowatt-hours a day, told each hour."""

import pytest

from gateway.engine.series import Sample
from gateway.engine.tariff import Step, Tariff
from gateway.home import traits
from gateway.home.device import Device
from gateway.home.periods import Period
from gateway.home.traits import Trait
from tests.engine.test_past import METER, PLUG, THIS_MONTH, THIS_WEEK, TODAY, ask, at, between, every, past
from tests.engine.test_tariff import KOREA

HOUR, DAY = 3600.0, 86_400.0
HOURLY = every(1, "10-01 00:00", 53 * 24, 1000, 10 / 24)
DAILY = every(24, "10-01 06:00", 60, 1000, 10)
DAY_BEFORE = between("11-20 00:00", "11-21 00:00")
OCTOBER = between("10-01 00:00", "11-01 00:00")


def until(samples: list[Sample], last: str) -> list[Sample]:
    return [sample for sample in samples if sample[0] <= at(last)]


def since(samples: list[Sample], first: str) -> list[Sample]:
    return [sample for sample in samples if sample[0] >= at(first)]


TOLD = until(HOURLY, "11-21 07:30")
CONSUMED: list[tuple[str, list[Sample], Period | None, float | None]] = [
    ("yesterday", TOLD, DAY_BEFORE, 10),
    ("today, until it was last told", TOLD, TODAY, 70 / 24),
    ("this week", TOLD, THIS_WEEK, 50 + 70 / 24),
    ("this month", TOLD, THIS_MONTH, 200 + 70 / 24),
    ("nothing said of a time is this month", TOLD, None, 200 + 70 / 24),
    ("last month", TOLD, OCTOBER, 310),
    ("an odd hour and a half", TOLD, between("11-20 10:15", "11-20 11:45"), 15 / 24),
    ("no time", TOLD, between("11-20 10:15", "11-20 10:15"), 0),
    ("from before the first sample on", TOLD, between("09-30 00:00", "10-20 00:00"), None),
    ("tomorrow", TOLD, between("11-22 00:00", "11-23 00:00"), None),
    ("it has not been heard since yesterday noon: today", until(HOURLY, "11-20 12:00"), TODAY, None),
    ("... yesterday", until(HOURLY, "11-20 12:00"), DAY_BEFORE, None),
    ("... this month, of which that is little", until(HOURLY, "11-20 12:00"), THIS_MONTH, 195),
    ("silent for a night, as its number tells", until(TOLD, "11-19 20:00") + since(TOLD, "11-20 06:00"),
     between("11-19 12:00", "11-20 12:00"), 10),
    ("silent over midnight", until(TOLD, "11-19 20:00") + since(TOLD, "11-20 06:00"), DAY_BEFORE, None),
    ("told once a day, from one time to the next", DAILY, between("11-18 06:00", "11-20 06:00"), 20),
    ("told once a day, of which a day is not known", DAILY, DAY_BEFORE, None),
    ("told once a day, nor a week", DAILY, between("11-14 00:00", "11-21 00:00"), None),
    ("nothing was told", [], DAY_BEFORE, None),
    ("told once", [(at("11-19 12:00"), 5.0)], DAY_BEFORE, None),
    ("it stood still", [(at("11-19 23:30"), 5.0), (at("11-21 00:10"), 5.0)], DAY_BEFORE, 0),
    ("it began anew", every(1, "11-19 00:00", 36, 500, 0.5) + every(1, "11-20 12:00", 19, 0.2, 0.5), DAY_BEFORE,
     11 * 0.5 + 0.2 + 12 * 0.5),
    ("it began anew while nobody listened for long", every(1, "11-19 00:00", 30, 500, 0.5)
     + every(1, "11-20 12:00", 19, 3, 0.5), DAY_BEFORE, None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "told", "period", "kwh"), CONSUMED, ids=[row[0] for row in CONSUMED])
def test_what_a_meter_counted(why: str, told: list[Sample], period: Period | None, kwh: float | None) -> None:  # noqa: ARG001
    for trait in (traits.ENERGY, traits.METERED_VOLUME):
        found = ask(past({trait: told}), METER, trait, period)
        assert found == (pytest.approx(kwh) if kwh is not None else None)


DRAWN: list[Sample] = every(0.25, "11-20 00:00", 126, 0, 0.03)
"""120 W."""
SUMMED: list[tuple[str, list[Sample], Period, float | None]] = [
    ("yesterday", DRAWN, DAY_BEFORE, 2.88),
    ("an odd hour", DRAWN, between("11-20 10:10", "11-20 11:10"), 0.12),
    ("known from an hour after midnight: no more than was seen", since(DRAWN, "11-20 01:00"), DAY_BEFORE, 2.76),
    ("known from three hours after midnight", since(DRAWN, "11-20 03:00"), DAY_BEFORE, None),
    ("not known for two hours: no more than was seen", [*until(DRAWN, "11-20 10:00"), (at("11-20 10:00") + 0.001, None),
     *every(0.25, "11-20 12:00", 78, 0, 0.03)], DAY_BEFORE, 2.64),
    ("not known for half of it", [*until(DRAWN, "11-20 10:00"), (at("11-20 10:00") + 0.001, None),
     *every(0.25, "11-20 22:00", 38, 0, 0.03)], DAY_BEFORE, None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "told", "period", "kwh"), SUMMED, ids=[row[0] for row in SUMMED])
def test_what_watts_came_to(why: str, told: list[Sample], period: Period, kwh: float | None) -> None:  # noqa: ARG001
    found = ask(past({traits.POWER_USE: told}), PLUG, traits.POWER_USE, period)
    assert found == (pytest.approx(kwh, abs=1e-6) if kwh is not None else None)


BILLS: list[tuple[str, Trait, Period | None, float | None]] = [
    # 202.9167 kWh: (1600 + 2840.833 + 24000 + 625.917) x 1.127 = 32758.227
    ("this month so far", traits.BILL, None, 32_758),
    ("this month, as a period", traits.BILL, THIS_MONTH, 32_758),
    # 190 kWh: (910 + 2660 + 22800) x 1.127 = 29718.99; 200 kWh: 31229.17
    ("yesterday's part of it", traits.BILL, DAY_BEFORE, 31_229 - 29_719),
    # 310 kWh: (1600 + 4340 + 24000 + 23606) x 1.127 = 60346.342
    ("last month", traits.BILL, OCTOBER, 60_346),
    # less its first 150 kWh, 23678.27, and the first 100 kWh of this one, 16127.37
    ("parts of two months", traits.BILL, between("10-16 00:00", "11-11 00:00"), 60_346 - 23_678 + 16_127),
    ("a month that is not known", traits.BILL, between("09-01 00:00", "10-01 00:00"), None),
    ("two months, one of which is not known", traits.BILL, between("09-01 00:00", "11-01 00:00"), None),
    ("next month", traits.BILL, between("12-01 00:00", "12-31 00:00"), None),
    ("the step", traits.TAX_BRACKET, None, 2),
]


@pytest.mark.parametrize(("why", "trait", "period", "money"), BILLS, ids=[row[0] for row in BILLS])
def test_what_has_to_be_paid(why: str, trait: Trait, period: Period | None, money: float | None) -> None:  # noqa: ARG001
    assert ask(past({traits.ENERGY: TOLD}, tariff=KOREA), METER, trait, period) == money


def test_months_whose_border_is_not_known_have_no_bill() -> None:
    sparse = until(TOLD, "10-25 00:00") + since(TOLD, "11-10 00:00")
    meter = past({traits.ENERGY: sparse}, tariff=KOREA)
    both = between("10-01 00:00", "11-21 00:00")
    assert ask(meter, METER, traits.ENERGY, both) == 510
    assert ask(meter, METER, traits.BILL, both) is None


@pytest.mark.parametrize(("a_day", "step"), [(5, 1), (9.8, 1), (10, 2), (19.7, 2), (20, 3)])
def test_the_step_that_the_month_has_reached(a_day: float, step: int) -> None:
    told = until(every(1, "10-20 00:00", 1000, 7, a_day / 24), "11-21 07:30")
    assert ask(past({traits.ENERGY: told}, tariff=KOREA), METER, traits.TAX_BRACKET) == step


@pytest.mark.parametrize("trait", [traits.BILL, traits.ESTIMATED_BILL, traits.TAX_BRACKET])
def test_without_a_tariff_nothing_costs_anything(trait: Trait) -> None:
    assert ask(past({traits.ENERGY: TOLD}), METER, trait) is None


def test_a_flat_tariff_and_a_meter_that_shows_watts() -> None:
    flat = Tariff("JPY", (Step(31.0),))
    plug = past({traits.POWER_USE: every(0.5, "11-01 00:00", 961, 0, 0.05)}, "11-21 00:00", tariff=flat)
    assert ask(plug, PLUG, traits.BILL) == 1488  # 48 kWh
    assert ask(plug, PLUG, traits.ESTIMATED_BILL) == 2232  # 72 kWh
    assert ask(plug, PLUG, traits.TAX_BRACKET) == 1


ESTIMATES: list[tuple[str, str, str, Period | None, float | None, float | None]] = [
    ("this month", "10-01 00:00", "11-21 07:00", None, 300, 57_770),
    ("just after it has begun", "10-01 00:00", "11-01 00:00:01", None, 300, 57_770),
    ("early", "10-01 00:00", "11-02 03:00", None, 300, 57_770),
    ("late", "10-01 00:00", "11-30 23:00", None, 300, 57_770),
    ("next month", "10-01 00:00", "11-21 07:00", between("12-01 00:00", "2027-01-01 00:00"), 310, 60_346),
    ("what is left of it", "10-01 00:00", "11-21 00:00", between("11-21 00:00", "12-01 00:00"), 100, 57_770 - 31_229),
    ("last month: what it was", "10-01 00:00", "11-21 07:00", OCTOBER, 310, 60_346),
    ("of a month that is not known", "10-02 00:00", "11-21 07:00", OCTOBER, None, None),
    ("known from the middle of the month", "11-11 00:00", "11-21 00:00", None, 300, 57_770),
    ("known for a day", "11-20 07:00", "11-21 07:00", None, 300, 57_770),
    ("known for less", "11-20 08:00", "11-21 07:00", None, None, None),
    ("in years", "10-01 00:00", "11-21 07:00", between("2031-01-01 00:00", "2031-02-01 00:00"), None, None),
    ("for ever", "10-01 00:00", "11-21 07:00", between("11-01 00:00", "9999-12-31 23:59:59"), None, None),
]


@pytest.mark.parametrize(("why", "first", "now", "period", "kwh", "won"), ESTIMATES, ids=[row[0] for row in ESTIMATES])
def test_what_a_month_will_come_to(
    why: str,  # noqa: ARG001
    first: str,
    now: str,
    period: Period | None,
    kwh: float | None,
    won: float | None,
) -> None:
    told = until(since(every(1, "10-01 00:00", 1600, 1000, 10 / 24), first), now)
    meter = past({traits.ENERGY: told}, now, tariff=KOREA)
    assert ask(meter, METER, traits.ESTIMATED_ENERGY, period) == (pytest.approx(kwh, abs=0.01) if kwh else None)
    assert ask(meter, METER, traits.ESTIMATED_BILL, period) == (pytest.approx(won, abs=5) if won else None)


def test_an_estimate_goes_by_the_last_thirty_days() -> None:
    """Ten a day until 10-22, then five: 100 are known of November, and 50 more will be."""
    told = every(1, "09-22 00:00", 30 * 24, 0, 10 / 24) + every(1, "10-22 00:00", 30 * 24 + 1, 300, 5 / 24)
    assert ask(past({traits.ENERGY: told}, "11-21 00:00"), METER, traits.ESTIMATED_ENERGY) == pytest.approx(150)


def test_nothing_is_estimated_from_what_is_not_heard_any_more() -> None:
    for device, trait in ((METER, traits.ENERGY), (PLUG, traits.POWER_USE)):
        assert _estimated(device, trait, until(TOLD, "11-01 00:00")) is None
        assert _estimated(device, trait, []) is None


def _estimated(device: Device, trait: Trait, told: list[Sample]) -> object:
    return ask(past({trait: [*told, (at("11-01 00:01"), None)]}), device, traits.ESTIMATED_ENERGY)
