"""Who is signed in at the private door: 256 random bits each, in memory only, and not for long."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

from gateway.accounts.tokens import hash_token
from gateway.accounts.users import Person, Role

IDLE_SECONDS, LONGEST_SECONDS = 1800.0, 43_200.0
MAX_SESSIONS = 32


@dataclass(slots=True)
class Session:
    """An owner who is signed in."""

    account: str
    password: str
    """The hash that it was begun with: another password ends it."""
    began: float
    used: float

    def is_of(self, person: Person | None) -> bool:
        """Whether the account is still there, an owner's, and has the password it had."""
        if person is None or person.account.role is not Role.OWNER:
            return False
        return compare_digest(person.password or "", self.password)


class Sessions:
    """Who is signed in, in memory only: the one that was used the longest ago goes first. `now` is monotonic."""

    def __init__(self, new: Callable[[], str], now: Callable[[], float]) -> None:
        self._new = new
        self._now = now
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()

    def begin(self, person: Person) -> str:
        """A new one; gives what its browser has to show."""
        shown, now = self._new(), self._now()
        self._sessions[hash_token(shown)] = Session(person.account.name, person.password or "", now, now)
        if len(self._sessions) > MAX_SESSIONS:
            self._sessions.popitem(last=False)
        return shown

    def find(self, shown: str) -> Session | None:
        """The one that still counts."""
        key, now = hash_token(shown), self._now()
        session = self._sessions.get(key)
        if session is None:
            return None
        if now - session.used > IDLE_SECONDS or now - session.began > LONGEST_SECONDS:
            del self._sessions[key]
            return None
        session.used = now
        self._sessions.move_to_end(key)
        return session

    def end(self, shown: str) -> None:
        """Sign out."""
        self._sessions.pop(hash_token(shown), None)
