"""Old samples of counters are thinned out to two an hour, and what was used in an hour stays the same."""

import sqlite3
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine import series
from gateway.engine.series import Sample
from gateway.engine.totals import counted
from gateway.links.archive import _THIN, LAYOUT, THIN_MILLISECONDS

NONE_IS_NEW = 1e15


def thinned(*told: Sample, until: float = NONE_IS_NEW) -> list[Sample]:
    """Seconds and values."""
    db = LAYOUT.prepared(sqlite3.connect(":memory:", isolation_level=None))
    try:
        db.execute("INSERT INTO series VALUES (1, 'meter', 'energy', '')")
        db.executemany("INSERT INTO samples VALUES (1, ?, ?)", [(round(at * 1000), value) for at, value in told])
        for _ in range(2):  # the second time changes nothing
            db.execute(_THIN, {"series": 1, "until": until * 1000, "hour": THIN_MILLISECONDS})
        return db.execute("SELECT at / 1000.0, value FROM samples ORDER BY at").fetchall()
    finally:
        db.close()


def minutes(*numbers: float) -> list[float]:
    return [number * 60 for number in numbers]


RISING: list[Sample] = [(minute * 60, minute) for minute in range(0, 180, 5)]


def test_of_an_hour_the_first_and_the_last_are_left() -> None:
    assert [at for at, _ in thinned(*RISING)] == minutes(0, 55, 60, 115, 120, 175)


def test_what_is_new_is_left_alone() -> None:
    new = minutes(*range(120, 180, 5))
    assert [at for at, _ in thinned(*RISING, until=7200)] == [*minutes(0, 55, 60, 115), *new]


def test_nothing_goes_where_a_counter_falls_or_is_unknown_nor_in_the_hours_next_to_that() -> None:
    told: list[Sample] = [(minute * 60, minute) for minute in range(0, 600, 10)]
    told[20], told[40] = (200 * 60, 1), (400 * 60, None)
    assert thinned(*told) == [one for one in told if 120 <= one[0] / 60 < 480 or one[0] / 60 % 60 in (0, 50)]


rises = st.lists(st.sampled_from([0.0, 0.0, 0.5, 1.0, 3.0, 400.0, -500.0]), min_size=20, max_size=100)


@given(rises, st.sampled_from([60, 420, 900]))
def test_what_was_used_in_an_hour_stays_the_same(rises: list[float], spacing: int) -> None:
    total, told = 1000.0, list[Sample]()
    for number, rise in enumerate(rises):
        total = max(0.0, total + rise)
        told.append((number * spacing, total))
    before, after = counted(told), counted(thinned(*told))
    for start, end in pairwise(range(0, int(told[-1][0]), 3600)):
        assert series.used(before, start, end) == pytest.approx(series.used(after, start, end))
