"""The real archive without its thread: a clockwork loop knows no other time than its own."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from gateway.engine.history import Row
from gateway.engine.series import Sample
from gateway.engine.tracks import Series
from gateway.links.archive import LAYOUT, Archive

T = TypeVar("T")
KEEP_SECONDS = 400 * 86_400.0


class Drawer(Archive):
    """In memory, where it outlives its closing, unless it is given a file."""

    def __init__(self, path: Path | None = None, keep_seconds: float = KEEP_SECONDS, max_rows: int = 100_000) -> None:
        super().__init__(path or Path(":memory:"), keep_seconds, max_rows)
        self._memory: sqlite3.Connection | None = None
        self.commits: list[float] = []
        """When we said that we were alive."""
        self.refuses = False

    def all(self, query: str = "SELECT trait, at / 1000.0, value FROM samples JOIN series ON id = series") -> list[Any]:
        """What lies there; and its own counting is right."""
        assert self._db is not None
        assert self._db.execute("SELECT count(*) FROM samples").fetchone() == (self._rows,)
        return self._db.execute(query).fetchall()

    async def open(self) -> tuple[dict[Series, Sample], float]:
        if self.refuses:
            raise OSError("there is no disk")
        return await super().open()

    async def append(self, rows: list[Row], alive: float, gone: float) -> None:
        if self.refuses:
            raise OSError("the disk is full")
        await super().append(rows, alive, gone)
        self.commits.append(alive)

    async def apart(self, work: Callable[[], T], seconds: float | None = None) -> T:  # noqa: ARG002
        return work()

    async def close(self) -> None:
        self._close()

    def _connect(self) -> sqlite3.Connection:
        if self._path.name != ":memory:":
            return super()._connect()
        if self._memory is None:
            self._memory = LAYOUT.prepared(sqlite3.connect(":memory:", isolation_level=None))
        return self._memory

    def _close(self) -> None:
        if self._memory is None:
            super()._close()
        self._db = None
