"""Telling systemd how we are (sd_notify(3)): ready, reloading, alive, stopping. Silent where there is no systemd."""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Collection, Coroutine, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

T = TypeVar("T")

log: structlog.stdlib.BoundLogger = structlog.get_logger("watchdog")


def notify(state: str) -> None:
    """Send a state such as READY=1, if systemd has asked for it. That one is not taken is no reason to end."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        out.setblocking(False)
        out.connect("\0" + address[1:] if address[0] == "@" else address)
        out.send(state.encode())


def ready(status: str = "") -> None:
    """The doors are open; or what `reloading` began is done, and `status` is what `systemctl status` shows of it."""
    notify(f"READY=1\nSTATUS={' '.join(status.split())}")


def reloading() -> None:
    """The file is being read again; systemd waits for `ready`, which must follow whatever comes of it.

    The time, monotonic, is for a unit of Type=notify-reload (systemd 253 and later).
    """
    notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")


def stopping() -> None:
    """We are ending."""
    notify("STOPPING=1")


def watchdog_seconds() -> float | None:
    """How often systemd wants to hear from us, halved; None if it does not."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2_000_000 if microseconds.isdigit() and int(microseconds) > 0 else None


@dataclass(slots=True)
class _Beat:
    seconds: float
    last: float


class Pulse:
    """Who must give a sign of life, each in a time of its own. `now` is the monotonic clock."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._beats: dict[str, _Beat] = {}

    def expect(self, name: str, seconds: float) -> Callable[[], None]:
        """From now on `name` must call what this returns at least so often."""
        beat = self._beats[name] = _Beat(seconds, self._now())

        def here() -> None:
            beat.last = self._now()

        return here

    def silent(self) -> list[str]:
        """Who has not, by name."""
        now = self._now()
        return sorted(name for name, beat in self._beats.items() if now - beat.last > beat.seconds)


class Lasting(asyncio.TaskGroup):
    """A TaskGroup for what never ends: the end of any of its `tasks` is a defect."""

    def __init__(self) -> None:
        super().__init__()
        self.tasks: list[asyncio.Task[Any]] = []

    def create_task(self, coro: Coroutine[Any, Any, T] | Generator[Any, None, T], **how: Any) -> asyncio.Task[T]:
        """Start it, and watch it."""
        task = super().create_task(coro, **how)
        self.tasks.append(task)
        return task


async def run_watchdog(pulse: Pulse | None = None, forever: Collection[asyncio.Task[Any]] = ()) -> None:
    """Tell systemd that we are well: while the loop turns, all of `pulse` beats, and no task of `forever` has ended.

    Without a word for WatchdogSec, systemd ends us and starts us again.
    """
    seconds = watchdog_seconds()
    told: list[str] = []
    while seconds is not None:
        missing = [task.get_name() for task in forever if task.done()] + (pulse.silent() if pulse is not None else [])
        if not missing:
            notify("WATCHDOG=1")
        elif missing != told:
            log.error("no sign of life: systemd is told nothing more until there is", of=missing)
        told = missing
        await asyncio.sleep(seconds)
