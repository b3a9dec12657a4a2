"""How CLOVA writes the value of one field. Read liberally, write strictly.

Source: the shared objects of the CLOVA Home extension guide (KR, v2021-01-18). Most are `{"value": x}`; the documents'
own examples sometimes send the bare value, so both are read everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.home.problems import ValueNotSupported
from gateway.home.values import LOCKED, UNLOCKED, Color, Value


@dataclass(frozen=True, slots=True)
class Form:
    """Reading raises ValueNotSupported for anything that is not such a value."""

    read: Callable[[Any], Value]
    write: Callable[[Value], Any]
    whole: bool = False
    """Whether its numbers are integers."""


def _bare(given: Any) -> Any:
    return given.get("value") if isinstance(given, dict) else given


def _number(given: Any) -> float:
    found = _bare(given)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueNotSupported("not a number")
    if not abs(found) <= 1e9:  # nor NaN
        raise ValueNotSupported("a number beyond all devices")
    return float(found)


def _word(given: Any) -> str:
    found = _bare(given)
    if not isinstance(found, str) or not 0 < len(found) <= 100:
        raise ValueNotSupported("not a word")
    return found


def _color(given: Any) -> Color:
    if not isinstance(given, dict):
        raise ValueNotSupported("not a colour")
    hue, saturation = _number(given.get("hue")), _number(given.get("saturation"))
    if not (0 <= hue <= 360 and 0 <= saturation <= 100):
        raise ValueNotSupported("not a colour")
    return Color(hue, saturation)


def _write_color(value: Value) -> Any:
    if not isinstance(value, Color):
        raise TypeError("not a colour")
    return {"hue": round(value.hue), "saturation": round(value.saturation)}


def _read_lock(given: Any) -> str:
    try:
        return _LOCK_STATES[_word(given)]
    except KeyError:
        raise ValueNotSupported("neither LOCKED nor UNLOCKED") from None


def number(value: Value, digits: int = 0) -> int | float:
    """A value that is known to be a number, rounded to `digits` decimals, as a JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    return round(float(value), digits) if digits else round(value)


_LOCK_STATES = {"LOCKED": LOCKED, "UNLOCKED": UNLOCKED}
_LOCK_WORDS: dict[Value, str] = {state: word for word, state in _LOCK_STATES.items()}

WHOLE = Form(_number, lambda value: {"value": number(value)}, whole=True)
"""BrightnessInfoObject, SpeedInfoObject, ColorTemperatureInfoObject, HumidityInfoObject, BatteryInfoObject."""
TENTHS = Form(_number, lambda value: {"value": number(value, 1)})
"""TemperatureInfoObject: one decimal, also for differences."""
WORD = Form(_word, lambda value: {"value": value})
"""ModeInfoObject."""
COLOR = Form(_color, _write_color)
"""ColorInfoObject; its brightness is another trait, see catalogue.Action.inside."""
LOCK_STATE = Form(_read_lock, lambda value: _LOCK_WORDS[value])
"""lockState is a bare string."""
