"""When the history is written, and what comes of it if that fails. It begins at 08:00."""

import asyncio
from itertools import pairwise

import pytest

from gateway.engine.history import ALIVE_SECONDS, COMMIT_SECONDS, Row
from gateway.engine.series import Sample
from gateway.engine.tracks import Series
from gateway.home import traits
from tests.clockwork import timeless
from tests.engine.diary import BEGIN, Diary, at, writing
from tests.fakes.archive import Drawer

HOUR, DAY = 3600.0, 86_400.0
ON_OFF, ENERGY, MOTION = traits.ON_OFF, traits.ENERGY, traits.MOTION


def gaps(commits: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(sorted(commits))]


# How often


def test_it_is_written_every_ten_seconds_at_most() -> None:
    assert COMMIT_SECONDS >= 10


@timeless
async def test_busy_traffic_is_written_every_ten_seconds() -> None:
    async with writing() as diary:
        for number in range(6000):
            diary.hear(MOTION, number % 40 == 0)
            diary.hear(ENERGY, number)
            await asyncio.sleep(0.05)
        assert len(diary.drawer.commits) == 29
        assert min(gaps(diary.drawer.commits)) >= COMMIT_SECONDS - 0.001


@timeless
async def test_where_nothing_is_said_we_are_alive_every_minute() -> None:
    async with writing() as diary:
        await diary.until("08:30")
        assert gaps(diary.drawer.commits) == pytest.approx([ALIVE_SECONDS] * 29)
        assert len(diary.drawer.commits) == 30


@timeless
async def test_one_word_a_minute_is_no_more_than_two_commits_a_minute() -> None:
    async with writing() as diary:
        for number in range(60):
            diary.hear(MOTION, number % 2 == 0)
            await asyncio.sleep(60)
        assert len(diary.drawer.commits) <= 120
        assert min(gaps(diary.drawer.commits)) >= COMMIT_SECONDS - 0.001


@timeless
async def test_old_samples_are_tidied_away_once_a_day_in_place_of_a_commit_and_not_at_once() -> None:
    drawer = Drawer(keep_seconds=DAY)
    tidied: list[float] = []
    tidy = drawer.tidy

    async def watched(now: float) -> None:
        tidied.append(now)
        await tidy(now)

    drawer.tidy = watched  # type: ignore[method-assign]
    async with writing(drawer) as diary:
        diary.hear(MOTION, True)
        await diary.until("08:10")
        diary.hear(MOTION, False)
        await diary.until("11-23 20:00")
        assert [round((now - BEGIN) / HOUR) for now in tidied] == [1, 25, 49]
        assert min(gaps([*drawer.commits, *tidied])) >= COMMIT_SECONDS - 0.001
        assert [value for _, _, value in drawer.all()] == [0]


# What fails


class Gated(Drawer):
    """Each commit waits at a gate, before or after it is done."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.first = True

    async def append(self, rows: list[Row], alive: float, gone: float) -> None:
        if self.first:
            await self.gate.wait()
        await super().append(rows, alive, gone)
        if not self.first:
            await self.gate.wait()


@timeless
async def test_samples_are_known_while_a_commit_is_under_way() -> None:
    for first in (True, False):
        drawer = Gated()
        async with writing(drawer) as diary:
            await diary.tell(MOTION, ("08:00", False), ("08:01", True), ("08:02", False))
            drawer.first = first
            drawer.gate.clear()
            await diary.until("08:02:30")
            await diary.tell(MOTION, ("08:03", True))
            await diary.until("08:03:01")
            assert await diary.ask(traits.DETECTION_COUNT, "08:00", "08:04") == 2
            drawer.gate.set()
            await diary.until("08:05")
            assert await diary.ask(traits.DETECTION_COUNT, "08:00", "08:04") == 2
            assert [value for _, _, value in drawer.all()] == [0, 1, 0, 1]


@timeless
async def test_a_commit_that_is_cancelled_is_done_at_the_end() -> None:
    for first in (True, False):
        drawer = Gated()
        diary = Diary(drawer)
        await diary.start()
        await diary.tell(MOTION, ("08:00", False), ("08:01", True))
        drawer.first = first
        drawer.gate.clear()
        await diary.until("08:01:30")
        assert diary.running is not None
        diary.running.cancel()
        await asyncio.sleep(0)
        drawer.gate.set()
        await diary.history.close()
        diary.new()
        await diary.start()
        assert [value for _, _, value in drawer.all()] == [0, 1, None]
        await diary.kill()


@timeless
async def test_what_a_full_disk_does_not_take_is_kept_in_memory_and_written_later() -> None:
    async with writing() as diary:
        diary.drawer.refuses = True
        await diary.tell(MOTION, ("08:00", False), ("08:10", True), ("08:11", False))
        await diary.until("09:00")
        assert diary.drawer.all() == []
        assert await diary.ask(traits.DETECTION_COUNT, "08:00", "09:00") == 1
        diary.drawer.refuses = False
        await diary.until("09:01")
        assert [value for _, _, value in diary.drawer.all()] == [0, 1, 0]


@timeless
async def test_what_a_full_disk_does_not_take_for_long_is_given_up_as_unknown() -> None:
    async with writing() as diary:
        diary.drawer.refuses = True
        for number in range(3000):
            diary.hear(ON_OFF, number % 2 == 0)
            await asyncio.sleep(30)
        await diary.until("11-22 09:00")
        diary.drawer.refuses = False
        await diary.until("11-22 09:01")
        assert len(diary.drawer.all()) <= 501
        assert await diary.ask(traits.USAGE_TIME, "08:00", "11-22 09:00") is None
        assert await diary.ask(traits.USAGE_TIME, "11-22 08:00", "11-22 09:00") == pytest.approx(HOUR / 2)


@timeless
async def test_without_a_disk_at_the_start_the_memory_answers_until_there_is_one() -> None:
    drawer = Drawer()
    diary = Diary(drawer)
    await diary.start()
    await diary.tell(ON_OFF, ("08:00", True))
    await diary.until("09:00")
    await diary.kill()
    drawer.refuses = True
    await diary.start()
    await diary.tell(ON_OFF, ("10:00", False), ("11:00", True))
    await diary.until("12:00")
    assert await diary.ask(traits.USAGE_TIME, "10:00", "12:00") == pytest.approx(HOUR, abs=0.1)
    assert await diary.ask(traits.USAGE_TIME, "08:00", "12:00") is None
    drawer.refuses = False
    await diary.until("12:01")
    assert await diary.ask(traits.USAGE_TIME, "08:00", "09:00") == pytest.approx(HOUR, abs=70)
    assert await diary.ask(traits.USAGE_TIME, "08:00", "12:00") is None
    assert await diary.ask(traits.USAGE_TIME, "10:00", "12:00") == pytest.approx(HOUR, abs=0.1)
    await diary.stop()


@timeless
async def test_without_a_disk_at_all_it_ends_in_peace() -> None:
    drawer = Drawer()
    drawer.refuses = True
    async with writing(drawer) as diary:
        await diary.tell(ON_OFF, ("08:00", True))
        await diary.stop()


class Unreadable(Drawer):
    def load(self, series: Series, start: float, end: float) -> list[Sample]:  # noqa: ARG002
        raise OSError("the disk cannot be read")


@timeless
async def test_what_cannot_be_read_is_not_known() -> None:
    async with writing(Unreadable()) as diary:
        await diary.tell(MOTION, ("08:00", False), ("08:10", True))
        assert await diary.ask(traits.DETECTED_TIME) is None


@timeless
async def test_before_it_is_loaded_and_after_it_is_closed_only_the_memory_answers() -> None:
    diary = Diary()
    diary.history.rewire(None, diary.wiring)
    assert await diary.ask(traits.DETECTED_TIME) is None
    await diary.tell(MOTION, ("08:00", False), ("08:10", True))
    assert await diary.ask(traits.DETECTED_TIME) == pytest.approx(at("08:10"), abs=0.01)
    await diary.start()
    closed = diary.history
    await diary.stop()
    diary.history = closed
    assert await diary.ask(traits.DETECTED_TIME) is None
    await diary.tell(MOTION, ("08:20", False), ("08:30", True))
    assert await diary.ask(traits.DETECTED_TIME) == pytest.approx(at("08:30"), abs=0.01)


@timeless
async def test_a_series_of_a_trait_that_is_gone_is_left_alone() -> None:
    drawer = Drawer()
    await drawer.open()
    await drawer.append([(("dev", "wind", ""), at("07:00"), 5.0)], at("07:00"), float("inf"))
    async with writing(drawer) as diary:
        await diary.until("08:10")
        assert [trait for trait, _, _ in drawer.all()] == ["wind"]
