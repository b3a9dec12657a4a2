"""POST /clova/home: raw bytes and a header in, bytes out. What it means is `voice.hear`'s matter."""

from collections.abc import Callable

import structlog
from aiohttp import web

from gateway.clova.signature import HEADER
from gateway.log import Seldom
from gateway.voice import Voice
from gateway.web.public import Handler, answer, refuse

log: structlog.stdlib.BoundLogger = structlog.get_logger("clova")

_WHY = {401: "a signature that is not CLOVA's", 503: "CLOVA's public key is not known yet"}


def home_handler(voice: Voice, now: Callable[[], float]) -> Handler:
    """The handler of the extension endpoint."""
    seldom = Seldom(10.0, now)

    async def handle(request: web.BaseRequest, body: bytes) -> web.Response:
        """Exactly one signature; JSON, if a type is given (CLOVA writes `application/json;charset-UTF-8`)."""
        kind = request.headers.get("Content-Type", "application/json").partition(";")[0].strip().casefold()
        if kind != "application/json":
            return refuse(415)
        signatures = request.headers.getall(HEADER, [])
        heard = await voice.hear(body, signatures[0] if len(signatures) == 1 else "")
        if heard.status == 200:
            return answer(heard.body)
        skipped = seldom()
        if skipped is not None:
            log.warning("refused", why=_WHY[heard.status], peer=request.remote, and_before=skipped)
        return refuse(heard.status)

    return handle
