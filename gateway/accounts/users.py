"""Accounts: the people of the home, what each is, and which devices and actions each may use."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MAX_NAME = 64
WELL = "HealthCheck"
"""Everybody may ask whether what they see is there: CLOVA asks by itself."""


class Role(StrEnum):
    """What an account is in this home."""

    OWNER = "owner"
    """Everything that the home has told CLOVA of; never limited to some of it."""
    MEMBER = "member"
    """As the owner, or as limited to some devices and actions."""
    GUEST = "guest"
    """Only the devices named for it, and nothing that opens anything."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person. `devices` and `actions` (CLOVA's names) limit it to these; None is no limit."""

    name: str
    role: Role = Role.MEMBER
    devices: frozenset[str] | None = None
    actions: frozenset[str] | None = None
    is_local: bool = False
    """Whoever may use the control socket, which is guarded by the permissions of its file."""

    def sees(self, device_id: str) -> bool:
        """Whether a device that CLOVA is told of exists for this account."""
        if self.role is Role.OWNER:
            return True
        if self.devices is None:
            return self.role is not Role.GUEST
        return device_id in self.devices

    def may(self, action: str) -> bool:
        """Whether it may ask for this action, wherever that is offered."""
        return self.role is Role.OWNER or self.actions is None or action in self.actions or action == WELL

    @property
    def may_open(self) -> bool:
        """Whether it may open what is guarded, where the owner allows that at all."""
        return self.role is not Role.GUEST

    @property
    def is_limited(self) -> bool:
        """Whether there are devices or actions that it does not get."""
        return self.role is not Role.OWNER and (
            self.role is Role.GUEST or self.devices is not None or self.actions is not None
        )


@dataclass(frozen=True, slots=True)
class Person:
    """An account and what is kept beside it."""

    account: Account
    password: str | None
    """The hash; None where nobody can sign in."""
    created_at: float
    links: int
    tokens: int
    """How many access tokens the command line has given out for it."""


LOCAL = Account("local", Role.OWNER, is_local=True)
"""The account of the command line."""


def spelt(name: str) -> str:
    """One spelling of a name, however the keyboard composes its letters, without space around it."""
    return unicodedata.normalize("NFC", name).strip()


def check_name(name: str) -> str:
    """A name that can be an account's, without space around it. Raises ValueError with what is expected."""
    name = spelt(name)
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise ValueError(f"a name has 1 to {MAX_NAME} characters, and no line breaks or other control characters")
    if name.casefold() == LOCAL.name:
        raise ValueError(f"{name!r} is the account of the command line itself; choose another name")
    return name
