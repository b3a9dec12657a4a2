"""A device as CLOVA is told of it."""

from typing import Any

import pytest

from gateway.clova.appliances import APPLIANCES
from gateway.clova.catalogue import ACTIONS
from gateway.clova.describe import actions_of, custom_commands, describe
from gateway.home.scenes import Scene
from gateway.home.traits import TRAITS
from tests.clova.cases import AIRCON, CURTAIN, DEVICES, LAMP
from tests.homes import plain

BOTH = {"command": "c", "state": "s"}
WRITE = {"command": "c"}
READ = {"state": "s"}


@pytest.mark.parametrize(
    ("kind", "traits", "actions"),
    [
        pytest.param("LIGHT", {"on_off": BOTH}, "HealthCheck GetDeviceState TurnOff TurnOn", id="a plain lamp"),
        pytest.param("LIGHT", {"on_off": WRITE}, "HealthCheck TurnOff TurnOn", id="a lamp that is not heard"),
        pytest.param("LIGHT", {"on_off": READ}, "HealthCheck GetDeviceState", id="a lamp that cannot be switched"),
        pytest.param(
            "LIGHT",
            {"on_off": BOTH, "brightness": BOTH},
            "DecrementBrightness HealthCheck GetDeviceState IncrementBrightness SetBrightness TurnOff TurnOn",
            id="a dimmable lamp",
        ),
        pytest.param("LIGHT", {"brightness": WRITE}, "HealthCheck SetBrightness", id="steps need to be heard"),
        pytest.param("LIGHT", {"brightness": READ}, "HealthCheck GetDeviceState", id="steps need to be taken"),
        pytest.param(
            "SMARTCURTAIN", {"opening": BOTH}, "Close GetDeviceState HealthCheck Open", id="a curtain without a stop"
        ),
        pytest.param("SMARTLOCK", {"lock": BOTH}, "GetDeviceState GetLockState HealthCheck SetLockState", id="a lock"),
        pytest.param(
            "SMARTLOCK", {"lock": READ}, "GetDeviceState GetLockState HealthCheck", id="a bolt that is only seen"
        ),
        pytest.param(
            "SWITCH",
            {"on_off": BOTH, "brightness": BOTH},
            "GetDeviceState HealthCheck TurnOff TurnOn",
            id="the type allows no more",
        ),
        pytest.param("BUILDING_PACKAGE", {"on_off": BOTH}, "", id="the type allows nothing that we know"),
    ],
)
def test_a_device_has_the_actions_it_can_do(kind: str, traits: dict[str, Any], actions: str) -> None:
    device = plain(type=kind, **traits).device
    assert " ".join(actions_of(device)) == actions
    assert describe(device)["actions"] == actions.split()
    assert describe(device)["applianceTypes"] == [kind]


def test_an_infrared_device_has_no_health() -> None:
    found = describe(plain(on_off=WRITE, infrared=True).device)
    assert (found["isIr"], found["actions"]) == (True, ["TurnOff", "TurnOn"])


@pytest.mark.parametrize("kind", list(APPLIANCES))
def test_actions_stand_in_the_order_of_the_row_of_the_type(kind: str) -> None:
    document: dict[str, Any] = {name: BOTH | ({"modes": {"auto": "a"}} if name == "mode" else {}) for name in TRAITS}
    document["opening"] = BOTH | {"stop": {"command": "x"}}
    found = actions_of(plain(type=kind, **document).device)
    assert list(found) == [action for action in APPLIANCES[kind] if action in ACTIONS]


DETAILS: list[Any] = [
    pytest.param(
        "LIGHT",
        {"brightness": BOTH},
        {"SetBrightness": {"type": "boundedNumber", "minValue": 0, "maxValue": 100}},
        id="percent",
    ),
    pytest.param(
        "LIGHT",
        {"color_temperature": BOTH | {"limits": [2202.6, 4000]}},
        {"SetColorTemperature": {"type": "boundedNumber", "minValue": 2203, "maxValue": 4000}},
        id="kelvin",
    ),
    pytest.param(
        "THERMOSTAT",
        {"target_temperature": BOTH | {"limits": [16.5, 30]}},
        {"SetTargetTemperature": {"type": "boundedNumber", "minValue": 16.5, "maxValue": 30}},
        id="degrees",
    ),
    pytest.param("FAN", {"fan_speed": BOTH}, {"SetFanSpeed": {"type": "number", "enumValues": [1, 2, 3]}}, id="speeds"),
    pytest.param(
        "FAN",
        {"mode": BOTH | {"modes": {"sleep": 1, "auto": 2}}},
        {"SetMode": {"type": "string", "enumValues": ["sleep", "auto"]}},
        id="modes",
    ),
    pytest.param("LIGHT", {"color": BOTH, "on_off": BOTH}, {}, id="nothing to be checked"),
    pytest.param("SMARTLOCK", {"lock": BOTH}, {}, id="a lock state is a bare word"),
    pytest.param("THERMOSTAT", {"target_temperature": READ}, {}, id="what cannot be set"),
]


@pytest.mark.parametrize(("kind", "traits", "details"), DETAILS)
def test_limits_are_told_so_that_clova_may_check_them(
    kind: str, traits: dict[str, Any], details: dict[str, Any]
) -> None:
    found = describe(plain(type=kind, **traits).device)["additionalApplianceDetails"]
    expected = [{"action": action, "allowableValue": allowed} for action, allowed in details.items()]
    assert found == ({"actionDetails": expected} if expected else {})


def test_location_tags_and_names_are_told() -> None:
    device = plain(
        "d-1",
        name="거실 전등",
        on_off=BOTH,
        location="LIVING_ROOM",
        tags=["거실"],
        model="L1",
        manufacturer="ACME",
        version="2",
    ).device
    assert describe(device) == {
        "applianceId": "d-1",
        "manufacturerName": "ACME",
        "modelName": "L1",
        "version": "2",
        "friendlyName": "거실 전등",
        "friendlyDescription": "거실 전등",
        "isIr": False,
        "actions": ["HealthCheck", "GetDeviceState", "TurnOff", "TurnOn"],
        "applianceTypes": ["LIGHT"],
        "additionalApplianceDetails": {},
        "location": "LIVING_ROOM",
        "tags": ["거실"],
    }


def test_no_field_is_left_empty_but_location_and_tags() -> None:
    for wiring in DEVICES:
        found = describe(wiring.device)
        assert all(found[key] for key in found.keys() - {"isIr", "location", "tags", "additionalApplianceDetails"})


def test_a_scene_is_a_custom_command() -> None:
    scenes = [Scene("좋은아침", (("lamp", "TurnOn"), ("curtain", "Open"))), Scene("밤", (("lamp", "TurnOff"),))]
    assert custom_commands(scenes) == [
        {
            "name": "좋은아침",
            "actions": [{"applianceId": "lamp", "action": "TurnOn"}, {"applianceId": "curtain", "action": "Open"}],
        },
        {"name": "밤", "actions": [{"applianceId": "lamp", "action": "TurnOff"}]},
    ]


def test_the_devices_of_the_cases_can_do_all_that_is_asked_of_them() -> None:
    assert "Stop" in actions_of(CURTAIN.device)
    assert set(actions_of(LAMP.device)) | set(actions_of(AIRCON.device)) > {"SetMode", "ChangeMode", "SetColor"}
