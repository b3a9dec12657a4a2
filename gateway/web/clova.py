"""POST /clova/home and /clova/skill: raw bytes and a header in, bytes out. What they mean is for the stories to say."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

from gateway.clova.signature import HEADER
from gateway.web.public import Handler, answer, refuse

_WHY = {401: "a signature that is not CLOVA's", 503: "CLOVA's public key is not known yet"}


class Heard(Protocol):
    """What came of a message: HTTP's status, and a body where that is 200."""

    @property
    def status(self) -> int:
        """200, or why there is no answer."""

    @property
    def body(self) -> bytes:
        """The answer."""


def extension_handler(hear: Callable[[bytes, str], Awaitable[Heard]]) -> Handler:
    """The handler of an extension; `hear` gets the bytes and their signature."""

    async def handle(request: web.BaseRequest, body: bytes) -> web.Response:
        """Exactly one signature; JSON, if a type is given (CLOVA writes `application/json;charset-UTF-8`)."""
        kind = request.headers.get("Content-Type", "application/json").partition(";")[0].strip().casefold()
        if kind != "application/json":
            return refuse(415)
        signatures = request.headers.getall(HEADER, [])
        heard = await hear(body, signatures[0] if len(signatures) == 1 else "")
        return answer(heard.body) if heard.status == 200 else refuse(heard.status, _WHY[heard.status])

    return handle
