"""What of the documents is kept over a restart: those about hardware that there was room for."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from gateway import discovery as story
from gateway.dialects.finding import Dialect
from gateway.dialects.homeassistant import HomeAssistant
from gateway.dialects.homie import Homie
from gateway.dialects.tasmota import Tasmota
from gateway.engine import inventory
from gateway.links.shelf import Shelf
from tests.dialects.homie.documents import node, setting, version_4, version_5
from tests.dialects.tasmota.documents import CONFIG_AT, SENSORS_AT, config
from tests.test_discovery import Stage, running
from tests.test_discovery_over_time import announced

NODES = {"plug": node("Outlet", power=setting("boolean"))}
ROOM = 3


@pytest.fixture(autouse=True)
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "MAX_HARDWARE", ROOM)


def stage(folder: Path) -> Stage:
    return Stage(folder, other=HomeAssistant())


def topics(*numbers: int) -> set[str]:
    return {topic for number in numbers for topic, _ in announced(number)}


async def shelved(folder: Path) -> set[str]:
    shelf = Shelf(folder / "discovered.db")
    kept = await shelf.open(0)
    await shelf.close()
    return {document.topic for document in kept.documents}


async def describe(house: Stage, numbers: Iterable[int]) -> None:
    for number in numbers:
        for topic, payload in announced(number):
            house.discovery.hear(topic, payload)
    await house.until(lambda: not house.discovery._pending)
    await house.until(lambda: bool(house.shelf.kept))


async def test_what_there_is_no_room_for_is_not_kept(tmp_path: Path) -> None:
    async with running(stage(tmp_path)) as house:
        await describe(house, range(ROOM))
        await house.until(lambda: len(house.home) == 2 * ROOM)
        await describe(house, range(ROOM, 40))
        await house.until(lambda: house.discovery.taken_in == 80)
        first = set(house.home)
        assert house.discovery.inventory.turned_away
    assert await shelved(tmp_path) == topics(*range(ROOM))
    async with running(stage(tmp_path)) as house:
        assert set(house.home) == first
        assert not house.discovery.inventory.turned_away


async def test_an_older_file_is_rid_of_it_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "MAX_HARDWARE", ROOM + 1)
    async with running(stage(tmp_path)) as house:
        await describe(house, range(ROOM + 1))
        await house.until(lambda: house.shelf.documents == 2 * (ROOM + 1))
    monkeypatch.setattr(inventory, "MAX_HARDWARE", ROOM)
    shelf = Shelf(tmp_path / "discovered.db")
    await shelf.open(0)
    await shelf.pin((), ())
    await shelf.close()
    async with running(stage(tmp_path)) as house:
        assert len(house.home) == 2 * ROOM
    assert await shelved(tmp_path) == topics(*range(ROOM))


async def test_once_there_is_room_all_of_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "TEND_SECONDS", 0.02)
    (sensor, sensed), (switch, switched) = announced(ROOM)
    async with running(stage(tmp_path)) as house:
        await describe(house, range(ROOM + 1))
        await house.until(lambda: house.discovery.taken_in == 2 * (ROOM + 1))
        for topic, _ in announced(0):
            house.discovery.hear(topic, b"")
        await house.until(lambda: house.discovery.taken_in == 2 * (ROOM + 2))
        house.now += inventory.REMOVED_SECONDS + 1
        await house.until(lambda: len(house.home) == 2 * (ROOM - 1))
        before = house.shelf.documents
        house.discovery.hear(switch, json.dumps(json.loads(switched) | {"name": "new"}).encode())
        await house.until(lambda: len(house.home) == 2 * ROOM and house.shelf.documents > before)
        assert not house.discovery._left_out
        before = house.shelf.documents
        house.discovery.hear(sensor, sensed)  # as at the next connection
        await house.until(lambda: house.shelf.documents > before)
    assert await shelved(tmp_path) == topics(*range(1, ROOM + 1))


@pytest.mark.parametrize(
    ("dialect", "said"),
    [
        (HomeAssistant(), {topic: payload.decode() for topic, payload in announced(0)}),
        (Homie(), version_4(NODES)),
        (Homie(), version_5(NODES)),
        (Tasmota(), {CONFIG_AT: json.dumps(config(1)), SENSORS_AT: json.dumps({"sn": {}, "ver": 1})}),
    ],
    ids=["Home Assistant", "Homie 4", "Homie 5", "Tasmota"],
)
def test_a_finding_tells_all_the_documents_that_it_is_made_of(dialect: Dialect, said: dict[str, str]) -> None:
    kept = {topic for topic, payload in said.items() if dialect.hear(topic, payload.encode())}
    (finding,) = dialect.findings()
    assert finding.wirings
    assert set(finding.documents) == kept
