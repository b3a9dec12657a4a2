"""One request to our own door by its public name, as CLOVA would make it: a new connection each time."""

import secrets
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp

from gateway.links.probe_names import Names

MAX_ANSWER_BYTES = 16_384
"""Of any answer, no more is read: ours has 46."""
HEADERS = {"Accept": "text/plain", "Accept-Encoding": "identity", "User-Agent": "clova-gateway"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, from whomever. `nonce` is what was asked for."""

    nonce: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    at: float
    """The time of day by our clock."""
    rtt_seconds: float
    is_cut: bool = False
    """Whether it broke off."""


@dataclass(slots=True)
class Asked:
    """How far one request has come, for when no answer to it does."""

    is_sent: bool = False


class Asker:
    """Asks `<url>/healthz`. `wall` is the time of day and `now` the monotonic clock, in seconds."""

    def __init__(
        self,
        url: str,
        names: Names,
        tls: ssl.SSLContext | None,
        wall: Callable[[], float],
        now: Callable[[], float],
    ) -> None:
        self._url = f"{url}/healthz"
        self._names = names
        self._tls = tls
        self._wall = wall
        self._now = now

    async def ask(self, asked: Asked) -> Answer:
        """Ask once, for as long as the caller allows. Raises aiohttp.ClientError, OSError."""
        started, nonce = self._now(), secrets.token_urlsafe(24)
        async with (
            self._session() as session,
            session.get(
                self._url, params={"nonce": nonce}, headers=HEADERS, allow_redirects=False, trace_request_ctx=asked
            ) as answer,
        ):
            body, is_cut = await _read(answer)
            return Answer(
                nonce, answer.status, answer.headers.copy(), body, self._wall(), self._now() - started, is_cut
            )

    def _session(self) -> aiohttp.ClientSession:
        """A fresh one: a kept connection would outlive its name, its certificate and the listener behind it."""
        connector = aiohttp.TCPConnector(
            ssl=self._tls or True, resolver=self._names, use_dns_cache=False, force_close=True, limit=1
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            trace_configs=[_tracing()],
        )


async def _read(answer: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    """No more of the body than shows that it is none of ours, and whether it broke off."""
    raw = bytearray()
    try:
        async for piece in answer.content.iter_any():
            raw += piece
            if len(raw) > MAX_ANSWER_BYTES:
                answer.close()
                break
    except (aiohttp.ClientError, OSError):
        return bytes(raw[:MAX_ANSWER_BYTES]), True
    return bytes(raw[:MAX_ANSWER_BYTES]), False


def _tracing() -> aiohttp.TraceConfig:
    tracing = aiohttp.TraceConfig()

    async def note(session: aiohttp.ClientSession, context: SimpleNamespace, params: Any) -> None:  # noqa: ARG001
        context.trace_request_ctx.is_sent = True

    tracing.on_request_headers_sent.append(note)
    return tracing
