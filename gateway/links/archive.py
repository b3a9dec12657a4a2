"""The samples of the past: SQLite in a file of its own, on a thread of its own, bounded in rows and in age.

It is not worth refusing to start for: a file that cannot be read is set aside, and a new one is begun.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import structlog

from gateway.engine.history import Row, Series
from gateway.engine.series import Sample

log: structlog.stdlib.BoundLogger = structlog.get_logger("archive")

T = TypeVar("T")

MAX_ROWS = 1_000_000
"""About 25 MB."""
SPARE = 0.05
"""The share that goes at once when the file is full, so that not every commit deletes."""
AHEAD_SECONDS = 86_400.0
"""Samples further in the future are a mistake of a clock."""
THIN_AFTER_SECONDS = 40 * 86_400.0
THIN_MILLISECONDS = 3_600_000
"""Sums and counters that old are kept once an hour."""
HOUSEKEEPING_SECONDS = 86_400.0

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE series (
        id     INTEGER PRIMARY KEY,
        device TEXT NOT NULL,
        trait  TEXT NOT NULL,
        part   TEXT NOT NULL,
        UNIQUE (device, trait, part)
    ) STRICT;
    CREATE TABLE samples (
        series INTEGER NOT NULL REFERENCES series (id),
        at     INTEGER NOT NULL,
        value  REAL,
        PRIMARY KEY (series, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE alive (at INTEGER NOT NULL) STRICT;
    """,
)
_SPACED = ("energy", "metered_volume", "power_use")
"""The traits whose samples may be thinned out."""


class Archive:
    """The file. `keep_seconds` is how old samples get."""

    def __init__(self, path: Path, keep_seconds: float, max_rows: int = MAX_ROWS) -> None:
        self._path = path
        self._keep = keep_seconds
        self._max_rows = max_rows
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history")
        self._ids: dict[Series, int] = {}
        self._rows = 0
        self._cleaned_at = 0.0

    async def open(self, now: float) -> None:
        """Open the file, or begin a new one. Raises OSError where none can be written."""
        await self._run(lambda: self._open(now))

    async def close(self) -> None:
        """Finish what is under way and close."""
        await self._run(lambda: self._db.close())
        self._thread.shutdown()

    async def last(self) -> tuple[dict[Series, Sample], float | None]:
        """The last sample of each series, and when we were last alive."""
        return await self._run(self._last)

    async def append(self, rows: list[Row], now: float) -> None:
        """Keep these, and that we are alive, in one commit. Raises OSError."""
        await self._run(lambda: self._append(rows, now))

    async def load(self, series: Series, start: float, end: float) -> list[Sample]:
        """The samples of a span, the last one before it and the first one after it."""
        return await self._run(lambda: self._load(series, start, end))

    def _open(self, now: float) -> None:
        try:
            self._db = self._connect()
        except sqlite3.OperationalError as error:  # no rights, a full disk: the file itself may be sound
            raise OSError(f"{self._path}: {error}") from None
        except sqlite3.DatabaseError as error:
            broken = self._path.with_suffix(".broken")
            log.warning("the history cannot be read; a new one is begun", aside=str(broken), why=str(error))
            self._path.replace(broken)
            for rest in ("-wal", "-shm"):
                self._path.with_name(self._path.name + rest).unlink(missing_ok=True)
            self._db = self._connect()
        self._ids = {(device, trait, part): number for number, device, trait, part in self._db.execute(_ALL_SERIES)}
        self._db.execute("DELETE FROM samples WHERE at > ?", (_milliseconds(now + AHEAD_SECONDS),))
        (self._rows,) = self._db.execute("SELECT count(*) FROM samples").fetchone()

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        return self._migrated(sqlite3.connect(self._path, timeout=5, isolation_level=None, check_same_thread=False))

    def _migrated(self, db: sqlite3.Connection) -> sqlite3.Connection:
        try:
            db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;")
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > len(MIGRATIONS):
                raise sqlite3.DatabaseError(f"made by a newer clova-gateway (version {version} of the file)")
            for number, script in enumerate(MIGRATIONS[version:], version + 1):
                db.executescript(f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT;")
            db.execute("SELECT max(at) FROM samples").fetchone()
        except sqlite3.Error:
            db.close()
            raise
        return db

    def _last(self) -> tuple[dict[Series, Sample], float | None]:
        found: dict[Series, Sample] = {}
        for series, number in self._ids.items():
            row = self._db.execute(
                "SELECT at, value FROM samples WHERE series = ? ORDER BY at DESC LIMIT 1", (number,)
            ).fetchone()
            if row is not None:
                found[series] = (row[0] / 1000, row[1])
        (alive,) = self._db.execute("SELECT max(at) FROM alive").fetchone()
        return found, None if alive is None else alive / 1000

    def _append(self, rows: list[Row], now: float) -> None:
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                written = [(self._id(series), _milliseconds(at), value) for series, at, value in rows]
                before = self._db.total_changes
                self._db.executemany("INSERT OR REPLACE INTO samples VALUES (?, ?, ?)", written)
                self._rows += self._db.total_changes - before
                self._db.execute("DELETE FROM alive")
                self._db.execute("INSERT INTO alive VALUES (?)", (_milliseconds(now),))
                self._clean(now)
        except sqlite3.Error as error:
            self._ids = {(device, trait, part): number for number, device, trait, part in self._db.execute(_ALL_SERIES)}
            raise OSError(f"{self._path}: {error}") from None

    def _id(self, series: Series) -> int:
        number = self._ids.get(series)
        if number is None:
            cursor = self._db.execute("INSERT INTO series (device, trait, part) VALUES (?, ?, ?)", series)
            number = self._ids[series] = cursor.lastrowid or 0
        return number

    def _clean(self, now: float) -> None:
        """Once a day what is too old goes, and at any time what is too much."""
        if now - self._cleaned_at >= HOUSEKEEPING_SECONDS:
            self._cleaned_at = now
            self._delete("at < ?", _milliseconds(now - self._keep))
            self._thin(_milliseconds(now - THIN_AFTER_SECONDS))
        if self._rows > self._max_rows:
            surplus = self._rows - int(self._max_rows * (1 - SPARE))
            row = self._db.execute("SELECT at FROM samples ORDER BY at LIMIT 1 OFFSET ?", (surplus,)).fetchone()
            self._delete("at < ?", row[0])

    def _thin(self, until: int) -> None:
        for (_, trait, _), number in self._ids.items():
            if trait in _SPACED:
                self._delete(
                    "series = ? AND at < ? AND value IS NOT NULL AND at NOT IN"
                    " (SELECT max(at) FROM samples WHERE series = ? AND at < ? GROUP BY at / ?)",
                    number,
                    until,
                    number,
                    until,
                    THIN_MILLISECONDS,
                )

    def _delete(self, where: str, *values: int) -> None:
        self._rows -= self._db.execute(f"DELETE FROM samples WHERE {where}", values).rowcount  # noqa: S608  # our words

    def _load(self, series: Series, start: float, end: float) -> list[Sample]:
        number = self._ids.get(series)
        if number is None:
            return []
        first, last = _milliseconds(start), _milliseconds(end)
        rows = self._db.execute(
            "SELECT at, value FROM samples WHERE series = :series"
            " AND at >= coalesce((SELECT max(at) FROM samples WHERE series = :series AND at <= :first), :first)"
            " AND at <= coalesce((SELECT min(at) FROM samples WHERE series = :series AND at >= :last), :last)"
            " ORDER BY at",
            {"series": number, "first": first, "last": last},
        )
        return [(at / 1000, value) for at, value in rows]

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


_ALL_SERIES = "SELECT id, device, trait, part FROM series"


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
