"""What was discovered, kept over a restart: the documents themselves, and which id belongs to which hardware.

SQLite on a thread of its own. Nothing here is lost for good with the file: the broker has the documents, too.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import structlog

from gateway.desk import Document
from gateway.engine.inventory import Identity, Pin
from gateway.guards import Key, Mark

log: structlog.stdlib.BoundLogger = structlog.get_logger("shelf")

T = TypeVar("T")

VERSION = 2
MAX_DOCUMENTS = 20_000
MAX_BYTES = 64 * 1024 * 1024
DAY_SECONDS = 86_400.0

_SCHEMA = """
    CREATE TABLE documents (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, heard_on REAL NOT NULL) STRICT;
    CREATE TABLE identities (
        hardware TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, dialect TEXT NOT NULL,
        PRIMARY KEY (hardware, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pins (
        hardware TEXT PRIMARY KEY, dialect TEXT NOT NULL, source TEXT NOT NULL, since REAL NOT NULL
    ) STRICT;
"""
_GUARDS = """
    CREATE TABLE guards (
        hardware TEXT NOT NULL, dialect TEXT NOT NULL, part TEXT NOT NULL,
        keys TEXT NOT NULL, word TEXT NOT NULL, told_by TEXT NOT NULL,
        PRIMARY KEY (hardware, dialect, part)
    ) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was there at the last stop."""

    documents: tuple[Document, ...] = ()
    identities: tuple[Identity, ...] = ()
    pins: tuple[Pin, ...] = ()


class Shelf:
    """The file. A broken one is set aside and begun anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="shelf")
        self._db: sqlite3.Connection | None = None

    async def open(self, oldest: float) -> Kept:
        """Open the file; what was heard before `oldest` (seconds since 1970) is dropped."""
        return await self._run(lambda: self._load(oldest))

    async def keep(self, documents: Iterable[Document], now: float) -> None:
        """Put documents on the shelf; those with an empty payload are taken off."""
        rows = list(documents)
        if rows:
            await self._run(lambda: self._keep(rows, now))

    async def confirm(self, topics: Iterable[str], now: float) -> None:
        """These documents are still there; written once a day."""
        rows = [(now, topic, now - DAY_SECONDS) for topic in topics]
        await self._run(lambda: self._write("UPDATE documents SET heard_on = ? WHERE topic = ? AND heard_on < ?", rows))

    async def pin(self, identities: Iterable[Identity], pins: Iterable[Pin]) -> None:
        """Keep these, and only these."""
        named = [(one.hardware, one.part, one.id, one.kind, one.dialect) for one in identities]
        pinned = [(one.hardware, one.dialect, one.source, one.since) for one in pins]
        await self._run(lambda: self._pin(named, pinned))

    async def guard(self, marks: Iterable[Mark]) -> None:
        """Keep these, and only these."""
        rows = [(*one.who, json.dumps(sorted(one.keys)), one.word, one.by) for one in marks]
        await self._run(lambda: self._guard(rows))

    async def guarded(self) -> Iterable[Mark]:
        """Those that were kept."""
        return await self._run(self._guarded)

    async def close(self) -> None:
        """Finish what is under way and close."""
        if self._db is not None:
            await self._run(self._db.close)
        self._thread.shutdown()

    def _load(self, oldest: float) -> Kept:
        try:
            return self._read(oldest)
        except sqlite3.DatabaseError as error:
            log.warning("the file of discovered devices is set aside and begun anew", why=str(error))
            if self._db is not None:
                self._db.close()
            self._path.replace(self._path.with_suffix(".broken"))
            return self._read(oldest)

    def _read(self, oldest: float) -> Kept:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        db = self._db = sqlite3.connect(self._path, timeout=5, isolation_level=None, check_same_thread=False)
        db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version not in (0, 1, VERSION):
            raise sqlite3.DatabaseError(f"version {version} of the file is not known")
        if version != VERSION:
            missing = _SCHEMA + _GUARDS if version == 0 else _GUARDS
            db.executescript(f"BEGIN; {missing} PRAGMA user_version = {VERSION}; COMMIT;")
        db.execute("DELETE FROM documents WHERE heard_on < ?", (oldest,))
        return Kept(
            tuple(Document(*row) for row in db.execute("SELECT topic, payload FROM documents ORDER BY topic")),
            tuple(Identity(*row) for row in db.execute("SELECT id, hardware, part, kind, dialect FROM identities")),
            tuple(Pin(*row) for row in db.execute("SELECT hardware, dialect, source, since FROM pins")),
        )

    def _keep(self, documents: list[Document], now: float) -> None:
        gone = [(one.topic,) for one in documents if not one.payload]
        rows = [(one.topic, one.payload, now) for one in documents if one.payload]
        self._write("DELETE FROM documents WHERE topic = ?", gone)
        self._write("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", rows)
        try:
            with closing(self._opened().execute("SELECT count(*), sum(length(payload)) FROM documents")) as sizes:
                count, size = sizes.fetchone()
        except sqlite3.Error as error:
            self._failed(error)
            return
        if count > MAX_DOCUMENTS or (size or 0) > MAX_BYTES:
            log.warning("too much is described to be kept over a restart", documents=count, bytes=size)
            self._write("DELETE FROM documents WHERE topic = ?", [(topic,) for topic, *_ in rows])

    def _guard(self, rows: Sequence[tuple[str, ...]]) -> None:
        db = self._opened()
        try:
            db.execute("BEGIN")
            db.execute("DELETE FROM guards")
            db.executemany("INSERT OR REPLACE INTO guards VALUES (?, ?, ?, ?, ?, ?)", rows)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            self._failed(error)

    def _guarded(self) -> tuple[Mark, ...]:
        try:
            rows = self._opened().execute("SELECT hardware, dialect, part, keys, word, told_by FROM guards").fetchall()
            return tuple(Mark(at, dialect, part, _keys(keys), word, by) for at, dialect, part, keys, word, by in rows)
        except (sqlite3.Error, ValueError, TypeError) as error:
            log.warning("what was guarded is not known again", why=str(error))
            return ()

    def _pin(self, named: list[tuple[str, str, str, str, str]], pinned: list[tuple[str, str, str, float]]) -> None:
        db = self._opened()
        try:
            db.execute("BEGIN")
            db.execute("DELETE FROM identities")
            db.execute("DELETE FROM pins")
            db.executemany("INSERT OR REPLACE INTO identities VALUES (?, ?, ?, ?, ?)", named)
            db.executemany("INSERT OR REPLACE INTO pins VALUES (?, ?, ?, ?)", pinned)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            self._failed(error)

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if not rows:
            return
        db = self._opened()
        try:
            db.execute("BEGIN")
            db.executemany(statement, rows)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            self._failed(error)

    def _failed(self, error: sqlite3.Error) -> None:
        log.warning("what was discovered cannot be kept for the next start", why=str(error))
        if self._opened().in_transaction:
            self._opened().execute("ROLLBACK")

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            raise RuntimeError("the shelf is not open")
        return self._db

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _keys(text: str) -> frozenset[Key]:
    return frozenset(Key(reach, tuple(path), frame) for reach, path, frame in json.loads(text))
