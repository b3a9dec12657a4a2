"""Texts of templates: put together, cut, filled in and made into names, never longer than `meter` allows."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from gateway.wire.meter import Failed, fits, plain

Function = Callable[..., Any]

MAX_FIELDS = 64
MAX_WIDTH = 99
_PERCENT = re.compile(r"%(?:\(\w*\))?[-#0 +]*\d{0,2}(?:\.\d{0,2})?[%diouxXeEfFgGcrsa]")
_FIELD = re.compile(r"\{\{|\}\}|\{\w*(?::(?:\d{0,2}(?:[^{}\d]\d{0,2})*))?\}")


def _short(value: Any) -> Any:
    """The value, if it is no text that is too long to go through letter by letter."""
    if isinstance(value, str):
        fits(len(value) * 16)
    return value


def joined(value: Any, between: Any) -> str:
    """The elements as one text."""
    parts, comma = [str(part) for part in _short(value)], str(between)
    fits(sum(map(len, parts)) + len(comma) * len(parts))
    return comma.join(parts)


def replace(value: Any, old: Any, new: Any, count: int | None = None) -> str:
    """The text with another put in place of a part of it."""
    text, part, other = str(value), str(old), str(new)
    fits(len(text) + text.count(part) * len(other))
    return text.replace(part, other, -1 if count is None else count)


def truncate(value: Any, length: int = 255, killwords: bool = False, end: str = "...", leeway: int = 5) -> Any:
    """The beginning of a text; the last word is dropped rather than cut, unless told to."""
    if not len(end) <= length or leeway < 0:
        raise Failed("truncate to less than nothing")
    if len(value) <= length + leeway:
        return value
    kept = value[: length - len(end)]
    return (kept if killwords else kept.rsplit(" ", 1)[0]) + end


def percent(text: str, values: Any) -> str:
    """`text % values`, with fields of bounded width."""
    plain(values if isinstance(values, tuple) else tuple(values.values()) if isinstance(values, dict) else (values,))
    if "%" in _PERCENT.sub("", text) or text.count("%") > MAX_FIELDS:
        raise Failed("a format that is not allowed")
    made: str = text % values
    return made


def braces(text: str, *args: Any, **kwargs: Any) -> str:
    """`text.format(...)`, with fields of bounded width and nothing but whole arguments in them."""
    plain((*args, *kwargs.values()))
    left = _FIELD.sub("", text)
    if "{" in left or "}" in left or text.count("{") > MAX_FIELDS:
        raise Failed("a format that is not allowed")
    return text.format(*args, **kwargs)


def padded(function: Function) -> Function:
    """A method that fills up a text, to a bounded width."""

    def pad(text: str, width: int, *fill: str) -> Any:
        if width > MAX_WIDTH:
            raise Failed("a text grows too long")
        return function(text, width, *fill)

    return pad


def ordinal(value: Any) -> str:
    """1st, 2nd, 3rd."""
    tens, ones = divmod(abs(int(str(value)[-2:])), 10)
    return f"{value}{'th' if tens == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(ones, 'th')}"


def slugify(value: Any, separator: str = "_") -> str:
    """A text as a name: small letters and digits, and one sign between."""
    text = unicodedata.normalize("NFKD", _short(str(value)).replace("'", "")).lower()
    letters = "".join(letter for letter in text if not unicodedata.combining(letter))
    if not letters.isascii():
        raise Failed("slugify knows Latin letters only")
    return joined(re.findall(r"[a-z0-9]+", letters), separator)
