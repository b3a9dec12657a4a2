"""aiomqtt's client, made to read and write many packets at a turn, and the queue that it puts messages into.

aiomqtt 2.5 reads one packet each time the loop wakes, and goes through a self-pipe and two system calls of epoll for
each one it writes: together a third of what a spoken command costs. Both are changed here, in the methods it has for
them; docs/performance.md has the figures.
"""

import asyncio
import socket
import ssl
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import aiomqtt
import paho.mqtt.client as paho

PACKETS_AT_ONCE = 64
PATIENT_BACKLOG = 1000
"""So many messages wait in order; beyond, only the latest of each topic."""
MAX_BACKLOG = 50_000
SLICE_SECONDS = 0.005
"""How long messages are taken in before others get a turn."""

Deliver = Callable[[str, bytes, bool], None]
"""Called with topic, payload, and whether it was retained."""


class Inbox(asyncio.Queue[aiomqtt.Message]):
    """The queue that aiomqtt puts messages into. `get` never returns: it hands them on, many at a turn."""

    def __init__(self, deliver: Deliver) -> None:
        super().__init__()
        self._deliver = deliver
        self._backlog: OrderedDict[object, aiomqtt.Message] = OrderedDict()
        self._arrived = asyncio.Event()
        self.dropped = 0

    def put_nowait(self, item: aiomqtt.Message) -> None:
        """Take a message in."""
        if len(self._backlog) < PATIENT_BACKLOG:
            key: object = item
        else:
            key = (item.topic.value, item.retain)
            if key in self._backlog:
                self._backlog.move_to_end(key)
            elif len(self._backlog) >= MAX_BACKLOG:
                self.dropped += 1
                return
        self._backlog[key] = item
        self._arrived.set()

    async def get(self) -> aiomqtt.Message:
        """Hand messages on for as long as the connection lives."""
        clock = asyncio.get_running_loop().time
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            pause_at = clock() + SLICE_SECONDS
            while self._backlog:
                _, message = self._backlog.popitem(last=False)
                payload = message.payload if isinstance(message.payload, bytes) else b""
                self._deliver(message.topic.value, payload, message.retain)
                if clock() > pause_at:
                    await asyncio.sleep(0)
                    pause_at = clock() + SLICE_SECONDS


class Client(aiomqtt.Client):
    """An aiomqtt client that reads all that has come, and writes at the end of the loop's turn. Not over TLS."""

    def __init__(self, hostname: str, port: int, **options: Any) -> None:
        super().__init__(hostname, port, **options)
        self._thread = threading.get_ident()

    def _on_socket_open(self, client: paho.Client, userdata: Any, sock: Any) -> None:
        super()._on_socket_open(client, userdata, sock)
        if not isinstance(sock, ssl.SSLSocket):  # which cannot be peeked into
            self._loop.call_soon_threadsafe(self._loop.add_reader, sock.fileno(), self._read_many, client, sock)

    def _read_many(self, client: paho.Client, sock: socket.socket) -> None:
        try:
            for _ in range(PACKETS_AT_ONCE):
                client.loop_read()
                if client.socket() is not sock or not sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                    return
        except BlockingIOError:
            return
        except Exception as error:  # noqa: BLE001  # as aiomqtt does: the connection is broken, whatever it was
            self._break(error)

    def _on_socket_register_write(self, client: paho.Client, userdata: Any, sock: Any) -> None:
        if threading.get_ident() != self._thread or isinstance(sock, ssl.SSLSocket):
            super()._on_socket_register_write(client, userdata, sock)
        else:
            self._loop.call_soon(self._write_now, client, userdata, sock)

    def _write_now(self, client: paho.Client, userdata: Any, sock: Any) -> None:
        if client.socket() is not sock:
            return
        try:
            client.loop_write()
        except Exception as error:  # noqa: BLE001  # see above
            self._break(error)
            return
        if client.want_write() and client.socket() is sock:
            super()._on_socket_register_write(client, userdata, sock)

    def _break(self, error: Exception) -> None:
        if not self._disconnected.done():
            self._disconnected.set_exception(error)
