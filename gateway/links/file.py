"""A SQLite file of ours: private, in WAL mode, at the version of today; and set aside where it is no good."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gateway.links.atomic import atomically
from gateway.links.room import alone

NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_PASSES = (*NO_ROOM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM)
_WAL_TRIES = 20

Begin = Callable[[sqlite3.Connection], object]
"""What a new file gets besides, in the transaction that makes it."""


class Newer(OSError):
    """The file was made by a later version of ours, and is left as it is."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file is like. Migrations are numbered by their place, and never edited once released."""

    migrations: tuple[str, ...]
    synchronous: Literal["NORMAL", "FULL"]
    """FULL: a commit is on the disk when it ends. NORMAL: a power cut may cost the last ones, and never the file."""
    pragmas: str = ""

    def open(
        self, path: Path, busy_seconds: float, is_alone: bool = False, begin: Begin | None = None
    ) -> sqlite3.Connection:
        """Open it, or make it, and bring it to the version of today. Raises Newer, OSError and sqlite3.Error."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        db = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
        try:
            if is_alone:
                alone(db)
            return self.prepared(db, begin)
        except BaseException as error:
            db.close()
            if isinstance(error, Newer):
                raise Newer(f"{path}: {error}") from None
            raise

    def prepared(self, db: sqlite3.Connection, begin: Begin | None = None) -> sqlite3.Connection:
        """The same one, as it is to be used. Raises Newer and sqlite3.Error."""
        version = self._version(db)
        _log_ahead(db)
        db.executescript(f"PRAGMA synchronous = {self.synchronous}; PRAGMA trusted_schema = OFF; {self.pragmas}")
        if version < len(self.migrations):  # all else can be read while another one writes
            with atomically(db):  # another process may be opening it for the first time as well
                self._migrate(db, begin)
        return db

    def _migrate(self, db: sqlite3.Connection, begin: Begin | None) -> None:
        version = self._version(db)
        for script in self.migrations[version:]:
            for statement in script.split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(self.migrations)}")
        if version == 0 and begin is not None:
            begin(db)

    def _version(self, db: sqlite3.Connection) -> int:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if version > len(self.migrations):
            raise Newer(f"made by a newer clova-gateway (version {version} of the file)")
        return version


def _log_ahead(db: sqlite3.Connection) -> None:
    """Turn WAL on. For this SQLite does not wait where somebody else does so as well: wait for that one's end."""
    for _ in range(_WAL_TRIES):
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if code_of(error) != sqlite3.SQLITE_BUSY:
                raise
            db.execute("BEGIN IMMEDIATE")
            db.execute("COMMIT")
        else:
            return
    raise sqlite3.OperationalError("database is locked")


def code_of(error: Exception) -> int:
    """What SQLite says that it is; that of a file that cannot be opened, where the system says that it cannot."""
    if isinstance(error, OSError):
        return sqlite3.SQLITE_CANTOPEN
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def passes(error: Exception) -> bool:
    """Whether it is not the fault of the file, and may become better."""
    return code_of(error) in _PASSES


def set_aside(path: Path, suffix: str = ".broken") -> Path:
    """Move a file, closed by us, out of the way with what its log has; where it is then. Raises OSError."""
    aside = path.with_suffix(suffix)
    path.replace(aside)
    _beside(path, "-shm").unlink(missing_ok=True)
    _beside(aside, "-wal").unlink(missing_ok=True)
    if _beside(path, "-wal").exists():
        _beside(path, "-wal").replace(_beside(aside, "-wal"))
    return aside


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
