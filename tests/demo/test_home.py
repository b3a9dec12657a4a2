"""The virtual devices and the judge of the check: they must be true, or the check proves nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import aiomqtt
import pytest
import yaml

from gateway.app import App, Ports
from gateway.config import load
from gateway.control import ask
from gateway.demo.broker import embedded_broker
from gateway.demo.cases import CASES
from gateway.demo.check import try_case
from gateway.demo.curtain import Curtain
from gateway.demo.device import Address, VirtualDevice
from gateway.demo.home import Home
from gateway.demo.lamp import Lamp
from gateway.demo.lock import Lock
from gateway.demo.plug import Plug
from gateway.demo.speaker import Speaker
from gateway.demo.stage import staged
from gateway.places import control_socket

SECONDS = 5.0


@asynccontextmanager
async def plugged_in(*devices: VirtualDevice) -> AsyncIterator[aiomqtt.Client]:
    """The devices on a broker, and somebody to listen and to command."""
    async with embedded_broker() as port, aiomqtt.Client("127.0.0.1", port) as client, asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(device.run(Address("127.0.0.1", port))) for device in devices]
        for device in devices:
            await device.until(lambda device=device: device.online, SECONDS)  # type: ignore[misc]
        yield client
        for task in running:
            task.cancel()


async def hear(client: aiomqtt.Client, count: int) -> list[str]:
    heard: list[str] = []
    async with asyncio.timeout(SECONDS):
        while len(heard) < count:
            message = await anext(client.messages)
            assert isinstance(message.payload, bytes)
            heard.append(message.payload.decode())
    return heard


async def test_a_device_that_loses_power_is_announced_by_its_last_will_and_comes_back() -> None:
    lamp = Lamp("lamp", "전등")
    async with plugged_in(lamp) as client:
        await client.subscribe(lamp.availability)
        assert await hear(client, 1) == ["online"]
        lamp.pull_plug()
        assert await hear(client, 1) == ["offline"]
        await lamp.until(lambda: not lamp.online, SECONDS)
        lamp.plug_in()
        assert await hear(client, 1) == ["online"]


async def test_a_lamp_ramps_and_a_curtain_stops_where_it_is_told_to() -> None:
    lamp, curtain = Lamp("lamp", "전등"), Curtain("curtain", "커튼")
    async with plugged_in(lamp, curtain) as client:
        await client.publish("home/lamp/set", '{"brightness": 51}')
        await lamp.until(lambda: lamp.moving, SECONDS)
        assert lamp.truth()["brightness"] > 20
        await lamp.until(lambda: lamp.truth()["brightness"] == 20, SECONDS)
        await client.publish("home/curtain/set", "CLOSE")
        await curtain.until(lambda: curtain.position < 100, SECONDS)
        await client.publish("home/curtain/set", "STOP")
        await curtain.until(lambda: not curtain.moving, SECONDS)
        assert 0 < curtain.position < 100


async def test_a_lock_says_that_it_is_moving_and_that_it_is_jammed() -> None:
    lock = Lock("lock", "도어락")
    async with plugged_in(lock) as client:
        await client.subscribe(lock.topic)
        await client.publish("home/lock/set", "LOCK")
        assert await hear(client, 3) == ["UNLOCKED", "LOCKING", "LOCKED"]
        await lock.turn("UNLOCKED")
        lock.blocked = True
        await client.publish("home/lock/set", "LOCK")
        assert await hear(client, 3) == ["UNLOCKED", "LOCKING", "JAMMED"]


async def test_nonsense_is_kept_and_does_not_stop_a_device() -> None:
    lamp = Lamp("lamp", "전등")
    async with plugged_in(lamp) as client:
        for nonsense in ("ON", "[]", '{"brightness": "very"}'):
            await client.publish("home/lamp/set", nonsense)
        await client.publish("home/lamp/set", '{"state": "OFF"}')
        await lamp.until(lambda: not lamp.truth()["power"], SECONDS)
        assert list(lamp.not_understood) == ["ON", "[]", '{"brightness": "very"}']


def configured(folder: Path, devices: list[dict[str, Any]], port: int = 1) -> Path:
    document = {
        "mqtt": {"url": f"mqtt://127.0.0.1:{port}"},
        "public": {"listen": "127.0.0.1:0"},
        "private": {"listen": "127.0.0.1:0"},
        "state_directory": "state",
        "devices": devices,
    }
    path = folder / "gateway.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return path


async def test_the_home_has_a_device_and_a_case_for_every_action() -> None:
    home = Home()
    async with staged(home) as stage:
        lines = await stage.inquire("/devices")
    assert {line["id"] for line in lines} == {one.id for one in (*home.devices, *home.appliances, *home.untold)}
    assert {action for line in lines for action in line["actions"]} == {case.action for case in CASES}


class LyingPlug(Plug):
    """Says that it obeys, and does not."""

    def truth(self) -> dict[str, Any]:
        """Always on."""
        return super().truth() | {"power": True}


@pytest.mark.parametrize(("action", "is_right"), [("TurnOn", True), ("TurnOff", False), ("HealthCheck", True)])
async def test_the_judge_finds_out_a_device_that_lies(action: str, is_right: bool) -> None:
    home = Home()
    home.plug = LyingPlug("plug", "플러그")
    home.devices, home.found = (home.plug, home.lamp, home.curtain), ()
    case = next(case for case in CASES if case.action == action)
    async with staged(home) as stage, aiohttp.ClientSession() as session:
        line = await try_case(stage, Speaker(session, stage.address, stage.key, stage.token), home.plug, case)
    assert (line.wrong == "") is is_right, line


async def test_a_device_that_left_before_the_gateway_came_is_known_to_be_away(tmp_path: Path) -> None:
    lamp = Lamp("lamp", "전등")
    async with embedded_broker() as port, asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(lamp.run(Address("127.0.0.1", port)))]
        await lamp.until(lambda: lamp.online, SECONDS)
        lamp.pull_plug()
        await lamp.until(lambda: not lamp.online, SECONDS)
        loaded = load(configured(tmp_path, [lamp.document()], port))
        ready: asyncio.Future[Ports] = asyncio.get_running_loop().create_future()
        running.append(tasks.create_task(App(loaded).run(ready.set_result)))
        await ready
        presence = ""
        async with asyncio.timeout(SECONDS):
            while presence != "offline":
                (line,) = await asyncio.to_thread(ask, control_socket(loaded), "GET", "/devices")
                presence = line["presence"]
        for task in running:
            task.cancel()
