"""Answers by hand: such as pass, and one for every fault that is told."""

from typing import Any

import pytest

from tests.clova.documented import violations
from tests.clova.documented.examples import MOMENT, message


def device(**given: Any) -> dict[str, Any]:
    """A lamp as an answer tells it, with changes."""
    return {"applianceId": "lamp", "applianceTypes": ["LIGHT"], "actions": ["SetBrightness", "TurnOn"], **given}


def home(*devices: Any) -> dict[str, Any]:
    return message("DiscoverAppliancesResponse", customCommands=[], discoveredAppliances=list(devices))


def details(action: str = "SetBrightness", **allowable: Any) -> dict[str, Any]:
    row = {"action": action, "allowableValue": {"type": "boundedNumber", "minValue": 1, "maxValue": 9} | allowable}
    return device(additionalApplianceDetails={"actionDetails": [row], "maker": {"any": None}})


def bad(said: str, answer: Any, action: str = "SetBrightness", region: str = "kr", kind: str = "") -> Any:
    return pytest.param(region, f"{action}Request", answer, kind, said, id=f"{region} {action} {said}")


GOOD: list[Any] = [
    pytest.param("kr", "SetBrightness", message("SetBrightnessConfirmation", brightness={"value": 100}), id="an end"),
    pytest.param("kr", "SetBrightness", message("SetBrightnessConfirmation"), id="a value left out"),
    pytest.param("kr", "GetBMI", message("GetBMIResponse", bmi={}), id="an index without a value"),
    pytest.param("kr", "GetBMI", message("GetBMIResponse", bmi={"value": 21.48}), id="a real number"),
    pytest.param(
        "kr",
        "SetTargetTemperature",
        message("SetTargetTemperatureConfirmation", targetTemperature={"value": -18.5}, endpoint={"value": "freezer"}),
        id="a freezer",
    ),
    pytest.param(
        "kr",
        "ReleaseMode",
        message("ReleaseModeConfirmation", mode={"value": "auto"}, previousState={"value": "sleep"}),
        id="a mode released",
    ),
    pytest.param("kr", "GetRemainingTime", message("GetRemainingTimeResponse", remainingTime="P1DT2H"), id="a span"),
    pytest.param("jp", "GetRightPostureRatio", message("GetRightPostureRatioResponse", rightPostureRatio={"value": 7})),
    pytest.param("jp", "TurnOn", message("TurnOnConfirmation", fanSpeed={"value": 8}), id="a type unknown to us"),
    pytest.param("kr", "DiscoverAppliances", home(), id="an empty home"),
    pytest.param("kr", "DiscoverAppliances", home(device(location=""), device(applianceId="b")), id="two lamps"),
    pytest.param("kr", "DiscoverAppliances", home(details()), id="a range"),
    pytest.param("kr", "DiscoverAppliances", home(details(type="number", enumValues=[1, 2.5])), id="numbers"),
    pytest.param("kr", "DiscoverAppliances", home(details(enumValues=[1, 9])), id="a range and numbers"),
    pytest.param("kr", "GetDeviceState", message("GetDeviceStateResponse", states=[{"name": "n", "value": "on"}])),
    pytest.param("jp", "DiscoverAppliances", home(device(isReachable=True, location="JAPANESE_STYLE_ROOM"))),
    pytest.param("jp", "DiscoverAppliances", home(details(type="x", more=1)), id="in JP all details are the vendor's"),
    pytest.param(
        "kr",
        "DiscoverAppliances",
        home(device(applianceTypes=["SMARTLOCK", "LIGHT"], actions=["SetLockState", "SetBrightness"])),
        id="two types",
    ),
]


@pytest.mark.parametrize(("region", "action", "answer"), GOOD)
def test_a_documented_answer_passes(region: str, action: str, answer: Any) -> None:
    assert violations(region, f"{action}Request", answer) == []


@pytest.mark.parametrize(
    ("region", "action", "kind", "answer"),
    [
        ("kr", "SetLockState", "SMARTLOCK", message("SetLockStateConfirmation", lockState="UNLOCKED")),
        ("jp", "SetLockState", "SMARTLOCK", message("SetLockStateConfirmation", lockState="LOCKED")),
        ("jp", "SetLockState", "SMARTVALVE", message("SetLockStateConfirmation", lockState="UNLOCKED")),
        ("jp", "GetLockState", "SMARTLOCK", message("GetLockStateResponse", lockState="UNLOCKED")),
        ("jp", "TurnOn", "AIRPURIFIER", message("TurnOnConfirmation", fanSpeed={"value": 5})),
        ("jp", "SetMode", "AIRCONDITIONER", message("SetModeConfirmation", mode={"value": "blower"})),
        ("kr", "SetMode", "WINECELLAR", message("SetModeConfirmation", mode={"value": "sleep"})),
    ],
)
def test_a_type_narrows_no_other_answer(region: str, action: str, kind: str, answer: Any) -> None:
    assert violations(region, f"{action}Request", answer, kind) == []


def brightness(value: Any) -> dict[str, Any]:
    return message("SetBrightnessConfirmation", brightness={"value": value})


def stamped(moment: str) -> dict[str, Any]:
    return message("GetHumidityResponse", humidity={"value": 40}, applianceResponseTimestamp=moment)


def headed(**header: Any) -> dict[str, Any]:
    whole = message("SetBrightnessConfirmation")
    return {**whole, "header": {**whole["header"], **header}}


def done(action: str, **payload: Any) -> dict[str, Any]:
    return message(f"{action}Confirmation", **payload)


def told(action: str, **payload: Any) -> dict[str, Any]:
    return message(f"{action}Response", **payload)


FOUND, LAMP = "DiscoverAppliances", "DiscoverAppliancesResponse.discoveredAppliances[0]"
BAD: list[Any] = [
    bad("answer: is not an object", None),
    bad("answer.header: is missing", {"payload": {}}),
    bad("answer.payload: is missing", {"header": headed()["header"]}),
    bad("answer.payload: [] is not object", {**headed(), "payload": []}),
    bad("answer.more: is not documented", {**headed(), "more": 1}),
    bad("answer.header.more: is not documented", headed(more=1)),
    bad("answer.header.messageId: 1 is not string", headed(messageId=1)),
    bad("answer.header.namespace: 'Clova' is none of 'ClovaHome'", headed(namespace="Clova")),
    bad("answer.header.payloadVersion: '1.1' is none of '1.0'", headed(payloadVersion="1.1")),
    bad("answer.header.payloadVersion: 1.0 is not string", headed(payloadVersion=1.0)),
    bad("header.name: TurnOnConfirmation does not answer SetBrightnessRequest in kr", done("TurnOn")),
    bad(
        "header.name: SetBrightnessRequest does not answer SetBrightnessRequest in kr", message("SetBrightnessRequest")
    ),
    bad("header.name: SomeError does not answer SetBrightnessRequest in kr", message("SomeError")),
    bad(
        "header.name: ActionFailedError does not answer TurnOnRequest in jp",
        message("ActionFailedError"),
        "TurnOn",
        "jp",
    ),
    bad("header.name: PreheatConfirmation does not answer PreheatRequest in jp", done("Preheat"), "Preheat", "jp"),
    bad("header.name: SomeConfirmation does not answer SomeRequest in kr", done("Some"), "Some"),
    bad("ConditionsNotMetError.state: is missing", message("ConditionsNotMetError")),
    bad("ValueOutOfRangeError.minimumValue: is missing", message("ValueOutOfRangeError", maximumValue=3)),
    bad("TargetOfflineError.why: is not documented", message("TargetOfflineError", why="")),
    bad("SetLockStateConfirmation.lockState: is missing", done("SetLockState"), "SetLockState"),
    bad("SetBrightnessConfirmation.targetBrightness: is not documented", done("SetBrightness", targetBrightness={})),
    bad("SetBrightnessConfirmation.brightness: 40 is not Brightness", done("SetBrightness", brightness=40)),
    bad("SetBrightnessConfirmation.brightness.value: is missing", done("SetBrightness", brightness={})),
    bad("SetBrightnessConfirmation.brightness.value: -1 is under 0", brightness(-1)),
    bad("SetBrightnessConfirmation.brightness.value: 101 is over 100", brightness(101)),
    bad("SetBrightnessConfirmation.brightness.value: 40.0 is not whole", brightness(40.0)),
    bad("SetBrightnessConfirmation.brightness.value: True is not number", brightness(True)),
    bad("SetBrightnessConfirmation.brightness.value: '40' is not number", brightness("40")),
    bad("SetBrightnessConfirmation.brightness.value: nan is not number", brightness(float("nan"))),
    bad(
        "SetColorConfirmation.color.hue: 361 is over 360",
        done("SetColor", color={"hue": 361, "saturation": 0}),
        "SetColor",
    ),
    bad(
        "SetFanSpeedConfirmation.fanSpeed: 4 is none of 1, 2, 3",
        done("SetFanSpeed", fanSpeed={"value": 4}),
        "SetFanSpeed",
    ),
    bad(
        "DecrementFanSpeedConfirmation.previousState.fanSpeed: 0 is none of 1, 2, 3",
        done("DecrementFanSpeed", previousState={"fanSpeed": {"value": 0}}),
        "DecrementFanSpeed",
    ),
    bad(
        "GetTargetTemperatureResponse.targetTemperature.value: 21.25 has more than 1 decimals",
        told("GetTargetTemperature", targetTemperature={"value": 21.25}),
        "GetTargetTemperature",
    ),
    bad(
        "ReleaseModeConfirmation.previousState.mode: is not documented",
        done("ReleaseMode", previousState={"mode": {"value": "auto"}, "value": "auto"}),
        "ReleaseMode",
    ),
    bad("TurnOnConfirmation.mode: is not documented", done("TurnOn", mode={"value": "auto"}), "TurnOn"),
    bad(
        "TurnOnConfirmation.mode: is not documented",
        done("TurnOn", mode={"value": "auto"}),
        "TurnOn",
        "jp",
        "HUMIDIFIER",
    ),
    bad(
        "TurnOnConfirmation.fanSpeed: is not documented", done("TurnOn", fanSpeed={"value": 1}), "TurnOn", "jp", "LIGHT"
    ),
    bad(
        "SetLockStateConfirmation.lockState: 'UNLOCKED' is none of 'LOCKED'",
        done("SetLockState", lockState="UNLOCKED"),
        "SetLockState",
        "jp",
        "SMARTLOCK",
    ),
    bad("SetModeConfirmation.mode.value: 'blower' is none of", done("SetMode", mode={"value": "blower"}), "SetMode"),
    bad("SetModeConfirmation.mode.value: 'fan' is none of", done("SetMode", mode={"value": "fan"}), "SetMode", "jp"),
    bad(
        "SetModeConfirmation.mode.value: 'dry' is none of",
        done("SetMode", mode={"value": "dry"}),
        "SetMode",
        "kr",
        "FAN",
    ),
    *(
        bad(
            f"GetHumidityResponse.applianceResponseTimestamp: '{moment}' is no datetime", stamped(moment), "GetHumidity"
        )
        for moment in (
            "2026-11-21T07:30:00Z",
            "2026-11-21T07:30:00",
            "2026-11-21T07:30:00.5+09:00",
            "2026-11-21 07:30:00+09:00",
            "2026-11-21T07:30:00+0900",
            "2026-11-21T07:30:00+09:00 ",
            "2026-13-21T07:30:00+09:00",
            "2026-11-21T07:60:00+09:00",
        )
    ),
    *(
        bad(
            f"GetUsageTimeResponse.usageTime: '{span}' is no duration",
            told("GetUsageTime", usageTime=span),
            "GetUsageTime",
        )
        for span in ("", "P", "PT", "P1DT", "1H", "PT1M2H", "PT-1H", "PT1.5H", "P1H", "P1W", "P0001-04-10", "PT١H")
    ),
    bad(
        "GetSleepStartTimeResponse.startTimestampList[1]: 'late' is no datetime",
        told("GetSleepStartTime", startTimestampList=[MOMENT, "late"]),
        "GetSleepStartTime",
    ),
    bad(
        "GetCurrentBillResponse.currentBill.currency: 'won' is no currency",
        told("GetCurrentBill", currentBill={"currency": "won", "value": 1}),
        "GetCurrentBill",
    ),
    bad(
        "GetConsumptionResponse.consumption[0].unit: 'kW' is none of",
        told("GetConsumption", consumption=[{"name": "n", "unit": "kW", "value": 1}]),
        "GetConsumption",
    ),
    bad(
        "GetDeviceStateResponse.states[0].unit: a word has none",
        told("GetDeviceState", states=[{"name": "n", "value": "on", "unit": "celsius"}]),
        "GetDeviceState",
    ),
    bad(
        "GetDeviceStateResponse.states[0].value: True is not number|string",
        told("GetDeviceState", states=[{"name": "n", "value": True}]),
        "GetDeviceState",
    ),
    bad(
        "GetUltraFineDustResponse.ultraFineDust.index: 1 is not string",
        told("GetUltraFineDust", ultraFineDust={"index": 1}),
        "GetUltraFineDust",
        "jp",
    ),
    bad("DiscoverAppliancesResponse.customCommands: is missing", told(FOUND, discoveredAppliances=[]), FOUND),
    bad(f"{LAMP}.isReachable: is not documented", home(device(isReachable=True)), FOUND),
    bad(f"{LAMP}.tags: None is not string[]", home(device(tags=None)), FOUND),
    bad(f"{LAMP}.location: 'CELLAR' is none of", home(device(location="CELLAR")), FOUND),
    bad(f"{LAMP}.location: 'JAPANESE_STYLE_ROOM' is none of", home(device(location="JAPANESE_STYLE_ROOM")), FOUND),
    bad(f"{LAMP}.location: 'MY_ROOM' is none of", home(device(location="MY_ROOM")), FOUND, "jp"),
    bad(f"{LAMP}.applianceTypes[0]: 'HOMECAM' is none of", home(device(applianceTypes=["HOMECAM"])), FOUND, "jp"),
    bad(f"{LAMP}.actions[0]: 'Fly' is none of", home(device(actions=["Fly"])), FOUND),
    bad("lamp: is there twice", home(device(), device()), FOUND),
    bad("lamp: Open is not for its type", home(device(actions=["Open", "TurnOn"])), FOUND),
    bad("lamp: GetDeviceState is not for its type", home(device(actions=["GetDeviceState"])), FOUND, "jp"),
    bad("lamp: its actions are not in the order", home(device(actions=["TurnOn", "SetBrightness"])), FOUND),
    bad("lamp: its actions are not in the order", home(device(actions=["TurnOn", "TurnOn"])), FOUND),
    bad(
        "lamp.actionsNeededUserConfirmation: 'TurnOff' is none of",
        home(device(actionsNeededUserConfirmation=["TurnOff"])),
        FOUND,
        "jp",
    ),
    bad("actionDetails[0].allowableValue.step: is not documented", home(details(step=1)), FOUND),
    bad("actionDetails[0].allowableValue.type: 'any' is none of", home(details(type="any")), FOUND),
    bad("lamp.actionDetails.SetBrightness: string needs enumValues", home(details(type="string")), FOUND),
    bad("lamp.actionDetails.SetBrightness: number needs enumValues", home(details(type="number")), FOUND),
    bad(
        "lamp.actionDetails.SetBrightness: enumValues are not number[]",
        home(details(type="number", enumValues=["1"])),
        FOUND,
    ),
    bad("lamp.actionDetails.SetColor: is not among its actions", home(details("SetColor")), FOUND),
    *(
        bad(
            f"lamp.actionDetails.SetBrightness: boundedNumber needs {bound}Value",
            home(
                device(
                    additionalApplianceDetails={
                        "actionDetails": [
                            {"action": "SetBrightness", "allowableValue": {"type": "boundedNumber", f"{other}Value": 1}}
                        ]
                    }
                )
            ),
            FOUND,
        )
        for bound, other in (("min", "max"), ("max", "min"))
    ),
]


@pytest.mark.parametrize(("region", "request_name", "answer", "kind", "said"), BAD)
def test_an_undocumented_answer_is_told(region: str, request_name: str, answer: Any, kind: str, said: str) -> None:
    (fault,) = violations(region, request_name, answer, kind)
    assert said in fault
