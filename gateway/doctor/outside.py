"""Asks what CLOVA asks, as CLOVA does: by the public name, through the whole way. Nothing here is changed by it.

The extension endpoint must refuse what CLOVA has not signed, and answer the same message inside. The page of account
linking must be there; the token endpoint must refuse a wrong secret, and with the right one a code that it never gave.
"""

import asyncio
import base64
import secrets
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from gateway.clova.envelope import build_message
from gateway.clova.regions import REGIONS
from gateway.clova.signature import HEADER
from gateway.config import ConfigError, Loaded
from gateway.control import ControlError, ask
from gateway.doctor.finding import Case, Finding, as_object, failure, ok, warning
from gateway.doctor.way import reach_key
from gateway.links.probe_judge import OURS
from gateway.links.probe_pages import page_of
from gateway.links.probe_reach import Standing
from gateway.places import control_socket
from gateway.wire.jsontext import parse

WAIT_SECONDS = 5.0
"""As long as CLOVA waits for an answer."""
MAX_ANSWER_BYTES = 65_536
DISCOVER, DISCOVERED = "DiscoverAppliances", "DiscoverAppliancesResponse"
NOBODY_S_CODE = "doctor-has-no-code"
REFUSED = (401, "invalid_client")
FORM = b'name="csrf"'
"""What only our page of signing in has."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer from outside."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def clova_gets_in(case: Case) -> AsyncIterator[Finding]:
    """What is beyond /healthz gets through as well: asked only where that does."""
    if (case.way.get("reach") or {}).get("state") != Standing.UP:
        return
    url = case.loaded.config.public.url
    try:
        async with asyncio.timeout(3 * WAIT_SECONDS), _session(case.tls) as session:
            yield await _endpoint(case, session, url)
            for finding in await _linking(case.loaded, session, url):
                yield finding
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is one
        yield failure("outside_broke", url=url, why=str(error) or type(error).__name__)


def _session(tls: ssl.SSLContext | None) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=tls or True, force_close=True),
        timeout=aiohttp.ClientTimeout(total=WAIT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": OURS},
        trust_env=False,
    )


async def _said(asking: Any) -> Said:
    async with asking as answer:
        raw = await answer.content.read(MAX_ANSWER_BYTES)
        return Said(answer.status, answer.headers.copy(), raw)


def _page(said: Said, url: str) -> Finding | None:
    """What is known of a page that stands in our place; None where it is none of these."""
    page = page_of(said.status, said.headers, said.body)
    if page is None:
        return None
    split = urlsplit(url)
    port = split.port or (443 if split.scheme == "https" else 80)
    return failure(reach_key(page.hop, page.detail), url=url, port=port, detail=page.detail)


async def _endpoint(case: Case, session: aiohttp.ClientSession, url: str) -> Finding:
    """What nobody has signed is refused outside, and answered inside."""
    body = build_message(f"{DISCOVER}Request", secrets.token_hex(16), {"accessToken": ""})
    signature = base64.b64encode(secrets.token_bytes(256)).decode()
    headers = {"Content-Type": "application/json;charset-UTF-8", HEADER: signature}
    where = f"{url}/clova/home"
    started = time.monotonic()
    said = await _said(session.post(where, data=body, headers=headers, allow_redirects=False))
    ms = round(1000 * (time.monotonic() - started))
    if page := _page(said, url):
        return page
    if said.status == 401 and not said.body and not said.headers.get("WWW-Authenticate", ""):
        return await asyncio.to_thread(_inside, case.loaded, where, ms)
    key = {200: "endpoint_open", 401: "endpoint_login", 503: "endpoint_no_key"}.get(said.status, "endpoint_closed")
    return failure(key, where=where, status=said.status)


def _inside(loaded: Loaded, where: str, ms: int) -> Finding:
    try:
        told = as_object(ask(control_socket(loaded), "POST", "/say", {"action": DISCOVER}))
    except ControlError as error:
        return failure("endpoint_mute", why=str(error))
    answer = as_object(told.get("answer"))
    name = as_object(answer.get("header")).get("name")
    if name != DISCOVERED:
        return failure("endpoint_mute", why=str(name))
    found = as_object(answer.get("payload")).get("discoveredAppliances") or []
    if not found:
        return warning("nothing_discovered", where=where)
    return ok("endpoint", where=where, ms=ms, many=len(found))


async def _linking(loaded: Loaded, session: aiohttp.ClientSession, url: str) -> list[Finding]:
    """The page on which people allow it, and the exchange behind it."""
    linking = loaded.config.clova.linking
    if linking is None:
        return [warning("no_linking")]
    back = REGIONS[loaded.config.clova.region].redirect_uri
    asked = {"response_type": "code", "client_id": linking.client_id, "redirect_uri": back, "state": "doctor"}
    where = f"{url}/oauth/authorize"
    said = await _said(session.get(f"{where}?{urlencode(asked)}", allow_redirects=False))
    if said.status != 200 or FORM not in said.body:
        return [_page(said, url) or failure("oauth_page", where=where, status=said.status)]
    return [await _exchange(loaded, session, f"{url}/oauth/token", linking.client_id, back)]


async def _exchange(loaded: Loaded, session: aiohttp.ClientSession, where: str, client: str, back: str) -> Finding:
    """A wrong secret is refused as such, and with the right one a code that nobody was given."""
    try:
        right = _secret(loaded)
    except ConfigError as error:
        return failure("config", mistake=str(error))
    answers = []
    for secret in (secrets.token_urlsafe(32), right):
        fields = {"grant_type": "authorization_code", "code": NOBODY_S_CODE, "redirect_uri": back}
        given = fields | {"client_id": client, "client_secret": secret}
        said = await _said(session.post(where, data=given, allow_redirects=False))
        answers.append((said.status, _error_in(said)))
        if answers[0] != REFUSED:  # that is not us: it is not told the right one
            return failure("token_closed", where=where, status=answers[0][0])
    if answers[1] == (400, "invalid_grant"):
        return ok("linking", where=where)
    key = "token_secret" if answers[1] == REFUSED else "token_closed"
    return failure(key, where=where, status=answers[1][0])


def _error_in(said: Said) -> str:
    with suppress(ValueError):
        return str(as_object(parse(said.body)).get("error", ""))
    return ""


def _secret(loaded: Loaded) -> str:
    linking = loaded.config.clova.linking
    if linking is None:
        return ""
    if linking.client_secret_file is not None:
        return loaded.secret(linking.client_secret_file)
    return linking.client_secret.get_secret_value() if linking.client_secret is not None else ""
