"""Publishes a recording to a real Mosquitto with a running gateway behind it, and takes down what becomes of it."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiomqtt

from gateway.app import App, Ports
from gateway.config import load
from gateway.control import ask
from gateway.places import control_socket
from tests.corpus.folder import ALL, Recording
from tests.fakes.mosquitto import Mosquitto

QUIET_SECONDS = 1.5
"""Nothing new for so long: all is taken in."""
LONGEST_SECONDS = 120.0
EXTRA = "allow_anonymous true\npersistence false\nmax_queued_messages 0\nmax_queued_bytes 0\n"
DIALECTS = ("homeassistant", "zigbee2mqtt", "tasmota", "shelly", "homie")


@dataclass(slots=True)
class Result:
    """What became of a recording."""

    recording: Recording
    seconds: float
    lines: list[dict[str, Any]]
    refused: list[dict[str, Any]]
    defects: int
    notes: Counter[str] = field(default_factory=Counter)
    readable: int = 0
    writable: int = 0


@asynccontextmanager
async def gateway(folder: Path, broker: Mosquitto, dialect: str) -> AsyncIterator[Path]:
    """A gateway that listens to one dialect; gives its control socket."""
    loaded = load(_written(folder, broker, dialect))
    ready = asyncio.Event()

    def opened(_: Ports) -> None:
        ready.set()

    running = asyncio.create_task(App(loaded).run(opened))
    opening = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({running, opening}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
        yield control_socket(loaded)
    finally:
        opening.cancel()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def _written(folder: Path, broker: Mosquitto, dialect: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    chosen = ", ".join(f"{name}: {str(dialect in (name, ALL)).lower()}" for name in DIALECTS)
    config = folder / "gateway.yaml"
    config.write_text(
        f"mqtt: {{url: 'mqtt://127.0.0.1:{broker.port}'}}\ndiscovery: {{{chosen}, mdns: false}}\n"
        "public: {listen: '127.0.0.1:0'}\nprivate: {listen: '127.0.0.1:0'}\n"
        f"state_directory: {folder / 'state'}\nlog: {{level: error}}\n",
        encoding="utf-8",
    )
    return config


async def feed(broker: Mosquitto, recording: Recording) -> aiomqtt.Client:
    """Publish all messages."""
    async with aiomqtt.Client("127.0.0.1", broker.port, max_inflight_messages=500) as client:
        client.pending_calls_threshold = 100_000
        for said in recording.messages:
            await client.publish(said.topic, said.payload, qos=1, retain=said.retain)
    return client


async def answer(broker: Mosquitto, recording: Recording) -> None:
    """Be the devices that answer RPC requests, for ever."""
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        for topic in {topic for topic, _ in recording.answers}:
            await client.subscribe(topic)
        async for message in client.messages:
            asked = json.loads(message.payload if isinstance(message.payload, bytes) else b"{}")
            result = recording.answers.get((message.topic.value, asked.get("method")))
            if result is not None:
                said = {"id": asked["id"], "src": message.topic.value.removesuffix("/rpc"), "result": result}
                await client.publish(f"{asked['src']}/rpc", json.dumps(said))


async def run(folder: Path, recording: Recording) -> Result:
    """One recording, from an empty broker to what the command line says of it."""
    broker = Mosquitto(folder / "broker", EXTRA)
    await broker.start()
    answering = asyncio.create_task(answer(broker, recording))
    try:
        async with gateway(folder / "gateway", broker, recording.dialect) as socket:

            async def inquire(path: str) -> Any:
                return await asyncio.to_thread(ask, socket, "GET", path)

            async with asyncio.timeout(LONGEST_SECONDS):
                while (await inquire("/status"))["mqtt"] != "connected":
                    pass
            started = time.monotonic()
            await feed(broker, recording)
            seconds = await _until_quiet(inquire) - started
            found = await inquire("/devices")
            seen = await inquire("/seen")
            result = Result(recording, max(0.0, seconds), found, seen["refused"], (await inquire("/status"))["defects"])
            for line in found:
                explained = await inquire(f"/devices/{quote(line['id'], safe='')}")
                result.readable += sum(1 for slot in explained["slots"] if slot["heard_at"])
                result.writable += sum(1 for slot in explained["slots"] if slot["set_at"])
                result.notes.update(explained["not_used"])
            return result
    finally:
        answering.cancel()
        with suppress(asyncio.CancelledError, aiomqtt.MqttError):
            await answering
        broker.stop()


async def _until_quiet(inquire: Any) -> float:
    """When the last device came."""
    count, changed = (-1, 0, 0), time.monotonic()
    async with asyncio.timeout(LONGEST_SECONDS):
        while time.monotonic() - changed < QUIET_SECONDS:
            status = await inquire("/status")
            now = (status["devices"], status["found"], status["taken_in"])
            if now != count:
                count, changed = now, time.monotonic()
            await asyncio.sleep(0.02)
    return changed
