"""The client of CLOVA's push API: one POST for each notification, over a connection that is kept.

It tries once and says what came of it; when to try again is the outbox's matter.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace, TracebackType
from typing import Any

import aiohttp
import structlog
from pydantic import SecretStr

from gateway.clova import push
from gateway.home.sending import Fate, Verdict

log: structlog.stdlib.BoundLogger = structlog.get_logger("push")

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 10.0
KEEP_SECONDS = 15.0
"""How long an idle connection is kept: routers at home forget longer ones without a word."""

WHYS: tuple[tuple[type[BaseException], str], ...] = (
    (
        aiohttp.ClientConnectorCertificateError,
        "the certificate of the push service was refused (is this machine's clock right?)",
    ),
    (aiohttp.ClientConnectorSSLError, "no TLS with the push service"),
    (aiohttp.ClientConnectorDNSError, "the name of the push service was not found (is there Internet?)"),
    (aiohttp.ClientConnectorError, "no connection to the push service"),
    (aiohttp.ConnectionTimeoutError, "no connection to the push service in time"),
    (TimeoutError, "no answer of the push service in time"),
    (aiohttp.ClientResponseError, "the push service answered with something that is not HTTP"),
    (Exception, "the connection to the push service broke off"),
)
"""The first that fits an error."""


@dataclass(slots=True)
class _Try:
    """One request. `is_connected`: whether anything of it can have arrived."""

    is_connected: bool = False


class Push:
    """Sends notifications; opens nothing before it is entered. Times are in seconds, `wall` is the Unix time.

    `key` is the API key, which stands in no log and no verdict; `tls` is for tests. No more than `connections` are
    under way at once: who comes later waits for a turn, and the waiting counts for no timeout.
    """

    def __init__(
        self,
        url: str,
        extension_id: str,
        key: SecretStr,
        wall: Callable[[], float],
        *,
        connect_seconds: float = CONNECT_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
        connections: int = 1,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url
        self._extension_id = extension_id
        self._key = key
        self._wall = wall
        self._timeout = aiohttp.ClientTimeout(total=whole_seconds, connect=connect_seconds)
        self._connections = connections
        self._turns = asyncio.Semaphore(connections)
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._fault = _fault(extension_id, key)

    def __repr__(self) -> str:
        return f"Push({self._url!r}, {self._extension_id!r})"

    async def __aenter__(self) -> "Push":
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                ssl=self._tls or True, limit=self._connections, keepalive_timeout=KEEP_SECONDS
            ),
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            trace_configs=[_tracing()],
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, appliance_id: str, message_id: str) -> Verdict:
        """Try once. Raises nothing but CancelledError; after that it may have been taken."""
        if self._fault:
            return Verdict(Fate.STOPPED, self._fault)
        try:
            body = push.build(appliance_id, message_id)
        except ValueError:
            return Verdict(Fate.REFUSED, "the id of the device or of the message is no text that can be sent")
        async with self._turns:
            return await self._send(body)

    async def _send(self, body: bytes) -> Verdict:
        if self._session is None or self._session.closed:
            return Verdict(Fate.AGAIN, "the gateway is not connected to the push service")
        one = _Try()
        try:
            return await self._post(self._session, body, one)
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            return Verdict(Fate.STOPPED, "the address of the push service is no HTTP address")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Verdict(Fate.AGAIN, _why(error), is_unknown=one.is_connected)
        except Exception as error:  # noqa: BLE001  # an alarm waits: a defect must not stop those behind it
            log.error("a notification could not be sent", defect=type(error).__name__)  # its text may quote headers
            return Verdict(Fate.AGAIN, f"a defect of the gateway ({type(error).__name__})", is_unknown=one.is_connected)

    async def _post(self, session: aiohttp.ClientSession, body: bytes, one: _Try) -> Verdict:
        async with session.post(
            self._url, data=body, headers=self._headers(), allow_redirects=False, trace_request_ctx=one
        ) as answer:
            raw, is_whole = await _read(answer)
            waits, hidden = answer.headers.get("Retry-After"), self._key.get_secret_value()
            verdict = push.read(answer.status, raw, waits, self._wall(), hidden=hidden)
            return verdict if is_whole else replace(verdict, is_answered=False)

    def _headers(self) -> dict[str, str]:
        return {
            push.EXTENSION_HEADER: self._extension_id,
            push.KEY_HEADER: self._key.get_secret_value(),
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "clova-gateway",
        }


async def _read(answer: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    """What came of the body, no more than shows that it is too long, and whether it did not break off."""
    is_whole = True
    raw = bytearray()
    try:
        async for piece in answer.content.iter_any():
            raw += piece
            if len(raw) > push.MAX_ANSWER_BYTES:
                break
    except (aiohttp.ClientError, TimeoutError, OSError):
        answer.close()
        is_whole = False
    return bytes(raw[: push.MAX_ANSWER_BYTES + 1]), is_whole


def _tracing() -> aiohttp.TraceConfig:
    """Notes when a request has a connection: what fails before has not been sent."""
    tracing = aiohttp.TraceConfig()

    async def note(session: aiohttp.ClientSession, context: SimpleNamespace, params: Any) -> None:  # noqa: ARG001
        context.trace_request_ctx.is_connected = True

    tracing.on_connection_create_end.append(note)
    tracing.on_connection_reuseconn.append(note)
    return tracing


def _fault(extension_id: str, key: SecretStr) -> str:
    """Why nothing can ever be sent with these; empty if it can."""
    if not _is_header(extension_id):
        return "`clova.extension_id` is empty or has characters that cannot be sent"
    if not _is_header(key.get_secret_value()):
        return "the API key of `clova.push` is empty or has characters that cannot be sent"
    return ""


def _is_header(text: str) -> bool:
    return bool(text.strip()) and text.isascii() and text.isprintable()


def _why(error: BaseException) -> str:
    """Never the error's own text: it may quote the request."""
    why = next(why for kind, why in WHYS if isinstance(error, kind))
    detail = getattr(error, "strerror", None) if isinstance(error, aiohttp.ClientConnectorError) else None
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        detail = getattr(error.certificate_error, "verify_message", None)
    return f"{why}: {detail}" if isinstance(detail, str) and detail.isprintable() else why
