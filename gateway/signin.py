"""The story of a sign-in: a form, a name and a password, and what keeps others from sending or guessing them."""

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import structlog

from gateway.accounts.audit import Entry, Event
from gateway.accounts.backoff import Tries
from gateway.accounts.books import Books, Ledger
from gateway.accounts.pace import Pace
from gateway.accounts.passwords import is_password
from gateway.accounts.tokens import hash_token, new_token
from gateway.accounts.users import Person
from gateway.home.problems import Busy

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
NOTED = 20.0
"""Wrong passwords of one account that are written down in an hour."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser: its address, and the two cookies that it may have of us."""

    address: str
    session: str = ""
    known: str = ""
    code: str = ""
    """What `let_in` has given out, where the person has typed it."""
    is_inside: bool = False
    """Whether it is at the private door."""


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
        self._noted = Pace(now, NOTED, NOTED / 3600)
        self._for_strangers = _Queue()
        self._for_friends = _Queue()

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
        browser = hash_token(visitor.known)
        person, is_known = await self._ledger.run(
            lambda books: (books.people.find(name), books.people.knows_browser(browser, name))
        )
        keys: tuple[str, ...] = (f"account {name.casefold()[:64]}", f"address {network_of(visitor.address)}")
        if is_known:
            keys = (f"browser {browser.hex()}",)
        seconds, is_let_in = self._tries.seconds_to_wait(*keys), False
        if seconds > 0:
            is_let_in = self._is_let_in(name, visitor.code)
            if not is_let_in:
                return Checked(problem="wait", seconds=seconds)
        queue = self._for_friends if is_known or is_let_in or visitor.is_inside else self._for_strangers
        if queue.is_full:
            return Checked(problem="busy")
        self._tries.wrong(*keys)  # until it is known to be right: many at once are no way around it
        if not await queue.is_password(person, password):
            await self._note_wrong(name if person is not None else "", visitor.address)
            return Checked(problem="wrong")
        self._tries.right(*keys)
        known = await self._ledger.run(lambda books: self._signed_in(books, name, person, visitor.address))
        log.info("signed in", account=name, peer=visitor.address)
        return Checked(person, known=known) if known else Checked(problem="wrong")

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

    def _signed_in(self, books: Books, name: str, person: Person | None, address: str) -> str:
        """What the browser is known by from now on; empty if the account or its password has gone meanwhile."""
        if not is_still(books, person):
            return ""
        known, known_hash = new_token()
        books.people.add_browser(known_hash, name, MAX_BROWSERS)
        books.journal.note(Entry(Event.SIGNED_IN, name, peer=address), self._wall())
        return known

    async def _note_wrong(self, account: str, address: str) -> None:
        """A name that nobody has may be a password in the wrong field, and is not written down.

        Whoever guesses for long does not fill the log with it.
        """
        try:
            self._noted.take(account)
        except Busy:
            return
        log.warning("wrong password", peer=address)
        entry = Entry(Event.WRONG_PASSWORD, account, peer=address)
        await self._ledger.run(lambda books: books.journal.note(entry, self._wall()))

    def _mark(self, *parts: str) -> str:
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()


class _Queue:
    """Looks at passwords off the loop, one at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    @property
    def is_full(self) -> bool:
        """Whether too many wait already."""
        return self._waiting > MAX_WAITING

    async def is_password(self, person: Person | None, password: str) -> bool:
        """Whether it is this person's; nobody's takes as long."""
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(is_password, person.password if person is not None else None, password)
        finally:
            self._waiting -= 1


def is_still(books: Books, person: Person | None) -> bool:
    """Whether the account is as it was when its password was looked at."""
    now = books.people.find(person.account.name) if person is not None else None
    return now is not None and person is not None and (now.account, now.password) == (person.account, person.password)


def network_of(address: str) -> str:
    """What one stranger has: an IPv4 address, or 64 bits of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(parsed) if parsed.version == 4 else str(ip_network((parsed, 64), strict=False))


def _same(mark: str, given: str) -> bool:
    return hmac.compare_digest(mark.encode(), given.encode("utf-8", "surrogatepass"))
