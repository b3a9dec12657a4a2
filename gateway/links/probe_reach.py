"""The words of the probe: how far the Internet reaches us, and at which hop of the way it does not."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """Whether CLOVA could reach us."""

    OFF = "off"
    """There is no public address to ask."""
    UNKNOWN = "unknown"
    """It cannot be told from here, or not yet."""
    UP = "up"
    DOWN = "down"


class Hop(StrEnum):
    """What is broken, from the outside in."""

    NONE = ""
    INTERNET = "internet"
    """This home's own connection."""
    DNS = "dns"
    RELAY = "relay"
    """The machine at the public address takes no connection."""
    TLS = "tls"
    BOT_CHECK = "bot-check"
    """A wall against robots stands before us: CLOVA is one."""
    FOREIGN = "foreign"
    """Another server answers at our name."""
    PROXY = "proxy"
    """The relay is there, and does not get through to us."""
    TUNNEL = "tunnel"
    """As above, and the tunnel says itself that it is down."""
    LOOP = "loop"
    """Another gateway answers at our name."""
    GATEWAY = "gateway"
    """Our own door answers, and refuses."""


class Warn(StrEnum):
    """What will break, or is odd, although all is up."""

    CERTIFICATE_ENDS = "certificate_ends"
    CLOCK_OFF = "clock_off"
    ASKED_INSIDE = "asked_inside"
    """The public name is an address of the home's own network: what is beyond it was not tried."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of asking. `detail` is a stable word of its own below the hop, as `expired` is below `tls`."""

    hop: Hop = Hop.NONE
    detail: str = ""
    why: str = ""
    """For the log, in English; what a stranger sent stands in it only shortened and printable."""
    rtt_seconds: float | None = None
    """How long a whole request took, from the name to the answer."""
    clock_off_seconds: float | None = None
    """How far our clock is ahead of that of who answered, to the second."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of the way. Times are Unix seconds; None: not known."""

    state: Standing
    hop: Hop = Hop.NONE
    detail: str = ""
    why: str = ""
    since: float = 0.0
    """When state or hop last changed."""
    checked_at: float | None = None
    rtt_seconds: float | None = None
    certificate_days: int | None = None
    """Whole days that the certificate counts yet; below 0 where it has expired."""
    clock_off_seconds: float | None = None
    warnings: tuple[Warn, ...] = ()

    def __str__(self) -> str:
        """In a line, for lists of states."""
        where = f" at {self.hop}" if self.hop else ""
        return f"{self.state}{where}: {self.why}" if self.why else str(self.state)


def printable(text: str, length: int = 80) -> str:
    """What somebody else has sent, fit for a line of the log."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:length])
