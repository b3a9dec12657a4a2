"""The samples of the past: SQLite in a file of its own, on a thread of its own, bounded in rows and in age.

It is not worth refusing to start for: a file that cannot be read is set aside, and a new one is begun.
"""

import math
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import structlog

from gateway.engine.history import Row
from gateway.engine.series import Sample
from gateway.engine.tracks import Series
from gateway.home.traits import TRAITS, Keep
from gateway.links.file import Layout, Newer, set_aside
from gateway.links.worker import Worker

log: structlog.stdlib.BoundLogger = structlog.get_logger("archive")

T = TypeVar("T")

MAX_ROWS = 1_000_000
"""About 25 MB."""
SPARE = 0.05
"""The share that goes at once when the file is full, so that not every commit deletes."""
THIN_AFTER_SECONDS = 40 * 86_400.0
THIN_MILLISECONDS = 3_600_000
"""Of counters and sums that old the first and the last of each hour are kept."""
BUSY_SECONDS = 2.0
APPEND_SECONDS = 5.0

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
LAYOUT = Layout(MIGRATIONS, "NORMAL")


class Archive:
    """The file. `keep_seconds` is how old samples get."""

    def __init__(self, path: Path, keep_seconds: float, max_rows: int = MAX_ROWS) -> None:
        self._path = path
        self._keep = keep_seconds
        self._max_rows = max_rows
        self._worker = Worker("history", path)
        self._db: sqlite3.Connection | None = None
        self._ids: dict[Series, int] = {}
        self._rows = 0

    async def open(self) -> tuple[dict[Series, Sample], float]:
        """The last sample of each series, and when we were last alive (0: never). Raises OSError."""
        return await self.apart(self._open)

    async def close(self) -> None:
        """Finish what is under way and close."""
        await self._worker.close(self._close)

    async def append(self, rows: list[Row], alive: float, gone: float) -> None:
        """In one commit: delete all from `gone` on, keep these, and that we were alive. Raises OSError.

        Not waited for without end, for it is the last thing at a stop; what is told again is kept once.
        """
        await self.apart(lambda: self._append(rows, alive, gone), APPEND_SECONDS)

    async def tidy(self, now: float) -> None:
        """In one commit: delete what is too old, thin out what is old. Raises OSError."""
        await self.apart(lambda: self._tidy(now))

    async def apart(self, work: Callable[[], T], seconds: float | None = None) -> T:
        """Do it on our thread, where `load` can be called. Raises OSError when it is not done in so many seconds."""
        return await self._worker.do(work, seconds)

    def load(self, series: Series, start: float, end: float) -> list[Sample]:
        """The samples of a span, the last one before it and the first one after it. Raises OSError."""
        number = self._ids.get(series)
        if number is None or self._db is None:
            return []
        try:
            rows = self._db.execute(
                "SELECT at / 1000.0, value FROM samples WHERE series = :series"
                " AND at >= coalesce((SELECT max(at) FROM samples WHERE series = :series AND at < :first), :first)"
                " AND at <= coalesce((SELECT min(at) FROM samples WHERE series = :series AND at >= :last), :last)"
                " ORDER BY at",
                {"series": number, "first": _milliseconds(start), "last": _milliseconds(end)},
            )
            return rows.fetchall()
        except sqlite3.Error as error:
            raise self._broken(error) from None

    # The file

    def _open(self) -> tuple[dict[Series, Sample], float]:
        try:
            self._db = self._connect()
        except (Newer, sqlite3.DatabaseError) as error:
            self._set_aside(error)
            self._db = self._connect()
        try:
            self._count(self._db)
            return self._last(self._db)
        except sqlite3.Error as error:
            raise self._broken(error) from None

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
        self._db = None

    def _connect(self) -> sqlite3.Connection:
        try:
            return LAYOUT.open(self._path, BUSY_SECONDS)
        except sqlite3.OperationalError as error:  # no rights, a full disk: the file itself may be sound
            raise OSError(f"{self._path}: {error}") from None

    def _broken(self, error: sqlite3.Error) -> OSError:
        """The error for others. A file that turns out to be no good is set aside, and the next commit begins anew."""
        if not isinstance(error, sqlite3.OperationalError):
            self._close()
            self._set_aside(error)
        return OSError(f"{self._path}: {error}")

    def _set_aside(self, error: Exception) -> None:
        aside = set_aside(self._path, ".newer" if isinstance(error, Newer) else ".broken")
        log.warning("the history cannot be read; a new one is begun", aside=str(aside), why=str(error))

    def _count(self, db: sqlite3.Connection) -> None:
        found = db.execute("SELECT id, device, trait, part FROM series")
        self._ids = {(device, trait, part): number for number, device, trait, part in found}
        (self._rows,) = db.execute("SELECT count(*) FROM samples").fetchone()

    def _last(self, db: sqlite3.Connection) -> tuple[dict[Series, Sample], float]:
        newest = {series: db.execute(_NEWEST, (number,)).fetchone() for series, number in self._ids.items()}
        (alive,) = db.execute("SELECT max(at) / 1000.0 FROM alive").fetchone()
        return {series: sample for series, sample in newest.items() if sample is not None}, alive or 0.0

    # What is written

    def _commit(self, change: Callable[[sqlite3.Connection], T]) -> T:
        if self._db is None:  # it was set aside
            self._open()
        db = self._db
        if db is None:
            raise OSError(f"{self._path}: not open")
        try:
            with db:
                db.execute("BEGIN IMMEDIATE")
                return change(db)
        except sqlite3.Error as error:
            raise self._broken(error) from None

    def _append(self, rows: list[Row], alive: float, gone: float) -> None:
        def change(db: sqlite3.Connection) -> tuple[dict[Series, int], int]:
            count = self._rows
            if gone < math.inf:
                old = [(number, _milliseconds(gone)) for number in self._ids.values()]
                count -= db.executemany("DELETE FROM samples WHERE series = ? AND at >= ?", old).rowcount
            ids = self._ids | _added(db, {series for series, _, _ in rows} - self._ids.keys())
            new = [(ids[series], _milliseconds(at), value) for series, at, value in rows]
            count += db.executemany("INSERT OR IGNORE INTO samples VALUES (?, ?, ?)", new).rowcount
            db.execute("DELETE FROM alive")
            db.execute("INSERT INTO alive VALUES (?)", (_milliseconds(alive),))
            return ids, _cut(db, count, self._max_rows)

        self._ids, self._rows = self._commit(change)

    def _tidy(self, now: float) -> None:
        old, hour = _milliseconds(now - self._keep), THIN_MILLISECONDS
        until = _milliseconds(now - THIN_AFTER_SECONDS)

        def change(db: sqlite3.Connection) -> None:
            for (_, trait, _), number in self._ids.items():
                keep = TRAITS[trait].keep if trait in TRAITS else Keep.NONE
                db.execute(_TOO_OLD, {"series": number, "old": old})
                if keep in (Keep.COUNTER, Keep.RATE):
                    db.execute(_THIN, {"series": number, "until": until, "hour": hour})
                at, value = db.execute(_NEWEST, (number,)).fetchone() or (0, None)
                if at * 1000 <= old and (keep is not Keep.STEPS or value is None):  # it tells nothing of later
                    db.execute("DELETE FROM samples WHERE series = ?", (number,))
            db.execute("DELETE FROM series WHERE id NOT IN (SELECT series FROM samples)")
            self._count(db)

        self._commit(change)


_NEWEST = "SELECT at / 1000.0, value FROM samples WHERE series = ? ORDER BY at DESC LIMIT 1"
_TOO_OLD = """
    DELETE FROM samples WHERE series = :series
    AND at < (SELECT max(at) FROM samples WHERE series = :series AND at <= :old)
"""
"""But for the last one: it holds on."""
_THIN = """
    WITH line AS (
        SELECT at, at / :hour AS hour, value, lag(value) OVER line AS before,
            lag(at / :hour) OVER line AS hour_before, lead(at / :hour) OVER line AS hour_after
        FROM samples WHERE series = :series AND at < :until WINDOW line AS (ORDER BY at)
    ), odd AS (SELECT DISTINCT hour FROM line WHERE value IS NULL OR value < before)
    DELETE FROM samples WHERE series = :series AND at IN (
        SELECT at FROM line WHERE hour_before = hour AND hour = hour_after
        AND hour NOT IN (SELECT hour - 1 FROM odd UNION SELECT hour FROM odd UNION SELECT hour + 1 FROM odd)
    )
"""
"""What lies within an hour, unless a counter falls or something is unknown in that hour or next to it."""


def _added(db: sqlite3.Connection, found: Iterable[Series]) -> dict[Series, int]:
    """New series, by their numbers."""
    insert = "INSERT INTO series (device, trait, part) VALUES (?, ?, ?) RETURNING id"
    return {series: db.execute(insert, series).fetchone()[0] for series in found}


def _cut(db: sqlite3.Connection, count: int, most: int) -> int:
    """While there are too many rows, the longest series loses its oldest; how many are left."""
    while count > most:
        longest = "SELECT series, count(*) FROM samples GROUP BY series ORDER BY count(*) DESC LIMIT 1"
        number, length = db.execute(longest).fetchone()
        surplus = min(max(1, int(most * SPARE)), length // 2)
        if surplus == 0:
            break
        first = "SELECT at FROM samples WHERE series = :series ORDER BY at LIMIT 1 OFFSET :surplus"
        cut = f"DELETE FROM samples WHERE series = :series AND at < ({first})"  # noqa: S608  # our words
        count -= db.execute(cut, {"series": number, "surplus": surplus}).rowcount
    return count


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
