"""What is known of alarms, and what is to be told of them: SQLite, on a thread of its own, every commit on the disk.

A file of its own, so that nothing else keeps an alarm waiting. A row that cannot be read is left out, a broken file is
set aside and begun anew, and a disk that is full costs the ballast first. One that cannot be read at the start is read
as soon as it can be, before anything is written to it. Points in time are monotonic seconds outside, and seconds since
1970 in the file.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import structlog

from gateway.engine.bounded import bounded
from gateway.engine.early import Early
from gateway.engine.keeping import Batch
from gateway.engine.occasion import Key, Occasion
from gateway.engine.outbox import Notification
from gateway.links import outbox_rows as rows
from gateway.links.atomic import atomically
from gateway.links.file import NO_ROOM, Layout, Newer, code_of, passes, set_aside
from gateway.links.outbox_rows import MIGRATIONS
from gateway.links.worker import Worker

log: structlog.stdlib.BoundLogger = structlog.get_logger("alarms")

T = TypeVar("T")

TIDY_AFTER = 256
"""After so many notifications those that are too many are forgotten."""
BALLAST_BYTES = 262_144
"""Room for some hundred alarms on a disk that is full."""
ROOM_BYTES = 8 * BALLAST_BYTES
"""With so much room on the disk, ballast is taken in again."""
BUSY_SECONDS = 2.0
CLOCK_SECONDS = 1.0
"""A clock that has moved by more than this was set."""
FIRST_ID_IN_MEMORY = 1_600_000_000_000
"""Where the file cannot be read, ids begin at the time of day in milliseconds, and never below this: it has others."""
MAX_UNFIT = 1000
MAX_NAMED = 5
"""So many of the rows that cannot be read are named in the log."""
ASIDE = (".broken", ".broken-2", ".broken-3")
"""The files that were set aside last, the newest first."""

_LAYOUT = Layout(MIGRATIONS, "FULL", "PRAGMA wal_autocheckpoint = 250; PRAGMA journal_size_limit = 1048576;")


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
    marks: tuple[tuple[int, bytes], ...] = ()
    """Messages that are taken in: packet identifiers and fingerprints."""
    early: tuple[Early, ...] = ()


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
        self._filters: tuple[str, ...] = ()
        """What the broker keeps for us, of a file that was set aside."""
        self._worker = Worker("alarms", path)
        self._db: sqlite3.Connection | None = None
        self._seen_at = 0.0
        """When it was last said which devices are there, or we were started."""
        self._late: Kept | None = None
        self._untidy = 0
        self._unfit: set[Key | int] = set()
        self.is_unread = False
        """Whether the file could not be read yet: what is in it is to be asked for by `missed`."""

    async def open(self, now: float) -> Kept:
        """Open the file; what is in it is nobody's reason not to start. Raises OSError for one of a later version."""
        return await self._worker.do(lambda: self._open(now))

    async def missed(self, now: float) -> Kept | None:
        """What is in a file that could not be read at the start, once it can be; None before that, and afterwards.

        Whoever was started without it goes on with all of it: the client's id, what waits, the later one of the ids.
        """
        if self.is_unread:
            with suppress(OSError):
                await self._worker.do(lambda: self._keep(self._catch_up))
        late, self._late = self._late, None
        return late and replace(late, waiting=rows.spared(late.waiting, now))

    async def write(self, batch: Batch) -> None:
        """On the disk when this returns, but for what can never be written, which is told once. Raises OSError."""
        await self._worker.do(lambda: self._keep(lambda: self._write(batch)))

    async def keep_filters(self, filters: Iterable[str]) -> None:
        """What the broker is asked to keep for us, and nothing else. Raises OSError."""
        topics = sorted({(rows.unbroken(topic),) for topic in filters})
        await self._worker.do(lambda: self._keep(lambda: self._keep_filters(topics)))

    async def confirm(self, devices: Iterable[str], now: float) -> None:
        """These devices are there; to be said once a day. Raises OSError.

        What is raised of a device that was never there for 30 days is forgotten, in the file.
        """
        known = json.dumps([bounded(device) for device in devices])
        await self._worker.do(lambda: self._keep(lambda: self._confirm(known, now)))

    async def close(self) -> None:
        """Finish what is under way and close; a disk that hangs is not waited for."""
        await self._worker.close(self._close)

    def _open(self, now: float) -> Kept:
        self._seen_at = now
        try:
            return self._read()
        except Newer:
            raise
        except (sqlite3.Error, OSError) as error:
            self._close()
            return self._in_memory(error)

    def _read(self) -> Kept:
        """What is in the file; a broken one is set aside first. Raises OSError and sqlite3.Error for what may pass."""
        try:
            return self._with_room(self._load)
        except Newer:
            raise
        except (sqlite3.Error, OSError, ValueError, TypeError, LookupError) as error:
            self._close()
            if passes(error) and not self._is_locked_out():
                raise
            self._set_aside(error)
            return self._with_room(self._load)

    def _in_memory(self, error: Exception) -> Kept:
        log.error("alarms are kept in memory only", why=str(error), file=str(self._path))
        self._client_id, self.is_unread = _new_client(), True
        return Kept(self._client_id, last_id=max(FIRST_ID_IN_MEMORY, int((self._seen_at + self._ahead()) * 1000)))

    def _catch_up(self) -> None:
        """Read what could not be read at the start, before it is written over."""
        if self.is_unread:
            self._late = self._read()
            self.is_unread = False

    def _is_locked_out(self) -> bool:
        """Whether it is there and never will be ours: a folder, or somebody else's."""
        may = os.access(self._path, os.R_OK | os.W_OK)
        return os.access(self._path, os.F_OK) and (not may or self._path.is_dir())

    def _set_aside(self, error: Exception) -> None:
        """Marks are not carried over: what they say was taken in is lost, and has to be heard again."""
        self._rescue()
        for newer, older in reversed([*pairwise(ASIDE)]):
            if self._path.with_suffix(newer).exists():
                set_aside(self._path.with_suffix(newer), older)
        aside = set_aside(self._path, ASIDE[0])
        log.error("the file of alarms cannot be read: it is set aside and begun anew", why=str(error), as_=str(aside))

    def _rescue(self) -> None:
        """Learn who we are, and what the broker keeps for us, as far as a broken file can say so."""
        where = f"{self._path.absolute().as_uri()}?mode=ro"
        with suppress(sqlite3.Error, OSError, TypeError), closing(sqlite3.connect(where, BUSY_SECONDS, uri=True)) as db:
            (client_id,) = db.execute("SELECT value FROM own WHERE name = 'client'").fetchone()
            if isinstance(client_id, str) and client_id.isascii() and client_id.isprintable() and client_id:
                self._client_id = client_id
                found = db.execute("SELECT topic FROM filters").fetchall()
                self._filters = tuple(sorted({topic for (topic,) in found if isinstance(topic, str)}))

    def _load(self) -> Kept:
        db = self._connected()
        times = self._written_ahead, self._seen_at
        if (flaws := db.execute("PRAGMA quick_check(1)").fetchall()) != [("ok",)]:
            raise ValueError(str(flaws))
        with suppress(sqlite3.OperationalError), atomically(db):  # a full disk can be read, and a file in use
            rows.tidy_first(db, sum(times))
        (client_id,) = db.execute("SELECT value FROM own WHERE name = 'client'").fetchone()
        (last_id,) = db.execute("SELECT ifnull(max(id), 0) FROM notifications").fetchone()
        self._take_in_ballast()
        filters = tuple(topic for (topic,) in db.execute("SELECT topic FROM filters"))
        spoiled: rows.Spoiled = []
        found = rows.occasions(db, *times, spoiled), rows.waiting(db, *times, spoiled), rows.closed(db, *times, spoiled)
        if spoiled:
            self._leave_out(db, spoiled)
        return Kept(client_id, filters, *found, last_id, rows.marks(db), rows.early(db))

    def _leave_out(self, db: sqlite3.Connection, spoiled: rows.Spoiled) -> None:
        with suppress(sqlite3.OperationalError), atomically(db):
            rows.put_by(db, spoiled)
        named = [f"notification {row['id']}" if "id" in row else "an occasion" for row, _ in spoiled[:MAX_NAMED]]
        why = rows.text_of(str(spoiled[0][1]))
        log.error("what cannot be read in the file of alarms is left out", rows=len(spoiled), first=named, why=why)

    def _connected(self) -> sqlite3.Connection:
        if self._db is not None:
            return self._db
        self._db, self._written_ahead = _LAYOUT.open(self._path, BUSY_SECONDS, begin=self._begin), self._ahead()
        self._db.text_factory = lambda text: text.decode("utf-8", "replace")
        return self._db

    def _begin(self, db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO own VALUES ('client', ?)", (self._client_id or _new_client(),))
        db.executemany("INSERT INTO filters VALUES (?)", ((topic,) for topic in self._filters))

    def _with_room(self, work: Callable[[], T]) -> T:
        """Do it; where the disk is full, make room and do it again."""
        try:
            return work()
        except sqlite3.OperationalError as error:
            if code_of(error) not in NO_ROOM or self._is_locked_out():
                raise
            if self._ballast.exists():
                self._ballast.unlink()
                log.error("the disk is full: the room kept for alarms is used up now", file=str(self._path))
            self._shrink()
            return work()

    def _keep(self, work: Callable[[], None]) -> None:
        try:
            self._with_room(work)
            if not self._ballast.exists():
                self._shrink()
                self._take_in_ballast(ROOM_BYTES)
        except (OSError, sqlite3.Error) as error:
            raise OSError(f"{self._path}: {error}") from None
        except Exception as error:
            raise OSError(f"{self._path}: {type(error).__name__}") from error

    def _shrink(self) -> None:
        """Keep no log: each of its commits takes more room than an alarm does."""
        with suppress(sqlite3.OperationalError):
            if self._db is not None:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _write(self, batch: Batch) -> None:
        self._catch_up()
        db, ahead = self._connected(), self._ahead()
        by = ahead - self._written_ahead
        untidy = self._untidy + len(batch.notifications)
        with atomically(db):
            if abs(by) > CLOCK_SECONDS:
                rows.set_clock(db, by)
            else:
                ahead = self._written_ahead
            rows.put_in(db, batch, ahead, self._seen_at + ahead, self._tell_unfit)
            if untidy >= TIDY_AFTER:
                rows.tidy(db)
        self._written_ahead = ahead
        self._untidy = untidy if untidy < TIDY_AFTER else 0

    def _tell_unfit(self, what: Key | int, error: Exception) -> None:
        if what not in self._unfit and len(self._unfit) < MAX_UNFIT:
            self._unfit.add(what)
            name = "an occasion" if isinstance(what, Key) else f"notification {what}"
            log.error("this can never be kept on the disk: a stop would lose it", what=name, why=type(error).__name__)

    def _keep_filters(self, topics: Sequence[tuple[str]]) -> None:
        self._catch_up()
        db = self._connected()
        with atomically(db):
            db.execute("DELETE FROM filters")
            db.executemany("INSERT INTO filters VALUES (?)", topics)

    def _confirm(self, devices: str, now: float) -> None:
        self._catch_up()
        db = self._connected()
        with atomically(db):
            rows.confirm(db, devices, now + self._written_ahead)
        self._seen_at = now

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


def _new_client() -> str:
    return f"clova-gateway-alarms-{uuid4().hex[:12]}"
