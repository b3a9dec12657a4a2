"""Files on a disk that has no room: SQLite wants some before it even reads, unless nobody else may use the file."""

import errno
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("disk")

AGAIN_SECONDS = 1.0
"""How seldom it is tried whether there is room again."""
PROBE_BYTES = 4096

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)


class NoRoom(OSError):
    """The disk takes nothing; the file itself may be sound."""


class Closable(Protocol):
    """What is lent."""

    def close(self) -> None:
        """Close it."""


T = TypeVar("T", bound=Closable)


def is_no_room(error: BaseException, folder: Path) -> bool:
    """Whether a file in this folder could not be opened because the disk is full, broken or read-only."""
    if isinstance(error, OSError):
        return isinstance(error, NoRoom) or error.errno in _NO_ROOM
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return True
    return code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) and not _takes(folder)


def _takes(folder: Path) -> bool:
    """Whether the disk takes what is written; also where only our rights are in the way."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(bytes(PROBE_BYTES))
    except OSError as error:
        return error.errno not in _NO_ROOM
    return True


def alone(db: sqlite3.Connection) -> None:
    """Before its first use: nobody else can use the file meanwhile, and no room is needed to read it."""
    db.execute("PRAGMA locking_mode = EXCLUSIVE")


class Lender(Generic[T]):
    """A file that is opened once. While the disk has no room it is opened for each use, alone, and closed again.

    `opens` is called with whether it is to be opened alone. To be used from one thread at a time; `now` in seconds.
    """

    def __init__(self, path: Path, opens: Callable[[bool], T], now: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._opens = opens
        self._now = now
        self._file: T | None = None
        self._again_at = 0.0
        self._why: Exception | None = None
        """Why it cannot even be read, as far as is known."""
        self.trouble = ""
        """Why it is not open; empty while it is."""

    def open(self) -> None:
        """Open it, or find that there is no room. Raises whatever else is wrong with it."""
        self._again_at = self._now() + AGAIN_SECONDS
        self._why = None
        try:
            self._file = self._opens(False)
        except (sqlite3.Error, OSError) as error:
            if not is_no_room(error, self._path.parent):
                raise
            if not self.trouble:
                log.error("the disk takes nothing: this is read at most, until there is room", file=str(self._path))
            self.trouble = str(error)
            return
        if self.trouble:
            log.warning("the disk takes this again", file=str(self._path))
        self.trouble = ""

    @contextmanager
    def lent(self) -> Iterator[T]:
        """The open file. Raises what opening it raises."""
        if self._file is None and self._now() >= self._again_at:
            self.open()
        if self._file is not None:
            yield self._file
            return
        with closing(self._alone()) as file:
            yield file

    def close(self) -> None:
        """Close it."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def _alone(self) -> T:
        if self._why is not None:
            raise self._why.with_traceback(None)
        try:
            return self._opens(True)
        except (sqlite3.Error, OSError) as error:
            self._why = error
            raise
