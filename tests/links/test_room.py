"""A disk without room at the start: what was kept is read, what is new is refused, and it all goes on when there is."""

import errno
import json
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts.audit import Entry, Event
from gateway.accounts.tokens import hash_token
from gateway.accounts.users import Account, Role
from gateway.desk import Document
from gateway.engine.inventory import Identity, Pin
from gateway.links.archive import Archive
from gateway.links.room import Lender, NoRoom, is_no_room
from gateway.links.shelf import Kept, Shelf
from gateway.links.store import Database, Store, StoreError, StoreFull

LIMITED = """
import asyncio, json, os, resource, signal, sys
from pathlib import Path
from gateway.accounts.audit import Entry, Event
from gateway.accounts.users import Account
from gateway.desk import Document
from gateway.links.archive import Archive
from gateway.links.shelf import Shelf
from gateway.links.store import Store, StoreFull

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file, now = Path(sys.argv[2]), 0.0

def room(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

async def refused(work):
    try:
        await work
    except OSError as error:
        return type(error).__name__
    return "done"

async def store():
    global now
    store = Store(file, lambda: now)
    await store.open()
    yield (await store.load_answers(0.0, 9)) and "answers"
    try:
        yield (await store.find_token(bytes.fromhex(sys.argv[3]))) is not None
    except StoreFull:
        yield "full"
    note = Entry(Event.CHANGED, "x" * 5000)
    yield await refused(store.note(note))
    room(resource.RLIM_INFINITY)
    yield store._file.trouble != ""
    now = 1.0
    yield await refused(store.note(note))
    yield store._file.trouble
    yield (await store.find_token(bytes.fromhex(sys.argv[3]))) is not None
    await store.close()

async def shelf():
    shelf = Shelf(file)
    kept = await shelf.open(0.0)
    yield [one.topic for one in kept.documents]
    yield [one.id for one in kept.identities]
    await shelf.keep([Document("new", b"x" * 5000)], 2.0)
    yield list(await shelf.guarded())
    room(resource.RLIM_INFINITY)
    await shelf.close()

async def archive():
    archive = Archive(file, 1e9)
    yield await refused(archive.open())
    room(resource.RLIM_INFINITY)
    last, alive = await archive.open()
    yield [list(last.values()), alive]
    await archive.close()

async def main():
    room(4096)
    print(json.dumps([said async for said in globals()[sys.argv[1]]()]))

asyncio.run(main())
"""
"""4096 bytes a file may have, so that SQLite cannot have the 32 KB of its index."""


def with_little_room(what: str, file: Path, *more: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, what, str(file), *more], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


async def test_a_token_counts_and_nothing_is_written_until_there_is_room(tmp_path: Path) -> None:
    file = tmp_path / "gateway.db"
    database = Database(file)
    database.people.add(Account("me", Role.OWNER), None, 0.0)
    token = database.people.add_token("me", 0.0, 60.0)
    assert token is not None
    database.journal.keep_answers([(b"key", b"answer", 9.0)], 0.0)
    database.close()
    said = with_little_room("store", file, hash_token(token).hex())
    assert said == ["answers", True, "StoreFull", True, "done", "", True]
    database = Database(file)
    assert [one.entry.event for one in database.journal.entries()] == [Event.CHANGED]
    database.close()


def test_a_file_that_is_not_there_yet_is_made_when_there_is_room(tmp_path: Path) -> None:
    said = with_little_room("store", tmp_path / "state" / "gateway.db", "00")
    assert said == [[], "full", "StoreFull", True, "done", "", False]


async def test_what_was_discovered_is_read_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "discovered.db"
    lamp, pin = Identity("lamp", "0x1", "", "LIGHT", "zigbee2mqtt"), Pin("0x1", "zigbee2mqtt", "", 1.0)
    shelf = Shelf(file)
    await shelf.open(0.0)
    await shelf.keep([Document("a", b"1"), Document("b", b"2")], 1.0)
    await shelf.pin([lamp], [pin])
    await shelf.close()
    assert with_little_room("shelf", file) == [["a", "b"], ["lamp"], []]
    shelf = Shelf(file)
    assert await shelf.open(0.0) == Kept((Document("a", b"1"), Document("b", b"2")), (lamp,), (pin,))
    await shelf.close()


async def test_what_could_not_be_read_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is well again must not make an empty inventory out of a good one."""
    file, is_full = tmp_path / "discovered.db", True
    shelf = Shelf(file)
    await shelf.open(0.0)
    await shelf.keep([Document("a", b"1")], 1.0)
    await shelf.close()
    sound = Shelf._connect

    def connect(self: Shelf, is_alone: bool) -> sqlite3.Connection:
        if is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return sound(self, is_alone)

    monkeypatch.setattr(Shelf, "_connect", connect)
    shelf = Shelf(file)
    assert await shelf.open(0.0) == Kept()
    is_full = False
    await shelf.keep([Document("b", b"1")], 1.0)
    await shelf.pin([], [])
    await shelf.guard([])
    await shelf.confirm(["a"], 1e6)
    assert tuple(await shelf.guarded()) == ()
    await shelf.close()
    shelf = Shelf(file)
    assert (await shelf.open(0.0)).documents == (Document("a", b"1"),)
    await shelf.close()


async def test_the_history_stays_and_is_read_when_there_is_room(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    archive = Archive(file, 1e9)
    await archive.open()
    await archive.append([(("lamp", "on_off", ""), 5.0, 1.0)], 6.0, float("inf"))
    await archive.close()
    assert with_little_room("archive", file) == ["OSError", [[[5.0, 1.0]], 6.0]]
    assert not file.with_suffix(".broken").exists()


@pytest.mark.parametrize("error", [StoreError("made by a newer clova-gateway"), PermissionError(errno.EACCES, "no")])
def test_what_room_would_not_mend_stops_the_start(tmp_path: Path, error: Exception) -> None:
    def opens(is_alone: bool) -> Database:  # noqa: ARG001
        raise error

    with pytest.raises(type(error)):
        Lender(tmp_path / "file", opens).open()


async def test_a_newer_file_stops_the_start_of_the_store_as_before(tmp_path: Path) -> None:
    (tmp_path / "gateway.db").touch(mode=0o600)
    with sqlite3.connect(tmp_path / "gateway.db") as raw:
        raw.execute("PRAGMA user_version = 999")
    raw.close()
    store = Store(tmp_path / "gateway.db")
    with pytest.raises(StoreError, match="newer") as caught:
        await store.open()
    assert not isinstance(caught.value, StoreFull)
    await store.close()


class Lent:
    """Counts how often it is opened and closed."""

    opened: list[bool]
    closed = 0

    def __init__(self) -> None:
        self.opened = []

    def opens(self, is_alone: bool) -> "Lent":
        self.opened.append(is_alone)
        if len(self.opened) < 5:
            raise NoRoom("full")
        return self

    def close(self) -> None:
        self.closed += 1


def test_it_is_tried_again_once_a_second_at_most(tmp_path: Path) -> None:
    now, file = 0.0, Lent()
    lender = Lender(tmp_path / "file", file.opens, lambda: now)
    lender.open()
    for at in (0.0, 0.5, 0.99):
        now = at
        with pytest.raises(NoRoom), lender.lent():
            pass
    assert (file.opened, lender.trouble) == ([False, True], "full")
    now = 1.0
    with pytest.raises(NoRoom), lender.lent():
        pass
    assert file.opened == [False, True, False, True]
    now = 2.0
    for _ in range(2):
        with lender.lent() as found:
            assert found is file
    assert (file.opened[4:], file.closed, lender.trouble) == ([False], 0, "")
    lender.close()
    lender.close()
    assert file.closed == 1


@pytest.mark.parametrize(
    ("code", "is_full", "expected"),
    [
        (sqlite3.SQLITE_FULL, False, True),
        (sqlite3.SQLITE_IOERR | 19 << 8, False, True),
        (sqlite3.SQLITE_CANTOPEN, True, True),
        (sqlite3.SQLITE_CANTOPEN, False, False),
        (sqlite3.SQLITE_READONLY, True, True),
        (sqlite3.SQLITE_READONLY, False, False),
        (sqlite3.SQLITE_BUSY, True, False),
        (sqlite3.SQLITE_NOTADB, True, False),
    ],
)
def test_what_is_a_want_of_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, is_full: bool, expected: bool
) -> None:
    def temporary(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if is_full:
        monkeypatch.setattr(tempfile, "TemporaryFile", temporary)
    error = sqlite3.OperationalError("so it is")
    error.sqlite_errorcode = code
    assert is_no_room(error, tmp_path) is expected
    assert not is_no_room(sqlite3.OperationalError("no code"), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.ENOTDIR])
def test_which_errors_of_the_system_are(tmp_path: Path, number: int) -> None:
    assert is_no_room(OSError(number, "so it is"), tmp_path) is (number in (errno.ENOSPC, errno.EROFS))


async def test_a_note_is_refused_with_the_file_s_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sqlite3, "connect", connect)
    store = Store(tmp_path / "gateway.db")
    await store.open()
    for _ in range(2):
        with pytest.raises(StoreFull, match=r"gateway\.db: .*No space left"):
            await store.note(Entry(Event.CHANGED, "me"))
    assert list(await store.load_answers(0.0, 9)) == []
    await store.close()
