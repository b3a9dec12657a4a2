"""The mathematics of samples, by hand and by laws."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine import series
from gateway.engine.series import Sample, Samples
from gateway.engine.totals import counted, summed

ON, OFF = 1.0, 0.0
SWITCHED: list[Sample] = [(10, OFF), (20, ON), (30, OFF), (50, ON), (60, None), (70, ON), (80, OFF)]
"""On from 20 to 30 and from 50 to 80, of which 60 to 70 is not known."""


@pytest.mark.parametrize(
    ("start", "end", "seconds", "share"),
    [
        (10, 80, 30, 60 / 70),
        (0, 10, 0, 0.0),
        (0, 20, 0, 0.5),
        (25, 55, 10, 1.0),
        (20, 30, 10, 1.0),
        (29, 31, 1, 1.0),
        (60, 70, 0, 0.0),
        (65, 75, 5, 0.5),
        (80, 90, 0, 1.0),
        (40, 40, 0, 1.0),
    ],
)
def test_time_on_and_how_much_of_the_time_is_known(start: float, end: float, seconds: float, share: float) -> None:
    assert series.time_at(SWITCHED, start, end) == seconds
    assert series.coverage(SWITCHED, start, end) == pytest.approx(share)


def test_of_nothing_nothing_is_known() -> None:
    assert series.time_at([], 0, 10) == 0
    assert series.coverage([], 0, 10) == 0
    assert series.used([], 0, 10) == 0
    assert series.heard_seconds([], 0, 10, 5) == 0
    assert series.begins([(5, None)]) == math.inf
    assert math.isnan(series.mean([], [(0, 10)])[0])


@pytest.mark.parametrize(
    ("start", "end", "times"),
    [
        (0, 100, 2),  # at 20 and at 50; at 70 it may have been on all the time
        (20, 50, 1),
        (20.5, 50, 0),
        (50, 51, 1),
        (60, 100, 0),
    ],
)
def test_how_often_it_went_on(start: float, end: float, times: int) -> None:
    assert series.rises(SWITCHED, start, end) == times


@pytest.mark.parametrize(
    ("start", "times"),
    [(10, 1), (20, 1), (20.5, 0), (30, 0)],
)
def test_what_happened_unseen_counts_only_if_all_of_the_unseen_time_lies_within(start: float, times: int) -> None:
    assert series.rises([(10, OFF), (20, None), (30, ON)], start, 40) == times


LAST: list[tuple[str, Samples, float | None, float | None]] = [
    ("seen", [(10, OFF), (20, ON), (30, OFF)], 20, 30),
    ("it was so from the first", [(10, ON)], None, None),
    ("never", [], None, None),
    ("unknown for a moment since", [(10, OFF), (20, ON), (30, OFF), (40, None), (45, OFF)], 20, 30),
    ("unknown for a moment meanwhile", [(10, OFF), (20, None), (25, ON), (30, OFF)], 25, 30),
    ("unknown for long since", [(10, OFF), (20, ON), (30, OFF), (40, None), (51, OFF)], None, None),
    ("unknown now, for a moment", [(10, OFF), (20, ON), (30, OFF), (95, None)], 20, 30),
    ("unknown now, for long", [(10, OFF), (20, ON), (30, OFF), (80, None)], None, None),
    ("it changed while nobody looked", [(10, OFF), (20, ON), (30, None), (50, OFF)], None, None),
    ("unknown for long before", [(10, OFF), (20, None), (50, OFF), (60, ON), (70, OFF)], 60, 70),
    ("later than was asked", [(10, OFF), (20, ON), (110, OFF), (120, ON)], 20, None),
]


@pytest.mark.parametrize(("why", "samples", "on", "off"), LAST, ids=[row[0] for row in LAST])
def test_when_it_was_last(why: str, samples: Samples, on: float | None, off: float | None) -> None:  # noqa: ARG001
    """Asked at 100; ten seconds may be unknown."""
    assert series.last_change(samples, 100, True, 10) == on
    assert series.last_change(samples, 100, False, 10) == off


SPANS: list[tuple[str, Samples, tuple[float, float] | None]] = [
    ("seen", [(0, OFF), (20, ON), (30, OFF)], (20, 30)),
    ("the last of two", [(0, OFF), (20, ON), (30, OFF), (40, ON), (50, OFF)], (40, 50)),
    ("still", [(0, OFF), (20, ON)], (20, 100)),
    ("from before", [(0, ON), (30, OFF)], (10, 30)),
    ("up for a moment", [(0, OFF), (20, ON), (30, OFF), (31, ON), (40, OFF)], (31, 40)),
    ("unknown for a moment", [(0, OFF), (20, ON), (30, None), (35, ON), (40, OFF)], (20, 40)),
    ("unknown for long", [(0, OFF), (20, ON), (30, None), (45, ON), (60, OFF)], None),
    ("again after that", [(0, OFF), (20, None), (45, ON), (60, OFF), (70, ON), (80, OFF)], (70, 80)),
    ("unknown for long since", [(0, OFF), (20, ON), (30, OFF), (40, None), (60, OFF)], None),
    ("never", [(0, OFF)], None),
    ("nothing is known", [], None),
]


@pytest.mark.parametrize(("why", "samples", "span"), SPANS, ids=[row[0] for row in SPANS])
def test_when_it_was_on_last(why: str, samples: Samples, span: tuple[float, float] | None) -> None:  # noqa: ARG001
    assert series.last_span(samples, 10, 100, 10) == span


def test_the_mean_is_weighted_by_time_over_what_is_known() -> None:
    samples: Samples = [(0, 1.0), (10, 0.0), (20, None), (25, 1.0)]
    assert series.mean(samples, [(0, 20)]) == (0.5, 1.0)
    assert series.mean(samples, [(5, 15), (15, 30)]) == pytest.approx((10 / 20, 20 / 25))


COUNTED: list[tuple[str, list[float], list[float]]] = [
    ("it rises", [10, 12, 15], [0, 2, 5]),
    ("it stands still", [10, 10, 10], [0, 0, 0]),
    ("it begins anew", [500, 510, 2, 5], [0, 10, 12, 15]),
    ("it begins anew twice", [5, 6, 1, 0.5], [0, 1, 2, 2]),
    ("it rolls over", [9998, 9999, 1, 3], [0, 1, 2, 4]),
    ("it trembles", [50.0, 50.05, 50.0, 50.05, 50.1], [0, 0.05, 0.05, 0.05, 0.1]),
    ("it was set to less", [510, 480, 481], [0, 0, 1]),
    ("it was set to less by a little, and not back within an hour", [12345, 12340, 12341], [0, 0, 1]),
]


def minutes(values: list[float], every: float = 30.0) -> list[Sample]:
    return [(number * every * 60, value) for number, value in enumerate(values)]


@pytest.mark.parametrize(("why", "numbers", "totals"), COUNTED, ids=[row[0] for row in COUNTED])
def test_totals_of_a_counter(why: str, numbers: list[float], totals: list[float]) -> None:  # noqa: ARG001
    assert [value for _, value in counted(minutes(numbers))] == pytest.approx(totals)


def test_a_counter_that_shows_nothing_when_it_is_switched_on_has_counted_nothing_meanwhile() -> None:
    assert counted(minutes([500, 0, 0, 501, 502], every=10)) == [(0, 0), (1800, 1), (2400, 2)]
    assert [total for _, total in counted(minutes([5, 0, 2, 6], every=10))] == [0, 0, 2, 6], "it has counted up to it"


def test_one_number_that_is_far_too_high_is_not_believed() -> None:
    assert counted(minutes([500, 99_999, 501, 502], every=10)) == [(0, 0), (1200, 1), (1800, 2)]


def test_what_a_counter_had_counted_long_before_it_began_anew_is_not_known() -> None:
    assert counted([(0, 500), (7200, 3), (7500, 4)]) == [(0, 0), (0.001, None), (7200, 3), (7500, 4)]
    assert counted([(0, 500), (3600, 3)]) == [(0, 0), (3600, 3)]


def test_what_is_unknown_of_a_counter_is_no_matter_as_its_number_tells() -> None:
    assert counted([(0, 5), (10, None), (20, 7)]) == [(0, 0), (20, 2)]


def test_sums_of_watts_begin_at_nothing_after_what_is_unknown() -> None:
    assert summed([(0, 0), (10, 2), (20, None), (30, 0), (40, 1)]) == [(0, 0), (10, 2), (20, None), (30, 2), (40, 3)]
    assert summed([(0, 4.0), (10, None), (20, None), (30, 0), (40, 1)])[-1] == (40, 1)


TOTALS: Samples = [(0, 0), (10, 5), (20, 5), (40, 9)]


@pytest.mark.parametrize(
    ("start", "end", "amount"),
    [(0, 10, 5), (0, 5, 2.5), (5, 15, 2.5), (10, 20, 0), (20, 30, 2), (-5, 60, 9), (7, 7, 0)],
)
def test_what_was_used_lies_on_straight_lines(start: float, end: float, amount: float) -> None:
    assert series.used(TOTALS, start, end) == pytest.approx(amount)


@pytest.mark.parametrize(("instant", "amount"), [(5, 0), (10, 0), (30, 4), (20, 0), (40, 0), (-1, 0), (50, 0)])
def test_doubt_is_all_that_was_used_between_samples_far_apart(instant: float, amount: float) -> None:
    assert series.doubt(TOTALS, instant, 15) == amount


switched = st.lists(
    st.tuples(st.floats(0, 1e6), st.sampled_from([None, OFF, ON])), max_size=40, unique_by=lambda s: s[0]
)
counters = st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e5)), max_size=40, unique_by=lambda s: s[0])
instants = st.floats(-1e5, 1.1e6)
three = st.lists(instants, min_size=3, max_size=3)


@given(switched, instants, instants)
def test_it_was_on_for_no_longer_than_it_was_known_nor_the_period_lasted(
    samples: list[Sample], one: float, other: float
) -> None:
    start, end = sorted((one, other))
    samples.sort()
    assert 0 <= series.time_at(samples, start, end) <= series.known_seconds(samples, start, end) + 1e-6
    assert series.known_seconds(samples, start, end) <= end - start
    assert 0 <= series.coverage(samples, start, end) <= 1


@given(switched, three)
def test_the_parts_of_a_period_make_up_the_whole(samples: list[Sample], asked: list[float]) -> None:
    samples.sort()
    a, b, c = sorted(asked)
    parts = series.time_at(samples, a, b) + series.time_at(samples, b, c)
    assert parts == pytest.approx(series.time_at(samples, a, c), abs=1e-6)
    assert series.rises(samples, a, b) + series.rises(samples, b, c) <= series.rises(samples, a, c)


@given(counters, three)
def test_what_was_used_in_the_parts_is_what_was_used_in_the_whole(samples: list[Sample], asked: list[float]) -> None:
    a, b, c = sorted(asked)
    totals = counted(sorted(samples))
    used = series.used(totals, a, b) + series.used(totals, b, c)
    assert used == pytest.approx(series.used(totals, a, c), rel=1e-9, abs=1e-6)


@given(st.one_of(counters, switched))
def test_totals_never_fall_and_time_never_goes_back(samples: list[Sample]) -> None:
    samples.sort()
    for totals in (counted(samples), summed(samples)):
        values = [value for _, value in totals if value is not None]
        assert values == sorted(values)
        assert [at for at, _ in totals] == sorted(at for at, _ in totals)


@given(switched, instants, instants)
def test_the_last_time_on_lies_in_the_period(samples: list[Sample], one: float, other: float) -> None:
    samples.sort()
    start, end = sorted((one, other))
    found = series.last_span(samples, start, end, 60)
    assert found is None or start <= found[0] <= found[1] <= end
    at = series.last_change(samples, end, True, 60)
    assert at is None or (at <= end and (at, ON) in samples)
