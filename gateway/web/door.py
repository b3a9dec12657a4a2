"""The guard of the public port: deadlines for every stage of a request, and a cap on connections. aiohttp has neither.

A Doorway stands between a connection's transport and aiohttp's own protocol and passes everything through.
"""

import asyncio
import math
from collections.abc import Callable
from enum import Enum

from aiohttp import web

FIRST_BYTE_SECONDS = 5.0
HEADERS_SECONDS = 10.0
BODY_SECONDS = 15.0
REST_SECONDS = 60.0
"""How long a connection may rest between requests, which also bounds how long an answer may take to be read."""
MAX_CONNECTIONS = 64
SWEEP_SECONDS = 0.5


class Stage(Enum):
    """Where a connection is in its present request, and how long it may stay there."""

    OPENED = FIRST_BYTE_SECONDS
    HEADERS = HEADERS_SECONDS
    BODY = BODY_SECONDS
    ANSWERING = math.inf
    """A complete request: never dropped to make room."""
    RESTING = REST_SECONDS


class Doorway(asyncio.Protocol):
    """One connection."""

    def __init__(self, inner: asyncio.Protocol, guard: "Guard") -> None:
        self._inner = inner
        self._guard = guard
        self._transport: asyncio.Transport | None = None
        self.stage = Stage.OPENED
        self.since = 0.0

    def enter(self, stage: Stage) -> None:
        """The connection gets to another stage of its request. The body's time includes that of the headers."""
        if stage is not Stage.BODY:
            self.since = self._guard.now()
        self.stage = stage

    @property
    def deadline(self) -> float:
        """When this stage has lasted too long."""
        return self.since + float(self.stage.value)

    def drop(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in if there is room, or room can be made."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a stream is expected")
        self._transport = transport
        self.enter(Stage.OPENED)
        self._inner.connection_made(transport)
        self._guard.admit(self)

    def data_received(self, data: bytes) -> None:
        """Pass it on; the first bytes after a rest begin a request."""
        if self.stage in (Stage.OPENED, Stage.RESTING):
            self.enter(Stage.HEADERS)
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass it on."""
        return self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass it on."""
        self._guard.release(self)
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """Pass it on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        self._inner.resume_writing()


class Guard:
    """All connections of one port."""

    def __init__(self, max_connections: int = MAX_CONNECTIONS) -> None:
        self._loop = asyncio.get_running_loop()
        self._doorways: dict[Doorway, None] = {}
        self._max = max_connections
        self._sweep: asyncio.TimerHandle | None = None

    def now(self) -> float:
        """The loop's monotonic clock."""
        return self._loop.time()

    def __call__(self, server: web.Server) -> Callable[[], Doorway]:
        """The protocol factory for a listening socket."""
        return lambda: Doorway(server(), self)

    def admit(self, doorway: Doorway) -> None:
        """Count it in; over the cap, the one that has been incomplete the longest goes."""
        self._doorways[doorway] = None
        if len(self._doorways) > self._max:
            incomplete = [one for one in self._doorways if one.stage is not Stage.ANSWERING]
            min(incomplete, key=lambda one: one.since).drop()
        if self._sweep is None:
            self._sweep = self._loop.call_later(SWEEP_SECONDS, self._close_late)

    def release(self, doorway: Doorway) -> None:
        """It is closed."""
        self._doorways.pop(doorway, None)

    def stop(self) -> None:
        """Look after connections no longer."""
        if self._sweep is not None:
            self._sweep.cancel()
        for doorway in list(self._doorways):
            doorway.drop()

    def _close_late(self) -> None:
        now = self.now()
        for doorway in list(self._doorways):
            if doorway.deadline < now:
                doorway.drop()
        self._sweep = self._loop.call_later(SWEEP_SECONDS, self._close_late) if self._doorways else None
