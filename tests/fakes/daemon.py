"""A program in a process of its own, whose every line is heard."""

import asyncio
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from tests.fakes.machines import below
from tests.fakes.mosquitto import until

ROOT = Path(__file__).parents[2]


class Daemon:
    """A process that is heard: each line it says, with the time at which it came (monotonic)."""

    def __init__(self, *argv: str, environment: dict[str, str] | None = None) -> None:
        self._argv = argv
        self.environment = {**os.environ, **(environment or {})}
        self.heard: list[tuple[float, str]] = []
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._argv,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._reading = asyncio.create_task(self._read(self._process.stdout))

    async def _read(self, told: asyncio.StreamReader) -> None:
        while line := (await told.readline()).decode(errors="replace"):
            self.heard.append((time.monotonic(), line))

    def said(self, words: str, since: float = 0.0) -> list[float]:
        """When it said so."""
        return [at for at, line in self.heard if at >= since and words in line]

    async def until_said(self, words: str, seconds: float = 20.0, since: float = 0.0, many: int = 1) -> None:
        try:
            await until(lambda: len(self.said(words, since)) >= many, seconds)
        except TimeoutError:
            raise AssertionError(f"{words!r} was not said:\n" + "".join(line for _, line in self.heard)) from None

    async def ended(self, seconds: float = 20.0) -> int:
        """Wait for its end; its status."""
        assert self._process is not None
        assert self._reading is not None
        status = await asyncio.wait_for(self._process.wait(), seconds)
        await asyncio.wait_for(self._reading, seconds)
        return status

    async def stop(self, number: signal.Signals = signal.SIGKILL, *, and_below: bool = False) -> None:
        """End it; with all that it has started."""
        if self._process is None:
            return
        for pid in (*(below(self.pid) if and_below else ()), self.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        await asyncio.wait_for(self._process.wait(), 10)
        if self._reading is not None:
            await asyncio.wait_for(self._reading, 10)
        self._process = None
