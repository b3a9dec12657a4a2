"""scripts/replay as a person uses it: a bundle or a capture becomes a home, or the file is said to be none."""

import asyncio
import json
import subprocess
import sys
import zipfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from gateway.bundle import write
from gateway.config import load
from gateway.replay import played, read
from tests.fakes.found import Found
from tests.fakes.found_devices import FOUND, CurtShellyPlug
from tests.fakes.household import Household, household
from tests.fakes.mosquitto import PATIENCE_SECONDS, Mosquitto

SENSOR = {
    "name": "name 1",
    "unique_id": "x1",
    "state_topic": "x/state",
    "device_class": "smoke",
    "device": {"identifiers": ["x"]},
}
LINES = [
    {"topic": "homeassistant/binary_sensor/x1/config", "payload": json.dumps(SENSOR), "retain": True},
    {"topic": "x/state", "payload": "OFF", "retain": False},
    {"topic": "x/gone", "payload": "", "retain": True},
]
CONFIG = """\
mqtt: {url: "mqtt://broker.example.com:8883", username: somebody, password_file: mqtt_password}
tunnel: {ssh: {host: relay.example.com, user: somebody, key_file: k, known_hosts: h}}
clova: {region: kr, linking: {client_secret_file: '******'}}
devices: [{id: lamp, type: LIGHT, name: name 2, on_off: {command: l/set, state: l/state}}]
"""


def replay(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway.replay", *words], capture_output=True, text=True, check=False, timeout=50
    )


def text(lines: list[dict[str, object]]) -> str:
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def test_a_capture(tmp_path: Path) -> None:
    file = tmp_path / "capture.jsonl"
    file.write_text(text(LINES))
    done = replay(str(file), "--once")
    assert done.returncode == 0, done.stderr
    assert "name 1" in done.stdout
    assert "smoke false" in done.stdout


def test_a_bundle_needs_nothing_of_the_home(tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("config.yaml", CONFIG)
        packed.writestr("messages.jsonl", text([*LINES, {"topic": "l/state", "payload": "ON", "retain": True}]))
    done = replay(str(file), "--once")
    assert done.returncode == 0, done.stderr
    assert "on_off true" in done.stdout
    assert "name 1" in done.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [("nonsense\n", "line 1 is none of a capture's"), ('{"topic": 1}\n', "line 1"), ("[]\n", "line 1")],
)
def test_what_is_none(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "x"
    file.write_text(content)
    done = replay(str(file), "--once")
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.mark.parametrize(
    ("words", "passed"),
    [(["--help"], ["--help"]), (["--once", "a b.zip"], ["--once", "HERE/a b.zip"]), ([], []), (["x"], ["HERE/x"])],
)
def test_the_script_passes_on_what_it_is_given(tmp_path: Path, words: list[str], passed: list[str]) -> None:
    """Of a copy, which has no .venv to be made."""
    script = Path(__file__).parents[1] / "scripts" / "replay"
    for name, text in {
        "scripts/replay": script.read_text(),
        "scripts/setup": "#!/bin/sh\n",
        ".venv/bin/python": '#!/bin/sh\nshift 2\nfor one in "$@"; do echo "$one"; done\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    here = tmp_path / "here"
    here.mkdir()
    done = subprocess.run(
        [str(tmp_path / "scripts" / "replay"), *words], cwd=here, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [word.replace("HERE", str(here)) for word in passed]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = replay(str(tmp_path / "none.zip"), "--once")
    assert (done.returncode, "none.zip" in done.stderr) == (1, True)


@pytest.mark.broker
async def test_every_dialect_is_the_same_again(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path / "broker")
    await broker.start()
    try:
        told = await bundled(tmp_path, broker)
    finally:
        broker.stop()
    assert {device["dialect"] for device in told} >= {sort.dialect for sort in FOUND}
    async with played(read(tmp_path / "bundle.zip")) as again:
        assert sorted(map(known, again.devices)) == sorted(map(known, told))


async def bundled(folder: Path, broker: Mosquitto) -> list[dict[str, Any]]:
    """A home with a device of each sort, and what its bundle says of them."""
    devices = [sort() for sort in FOUND if sort is not CurtShellyPlug]  # which is another ShellyPlug
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(household(folder, broker))
        for device in devices:
            device.keeps = True
            await stack.enter_async_context(device.plugged_in(broker.port))
            await device.introduce()
        for device in devices:
            await house.until_found(device.hardware)
            await until_told(house, device)
        config = folder / "gateway.yaml"
        await write(load(config), config, folder / "bundle.zip", [], seconds=2)
    with zipfile.ZipFile(folder / "bundle.zip") as packed:
        found: list[dict[str, Any]] = json.loads(packed.read("devices.json"))
        text = "".join(packed.read(name).decode() for name in packed.namelist())
        assert [device.first_name for device in devices if device.first_name in text] == []
    return found


async def until_told(house: Household, device: Found) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while device.state.items() - (await house.status(f"/devices/{device.hardware}"))["state"].items():
            await device.tell()


def known(device: dict[str, Any]) -> str:
    """What it is, and how; what it is called was invented anew."""
    return json.dumps([device[key] for key in ("id", "type", "actions", "state", "dialect", "hidden")], sort_keys=True)
