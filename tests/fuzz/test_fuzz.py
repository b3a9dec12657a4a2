"""A small run of scripts/fuzz, and that it would notice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from gateway.web.public import PublicDoor, answer, redirect
from tests.fuzz import run as running
from tests.fuzz.__main__ import table, write
from tests.fuzz.again import confirmed
from tests.fuzz.made import Input, Maker
from tests.fuzz.run import Report, run
from tests.fuzz.watch import Subject

INPUTS = 5000
FORGED = b'{"header": {"namespace": "ClovaHome"}, "payload": {}}'


async def test_some_thousand_odd_inputs_find_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    report = await run(tmp_path, 5, INPUTS, said.append)
    findings, _ = await confirmed(report.findings)
    assert [(one.what, [(each.number, each.raw[:500]) for each in one.inputs[:1]]) for one in findings] == []
    assert report.inputs == INPUTS
    assert len(report.memory_mb) == 2
    assert report.honest > 3
    assert {200, 303, 400, 401, 403, 404, 405, 413, 415} <= report.statuses.keys()
    assert "inputs     5,000 in" in table(report)[1]


def test_a_seed_makes_the_same_inputs_again() -> None:
    first, second, other = (Maker(seed) for seed in (3, 3, 4))
    inputs = [first.make(number) for number in range(300)]
    assert inputs == [second.make(number) for number in range(300)]
    assert inputs[150] == second.make(150)
    assert inputs != [other.make(number) for number in range(300)]
    assert {one.kind for one in inputs} >= {"signed", "unsigned", "broken", "/oauth/authorize", "/oauth/token"}


class Beside(Subject):
    """A door of this very process."""

    def __init__(self, port: int) -> None:
        self.ports = [port, port]

    def memory_mb(self) -> float:
        return 1.0

    def check(self) -> None:
        """It runs."""


async def heard_by_all(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
    return answer(FORGED)


async def led_away(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
    return redirect("https://evil.example/")


async def broken(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
    raise RuntimeError("a defect")


@asynccontextmanager
async def fuzzed(inputs: int) -> AsyncIterator[Report]:
    """What is found of a door that is wrong in every way."""
    routes = {
        "/clova/home": {"POST": heard_by_all},
        "/oauth/authorize": {"GET": led_away, "POST": broken},
    }
    async with PublicDoor(routes).open("127.0.0.1", 0) as port:
        runner = running._Runner(1, inputs)
        await runner.run(Beside(port), lambda _: None)
        yield runner.report


async def test_it_notices() -> None:
    async with fuzzed(400) as report:
        found = {one.what for one in report.findings}
    assert {"heard without a signature", "led to 'https://evil.example/'", "status 500 to /oauth/authorize"} <= found


@pytest.mark.parametrize("sort", ["whole", "broken"])
def test_what_was_found_is_kept_as_bytes(tmp_path: Path, sort: str) -> None:
    one = Input(17, "signed", 1, b"\x00bytes", sort == "whole")
    write(tmp_path / "kept", 9, 2, running.Finding("bad", (one,)))
    assert (tmp_path / "kept" / "9-2.txt").read_text() == "bad\n"
    assert (tmp_path / "kept" / f"9-2-17-1-{sort}.bin").read_bytes() == b"\x00bytes"
