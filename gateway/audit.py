"""The story of the audit log: what has to be on the disk before it is done, and what is written down afterwards."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from gateway.accounts.audit import Entry

log: structlog.stdlib.BoundLogger = structlog.get_logger("audit")

MAX_UNWRITTEN = 1000

Note = Callable[[Entry], Awaitable[None]]
"""Writes an entry to the disk; OSError where it cannot be written."""


class Audit:
    """Writes entries in their order. A disk that is slow or full keeps nobody waiting, but who opens something."""

    def __init__(self, note: Note) -> None:
        self._note = note
        self._unwritten: asyncio.Queue[Entry] = asyncio.Queue(MAX_UNWRITTEN)

    async def at_once(self, entry: Entry) -> None:
        """On the disk when this returns, and all that came before it. Raises OSError."""
        await self.finish()
        await self._note(entry)

    def soon(self, entry: Entry) -> None:
        """Written by `run`. Whoever causes thousands of entries at once is not written down as often."""
        if not self._unwritten.full():
            self._unwritten.put_nowait(entry)

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
