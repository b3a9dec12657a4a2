"""What the rules about people and links need to be kept, as the store shows it to them."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from gateway.accounts.audit import Notes
from gateway.accounts.grants import GrantStore
from gateway.accounts.users import Person

T = TypeVar("T")


class People(Protocol):
    """The accounts."""

    def find(self, name: str) -> Person | None:
        """One of them."""

    def add_browser(self, browser: bytes, name: str, most: int) -> None:
        """Keep the hash of what a browser is known by, and the newest `most` of an account."""

    def knows_browser(self, browser: bytes, name: str) -> bool:
        """Whether somebody has signed in to this account with it."""


class Books(Protocol):
    """All of it, within one transaction."""

    @property
    def people(self) -> People:
        """The accounts."""

    @property
    def granted(self) -> GrantStore:
        """Codes, links and tokens."""

    @property
    def journal(self) -> Notes:
        """The audit log."""


class Ledger(Protocol):
    """Opens the books for one transaction at a time. Raises OSError where they cannot be written."""

    def run(self, work: Callable[[Books], T]) -> Awaitable[T]:
        """Do something with them: all of it or nothing, on the disk when it is done."""
