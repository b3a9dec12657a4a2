"""The audit log and the answers to guarded requests, in the store's file."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.accounts.audit import MAX_DETAIL, MAX_ENTRIES, Entry, Event
from gateway.accounts.replay import Kept

MAX_ANSWERS = 20_000
WRONG_CLOCK_SECONDS = 2 * 86_400.0
"""Answers are kept for longer than their tokens count, by a clock that may be a day ahead just now."""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry of the log, and when it was made, in seconds since 1970."""

    at: float
    entry: Entry


class Journal:
    """What happened, bounded: the oldest goes first."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def note(self, entry: Entry, at: float) -> None:
        """Keep an entry."""
        values = (entry.event.value, entry.account, entry.device, entry.peer, entry.detail)
        cursor = self._db.execute(
            "INSERT INTO journal (at, event, account, device, peer, detail) VALUES (?, ?, ?, ?, ?, ?)",
            (at, *(value[:MAX_DETAIL] for value in values)),
        )
        self._db.execute("DELETE FROM journal WHERE id <= ?", ((cursor.lastrowid or 0) - MAX_ENTRIES,))

    def entries(self, most: int = MAX_ENTRIES, event: Event | None = None) -> list[Written]:
        """The newest, or the newest of one sort, in the order in which they were made."""
        wanted = event.value if event is not None else None
        rows = self._db.execute(
            "SELECT at, event, account, device, peer, detail FROM journal WHERE ?1 IS NULL OR event = ?1"
            " ORDER BY id DESC LIMIT ?2",
            (wanted, most),
        ).fetchall()
        return [Written(row[0], Entry(Event(row[1]), *row[2:])) for row in reversed(rows)]

    def answers(self, now: float, most: int) -> list[Kept]:
        """The answers that are still kept, those that end last of all where there are more than `most`."""
        rows = self._db.execute(
            "SELECT key, answer, until FROM answers WHERE until > ? ORDER BY until DESC LIMIT ?", (now, most)
        ).fetchall()
        return rows[::-1]

    def begin_answer(self, key: bytes, until: float, now: float) -> bytes | None:
        """Keep an empty answer to what opens something, unless there is one; what was there before."""
        row = self._db.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        if row is not None:
            return bytes(row[0])
        self._sweep(now)
        self._db.execute("INSERT INTO answers (key, answer, until, guarded) VALUES (?, x'', ?, 1)", (key, until))
        return None

    def keep_answers(self, answers: Sequence[Kept], now: float) -> None:
        """Keep answers, each until its point in time at least."""
        self._db.executemany(
            "INSERT INTO answers (key, answer, until, guarded) VALUES (?, ?, ?, 0)"
            " ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, until = max(until, excluded.until)",
            answers,
        )
        self._sweep(now)

    def _sweep(self, now: float) -> None:
        """Those that end first go where there are too many, and what opens something last of all."""
        self._db.execute("DELETE FROM answers WHERE until <= ?", (now - WRONG_CLOCK_SECONDS,))
        self._db.execute(
            "DELETE FROM answers WHERE key IN"
            " (SELECT key FROM answers ORDER BY guarded DESC, until DESC LIMIT -1 OFFSET ?)",
            (MAX_ANSWERS,),
        )
