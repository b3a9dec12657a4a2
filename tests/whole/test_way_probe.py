"""The probe through the whole way: each break is red in time, at the right hop, in the log and on the status topic."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.fakes.clova import Clova
from tests.fakes.daemon import Daemon
from tests.fakes.machines import why_not
from tests.fakes.relay import NAME
from tests.fakes.way import AUTHORITY, Way, way_in, write_home

RED_SECONDS = 15.0
GREEN_SECONDS = 30.0
CADDYFILE = "/etc/caddy/Caddyfile"

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]


@asynccontextmanager
async def _no_caddy(way: Way) -> AsyncIterator[None]:
    await way.relay.stop_caddy()
    yield
    await way.relay.start_caddy()


@asynccontextmanager
async def _no_sshd(way: Way) -> AsyncIterator[None]:
    await way.relay.stop_sshd()
    yield
    await way.relay.start_sshd()


@asynccontextmanager
async def _no_key(way: Way) -> AsyncIterator[None]:
    """Somebody has taken our key away, and ended what it had opened."""
    before = way.relay.authorized.read_text()
    way.relay.authorized.write_text("")
    way.relay.reset()
    yield
    way.relay.authorized.write_text(before)


@asynccontextmanager
async def _other_authority(way: Way) -> AsyncIterator[None]:
    """The relay has a certificate that nobody trusts."""
    place, aside = Path(AUTHORITY).parents[3], "/srv/aside"
    await way.relay.stop_caddy()
    way.relay.server.run("mv", str(place), aside)
    await way.relay.start_caddy()
    yield
    await way.relay.stop_caddy()
    way.relay.server.run("sh", "-c", f"rm -rf {place} && mv {aside} {place}")
    await way.relay.start_caddy()


@asynccontextmanager
async def _other_gateway(way: Way) -> AsyncIterator[None]:
    """Caddy leads to another gateway: one that runs on the relay itself."""
    caddyfile = way.relay.server.path(CADDYFILE)
    before = caddyfile.read_text()
    with TemporaryDirectory() as folder:
        config = write_home(Path(folder), Clova(), 9, f"https://{NAME}", public=8900)
        command = (sys.executable, "-m", "gateway", "run", "--config", str(config))
        other = Daemon(*way.relay.server.machine.argv(*command))
        await other.start()
        await other.until_said('"running"')
        try:
            await way.relay.stop_caddy()
            caddyfile.write_text(before.replace("127.0.0.1:8800", "127.0.0.1:8900"))
            await way.relay.start_caddy()
            yield
        finally:
            await other.stop()
    await way.relay.stop_caddy()
    caddyfile.write_text(before)
    await way.relay.start_caddy()


@asynccontextmanager
async def _half_open(way: Way) -> AsyncIterator[None]:
    """The home's line is dead, and nobody says so: nothing arrives, on any connection."""
    way.internet.lose_all()
    yield
    way.internet.heal()


Make = Callable[[Way], AbstractAsyncContextManager[None]]
BREAKS: dict[str, tuple[Make, str, str]] = {
    "caddy stopped": (_no_caddy, "relay", "refuses the connection"),
    "sshd stopped": (_no_sshd, "tunnel", "no connection to the relay"),
    "tunnel key removed": (_no_key, "tunnel", "refuses our key"),
    "wrong certificate": (_other_authority, "tls", "authority"),
    "another gateway": (_other_gateway, "loop", "another gateway"),
    "the home's line dead": (_half_open, "internet", "Internet is away"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one break. Seconds from the break and from its mending."""

    red: float
    green: float
    hop: str
    why: str
    logged: bool


async def _see(name: str) -> Seen:
    """Red counts from when the hop and the reason are right: the first news may be that a connection broke off."""
    make, hop, words = BREAKS[name]

    def is_told(told: dict[str, Any]) -> bool:
        return told["state"] == "down" and told["hop"] == hop and words in told["why"]

    async with way_in() as way:
        broken = time.monotonic()
        async with make(way):
            red = await way.until_state(is_told, broken, RED_SECONDS + 5)
            told = next(news for at, news in way.news if at >= red)
            logged = any("the way" in line and told["why"] in line for _, line in way.daemon.heard)
        mended = time.monotonic()
        green = await way.until_state(lambda told: told["state"] == "up", mended, GREEN_SECONDS)
        assert await way.ask() == "TurnOnConfirmation"
        return Seen(red - broken, green - mended, told["hop"], told["why"], logged)


@pytest.fixture(scope="module")
def seen() -> dict[str, Seen]:
    """All breaks at once, each on a way of its own: at the real pace."""
    if why_not():
        pytest.skip(why_not())

    async def all_of_them() -> list[Seen]:
        return await asyncio.gather(*map(_see, BREAKS))

    found = dict(zip(BREAKS, asyncio.run(all_of_them()), strict=True))
    for name, one in found.items():
        print(f"{name}: {one}")
    return found


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_red_in_time_with_its_hop_and_then_green_again(name: str, seen: dict[str, Seen]) -> None:
    _, hop, words = BREAKS[name]
    one = seen[name]
    assert one.red <= RED_SECONDS
    assert (one.hop, words in one.why) == (hop, True), one
    assert one.logged
