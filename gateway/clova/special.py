"""The odd actions: those whose answer is not one value under one name."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.clova.forms import number
from gateway.home import traits
from gateway.home.device import Reading
from gateway.home.problems import StateUnknown
from gateway.home.traits import Sort, Trait
from gateway.home.values import LOCKED, UNLOCKED, Color, Value


def health(reachable: bool, turned_on: bool) -> dict[str, Any]:
    """HealthCheckResponse. Both fields are required."""
    return {"isReachable": reachable, "isTurnOn": turned_on}


def device_state(readings: Iterable[tuple[Trait, Reading]], language: str) -> list[dict[str, Any]]:
    """The states of GetDeviceStateResponse: all that is known, named so that it can be read aloud.

    Raises StateUnknown where nothing is known.
    """
    found = [_custom(trait, reading.value, language) for trait, reading in readings]
    if not found:
        raise StateUnknown("nothing was ever heard of it")
    return found


def _custom(trait: Trait, value: Value, language: str) -> dict[str, Any]:
    """A CustomInfoObject: a number with its unit, or a text without one."""
    words = _SAID[language]
    told: dict[str, Any] = {"name": words[trait.name]}
    unit = _UNITS.get(trait.unit)
    if unit is not None:
        return told | {"value": number(value, 1 if unit == "celsius" else 0), "unit": unit}
    return told | {"value": _spoken(trait, value, words)}


def _spoken(trait: Trait, value: Value, words: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return words[f"{trait.name}:{value}"] if f"{trait.name}:{value}" in words else words[str(value)]
    if isinstance(value, Color):
        return f"{round(value.hue)}°, {round(value.saturation)}%"
    if trait.sort is Sort.NUMBER:
        return f"{number(value)}{_SUFFIXES.get(trait.unit, '')}"
    return words.get(f"{trait.name}:{value}", str(value))


_UNITS = {"percent": "percentage", "celsius": "celsius"}
_SUFFIXES = {"kelvin": "K", "watt": "W"}

_SAID: dict[str, dict[str, str]] = {
    "ko": {
        traits.ON_OFF.name: "전원",
        traits.BRIGHTNESS.name: "밝기",
        traits.COLOR.name: "색상",
        traits.COLOR_TEMPERATURE.name: "색온도",
        traits.TARGET_TEMPERATURE.name: "희망 온도",
        traits.CURRENT_TEMPERATURE.name: "현재 온도",
        traits.HUMIDITY.name: "습도",
        traits.LOCK.name: "잠금 상태",
        traits.OPENING.name: "열림 정도",
        traits.FAN_SPEED.name: "풍량",
        traits.MODE.name: "모드",
        traits.POWER_USE.name: "소비 전력",
        traits.BATTERY.name: "배터리",
        traits.SMOKE.name: "연기",
        "True": "켜짐",
        "False": "꺼짐",
        "smoke:True": "감지됨",
        "smoke:False": "감지되지 않음",
        f"lock:{LOCKED}": "잠김",
        f"lock:{UNLOCKED}": "열림",
    },
    "ja": {
        traits.ON_OFF.name: "電源",
        traits.BRIGHTNESS.name: "明るさ",
        traits.COLOR.name: "色",
        traits.COLOR_TEMPERATURE.name: "色温度",
        traits.TARGET_TEMPERATURE.name: "設定温度",
        traits.CURRENT_TEMPERATURE.name: "現在の温度",
        traits.HUMIDITY.name: "湿度",
        traits.LOCK.name: "鍵の状態",
        traits.OPENING.name: "開き具合",
        traits.FAN_SPEED.name: "風量",
        traits.MODE.name: "モード",
        traits.POWER_USE.name: "消費電力",
        traits.BATTERY.name: "バッテリー",
        traits.SMOKE.name: "煙",
        "True": "オン",
        "False": "オフ",
        "smoke:True": "検知中",
        "smoke:False": "検知なし",
        f"lock:{LOCKED}": "施錠中",
        f"lock:{UNLOCKED}": "解錠中",
    },
    "en": {
        traits.ON_OFF.name: "power",
        traits.BRIGHTNESS.name: "brightness",
        traits.COLOR.name: "color",
        traits.COLOR_TEMPERATURE.name: "color temperature",
        traits.TARGET_TEMPERATURE.name: "target temperature",
        traits.CURRENT_TEMPERATURE.name: "current temperature",
        traits.HUMIDITY.name: "humidity",
        traits.LOCK.name: "lock",
        traits.OPENING.name: "opening",
        traits.FAN_SPEED.name: "fan speed",
        traits.MODE.name: "mode",
        traits.POWER_USE.name: "power use",
        traits.BATTERY.name: "battery",
        traits.SMOKE.name: "smoke",
        "True": "on",
        "False": "off",
        "smoke:True": "detected",
        "smoke:False": "none detected",
        f"lock:{LOCKED}": "locked",
        f"lock:{UNLOCKED}": "unlocked",
    },
}
LANGUAGES = tuple(_SAID)
