"""The odd answers: what is read aloud, and the little things around requests."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.clova.objects import Locale
from gateway.clova.regions import JP, KR, REGIONS
from gateway.clova.request import appliance_of, token_of
from gateway.clova.special import device_state, health
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.problems import NoSuchDevice, StateUnknown
from gateway.home.values import UNLOCKED, Value

SEOUL = Locale("kr", ZoneInfo("Asia/Seoul"), "ko", "KRW")


@pytest.mark.parametrize(
    ("slot", "value", "said"),
    [
        (Slot(traits.CURRENT_TEMPERATURE), 21.26, {"name": "현재 온도", "value": 21.3, "unit": "celsius"}),
        (Slot(traits.BRIGHTNESS), 49.6, {"name": "밝기", "value": 50, "unit": "percentage"}),
        (Slot(traits.ON_OFF), True, {"name": "전원", "value": "켜짐"}),
        (Slot(traits.LOCK), UNLOCKED, {"name": "잠금 상태", "value": "열림"}),
        (
            Slot(traits.TARGET_TEMPERATURE, "freezer"),
            -18,
            {"name": "냉동실 희망 온도", "value": -18, "unit": "celsius"},
        ),
        (Slot(traits.INFO, "물통"), "가득", {"name": "물통", "value": "가득"}),
    ],
)
def test_a_value_is_said(slot: Slot, value: Value, said: dict[str, Any]) -> None:
    assert device_state([(slot, value)], SEOUL) == [said]


def test_what_only_we_know_is_not_said() -> None:
    with pytest.raises(StateUnknown):
        device_state([(Slot(traits.CONDITION, "1"), True)], SEOUL)


def test_where_nothing_is_known_nothing_is_made_up() -> None:
    with pytest.raises(StateUnknown):
        device_state([], SEOUL)


def test_health_has_both_fields() -> None:
    assert health(reachable=False, turned_on=True) == {"isReachable": False, "isTurnOn": True}


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"appliance": None},
        {"appliance": {}},
        {"appliance": {"applianceId": 1}},
        {"appliance": []},
    ],
)
def test_a_message_without_an_appliance_is_of_no_device(payload: dict[str, Any]) -> None:
    with pytest.raises(NoSuchDevice):
        appliance_of(payload)


def test_the_appliance_of_a_message() -> None:
    assert appliance_of({"appliance": "lamp"}) == "lamp"
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
