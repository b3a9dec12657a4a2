"""The `home` connection to the broker: a clean session and a fresh client per connect, nothing queued outward.

Inward, messages wait in an Inbox (client.py) that keeps only the latest of each topic when input outruns us.
"""

import asyncio
import logging
import math
import socket
import ssl
from collections.abc import Callable
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
from gateway.links.client import Client, Deliver, Inbox
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


_QUIET = logging.getLogger("gateway.paho")
_QUIET.setLevel(logging.CRITICAL)  # what it has to say is in the errors that it raises


class MqttLink:
    """Keeps the connection up for ever, and tells when it is up and down."""

    def __init__(
        self,
        broker: Broker,
        deliver: Deliver,
        on_up: Callable[[], None],
        on_down: Callable[[], None],
        largest: Callable[[str], int] = lambda _: 0,
    ) -> None:
        self._broker = broker
        self._deliver = deliver
        self._largest = largest
        self._on_up = on_up
        self._on_down = on_down
        self._wanted: set[str] = set()
        self._subscribed: set[str] = set()
        self._changed = asyncio.Event()
        self._client: aiomqtt.Client | None = None
        self._inbox: Inbox | None = None
        self._up_at: float | None = None
        self.refused: set[str] = set()
        """Topics the broker's access rules do not let us read."""
        self.state = "connecting"
        """For people: what the link is doing, or why it is not."""

    def subscribe(self, topic: str) -> None:
        """Listen on a topic filter, now and after every reconnect."""
        self._wanted.add(topic)
        self._changed.set()

    def unsubscribe(self, topic: str) -> None:
        """Listen no longer."""
        self._wanted.discard(topic)
        self._changed.set()

    def catch_up(self) -> None:
        """Take in what has arrived and still waits."""
        if self._inbox is not None:
            self._inbox.catch_up()

    async def publish(self, message: Message) -> None:
        """Publish; returns when it is sent, or when the broker has acknowledged it where that is asked for.

        Raises Offline after PUBLISH_SECONDS; nothing is kept for later.
        """
        client = self._client
        if client is None:
            raise Offline("no broker")
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await client.publish(
                    message.topic,
                    message.payload,
                    qos=1 if message.acknowledged else 0,
                    properties=self._expiry(),
                )
        except (aiomqtt.MqttError, ValueError, OSError, TimeoutError) as error:
            raise Offline(f"not taken by the broker: {error or 'no answer'}") from None

    async def run(self) -> None:
        """Connect, and connect again, until cancelled."""
        backoff = Backoff(first=0.2, longest=LONGEST_PAUSE_SECONDS)
        told = ""
        seldom = Seldom(60.0, asyncio.get_running_loop().time)
        while True:
            try:
                await self._session()
            except* (aiomqtt.MqttError, OSError, TimeoutError, UnicodeError) as errors:
                self.state = _reason(errors)
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise asyncio.CancelledError  # which a TaskGroup drops when one of its tasks fails meanwhile
            tries = seldom()
            if tries is not None or self.state != told:
                told = self.state
                log.warning("no broker", why=told, broker=f"{self._broker.host}:{self._broker.port}")
            if self._up_at is not None and asyncio.get_running_loop().time() - self._up_at > STEADY_SECONDS:
                backoff.reset()
            self._up_at = None
            await asyncio.sleep(backoff.seconds())

    async def _session(self) -> None:
        """One connection, from CONNECT until it is lost."""
        await self._knock()
        inbox = self._inbox = Inbox(self._deliver, self._largest)
        client = self._new_client(inbox)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.__aenter__()
        except (aiomqtt.MqttError, TimeoutError):
            await _abandon(client)
            raise
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read(client), name="mqtt-read")
                self._subscribed.clear()
                self.refused.clear()
                await self._reconcile(client)
                async with asyncio.timeout(PUBLISH_SECONDS):
                    await client.publish(self._broker.status_topic, b"online", retain=True)
                self._up(client)
                while True:
                    await self._changed.wait()
                    await self._reconcile(client)
        finally:
            self._down()
            with suppress(aiomqtt.MqttError):
                await self._leave(client)

    async def _knock(self) -> None:
        """Find out, cancellably, whether anything listens there and is who it should be: paho connects in a thread."""
        broker = self._broker
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(broker.host, broker.port, ssl=broker.tls)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    def _new_client(self, inbox: Inbox) -> aiomqtt.Client:
        broker = self._broker
        version = aiomqtt.ProtocolVersion.V5 if broker.version == "5" else aiomqtt.ProtocolVersion.V311
        client = Client(
            broker.host,
            broker.port,
            username=broker.username,
            password=broker.password,
            identifier=f"clova-gateway-{uuid4().hex[:12]}",
            protocol=version,
            clean_session=True if version is aiomqtt.ProtocolVersion.V311 else None,
            keepalive=KEEPALIVE_SECONDS,
            will=aiomqtt.Will(broker.status_topic, b"offline", qos=1, retain=True),
            tls_context=broker.tls,
            logger=_QUIET,
            timeout=math.inf,  # asyncio.wait_for, which it would use, loses cancellations before Python 3.12
            max_inflight_messages=1000,
            queue_type=cast("Any", lambda maxsize: inbox),  # noqa: ARG005  # aiomqtt calls it like a class
            socket_options=((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),),
        )
        client.pending_calls_threshold = 1000
        return client

    async def _read(self, client: aiomqtt.Client) -> None:
        async for _ in client.messages:
            """The Inbox hands everything on; the iteration only ends, with MqttError, when the connection does."""

    async def _reconcile(self, client: aiomqtt.Client) -> None:
        """Bring the broker's subscriptions to what is wanted."""
        self._changed.clear()
        missing = sorted(self._wanted - self._subscribed)
        for start in range(0, len(missing), SUBSCRIBE_AT_ONCE):
            some = missing[start : start + SUBSCRIBE_AT_ONCE]
            async with asyncio.timeout(CONNECT_SECONDS):
                codes = await client.subscribe([(topic, self._how()) for topic in some])
            self._subscribed.update(some)
            refused = {topic for topic, code in zip(some, codes, strict=False) if _is_refused(code)}
            if refused:
                self.refused |= refused
                log.error("the broker's access rules forbid reading", topics=sorted(refused))
        for topic in sorted(self._subscribed - self._wanted):
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.unsubscribe(topic)
            self._subscribed.discard(topic)

    def _how(self) -> Any:
        """QoS 0: a state that is lost is asked for by the next command; MQTT 5 can also spare us our own messages."""
        return SubscribeOptions(qos=0, noLocal=True) if self._broker.version == "5" else 0

    def _up(self, client: aiomqtt.Client) -> None:
        self._client = client
        self.state = "connected"
        self._up_at = asyncio.get_running_loop().time()
        log.info("connected", broker=f"{self._broker.host}:{self._broker.port}", topics=len(self._subscribed))
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
        await _abandon(client)

    def _expiry(self) -> Properties | None:
        if self._broker.version != "5":
            return None
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = COMMAND_EXPIRY_SECONDS
        return properties


async def _abandon(client: aiomqtt.Client) -> None:
    """Close a client whatever state it is in, so that no socket and no task of it is left behind."""
    with suppress(TimeoutError, aiomqtt.MqttError):
        async with asyncio.timeout(LEAVE_SECONDS):
            await client.__aexit__(None, None, None)


def _is_refused(code: Any) -> bool:
    return bool(getattr(code, "is_failure", False)) or (isinstance(code, int) and code >= 0x80)


def _reason(errors: BaseExceptionGroup[BaseException]) -> str:
    first: BaseException = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    said = str(first) or type(first).__name__
    if "ot authori" in said or "user name" in said:
        return f"the broker refuses the user name or password (mqtt.username, mqtt.password_file): {said}"
    return said
