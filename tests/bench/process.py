"""Processes of the bench: started in a session of their own, looked at from outside, ended whatever happens."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 5.0
START_SECONDS = 20.0
_TICKS = os.sysconf("SC_CLK_TCK")
_OUTSIDE = ("CREDENTIALS_DIRECTORY", "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC")


class Died(RuntimeError):
    """A process ended before its time; the message has the end of its log."""


class Process:
    """A process that runs."""

    def __init__(self, name: str, popen: "subprocess.Popen[bytes]", log: Path) -> None:
        self.name = name
        self.log = log
        self.popen = popen
        self.started = time.monotonic()
        self._proc = Path("/proc", str(popen.pid))

    def check(self) -> None:
        """Raise Died if it has ended."""
        if self.popen.poll() is not None:
            tail = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise Died(f"{self.name} ended with {self.popen.returncode}:\n{tail}")

    def cpu_seconds(self) -> float:
        """Processor time it has used, in user and system mode."""
        self.check()
        fields = (self._proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mb(self) -> float:
        """Resident memory now, in MB of 2**20 bytes."""
        self.check()
        status = (self._proc / "status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def preempted(self) -> int:
        """How often another process took the processor from it."""
        self.check()
        status = (self._proc / "status").read_text()
        return int(status.partition("nonvoluntary_ctxt_switches:")[2].split()[0])

    def said(self, word: str) -> str | None:
        """The rest of the first complete line of its log that begins with a word."""
        self.check()
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
            if line.startswith(word) and line.endswith("\n"):
                return line.removeprefix(word).strip()
        return None

    def await_word(self, word: str) -> str:
        """Wait until it has said a word; the rest of that line."""
        deadline = time.monotonic() + START_SECONDS
        while (rest := self.said(word)) is None:
            if time.monotonic() > deadline:
                raise Died(f"{self.name} never said {word!r}")
            time.sleep(0.005)
        return rest


@contextmanager
def running(name: str, argv: list[str], log: Path) -> Iterator[Process]:
    """Start a process, its output in a file; terminate it in the end, and kill it if that does not help."""
    environment = {key: value for key, value in os.environ.items() if key not in _OUTSIDE}
    with log.open("wb") as output:
        popen = subprocess.Popen(
            argv, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, process_group=0
        )
        process = Process(name, popen, log)
    try:
        yield process
    finally:
        stop(popen)


def stop(popen: "subprocess.Popen[bytes]") -> None:
    """SIGTERM, and SIGKILL for what does not heed it."""
    popen.terminate()
    try:
        popen.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"process {popen.pid} had to be killed", file=sys.stderr)
        popen.kill()
        popen.wait()


def module(*arguments: object) -> list[str]:
    """The command line of a module, its name first."""
    return [sys.executable, "-m", *map(str, arguments)]


def free_port() -> int:
    """A loopback port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def accepts(port: int) -> bool:
    """Whether something listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
