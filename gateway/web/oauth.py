"""The doors of account linking: /oauth/authorize for people, /oauth/token and /oauth/revoke for CLOVA, and /privacy."""

from collections.abc import Awaitable, Callable, Mapping
from math import ceil

import structlog
from aiohttp import web

from gateway.accounts.form import BadForm
from gateway.accounts.oauth import Answer, Redirected, Unanswerable
from gateway.linking import Linking, Signed
from gateway.log import Seldom
from gateway.signin import Visitor
from gateway.web.forms import FORM_TYPE, cookie, fields_of, type_of
from gateway.web.pages import Language, Pages
from gateway.web.peer import BadForwarding, Peers
from gateway.web.public import HEADERS, Handler, Routes, redirect, refuse

log: structlog.stdlib.BoundLogger = structlog.get_logger("oauth")

SESSION, KNOWN = "__Host-session", "__Host-known"
KNOWN_SECONDS = 366 * 86_400


class OAuthDoor:
    """Handlers that translate between HTTP and `linking`. Without it, people are told that linking is not set up.

    `own` is our address on the Internet, as far as it is known.
    """

    def __init__(self, linking: Linking | None, pages: Pages, peers: Peers, own: str, now: Callable[[], float]) -> None:
        self._linking = linking
        self._own = own
        self._pages = pages
        self._peers = peers
        self._seldom = Seldom(10.0, now)

    def routes(self) -> Routes:
        """What is served, by path and method."""
        routes: dict[str, Mapping[str, Handler]] = {"/privacy": {"GET": self._privacy}}
        linking = self._linking
        if linking is None:
            return routes | {"/oauth/authorize": {"GET": self._off}}

        async def token(request: web.BaseRequest, body: bytes) -> web.Response:
            return await self._for_the_client(request, body, linking.token)

        async def revoke(request: web.BaseRequest, body: bytes) -> web.Response:
            return await self._for_the_client(request, body, linking.revoke)

        async def ask(request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG001
            return await self._ask(request, linking)

        async def sign_in(request: web.BaseRequest, body: bytes) -> web.Response:
            return await self._sign_in(request, body, linking)

        return routes | {
            "/oauth/authorize": {"GET": ask, "POST": _kept(sign_in)},
            "/oauth/token": {"POST": _kept(token)},
            "/oauth/revoke": {"POST": _kept(revoke)},
        }

    async def _ask(self, request: web.BaseRequest, linking: Linking) -> web.Response:
        """The page on which a person signs in and allows it."""
        try:
            linking.check(_query(request))
        except Unanswerable as problem:
            return self._unanswerable(request, problem)
        except Redirected as answer:
            return redirect(answer.location)
        return self._form(request, linking)

    async def _sign_in(self, request: web.BaseRequest, body: bytes, linking: Linking) -> web.Response:
        """What a person has typed."""
        if self._is_from_elsewhere(request):
            return self._refused(request, "forbidden", 403)
        try:
            fields = fields_of(request, body)
            visitor = Visitor(
                self._peers.address_of(request),
                cookie(request, SESSION),
                cookie(request, KNOWN),
                fields.get("code", ""),
            )
            signed = await linking.sign_in(_query(request), fields, visitor)
        except Unanswerable as problem:
            return self._unanswerable(request, problem)
        except Redirected as answer:
            return redirect(answer.location)
        except (BadForm, BadForwarding):
            return self._refused(request, "request", 400)
        if signed.problem:
            return self._form(request, linking, fields.get("name", ""), signed)
        response = redirect(signed.location)
        _set_cookie(response, SESSION, "", 0)
        if signed.known:
            _set_cookie(response, KNOWN, signed.known, KNOWN_SECONDS)
        return response

    def _form(
        self, request: web.BaseRequest, linking: Linking, name: str = "", signed: Signed | None = None
    ) -> web.Response:
        session = linking.signin.new_session()
        signed = signed or Signed()
        response = self._pages.sign_in(
            self._language(request),
            linking.signin.form_token(session),
            name,
            signed.problem,
            ceil(signed.seconds),
            _STATUS[signed.problem],
        )
        _set_cookie(response, SESSION, session, None)
        return response

    async def _for_the_client(
        self, request: web.BaseRequest, body: bytes, answer: Callable[[str | None, bytes], Awaitable[Answer]]
    ) -> web.Response:
        """A request that CLOVA's server sends itself."""
        authorizations = request.headers.getall("Authorization", [])
        if type_of(request) != FORM_TYPE or len(authorizations) > 1 or request.query_string:
            return _json(Answer(400, '{"error": "invalid_request"}', {"Cache-Control": "no-store"}))
        answered = await answer(authorizations[0] if authorizations else None, body)
        if answered.status != 200:
            skipped = self._seldom()
            if skipped is not None:
                log.warning("refused", path=request.path, status=answered.status, and_before=skipped)
        return _json(answered)

    async def _privacy(self, request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG002
        return self._pages.privacy(self._language(request))

    async def _off(self, request: web.BaseRequest, body: bytes) -> web.Response:  # noqa: ARG002
        return self._refused(request, "off", 404)

    def _unanswerable(self, request: web.BaseRequest, problem: Unanswerable) -> web.Response:
        """CLOVA itself asks rightly: this is a mistake in its console, or somebody else."""
        skipped = self._seldom()
        if skipped is not None:
            log.warning("an authorization request is not CLOVA's", problem=problem.problem, and_before=skipped)
        return self._refused(request, problem.problem, 400)

    def _refused(self, request: web.BaseRequest, problem: str, status: int) -> web.Response:
        return self._pages.refused(self._language(request), problem, status)

    def _is_from_elsewhere(self, request: web.BaseRequest) -> bool:
        """Whether a browser says that another site's page has sent this form. The form's own token says so as well."""
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site not in ("same-origin", "none")
        scheme, _, host = request.headers.get("Origin", "null").partition("://")
        return scheme != "null" and host != request.headers.get("Host") and f"{scheme}://{host}" != self._own

    def _language(self, request: web.BaseRequest) -> Language:
        return self._pages.language_of(",".join(request.headers.getall("Accept-Language", [])))


def _kept(handler: Handler) -> Handler:
    """Where nothing can be written down, nothing is given out: 503."""

    async def handle(request: web.BaseRequest, body: bytes) -> web.Response:
        try:
            return await handler(request, body)
        except OSError as error:
            log.error("nothing can be written down", path=request.path, why=str(error))
            return refuse(503)

    return handle


_STATUS = {"": 200, "stale": 403, "wrong": 403, "wait": 429, "busy": 503}


def _query(request: web.BaseRequest) -> bytes:
    """The query as it was sent."""
    return request.rel_url.raw_query_string.encode("utf-8", "surrogateescape")


def _set_cookie(response: web.Response, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax")


def _json(answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status,
        text=answer.body,
        content_type="application/json",
        headers={**HEADERS, **answer.headers},
    )
