"""The network is really listened to: devices announce themselves on this machine, with another zeroconf."""

import asyncio
import errno
import gc
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from zeroconf import ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from gateway.dialects.sightings import Sighting, Sightings
from gateway.links import mdns as module
from gateway.links.mdns import Browser, _answers

LOOPBACK = ["127.0.0.1"]
MARK = "c1a0"
"""In every name and address here, for others may announce themselves on the same network."""


class Ears:
    """A browser with what it has heard."""

    def __init__(self) -> None:
        self.sightings = Sightings()
        self.said: list[Sighting] = []
        self.gone: list[tuple[str, str]] = []
        self.changed = asyncio.Event()
        self.browser = Browser(self.saw, self.lost, LOOPBACK)

    def saw(self, sighting: Sighting) -> None:
        if MARK in sighting.instance:
            self.said.append(sighting)
            self.sightings.saw(sighting)
            self.changed.set()

    def lost(self, service: str, instance: str) -> None:
        self.gone.append((service, instance))
        self.sightings.lost(service, instance)
        self.changed.set()

    async def until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


def service(kind: str, instance: str, number: int = 1, **properties: str) -> ServiceInfo:
    return ServiceInfo(
        f"{kind}.local.",
        f"{instance}.{kind}.local.",
        addresses=[socket.inet_aton(f"192.168.77.{number}")],
        port=80,
        server=f"{MARK}-host-{number}.local.",
        properties=properties,
    )


def shelly(number: int) -> ServiceInfo:
    return service("_shelly._tcp", f"shellyplus1pm-{MARK}{number:08x}", number, gen="2", app="Plus1PM", ver="1.4.4")


@asynccontextmanager
async def announcer() -> AsyncIterator[AsyncZeroconf]:
    """Another machine, so to say. Skips where this one carries no multicast."""
    try:
        other = AsyncZeroconf(interfaces=LOOPBACK)
    except OSError as error:
        pytest.skip(f"multicast cannot be used on loopback here: {error}")
    async with other:
        yield other


@asynccontextmanager
async def running(ears: Ears) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(ears.browser.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def announce(other: AsyncZeroconf, *services: ServiceInfo) -> None:
    """All at once; returns when each has been announced three times."""
    await asyncio.gather(*[await other.async_register_service(one, cooperating_responders=True) for one in services])


async def test_devices_are_heard_while_and_after_they_announce_themselves() -> None:
    ears = Ears()
    early, late = shelly(1), service("_esphomelib._tcp", f"air {MARK} 침실", 2, mac="a0b765112233", version="2026.3.1")
    async with announcer() as other:
        await announce(other, early)
        async with running(ears):
            await ears.until(lambda: len(ears.sightings.all()) == 1)
            assert ears.browser.state == "listening"
            await announce(other, late)
            await ears.until(lambda: len(ears.sightings.all()) == 2)
    first, second = ears.sightings.all()
    assert (first.mac, first.address, first.port, first.firmware) == (f"{MARK}00000001", "192.168.77.1", 80, "1.4.4")
    assert first.host == f"{MARK}-host-1.local"
    assert (second.maker, second.instance, second.mac) == ("ESPHome", f"air {MARK} 침실", "a0b765112233")


async def test_a_goodbye_and_a_new_address_are_heard() -> None:
    ears = Ears()
    async with announcer() as other, running(ears):
        one = shelly(1)
        await announce(other, one)
        await ears.until(lambda: len(ears.said) == 1)
        moved = shelly(1)
        moved.addresses = [socket.inet_aton("192.168.77.99")]
        await (await other.async_update_service(moved))
        await ears.until(lambda: ears.said[-1].address == "192.168.77.99")
        await (await other.async_unregister_service(moved))
        await ears.until(lambda: bool(ears.gone))
        assert ears.gone == [("_shelly._tcp", f"shellyplus1pm-{MARK}00000001")]
        assert [known.seen for known in ears.sightings.all()] == [False]


@pytest.mark.alone
async def test_fifty_devices_at_once_are_soon_known_and_hold_nobody_up() -> None:
    ears = Ears()
    async with announcer() as other:
        await announce(other, *[shelly(number) for number in range(1, 51)])
        async with running(ears), held() as spent:
            began = time.monotonic()
            await ears.until(lambda: len(ears.sightings.all()) == 50)
            took = time.monotonic() - began
    assert took < 4.0, f"{took:.1f} s"  # 1.1 s on an idle machine
    assert max(spent) < 0.025, f"the loop was held for {max(spent) * 1000:.1f} ms"


@asynccontextmanager
async def held() -> AsyncIterator[list[float]]:
    """How many seconds of this thread the loop spent between two looks at it, each time.

    The thread's own time, for a shared core says nothing of us; and what is in memory is frozen, as the daemon does
    it, for the tests hold a hundred times as much. What the announcer does counts too.
    """
    spent: list[float] = []

    async def look() -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now = time.thread_time()
            spent.append(now - before)
            before = now

    gc.collect()
    gc.freeze()
    looking = asyncio.create_task(look())
    try:
        yield spent
    finally:
        looking.cancel()
        gc.unfreeze()


async def test_a_network_that_cannot_be_listened_to_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ears, tried = Ears(), 0

    def unusable(*given: Any, **how: Any) -> AsyncZeroconf:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise OSError(errno.ENODEV, "No such device")
        if tried == 2:
            raise RuntimeError("No interfaces to listen on")
        return AsyncZeroconf(*given, **how)

    async with announcer() as other:
        await announce(other, shelly(1))
        monkeypatch.setattr("gateway.links.mdns.AsyncZeroconf", unusable)
        with capture_logs() as logged:
            async with running(ears):
                await ears.until(lambda: bool(ears.said))
    states = [entry["state"] for entry in logged]
    assert states == ["no network: [Errno 19] No such device", "no network: No interfaces to listen on", "listening"]


async def test_a_machine_with_loopback_only_has_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = asyncio.Event()

    def addresses() -> frozenset[str]:
        looked.set()
        return frozenset({"127.0.0.1"})

    monkeypatch.setattr(module, "_own_addresses", addresses)
    ears = Ears()
    ears.browser = Browser(ears.saw, ears.lost)
    async with running(ears), asyncio.timeout(5):
        await looked.wait()
    assert ears.browser.state == "no network: this machine has no IPv4 address"


async def test_it_listens_anew_when_this_machine_has_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    ears, addresses = Ears(), frozenset({"192.168.77.5"})
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(module, "_own_addresses", lambda: addresses)
    async with announcer() as other, running(ears):
        await announce(other, shelly(1))
        await ears.until(lambda: len(ears.said) == 1)
        addresses = frozenset({"192.168.88.5"})
        await ears.until(lambda: len(ears.said) == 2)
        assert ears.browser.state == "listening"


async def test_names_that_are_none_and_devices_that_tell_nothing_stop_nobody() -> None:
    ears = Ears()
    mute = [f"shellyplus1pm-{number:012x}._shelly._tcp.local." for number in range(2000)]
    broken = ["_shelly._tcp.local.", "\x00\x07._http._tcp.local.", "_hap._TCP.local.", "x" * 60, ""]
    packets = [pointers("_shelly._tcp.local.", (broken + mute)[start : start + 100]) for start in range(0, 2005, 100)]
    async with announcer() as other, running(ears), held() as spent:
        await announce(other, shelly(1))
        await ears.until(lambda: len(ears.said) == 1)
        for packet in [*packets, b"", b"\x00" * 12, b"\xff" * 900, packets[0][:-7]]:
            shout(packet)
        await announce(other, service("_http._tcp", f"tasmota-{MARK}01-0001", 2, devicetype="tasmota"))
        await ears.until(lambda: len(ears.said) == 2)
        assert ears.browser.state == "listening"
        assert 200 < len(ears.browser._asked) <= module.MAX_ASKED + module.ASK_AT_ONCE
    assert max(spent) < 0.025, f"the loop was held for {max(spent) * 1000:.1f} ms"
    assert [one.maker for one in ears.said] == ["Shelly", "Tasmota"]


async def test_one_that_tells_nothing_is_asked_and_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ASK_MILLISECONDS", 50)
    ears, given_up = Ears(), asyncio.Event()

    async def answers(*given: Any) -> bool:
        heard = await _answers(*given)
        given_up.set()
        return heard

    monkeypatch.setattr(module, "_answers", answers)
    async with announcer() as other, running(ears):
        await announce(other, shelly(1))
        await ears.until(lambda: len(ears.said) == 1)
        shout(pointers("_wled._tcp.local.", [f"wled-{MARK}._wled._tcp.local."]))
        async with asyncio.timeout(10):
            await given_up.wait()
        await announce(other, service("_wled._tcp", f"wled-{MARK}"))
        await ears.until(lambda: len(ears.said) == 2)
    assert ears.said[1].maker == "WLED"


def shout(packet: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as attacker:
        attacker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        attacker.sendto(packet, ("224.0.0.251", 5353))


def pointers(kind: str, names: list[str]) -> bytes:
    """An answer that says: of this kind there are these. Written by hand, for zeroconf would refuse to."""
    records = b""
    for name in names:
        target = spelt(name)
        records += spelt(kind) + b"\x00\x0c\x00\x01\x00\x00\x11\x94" + len(target).to_bytes(2) + target
    return b"\x00\x00\x84\x00\x00\x00" + len(names).to_bytes(2) + b"\x00\x00\x00\x00" + records


def spelt(name: str) -> bytes:
    labels = [label.encode()[:63] for label in name.removesuffix(".").split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels if label) + b"\x00"


async def test_properties_that_are_no_text_are_read_as_far_as_they_are() -> None:
    ears = Ears()
    info = service("_wled._tcp", f"wled-{MARK}")
    text = b"\x0fmac=a0b765\xff12233" + b"\x04\xff\xfe=x" + b"\x01=" + b"\x03mac" + b"\x10mac=a0b765112233"
    odd = ServiceInfo(info.type, info.name, addresses=info.addresses, port=80, server=info.server, properties=text)
    async with announcer() as other, running(ears):
        await announce(other, odd)
        await ears.until(lambda: bool(ears.said))
    assert (ears.said[0].maker, ears.said[0].mac) == ("WLED", "")


async def test_nothing_is_left_when_it_is_cancelled() -> None:
    before, sockets = asyncio.all_tasks(), open_sockets()
    async with announcer() as other:
        await announce(other, shelly(1))
        for count in (0, 1):  # at the start, and in the midst of it
            ears = Ears()
            async with running(ears) as task:
                await ears.until(lambda heard=ears.said, count=count: len(heard) >= count)  # type: ignore[misc]
            assert task.cancelled()
    assert asyncio.all_tasks() == before
    assert open_sockets() == sockets


def open_sockets() -> int:
    return sum(str(one.readlink()).startswith("socket:") for one in Path("/proc/self/fd").iterdir() if one.is_symlink())


async def test_a_defect_of_the_listener_is_not_hidden() -> None:
    def broken(sighting: Sighting) -> None:
        raise ZeroDivisionError(sighting.instance)

    async with announcer() as other:
        await announce(other, shelly(1))
        async with asyncio.timeout(10):
            with pytest.raises(ExceptionGroup) as caught:
                await Browser(broken, print, LOOPBACK).run()
    assert caught.group_contains(ZeroDivisionError)
