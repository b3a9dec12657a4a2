"""The store: one private file, migrations from every version released, whole transactions, full disks, kill -9."""

import asyncio
import hashlib
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event as Signal

import pytest

from gateway.accounts.audit import Entry, Event
from gateway.accounts.tokens import hash_token
from gateway.accounts.users import Account, Role
from gateway.links import store as module
from gateway.links.store import MIGRATIONS, Database, Store, StoreError

ME = Account("me", Role.OWNER)
FIRST = """
    CREATE TABLE accounts (
        name       TEXT PRIMARY KEY,
        created_at REAL NOT NULL
    ) STRICT;
    CREATE TABLE tokens (
        hash       BLOB PRIMARY KEY,
        account    TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
        created_at REAL NOT NULL,
        expires_at REAL NOT NULL
    ) STRICT;
    CREATE INDEX tokens_of_account ON tokens (account);
"""
"""Version 1, as it was released."""


def file_of_version_1(file: Path, *tokens: str) -> None:
    file.touch(mode=0o600)
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.executescript(f"PRAGMA journal_mode = WAL; BEGIN; {FIRST} PRAGMA user_version = 1; COMMIT;")
        raw.executemany("INSERT INTO accounts VALUES (?, ?)", [("하늘", 1.0), ("bada", 2.0)])
        rows = [(hashlib.sha256(token.encode()).digest(), "하늘", 10.0, 70.0) for token in tokens]
        raw.executemany("INSERT INTO tokens VALUES (?, ?, ?, ?)", rows)


def shape(file: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(file)) as raw:
        return sorted(raw.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))


def test_version_1_is_migrated_with_its_accounts_and_tokens(tmp_path: Path) -> None:
    file = tmp_path / "gateway.db"
    file_of_version_1(file, "a token", "another")
    database = Database(file)
    people = database.people.all()
    assert [(one.account, one.password, one.created_at, one.links, one.tokens) for one in people] == [
        (Account("하늘", Role.OWNER), None, 1.0, 0, 2),
        (Account("bada", Role.OWNER), None, 2.0, 0, 0),
    ]
    row = database.granted.find_token(hash_token("a token"))
    assert row is not None
    assert (row.account.name, row.created_at, row.expires_at) == ("하늘", 10.0, 70.0)
    assert database.people.unlink("하늘") == (0, 2)
    database.journal.note(Entry(Event.CHANGED, "bada"), 3.0)
    database.close()
    Database(tmp_path / "new.db").close()
    assert shape(file) == shape(tmp_path / "new.db"), "an old file and a new one come to the same"


def test_what_was_released_stays_as_it_was() -> None:
    assert MIGRATIONS[0].split() == FIRST.split()


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "gateway.db"
    file_of_version_1(file, "a token")
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("CREATE TABLE answers (in_the_way)")
    before = shape(file)
    for _ in range(2):
        with pytest.raises(StoreError, match="answers"):
            Database(file)
    assert shape(file) == before
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (1,)


@pytest.mark.parametrize("is_new", [True, False])
def test_several_may_open_a_file_for_the_first_time_at_once(tmp_path: Path, is_new: bool) -> None:
    """The daemon starts, and somebody types `accounts add` meanwhile."""
    for number in range(5):
        file = tmp_path / f"{number}.db"
        if not is_new:
            file_of_version_1(file)
        with ThreadPoolExecutor(4) as pool:
            for database in pool.map(lambda _, file=file: Database(file), range(4)):
                database.close()


def test_opening_again_keeps_everything_and_migrates_once(tmp_path: Path) -> None:
    first = Database(tmp_path / "gateway.db")
    first.people.add(ME, None, 0)
    first.close()
    second = Database(tmp_path / "gateway.db")
    assert [person.account for person in second.people.all()] == [ME]
    second.close()
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_token_is_kept_as_its_hash_and_nowhere_else(tmp_path: Path) -> None:
    database = Database(tmp_path / "gateway.db")
    database.people.add(ME, None, 1.0)
    token = database.people.add_token("me", 10.0, 60.0)
    assert token is not None
    assert database.granted.find_token(hashlib.sha256(token.encode()).digest()) is not None
    database.close()
    for file in tmp_path.iterdir():
        assert token.encode() not in file.read_bytes()


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        database = Database(tmp_path / "kept" / "gateway.db")
    finally:
        os.umask(before)
    database.people.add(ME, None, 0)
    files = sorted((tmp_path / "kept").iterdir())
    assert [file.name for file in files] == ["gateway.db", "gateway.db-shm", "gateway.db-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700
    database.close()


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o606, 0o644, 0o666])
def test_a_file_that_everyone_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "gateway.db"
    Database(file).close()
    file.chmod(mode)
    with pytest.raises(StoreError) as caught:
        Database(file)
    assert f"chmod 600 {file}" in str(caught.value)
    assert str(caught.value).count(str(file)) == 2, "named once, and once in what to do"
    file.chmod(0o660)
    Database(file).close()


def test_a_file_from_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gateway.db").touch(mode=0o600)
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as raw:
        raw.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreError, match="newer"):
        Database(tmp_path / "gateway.db")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "gateway.db"
    file.touch(mode=0o600)
    file.write_bytes(b"these are my notes, not a database, and long enough to look at " * 20)
    before = file.read_bytes()
    with pytest.raises(StoreError, match=r"gateway\.db"):
        Database(file)
    assert file.read_bytes() == before


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "gateway.db")
    with database.transaction():
        database.people.add(ME, None, 0)

    def fails(error: type[BaseException] | None) -> None:
        with database.transaction():
            database.people.add(Account("you"), None, 0)
            if error is not None:
                raise error
            database._db.execute(
                "INSERT INTO tokens (hash, account, created_at, expires_at) VALUES (x'00', 'who', 0, 0)"
            )

    for error in (KeyError, KeyboardInterrupt, sqlite3.IntegrityError, None):
        with pytest.raises(error or sqlite3.IntegrityError):
            fails(error)
    assert [person.account.name for person in database.people.all()] == ["me"]
    database.close()


async def test_the_store_answers_from_its_own_thread(tmp_path: Path) -> None:
    store = Store(tmp_path / "gateway.db")
    with pytest.raises(StoreError, match="not open"):
        await store.find_token(b"unknown")
    await store.open()
    assert await store.find_token(b"unknown") is None
    assert await store.run(lambda database: database.people.add(ME, "hash", 1.0))
    await store.note(Entry(Event.CHANGED, "me"))
    (written,) = await store.run(lambda database: database.journal.entries())
    assert written.entry.event is Event.CHANGED
    await store.close()


async def test_the_store_goes_on_after_what_failed(tmp_path: Path) -> None:
    store = Store(tmp_path / "gateway.db")
    await store.open()
    for _ in range(3):
        with pytest.raises(StoreError, match=r"gateway\.db"):
            await store.run(lambda database: database._db.execute("SELECT nonsense"))
        with pytest.raises(KeyError):
            await store.run(lambda database: {"some": database}["nothing"])
    assert await store.run(lambda database: database.people.add(ME, None, 0))
    assert await store.begin_answer(b"key", 2.0, 1.0) is None
    assert await store.begin_answer(b"key", 2.0, 1.0) == b""
    await store.keep_answers([(b"key", b"done", 2.0)], 1.0)
    assert await store.load_answers(1.0, 9) == [(b"key", b"done", 2.0)]
    await store.close()


async def test_a_disk_that_hangs_is_an_error_for_who_waits_and_what_was_asked_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, begun, answers = Store(tmp_path / "gateway.db"), Signal(), Signal()
    await store.open()

    def hang(database: Database) -> bool:
        begun.set()
        return database.people.add(ME, None, 0) and answers.wait()

    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    while not begun.is_set():
        with pytest.raises(StoreError, match=r"gateway\.db: the disk does not answer"):
            await store.run(hang)
    with pytest.raises(StoreError, match="does not answer"):
        await store.find_token(b"unknown")
    monkeypatch.undo()
    noting = asyncio.ensure_future(store.note(Entry(Event.CHANGED, "me")))
    await asyncio.sleep(0)  # it is in the queue
    answers.set()
    await noting
    assert len(await store.run(lambda database: database.journal.entries())) == 1, "the log waits"
    assert list(await store.load_answers(0.0, 9)) == [], "and so does the start"
    assert await store.run(lambda database: database.people.all()) == []
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.find_token(b"unknown")


async def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "gateway.db")
    with pytest.raises(StoreError, match="file"):
        await store.open()
    await store.close()


FULL = """
import asyncio, json, resource, signal, sys
from pathlib import Path
from gateway.accounts.audit import Entry, Event
from gateway.accounts.grants import Grants, new_refresh
from gateway.accounts.tokens import hash_token
from gateway.accounts.users import Account, Role
from gateway.links.store import Store

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
way, folder = sys.argv[1], Path(sys.argv[2])

def linked(database, letter):
    grants = Grants(database.granted, database.journal, 1000.0)
    grants.add_code(letter, "me", "clova", "u", "home", "")
    refresh = new_refresh()
    grants.redeem(grants.find_code(letter, "clova"), letter * 43, refresh)
    link = grants.find_refresh(refresh, "clova")
    grants.refresh(link, refresh, letter * 44, new_refresh(refresh))

async def main():
    store = Store(folder / "gateway.db")
    await store.open()
    await store.run(lambda database: database.people.add(Account("me", Role.OWNER), None, 0))
    await store.run(lambda database: linked(database, "a"))
    size = (folder / "gateway.db-wal").stat().st_size
    said = []
    for room in range(0, 40_000, 4_000 if way == "write" else 1_030):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, resource.RLIM_INFINITY))
        for _ in range(3):
            try:
                if way == "write":
                    entry = Entry(Event.REFUSED, "x" * 200)
                    await store.run(lambda database: [database.journal.note(entry, 0.0) for _ in range(200)])
                else:
                    said.append(await store.find_token(hash_token("a" * 44)) is not None)
            except OSError:
                said.append("refused")
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await store.note(Entry(Event.LINKED, "after"))
        said.append("went on")
    kept = await store.run(lambda database: len(database.journal.entries()))
    await store.close()
    print(json.dumps([said, kept]))

asyncio.run(main())
"""


@pytest.mark.parametrize("way", ["write", "look up"])
def test_a_disk_that_is_full_for_a_while(tmp_path: Path, way: str) -> None:
    """What could not be written is not there, a spoken request is still heard, and when there is room all goes on."""
    done = subprocess.run([sys.executable, "-c", FULL, way, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said, kept = json.loads(done.stdout.splitlines()[-1])
    assert "went on" in said
    if way == "look up":
        assert set(said) == {True, "went on"}
    else:
        assert "refused" in said
        assert (kept - 1 - said.count("went on")) % 200 == 0, "all of it or nothing"
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


ISSUE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from gateway.accounts.users import Account
from gateway.links.store import Database
database = Database(Path(sys.argv[1]))
database.people.add(Account("me"), None, 0.0)
print(database.people.add_token("me", 0.0, 60.0), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_token_that_was_shown_survives_kill_9(tmp_path: Path) -> None:
    file = tmp_path / "gateway.db"
    done = subprocess.run([sys.executable, "-c", ISSUE_AND_DIE, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    database = Database(file)
    assert database.granted.find_token(hash_token(done.stdout.strip())) is not None
    database.close()
