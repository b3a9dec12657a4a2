"""CLOVA's public key: fetched, kept, refreshed, changed, and never open."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateway.links.keys import RETRY_SECONDS, FetchedKey, FileKey
from tests.fakes.clova import Clova
from tests.fakes.mosquitto import until

BODY = json.dumps({"header": {}, "payload": {}}).encode()


@dataclass
class KeyServer:
    """Serves what it is told to, and counts."""

    pem: bytes = b""
    status: int = 200
    asked: int = 0
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """In pieces, as it comes from afar."""
        self.asked += 1
        await self.answers.wait()
        response = web.StreamResponse(status=self.status, headers=self.headers)
        await response.prepare(request)
        for start in range(0, len(self.pem), 100_000 if len(self.pem) > 10_000 else 100):
            await response.write(self.pem[start : start + (100_000 if len(self.pem) > 10_000 else 100)])
            await asyncio.sleep(0.001)
        return response


@asynccontextmanager
async def key_server() -> AsyncIterator[KeyServer]:
    found = KeyServer()
    found.answers.set()
    app = web.Application()
    app.router.add_get("/key.pem", found.serve)
    async with TestServer(app) as server:
        found.url = str(server.make_url("/key.pem"))
        yield found


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_fetched_key_verifies_and_is_kept_on_disk(tmp_path: Path) -> None:
    clova, clock, cache = Clova(), Clock(), tmp_path / "key.pem"
    async with key_server() as server:
        server.pem = clova.pem()
        key = FetchedKey(server.url, cache, clock)
        assert await key.verify(BODY, clova.sign(BODY))
        assert not await key.verify(BODY + b" ", clova.sign(BODY))
    assert cache.read_bytes() == clova.pem()
    again = FetchedKey("http://127.0.0.1:1/gone", cache, clock)
    again.load()
    assert await again.verify(BODY, clova.sign(BODY)), "the copy on disk serves while the address is away"


async def test_without_any_key_nothing_is_accepted(tmp_path: Path) -> None:
    key = FetchedKey("http://127.0.0.1:1/gone", tmp_path / "key.pem", Clock())
    with pytest.raises(LookupError):
        await key.verify(BODY, Clova().sign(BODY))


async def test_a_changed_key_is_accepted_with_the_first_message_signed_by_it(tmp_path: Path) -> None:
    old, new, clock = Clova(), Clova(), Clock()
    async with key_server() as server:
        server.pem = old.pem()
        key = FetchedKey(server.url, tmp_path / "key.pem", clock)
        assert await key.verify(BODY, old.sign(BODY))
        server.pem = new.pem()
        clock.now += RETRY_SECONDS
        assert await key.verify(BODY, new.sign(BODY))
        assert not await key.verify(BODY, old.sign(BODY))
    assert (tmp_path / "key.pem").read_bytes() == new.pem()


async def test_ten_thousand_bad_signatures_cause_one_fetch(tmp_path: Path) -> None:
    clova, clock = Clova(), Clock()
    async with key_server() as server:
        server.pem = clova.pem()
        key = FetchedKey(server.url, tmp_path / "key.pem", clock)
        assert await key.verify(BODY, clova.sign(BODY))
        clock.now += RETRY_SECONDS
        bad = clova.sign(b"something else")
        assert not any(await asyncio.gather(*(key.verify(BODY, bad) for _ in range(10_000))))
        assert server.asked == 2, "one to begin with, and one for all the bad ones"
        assert await key.verify(BODY, clova.sign(BODY))


async def test_who_does_not_wait_for_the_key_has_asked_all_the_same(tmp_path: Path) -> None:
    clova, clock = Clova(), Clock()
    async with key_server() as server:
        server.pem = clova.pem()
        key = FetchedKey(server.url, tmp_path / "key.pem", clock)
        assert await key.verify(BODY, clova.sign(BODY))
        clock.now += RETRY_SECONDS
        server.answers.clear()
        bad = clova.sign(b"something else")
        asking = asyncio.create_task(key.verify(BODY, bad))
        await until(lambda: server.asked == 2)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        server.answers.set()
        assert not await key.verify(BODY, bad)
        assert server.asked == 2


Spoil = Callable[[KeyServer], None]


def _error(server: KeyServer) -> None:
    server.status = 500


def _junk(server: KeyServer) -> None:
    server.pem = b"<html>maintenance</html>"


def _huge(server: KeyServer) -> None:
    server.pem = b"-----BEGIN PUBLIC KEY-----\n" + b"A" * 1_000_000


def _redirect(server: KeyServer) -> None:
    server.status, server.headers = 302, {"Location": "/elsewhere"}


@pytest.mark.parametrize("spoil", [_error, _junk, _huge, _redirect])
async def test_the_old_key_counts_until_a_new_one_has_been_read(tmp_path: Path, spoil: Spoil) -> None:
    clova, clock = Clova(), Clock()
    async with key_server() as server:
        server.pem = clova.pem()
        key = FetchedKey(server.url, tmp_path / "key.pem", clock)
        assert await key.verify(BODY, clova.sign(BODY))
        spoil(server)
        clock.now += RETRY_SECONDS
        await key.fetch()
        assert "could not be fetched" in key.state
        assert await key.verify(BODY, clova.sign(BODY))
        assert (tmp_path / "key.pem").read_bytes() == clova.pem()


async def test_a_broken_copy_on_disk_is_no_key(tmp_path: Path) -> None:
    cache = tmp_path / "key.pem"
    cache.write_bytes(b"half a k")
    key = FetchedKey("http://127.0.0.1:1/gone", cache, Clock())
    key.load()
    with pytest.raises(LookupError):
        await key.verify(BODY, Clova().sign(BODY))


async def test_a_hub_that_boots_before_its_network_tries_again_soon(tmp_path: Path) -> None:
    clova, clock = Clova(), Clock()
    async with key_server() as server:
        server.status = 503
        key = FetchedKey(server.url, tmp_path / "key.pem", clock)
        await key.fetch()
        server.status, server.pem = 200, clova.pem()
        with pytest.raises(LookupError):
            await key.verify(BODY, clova.sign(BODY))
        clock.now += 3
        assert await key.verify(BODY, clova.sign(BODY))


async def test_a_key_in_a_file(tmp_path: Path) -> None:
    clova = Clova()
    clova.write_public_key(tmp_path / "key.pem")
    assert await FileKey(tmp_path / "key.pem").verify(BODY, clova.sign(BODY))
    assert not await FileKey(tmp_path / "key.pem").verify(BODY, Clova().sign(BODY))


async def test_the_daily_refresh_fetches_and_then_rests(tmp_path: Path) -> None:
    async with key_server() as server:
        server.pem = Clova().pem()
        key = FetchedKey(server.url, tmp_path / "key.pem", Clock())
        refreshing = asyncio.create_task(key.run())
        await until(lambda: key.state == "fetched")
        assert server.asked == 1
        refreshing.cancel()
        await asyncio.gather(refreshing, return_exceptions=True)
