"""aiomqtt's client, made to read and write many packets at a turn, and the queue that it puts messages into.

aiomqtt 2.5 reads one packet each time the loop wakes, and goes through a self-pipe and two system calls of epoll for
each one it writes: together a third of what a spoken command costs. Both are changed here, in the methods it has for
them; docs/performance.md has the figures.
"""

import asyncio
import logging
import socket
import ssl
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import aiomqtt
import paho.mqtt.client as paho
import structlog

from gateway.log import Seldom

log: structlog.stdlib.BoundLogger = structlog.get_logger("mqtt")

PACKETS_AT_ONCE = 64
PATIENT_BACKLOG = 1000
"""So many messages wait in order; beyond, only the latest of each topic."""
MAX_BACKLOG = 50_000
MAX_BACKLOG_BYTES = 64 * 1024 * 1024
"""Of the topics and payloads that wait."""
MAX_PAYLOAD = 65_536
"""Unless it describes devices: Zigbee2MQTT tells all of its devices in one message."""
SLICE_SECONDS = 0.005
"""How long messages are taken in before others get a turn."""

NO_MATCHING_SUBSCRIBERS = 0x10

QUIET = logging.getLogger("gateway.paho")
QUIET.setLevel(logging.CRITICAL)  # what it has to say is in the errors that it raises

Deliver = Callable[[str, bytes, bool], None]
"""Called with topic, payload, and whether it was retained."""


class Inbox(asyncio.Queue[aiomqtt.Message]):
    """The queue that aiomqtt puts messages into. `get` never returns: it hands them on, many at a turn."""

    def __init__(self, deliver: Deliver, largest: Callable[[str], int] = lambda _: 0) -> None:
        super().__init__()
        self._deliver = deliver
        self._largest = largest
        self._backlog: OrderedDict[object, aiomqtt.Message] = OrderedDict()
        self._bytes = 0
        self._arrived = asyncio.Event()
        self._seldom = Seldom(10.0, asyncio.get_running_loop().time)
        self.dropped = 0

    def put_nowait(self, item: aiomqtt.Message) -> None:
        """Take a message in; one that is too large for anything we read is dropped here, before it waits."""
        size = len(_payload(item))
        if size > MAX_PAYLOAD and size > self._largest(item.topic.value):
            self._drop(item, f"{size} bytes are more than anything here may have")
            return
        key = item if len(self._backlog) < PATIENT_BACKLOG else (item.topic.value, item.retain)
        before = self._backlog.get(key)
        if before is None and len(self._backlog) >= MAX_BACKLOG:
            self._drop(item, "too many topics at once")
        elif not self._has_room(item, before):
            self._drop(item, "too many bytes at once")
        else:
            self._bytes -= _size(before)
            self._keep(key, item)

    def _has_room(self, item: aiomqtt.Message, before: aiomqtt.Message | None = None) -> bool:
        """Whether it may wait as well, in the place of `before`."""
        return self._bytes - _size(before) + _size(item) <= MAX_BACKLOG_BYTES

    def _keep(self, key: object, item: aiomqtt.Message) -> None:
        self._bytes += _size(item)
        self._backlog[key] = item
        self._backlog.move_to_end(key)
        self._arrived.set()

    def _drop(self, item: aiomqtt.Message, why: str) -> None:
        self.dropped += 1
        if self._seldom() is not None:
            log.warning("dropped a message", topic=item.topic.value[:128], why=why, dropped=self.dropped)

    def catch_up(self) -> None:
        """Hand on at once what waits, but no more than would keep others waiting."""
        for _ in range(min(len(self._backlog), PATIENT_BACKLOG)):
            self._hand_on()

    def _hand_on(self) -> None:
        key, message = self._backlog.popitem(last=False)
        self._bytes -= _size(message)
        try:
            self._hand(key, message.topic.value, _payload(message), message.retain)
        except Exception:  # a defect of ours must cost this message alone: a kept one would come again at every start
            self.dropped += 1
            log.exception("a defect in the gateway", topic=message.topic.value[:128])

    def _hand(self, key: object, topic: str, payload: bytes, retained: bool) -> None:  # noqa: ARG002  # for its kinds
        self._deliver(topic, payload, retained)

    async def get(self) -> aiomqtt.Message:
        """Hand messages on for as long as the connection lives."""
        clock = asyncio.get_running_loop().time
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            pause_at = clock() + SLICE_SECONDS
            while self._backlog:
                self._hand_on()
                if clock() > pause_at:
                    await asyncio.sleep(0)
                    pause_at = clock() + SLICE_SECONDS


def _payload(message: aiomqtt.Message) -> bytes:
    return message.payload if isinstance(message.payload, bytes) else b""


def _size(message: aiomqtt.Message | None) -> int:
    return len(message.topic.value) + len(_payload(message)) if message is not None else 0


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
        enough = self._loop.time() + SLICE_SECONDS
        try:
            for _ in range(PACKETS_AT_ONCE):
                if self._loop.time() > enough:  # each call may wait for other threads
                    return
                client.loop_read()
                if client.socket() is not sock or not sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                    return
        except BlockingIOError:
            return
        except Exception as error:  # noqa: BLE001  # as aiomqtt does: the connection is broken, whatever it was
            self._break(error, sock)

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
            self._break(error, sock)
            return
        if client.want_write() and client.socket() is sock:
            super()._on_socket_register_write(client, userdata, sock)

    def _break(self, error: Exception, sock: Any) -> None:
        """The connection is of no use any more: listen to it no longer, and let the session end."""
        if sock.fileno() >= 0:
            self._loop.remove_reader(sock.fileno())
            sock.close()
        if not self._disconnected.done():
            self._disconnected.set_exception(error)

    def _on_publish(self, client: paho.Client, userdata: Any, mid: int, reason_code: Any, properties: Any) -> None:
        """An MQTT 5 broker may acknowledge and yet refuse, or know nobody who listens: then nobody was told."""
        if not reason_code.is_failure and reason_code.value != NO_MATCHING_SUBSCRIBERS:
            super()._on_publish(client, userdata, mid, reason_code, properties)


def reason(errors: BaseExceptionGroup[BaseException]) -> str:
    """For people: why a connection could not be had, or was lost."""
    first: BaseException = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    said = str(first) or type(first).__name__
    if "ot authori" in said or "user name" in said:
        return f"the broker refuses the user name or password (mqtt.username, mqtt.password_file): {said}"
    return said
