"""Every message of ClovaHome: what is asked, what is answered. Source: the pages of the actions in both guides."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.clova.documented.rows import Fields, may, must, some


@dataclass(frozen=True, slots=True)
class Message:
    """One action: the fields of its request's payload, and those of the reply that goes with it."""

    action: str
    asks: Fields
    answers: Fields
    ending: str

    @property
    def request(self) -> str:
        """The name of the message that asks."""
        return f"{self.action}Request"

    @property
    def reply(self) -> str:
        """The name of the message that answers."""
        return f"{self.action}{self.ending}"


_TOKEN = must("accessToken", "string")
_APPLIANCE: Fields = (_TOKEN, must("appliance", "Appliance"))
_STAMP = may("applianceResponseTimestamp", "string", form="datetime")
_SPEEDS = (1, 2, 3)
_LOCKED = must("lockState", "string", words=("LOCKED", "UNLOCKED"))
_IN_A_PERIOD: Fields = (some("period", "Period"),)
_OF_A_PERIOD: Fields = (must("period", "Period"),)


def _done(action: str, asks: Fields = (), answers: Fields = ()) -> Message:
    return Message(action, (*_APPLIANCE, *asks), answers, "Confirmation")


def _set(action: str, name: str, kind: str) -> Message:
    return _done(action, (must(name, kind),), (may(name, kind),))


def _step(action: str, asks: Fields, answers: Fields) -> Message:
    """A step up or down tells what there was before, under the same names."""
    return _done(action, asks, (*answers, may("previousState", "object", inside=answers)))


def _told(action: str, answers: Fields, asks: Fields = ()) -> Message:
    return Message(action, (*_APPLIANCE, *asks), (_STAMP, *answers), "Response")


def _span(action: str, name: str, asks: Fields = ()) -> Message:
    return _told(action, (must(name, "string", form="duration"),), asks)


def _moment(action: str, name: str) -> Message:
    return _told(action, (must(name, "string", form="datetime"),))


def _one(action: str, name: str, kind: str, asks: Fields = ()) -> Message:
    return _told(action, (must(name, kind),), asks)


_SAYING_NOTHING = (
    "CallElevator ChangeInputSource ChangePower Charge Close Lower Mute Open Raise StartRecording StopOscillation "
    "StopRecording TurnOff TurnOn Unmute"
)

_SETS = (
    _set("SetBrightness", "brightness", "Brightness"),
    _done(
        "SetChannel",
        (must("channel", "TVChannel"), some("subChannel", "TVChannel")),
        (may("channel", "TVChannel"), may("subChannel", "TVChannel")),
    ),
    _set("SetChannelByName", "channelName", "TVChannelName"),
    _set("SetColor", "color", "Color"),
    _set("SetColorTemperature", "colorTemperature", "ColorTemperature"),
    _done("SetFanSpeed", (must("fanSpeed", "Speed", words=_SPEEDS),), (may("fanSpeed", "Speed", words=_SPEEDS),)),
    _done("SetLockState", (_LOCKED,), (_LOCKED,)),
    _set("SetMode", "mode", "Mode"),
    _done(
        "SetTargetTemperature",
        (some("endpoint", "Endpoint"), must("targetTemperature", "Temperature")),
        (may("endpoint", "Endpoint"), may("targetTemperature", "Temperature")),
    ),
)

_STEPS = tuple(
    _step(f"{way}{what}", asks, answers)
    for way in ("Increment", "Decrement")
    for what, asks, answers in (
        ("Brightness", (must("deltaBrightness", "Brightness"),), (may("brightness", "Brightness"),)),
        (
            "Channel",
            (must("deltaChannel", "TVChannel"),),
            (may("channel", "TVChannel"), may("subChannel", "TVChannel")),
        ),
        ("FanSpeed", (must("deltaFanSpeed", "Speed"),), (may("fanSpeed", "Speed", words=_SPEEDS),)),
        ("IntensityLevel", (must("deltaIntensity", "IntensityLevel"),), (may("intensityLevel", "IntensityLevel"),)),
        ("TargetTemperature", (must("deltaTemperature", "Temperature"),), (may("targetTemperature", "Temperature"),)),
        ("Volume", (must("deltaVolume", "Volume"),), (may("targetVolume", "Volume"),)),
    )
)

_DEEDS = (
    _done("ChangeFanSpeed", (), (may("fanSpeed", "Speed", words=_SPEEDS),)),
    _step("ChangeMode", (), (may("mode", "Mode"),)),
    _done("Preheat", (may("targetTemperature", "Temperature"),), (may("targetTemperature", "Temperature"),)),
    _done("ReleaseMode", (must("mode", "Mode"),), (may("mode", "Mode"), may("previousState", "Mode"))),
    _done("StartOscillation", (some("direction", "Direction"),)),
    _done("Stop", (), (may("phase", "Phase"),)),
)

_QUESTIONS = (
    _one("GetAirQuality", "airQuality", "AirQuality"),
    _span("GetAsleepDuration", "asleepDuration", _IN_A_PERIOD),
    _span("GetAwakeDuration", "awakeDuration", _IN_A_PERIOD),
    _one("GetBMI", "bmi", "Index"),
    _one("GetBatteryInfo", "batteryInfo", "Battery"),
    _one("GetBodyFat", "bodyFatPercentage", "Percentage"),
    _span("GetCleaningCycle", "remainingTime"),
    _moment("GetCloseTime", "closeTimestamp"),
    _one("GetConsumption", "consumption", "Consumption[]", _IN_A_PERIOD),
    _one("GetCurrentBill", "currentBill", "Bill", _IN_A_PERIOD),
    _told(
        "GetCurrentSittingState",
        (must("sittingState", "SittingState"), may("recentlySittingPeriod", "Period")),
        _IN_A_PERIOD,
    ),
    _one("GetCurrentTemperature", "currentTemperature", "Temperature"),
    _moment("GetDetectedTime", "detectedTime"),
    _one("GetDetectionCount", "detectionCount", "DetectionCount"),
    _one("GetDeviceState", "states", "Custom[]", _IN_A_PERIOD),
    _one("GetEstimateBill", "estimateBill", "Bill", _IN_A_PERIOD),
    _one("GetEstimateConsumption", "consumption", "Consumption[]"),
    _one("GetExpendableState", "expendableInfo", "Expendable[]"),
    _one("GetFineDust", "fineDust", "FineDust"),
    _one("GetHealthScore", "healthScore", "Score"),
    _one("GetHumidity", "humidity", "Humidity"),
    _span("GetKeepWarmTime", "keepWarmTime"),
    _told("GetLockState", (_LOCKED,)),
    _one("GetMuscle", "musclePercentage", "Percentage"),
    _one("GetNotice", "notice", "string[]"),
    _told("GetOpenState", (must("openState", "string", words=("CLOSED", "OPENED")),)),
    _moment("GetOpenTime", "openTimestamp"),
    _one("GetPackage", "package", "string[]"),
    _one("GetPhase", "phase", "Phase"),
    _one("GetPowerState", "powerState", "PowerState"),
    _one("GetProgressiveTaxBracket", "progressiveTaxBracket", "ProgressiveTaxBracket"),
    _span("GetRemainingTime", "remainingTime"),
    _one("GetRightPostureRatio", "rightPostureRatio", "Percentage", _OF_A_PERIOD),
    _one("GetSleepScore", "sleepScore", "Score", _IN_A_PERIOD),
    _told(  # the form of its times is known from the examples only
        "GetSleepStartTime", (must("startTimestampList", "string[]", form="datetime"),), _IN_A_PERIOD
    ),
    _one("GetTargetTemperature", "targetTemperature", "Temperature"),
    _one("GetUltraFineDust", "ultraFineDust", "UltraFineDust"),
    _span("GetUsageTime", "usageTime", _OF_A_PERIOD),
    _told(
        "GetVehicleLocation",
        (must("vehicleLocationList", "object[]", inside=(must("name", "string"), must("value", "string"))),),
    ),
    _one("GetWeight", "weight", "Weight"),
    Message("HealthCheck", _APPLIANCE, (must("isReachable", "boolean"), must("isTurnOn", "boolean")), "Response"),
    Message(
        "DiscoverAppliances",
        (_TOKEN,),
        (must("customCommands", "CustomCommand[]"), must("discoveredAppliances", "Appliance[]")),
        "Response",
    ),
)

_KR = (*(_done(action) for action in _SAYING_NOTHING.split()), *_SETS, *_STEPS, *_DEEDS, *_QUESTIONS)

_JP_LACKS = (
    "CallElevator ChangeFanSpeed ChangeMode ChangePower GetBMI GetBodyFat GetDetectedTime GetDetectionCount "
    "GetEstimateConsumption GetHealthScore GetMuscle GetNotice GetPackage GetPowerState GetVehicleLocation GetWeight "
    "Preheat StartOscillation StopOscillation"
)

_JP_SPEED: tuple[Fields, Fields] = (
    (must("deltaFanSpeed", "Speed", words=_SPEEDS),),
    (may("fanSpeed", "Speed", words=_SPEEDS),),
)

_JP = (
    Message("ActionScene", (_TOKEN, must("scene", "Scene")), (), "Confirmation"),
    _done("ChangeInputSource", (may("count", "Count"),)),
    _step("DecrementFanSpeed", *_JP_SPEED),
    Message("DiscoverScenes", (_TOKEN,), (must("discoveredScenes", "Scene[]"),), "Response"),
    _one("GetConsumption", "consumption", "Consumption[]"),
    _one("GetCurrentBill", "currentBill", "Bill"),
    _told("GetCurrentSittingState", (must("sittingState", "SittingState"), may("recentlySittingPeriod", "Period"))),
    _one("GetEstimateBill", "estimateBill", "Bill"),
    _one("GetRightPostureRatio", "rightPostureRatio", "Ratio", _OF_A_PERIOD),
    _one("GetSleepScore", "sleepScore", "SleepScore", (may("period", "Period"),)),
    _step("IncrementFanSpeed", *_JP_SPEED),
    _set("SetFreezerTargetTemperature", "targetTemperature", "Temperature"),
    _set("SetFridgeTargetTemperature", "targetTemperature", "Temperature"),
    _set("SetInputSourceByName", "sourceName", "TVInputSourceName"),
    _set("SetTargetTemperature", "targetTemperature", "Temperature"),
    _done("TurnOn", (), (may("targetTemperature", "Temperature"), may("fanSpeed", "Speed"), may("mode", "Mode"))),
)


def _by_action(*rows: Message) -> dict[str, Message]:
    return {row.action: row for row in rows}


MESSAGES: Mapping[str, Mapping[str, Message]] = {
    "kr": _by_action(*_KR),
    "jp": _by_action(*(row for row in _KR if row.action not in _JP_LACKS.split()), *_JP),
}
