"""A device: its traits by part, and when a reading of one is too old."""

import math

import pytest

from gateway.home.device import Condition, Device, Feature, Slot
from gateway.home.traits import CONDITION, CURRENT_TEMPERATURE, HUMIDITY, ON_OFF, TARGET_TEMPERATURE, Trait


def device(*slots: Slot) -> Device:
    features = {slot: Feature(slot, readable=True, writable=True) for slot in slots}
    return Device("dev", "REFRIGERATOR", "냉장고", "plain", features)


FREEZER, FRIDGE = Slot(TARGET_TEMPERATURE, "freezer"), Slot(TARGET_TEMPERATURE, "fridge")
WHOLE = Slot(TARGET_TEMPERATURE)

FOUND = [
    pytest.param([WHOLE, FREEZER], "", WHOLE, id="the whole device"),
    pytest.param([FREEZER, WHOLE], "", WHOLE, id="the whole device, written last"),
    pytest.param([FREEZER, FRIDGE], "", FREEZER, id="no part named: the one written first"),
    pytest.param([FRIDGE, FREEZER], "", FRIDGE, id="the other order"),
    pytest.param([FREEZER, FRIDGE], "fridge", FRIDGE, id="a part"),
    pytest.param([WHOLE, FREEZER], "fridge", None, id="a part is never the whole"),
    pytest.param([FREEZER], "fridge", None, id="nor another part"),
    pytest.param([Slot(ON_OFF)], "", None, id="no such trait"),
    pytest.param([], "", None, id="nothing at all"),
]


@pytest.mark.parametrize(("slots", "part", "found"), FOUND)
def test_what_sets_a_trait_is_found_by_part(slots: list[Slot], part: str, found: Slot | None) -> None:
    feature = device(*slots).control(TARGET_TEMPERATURE, part)
    assert (feature.slot if feature is not None else None) == found


@pytest.mark.parametrize(
    ("steps", "cycles", "found"),
    [(False, False, FRIDGE), (True, False, FREEZER), (False, True, FREEZER)],
    ids=["only read", "told steps", "told the next one"],
)
def test_where_no_part_is_named_the_first_that_can_be_set_is_meant(steps: bool, cycles: bool, found: Slot) -> None:
    features = {
        WHOLE: Feature(WHOLE, readable=True, writable=False),
        FREEZER: Feature(FREEZER, readable=True, writable=False, steps=steps, cycles=cycles),
        FRIDGE: Feature(FRIDGE, readable=True, writable=True),
    }
    fridge = Device("dev", "REFRIGERATOR", "냉장고", "plain", features)
    feature = fridge.control(TARGET_TEMPERATURE)
    assert feature is not None
    assert feature.slot == found


def test_the_parts_of_a_trait_are_in_the_order_of_the_device_the_whole_included() -> None:
    fridge = device(WHOLE, FREEZER, Slot(ON_OFF), Slot(CURRENT_TEMPERATURE, "freezer"), FRIDGE)
    assert [feature.slot for feature in fridge.parts(TARGET_TEMPERATURE)] == [WHOLE, FREEZER, FRIDGE]
    assert fridge.parts(HUMIDITY) == []


@pytest.mark.parametrize(
    ("trait", "stale_after", "seconds"),
    [
        pytest.param(HUMIDITY, None, HUMIDITY.stale_after, id="the trait's own"),
        pytest.param(HUMIDITY, 60.0, 60.0, id="shorter"),
        pytest.param(ON_OFF, None, math.inf, id="never"),
        pytest.param(ON_OFF, 30.0, 30.0, id="what would never age"),
    ],
)
def test_the_owner_has_the_last_word_on_what_is_too_old(
    trait: Trait, stale_after: float | None, seconds: float
) -> None:
    feature = Feature(Slot(trait), readable=True, writable=False, stale_after=stale_after)
    assert feature.too_old_after == seconds


def test_a_slot_is_spoken_of_with_its_part() -> None:
    assert [str(WHOLE), str(FREEZER)] == ["target_temperature", "target_temperature.freezer"]


def test_a_condition_has_a_slot_of_its_own() -> None:
    assert Condition("1", "문이 열려 있어요").slot == Slot(CONDITION, "1")
    assert Condition("1").slot != Condition("2").slot
