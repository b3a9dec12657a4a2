"""The odd answers: what is read aloud, and the little things around requests."""

from typing import Any

import pytest

from gateway.clova.regions import JP, KR, REGIONS
from gateway.clova.request import appliance_of, token_of
from gateway.clova.special import LANGUAGES, device_state, health
from gateway.home import traits
from gateway.home.device import Reading
from gateway.home.problems import NoSuchDevice, StateUnknown
from gateway.home.traits import TRAITS, Sort, Trait
from gateway.home.values import LOCKED, UNLOCKED, Color, Value

EXAMPLES: dict[Sort, tuple[Value, ...]] = {
    Sort.SWITCH: (True, False),
    Sort.NUMBER: (21.26,),
    Sort.WORD: ("sleep",),
    Sort.COLOR: (Color(280.4, 64.6),),
}


def told(trait: Trait, value: Value, language: str) -> dict[str, Any]:
    (found,) = device_state([(trait, Reading(value, 0, 0, live=True, source=""))], language)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trait", TRAITS.values(), ids=list(TRAITS))
def test_every_trait_can_be_told_in_every_language(trait: Trait, language: str) -> None:
    for value in trait.words or EXAMPLES[trait.sort]:
        found = told(trait, value, language)
        assert found["name"]
        assert found.keys() <= {"name", "value", "unit"}
        assert found.get("unit") in (None, "celsius", "percentage")
        assert isinstance(found["value"], str) is ("unit" not in found)
        assert found["value"] != ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_traits_have_one_name(language: str) -> None:
    names = [told(trait, (trait.words or EXAMPLES[trait.sort])[0], language)["name"] for trait in TRAITS.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", set(LANGUAGES) - {"en"})
def test_nothing_is_left_in_english(language: str) -> None:
    for trait in TRAITS.values():
        values = trait.words or EXAMPLES[trait.sort]
        assert told(trait, values[0], language)["name"] != told(trait, values[0], "en")["name"]
        if trait.sort is Sort.SWITCH or trait.words:
            assert not {told(trait, value, language)["value"] for value in values} & {
                told(trait, value, "en")["value"] for value in values
            }


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        (traits.CURRENT_TEMPERATURE, 21.26, {"name": "현재 온도", "value": 21.3, "unit": "celsius"}),
        (traits.BRIGHTNESS, 49.6, {"name": "밝기", "value": 50, "unit": "percentage"}),
        (traits.ON_OFF, True, {"name": "전원", "value": "켜짐"}),
        (traits.SMOKE, True, {"name": "연기", "value": "감지됨"}),
        (traits.LOCK, LOCKED, {"name": "잠금 상태", "value": "잠김"}),
        (traits.LOCK, UNLOCKED, {"name": "잠금 상태", "value": "열림"}),
        (traits.COLOR_TEMPERATURE, 2702.7, {"name": "색온도", "value": "2703K"}),
        (traits.POWER_USE, 12.4, {"name": "소비 전력", "value": "12W"}),
        (traits.FAN_SPEED, 2.0039, {"name": "풍량", "value": "2"}),
        (traits.MODE, "sleep", {"name": "모드", "value": "sleep"}),
        (traits.COLOR, Color(280.4, 64.6), {"name": "색상", "value": "280°, 65%"}),
    ],
)
def test_a_value_is_said(trait: Trait, value: Value, said: dict[str, Any]) -> None:
    assert told(trait, value, "ko") == said


def test_where_nothing_is_known_nothing_is_made_up() -> None:
    with pytest.raises(StateUnknown):
        device_state([], "ko")


def test_health_has_both_fields() -> None:
    assert health(reachable=False, turned_on=True) == {"isReachable": False, "isTurnOn": True}


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"appliance": None},
        {"appliance": "lamp"},
        {"appliance": {}},
        {"appliance": {"applianceId": 1}},
        {"appliance": []},
    ],
)
def test_a_message_without_an_appliance_is_of_no_device(payload: dict[str, Any]) -> None:
    with pytest.raises(NoSuchDevice):
        appliance_of(payload)


def test_the_appliance_of_a_message() -> None:
    assert appliance_of({"appliance": {"applianceId": "lamp", "additionalApplianceDetails": {}}}) == "lamp"


@pytest.mark.parametrize(
    ("payload", "token"),
    [
        ({"accessToken": "t"}, "t"),
        ({}, ""),
        ({"accessToken": None}, ""),
        ({"accessToken": ["t"]}, ""),
        ({"accessToken": 1}, ""),
    ],
)
def test_the_token_of_a_message(payload: dict[str, Any], token: str) -> None:
    assert token_of(payload) == token


def test_the_regions_keep_their_keys_at_https() -> None:
    assert {"kr": KR, "jp": JP} == REGIONS
    assert all(region.public_key_url.startswith("https://") for region in REGIONS.values())
    assert (KR.tells_reachability, JP.tells_reachability) == (False, True)
