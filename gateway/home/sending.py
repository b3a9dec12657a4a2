"""What can become of a notification that was sent."""

from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """What the service has made of it, and so what is to be done."""

    SENT = "sent"
    STOPPED = "stopped"
    """The service takes nothing from us as we are set up (4201, 4202, 4206): nothing is sent until that changes."""
    REFUSED = "refused"
    """It will never take this one (4203 to 4205)."""
    LIMITED = "limited"
    """Enough of this message for this device (4207): later."""
    ALL_LIMITED = "all limited"
    """Enough of this message for all devices (4208): later."""
    AGAIN = "again"
    """It could not be asked, or is not well: later."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one try. Times are in seconds."""

    fate: Fate
    why: str = ""
    """For people; never a secret."""
    retry_after: float | None = None
    """How long the service wants to be left alone, where it says so."""
    is_unknown: bool = False
    """Whether it may have been taken: the answer was lost."""
    is_answered: bool = False
    """Whether the service itself had an answer to this one notification that is no clear one; not "later" to all."""
