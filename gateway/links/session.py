"""The `alarms` connection: a session that the broker keeps, and messages that are acknowledged only when we say so.

What the broker has taken at QoS 1 comes until it is acknowledged, over every break of the connection and over our own
end. What was not acknowledged before a break comes again after it, so whoever is told may be told twice.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import aiomqtt
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from gateway.links.connection import CONNECT_SECONDS, SUBSCRIBE_AT_ONCE, Broker, Connection, abandon, options
from gateway.links.held import Deliver, HeldClient, HeldInbox, Marks

log: structlog.stdlib.BoundLogger = structlog.get_logger("alarms")

KEPT_SECONDS = 30 * 86_400
"""How long an MQTT 5 broker is asked to keep our session; an older one keeps it as long as it was told to."""
SHORT_SECONDS = 86_400
"""A broker that keeps it for less is worth a word."""
AT_ONCE = 1000
"""So many unacknowledged messages may an MQTT 5 broker send; an older one has a limit of its own."""
THROWN_OUT = 3
THROWN_OUT_SECONDS = 60.0
"""Losing so many connections within this time is no accident."""


class AlarmLink(Connection):
    """The `alarms` connection. At each connect it subscribes again to all that is wanted: retained states come again.

    `deliver` gets messages as soon as there is a connection, so before `on_up`, and those of QoS 0 that had come and
    waited also when it is lost. `on_up` is told whether the broker still had our session; by then every topic that
    `stale` named, and that nobody wants, is unsubscribed from. `client_id` and `stale` are asked at each connect.
    `on_anew` is told, before any message of a new session comes, what their fingerprints begin with.
    """

    name = "alarms"
    _told = "listening for alarms"

    def __init__(
        self,
        broker: Broker,
        client_id: Callable[[], str],
        deliver: Deliver,
        on_up: Callable[[bool], None],
        stale: Callable[[], Iterable[str]] = tuple,
        on_anew: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        self._losses: deque[float] = deque(maxlen=THROWN_OUT)
        self._said = ""
        super().__init__(broker)
        self._client_id = client_id
        self._deliver = deliver
        self._on_up = on_up
        self._stale = stale
        self._left: set[str] = set()
        self._known_as = ""
        """Who we are to the broker on this connection, or were on the last one."""
        self._former = ""
        """Who we were for a time, while the broker may keep a session for that one."""
        self.known = Marks(on_anew)
        """Those of the last connections; and of the last run, which its file has."""
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
    def is_up(self) -> bool:
        """Whether the broker hands us what it has."""
        return self._is_up

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

    @property
    def left(self) -> set[str]:
        """What nobody wants any more, and the broker may still keep for us."""
        return (self._left | set(self._stale())) - self._wanted

    def unsubscribe(self, topic: str) -> None:
        """Listen no longer; where there is no connection, from the next one on."""
        super().unsubscribe(topic)
        self._left.add(topic)

    def begin_anew(self, former: str = "") -> None:
        """Connect again: we are somebody else to the broker from now on, if `client_id` says so.

        Once we are, the broker is to keep nothing for `former`, whom nobody will be again. That is tried once.
        """
        self._former = former
        self._changed.set()

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
        name = self._client_id()
        if self._known_as not in ("", name):
            self.known.clear()  # what it has for this one is numbered by itself
        self._known_as = name
        inbox = HeldInbox(self._deliver, lambda mid, qos: made[0].settle(mid, qos), self.dropped, self.known)
        self._inbox = inbox
        client = HeldClient(
            broker.host,
            broker.port,
            inbox,
            identifier=name,
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
        self._be_ourselves()
        await super()._reconcile(client)
        for topic in self._granted.keys() - self._wanted:
            del self._granted[topic]

    async def _greet(self, client: aiomqtt.Client) -> None:
        """Unsubscribe from what the session still has from before: this process, or the one before it."""
        gone = sorted(self.left)
        for start in range(0, len(gone), SUBSCRIBE_AT_ONCE):
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.unsubscribe(gone[start : start + SUBSCRIBE_AT_ONCE])
        self._left.difference_update(gone)
        self._be_ourselves()
        if self._former not in ("", self._known_as):
            former, self._former = self._former, ""
            await self._end(former)

    async def _end(self, name: str) -> None:
        """Have the broker keep nothing for this one any more: what is connected so ends as it leaves."""
        broker = self._broker
        anew: dict[str, Any] = {"clean_start" if broker.version == "5" else "clean_session": True}
        client = aiomqtt.Client(broker.host, broker.port, identifier=name, **anew, **options(broker))
        with suppress(aiomqtt.MqttError, TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.__aenter__()
        await abandon(client)

    def _be_ourselves(self) -> None:
        """Raise MqttError where we are somebody else by now."""
        if self._known_as != self._client_id():
            self._losses.clear()
            raise aiomqtt.MqttError("connecting under another name")

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
