"""The API of the private door: the table of api_table.py, behind a session; on the control socket the same without one.

Whatever comes here has shown a name of the home (private.py). A change needs the token of its session besides the
cookie, and neither is taken from another page.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Hashable
from hmac import compare_digest
from typing import Any, Final

import structlog
from aiohttp import web

from gateway.accounts.pace import Pace
from gateway.accounts.users import LOCAL, Account, Role, spelt
from gateway.bulletin import Bulletin, WatchedState
from gateway.engine.registry import Registry
from gateway.home.problems import Busy
from gateway.web.alarms import AlarmStatus
from gateway.web.api_table import RESOURCES, Asked, Refusal, Reports, Resource
from gateway.web.events import BEAT, Beat, Stream
from gateway.web.forms import cookie, type_of
from gateway.web.household import Household
from gateway.web.household_entry import SESSION, is_from_elsewhere
from gateway.web.openapi import CSRF, PREFIX, document
from gateway.web.public import answer
from gateway.web.sessions import Session
from gateway.web.status import Status
from gateway.wire.jsontext import BadJson, build, parse

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")

BURST, PER_SECOND = 200.0, 20.0
"""Requests of one session, at once and in the long run; or of one address where nobody is signed in."""
LONG_BURST, LONG_PER_SECOND = 20.0, 2.0
"""Of one account, those that look at every device."""
JSON = "application/json"

Report = Callable[[], dict[str, Any]]
Serve = Callable[[web.Request, Resource], Awaitable[web.StreamResponse]]

_PATHS: Final = tuple(
    (re.compile(PREFIX + re.sub(r"{\w+}", "[^/]+", re.escape(row.path).replace(r"\{", "{").replace(r"\}", "}"))), row)
    for row in RESOURCES
)


class Api:
    """Both doors of the table. `way` tells how the way in from the Internet is; `now` is the monotonic clock."""

    def __init__(
        self,
        status: Status,
        alarms: AlarmStatus,
        way: Report,
        household: Household,
        state: WatchedState,
        registry: Registry,
        now: Callable[[], float],
        beat: Beat = BEAT,
    ) -> None:
        self._reception = household.reception
        self._reports = Reports(status, alarms, way, household.reception.ledger, household.zone)
        bulletin = Bulletin(status.line, status.links, alarms.active, now)
        bulletin.follow(state, registry)
        self.stream = Stream(bulletin, secrets.token_hex(4), now, beat)
        self._pace = Pace(now, BURST, PER_SECOND)
        self._long_pace = Pace(now, LONG_BURST, LONG_PER_SECOND)
        self._document = build(document())
        self._own: dict[str, Serve] = {
            "getSession": self._get_session,
            "signIn": self._sign_in,
            "signOut": self._sign_out,
            "watch": self._watch,
            "getDocument": self._get_document,
        }

    def open_private(self, app: web.Application) -> None:
        """Serve every row below /api/, to who is signed in."""
        for row in RESOURCES:
            app.router.add_route(row.method, PREFIX + row.path, self._guarded(row))
        app.router.add_route("*", PREFIX + "/{rest:.*}", self._elsewhere)
        app.on_shutdown.append(self._close)

    def open_control(self, app: web.Application) -> None:
        """Serve the rows as they are, to whoever may open the socket."""
        for row in RESOURCES:
            if row.give is not None or row.name == "watch":
                app.router.add_route(row.method, row.path, self._unguarded(row))
        app.on_shutdown.append(self._close)

    async def _close(self, _: web.Application) -> None:
        self.stream.close()

    def _guarded(self, row: Resource) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        own = self._own.get(row.name, self._give)

        async def handle(request: web.Request) -> web.StreamResponse:
            return await answered(self._checked(request, row, own))

        return handle

    def _unguarded(self, row: Resource) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def known() -> Account:
            return LOCAL

        async def handle(request: web.Request) -> web.StreamResponse:
            if row.give is None:
                return await answered(self.stream.serve(request, LOCAL, known))
            return await answered(self._report(request, row, LOCAL))

        return handle

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        """What no row has: another method, or nothing at all."""
        methods = [row.method for pattern, row in _PATHS if pattern.fullmatch(request.path)]
        response = refused(Refusal("method" if methods else "not_found"))
        if methods:
            response.headers["Allow"] = ", ".join(methods)
        response.force_close()
        return response

    async def _checked(self, request: web.Request, row: Resource, serve: Serve) -> web.StreamResponse:
        if is_from_elsewhere(request):
            raise Refusal("from_elsewhere")
        _count(self._pace, self._reception.visitor(request))
        return await serve(request, row)

    async def _give(self, request: web.Request, row: Resource) -> web.StreamResponse:
        session, account = await self._signed_in(request)
        if row.for_owners and account.role is not Role.OWNER:
            raise Refusal("owners_only")
        self._check_token(request, row, session)
        if row.is_long:
            _count(self._long_pace, account.name)
        return await self._report(request, row, account)

    async def _report(self, request: web.Request, row: Resource, account: Account) -> web.Response:
        if row.give is None:
            raise TypeError(f"{row.name} is no report")
        body = await body_of(request) if row.body else None
        return answer(build(await row.give(self._reports, Asked(account, request.match_info, body))))

    async def _signed_in(self, request: web.Request) -> tuple[Session, Account]:
        found = await self._reception.session(request)
        if found is None:
            raise Refusal("not_signed_in")
        session, person = found
        return session, person.account

    def _check_token(self, request: web.Request, row: Resource, session: Session) -> None:
        shown = request.headers.get(CSRF, "")
        if row.method != "GET" and not compare_digest(shown.encode("utf-8", "surrogatepass"), session.csrf.encode()):
            raise Refusal("csrf")

    async def _get_session(self, request: web.Request, row: Resource) -> web.Response:  # noqa: ARG002
        found = await self._reception.session(request)
        if found is None:
            return self._nobody()
        session, person = found
        return answer(build(_told(person.account, session.csrf)))

    def _nobody(self) -> web.Response:
        made_for, token = self._reception.new_form()
        response = answer(build(_told(None, token)))
        self._reception.form(response, made_for)
        return response

    async def _sign_in(self, request: web.Request, row: Resource) -> web.Response:  # noqa: ARG002
        body = await body_of(request)
        name, password = body.get("name"), body.get("password")
        if not isinstance(name, str) or not isinstance(password, str):
            raise Refusal("bad_request", "name and password are expected")
        checked = await self._reception.check(request, request.headers.get(CSRF, ""), spelt(name), password)
        if checked.person is None:
            code = "csrf" if checked.problem == "stale" else checked.problem
            raise Refusal(code, seconds=int(checked.seconds) + 1 if checked.seconds else 0)
        response = answer(b"")
        session = self._reception.begin(request, response, checked.person, checked.known)
        response.body = build(_told(checked.person.account, session.csrf))
        return response

    async def _sign_out(self, request: web.Request, row: Resource) -> web.Response:
        session, _ = await self._signed_in(request)
        self._check_token(request, row, session)
        response = self._nobody()
        self._reception.end(request, response)
        return response

    async def _watch(self, request: web.Request, row: Resource) -> web.StreamResponse:  # noqa: ARG002
        _, account = await self._signed_in(request)
        shown = cookie(request, SESSION)

        async def known() -> Account | None:
            found = await self._reception.find(shown, is_use=False)
            return None if found is None else found[1].account

        return await self.stream.serve(request, account, known)

    async def _get_document(self, request: web.Request, row: Resource) -> web.Response:  # noqa: ARG002
        return answer(self._document)


def _count(pace: Pace, whose: Hashable) -> None:
    try:
        pace.take(whose)
    except Busy:
        raise Refusal("often", seconds=1) from None


def _told(account: Account | None, csrf: str) -> dict[str, str | None]:
    if account is None:
        return {"account": None, "role": None, "csrf": csrf}
    return {"account": account.name, "role": account.role.value, "csrf": csrf}


async def body_of(request: web.Request) -> dict[str, Any]:
    """The object that was sent. Raises Refusal."""
    if type_of(request) != JSON or "Content-Encoding" in request.headers:
        raise Refusal("not_json")
    try:
        found = parse(await request.read())
    except BadJson as error:
        raise Refusal("bad_request", str(error)) from None
    if not isinstance(found, dict):
        raise Refusal("bad_request", "an object is expected")
    return found


async def answered(answering: Awaitable[web.StreamResponse]) -> web.StreamResponse:
    """An answer, whatever happens: a refusal is one, too."""
    try:
        return await answering
    except Refusal as refusal:
        return refused(refusal)
    except web.HTTPRequestEntityTooLarge:
        return refused(Refusal("too_long"))
    except OSError as error:
        if isinstance(error, ConnectionError):  # whoever asked has gone
            raise
        log.error("what is kept cannot be read or written", why=str(error))
        return refused(Refusal("disk"))
    except Exception:
        log.exception("a defect in the gateway")
        return refused(Refusal("defect"))


def refused(refusal: Refusal) -> web.Response:
    """A refusal as JSON: `error` is what the command line tells."""
    response = answer(build({"code": refusal.code, "error": str(refusal)}))
    response.set_status(refusal.status)
    if refusal.seconds:
        response.headers["Retry-After"] = str(refusal.seconds)
    return response
