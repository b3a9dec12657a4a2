"""The file of alarms where it is in use, where it cannot be read at first, and where something does not fit into it."""

import asyncio
import math
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from textwrap import dedent
from threading import Event

import pytest
from structlog.testing import capture_logs

from gateway.engine.bounded import MOST_CHARACTERS, bounded
from gateway.engine.keeping import Batch, Keeping
from gateway.engine.occasion import Key, Occasion
from gateway.engine.outbox import State
from gateway.links import outbox as module
from gateway.links import outbox_rows, worker
from gateway.links.outbox import FIRST_ID_IN_MEMORY, Kept, OutboxFile
from gateway.links.outbox_rows import GRACE_SECONDS, MIGRATIONS, OLDEST_SECONDS
from tests.links.alarmfile import DAY, NOW, SMOKE, Clock, batch, note, opened, read, whole


@contextmanager
def in_use(file: Path, how: str = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
    """Somebody else writes."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute(f"BEGIN {how}")
        yield db


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.01)


async def filed(folder: Path, *ids: int) -> Kept:
    async with opened(folder) as (file, kept):
        await file.write(Batch({SMOKE: whole()}, {id: note(id) for id in ids}))
        await file.keep_filters(["a/#"])
    return kept


# In use


async def test_a_file_that_somebody_writes_to_is_read_all_the_same(tmp_path: Path) -> None:
    before = await filed(tmp_path, 1, 2)
    with in_use(tmp_path / "alarms.db"):
        async with opened(tmp_path) as (file, kept):
            assert not file.is_unread
            assert (kept.client_id, kept.filters, kept.last_id) == (before.client_id, ("a/#",), 2)
            assert ([one.id for one in kept.waiting], len(kept.occasions)) == ([1, 2], 1)
            with pytest.raises(OSError, match="locked"):
                await file.write(batch(note(3)))
    assert (await read(tmp_path)).client_id == before.client_id


async def in_memory(folder: Path) -> OutboxFile:
    """Started while the file could not even be read: it is in use by somebody who keeps no log of it."""
    with closing(sqlite3.connect(folder / "alarms.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("BEGIN EXCLUSIVE")
        file = OutboxFile(folder / "alarms.db", Clock())
        kept = await file.open(NOW)
        assert (file.is_unread, kept.waiting, kept.last_id > FIRST_ID_IN_MEMORY) == (True, (), True)
        assert await file.missed(NOW) is None, "it is still in use"
    return file


@pytest.mark.parametrize("writes_first", [False, True])
async def test_what_could_not_be_read_at_first_is_told_later_with_who_we_were(
    tmp_path: Path, writes_first: bool
) -> None:
    before = await filed(tmp_path, 1, 2)
    file = await in_memory(tmp_path)
    if writes_first:
        await file.keep_filters(["b"])
        await file.write(Batch({SMOKE: None}, {FIRST_ID_IN_MEMORY + 7: note(FIRST_ID_IN_MEMORY + 7)}))
    late = await file.missed(NOW)
    assert late is not None
    assert (late.client_id, late.filters, late.last_id) == (before.client_id, ("a/#",), 2)
    assert ([one.id for one in late.waiting], len(late.occasions)) == ([1, 2], 1), "as it was before we wrote"
    assert (file.is_unread, await file.missed(NOW)) == (False, None)
    await file.close()
    again = await read(tmp_path)
    assert again.client_id == before.client_id
    assert len(again.waiting) == 2 + writes_first


async def test_who_we_are_stays_where_there_was_no_file_to_say_it(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    file = OutboxFile(tmp_path / "state/alarms.db", Clock())
    kept = await file.open(NOW)
    assert (file.is_unread, await file.missed(NOW)) == (True, None)
    (tmp_path / "state").unlink()
    late = await file.missed(NOW)
    assert late == Kept(kept.client_id)
    await file.close()
    assert (await read(tmp_path / "state")).client_id == kept.client_id


async def test_a_file_that_turns_out_to_be_broken_is_set_aside_then(tmp_path: Path) -> None:
    await filed(tmp_path, 1)
    file = await in_memory(tmp_path)
    (tmp_path / "alarms.db").write_bytes(b"no database " * 500)
    await file.write(batch(note(FIRST_ID_IN_MEMORY)))
    late = await file.missed(NOW)
    await file.close()
    assert late is not None
    assert (late.waiting, (tmp_path / "alarms.broken").exists()) == ((), True)
    assert (await read(tmp_path)).client_id == late.client_id


async def test_a_file_of_the_first_version_is_carried_over(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "alarms.db", isolation_level=None)) as db:
        db.executescript(MIGRATIONS[0])
        db.execute("PRAGMA user_version = 1")
        db.execute("INSERT INTO own VALUES ('client', 'me')")
        db.execute("INSERT INTO occasions VALUES ('a', 'd', 's', '', 9, 9, 0, 0, 0, 0, 0, 0, '', '')")
        places = "7, 'a', 'life', 'd', 's', '', 'm', '', 0, 9, 9, 9, 'waiting', '', 1, 0, 0"
        db.execute(f"INSERT INTO notifications VALUES ({places})")
    kept = await read(tmp_path)
    assert (kept.client_id, [one.unclear for one in kept.waiting], len(kept.occasions)) == ("me", [0], 1)
    assert len((await read(tmp_path, now=NOW + 99)).occasions) == 1, "it has been seen by now"


# Rows that cannot be read

NO_TEXT = "CAST(x'ff41' AS TEXT)"
SPOILT = {
    "a word of a later version": ("severity = 'grave'", "'grave' is not a valid Severity"),
    "no point in time": ("raised_at = 9e999", "raised_at is no point in time"),
}


def spoil(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "alarms.db", isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


@pytest.mark.parametrize(("change", "why"), SPOILT.values(), ids=SPOILT)
async def test_one_that_cannot_be_read_costs_no_other_and_stays_on_record(
    change: str, why: str, tmp_path: Path
) -> None:
    before = await filed(tmp_path, *range(1, 21))
    spoil(tmp_path, f"UPDATE notifications SET {change} WHERE id < 10")
    with capture_logs() as logs:
        kept = await read(tmp_path)
    assert ([one.id for one in kept.waiting], len(kept.occasions)) == ([*range(10, 21)], 1)
    assert (kept.client_id, kept.filters, kept.last_id) == (before.client_id, ("a/#",), 20)
    (line,) = logs
    assert (line["log_level"], line["rows"], len(line["first"]), line["why"]) == ("error", 9, module.MAX_NAMED, why)
    with closing(sqlite3.connect(tmp_path / "alarms.db")) as db:
        found = db.execute("SELECT state, why, count(*) FROM notifications GROUP BY state ORDER BY state").fetchall()
    assert found == [("unreadable", why, 9), ("waiting", "", 11)]
    with capture_logs() as logs:
        assert len((await read(tmp_path)).waiting) == 11
    assert not logs, "it has been told"


async def test_what_is_done_and_cannot_be_read_costs_nothing_else(tmp_path: Path) -> None:
    async with opened(tmp_path) as (file, _):
        await file.write(batch(*(note(id, state=State.SENT, closed_at=NOW) for id in (1, 2)), note(3)))
    spoil(tmp_path, "UPDATE notifications SET state = 'praised' WHERE id = 1")
    kept = await read(tmp_path)
    assert ([one.id for one in kept.closed], [one.id for one in kept.waiting]) == ([2], [3])


async def test_an_occasion_that_cannot_be_read_costs_no_other(tmp_path: Path) -> None:
    other = Occasion(Key("leak", "b", "leak"), since=NOW)
    async with opened(tmp_path) as (file, _):
        await file.write(Batch({SMOKE: whole(), other.key: other}, {1: note(1)}))
    spoil(tmp_path, "UPDATE occasions SET told_at = 9e999 WHERE alarm = 'smoke'")
    async with opened(tmp_path) as (file, kept):
        assert ([one.key for one in kept.occasions], len(kept.waiting)) == ([other.key], 1)
        await file.write(Batch({SMOKE: whole()}))
    assert len((await read(tmp_path)).occasions) == 2, "the next of the same takes its place"


async def test_text_that_is_none_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    before = await filed(tmp_path, 1, 2)
    spoil(tmp_path, f"UPDATE notifications SET said = {NO_TEXT} WHERE id = 1", f"UPDATE occasions SET said = {NO_TEXT}")
    spoil(tmp_path, f"INSERT INTO filters VALUES ({NO_TEXT})")
    kept = await read(tmp_path)
    assert ([one.said for one in kept.waiting], kept.occasions[0].said) == (["\ufffdA", "그렇다"], "\ufffdA")
    assert (kept.client_id, kept.filters) == (before.client_id, ("a/#", "\ufffdA"))


# Files that are set aside


async def test_who_we_are_to_the_broker_is_carried_over_and_marks_are_not(tmp_path: Path) -> None:
    before = await filed(tmp_path, 1)
    async with opened(tmp_path) as (file, _):
        await file.write(Batch({}, {2: note(2)}, {5: b"x" * 20}))
    spoil(tmp_path, "DROP TABLE occasions")
    kept = await read(tmp_path)
    assert (kept.client_id, kept.filters, kept.waiting) == (before.client_id, ("a/#",), ())
    assert kept.marks == (), "what they stand for is lost: it is to be heard again"
    again = await read(tmp_path)
    assert (again.client_id, again.filters) == (before.client_id, ("a/#",))


@pytest.mark.parametrize("name", ["''", "'a' || char(0)", "'안녕'"])
async def test_a_name_that_cannot_be_ours_is_not_carried_over(name: str, tmp_path: Path) -> None:
    await filed(tmp_path, 1)
    spoil(tmp_path, f"UPDATE own SET value = {name}", "DROP TABLE occasions")
    kept = await read(tmp_path)
    assert (kept.client_id.startswith("clova-gateway-alarms-"), kept.filters) == (True, ())


def aside(folder: Path) -> dict[str, str]:
    """Which were set aside, and which number each of them has."""
    return {one.name: one.read_text().split()[2] for one in folder.glob("alarms.broken*")}


async def test_the_last_three_that_were_set_aside_are_there(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / "alarms.db").write_text(f"no database {number} " * 500)
        await read(tmp_path)
    assert aside(tmp_path) == {f"alarms{suffix}": number for suffix, number in zip(module.ASIDE, "432", strict=True)}


# Clocks that are ahead at the start


@pytest.mark.parametrize("hours", [2, 9, 24 * 400])
async def test_what_waits_is_not_expired_before_one_try(hours: int, tmp_path: Path) -> None:
    await filed(tmp_path, 1)
    clock = Clock()
    clock.ahead += hours * 3600
    (one,) = (await read(tmp_path, clock)).waiting
    assert (one.expires_at, one.not_before <= NOW) == (NOW + GRACE_SECONDS, True)


async def test_nor_where_the_file_is_read_long_after_the_start(tmp_path: Path) -> None:
    await filed(tmp_path, 1)
    file = await in_memory(tmp_path)
    late = await file.missed(NOW + 7200)
    await file.close()
    assert late is not None
    assert [one.expires_at for one in late.waiting] == [NOW + 7200 + GRACE_SECONDS]


# What does not fit

UNFIT = {
    "a number too large": note(2, tries=2**70),
    "no number": note(2, raised_at=math.nan),
    "no text": note(2, said=b"yes"),
    "something else": note(2, why=object()),
}


@pytest.mark.parametrize("bad", UNFIT.values(), ids=UNFIT)
async def test_one_row_that_cannot_be_written_keeps_no_other_from_the_disk(bad: object, tmp_path: Path) -> None:
    async with opened(tmp_path) as (file, _):
        keeping = Keeping(file)
        with capture_logs() as logs:
            await keeping.write({SMOKE: whole()}, [note(1), bad, note(3)])  # type: ignore[list-item]
            await keeping.write({}, [bad])  # type: ignore[list-item]
        assert keeping.trouble == ""
        (line,) = logs
        assert (line["log_level"], line["what"]) == ("error", "notification 2")
        assert "yes" not in str(line)
    kept = await read(tmp_path)
    assert ([one.id for one in kept.waiting], len(kept.occasions)) == ([1, 3], 1)


async def test_an_occasion_that_cannot_be_written_keeps_no_other_from_the_disk(tmp_path: Path) -> None:
    bad, half = Occasion(Key("a", "b", "c"), untold=2**70), Occasion(Key("a", "\ud83d", "c"), since=NOW)
    async with opened(tmp_path) as (file, _):
        await file.write(Batch({bad.key: bad, SMOKE: whole(), half.key: half}, {1: note(1)}))
        await file.keep_filters(["\ud83d", "\ud83e", "a"])
    kept = await read(tmp_path)
    assert ({one.key.device for one in kept.occasions}, len(kept.waiting)) == ({SMOKE.device, "?"}, 1)
    assert kept.filters == ("?", "a")
    async with opened(tmp_path) as (file, _):
        await file.write(Batch({half.key: None}))
    assert [one.key for one in (await read(tmp_path)).occasions] == [SMOKE]


@pytest.mark.parametrize("error", [UnicodeEncodeError("utf-8", "geheim", 0, 1, "x"), OverflowError(), KeyError("x")])
async def test_whatever_fails_is_told_as_a_failure_of_the_disk(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    async with opened(tmp_path) as (file, _):
        monkeypatch.setattr(outbox_rows, "put_in", fail)
        keeping = Keeping(file)
        await keeping.write({}, [note(1)])
        assert type(error).__name__ in keeping.trouble
        assert "geheim" not in keeping.trouble
        monkeypatch.undo()
        await keeping.write({}, [note(2)])
    assert [one.id for one in (await read(tmp_path)).waiting] == [1, 2]


# Bounds


def test_a_long_text_is_cut_and_stays_another_one() -> None:
    long, other = "토픽/" * 20_000, "토픽/" * 20_000 + "x"
    assert len(bounded(long)) == len(bounded(other)) == MOST_CHARACTERS
    assert bounded(long) != bounded(other)
    assert (bounded(bounded(long)), bounded("x" * 200)) == (bounded(long), "x" * 200)
    assert bounded("\ud83d" * 300)


async def test_long_texts_of_strangers_make_no_large_file(tmp_path: Path) -> None:
    long = "x" * 65_000
    names = ("alarm", "device", "slot", "source", "message", "said", "why")
    async with opened(tmp_path) as (file, _):
        for first in range(0, 1000, 100):
            await file.write(batch(*(note(id, **dict.fromkeys(names, long)) for id in range(first, first + 100))))
        occasion = Occasion(Key("smoke", long, long, long), said=long, way=long)
        await file.write(Batch({occasion.key: occasion}))
    assert (tmp_path / "alarms.db").stat().st_size < 3_000_000
    kept = await read(tmp_path)
    assert {len(getattr(one, name)) for one in kept.waiting for name in names} == {MOST_CHARACTERS}
    async with opened(tmp_path) as (file, _):
        await file.write(Batch({occasion.key: None}))
    assert (await read(tmp_path)).occasions == ()


async def test_rows_are_counted_and_not_their_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path) as (file, _):
        await file.write(batch(*(note(id, state=State.SENT, closed_at=NOW) for id in range(1, 100))))
        far = FIRST_ID_IN_MEMORY
        await file.write(batch(*(note(far + id, state=State.SENT, closed_at=NOW) for id in range(300))))
        assert file._db is not None
        assert file._db.execute("SELECT count(*) FROM notifications").fetchone() == (399,)
        monkeypatch.setattr(outbox_rows.tidy, "__defaults__", (150,))
        await file.write(batch(*(note(id) for id in range(100, 500))))
        found = file._db.execute("SELECT state, count(*), min(id) FROM notifications GROUP BY state").fetchall()
        assert found == [("sent", 150, far + 150), ("waiting", 400, 100)]


async def test_an_alarm_is_forgotten_when_its_device_was_gone_for_a_month(tmp_path: Path) -> None:
    there, gone, of_several = (whole(key=Key("smoke", name, "smoke")) for name in ("일", "b", ""))
    quiet = whole(key=Key("smoke", "c", "smoke"), raised_at=None, since=NOW + 62 * DAY)
    async with opened(tmp_path) as (file, _):
        await file.write(Batch({one.key: one for one in (there, gone, of_several, quiet)}))
    late = NOW + 31 * DAY
    async with opened(tmp_path, now=late) as (file, kept):
        assert len(kept.occasions) == 4, "we may just have been away"
        await file.confirm(["일", "x"], late - 2 * DAY)
    assert len((await read(tmp_path, now=late)).occasions) == 4
    async with opened(tmp_path, now=late) as (file, _):
        await file.confirm(["일", "x"], late + OLDEST_SECONDS - 9)
    assert {one.key.device for one in (await read(tmp_path, now=late)).occasions} == {"일", "", "c"}


# A disk that hangs


async def test_a_disk_that_hangs_keeps_no_stop_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "CLOSE_SECONDS", 0.05)
    answers = Event()
    async with opened(tmp_path) as (file, _):
        hanging = asyncio.ensure_future(file._worker.do(answers.wait))
        await asyncio.sleep(0)  # it begins
        with capture_logs() as logs:
            await file.close()
        assert logs[-1]["event"].startswith("the disk does not answer")
        answers.set()
        assert await hanging
        with pytest.raises(OSError, match="closed"):
            await file.write(batch(note(1)))


def test_nor_the_end_of_the_process(tmp_path: Path) -> None:
    program = f"""
        import asyncio, pathlib, threading
        from gateway.links.outbox import OutboxFile

        async def main():
            file = OutboxFile(pathlib.Path({str(tmp_path)!r}) / "alarms.db", lambda: 0.0)
            await file.open(0.0)
            asyncio.ensure_future(file._worker.do(threading.Event().wait))
            await asyncio.sleep(0)
            await file.close()

        asyncio.run(main())
    """
    ended = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, timeout=30, check=True)
    assert b"does not answer" in ended.stdout + ended.stderr
