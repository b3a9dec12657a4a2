"""resolve(): the only place that clamps, steps or refuses."""

import math
from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.home import traits
from gateway.home.commands import Adjust, Cycle, Do, Set, resolve
from gateway.home.device import Device, Feature, Limits, Slot
from gateway.home.problems import (
    ModeNotSupported,
    OutOfRange,
    Problem,
    StateUnknown,
    Unsupported,
    ValueNotSupported,
)
from gateway.home.traits import Deed, Trait
from gateway.home.values import LOCKED, UNLOCKED, Color, Value

T = traits
PERCENT = Limits(0, 100, 1)
ROOM = Limits(18, 30, 0.5)
MODES = Limits(words=("auto", "sleep", "turbo"))


def device(trait: Trait, limits: Limits, writable: bool = True, deeds: frozenset[Deed] = frozenset()) -> Device:
    feature = Feature(Slot(trait), readable=True, writable=writable, limits=limits)
    return Device("dev", "LIGHT", "전등", "plain", {feature.slot: feature}, deeds)


def known(trait: Trait, value: Value | None) -> Mapping[Slot, Value]:
    return {} if value is None else {Slot(trait): value}


SETS = [
    pytest.param(T.ON_OFF, Limits(), True, True, id="on"),
    pytest.param(T.ON_OFF, Limits(), False, False, id="off"),
    pytest.param(T.BRIGHTNESS, PERCENT, 0, 0.0, id="the lowest"),
    pytest.param(T.BRIGHTNESS, PERCENT, 100, 100.0, id="the highest"),
    pytest.param(T.BRIGHTNESS, PERCENT, 33, 33.0, id="a step"),
    pytest.param(T.TARGET_TEMPERATURE, ROOM, 21.5, 21.5, id="half a degree"),
    pytest.param(T.TARGET_TEMPERATURE, Limits(0, 1, 0.1), 0.1 + 0.2, 0.3, id="a step but for its last digits"),
    pytest.param(T.TARGET_TEMPERATURE, Limits(18, 30, 0), 21.37, 21.37, id="without a step"),
    pytest.param(T.TARGET_TEMPERATURE, Limits(16.5, 30, 1), 19.5, 19.5, id="steps are counted from the lowest"),
    pytest.param(T.BRIGHTNESS, PERCENT, 33.4, 33.0, id="to the nearest step where the trait clamps"),
    pytest.param(T.BRIGHTNESS, Limits(0, 100, 10), 47, 50.0, id="to the nearest coarse step"),
    pytest.param(T.BRIGHTNESS, Limits(0, 10, 4), 10, 8.0, id="to the last step within the range"),
    pytest.param(T.BRIGHTNESS, Limits(0, 10, 4), 8, 8.0, id="the last step within the range"),
    pytest.param(T.BRIGHTNESS, Limits(0, 11, 4), 11, 11.0, id="a step beyond the end is the end"),
    pytest.param(T.POWER_USE, Limits(0, None), 1e6, 1e6, id="an open end"),
    pytest.param(T.CURRENT_TEMPERATURE, Limits(None, None, 0.5), -3.5, -3.5, id="no ends at all"),
    pytest.param(T.LOCK, Limits(words=T.LOCK.words), LOCKED, LOCKED, id="a lock"),
    pytest.param(T.MODE, MODES, "sleep", "sleep", id="a mode"),
    pytest.param(T.MODE, Limits(), "anything", "anything", id="a mode of a device that names none"),
    pytest.param(T.COLOR, Limits(), Color(10, 20), Color(10, 20), id="a colour"),
]


@pytest.mark.parametrize(("trait", "limits", "asked", "final"), SETS)
def test_set_names_the_final_value(trait: Trait, limits: Limits, asked: Value, final: Value) -> None:
    resolved = resolve(Set(Slot(trait), asked), device(trait, limits), {})
    assert resolved == Set(Slot(trait), final)
    assert isinstance(resolved, Set)
    assert isinstance(resolved.value, bool) is isinstance(final, bool)


REFUSED = [
    pytest.param(T.BRIGHTNESS, PERCENT, 100.1, OutOfRange, id="above"),
    pytest.param(T.BRIGHTNESS, PERCENT, -0.1, OutOfRange, id="below"),
    pytest.param(T.TARGET_TEMPERATURE, Limits(18, 30, 1), 21.5, ValueNotSupported, id="half a degree of whole ones"),
    pytest.param(T.TARGET_TEMPERATURE, ROOM, 21.3, ValueNotSupported, id="less than half a degree"),
    pytest.param(
        T.TARGET_TEMPERATURE, Limits(16.5, 30, 1), 20, ValueNotSupported, id="whole, but no step from the lowest"
    ),
    pytest.param(T.TARGET_TEMPERATURE, ROOM, 21.5001, ValueNotSupported, id="hardly beside a step"),
    pytest.param(T.TARGET_TEMPERATURE, Limits(0, 10, 4), 10, ValueNotSupported, id="an end that is no step"),
    pytest.param(T.BRIGHTNESS, Limits(0, 100, 5), 103, OutOfRange, id="above, and no step"),
    pytest.param(T.CURRENT_TEMPERATURE, Limits(None, None, 0.5), -3.3, ValueNotSupported, id="no step, without ends"),
    pytest.param(T.BRIGHTNESS, PERCENT, math.nan, ValueNotSupported, id="no number"),
    pytest.param(T.BRIGHTNESS, PERCENT, math.inf, ValueNotSupported, id="infinite"),
    pytest.param(T.POWER_USE, Limits(0, None), math.inf, ValueNotSupported, id="infinite towards an open end"),
    pytest.param(T.BRIGHTNESS, PERCENT, True, ValueNotSupported, id="a switch for a number"),
    pytest.param(T.BRIGHTNESS, PERCENT, "40", ValueNotSupported, id="a word for a number"),
    pytest.param(T.ON_OFF, Limits(), 1, ValueNotSupported, id="a number for a switch"),
    pytest.param(T.ON_OFF, Limits(), "on", ValueNotSupported, id="a word for a switch"),
    pytest.param(T.LOCK, Limits(words=T.LOCK.words), "ajar", ValueNotSupported, id="a word no lock has"),
    pytest.param(T.LOCK, Limits(words=(LOCKED,)), UNLOCKED, ValueNotSupported, id="a word this lock has not"),
    pytest.param(T.MODE, MODES, "dry", ModeNotSupported, id="a mode it has not"),
    pytest.param(T.MODE, MODES, "Sleep", ModeNotSupported, id="a mode spelt otherwise"),
    pytest.param(T.COLOR, Limits(), "red", ValueNotSupported, id="a word for a colour"),
    pytest.param(T.COLOR, Limits(), 120.0, ValueNotSupported, id="a number for a colour"),
]


@pytest.mark.parametrize(("trait", "limits", "asked", "problem"), REFUSED)
def test_set_refuses(trait: Trait, limits: Limits, asked: Value, problem: type[Problem]) -> None:
    with pytest.raises(Problem) as caught:
        resolve(Set(Slot(trait), asked), device(trait, limits), {})
    assert type(caught.value) is problem


def test_a_refusal_tells_both_bounds() -> None:
    with pytest.raises(OutOfRange) as caught:
        resolve(Set(Slot(T.TARGET_TEMPERATURE), 31), device(T.TARGET_TEMPERATURE, ROOM), {})
    assert (caught.value.low, caught.value.high) == (18, 30)


ADJUSTS = [
    pytest.param(T.BRIGHTNESS, PERCENT, 50, 20, 70, id="up"),
    pytest.param(T.BRIGHTNESS, PERCENT, 50, -20, 30, id="down"),
    pytest.param(T.BRIGHTNESS, PERCENT, 90, 20, 100, id="up to the limit where the trait clamps"),
    pytest.param(T.BRIGHTNESS, PERCENT, 10, -20, 0, id="down to the limit where the trait clamps"),
    pytest.param(T.BRIGHTNESS, PERCENT, 130, -20, 100, id="back into the range from beyond it"),
    pytest.param(T.FAN_SPEED, Limits(1, 3, 1), 2, 5, 3, id="faster than it can"),
    pytest.param(T.FAN_SPEED, Limits(1, 3, 1), 2.004, 1, 3, id="from a speed that is not quite one"),
    pytest.param(T.TARGET_TEMPERATURE, ROOM, 21, 1.5, 22.5, id="warmer"),
    pytest.param(T.TARGET_TEMPERATURE, ROOM, 29, 1, 30, id="as warm as it gets"),
    pytest.param(T.BRIGHTNESS, PERCENT, 50, 3.4, 53, id="to the nearest step"),
    pytest.param(T.BRIGHTNESS, PERCENT, 50, 0.1, 51, id="less than half a step is one"),
    pytest.param(T.BRIGHTNESS, Limits(0, 100, 10), 40, -3, 30, id="less than half a step is one, downwards"),
    pytest.param(T.BRIGHTNESS, Limits(0, 100, 10), 37, -1, 30, id="never the other way"),
    pytest.param(T.TARGET_TEMPERATURE, ROOM, 21, 0.1, 21.5, id="a little warmer is half a degree"),
    pytest.param(T.TARGET_TEMPERATURE, ROOM, 21, 0.3, 21.5, id="to half a degree"),
    pytest.param(T.TARGET_TEMPERATURE, Limits(16.5, 30, 1), 18.5, 1.4, 19.5, id="steps are counted from the lowest"),
    pytest.param(T.BRIGHTNESS, Limits(0, 10, 4), 4, 6, 8, id="a step never leads out of the range"),
    pytest.param(T.BRIGHTNESS, Limits(0, 11, 4), 8, 4, 11, id="a step beyond the end is the end"),
    pytest.param(T.TARGET_TEMPERATURE, Limits(None, None, 0.5), -3, -0.3, -3.5, id="no ends at all"),
]


@pytest.mark.parametrize(("trait", "limits", "now", "delta", "final"), ADJUSTS)
def test_adjust_starts_from_the_known_value(
    trait: Trait, limits: Limits, now: float, delta: float, final: float
) -> None:
    resolved = resolve(Adjust(Slot(trait), delta), device(trait, limits), known(trait, now))
    assert resolved == Set(Slot(trait), final)


@given(
    now=st.floats(0, 100),
    delta=st.floats(-100, 100),
    step=st.sampled_from([0.5, 1, 4, 7, 10, 33]),
    clamps=st.booleans(),
)
def test_adjust_never_goes_the_other_way_nor_stays(now: float, delta: float, step: float, clamps: bool) -> None:
    trait = T.BRIGHTNESS if clamps else T.TARGET_TEMPERATURE
    assume(abs(delta) > 1e-3 and 1e-3 < now < 100 - 1e-3)
    try:
        resolved = resolve(Adjust(Slot(trait), delta), device(trait, Limits(0, 100, step)), known(trait, now))
    except OutOfRange:
        assert not clamps
        return
    assert isinstance(resolved, Set)
    assert isinstance(resolved.value, int | float)
    assert 0 <= resolved.value <= 100
    assert (resolved.value - now) * delta > 0


STUCK = [
    pytest.param(T.BRIGHTNESS, PERCENT, 100, 1, OutOfRange, id="brighter than the brightest"),
    pytest.param(T.BRIGHTNESS, PERCENT, 0, -1, OutOfRange, id="darker than the darkest"),
    pytest.param(T.TARGET_TEMPERATURE, ROOM, 29, 3, OutOfRange, id="degrees are not clamped"),
    pytest.param(T.TARGET_TEMPERATURE, ROOM, 19, -3, OutOfRange, id="nor downwards"),
    pytest.param(T.BRIGHTNESS, PERCENT, None, 10, StateUnknown, id="from nothing known"),
    pytest.param(T.BRIGHTNESS, PERCENT, 50, 0, ValueNotSupported, id="by nothing"),
    pytest.param(T.BRIGHTNESS, PERCENT, 0, -0.0, ValueNotSupported, id="by nothing, at the limit"),
    pytest.param(T.BRIGHTNESS, PERCENT, 50, math.nan, ValueNotSupported, id="by no number"),
    pytest.param(T.BRIGHTNESS, PERCENT, 50, math.inf, ValueNotSupported, id="by infinity"),
    pytest.param(T.ON_OFF, Limits(), True, 1, ValueNotSupported, id="a switch"),
    pytest.param(T.MODE, MODES, "auto", 1, ValueNotSupported, id="a mode"),
]


@pytest.mark.parametrize(("trait", "limits", "now", "delta", "problem"), STUCK)
def test_adjust_refuses(trait: Trait, limits: Limits, now: Value | None, delta: float, problem: type[Problem]) -> None:
    with pytest.raises(Problem) as caught:
        resolve(Adjust(Slot(trait), delta), device(trait, limits), known(trait, now))
    assert type(caught.value) is problem


CYCLES = [
    pytest.param(T.ON_OFF, Limits(), True, False, id="on to off"),
    pytest.param(T.ON_OFF, Limits(), False, True, id="off to on"),
    pytest.param(T.MODE, MODES, "auto", "sleep", id="to the next mode"),
    pytest.param(T.MODE, MODES, "turbo", "auto", id="from the last mode to the first"),
    pytest.param(T.MODE, MODES, "dry", "auto", id="from a mode that is not in the order"),
    pytest.param(T.FAN_SPEED, Limits(1, 3, 1), 1.0, 2, id="to the next speed"),
    pytest.param(T.FAN_SPEED, Limits(1, 3, 1), 3.0, 1, id="from the last speed to the first"),
    pytest.param(T.FAN_SPEED, Limits(1, 3, 1), 2.0039, 3, id="from a speed that is not quite one"),
    pytest.param(T.TARGET_TEMPERATURE, Limits(20, 21, 0.25), 20.5, 20.75, id="in steps of the device"),
    pytest.param(T.LOCK, Limits(), LOCKED, UNLOCKED, id="the trait's own words"),
]


@pytest.mark.parametrize(("trait", "limits", "now", "final"), CYCLES)
def test_cycle_goes_to_the_next_in_the_order_of_the_device(
    trait: Trait, limits: Limits, now: Value, final: Value
) -> None:
    assert resolve(Cycle(Slot(trait)), device(trait, limits), known(trait, now)) == Set(Slot(trait), final)


@pytest.mark.parametrize(
    ("trait", "limits", "now", "problem"),
    [
        pytest.param(T.ON_OFF, Limits(), None, StateUnknown, id="from nothing known"),
        pytest.param(T.COLOR, Limits(), Color(1, 1), Unsupported, id="a colour has no order"),
        pytest.param(T.POWER_USE, Limits(0, None, 1), 5, Unsupported, id="nor has an open range"),
        pytest.param(T.MODE, Limits(), "auto", Unsupported, id="nor a device that names no modes"),
    ],
)
def test_cycle_refuses(trait: Trait, limits: Limits, now: Value | None, problem: type[Problem]) -> None:
    with pytest.raises(Problem) as caught:
        resolve(Cycle(Slot(trait)), device(trait, limits), known(trait, now))
    assert type(caught.value) is problem


def test_a_deed_is_done_by_a_device_that_has_it() -> None:
    curtain = device(T.OPENING, PERCENT, deeds=frozenset({Deed.STOP}))
    assert resolve(Do(Deed.STOP), curtain, {}) == Do(Deed.STOP)
    with pytest.raises(Unsupported):
        resolve(Do(Deed.STOP), device(T.OPENING, PERCENT), {})


@pytest.mark.parametrize("command", [Set(Slot(T.ON_OFF), True), Adjust(Slot(T.ON_OFF), 1), Cycle(Slot(T.ON_OFF))])
@pytest.mark.parametrize(
    "unable",
    [device(T.ON_OFF, Limits(), writable=False), device(T.BRIGHTNESS, PERCENT)],
    ids=["read only", "without the slot"],
)
def test_what_cannot_be_set_is_unsupported(command: Set | Adjust | Cycle, unable: Device) -> None:
    with pytest.raises(Unsupported):
        resolve(command, unable, {Slot(T.ON_OFF): True})


def test_the_part_of_a_device_is_not_its_whole() -> None:
    with pytest.raises(Unsupported):
        resolve(Set(Slot(T.BRIGHTNESS, "left"), 10), device(T.BRIGHTNESS, PERCENT), {})
