"""Plays a support bundle, or what scripts/capture has recorded, to a broker and a gateway of its own: the same devices.

Nothing of the home is reached: the broker is embedded, listens on the loopback, and is gone at the end.
"""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiomqtt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway import log
from gateway.app import App
from gateway.config import ConfigError, Loaded, load
from gateway.config.yamltext import BadYaml, parse
from gateway.control import ask
from gateway.demo.broker import LOOPBACK, embedded_broker
from gateway.places import control_socket
from gateway.show import devices as show_devices

KEPT = ("discovery", "expose", "devices", "scenes", "history", "tariff")
"""Sections of the file that say what the devices are."""
OF_THE_HOME = ("language", "timezone")
MAX_BYTES = 256 * 1024 * 1024
CALM_SECONDS = 1.0
"""So long nothing has changed among the devices: they are all there."""
LOOK_SECONDS = 0.1
MOST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Record:
    """What is played: the configuration as far as it is known, and messages (topic, payload)."""

    config: dict[str, Any]
    messages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A gateway that has heard it all. `devices` is as `clova-gateway devices --json` has it."""

    config: Path
    broker: int
    devices: list[dict[str, Any]]


def read(file: Path) -> Record:
    """A bundle (zip), or the lines of a capture. Raises OSError and ValueError."""
    if not zipfile.is_zipfile(file):
        return Record({}, tuple(_messages(file.read_text(encoding="utf-8"))))
    with zipfile.ZipFile(file) as packed:
        names = packed.namelist()
        if sum(one.file_size for one in packed.infolist()) > MAX_BYTES:
            raise ValueError("this is larger than any bundle")
        config = parse(packed.read("config.yaml")).value if "config.yaml" in names else {}
        lines = packed.read("messages.jsonl").decode() if "messages.jsonl" in names else ""
    return Record(config if isinstance(config, dict) else {}, tuple(_messages(lines)))


def _messages(lines: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines.splitlines(), 1):
        try:
            said = json.loads(line)
            topic, payload = said["topic"], said["payload"]
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"line {number} is none of a capture's") from None
        if payload:
            yield str(topic), str(payload)


@asynccontextmanager
async def played(record: Record) -> AsyncIterator[Played]:
    """Play it, and keep all of it up until the end of the block. Raises ConfigError, OSError, aiomqtt.MqttError."""
    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        async with embedded_broker() as port:
            async with aiomqtt.Client(LOOPBACK, port) as client:
                for topic, payload in record.messages:
                    await client.publish(topic, payload, retain=True)
            config = _write(Path(folder), record, port)
            loaded = load(config)
            running = asyncio.create_task(App(loaded).run(), name="gateway")
            try:
                yield Played(config, port, await _settled(loaded, running))
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


def _write(folder: Path, record: Record, port: int) -> Path:
    """The home's own devices, at this broker, with nothing of the way in."""
    key = rsa.generate_private_key(65537, 2048).public_key()
    (folder / "nobody.pem").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    known, clova = record.config, _section(record.config, "clova")
    written: dict[str, Any] = {key: known[key] for key in KEPT if known.get(key)}
    written |= {
        "home": {key: one for key, one in _section(known, "home").items() if key in OF_THE_HOME},
        "mqtt": {"url": f"mqtt://{LOOPBACK}:{port}"},
        "public": {"listen": f"{LOOPBACK}:0"},
        "private": {"listen": f"{LOOPBACK}:0"},
        "clova": {"region": clova.get("region", "kr"), "public_key": "nobody.pem"},
        "discovery": _section(known, "discovery") | {"mdns": False},
        "state_directory": "state",
    }
    file = folder / "gateway.yaml"
    file.write_text(json.dumps(written), encoding="utf-8")  # which is YAML as well
    return file


def _section(config: dict[str, Any], name: str) -> dict[str, Any]:
    found = config.get(name)
    return found if isinstance(found, dict) else {}


async def _settled(loaded: Loaded, running: asyncio.Task[None]) -> list[dict[str, Any]]:
    """The devices, once nothing is added to them any more."""
    socket, clock = control_socket(loaded), asyncio.get_running_loop().time
    began = since = clock()
    known: list[dict[str, Any]] = []
    while clock() - since < CALM_SECONDS and clock() - began < MOST_SECONDS:
        if running.done():
            running.result()
        await asyncio.sleep(LOOK_SECONDS)
        if not socket.exists():
            since = clock()
            continue
        found = await asyncio.to_thread(ask, socket, "GET", "/devices")
        if [(one["id"], one["state"]) for one in found] != [(one["id"], one["state"]) for one in known]:
            known, since = found, clock()
    return known


async def _show(file: Path, once: bool) -> None:
    async with played(read(file)) as home:
        show_devices(home.devices)
        if once:
            return
        print(f"\nthe broker is at {LOOPBACK}:{home.broker}; for any command, --config {home.config}; Ctrl-C ends both")
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        await ended.wait()


def main() -> int:
    """The command line: scripts/replay."""
    parser = argparse.ArgumentParser(prog="scripts/replay", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, help="of `clova-gateway doctor --bundle`, or of scripts/capture")
    parser.add_argument("--once", action="store_true", help="list the devices, and end")
    given = parser.parse_args()
    log.configure("error")
    try:
        asyncio.run(_show(given.file, given.once))
    except (ConfigError, BadYaml, OSError, ValueError, aiomqtt.MqttError) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
