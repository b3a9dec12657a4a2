"""The public door as the Internet meets it: raw sockets, limits, deadlines, and a cap on connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web

from gateway.web import door
from gateway.web.door import Stage
from gateway.web.public import MAX_BODY, PublicDoor, answer

OK = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"


async def echo(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
    return answer(body)


class Caller:
    """A raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, raw: bytes) -> None:
        self._writer.write(raw)

    async def answer(self) -> tuple[int, bytes, bytes]:
        """Status, header block and body of one answer."""
        async with asyncio.timeout(5):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            body = await self._reader.readexactly(int(length[0].split(b":")[1])) if length else b""
        return int(head.split()[1]), head, body

    async def is_closed(self, seconds: float = 5.0) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._reader.read(1) == b""
        except ConnectionResetError:
            return True

    async def close(self) -> None:
        self._writer.transport.abort()
        with suppress(OSError):
            await self._writer.wait_closed()


class Line:
    """Calls one door, and hangs up every call at the end."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._callers: list[Caller] = []

    async def call(self) -> Caller:
        caller = Caller(*await asyncio.open_connection("127.0.0.1", self._port))
        self._callers.append(caller)
        return caller

    async def hang_up(self) -> None:
        for caller in self._callers:
            await caller.close()


@asynccontextmanager
async def opened(hold: asyncio.Event | None = None) -> AsyncIterator[Line]:
    async def held(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
        assert hold is not None
        await hold.wait()
        return answer(body)

    async with PublicDoor({"/echo": {"POST": echo}, "/held": {"POST": held}}).open("127.0.0.1", 0) as port:
        line = Line(port)
        try:
            yield line
        finally:
            await line.hang_up()


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

    async with PublicDoor({"/echo": {"POST": broken}}).open("127.0.0.1", 0) as port:
        line = Line(port)
        caller = await line.call()
        caller.send(OK)
        status, _, body = await caller.answer()
        assert (status, body) == (500, b"")
        await line.hang_up()


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


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines a hundred times shorter; their order is the real one."""
    for stage, seconds in {
        Stage.OPENED: door.FIRST_BYTE_SECONDS,
        Stage.HEADERS: door.HEADERS_SECONDS,
        Stage.BODY: door.BODY_SECONDS,
        Stage.RESTING: door.REST_SECONDS,
    }.items():
        monkeypatch.setattr(stage, "_value_", seconds / 100)
    monkeypatch.setattr(door, "SWEEP_SECONDS", 0.01)


@pytest.mark.usefixtures("impatient")
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
    async with opened() as line:
        caller = await line.call()
        caller.send(said)
        if said is OK:
            await caller.answer()
        assert await caller.is_closed()


@pytest.mark.usefixtures("impatient")
async def test_dripping_bytes_buys_no_time() -> None:
    async with opened() as line:
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
        idle = [await line.call() for _ in range(door.MAX_CONNECTIONS - 1)]
        honest = await line.call()
        honest.send(OK)
        assert (await honest.answer())[0] == 200
        assert await idle[0].is_closed()
        hold.set()
        assert (await complete.answer())[0] == 200


async def test_an_honest_request_is_answered_quickly_among_1000_slow_ones() -> None:
    async with opened() as line:
        slow = [await line.call() for _ in range(1000)]
        for caller in slow:
            caller.send(b"POST /echo HT")
        honest = await line.call()
        started = asyncio.get_running_loop().time()
        honest.send(OK)
        assert (await honest.answer())[0] == 200
        assert asyncio.get_running_loop().time() - started < 0.5
