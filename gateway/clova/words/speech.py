"""How a trait and its value are read aloud."""

import math
from bisect import bisect_right
from datetime import datetime, tzinfo
from itertools import pairwise

from gateway.clova.words.en import ENGLISH
from gateway.clova.words.ja import JAPANESE
from gateway.clova.words.ko import KOREAN
from gateway.clova.words.table import Words
from gateway.home.traits import Trait
from gateway.home.values import Color, Rows, Value

WORDS: dict[str, Words] = {"ko": KOREAN, "ja": JAPANESE, "en": ENGLISH}
LANGUAGES = tuple(WORDS)

HUES = (15, 45, 68, 95, 155, 187, 205, 250, 290, 315, 345)
"""The degrees where one colour word ends and the next begins."""
_PALE, _WHITE = 45, 10
"""The percents of saturation below which a colour is called so."""

_DIGITS = {"celsius": 1, "kilogram": 1, "index": 1, "kilowatt_hour": 2, "": 2}
"""The decimals that are told of a unit; none of the others."""
_SPANS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def name_of(trait: Trait, part: str, language: str) -> str:
    """What is read aloud before the value; a part that is no word of CLOVA's has the name its owner gave it."""
    words = WORDS[language]
    name = words.names[trait.name]
    return words.joined.format(part=words.parts.get(part, part), name=name) if part else name


def told(trait: Trait, value: Value, language: str, zone: tzinfo, currency: str = "") -> str:
    """The value as it is read aloud; without a currency (ISO 4217), money is in the language's own."""
    words = WORDS[language]
    match value:
        case bool():
            return words.states.get(trait.name, words.switch)[not value]
        case str():
            return words.values.get(trait.name, {}).get(value, value) or words.no_value
        case Color():
            return _color(value, words)
        case tuple():
            return _rows(trait, value, language, zone, currency)
    return _measured(trait, value, words, zone, currency) if math.isfinite(value) else words.no_value


def detections(count: float, language: str) -> str:
    """How often something was detected today."""
    return _amount("today", count, WORDS[language])


def no_value(language: str) -> str:
    """What is said where nothing is known."""
    return WORDS[language].no_value


def _measured(trait: Trait, value: float, words: Words, zone: tzinfo, currency: str) -> str:
    match trait.unit:
        case "second":
            return _span(value, words)
        case "instant":
            return _moment(value, zone, words)
        case "money" if currency:
            return _amount(currency, value, words)
    return _amount(trait.name if trait.name in words.amounts else trait.unit, value, words)


def _amount(unit: str, value: float, words: Words) -> str:
    digits = _digits(value, _DIGITS.get(unit, 0))
    several = words.amounts.get(unit, f"{{}} {unit}".rstrip())
    return (words.single.get(unit, several) if digits == "1" else several).format(digits)


def _digits(value: float, decimals: int) -> str:
    """Rounded; 21 rather than 21.0, and 0 rather than -0."""
    written = f"{round(value, decimals) + 0.0:.{decimals}f}"
    return written.rstrip("0").rstrip(".") if decimals else written


def _span(seconds: float, words: Words) -> str:
    """In the largest unit and the next smaller one, to which it is rounded."""
    left = max(0, round(seconds))
    for (_, large), (_, small) in pairwise(_SPANS):
        if left >= large:
            left = (left + small // 2) // small * small
            break
    said = []
    for unit, length in _SPANS:
        count, left = divmod(left, length)
        if count:
            said.append(_amount(unit, count, words))
    return words.span_gap.join(said) or _amount("second", 0, words)


def _moment(instant: float, zone: tzinfo, words: Words) -> str:
    try:
        at = datetime.fromtimestamp(instant, zone)
    except (ValueError, OverflowError, OSError):  # beyond the calendar: a device that counts in milliseconds
        return words.no_value
    afternoon, hour = divmod(at.hour, 12)
    return (words.moment if at.minute else words.full_hour).format(
        month=words.months[at.month - 1],
        day=at.day,
        half=words.halves[afternoon],
        hour=hour or words.twelves[afternoon],
        minute=at.minute,
    )


def _color(color: Color, words: Words) -> str:
    if color.saturation < _WHITE:
        return words.white
    hue = words.hues[bisect_right(HUES, color.hue % 360)]
    return words.pale.format(hue) if color.saturation < _PALE else hue


def _rows(trait: Trait, rows: Rows, language: str, zone: tzinfo, currency: str) -> str:
    words = WORDS[language]
    said = (" ".join(row) if isinstance(row, tuple) else told(trait, row, language, zone, currency) for row in rows)
    return words.list_gap.join(said) or words.nothing
