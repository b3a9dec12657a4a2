"""The `home` connection against a real Mosquitto: who we are, what we may read, what we keep, what we leave behind."""

import asyncio
import itertools
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiomqtt
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from gateway.config import load
from gateway.home.problems import Offline
from gateway.links import client, connection, mqtt
from gateway.links.client import Inbox
from gateway.links.connection import Broker, _is_refused
from gateway.links.mqtt import MqttLink
from gateway.parts import _tls
from gateway.wire.binding import Message
from tests.fakes.mosquitto import Mosquitto, until
from tests.fakes.things import thing

pytestmark = pytest.mark.broker


class Recorder:
    """What a link said."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes, bool]] = []
        self.ups = 0
        self.downs = 0

    def deliver(self, topic: str, payload: bytes, retained: bool) -> None:
        self.messages.append((topic, payload, retained))

    def up(self) -> None:
        self.ups += 1

    def down(self) -> None:
        self.downs += 1


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@asynccontextmanager
async def linked(broker: Broker, *topics: str) -> AsyncIterator[tuple[MqttLink, Recorder]]:
    recorder = Recorder()
    link = MqttLink(broker, recorder.deliver, recorder.up, recorder.down)
    for topic in topics:
        link.subscribe(topic)
    running = asyncio.create_task(link.run())
    try:
        yield link, recorder
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    found = Mosquitto(tmp_path / "broker")
    await found.start()
    yield found
    found.stop()


async def test_retained_and_live_messages_are_told_apart(mosquitto: Mosquitto) -> None:
    async with thing(mosquitto.port, {}) as other:
        await other.say("a", "old", retain=True)
        async with linked(Broker("127.0.0.1", mosquitto.port), "a") as (_, recorder):
            await until(lambda: recorder.messages)
            await other.say("a", "new", retain=True)
            await until(lambda: len(recorder.messages) == 2)
    assert recorder.messages == [("a", b"old", True), ("a", b"new", False)]


async def test_topics_can_be_added_and_taken_away_while_it_runs(mosquitto: Mosquitto) -> None:
    async with (
        linked(Broker("127.0.0.1", mosquitto.port)) as (link, recorder),
        thing(mosquitto.port, {}) as other,
    ):
        await until(lambda: recorder.ups)
        for number in range(250):  # more than one SUBSCRIBE packet takes
            link.subscribe(f"many/{number}")
        await until(lambda: len(link._subscribed) == 250)
        await other.say("many/249", "x")
        await until(lambda: recorder.messages)
        link.unsubscribe("many/249")
        await until(lambda: len(link._subscribed) == 249)
        await other.say("many/249", "y")
        await other.say("many/0", "z")
        await until(lambda: len(recorder.messages) == 2)
    assert [payload for _, payload, _ in recorder.messages] == [b"x", b"z"]


async def test_everything_is_subscribed_again_after_a_restart(mosquitto: Mosquitto) -> None:
    async with linked(Broker("127.0.0.1", mosquitto.port), "a", "b/+") as (_, recorder):
        await until(lambda: recorder.ups == 1)
        mosquitto.signal(signal.SIGKILL)
        await until(lambda: recorder.downs == 1)
        await mosquitto.start()
        await until(lambda: recorder.ups == 2)
        async with thing(mosquitto.port, {}) as other:
            await other.say("b/c", "x")
            await until(lambda: recorder.messages)


async def test_publishing_is_refused_while_there_is_no_broker() -> None:
    async with linked(Broker("127.0.0.1", 1)) as (link, _):
        with pytest.raises(Offline):
            await link.publish(Message("a", b"x"))


async def test_a_stalled_broker_makes_a_publish_give_up_and_leaves_no_socket_behind(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "PUBLISH_SECONDS", 0.3)
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(connection, "KEEPALIVE_SECONDS", 1)
    async with linked(Broker("127.0.0.1", mosquitto.port)) as (link, recorder):
        await until(lambda: recorder.ups)
        open_before = open_files()
        mosquitto.signal(signal.SIGSTOP)
        with pytest.raises(Offline):
            await link.publish(Message("a", b"x", acknowledged=True))
        await until(lambda: recorder.downs)
        await until(lambda: "timed out" in link.state.lower() or "timeout" in link.state.lower())
        mosquitto.signal(signal.SIGCONT)
        await until(lambda: recorder.ups == 2)
        await until(lambda: open_files() <= open_before)
        tasks = {task.get_name() for task in asyncio.all_tasks()}
        assert len(tasks) < 8, tasks


@pytest.fixture
def passwords(tmp_path: Path) -> str:
    file = tmp_path / "passwords"
    tool = shutil.which("mosquitto_passwd")
    assert tool is not None
    subprocess.run([tool, "-c", "-b", str(file), "gateway", "right"], check=True)
    acl = tmp_path / "acl"
    acl.write_text("user gateway\ntopic readwrite clova-gateway/status\ntopic read open/#\n")
    for path in (file, acl):
        path.chmod(0o644)
    tmp_path.chmod(0o755)
    return f"allow_anonymous false\npassword_file {file}\nacl_file {acl}\n"


async def test_user_and_password(tmp_path: Path, passwords: str) -> None:
    mosquitto = Mosquitto(tmp_path / "broker", passwords)
    await mosquitto.start()
    broker = Broker("127.0.0.1", mosquitto.port, username="gateway", password="right")
    try:
        async with linked(broker, "open/a") as (_, recorder):
            await until(lambda: recorder.ups)
        async with linked(replace(broker, password="wrong")) as (link, recorder):
            await until(lambda: "uthori" in link.state)
            assert recorder.ups == 0
    finally:
        mosquitto.stop()


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        (0, False),
        (1, False),
        (0x80, True),
        (ReasonCode(PacketTypes.SUBACK, "Granted QoS 0"), False),
        (ReasonCode(PacketTypes.SUBACK, "Not authorized"), True),
    ],
)
def test_what_a_broker_says_of_a_subscription(code: object, refused: bool) -> None:
    """Mosquitto's file of access rules grants every subscription and withholds the messages; other brokers say no."""
    assert _is_refused(code) is refused


def make_certificates(folder: Path) -> None:
    """An authority, and a broker's certificate by it, with the openssl that every Debian has."""
    openssl = shutil.which("openssl")
    assert openssl is not None
    days = ["-days", "2", "-nodes", "-newkey", "rsa:2048"]
    signed = ["-out", "broker.pem", "-days", "2", "-extfile", "san"]
    (folder / "san").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")
    for command in (
        ["req", "-x509", *days, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=home ca"],
        ["req", *days[2:], "-keyout", "broker.key", "-out", "broker.csr", "-subj", "/CN=localhost"],
        ["x509", "-req", "-in", "broker.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", *signed],
    ):
        subprocess.run([openssl, *command], cwd=folder, check=True, capture_output=True)
    for file in folder.iterdir():
        file.chmod(0o644)
    folder.chmod(0o755)


async def test_tls_with_an_authority_of_ones_own_and_not_without(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    files = f"certfile {tmp_path}/broker.pem\nkeyfile {tmp_path}/broker.key\n"
    mosquitto = Mosquitto(tmp_path / "broker", "allow_anonymous true\n" + files)
    await mosquitto.start()
    try:
        for ca, works in (("ca: ca.pem", True), ("", False)):
            (tmp_path / "gateway.yaml").write_text(
                f'mqtt: {{url: "mqtts://127.0.0.1:{mosquitto.port}"{", " + ca if ca else ""}}}'
            )
            context = _tls(load(tmp_path / "gateway.yaml"))
            async with linked(Broker("127.0.0.1", mosquitto.port, tls=context), "a") as (link, recorder):
                if works:
                    await until(lambda: recorder.ups)
                else:
                    await until(lambda: "certificate" in link.state.lower())
                    assert recorder.ups == 0
    finally:
        mosquitto.stop()


async def test_when_input_outruns_us_only_the_latest_of_each_topic_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENT_BACKLOG", 3)
    monkeypatch.setattr(client, "MAX_BACKLOG", 5)
    recorder = Recorder()
    inbox = Inbox(recorder.deliver)
    for number in range(10):
        inbox.put_nowait(aiomqtt.Message("flood", str(number).encode(), 0, False, 0, None))
    inbox.put_nowait(aiomqtt.Message("other", b"x", 0, False, 0, None))
    inbox.put_nowait(aiomqtt.Message("one too many", b"x", 0, False, 0, None))
    taking = asyncio.create_task(inbox.get())
    await until(lambda: len(recorder.messages) >= 5)
    taking.cancel()
    assert [(topic, payload) for topic, payload, _ in recorder.messages] == [
        ("flood", b"0"),
        ("flood", b"1"),
        ("flood", b"2"),
        ("flood", b"9"),
        ("other", b"x"),
    ]
    assert inbox.dropped == 1


async def test_what_waits_has_a_limit_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENT_BACKLOG", 1)
    monkeypatch.setattr(client, "MAX_BACKLOG_BYTES", 30)
    recorder = Recorder()
    inbox = Inbox(recorder.deliver)
    for topic, size in (("a", 9), ("b", 9), ("b", 19), ("c", 0), ("b", 1), ("c", 9)):
        inbox.put_nowait(aiomqtt.Message(topic, b"x" * size, 0, False, 0, None))
    taking = asyncio.create_task(inbox.get())
    await until(lambda: len(recorder.messages) == 3)
    inbox.put_nowait(aiomqtt.Message("d", b"x" * 29, 0, False, 0, None))
    await until(lambda: len(recorder.messages) == 4)
    taking.cancel()
    assert [(topic, len(payload)) for topic, payload, _ in recorder.messages] == [
        ("a", 9),
        ("b", 1),
        ("c", 9),
        ("d", 29),
    ]
    assert inbox.dropped == 1


async def test_many_packets_are_read_at_one_turn_of_the_loop(mosquitto: Mosquitto) -> None:
    async with thing(mosquitto.port, {}) as other:
        for number in range(300):
            await other.say(f"many/{number}", "x", retain=True)
    async with linked(Broker("127.0.0.1", mosquitto.port), "many/#") as (_, recorder):
        arrivals = [0]
        while arrivals[-1] < 300:
            await asyncio.sleep(0)
            arrivals.append(len(recorder.messages))
    steps = [after - before for before, after in itertools.pairwise(arrivals)]
    assert max(steps) > 1, "one packet for each turn, as aiomqtt alone does it"


async def test_it_can_be_stopped_at_any_moment_of_connecting(mosquitto: Mosquitto) -> None:
    """asyncio.wait_for before Python 3.12 loses a cancellation that comes together with what it waits for."""
    for turns in range(60):
        recorder = Recorder()
        link = MqttLink(Broker("127.0.0.1", mosquitto.port), recorder.deliver, recorder.up, recorder.down)
        link.subscribe("a")
        running = asyncio.create_task(link.run())
        for _ in range(turns * 3):
            await asyncio.sleep(0.0001)
        running.cancel()
        async with asyncio.timeout(3):
            await asyncio.gather(running, return_exceptions=True)
        assert running.cancelled(), turns


FLOOD = """
import sys
import paho.mqtt.client as mqtt

client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
for number in range(20_000):
    client.publish(f"flood/{number % 50}", "x" * 200)
client.publish("flood/end", "x", qos=1).wait_for_publish(20)
client.disconnect()
"""


async def test_what_has_come_and_waits_is_taken_in_at_once() -> None:
    recorder = Recorder()
    inbox = Inbox(recorder.deliver)
    inbox.put_nowait(aiomqtt.Message("lamp", b"ON", 0, False, 0, None))
    inbox.catch_up()
    assert recorder.messages == [("lamp", b"ON", False)]
    inbox.catch_up()
    assert len(recorder.messages) == 1


@pytest.mark.alone
async def test_a_flood_does_not_keep_others_from_their_turn(mosquitto: Mosquitto) -> None:
    async with linked(Broker("127.0.0.1", mosquitto.port), "flood/#") as (_, recorder):
        await until(lambda: recorder.ups)
        flooding = await asyncio.create_subprocess_exec(sys.executable, "-c", FLOOD, str(mosquitto.port))
        longest = 0.0
        while flooding.returncode is None:
            started = time.thread_time()  # of the processor: what else runs on the machine does not count
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - started)
        await until(lambda: any(topic == "flood/end" for topic, _, _ in recorder.messages))
    assert longest < 0.05


@pytest.mark.parametrize("has_broker", [True, False], ids=["connected", "away"])
async def test_it_gives_signs_of_life_also_where_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_broker: bool
) -> None:
    """systemd is told that all is well only while it does."""
    monkeypatch.setattr(connection, "ALIVE_SECONDS", 0.01)
    signs: list[str] = []
    broker = Mosquitto(tmp_path / "broker")
    if has_broker:
        await broker.start()
    recorder = Recorder()
    link = MqttLink(Broker("127.0.0.1", broker.port), recorder.deliver, recorder.up, recorder.down)
    running = asyncio.create_task(link.run(lambda: signs.append(link.state)))
    try:
        await until(lambda: signs.count("connected") > 3 if has_broker else len(signs) > 3)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        broker.stop()
