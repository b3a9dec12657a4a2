"""The story of the audit log: what has to be on the disk before it is done, and what is written down afterwards."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from gateway.accounts.audit import Entry
from gateway.accounts.pace import Pace
from gateway.home.problems import Busy

log: structlog.stdlib.BoundLogger = structlog.get_logger("audit")

MAX_UNWRITTEN = 1000
OFTEN = 30.0
"""Entries of one event, account and device that are written at once, and in an hour."""

Note = Callable[[Entry], Awaitable[None]]
"""Writes an entry to the disk; OSError where it cannot be written."""


class Audit:
    """Writes entries in their order. A disk that is slow or full keeps nobody waiting, but who opens something."""

    def __init__(self, note: Note, now: Callable[[], float]) -> None:
        self._note = note
        self._pace = Pace(now, OFTEN, OFTEN / 3600)
        self.left_out = 0
        """How many entries were not written."""
        self._unwritten: asyncio.Queue[Entry] = asyncio.Queue(MAX_UNWRITTEN)

    async def at_once(self, entry: Entry) -> None:
        """On the disk when this returns. Raises OSError."""
        await self._note(entry)

    def soon(self, entry: Entry) -> None:
        """Written by `run`. Whoever causes the same again and again is not written down as often."""
        try:
            self._pace.take((entry.event, entry.account, entry.device))
            self._unwritten.put_nowait(entry)
        except (Busy, asyncio.QueueFull):
            self.left_out += 1

    async def run(self) -> None:
        """Write for ever."""
        while True:
            await self._write(await self._unwritten.get())

    async def finish(self) -> None:
        """Write what is left."""
        while not self._unwritten.empty():
            await self._write(self._unwritten.get_nowait())

    async def _write(self, entry: Entry) -> None:
        try:
            await self._note(entry)
        except OSError as error:
            log.error("not written down", what=entry.event.value, device=entry.device, why=str(error))
