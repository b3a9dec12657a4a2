"""The story of account linking: CLOVA sends a person, who signs in and allows it; CLOVA exchanges a code for tokens.

authorize -> (checked) page -> name and password -> code -> token -> refresh ... -> revoke, or unlinked at home
"""

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from gateway.accounts.audit import Entry, Event
from gateway.accounts.backoff import Tries
from gateway.accounts.books import Books, Ledger
from gateway.accounts.grants import Grants
from gateway.accounts.oauth import Answer, AuthorizationServer
from gateway.accounts.passwords import is_password
from gateway.accounts.tokens import Tokens

log: structlog.stdlib.BoundLogger = structlog.get_logger("linking")

FORM_SECONDS = 600.0
"""A page that was open for longer is given anew."""
MAX_FORMS = 4096
MAX_WAITING = 4
"""A password takes 19 MiB to look at: one at a time, and few wait."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser: its address, and the two cookies that it may have of us."""

    address: str
    session: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a form came to: where to go on, or the problem that the page tells.

    `problem` is "stale", "wait", "busy" or "wrong"; `known` marks a browser that somebody has signed in with.
    """

    location: str = ""
    problem: str = ""
    seconds: float = 0.0
    known: str = ""


class Linking:
    """Signs people in and gives out tokens. `now` is the monotonic clock, `wall` the time of day."""

    def __init__(
        self,
        server: AuthorizationServer,
        ledger: Ledger,
        tokens: Tokens,
        now: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._server = server
        self._ledger = ledger
        self._tokens = tokens
        self._now = now
        self._wall = wall
        self._key = secrets.token_bytes(32)
        self._spent: OrderedDict[str, float] = OrderedDict()
        self._tries = Tries(now)
        self._hashing = _Hashing()

    def check(self, query: bytes) -> None:
        """Whether a person may be asked at all. Raises Unanswerable or Redirected."""
        self._server.check(query)

    def new_session(self) -> str:
        """What a browser is known by while it is asked."""
        return secrets.token_urlsafe(32)

    def form_token(self, session: str) -> str:
        """What a form has to bring back, once and soon, from the browser it was made for."""
        made = f"{self._now():.0f}.{secrets.token_urlsafe(12)}"
        return f"{made}.{self._mark('form', session, made)}"

    async def sign_in(self, query: bytes, fields: Mapping[str, str], visitor: Visitor) -> Signed:
        """What becomes of the form that a person has sent. Raises Unanswerable or Redirected."""
        self._server.check(query)
        if not self._is_fresh(fields.get("csrf", ""), visitor.session):
            return Signed(problem="stale")
        if fields.get("decision") != "allow":
            return Signed(self._server.deny(query))
        name = fields.get("name", "").strip()
        keys = self._keys(name, visitor)
        seconds = self._tries.seconds_to_wait(*keys)
        if seconds > 0:
            return Signed(problem="wait", seconds=seconds)
        self._tries.wrong(*keys)  # until it is known to be right: many at once are no way around it
        try:
            is_right = await self._is_password(name, fields.get("password", ""))
        except _TooBusy:
            return Signed(problem="busy")
        if not is_right:
            await self._note_wrong(name, visitor.address)
            return Signed(problem="wrong")
        self._tries.right(*keys)
        location = await self._ledger.run(lambda books: self._granted(books, query, name, visitor))
        log.info("signed in", account=name, peer=visitor.address)
        return Signed(location, known=self._known(name))

    async def token(self, authorization: str | None, body: bytes) -> Answer:
        """Exchange a code or a refresh token."""
        return await self._changed(lambda books: self._server.token(self._grants(books), authorization, body))

    async def revoke(self, authorization: str | None, body: bytes) -> Answer:
        """End a link."""
        return await self._changed(lambda books: self._server.revoke(self._grants(books), authorization, body))

    async def _changed(self, work: Callable[[Books], Answer]) -> Answer:
        answer = await self._ledger.run(work)
        self._tokens.forget()
        return answer

    def _grants(self, books: Books) -> Grants:
        return Grants(books.granted, books.journal, self._wall())

    def _granted(self, books: Books, query: bytes, name: str, visitor: Visitor) -> str:
        books.journal.note(Entry(Event.SIGNED_IN, name, peer=visitor.address), self._wall())
        return self._server.grant(self._grants(books), query, name)

    async def _is_password(self, name: str, password: str) -> bool:
        person = await self._ledger.run(lambda books: books.people.find(name))
        return await self._hashing.is_password(person.password if person is not None else None, password)

    async def _note_wrong(self, name: str, address: str) -> None:
        """The name is written down only if there is such an account: it may be a password in the wrong field."""

        def note(books: Books) -> None:
            known = name if books.people.find(name) is not None else ""
            books.journal.note(Entry(Event.WRONG_PASSWORD, known, peer=address), self._wall())

        await self._ledger.run(note)
        log.warning("wrong password", peer=address)

    def _is_fresh(self, token: str, session: str) -> bool:
        """Whether we made it for this browser, not long ago, and it comes for the first time."""
        made, _, mark = token.rpartition(".")
        is_ours = bool(session) and hmac.compare_digest(self._mark("form", session, made).encode(), mark.encode())
        if not is_ours or made in self._spent or self._now() - float(made.partition(".")[0]) > FORM_SECONDS:
            return False
        self._spent[made] = self._now()
        while self._spent and (
            len(self._spent) > MAX_FORMS or self._now() - next(iter(self._spent.values())) > FORM_SECONDS
        ):
            self._spent.popitem(last=False)
        return True

    def _keys(self, name: str, visitor: Visitor) -> tuple[str, ...]:
        """What wrong tries are counted by."""
        browser, _, mark = visitor.known.partition(".")
        if hmac.compare_digest(self._mark("known", browser, name.casefold()).encode(), mark.encode()):
            return (f"browser {browser}",)
        return f"account {name.casefold()[:64]}", f"address {visitor.address}"

    def _known(self, name: str) -> str:
        browser = secrets.token_urlsafe(16)
        return f"{browser}.{self._mark('known', browser, name.casefold())}"

    def _mark(self, *parts: str) -> str:
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()


class _TooBusy(Exception):
    """Too many wait for their password to be looked at."""


class _Hashing:
    """Looks at passwords off the loop, one at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    async def is_password(self, kept: str | None, password: str) -> bool:
        """Whether it is the one that the hash was kept of. Raises _TooBusy."""
        if self._waiting > MAX_WAITING:
            raise _TooBusy
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(is_password, kept, password)
        finally:
            self._waiting -= 1
