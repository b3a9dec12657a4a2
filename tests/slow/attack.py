"""Sockets that keep a server waiting, each in its own way, and come back when they are thrown out."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

HEAD = b"POST /clova/home HTTP/1.1\r\nHost: home.example.com\r\nContent-Type: application/json\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: home.example.com\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Kind:
    """What one does: says `first`, then `drip` again and again; takes what comes back, or not."""

    name: str
    first: bytes
    drip: bytes = b""
    reads: bool = True
    shakes_hands: bool = True
    """Where TLS is spoken; who does not, sends its bytes bare."""


KINDS = (
    Kind("no byte", b""),
    Kind("half a request line", b"POST /clova/ho"),
    Kind("header drip", HEAD, b"X-A: b\r\n"),
    Kind("body drip", HEAD + b"Content-Length: 60000\r\n\r\n", b"x"),
    Kind("never reads", HEALTH * 200, HEALTH * 200, reads=False),
    Kind("pipelining flood", HEALTH * 50, HEALTH * 50),
)
BARE = (
    Kind("no handshake", b"", shakes_hands=False),
    Kind("half a handshake", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", shakes_hands=False),
)
"""Of these there are some more where TLS is spoken."""


@dataclass(slots=True)
class Tally:
    """What became of one kind."""

    opened: int = 0
    closed: int = 0
    longest: float = 0.0
    """Seconds until it was thrown out."""


class _Socket(asyncio.Protocol):
    """One connection."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.lost = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if not self._kind.reads:  # a moment later: Python 3.11.2 begins to read whatever was said here
            asyncio.get_running_loop().call_soon(transport.pause_reading)
        transport.write(self._kind.first)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if not self.lost.done():
            self.lost.set_result(None)

    def drip(self) -> None:
        if self.transport is not None and self.transport.get_write_buffer_size() < 65_536:
            self.transport.write(self._kind.drip)


@dataclass
class Attack:
    """So many sockets at a port; `again` is after how many seconds one comes back, `every` between two drips."""

    port: int
    sockets: int
    again: float
    every: float
    tls: ssl.SSLContext | None = None
    tallies: dict[str, Tally] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def start(self, kinds: Sequence[Kind] = ()) -> None:
        """The kinds in turn; all of them are there after `again` seconds."""
        chosen = kinds or (KINDS if self.tls is None else (*BARE, *KINDS, *BARE))
        self.tallies = {kind.name: Tally() for kind in chosen}
        for number in range(self.sockets):
            playing = self._play(chosen[number % len(chosen)], self.again * number / self.sockets)
            self._tasks.append(asyncio.create_task(playing))

    async def stop(self, seconds: float) -> int:
        """Come back no more, say nothing more, and wait so long to be thrown out; how many were not."""
        self._stopped.set()
        _, left = await asyncio.wait(self._tasks, timeout=seconds)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for task in self._tasks:
            if task.done() and not task.cancelled():
                task.result()
        return len(left)

    async def _play(self, kind: Kind, later: float) -> None:
        await self._pause(later)
        while not self._stopped.is_set():
            try:
                await self._once(kind)
            except OSError as error:  # thrown out before TLS was there
                self.refused[type(error).__name__] += 1
            await self._pause(self.again)

    async def _once(self, kind: Kind) -> None:
        loop = asyncio.get_running_loop()
        tls = self.tls if kind.shakes_hands else None
        name = "home.example.com" if tls is not None else None
        _, socket = await loop.create_connection(
            lambda: _Socket(kind), "127.0.0.1", self.port, ssl=tls, server_hostname=name
        )
        tally, started = self.tallies[kind.name], loop.time()
        tally.opened += 1
        try:
            await self._last(socket, kind)
            tally.closed += 1
            tally.longest = max(tally.longest, loop.time() - started)
        finally:
            if socket.transport is not None:
                socket.transport.abort()

    async def _last(self, socket: _Socket, kind: Kind) -> None:
        """Until it is thrown out. A socket that does not read sees that only in what it cannot write."""
        while not socket.lost.done():
            if self._stopped.is_set():
                if not kind.reads and socket.transport is not None:
                    socket.transport.resume_reading()
                await socket.lost
                return
            await asyncio.wait([socket.lost], timeout=self.every)
            if kind.drip:
                socket.drip()

    async def _pause(self, seconds: float) -> None:
        stopping = asyncio.ensure_future(self._stopped.wait())
        await asyncio.wait([stopping], timeout=seconds)
        stopping.cancel()
