"""What is known of alarms, and what is to be told of them: SQLite, on a thread of its own, every commit on the disk.

A file of its own, so that nothing else keeps an alarm waiting. A broken one is set aside and begun anew, and a disk
that is full costs the ballast first. Points in time are monotonic seconds outside, and seconds since 1970 in the file.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import structlog

from gateway.engine.keeping import Batch
from gateway.engine.occasion import Occasion
from gateway.engine.outbox import MAX_CLOSED, Notification
from gateway.links.atomic import atomically
from gateway.links.outbox_rows import KEY, NOTIFICATION, OCCASION, notification_of, occasion_of, row_of

log: structlog.stdlib.BoundLogger = structlog.get_logger("alarms")

T = TypeVar("T")

MAX_KEPT = 10_000
"""So many notifications are kept after the newest; about 3 MB."""
OLDEST_SECONDS = 30 * 86_400.0
"""Of a device that is unknown for so long, nothing has to be known any more."""
BALLAST_BYTES = 262_144
"""Room for some hundred alarms on a disk that is full."""
BUSY_SECONDS = 2.0

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE own (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE filters (topic TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE occasions (
        alarm TEXT NOT NULL, device TEXT NOT NULL, slot TEXT NOT NULL, source TEXT NOT NULL,
        since REAL, raised_at REAL, over_since REAL, told_at REAL, lapses_at REAL,
        is_told INTEGER NOT NULL, is_escalated INTEGER NOT NULL, untold INTEGER NOT NULL, said TEXT NOT NULL,
        PRIMARY KEY (alarm, device, slot, source)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE notifications (
        id INTEGER PRIMARY KEY,
        alarm TEXT NOT NULL, severity TEXT NOT NULL, device TEXT NOT NULL, slot TEXT NOT NULL, source TEXT NOT NULL,
        message TEXT NOT NULL, said TEXT NOT NULL, is_second INTEGER NOT NULL,
        raised_at REAL NOT NULL, expires_at REAL NOT NULL, not_before REAL NOT NULL,
        state TEXT NOT NULL, why TEXT NOT NULL, tries INTEGER NOT NULL, closed_at REAL, is_doubtful INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX waiting ON notifications (id) WHERE state = 'waiting';
    """,
)


def _put(table: str, names: tuple[str, ...]) -> str:
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({values})"  # noqa: S608  # our own names


_PUT_OCCASION, _PUT_NOTIFICATION = _put("occasions", (*KEY, *OCCASION)), _put("notifications", NOTIFICATION)
_WAITING = "SELECT * FROM notifications WHERE state = 'waiting' ORDER BY id"
_CLOSED = "SELECT * FROM notifications WHERE state != 'waiting' ORDER BY id DESC LIMIT ?"
_TOO_OLD = "max(ifnull(since, 0), ifnull(raised_at, 0), ifnull(told_at, 0)) BETWEEN 1 AND ?"


@dataclass(frozen=True, slots=True)
class Kept:
    """What was there at the last stop."""

    client_id: str
    """Who we are to the broker, which keeps messages for us."""
    filters: tuple[str, ...] = ()
    """What the broker was asked to keep for us."""
    occasions: tuple[Occasion, ...] = ()
    waiting: tuple[Notification, ...] = ()
    closed: tuple[Notification, ...] = ()
    last_id: int = 0


class OutboxFile:
    """The file. `ahead` is by how much the time of day is ahead of the monotonic clock."""

    def __init__(self, path: Path, ahead: Callable[[], float]) -> None:
        self._path = path
        self._ballast = path.with_suffix(".ballast")
        self._ahead = ahead
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="alarms")
        self._db: sqlite3.Connection | None = None

    async def open(self, now: float) -> Kept:
        """Open the file; what is in it is nobody's reason not to start. Raises OSError for one of a later version."""
        return await self._call(lambda: self._open(now))

    async def write(self, batch: Batch) -> None:
        """On the disk when this returns. Raises OSError."""
        await self._call(lambda: self._spare(lambda: self._write(batch)))

    async def keep_filters(self, filters: Iterable[str]) -> None:
        """What the broker is asked to keep for us, and nothing else. Raises OSError."""
        rows = [(topic,) for topic in sorted(filters)]
        await self._call(lambda: self._spare(lambda: self._keep_filters(rows)))

    async def close(self) -> None:
        """Finish what is under way and close."""
        await self._call(self._close)
        self._thread.shutdown()

    def _open(self, now: float) -> Kept:
        try:
            return self._load(now)
        except _Newer:
            raise
        except sqlite3.OperationalError as error:  # full, read-only: it may become better
            log.error("alarms are kept in memory only", why=str(error), file=str(self._path))
            self._close()
            return Kept(_new_client())
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            aside = self._path.with_suffix(".broken")
            log.error(
                "the file of alarms cannot be read: it is set aside and begun anew", why=str(error), as_=str(aside)
            )
            self._close()
            self._path.replace(aside)
            for rest in ("-wal", "-shm"):
                self._path.with_name(self._path.name + rest).unlink(missing_ok=True)
            return self._load(now)

    def _load(self, now: float) -> Kept:
        db = self._connected()
        ahead = self._ahead()
        with atomically(db):
            db.execute("INSERT OR IGNORE INTO own VALUES ('client', ?)", (_new_client(),))
            db.execute(f"DELETE FROM occasions WHERE {_TOO_OLD}", (now + ahead - OLDEST_SECONDS,))  # noqa: S608  # ours
        (client_id,) = db.execute("SELECT value FROM own WHERE name = 'client'").fetchone()
        (last_id,) = db.execute("SELECT ifnull(max(id), 0) FROM notifications").fetchone()
        self._take_in_ballast()
        return Kept(
            client_id,
            tuple(topic for (topic,) in db.execute("SELECT topic FROM filters")),
            tuple(occasion_of(row, ahead, now) for row in _rows(db, "SELECT * FROM occasions")),
            tuple(notification_of(row, ahead, now) for row in _rows(db, _WAITING)),
            tuple(notification_of(row, ahead, now) for row in _rows(db, _CLOSED, MAX_CLOSED))[::-1],
            last_id,
        )

    def _connected(self) -> sqlite3.Connection:
        if self._db is not None:
            return self._db
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.touch(mode=0o600)
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from None
        db = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;")
            with atomically(db):
                (version,) = db.execute("PRAGMA user_version").fetchone()
                if version > len(MIGRATIONS):
                    raise _Newer(f"{self._path}: made by a newer clova-gateway (version {version} of the file)")
                for script in MIGRATIONS[version:]:
                    for statement in script.split(";"):
                        db.execute(statement)
                db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        except BaseException:
            db.close()
            raise
        self._db = db
        return db

    def _spare(self, work: Callable[[], None]) -> None:
        """Do it; where the disk is full, drop the ballast and do it again."""
        try:
            try:
                work()
            except sqlite3.OperationalError:
                if not self._ballast.exists():
                    raise
                self._ballast.unlink()
                log.error("the disk is full: the room kept for alarms is used up now", file=str(self._path))
                work()
        except sqlite3.Error as error:
            raise OSError(f"{self._path}: {error}") from None

    def _write(self, batch: Batch) -> None:
        ahead, db = self._ahead(), self._connected()
        with atomically(db):
            db.executemany(
                "DELETE FROM occasions WHERE alarm = ? AND device = ? AND slot = ? AND source = ?",
                [(key.alarm, key.device, key.slot, key.source) for key, one in batch.occasions.items() if one is None],
            )
            db.executemany(_PUT_OCCASION, [row_of(one, ahead) for one in batch.occasions.values() if one is not None])
            db.executemany(_PUT_NOTIFICATION, [row_of(one, ahead) for one in batch.notifications.values()])
            if batch.notifications:
                newest = max(batch.notifications)
                db.execute("DELETE FROM notifications WHERE id <= ? AND state != 'waiting'", (newest - MAX_KEPT,))

    def _keep_filters(self, rows: Sequence[tuple[str]]) -> None:
        db = self._connected()
        with atomically(db):
            db.execute("DELETE FROM filters")
            db.executemany("INSERT INTO filters VALUES (?)", rows)

    def _take_in_ballast(self) -> None:
        try:
            if not self._ballast.exists():
                self._ballast.write_bytes(bytes(BALLAST_BYTES))
        except OSError as error:
            self._ballast.unlink(missing_ok=True)
            log.warning("no room can be kept for alarms on a full disk", why=str(error))

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _new_client() -> str:
    return f"clova-gateway-alarms-{uuid4().hex[:12]}"


def _rows(db: sqlite3.Connection, statement: str, *values: object) -> Iterator[dict[str, Any]]:
    cursor = db.execute(statement, values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


class _Newer(OSError):
    """The file was made by a later version of ours."""
