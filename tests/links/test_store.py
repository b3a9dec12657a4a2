"""The store: tokens as hashes only, migrations, a file that is not ours, kill -9."""

import hashlib
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.accounts.tokens import hash_token
from gateway.links.store import MIGRATIONS, Database, Store, StoreError


def test_a_token_is_kept_as_its_hash_and_nowhere_else(tmp_path: Path) -> None:
    database = Database(tmp_path / "gateway.db")
    assert database.add_account("me", 1.0)
    assert not database.add_account("me", 2.0)
    token = database.add_token("me", 10.0, 60.0)
    assert token is not None
    assert len(token) >= 43
    row = database.find_token(hashlib.sha256(token.encode()).digest())
    assert row is not None
    assert (row.account, row.expires_at) == ("me", 70.0)
    database.close()
    for file in tmp_path.iterdir():
        assert token.encode() not in file.read_bytes()


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    Database(tmp_path / "kept" / "gateway.db").close()
    assert stat.S_IMODE((tmp_path / "kept" / "gateway.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700


def test_no_account_no_token_and_revoking_ends_all(tmp_path: Path) -> None:
    database = Database(tmp_path / "gateway.db")
    assert database.add_token("nobody", 0, 60) is None
    database.add_account("me", 0)
    tokens = [database.add_token("me", 0, 60) for _ in range(3)]
    assert database.accounts() == [("me", 0.0, 3)]
    assert database.revoke_tokens("me") == 3
    assert all(database.find_token(hash_token(token or "")) is None for token in tokens)
    database.close()


def test_opening_again_keeps_everything_and_migrates_once(tmp_path: Path) -> None:
    first = Database(tmp_path / "gateway.db")
    first.add_account("me", 0)
    first.close()
    second = Database(tmp_path / "gateway.db")
    assert [name for name, _, _ in second.accounts()] == ["me"]
    second.close()
    with sqlite3.connect(tmp_path / "gateway.db") as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


def test_a_file_from_a_newer_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "gateway.db") as raw:
        raw.execute("PRAGMA user_version = 999")
    raw.close()
    with pytest.raises(StoreError, match="newer"):
        Database(tmp_path / "gateway.db")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "gateway.db"
    file.write_bytes(b"these are my notes, not a database, and long enough to look at " * 20)
    before = file.read_bytes()
    with pytest.raises(StoreError, match=r"gateway\.db"):
        Database(file)
    assert file.read_bytes() == before


ISSUE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from gateway.links.store import Database
database = Database(Path(sys.argv[1]))
database.add_account("me", 0.0)
print(database.add_token("me", 0.0, 60.0), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_token_that_was_shown_survives_kill_9(tmp_path: Path) -> None:
    file = tmp_path / "gateway.db"
    done = subprocess.run([sys.executable, "-c", ISSUE_AND_DIE, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    database = Database(file)
    assert database.find_token(hash_token(done.stdout.strip())) is not None
    database.close()


async def test_the_store_answers_from_its_own_thread(tmp_path: Path) -> None:
    store = Store(tmp_path / "gateway.db")
    await store.open()
    assert await store.find_token(b"unknown") is None
    await store.close()


async def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="file"):
        await Store(tmp_path / "file" / "gateway.db").open()
