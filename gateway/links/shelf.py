"""What was discovered, kept over a restart: the documents themselves, and which id belongs to which hardware.

SQLite on a thread of its own. Nothing here is lost for good with the file: the broker has the documents, too. On a
disk that is full it is read; what cannot even be read stays as it is until the next start.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from gateway.desk import Document
from gateway.engine.inventory import Identity, Pin
from gateway.guards import Key, Mark
from gateway.links.atomic import atomically
from gateway.links.file import Layout, passes, set_aside
from gateway.links.room import Lender, is_no_room
from gateway.links.worker import Worker

log: structlog.stdlib.BoundLogger = structlog.get_logger("shelf")

MAX_DOCUMENTS = 20_000
MAX_BYTES = 64 * 1024 * 1024
DAY_SECONDS = 86_400.0
BUSY_SECONDS = 5.0

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE documents (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, heard_on REAL NOT NULL) STRICT;
    CREATE TABLE identities (
        hardware TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, dialect TEXT NOT NULL,
        PRIMARY KEY (hardware, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pins (
        hardware TEXT PRIMARY KEY, dialect TEXT NOT NULL, source TEXT NOT NULL, since REAL NOT NULL
    ) STRICT;
    """,
    """
    CREATE TABLE guards (
        hardware TEXT NOT NULL, dialect TEXT NOT NULL, part TEXT NOT NULL,
        keys TEXT NOT NULL, word TEXT NOT NULL, told_by TEXT NOT NULL,
        PRIMARY KEY (hardware, dialect, part)
    ) STRICT, WITHOUT ROWID;
    """,
)
_LAYOUT = Layout(MIGRATIONS, "NORMAL")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was there at the last stop."""

    documents: tuple[Document, ...] = ()
    identities: tuple[Identity, ...] = ()
    pins: tuple[Pin, ...] = ()


class Shelf:
    """The file. A broken one is set aside and begun anew; one that is in use, or of a later version, never."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._worker = Worker("shelf", path)
        self._file: Lender[sqlite3.Connection] = Lender(path, self._connect)
        self._is_read = False
        """Whether what the file held is known, so that it may be replaced."""

    async def open(self, oldest: float) -> Kept:
        """Open the file; what was heard before `oldest` (seconds since 1970) is dropped. Raises OSError."""
        return await self._worker.do(lambda: self._load(oldest))

    async def keep(self, documents: Iterable[Document], now: float) -> None:
        """Put documents on the shelf; those with an empty payload are taken off."""
        rows = list(documents)
        if rows:
            await self._worker.do(lambda: self._keep(rows, now))

    async def confirm(self, topics: Iterable[str], now: float) -> None:
        """These documents are still there; written once a day."""
        rows = [(now, topic, now - DAY_SECONDS) for topic in topics]
        await self._worker.do(lambda: self._confirm(rows))

    async def pin(self, identities: Iterable[Identity], pins: Iterable[Pin]) -> None:
        """Keep these, and only these."""
        named = [(one.hardware, one.part, one.id, one.kind, one.dialect) for one in identities]
        pinned = [(one.hardware, one.dialect, one.source, one.since) for one in pins]
        await self._worker.do(lambda: self._pin(named, pinned))

    async def guard(self, marks: Iterable[Mark]) -> None:
        """Keep these, and only these."""
        rows = [(*one.who, json.dumps(sorted(one.keys)), one.word, one.by) for one in marks]
        await self._worker.do(lambda: self._guard(rows))

    async def guarded(self) -> Iterable[Mark]:
        """Those that were kept."""
        return await self._worker.do(self._guarded)

    async def close(self) -> None:
        """Finish what is under way and close."""
        await self._worker.close(self._file.close)

    def _load(self, oldest: float) -> Kept:
        try:
            kept = self._read(oldest)
        except (sqlite3.DatabaseError, OSError) as error:
            self._file.close()
            if is_no_room(error, self._path.parent):
                log.error("what was discovered before is not known, and nothing new is kept of it", why=str(error))
                return Kept()
            if isinstance(error, OSError):
                raise
            if passes(error):  # with a sound file the ids and the guards of doors would go
                raise OSError(f"{self._path}: {error}") from None
            log.warning("the file of discovered devices is set aside and begun anew", why=str(error))
            set_aside(self._path)
            kept = self._read(oldest)
        self._is_read = True
        return kept

    def _read(self, oldest: float) -> Kept:
        self._file.open()
        with self._file.lent() as db:
            with suppress(sqlite3.OperationalError):  # a full disk can be read
                db.execute("DELETE FROM documents WHERE heard_on < ?", (oldest,))
            heard = "SELECT topic, payload FROM documents WHERE heard_on >= ? ORDER BY topic"
            return Kept(
                tuple(Document(*row) for row in db.execute(heard, (oldest,))),
                tuple(Identity(*row) for row in db.execute("SELECT id, hardware, part, kind, dialect FROM identities")),
                tuple(Pin(*row) for row in db.execute("SELECT hardware, dialect, source, since FROM pins")),
            )

    def _connect(self, is_alone: bool) -> sqlite3.Connection:
        return _LAYOUT.open(self._path, BUSY_SECONDS, is_alone)

    def _keep(self, documents: list[Document], now: float) -> None:
        gone = [(one.topic,) for one in documents if not one.payload]
        rows = [(one.topic, one.payload, now) for one in documents if one.payload]

        def change(db: sqlite3.Connection) -> None:
            db.executemany("DELETE FROM documents WHERE topic = ?", gone)
            db.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", rows)
            count, size = db.execute("SELECT count(*), sum(length(payload)) FROM documents").fetchone()
            if count > MAX_DOCUMENTS or (size or 0) > MAX_BYTES:
                log.warning("too much is described to be kept over a restart", documents=count, bytes=size)
                db.executemany("DELETE FROM documents WHERE topic = ?", [(topic,) for topic, *_ in rows])

        self._change(change)

    def _guard(self, rows: Sequence[tuple[str, ...]]) -> None:
        def change(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM guards")
            db.executemany("INSERT OR REPLACE INTO guards VALUES (?, ?, ?, ?, ?, ?)", rows)

        self._change(change)

    def _guarded(self) -> tuple[Mark, ...]:
        try:
            with self._lent() as db:
                rows = db.execute("SELECT hardware, dialect, part, keys, word, told_by FROM guards").fetchall()
            return tuple(Mark(at, dialect, part, _keys(keys), word, by) for at, dialect, part, keys, word, by in rows)
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            log.warning("what was guarded is not known again", why=str(error))
            return ()

    def _pin(self, named: list[tuple[str, str, str, str, str]], pinned: list[tuple[str, str, str, float]]) -> None:
        def change(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM identities")
            db.execute("DELETE FROM pins")
            db.executemany("INSERT OR REPLACE INTO identities VALUES (?, ?, ?, ?, ?)", named)
            db.executemany("INSERT OR REPLACE INTO pins VALUES (?, ?, ?, ?)", pinned)

        self._change(change)

    def _confirm(self, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            self._change(
                lambda db: db.executemany("UPDATE documents SET heard_on = ? WHERE topic = ? AND heard_on < ?", rows)
            )

    def _change(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """All of it or nothing; what cannot be kept is said."""
        try:
            with self._lent() as db, atomically(db):
                work(db)
        except (sqlite3.Error, OSError) as error:
            log.warning("what was discovered cannot be kept for the next start", why=str(error))

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        if not self._is_read:
            raise OSError(f"{self._path}: it could not be read at the start, and is left as it was")
        with self._file.lent() as db:
            yield db


def _keys(text: str) -> frozenset[Key]:
    return frozenset(Key(reach, tuple(path), frame) for reach, path, frame in json.loads(text))
