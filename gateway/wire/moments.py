"""Dates and times of templates, as Home Assistant documents them. The zone is UTC."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.wire.arithmetic import NOTHING, otherwise
from gateway.wire.meter import Failed

Function = Callable[..., Any]

_FORMAT = re.compile(r"(?:[^%\0]|%[-_0^#]?[a-zA-Z%])*")
_MAX_FORMAT = 64
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
"""The seconds of the years 1 and 9999."""


def _moment(seconds: Any) -> datetime:
    """The moment of a Unix time. Raises ValueError or TypeError."""
    if not _FIRST <= seconds <= _LAST:
        raise ValueError("out of range")
    return datetime.fromtimestamp(seconds, UTC)


def _written(moment: Any, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    if len(form) > _MAX_FORMAT or not _FORMAT.fullmatch(form):
        raise Failed("a form of a date that is not allowed")
    text: str = moment.strftime(form)
    return text


def _timestamp_custom(value: Any, form: str = "%Y-%m-%d %H:%M:%S", local: bool = True, default: Any = NOTHING) -> Any:
    del local
    try:
        return _written(_moment(value), form)
    except (ValueError, TypeError):
        return otherwise(default, "timestamp_custom")


def _timestamp_utc(value: Any, default: Any = NOTHING) -> Any:
    try:
        return _moment(value).isoformat()
    except (ValueError, TypeError):
        return otherwise(default, "timestamp_utc")


def _as_datetime(value: Any, default: Any = NOTHING) -> Any:
    if isinstance(value, date):
        return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    try:
        return _moment(float(value))
    except (ValueError, TypeError):
        pass
    try:
        return datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return None if default is NOTHING and isinstance(value, str) else otherwise(default, "as_datetime")


def _as_local(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _as_timestamp(value: Any, default: Any = NOTHING) -> Any:
    try:
        return _as_local(value if isinstance(value, datetime) else datetime.fromisoformat(str(value))).timestamp()
    except ValueError:
        return otherwise(default, "as_timestamp")


def _strptime(text: Any, form: str, default: Any = NOTHING) -> Any:
    try:
        if max(len(text), len(form)) > _MAX_FORMAT:
            raise ValueError("too long")
        return datetime.strptime(text, form)  # noqa: DTZ007
    except (ValueError, TypeError):
        return otherwise(default, "strptime")


def is_datetime(value: Any) -> bool:
    """Whether it is a date with a time."""
    return isinstance(value, datetime)


METHODS: dict[type, dict[str, Function]] = {
    datetime: {
        "strftime": _written,
        "isoformat": datetime.isoformat,
        "timestamp": _as_timestamp,
        "weekday": datetime.weekday,
        "isoweekday": datetime.isoweekday,
        "date": datetime.date,
    },
    date: {"strftime": _written, "isoformat": date.isoformat},
    timedelta: {"total_seconds": timedelta.total_seconds},
}
FIELDS = frozenset({"year", "month", "day", "hour", "minute", "second", "microsecond", "days", "seconds"})
"""What can be read off a date or a span of time."""

SHARED: dict[str, Function] = {"as_datetime": _as_datetime, "as_local": _as_local, "as_timestamp": _as_timestamp}
FILTERS: dict[str, Function] = {
    "timestamp_custom": _timestamp_custom,
    "timestamp_local": _timestamp_utc,
    "timestamp_utc": _timestamp_utc,
}
FUNCTIONS: dict[str, Function] = {
    "now": lambda: datetime.now(UTC),
    "utcnow": lambda: datetime.now(UTC),
    "strptime": _strptime,
    "timedelta": timedelta,
}
