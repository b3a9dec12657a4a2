"""Looks for the one input that was to blame: all suspects once more, one after the other, with a gateway of their own.

What needs more than one input to happen, or something that the gateway had given out, does not happen again here.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.line import Answer, Line
from tests.fuzz.made import Input
from tests.fuzz.run import HANG_SECONDS, WAIT_SECONDS, Finding
from tests.fuzz.watch import subject

LISTEN_SECONDS = 0.1
"""How long the gateway's word about an input may take to arrive after its answer."""


class Bench:
    """One gateway, and one input at a time."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.ports: list[int] = []

    async def send(self, one: Input) -> tuple[list[Answer], float]:
        """The answers, and the seconds until the last one or the end."""
        line = await Line.to(self.ports[one.door])
        started = time.monotonic()
        line.send(one.raw)
        try:
            if one.is_whole:
                answer = await line.answer(WAIT_SECONDS)
                found = [answer] if answer is not None else []
            else:
                found = await line.end(WAIT_SECONDS)
        except TimeoutError:
            found = []
        seconds = time.monotonic() - started
        line.hang_up()
        await asyncio.sleep(LISTEN_SECONDS)
        return found, seconds


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """A new gateway."""
    made = Bench()
    with TemporaryDirectory(prefix="fuzz-again-") as folder:
        async with subject(Path(folder), made.told.append) as found:
            made.ports = found.ports
            yield made


async def confirmed(findings: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Those that stand, each with the one input to blame where it was found; and those that were only once late."""
    stand: list[Finding] = []
    once: list[Finding] = []
    for finding in findings:
        seen = finding if finding.is_certain or not finding.inputs else await _again(finding)
        if seen is not None:
            stand.append(seen)
        elif finding.what.startswith("late"):
            once.append(finding)
        else:
            stand.append(finding)
    return stand, once


async def _again(finding: Finding) -> Finding | None:
    async with bench() as alone:
        for one in reversed(finding.inputs):
            _, seconds = await alone.send(one)
            if alone.told or seconds > HANG_SECONDS:
                return replace(finding, inputs=(one,), is_certain=True)
    return None
