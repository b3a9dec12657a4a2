"""The wrong tries of PINs, in the store's file."""

import sqlite3
from collections.abc import Sequence

from gateway.accounts.pins import Tries

MAX_TRIES = 2000


class TriedPins:
    """The table of tries, bounded: what is blocked for longest stays. Its column `device` has the mark of the PIN."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> list[Tries]:
        """Every row."""
        return [Tries(*row) for row in self._db.execute("SELECT device, account, wrong, until FROM pin_tries")]

    def keep(self, tries: Sequence[Tries]) -> None:
        """Keep these; those without a wrong try are forgotten."""
        self._db.executemany(
            "INSERT INTO pin_tries (device, account, wrong, until) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (device, account) DO UPDATE SET wrong = excluded.wrong, until = excluded.until",
            [(one.pin, one.account, one.wrong, one.until) for one in tries],
        )
        self._db.execute("DELETE FROM pin_tries WHERE wrong = 0")
        self._db.execute(
            "DELETE FROM pin_tries WHERE rowid IN"
            " (SELECT rowid FROM pin_tries ORDER BY until DESC, rowid DESC LIMIT -1 OFFSET ?)",
            (MAX_TRIES,),
        )
