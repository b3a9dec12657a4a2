"""What the tunnel and its connections tell each other: the relay, the state of a line, why a try came to nothing."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SshServer:
    """The relay, who we are to it, and which of its ports are to lead home.

    The files are absolute. `bind` is the address of the relay at which it listens; its proxy is on the relay itself.
    """

    host: str
    port: int
    user: str
    key_file: Path
    known_hosts: Path
    remote_ports: tuple[int, ...]
    bind: str = "localhost"
    passphrase: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"

    def stamp(self) -> tuple[object, ...]:
        """Changes whenever one of the files does."""
        return tuple(_stamp(path) for path in (self.key_file, self.known_hosts))

    def keyscan(self) -> str:
        """What to do where the relay's host key is not known."""
        return (
            f"ssh-keyscan -p {self.port} {self.host} > {self.known_hosts.name} asks for it; compare its fingerprint "
            "with the one on the relay itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub)"
        )


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode


@dataclass(frozen=True, slots=True)
class Line:
    """One connection, for people and for the probe. `since` is in Unix seconds; `why` is empty while it is up.

    `port` is the relay's; None for a program, whose ports we do not know.
    """

    port: int | None
    is_up: bool
    since: float
    why: str


class Trouble(Exception):
    """Why a try came to nothing, for people."""


class Away(Trouble):
    """The relay could not be reached: it is tried again soon."""


class Refused(Trouble):
    """The relay answered, and does not want us: it is tried again, more and more seldom."""


class Stopped(Trouble):
    """Nothing is tried any more until somebody has changed a file, or restarts."""
