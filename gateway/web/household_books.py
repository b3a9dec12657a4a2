"""What the private door needs of what is kept, and what it tells of it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any, Protocol, TypeVar

from gateway.accounts.audit import Notes
from gateway.accounts.unlinking import Holders, Links
from gateway.accounts.users import Person

T = TypeVar("T")


class People(Holders, Protocol):
    """The accounts."""

    def find(self, name: str) -> Person | None:
        """One of them."""

    def all(self) -> Sequence[Person]:
        """All of them."""


class Granted(Links, Protocol):
    """What was given out to CLOVA."""

    def links(self) -> Sequence[Any]:
        """Every link: `id`, `account`, `client`, `created_at` and `used_at`."""


class Journal(Notes, Protocol):
    """The audit log."""

    def entries(self, most: int) -> Sequence[Any]:
        """The newest, in their order: `at` and `entry`."""


class Books(Protocol):
    """All of it, within one transaction."""

    @property
    def people(self) -> People:
        """The accounts."""

    @property
    def granted(self) -> Granted:
        """What was given out to CLOVA."""

    @property
    def journal(self) -> Journal:
        """The audit log."""


class Ledger(Protocol):
    """Opens the books for one transaction at a time. Raises OSError where they cannot be read or written."""

    async def run(self, work: Callable[[Books], T]) -> T:
        """Do something with them: all of it or nothing."""
        ...


def told_accounts(people: Iterable[Person], zone: tzinfo) -> list[dict[str, Any]]:
    """The accounts, ready for JSON; times are those of the home's clocks."""
    return [
        {
            "name": person.account.name,
            "role": person.account.role.value,
            "since": _moment(person.created_at, zone),
            "can_sign_in": person.password is not None,
            "links": person.links,
            "tokens": person.tokens,
            "devices": None if person.account.devices is None else sorted(person.account.devices),
            "actions": None if person.account.actions is None else sorted(person.account.actions),
        }
        for person in people
    ]


def told_links(links: Iterable[Any], zone: tzinfo) -> list[dict[str, Any]]:
    """What is linked, ready for JSON."""
    return [
        {
            "id": link.id,
            "account": link.account,
            "client": link.client,
            "since": _moment(link.created_at, zone),
            "refreshed": _moment(link.used_at, zone),
        }
        for link in links
    ]


def _moment(at: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at, zone).isoformat(timespec="seconds")
