"""What every connection to the broker has in common: it is kept up for ever, and subscribed to what is wanted."""

import asyncio
import math
import socket
import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiomqtt
import structlog

from gateway.links.backoff import Backoff
from gateway.links.client import QUIET, reason
from gateway.log import Seldom

log: structlog.stdlib.BoundLogger = structlog.get_logger("mqtt")

KEEPALIVE_SECONDS = 5
"""A broker that is gone without a word is noticed in about 7 seconds."""
CONNECT_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 1.0
"""Between two tries: a broker that is back is found within about this."""
STEADY_SECONDS = 5.0
"""A connection that has lasted so long was a good one: the next is tried for without delay."""
PUBLISH_SECONDS = 3.0
"""A command that takes longer is given up: a late one is worse than none."""
LEAVE_SECONDS = 0.3
ALIVE_SECONDS, SILENT_SECONDS = 10.0, 30.0
"""How often a link gives a sign of life at least, and after which silence something is wrong with it."""
SUBSCRIBE_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is and who we are to it."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    username: str | None = None
    password: str | None = None
    version: str = "3.1.1"
    status_topic: str = "clova-gateway/status"


def options(broker: Broker) -> dict[str, Any]:
    """What every client is made with, whoever it is to the broker."""
    return {
        "username": broker.username,
        "password": broker.password,
        "protocol": aiomqtt.ProtocolVersion.V5 if broker.version == "5" else aiomqtt.ProtocolVersion.V311,
        "keepalive": KEEPALIVE_SECONDS,
        "tls_context": broker.tls,
        "logger": QUIET,
        "timeout": math.inf,  # asyncio.wait_for, which it would use, loses cancellations before Python 3.12
        "max_inflight_messages": 1000,
        "socket_options": ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),),
    }


async def knock(broker: Broker) -> None:
    """Find out, cancellably, whether anything listens there and is who it should be: paho connects in a thread."""
    async with asyncio.timeout(CONNECT_SECONDS):
        _, writer = await asyncio.open_connection(broker.host, broker.port, ssl=broker.tls)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


class Connection(ABC):
    """Keeps one connection up for ever, subscribed to what is wanted. What sort of one it is, its kinds say."""

    name = "mqtt"
    """Of its tasks, and in the log."""
    _told = "connected"

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._wanted: set[str] = set()
        self._subscribed: set[str] = set()
        self._again: set[str] = set()
        self._changed = asyncio.Event()
        self._up_at: float | None = None
        self._alive: Callable[[], None] = lambda: None
        self.refused: set[str] = set()
        """Topics the broker's access rules do not let us read."""
        self.state = "connecting"
        """For people: what the link is doing, or why it is not."""

    @abstractmethod
    def _new_client(self) -> aiomqtt.Client:
        """A client for one connection."""

    @abstractmethod
    def _how(self) -> Any:
        """How a topic is subscribed to."""

    @abstractmethod
    async def _greet(self, client: aiomqtt.Client) -> None:
        """What is to be done once everything is subscribed to."""

    @abstractmethod
    def _up(self, client: aiomqtt.Client) -> None:
        """It can be used."""

    @abstractmethod
    def _down(self) -> None:
        """It cannot be used any more, or never could."""

    @abstractmethod
    async def _leave(self, client: aiomqtt.Client) -> None:
        """Say goodbye, if it is still there, and close it."""

    def subscribe(self, topic: str) -> None:
        """Listen on a topic filter, now and after every reconnect. What the broker has kept there comes, also again."""
        if topic in self._subscribed:
            self._again.add(topic)
        self._wanted.add(topic)
        self._changed.set()

    def unsubscribe(self, topic: str) -> None:
        """Listen no longer."""
        self._wanted.discard(topic)
        self._changed.set()

    async def run(self, alive: Callable[[], None] = lambda: None) -> None:
        """Connect, and connect again, until cancelled. `alive` is called every ALIVE_SECONDS, connected or not."""
        self._alive = alive
        backoff = Backoff(first=0.2, longest=LONGEST_PAUSE_SECONDS)
        told = ""
        seldom = Seldom(60.0, asyncio.get_running_loop().time)
        while True:
            self._alive()
            try:
                await self._session()
            except* (aiomqtt.MqttError, OSError, TimeoutError, UnicodeError) as errors:
                self.state = reason(errors)
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise asyncio.CancelledError  # which a TaskGroup drops when one of its tasks fails meanwhile
            tries = seldom()
            if tries is not None or self.state != told:
                told = self.state
                log.warning("no broker", why=told, broker=f"{self._broker.host}:{self._broker.port}", link=self.name)
            if self._up_at is not None and asyncio.get_running_loop().time() - self._up_at > STEADY_SECONDS:
                backoff.reset()
            self._up_at = None
            await asyncio.sleep(backoff.seconds())

    async def _session(self) -> None:
        """One connection, from CONNECT until it is lost."""
        await knock(self._broker)
        client = self._new_client()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.__aenter__()
        except (aiomqtt.MqttError, TimeoutError):
            await abandon(client)
            raise
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read(client), name=f"{self.name}-read")
                self._subscribed.clear()
                self.refused.clear()
                await self._reconcile(client)
                await self._greet(client)
                self._begin(client)
                while True:
                    await self._until_changed()
                    await self._reconcile(client)
        finally:
            self._down()
            with suppress(aiomqtt.MqttError):
                await self._leave(client)

    async def _until_changed(self) -> None:
        while not self._changed.is_set():
            self._alive()
            with suppress(TimeoutError):
                async with asyncio.timeout(ALIVE_SECONDS):
                    await self._changed.wait()

    async def _read(self, client: aiomqtt.Client) -> None:
        async for _ in client.messages:
            """The Inbox hands everything on; the iteration only ends, with MqttError, when the connection does."""

    async def _reconcile(self, client: aiomqtt.Client) -> None:
        """Bring the broker's subscriptions to what is wanted."""
        self._changed.clear()
        missing = sorted(self._wanted - (self._subscribed - self._again))
        self._again.clear()
        for start in range(0, len(missing), SUBSCRIBE_AT_ONCE):
            self._alive()
            some = missing[start : start + SUBSCRIBE_AT_ONCE]
            async with asyncio.timeout(CONNECT_SECONDS):
                codes = await client.subscribe([(topic, self._how()) for topic in some])
            self._subscribed.update(some)
            self._answered(some, codes)
        gone = sorted(self._subscribed - self._wanted)
        for start in range(0, len(gone), SUBSCRIBE_AT_ONCE):
            self._alive()
            some = gone[start : start + SUBSCRIBE_AT_ONCE]
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.unsubscribe(some)
            self._subscribed.difference_update(some)

    def _answered(self, topics: list[str], codes: Sequence[Any]) -> None:
        """What the broker says of the topics that we want to read."""
        refused = {topic for topic, code in zip(topics, codes, strict=False) if _is_refused(code)}
        if refused:
            self.refused |= refused
            log.error("the broker's access rules forbid reading", topics=sorted(refused), link=self.name)

    def _begin(self, client: aiomqtt.Client) -> None:
        self.state = "connected"
        self._up_at = asyncio.get_running_loop().time()
        where = f"{self._broker.host}:{self._broker.port}"
        log.info(self._told, broker=where, topics=len(self._subscribed), link=self.name)
        self._up(client)


async def abandon(client: aiomqtt.Client) -> None:
    """Close a client whatever state it is in, so that no socket and no task of it is left behind."""
    with suppress(TimeoutError, aiomqtt.MqttError):
        async with asyncio.timeout(LEAVE_SECONDS):
            await client.__aexit__(None, None, None)


def _is_refused(code: Any) -> bool:
    return bool(getattr(code, "is_failure", False)) or (isinstance(code, int) and code >= 0x80)
