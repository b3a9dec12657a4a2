"""Every action that is understood, a row each: which verb, on which trait, asked and answered under which names.

Source: the CLOVA Home extension guides (KR, v2021-01-18; JP, v3.2.0), pages of the actions. The irregular names are
their own (deltaTemperature, but targetTemperature), which is why they stand in rows. A new action is one row.
"""

from dataclasses import dataclass
from enum import Enum

from gateway.clova import objects
from gateway.clova.objects import InfoObject
from gateway.home import traits
from gateway.home.traits import Deed, Trait
from gateway.home.values import Value


class Verb(Enum):
    """What an action does with its trait."""

    SET = "set"
    RAISE = "raise"
    LOWER = "lower"
    NEXT = "next"
    RELEASE = "release"
    DO = "do"
    GET = "get"
    SPECIAL = "special"
    """A question whose answer is not one value under one name, see special.py; or one about no device."""


class Previous(Enum):
    """How a confirmation tells the value before, in `previousState`."""

    NONE = "none"
    NAMED = "under the name of the value"
    BARE = "as the value itself"


@dataclass(frozen=True, slots=True)
class Extra:
    """A further value that may come along: another trait's, inside the object or beside it."""

    name: str
    trait: Trait
    form: InfoObject
    inside: bool = False
    asked: bool = True
    """Whether it may come with the request as well."""


@dataclass(frozen=True, slots=True)
class Action:
    """One row. `asks` and `answers` are the payload's field names; empty where there is no field."""

    name: str
    verb: Verb
    trait: Trait | None = None
    asks: str = ""
    answers: str = ""
    form: InfoObject | None = None
    fixed: Value | None = None
    """The value a SET without a field brings about."""
    previous: Previous = Previous.NONE
    deed: Deed | None = None
    extra: Extra | None = None
    otherwise: tuple[Trait, ...] = ()
    """Traits that answer as well, where the device has not the first."""
    part: str = ""
    """The part of the device that the action is about, where its name says so."""
    part_asked: str = ""
    """The field that names the part, where it may be named."""
    every_part: bool = False
    """Whether it is about all parts of the device that have the trait: to switch off is to switch all off."""
    counted: str = ""
    """The field that says how often."""
    delta: float | None = None
    """The difference where none is said."""
    only: str = ""
    """The region that has it; empty: both."""

    @property
    def request(self) -> str:
        """The name of the message that asks for it."""
        return f"{self.name}Request"

    @property
    def reply(self) -> str:
        """The name of the message that answers it."""
        return f"{self.name}{'Response' if self.is_query else 'Confirmation'}"

    @property
    def is_query(self) -> bool:
        """Whether it only asks."""
        return self.verb in (Verb.GET, Verb.SPECIAL) and self.name != "ActionScene"

    @property
    def answered_by(self) -> tuple[Trait, ...]:
        """The traits whose values can answer it, the best first."""
        return (*((self.trait,) if self.trait is not None else ()), *self.otherwise)


def _set(name: str, trait: Trait, field: str, form: InfoObject, **rest: object) -> Action:
    return Action(name, Verb.SET, trait, field, field, form, **rest)  # type: ignore[arg-type]  # as the row says


def _make(name: str, trait: Trait, fixed: Value, **rest: object) -> Action:
    """An action that brings about a value it does not name."""
    return Action(name, Verb.SET, trait, fixed=fixed, **rest)  # type: ignore[arg-type]


def _more_and_less(
    name: str, trait: Trait, asks: str, answers: str, form: InfoObject, **rest: object
) -> tuple[Action, ...]:
    named = Previous.NAMED
    return tuple(
        Action(f"{prefix}{name}", verb, trait, asks, answers, form, previous=named, **rest)  # type: ignore[arg-type]
        for prefix, verb in (("Increment", Verb.RAISE), ("Decrement", Verb.LOWER))
    )


def _get(name: str, trait: Trait, field: str, form: InfoObject, *otherwise: Trait, **rest: object) -> Action:
    return Action(name, Verb.GET, trait, answers=field, form=form, otherwise=otherwise, **rest)  # type: ignore[arg-type]


def _do(deed: Deed, name: str, **rest: object) -> Action:
    return Action(name, Verb.DO, deed=deed, **rest)  # type: ignore[arg-type]


_BRIGHTNESS = Extra("brightness", traits.BRIGHTNESS, objects.BRIGHTNESS, inside=True)
_SUB_CHANNEL = Extra("subChannel", traits.SUB_CHANNEL, objects.TV_CHANNEL)
_TEMPERATURE = Extra("targetTemperature", traits.TARGET_TEMPERATURE, objects.TEMPERATURE)
_PHASE = Extra("phase", traits.PHASE, objects.PHASE, asked=False)

_CONTROLS = (
    _make("TurnOn", traits.ON_OFF, fixed=True, every_part=True),
    _make("TurnOff", traits.ON_OFF, fixed=False, every_part=True),
    Action("ChangePower", Verb.NEXT, traits.ON_OFF, only="kr"),
    _set("SetBrightness", traits.BRIGHTNESS, "brightness", objects.BRIGHTNESS),
    *_more_and_less("Brightness", traits.BRIGHTNESS, "deltaBrightness", "brightness", objects.BRIGHTNESS),
    _set("SetColor", traits.COLOR, "color", objects.COLOR, extra=_BRIGHTNESS),
    _set("SetColorTemperature", traits.COLOR_TEMPERATURE, "colorTemperature", objects.COLOR_TEMPERATURE),
    _set(
        "SetTargetTemperature",
        traits.TARGET_TEMPERATURE,
        "targetTemperature",
        objects.TEMPERATURE,
        part_asked="endpoint",
    ),
    *(
        _set(
            f"Set{name}TargetTemperature",
            traits.TARGET_TEMPERATURE,
            "targetTemperature",
            objects.TEMPERATURE,
            part=name.lower(),
            only="jp",
        )
        for name in ("Freezer", "Fridge")
    ),
    *_more_and_less(
        "TargetTemperature",
        traits.TARGET_TEMPERATURE,
        "deltaTemperature",
        "targetTemperature",
        objects.TEMPERATURE,
    ),
    _set("SetLockState", traits.LOCK, "lockState", objects.LOCK_STATE, every_part=True),
    _make("Open", traits.OPENING, fixed=100.0, every_part=True),
    _make("Close", traits.OPENING, fixed=0.0, every_part=True),
    _set("SetFanSpeed", traits.FAN_SPEED, "fanSpeed", objects.SPEED),
    *_more_and_less("FanSpeed", traits.FAN_SPEED, "deltaFanSpeed", "fanSpeed", objects.SPEED),
    Action("ChangeFanSpeed", Verb.NEXT, traits.FAN_SPEED, answers="fanSpeed", form=objects.SPEED, only="kr"),
    _make("StartOscillation", traits.OSCILLATION, fixed=True, part_asked="direction", only="kr"),
    _make("StopOscillation", traits.OSCILLATION, fixed=False, every_part=True, only="kr"),
    _set("SetMode", traits.MODE, "mode", objects.MODE),
    Action("ChangeMode", Verb.NEXT, traits.MODE, "", "mode", objects.MODE, previous=Previous.NAMED, only="kr"),
    Action("ReleaseMode", Verb.RELEASE, traits.MODE, "mode", "mode", objects.MODE, previous=Previous.BARE),
    *_more_and_less(
        "IntensityLevel", traits.INTENSITY, "deltaIntensity", "intensityLevel", objects.INTENSITY, delta=1.0
    ),
    *_more_and_less("Volume", traits.VOLUME, "deltaVolume", "targetVolume", objects.VOLUME),
    _make("Mute", traits.MUTE, fixed=True),
    _make("Unmute", traits.MUTE, fixed=False),
    _set("SetChannel", traits.CHANNEL, "channel", objects.TV_CHANNEL, extra=_SUB_CHANNEL),
    *_more_and_less("Channel", traits.CHANNEL, "deltaChannel", "channel", objects.TV_CHANNEL, extra=_SUB_CHANNEL),
    _set("SetChannelByName", traits.CHANNEL_NAME, "channelName", objects.CHANNEL_NAME),
    Action("ChangeInputSource", Verb.NEXT, traits.INPUT_SOURCE, counted="count"),
    _set("SetInputSourceByName", traits.INPUT_SOURCE, "sourceName", objects.INPUT_SOURCE, only="jp"),
    _make("StartRecording", traits.RECORDING, fixed=True),
    _make("StopRecording", traits.RECORDING, fixed=False),
    _do(Deed.STOP, "Stop", extra=_PHASE),
    _do(Deed.CHARGE, "Charge"),
    _do(Deed.RAISE, "Raise"),
    _do(Deed.LOWER, "Lower"),
    _do(Deed.CALL_ELEVATOR, "CallElevator", only="kr"),
    _do(Deed.PREHEAT, "Preheat", extra=_TEMPERATURE, only="kr"),
)

_QUESTIONS = (
    _get("GetAirQuality", traits.AIR_QUALITY, "airQuality", objects.AIR_QUALITY),
    _get("GetFineDust", traits.FINE_DUST, "fineDust", objects.FINE_DUST, traits.FINE_DUST_INDEX),
    _get(
        "GetUltraFineDust", traits.ULTRAFINE_DUST, "ultraFineDust", objects.ULTRAFINE_DUST, traits.ULTRAFINE_DUST_INDEX
    ),
    _get("GetCurrentTemperature", traits.CURRENT_TEMPERATURE, "currentTemperature", objects.TEMPERATURE),
    _get("GetTargetTemperature", traits.TARGET_TEMPERATURE, "targetTemperature", objects.TEMPERATURE),
    _get("GetHumidity", traits.HUMIDITY, "humidity", objects.HUMIDITY),
    _get("GetLockState", traits.LOCK, "lockState", objects.LOCK_STATE, every_part=True),
    _get("GetOpenState", traits.CONTACT, "openState", objects.OPEN_STATE, traits.OPENING, every_part=True),
    _get("GetOpenTime", traits.OPEN_TIME, "openTimestamp", objects.INSTANT),
    _get("GetCloseTime", traits.CLOSE_TIME, "closeTimestamp", objects.INSTANT),
    _get("GetDetectedTime", traits.DETECTED_TIME, "detectedTime", objects.INSTANT, only="kr"),
    _get("GetDetectionCount", traits.DETECTION_COUNT, "detectionCount", objects.DETECTION_COUNT, only="kr"),
    _get("GetBatteryInfo", traits.BATTERY, "batteryInfo", objects.BATTERY),
    _get("GetPowerState", traits.POWER_STATE, "powerState", objects.POWER_STATE, traits.ON_OFF, only="kr"),
    _get("GetPhase", traits.PHASE, "phase", objects.PHASE),
    _get("GetRemainingTime", traits.REMAINING_TIME, "remainingTime", objects.DURATION),
    _get("GetCleaningCycle", traits.CLEANING_TIME, "remainingTime", objects.DURATION),
    _get("GetKeepWarmTime", traits.KEEP_WARM_TIME, "keepWarmTime", objects.DURATION),
    _get("GetUsageTime", traits.USAGE_TIME, "usageTime", objects.DURATION),
    _get("GetRightPostureRatio", traits.RIGHT_POSTURE_RATIO, "rightPostureRatio", objects.PERCENTAGE),
    _get("GetAsleepDuration", traits.ASLEEP_TIME, "asleepDuration", objects.DURATION),
    _get("GetAwakeDuration", traits.AWAKE_TIME, "awakeDuration", objects.DURATION),
    _get("GetSleepScore", traits.SLEEP_SCORE, "sleepScore", objects.SCORE),
    _get("GetSleepStartTime", traits.SLEEP_START, "startTimestampList", objects.INSTANTS),
    _get("GetWeight", traits.WEIGHT, "weight", objects.WEIGHT, only="kr"),
    _get("GetBMI", traits.BMI, "bmi", objects.INDEX, only="kr"),
    _get("GetBodyFat", traits.BODY_FAT, "bodyFatPercentage", objects.PERCENTAGE, only="kr"),
    _get("GetMuscle", traits.MUSCLE, "musclePercentage", objects.PERCENTAGE, only="kr"),
    _get("GetHealthScore", traits.HEALTH_SCORE, "healthScore", objects.SCORE, only="kr"),
    _get("GetNotice", traits.NOTICES, "notice", objects.TEXTS, only="kr"),
    _get("GetPackage", traits.PACKAGES, "package", objects.TEXTS, only="kr"),
    _get("GetVehicleLocation", traits.VEHICLES, "vehicleLocationList", objects.PLACES, only="kr"),
    _get("GetCurrentBill", traits.BILL, "currentBill", objects.BILL),
    _get("GetEstimateBill", traits.ESTIMATED_BILL, "estimateBill", objects.BILL),
    _get("GetProgressiveTaxBracket", traits.TAX_BRACKET, "progressiveTaxBracket", objects.TAX_BRACKET),
)

_SPECIALS = (
    Action("DiscoverAppliances", Verb.SPECIAL),
    Action("DiscoverScenes", Verb.SPECIAL, only="jp"),
    Action("ActionScene", Verb.SPECIAL, only="jp"),
    Action("HealthCheck", Verb.SPECIAL),
    Action("GetDeviceState", Verb.SPECIAL),
    Action(
        "GetConsumption",
        Verb.SPECIAL,
        traits.ENERGY,
        answers="consumption",
        otherwise=(traits.METERED_VOLUME, traits.POWER_USE),
    ),
    Action("GetEstimateConsumption", Verb.SPECIAL, traits.ESTIMATED_ENERGY, answers="consumption", only="kr"),
    Action(
        "GetExpendableState",
        Verb.SPECIAL,
        traits.EXPENDABLE_TIME,
        answers="expendableInfo",
        otherwise=(traits.EXPENDABLE_USAGE,),
    ),
    Action("GetCurrentSittingState", Verb.SPECIAL, traits.SITTING, answers="sittingState"),
)

ACTIONS: dict[str, Action] = {row.name: row for row in (*_SPECIALS, *_CONTROLS, *_QUESTIONS)}
HOME_ACTIONS = ("DiscoverAppliances", "DiscoverScenes", "ActionScene")
"""Those that are about no one device."""
