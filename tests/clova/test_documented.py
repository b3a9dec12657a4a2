"""The schema of all messages, and that what judges by it lets every documented message pass, and nothing else."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import chain
from typing import Any

import pytest

from tests.clova.documented import (
    ENDPOINTS,
    ERRORS,
    LOCATIONS,
    MESSAGES,
    MODES,
    OBJECTS,
    TURN_ON,
    TYPES,
    known,
    request_violations,
    violations,
)
from tests.clova.documented.examples import answer_of, build, message, request_of

REGIONS = ("kr", "jp")
ALL = [(region, action) for region in REGIONS for action in MESSAGES[region]]


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every member and item of a payload, as what holds it and its key there; not what is the vendor's own."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    for key in keys:
        yield value, key
        if key != "free":
            yield from spots(value[key])


def spoilt(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same message with one thing wrong: each value in turn null, and one member too many in each object."""
    for number, (_, key) in enumerate(spots(whole)):
        for change in ("null", "more"):
            copy = deepcopy(whole)
            holder, _ = list(spots(copy))[number]
            if change == "null" and key != "free":
                holder[key] = None
                yield copy
            elif change == "more" and isinstance(holder, dict) and "free" not in holder:
                holder["undocumented"] = 1
                yield copy


def judge(region: str, action: str, whole: dict[str, Any], *, asking: bool) -> list[str]:
    if asking:
        return request_violations(region, whole)
    return violations(region, MESSAGES[region][action].request, whole)


@pytest.mark.parametrize("asking", [True, False], ids=["asked", "answered"])
@pytest.mark.parametrize(("region", "action"), ALL)
def test_every_message_passes_as_documented_and_not_otherwise(region: str, action: str, asking: bool) -> None:
    made = request_of if asking else answer_of
    full, bare = made(region, action), made(region, action, full=False)
    name = full["header"]["name"]
    assert judge(region, action, full, asking=asking) == []
    assert judge(region, action, bare, asking=asking) == []
    for lost in bare["payload"]:
        rest = {key: value for key, value in bare["payload"].items() if key != lost}
        assert judge(region, action, message(name, **rest), asking=asking) == [f"{name}.{lost}: is missing"]
    for whole in (*spoilt(full), message(name, **full["payload"], undocumented=1)):
        assert judge(region, action, whole, asking=asking), whole


@pytest.mark.parametrize("region", REGIONS)
def test_every_error_answers_every_request(region: str) -> None:
    for name, fields in ERRORS[region].items():
        payload = build(region, fields, asking=False, full=True)
        for row in MESSAGES[region].values():
            assert violations(region, row.request, message(name, **payload)) == []
        assert violations(region, "TurnOnRequest", message(name, **payload, more=1))


def test_as_many_of_each_as_documented() -> None:
    assert [len(MESSAGES[region]) for region in REGIONS] == [84, 70]
    assert [len(known(region)[0]) for region in REGIONS] == [84, 70]
    assert [len(TYPES[region]) for region in REGIONS] == [57, 44]
    assert [len(known(region)[1]) for region in REGIONS] == [344, 263]
    assert [len(OBJECTS[region]) for region in REGIONS] == [34, 31]
    assert [len(ERRORS[region]) for region in REGIONS] == [14, 13]
    assert [len(LOCATIONS[region]) for region in REGIONS] == [45, 21]
    assert len(LOCATIONS["kr"] | LOCATIONS["jp"]) == 46
    assert len({mode for region in REGIONS for mode in chain(*MODES[region].values())}) == 41
    assert [len(ENDPOINTS[region]) for region in REGIONS] == [4, 0]


@pytest.mark.parametrize("region", REGIONS)
def test_what_is_named_is_defined_and_what_is_defined_is_named(region: str) -> None:
    rows = [row.asks + row.answers for row in MESSAGES[region].values()] + list(OBJECTS[region].values())
    types = {field.type.removesuffix("[]") for row in rows for field in row}
    assert {kind for kind in types if kind[0].isupper()} == set(OBJECTS[region])
    actions, pairs = known(region)
    unlisted = {"DiscoverAppliances"} | ({"DiscoverScenes", "ActionScene"} if region == "jp" else set())
    assert actions - {action for _, action in pairs} == unlisted
    assert {action for _, action in pairs} <= actions
    assert set(MODES[region]) <= {kind for kind, action in pairs if action == "SetMode"}
    assert set(TURN_ON) <= {kind for kind, action in pairs if action == "TurnOn"}


def asked(action: str, **payload: Any) -> dict[str, Any]:
    """A request of the lamp, with changes."""
    return message(f"{action}Request", **{"accessToken": "t", "appliance": {"applianceId": "lamp"}, **payload})


@pytest.mark.parametrize(
    ("region", "request_"),
    [
        pytest.param("kr", asked("TurnOn", appliance={"applianceId": "a", "additionalApplianceDetails": {"own": 1}})),
        pytest.param("jp", asked("TurnOn", appliance={"applianceId": "a", "friendlyName": "lamp", "isIr": True})),
        pytest.param("kr", asked("IncrementIntensityLevel", deltaIntensity={})),
        pytest.param("kr", asked("SetLockState", lockState="UNLOCKED")),
        pytest.param("kr", message("DiscoverAppliancesRequest", accessToken="t")),
    ],
)
def test_a_documented_request_passes(region: str, request_: Any) -> None:
    assert request_violations(region, request_) == []


@pytest.mark.parametrize("region", REGIONS)
def test_every_action_of_a_type_may_be_asked_of_it(region: str) -> None:
    for kind, action in known(region)[1]:
        whole = request_of(region, action)
        if "mode" in whole["payload"]:
            whole["payload"]["mode"]["value"] = MODES[region].get(kind, ("auto",))[0]
        assert request_violations(region, whole, kind=kind) == []


LOOSE = [
    (asked("SetBrightness", brightness=40), "SetBrightnessRequest.brightness: 40 is not Brightness"),
    (asked("ReleaseMode", mode="sleep"), "ReleaseModeRequest.mode: 'sleep' is not Mode"),
    (message("HealthCheckRequest", accessToken="t"), "HealthCheckRequest.appliance: is missing"),
]


@pytest.mark.parametrize(("request_", "said"), LOOSE)
def test_what_only_the_examples_show_passes_a_liberal_look(request_: Any, said: str) -> None:
    assert request_violations("kr", request_) == [said]
    assert request_violations("kr", request_, liberal=True) == []


@pytest.mark.parametrize(
    ("region", "request_", "kind", "said"),
    [
        ("kr", [], "", "request: is not an object"),
        ("kr", message("TurnOnConfirmation"), "", "header.name: TurnOnConfirmation is no request in kr"),
        ("kr", message("TurnOnRequest", accessToken="t"), "", "TurnOnRequest.appliance: is missing"),
        ("kr", message("HealthCheckRequest"), "", "HealthCheckRequest.accessToken: is missing"),
        ("jp", asked("ChangePower"), "", "header.name: ChangePowerRequest is no request in jp"),
        ("kr", asked("Open"), "LIGHT", "header.name: OpenRequest is not for LIGHT in kr"),
        ("kr", asked("TurnOn", accessToken=1), "", "TurnOnRequest.accessToken: 1 is not string"),
        ("kr", asked("TurnOn", appliance={}), "", "TurnOnRequest.appliance.applianceId: is missing"),
        (
            "kr",
            asked("TurnOn", appliance={"applianceId": "a", "friendlyName": "lamp"}),
            "",
            "TurnOnRequest.appliance.friendlyName: is not documented",
        ),
        (
            "kr",
            asked("SetBrightness", brightness=True),
            "",
            "SetBrightnessRequest.brightness.value: True is not number",
        ),
        ("kr", asked("SetBrightness", brightness={"value": 101}), "", "brightness.value: 101 is over 100"),
        ("kr", asked("SetFanSpeed", fanSpeed=4), "", "SetFanSpeedRequest.fanSpeed: 4 is none of 1, 2, 3"),
        ("jp", asked("IncrementFanSpeed", deltaFanSpeed=4), "", "deltaFanSpeed: 4 is none of 1, 2, 3"),
        ("jp", asked("SetLockState", lockState="UNLOCKED"), "SMARTLOCK", "'UNLOCKED' is none of 'LOCKED'"),
        ("jp", asked("GetConsumption", period={}), "", "GetConsumptionRequest.period: is not documented"),
    ],
)
def test_an_undocumented_request_is_told_even_to_a_liberal_look(
    region: str, request_: Any, kind: str, said: str
) -> None:
    (fault,) = request_violations(region, request_, liberal=True, kind=kind)
    assert said in fault
