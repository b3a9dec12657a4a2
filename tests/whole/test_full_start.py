"""A start on a disk that is full: alarms go out, who is linked can speak, nothing is opened, and it gets over it."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from gateway.accounts.users import Account, Role
from gateway.app import App, Ports
from gateway.config import load
from gateway.control import ask
from gateway.links.store import Database
from gateway.places import control_socket, store_file
from tests.fakes.clova import Clova
from tests.fakes.mosquitto import Mosquitto, until
from tests.fakes.push import EXTENSION, KEY, PushService
from tests.fakes.things import Thing, echo, thing

pytestmark = pytest.mark.broker

HOME = """
clova:
  extension_id: {extension}
  public_key: clova.pem
  push: {{secret_file: push_secret, url: "http://127.0.0.1:{push}", messages: {{smoke: msg-smoke}}}}
  linking: {{client_id: clova, client_secret_file: link_secret}}
mqtt: {{url: "mqtt://127.0.0.1:{broker}"}}
public: {{listen: "127.0.0.1:0"}}
private: {{listen: "127.0.0.1:0"}}
discovery: {{mdns: false}}
state_directory: disk
devices:
  - {{id: lamp, type: LIGHT, name: 등, on_off: {{command: lamp/set, state: lamp/state}}}}
  - {{id: gate, type: SWITCH, name: 문, on_off: {{command: gate/set, state: gate/state}}, lock: {{unlock: armed}}}}
  - {{id: kitchen, type: SMOKESENSOR, name: 주방, smoke: {{state: kitchen/smoke}}}}
"""

LINK_SECRET = "s" * 40


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of memory, where one may be had."""
    folder = tmp_path / "disk"
    folder.mkdir(mode=0o700)
    command = ["mount", "-t", "tmpfs", "-o", "size=3072k,mode=0700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker")
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


def fill(disk: Path) -> None:
    with (disk / "filler").open("ab", buffering=0) as file:
        for size in (65_536, 4096, 1):
            while True:
                try:
                    file.write(b"x" * size)
                except OSError:
                    break


def write_config(folder: Path, clova: Clova, broker: Mosquitto, push: PushService) -> Path:
    clova.write_public_key(folder / "clova.pem")
    for name, secret in (("push_secret", KEY), ("link_secret", LINK_SECRET)):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(secret)
    file = folder / "gateway.yaml"
    file.write_text(HOME.format(extension=EXTENSION, push=push.port, broker=broker.port), encoding="utf-8")
    return file


async def refused(clova: Clova, socket: Path, lamp: Thing) -> None:
    """Nothing is opened and nothing given out; never is that told as done."""
    await arm(socket)
    reply = await clova.ask("TurnOnRequest", "gate")
    assert not reply.name.endswith("Confirmation")
    assert lamp.commands("gate/set") == []
    async with aiohttp.ClientSession() as session:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": "x" * 43,
            "client_id": "clova",
            "client_secret": LINK_SECRET,
        }
        async with session.post(f"http://127.0.0.1:{clova.port}/oauth/token", data=form) as response:
            assert response.status in (400, 503)
            assert "access_token" not in await response.text()


async def arm(socket: Path) -> Any:
    return await asyncio.to_thread(ask, socket, "POST", "/devices/gate/arm")


async def test_a_start_on_a_full_disk(disk: Path, broker: Mosquitto, tmp_path: Path) -> None:
    clova, ports = Clova(), list[Ports]()
    async with PushService() as push:
        loaded = load(write_config(tmp_path, clova, broker, push))
        database = Database(store_file(loaded))
        database.people.add(Account("me", Role.OWNER), None, time.time())
        clova.token = database.people.add_token("me", time.time(), 3600) or ""
        database.close()
        fill(disk)
        with capture_logs() as log:
            task = asyncio.create_task(App(loaded).run(ports.append))
            try:
                await until(lambda: ports or task.done())
                if task.done():
                    task.result()
                clova.port, socket = ports[0].public, control_socket(loaded)
                answers = {"lamp/set": echo("lamp/state"), "gate/set": echo("gate/state")}
                async with thing(broker.port, answers) as lamp:
                    await lamp.say("gate/state", "OFF", retain=True)
                    await lamp.say("kitchen/smoke", "ON", retain=True)
                    await push.wait_for(lambda: [one.message for one in push.taken] == ["msg-smoke"])
                    assert (await clova.ask("TurnOnRequest", "lamp")).name == "TurnOnConfirmation"
                    await refused(clova, socket, lamp)
                    assert [one for one in log if one["log_level"] == "error" and "takes nothing" in one["event"]]
                    (disk / "filler").unlink()
                    async with asyncio.timeout(15):
                        await arm(socket)
                        while (await clova.ask("TurnOnRequest", "gate")).name != "TurnOnConfirmation":
                            pass
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
