"""Bills by hand, from Korea's household low-voltage tariff as an example."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine.tariff import Season, Step, Tariff
from gateway.home.periods import Period

SEOUL = ZoneInfo("Asia/Seoul")
KOREA = Tariff(
    "KRW",
    (Step(120.0, 910, 200), Step(214.6, 1600, 400), Step(307.3, 7300)),
    (Season(frozenset({7, 8}), (Step(120.0, 910, 300), Step(214.6, 1600, 450), Step(307.3, 7300))),),
    surcharge=14.0,
    tax=0.127,
)
FLAT = Tariff("JPY", (Step(31.0),))
CENTS = Tariff("EUR", (Step(0.3333),), tax=0.19)


@pytest.mark.parametrize(
    ("kwh", "month", "won", "step"),
    [
        # (base + kwh x 14 + kwh by step) x 1.127
        (0, 11, 1_026, 1),  # 910 x 1.127 = 1025.57
        (100, 11, 16_127, 1),  # (910 + 1400 + 12000) x 1.127 = 16127.37
        (200, 11, 31_229, 1),  # (910 + 2800 + 24000) x 1.127 = 31229.17
        (200.5, 11, 32_136, 2),  # (1600 + 2807 + 24000 + 107.3) x 1.127 = 32135.617
        (350, 11, 70_652, 2),  # (1600 + 4900 + 24000 + 32190) x 1.127 = 70651.63
        (400, 11, 83_533, 2),  # (1600 + 5600 + 24000 + 42920) x 1.127 = 83533.24
        (500, 11, 126_168, 3),  # (7300 + 7000 + 24000 + 42920 + 30730) x 1.127 = 126167.65
        (300, 7, 46_331, 1),  # (910 + 4200 + 36000) x 1.127 = 46330.97
        (350, 8, 59_990, 2),  # (1600 + 4900 + 36000 + 10730) x 1.127 = 59990.21
        (500, 8, 110_283, 3),  # (7300 + 7000 + 36000 + 32190 + 15365) x 1.127 = 110282.585
    ],
)
def test_the_bill_of_a_month_and_the_step_it_reaches(kwh: float, month: int, won: float, step: int) -> None:
    assert KOREA.amount(kwh, month) == won
    assert KOREA.bracket(kwh, month) == step


def test_a_flat_tariff_is_one_step_and_other_currencies_have_decimals() -> None:
    assert (FLAT.amount(100, 5), FLAT.bracket(1e6, 5)) == (3100, 1)
    assert CENTS.amount(10, 5) == 3.97


def instant(day: str) -> float:
    return datetime.fromisoformat(f"{day}T00:00+09:00").timestamp()


def ten_a_day(start: float, end: float) -> float:
    return (end - start) / 8640


@pytest.mark.parametrize(
    ("start", "end", "won"),
    [
        ("2026-11-01", "2026-12-01", 57_770),  # 300 kWh: (1600 + 4200 + 24000 + 21460) x 1.127 = 57770.02
        ("2026-11-01", "2026-11-11", 16_127),  # 100 kWh
        ("2026-11-11", "2026-11-21", 31_229 - 16_127),
        ("2026-11-21", "2026-12-01", 57_770 - 31_229),
        ("2026-11-01", "2026-11-01", 1_026),  # the month has begun: its base
        ("2026-11-21", "2026-11-21", 0),
        # 150 kWh are (910 + 2100 + 18000) x 1.127 = 23678.27, and as many of December begin it
        ("2026-11-16", "2026-12-16", 57_770 - 23_678 + 23_678),
        # December, 310 kWh: (1600 + 4340 + 24000 + 23606) x 1.127 = 60346.342; January, 10 kWh: 2535.75
        ("2026-12-01", "2027-01-02", 60_346 + 2_536),
        ("2026-07-01", "2026-08-01", 49_685),  # 310 kWh: (1600 + 4340 + 36000 + 2146) x 1.127 = 49684.922
    ],
)
def test_the_bill_of_a_period_is_what_it_adds_to_the_bills_of_its_months(start: str, end: str, won: float) -> None:
    assert KOREA.due(Period(instant(start), instant(end)), SEOUL, ten_a_day) == won


@pytest.mark.parametrize(
    ("day", "season"), [("2026-06-20", 6), ("2026-07-20", 7), ("2026-08-20", 8), ("2026-12-20", 12)]
)
def test_a_billing_month_is_of_the_season_that_its_middle_lies_in(day: str, season: int) -> None:
    tariff = Tariff("KRW", KOREA.steps, KOREA.seasons, reading_day=15)
    month = tariff.month_of(instant(day), SEOUL)
    assert (datetime.fromtimestamp(month.start, SEOUL).day, tariff.number_of(month, SEOUL)) == (15, season)


@given(st.lists(st.floats(1.78e9, 1.9e9), min_size=3, max_size=3), st.integers(1, 28))
def test_the_parts_of_a_bill_make_up_the_bill(given_instants: list[float], reading_day: int) -> None:
    tariff = Tariff("KRW", KOREA.steps, KOREA.seasons, KOREA.surcharge, KOREA.tax, reading_day)
    a, b, c = (round(one) for one in sorted(given_instants))
    parts = [tariff.due(Period(*pair), SEOUL, ten_a_day) for pair in ((a, b), (b, c))]
    whole = tariff.due(Period(a, c), SEOUL, ten_a_day)
    assert sum(parts) == pytest.approx(whole, abs=1e-6)


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.integers(1, 12))
def test_more_costs_more(one: float, other: float, month: int) -> None:
    less, more = sorted((one, other))
    assert KOREA.amount(less, month) <= KOREA.amount(more, month)
    assert KOREA.bracket(less, month) <= KOREA.bracket(more, month)
