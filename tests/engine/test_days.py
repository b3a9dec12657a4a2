"""Days, nights and months of a time zone as spans of time."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine.days import date_of, day_of, midnight, month_of, night_of

SEOUL, BERLIN, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
HOUR = 3600.0


def instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("zone", "at", "start", "hours"),
    [
        (SEOUL, "2026-11-21T07:30+09:00", "2026-11-21T00:00+09:00", 24),
        (SEOUL, "2026-11-21T00:00+09:00", "2026-11-21T00:00+09:00", 24),
        (SEOUL, "2026-12-31T23:59:59.999+09:00", "2026-12-31T00:00+09:00", 24),
        (BERLIN, "2026-03-29T12:00+02:00", "2026-03-29T00:00+01:00", 23),
        (BERLIN, "2026-03-29T00:30+01:00", "2026-03-29T00:00+01:00", 23),
        (BERLIN, "2026-10-25T02:30+02:00", "2026-10-25T00:00+02:00", 25),
        (BERLIN, "2026-10-25T02:30+01:00", "2026-10-25T00:00+02:00", 25),
        (BERLIN, "2026-10-25T23:59+01:00", "2026-10-25T00:00+02:00", 25),
        (NEW_YORK, "2026-03-08T15:00-04:00", "2026-03-08T00:00-05:00", 23),
        (NEW_YORK, "2026-11-01T01:30-05:00", "2026-11-01T00:00-04:00", 25),
        (ZoneInfo("Asia/Beirut"), "2026-03-29T12:00+03:00", "2026-03-29T00:00+02:00", 23),  # midnight is skipped
        (ZoneInfo("America/Havana"), "2026-11-01T12:00-05:00", "2026-11-01T00:00-04:00", 25),  # and comes twice
    ],
)
def test_a_day_is_from_midnight_to_midnight(zone: ZoneInfo, at: str, start: str, hours: int) -> None:
    day = day_of(instant(at), zone)
    assert day.start == instant(start)
    assert day.end - day.start == hours * HOUR


@pytest.mark.parametrize(
    ("at", "first_day", "start", "end"),
    [
        ("2026-11-21T07:30", 1, "2026-11-01", "2026-12-01"),
        ("2026-12-31T23:59", 1, "2026-12-01", "2027-01-01"),
        ("2027-01-01T00:00", 1, "2027-01-01", "2027-02-01"),
        ("2026-02-28T12:00", 1, "2026-02-01", "2026-03-01"),
        ("2028-02-29T12:00", 1, "2028-02-01", "2028-03-01"),
        ("2026-11-14T23:59", 15, "2026-10-15", "2026-11-15"),
        ("2026-11-15T00:00", 15, "2026-11-15", "2026-12-15"),
        ("2027-01-10T12:00", 15, "2026-12-15", "2027-01-15"),
        ("2026-03-01T12:00", 28, "2026-02-28", "2026-03-28"),
    ],
)
def test_a_month_begins_on_its_first_day(at: str, first_day: int, start: str, end: str) -> None:
    month = month_of(instant(f"{at}+09:00"), SEOUL, first_day)
    assert (month.start, month.end) == (instant(f"{start}T00:00+09:00"), instant(f"{end}T00:00+09:00"))


def test_months_with_a_change_of_the_clock_are_an_hour_shorter_or_longer() -> None:
    march, october = (month_of(instant(f"2026-{month}-10T12:00+00:00"), BERLIN) for month in ("03", "10"))
    assert march.end - march.start == (31 * 24 - 1) * HOUR
    assert october.end - october.start == (31 * 24 + 1) * HOUR


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-20T11:59", 20),
        ("2026-11-20T12:00", 21),
        ("2026-11-20T23:20", 21),
        ("2026-11-21T00:10", 21),
        ("2026-11-21T08:00", 21),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_ends(at: str, day: int) -> None:
    assert night_of(instant(f"{at}+09:00"), SEOUL) == date(2026, 11, day)


@given(
    st.floats(0, 4e9), st.sampled_from([SEOUL, BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe")]), st.integers(1, 28)
)
def test_every_instant_lies_in_its_day_and_in_its_month_and_they_touch(
    at: float, zone: ZoneInfo, first_day: int
) -> None:
    for span_of in (day_of, lambda instant, zone: month_of(instant, zone, first_day)):
        span = span_of(at, zone)
        assert span.start <= at < span.end
        assert span_of(span.end, zone).start == span.end
    assert midnight(date_of(at, zone), zone) == day_of(at, zone).start
