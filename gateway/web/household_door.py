"""The listening end of the private door: an application of aiohttp's behind the guard of the public one (door.py)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

import structlog
from aiohttp import web

from gateway.web.door import Guard, Inner, Limits, Stage
from gateway.web.listener import Listener
from gateway.web.public import LINGER_SECONDS, MAX_HEADER, refuse

log: structlog.stdlib.BoundLogger = structlog.get_logger("private")

STOP_SECONDS = 0.4

Go = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(
    app: web.Application, host: str, port: int, limits: Limits, headers: Mapping[str, str]
) -> AsyncIterator[int]:
    """Serve it; gives the port. `headers` are for the answer to what is no HTTP. Raises OSError."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    guard = Guard(limits)
    listener = Listener(guard(partial(_protocol, runner, headers, limits.rest)), guard.room)
    try:
        yield await listener.open(host, port)
    finally:
        await listener.close()
        await runner.cleanup()  # which lets streams end before
        await guard.stop()


async def whole(request: web.Request, answering: Go) -> web.StreamResponse:
    """Have the request answered once all of it has come. Raises web.HTTPRequestEntityTooLarge."""
    doorway = request.protocol.doorway if isinstance(request.protocol, Inner) else None
    if doorway is None:
        raise TypeError("a connection of ours is expected")
    doorway.enter(Stage.BODY)
    try:
        await request.read()
        doorway.enter(Stage.ANSWERING)
        return await answering(request)
    finally:
        doorway.enter(Stage.RESTING)


def _protocol(runner: web.AppRunner, headers: Mapping[str, str], rest: float) -> "_Protocol":
    if runner.server is None:
        raise RuntimeError("the runner is not set up")
    return _Protocol(runner.server, headers, rest)


class _Protocol(Inner):
    """aiohttp's, which quotes what it cannot read to whoever sent it, and to the log; ours says the status only."""

    __slots__ = ("_headers",)

    def __init__(self, server: web.Server, headers: Mapping[str, str], rest: float) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # as aiohttp's own runner allows it
            auto_decompress=False,
            keepalive_timeout=2 * rest,  # the Guard is first
            lingering_time=LINGER_SECONDS,
            max_line_size=MAX_HEADER,
            max_field_size=MAX_HEADER,
        )
        self._headers = headers

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  # may hold what was sent
    ) -> web.StreamResponse:
        """Answer what is no HTTP, or what went wrong in a handler of ours, which alone is logged."""
        if isinstance(exc, ConnectionError):  # whoever asked has gone
            raise exc
        if status >= 500:
            log.error("a defect behind the private door", exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("half an answer was sent already")
        response = refuse(status)
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        return response
