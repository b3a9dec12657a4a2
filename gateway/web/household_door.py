"""The listening end of the private door: an application of aiohttp's behind the guard of the public one (door.py)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import web

from gateway.web.door import Guard, Limits, Stage, doorway_of
from gateway.web.listener import Listener
from gateway.web.public import Protocol

STOP_SECONDS = 0.4

Go = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(
    app: web.Application, host: str, port: int, limits: Limits, headers: Mapping[str, str]
) -> AsyncIterator[int]:
    """Serve it; gives the port. `headers` are for the answer to what is no HTTP. Raises OSError."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    if runner.server is None:
        raise RuntimeError("the runner is not set up")

    def finish(_: web.BaseRequest, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)

    guard = Guard(limits)
    protocols = partial(Protocol, runner.server, finish, limits.rest, "private")
    listener = Listener(guard(protocols), guard.room)
    try:
        yield await listener.open(host, port)
    finally:
        await listener.close()
        await runner.cleanup()  # which lets streams end before
        await guard.stop()


async def whole(request: web.Request, answering: Go) -> web.StreamResponse:
    """Have the request answered once all of it has come. Raises web.HTTPRequestEntityTooLarge."""
    doorway = doorway_of(request)
    if doorway is None:
        raise TypeError("a connection of ours is expected")
    doorway.enter(Stage.BODY)
    try:
        await request.read()
        doorway.enter(Stage.ANSWERING)
        return await answering(request)
    finally:
        doorway.enter(Stage.RESTING)
