"""The `home` connection: a clean session and a fresh client per connect, nothing queued outward.

Inward, messages wait in an Inbox (client.py) that keeps only the latest of each topic when input outruns us. The
`alarms` connection is in session.py.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast
from uuid import uuid4

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from gateway.home.problems import Offline
from gateway.links.client import Client, Deliver, Inbox
from gateway.links.connection import LEAVE_SECONDS, PUBLISH_SECONDS, Broker, Connection, abandon, options
from gateway.wire.binding import Message

COMMAND_EXPIRY_SECONDS = 5
"""How long an MQTT 5 broker may keep a command for a device that is away."""

Hear = Callable[[bytes, bool], None]
"""Called with the payload, and whether it was retained."""


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
        self._inbox: _Inbox | None = None
        self._dropped = 0
        """On the connections before this one."""
        self._hearers: dict[str, Hear] = {}
        self._greeters: list[Callable[[], None]] = []

    @property
    def waiting(self) -> int:
        """How many messages are not handed on yet."""
        return self._inbox.waiting if self._inbox is not None else 0

    @property
    def dropped(self) -> int:
        """How many messages were too large, too many, or met a defect of ours."""
        return self._dropped + (self._inbox.dropped if self._inbox is not None else 0)

    def hear(self, topic: str, hear: Hear) -> None:
        """Subscribe to a topic about ourselves; who gets all messages gets these as well."""
        self._hearers[topic] = hear
        self.subscribe(topic)

    def greet(self, greeter: Callable[[], None]) -> None:
        """Tell this one as well whenever the link is up."""
        self._greeters.append(greeter)

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
        self._dropped = self.dropped
        inbox = self._inbox = _Inbox(self._hand_on, self._largest)
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

    def _hand_on(self, topic: str, payload: bytes, retained: bool) -> None:
        hear = self._hearers.get(topic)
        if hear is not None:
            hear(payload, retained)
        self._deliver(topic, payload, retained)

    def _how(self) -> Any:
        """QoS 0: a state that is lost is asked for by the next command; MQTT 5 can also spare us our own messages."""
        return SubscribeOptions(qos=0, noLocal=True) if self._broker.version == "5" else 0

    async def _greet(self, client: aiomqtt.Client) -> None:
        async with asyncio.timeout(PUBLISH_SECONDS):
            await client.publish(self._broker.status_topic, b"online", retain=True)

    def _up(self, client: aiomqtt.Client) -> None:
        self._client = client
        self._on_up()
        for greeter in self._greeters:
            greeter()

    def _down(self) -> None:
        if self._client is not None:
            self._client = None
            self._on_down()

    async def _leave(self, client: aiomqtt.Client) -> None:
        """Say goodbye: a clean disconnect keeps the will from being sent, so `offline` is published first.

        It is acknowledged after it has come back to us: a socket that is closed unread takes the goodbye with it.
        """
        with suppress(TimeoutError, aiomqtt.MqttError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await client.publish(self._broker.status_topic, b"offline", qos=1, retain=True)
        await abandon(client)

    def _expiry(self) -> Properties | None:
        if self._broker.version != "5":
            return None
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = COMMAND_EXPIRY_SECONDS
        return properties


class _Inbox(Inbox):
    @property
    def waiting(self) -> int:
        return len(self._backlog)
