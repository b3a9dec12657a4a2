"""One transaction of SQLite, whoever has begun it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def atomically(db: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, on the disk when it ends; a part of the transaction where one has begun already."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if _is_open(db):  # a disk that is full has ended it already
            db.execute("ROLLBACK")
        raise


def _is_open(db: sqlite3.Connection) -> bool:
    return db.in_transaction
