"""A connection to the public door, read as simply and as quickly as it goes."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
FIRST_SECONDS, NEXT_SECONDS = 0.02, 0.004
"""How long a first and a further answer are awaited to what may be no whole request, before the end of it is sent."""


class Strange(Exception):
    """What came back is no HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    status: int
    head: bytes
    body: bytes


class Line(asyncio.Protocol):
    """One connection. Answers are awaited one at a time."""

    def __init__(self) -> None:
        self.is_closed = False
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._changed: asyncio.Future[None] | None = None

    @classmethod
    async def to(cls, port: int) -> "Line":
        """Call a port."""
        _, line = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # however it ended
        self.is_closed = True
        self._wake()

    def send(self, raw: bytes) -> None:
        if self._transport is not None and not self.is_closed:
            self._transport.write(raw)

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    async def answer(self, seconds: float) -> Answer | None:
        """The next one; None if the line was closed before it. Raises TimeoutError, or Strange."""
        async with asyncio.timeout(seconds):
            while (found := self._take()) is None:
                if self.is_closed:
                    if self._received:
                        raise Strange(bytes(self._received[:200]))
                    return None
                await self._change()
        return found

    async def end(self, seconds: float) -> list[Answer]:
        """All that comes, and nothing more is sent. Raises TimeoutError if the line is not closed then, or Strange."""
        await self._rest()
        async with asyncio.timeout(seconds):
            self._send_end()
            while not self.is_closed:
                await self._change()
        found: list[Answer] = []
        while (one := self._take()) is not None:
            found.append(one)
        return found

    async def _rest(self) -> None:
        """Until nothing comes for a while."""
        pause = FIRST_SECONDS
        with suppress(TimeoutError):
            while not self.is_closed:
                async with asyncio.timeout(pause):
                    await self._change()
                pause = NEXT_SECONDS

    def _send_end(self) -> None:
        if self._transport is not None and not self.is_closed:
            with suppress(OSError):  # it has just been closed from the other side
                self._transport.write_eof()

    async def _change(self) -> None:
        self._changed = asyncio.get_running_loop().create_future()
        await self._changed

    def _wake(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)

    def _take(self) -> Answer | None:
        """The first whole answer of what was received."""
        while True:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = bytes(self._received[: end + 2])
            if not head.startswith(b"HTTP/") or not head[9:12].isdigit():
                raise Strange(head[:200])
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < whole:
                return None
            body = bytes(self._received[end + 4 : whole])
            del self._received[:whole]
            if head[9:10] != b"1":  # 100 Continue is none
                return Answer(int(head[9:12]), head, body)

    @property
    def has_more(self) -> bool:
        """Whether something came that nobody has asked for."""
        return bool(self._received)


def is_last(answer: Answer) -> bool:
    """Whether the line is closed after it."""
    return _CLOSE.search(answer.head) is not None
