"""What must survive a restart: SQLite, on one worker thread, in WAL mode with every commit on the disk.

A disk that is full is no reason not to start: tokens are read, and whoever wants something written down is refused.

Migrations are numbered by their place in MIGRATIONS and never edited once released. What is kept of people, of links
and of what happened has a file of its own each; all of them share one connection, and one transaction.
"""

import sqlite3
import stat
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event
from typing import TypeVar

import structlog

from gateway.accounts.audit import Entry
from gateway.accounts.pins import Tries
from gateway.accounts.replay import Kept
from gateway.accounts.tokens import TokenRow
from gateway.links.atomic import atomically
from gateway.links.file import Layout, Newer
from gateway.links.granted import Granted
from gateway.links.journal import Journal
from gateway.links.people import People
from gateway.links.room import Lender, NoRoom, is_no_room
from gateway.links.store_pins import TriedPins
from gateway.links.worker import Worker

log: structlog.stdlib.BoundLogger = structlog.get_logger("store")

T = TypeVar("T")

BUSY_SECONDS = 5.0
WAIT_SECONDS = 3.0
"""Less than CLOVA listens for, and than a door lets anybody be answered for."""

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
    """
    ALTER TABLE accounts ADD COLUMN role TEXT NOT NULL DEFAULT 'owner';
    ALTER TABLE accounts ADD COLUMN password TEXT;
    ALTER TABLE accounts ADD COLUMN devices TEXT;
    ALTER TABLE accounts ADD COLUMN actions TEXT;
    CREATE TABLE links (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        family     BLOB NOT NULL UNIQUE,
        account    TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
        client     TEXT NOT NULL,
        generation INTEGER NOT NULL,
        created_at REAL NOT NULL,
        used_at    REAL NOT NULL
    ) STRICT;
    CREATE INDEX links_of_account ON links (account);
    CREATE TABLE refreshes (
        hash       BLOB PRIMARY KEY,
        link       INTEGER NOT NULL REFERENCES links (id) ON DELETE CASCADE,
        generation INTEGER NOT NULL,
        parent     BLOB NOT NULL,
        created_at REAL NOT NULL
    ) STRICT;
    CREATE INDEX refreshes_of_link ON refreshes (link);
    CREATE TABLE codes (
        hash         BLOB PRIMARY KEY,
        account      TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
        client       TEXT NOT NULL,
        redirect_uri TEXT NOT NULL,
        scope        TEXT NOT NULL,
        challenge    TEXT NOT NULL,
        expires_at   REAL NOT NULL,
        link         INTEGER REFERENCES links (id) ON DELETE CASCADE
    ) STRICT;
    CREATE INDEX codes_of_account ON codes (account);
    CREATE INDEX codes_of_link ON codes (link);
    ALTER TABLE tokens ADD COLUMN link INTEGER REFERENCES links (id) ON DELETE CASCADE;
    ALTER TABLE tokens ADD COLUMN refresh BLOB;
    CREATE INDEX tokens_of_link ON tokens (link);
    CREATE TABLE browsers (
        hash       BLOB PRIMARY KEY,
        account    TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE
    ) STRICT;
    CREATE INDEX browsers_of_account ON browsers (account);
    CREATE TABLE journal (
        id      INTEGER PRIMARY KEY AUTOINCREMENT,
        at      REAL NOT NULL,
        event   TEXT NOT NULL,
        account TEXT NOT NULL,
        device  TEXT NOT NULL,
        peer    TEXT NOT NULL,
        detail  TEXT NOT NULL
    ) STRICT;
    CREATE TABLE answers (
        key     BLOB PRIMARY KEY,
        until   REAL NOT NULL,
        answer  BLOB NOT NULL,
        guarded INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX answers_by_age ON answers (until);
    """,
    """
    CREATE TABLE pin_tries (
        device  TEXT NOT NULL,
        account TEXT NOT NULL,
        wrong   INTEGER NOT NULL,
        until   REAL NOT NULL,
        PRIMARY KEY (device, account)
    ) STRICT;
    """,
)
_LAYOUT = Layout(MIGRATIONS, "FULL", "PRAGMA foreign_keys = ON;")


class StoreError(OSError):
    """The file cannot be used as our store; the message says what to do."""


class StoreFull(StoreError, NoRoom):
    """It cannot be used for now: the disk takes nothing."""


class Database:
    """The store's file, used from one thread at a time. `accounts` commands use it directly. Raises StoreError.

    With `is_alone` nobody else can use it meanwhile, and it needs no room on the disk but for what is written.
    """

    def __init__(self, path: Path, is_alone: bool = False) -> None:
        try:
            if path.exists():
                _check_private(path)
            self._db = _LAYOUT.open(path, BUSY_SECONDS, is_alone)
        except Newer as error:
            raise StoreError(str(error)) from None
        except (sqlite3.Error, OSError) as error:
            raise _refused(path, error) from None
        self.people = People(self._db)
        self.granted = Granted(self._db)
        self.journal = Journal(self._db)
        self.pins = TriedPins(self._db)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All of it or nothing, on the disk when it ends."""
        return atomically(self._db)


def _refused(path: Path, error: sqlite3.Error | OSError) -> StoreError:
    return (StoreFull if is_no_room(error, path.parent) else StoreError)(f"{path}: {error}")


def _check_private(path: Path) -> None:
    """Hashes of passwords are nothing that everyone on the hub may read."""
    if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        raise StoreError(f"others may read or write it: chmod 600 {path}")


class Store:
    """The database on a worker thread of its own, so that no disk keeps the loop waiting.

    Whoever asks hears StoreError when the disk does not answer in time, and what was asked is undone. The start waits.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._worker = Worker("store", path)
        self._file: Lender[Database] = Lender(path, lambda is_alone: Database(path, is_alone), now)
        self._is_open = False

    async def open(self) -> None:
        """Open and migrate the file; where the disk is full, later. Raises StoreError for what else is wrong."""
        await self._call(self._file.open, None)
        self._is_open = True

    async def close(self) -> None:
        """Finish what is under way and close."""
        await self._worker.close(self._file.close)

    async def run(self, work: Callable[[Database], T]) -> T:
        """Do something with the database, as one transaction. Raises StoreError, at once while the disk is full."""
        return await self._whole(work, WAIT_SECONDS)

    async def find_token(self, token_hash: bytes) -> TokenRow | None:
        """The row of an access token that is known; its first use ends what came before it."""
        return await self._use(lambda database: database.granted.find_token(token_hash), WAIT_SECONDS)

    async def note(self, entry: Entry) -> None:
        """Write an entry of the audit log; however slow the disk, it is not left out. Raises StoreError."""
        await self._whole(lambda database: database.journal.note(entry, time.time()), None)

    async def load_answers(self, now: float, most: int) -> Sequence[Kept]:
        """The answers that are still kept; none where the disk is full, and not even lets them be read."""
        try:
            return await self._whole(lambda database: database.journal.answers(now, most), None)
        except StoreFull as error:
            log.error("the answers from before the start are not known", why=str(error))
            return ()

    async def begin_answer(self, key: bytes, until: float, now: float) -> bytes | None:
        """Write down that this is being carried out; what was answered, if it was begun before."""
        return await self.run(lambda database: database.journal.begin_answer(key, until, now))

    async def keep_answers(self, answers: Sequence[Kept], now: float) -> None:
        """Keep these."""
        await self.run(lambda database: database.journal.keep_answers(answers, now))

    async def load_tries(self) -> Sequence[Tries]:
        """The wrong tries of PINs; none where the disk is full, which then takes no PIN either."""
        try:
            return await self._whole(lambda database: database.pins.all(), None)
        except StoreFull as error:
            log.error("how often PINs were tried before the start is not known", why=str(error))
            return ()

    async def keep_tries(self, tries: Sequence[Tries]) -> None:
        """Keep these."""
        await self.run(lambda database: database.pins.keep(tries))

    async def _whole(self, work: Callable[[Database], T], seconds: float | None) -> T:
        is_too_late = Event()

        def whole(database: Database) -> T:
            with database.transaction():
                done = work(database)
                if is_too_late.is_set():
                    raise StoreError("nobody waits for it any more")
                return done

        try:
            return await self._use(whole, seconds)
        except StoreError:
            is_too_late.set()
            raise

    async def _use(self, work: Callable[[Database], T], seconds: float | None) -> T:
        if not self._is_open:
            raise StoreError("the store is not open")

        def tried() -> T:
            try:
                with self._file.lent() as database:
                    return work(database)
            except sqlite3.Error as error:
                raise _refused(self._path, error) from None

        return await self._call(tried, seconds)

    async def _call(self, work: Callable[[], T], seconds: float | None) -> T:
        try:
            return await self._worker.do(work, seconds)
        except StoreError:
            raise
        except OSError as error:
            raise StoreError(f"{self._path}: {error}") from None
