"""A Mosquitto of our own, on a free loopback port, and the lights on it."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.lights import Record
from tests.bench.process import START_SECONDS, Died, Process, accepts, free_port, module, running


class NoMosquitto(RuntimeError):
    """Mosquitto is not installed."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A running Mosquitto."""

    process: Process
    port: int


@dataclass(frozen=True, slots=True)
class Lights:
    """The running lights and what they have got."""

    process: Process
    record: Record
    count: int


@contextmanager
def broker(directory: Path) -> Iterator[Broker]:
    """Run Mosquitto on a free port. Small messages are sent at once, and none is dropped for want of room."""
    program = find()
    port = free_port()
    config = directory / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
        "max_queued_messages 0\nmax_inflight_messages 0\npersistence false\nlog_type error\nlog_type warning\n"
    )
    with running("mosquitto", [program, "-c", str(config)], directory / "mosquitto.log") as process:
        deadline = time.monotonic() + START_SECONDS
        while not accepts(port):
            process.check()
            if time.monotonic() > deadline:
                raise Died("mosquitto does not listen")
            time.sleep(0.01)
        yield Broker(process, port)


@contextmanager
def lights(directory: Path, broker_port: int, count: int) -> Iterator[Lights]:
    """Run the echoing lights."""
    file = directory / "lights.record"
    record = Record(file, count)
    argv = module("tests.bench.lights", "--broker", broker_port, "--lights", count, "--record", file)
    with running("lights", argv, directory / "lights.log") as process:
        process.await_word("ready")
        yield Lights(process, record, count)


def find() -> str:
    """Where Mosquitto is; it is often not on the path of a plain user."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")
    if found is None:
        raise NoMosquitto("Mosquitto is missing. On Debian and Raspberry Pi OS: sudo apt install mosquitto")
    return found
