"""The real archive without its thread: a clockwork loop knows no other time than its own."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from gateway.links.archive import Archive

T = TypeVar("T")
KEEP_SECONDS = 400 * 86_400.0


class Drawer(Archive):
    """In memory, unless it is given a file."""

    def __init__(self, path: Path | None = None, keep_seconds: float = KEEP_SECONDS, max_rows: int = 100_000) -> None:
        super().__init__(path or Path(":memory:"), keep_seconds, max_rows)
        self.commits = 0
        self.refuses = False

    async def append(self, rows: list[tuple[tuple[str, str, str], float, float | None]], now: float) -> None:
        if self.refuses:
            raise OSError("the disk is full")
        self.commits += 1
        await super().append(rows, now)

    def _connect(self) -> sqlite3.Connection:
        if self._path.name != ":memory:":
            return super()._connect()
        return self._migrated(sqlite3.connect(":memory:", isolation_level=None))

    async def _run(self, work: Callable[[], T]) -> T:
        return work()
