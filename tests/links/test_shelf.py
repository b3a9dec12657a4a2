"""The file of what was discovered: neither an older gateway nor whoever uses it costs the ids and guards of doors."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gateway.desk import Document
from gateway.engine.inventory import Identity, Pin
from gateway.guards import Mark
from gateway.links import shelf as module
from gateway.links.shelf import Kept, Shelf

KEPT = Kept(
    (Document("a", b"1"),), (Identity("door", "0x1", "", "LOCK", "zigbee2mqtt"),), (Pin("0x1", "zigbee2mqtt", "", 1.0),)
)
MARK = Mark("0x1", "zigbee2mqtt", "", frozenset(), "entrance", "id")


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """One that holds something."""
    found = Shelf(tmp_path / "state" / "discovered.db")
    await found.open(0.0)
    await found.keep(KEPT.documents, 1.0)
    await found.pin(KEPT.identities, KEPT.pins)
    await found.guard([MARK])
    await found.close()
    return tmp_path / "state" / "discovered.db"


def modes(*files: Path) -> list[int]:
    return [file.stat().st_mode & 0o777 for file in files]


def content(file: Path) -> bytes:
    return file.read_bytes()


def execute(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute(statement)


async def is_whole(file: Path) -> bool:
    found = Shelf(file)
    kept, marks = await found.open(0.0), tuple(await found.guarded())
    await found.close()
    return kept == KEPT and marks == (MARK,) and not file.with_suffix(".broken").exists()


async def refused(file: Path, why: str) -> None:
    found = Shelf(file)
    with pytest.raises(OSError, match=rf"discovered\.db: .*{why}"):
        await found.open(0.0)
    await found.guard([])
    assert tuple(await found.guarded()) == ()
    await found.close()


async def test_it_is_for_its_owner_only_and_there_again(file: Path) -> None:
    assert modes(file, file.parent) == [0o600, 0o700]
    assert await is_whole(file)


async def test_a_file_of_a_newer_version_is_refused_and_left_alone(file: Path) -> None:
    execute(file, f"PRAGMA user_version = {len(module.MIGRATIONS) + 1}")
    before = content(file)
    await refused(file, "newer clova-gateway")
    assert content(file) == before
    execute(file, f"PRAGMA user_version = {len(module.MIGRATIONS)}")
    assert await is_whole(file)


async def test_a_file_that_is_in_use_is_never_set_aside(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.execute("BEGIN EXCLUSIVE")
        await refused(file, "locked")
    assert await is_whole(file)


def no_database(file: Path) -> None:
    file.write_bytes(b"no database " * 500)
    file.with_name("discovered.db-wal").write_bytes(b"a log")


def no_table(file: Path) -> None:
    execute(file, "DROP TABLE pins")


@pytest.mark.parametrize("spoil", [no_database, no_table])
async def test_a_broken_file_is_set_aside_and_begun_anew(file: Path, spoil: Callable[[Path], None]) -> None:
    spoil(file)
    found = Shelf(file)
    assert await found.open(0.0) == Kept()
    await found.guard([MARK])
    await found.close()
    assert file.with_suffix(".broken").exists()
    assert not file.with_name("discovered.db-wal").exists()
    found = Shelf(file)
    await found.open(0.0)
    assert tuple(await found.guarded()) == (MARK,)
    await found.close()
