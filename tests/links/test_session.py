"""The `alarms` connection against a real Mosquitto: what comes again, what does not, and what is never lost."""

import asyncio
import signal
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import paho.mqtt.client as paho
import pytest

from gateway.links import client, held
from gateway.links.connection import Broker
from gateway.links.held import HeldClient, HeldInbox, Mark, Marks
from gateway.links.session import AlarmLink
from tests.fakes.mosquitto import Mosquitto, until
from tests.fakes.things import thing
from tests.links.test_mqtt import make_certificates

pytestmark = pytest.mark.broker

WE = "clova-gateway-alarms-1"


class Ear:
    """What the link handed on, and whether it is acknowledged at once."""

    def __init__(self, acknowledges: bool = True) -> None:
        self.acknowledges = acknowledges
        self.messages: list[tuple[str, str, bool]] = []
        self.receipts: list[Callable[[], None]] = []
        self.ups: list[bool] = []
        self.defect = ""

    def deliver(
        self,
        topic: str,
        payload: bytes,
        retained: bool,
        acknowledge: Callable[[], None],
        mark: Mark | None,  # noqa: ARG002
    ) -> None:
        self.messages.append((topic, payload.decode(), retained))
        self.receipts.append(acknowledge)
        if self.defect and self.defect in payload.decode():
            raise RuntimeError("a defect")
        if self.acknowledges:
            acknowledge()

    @property
    def heard(self) -> list[str]:
        return [payload for _, payload, _ in self.messages]


@asynccontextmanager
async def linked(
    broker: Broker, ear: Ear, *topics: str, stale: Callable[[], Iterable[str]] = tuple
) -> AsyncIterator[AlarmLink]:
    link = AlarmLink(broker, lambda: WE, ear.deliver, ear.ups.append, stale)
    for topic in topics:
        link.subscribe(topic)
    running = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture(params=["3.1.1", "5"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    found = Mosquitto(tmp_path / "broker")
    await found.start()
    yield found
    found.stop()


@pytest.fixture
def broker(mosquitto: Mosquitto, version: str) -> Broker:
    return Broker("127.0.0.1", mosquitto.port, version=version)


def saved(folder: Path) -> bytes:
    """What the broker has on its disk."""
    file = folder / "broker" / "mosquitto.db"
    return file.read_bytes() if file.exists() else b""


async def say(broker: Broker, *messages: str, topic: str = "a", qos: int = 1) -> None:
    async with aiomqtt.Client(broker.host, broker.port) as client:
        for message in messages:
            await client.publish(topic, message, qos=qos)


async def test_what_comes_while_we_are_away_is_there_when_we_are_back(broker: Broker) -> None:
    ear = Ear()
    async with linked(broker, ear, "a"):
        await until(lambda: ear.ups)
    await say(broker, "1", "2")
    async with linked(broker, ear, "a") as link:
        await until(lambda: len(ear.messages) == 2)
        await until(lambda: ear.ups == [False, True])
        assert link.is_up
    assert ear.messages == [("a", "1", False), ("a", "2", False)]
    assert not link.is_up


async def test_what_is_not_acknowledged_comes_again_and_what_is_does_not(broker: Broker) -> None:
    ear = Ear(acknowledges=False)
    async with linked(broker, ear, "a") as link:
        await until(lambda: ear.ups)
        await say(broker, "1", "2", "3")
        await until(lambda: len(ear.messages) == 3)
        assert link.unacknowledged == 3
        ear.receipts[0]()
        assert link.unacknowledged == 2
    ear.messages.clear()
    async with linked(broker, ear, "a") as link:
        await until(lambda: len(ear.messages) == 2)
        assert ear.heard == ["2", "3"]
        for receipt in ear.receipts[-2:]:
            receipt()
        link.subscribe("b")
        await until(lambda: "b" in link.granted)  # so the broker has had what was sent before
    ear.messages.clear()
    async with linked(broker, ear, "a"):
        await say(broker, "4")
        await until(lambda: ear.messages)
    assert ear.heard == ["4"]


async def test_a_receipt_waits_for_those_before_it(broker: Broker) -> None:
    """Otherwise "on" would come again by itself after "off" had been acknowledged."""
    ear = Ear(acknowledges=False)
    async with linked(broker, ear, "a"):
        await until(lambda: ear.ups)
        await say(broker, "on", "off")
        await until(lambda: len(ear.messages) == 2)
        ear.receipts[1]()
    ear.messages.clear()
    async with linked(broker, ear, "a"):
        await until(lambda: len(ear.messages) == 2)
    assert ear.heard == ["on", "off"]


async def test_it_comes_again_after_the_broker_was_killed(mosquitto: Mosquitto, broker: Broker, tmp_path: Path) -> None:
    ear = Ear(acknowledges=False)
    async with linked(broker, ear, "a") as link, thing(mosquitto.port, {}) as other:
        await until(lambda: ear.ups)
        await other.say("a", "kept on its disk")
        await until(lambda: ear.messages)
        await other.say("another", "x", retain=True)  # Mosquitto saves with the next change what is only under way
        await until(lambda: b"kept on its disk" in saved(tmp_path))
        mosquitto.signal(signal.SIGKILL)
        await until(lambda: not link.is_up)
        await mosquitto.start()
        await until(lambda: len(ear.messages) == 2)
        await until(lambda: ear.ups == [False, True])
        ear.receipts[0]()  # of a connection that is gone: it says nothing on this one
        assert b"kept on its disk" in saved(tmp_path)
        ear.receipts[1]()
        ear.receipts[1]()
        await until(lambda: b"kept on its disk" not in saved(tmp_path))
    assert ear.heard == ["kept on its disk"] * 2


async def test_a_receipt_of_a_former_connection_does_nothing(broker: Broker) -> None:
    ear = Ear(acknowledges=False)
    async with linked(broker, ear, "a"):
        await until(lambda: ear.ups)
        await say(broker, "1")
        await until(lambda: ear.messages)
    async with linked(broker, ear, "a") as link:
        await until(lambda: len(ear.messages) == 2)
        ear.receipts[0]()
        assert link.unacknowledged == 1
    async with linked(broker, ear, "a"):
        await until(lambda: len(ear.messages) == 3)
    assert ear.heard == ["1"] * 3


async def test_retained_states_come_at_every_connect(mosquitto: Mosquitto, broker: Broker) -> None:
    ear = Ear()
    async with thing(mosquitto.port, {}) as other:
        await other.say("smoke", "ON", retain=True)
    for times in (1, 2):
        async with linked(broker, ear, "smoke"):
            await until(lambda: len(ear.messages) == times)  # noqa: B023  # awaited at once
    assert ear.messages == [("smoke", "ON", True)] * 2


async def test_topics_that_nobody_wants_any_more_are_given_up(broker: Broker) -> None:
    ear = Ear()
    async with linked(broker, ear, "a", "old", "dropped", "kept") as link:
        await until(lambda: ear.ups)
        assert link.granted == {"a": 1, "old": 1, "dropped": 1, "kept": 1}
        link.unsubscribe("kept")
        await until(lambda: "kept" not in link.granted)
    async with linked(broker, ear, "a", stale=lambda: ("old", "dropped", "a")):
        await until(lambda: len(ear.ups) == 2)
    for topic in ("old", "dropped", "kept", "a"):
        await say(broker, topic, topic=topic)
    async with linked(broker, ear, "a"):
        await until(lambda: ear.messages)
    assert ear.heard == ["a"]


async def test_what_is_given_up_while_there_is_no_broker_is_given_up_later(
    mosquitto: Mosquitto, broker: Broker, tmp_path: Path
) -> None:
    ear = Ear()
    async with linked(broker, ear, "given-up", "a") as link:
        await until(lambda: ear.ups)
        await until(lambda: b"given-up" in saved(tmp_path))
        mosquitto.signal(signal.SIGKILL)
        await until(lambda: not link.is_up)
        link.unsubscribe("given-up")
        await mosquitto.start()
        await until(lambda: ear.ups == [False, True])
        await say(broker, "no", topic="given-up")
        await say(broker, "yes")
        await until(lambda: ear.messages)
    assert ear.heard == ["yes"]


async def test_thousands_come_in_order_and_each_once(broker: Broker) -> None:
    ear = Ear()
    numbers = [str(number) for number in range(5000)]
    async with linked(broker, ear, "a") as link:
        await until(lambda: ear.ups)
        await asyncio.gather(say(broker, *numbers[:2500]), until(lambda: len(ear.messages) >= 2500, 30))
    await say(broker, *numbers[2500:3400])  # while we are away: fewer than a broker keeps
    async with linked(broker, ear, "a") as link:
        await until(lambda: ear.ups == [False, True])
        await asyncio.gather(say(broker, *numbers[3400:]), until(lambda: len(ear.messages) >= 5000, 30))
        assert link.unacknowledged == 0
    assert ear.heard == numbers


@pytest.mark.alone
async def test_a_receipt_leaves_at_once(tmp_path: Path) -> None:
    """With one message under way at a time, the next comes when the last is acknowledged."""
    mosquitto = Mosquitto(tmp_path / "broker", "allow_anonymous true\nmax_inflight_messages 1\n")
    await mosquitto.start()
    broker = Broker("127.0.0.1", mosquitto.port)
    ear = Ear()
    try:
        async with linked(broker, ear, "a"):
            await until(lambda: ear.ups)
        await say(broker, *map(str, range(300)))
        started = time.monotonic()
        async with linked(broker, ear, "a"):
            await until(lambda: len(ear.messages) == 300)
        assert time.monotonic() - started < 6  # one each 20 ms would be slow, and a second each without a flush
    finally:
        mosquitto.stop()


async def test_it_does_all_that_over_tls_as_well(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    files = f"certfile {tmp_path}/broker.pem\nkeyfile {tmp_path}/broker.key\n"
    mosquitto = Mosquitto(tmp_path / "broker", f"allow_anonymous true\nmax_inflight_messages 1\n{files}")
    await mosquitto.start()
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    broker = Broker("127.0.0.1", mosquitto.port, tls=context)
    ear = Ear()
    try:
        async with linked(broker, ear, "a"):
            await until(lambda: ear.ups)
        async with aiomqtt.Client(broker.host, broker.port, tls_context=context) as other:
            for number in range(50):
                await other.publish("a", str(number), qos=1)
        async with linked(broker, ear, "a"):
            await until(lambda: len(ear.messages) == 50)
        assert ear.ups == [False, True]
    finally:
        mosquitto.stop()


async def test_a_message_that_meets_a_defect_costs_only_itself(broker: Broker) -> None:
    ear = Ear()
    ear.defect = "poison"
    async with linked(broker, ear, "a") as link:
        await until(lambda: ear.ups)
        await say(broker, "1", "poison", "2")
        await until(lambda: len(ear.messages) == 3)
        assert link.dropped == 1
    async with linked(broker, ear, "a"):
        await say(broker, "3")
        await until(lambda: len(ear.messages) == 4)
    assert ear.heard == ["1", "poison", "2", "3"]


async def test_a_message_that_is_too_large_is_acknowledged_and_dropped(broker: Broker) -> None:
    ear = Ear()
    async with linked(broker, ear, "a") as link:
        await until(lambda: ear.ups)
        await say(broker, "x" * 65_537, "y" * 65_536)
        await until(lambda: ear.messages)
        assert (link.dropped, link.unacknowledged) == (1, 0)
    async with linked(broker, ear, "a"):
        await say(broker, "z")
        await until(lambda: len(ear.messages) == 2)
    assert [payload[0] for payload in ear.heard] == ["y", "z"]


async def test_a_topic_that_cannot_be_read_is_acknowledged(broker: Broker) -> None:
    ear = Ear()
    async with linked(broker, ear, "a") as link:
        await until(lambda: ear.ups)
        client = link._new_client()
        assert isinstance(client, HeldClient)
        for qos in (0, 1):
            message = paho.MQTTMessage(7, b"\xff")
            message.qos = qos
            client._on_message(client._client, None, message)
        assert (link.dropped, link.unacknowledged) == (2, 0)


def message(payload: str, qos: int) -> aiomqtt.Message:
    return aiomqtt.Message("a", payload.encode(), qos, False, 1, None)


async def test_when_too_much_comes_at_qos_0_the_newest_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "MAX_BACKLOG", 3)
    ear = Ear()
    inbox = HeldInbox(ear.deliver, lambda *_: None, 0, Marks())
    for number in range(5):
        inbox.put_nowait(message(str(number), 0))
    inbox.put_nowait(message("at QoS 1", 1))
    await inbox.hand_on_rest()
    inbox.put_nowait(message("later", 0))
    await inbox.hand_on_rest()
    assert ear.heard == ["0", "1", "2", "at QoS 1", "later"]
    assert (inbox.dropped, inbox.waiting, inbox.owed) == (2, 0, 0)


async def test_what_comes_at_qos_0_has_a_limit_of_bytes_and_what_comes_at_qos_1_is_never_lost_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "MAX_BACKLOG_BYTES", 8)
    ear = Ear()
    inbox = HeldInbox(ear.deliver, lambda *_: None, 0, Marks())
    for payload, qos in (("111", 0), ("222", 1), ("333", 0), ("444", 1)):
        inbox.put_nowait(message(payload, qos))
    await inbox.hand_on_rest()
    inbox.put_nowait(message("5555555", 0))
    await inbox.hand_on_rest()
    assert ear.heard == ["111", "222", "444", "5555555"]
    assert inbox.dropped == 1


async def test_what_had_come_is_handed_on_when_the_connection_ends(
    mosquitto: Mosquitto, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HeldInbox, "get", lambda *_: asyncio.Event().wait())
    ear = Ear()
    async with linked(broker, ear, "a") as link:
        await until(lambda: ear.ups)
        await say(broker, "1", "2", qos=0)
        await until(lambda: link._inbox is not None and link._inbox.waiting == 2)
        mosquitto.signal(signal.SIGKILL)
        await until(lambda: len(ear.messages) == 2)
    assert ear.heard == ["1", "2"]


async def test_who_else_uses_our_client_id_is_told_of(broker: Broker) -> None:
    ear, other = Ear(), Ear()
    async with linked(broker, ear, "a") as link:
        await until(lambda: ear.ups)
        assert link.state == "connected"
        async with linked(broker, other, "a"):
            await until(lambda: f"another program uses the client id {WE}" in link.state, 20)


async def test_a_broker_that_goes_away_again_and_again_is_nobody_else(mosquitto: Mosquitto, broker: Broker) -> None:
    ear = Ear()
    async with linked(broker, ear, "a") as link:
        for times in range(1, 5):
            await until(lambda: len(ear.ups) == times)  # noqa: B023  # awaited at once
            mosquitto.signal(signal.SIGKILL)
            await until(lambda: "Connect call failed" in link.state)
            await mosquitto.start()
        await until(lambda: link.state == "connected")


async def test_a_broker_that_keeps_nothing_for_long_is_told_of(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear()
    real = HeldClient._on_connect

    def shortened(self: HeldClient, *told: Any) -> None:
        real(self, *told)
        self.kept_seconds = 60

    monkeypatch.setattr(HeldClient, "_on_connect", shortened)
    async with linked(Broker("127.0.0.1", mosquitto.port, version="5"), ear, "a") as link:
        await until(lambda: ear.ups)
        assert link.state == "connected; the broker keeps what we miss for 60 s only"


async def test_it_can_be_stopped_at_any_moment_of_connecting(broker: Broker) -> None:
    for turns in range(30):
        ear = Ear()
        link = AlarmLink(broker, lambda: WE, ear.deliver, ear.ups.append)
        link.subscribe("a")
        running = asyncio.create_task(link.run())
        for _ in range(turns * 6):
            await asyncio.sleep(0.0001)
        running.cancel()
        async with asyncio.timeout(3):
            await asyncio.gather(running, return_exceptions=True)
        assert running.cancelled(), turns


async def test_what_is_safe_and_comes_again_is_not_heard_again(broker: Broker) -> None:
    """Its receipt was lost on the way, and the broker hands it on once more, to us or to our next run."""
    ear, marks = Ear(), Marks()

    def lose(self: HeldClient, mid: int, qos: int) -> None:
        """The network has it."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HeldClient, "settle", lose)
        async with linked(broker, ear, "a") as link:
            await until(lambda: ear.ups)
            await say(broker, "1", "2")
            await until(lambda: len(ear.messages) == 2)
            marks = link.known
    again = Ear()
    link = AlarmLink(broker, lambda: WE, again.deliver, again.ups.append, tuple)
    link.known.restore(marks._marks.items())
    link.subscribe("a")
    running = asyncio.create_task(link.run())
    try:
        await until(lambda: again.ups)
        await say(broker, "3")
        await until(lambda: again.messages)
        assert again.heard == ["3"]
        assert link.unacknowledged == 0
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def received(payload: str, dup: bool) -> paho.MQTTMessage:
    """As paho has read it."""
    one = paho.MQTTMessage(7, b"a")
    one.payload, one.qos, one.dup = payload.encode(), 1, dup
    return one


async def test_what_has_the_identifier_of_something_safe_is_heard_when_it_comes_again(broker: Broker) -> None:
    ear = Ear()
    async with linked(broker, ear, "a") as link:
        await until(lambda: ear.ups)
        client = link._new_client()
        inbox = link._inbox
        assert isinstance(client, HeldClient)
        assert inbox is not None
        link.known.add((7, link.known.fingerprint("a", b"ON")))
        client._on_message(client._client, None, received("ON", dup=True))
        assert inbox.waiting == 0, "it is safe"
        client._on_message(client._client, None, received("ON", dup=False))
        client._on_message(client._client, None, received("ON", dup=True))
        assert inbox.waiting == 2


class Anew:
    """What a link has told of new sessions; and what it listens to."""

    def __init__(self, broker: Broker, *names: str, stale: Callable[["Anew"], Iterable[str]] = lambda _: ()) -> None:
        self.sessions: list[bytes] = []
        self.names = list(names)
        self.ear = Ear()
        told = self.ear.deliver, self.ear.ups.append, lambda: stale(self), self.sessions.append
        self.link = AlarmLink(broker, lambda: self.names[0], *told)
        self.link.subscribe("a")

    def rename(self) -> None:
        self.names.pop(0)
        self.link.begin_anew()

    def has_new(self, before: bytes) -> bool:
        """Whether fingerprints are others than before, and nothing is known by one of those."""
        begin = self.link.known.fingerprint("a", b"").startswith
        return begin(self.sessions[-1]) and not begin(before) and not self.link.known._marks


@asynccontextmanager
async def anew(broker: Broker, *names: str, **more: Any) -> AsyncIterator[Anew]:
    found = Anew(broker, *names, **more)
    running = asyncio.create_task(found.link.run())
    try:
        yield found
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_session_that_the_broker_lost_is_told_of(mosquitto: Mosquitto, broker: Broker, tmp_path: Path) -> None:
    async with anew(broker, WE) as first:
        await until(lambda: first.ear.ups == [False])
        assert len(first.sessions) == 1
    async with anew(broker, WE) as second:
        await until(lambda: second.ear.ups == [True])
        assert second.sessions == []
        second.link.known.restore([(3, first.sessions[0] + b"x")])
        mosquitto.signal(signal.SIGKILL)
        (tmp_path / "broker" / "mosquitto.db").unlink(missing_ok=True)
        await mosquitto.start()
        await until(lambda: second.ear.ups == [True, False])
        assert len(second.sessions) == 1
        assert second.has_new(first.sessions[0])


async def test_it_may_become_somebody_else_to_the_broker(broker: Broker) -> None:
    async with anew(broker, "clova-test-first", "clova-test-second") as we:
        await until(lambda: we.ear.ups == [False])
        we.rename()
        await until(lambda: we.ear.ups == [False, False])
        await say(broker, "1")
        await until(lambda: we.ear.heard == ["1"])


async def test_the_broker_keeps_nothing_for_whom_we_were_for_a_time(broker: Broker) -> None:
    async with anew(broker, "clova-test-for-a-time", "clova-test-second") as we:
        await until(lambda: we.ear.ups == [False])
        former = we.names.pop(0)
        we.link.begin_anew(former)
        await until(lambda: we.ear.ups == [False, False])
    async with anew(broker, former) as again:
        await until(lambda: again.ear.ups)
        assert again.ear.ups == [False]


async def test_what_one_session_has_marked_is_not_known_in_that_of_another_name(broker: Broker) -> None:
    async with anew(broker, "clova-test-second") as other:
        await until(lambda: other.ear.ups == [False])
    async with anew(broker, "clova-test-first", "clova-test-second") as we:
        await until(lambda: we.ear.ups == [False])
        (before,) = we.sessions
        we.link.known.add((3, before + b"x"))
        we.rename()
        await until(lambda: we.ear.ups == [False, True])
        assert we.has_new(before)


async def test_it_may_become_somebody_else_while_it_connects(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    real = HeldClient._on_connect

    def renamed(self: HeldClient, *told: Any) -> None:
        if len(we.names) == 2:
            we.rename()
        real(self, *told)

    monkeypatch.setattr(HeldClient, "_on_connect", renamed)
    async with anew(broker, "clova-test-first", "clova-test-second") as we:
        await until(lambda: we.ear.ups)
        assert we.link._known_as == "clova-test-second"


async def test_who_has_become_somebody_else_is_not_up_as_the_former(broker: Broker) -> None:
    """What was to be told to the broker of the one would be taken for told to that of the other."""

    def stale(we: Anew) -> Iterable[str]:
        if len(we.names) == 2:
            we.rename()
        return ("stale",)

    async with anew(broker, "clova-test-first", "clova-test-second", stale=stale) as we:
        await until(lambda: len(we.sessions) >= 2 and we.link.state == "connected")
        assert we.ear.ups == [False]


async def test_what_the_broker_may_still_keep_for_us_is_told_until_it_does_not(broker: Broker) -> None:
    ear = Ear()
    link = AlarmLink(broker, lambda: WE, ear.deliver, ear.ups.append, lambda: ("stale", "a"))
    for topic in ("a", "b"):
        link.subscribe(topic)
    link.unsubscribe("b")
    assert link.left == {"b", "stale"}
    running = asyncio.create_task(link.run())
    try:
        await until(lambda: ear.ups)
        assert link.left == {"stale"}, "whoever names it knows by now that it is over"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
