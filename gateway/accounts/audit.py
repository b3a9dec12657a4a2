"""What is written down for the owner: who signed in, what was linked, refused, opened and locked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MAX_ENTRIES = 10_000
MAX_DETAIL = 200


class Event(StrEnum):
    """What happened."""

    SIGNED_IN = "signed in"
    WRONG_PASSWORD = "wrong password"  # noqa: S105  # an event
    LINKED = "linked"
    UNLINKED = "unlinked"
    ENDED = "link ended"
    """A code or a refresh token was used a second time: somebody else may have had it."""
    REFUSED = "refused"
    ARMED = "armed"
    OPENING = "opening"
    """Written before it is tried."""
    OPENED = "opened"
    NOT_OPENED = "not opened"
    UNSURE = "not known to be opened"
    """It was told to, and has said nothing in time: it may have opened since."""
    LOCKED = "locked"
    NOT_LOCKED = "not locked"
    CHANGED = "account changed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `peer` is the address that it came from, where there is one."""

    event: Event
    account: str
    device: str = ""
    peer: str = ""
    detail: str = ""


class Notes(Protocol):
    """Where entries are kept."""

    def note(self, entry: Entry, at: float) -> None:
        """Keep an entry; `at` in seconds since 1970. The oldest beyond MAX_ENTRIES go."""
