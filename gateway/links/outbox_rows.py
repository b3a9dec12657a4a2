"""Occasions and notifications as rows of the file, and back. Points in time become seconds since 1970 there."""

from collections.abc import Mapping
from typing import Any

from gateway.engine.occasion import Key, Occasion
from gateway.engine.outbox import Notification, State
from gateway.home.alarms import Severity

KEY = ("alarm", "device", "slot", "source")
OCCASION = (
    *("since", "raised_at", "over_since", "told_at", "lapses_at"),
    *("is_told", "is_escalated", "untold", "said", "way"),
)
NOTIFICATION = (
    *("id", "alarm", "severity", "device", "slot", "source", "message", "said", "is_second"),
    *("raised_at", "expires_at", "not_before", "state", "why", "tries", "closed_at", "is_doubtful"),
)
_TIMES = frozenset(name for name in (*OCCASION, *NOTIFICATION) if name.endswith(("_at", "since", "before")))
_PAST = _TIMES - {"lapses_at", "expires_at", "not_before"}

Row = dict[str, Any]


def row_of(one: Occasion | Notification, ahead: float) -> Row:
    """Its columns; `ahead` is by how much the time of day is ahead of the monotonic clock."""
    if isinstance(one, Occasion):
        columns: Row = {name: getattr(one.key, name) for name in KEY} | {name: getattr(one, name) for name in OCCASION}
    else:
        columns = {name: getattr(one, name) for name in NOTIFICATION}
        columns |= {"severity": one.severity.value, "state": one.state.value}
    return {name: _written(name, value, ahead) for name, value in columns.items()}


def _written(name: str, value: Any, ahead: float) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # half a character cannot be written
    return value + ahead if name in _TIMES and value is not None else value


def occasion_of(row: Mapping[str, Any], ahead: float, now: float) -> Occasion:
    """The occasion; ValueError or TypeError where the row is none."""
    columns = _ours(row, ahead, now)
    return Occasion(Key(*(str(columns.pop(name)) for name in KEY)), **columns)


def notification_of(row: Mapping[str, Any], ahead: float, now: float) -> Notification:
    """The notification, which waits and lives for no longer than it was given: the clock may have been wrong."""
    columns = _ours(row, ahead, now)
    for name in ("expires_at", "not_before"):
        columns[name] = min(columns[name], now + row[name] - row["raised_at"])
    return Notification(
        **(columns | {"severity": Severity(columns["severity"]), "state": State(columns["state"])}),
    )


def _ours(row: Mapping[str, Any], ahead: float, now: float) -> Row:
    """The columns with our points in time; what has happened is not in the future, whatever the clock was."""
    columns: Row = {}
    for name, value in row.items():
        if name in _TIMES and value is not None:
            columns[name] = min(value - ahead, now) if name in _PAST else value - ahead
        else:
            columns[name] = bool(value) if name.startswith("is_") else value
    return columns
