"""What systemd is told, and when it is told nothing any more."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.links.systemd import Pulse, notify, ready, reloading, run_watchdog, stopping
from tests.fakes.mosquitto import until


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The other end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind(str(tmp_path / "notify"))
        other.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "20000")
        yield other


def told(systemd: socket.socket) -> str:
    return systemd.recv(4096).decode()


async def hears(systemd: socket.socket) -> str:
    return await asyncio.to_thread(told, systemd)


def drain(systemd: socket.socket) -> int:
    """How much was told that nobody has heard yet."""
    systemd.setblocking(False)
    count = 0
    with suppress(BlockingIOError):
        while told(systemd):
            count += 1
    systemd.settimeout(10)
    return count


class Clock:
    """A time that is set, and that knows how often it was asked."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        return self.now

    async def asked_again(self, times: int = 3) -> None:
        until_then = self.asked + times
        await until(lambda: self.asked >= until_then)


def test_a_reload_begins_and_ends_and_says_what_came_of_it(systemd: socket.socket) -> None:
    before = time.monotonic_ns() // 1000
    reloading()
    ready("refused:\n gateway.yaml:4:3")
    began, ended = told(systemd), told(systemd)
    assert began.startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert before <= int(began.rpartition("=")[2]) <= time.monotonic_ns() // 1000
    assert ended == "READY=1\nSTATUS=refused: gateway.yaml:4:3"


def test_what_is_well_again_says_so(systemd: socket.socket) -> None:
    ready()
    stopping()
    assert (told(systemd), told(systemd)) == ("READY=1\nSTATUS=", "STOPPING=1")


def test_a_systemd_that_does_not_listen_is_no_reason_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, systemd: socket.socket
) -> None:
    for _ in range(2000):  # more than it takes before it is read
        notify("WATCHDOG=1")
    assert drain(systemd) < 2000
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify("READY=1")


def test_who_gives_no_sign_of_life_in_its_own_time_is_named() -> None:
    now = 0.0
    pulse = Pulse(lambda: now)
    mqtt, _ = pulse.expect("mqtt", 10), pulse.expect("alarms", 30)
    assert pulse.silent() == []
    now = 11.0
    assert pulse.silent() == ["mqtt"]
    mqtt()
    assert pulse.silent() == []
    now = 31.0
    assert pulse.silent() == ["alarms", "mqtt"]


async def test_the_watchdog_is_silent_while_a_link_is_and_speaks_again_with_it(systemd: socket.socket) -> None:
    clock = Clock()
    pulse = Pulse(clock)
    here = pulse.expect("mqtt", 10)
    watching = asyncio.create_task(run_watchdog(pulse))
    assert await hears(systemd) == "WATCHDOG=1"
    clock.now = 11.0
    await clock.asked_again(1)
    drain(systemd)
    await clock.asked_again()
    assert drain(systemd) == 0
    here()
    assert await hears(systemd) == "WATCHDOG=1"
    watching.cancel()


async def test_the_watchdog_is_silent_when_a_task_has_ended_that_should_not(systemd: socket.socket) -> None:
    clock = Clock()
    ended = asyncio.create_task(asyncio.sleep(0), name="mqtt")
    await ended
    watching = asyncio.create_task(run_watchdog(Pulse(clock), [ended]))
    await clock.asked_again()
    assert drain(systemd) == 0
    watching.cancel()


async def test_nothing_is_watched_where_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    await run_watchdog()
