"""Who is signed in at the private door: 256 random bits each, in memory only, and not for long."""

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from secrets import token_urlsafe

from gateway.accounts.tokens import hash_token
from gateway.accounts.users import Person, Role

IDLE_SECONDS, LONGEST_SECONDS = 1800.0, 43_200.0
MAX_SESSIONS = 32


@dataclass(slots=True)
class Session:
    """Somebody who is signed in."""

    account: str
    role: Role
    password: str
    """The hash that it was begun with: another password ends it."""
    csrf: str
    """What a program of the page shows with each change: another site cannot know it."""
    began: float
    used: float

    def is_of(self, person: Person | None) -> bool:
        """Whether the account is still there, and has the role and the password it had."""
        if person is None or person.account.role is not self.role:
            return False
        return compare_digest(person.password or "", self.password)


class Sessions:
    """Who is signed in, in memory only. `now` is monotonic.

    Of too many, the one goes that was used the longest ago by the account that has most: no guest drives out an owner.
    """

    def __init__(self, new: Callable[[], str], now: Callable[[], float]) -> None:
        self._new = new
        self._now = now
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()

    def begin(self, person: Person) -> tuple[str, Session]:
        """A new one, and what its browser has to show."""
        shown, now = self._new(), self._now()
        account = person.account
        begun = Session(account.name, account.role, person.password or "", token_urlsafe(32), now, now)
        self._sessions[hash_token(shown)] = begun
        if len(self._sessions) > MAX_SESSIONS:
            self._drop_one()
        return shown, begun

    def _drop_one(self) -> None:
        ((most, _),) = Counter(one.account for one in self._sessions.values()).most_common(1)
        del self._sessions[next(key for key, one in self._sessions.items() if one.account == most)]

    def find(self, shown: str, is_use: bool = True) -> Session | None:
        """The one that still counts; to look after it only does not prolong it."""
        key, now = hash_token(shown), self._now()
        session = self._sessions.get(key)
        if session is None:
            return None
        if now - session.used > IDLE_SECONDS or now - session.began > LONGEST_SECONDS:
            del self._sessions[key]
            return None
        if is_use:
            session.used = now
            self._sessions.move_to_end(key)
        return session

    def end(self, shown: str) -> None:
        """Sign out."""
        self._sessions.pop(hash_token(shown), None)
