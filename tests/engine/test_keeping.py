"""What is kept before anybody relies on it: in order, and no disk keeps anybody waiting for long."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from gateway.engine.early import Early
from gateway.engine.keeping import MANY_MARKS, MAX_UNWRITTEN, PATIENCE_SECONDS, Batch, Keeping
from gateway.engine.occasion import Key, Occasion
from gateway.engine.outbox import Notification, State
from gateway.home.alarms import Severity
from tests.clockwork import timeless

KEY, OTHER = Key("smoke", "a", "smoke"), Key("gas", "a", "gas")


def note(id: int) -> Notification:
    return Notification(id, "smoke", Severity.LIFE, "a", "smoke", "", "m", "yes", False, 0, 9, 0)


class Plate:
    """A disk that can be full, hang, or break."""

    def __init__(self) -> None:
        self.commits: list[Batch] = []
        self.why: Exception | None = None
        self.turning = asyncio.Event()
        self.turning.set()
        self.asked = asyncio.Event()
        self.tries = 0

    async def write(self, batch: Batch) -> None:
        self.tries += 1
        self.asked.set()
        await self.turning.wait()
        if self.why is not None:
            raise self.why
        self.commits.append(batch)

    def ids(self) -> list[list[int]]:
        return [list(batch.notifications) for batch in self.commits]


def now() -> float:
    return asyncio.get_running_loop().time()


def others() -> list[asyncio.Task[object]]:
    return [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


@timeless
async def test_what_nobody_has_heard_is_written_by_itself_and_the_latest_of_it_counts() -> None:
    plate = Plate()
    keeping = Keeping(plate)
    one = Early(1, "a", b"1", False, 0.0)
    plate.why = OSError("full")
    await keeping.write({}, (), early={1: one, 2: one})
    plate.why = None
    await keeping.write({}, (), early={1: None})
    assert [batch.early for batch in plate.commits] == [{1: None, 2: one}]


@timeless
async def test_it_is_on_the_disk_when_write_returns() -> None:
    plate = Plate()
    keeping = Keeping(plate)
    await keeping.write({KEY: Occasion(KEY), OTHER: None}, [note(1)])
    assert plate.commits[0].occasions == {KEY: Occasion(KEY), OTHER: None}
    assert plate.ids() == [[1]]
    await keeping.write({}, ())
    await keeping.finish()
    assert (plate.tries, others()) == (1, [])


@timeless
async def test_what_is_written_is_how_it_was_then() -> None:
    plate = Plate()
    keeping, one = Keeping(plate), note(1)
    plate.turning.clear()
    writing = asyncio.create_task(keeping.write({}, [one]))
    await plate.asked.wait()
    one.close(State.SENT, "", 5)
    plate.turning.set()
    await writing
    assert plate.commits[0].notifications[1].state is State.WAITING


@timeless
async def test_one_commit_at_a_time_and_what_comes_meanwhile_is_the_next() -> None:
    plate = Plate()
    keeping = Keeping(plate)
    plate.turning.clear()
    writing = [asyncio.create_task(keeping.write({}, [note(id)])) for id in range(1, 50)]
    await plate.asked.wait()
    await asyncio.sleep(0)
    plate.turning.set()
    await asyncio.gather(*writing)
    assert plate.ids() == [[*range(1, 50)]] or plate.ids() == [[1], [*range(2, 50)]]
    assert keeping.trouble == ""


@timeless
async def test_of_one_thing_the_latest_is_written() -> None:
    plate = Plate()
    keeping, one = Keeping(plate), note(1)
    plate.why = OSError("full")
    await keeping.write({KEY: Occasion(KEY, untold=1), OTHER: Occasion(OTHER)}, [one])
    one.close(State.SENT, "", 5)
    plate.why = None
    await keeping.write({KEY: Occasion(KEY, untold=2), OTHER: None}, [one])
    assert plate.commits == [Batch({KEY: Occasion(KEY, untold=2), OTHER: None}, plate.commits[0].notifications)]
    assert plate.commits[0].notifications[1].state is State.SENT


@timeless
async def test_what_failed_is_written_with_what_comes_next_and_both_are_told() -> None:
    plate = Plate()
    keeping = Keeping(plate)
    with capture_logs() as logs:
        plate.why = OSError("full")
        for id in (1, 2, 3):
            await keeping.write({}, [note(id)])
            assert keeping.trouble == "full"
        plate.why = None
        await keeping.write({}, ())
    assert (keeping.trouble, plate.ids()) == ("", [[1, 2, 3]])
    assert [log["log_level"] for log in logs] == ["error", "warning"]


@timeless
async def test_a_disk_that_hangs_keeps_nobody_for_long_and_nobody_twice() -> None:
    plate = Plate()
    keeping, began = Keeping(plate), now()
    plate.turning.clear()
    await keeping.write({}, [note(1)])
    assert now() - began == PATIENCE_SECONDS
    for id in range(2, 100):
        await keeping.write({}, [note(id)])
    assert now() - began == PATIENCE_SECONDS, "it is known not to answer"
    assert keeping.trouble == "the disk does not answer"
    plate.turning.set()
    await keeping.finish()
    assert keeping.trouble == ""
    assert plate.ids() == [[1], [*range(2, 100)]]
    plate.turning.clear()
    began = now()
    await keeping.write({}, [note(100)])
    assert now() - began == PATIENCE_SECONDS, "it has answered since"
    plate.turning.set()
    await keeping.finish()


class Slow(Plate):
    """Its first commit takes longer than anybody waits, and each later one a while."""

    async def write(self, batch: Batch) -> None:
        await asyncio.sleep(0.1 if self.commits else PATIENCE_SECONDS + 0.6)
        await super().write(batch)


@timeless
async def test_after_a_stall_what_is_written_is_on_the_disk_again_whoever_else_writes() -> None:
    plate = Slow()
    keeping, late = Keeping(plate), list[int]()

    async def writer(first: int) -> None:
        for id in range(first, first + 100):
            await keeping.write({}, [note(id)])
            if not keeping.trouble and not any(id in ids for ids in plate.ids()):
                late.append(id)
            await asyncio.sleep(0.03)

    await asyncio.gather(writer(1000), writer(2000))
    await keeping.finish()
    assert (late, keeping.trouble) == ([], "")


@timeless
async def test_a_disk_that_is_full_for_long_costs_no_more_and_more_memory() -> None:
    plate = Plate()
    keeping = Keeping(plate)
    await keeping.write({}, [note(1)])
    plate.why = OSError("full")
    await keeping.write({}, [replace(note(1), state=State.SENT), note(2)])
    for id in range(3, MAX_UNWRITTEN + 1000):
        await keeping.write({}, [replace(note(id), state=State.SENT)])
    plate.why = None
    await keeping.finish()
    kept = plate.ids()[-1]
    assert len(kept) <= MAX_UNWRITTEN + 1
    assert kept[:2] == [1, 2]
    assert kept[-1] == MAX_UNWRITTEN + 999


@timeless
async def test_a_stop_leaves_nothing_behind_though_the_disk_hangs() -> None:
    plate = Plate()
    keeping, began = Keeping(plate), now()
    plate.turning.clear()
    await keeping.write({}, [note(1)])
    await keeping.finish()
    assert now() - began <= 2 * PATIENCE_SECONDS
    assert others() == []


@timeless
async def test_a_stop_writes_what_could_not_be_written() -> None:
    plate = Plate()
    keeping = Keeping(plate)
    plate.why = OSError("full")
    await keeping.write({}, [note(1)])
    plate.why = None
    await keeping.finish()
    assert plate.ids() == [[1]]


@timeless
async def test_whoever_waits_can_be_stopped_and_it_is_written_all_the_same() -> None:
    plate = Plate()
    keeping = Keeping(plate)
    plate.turning.clear()
    writing = asyncio.create_task(keeping.write({}, [note(1)]))
    await plate.asked.wait()
    writing.cancel()
    await asyncio.wait({writing})
    plate.turning.set()
    await keeping.finish()
    assert plate.ids() == [[1]]


@timeless
async def test_a_defect_is_not_taken_for_a_success_and_loses_nothing() -> None:
    plate = Plate()
    keeping = Keeping(plate)
    plate.why = ZeroDivisionError("a defect")
    with pytest.raises(ZeroDivisionError):
        await keeping.write({}, [note(1)])
    plate.why = None
    await keeping.write({}, [replace(note(2))])
    assert plate.ids() == [[1, 2]]


# What messages are known by


@timeless
async def test_marks_wait_for_what_comes_next_unless_they_are_many_or_it_is_the_end() -> None:
    """The broker gives their identifiers again: those in the file must not be too old."""
    plate = Plate()
    keeping = Keeping(plate)
    await keeping.write({}, (), {mid: b"x" for mid in range(MANY_MARKS - 1)})
    assert plate.commits == []
    await keeping.write({}, (), {MANY_MARKS: b"x"})
    assert [len(batch.marks) for batch in plate.commits] == [MANY_MARKS]
    await keeping.write({}, (), {1: b"y"})
    await keeping.finish()
    assert plate.commits[1:] == [Batch(marks={1: b"y"})]


@timeless
async def test_marks_of_a_session_that_is_over_go_from_the_disk_at_once() -> None:
    plate = Plate()
    keeping = Keeping(plate)
    plate.why = OSError("full")
    await keeping.write({}, [note(1)], {1: b"one-1", 2: b"one-2"})
    keeping.forget_marks(b"two")
    plate.why = None
    await keeping.write({}, (), {3: b"one-3", 4: b"two-4"})
    (batch,) = plate.commits
    assert (batch.is_anew, batch.marks, list(batch.notifications)) == (True, {4: b"two-4"}, [1])
    keeping.forget_marks(b"three")
    await keeping.finish()
    assert plate.commits[1:] == [Batch(is_anew=True)]
