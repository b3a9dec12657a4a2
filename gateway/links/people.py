"""The accounts of the home and the tokens that its command line gives out, in the store's file."""

import json
import sqlite3
from collections.abc import Iterable

from gateway.accounts.tokens import new_token
from gateway.accounts.users import Account, Person, Role


class People:
    """The table of accounts."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, account: Account, password: str | None, now: float) -> bool:
        """Add an account with the hash of its password; False if there is one of that name."""
        limits = (_written(account.devices), _written(account.actions))
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO accounts (name, created_at, role, password, devices, actions)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (account.name, now, account.role.value, password, *limits),
        )
        return cursor.rowcount == 1

    def change(self, account: Account) -> bool:
        """Give an account another role and other limits."""
        limits = (_written(account.devices), _written(account.actions))
        cursor = self._db.execute(
            "UPDATE accounts SET role = ?, devices = ?, actions = ? WHERE name = ?",
            (account.role.value, *limits, account.name),
        )
        return cursor.rowcount == 1

    def set_password(self, name: str, password: str | None) -> bool:
        """Keep the hash of a new password; with None nobody can sign in. No browser is known any more."""
        self._db.execute("DELETE FROM browsers WHERE account = ?", (name,))
        return self._db.execute("UPDATE accounts SET password = ? WHERE name = ?", (password, name)).rowcount == 1

    def add_browser(self, browser: bytes, name: str, most: int) -> None:
        """Keep the hash of what a browser is known by, and the newest `most` of an account."""
        self._db.execute("INSERT OR IGNORE INTO browsers VALUES (?, ?)", (browser, name))
        self._db.execute(
            "DELETE FROM browsers WHERE account = ?1 AND hash NOT IN"
            " (SELECT hash FROM browsers WHERE account = ?1 ORDER BY rowid DESC LIMIT ?2)",
            (name, most),
        )

    def knows_browser(self, browser: bytes, name: str) -> bool:
        """Whether somebody has signed in to this account with it."""
        found = self._db.execute("SELECT 1 FROM browsers WHERE hash = ? AND account = ?", (browser, name)).fetchone()
        return found is not None

    def remove(self, name: str) -> bool:
        """Remove an account, with its links and tokens."""
        return self._db.execute("DELETE FROM accounts WHERE name = ?", (name,)).rowcount == 1

    def all(self) -> list[Person]:
        """Every account, the oldest first."""
        return [_person(row) for row in self._db.execute(f"{_SELECT} ORDER BY created_at, name")]

    def find(self, name: str) -> Person | None:
        """One account."""
        row = self._db.execute(f"{_SELECT} WHERE name = ?", (name,)).fetchone()
        return _person(row) if row is not None else None

    def add_token(self, name: str, now: float, lifetime_seconds: float) -> str | None:
        """Give out an access token; None if there is no such account. Only its hash is kept."""
        token, token_hash = new_token()
        try:
            self._db.execute(
                "INSERT INTO tokens (hash, account, created_at, expires_at) VALUES (?, ?, ?, ?)",
                (token_hash, name, now, now + lifetime_seconds),
            )
        except sqlite3.IntegrityError:
            return None
        return token

    def unlink(self, name: str) -> tuple[int, int]:
        """End all links of an account and all tokens that were given out for it; how many of each."""
        links = self._db.execute("DELETE FROM links WHERE account = ?", (name,)).rowcount
        tokens = self._db.execute("DELETE FROM tokens WHERE account = ?", (name,)).rowcount
        self._db.execute("DELETE FROM codes WHERE account = ?", (name,))
        return links, tokens


_SELECT = """
    SELECT name, role, devices, actions, password, created_at,
           (SELECT count(*) FROM links WHERE account = name),
           (SELECT count(*) FROM tokens WHERE account = name AND link IS NULL)
      FROM accounts
"""


def _person(row: tuple[str, str, str | None, str | None, str | None, float, int, int]) -> Person:
    return Person(account_of(*row[:4]), *row[4:])


def account_of(name: str, role: str, devices: str | None, actions: str | None) -> Account:
    """The account of a row."""
    return Account(name, Role(role), _read(devices), _read(actions))


def _written(names: Iterable[str] | None) -> str | None:
    return None if names is None else json.dumps(sorted(names), ensure_ascii=False)


def _read(written: str | None) -> frozenset[str] | None:
    return None if written is None else frozenset(json.loads(written))
