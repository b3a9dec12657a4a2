"""Every Problem as the CLOVA error it becomes: one table. Source: the guide's page of error interfaces."""

import math
from collections.abc import Mapping
from typing import Any

from gateway.home import problems
from gateway.home.problems import Problem

ERRORS: tuple[tuple[type[Problem], str], ...] = (
    (problems.NoSuchDevice, "NoSuchTargetError"),
    (problems.Offline, "TargetOfflineError"),
    (problems.Silent, "TargetOfflineError"),
    (problems.Failed, "ActionFailedError"),
    (problems.DeviceFault, "DeviceFailureError"),
    (problems.Unsupported, "UnsupportedOperationError"),
    (problems.ModeNotSupported, "UnsupportedOperationError"),
    (problems.ValueNotSupported, "ValueNotSupportedError"),
    (problems.OutOfRange, "ValueOutOfRangeError"),
    (problems.WrongMode, "NotSupportedInCurrentModeError"),
    (problems.NotReady, "ConditionsNotMetError"),
    (problems.Refused, "ConditionsNotMetError"),
    (problems.StateUnknown, "ValueNotFoundError"),
    (problems.Busy, "ActionTemporarilyBlockedError"),
    (problems.TokenInvalid, "InvalidAccessTokenError"),
    (problems.TokenExpired, "ExpiredAccessTokenError"),
)

INTERNAL = "DriverInternalError"
"""What everything that is no Problem becomes."""

_NAMES = dict(ERRORS)


def describe_problem(problem: Problem, instead: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The error message's name and payload; `instead` are names that a region has in place of others."""
    payload: dict[str, Any] = {}
    if isinstance(problem, problems.OutOfRange):
        payload = {"maximumValue": _plain(problem.high, problem.low), "minimumValue": _plain(problem.low, problem.high)}
    elif isinstance(problem, problems.NotReady):
        payload = {"state": problem.why}
    name = _NAMES.get(type(problem), INTERNAL)
    return instead.get(name, name), payload


def _plain(bound: float, other: float) -> int | float:
    """A bound as a JSON number; an open end is given as the other bound, since both are required."""
    number = round(bound if math.isfinite(bound) else other, 2)
    return int(number) if number == int(number) else number
