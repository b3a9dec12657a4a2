"""POST /clova/home: raw bytes and a header in, bytes out. What it means is `voice.hear`'s matter."""

from aiohttp import web

from gateway.clova.signature import HEADER
from gateway.voice import Voice
from gateway.web.public import Handler, answer, refuse

_WHY = {401: "a signature that is not CLOVA's", 503: "CLOVA's public key is not known yet"}


def home_handler(voice: Voice) -> Handler:
    """The handler of the extension endpoint."""

    async def handle(request: web.BaseRequest, body: bytes) -> web.Response:
        """Exactly one signature; JSON, if a type is given (CLOVA writes `application/json;charset-UTF-8`)."""
        kind = request.headers.get("Content-Type", "application/json").partition(";")[0].strip().casefold()
        if kind != "application/json":
            return refuse(415)
        signatures = request.headers.getall(HEADER, [])
        heard = await voice.hear(body, signatures[0] if len(signatures) == 1 else "")
        return answer(heard.body) if heard.status == 200 else refuse(heard.status, _WHY[heard.status])

    return handle
