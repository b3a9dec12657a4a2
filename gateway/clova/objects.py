"""How CLOVA writes the value of one field: its shared objects, a row each. Read liberally, write strictly.

Source: the shared objects of the CLOVA Home extension guide (KR, v2021-01-18; JP, v3.2.0). Most are `{"value": x}`; the
documents' own examples sometimes send the bare value where an object is due, or the other way round: both are read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from gateway.clova import modes, words
from gateway.home.periods import Period
from gateway.home.problems import ValueNotSupported
from gateway.home.traits import GRADES, ON_OFF
from gateway.home.values import LOCKED, UNLOCKED, Color, Value

MAX_WORD = 100


@dataclass(frozen=True, slots=True)
class Locale:
    """What the writing of some values depends on: the region's code, the home's time zone, language and currency."""

    region: str
    zone: tzinfo
    language: str
    currency: str


def _refuse(_given: Any, _locale: Locale) -> Value:
    raise ValueNotSupported("this is never asked")


@dataclass(frozen=True, slots=True)
class InfoObject:
    """One shared object, or one of the bare types. `read` raises ValueNotSupported for what is no such value."""

    name: str
    write: Callable[[Value, Locale], Any]
    read: Callable[[Any, Locale], Value] = _refuse
    whole: bool = False
    """Whether its numbers are integers."""


def bare(given: Any) -> Any:
    """What stands under `value`, where it is an object."""
    return given.get("value") if isinstance(given, dict) else given


def read_number(given: Any, _locale: Locale | None = None) -> float:
    """A number that some device might have."""
    found = bare(given)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueNotSupported("not a number")
    if not abs(found) <= 1e9:  # nor NaN
        raise ValueNotSupported("a number beyond all devices")
    return float(found)


def read_word(given: Any, _locale: Locale | None = None) -> str:
    """A word that can be looked up."""
    found = bare(given)
    if not isinstance(found, str) or not 0 < len(found) <= MAX_WORD:
        raise ValueNotSupported("not a word")
    return found


def read_period(given: Any, zone: tzinfo) -> Period:
    """A PeriodInfoObject."""
    if not isinstance(given, dict):
        raise ValueNotSupported("not a period")
    start, end = (_read_instant(given.get(key), zone) for key in ("start", "end"))
    if end < start:
        raise ValueNotSupported("a period that ends before it begins")
    return Period(start, end)


def write_period(period: Period, zone: tzinfo) -> dict[str, str]:
    """A PeriodInfoObject."""
    return {"start": write_instant(period.start, zone), "end": write_instant(period.end, zone)}


def _read_instant(given: Any, zone: tzinfo) -> float:
    try:
        when = datetime.fromisoformat(given)
        return (when if when.tzinfo is not None else when.replace(tzinfo=zone)).timestamp()
    except (TypeError, ValueError, OverflowError):
        raise ValueNotSupported("not a point in time") from None


def write_instant(seconds: float, zone: tzinfo) -> str:
    """ISO 8601 with the home's offset: 2026-11-21T07:30:00+09:00."""
    return datetime.fromtimestamp(seconds, zone).isoformat(timespec="seconds")


def write_duration(seconds: float) -> str:
    """ISO 8601: P1DT2H3M4S; PT0S for none."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    date = f"{days}D" if days else ""
    time = "".join(f"{count}{unit}" for count, unit in ((hour, "H"), (minute, "M"), (second, "S")) if count)
    return f"P{date}T{time or '0S'}" if time or not date else f"P{date}"


def number(value: Value, digits: int = 0) -> int | float:
    """A value that is known to be a number, rounded to `digits` decimals, as a JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    return round(float(value), digits) if digits else round(value)


def _read_color(given: Any, _locale: Locale) -> Color:
    if not isinstance(given, dict):
        raise ValueNotSupported("not a colour")
    if isinstance(given.get("value"), dict):
        given = given["value"]
    hue, saturation = read_number(given.get("hue")), read_number(given.get("saturation"))
    if not (0 <= hue <= 360 and 0 <= saturation <= 100):
        raise ValueNotSupported("not a colour")
    return Color(hue, saturation)


def _write_color(value: Value, _locale: Locale) -> Any:
    if not isinstance(value, Color):
        raise TypeError("not a colour")
    return {"hue": round(value.hue), "saturation": round(value.saturation)}


def _read_lock(given: Any, _locale: Locale) -> str:
    try:
        return _LOCK_STATES[read_word(given)]
    except KeyError:
        raise ValueNotSupported("neither LOCKED nor UNLOCKED") from None


_LOCK_STATES = {"LOCKED": LOCKED, "UNLOCKED": UNLOCKED}
_LOCK_WORDS: dict[Value, str] = {state: word for word, state in _LOCK_STATES.items()}


def _write_opened(value: Value, _locale: Locale) -> str:
    """A contact is open or not; a curtain is, unless it is closed."""
    return "OPENED" if (value if isinstance(value, bool) else number(value) > CLOSED_PERCENT) else "CLOSED"


CLOSED_PERCENT = 2
"""As far as a curtain may be from closed and still be."""


def _write_dust(bounds: tuple[float, float, float]) -> Callable[[Value, Locale], Any]:
    """The index is required, the number is not: a device may report either."""

    def write(value: Value, _locale: Locale) -> Any:
        if isinstance(value, str):
            return {"index": value}
        amount = number(value)
        return {"value": amount, "index": GRADES[sum(amount > bound for bound in bounds)]}

    return write


def _write_instants(value: Value, locale: Locale) -> list[str]:
    instants = value if isinstance(value, tuple) else (value,)
    return [write_instant(float(number(one, 3)), locale.zone) for one in instants]


def _write_pairs(value: Value, _locale: Locale) -> list[dict[str, Any]]:
    pairs = value if isinstance(value, tuple) else ()
    return [{"name": pair[0], "value": pair[1]} for pair in pairs if isinstance(pair, tuple)]


def _write_list(value: Value, _locale: Locale) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def _write_power(value: Value, locale: Locale) -> Any:
    if isinstance(value, bool):
        return {"value": words.told(ON_OFF, value, locale.language, locale.zone)}
    return {"value": value}


def _in_value(write: Callable[[Value, Locale], Any]) -> Callable[[Value, Locale], Any]:
    return lambda value, locale: {"value": write(value, locale)}


def _as_it_is(value: Value, _locale: Locale) -> Value:
    return value


def _count(name: str) -> InfoObject:
    """A whole number."""
    return InfoObject(name, lambda value, _: {"value": number(value)}, read_number, whole=True)


def _decimal(name: str, digits: int = 2) -> InfoObject:
    """A number with at most so many decimals."""
    return InfoObject(name, lambda value, _: {"value": number(value, digits)}, read_number)


def _word(name: str) -> InfoObject:
    return InfoObject(name, _in_value(_as_it_is), read_word)


BRIGHTNESS = _count("BrightnessInfoObject")
BATTERY = _count("BatteryInfoObject")
COLOR_TEMPERATURE = _count("ColorTemperatureInfoObject")
COUNT = _count("CountInfoObject")
HUMIDITY = _count("HumidityInfoObject")
SPEED = _count("SpeedInfoObject")
TAX_BRACKET = _count("ProgressiveTaxBracketInfoObject")
TV_CHANNEL = _count("TVChannelInfoObject")
VOLUME = _count("VolumeInfoObject")
INTENSITY = _decimal("IntensityLevelInfoObject")
INDEX = _decimal("IndexInfoObject")
PERCENTAGE = _decimal("PercentageInfoObject")
SCORE = _decimal("ScoreInfoObject")
TEMPERATURE = _decimal("TemperatureInfoObject", 1)
WEIGHT = _decimal("WeightInfoObject")
CHANNEL_NAME = _word("TVChannelNameInfoObject")
DIRECTION = _word("DirectionInfoObject")
ENDPOINT = _word("EndpointInfoObject")
INPUT_SOURCE = _word("TVInputSourceNameInfoObject")
PHASE = _word("PhaseInfoObject")
MODE = InfoObject(
    "ModeInfoObject",
    lambda value, locale: {"value": modes.said_in(locale.region, str(value))},
    lambda given, locale: modes.meant_in(locale.region, read_word(given)),
)
POWER_STATE = InfoObject("PowerStateInfoObject", _write_power)
COLOR = InfoObject("ColorInfoObject", _write_color, _read_color)
"""Its brightness is another trait's, see `catalogue.Extra`."""
AIR_QUALITY = InfoObject("AirQualityInfoObject", lambda value, _: {"index": value})
FINE_DUST = InfoObject("FineDustInfoObject", _write_dust((30, 80, 150)))
ULTRAFINE_DUST = InfoObject("UltraFineDustInfoObject", _write_dust((15, 35, 75)))
"""Above so many micrograms a cubic metre it is normal, bad, very bad: the steps of Korea's forecasts, since 2018."""
BILL = InfoObject("BillInfoObject", lambda value, locale: {"currency": locale.currency, "value": number(value, 2)})
DETECTION_COUNT = InfoObject(
    "DetectionCountInfoObject", lambda value, locale: {"value": words.detections(int(number(value)), locale.language)}
)
SITTING_STATE = InfoObject("SittingStateInfoObject", _in_value(_as_it_is))

LOCK_STATE = InfoObject("string", lambda value, _: _LOCK_WORDS[value], _read_lock)
OPEN_STATE = InfoObject("string", _write_opened)
DURATION = InfoObject("string", lambda value, _: write_duration(float(number(value, 3))))
INSTANT = InfoObject("string", lambda value, locale: write_instant(float(number(value, 3)), locale.zone))
INSTANTS = InfoObject("string[]", _write_instants)
TEXTS = InfoObject("string[]", _write_list)
PLACES = InfoObject("object[]", _write_pairs)
