"""What makes an MQTT client acknowledge only when it is told to: receipts in order, and marks of what came before."""

import asyncio
import os
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any, cast

import aiomqtt
import paho.mqtt.client as paho
import structlog
from paho.mqtt.properties import Properties

from gateway.links.client import MAX_PAYLOAD, Client, Inbox

log: structlog.stdlib.BoundLogger = structlog.get_logger("alarms")

MAX_BACKLOG = 20_000
"""So many messages of QoS 0 wait; nothing but this, and the bytes of all that wait, bounds them."""
MAX_MARKS = 2000
SESSION_BYTES = 8
SLICE = 100

Acknowledge = Callable[[], None]
Mark = tuple[int, bytes]
"""What a message is known by when it comes again: its packet identifier, and a fingerprint."""
Deliver = Callable[[str, bytes, bool, Acknowledge, Mark | None], None]
"""Called with topic, payload, whether it was retained, what to call, on the loop, once it is safe, and its mark.

That may be called late, twice, or when the connection is gone, and does nothing where there is nothing to do.
"""


class _Receipt:
    """What is owed to the broker for one message."""

    __slots__ = ("_inbox", "is_due", "mark", "mid", "qos")

    def __init__(self, inbox: "HeldInbox", mid: int, qos: int, mark: Mark | None = None) -> None:
        self._inbox = inbox
        self.mark = mark
        self.mid = mid
        self.qos = qos
        self.is_due = qos == 0

    def __call__(self) -> None:
        if not self.is_due:
            self.is_due = True
            self._inbox.settle()
            if self.mark is not None:
                self._inbox.known.add(self.mark)


class Marks:
    """The last messages that are safe. One that comes again, since its receipt was lost, is not heard a second time.

    A broker numbers messages anew in a new session, so fingerprints of one session are none of another. `on_anew` is
    told what fingerprints begin with from now on: all others count no more, and must not come back by `restore`.
    """

    def __init__(self, on_anew: Callable[[bytes], None] = lambda _: None) -> None:
        self._on_anew = on_anew
        self._marks: OrderedDict[int, bytes] = OrderedDict()
        self._session = os.urandom(SESSION_BYTES)

    def fingerprint(self, topic: str, payload: bytes) -> bytes:
        """Of a message of this session."""
        text = topic.encode(errors="surrogatepass") + b"\0" + payload
        return self._session + blake2b(text, digest_size=12).digest()

    def add(self, mark: Mark) -> None:
        """It is safe."""
        mid, fingerprint = mark
        self._marks[mid] = fingerprint
        self._marks.move_to_end(mid)
        if len(self._marks) > MAX_MARKS:
            self._marks.popitem(last=False)

    def has(self, message: paho.MQTTMessage) -> bool:
        """Whether it is one of them; False where its topic cannot be read."""
        known = self._marks.get(message.mid)
        try:
            return known is not None and known == self.fingerprint(message.topic, bytes(message.payload))
        except UnicodeDecodeError:
            return False

    def drop(self, mid: int) -> None:
        """Another message has this identifier now."""
        self._marks.pop(mid, None)

    def restore(self, marks: Iterable[Mark]) -> None:
        """Those of the last run, all of one session; the newest last."""
        for mark in marks:
            self.add(mark)
            self._session = mark[1][:SESSION_BYTES]

    def clear(self) -> None:
        """A new session: the broker knows nothing of them any more."""
        self._marks.clear()
        self._session = os.urandom(SESSION_BYTES)
        self._on_anew(self._session)


class HeldInbox(Inbox):
    """Hands every message on, in order, with its receipt. Receipts go out in the order in which messages came.

    So the protocol wants it; and after a break whatever comes again comes from one point on, and not an old state alone
    after a newer one was acknowledged.
    """

    def __init__(self, deliver: Deliver, settle: Callable[[int, int], None], dropped: int, known: "Marks") -> None:
        super().__init__(cast("Any", deliver))
        self._told = deliver
        self._settle = settle
        self._owed: deque[_Receipt] = deque()
        self._unreceipted = 0
        self.dropped = dropped
        self.known = known

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
        payload = item.payload if isinstance(item.payload, bytes) else b""
        mark = (item.mid, self.known.fingerprint(item.topic.value, payload)) if item.qos else None
        receipt = _Receipt(self, item.mid, item.qos, mark)
        if mark is not None:
            self._owed.append(receipt)
        size = len(payload)
        if size > MAX_PAYLOAD:
            self._drop(item, f"{size} bytes are more than any alarm has")
            receipt()
        elif not item.qos and (self._unreceipted >= MAX_BACKLOG or not self._has_room(item)):
            self._drop(item, "more came at QoS 0 than could be read")
        else:
            self._unreceipted += not item.qos
            self._keep(receipt, item)

    def refuse(self, mid: int, qos: int, why: str) -> None:
        """Acknowledge what cannot be read: it would come again for ever."""
        self.dropped += 1
        log.warning("dropped a message", why=why, dropped=self.dropped)
        if qos:
            self._owed.append(receipt := _Receipt(self, mid, qos))
            receipt()

    def pass_over(self, mid: int, qos: int) -> None:
        """Acknowledge what was taken in before: only the receipt was lost."""
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
            self._told(topic, payload, retained, receipt, receipt.mark)
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
        if not self.had_session:
            self._held.known.clear()
        self.kept_seconds = getattr(properties, "SessionExpiryInterval", None)
        super()._on_connect(client, userdata, flags, reason_code, properties)

    def _on_message(self, client: paho.Client, userdata: Any, message: paho.MQTTMessage) -> None:
        if message.dup and self._held.known.has(message):
            self._held.pass_over(message.mid, message.qos)
            return
        self._held.known.drop(message.mid)
        try:
            super()._on_message(client, userdata, message)
        except ValueError as error:  # a topic that is none
            self._held.refuse(message.mid, message.qos, str(error))
