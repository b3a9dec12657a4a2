"""The real archive without its thread: a clockwork loop knows no other time than its own."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from gateway.engine.history import Row
from gateway.links import archive
from gateway.links.archive import Archive

T = TypeVar("T")
KEEP_SECONDS = 400 * 86_400.0


class Drawer(Archive):
    """In memory, unless it is given a file."""

    def __init__(self, path: Path | None = None, keep_seconds: float = KEEP_SECONDS, max_rows: int = 100_000) -> None:
        super().__init__(path or Path(":memory:"), keep_seconds, max_rows)
        self.commits: list[float] = []
        """When we said that we were alive."""
        self.refuses = False

    def is_shut(self) -> bool:
        return self._db is None

    def rows(self) -> int:
        """How many there are, by its own counting, which is right."""
        assert self._db is not None
        assert self._db.execute("SELECT count(*) FROM samples").fetchone() == (self._rows,)
        return self._rows

    async def append(self, rows: list[Row], alive: float, gone: float) -> None:
        if self.refuses:
            raise OSError("the disk is full")
        await super().append(rows, alive, gone)
        self.commits.append(alive)

    async def apart(self, work: Callable[[], T]) -> T:
        return work()

    def _connect(self) -> sqlite3.Connection:
        if self._path.name != ":memory:":
            return super()._connect()
        return archive._migrated(sqlite3.connect(":memory:", isolation_level=None))
