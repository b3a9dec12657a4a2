"""Quiet hours: how long something has to wait, at any time of any day."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine.quiet import Quiet
from gateway.home.alarms import Severity

SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")
NIGHT, NOON = (time(23), time(6, 30)), (time(12), time(14))


def left(local: str, hours: tuple[time, time], zone: ZoneInfo = SEOUL, severity: Severity = Severity.NOTICE) -> float:
    """The hours left at a local time; the second of two that are the same is written with a `*`."""
    here = datetime.fromisoformat(local.rstrip("*")).replace(tzinfo=zone, fold=int(local.endswith("*")))
    return Quiet({Severity.NOTICE: hours}, zone, here.timestamp).seconds_left(severity) / 3600


@pytest.mark.parametrize(
    ("local", "hours", "expected"),
    [
        ("2026-11-21T22:59:59", NIGHT, 0),
        ("2026-11-21T23:00:00", NIGHT, 7.5),
        ("2026-11-22T00:00:00", NIGHT, 6.5),
        ("2026-11-22T06:00:00", NIGHT, 0.5),
        ("2026-11-22T06:30:00", NIGHT, 0),
        ("2026-12-31T23:30:00", NIGHT, 7),
        ("2026-11-21T11:59:59", NOON, 0),
        ("2026-11-21T12:00:00", NOON, 2),
        ("2026-11-21T14:00:00", NOON, 0),
    ],
)
def test_what_is_said_in_the_quiet_hours_waits_for_their_end(
    local: str, hours: tuple[time, time], expected: float
) -> None:
    assert left(local, hours) == expected


def test_each_severity_has_its_own_and_what_has_none_waits_for_nothing() -> None:
    assert [left("2026-11-22T01:00:00", NIGHT, severity=one) for one in Severity] == [0, 0, 0, 5.5]


@pytest.mark.parametrize(
    ("local", "hours", "expected"),
    [
        ("2026-03-28T23:00:00", NIGHT, 6.5),  # an hour is skipped
        ("2026-10-24T23:00:00", NIGHT, 8.5),  # an hour comes twice
        ("2026-10-25T02:10:00", (time(1), time(2, 30)), 1 / 3),
        ("2026-10-25T02:10:00*", (time(1), time(2, 30)), 0),  # they have ended once already
        ("2026-03-29T01:30:00", (time(1), time(2, 30)), 1),  # there is no 02:30: it is 03:30
    ],
)
def test_the_nights_on_which_the_clocks_change(local: str, hours: tuple[time, time], expected: float) -> None:
    assert left(local, hours, BERLIN) == pytest.approx(expected)


TIMES = st.times(timezones=st.none()).map(lambda one: one.replace(second=0, microsecond=0))


@given(
    st.integers(86_400, 4_102_444_800),
    st.tuples(TIMES, TIMES).filter(lambda hours: hours[0] != hours[1]),
    st.sampled_from([SEOUL, BERLIN]),
)
def test_after_that_wait_nothing_waits_any_more(wall: int, hours: tuple[time, time], zone: ZoneInfo) -> None:
    wait = Quiet({Severity.NOTICE: hours}, zone, lambda: wall).seconds_left(Severity.NOTICE)
    assert 0 <= wait <= 25 * 3600
    assert Quiet({Severity.NOTICE: hours}, zone, lambda: wall + wait).seconds_left(Severity.NOTICE) <= 3600
