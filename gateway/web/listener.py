"""Takes connections no faster than they can show what they want: the others wait with the kernel, at no cost.

asyncio's own servers take all that come, and who is honest would be thrown out for the next before being read.
"""

import asyncio
import socket
from collections.abc import Callable

import structlog

from gateway.log import Seldom

log: structlog.stdlib.BoundLogger = structlog.get_logger("public")

AT_ONCE, WAITING = 16, 1024
"""Connections that are taken in one go, so that those inside are read in between, and that may wait to be taken."""
FULL_SECONDS = 0.005
"""After how long it is looked again whether there is room."""
EXHAUSTED_SECONDS = 0.5
"""How long nobody is taken where the process or the system can open no more."""


class Listener:
    """The listening sockets of one door. `room` says how many may be let in now."""

    def __init__(self, protocols: Callable[[], asyncio.BaseProtocol], room: Callable[[], int]) -> None:
        self._loop = asyncio.get_running_loop()
        self._protocols = protocols
        self._room = room
        self._sockets: list[socket.socket] = []
        self._coming: set[asyncio.Task[None]] = set()
        self._pauses: dict[socket.socket, asyncio.TimerHandle] = {}
        self._seldom = Seldom(10.0, self._loop.time)

    async def open(self, host: str, port: int) -> int:
        """Listen at every address of the host; gives the port. Raises OSError."""
        found = await self._loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        try:
            for family, address in dict.fromkeys((one[0], one[4]) for one in found):
                line = socket.create_server(address[:2], family=family, backlog=WAITING)
                self._sockets.append(line)
                line.setblocking(False)
                self._loop.add_reader(line, self._take, line)
        except OSError:
            await self.close()
            raise
        return int(self._sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Take nobody any more."""
        for pause in self._pauses.values():
            pause.cancel()
        for line in self._sockets:
            self._loop.remove_reader(line)
            line.close()
        if self._coming:
            await asyncio.wait(self._coming)

    def _take(self, line: socket.socket) -> None:
        room = self._room() - len(self._coming)
        if room <= 0:
            self._pause(line, FULL_SECONDS)
        for _ in range(min(room, AT_ONCE)):
            try:
                connection, _ = line.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._exhausted(line, error)
                return
            connection.setblocking(False)
            task = self._loop.create_task(self._let_in(connection), name="connection")
            self._coming.add(task)
            task.add_done_callback(self._coming.discard)

    async def _let_in(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocols, connection)
        except OSError:
            connection.close()

    def _pause(self, line: socket.socket, seconds: float) -> None:
        self._loop.remove_reader(line)
        self._pauses[line] = self._loop.call_later(seconds, self._loop.add_reader, line, self._take, line)

    def _exhausted(self, line: socket.socket, error: OSError) -> None:
        self._pause(line, EXHAUSTED_SECONDS)
        skipped = self._seldom()
        if skipped is not None:
            log.error("no more connections can be taken", why=error.strerror, and_before=skipped)
