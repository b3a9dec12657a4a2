"""Descriptions that come in pieces, in any order, and from several places."""

import asyncio
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway import discovery as story
from gateway import placing as placing_story
from gateway.clova.regions import KR
from gateway.dialects.homeassistant import HomeAssistant
from gateway.discovery import LISTEN_SECONDS
from gateway.placing import Match, Placement, Placing, Rules, found_as
from tests.homes import plain
from tests.test_discovery import MAC, Stage, running


def announced(number: int) -> list[tuple[str, bytes]]:
    """A plug with a sensor, as Home Assistant discovery tells of it in two messages."""
    mac = f"02aabb00{number:04x}"
    device = {"ids": [f"plug-{mac}"], "name": f"plug {number}"}
    switch = {"uniq_id": f"{mac}_s", "cmd_t": f"p/{mac}/set", "stat_t": f"p/{mac}/state", "dev": device, "name": None}
    sensor = {"uniq_id": f"{mac}_m", "stat_t": f"p/{mac}/motion", "dev_cla": "motion", "dev": device, "name": "Motion"}
    return [
        (f"homeassistant/binary_sensor/{mac}/config", json.dumps(sensor).encode()),
        (f"homeassistant/switch/{mac}/config", json.dumps(switch).encode()),
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_the_order_and_the_batches_of_descriptions_change_nothing(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "BATCH", 7)
    messages = [message for number in range(40) for message in announced(number)]
    random.Random(seed).shuffle(messages)
    async with running(Stage(tmp_path, other=HomeAssistant())) as stage:
        for topic, payload in messages:
            stage.discovery.hear(topic, payload)
        await stage.until(lambda: len(stage.home) == 80)
        await stage.until(lambda: stage.shelf.documents == 80)
        first = {device_id: wiring.device.kind for device_id, wiring in stage.home.items()}
        assert all("not followed" not in said for said in stage.discovery.inventory.claims("02aabb000001").values())
    async with running(Stage(tmp_path, other=HomeAssistant())) as stage:
        assert {device_id: wiring.device.kind for device_id, wiring in stage.home.items()} == first


@pytest.mark.parametrize("first", [0, 1])
async def test_a_meter_and_its_plug_have_the_same_id_whichever_is_told_of_first(tmp_path: Path, first: int) -> None:
    device = {"ids": ["plug-7"], "name": "plug 7"}
    meter = {"uniq_id": "7_w", "stat_t": "p/7/w", "dev_cla": "power", "unit_of_meas": "W", "dev": device, "name": "Use"}
    relay = {"uniq_id": "7_r", "cmd_t": "p/7/set", "stat_t": "p/7/state", "dev": device, "name": None}
    told = [("homeassistant/sensor/7/config", meter), ("homeassistant/switch/7/config", relay)]
    async with running(Stage(tmp_path, other=HomeAssistant())) as stage:
        for topic, said in (told[first], told[1 - first]):
            stage.discovery.hear(topic, json.dumps(said).encode())
            await stage.until(lambda: bool(stage.home))
        await stage.until(lambda: [one.device.kind for one in stage.home.values()] == ["SMARTPLUG"])
        assert list(stage.home) == ["ha-plug-7"]


async def test_messages_that_keep_coming_are_taken_in_all_the_same(tmp_path: Path) -> None:
    async with running(Stage(tmp_path, other=HomeAssistant())) as stage:
        number = 0
        while not stage.discovery.taken_in:
            number += 1
            stage.discovery.hear("homeassistant/switch/x/config", announced(number)[1][1])
            await asyncio.sleep(0)


async def test_forgetting_lets_whoever_spoke_last_have_the_word(tmp_path: Path) -> None:
    (_, (topic, payload)) = announced(1)
    async with running(Stage(tmp_path, other=HomeAssistant())) as stage:
        stage.discovery.hear(topic, payload)
        await stage.until(lambda: bool(stage.home))
        (device_id,) = stage.home
        stage.now += 60
        stage.describe("moved", device_id)
        await stage.until(lambda: stage.discovery.taken_in == 2)
        assert stage.names() == ["plug 1"]
        assert stage.discovery.forget(device_id)
        assert stage.names() == ["moved"]
        await stage.until(lambda: stage.shelf.kept == 2)


async def test_two_parts_that_one_word_fits_keep_their_own_ids(tmp_path: Path) -> None:
    rules = Rules((Placement(Match(hardware="02aabb000001"), id="mine"),))
    async with running(Stage(tmp_path, rules, other=HomeAssistant())) as stage:
        for topic, payload in announced(1):
            stage.discovery.hear(topic, payload)
        await stage.until(lambda: len(stage.home) == 2)
        assert "mine" in stage.home
        assert stage.discovery.clashes == {"mine": "02aabb000001"}


def placing(*placements: Placement) -> Placing:
    return Placing(Rules(placements), KR)


async def test_an_entry_that_fits_nothing_is_told_with_what_is_most_like_it(tmp_path: Path) -> None:
    mistyped = (
        Placement(Match(hardware="02aabbcc0010"), expose=True, where="devices[0]"),
        Placement(Match(hardware=MAC, name="주방 플러그 2"), where="devices[1]"),
        Placement(Match(name="주방플러그")),
        Placement(Match(id="nothing-like-it"), where="devices[3]"),
    )
    met = (Placement(Match(hardware=MAC), id="pump", name="펌프"), Placement(Match(id=MAC, name="주방 플러그")))
    refused = Placement(Match(hardware="02aabbcc0002"))
    async with running(Stage(tmp_path, place=placing(*mistyped, *met, refused))) as stage:
        stage.describe("주방 플러그")
        stage.describe("?", "02aabbcc0002")
        await stage.until(lambda: stage.names() == ["펌프"] and stage.discovery.taken_in == 2)
        stage.now += 3600
        assert stage.discovery.unmatched() == [], "there was no connection yet at which it could have been found"
        stage.discovery.connected()
        stage.now += LISTEN_SECONDS - 1
        assert stage.discovery.unmatched() == []
        stage.now += 1
        found = {one.where: one.nearest for one in stage.discovery.unmatched()}
        assert found == {
            "devices[0]": MAC,
            "devices[1]": "주방 플러그",
            "the entry {match: {name: 주방플러그}}": "주방 플러그",
            "devices[3]": "",
        }
        stage.discovery.disconnected()
        stage.describe("플러그", "02aabbcc0010")
        await stage.until(lambda: len(stage.home) == 2)
        assert "devices[0]" not in {one.where for one in stage.discovery.unmatched()}


async def test_the_log_is_told_once_of_an_entry_that_fits_nothing(tmp_path: Path) -> None:
    place = placing(Placement(Match(hardware="02aabbcc0010"), where="devices[0]"))
    async with running(Stage(tmp_path, place=place)) as stage:
        stage.discovery.connected()
        stage.now += LISTEN_SECONDS
        with capture_logs() as logged:
            await stage.discovery._tend()
            await stage.discovery._tend()
    assert [one["entry"] for one in logged if "matches nothing" in one["event"]] == ["devices[0]"]


async def test_a_device_is_known_by_what_it_was_found_as(tmp_path: Path) -> None:
    async with running(Stage(tmp_path, place=placing(Placement(Match(hardware=MAC), id="pump", name="펌프")))) as stage:
        stage.describe("주방 플러그")
        await stage.until(lambda: stage.names() == ["펌프"])
        found = found_as(stage.discovery.housing.place, stage.home["pump"])
        assert found is not None
        assert (found.id, found.hardware, found.name) == (MAC, MAC, "주방 플러그")


def test_what_was_met_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing_story, "MAX_MET", 3)
    place = placing()
    for number in range(9):
        place(replace(plain(f"lamp{number}", on_off={"state": "a"}), part=str(number)))
    assert [device.id for device in place.met.values()] == ["lamp6", "lamp7", "lamp8"]


async def test_two_components_with_one_name_never_change_places(tmp_path: Path) -> None:
    (_, (_, switch)) = announced(1)
    lamp = json.loads(switch) | {"uniq_id": "lamp", "cmd_t": "lamp/set", "stat_t": "lamp/state"}
    async with running(Stage(tmp_path, other=HomeAssistant())) as stage:
        stage.discovery.hear("homeassistant/switch/x/config", switch)
        await stage.until(lambda: len(stage.home) == 1)
        (plug,) = stage.home
        stage.discovery.hear("homeassistant/light/x/config", json.dumps(lamp).encode())
        await stage.until(lambda: len(stage.home) == 2)
        assert stage.home[plug].device.kind == "SMARTPLUG"
        stage.discovery.hear("homeassistant/switch/x/config", b"")
        await stage.until(lambda: len(stage.home) == 1)
        assert plug not in stage.home
