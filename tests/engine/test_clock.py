"""Clocks that are wrong at first, are set, go back, and are never set at all."""

import asyncio
from datetime import datetime

import pytest

from gateway.engine.clock import IS_SET, Clock
from gateway.home import traits
from tests.clockwork import timeless
from tests.engine.diary import BEGIN, at, writing

ON_OFF, ENERGY, MOTION = traits.ON_OFF, traits.ENERGY, traits.MOTION
DAY, HOUR, MINUTE = 86_400.0, 3600.0, 60.0
NOON = datetime.fromisoformat("2026-11-21T12:00+09:00").timestamp()


class Watch:
    """A clock, and a time that passes."""

    def __init__(self, wall: float = NOON, floor: float = IS_SET) -> None:
        self.wall = wall
        self.monotonic = 5000.0
        self.clock = Clock()
        self.clock.floor = floor
        self.look()

    def look(self) -> float | None:
        return self.clock.look(self.wall, self.monotonic)

    def run(self, seconds: float) -> None:
        """Let time pass, with a look now and then at which nothing happens."""
        for _ in range(10):
            self.wall += seconds / 10
            self.monotonic += seconds / 10
            assert self.look() is None

    def is_believed(self) -> bool:
        return self.clock.believed

    def put(self, ahead: float) -> float | None:
        self.wall += ahead
        return self.look()


def test_a_clock_that_goes_is_believed() -> None:
    watch = Watch()
    watch.run(DAY)
    assert watch.is_believed()
    assert watch.clock.now == watch.wall
    assert watch.put(1.5) is None, "it is put right by a little"
    assert watch.put(-1.5) is None
    assert watch.is_believed()


def test_one_that_was_never_set_is_not() -> None:
    watch = Watch(wall=100.0)
    watch.run(3 * DAY)
    assert not watch.is_believed()
    assert watch.put(NOON) is None, "nothing was kept by it"
    assert watch.is_believed()


def test_one_that_is_set_soon_after_the_start_was_wrong_from_the_beginning() -> None:
    for step in (8 * HOUR, -8 * HOUR, 3 * DAY, MINUTE):
        watch = Watch()
        watch.run(MINUTE)
        assert watch.put(step) == min(NOON, NOON + MINUTE + step)
        assert watch.is_believed()
        watch.run(MINUTE)
        assert watch.put(MINUTE) == NOON + MINUTE + step, "and once more"


def test_one_that_is_put_ahead_later_leaves_a_gap() -> None:
    watch = Watch()
    watch.run(HOUR)
    assert watch.put(HOUR) == NOON + HOUR
    assert watch.is_believed()


def test_one_that_is_put_back_later_brings_a_time_for_the_second_time() -> None:
    watch = Watch()
    watch.run(3 * HOUR)
    assert watch.put(-HOUR) == NOON + 2 * HOUR - 120
    assert watch.is_believed()
    watch.run(HOUR)


def test_one_that_is_put_back_by_days_deletes_nothing_until_it_has_been_so_for_a_day() -> None:
    watch = Watch()
    watch.run(HOUR)
    assert watch.put(-30 * DAY) == NOON + HOUR, "a gap begins"
    assert not watch.is_believed()
    watch.run(DAY - HOUR)
    assert not watch.is_believed()
    watch.monotonic += HOUR
    assert watch.put(HOUR) == watch.wall, "then it is right, and what lies ahead is wrong"
    assert watch.is_believed()


def test_one_that_is_put_back_by_days_and_ahead_again_leaves_a_gap() -> None:
    watch = Watch()
    watch.run(HOUR)
    assert watch.put(-30 * DAY) == NOON + HOUR
    watch.run(HOUR)
    assert watch.put(30 * DAY) is None
    assert watch.is_believed()


def test_one_that_falls_back_to_1970_is_waited_for() -> None:
    watch = Watch()
    watch.run(HOUR)
    assert watch.put(-watch.wall) == NOON + HOUR
    watch.run(3 * DAY)
    assert not watch.is_believed()
    assert watch.put(NOON) is None
    assert watch.is_believed()


def test_one_that_starts_behind_what_was_kept_is_not_believed_until_it_has_caught_up() -> None:
    watch = Watch(floor=NOON + HOUR)
    assert not watch.is_believed()
    watch.run(MINUTE)
    assert watch.put(8 * HOUR) is None, "nothing was kept by the wrong one, and nothing is deleted"
    assert watch.is_believed()
    slow = Watch(floor=NOON + HOUR)
    slow.run(HOUR)
    assert slow.is_believed()


def test_one_that_starts_far_behind_is_right_after_a_day() -> None:
    watch = Watch(floor=NOON + 400 * DAY)
    watch.run(DAY - HOUR)
    watch.monotonic += HOUR
    assert watch.put(HOUR) == watch.wall
    assert watch.is_believed()


def test_it_has_settled_when_it_was_not_set_for_long() -> None:
    watch = Watch()
    watch.run(HOUR)
    assert watch.clock.is_settled(watch.monotonic, HOUR)
    assert not watch.clock.is_settled(watch.monotonic, 2 * HOUR)
    watch.put(MINUTE)
    assert not watch.clock.is_settled(watch.monotonic, HOUR)


# What that does to a history, from 08:00 on


@timeless
async def test_a_clock_that_is_not_set_keeps_and_answers_nothing_and_deletes_nothing() -> None:
    async with writing() as diary:
        await diary.tell(MOTION, ("08:00", False), ("08:10", True))
        await diary.until("08:20")
        await diary.kill()
        diary.ahead -= BEGIN
        await diary.start()
        diary.hear(MOTION, False, live=False)
        await asyncio.sleep(300)
        assert await diary.ask(traits.DETECTED_TIME) is None
        assert len(diary.drawer.all()) == 2
        diary.ahead += BEGIN
        await diary.until("09:00")
        assert await diary.ask(traits.DETECTED_TIME) is None, "it may have moved again"
        assert [value for _, _, value in diary.drawer.all()] == [0, 1, None, 0]
        await diary.tell(MOTION, ("09:30", True))
        assert await diary.ask(traits.DETECTED_TIME) == pytest.approx(at("09:30"), abs=0.01)


@timeless
async def test_a_clock_that_is_put_right_soon_after_the_start_takes_with_it_what_was_kept() -> None:
    """It goes on at 08:30, where it was shut down, while it is 12:30 already."""
    async with writing() as diary:
        await diary.tell(ON_OFF, ("08:00", False))
        await diary.until("08:30")
        await diary.stop()
        await diary.start()
        diary.hear(ON_OFF, True, live=False)
        await asyncio.sleep(45)
        diary.ahead += 4 * HOUR
        await diary.until("13:30")
        assert await diary.ask(traits.USAGE_TIME, "08:00", "12:00") is None
        assert await diary.ask(traits.USAGE_TIME, "08:00", "08:30") == 0
        assert await diary.ask(traits.USAGE_TIME, "12:31", "13:30") == pytest.approx(59 * 60)
        stored = [(round(kept_at - BEGIN), value) for trait, kept_at, value in diary.drawer.all() if trait == "on_off"]
        assert stored[:2] == [(0, 0), (1800, None)]
        assert stored[2][0] > 4.5 * HOUR


@timeless
async def test_a_clock_that_is_put_back_an_hour_makes_the_hour_that_comes_twice_new() -> None:
    async with writing() as diary:
        await diary.tell(ON_OFF, ("08:00", False))
        await diary.tell(ENERGY, ("08:00", 5))
        await diary.tell(ON_OFF, ("10:00", True), ("10:30", False))
        await diary.tell(ENERGY, ("10:30", 10))
        await diary.until("10:50")
        diary.ahead -= HOUR
        assert await diary.ask(ENERGY, "08:00", "09:50") is None, "what comes is not known any more"
        await diary.tell(ON_OFF, ("10:00", True))
        await diary.tell(ENERGY, ("10:20", 11))
        await diary.until("12:00")
        assert await diary.ask(traits.USAGE_TIME, "08:00", "12:00") == pytest.approx(2 * HOUR)
        for name in ("on_off", "energy"):
            instants = [row[1] for row in diary.drawer.all() if row[0] == name]
            assert instants == sorted(instants)
        assert await diary.ask(ENERGY, "10:20", "12:00") is None, "its number before was told at a time to come"


@timeless
async def test_a_clock_that_was_a_day_ahead_is_put_back() -> None:
    async with writing() as diary:
        await diary.tell(ON_OFF, ("08:00", False))
        await diary.until("09:00")
        diary.ahead += DAY
        diary.hear(ON_OFF, True)
        await asyncio.sleep(HOUR)
        diary.ahead -= DAY
        await diary.until("11:00")
        assert await diary.ask(traits.USAGE_TIME, "08:00", "09:00") == 0
        assert await diary.ask(traits.USAGE_TIME, "10:01", "11:00") == pytest.approx(59 * 60)
        await diary.until("11-22 12:00")
        assert await diary.ask(traits.USAGE_TIME, "11-22 08:00", "11-22 12:00") == pytest.approx(4 * HOUR)
        stored = [kept_at for trait, kept_at, _ in diary.drawer.all() if trait == "on_off"]
        assert max(stored) < at("12:00")


@timeless
async def test_a_clock_that_starts_behind_what_was_kept_waits() -> None:
    async with writing() as diary:
        await diary.tell(ON_OFF, ("08:00", True))
        await diary.until("09:00")
        await diary.kill()
        diary.ahead -= HOUR / 2
        await diary.start()
        diary.hear(ON_OFF, True, live=False)
        await asyncio.sleep(300)
        assert await diary.ask(traits.USAGE_TIME) is None
        diary.ahead += 2 * HOUR
        await diary.until("11:00")
        assert await diary.ask(traits.USAGE_TIME, "08:00", "09:00") == pytest.approx(HOUR, abs=70)
        assert await diary.ask(traits.USAGE_TIME, "10:40", "11:00") == pytest.approx(20 * 60)
