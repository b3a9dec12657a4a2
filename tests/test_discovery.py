"""From a message to a device of the home, by way of a dialect of our own making."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from gateway import discovery as story
from gateway.clova.regions import KR
from gateway.desk import Desk, Document
from gateway.dialects.assembly import assemble
from gateway.dialects.finding import Dialect, Finding
from gateway.dialects.sightings import Sightings, read_sighting
from gateway.dialects.sketch import Maker, Sketch
from gateway.discovery import Discovery
from gateway.engine.inventory import Identity, Inventory, Pin
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.problems import Offline
from gateway.links.shelf import Shelf
from gateway.placing import Match, Placement, Placing, Rules, placed
from gateway.wire.binding import Feed, Message, Order, Wiring
from gateway.wire.codecs import Words

MAC = "02aabbcc0001"
ON_OFF = Words({"ON": True, "OFF": False}, {True: "ON", False: "OFF"})


class Plugs:
    """A dialect in which `plugs/MAC/about` holds the name of a plug; "?" is refused, "!" makes it fail."""

    name = "plugs"
    largest = 1000

    def __init__(self, keeps: bool = True) -> None:
        self.keeps = keeps
        self.heard: list[tuple[str, bytes]] = []
        self._changed: dict[str, Finding] = {}
        self._asked: list[Message] = []

    def topics(self) -> Iterable[str]:
        return ["plugs/+/about"]

    def hear(self, topic: str, payload: bytes) -> bool:
        self.heard.append((topic, payload))
        mac, name = topic.split("/")[1], payload.decode()
        if name == "!":
            raise AssertionError("a defect")
        maker = Maker(mac, self.name, name)
        sketch = Sketch(hints={"switch", "plug"})
        slot = Slot(traits.ON_OFF)
        sketch.add(
            traits.ON_OFF,
            feeds=(Feed(slot, f"plugs/{mac}/state", (), ON_OFF),),
            order=Order(f"plugs/{mac}/set", (), ON_OFF),
        )
        refused = ("nobody knows what it is",) if name == "?" else ()
        wirings = () if refused or not name else assemble(maker, [sketch])
        self._changed[mac] = Finding(mac, topic, wirings, refused)
        self._asked.append(Message(f"plugs/{mac}/ask", b""))
        return True

    def findings(self) -> Iterable[Finding]:
        changed, self._changed = list(self._changed.values()), {}
        return changed

    def questions(self) -> Iterable[Message]:
        asked, self._asked = self._asked, []
        return asked

    def greetings(self) -> Iterable[Message]:
        return [Message("plugs/hello", b"")]


NO_RULES = Rules()
AT = f"plugs at plugs/{MAC}/about"


class Counting(Shelf):
    """A shelf that counts how often something was put on it."""

    kept = documents = 0

    async def keep(self, documents: Iterable[Document], now: float) -> None:
        rows = list(documents)
        await super().keep(rows, now)
        self.documents += len(rows)

    async def pin(self, identities: Iterable[Identity], pins: Iterable[Pin]) -> None:
        await super().pin(identities, pins)
        self.kept += 1


class Stage:
    """A discovery with a real shelf, whose home is a dictionary."""

    def __init__(
        self,
        folder: Path,
        rules: Rules = NO_RULES,
        keeps: bool = True,
        other: Dialect | None = None,
        place: Placing | None = None,
    ) -> None:
        self.plugs = Plugs(keeps)
        self.home: dict[str, Wiring] = {}
        self.published: list[str] = []
        self.subscribed: set[str] = set()
        self.now = 1_800_000_000.0
        self.taken: set[str] = set()
        self.broker = True
        self.shelf = Counting(folder / "discovered.db")
        self.discovery = Discovery(
            Desk([self.plugs, *([other] if other is not None else [])]),
            Inventory(("plugs", "homeassistant"), 30 * 86_400.0),
            Sightings(),
            place or (lambda wiring, guards: placed(wiring, rules, KR, guards)),
            self._put,
            self._remove,
            lambda topic, _: self.subscribed.add(topic),
            self._publish,
            self.shelf,
            30 * 86_400.0,
            lambda: self.now,
        )

    def _put(self, wiring: Wiring) -> bool:
        if wiring.device.id in self.taken:
            return False
        self.home[wiring.device.id] = wiring
        return True

    def _remove(self, device_id: str) -> None:
        del self.home[device_id]

    async def _publish(self, message: Message) -> None:
        if not self.broker:
            raise Offline("no broker")
        self.published.append(message.topic)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110  # conditions of a thread have no event
                await asyncio.sleep(0.001)

    def describe(self, name: str, mac: str = MAC) -> None:
        self.discovery.hear(f"plugs/{mac}/about", name.encode())

    def names(self) -> list[str]:
        return [wiring.device.name for wiring in self.home.values()]


@asynccontextmanager
async def running(stage: Stage) -> AsyncIterator[Stage]:
    kept = await stage.shelf.open(stage.now - 30 * 86_400.0)
    stage.discovery.inventory.remember(kept.identities, kept.pins, stage.now)
    await stage.discovery.load(kept.documents)
    task = asyncio.create_task(stage.discovery.run())
    try:
        yield stage
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await stage.shelf.close()


async def test_a_device_is_found_changed_and_taken_back(tmp_path: Path) -> None:
    async with running(Stage(tmp_path)) as stage:
        stage.describe("주방 플러그")
        await stage.until(lambda: stage.names() == ["주방 플러그"])
        device = stage.home[MAC].device
        assert (device.kind, device.location, device.tags, device.hidden) == ("SMARTPLUG", "KITCHEN", ("주방",), "")
        assert stage.subscribed == {"plugs/+/about"}
        stage.describe("거실 플러그")
        await stage.until(lambda: stage.names() == ["거실 플러그"])
        stage.describe("")
        await stage.until(lambda: "taken back" in stage.discovery.inventory.claims(MAC)[AT])
        assert stage.names() == ["거실 플러그"]
        assert stage.discovery.inventory.due(stage.now + 601) == [MAC]


async def test_what_is_known_is_not_looked_at_again(tmp_path: Path) -> None:
    async with running(Stage(tmp_path)) as stage:
        stage.describe("plug")
        await stage.until(lambda: bool(stage.home))
        for _ in range(100):
            stage.describe("plug")
        stage.describe("other", "02aabbcc0002")
        await stage.until(lambda: len(stage.home) == 2)
        assert len(stage.plugs.heard) == 2


async def test_it_is_known_again_at_the_next_start_before_there_is_a_broker(tmp_path: Path) -> None:
    async with running(Stage(tmp_path)) as stage:
        stage.describe("plug")
        await stage.until(lambda: stage.shelf.kept == 1)
    async with running(Stage(tmp_path)) as stage:
        assert stage.names() == ["plug"]
        assert stage.published == []
        stage.describe("")
        await stage.until(lambda: stage.shelf.kept > 1 or "taken" in stage.discovery.inventory.claims(MAC)[AT])
        stage.describe("other", "02aabbcc0002")
        await stage.until(lambda: "other" in stage.names() and stage.shelf.kept > 1)
    async with running(Stage(tmp_path)) as stage:
        assert stage.names() == ["other"]


async def test_what_the_broker_no_longer_has_is_missed_and_stays_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "TEND_SECONDS", 0.02)
    async with running(Stage(tmp_path)) as stage:
        stage.describe("plug")
        stage.describe("other", "02aabbcc0002")
        await stage.until(lambda: len(stage.home) == 2)
        stage.discovery.connected()
        stage.describe("other", "02aabbcc0002")
        stage.now += 61
        await stage.until(lambda: bool(stage.discovery._missing))
        stage.now += 29 * 86_400
        assert len(stage.home) == 2
        stage.now += 2 * 86_400
        await stage.until(lambda: "taken" in stage.discovery.inventory.claims(MAC).get(AT, ""))
        stage.now += 601
        await stage.until(lambda: stage.names() == ["other"])


async def test_what_comes_while_it_is_taken_back_is_news(tmp_path: Path) -> None:
    async with running(Stage(tmp_path)) as stage:
        stage.describe("plug")
        await stage.until(lambda: bool(stage.home))
        stage.describe("")
        assert stage.discovery._batch() == [(f"plugs/{MAC}/about", b"")]
        stage.describe("plug")
        assert stage.discovery._pending == {f"plugs/{MAC}/about": b"plug"}


async def test_who_does_not_keep_its_documents_at_the_broker_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "TEND_SECONDS", 0.02)
    async with running(Stage(tmp_path, keeps=False)) as stage:
        stage.describe("plug")
        await stage.until(lambda: bool(stage.home))
        stage.discovery.connected()
        stage.now += 61
        stage.describe("other", "02aabbcc0002")
        await stage.until(lambda: len(stage.home) == 2)
        assert not stage.discovery._missing


async def test_it_asks_and_greets_while_there_is_a_connection(tmp_path: Path) -> None:
    async with running(Stage(tmp_path)) as stage:
        stage.describe("plug")
        await stage.until(lambda: bool(stage.home))
        assert stage.published == []
        stage.discovery.connected()
        await stage.until(lambda: {"plugs/hello", f"plugs/{MAC}/ask"} <= set(stage.published))
        stage.broker = False
        stage.describe("other", "02aabbcc0002")
        await stage.until(lambda: len(stage.home) == 2)


async def test_greetings_that_fill_the_table_leave_no_room_for_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "MAX_QUESTIONS", 0)
    stage = Stage(tmp_path)
    stage.discovery.connected()
    for number in range(3):
        stage.describe("plug", f"02aabbcc000{number}")
    async with running(stage):
        await stage.until(lambda: bool(stage.published))
        assert stage.published == ["plugs/hello"]


async def test_a_defect_costs_one_message(tmp_path: Path) -> None:
    async with running(Stage(tmp_path)) as stage:
        stage.describe("!")
        stage.describe("plug", "02aabbcc0002")
        await stage.until(lambda: stage.names() == ["plug"])


async def test_a_refusal_is_kept_with_its_reason(tmp_path: Path) -> None:
    async with running(Stage(tmp_path)) as stage:
        stage.describe("?")
        await stage.until(lambda: bool(list(stage.discovery.inventory.refused())))
        assert list(stage.discovery.inventory.refused()) == [(MAC, "plugs", "nobody knows what it is")]


async def test_an_id_that_is_taken_is_left_to_whom_it_belongs(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.taken.add(MAC)
    async with running(stage):
        stage.describe("plug")
        stage.describe("other", "02aabbcc0002")
        await stage.until(lambda: stage.names() == ["other"])


async def test_the_owner_has_the_last_word(tmp_path: Path) -> None:
    match = Match(hardware=MAC)
    rules = Rules((Placement(match, id="pump", name="펌프", kind="SWITCH", location="", tags=("물",), expose=False),))
    async with running(Stage(tmp_path, rules)) as stage:
        stage.describe("주방 플러그")
        await stage.until(lambda: "pump" in stage.home)
        device = stage.home["pump"].device
        assert (device.name, device.kind, device.location, device.tags) == ("펌프", "SWITCH", "", ("물",))
        assert "expose: false" in device.hidden
        assert stage.discovery.forget(MAC)
        assert list(stage.home) == ["pump"]


async def test_what_announces_itself_fills_the_gaps(tmp_path: Path) -> None:
    async with running(Stage(tmp_path)) as stage:
        stage.describe("plug")
        await stage.until(lambda: bool(stage.home))
        seen = read_sighting(
            "_esphomelib._tcp", "plug", "plug.local", "192.168.0.7", 6053, {"mac": MAC, "version": "1.2"}
        )
        assert seen is not None
        stage.discovery.saw(replace(seen, maker="ESPHome", firmware="1.2"))
        device = stage.home[MAC].device
        assert (device.manufacturer, device.version) == ("ESPHome", "1.2")
        stage.discovery.lost("_esphomelib._tcp", "plug")
        assert stage.home[MAC].device == device


async def test_a_flood_of_descriptions_leaves_room_for_what_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(Stage(tmp_path)) as stage:
        stage.describe("plug")
        await stage.until(lambda: bool(stage.home))
        monkeypatch.setattr(story, "MAX_PENDING", 50)
        for number in range(200):
            stage.describe("fake", f"02ffffff{number:04x}")
        stage.describe("changed")
        await stage.until(lambda: "changed" in stage.names())
        assert stage.discovery.dropped == 150


@pytest.mark.parametrize(
    ("guarded", "rules", "hidden"),
    [
        ("lock", Rules(), "a lock is told to CLOVA only if"),
        ("garage", Rules(), "a garage door or gate is told"),
        ("alarm", Rules(never=("lock",)), ""),
        ("", Rules(expose=False), "expose: {default: false}"),
        ("lock", Rules((Placement(Match(id="x"), expose=True),)), ""),
    ],
)
def test_who_lets_people_in_is_told_only_if_the_owner_says_so(guarded: str, rules: Rules, hidden: str) -> None:
    sketch = Sketch(hints={"switch"})
    sketch.add(traits.ON_OFF, order=Order("x/set", (), ON_OFF))
    (wiring,) = assemble(Maker("x", "test", "thing"), [sketch])
    found = placed(replace(wiring, device=replace(wiring.device, guarded=guarded)), rules, KR).device
    assert hidden in found.hidden
    assert bool(hidden) == bool(found.hidden)
