"""Unlinking at home: one link, or all that was given out for an account, and its line in the log."""

from typing import Protocol

from gateway.accounts.audit import Entry, Event, Notes
from gateway.accounts.grants import Link


class Holders(Protocol):
    """The accounts."""

    def unlink(self, name: str) -> tuple[int, int]:
        """End all links and access tokens of one; how many of each."""


class Links(Protocol):
    """What was given out to CLOVA."""

    def link_by_id(self, link: int) -> Link | None:
        """One of them."""

    def end_link(self, link: int) -> bool:
        """End one."""


class Books(Protocol):
    """All that it takes, within one transaction."""

    @property
    def people(self) -> Holders:
        """The accounts."""

    @property
    def granted(self) -> Links:
        """What was given out to CLOVA."""

    @property
    def journal(self) -> Notes:
        """The audit log."""


def unlink(books: Books, what: int | str, at: float, peer: str = "", by: str = "") -> tuple[str, str]:
    """End the link of this number, or all links and access tokens of this account; whose it was, and what has ended.

    Without anything that could end, the second text is empty and nothing is written down. `at` in seconds since 1970.
    """
    whose, ended = _end_link(books, what) if isinstance(what, int) else (what, given_out(*books.people.unlink(what)))
    if ended:
        detail = f"unlinked at home: {ended}" + (f", by {by}" if by else "")
        books.journal.note(Entry(Event.UNLINKED, whose, peer=peer, detail=detail), at)
    return whose, ended


def given_out(links: int, tokens: int) -> str:
    """`2 links and 1 access token`; empty if there are none."""
    counted = ((links, "link"), (tokens, "access token"))
    return " and ".join(f"{number} {what}{'s' * (number > 1)}" for number, what in counted if number)


def _end_link(books: Books, link: int) -> tuple[str, str]:
    found = books.granted.link_by_id(link)
    return (found.account, f"link {link}") if found is not None and books.granted.end_link(link) else ("", "")
