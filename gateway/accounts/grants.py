"""Authorization codes, and the links they become: what is given out, when it still counts, and what ends it.

A link is what one account has given CLOVA. Its tokens are 256 random bits behind the random name of the link's family;
only their hashes are kept.

Refresh tokens rotate, and a lost answer costs nothing: whatever a refresh gave out is a candidate until it is used for
the first time. Only then do the one before it and the other candidates end, but for those that were given out for the
same token within a minute: a house that speaks to many lamps just when its token expires has it refreshed many times.
A refresh token that has ended and is shown again was stolen, from CLOVA or from the thief: the whole link ends, and the
person links anew.
"""

import secrets
from dataclasses import dataclass
from typing import Protocol

from gateway.accounts.audit import Entry, Event, Notes
from gateway.accounts.tokens import hash_token

MIN_SECRET = 32
"""Characters that a client's secret has at least: it is made, and nobody has to remember it."""
CODE_SECONDS = 60.0
ACCESS_SECONDS = 3600.0
IDLE_SECONDS = 366 * 86_400.0
"""A link that nobody has used for so long has ended."""
MAX_LINKS = 20
"""Of one account; the one that was used the longest ago goes first."""
MAX_CODES = 20
MAX_CANDIDATES = 500
SIBLING_SECONDS = 60.0
"""Answers to one refresh token that was shown several times within this are one client's, which was in a hurry."""

_FAMILY_LENGTH = 22  # 16 bytes in base64


@dataclass(frozen=True, slots=True)
class Code:
    """What an authorization code stands for. `link` is the link it was redeemed for, 0 before."""

    hash: bytes
    account: str
    client: str
    redirect_uri: str
    scope: str
    challenge: str
    expires_at: float
    link: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """What one account has given a client. `generation` is that of the refresh token that was used last."""

    id: int
    account: str
    client: str
    generation: int
    used_at: float


class GrantStore(Protocol):
    """Where codes and links are kept. All of one request is one transaction."""

    def add_code(self, code: Code, most: int, now: float) -> None:
        """Keep a code, and the newest `most` of its account that nobody has redeemed."""

    def find_code(self, code_hash: bytes) -> Code | None:
        """A code by its hash, also one that is redeemed or too old."""

    def add_link(self, code: Code, family: bytes, most: int, now: float) -> Link:
        """The link that a code is redeemed for; the account keeps the `most` that were used last."""

    def find_link(self, family: bytes) -> Link | None:
        """The link of a family of refresh tokens."""

    def link_by_id(self, link: int) -> Link | None:
        """The link of this number."""

    def end_link(self, link: int) -> bool:
        """End a link, with its tokens and the code it came from; whether there was one."""

    def add_refresh(self, link: int, refresh: bytes, generation: int, parent: bytes, most: int, now: float) -> None:
        """Keep a refresh token that was given out for `parent`, and the newest `most` of its generation."""

    def generation_of(self, link: int, refresh: bytes) -> int | None:
        """The generation of a refresh token that counts."""

    def confirm(self, link: int, refresh: bytes, generation: int) -> None:
        """A refresh token was received: all before it end, and the others of its generation but its siblings."""

    def add_access(self, link: Link, token: bytes, refresh: bytes, now: float, expires_at: float) -> None:
        """Keep an access token, and with which refresh token it was given out."""

    def link_of_access(self, token: bytes) -> Link | None:
        """The link of an access token."""


class Grants:
    """The rules, over a store that is within a transaction. `now` is the time of day in seconds since 1970."""

    def __init__(self, store: GrantStore, journal: Notes, now: float) -> None:
        self._store = store
        self._journal = journal
        self._now = now

    def add_code(self, code: str, account: str, client: str, redirect_uri: str, scope: str, challenge: str) -> None:
        """Give out a code for this client and redirection. `challenge` is PKCE's S256, or empty."""
        row = Code(hash_token(code), account, client, redirect_uri, scope, challenge, self._now + CODE_SECONDS)
        self._store.add_code(row, MAX_CODES, self._now)

    def find_code(self, code: str, client: str) -> Code | None:
        """The code, if it still counts for this client. One that is shown again ends the link that it gave."""
        found = self._store.find_code(hash_token(code))
        if found is None or found.client != client:
            return None
        if found.link:
            self._end_stolen(self._store.link_by_id(found.link), "a code was used twice")
            return None
        return found if self._now < found.expires_at <= self._now + CODE_SECONDS else None

    def redeem(self, code: Code, access: str, refresh: str) -> None:
        """A new link, with its first tokens, for a code that counts."""
        link = self._store.add_link(code, _family(refresh), MAX_LINKS, self._now)
        self._journal.note(Entry(Event.LINKED, code.account), self._now)
        self._add_tokens(link, access, refresh, 1, code.hash)

    def find_refresh(self, token: str, client: str) -> Link | None:
        """The link of a refresh token that still counts for this client. One that does no longer ends the link."""
        link = self._store.find_link(_family(token))
        if link is None or link.client != client:
            return None
        if self._store.generation_of(link.id, hash_token(token)) is None:
            self._end_stolen(link, "a refresh token was used that had been replaced")
            return None
        return link if self._now - link.used_at <= IDLE_SECONDS else None  # kept: the clock may be wrong just now

    def refresh(self, link: Link, shown: str, access: str, refresh: str) -> None:
        """New tokens for a refresh token that counts; it goes on counting until one of them is used."""
        shown_hash = hash_token(shown)
        generation = self._store.generation_of(link.id, shown_hash) or 0
        self._store.confirm(link.id, shown_hash, generation)
        self._add_tokens(link, access, refresh, generation + 1, shown_hash)

    def revoke(self, token: str, client: str) -> None:
        """End the link that an access or refresh token belongs to (RFC 7009); nothing, if it belongs to none."""
        link = self._store.find_link(_family(token)) or self._store.link_of_access(hash_token(token))
        if link is not None and link.client == client and self._store.end_link(link.id):
            self._journal.note(Entry(Event.UNLINKED, link.account, detail="by CLOVA"), self._now)

    def _add_tokens(self, link: Link, access: str, refresh: str, generation: int, parent: bytes) -> None:
        self._store.add_refresh(link.id, hash_token(refresh), generation, parent, MAX_CANDIDATES, self._now)
        self._store.add_access(link, hash_token(access), hash_token(refresh), self._now, self._now + ACCESS_SECONDS)

    def _end_stolen(self, link: Link | None, why: str) -> None:
        if link is not None and self._store.end_link(link.id):
            self._journal.note(Entry(Event.ENDED, link.account, detail=why), self._now)


def new_refresh(before: str = "") -> str:
    """A refresh token of a new link, or of the link of the one before."""
    return (before[:_FAMILY_LENGTH] or secrets.token_urlsafe(16)) + secrets.token_urlsafe(32)


def _family(refresh: str) -> bytes:
    return hash_token(refresh[:_FAMILY_LENGTH])
