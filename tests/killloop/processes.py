"""The processes of the kill loop: the broker, the push service, and the daemon that is killed again and again."""

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from gateway.control import ControlError, ask
from tests.fakes.mosquitto import Mosquitto
from tests.fakes.push import KEY

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "config" / "mosquitto" / "clova-gateway.conf"
STOP_SECONDS = 10.0
LISTENS = '"listening for alarms"'
BAD = ("Traceback", "a defect", '"critical"', "set aside", "Exception", KEY)
"""What the daemon must never say."""
EXPECTED = ("alarm not sent",)
"""What it says loudly because the push service is in trouble."""
_MEASURED = "COVERAGE_"


class Request(NamedTuple):
    """What the push service was asked. Monotonic seconds."""

    at: float
    step: str
    device: str
    message: str
    is_taken: bool
    is_told: bool
    """Whether its answer said so, at once and whole."""


def environment() -> dict[str, str]:
    """Ours, without what makes a daemon slower that never gets to write down how much of it was run."""
    return {key: value for key, value in os.environ.items() if not key.startswith(_MEASURED)}


def broker(folder: Path) -> Mosquitto:
    """A Mosquitto with the settings that this project recommends."""
    folder.mkdir()
    lines = [line for line in SETTINGS.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    fakes_own = ("persistence ", "autosave_")
    settings = "\n".join(line for line in lines if not line.startswith(fakes_own))
    return Mosquitto(folder, f"allow_anonymous true\n{settings}\n")


class Service:
    """The push service's process, and what it was asked."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.port = 0
        self.requests: list[Request] = []
        self.moved = asyncio.Event()
        """Set at each request."""
        self.listeners: list[Callable[[Request], None]] = []

    async def start(self) -> None:
        program = (sys.executable, "-m", "tests.killloop.service", "--seed", str(self._seed))
        self._process = await asyncio.create_subprocess_exec(
            *program, cwd=ROOT, env=environment(), stdout=asyncio.subprocess.PIPE, start_new_session=True
        )
        assert self._process.stdout is not None
        self.port = int(await self._process.stdout.readline())
        self._reading = asyncio.create_task(self._read(self._process.stdout))

    async def _read(self, told: asyncio.StreamReader) -> None:
        while line := await told.readline():
            request = Request(*json.loads(line))
            self.requests.append(request)
            for listener in self.listeners:
                listener(request)
            self.moved.set()

    async def stop(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self._reading is not None:
            await self._reading


@dataclass(frozen=True, slots=True)
class Life:
    """One run of the daemon, in monotonic seconds."""

    spawned_at: float
    ready_seconds: float | None
    """From its start until it listens for alarms; None where it never came to that."""
    ended_at: float


@dataclass(slots=True)
class Daemon:
    """`clova-gateway run`, again and again."""

    config: Path
    lives: list[Life] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    _process: asyncio.subprocess.Process | None = None
    _reading: asyncio.Task[None] | None = None
    _spawned_at: float = 0.0
    _ready_at: float | None = None
    _listens: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        self._listens.clear()
        self._spawned_at, self._ready_at = time.monotonic(), None
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gateway", "run", "--config", str(self.config)),
            cwd=ROOT,
            env=environment(),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the loop
        )
        assert self._process.stderr is not None
        self._reading = asyncio.create_task(self._read(self._process.stderr))

    async def _read(self, told: asyncio.StreamReader) -> None:
        while line := (await told.readline()).decode(errors="replace"):
            if self._ready_at is None and LISTENS in line:
                self._ready_at = time.monotonic()
                self._listens.set()
            if '"level": "error"' in line:
                said = json.loads(line)
                if said["event"] not in EXPECTED:
                    self.errors[f"{said['event']}: {said.get('why', '')}"[:120]] += 1
            if any(word in line for word in BAD):
                self.complaints.append(line.strip()[:500])

    async def until_ready(self, seconds: float) -> bool:
        """Whether it listens by then."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._listens.wait(), seconds)
        return self._listens.is_set()

    async def waiting(self) -> int:
        """How many notifications wait to be sent; 1 while it cannot be asked."""
        with suppress(ControlError):
            socket = self.config.parent / "state" / "control.sock"
            return int((await asyncio.to_thread(ask, socket, "GET", "/alarms"))["waiting_in_all"])
        return 1

    async def end(self, number: signal.Signals) -> float:
        """Send it a signal, and wait for its end; when that was sent."""
        process = self._process
        assert process is not None
        if process.returncode is not None:
            self.complaints.append(f"ended by itself with {process.returncode}")
        at = time.monotonic()
        with suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.complaints.append(f"did not heed {number.name}")
            process.kill()
            await process.wait()
        assert self._reading is not None
        await self._reading
        ready = None if self._ready_at is None else self._ready_at - self._spawned_at
        self.lives.append(Life(self._spawned_at, ready, time.monotonic()))
        self._process = None
        return at

    async def stop(self) -> None:
        """For the end, whatever state it is in."""
        if self._process is not None:
            await self.end(signal.SIGKILL)
