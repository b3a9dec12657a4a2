"""Backoff, systemd's notifications, and what a network says of its brokers."""

import socket
from pathlib import Path

import pytest
from zeroconf import ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from gateway.links.backoff import Backoff
from gateway.links.mdns import find_brokers
from gateway.links.systemd import notify, watchdog_seconds


def test_backoff_doubles_to_its_longest_shakes_and_starts_over() -> None:
    backoff = Backoff(first=1.0, longest=8.0)
    for expected in (1, 2, 4, 8, 8, 8):
        assert expected * 0.8 <= backoff.seconds() <= expected * 1.2
    backoff.reset()
    assert backoff.seconds() <= 1.2
    assert len({Backoff(1.0, 1.0).seconds() for _ in range(20)}) > 1


def test_systemd_is_told_when_it_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(path))
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        notify("READY=1")
        assert systemd.recv(100) == b"READY=1"


def test_without_systemd_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")


@pytest.mark.parametrize(("given", "seconds"), [("30000000", 15.0), ("0", None), ("", None), ("x", None)])
def test_the_watchdog_is_fed_twice_as_often_as_asked(
    given: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", given)
    assert watchdog_seconds() == seconds


async def test_a_broker_that_announces_itself_is_listed_ready_to_paste() -> None:
    service = ServiceInfo(
        "_mqtt._tcp.local.",
        "부엌 broker._mqtt._tcp.local.",
        addresses=[socket.inet_aton("192.168.77.5")],
        port=1884,
        server="hub-of-the-test.local.",
    )
    async with AsyncZeroconf() as announcer:
        await announcer.async_register_service(service)
        found = await find_brokers(1.0)
        await announcer.async_unregister_service(service)
    assert ("부엌 broker", "mqtt://192.168.77.5:1884") in [(broker.name, broker.url) for broker in found]
