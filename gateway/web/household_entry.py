"""Who comes in at the private door: by which name of the hub, from which page, as whom. For its page and its API."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from ipaddress import ip_address
from socket import gethostname

from aiohttp import web

from gateway.accounts.tokens import hash_token
from gateway.accounts.users import Person
from gateway.signin import Checked, SignIn, Visitor, network_of
from gateway.web.forms import cookie
from gateway.web.household_books import Ledger
from gateway.web.household_details import BY_ANOTHER_NAME
from gateway.web.public import answer
from gateway.web.sessions import Session, Sessions

SESSION, FORM, KNOWN = "home-session", "home-form", "home-known"
"""Who is signed in; what a sign-in form was made for; that somebody has signed in here before."""
KNOWN_SECONDS = 366 * 86_400

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)


class HomeNames:
    """The names that a browser may have been sent to: those that no stranger's name server can answer for.

    Addresses, localhost, what ends in .local, the machine's own bare name, and `more` that its owner has written.
    """

    def __init__(self, more: Iterable[str] = ()) -> None:
        own = gethostname().casefold()
        bare = {own} if "." not in own else set[str]()
        self._names = {"localhost", *bare, *(name.casefold().removesuffix(".") for name in more)}

    def has(self, hosts: Sequence[str]) -> bool:
        """Whether the Host headers of a request are one, and that of this home (DNS rebinding)."""
        found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if found is None:
            return False
        name = (found[1] or found[2]).casefold().removesuffix(".")
        if name in self._names or name.endswith(".local"):
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True


def sent_to_a_strange_name() -> web.Response:
    """For a browser that came by another name."""
    response = answer(BY_ANOTHER_NAME.encode(), "text/plain")
    response.set_status(403)
    return response


def is_from_elsewhere(request: web.Request) -> bool:
    """Whether a browser says that another page has sent this, be it one of this machine's."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    is_ours = origin is None or origin.partition("://")[2] == request.headers["Host"]
    return site not in ("same-origin", "none") or not is_ours


class Reception:
    """Signs people in and out, and knows them again. Raises OSError where what is kept cannot be read or written."""

    def __init__(self, ledger: Ledger, signin: SignIn, now: Callable[[], float]) -> None:
        self.ledger = ledger
        self._signin = signin
        self._sessions = Sessions(signin.new_session, now)

    def form(self, response: web.StreamResponse, made_for: str) -> None:
        """Let the browser know what its form was made for."""
        set_cookie(response, FORM, made_for, None)

    def new_form(self) -> tuple[str, str]:
        """What a sign-in form is made for, and the token that it has to bring back."""
        made_for = self._signin.new_session()
        return made_for, self._signin.form_token(made_for)

    def page_token(self, request: web.Request) -> str:
        """What a form of the page has to bring back, once, from whoever is signed in."""
        return self._signin.form_token(cookie(request, SESSION))

    def is_of_page(self, request: web.Request, token: str) -> bool:
        """Whether the token of such a form was given out to this session, and comes for the first time."""
        return self._signin.is_fresh(token, cookie(request, SESSION))

    async def check(self, request: web.Request, token: str, name: str, password: str) -> Checked:
        """Who it is; also the problem `stale`, for a form that was not made for this browser just now."""
        visitor = Visitor(request.remote or "", cookie(request, FORM), cookie(request, KNOWN), is_inside=True)
        if not self._signin.is_fresh(token, visitor.session):
            return Checked(problem="stale")
        return await self._signin.check(name, password, visitor)

    def begin(self, request: web.Request, response: web.StreamResponse, person: Person, known: str) -> Session:
        """Somebody has signed in: the session of this browser from now on."""
        self._sessions.end(cookie(request, SESSION))
        shown, session = self._sessions.begin(person)
        set_cookie(response, FORM, "", 0)
        set_cookie(response, KNOWN, known, KNOWN_SECONDS)
        set_cookie(response, SESSION, shown, None)
        return session

    def end(self, request: web.Request, response: web.StreamResponse) -> None:
        """Sign out."""
        self._sessions.end(cookie(request, SESSION))
        set_cookie(response, SESSION, "", 0)

    def visitor(self, request: web.Request) -> Hashable:
        """Whose requests count together: those of a session that there is, else of an address, whatever it shows."""
        shown = cookie(request, SESSION)
        if self._sessions.find(shown, is_use=False) is not None:
            return "session", hash_token(shown)
        return "address", network_of(request.remote or "")

    async def session(self, request: web.Request, is_use: bool = True) -> tuple[Session, Person] | None:
        """The session of this browser, while its account has the role and the password it had."""
        return await self.find(cookie(request, SESSION), is_use)

    async def find(self, shown: str, is_use: bool = True) -> tuple[Session, Person] | None:
        """The same, by what the browser shows."""
        session = self._sessions.find(shown, is_use)
        if session is None:
            return None
        person = await self.ledger.run(lambda books: books.people.find(session.account))
        if person is None or not session.is_of(person):
            self._sessions.end(shown)
            return None
        return session, person


def set_cookie(response: web.StreamResponse, name: str, value: str, seconds: int | None) -> None:
    """For this door only, out of the reach of scripts and of other sites."""
    response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="Strict")
