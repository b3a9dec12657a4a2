"""What is known of alarms, and what is to be told of them: SQLite, on a thread of its own, every commit on the disk.

A file of its own, so that nothing else keeps an alarm waiting. A broken one is set aside and begun anew, and a disk
that is full costs the ballast first. Points in time are monotonic seconds outside, and seconds since 1970 in the file.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
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
"""What is no alarm, and last was one so long ago, is forgotten."""
BALLAST_BYTES = 262_144
"""Room for some hundred alarms on a disk that is full."""
ROOM_BYTES = 8 * BALLAST_BYTES
"""With so much room on the disk, ballast is taken in again."""
BUSY_SECONDS = 2.0
CLOCK_SECONDS = 1.0
"""A clock that has moved by more than this was set."""

_PRAGMAS = """
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;
    PRAGMA wal_autocheckpoint = 250; PRAGMA journal_size_limit = 1048576;
"""
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE own (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE filters (topic TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE occasions (
        alarm TEXT NOT NULL, device TEXT NOT NULL, slot TEXT NOT NULL, source TEXT NOT NULL,
        since REAL, raised_at REAL, over_since REAL, told_at REAL, lapses_at REAL,
        is_told INTEGER NOT NULL, is_escalated INTEGER NOT NULL, untold INTEGER NOT NULL, said TEXT NOT NULL,
        way TEXT NOT NULL,
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
_OCCASIONS = f"SELECT {', '.join((*KEY, *OCCASION))} FROM occasions"  # noqa: S608  # our own names
_NOTIFICATIONS = f"SELECT {', '.join(NOTIFICATION)} FROM notifications "  # noqa: S608  # our own names
_WAITING = _NOTIFICATIONS + "WHERE state = 'waiting' ORDER BY id"
_CLOSED = _NOTIFICATIONS + "WHERE state != 'waiting' ORDER BY id DESC LIMIT ?"
_TOO_OLD = "raised_at IS NULL AND max(ifnull(since, 0), ifnull(told_at, 0)) BETWEEN 1 AND ?"
_CLOCK_SET = (
    "UPDATE notifications SET raised_at = raised_at + :by, expires_at = expires_at + :by, "
    "not_before = not_before + :by WHERE state = 'waiting'",
    "UPDATE occasions SET since = since + :by, raised_at = raised_at + :by, over_since = over_since + :by, "
    "told_at = told_at + :by, lapses_at = lapses_at + :by",
)

_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_PASSES = (*_NO_ROOM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM)
"""What is not the fault of the file, and may become better."""


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
        self._written_ahead = 0.0
        """With which the points in time in the file were written."""
        self._client_id = ""
        """Who we are where the file could not say so."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="alarms")
        self._db: sqlite3.Connection | None = None

    async def open(self, now: float) -> Kept:
        """Open the file; what is in it is nobody's reason not to start. Raises OSError for one of a later version."""
        return await self._call(lambda: self._open(now))

    async def write(self, batch: Batch) -> None:
        """On the disk when this returns. Raises OSError."""
        await self._call(lambda: self._keep(lambda: self._write(batch)))

    async def keep_filters(self, filters: Iterable[str]) -> None:
        """What the broker is asked to keep for us, and nothing else. Raises OSError."""
        rows = [(topic,) for topic in sorted(filters)]
        await self._call(lambda: self._keep(lambda: self._keep_filters(rows)))

    async def close(self) -> None:
        """Finish what is under way and close."""
        await self._call(self._close)
        self._thread.shutdown()

    def _open(self, now: float) -> Kept:
        try:
            return self._with_room(lambda: self._load(now))
        except _Newer:
            raise
        except (sqlite3.Error, OSError, ValueError, TypeError, LookupError) as error:
            self._close()
            if _code(error) in _PASSES and not self._is_locked_out():
                return self._in_memory(error, now)
            try:
                self._set_aside(error)
                return self._with_room(lambda: self._load(now))
            except (sqlite3.Error, OSError) as another:
                self._close()
                return self._in_memory(another, now)

    def _in_memory(self, error: Exception, now: float) -> Kept:
        """Nothing is known of what is in the file, which must not be written over if it can be written later."""
        log.error("alarms are kept in memory only", why=str(error), file=str(self._path))
        self._client_id = _new_client()
        return Kept(self._client_id, last_id=max(0, int((now + self._ahead()) * 1000)))

    def _is_locked_out(self) -> bool:
        """Whether it is there and never will be ours: a folder, or somebody else's."""
        may = os.access(self._path, os.R_OK | os.W_OK)
        return os.access(self._path, os.F_OK) and (not may or self._path.is_dir())

    def _set_aside(self, error: Exception) -> None:
        aside = self._path.with_suffix(".broken")
        log.error("the file of alarms cannot be read: it is set aside and begun anew", why=str(error), as_=str(aside))
        self._path.replace(aside)
        for rest in ("-wal", "-shm"):
            self._path.with_name(self._path.name + rest).unlink(missing_ok=True)

    def _load(self, now: float) -> Kept:
        db = self._connected()
        ahead = self._written_ahead
        if (flaws := db.execute("PRAGMA quick_check(1)").fetchall()) != [("ok",)]:
            raise ValueError(str(flaws))
        with suppress(sqlite3.OperationalError), atomically(db):  # a full disk can be read
            db.execute(f"DELETE FROM occasions WHERE {_TOO_OLD}", (now + ahead - OLDEST_SECONDS,))  # noqa: S608  # ours
        (client_id,) = db.execute("SELECT value FROM own WHERE name = 'client'").fetchone()
        (last_id,) = db.execute("SELECT ifnull(max(id), 0) FROM notifications").fetchone()
        self._take_in_ballast()
        return Kept(
            client_id,
            tuple(topic for (topic,) in db.execute("SELECT topic FROM filters")),
            tuple(occasion_of(row, ahead, now) for row in _rows(db, _OCCASIONS)),
            tuple(notification_of(row, ahead, now) for row in _rows(db, _WAITING)),
            tuple(notification_of(row, ahead, now) for row in _rows(db, _CLOSED, MAX_CLOSED))[::-1],
            last_id,
        )

    def _connected(self) -> sqlite3.Connection:
        if self._db is not None:
            return self._db
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        db = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            db.executescript(_PRAGMAS)
            with atomically(db):
                self._migrate(db)
        except BaseException:
            db.close()
            raise
        self._db, self._client_id, self._written_ahead = db, "", self._ahead()
        return db

    def _migrate(self, db: sqlite3.Connection) -> None:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise _Newer(f"{self._path}: made by a newer clova-gateway (version {version} of the file)")
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                db.execute(statement)
        if version < len(MIGRATIONS):
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        if version == 0 or self._client_id:
            db.execute("INSERT OR REPLACE INTO own VALUES ('client', ?)", (self._client_id or _new_client(),))

    def _with_room(self, work: Callable[[], T]) -> T:
        """Do it; where the disk is full, make room and do it again."""
        try:
            return work()
        except sqlite3.OperationalError as error:
            if _code(error) not in _NO_ROOM or self._is_locked_out():
                raise
            if self._ballast.exists():
                self._ballast.unlink()
                log.error("the disk is full: the room kept for alarms is used up now", file=str(self._path))
            self._shrink()
            return work()

    def _keep(self, work: Callable[[], None]) -> None:
        try:
            self._with_room(work)
        except sqlite3.Error as error:
            raise OSError(f"{self._path}: {error}") from None
        if not self._ballast.exists():
            self._shrink()
            self._take_in_ballast(ROOM_BYTES)

    def _shrink(self) -> None:
        """Keep no log: each of its commits takes more room than an alarm does."""
        with suppress(sqlite3.OperationalError):
            if self._db is not None:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _write(self, batch: Batch) -> None:
        db, ahead = self._connected(), self._ahead()
        by = ahead - self._written_ahead
        with atomically(db):
            if abs(by) > CLOCK_SECONDS:
                for statement in _CLOCK_SET:
                    db.execute(statement, {"by": by})
            else:
                ahead = self._written_ahead
            _put_in(db, batch, ahead)
        self._written_ahead = ahead

    def _keep_filters(self, rows: Sequence[tuple[str]]) -> None:
        db = self._connected()
        with atomically(db):
            db.execute("DELETE FROM filters")
            db.executemany("INSERT INTO filters VALUES (?)", rows)

    def _take_in_ballast(self, room: int = 0) -> None:
        try:
            is_whole = self._ballast.exists() and self._ballast.stat().st_size == BALLAST_BYTES
            if not is_whole and shutil.disk_usage(self._path.parent).free > room:
                self._ballast.write_bytes(os.urandom(BALLAST_BYTES))
        except OSError as error:
            self._ballast.unlink(missing_ok=True)
            log.warning("no room can be kept for alarms on a full disk", why=str(error))

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _put_in(db: sqlite3.Connection, batch: Batch, ahead: float) -> None:
    db.executemany(
        "DELETE FROM occasions WHERE alarm = ? AND device = ? AND slot = ? AND source = ?",
        [(key.alarm, key.device, key.slot, key.source) for key, one in batch.occasions.items() if one is None],
    )
    db.executemany(_PUT_OCCASION, [row_of(one, ahead) for one in batch.occasions.values() if one is not None])
    db.executemany(_PUT_NOTIFICATION, [row_of(one, ahead) for one in batch.notifications.values()])
    if batch.notifications:
        newest = max(batch.notifications)
        db.execute("DELETE FROM notifications WHERE id <= ? AND state != 'waiting'", (newest - MAX_KEPT,))


def _code(error: Exception) -> int:
    """What SQLite says that it is; that of a file that cannot be opened, where the system says that it cannot."""
    if isinstance(error, OSError):
        return sqlite3.SQLITE_CANTOPEN
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _new_client() -> str:
    return f"clova-gateway-alarms-{uuid4().hex[:12]}"


def _rows(db: sqlite3.Connection, statement: str, *values: object) -> Iterator[dict[str, Any]]:
    cursor = db.execute(statement, values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


class _Newer(OSError):
    """The file was made by a later version of ours."""
