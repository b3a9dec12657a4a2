"""A tunnel that some program opens (cloudflared, frpc, tailscale, bore): started, started again, heard, ended with us.

Whether it has a connection we cannot know from here; the probe of the public address says so.
"""

import asyncio
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from gateway.links import tunnel_leash
from gateway.links.backoff import Backoff
from gateway.links.tunnel_server import Line
from gateway.secrecy import without_secrets

log: structlog.stdlib.BoundLogger = structlog.get_logger("tunnel")

LONGEST_PAUSE_SECONDS = 60.0
STEADY_SECONDS = 30.0
"""A program that has run so long was well: its next end is its first."""
STOP_SECONDS = 5.0
"""From SIGTERM to SIGKILL."""
LAST_WORDS_SECONDS = 0.5
"""How long we listen on to what has ended: something it has started may hold its output open."""

MAX_LINE = 500
LINES_AT_ONCE = 20
LINES_SECONDS = 10.0
"""So many lines within this time come into our log; the rest is counted."""

KEPT_BACK = frozenset(
    {
        "CREDENTIALS_DIRECTORY",
        "FDSTORE",
        "INVOCATION_ID",
        "JOURNAL_STREAM",
        "LISTEN_FDNAMES",
        "LISTEN_FDS",
        "LISTEN_PID",
        "MAINPID",
        "NOTIFY_SOCKET",
        "WATCHDOG_PID",
        "WATCHDOG_USEC",
    }
)
"""What of our environment is between systemd and us."""

STARTING = "starting"

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_WORD = re.compile(r"[A-Za-z0-9_+/=-]{24,}")
"""With letters and digits, it looks like a token."""
TOKEN_SHOWN = 4


def shortened(line: str) -> str:
    """A line for our log: printable, bounded, and without what looks like a token."""
    plain = "".join(char for char in _ESCAPES.sub("", line[: 2 * MAX_LINE]) if char.isprintable())
    return _WORD.sub(_shortened, without_secrets(plain)).strip()[:MAX_LINE]


def _shortened(found: re.Match[str]) -> str:
    word = found[0]
    is_token = any(map(str.isdigit, word)) and any(map(str.isalpha, word))
    return word[:TOKEN_SHOWN] + "..." if is_token else word


class Lines:
    """Takes output as it comes, and gives its lines; of one that is too long, the beginning."""

    def __init__(self) -> None:
        self._rest = b""
        self._skips = False

    def feed(self, data: bytes) -> Iterator[str]:
        """The lines that have ended; empty `data` ends the last."""
        *whole, self._rest = (self._rest + data).split(b"\n") if data else (self._rest, b"")
        for line in whole:
            if not self._skips and line.strip():
                yield line.decode("utf-8", "replace")
            self._skips = False
        if self._skips:
            self._rest = b""
        elif len(self._rest) > 2 * MAX_LINE:
            yield self._rest.decode("utf-8", "replace")
            self._skips, self._rest = True, b""


class Program:
    """Keeps a program running until cancelled; starts nothing before `run`.

    `hidden` are names of our environment that it is not to see, besides those of KEPT_BACK. `on_change` is called on
    the loop after each change of `lines`. `wall` is the Unix time.
    """

    def __init__(
        self,
        argv: Sequence[str],
        on_change: Callable[[], object] = lambda: None,
        *,
        hidden: Collection[str] = (),
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._argv = tuple(argv)
        self._name = Path(argv[0]).name
        self._on_change = on_change
        self._hidden = KEPT_BACK | set(hidden)
        self._wall = wall
        self._line = Line(None, False, wall(), STARTING)
        self._backoff = Backoff(first=1.0, longest=LONGEST_PAUSE_SECONDS)
        self._last_said = ""
        self._window = float("-inf")
        self._told = self._passed_over = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """Of how many connections it has, it tells us nothing: one."""
        return (self._line,)

    @property
    def is_up(self) -> bool:
        """Whether it runs."""
        return self._line.is_up

    @property
    def state(self) -> str:
        """For people: that it runs, or why not."""
        if self._line.is_up:
            return f"{self._name} is running"
        return STARTING if self._line.why == STARTING else f"down: {self._line.why}"

    async def run(self) -> None:
        """Start it, and start it again, until cancelled."""
        while True:
            pause = await self._once()
            await asyncio.sleep(pause)

    async def _once(self) -> float:
        """From its start to its end. Returns how long to wait before the next."""
        program = shutil.which(self._argv[0])
        if program is None:
            self._is_down(f"{self._argv[0]} is not there, or may not be run by us")
            return LONGEST_PAUSE_SECONDS
        start = asyncio.get_running_loop().time()
        try:
            process = await self._start(program)
        except OSError as error:
            self._is_down(f"{self._name} could not be started: {error.strerror}")
            return self._backoff.seconds()
        try:
            self._set(True)
            log.info("the tunnel's program was started", program=self._name, pid=process.pid)
            await self._attend(process)
        finally:
            await _end(process)
        self._is_down(self._how_it_ended(process.returncode or 0))
        if asyncio.get_running_loop().time() - start > STEADY_SECONDS:
            self._backoff.reset()
        return self._backoff.seconds()

    async def _start(self, program: str) -> asyncio.subprocess.Process:
        self._last_said = ""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-IS",
            str(Path(tunnel_leash.__file__)),
            str(os.getpid()),
            program,
            *self._argv[1:],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if name not in self._hidden},
            start_new_session=True,
        )

    async def _attend(self, process: asyncio.subprocess.Process) -> None:
        """Log what it says, until it has ended."""
        hearing = asyncio.create_task(self._hear(process), name="tunnel-program")
        try:
            await process.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS_SECONDS):
                    await asyncio.shield(hearing)
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        lines, data = Lines(), b"-"
        while data:
            data = await process.stdout.read(4096) if process.stdout is not None else b""
            for line in lines.feed(data):
                self._last_said = line
                self._tell(line)

    def _tell(self, line: str) -> None:
        """Into the log, unless there was too much of it."""
        now = asyncio.get_running_loop().time()
        if now - self._window > LINES_SECONDS:
            self._window, self._told = now, 0
        if self._told >= LINES_AT_ONCE:
            self._passed_over += 1
            return
        self._told += 1
        passed, self._passed_over = self._passed_over, 0
        more = {"passed_over": passed} if passed else {}
        log.info("the tunnel's program says", program=self._name, line=shortened(line), **more)

    def _how_it_ended(self, status: int) -> str:
        how = f"ended with status {status}"
        if status < 0:
            with suppress(ValueError):
                how = f"was ended by {signal.Signals(-status).name}"
        return f"{self._name} {how}" + (f": {shortened(self._last_said)}" if self._last_said else "")

    def _is_down(self, why: str) -> None:
        if self._line.why != why:
            log.warning("no tunnel", why=why)
        self._set(False, why)

    def _set(self, is_up: bool, why: str = "") -> None:
        """`since` is when it was started or ended, whatever the reasons have been since then."""
        since = self._line.since if is_up == self._line.is_up else self._wall()
        line = Line(None, is_up, since, why)
        if line != self._line:
            self._line = line
            self._on_change()


async def _end(process: asyncio.subprocess.Process) -> None:
    """End it and all that it has started, gently first."""
    try:
        if process.returncode is None:
            _signal(process, signal.SIGTERM)
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
    except TimeoutError:
        log.warning("the tunnel's program does not end by itself", pid=process.pid)
    finally:
        _signal(process, signal.SIGKILL)
        await process.wait()
        await _closed(process)


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


async def _closed(process: asyncio.subprocess.Process) -> None:
    """Let asyncio close its end of the output."""
    if process.stdout is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                while await process.stdout.read(65536):
                    """Nobody wants it any more."""
