"""What is said to the virtual devices, and how the truth must look afterwards. A row for each action of the catalogue.

Nothing here asks the gateway's own tables: names and values are as CLOVA's documents have them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.demo.device import Truth, VirtualDevice

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
    ask: Callable[[VirtualDevice], Any] = lambda _: None
    shows: tuple[str, str] | None = None
    """A field of the answer, and the truth it must be."""
    first: str = ""
    """Said before, so that there is something to do."""

    @property
    def is_query(self) -> bool:
        """Whether it only asks."""
        return self.action.startswith(("Get", "Health", "Discover"))

    @property
    def reply(self) -> str:
        """The name of the message that answers it."""
        return f"{self.action}{'Response' if self.is_query else 'Confirmation'}"


def _value(value: Any) -> Callable[[VirtualDevice], Any]:
    return lambda _: {"value": value}


def _same(now: Truth, was: Truth, _: Any) -> bool:
    return now == was


def _is(key: str, value: Any) -> Callable[[Truth, Truth, Any], bool]:
    return lambda now, was, asked: now[key] == value  # noqa: ARG005


def _asked(key: str) -> Callable[[Truth, Truth, Any], bool]:
    return lambda now, was, asked: now[key] == asked["value"]  # noqa: ARG005


def _by(key: str, delta: float) -> Callable[[Truth, Truth, Any], bool]:
    return lambda now, was, asked: now[key] == was[key] + delta  # noqa: ARG005


def _modes(device: VirtualDevice) -> list[str]:
    return list(getattr(device, "modes", ()))


def _next_mode(device: VirtualDevice) -> Any:
    modes = _modes(device)
    return {"value": modes[(modes.index(device.truth()["mode"]) + 1) % len(modes)]}


_BRIGHTNESS = ("brightness", "brightness")
_TARGET = ("targetTemperature", "target_temperature")
_SPEED = ("fanSpeed", "fan_speed")
_BLUE = {"hue": 240, "saturation": 80, "brightness": 60}

CASES: tuple[Case, ...] = (
    Case("HealthCheck", _same),
    Case("GetDeviceState", _same),
    Case("ChangePower", lambda now, was, _: now["power"] is not was["power"]),
    Case("TurnOff", _is("power", False)),
    Case("TurnOn", _is("power", True)),
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
    Case("GetBatteryInfo", _same, shows=("batteryInfo", "battery")),
    Case("SetLockState", _is("lock", "LOCKED"), "lockState", lambda _: "LOCKED", ("lockState", "lock")),
    Case("GetLockState", _same, shows=("lockState", "lock")),
    Case("Close", _is("opening", 0)),
    Case("Open", _is("opening", 100)),
    Case("Stop", lambda now, *_: 0 < now["opening"] < 100, first="Close"),
    Case("SetFanSpeed", _asked("fan_speed"), "fanSpeed", _value(2), _SPEED),
    Case("IncrementFanSpeed", _by("fan_speed", 1), "deltaFanSpeed", _value(1), _SPEED),
    Case("DecrementFanSpeed", _by("fan_speed", -1), "deltaFanSpeed", _value(1), _SPEED),
    Case("ChangeFanSpeed", lambda now, was, _: now["fan_speed"] == was["fan_speed"] % 3 + 1, shows=_SPEED),
    Case("SetMode", _asked("mode"), "mode", _next_mode, ("mode", "mode")),
    Case("ChangeMode", lambda now, was, _: now["mode"] != was["mode"], shows=("mode", "mode")),
)


def shown(payload: Mapping[str, Any], field: str) -> Any:
    """The value under a field of an answer, as a truth has it."""
    found = payload.get(field)
    if not isinstance(found, dict):
        return found
    return (found["hue"], found["saturation"]) if "hue" in found else found.get("value")


def told(truth: Truth) -> dict[str, Any]:
    """What GetDeviceState must say of it, in Korean."""
    return {_NAMES[key]: _spoken(key, value) for key, value in truth.items()}


def _spoken(key: str, value: Any) -> Any:
    match key:
        case "power":
            return "켜짐" if value else "꺼짐"
        case "smoke":
            return "감지됨" if value else "감지되지 않음"
        case "lock":
            return {"LOCKED": "잠김", "UNLOCKED": "열림"}[value]
        case "color":
            return f"{value[0]}°, {value[1]}%"
        case "color_temperature":
            return f"{value}K"
        case "power_use":
            return f"{round(value)}W"
        case "fan_speed":
            return str(value)
        case _:
            return value


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
    "battery": "배터리",
    "smoke": "연기",
}
