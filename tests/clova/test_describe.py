"""A device as CLOVA is told of it."""

from typing import Any

import pytest

from gateway.clova.describe import Appliances, actions_of, custom_commands, describe
from gateway.clova.regions import JP, KR
from gateway.home.scenes import Scene
from tests.homes import plain
from tests.parlour import AIRCON, CURTAIN, DEVICES, LAMP

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
    assert " ".join(actions_of(device, KR)) == actions
    assert describe(device, KR)["actions"] == actions.split()
    assert describe(device, KR)["applianceTypes"] == [kind]


@pytest.mark.parametrize(("words", "can"), [({"sleep": 1}, False), ({"sleep": 1, "auto": 2}, True)], ids=["1", "2"])
def test_there_is_a_next_mode_where_there_are_two(words: dict[str, int], can: bool) -> None:
    device = plain(type="AIRCONDITIONER", mode=BOTH | {"modes": words}).device
    assert ("ChangeMode" in actions_of(device, KR)) is can


def test_an_infrared_device_has_no_health() -> None:
    found = describe(plain(on_off=WRITE, infrared=True).device, KR)
    assert (found["isIr"], found["actions"]) == (True, ["TurnOff", "TurnOn"])


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
    pytest.param(
        "LIGHT",
        {"mode": BOTH | {"modes": {"reading": 1, "cool": 2, "party": 3}}},
        {"SetMode": {"type": "string", "enumValues": ["reading"]}},
        id="modes that CLOVA has for the type",
    ),
    pytest.param(
        "WINECELLAR",
        {"mode": BOTH | {"modes": {"reading": 1, "cool": 2, "party": 3}}},
        {"SetMode": {"type": "string", "enumValues": ["reading", "cool"]}},
        id="modes of a type without a list",
    ),
    pytest.param("LIGHT", {"color": BOTH, "on_off": BOTH}, {}, id="nothing to be checked"),
    pytest.param("SMARTLOCK", {"lock": BOTH}, {}, id="a lock state is a bare word"),
    pytest.param("THERMOSTAT", {"target_temperature": READ}, {}, id="what cannot be set"),
]


@pytest.mark.parametrize(("kind", "traits", "details"), DETAILS)
def test_limits_are_told_so_that_clova_may_check_them(
    kind: str, traits: dict[str, Any], details: dict[str, Any]
) -> None:
    found = describe(plain(type=kind, **traits).device, KR)["additionalApplianceDetails"]
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
    assert describe(device, KR) == {
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
        found = describe(wiring.device, KR)
        assert all(found[key] for key in found.keys() - {"isIr", "location", "tags", "additionalApplianceDetails"})


def test_a_scene_is_a_custom_command() -> None:
    scenes = [
        Scene("morning", "좋은아침", (("lamp", "TurnOn"), ("curtain", "Open"))),
        Scene("night", "밤", (("lamp", "TurnOff"),)),
    ]
    assert custom_commands(scenes) == [
        {
            "name": "좋은아침",
            "actions": [{"applianceId": "lamp", "action": "TurnOn"}, {"applianceId": "curtain", "action": "Open"}],
        },
        {"name": "밤", "actions": [{"applianceId": "lamp", "action": "TurnOff"}]},
    ]


def test_the_devices_of_the_cases_can_do_all_that_is_asked_of_them() -> None:
    assert "Stop" in actions_of(CURTAIN.device, KR)
    assert set(actions_of(LAMP.device, KR)) | set(actions_of(AIRCON.device, KR)) > {"SetMode", "ChangeMode", "SetColor"}


def test_a_device_that_cannot_be_described_is_left_out_with_its_reason() -> None:
    appliances = Appliances(JP)
    appliances.put(LAMP.device)
    camera = plain("cam", "HOMECAM", on_off=BOTH).device
    with pytest.raises(LookupError):
        appliances.put(camera)
    assert (appliances.actions("cam"), bool(appliances.left_out("cam"))) == ((), True)
    assert appliances.listing(lambda _: True, None).count(b"applianceId") == 1
    appliances.remove("cam")
    assert not appliances.left_out("cam")


def test_actions_that_want_confirmation_are_told_where_the_region_can() -> None:
    heater = plain(type="HEATER", on_off=BOTH, confirm=["TurnOn", "HealthCheck", "SetMode"]).device
    assert describe(heater, JP)["actionsNeededUserConfirmation"] == ["TurnOn"]
    assert "actionsNeededUserConfirmation" not in describe(heater, KR)


def test_health_of_infrared_devices_is_asked_in_japan() -> None:
    remote = plain(on_off=WRITE, infrared=True).device
    assert "HealthCheck" in describe(remote, JP)["actions"]
