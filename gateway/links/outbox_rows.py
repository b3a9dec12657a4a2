"""Occasions and notifications as rows of the file, and back. Points in time become seconds since 1970 there."""

from collections.abc import Mapping
from typing import Any

from gateway.engine.occasion import Key, Occasion
from gateway.engine.outbox import Notification, State
from gateway.home.alarms import Severity

KEY = ("alarm", "device", "slot", "source")
OCCASION = ("since", "raised_at", "over_since", "told_at", "lapses_at", "is_told", "is_escalated", "untold", "said")
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
    return {name: value + ahead if name in _TIMES and value is not None else value for name, value in columns.items()}


def occasion_of(row: Mapping[str, Any], ahead: float, now: float) -> Occasion:
    """The occasion; ValueError or TypeError where the row is none."""
    columns = _ours(row, ahead, now)
    return Occasion(Key(*(str(columns.pop(name)) for name in KEY)), **columns)


def notification_of(row: Mapping[str, Any], ahead: float, now: float) -> Notification:
    """The notification, which lives for no longer than it was given: the clock may have been wrong."""
    columns = _ours(row, ahead, now)
    columns["expires_at"] = min(columns["expires_at"], now + row["expires_at"] - row["raised_at"])
    columns["not_before"] = min(columns["not_before"], columns["expires_at"])
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
