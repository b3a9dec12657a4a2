"""The guard of the public port: deadlines for every stage of a request, and a cap on connections. aiohttp has neither.

A Doorway stands between a connection and aiohttp's own protocol and passes everything through. It is there from the
first moment of the connection: where we speak TLS ourselves, the handshake happens within it.
"""

import asyncio
import math
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import structlog
from aiohttp import web

from gateway.log import Seldom

log: structlog.stdlib.BoundLogger = structlog.get_logger("public")

SELDOM_SECONDS = 10.0
"""How often one kind of trouble is told."""
GOODBYE_SECONDS = 2.0
"""How long the other end may take to close TLS in turn."""


class Stage(Enum):
    """Where a connection is in its present request."""

    HANDSHAKE = "handshake"
    OPENED = "first_byte"
    HEADERS = "headers"
    BODY = "body"
    ANSWERING = "answering"
    """A complete request: while it is in time, never dropped to make room."""
    TELLING = "telling"
    """An answer that goes on, and looks itself whether it is taken: never dropped."""
    UNREAD = "unread"
    """What we have answered is not taken."""
    RESTING = "resting"
    """Between two requests."""


_GOES_ON = frozenset({Stage.OPENED, Stage.BODY})
"""Their time is counted from the beginning of the stage before."""
_COMPLETE = frozenset({Stage.ANSWERING, Stage.TELLING})


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for the first byte (TLS included), for headers, for headers and body; and how many may be connected.

    `answering` is for a handler that hangs: longer than CLOVA waits (8 s), and than any answer has.
    """

    first_byte: float = 5.0
    headers: float = 10.0
    body: float = 15.0
    answering: float = 10.0
    unread: float = 15.0
    rest: float = 60.0
    connections: int = 64
    grace: float = 0.025
    """Who is thrown out to make room, was there for so long, twice over TLS: newcomers wait outside until then."""
    sweep: float = 0.5
    """How often it is looked who is late."""

    def seconds(self) -> dict[Stage, float]:
        """How long each stage may last."""
        return {
            Stage.HANDSHAKE: self.first_byte,
            Stage.OPENED: self.first_byte,
            Stage.HEADERS: self.headers,
            Stage.BODY: self.body,
            Stage.ANSWERING: self.answering,
            Stage.TELLING: math.inf,
            Stage.UNREAD: self.unread,
            Stage.RESTING: self.rest,
        }


LIMITS = Limits()
_AT_REST = (Stage.RESTING, "late")
"""How every connection ends that is kept for another request: nothing to be told."""

Drops = Counter[tuple[Stage, str]]
"""Connections that were ended: by stage, and why (late, crowded, failed)."""
Context = Callable[[], ssl.SSLContext]
"""The certificate of the moment."""


class Doorway(asyncio.Protocol):
    """One connection."""

    def __init__(self, inner: asyncio.Protocol, guard: "Guard") -> None:
        self._inner = inner
        self._guard = guard
        self._line: asyncio.Transport | None = None
        self._is_inside = False
        self._early = b""
        self.stage = Stage.OPENED
        self.since = 0.0
        self.came = 0.0
        """When it was let in. Who is crowded out is told by this: a flood of requests is always new by `since`."""
        self._answering: asyncio.Task[object] | None = None

    def enter(self, stage: Stage) -> None:
        """The connection gets to another stage of its request."""
        if stage not in _GOES_ON:
            self.since = self._guard.now()
        self.stage = stage
        self._answering = asyncio.current_task() if stage is Stage.ANSWERING else None

    def give_up(self) -> None:
        """Close at once, and end what has not answered."""
        if self._answering is not None:
            self._answering.cancel()
        self.drop()

    def drop(self) -> None:
        """Close at once."""
        if self._line is not None:
            self._line.abort()

    @property
    def peer(self) -> str:
        """The address at the other end of the connection itself."""
        name = self._line.get_extra_info("peername") if self._line is not None else None
        return str(name[0]) if name else ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in if there is room, or room can be made."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a stream is expected")
        self._line = transport
        self.since = self.came = self._guard.now()
        if self._guard.context is None:
            self._go_inside(transport)
        else:
            self.stage = Stage.HANDSHAKE
            self._guard.shake_hands(self, transport)
        self._guard.admit(self)

    def secured(self, transport: asyncio.Transport) -> None:
        """The handshake is done."""
        self.enter(Stage.OPENED)
        self._go_inside(transport)
        early, self._early = self._early, b""
        if early:
            self.data_received(early)

    def _go_inside(self, transport: asyncio.Transport) -> None:
        self._is_inside = True
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Pass it on; the first bytes after a rest begin a request."""
        if not self._is_inside:  # it came with the end of the handshake, of which we are told a moment later
            self._early += data
            return
        if self.stage in (Stage.OPENED, Stage.RESTING):
            self.enter(Stage.HEADERS)
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass it on."""
        return self._inner.eof_received() if self._is_inside else None

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass it on."""
        self._guard.release(self)
        if self._is_inside:
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """Pass it on: the answer is not being read."""
        if self.stage not in _COMPLETE:
            self.enter(Stage.UNREAD)
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        if self.stage is Stage.UNREAD:
            self.enter(Stage.RESTING)
        self._inner.resume_writing()


class Guard:
    """All connections of one port. With `context` it speaks TLS."""

    def __init__(self, limits: Limits = LIMITS, context: Context | None = None, drops: Drops | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self.context = context
        self._limits = limits
        self._seconds = limits.seconds()
        self._drops = drops if drops is not None else Counter()
        self._doorways: dict[Doorway, None] = {}
        self._handshakes: set[asyncio.Task[None]] = set()
        self._sweep: asyncio.TimerHandle | None = None
        self._seldom: dict[tuple[Stage, str], Seldom] = {}

    def now(self) -> float:
        """The loop's monotonic clock."""
        return self._loop.time()

    def __len__(self) -> int:
        return len(self._doorways)

    def __call__(self, server: Callable[[], asyncio.Protocol]) -> Callable[[], Doorway]:
        """The protocol factory for a listening socket."""

        def make() -> Doorway:
            inner = server()
            doorway = Doorway(inner, self)
            if isinstance(inner, Inner):
                inner.doorway = doorway
            return doorway

        return make

    def admit(self, doorway: Doorway) -> None:
        """Count it in; over the cap, the oldest that may be dropped goes."""
        self._doorways[doorway] = None
        if len(self._doorways) > self._limits.connections:
            self._drop(min(self._droppable(), key=lambda one: one.came), "crowded")
        if self._sweep is None:
            self._sweep = self._loop.call_later(self._limits.sweep, self._close_late)

    def room(self) -> int:
        """How many may be let in now, in free places and in those of who had their time and may be dropped."""
        before = self.now() - self._limits.grace * (1 if self.context is None else 2)
        stale = sum(1 for one in self._droppable() if one.came < before)
        return self._limits.connections - len(self._doorways) + stale

    def _droppable(self) -> list[Doorway]:
        now = self.now()
        return [one for one in self._doorways if one.stage not in _COMPLETE or self._is_late(one, now)]

    def _is_late(self, doorway: Doorway, now: float) -> bool:
        return doorway.since + self._seconds[doorway.stage] < now

    def release(self, doorway: Doorway) -> None:
        """It is closed."""
        self._doorways.pop(doorway, None)

    def shake_hands(self, doorway: Doorway, line: asyncio.Transport) -> None:
        """Begin TLS with it."""
        task = self._loop.create_task(self._shake_hands(doorway, line), name="handshake")
        self._handshakes.add(task)
        task.add_done_callback(self._handshakes.discard)

    async def stop(self) -> None:
        """Look after connections no longer."""
        if self._sweep is not None:
            self._sweep.cancel()
        for doorway in list(self._doorways):
            doorway.drop()
        if self._handshakes:
            await asyncio.wait(self._handshakes)

    async def _shake_hands(self, doorway: Doorway, line: asyncio.Transport) -> None:
        context = self.context
        if context is None or line.is_closing():
            return
        try:
            secured = await self._loop.start_tls(
                line,
                doorway,
                context(),
                server_side=True,
                ssl_handshake_timeout=self._limits.first_byte + 2 * self._limits.sweep,  # the sweep is first
                ssl_shutdown_timeout=GOODBYE_SECONDS,
            )
        except OSError as error:
            if isinstance(error, ssl.SSLError) and doorway in self._doorways:
                self._count(doorway, "failed", error.reason or "")
            secured = None
        if secured is None or line.is_closing():  # asyncio gives none for a connection that has ended meanwhile
            self.release(doorway)
            line.abort()
            return
        doorway.secured(secured)

    def _close_late(self) -> None:
        now = self.now()
        for doorway in list(self._doorways):
            if self._is_late(doorway, now):
                self._drop(doorway, "late")
        self._sweep = self._loop.call_later(self._limits.sweep, self._close_late) if self._doorways else None

    def _drop(self, doorway: Doorway, why: str) -> None:
        """Forget it at once: what is only told to close must not be chosen a second time."""
        self._count(doorway, why)
        self.release(doorway)
        doorway.give_up()

    def _count(self, doorway: Doorway, why: str, detail: str = "") -> None:
        key = (doorway.stage, why)
        if key == _AT_REST:
            return
        self._drops[key] += 1
        skipped = self._seldom.setdefault(key, Seldom(SELDOM_SECONDS, self.now))()
        if skipped is not None:
            more = {"detail": detail} if detail else {}
            log.warning("dropped", stage=doorway.stage.value, why=why, peer=doorway.peer, and_before=skipped, **more)


class Inner(web.RequestHandler):
    """aiohttp's protocol, which knows in which doorway it stands."""

    __slots__ = ("doorway",)
    doorway: Doorway


def doorway_of(request: web.BaseRequest) -> Doorway | None:
    """Where it came in; None for a request at no guarded port."""
    return request.protocol.doorway if isinstance(request.protocol, Inner) else None
