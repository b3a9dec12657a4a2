"""What is said to the virtual devices, and how the truth must look afterwards. A row for each action of the catalogue.

Nothing here asks the gateway's own tables: names and values are as CLOVA's documents have them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.demo.device import Subject, Truth

SEED_PAIRS = {
    "DecrementTargetTemperatureRequest": "DecrementTargetTemperatureConfirmation",
    "DiscoverAppliancesRequest": "DiscoverAppliancesResponse",
    "GetLockStateRequest": "GetLockStateResponse",
    "GetTargetTemperatureRequest": "GetTargetTemperatureResponse",
    "HealthCheckRequest": "HealthCheckResponse",
    "IncrementTargetTemperatureRequest": "IncrementTargetTemperatureConfirmation",
    "SetLockStateRequest": "SetLockStateConfirmation",
    "TurnOffRequest": "TurnOffConfirmation",
    "TurnOnRequest": "TurnOnConfirmation",
}
"""The requests of CLOVA's page on returning responses, and what answers each."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to say. `ask` makes the asked value, of `field`, from the device."""

    action: str
    holds: Callable[[Truth, Truth, Any], bool]
    """Whether the device's truth now is right, given the truth before and what was asked."""
    field: str = ""
    ask: Callable[[Subject], Any] = lambda _: None
    shows: tuple[str, str | Callable[[Truth], Any]] | None = None
    """A field of the answer, and the truth it must be, or what it must be made of."""
    first: str = ""
    """Said before, so that there is something to do."""
    travels: bool = False
    """Whether it is confirmed when it has begun, or a bridge has said so."""
    moment: str = ""
    """A field of the answer that is a time not long ago."""

    @property
    def is_query(self) -> bool:
        """Whether it only asks."""
        return self.action.startswith(("Get", "Health", "Discover"))

    @property
    def reply(self) -> str:
        """The name of the message that answers it."""
        return f"{self.action}{'Response' if self.is_query else 'Confirmation'}"


def _value(value: Any) -> Callable[[Subject], Any]:
    return lambda _: {"value": value}


def _same(now: Truth, was: Truth, _: Any) -> bool:
    return now == was


def _is(key: str, value: Any) -> Callable[[Truth, Truth, Any], bool]:
    return lambda now, was, asked: now[key] == value  # noqa: ARG005


def _asked(key: str) -> Callable[[Truth, Truth, Any], bool]:
    return lambda now, was, asked: now[key] == asked["value"]  # noqa: ARG005


def _by(key: str, delta: float) -> Callable[[Truth, Truth, Any], bool]:
    return lambda now, was, asked: now[key] == was[key] + delta  # noqa: ARG005


def _next_mode(device: Subject) -> Any:
    modes = list(device.modes)
    if not modes:
        return {"value": "away"}
    return {"value": modes[(modes.index(device.truth()["mode"]) + 1) % len(modes)]}


def _present_mode(device: Subject) -> Any:
    return {"value": device.truth()["mode"]}


def _is_released(now: Truth, was: Truth, _: Any) -> bool:
    return now["mode"] in ("general", "auto") and now["mode"] != was["mode"]


def _minutes(key: str) -> Callable[[Truth], str]:
    """A time as CLOVA writes it: PT2H15M."""

    def written(now: Truth) -> str:
        hours, minutes = divmod(now[key] // 60, 60)
        return f"PT{hours}H{minutes}M" if hours else f"PT{minutes}M"

    return written


def _is_on(now: Truth, _was: Truth, _asked: Any) -> bool:
    return now.get("power", now.get("recalled")) is True


def _consumed(now: Truth) -> Any:
    if "energy" in now:
        return [{"name": "전력 사용량", "unit": "KW", "value": round(now["energy"], 2)}]
    return [{"name": "소비 전력", "unit": "W", "value": now["power_use"]}]


def _worn(now: Truth) -> Any:
    usage = {"name": "사용률", "value": now["gasket"], "unit": "percentage"}
    return [{"name": "고무 패킹", "usage": usage}]


_BRIGHTNESS = ("brightness", "brightness")
_MODE = ("mode", "mode")
_VOLUME = ("targetVolume", "volume")
_CHANNEL = ("channel", "channel")
_TARGET = ("targetTemperature", "target_temperature")
_SPEED = ("fanSpeed", "fan_speed")
_BLUE = {"hue": 240, "saturation": 80, "brightness": 60}

CASES: tuple[Case, ...] = (
    Case("GetDeviceState", _same),
    Case("HealthCheck", _same),
    Case("ChangePower", lambda now, was, _: now["power"] is not was["power"]),
    Case("TurnOff", _is("power", False)),
    Case("TurnOn", _is_on),
    Case("SetBrightness", _asked("brightness"), "brightness", _value(40), _BRIGHTNESS),
    Case("IncrementBrightness", _by("brightness", 15), "deltaBrightness", _value(15), _BRIGHTNESS),
    Case("DecrementBrightness", _by("brightness", -20), "deltaBrightness", _value(20), _BRIGHTNESS),
    Case(
        "SetColor",
        lambda now, *_: now["color"] == (240, 80) and now["brightness"] == 60,
        "color",
        lambda _: _BLUE,
        ("color", "color"),
    ),
    Case(
        "SetColorTemperature",
        _asked("color_temperature"),
        "colorTemperature",
        _value(4000),
        ("colorTemperature", "color_temperature"),
    ),
    Case("SetTargetTemperature", _asked("target_temperature"), "targetTemperature", _value(23), _TARGET),
    Case("IncrementTargetTemperature", _by("target_temperature", 2), "deltaTemperature", _value(2), _TARGET),
    Case("DecrementTargetTemperature", _by("target_temperature", -1), "deltaTemperature", _value(1), _TARGET),
    Case("GetTargetTemperature", _same, shows=_TARGET),
    Case("GetCurrentTemperature", _same, shows=("currentTemperature", "current_temperature")),
    Case("GetHumidity", _same, shows=("humidity", "humidity")),
    Case("GetUltraFineDust", _same, shows=("ultraFineDust", "ultrafine_dust")),
    Case("GetBatteryInfo", _same, shows=("batteryInfo", "battery")),
    Case("GetPhase", _same, shows=("phase", "phase")),
    Case("GetRemainingTime", _same, shows=("remainingTime", _minutes("remaining_time"))),
    Case("GetKeepWarmTime", _same, shows=("keepWarmTime", _minutes("keep_warm_time"))),
    Case("GetCleaningCycle", _same, shows=("remainingTime", lambda now: f"P{now['cleaning_time'] // 86_400}D")),
    Case("GetExpendableState", _same, shows=("expendableInfo", _worn)),
    Case("GetConsumption", _same, shows=("consumption", _consumed)),
    Case("GetOpenState", _same, shows=("openState", "contact")),
    Case("GetOpenTime", _same, moment="openTimestamp"),
    Case("GetCloseTime", _same, moment="closeTimestamp"),
    Case("GetDetectedTime", _same, moment="detectedTime"),
    Case("GetNotice", _same, shows=("notice", "notices")),
    Case("SetLockState", _is("lock", "LOCKED"), "lockState", lambda _: "LOCKED", ("lockState", "lock")),
    Case("GetLockState", _same, shows=("lockState", "lock")),
    Case("Close", _is("opening", 0), travels=True),
    Case("Open", _is("opening", 100), travels=True),
    Case("Charge", _is("power", False)),
    Case("IncrementVolume", _by("volume", 5), "deltaVolume", _value(5), _VOLUME),
    Case("DecrementVolume", _by("volume", -3), "deltaVolume", _value(3), _VOLUME),
    Case("Mute", _is("mute", True)),
    Case("Unmute", _is("mute", False)),
    Case("SetChannel", _asked("channel"), "channel", _value(11), _CHANNEL),
    Case("IncrementChannel", _by("channel", 2), "deltaChannel", _value(2), _CHANNEL),
    Case("DecrementChannel", _by("channel", -1), "deltaChannel", _value(1), _CHANNEL),
    Case("SetChannelByName", _is("channel", 6), "channelName", _value("SBS"), ("channelName", "channel_name")),
    Case("ChangeInputSource", lambda now, was, _: now["input_source"] != was["input_source"]),
    Case("SetFanSpeed", _asked("fan_speed"), "fanSpeed", _value(2), _SPEED),
    Case("IncrementFanSpeed", _by("fan_speed", 1), "deltaFanSpeed", _value(1), _SPEED),
    Case("DecrementFanSpeed", _by("fan_speed", -1), "deltaFanSpeed", _value(1), _SPEED),
    Case("ChangeFanSpeed", lambda now, was, _: now["fan_speed"] == was["fan_speed"] % 3 + 1, shows=_SPEED),
    Case("SetMode", _asked("mode"), "mode", _next_mode, _MODE),
    Case("ReleaseMode", _is_released, "mode", _present_mode, _MODE),
    Case("Stop", lambda now, *_: now.get("phase") == "대기" or 0 < now["opening"] < 100, first="Close"),
    Case("ChangeMode", lambda now, was, _: now["mode"] != was["mode"], shows=_MODE),
)


def shown(payload: Mapping[str, Any], field: str) -> Any:
    """The value under a field of an answer, as a truth has it."""
    found = payload.get(field)
    if not isinstance(found, dict):
        return found
    return (found["hue"], found["saturation"]) if "hue" in found else found.get("value")


def told(truth: Truth) -> dict[str, Any]:
    """What GetDeviceState must say of it, in Korean."""
    return {_NAMES[key]: _spoken(key, value) for key, value in truth.items() if key not in _UNSPOKEN}


def _spoken(key: str, value: Any) -> Any:
    if key in _WORDS:
        return _WORDS[key][value]
    if key == "color":
        return "파란색" if value == (240, 80) else "연한 주황색" if value[1] < 45 else "주황색"
    if key in _SUFFIXES:
        return f"{round(value)}{_SUFFIXES[key]}"
    if key == "energy":
        return f"{round(value, 2):g}킬로와트시"
    if key.endswith("_time"):
        return _span(value // 60)
    return ", ".join(value) if isinstance(value, list) else str(value) if key == "volume" else value


def _span(minutes: int) -> str:
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = (f"{count}{unit}" for count, unit in ((days, "일"), (hours, "시간"), (minutes, "분")) if count)
    return " ".join(parts) or "0초"


_UNSPOKEN = frozenset({"carbon_dioxide", "gas", "leak", "recalled"})
"""What CLOVA has no words for."""
_SWITCH = {True: "켜짐", False: "꺼짐"}
_DETECTED = {True: "감지됨", False: "감지되지 않음"}
_WORDS: dict[str, dict[Any, str]] = {
    "power": _SWITCH,
    "mute": {True: "설정됨", False: "해제됨"},
    "motion": _DETECTED,
    "smoke": _DETECTED,
    "lock": {"LOCKED": "잠김", "UNLOCKED": "열림"},
    "contact": {"OPENED": "열림", "CLOSED": "닫힘"},
    "mode": {
        "auto": "자동",
        "away": "외출",
        "baby": "아기 수면",
        "cool": "냉방",
        "dehumidify": "제습",
        "general": "일반",
        "heat": "난방",
        "indoor": "실내",
        "keepwarm": "보온",
        "reheating": "재가열",
        "sleep": "취침",
    },
}
_SUFFIXES = {
    "color_temperature": "켈빈",
    "power_use": "와트",
    "fan_speed": "단계",
    "channel": "번",
    "ultrafine_dust": "마이크로그램",
}
_NAMES = {
    "power": "전원",
    "brightness": "밝기",
    "color": "색상",
    "color_temperature": "색온도",
    "target_temperature": "희망 온도",
    "current_temperature": "현재 온도",
    "humidity": "습도",
    "lock": "잠금 상태",
    "opening": "열림 정도",
    "fan_speed": "풍량",
    "mode": "모드",
    "power_use": "소비 전력",
    "energy": "전력 사용량",
    "motion": "움직임",
    "ultrafine_dust": "초미세먼지",
    "battery": "배터리",
    "smoke": "연기",
    "phase": "진행 단계",
    "remaining_time": "남은 시간",
    "keep_warm_time": "보온 시간",
    "cleaning_time": "청소까지 남은 시간",
    "gasket": "고무 패킹 사용률",
    "contact": "열림 상태",
    "volume": "음량",
    "mute": "음소거",
    "channel": "채널",
    "channel_name": "채널 이름",
    "input_source": "외부 입력",
    "notices": "공지사항",
}
