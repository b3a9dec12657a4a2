"""Descriptions that come in pieces, in any order, and from several places."""

import json
import random
from pathlib import Path

import pytest

from gateway import discovery as story
from gateway.dialects.homeassistant import HomeAssistant
from gateway.placing import Match, Placement, Rules
from tests.test_discovery import Stage, running


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
