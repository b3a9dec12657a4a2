"""Connections to the broker: what all have in common, and the `home` one.

That one has a clean session and a fresh client per connect, and queues nothing outward. Inward, messages wait in an
Inbox (client.py) that keeps only the latest of each topic when input outruns us. The `alarms` one is in session.py.
"""

import asyncio
import math
import socket
import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

import aiomqtt
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from gateway.home.problems import Offline
from gateway.links.backoff import Backoff
from gateway.links.client import QUIET, Client, Deliver, Inbox, reason
from gateway.log import Seldom
from gateway.wire.binding import Message

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
COMMAND_EXPIRY_SECONDS = 5
"""How long an MQTT 5 broker may keep a command for a device that is away."""
LEAVE_SECONDS = 0.3
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

    async def run(self) -> None:
        """Connect, and connect again, until cancelled."""
        backoff = Backoff(first=0.2, longest=LONGEST_PAUSE_SECONDS)
        told = ""
        seldom = Seldom(60.0, asyncio.get_running_loop().time)
        while True:
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
                    await self._changed.wait()
                    await self._reconcile(client)
        finally:
            self._down()
            with suppress(aiomqtt.MqttError):
                await self._leave(client)

    async def _read(self, client: aiomqtt.Client) -> None:
        async for _ in client.messages:
            """The Inbox hands everything on; the iteration only ends, with MqttError, when the connection does."""

    async def _reconcile(self, client: aiomqtt.Client) -> None:
        """Bring the broker's subscriptions to what is wanted."""
        self._changed.clear()
        missing = sorted(self._wanted - (self._subscribed - self._again))
        self._again.clear()
        for start in range(0, len(missing), SUBSCRIBE_AT_ONCE):
            some = missing[start : start + SUBSCRIBE_AT_ONCE]
            async with asyncio.timeout(CONNECT_SECONDS):
                codes = await client.subscribe([(topic, self._how()) for topic in some])
            self._subscribed.update(some)
            self._answered(some, codes)
        for topic in sorted(self._subscribed - self._wanted):
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.unsubscribe(topic)
            self._subscribed.discard(topic)

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


class MqttLink(Connection):
    """The `home` connection, which tells when it is up and down."""

    def __init__(
        self,
        broker: Broker,
        deliver: Deliver,
        on_up: Callable[[], None],
        on_down: Callable[[], None],
        largest: Callable[[str], int] = lambda _: 0,
    ) -> None:
        super().__init__(broker)
        self._deliver = deliver
        self._largest = largest
        self._on_up = on_up
        self._on_down = on_down
        self._client: aiomqtt.Client | None = None
        self._inbox: Inbox | None = None

    def catch_up(self) -> None:
        """Take in what has arrived and still waits."""
        if self._inbox is not None:
            self._inbox.catch_up()

    async def publish(self, message: Message) -> None:
        """Publish; returns when it is sent, or when the broker has acknowledged it where that is asked for.

        Raises Offline after PUBLISH_SECONDS; nothing is kept for later.
        """
        qos = 1 if message.acknowledged else 0
        await self._send(message.topic, message.payload, qos=qos, properties=self._expiry())

    async def tell(self, topic: str, payload: bytes) -> None:
        """Publish something about ourselves, which the broker keeps for who comes later. Raises Offline."""
        await self._send(topic, payload, retain=True)

    async def _send(self, topic: str, payload: bytes, **how: Any) -> None:
        client = self._client
        if client is None:
            raise Offline("no broker")
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await client.publish(topic, payload, **how)
        except (aiomqtt.MqttError, ValueError, OSError, TimeoutError) as error:
            raise Offline(f"not taken by the broker: {error or 'no answer'}") from None

    def _new_client(self) -> aiomqtt.Client:
        broker = self._broker
        inbox = self._inbox = Inbox(self._deliver, self._largest)
        client = Client(
            broker.host,
            broker.port,
            identifier=f"clova-gateway-{uuid4().hex[:12]}",
            clean_session=None if broker.version == "5" else True,
            will=aiomqtt.Will(broker.status_topic, b"offline", qos=1, retain=True),
            queue_type=cast("Any", lambda maxsize: inbox),  # noqa: ARG005  # aiomqtt calls it like a class
            **options(broker),
        )
        client.pending_calls_threshold = 1000
        return client

    def _how(self) -> Any:
        """QoS 0: a state that is lost is asked for by the next command; MQTT 5 can also spare us our own messages."""
        return SubscribeOptions(qos=0, noLocal=True) if self._broker.version == "5" else 0

    async def _greet(self, client: aiomqtt.Client) -> None:
        async with asyncio.timeout(PUBLISH_SECONDS):
            await client.publish(self._broker.status_topic, b"online", retain=True)

    def _up(self, client: aiomqtt.Client) -> None:
        self._client = client
        self._on_up()

    def _down(self) -> None:
        if self._client is not None:
            self._client = None
            self._on_down()

    async def _leave(self, client: aiomqtt.Client) -> None:
        """Say goodbye: a clean disconnect keeps the will from being sent, so `offline` is published first."""
        with suppress(TimeoutError, aiomqtt.MqttError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await client.publish(self._broker.status_topic, b"offline", retain=True)
        await abandon(client)

    def _expiry(self) -> Properties | None:
        if self._broker.version != "5":
            return None
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = COMMAND_EXPIRY_SECONDS
        return properties


async def abandon(client: aiomqtt.Client) -> None:
    """Close a client whatever state it is in, so that no socket and no task of it is left behind."""
    with suppress(TimeoutError, aiomqtt.MqttError):
        async with asyncio.timeout(LEAVE_SECONDS):
            await client.__aexit__(None, None, None)


def _is_refused(code: Any) -> bool:
    return bool(getattr(code, "is_failure", False)) or (isinstance(code, int) and code >= 0x80)
