"""The load: keep-alive connections driven by one epoll loop, as cheap as can be; answers are looked at afterwards."""

import gc
import re
import select
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.bench.spoken import Spoken

PATIENCE_SECONDS = 15.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it came; empty if the connection was closed instead."""

    spoken: Spoken
    seconds: float
    raw: bytes


@dataclass(frozen=True, slots=True)
class Driven:
    """What a load came to."""

    replies: list[Reply]
    seconds: float


class Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        self._end = 0

    def send(self, raw: bytes) -> None:
        """Send a request."""
        self._buffer.clear()
        self._end = 0
        self.socket.sendall(raw)

    def receive(self) -> bytes | None:
        """Take in what has come; the answer once it is complete, or empty if there will be none."""
        try:
            data = self.socket.recv(1_048_576)
        except ConnectionResetError:
            data = b""
        self._buffer += data
        if not self._end and (head := self._buffer.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(self._buffer, 0, head + 2)
            self._end = head + 4 + (int(found[1]) if found else 0)
        if not data:
            return b""
        return bytes(self._buffer) if self._end and len(self._buffer) >= self._end else None

    def ask(self, raw: bytes) -> bytes:
        """Send a request and wait for its answer."""
        self.send(raw)
        while (answer := self.receive()) is None:
            pass
        return answer

    def close(self) -> None:
        """Close it."""
        self.socket.close()


def drive(port: int, spoken: Sequence[Spoken], at_once: int) -> Driven:
    """Send all requests, so many at a time, each as soon as a connection is free."""
    with ExitStack() as stack:
        poll = stack.enter_context(select.epoll())
        connections: dict[int, Connection] = {}
        for _ in range(min(at_once, len(spoken))):
            connection = Connection(port)
            stack.callback(connection.close)
            connections[connection.socket.fileno()] = connection
            poll.register(connection.socket, select.EPOLLIN)
        with _undisturbed():
            return _drive(poll, connections, iter(spoken))


def _drive(poll: "select.epoll", connections: dict[int, Connection], waiting: Iterator[Spoken]) -> Driven:
    clock, replies = time.perf_counter, []
    sent: dict[int, tuple[Spoken, float]] = {}
    began = clock()
    for number, connection in connections.items():
        spoken = next(waiting)
        sent[number] = spoken, clock()
        connection.send(spoken.raw)
    while sent:
        ready = poll.poll(PATIENCE_SECONDS)
        if not ready:
            raise TimeoutError(f"{len(sent)} requests were not answered in {PATIENCE_SECONDS:.0f} s")
        for number, _ in ready:
            connection = connections[number]
            answer = connection.receive()
            if answer is None:
                continue
            spoken, at = sent.pop(number)
            replies.append(Reply(spoken, clock() - at, answer))
            following = next(waiting, None) if answer else None
            if following is not None:
                sent[number] = following, clock()
                connection.send(following.raw)
            elif not answer:
                poll.unregister(number)
    return Driven(replies, clock() - began)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without our own garbage collector, which would pass for a pause of the server."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
