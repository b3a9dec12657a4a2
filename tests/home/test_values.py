"""distance(), and the traits table."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.home.traits import TRAITS, Sort, Trait, Travel
from gateway.home.values import Color, Value, distance

CASES = [
    pytest.param(True, True, 0.0, id="the same switch"),
    pytest.param(True, False, math.inf, id="the other switch"),
    pytest.param(True, 1.0, math.inf, id="a switch is no number"),
    pytest.param(0, False, math.inf, id="nor the other way round"),
    pytest.param("auto", "auto", 0.0, id="the same word"),
    pytest.param("auto", "Auto", math.inf, id="another word"),
    pytest.param("1", 1.0, math.inf, id="a word is no number"),
    pytest.param(20, 21.5, 1.5, id="numbers"),
    pytest.param(21.5, 20, 1.5, id="numbers, backwards"),
    pytest.param(Color(0, 100), Color(360, 100), 0.0, id="the ends of the hue wheel"),
    pytest.param(Color(0, 100), Color(180, 100), 200.0, id="opposite hues"),
    pytest.param(Color(0, 100), Color(60, 100), 100.0, id="hues a sixth apart"),
    pytest.param(Color(10, 30), Color(100, 40), 50.0, id="hues at a right angle"),
    pytest.param(Color(0, 0), Color(180, 0), 0.0, id="the hue of white says nothing"),
    pytest.param(Color(10, 30), Color(10, 50), 20.0, id="saturations"),
    pytest.param(Color(0, 0), 0.0, math.inf, id="a colour is no number"),
]


@pytest.mark.parametrize(("one", "other", "apart"), CASES)
def test_distance(one: Value, other: Value, apart: float) -> None:
    assert distance(one, other) == pytest.approx(apart, abs=1e-5)


COLORS = st.builds(Color, st.floats(0, 360), st.floats(0, 100))
VALUES = st.booleans() | st.floats(-1e9, 1e9) | st.text(max_size=5) | COLORS


@given(VALUES, VALUES)
def test_distance_is_the_same_both_ways_and_never_negative(one: Value, other: Value) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert distance(one, other) >= 0


@given(VALUES)
def test_nothing_is_away_from_itself(value: Value) -> None:
    assert distance(value, value) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("trait", TRAITS.values(), ids=list(TRAITS))
def test_the_row_of_a_trait_makes_sense(trait: Trait) -> None:
    assert (trait.unit != "") == (trait.sort is Sort.NUMBER)
    assert not trait.words or trait.sort is Sort.WORD
    assert trait.tolerance == 0 or trait.sort in (Sort.NUMBER, Sort.COLOR)
    assert trait.low is None or trait.high is None or trait.low < trait.high
    assert trait.travel in (Travel.NONE, Travel.FINAL) or trait.sort in (Sort.NUMBER, Sort.COLOR)


ACCEPTED: dict[Sort, list[Value]] = {
    Sort.SWITCH: [True, False],
    Sort.NUMBER: [1, 1.5],
    Sort.WORD: ["locked"],
    Sort.COLOR: [Color(1, 2)],
}


@pytest.mark.parametrize("trait", TRAITS.values(), ids=list(TRAITS))
def test_a_trait_accepts_values_of_its_sort_alone(trait: Trait) -> None:
    for sort, values in ACCEPTED.items():
        assert [trait.accepts(value) for value in values] == [sort is trait.sort] * len(values)
