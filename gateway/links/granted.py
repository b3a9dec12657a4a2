"""What was given out to CLOVA, in the store's file: codes, links, refresh tokens and access tokens, all as hashes."""

import sqlite3
from dataclasses import dataclass

import structlog

from gateway.accounts.grants import SIBLING_SECONDS, Code, Link
from gateway.accounts.tokens import TokenRow
from gateway.links.atomic import atomically
from gateway.links.people import account_of

log: structlog.stdlib.BoundLogger = structlog.get_logger("granted")

KEPT_SECONDS = 86_400.0
"""An access token of an older generation is known to have expired for as long as this; the present one's always."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link, for who looks at it."""

    id: int
    account: str
    client: str
    created_at: float
    used_at: float


class Granted:
    """A GrantStore (`accounts.grants`), and the look-up of access tokens."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add_code(self, code: Code, most: int, now: float) -> None:
        """Keep a code, and the newest `most` of its account that nobody has redeemed."""
        self._db.execute("DELETE FROM codes WHERE link IS NULL AND expires_at <= ?", (now,))
        self._db.execute(
            "INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
            (code.hash, code.account, code.client, code.redirect_uri, code.scope, code.challenge, code.expires_at),
        )
        self._db.execute(
            "DELETE FROM codes WHERE account = ?1 AND link IS NULL AND hash NOT IN"
            " (SELECT hash FROM codes WHERE account = ?1 AND link IS NULL"
            "   ORDER BY rowid DESC LIMIT ?2)",
            (code.account, most),
        )

    def find_code(self, code_hash: bytes) -> Code | None:
        """A code by its hash, also one that is redeemed or too old."""
        row = self._db.execute(
            "SELECT hash, account, client, redirect_uri, scope, challenge, expires_at, coalesce(link, 0)"
            " FROM codes WHERE hash = ?",
            (code_hash,),
        ).fetchone()
        return Code(*row) if row is not None else None

    def add_link(self, code: Code, family: bytes, most: int, now: float) -> Link:
        """The link that a code is redeemed for; the account keeps the `most` that were used last."""
        (link,) = self._db.execute(
            "INSERT INTO links (family, account, client, generation, created_at, used_at)"
            " VALUES (?, ?, ?, 0, ?, ?) RETURNING id",
            (family, code.account, code.client, now, now),
        ).fetchone()
        self._db.execute("UPDATE codes SET link = ? WHERE hash = ?", (link, code.hash))
        self._db.execute(
            "DELETE FROM links WHERE account = ?1 AND id NOT IN"
            " (SELECT id FROM links WHERE account = ?1 ORDER BY id = ?3 DESC, used_at DESC, id DESC LIMIT ?2)",
            (code.account, most, link),
        )
        return Link(link, code.account, code.client, 0, now)

    def find_link(self, family: bytes) -> Link | None:
        """The link of a family of refresh tokens."""
        return self._link("family = ?", family)

    def link_by_id(self, link: int) -> Link | None:
        """The link of this number."""
        return self._link("id = ?", link)

    def link_of_access(self, token: bytes) -> Link | None:
        """The link of an access token."""
        return self._link("id = (SELECT link FROM tokens WHERE hash = ?)", token)

    def _link(self, where: str, value: bytes | int) -> Link | None:
        row = self._db.execute(
            f"SELECT id, account, client, generation, used_at FROM links WHERE {where}",  # noqa: S608  # ours
            (value,),
        ).fetchone()
        return Link(*row) if row is not None else None

    def end_link(self, link: int) -> bool:
        """End a link, with its tokens and the code it came from; whether there was one."""
        return self._db.execute("DELETE FROM links WHERE id = ?", (link,)).rowcount == 1

    def links(self) -> list[LinkRow]:
        """Every link, the oldest first."""
        rows = self._db.execute("SELECT id, account, client, created_at, used_at FROM links ORDER BY id")
        return [LinkRow(*row) for row in rows]

    def add_refresh(self, link: int, refresh: bytes, generation: int, parent: bytes, most: int, now: float) -> None:
        """Keep a refresh token that was given out for `parent`, and the newest `most` of its generation."""
        self._db.execute("UPDATE links SET used_at = max(used_at, ?) WHERE id = ?", (now, link))
        self._db.execute("INSERT INTO refreshes VALUES (?, ?, ?, ?, ?)", (refresh, link, generation, parent, now))
        old = self._db.execute(
            "SELECT hash FROM refreshes WHERE link = ? AND generation = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?",
            (link, generation, most),
        ).fetchall()
        self._drop(old)

    def generation_of(self, link: int, refresh: bytes) -> int | None:
        """The generation of a refresh token that counts."""
        row = self._db.execute(
            "SELECT generation FROM refreshes WHERE hash = ? AND link = ?", (refresh, link)
        ).fetchone()
        return row[0] if row is not None else None

    def confirm(self, link: int, refresh: bytes, generation: int) -> None:
        """A refresh token was received: all before it end, and the others of its generation but its siblings."""
        self._db.execute("UPDATE links SET generation = ? WHERE id = ?", (generation, link))
        others = self._db.execute(
            "SELECT other.hash FROM refreshes AS other JOIN refreshes AS one ON one.hash = ?"
            " WHERE other.link = ? AND other.generation = ?"
            "   AND NOT (other.parent = one.parent AND abs(other.created_at - one.created_at) <= ?)",
            (refresh, link, generation, SIBLING_SECONDS),
        ).fetchall()
        self._drop(others)
        self._db.execute("DELETE FROM refreshes WHERE link = ? AND generation < ?", (link, generation))

    def add_access(self, link: Link, token: bytes, refresh: bytes, now: float, expires_at: float) -> None:
        """Keep an access token, and with which refresh token it was given out."""
        self._db.execute(
            "DELETE FROM tokens WHERE link = ? AND expires_at < ? AND refresh NOT IN"
            " (SELECT hash FROM refreshes WHERE link = tokens.link)",
            (link.id, now - KEPT_SECONDS),
        )
        self._db.execute(
            "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?)", (token, link.account, now, expires_at, link.id, refresh)
        )

    def find_token(self, token_hash: bytes) -> TokenRow | None:
        """The row of an access token that is known; its first use ends what came before it."""
        row = self._db.execute(
            "SELECT accounts.name, role, devices, actions, tokens.created_at, expires_at, links.id, links.generation,"
            "       refreshes.hash, refreshes.generation"
            "  FROM tokens JOIN accounts ON name = tokens.account"
            "  LEFT JOIN links ON links.id = tokens.link LEFT JOIN refreshes ON refreshes.hash = tokens.refresh"
            " WHERE tokens.hash = ?",
            (token_hash,),
        ).fetchone()
        if row is None:
            return None
        created_at, expires_at, link, generation, refresh, candidate = row[4:]
        if candidate is not None and candidate > generation:
            try:
                with atomically(self._db):
                    self.confirm(link, refresh, candidate)
            except sqlite3.Error as error:  # a disk that is full keeps nobody from speaking
                log.error("not written down", what="a refresh token was received", why=str(error))
        return TokenRow(account_of(*row[:4]), created_at, expires_at)

    def _drop(self, refreshes: list[tuple[bytes]]) -> None:
        """End refresh tokens that nobody has used, and the access tokens that were given out with them."""
        self._db.executemany("DELETE FROM tokens WHERE refresh = ?", refreshes)
        self._db.executemany("DELETE FROM refreshes WHERE hash = ?", refreshes)
