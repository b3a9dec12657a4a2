"""The public door as the Internet meets it: raw sockets, limits, deadlines, and a cap on connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from gateway.web.door import LIMITS, Limits
from gateway.web.public import MAX_BODY, PublicDoor, answer
from tests.web import raw
from tests.web.raw import ECHO, OK, Line

IMPATIENT = Limits(first_byte=0.05, headers=0.1, body=0.15, unread=0.15, rest=0.6, sweep=0.01)
"""A hundredth of the real ones."""


@asynccontextmanager
async def opened(hold: asyncio.Event | None = None, limits: Limits = LIMITS) -> AsyncIterator[Line]:
    async def held(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
        assert hold is not None
        await hold.wait()
        return answer(body)

    async with raw.opened(PublicDoor({**ECHO, "/held": {"POST": held}}, limits=limits)) as line:
        yield line


async def test_a_request_is_answered_and_the_connection_kept() -> None:
    async with opened() as line:
        caller = await line.call()
        for _ in range(3):
            caller.send(OK)
            status, head, body = await caller.answer()
            assert (status, body) == (200, b"hi")
            assert b"Server: clova-gateway" in head


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"POST /else HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 404),
        (b"POST /echo/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 404),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi", 415),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n" + b"x" * 65537, 413),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi", 400),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
    ],
)
async def test_what_is_no_proper_request_gets_the_plain_answer(raw: bytes, status: int) -> None:
    async with opened() as line:
        caller = await line.call()
        caller.send(raw)
        found, head, body = await caller.answer()
        assert (found, body) == (status, b"")
        assert b"aiohttp" not in head


async def test_a_defect_of_a_handler_is_500_without_a_word() -> None:
    async def broken(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
        raise KeyError("a secret")

    async with raw.opened(PublicDoor({"/echo": {"POST": broken}})) as line:
        caller = await line.call()
        caller.send(OK)
        status, _, body = await caller.answer()
        assert (status, body) == (500, b"")


@pytest.mark.parametrize("path", ["/", "/metrics", "/devices", "/clova/home", "/../etc/passwd"])
async def test_everything_it_does_not_know_is_404_without_a_body(path: str) -> None:
    async with opened() as line:
        caller = await line.call()
        caller.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        status, _, body = await caller.answer()
        assert (status, body) == (404, b"")


async def test_a_body_of_just_the_limit_is_taken_also_in_chunks() -> None:
    async with opened() as line:
        caller = await line.call()
        caller.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(MAX_BODY // 4096):
            caller.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        caller.send(b"0\r\n\r\n")
        status, _, body = await caller.answer()
        assert (status, len(body)) == (200, MAX_BODY)


async def test_an_endless_chunked_body_is_413() -> None:
    async with opened() as line:
        caller = await line.call()
        caller.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(20):
            caller.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        assert (await caller.answer())[0] == 413
        assert await caller.is_closed()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"POST /ec",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhi",
        OK,
    ],
    ids=["no byte", "half a line", "half a header", "half a body", "rests too long"],
)
async def test_who_dawdles_is_dropped(said: bytes) -> None:
    async with opened(limits=IMPATIENT) as line:
        caller = await line.call()
        caller.send(said)
        if said is OK:
            await caller.answer()
        assert await caller.is_closed()


async def test_dripping_bytes_buys_no_time() -> None:
    async with opened(limits=IMPATIENT) as line:
        caller = await line.call()
        caller.send(b"POST /echo HTTP/1.1\r\n")

        async def drip() -> None:
            while True:
                caller.send(b"X: y\r\n")
                await asyncio.sleep(0.01)

        dripping = asyncio.create_task(drip())
        assert await caller.is_closed(1.0)
        dripping.cancel()


async def test_at_the_cap_the_oldest_incomplete_one_goes_and_never_a_complete_request() -> None:
    hold = asyncio.Event()
    async with opened(hold) as line:
        complete = await line.call()
        complete.send(OK.replace(b"/echo", b"/held"))
        idle = [await line.call() for _ in range(LIMITS.connections - 1)]
        honest = await line.call()
        honest.send(OK)
        assert (await honest.answer())[0] == 200
        assert await idle[0].is_closed()
        hold.set()
        assert (await complete.answer())[0] == 200


async def test_an_honest_request_is_answered_quickly_among_1000_slow_ones() -> None:
    async with opened() as line:
        for _ in range(1000):
            (await line.call()).send(b"POST /echo HT")
        honest = await line.call()
        started = asyncio.get_running_loop().time()
        assert await honest.ask(OK) == 200
        assert asyncio.get_running_loop().time() - started < 0.5
        assert line.door.connected <= LIMITS.connections
