"""What the gateway says of itself on the broker: words for everybody, and a document for Home Assistant."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, get_args

import aiomqtt
import pytest
from structlog.testing import capture_logs

from gateway import announce, herald
from gateway.config import Loaded, load
from gateway.config.model import HomeSection
from gateway.dialects.homeassistant import HomeAssistant
from gateway.dialects.homeassistant.announcement import place, read
from gateway.engine.state import Presence
from gateway.herald import Hear, Herald, News
from gateway.home.problems import Offline
from gateway.links.connection import Broker
from gateway.links.mqtt import MqttLink
from gateway.reports import health_of, shown
from gateway.web.standing import STANDINGS
from tests.fakes.mosquitto import Mosquitto, until

TOPIC = "clova-gateway/status"
REPORT = {
    "version": "1.2.3",
    "since": 1_790_000_000,
    "devices": 3,
    "found": 2,
    "mqtt": "connected",
    "mqtt_refused": "secret/topic",
    "alarms": "connected",
    "push": "trying again",
    "tunnel": "off",
    "reach": "down at tls: /etc/secret.pem has expired",
    "key": "from the copy on disk",
}


# What everybody may know


def test_links_are_words_and_nothing_of_the_home_is_told() -> None:
    presence = Counter({Presence.ONLINE: 2, Presence.SILENT: 1})
    health = health_of(REPORT, presence, disk_fails=True)
    assert health == {
        "version": "1.2.3",
        "since": 1_790_000_000,
        "devices": 3,
        "presence": {"online": 2, "offline": 0, "silent": 1, "unknown": 0},
        "links": {"mqtt": "up", "alarms": "up", "push": "down", "tunnel": "off", "reach": "down", "key": "up"},
        "problems": ["push", "reach", "disk"],
    }
    assert "secret" not in json.dumps(health)


# The document for Home Assistant


def test_every_entity_has_a_name_in_every_language() -> None:
    languages = set(get_args(HomeSection.model_fields["language"].annotation))
    assert announce.NAMES.keys() == announce.ENTITIES.keys()
    for names in announce.NAMES.values():
        assert names.keys() == languages
        assert all(names.values())


def test_the_document_has_all_that_a_device_needs() -> None:
    said = json.loads(announce.document(TOPIC, "우리집", "ko"))
    assert said["origin"]["name"] == "clova-gateway"
    assert said["device"]["identifiers"] == [announce.node(TOPIC)]
    assert (said["availability_topic"], said["payload_available"], said["payload_not_available"]) == (
        TOPIC,
        "online",
        "offline",
    )
    ids = [one["unique_id"] for one in said["components"].values()]
    assert len(set(ids)) == len(ids) == len(announce.ENTITIES)
    topics = {one["state_topic"] for one in said["components"].values()}
    assert topics == {f"{TOPIC}/{own}" for own in ("way", "gateway", "alarms")}
    for one in said["components"].values():
        assert one["platform"] in ("sensor", "binary_sensor")
        assert one.get("options", list(STANDINGS)) == list(STANDINGS)


def test_two_gateways_are_two_devices() -> None:
    assert announce.place("homeassistant", TOPIC) != announce.place("homeassistant", "other/status")
    assert announce.place("homeassistant", TOPIC) == announce.place("homeassistant", TOPIC)


def test_it_can_be_read_and_would_be_a_device_but_for_its_name() -> None:
    """What keeps us from finding ourselves is not that nobody could make anything of it."""
    where = place(announce.place("homeassistant", TOPIC), ("homeassistant",))
    assert where is not None
    said = read(where, announce.document(TOPIC, "home", "en"))
    assert said.entities.keys() == announce.ENTITIES.keys()
    assert not said.refused
    found = HomeAssistant()
    strange = place("homeassistant/device/another/config", ("homeassistant",))
    assert strange is not None
    assert found.hear(strange.topic, announce.document(TOPIC, "home", "en"))
    assert [finding for finding in found.findings() if finding.wirings or finding.refused]


@pytest.mark.parametrize("language", ["ko", "ja", "en"])
def test_we_are_no_device_of_the_home(language: str) -> None:
    found = HomeAssistant()
    for topic in (TOPIC, "another/gateway"):
        own = announce.place("homeassistant", topic)
        assert not found.hear(own, announce.document(topic, "home", language))
        assert not found.hear(own, b"")
    assert not list(found.findings())


def configured(folder: Path, text: str) -> Loaded:
    """Of what stands there, the first part is within `mqtt`, the second one below it."""
    path, (mqtt, rest) = folder / "gateway.yaml", text.split("|")
    path.write_text(f'mqtt: {{url: "mqtt://127.0.0.1:1"{mqtt}}}\n{rest}', encoding="utf-8")
    return load(path, {})


def test_it_is_for_who_asks_for_it(tmp_path: Path) -> None:
    usual = announce.place("homeassistant", TOPIC)
    assert shown(configured(tmp_path, "|"), TOPIC) == (usual, b"")
    assert shown(configured(tmp_path, "|discovery: {homeassistant: false}\n"), TOPIC) is None
    on = shown(configured(tmp_path, ", announce: true|"), TOPIC)
    assert on is not None
    assert on[0] == usual
    assert json.loads(on[1])["device"]["name"] == "clova-gateway 우리집"
    other = shown(configured(tmp_path, ", announce: true|discovery: {homeassistant: [ha, x]}\n"), TOPIC)
    assert other is not None
    assert other[0].startswith("ha/device/")
    assert shown(configured(tmp_path, ", announce: true|discovery: {homeassistant: false}\n"), TOPIC) == on


# The herald, by itself


class Fake:
    """A connection that can be away."""

    def __init__(self) -> None:
        self.told: list[tuple[str, bytes]] = []
        self.hearers: dict[str, Hear] = {}
        self.greeters: list[Callable[[], None]] = []
        self.is_up = True

    async def tell(self, topic: str, payload: bytes) -> None:
        if not self.is_up:
            raise Offline("no broker")
        self.told.append((topic, payload))

    def hear(self, topic: str, hear: Hear) -> None:
        self.hearers[topic] = hear

    def greet(self, greeter: Callable[[], None]) -> None:
        self.greeters.append(greeter)

    def reports(self) -> list[dict[str, Any]]:
        return [json.loads(payload) for topic, payload in self.told if topic == f"{TOPIC}/gateway"]


HEALTH = {"version": "1", "since": 1000, "devices": 1, "problems": []}


@pytest.fixture
def health() -> dict[str, Any]:
    return dict(HEALTH)


@asynccontextmanager
async def telling(
    line: Fake, report: Callable[[], dict[str, Any]], shown: tuple[str, bytes] | None = None
) -> AsyncIterator[Herald]:
    one = Herald(line, TOPIC, report, shown)
    task = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(herald, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(herald, "LOOK_SECONDS", 0.03)


async def test_only_what_is_new_is_told(health: dict[str, Any]) -> None:
    line, looks = Fake(), Counter[str]()

    def report() -> dict[str, Any]:
        looks["all"] += 1
        return dict(health)

    async with telling(line, report):
        await until(lambda: looks["all"] > 3)
        assert [one["devices"] for one in line.reports()] == [1]
        health["devices"] = 2
        await until(lambda: len(line.reports()) == 2)
        health["since"] = 1001  # two clocks that are rounded
        seen = looks["all"]
        await until(lambda: looks["all"] > seen + 2)
        assert len(line.reports()) == 2
        health["since"] = 2000
        await until(lambda: len(line.reports()) == 3)
        assert line.reports()[-1]["since"] == 2000


async def test_a_broker_that_came_back_is_told_everything_again(health: dict[str, Any]) -> None:
    line = Fake()
    line.is_up = False
    own = announce.place("homeassistant", TOPIC)
    async with telling(line, lambda: dict(health), (own, b"{}")):
        for many in (1, 2):
            line.is_up = True
            for greeter in line.greeters:
                greeter()
            await until(lambda many=many: len(line.reports()) == many)  # type: ignore[misc]
            assert line.told.count((own, b"{}")) == many


async def test_what_another_says_of_our_status_is_put_right(health: dict[str, Any]) -> None:
    line = Fake()
    async with telling(line, lambda: dict(health)):
        await until(line.reports)
        line.hearers[TOPIC](b"offline", True)  # kept from before; the connection itself says online
        line.hearers[TOPIC](b"online", False)
        health["devices"] = 2
        await until(lambda: len(line.reports()) == 2)
        assert (TOPIC, b"online") not in line.told
        line.hearers[TOPIC](b"offline", False)
        await until(lambda: (TOPIC, b"online") in line.told)


async def test_what_could_not_be_told_is_told_later(health: dict[str, Any]) -> None:
    line = Fake()
    line.is_up = False
    async with telling(line, lambda: dict(health), ("ha", b"{}")) as one:
        one._connected()
        await until(lambda: not one._stirred.is_set())
        line.is_up = True
        await until(line.reports)
    assert ("ha", b"{}") in line.told


async def test_news_that_were_not_taken_are_told_again_as_they_are_then() -> None:
    line, tries, state = Fake(), Counter[str](), {"state": "down"}
    line.is_up = False

    def report() -> dict[str, Any]:
        tries[state["state"]] += 1
        return dict(state)

    news = News(line, f"{TOPIC}/way", report)
    task = asyncio.create_task(news.run())
    news.stir()
    await until(lambda: tries["down"] > 1)
    state["state"] = "up"
    line.is_up = True  # without a new connection
    await until(lambda: bool(line.told))
    for greeter in line.greeters:
        greeter()
    await until(lambda: len(line.told) == 2)
    task.cancel()
    assert line.told == [(f"{TOPIC}/way", b'{"state": "up"}')] * 2
    assert tries["up"] == 2


async def test_a_second_gateway_is_told_of_once_and_told_that_we_are_there(health: dict[str, Any]) -> None:
    line = Fake()
    with capture_logs() as logs:
        async with telling(line, lambda: dict(health)):
            await until(line.reports)
            own = line.reports()[0]["instance"]
            hear = line.hearers[f"{TOPIC}/gateway"]
            hear(json.dumps({"instance": own}).encode(), False)
            hear(b'{"instance": "before"}', True)
            for garbage in (b"\xff", b"[]", b"{}", b'{"instance": 1}', b"", b"{" * 3000):
                hear(garbage, False)
            assert not [one for one in logs if "another gateway" in one["event"]]
            for _ in range(3):
                hear(b'{"instance": "abcd"}', False)
            await until(lambda: len(line.reports()) == 2)
            assert line.reports()[1]["problems"] == ["second_gateway"]
            hear(b'{"instance": "efgh"}', False)  # it was started again, and cannot know of us
            await until(lambda: len(line.reports()) == 3)
            for number in range(100):
                hear(b'{"instance": "%d"}' % number, False)
    assert len([one for one in logs if "another gateway" in one["event"]]) == 1


async def test_what_was_announced_before_is_taken_back(health: dict[str, Any]) -> None:
    line, own = Fake(), announce.place("homeassistant", TOPIC)
    async with telling(line, lambda: dict(health), (own, b"")):
        await until(line.reports)
        line.hearers[own](b"", False)
        line.hearers[own](b"{}", True)
        await until(lambda: (own, b"") in line.told)
    assert line.told.count((own, b"")) == 1


async def test_what_is_announced_is_not_taken_back(health: dict[str, Any]) -> None:
    line, own = Fake(), announce.place("homeassistant", TOPIC)
    async with telling(line, lambda: dict(health), (own, b"{}")):
        line.hearers[own](b"{}", True)
        await until(line.reports)
    assert (own, b"") not in line.told


# With a real broker


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker")
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


@asynccontextmanager
async def gateway(port: int, shown: tuple[str, bytes] | None = None, version: str = "3.1.1") -> AsyncIterator[MqttLink]:
    """The connection and the herald of one gateway."""
    link = MqttLink(Broker("127.0.0.1", port, version=version), lambda *_: None, lambda: None, lambda: None)
    tasks = [asyncio.create_task(one.run()) for one in (link, Herald(link, TOPIC, lambda: dict(HEALTH), shown))]
    try:
        await until(lambda: link.state == "connected")
        yield link
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Watcher:
    """What somebody hears who listens to everything, or what the broker has kept for who comes now."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []

    def last(self, topic: str) -> bytes | None:
        return next((payload for heard, payload in reversed(self.heard) if heard == topic), None)

    def devices(self) -> object:
        said = self.last(f"{TOPIC}/gateway")
        return json.loads(said)["devices"] if said else None


@asynccontextmanager
async def watching(port: int) -> AsyncIterator[Watcher]:
    watcher = Watcher()

    async def listen(client: aiomqtt.Client) -> None:
        async for message in client.messages:
            watcher.heard.append((message.topic.value, bytes(message.payload)))

    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe("#", qos=1)
        task = asyncio.create_task(listen(client))
        try:
            yield watcher
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.broker
@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_a_will_that_comes_late_does_not_make_us_look_gone(broker: Mosquitto, version: str) -> None:
    async with gateway(broker.port, version=version), watching(broker.port) as watcher:
        await until(lambda: watcher.last(TOPIC) == b"online")
        async with aiomqtt.Client("127.0.0.1", broker.port) as earlier:
            await earlier.publish(TOPIC, b"offline", qos=1, retain=True)
        await until(
            lambda: [payload for topic, payload in watcher.heard if topic == TOPIC][-2:] == [b"offline", b"online"]
        )
    async with watching(broker.port) as later:
        await until(lambda: later.last(TOPIC) == b"offline")


@pytest.mark.broker
@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_two_gateways_notice_each_other(broker: Mosquitto, version: str) -> None:
    with capture_logs() as logs:
        async with gateway(broker.port, version=version), watching(broker.port) as watcher:
            await until(lambda: watcher.devices() == 1)
            async with gateway(broker.port, version=version):
                await until(lambda: len([one for one in logs if "another gateway" in one["event"]]) == 2)
            await until(lambda: watcher.last(TOPIC) == b"online")


@pytest.mark.broker
async def test_a_restart_is_no_second_gateway(broker: Mosquitto) -> None:
    with capture_logs() as logs:
        for _ in range(2):
            async with gateway(broker.port), watching(broker.port) as watcher:
                await until(lambda watcher=watcher: watcher.devices() == 1)  # type: ignore[misc]
    assert not [one for one in logs if "another gateway" in one["event"]]


@pytest.mark.broker
async def test_home_assistant_is_told_and_untold(broker: Mosquitto) -> None:
    own = announce.place("homeassistant", TOPIC)
    text = announce.document(TOPIC, "home", "en")
    async with gateway(broker.port, (own, text)), watching(broker.port) as watcher:
        await until(lambda: watcher.last(own) == text)
    async with watching(broker.port) as watcher:
        await until(lambda: watcher.last(own) == text)
        async with gateway(broker.port, (own, b"")):
            await until(lambda: watcher.last(own) == b"")
    async with watching(broker.port) as watcher:
        await until(lambda: watcher.last(TOPIC) == b"offline")
        assert watcher.last(own) is None


@pytest.mark.broker
async def test_a_broker_that_forgets_everything_is_told_again(broker: Mosquitto, tmp_path: Path) -> None:
    own = announce.place("homeassistant", TOPIC)
    async with gateway(broker.port, (own, b"{}")):
        async with watching(broker.port) as watcher:
            await until(lambda: watcher.devices() == 1)
        broker.signal(signal.SIGKILL)
        (tmp_path / "broker" / "mosquitto.db").unlink(missing_ok=True)
        await broker.start()
        async with watching(broker.port) as watcher:
            await until(lambda: watcher.last(TOPIC) == b"online" and watcher.last(own) == b"{}")
            await until(lambda: watcher.devices() == 1)
