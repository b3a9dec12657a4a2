"""The public door: the only port that a tunnel may reach. Everything it does not know is 404 without a body."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from gateway.web.door import REST_SECONDS, Doorway, Guard, Stage

log: structlog.stdlib.BoundLogger = structlog.get_logger("public")

MAX_BODY = 65_536
MAX_HEADER = 8_190
STOP_SECONDS = 0.4
LINGER_SECONDS = 1.0
"""How long the rest of a refused body is read away, so that its sender gets to read the refusal."""

Handler = Callable[[web.BaseRequest, bytes], Awaitable[web.Response]]
"""Takes a request and its whole body."""
Routes = Mapping[str, Mapping[str, Handler]]
"""By path, then by method."""

HEADERS = {"Server": "clova-gateway", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class PublicDoor:
    """Reads whole requests, within limits, and gives them to the handler of their path and method."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    @asynccontextmanager
    async def open(self, host: str, port: int) -> AsyncIterator[int]:
        """Listen; gives the port, which is another than asked for if that was 0."""
        loop = asyncio.get_running_loop()
        server = _Server(
            self._serve,
            request_factory=lambda message, payload, protocol, writer, task: web.BaseRequest(
                message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY
            ),
        )
        guard = Guard()
        listener = await loop.create_server(guard(server), host, port, backlog=128)
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            listener.close()
            server.pre_shutdown()
            await server.shutdown(STOP_SECONDS)
            guard.stop()

    async def _serve(self, request: web.BaseRequest) -> web.Response:
        doorway = request.transport.get_protocol() if request.transport is not None else None
        if not isinstance(doorway, Doorway):
            raise ConnectionResetError("the connection is gone")
        doorway.enter(Stage.BODY)
        try:
            return await self._dispatch(request, doorway)
        finally:
            doorway.enter(Stage.RESTING)

    async def _dispatch(self, request: web.BaseRequest, doorway: Doorway) -> web.Response:
        methods = self._routes.get(request.path)
        if methods is None:
            return refuse(404)
        handler = methods.get(request.method)
        if handler is None:
            return refuse(405, Allow=", ".join(methods))
        if "Content-Encoding" in request.headers:
            return refuse(415)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return refuse(413)
        doorway.enter(Stage.ANSWERING)
        return await handler(request, body)


class _Server(web.Server):
    """Makes our protocols in place of aiohttp's own."""

    def __call__(self) -> web.RequestHandler:
        return _Protocol(
            self,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # as aiohttp's own runner allows it
            auto_decompress=False,
            keepalive_timeout=2 * REST_SECONDS,  # the Guard is first
            lingering_time=LINGER_SECONDS,
            max_line_size=MAX_HEADER,
            max_field_size=MAX_HEADER,
        )


class _Protocol(web.RequestHandler):
    """aiohttp's, which quotes what it cannot read to whoever sent it, and to the log; ours says the status only."""

    __slots__ = ()

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
            log.error("a defect behind the public door", exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("half an answer was sent already")
        return refuse(status)


def refuse(status: int, **headers: str) -> web.Response:
    """An answer without a body; the connection is closed where the request was not read to its end."""
    response = web.Response(status=status, headers={**HEADERS, **headers})
    if status != 401:
        response.force_close()
    return response


def answer(body: bytes, content_type: str = "application/json") -> web.Response:
    """An answer with a body."""
    return web.Response(body=body, headers={**HEADERS, "Content-Type": f"{content_type}; charset=utf-8"})


def redirect(location: str) -> web.Response:
    """See Other: whatever was sent here is not sent there."""
    return web.Response(status=303, headers={**HEADERS, "Location": location, "Referrer-Policy": "no-referrer"})
