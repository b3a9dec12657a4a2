"""distance(), and the traits table."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.home.traits import CONDITION, DONE, TRAITS, Keep, Sort, Span, Trait, Travel
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
    pytest.param(("가", "나"), ("가", "나"), 0.0, id="the same list"),
    pytest.param(("가", "나"), ("나", "가"), math.inf, id="a list in another order"),
    pytest.param((), ("가",), math.inf, id="an empty list"),
    pytest.param(("가",), "가", math.inf, id="a list is no word"),
]


@pytest.mark.parametrize(("one", "other", "apart"), CASES)
def test_distance(one: Value, other: Value, apart: float) -> None:
    assert distance(one, other) == pytest.approx(apart, abs=1e-5)


COLORS = st.builds(Color, st.floats(0, 360), st.floats(0, 100))
ROWS = st.lists(st.text(max_size=3) | st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=3).map(tuple)
VALUES = st.booleans() | st.floats(-1e9, 1e9) | st.text(max_size=5) | COLORS | ROWS


@given(VALUES, VALUES)
def test_distance_is_the_same_both_ways_and_never_negative(one: Value, other: Value) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert distance(one, other) >= 0


@given(VALUES)
def test_nothing_is_away_from_itself(value: Value) -> None:
    assert distance(value, value) == pytest.approx(0, abs=1e-5)


EVERY = {**TRAITS, "condition": CONDITION, "done": DONE}
"""What can be written of a device, and the two that say how it is with the device itself."""


@pytest.mark.parametrize("trait", EVERY.values(), ids=list(EVERY))
def test_the_row_of_a_trait_makes_sense(trait: Trait) -> None:
    assert (trait.unit != "") == (trait.sort is Sort.NUMBER)
    assert not trait.words or trait.sort is Sort.WORD
    assert len(set(trait.words)) == len(trait.words)
    assert trait.tolerance == 0 or trait.sort in (Sort.NUMBER, Sort.COLOR)
    assert trait.low is None or trait.high is None or trait.low < trait.high
    assert trait.travel in (Travel.NONE, Travel.FINAL) or trait.sort in (Sort.NUMBER, Sort.COLOR)
    assert not trait.clamps or trait.writable
    assert trait.writable or trait.travel is Travel.NONE
    assert trait.stale_after > 0
    assert not (trait.writable and trait.sort is Sort.LIST)


@pytest.mark.parametrize("trait", TRAITS.values(), ids=list(TRAITS))
def test_what_is_kept_of_a_trait_fits_its_sort(trait: Trait) -> None:
    assert trait.keep is Keep.NONE or trait.sort is Sort.NUMBER or (trait.keep, trait.sort) == (Keep.STEPS, Sort.SWITCH)
    assert trait.keep not in (Keep.COUNTER, Keep.RATE) or (trait.low, trait.high) == (0, None)
    assert trait.about is Span.NONE or (trait.sort, trait.writable, trait.keep) == (Sort.NUMBER, False, Keep.NONE)


FOR_ALARMS = (
    *("gas", "carbon_monoxide", "leak", "heat", "tamper", "vibration", "panic", "forced", "jammed", "triggered"),
    *("battery_low", "unlocked_by", "alert"),
)
"""CLOVA has no question about them."""


def test_a_trait_is_found_by_its_name_and_the_two_of_the_device_itself_are_not() -> None:
    assert len(TRAITS) == 77
    assert all(trait.name == name for name, trait in TRAITS.items())
    assert CONDITION.name not in TRAITS
    assert DONE.name not in TRAITS
    assert {name for name, trait in EVERY.items() if not trait.spoken} == {*FOR_ALARMS, "condition", "done"}


ACCEPTED: dict[Sort, list[Value]] = {
    Sort.SWITCH: [True, False],
    Sort.NUMBER: [1, 1.5],
    Sort.WORD: ["anything", ""],
    Sort.COLOR: [Color(1, 2)],
    Sort.LIST: [(), ("가",), (("12가3456", "B2"),), (1.5,)],
}


@pytest.mark.parametrize("trait", EVERY.values(), ids=list(EVERY))
def test_a_trait_accepts_values_of_its_sort_alone(trait: Trait) -> None:
    accepted = ACCEPTED | ({Sort.WORD: list(trait.words)} if trait.words else {})
    for sort, values in accepted.items():
        assert [trait.accepts(value) for value in values] == [sort is trait.sort] * len(values)


@pytest.mark.parametrize("trait", [t for t in TRAITS.values() if t.words], ids=lambda trait: trait.name)
def test_a_trait_with_words_of_its_own_accepts_no_other(trait: Trait) -> None:
    assert trait.words
    assert [trait.accepts(word) for word in ("anything", "", trait.words[0].upper())] == [False] * 3
