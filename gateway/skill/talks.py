"""What we have asked somebody and still wait to be told: by account, user and session, for two minutes.

All of it is kept here. What goes through CLOVA and comes back is the mark of a turn, which only tells a late message
from the next one: it opens nothing, and another one in its place, or none, gets no answer taken.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_TALKS, MAX_OF_ONE = 256, 8
"""Of all accounts, and of one."""
KEPT_SECONDS = 120.0
MOST_MISHEARD = 2
"""So many answers to a question may be none; the next one ends it."""


class Key(NamedTuple):
    """Whose talk it is."""

    account: str
    user: str
    session: str


@dataclass(frozen=True, slots=True)
class WantsPin:
    """A PIN is asked for, by an intent; `misheard` counts the answers that were none."""

    intent: str
    misheard: int = 0


@dataclass(frozen=True, slots=True)
class WantsChoice:
    """One of several devices (ids) is asked for; with what else was said to the intent, by the task's slots.

    Of one device alone it is asked how warm it is to be.
    """

    intent: str
    choices: tuple[str, ...]
    said: Mapping[str, str] = field(default_factory=dict)
    misheard: int = 0


@dataclass(frozen=True, slots=True)
class WantsScene:
    """It is asked which scene is to be run."""

    intent: str
    misheard: int = 0


@dataclass(frozen=True, slots=True)
class WantsYes:
    """It is asked whether a scene is to be run."""

    intent: str
    scene: str


Wanted = WantsPin | WantsChoice | WantsScene | WantsYes


@dataclass(frozen=True, slots=True)
class _Talk:
    wanted: Wanted
    mark: str
    until: float


class Talks:
    """Bounded: the oldest goes first, of the same account before any other. `now` is the monotonic clock in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._talks: OrderedDict[Key, _Talk] = OrderedDict()

    def __len__(self) -> int:
        return len(self._talks)

    def begin(self, key: Key, wanted: Wanted, mark: str) -> None:
        """We have asked; the next turn has this mark."""
        self._talks.pop(key, None)
        self._talks[key] = _Talk(wanted, mark, self._now() + KEPT_SECONDS)
        own = [one for one in self._talks if one.account == key.account]
        if len(own) > MAX_OF_ONE:
            del self._talks[own[0]]
        if len(self._talks) > MAX_TALKS:
            self._talks.popitem(last=False)

    def take(self, key: Key, mark: str | None) -> Wanted | None:
        """What is waited for, once. A message without the mark of the last turn is none that we wait for.

        CLOVA gives back all attributes in each turn of a session: where they are missing, it is another one.
        """
        talk = self._talks.get(key)
        if talk is None or mark != talk.mark:
            return None
        del self._talks[key]
        return talk.wanted if self._now() < talk.until else None

    def wants(self, key: Key) -> Wanted | None:
        """What is waited for; it stays so."""
        talk = self._talks.get(key)
        return talk.wanted if talk is not None and self._now() < talk.until else None

    def end(self, user: str, session: str) -> None:
        """The session is over, whoever it was of."""
        self._drop(lambda key: (key.user, key.session) == (user, session))

    def forget(self, user: str) -> None:
        """Nothing is kept of this user."""
        self._drop(lambda key: key.user == user)

    def _drop(self, is_meant: Callable[[Key], bool]) -> None:
        for key in [key for key in self._talks if is_meant(key)]:
            del self._talks[key]
