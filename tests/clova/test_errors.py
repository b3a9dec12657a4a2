"""Every Problem has its CLOVA error, and every CLOVA error its Problem."""

import ast
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gateway
from gateway.clova.errors import ERRORS, INTERNAL, describe_problem
from gateway.home import problems
from gateway.home.problems import Problem

FOURTEEN = {
    "ActionFailedError",
    "ActionTemporarilyBlockedError",
    "ConditionsNotMetError",
    "DeviceFailureError",
    "DriverInternalError",
    "ExpiredAccessTokenError",
    "InvalidAccessTokenError",
    "NoSuchTargetError",
    "NotSupportedInCurrentModeError",
    "TargetOfflineError",
    "UnsupportedOperationError",
    "ValueNotFoundError",
    "ValueNotSupportedError",
    "ValueOutOfRangeError",
}
UNREACHED: dict[str, str] = {}
"""Errors that nothing in the gateway comes to, and why."""


def every(problem: type[Problem]) -> Iterator[type[Problem]]:
    for kind in problem.__subclasses__():
        if kind.__module__.startswith("gateway."):
            yield kind
            yield from every(kind)


def raised() -> set[str]:
    """The names of everything that is raised anywhere in the gateway."""
    (folder,) = gateway.__path__
    nodes = (node for file in Path(folder).rglob("*.py") for node in ast.walk(ast.parse(file.read_text())))
    found = [
        node.exc.func if isinstance(node.exc, ast.Call) else node.exc for node in nodes if isinstance(node, ast.Raise)
    ]
    conditional = [
        branch.func
        for exc in found
        if isinstance(exc, ast.IfExp)
        for branch in (exc.body, exc.orelse)
        if isinstance(branch, ast.Call)
    ]
    return {exc.id for exc in (*found, *conditional) if isinstance(exc, ast.Name)}


def test_every_problem_is_mapped_once() -> None:
    mapped = [problem for problem, _ in ERRORS]
    assert set(mapped) == set(every(Problem))
    assert len(mapped) == len(set(mapped))


def test_every_problem_stands_in_the_drawing() -> None:
    drawing = problems.__doc__ or ""
    assert not [kind.__name__ for kind in every(Problem) if f"+-- {kind.__name__}" not in drawing]


def test_the_table_knows_the_errors_of_the_platform_and_no_other() -> None:
    assert {name for _, name in ERRORS} | {INTERNAL} == FOURTEEN


def test_every_error_is_reached_or_has_a_reason() -> None:
    names = raised()
    reached = {name for problem, name in ERRORS if problem.__name__ in names} | {INTERNAL}
    assert FOURTEEN - reached == set(UNREACHED)


@pytest.mark.parametrize(
    ("problem", "payload"),
    [
        (problems.OutOfRange(18, 30), {"minimumValue": 18, "maximumValue": 30}),
        (problems.OutOfRange(16.5, 30.0), {"minimumValue": 16.5, "maximumValue": 30}),
        (problems.OutOfRange(0, math.inf), {"minimumValue": 0, "maximumValue": 0}),
        (problems.NotReady("문이 열려 있는"), {"state": "문이 열려 있는"}),
        (problems.Silent("secret-device"), {}),
        (problems.NoSuchDevice("secret-device"), {}),
        (problems.TokenInvalid("secret-token"), {}),
        (problems.Failed("brightness: not yet"), {}),
    ],
)
def test_an_error_tells_what_the_platform_asks_for_and_no_more(problem: Problem, payload: dict[str, Any]) -> None:
    found = describe_problem(problem, {})[1]
    assert found == payload
    assert {key: type(value) for key, value in found.items()} == {key: type(value) for key, value in payload.items()}


def test_a_problem_without_a_row_is_a_fault_of_ours() -> None:
    class Unheard(Problem):
        pass

    assert describe_problem(Unheard(), {}) == (INTERNAL, {})
