"""What must survive a restart: SQLite, on one worker thread, in WAL mode with every commit on the disk.

Migrations are numbered by their place in MIGRATIONS and never edited once released.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from gateway.accounts.tokens import TokenRow, new_token

T = TypeVar("T")

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE accounts (
        name       TEXT PRIMARY KEY,
        created_at REAL NOT NULL
    ) STRICT;
    CREATE TABLE tokens (
        hash       BLOB PRIMARY KEY,
        account    TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
        created_at REAL NOT NULL,
        expires_at REAL NOT NULL
    ) STRICT;
    CREATE INDEX tokens_of_account ON tokens (account);
    """,
)


class StoreError(Exception):
    """The file cannot be used as our store; the message says what to do."""


class Database:
    """The store's file, used from one thread. `accounts` commands use it directly."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{path}: {error}") from None
        try:
            self._migrate()
        except (sqlite3.Error, StoreError) as error:
            self._db.close()
            raise StoreError(f"{path}: {error}") from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _migrate(self) -> None:
        self._db.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            " PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
        )
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise StoreError(f"made by a newer clova-gateway (version {version} of the file)")
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            self._db.executescript(f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT;")

    def add_account(self, name: str, now: float) -> bool:
        """Add an account; False if it exists."""
        cursor = self._db.execute("INSERT OR IGNORE INTO accounts VALUES (?, ?)", (name, now))
        return cursor.rowcount == 1

    def accounts(self) -> list[tuple[str, float, int]]:
        """Name, time of creation and number of tokens of each account."""
        return self._db.execute(
            "SELECT name, accounts.created_at, count(hash) FROM accounts LEFT JOIN tokens ON account = name"
            " GROUP BY name ORDER BY accounts.created_at"
        ).fetchall()

    def add_token(self, account: str, now: float, lifetime_seconds: float) -> str | None:
        """Issue a token; None if there is no such account. Only its hash is kept."""
        token, token_hash = new_token()
        try:
            self._db.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?)", (token_hash, account, now, now + lifetime_seconds)
            )
        except sqlite3.IntegrityError:
            return None
        return token

    def revoke_tokens(self, account: str) -> int:
        """Make all tokens of an account invalid; how many there were."""
        return self._db.execute("DELETE FROM tokens WHERE account = ?", (account,)).rowcount

    def find_token(self, token_hash: bytes) -> TokenRow | None:
        """The row of a token that is known."""
        row = self._db.execute("SELECT account, expires_at FROM tokens WHERE hash = ?", (token_hash,)).fetchone()
        return TokenRow(*row) if row is not None else None


class Store:
    """The database on a worker thread of its own, so that no disk keeps the loop waiting."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._database: Database | None = None

    async def open(self) -> None:
        """Open and migrate the file. Raises StoreError."""
        self._database = await self._run(lambda: Database(self._path))

    async def close(self) -> None:
        """Finish what is under way and close."""
        if self._database is not None:
            await self._run(self._database.close)
        self._thread.shutdown()

    async def find_token(self, token_hash: bytes) -> TokenRow | None:
        """The row of a token that is known."""
        database = self._opened()
        return await self._run(lambda: database.find_token(token_hash))

    def _opened(self) -> Database:
        if self._database is None:
            raise StoreError("the store is not open")
        return self._database

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
