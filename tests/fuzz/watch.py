"""The gateway's process as seen from outside: its ports, its memory, and what it says that is wrong."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
MAX_LINE = 1 << 20
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Died(RuntimeError):
    """It has ended by itself."""


class Subject:
    """A gateway that runs."""

    def __init__(self, process: asyncio.subprocess.Process, ports: list[int]) -> None:
        self._process = process
        self.ports = ports

    def memory_mb(self) -> float:
        """Resident memory now, in MB of 2**20 bytes."""
        return int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * _PAGE / 2**20

    def check(self) -> None:
        """Raise Died if it has ended."""
        if self._process.returncode is not None:
            raise Died(f"the gateway's process ended with {self._process.returncode}")


@asynccontextmanager
async def subject(folder: Path, tell: Callable[[str], None]) -> AsyncIterator[Subject]:
    """Start one with a folder that is empty; `tell` is called with whatever it says that is wrong."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fuzz.subject", folder, cwd=ROOT, stdin=pipe, stdout=pipe, limit=MAX_LINE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    listening = None
    try:
        async with asyncio.timeout(START_SECONDS):
            line = await process.stdout.readline()
        if not line:
            raise Died("the gateway's process did not start")
        listening = asyncio.create_task(_listen(process.stdout, tell))
        yield Subject(process, json.loads(line)["ports"])
        process.stdin.close()
        await listening
        async with asyncio.timeout(START_SECONDS):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        if listening is not None:
            listening.cancel()


async def _listen(said: asyncio.StreamReader, tell: Callable[[str], None]) -> None:
    async for line in said:
        ((kind, text),) = json.loads(line).items()
        tell(f"{kind}: {text}")
