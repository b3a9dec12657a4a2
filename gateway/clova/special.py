"""The odd questions: those whose answer is not one value under one name."""

from collections.abc import Iterable
from typing import Any

from gateway.clova import words
from gateway.clova.objects import Locale, number, write_duration, write_period
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.periods import Period
from gateway.home.problems import StateUnknown
from gateway.home.scenes import Scene
from gateway.home.traits import Trait
from gateway.home.values import RELEASED, Value

Readings = Iterable[tuple[Slot, Value]]


def health(reachable: bool, turned_on: bool) -> dict[str, Any]:
    """HealthCheckResponse. Both fields are required."""
    return {"isReachable": reachable, "isTurnOn": turned_on}


def scenes(found: Iterable[Scene]) -> dict[str, Any]:
    """DiscoverScenesResponse."""
    told = ({"sceneId": scene.id, "sceneName": scene.name, "needsUserConfirmation": scene.confirm} for scene in found)
    return {"discoveredScenes": list(told)}


def device_state(readings: Readings, locale: Locale) -> list[dict[str, Any]]:
    """The states of GetDeviceStateResponse: all that is known, named so that it can be read aloud.

    Raises StateUnknown where nothing is known.
    """
    return _some([_custom(slot, value, locale) for slot, value in readings if slot.trait.spoken and value != RELEASED])


def _custom(slot: Slot, value: Value, locale: Locale) -> dict[str, Any]:
    """A CustomInfoObject: a number with its unit, or a text without one."""
    own_name = slot.part if slot.trait is traits.INFO else ""
    told: dict[str, Any] = {"name": own_name or words.name_of(slot.trait, slot.part, locale.language)}
    unit = _UNITS.get(slot.trait.unit)
    if unit is not None:
        return told | {"value": number(value, 1 if unit == "celsius" else 0), "unit": unit}
    return told | {"value": words.told(slot.trait, value, locale.language, locale.zone, locale.currency)}


_UNITS = {"percent": "percentage", "celsius": "celsius"}


def consumption(readings: Readings, kind: str, kilowatt: str, locale: Locale) -> list[dict[str, Any]]:
    """The entries of GetConsumptionResponse and GetEstimateConsumptionResponse, one for each resource.

    Raises StateUnknown where nothing is known.
    """
    units = {"kilowatt_hour": kilowatt, "watt": "W", "litre": "L"}
    named = _RESOURCES[locale.language].get(kind)
    return _some(
        [
            {
                "name": slot.part or named or words.name_of(slot.trait, "", locale.language),
                "unit": units[slot.trait.unit],
                "value": number(value, 2),
            }
            for slot, value in readings
        ]
    )


def expendables(readings: Readings, locale: Locale) -> list[dict[str, Any]]:
    """The entries of GetExpendableStateResponse, one for each thing that wears out.

    Raises StateUnknown where nothing is known.
    """
    found: dict[str, dict[str, Any]] = {}
    for slot, value in readings:
        name = slot.part or _EXPENDABLE[locale.language]
        entry = found.setdefault(name, {"name": name})
        if slot.trait is traits.EXPENDABLE_TIME:
            entry["remainingTime"] = write_duration(float(number(value, 3)))
        else:
            entry["usage"] = _custom(Slot(slot.trait), value, locale)
    return _some(list(found.values()))


def sitting(is_sitting: Value, recently: Period | None, locale: Locale) -> dict[str, Any]:
    """GetCurrentSittingStateResponse without its time."""
    told: dict[str, Any] = {"sittingState": {"value": is_sitting}}
    return told | ({"recentlySittingPeriod": write_period(recently, locale.zone)} if recently is not None else {})


def _some(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not found:
        raise StateUnknown("nothing is known of it")
    return found


PAST: tuple[tuple[Trait, Trait], ...] = (
    (traits.ON_OFF, traits.USAGE_TIME),
    (traits.SITTING, traits.USAGE_TIME),
    (traits.MOTION, traits.DETECTION_COUNT),
    (traits.RIGHT_POSTURE, traits.RIGHT_POSTURE_RATIO),
    (traits.ENERGY, traits.ENERGY),
    (traits.POWER_USE, traits.POWER_USE),
    (traits.METERED_VOLUME, traits.METERED_VOLUME),
    (traits.ASLEEP_TIME, traits.ASLEEP_TIME),
    (traits.AWAKE_TIME, traits.AWAKE_TIME),
    (traits.SLEEP_SCORE, traits.SLEEP_SCORE),
)
"""What GetDeviceState tells of a period: a trait that the device has, and what is told of its past."""

_RESOURCES: dict[str, dict[str, str]] = {
    "ko": {
        "BUILDING_ELECTRIC_METER": "전기",
        "BUILDING_GAS_METER": "가스",
        "BUILDING_HEATING_METER": "난방",
        "BUILDING_HOTWATER_METER": "온수",
        "BUILDING_WATER_METER": "수도",
    },
    "ja": {
        "BUILDING_ELECTRIC_METER": "電気",
        "BUILDING_GAS_METER": "ガス",
        "BUILDING_HEATING_METER": "暖房",
        "BUILDING_HOTWATER_METER": "給湯",
        "BUILDING_WATER_METER": "水道",
    },
    "en": {
        "BUILDING_ELECTRIC_METER": "electricity",
        "BUILDING_GAS_METER": "gas",
        "BUILDING_HEATING_METER": "heating",
        "BUILDING_HOTWATER_METER": "hot water",
        "BUILDING_WATER_METER": "water",
    },
}
_EXPENDABLE = {"ko": "소모품", "ja": "消耗品", "en": "consumable"}
