"""The file of alarms: it holds what was written, whatever becomes of the process, the disk, the clock and the file."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from gateway.engine.early import Early
from gateway.engine.keeping import Batch, Keeping
from gateway.engine.occasion import Key, Occasion
from gateway.engine.outbox import State
from gateway.home.alarms import Severity
from gateway.links.outbox import ASIDE, BALLAST_BYTES, TIDY_AFTER, OutboxFile
from gateway.links.outbox_rows import MAX_KEPT, MIGRATIONS, OLDEST_SECONDS
from tests.links.alarmfile import DAY, KEYS, NOW, SMOKE, Clock, batch, note, opened, read, same, whole


def size(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.iterdir())


# What is written is there


async def test_every_field_comes_back(tmp_path: Path) -> None:
    sent = note(1, state=State.SENT, why="x", tries=3, closed_at=NOW - 1, is_doubtful=True)
    bare = Occasion(Key("lock_opened", "b", "lock"))
    async with opened(tmp_path) as (file, new):
        await file.write(Batch({SMOKE: whole(), bare.key: bare}, {1: sent, 2: note(2), 3: note(3)}))
        await file.keep_filters(["b/#", "a"])
    kept = await read(tmp_path)
    assert {one.key for one in kept.occasions} == {SMOKE, bare.key}
    assert all(same(one, whole() if one.key == SMOKE else bare) for one in kept.occasions)
    assert [same(one, note(id)) for id, one in zip((2, 3), kept.waiting, strict=True)] == [True, True]
    assert len(kept.closed) == 1
    assert same(kept.closed[0], sent)
    assert (kept.client_id, kept.filters, kept.last_id) == (new.client_id, ("a", "b/#"), 3)
    assert (new.occasions, new.waiting, new.closed, new.filters, new.last_id) == ((), (), (), (), 0)


async def test_what_nobody_has_heard_comes_back_in_order_until_it_is_gone(tmp_path: Path) -> None:
    told = {number: Early(number, f"집/{number}", b"\0\xff", False, NOW) for number in (3, 1, 2)}
    async with opened(tmp_path) as (file, new):
        await file.write(Batch(early=told))
        await file.write(Batch(early={2: None, 9: None}))
    kept = await read(tmp_path)
    assert new.early == ()
    assert [(one.number, one.topic, one.payload) for one in kept.early] == [
        (1, "집/1", b"\0\xff"),
        (3, "집/3", b"\0\xff"),
    ]


async def test_every_state_and_severity_can_be_written(tmp_path: Path) -> None:
    notes = [note(id, state=state) for id, state in enumerate(State, 1)]
    notes += [note(100 + severity.rank, severity=severity) for severity in Severity]
    async with opened(tmp_path) as (file, _):
        await file.write(batch(*notes))
    kept = await read(tmp_path)
    assert {one.state for one in (*kept.waiting, *kept.closed)} == set(State)
    assert [one.severity for one in kept.waiting[1:]] == list(Severity)


async def test_what_ended_is_gone_and_what_is_written_again_is_the_latest(tmp_path: Path) -> None:
    async with opened(tmp_path) as (file, _):
        await file.write(Batch({SMOKE: whole()}, {1: note(1)}))
        await file.write(Batch({SMOKE: None}, {1: note(1, state=State.EXPIRED, why="late", closed_at=NOW)}))
        await file.keep_filters(["a"])
        await file.keep_filters(["b"])
    kept = await read(tmp_path)
    assert (kept.occasions, kept.waiting, kept.closed[0].why, kept.filters) == ((), (), "late", ("b",))


async def test_marks_are_those_of_one_session(tmp_path: Path) -> None:
    async with opened(tmp_path) as (file, _):
        await file.write(Batch({}, {1: note(1)}, {3: b"one-3", 4: b"one-4"}))
        await file.write(Batch(marks={4: b"one-5"}))
    assert (await read(tmp_path)).marks == ((3, b"one-3"), (4, b"one-5"))
    async with opened(tmp_path) as (file, _):
        await file.write(Batch(marks={5: b"two-5"}, is_anew=True))
    assert (await read(tmp_path)).marks == ((5, b"two-5"),)


async def test_it_is_private_and_every_commit_is_on_the_disk(tmp_path: Path) -> None:
    async with opened(tmp_path / "new") as (file, _):
        await file.write(batch(note(1)))
        assert (tmp_path / "new/alarms.db").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
        assert file._db is not None
        assert file._db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert file._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_half_a_character_and_nothing_but_text_are_written_as_they_can_be(tmp_path: Path) -> None:
    async with opened(tmp_path) as (file, _):
        await file.write(batch(note(1, said="\ud83d!", why="'; DROP TABLE notifications; --\x00")))
    (one,) = (await read(tmp_path)).waiting
    assert (one.said, one.why) == ("?!", "'; DROP TABLE notifications; --\x00")


async def test_thirty_thousand_written_and_closed_leave_a_small_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as (file, _):
        for first in range(1, 30_001, 100):
            ids = range(first, first + 100)
            await file.write(batch(*(note(id) for id in ids)))
            await file.write(batch(*(note(id, state=State.SENT, closed_at=NOW) for id in ids)))
        assert size(tmp_path) < 6_000_000
        assert file._db is not None
        many, newest = file._db.execute("SELECT count(*), max(id) FROM notifications").fetchone()
        assert (MAX_KEPT <= many < MAX_KEPT + TIDY_AFTER, newest) == (True, 30_000)
    async with opened(tmp_path) as (file, _):
        assert file._db is not None
        assert file._db.execute("SELECT count(*) FROM notifications").fetchone() == (MAX_KEPT,)


async def test_what_waits_is_kept_however_old_it_is(tmp_path: Path) -> None:
    async with opened(tmp_path) as (file, _):
        await file.write(batch(note(1)))
        await file.write(batch(note(MAX_KEPT + 500)))
    assert [one.id for one in (await read(tmp_path)).waiting] == [1, MAX_KEPT + 500]


async def test_what_is_no_alarm_is_forgotten_after_a_month_and_an_alarm_never(tmp_path: Path) -> None:
    raised, pending = whole(), whole(key=Key("smoke", "b", "smoke"), raised_at=None)
    quiet = Occasion(Key("lock_opened", "c", "lock"))
    async with opened(tmp_path) as (file, _):
        await file.write(Batch({one.key: one for one in (raised, pending, quiet)}))
    assert len((await read(tmp_path, now=NOW + OLDEST_SECONDS - 99)).occasions) == 3
    kept = await read(tmp_path, now=NOW + OLDEST_SECONDS + 99)
    assert {one.key for one in kept.occasions} == {raised.key, quiet.key}


# Kills


async def test_a_kill_before_any_statement_keeps_everything_whose_write_had_returned(tmp_path: Path) -> None:
    folder, copies = tmp_path / "live", tmp_path / "copies"
    chance, written = Random(6), 0
    taken: list[int] = []

    def copy(_: str) -> None:
        if chance.random() < 0.1:
            shutil.copytree(folder, copies / str(len(taken)), ignore=shutil.ignore_patterns("*-shm", "*.ballast"))
            taken.append(written)

    async with opened(folder) as (file, _):
        assert file._db is not None
        file._db.set_trace_callback(copy)
        for id in range(1, 150):
            await file.write(Batch({SMOKE: whole(untold=id), KEYS[id % 9]: None}, {id: note(id), 1: note(1)}))
            written = id
    assert len(taken) > 50
    for number, at_least in enumerate(taken):
        kept = await read(copies / str(number))
        ids = [one.id for one in kept.waiting]
        assert ids in ([*range(1, at_least + 1)], [*range(1, at_least + 2)])
        assert not ids or kept.occasions[-1].untold == ids[-1], "both are of one commit"


# Clocks


async def test_a_clock_that_is_set_while_we_run_ends_nothing_early_and_nothing_late(tmp_path: Path) -> None:
    for number, jump in enumerate((40.0, DAY, 50 * 365 * DAY, -DAY, 0.3)):
        clock = Clock()
        folder = tmp_path / str(number)
        async with opened(folder, clock) as (file, _):
            await file.write(Batch({SMOKE: whole()}, {1: note(1)}))
            clock.ahead += jump
            await file.write(batch(note(2)))
        kept = await read(folder, clock, NOW + 10)
        assert [one.expires_at for one in kept.waiting] == pytest.approx([NOW + 3600] * 2, abs=0.5)
        assert [one.not_before for one in kept.waiting] == pytest.approx([NOW - 5] * 2, abs=0.5)
        assert (kept.occasions[0].told_at, kept.occasions[0].lapses_at) == pytest.approx((NOW - 6, NOW + 5), abs=0.5)


async def test_a_failed_write_does_not_set_the_clock(tmp_path: Path) -> None:
    clock = Clock()
    async with opened(tmp_path, clock) as (file, _):
        await file.write(batch(note(1)))
        clock.ahead += DAY
        with full(file), pytest.raises(OSError, match="full"):
            await file.write(batch(*(note(id) for id in range(2, 3000))))
        await file.write(batch(note(2)))
    assert [one.expires_at for one in (await read(tmp_path, clock)).waiting] == [NOW + 3600] * 2


@pytest.mark.parametrize("jump", [-50 * 365 * DAY, -DAY, -60.0])
async def test_what_was_written_by_a_later_clock_lives_no_longer_than_it_was_given(tmp_path: Path, jump: float) -> None:
    clock = Clock()
    held = note(1, raised_at=NOW, not_before=NOW + 600, expires_at=NOW + 4200)
    async with opened(tmp_path, clock) as (file, _):
        await file.write(Batch({SMOKE: whole()}, {1: held}))
    clock.ahead += jump
    kept = await read(tmp_path, clock)
    (one,) = kept.waiting
    assert one.raised_at <= NOW
    assert (one.not_before, one.expires_at) == (NOW + 600, NOW + 4200), "it waits no longer, and then can be sent"
    told = kept.occasions[0].told_at
    assert told is not None
    assert told <= NOW


async def test_time_passes_while_we_are_away(tmp_path: Path) -> None:
    async with opened(tmp_path) as (file, _):
        await file.write(batch(note(1)))
    clock = Clock()
    clock.ahead += 100_000.0  # the machine has been started again: its monotonic clock begins anew
    (one,) = (await read(tmp_path, clock, NOW - 100_000 + 600)).waiting
    assert one.expires_at - (NOW - 100_000 + 600) == pytest.approx(3000)


# Full disks


@contextmanager
def full(file: OutboxFile) -> Iterator[None]:
    """The file can grow no more."""
    assert file._db is not None
    (pages,) = file._db.execute("PRAGMA page_count").fetchone()
    file._db.execute(f"PRAGMA max_page_count = {pages}")
    yield
    file._db.execute("PRAGMA max_page_count = 1000000")


async def test_a_full_disk_uses_up_the_ballast_and_then_fails_and_works_again(tmp_path: Path) -> None:
    ballast = tmp_path / "alarms.ballast"
    big = [note(id, said="x" * 200) for id in range(1, 2000)]
    async with opened(tmp_path) as (file, _):
        assert ballast.stat().st_size == BALLAST_BYTES
        with full(file), capture_logs() as logs:
            with pytest.raises(OSError, match=r"alarms\.db: .* full"):
                await file.write(batch(*big))
            assert not ballast.exists()
        assert [log["log_level"] for log in logs] == ["error"]
        await file.write(batch(*big))
        assert ballast.stat().st_size == BALLAST_BYTES, "there is room again"
    assert len((await read(tmp_path)).waiting) == len(big)


async def test_a_file_that_is_in_use_costs_no_ballast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.links.outbox.BUSY_SECONDS", 0.01)
    async with opened(tmp_path) as (file, _):
        with closing(sqlite3.connect(tmp_path / "alarms.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(OSError, match="locked"):
                await file.write(batch(note(1)))
        assert (tmp_path / "alarms.ballast").exists()
        await file.write(batch(note(1)))


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = os.geteuid() == 0 and shutil.which("mount")
    if not made or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill_up(disk: Path) -> Path:
    """Nothing more goes onto it."""
    pad = disk / "pad"
    with pad.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return pad


async def test_on_a_disk_that_is_really_full_everything_unwritten_is_written_later(tiny: Path) -> None:
    async with opened(tiny) as (file, _):
        keeping = Keeping(file)
        await keeping.write({SMOKE: whole()}, [note(1)])
        pad = fill_up(tiny)
        id = 1
        while not keeping.trouble:
            id += 1
            await keeping.write({}, [note(id, said="x" * 200)])
        assert id > 200, "the ballast was room for some"
        await keeping.write({SMOKE: None}, [note(1, state=State.SENT)])
        assert "full" in keeping.trouble or "disk" in keeping.trouble
        pad.unlink()
        await keeping.write({}, [note(id + 1)])
        assert keeping.trouble == ""
    kept = await read(tiny)
    assert [one.id for one in kept.waiting] == list(range(2, id + 2))
    assert (kept.closed[0].id, kept.occasions) == (1, ())


async def test_on_a_full_disk_we_start_and_know_what_waits(tiny: Path) -> None:
    async with opened(tiny) as (file, new):
        await file.write(Batch({SMOKE: whole()}, {1: note(1)}))
    fill_up(tiny)
    kept = await read(tiny)
    assert ([one.id for one in kept.waiting], len(kept.occasions)) == ([1], 1)
    assert kept.client_id == new.client_id


async def test_what_could_not_be_read_at_the_start_is_not_written_over(tiny: Path) -> None:
    async with opened(tiny) as (file, new):
        await file.write(batch(note(1), note(2)))
    (tiny / "alarms.ballast").unlink()
    pad = fill_up(tiny)
    file = OutboxFile(tiny / "alarms.db", Clock())
    kept = await file.open(NOW)
    if kept.waiting:
        await file.close()
        pytest.skip("it can be read even so")
    with pytest.raises(OSError, match=r"alarms\.db"):
        await file.write(batch(note(kept.last_id + 1)))
    pad.unlink()
    await file.write(batch(note(kept.last_id + 1)))
    await file.close()
    again = await read(tiny)
    assert [one.id for one in again.waiting] == [1, 2, kept.last_id + 1]
    assert again.client_id == new.client_id, "the broker keeps messages for the one of the file"


# Broken files


def garbage(file: Path) -> None:
    file.write_bytes(b"this is no database " * 500)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def torn(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096 * 3 : 4096 * 4] = os.urandom(4096)
    file.write_bytes(data)


def run(*statements: str) -> object:
    def spoil(file: Path) -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as db:
            for statement in statements:
                db.execute(statement)

    return spoil


def folder(file: Path) -> None:
    file.unlink()
    (file / "inside").mkdir(parents=True)


BROKEN = {
    "garbage": garbage,
    "cut short": cut_short,
    "torn": torn,
    "a folder": folder,
    "no table": run("DROP TABLE occasions"),
    "a column less": run("ALTER TABLE notifications DROP COLUMN tries"),
    "no identity": run("DELETE FROM own"),
    "another table": run(
        "DROP TABLE notifications", "CREATE TABLE notifications (id, state, raised_at, expires_at, not_before)",
        "INSERT INTO notifications VALUES ('x', 'waiting', 'then', NULL, NULL)",
    ),
    "another schema": run("DROP TABLE own", "CREATE TABLE own (odd)"),
}  # fmt: skip


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
async def test_a_broken_file_is_set_aside_loudly_and_begun_anew(tmp_path: Path, spoil: object) -> None:
    async with opened(tmp_path) as (file, _):
        await file.write(Batch({SMOKE: whole()}, {id: note(id) for id in range(1, 200)}))
    spoil(tmp_path / "alarms.db")  # type: ignore[operator]
    with capture_logs() as logs:
        async with opened(tmp_path) as (file, kept):
            assert (kept.waiting, kept.occasions, kept.last_id) == ((), (), 0)
            await file.write(batch(note(1)))
    assert [log["log_level"] for log in logs] == ["error"]
    assert (tmp_path / "alarms.broken").exists()
    assert [one.id for one in (await read(tmp_path)).waiting] == [1]


async def test_a_file_that_cannot_even_be_set_aside_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "alarms.db").mkdir()
    for name in ASIDE:
        (tmp_path / f"alarms{name}/full").mkdir(parents=True)
    with capture_logs() as logs:
        async with opened(tmp_path) as (file, kept):
            assert kept.waiting == ()
            with pytest.raises(OSError, match=r"alarms\.db"):
                await file.write(batch(note(1)))
    assert logs[-1]["event"] == "alarms are kept in memory only"


async def test_a_folder_that_is_no_folder_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    async with opened(tmp_path / "state") as (file, kept):
        assert kept.last_id > 0
        with pytest.raises(OSError, match="state"):
            await file.write(batch(note(1)))
        with pytest.raises(OSError, match="state"):
            await file.keep_filters(["a"])


@pytest.mark.parametrize("mode", [0o000, 0o400])
async def test_a_file_that_we_may_not_write_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    async with opened(tmp_path) as (file, _):
        await file.write(batch(note(1)))
    (tmp_path / "alarms.db").chmod(mode)
    if os.geteuid() == 0:  # root may do anything: say it for the system
        monkeypatch.setattr("gateway.links.outbox.os.access", may)
        monkeypatch.setattr(OutboxFile, "_connected", refusing(OutboxFile._connected))
    async with opened(tmp_path) as (file, kept):
        assert kept.waiting == ()
        await file.write(batch(note(1)))
    assert (tmp_path / "alarms.broken").exists()


def may(path: Path, what: int) -> bool:
    return path.exists() and (what == os.F_OK or path.stat().st_mode & 0o600 == 0o600)


def refusing(connected: object) -> object:
    def connect(self: OutboxFile) -> object:
        if self._path.exists() and self._path.stat().st_mode & 0o600 != 0o600:
            with closing(sqlite3.connect("file:/?mode=ro", uri=True)) as db:
                db.execute("SELECT 1 FROM sqlite_master")
        return connected(self)  # type: ignore[operator]

    return connect


async def test_a_file_of_a_later_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as (file, _):
        await file.write(batch(note(1)))
    run(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")(tmp_path / "alarms.db")  # type: ignore[operator]
    before = (tmp_path / "alarms.db").read_bytes()
    file = OutboxFile(tmp_path / "alarms.db", Clock())
    with pytest.raises(OSError, match="newer clova-gateway"):
        await file.open(NOW)
    await file.close()
    assert (tmp_path / "alarms.db").read_bytes() == before
    assert not (tmp_path / "alarms.broken").exists()
