"""Occasions and notifications as rows of the file, and back: its tables, and how they are written and read."""

import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from gateway.engine.bounded import bounded
from gateway.engine.early import Early
from gateway.engine.keeping import Batch
from gateway.engine.occasion import Key, Occasion
from gateway.engine.outbox import MAX_CLOSED, Notification, State
from gateway.home.alarms import Severity

MAX_KEPT = 10_000
"""So many notifications are kept after their end: 3 MB, and ten times that were every text as long as it may be."""
OLDEST_SECONDS = 30 * 86_400.0
"""What is no alarm, and last was one so long ago, is forgotten; an alarm, if its device has been gone for so long."""

GRACE_SECONDS = 120.0
"""What waits is tried for so long at least after a start: the clock may have been ahead then."""

MAX_MARKS = 2000
"""More than a broker sends without having heard that the first of them has arrived."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE own (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE filters (topic TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE occasions (
        alarm TEXT NOT NULL, device TEXT NOT NULL, slot TEXT NOT NULL, source TEXT NOT NULL,
        since REAL, raised_at REAL, over_since REAL, told_at REAL, lapses_at REAL,
        is_told INTEGER NOT NULL, is_escalated INTEGER NOT NULL, untold INTEGER NOT NULL, said TEXT NOT NULL,
        way TEXT NOT NULL,
        PRIMARY KEY (alarm, device, slot, source)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE notifications (
        id INTEGER PRIMARY KEY,
        alarm TEXT NOT NULL, severity TEXT NOT NULL, device TEXT NOT NULL, slot TEXT NOT NULL, source TEXT NOT NULL,
        message TEXT NOT NULL, said TEXT NOT NULL, is_second INTEGER NOT NULL,
        raised_at REAL NOT NULL, expires_at REAL NOT NULL, not_before REAL NOT NULL,
        state TEXT NOT NULL, why TEXT NOT NULL, tries INTEGER NOT NULL, closed_at REAL, is_doubtful INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX waiting ON notifications (id) WHERE state = 'waiting';
    """,
    """
    ALTER TABLE notifications ADD COLUMN unclear INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE occasions ADD COLUMN seen REAL NOT NULL DEFAULT 0;
    """,
    """
    CREATE TABLE marks (number INTEGER PRIMARY KEY, mid INTEGER NOT NULL UNIQUE, fingerprint BLOB NOT NULL) STRICT;
    """,
    """
    CREATE TABLE early (number INTEGER PRIMARY KEY, topic TEXT NOT NULL, payload BLOB NOT NULL) STRICT;
    """,
)

KEY = ("alarm", "device", "slot", "source")
OCCASION = (
    *("since", "raised_at", "over_since", "told_at", "lapses_at"),
    *("is_told", "is_escalated", "untold", "said", "way"),
)
NOTIFICATION = (
    *("id", "alarm", "severity", "device", "slot", "source", "message", "said", "is_second"),
    *("raised_at", "expires_at", "not_before", "state", "why", "tries", "closed_at", "is_doubtful", "unclear"),
)
_TIMES = frozenset(name for name in (*OCCASION, *NOTIFICATION) if name.endswith(("_at", "since", "before")))
_PAST = _TIMES - {"lapses_at", "expires_at", "not_before"}


def _put(table: str, names: tuple[str, ...]) -> str:
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({values})"  # noqa: S608  # our own names


_PUT_OCCASION, _PUT_NOTIFICATION = _put("occasions", (*KEY, *OCCASION, "seen")), _put("notifications", NOTIFICATION)
_END_OCCASION = "DELETE FROM occasions WHERE " + " AND ".join(f"{name} = :{name}" for name in KEY)  # noqa: S608  # ours
_OCCASIONS = f"SELECT {', '.join((*KEY, *OCCASION))} FROM occasions"  # noqa: S608  # our own names
_NOTIFICATIONS = f"SELECT {', '.join(NOTIFICATION)} FROM notifications "  # noqa: S608  # our own names
_WAITING = _NOTIFICATIONS + "WHERE state = 'waiting' ORDER BY id"
_CLOSED = _NOTIFICATIONS + "WHERE state NOT IN ('waiting', 'unreadable') ORDER BY id DESC LIMIT :most"
_UNREADABLE = "UPDATE notifications SET state = 'unreadable', why = :why WHERE id = :id AND state = 'waiting'"
_TOO_MANY = (
    "DELETE FROM notifications WHERE state != 'waiting' AND id <= "
    "(SELECT id FROM notifications WHERE state != 'waiting' ORDER BY id DESC LIMIT 1 OFFSET :most)"
)
_TOO_OLD = (
    "DELETE FROM occasions WHERE raised_at IS NULL AND max(ifnull(since, 0), ifnull(told_at, 0)) BETWEEN 1 AND :before"
)
_NOT_SEEN = "DELETE FROM occasions WHERE raised_at IS NOT NULL AND seen BETWEEN 1 AND :before"
_SEEN_NOW = "UPDATE occasions SET seen = :now WHERE device = '' OR device IN (SELECT value FROM json_each(:devices))"
_SEEN_FIRST = "UPDATE occasions SET seen = :now WHERE seen = 0"
_CLOCK_SET = (
    "UPDATE notifications SET raised_at = raised_at + :by, expires_at = expires_at + :by, "
    "not_before = not_before + :by WHERE state = 'waiting'",
    "UPDATE occasions SET since = since + :by, raised_at = raised_at + :by, over_since = over_since + :by, "
    "told_at = told_at + :by, lapses_at = lapses_at + :by, seen = seen + :by",
)

_MARK = "INSERT OR REPLACE INTO marks (mid, fingerprint) VALUES (?, ?)"
_NO_MARKS = "DELETE FROM marks"
_OLD_MARKS = "DELETE FROM marks WHERE number <= (SELECT max(number) FROM marks) - :most"
_MARKS = "SELECT mid, fingerprint FROM marks ORDER BY number"
_PUT_EARLY = "INSERT OR REPLACE INTO early (number, topic, payload) VALUES (?, ?, ?)"
_END_EARLY = "DELETE FROM early WHERE number = ?"
_EARLY = "SELECT number, topic, payload FROM early ORDER BY number"

_UNFIT = (
    *(ValueError, TypeError, OverflowError),
    *(sqlite3.InterfaceError, sqlite3.DataError, sqlite3.IntegrityError, sqlite3.ProgrammingError),
)
"""The fault of what is to be written, and not of the disk."""

_NO_ROW = (ValueError, TypeError, LookupError, OverflowError)

Row = dict[str, Any]
Spoiled = list[tuple[Row, Exception]]
"""Rows that cannot be read, and why."""
T = TypeVar("T")


def put_in(
    db: sqlite3.Connection, batch: Batch, ahead: float, seen: float, unfit: Callable[[Key | int, Exception], None]
) -> None:
    """Write it in the transaction that is open; `unfit` is told what can never be written. `seen`: since 1970."""
    for key, occasion in batch.occasions.items():
        try:
            if occasion is None:
                db.execute(_END_OCCASION, {name: text_of(getattr(key, name)) for name in KEY})
            else:
                db.execute(_PUT_OCCASION, row_of(occasion, ahead) | {"seen": seen})
        except _UNFIT as error:
            unfit(key, error)
    for id, notification in batch.notifications.items():
        try:
            db.execute(_PUT_NOTIFICATION, row_of(notification, ahead))
        except _UNFIT as error:
            unfit(id, error)
    kept = ((one.number, unbroken(one.topic), one.payload) for one in batch.early.values() if one is not None)
    db.executemany(_PUT_EARLY, kept)
    db.executemany(_END_EARLY, [(number,) for number, one in batch.early.items() if one is None])
    if batch.is_anew:
        db.execute(_NO_MARKS)
    if batch.marks:
        db.executemany(_MARK, list(batch.marks.items()))
        db.execute(_OLD_MARKS, {"most": MAX_MARKS})


def set_clock(db: sqlite3.Connection, by: float) -> None:
    """The time of day was set by so many seconds: what waits lasts for no longer and no shorter for that."""
    for statement in _CLOCK_SET:
        db.execute(statement, {"by": by})


def tidy(db: sqlite3.Connection, most: int = MAX_KEPT) -> None:
    """Forget the oldest of what is done."""
    db.execute(_TOO_MANY, {"most": most})


def tidy_first(db: sqlite3.Connection, now: float) -> None:
    """What need not be read any more is gone; `now` is in seconds since 1970."""
    db.execute(_SEEN_FIRST, {"now": now})
    db.execute(_TOO_OLD, {"before": now - OLDEST_SECONDS})
    tidy(db)


def confirm(db: sqlite3.Connection, devices: str, now: float) -> None:
    """These are there (a JSON array); what is raised of one that was not for long is forgotten."""
    db.execute(_SEEN_NOW, {"now": now, "devices": devices})
    db.execute(_NOT_SEEN, {"before": now - OLDEST_SECONDS})


def occasions(db: sqlite3.Connection, ahead: float, now: float, spoiled: Spoiled) -> tuple[Occasion, ...]:
    """All of them, but for rows that are none."""
    return tuple(_sound(_rows(db, _OCCASIONS), lambda row: occasion_of(row, ahead, now), spoiled))


def waiting(db: sqlite3.Connection, ahead: float, now: float, spoiled: Spoiled) -> tuple[Notification, ...]:
    """All of them, the oldest first, but for rows that are none. Each lives for long enough to be tried."""
    return spared(_sound(_rows(db, _WAITING), lambda row: notification_of(row, ahead, now), spoiled), now)


def spared(some: Iterable[Notification], now: float) -> tuple[Notification, ...]:
    """The same ones, none of which expires before it was tried."""
    found = tuple(some)
    for one in found:
        one.expires_at = max(one.expires_at, now + GRACE_SECONDS)
    return found


def closed(db: sqlite3.Connection, ahead: float, now: float, spoiled: Spoiled) -> tuple[Notification, ...]:
    """The last of what is done, the oldest first, but for rows that are none."""
    return tuple(_sound(_rows(db, _CLOSED), lambda row: notification_of(row, ahead, now), spoiled))[::-1]


def put_by(db: sqlite3.Connection, spoiled: Spoiled) -> None:
    """What of these would wait waits no longer: it stays on record, in a state of its own."""
    told = ({"id": row["id"], "why": text_of(str(error))} for row, error in spoiled if "id" in row)
    db.executemany(_UNREADABLE, told)


def _sound(found: Iterable[Row], make: Callable[[Row], T], spoiled: Spoiled) -> Iterator[T]:
    for row in found:
        try:
            yield make(row)
        except _NO_ROW as error:
            spoiled.append((row, error))


def marks(db: sqlite3.Connection) -> tuple[tuple[int, bytes], ...]:
    """What the last messages are known by, whose acknowledgements may not have arrived; the newest last."""
    return tuple(db.execute(_MARKS))


def early(db: sqlite3.Connection) -> tuple[Early, ...]:
    """Messages that nobody has heard, in order; their time is the reader's to say."""
    return tuple(Early(number, topic, payload, False, 0.0) for number, topic, payload in db.execute(_EARLY))


def _rows(db: sqlite3.Connection, statement: str) -> Iterator[Row]:
    cursor = db.execute(statement, {"most": MAX_CLOSED})
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def text_of(text: str) -> str:
    """As it can be written, and bounded."""
    return unbroken(bounded(text))


def unbroken(text: str) -> str:
    """Without half a character."""
    return text.encode("utf-8", "replace").decode()


def row_of(one: Occasion | Notification, ahead: float) -> Row:
    """Its columns; `ahead` is by how much the time of day is ahead of the monotonic clock."""
    if isinstance(one, Occasion):
        columns: Row = {name: getattr(one.key, name) for name in KEY} | {name: getattr(one, name) for name in OCCASION}
    else:
        columns = {name: getattr(one, name) for name in NOTIFICATION}
        columns |= {"severity": one.severity.value, "state": one.state.value}
    return {name: _written(name, value, ahead) for name, value in columns.items()}


def _written(name: str, value: Any, ahead: float) -> Any:
    if isinstance(value, str):
        return text_of(value)
    return value + ahead if name in _TIMES and value is not None else value


def occasion_of(row: Mapping[str, Any], ahead: float, now: float) -> Occasion:
    """The occasion; ValueError or TypeError where the row is none."""
    columns = _ours(row, ahead, now)
    return Occasion(Key(*(str(columns.pop(name)) for name in KEY)), **columns)


def notification_of(row: Mapping[str, Any], ahead: float, now: float) -> Notification:
    """The notification, which waits and lives for no longer than it was given: the clock may have been wrong."""
    columns = _ours(row, ahead, now)
    for name in ("expires_at", "not_before"):
        columns[name] = min(columns[name], now + row[name] - row["raised_at"])
    return Notification(
        **(columns | {"severity": Severity(columns["severity"]), "state": State(columns["state"])}),
    )


def _ours(row: Mapping[str, Any], ahead: float, now: float) -> Row:
    """The columns with our points in time; what has happened is not in the future, whatever the clock was."""
    columns: Row = {}
    for name, value in row.items():
        if name in _TIMES and value is not None:
            if not math.isfinite(value):
                raise ValueError(f"{name} is no point in time")
            columns[name] = min(value - ahead, now) if name in _PAST else value - ahead
        else:
            columns[name] = bool(value) if name.startswith("is_") else value
    return columns
