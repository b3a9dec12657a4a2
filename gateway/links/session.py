"""The `alarms` connection: a session that the broker keeps, and messages that are acknowledged only when we say so.

What the broker has taken at QoS 1 comes until it is acknowledged, over every break of the connection and over our own
end. What was not acknowledged before a break comes again after it, so whoever is told may be told twice.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import aiomqtt
import paho.mqtt.client as paho
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from gateway.links.client import MAX_PAYLOAD, Client, Inbox
from gateway.links.connection import CONNECT_SECONDS, SUBSCRIBE_AT_ONCE, Broker, Connection, abandon, options

log: structlog.stdlib.BoundLogger = structlog.get_logger("alarms")

KEPT_SECONDS = 30 * 86_400
"""How long an MQTT 5 broker is asked to keep our session; an older one keeps it as long as it was told to."""
SHORT_SECONDS = 86_400
"""A broker that keeps it for less is worth a word."""
AT_ONCE = 1000
"""So many unacknowledged messages may an MQTT 5 broker send; an older one has a limit of its own."""
MAX_BACKLOG = 20_000
"""So many messages of QoS 0 wait; nothing but this bounds them."""
THROWN_OUT = 3
THROWN_OUT_SECONDS = 60.0
"""Losing so many connections within this time is no accident."""
SLICE = 100

Acknowledge = Callable[[], None]
Deliver = Callable[[str, bytes, bool, Acknowledge], None]
"""Called with topic, payload, whether it was retained, and what to call, on the loop, once the message is safe.

That may be called late, twice, or when the connection is gone, and does nothing where there is nothing to do.
"""


class _Receipt:
    """What is owed to the broker for one message."""

    __slots__ = ("_inbox", "is_due", "mid", "qos")

    def __init__(self, inbox: "HeldInbox", mid: int, qos: int) -> None:
        self._inbox = inbox
        self.mid = mid
        self.qos = qos
        self.is_due = qos == 0

    def __call__(self) -> None:
        if not self.is_due:
            self.is_due = True
            self._inbox.settle()


class HeldInbox(Inbox):
    """Hands every message on, in order, with its receipt. Receipts go out in the order in which messages came.

    So the protocol wants it; and after a break whatever comes again comes from one point on, and not an old state alone
    after a newer one was acknowledged.
    """

    def __init__(self, deliver: Deliver, settle: Callable[[int, int], None], dropped: int) -> None:
        super().__init__(cast("Any", deliver))
        self._told = deliver
        self._settle = settle
        self._owed: deque[_Receipt] = deque()
        self._unreceipted = 0
        self.dropped = dropped

    @property
    def owed(self) -> int:
        """How many messages are not acknowledged."""
        return len(self._owed)

    @property
    def waiting(self) -> int:
        """How many messages are not handed on."""
        return len(self._backlog)

    def put_nowait(self, item: aiomqtt.Message) -> None:
        """Take a message in. One too large is acknowledged and dropped: nothing that can alarm is so large."""
        receipt = _Receipt(self, item.mid, item.qos)
        if item.qos:
            self._owed.append(receipt)
        size = len(item.payload) if isinstance(item.payload, bytes) else 0
        if size > MAX_PAYLOAD:
            self._drop(item, f"{size} bytes are more than any alarm has")
            receipt()
        elif not item.qos and self._unreceipted >= MAX_BACKLOG:
            self._drop(item, "more came at QoS 0 than could be read")
        else:
            self._unreceipted += not item.qos
            self._backlog[receipt] = item
            self._arrived.set()

    def refuse(self, mid: int, qos: int, why: str) -> None:
        """Acknowledge what cannot be read: it would come again for ever."""
        self.dropped += 1
        log.warning("dropped a message", why=why, dropped=self.dropped)
        if qos:
            self._owed.append(receipt := _Receipt(self, mid, qos))
            receipt()

    def settle(self) -> None:
        """Send the receipts that are due and not preceded by one that is not."""
        while self._owed and self._owed[0].is_due:
            receipt = self._owed.popleft()
            self._settle(receipt.mid, receipt.qos)

    async def hand_on_rest(self) -> None:
        """Hand on what waits: at QoS 0 nobody sends it again."""
        while self._backlog:
            for _ in range(min(len(self._backlog), SLICE)):
                self._hand_on()
            await asyncio.sleep(0)

    def _hand(self, key: object, topic: str, payload: bytes, retained: bool) -> None:
        receipt = cast("_Receipt", key)
        self._unreceipted -= not receipt.qos
        try:
            self._told(topic, payload, retained, receipt)
        except Exception:
            receipt()
            raise


class HeldClient(Client):
    """A client that acknowledges only when told to. aiomqtt 2.5 has no word for that; paho, beneath it, has."""

    def __init__(self, hostname: str, port: int, inbox: HeldInbox, **more: Any) -> None:
        super().__init__(hostname, port, **more)
        self._held = inbox
        self.had_session = False
        self.kept_seconds: float | None = None
        """How long an MQTT 5 broker keeps the session, where it says so."""
        self._client.manual_ack_set(True)

    def settle(self, mid: int, qos: int) -> None:
        """Acknowledge a message that came on this connection; nothing happens once it is lost."""
        if not self._disconnected.done() and self._client.is_connected():
            self._client.ack(mid, qos)

    def _on_connect(
        self, client: paho.Client, userdata: Any, flags: Any, reason_code: Any, properties: Properties | None = None
    ) -> None:
        self.had_session = flags.session_present
        self.kept_seconds = getattr(properties, "SessionExpiryInterval", None)
        super()._on_connect(client, userdata, flags, reason_code, properties)

    def _on_message(self, client: paho.Client, userdata: Any, message: paho.MQTTMessage) -> None:
        try:
            super()._on_message(client, userdata, message)
        except ValueError as error:  # a topic that is none
            self._held.refuse(message.mid, message.qos, str(error))


class AlarmLink(Connection):
    """The `alarms` connection. At each connect it subscribes again to all that is wanted: retained states come again.

    `deliver` gets messages as soon as there is a connection, so before `on_up`, and those of QoS 0 that had come and
    waited also after `on_down`. `on_up` is told whether the broker still had our session; by then every topic that
    `stale` named, and that nobody wants, is unsubscribed from. `client_id` and `stale` are asked at each connect.
    """

    name = "alarms"
    _told = "listening for alarms"

    def __init__(
        self,
        broker: Broker,
        client_id: Callable[[], str],
        deliver: Deliver,
        on_up: Callable[[bool], None],
        on_down: Callable[[], None],
        stale: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._losses: deque[float] = deque(maxlen=THROWN_OUT)
        self._said = ""
        super().__init__(broker)
        self._client_id = client_id
        self._deliver = deliver
        self._on_up = on_up
        self._on_down = on_down
        self._stale = stale
        self._left: set[str] = set()
        self._granted: dict[str, int] = {}
        self._inbox: HeldInbox | None = None
        self._is_up = self._is_met = False

    @property
    def state(self) -> str:
        """For people: what the link is doing, or why it is not."""
        return self._thrown_out() or self._said

    @state.setter
    def state(self, said: str) -> None:
        self._said = said

    @property
    def granted(self) -> Mapping[str, int]:
        """The QoS that the broker gives each topic; below 1, it keeps nothing of it while we are away."""
        return self._granted

    @property
    def dropped(self) -> int:
        """How many messages were too large, too many, not to be read, or met a defect of ours."""
        return self._inbox.dropped if self._inbox is not None else 0

    @property
    def unacknowledged(self) -> int:
        """How many messages of this connection are not acknowledged: a broker sends only so many ahead."""
        return self._inbox.owed if self._inbox is not None else 0

    def unsubscribe(self, topic: str) -> None:
        """Listen no longer; where there is no connection, from the next one on."""
        super().unsubscribe(topic)
        self._left.add(topic)

    def _thrown_out(self) -> str:
        """What to say where the broker ends one good connection after the other; empty if it does not."""
        losses = self._losses
        if len(losses) < THROWN_OUT or time.monotonic() - losses[0] > THROWN_OUT_SECONDS:
            return ""
        return (
            f"another program uses the client id {self._client_id()}: "
            f"the broker has ended {THROWN_OUT} connections within {THROWN_OUT_SECONDS:.0f} s"
        )

    async def _session(self) -> None:
        self._is_met = False
        try:
            await super()._session()
        finally:
            if not self._is_met:  # the broker itself was away: nobody has thrown us out
                self._losses.clear()

    def _new_client(self) -> aiomqtt.Client:
        self._is_met = True
        broker, made = self._broker, list[HeldClient]()
        inbox = HeldInbox(self._deliver, lambda mid, qos: made[0].settle(mid, qos), self.dropped)
        self._inbox = inbox
        client = HeldClient(
            broker.host,
            broker.port,
            inbox,
            identifier=self._client_id(),
            **(_kept() if broker.version == "5" else {"clean_session": False}),
            queue_type=cast("Any", lambda maxsize: inbox),  # noqa: ARG005  # aiomqtt calls it like a class
            **options(broker),
        )
        client.pending_calls_threshold = 1000
        made.append(client)
        self._granted.clear()
        return client

    def _how(self) -> Any:
        return SubscribeOptions(qos=1) if self._broker.version == "5" else 1

    def _answered(self, topics: list[str], codes: Sequence[Any]) -> None:
        super()._answered(topics, codes)
        given = {topic: int(getattr(code, "value", code)) for topic, code in zip(topics, codes, strict=False)}
        self._granted.update((topic, qos) for topic, qos in given.items() if topic not in self.refused)

    async def _reconcile(self, client: aiomqtt.Client) -> None:
        await super()._reconcile(client)
        for topic in self._granted.keys() - self._wanted:
            del self._granted[topic]

    async def _greet(self, client: aiomqtt.Client) -> None:
        """Unsubscribe from what the session still has from before: this process, or the one before it."""
        gone = sorted((self._left | set(self._stale())) - self._wanted)
        for start in range(0, len(gone), SUBSCRIBE_AT_ONCE):
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.unsubscribe(gone[start : start + SUBSCRIBE_AT_ONCE])
        self._left.difference_update(gone)

    def _up(self, client: aiomqtt.Client) -> None:
        held = cast("HeldClient", client)
        self._is_up = True
        if held.kept_seconds is not None and held.kept_seconds < SHORT_SECONDS:
            self.state = f"connected; the broker keeps what we miss for {held.kept_seconds:.0f} s only"
            log.warning("the broker does not keep our session for long", seconds=held.kept_seconds)
        self._on_up(held.had_session)

    def _down(self) -> None:
        if not self._is_up:
            return
        self._is_up = False
        self._losses.append(time.monotonic())
        if why := self._thrown_out():
            log.error("alarms may go astray", why=why)
        self._on_down()

    async def _leave(self, client: aiomqtt.Client) -> None:
        """No farewell: the broker is to keep what comes while we are away."""
        await abandon(client)
        if self._inbox is not None:
            await self._inbox.hand_on_rest()


def _kept() -> dict[str, Any]:
    """How MQTT 5 asks for a session that is kept."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = KEPT_SECONDS
    properties.ReceiveMaximum = AT_ONCE
    return {"clean_start": False, "properties": properties}
