"""GET /healthz at the public door. Nobody learns more than that a gateway answers, and the probe that it is ours."""

from aiohttp import web

from gateway.engine.nonce import Nonces
from gateway.web.public import Handler, answer, refuse


class _Undated(web.Response):
    """aiohttp dates every answer; the probe compares our clock with that of whoever stands before us, if they do."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall("Date", None)


class Healthz:
    """Says `ok`, and to `?nonce=N` (16 to 64 url-safe characters) `ok PROOF`. Neither version nor state is told."""

    def __init__(self, nonces: Nonces) -> None:
        self.proof = nonces.proof

    def routes(self) -> dict[str, dict[str, Handler]]:
        """HEAD is for the checks of relays."""
        return {"/healthz": {"GET": self.handler, "HEAD": self.handler}}

    async def handler(self, request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG002
        """More than one nonce, or one that is none, is 400."""
        nonces = request.query.getall("nonce", [])
        if not nonces:
            return answer(b"ok\n", "text/plain")
        try:
            (nonce,) = nonces
            proved = f"ok {self.proof(nonce)}\n".encode()
            return _Undated(body=proved, headers={"Content-Type": "text/plain; charset=utf-8"})
        except ValueError:
            return refuse(400)
