"""The story of a sign-in: a form, a name and a password, and what keeps others from sending or guessing them."""

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from gateway.accounts.audit import Entry, Event
from gateway.accounts.backoff import Tries
from gateway.accounts.books import Books, Ledger
from gateway.accounts.passwords import is_password
from gateway.accounts.tokens import hash_token, new_token
from gateway.accounts.users import Person

log: structlog.stdlib.BoundLogger = structlog.get_logger("signin")

FORM_SECONDS = 600.0
"""A page that was open for longer is given anew."""
MAX_FORMS = 4096
MAX_BROWSERS = 50
"""Of one account that are known."""
CODE_SECONDS = 600.0
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
MAX_WAITING = 4
"""A password takes 19 MiB to look at: one at a time, and few wait."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser: its address, and the two cookies that it may have of us."""

    address: str
    session: str = ""
    known: str = ""
    code: str = ""
    """What `let_in` has given out, where the person has typed it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Who it is; or the problem that the page tells: "wait" (for so many seconds), "busy" or "wrong".

    `known` marks a browser that somebody has signed in with.
    """

    person: Person | None = None
    problem: str = ""
    seconds: float = 0.0
    known: str = ""


class SignIn:
    """Looks at forms, names and passwords. `now` is the monotonic clock, `wall` the time of day."""

    def __init__(self, ledger: Ledger, now: Callable[[], float], wall: Callable[[], float]) -> None:
        self._ledger = ledger
        self._now = now
        self._wall = wall
        self._key = secrets.token_bytes(32)
        self._spent: OrderedDict[str, float] = OrderedDict()
        self._tries = Tries(now)
        self._codes: dict[str, tuple[bytes, float]] = {}
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    def new_session(self) -> str:
        """What a browser is known by while it is asked."""
        return secrets.token_urlsafe(32)

    def form_token(self, session: str) -> str:
        """What a form has to bring back, once and soon, from the browser it was made for."""
        made = f"{self._now():.0f}.{secrets.token_urlsafe(12)}"
        return f"{made}.{self._mark('form', session, made)}"

    def is_fresh(self, token: str, session: str) -> bool:
        """Whether a form token was made for this browser, not long ago, and comes for the first time."""
        made, _, mark = token.rpartition(".")
        is_ours = bool(session) and _same(self._mark("form", session, made), mark)
        if not is_ours or made in self._spent or self._now() - float(made.partition(".")[0]) > FORM_SECONDS:
            return False
        self._spent[made] = self._now()
        while self._now() - next(iter(self._spent.values())) > FORM_SECONDS or len(self._spent) > MAX_FORMS:
            self._spent.popitem(last=False)
        return True

    async def check(self, name: str, password: str, visitor: Visitor) -> Checked:
        """Whether it is the password of this account. Right and wrong are written down."""
        if self._waiting > MAX_WAITING:
            return Checked(problem="busy")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._check(name, password, visitor)
        finally:
            self._waiting -= 1

    async def let_in(self, name: str) -> str | None:
        """A code with which somebody at home need not wait, once; None if there is no such account.

        While others keep guessing, the next free try is always theirs.
        """
        if await self._ledger.run(lambda books: books.people.find(name)) is None:
            return None
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        self._codes[name] = (hash_token(letters), self._now() + CODE_SECONDS)
        return f"{letters[:4]}-{letters[4:]}"

    def _is_let_in(self, name: str, code: str) -> bool:
        code_hash, until = self._codes.get(name, (b"", 0.0))
        typed = hash_token(code.replace("-", "").replace(" ", "").lower())
        if not hmac.compare_digest(code_hash, typed) or self._now() >= until:
            return False
        del self._codes[name]
        return True

    async def _check(self, name: str, password: str, visitor: Visitor) -> Checked:
        browser = hash_token(visitor.known)
        person, is_known = await self._ledger.run(
            lambda books: (books.people.find(name), books.people.knows_browser(browser, name))
        )
        keys = (
            (f"browser {browser.hex()}",)
            if is_known
            else (f"account {name.casefold()[:64]}", f"address {visitor.address}")
        )
        seconds = self._tries.seconds_to_wait(*keys)
        if seconds > 0 and not self._is_let_in(name, visitor.code):
            return Checked(problem="wait", seconds=seconds)
        if not await asyncio.to_thread(is_password, person.password if person is not None else None, password):
            self._tries.wrong(*keys)
            # a name that nobody has may be a password in the wrong field
            await self._note(Entry(Event.WRONG_PASSWORD, name if person is not None else "", peer=visitor.address))
            log.warning("wrong password", peer=visitor.address)
            return Checked(problem="wrong")
        self._tries.right(*keys)
        known = await self._ledger.run(lambda books: self._signed_in(books, name, visitor.address))
        log.info("signed in", account=name, peer=visitor.address)
        return Checked(person, known=known) if known else Checked(problem="wrong")

    def _signed_in(self, books: Books, name: str, address: str) -> str:
        """What the browser is known by from now on; empty if the account has gone meanwhile."""
        if books.people.find(name) is None:
            return ""
        known, known_hash = new_token()
        books.people.add_browser(known_hash, name, MAX_BROWSERS)
        books.journal.note(Entry(Event.SIGNED_IN, name, peer=address), self._wall())
        return known

    async def _note(self, entry: Entry) -> None:
        def note(books: Books) -> None:
            books.journal.note(entry, self._wall())

        await self._ledger.run(note)

    def _mark(self, *parts: str) -> str:
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()


def _same(mark: str, given: str) -> bool:
    return hmac.compare_digest(mark.encode(), given.encode("utf-8", "surrogatepass"))
