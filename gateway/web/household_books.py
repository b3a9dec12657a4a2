"""What the private door needs of what is kept: what it tells of it, and how it ends links there."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any, Protocol, TypeVar

from gateway.accounts.audit import Notes
from gateway.accounts.grants import Link
from gateway.accounts.users import Person

T = TypeVar("T")


class People(Protocol):
    """The accounts."""

    def find(self, name: str) -> Person | None:
        """One of them."""

    def all(self) -> Sequence[Person]:
        """All of them."""

    def unlink(self, name: str) -> tuple[int, int]:
        """End all links and access tokens of one; how many of each."""


class Granted(Protocol):
    """What was given out to CLOVA."""

    def links(self) -> Sequence[Any]:
        """Every link: `id`, `account`, `client`, `created_at` and `used_at`."""

    def link_by_id(self, link: int) -> Link | None:
        """One of them."""

    def end_link(self, link: int) -> bool:
        """End one."""


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


def end_link(books: Books, link: int) -> tuple[str, str]:
    """End one link; whose it was, and what has ended, or two empty texts."""
    found = books.granted.link_by_id(link)
    return (found.account, f"link {link}") if found is not None and books.granted.end_link(link) else ("", "")


def end_all(books: Books, name: str) -> tuple[str, str]:
    """End all that was given out for an account; its name, and what has ended, or an empty text."""
    links, tokens = books.people.unlink(name)
    counted = ((links, "link"), (tokens, "access token"))
    return name, " and ".join(f"{number} {what}{'s' * (number > 1)}" for number, what in counted if number)


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
