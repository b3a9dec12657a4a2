"""What the gatehouse tells of the way in, before its door is open and after."""

import json
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from gateway.config import load
from gateway.gatehouse import Gatehouse
from gateway.web.door import Stage
from tests.fakes.mosquitto import free_port
from tests.web.raw import HOST, pair

DAY = 86_400.0


def gatehouse(folder: Path, text: str, wall: Callable[[], float]) -> Gatehouse:
    file = folder / "gateway.yaml"
    file.write_text(f'mqtt: {{url: "mqtt://127.0.0.1"}}\n{text}', encoding="utf-8")
    return Gatehouse(load(file), lambda: None, {}, lambda: 0.0, wall)


def test_without_anything_there_is_no_way(tmp_path: Path) -> None:
    told = gatehouse(tmp_path, "", lambda: 1.5).report()
    assert (told["reach"]["state"], told["tunnel"], told["lines"], told["certificate"]) == ("off", "off", [], None)
    assert json.loads(json.dumps(told))["reach"]["warnings"] == []


def test_a_tunnel_that_was_not_tried_yet(tmp_path: Path) -> None:
    text = 'public: {url: "https://home.my.net"}\ntunnel: {command: [sleep, "9"]}'
    told = gatehouse(tmp_path, text, lambda: 1.5).report()
    assert told["reach"]["state"] == "unknown"
    assert told["lines"] == [{"port": None, "is_up": False, "since": 1.5, "why": "starting"}]


async def test_the_certificate_and_the_door(tmp_path: Path) -> None:
    made, late = pair(tmp_path), 0.0
    tls = f"{{cert: {made.cert}, key: {made.key}}}"
    text = f'public: {{listen: "127.0.0.1:{free_port()}", url: "https://{HOST}", tls: {tls}}}'
    house = gatehouse(tmp_path, text, lambda: time.time() + late)
    assert house.report()["certificate"] is None, "it was not read yet"
    async with AsyncExitStack() as stack:
        await house.open(stack)
        told = house.report()
        assert told["certificate"] == {"days_left": told["certificate"]["days_left"], "problem": ""}
        late = (told["certificate"]["days_left"] + 1.5) * DAY
        told = house.report()
        assert told["certificate"]["days_left"] < 0
        assert "expired" in told["certificate"]["problem"]
        house.door.drops[Stage.OPENED, "late"] += 1
        house.door.refusals[421] += 2
        assert house.report()["drops"] == {"first_byte late": 1}
        assert house.report()["refusals"] == {"421": 2}
