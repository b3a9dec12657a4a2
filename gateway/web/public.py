"""The public door: the only port that a tunnel may reach. Everything it does not know is 404 without a body."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

import structlog
from aiohttp import web

from gateway.log import Seldom
from gateway.web.door import LIMITS, SELDOM_SECONDS, Context, Drops, Guard, Inner, Limits, Stage, doorway_of
from gateway.web.host import Names
from gateway.web.listener import Listener
from gateway.web.peer import BadForwarding, Peers

log: structlog.stdlib.BoundLogger = structlog.get_logger("public")

MAX_BODY = 65_536
MAX_HEADER = 8_190
ELSEWHERE = "elsewhere"
"""In the log, any path that is not served: people paste passwords and codes behind an address."""
STOP_SECONDS = 0.4
LINGER_SECONDS = 1.0
"""How long the rest of a refused body is read away, so that its sender gets to read the refusal."""

Handler = Callable[[web.BaseRequest, bytes], Awaitable[web.Response]]
"""Takes a request and its whole body."""
Routes = Mapping[str, Mapping[str, Handler]]
"""By path, then by method."""
Finish = Callable[[web.BaseRequest, web.StreamResponse], None]
Refusals = Counter[int]
"""Answers that were refusals, by status."""

HEADERS = {
    "Server": "clova-gateway",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every answer; a page has a policy of its own."""
ONLY_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}

WHY = web.ResponseKey("why", str)
"""On a refusal: what the log says of it."""
_WHY = {
    400: "no proper request",
    404: "nothing is there",
    405: "not with this method",
    413: "too long",
    415: "a kind of body that is not read here",
    421: "another host is asked for than that of public.url",
}


class PublicDoor:
    """Reads whole requests, within limits, and gives them to the handler of their path and method.

    `names` are those it answers to, `peers` who has asked, and `context` the certificate of the moment where TLS ends
    here. `refusals` and `drops` count what was not answered.
    """

    def __init__(
        self,
        routes: Routes,
        names: Names | None = None,
        peers: Peers | None = None,
        context: Context | None = None,
        limits: Limits = LIMITS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._routes = routes
        self._names = names or Names()
        self._peers = peers or Peers()
        self._context = context
        self._limits = limits
        self._now = now
        self._seldom: dict[int, Seldom] = {}
        self._headers = {**HEADERS, **(ONLY_HTTPS if self._names.is_secure else {})}
        self.refusals: Refusals = Counter()
        self.drops: Drops = Counter()
        self._guard: Guard | None = None

    @property
    def connected(self) -> int:
        """How many connections there are now."""
        return len(self._guard) if self._guard is not None else 0

    @asynccontextmanager
    async def open(self, host: str, port: int) -> AsyncIterator[int]:
        """Listen; gives the port, which is another than asked for if that was 0."""
        loop = asyncio.get_running_loop()
        server = web.Server(
            self._serve,
            request_factory=lambda message, payload, protocol, writer, task: web.BaseRequest(
                message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY
            ),
        )
        protocols = partial(Protocol, server, self.finish, self._limits.rest, "public")
        guard = self._guard = Guard(self._limits, self._context, self.drops)
        listener = Listener(guard(protocols), guard.room)
        where = await listener.open(host, port)
        try:
            yield where
        finally:
            await listener.close()
            server.pre_shutdown()
            await server.shutdown(STOP_SECONDS)
            await guard.stop()

    def finish(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        """What every answer has, also to what is no HTTP; a refusal is counted, and told seldom."""
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        if response.status >= 400:
            self.refusals[response.status] += 1
            if WHY in response:
                self._tell(request, response.status, response[WHY])

    def _tell(self, request: web.BaseRequest, status: int, why: str) -> None:
        skipped = self._seldom.setdefault(status, Seldom(SELDOM_SECONDS, self._now))()
        if skipped is None:
            return
        path = request.path if request.path in self._routes else ELSEWHERE
        asked = {"method": request.method[:16], "path": path, "peer": self._peer(request)}
        log.warning("refused", status=status, why=why, **asked, and_before=skipped)

    def _peer(self, request: web.BaseRequest) -> str:
        if not request.headers:  # what aiohttp makes of what is no HTTP has a plain dict, and cannot be asked
            return request.remote or ""
        try:
            return self._peers.address_of(request)
        except BadForwarding:
            return request.remote or ""

    async def _serve(self, request: web.BaseRequest) -> web.Response:
        doorway = doorway_of(request)
        if doorway is None:
            raise TypeError("a connection of ours is expected")
        doorway.enter(Stage.BODY)
        try:
            return await self._dispatch(request, partial(doorway.enter, Stage.ANSWERING))
        finally:
            doorway.enter(Stage.RESTING)

    async def _dispatch(self, request: web.BaseRequest, complete: Callable[[], None]) -> web.Response:
        misdirected = self._names.refusal(request)
        if misdirected:
            return refuse(misdirected)
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
        complete()
        return await handler(request, body)


class Protocol(Inner):
    """aiohttp's, which quotes what it cannot read to whoever sent it, and to the log; ours says the status only.

    `finish` is given every answer before it is sent; `rest` is how long a connection is kept; `whose` names the door.
    """

    __slots__ = ("_finish", "_whose")

    def __init__(self, server: web.Server, finish: Finish, rest: float, whose: str) -> None:
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
        self._finish = finish
        self._whose = whose

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
            log.error("a defect behind a door", door=self._whose, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("half an answer was sent already")
        return refuse(status)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Every answer comes by here."""
        self._finish(request, resp)
        return await super().finish_response(request, resp, start_time)


def refuse(status: int, why: str = "", **headers: str) -> web.Response:
    """An answer without a body; the connection is closed where the request was not read to its end.

    `why` is for the log, in our own words.
    """
    response = web.Response(status=status, headers={**HEADERS, **headers})
    response[WHY] = why or _WHY.get(status, "")
    if status != 401:
        response.force_close()
    return response


def answer(body: bytes, content_type: str = "application/json") -> web.Response:
    """An answer with a body."""
    return web.Response(body=body, headers={**HEADERS, "Content-Type": f"{content_type}; charset=utf-8"})


def redirect(location: str) -> web.Response:
    """See Other: whatever was sent here is not sent there."""
    return web.Response(status=303, headers={**HEADERS, "Location": location})
