"""The file of the past: what it keeps, what it lets go, and what becomes of it when it is broken or full."""

import asyncio
import math
import signal
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.engine.history import Row
from gateway.engine.series import Sample
from gateway.engine.tracks import Series
from gateway.links.archive import MIGRATIONS, Archive

HOUR, DAY = 3600.0, 86_400.0
NOON = 1_795_230_000.0
"""A full hour."""
LAMP: Series = ("lamp", "on_off", "")
METER: Series = ("meter", "energy", "")
NEVER = math.inf


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


@pytest.fixture
async def archive(file: Path) -> AsyncIterator[Archive]:
    found = Archive(file, 30 * DAY)
    await found.open()
    yield found
    await found.close()


async def keep(archive: Archive, one: Series, *samples: Sample, alive: float = NOON, gone: float = NEVER) -> None:
    await archive.append([(one, at, value) for at, value in samples], alive, gone)


async def kept(archive: Archive, one: Series, start: float = 0, end: float = 1e10) -> list[Sample]:
    return await archive.apart(lambda: archive.load(one, start, end))


async def counts_right(archive: Archive) -> bool:
    assert archive._db is not None
    count = archive._db.execute("SELECT count(*) FROM samples").fetchone()
    return bool(count == (archive._rows,))


async def test_a_span_comes_with_the_sample_before_and_the_one_after(archive: Archive) -> None:
    samples = [(NOON + second, float(second)) for second in range(0, 100, 10)]
    await keep(archive, LAMP, *samples)
    await keep(archive, ("lamp", "on_off", "left"), (NOON + 1, 7.0))
    assert await kept(archive, LAMP, NOON + 25, NOON + 45) == samples[2:6]
    assert await kept(archive, LAMP, NOON + 20, NOON + 40) == samples[1:5]
    assert await kept(archive, LAMP, NOON + 200, NOON + 300) == samples[-1:]
    assert await kept(archive, LAMP, NOON - 300, NOON - 200) == samples[:1]
    assert await kept(archive, ("lamp", "motion", "")) == []


async def test_it_knows_where_it_left_off(file: Path) -> None:
    first = Archive(file, 30 * DAY)
    assert await first.open() == ({}, 0.0)
    await keep(first, LAMP, (NOON, 1.0), (NOON + 1.234, None))
    await keep(first, METER, (NOON + 2, 5.5), alive=NOON + 60)
    await first.close()
    second = Archive(file, 30 * DAY)
    assert await second.open() == ({LAMP: (NOON + 1.234, None), METER: (NOON + 2, 5.5)}, NOON + 60)
    assert await kept(second, LAMP) == [(NOON, 1.0), (NOON + 1.234, None)]
    await second.close()


@pytest.mark.usefixtures("archive")
def test_the_file_is_for_its_owner_only_and_in_wal_mode(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    with sqlite3.connect(file) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


async def test_what_is_written_twice_is_there_once(archive: Archive) -> None:
    for _ in range(2):
        await keep(archive, LAMP, (NOON, 1.0), (NOON + 1, 0.0))
    assert await kept(archive, LAMP) == [(NOON, 1.0), (NOON + 1, 0.0)]
    assert await counts_right(archive)


async def test_what_was_kept_by_a_wrong_clock_goes(archive: Archive) -> None:
    await keep(archive, LAMP, *((NOON + second, 1.0) for second in range(5)))
    await keep(archive, METER, (NOON, 1.0), (NOON + 2, 2.0))
    await keep(archive, LAMP, (NOON + 1.5, None), gone=NOON + 2)
    assert [at - NOON for at, _ in await kept(archive, LAMP)] == [0, 1, 1.5]
    assert await kept(archive, METER) == [(NOON, 1.0)]
    assert await counts_right(archive)


# What it lets go


async def test_what_is_too_old_goes_but_for_what_still_holds(archive: Archive) -> None:
    old = [(NOON - 50 * DAY, 1.0), (NOON - 40 * DAY, 0.0)]
    await keep(archive, LAMP, *old, (NOON, 1.0))
    await keep(archive, ("window", "contact", ""), *old)
    await keep(archive, ("gone", "contact", ""), *old, (NOON - 39 * DAY, None))
    await keep(archive, ("gone", "energy", ""), *old)
    await keep(archive, ("gone", "wind", ""), *old)
    await archive.tidy(NOON)
    assert await kept(archive, LAMP) == [*old[1:], (NOON, 1.0)]
    assert await kept(archive, ("window", "contact", "")) == old[1:]
    assert await counts_right(archive)
    assert archive._ids.keys() == {LAMP, ("window", "contact", "")}
    await keep(archive, ("gone", "energy", ""), (NOON, 5.0))
    assert await kept(archive, ("gone", "energy", "")) == [(NOON, 5.0)]


async def test_of_old_counters_two_samples_an_hour_are_left_and_of_the_rest_all(archive: Archive) -> None:
    old = [(NOON - 45 * DAY + minute * 60, float(minute)) for minute in range(60)]
    recent = [(NOON - 39 * DAY + minute * 60, float(minute)) for minute in range(60)]
    switched = [(NOON - 29 * DAY + minute * 60, float(minute % 2)) for minute in range(60)]
    archive._keep = 400 * DAY
    await keep(archive, METER, *old, *recent)
    await keep(archive, LAMP, *switched)
    await archive.tidy(NOON)
    assert (await kept(archive, METER), await kept(archive, LAMP)) == ([old[0], old[-1], *recent], switched)
    assert await counts_right(archive)


async def test_when_it_is_full_the_longest_series_loses_its_oldest(file: Path) -> None:
    archive = Archive(file, 30 * DAY, max_rows=1000)
    await archive.open()
    await keep(archive, METER, *((NOON + second, 1.0) for second in range(100)))
    for begin in range(0, 5000, 500):
        await keep(archive, LAMP, *((NOON + begin + second, 1.0) for second in range(500)))
        assert archive._rows <= 1000
        assert await counts_right(archive)
    assert len(await kept(archive, METER)) == 100
    lamp = await kept(archive, LAMP)
    assert lamp == [(NOON + second, 1.0) for second in range(5000 - len(lamp), 5000)]
    assert len(lamp) > 800
    await archive.close()


async def test_a_thousand_series_of_one_sample_each_may_be_more_than_is_allowed(file: Path) -> None:
    archive = Archive(file, 30 * DAY, max_rows=10)
    await archive.open()
    await archive.append([((f"dev-{number}", "on_off", ""), NOON, 1.0) for number in range(20)], NOON, NEVER)
    assert archive._rows == 20
    await archive.close()


# What fails


async def begun_anew(archive: Archive) -> None:
    await keep(archive, LAMP, (NOON, 1.0))
    assert await kept(archive, LAMP) == [(NOON, 1.0)]
    await archive.close()


async def test_a_file_that_is_no_database_is_set_aside(file: Path) -> None:
    text = notes(file)
    archive = Archive(file, 30 * DAY)
    assert await archive.open() == ({}, 0.0)
    assert file.with_suffix(".broken").read_bytes() == text
    await begun_anew(archive)


async def test_a_file_of_a_newer_version_is_set_aside_as_it_is(file: Path) -> None:
    file.parent.mkdir()
    with sqlite3.connect(file) as raw:
        raw.executescript("PRAGMA user_version = 999; CREATE TABLE wonders (x)")
    raw.close()
    archive = Archive(file, 30 * DAY)
    assert await archive.open() == ({}, 0.0)
    with sqlite3.connect(file.with_suffix(".newer")) as raw:
        assert raw.execute("SELECT name FROM sqlite_schema").fetchall() == [("wonders",)]
    raw.close()
    await begun_anew(archive)


def spoil(file: Path) -> None:
    with file.open("r+b") as raw:
        raw.seek(4096 * 4)
        raw.write(b"\xa5" * (file.stat().st_size - 4096 * 4))


def notes(file: Path) -> bytes:
    """A file of the owner's where ours should be."""
    file.parent.mkdir()
    text = b"these are my notes, not a database, and long enough to look at " * 20
    file.write_bytes(text)
    return text


@pytest.mark.parametrize("do", ["read", "write"])
async def test_a_file_that_breaks_later_is_set_aside_and_begun_anew(file: Path, do: str) -> None:
    first = Archive(file, 30 * DAY)
    await first.open()
    for begin in range(0, 200_000, 10_000):
        await keep(first, METER, *((NOON + begin + second, 1.0) for second in range(10_000)))
    await first.close()
    archive = Archive(file, 30 * DAY)
    await archive.open()
    spoil(file)
    work = kept(archive, METER) if do == "read" else archive.tidy(NOON + 100 * DAY)
    with pytest.raises(OSError, match=r"history\.db"):
        await work
    assert file.with_suffix(".broken").exists()
    assert await kept(archive, METER) == []
    await begun_anew(archive)


async def test_a_place_where_nothing_can_be_written_is_an_error_and_may_be_better_later(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    archive = Archive(tmp_path / "state" / "history.db", 30 * DAY)
    with pytest.raises(OSError, match="state"):
        await archive.open()
    with pytest.raises(OSError, match="state"):
        await keep(archive, LAMP, (NOON, 1.0))
    (tmp_path / "state").unlink()
    await archive.open()
    await begun_anew(archive)


async def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "history.db").mkdir()
    archive = Archive(tmp_path / "history.db", 30 * DAY)
    with pytest.raises(OSError, match=r"history\.db"):
        await archive.open()
    await archive.close()


async def test_a_full_disk_takes_nothing_and_loses_nothing(archive: Archive) -> None:
    await keep(archive, LAMP, (NOON, 1.0))
    assert archive._db is not None
    archive._db.execute("PRAGMA max_page_count = 1")
    many: list[Sample] = [(NOON + second, 1.0) for second in range(1, 50_000)]
    with pytest.raises(OSError, match="full"):
        await keep(archive, METER, *many)
    assert await kept(archive, LAMP) == [(NOON, 1.0)]
    assert await kept(archive, METER) == []
    assert await counts_right(archive)
    archive._db.execute("PRAGMA max_page_count = 1000000")
    await keep(archive, METER, *many)
    assert await kept(archive, METER) == many
    assert await counts_right(archive)


async def test_a_file_that_someone_else_holds_takes_nothing_for_now(archive: Archive, file: Path) -> None:
    assert archive._db is not None
    archive._db.execute("PRAGMA busy_timeout = 10")
    raw = sqlite3.connect(file, isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    with pytest.raises(OSError, match="locked"):
        await keep(archive, LAMP, (NOON, 1.0))
    assert await kept(archive, LAMP) == []
    raw.execute("COMMIT")
    raw.close()
    await keep(archive, LAMP, (NOON, 1.0))
    assert await kept(archive, LAMP) == [(NOON, 1.0)]


async def test_what_was_never_opened_can_be_closed_and_what_is_closed_holds_nothing(file: Path) -> None:
    await Archive(file, 30 * DAY).close()
    archive = Archive(file, 30 * DAY)
    await archive.open()
    await keep(archive, LAMP, (NOON, 1.0))
    await archive.close()
    assert archive.load(LAMP, 0, 1e10) == []


WRITE_AND_DIE = """
import asyncio, math, os, signal, sys
from pathlib import Path
from gateway.links.archive import Archive
async def main():
    archive = Archive(Path(sys.argv[1]), 1e6)
    await archive.open()
    for number in range(100):
        await archive.append([(("lamp", "on_off", ""), float(number), 1.0)], float(number), math.inf)
    writing = asyncio.create_task(archive.append(
        [(("lamp", "on_off", ""), 1000.0 + number, 1.0) for number in range(50_000)], 60_000.0, math.inf))
    await asyncio.sleep(0.02)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


async def test_every_commit_survives_kill_9_as_a_whole_or_not_at_all(file: Path) -> None:
    writer = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITE_AND_DIE, str(file))
    assert await writer.wait() == -signal.SIGKILL
    archive = Archive(file, 30 * DAY)
    last, alive = await archive.open()
    samples = await kept(archive, LAMP)
    assert (len(samples), alive, last[LAMP]) in [(100, 99.0, (99.0, 1.0)), (50_100, 60_000.0, (50_999.0, 1.0))]
    await archive.close()


async def test_a_commit_goes_on_when_nobody_waits_for_it_any_more(archive: Archive) -> None:
    rows: list[Row] = [(LAMP, NOON + second, 1.0) for second in range(20_000)]
    writing = asyncio.create_task(archive.append(rows, NOON, NEVER))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await keep(archive, METER, (NOON, 1.0))
    assert len(await kept(archive, LAMP)) in (0, 20_000)
    assert await counts_right(archive)
