"""Random lives of a home whose truth is known, by the clock on its wall: no answer is ever more than that."""

import asyncio
from bisect import bisect_left
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.periods import Period
from gateway.home.problems import StateUnknown
from gateway.home.traits import Trait
from tests.clockwork import timeless
from tests.engine.diary import Diary

HOUR = 3600.0
KILOWATT = 3_600_000


@dataclass
class Truth:
    """What was so, by the clock on the wall, which may have shown a time twice."""

    on: list[tuple[float, float]] = field(default_factory=list)
    rises: list[float] = field(default_factory=list)
    drawn: list[tuple[float, float, float]] = field(default_factory=list)

    def seconds_on(self, start: float, end: float) -> float:
        """Each second once, even if it came twice."""
        total, until = 0.0, start
        for since, to in sorted(self.on):
            since = max(since, until)
            total += max(0.0, min(to, end) - since)
            until = max(until, min(to, end))
        return total

    def used(self, start: float, end: float) -> float:
        return sum(watts * max(0.0, min(to, end) - max(since, start)) / KILOWATT for since, to, watts in self.drawn)


class Life:
    """A switch, a counter and a meter of watts that say all of their changes, if they are there and can be heard."""

    def __init__(self) -> None:
        self.diary = Diary()
        self.truth = Truth()
        self.on = False
        self.watts = 0.0
        self.counted = 500.0
        self.there = self.up = True
        self.runs = False
        self.put_back = 0.0

    async def go_on(self, seconds: float) -> None:
        """Time passes."""
        began = self.diary.wall()
        await asyncio.sleep(seconds)
        now = self.diary.wall()
        if self.on:
            self.truth.on.append((began, now))
        self.truth.drawn.append((began, now, self.watts))
        self.counted += self.watts * seconds / KILOWATT
        self.say()

    def say(self, live: bool = True) -> None:
        """Everything, as most devices do."""
        if self.there and self.up and self.runs:
            self.diary.hear(traits.ON_OFF, self.on, live)
            self.diary.hear(traits.MOTION, self.on, live)
            self.diary.hear(traits.POWER_USE, self.watts, live)
            self.diary.hear(traits.ENERGY, self.counted, live)

    async def do(self, what: str, seconds: float) -> None:  # noqa: C901  # a case for each word of the script
        match what:
            case "switch":
                self.on = not self.on
                if self.on:
                    self.truth.rises.append(self.diary.wall())
                self.watts = 2000.0 if self.on else 0.0
                self.say()
            case "flap":
                for _ in range(151):
                    await self.do("switch", 0)
                    await self.go_on(0.2)
            case "reset" if self.counted > 1:
                self.counted = 0.0
                self.say()
            case "leave" if self.there:
                self.there = False
                if self.runs and self.up:
                    self.diary.history.lost("dev")
            case "come":
                self.there = True
                self.say()
            case "down" if self.up:
                self.up = False
                if self.runs:
                    self.diary.history.disconnected()
            case "up":
                self.up = True
                self.say(live=False)
            case "kill":
                await self.diary.kill()
                self.runs = False
            case "stop" if self.runs:
                await self.diary.stop()
                self.runs = False
            case "start" if not self.runs:
                await self.diary.start()
                self.runs = True
                self.say(live=False)
            case "full" | "room":
                self.diary.drawer.refuses = what == "full"
            case "ahead":
                self.diary.ahead += seconds * 20
            case "back":
                self.diary.ahead -= seconds * 20
                self.put_back += seconds * 20
        await self.go_on(seconds)

    async def ask(self, trait: Trait, start: float, end: float) -> float | None:
        try:
            found = await self.diary.history.answer(self.diary.device, Slot(trait), Period(start, end))
        except StateUnknown:
            return None
        assert isinstance(found, float)
        return found


CALM = ["switch", "switch", "switch", "wait", "wait", "leave", "come", "down", "up", "kill", "stop", "start", "start"]
WILD = [*CALM, "flap", "reset", "full", "room", "ahead", "back"]


def stories(of: list[str], longest: float = 2000.0) -> st.SearchStrategy[list[tuple[str, float]]]:
    """What happens, and for how many seconds nothing does after that: always more than is bridged."""
    event = st.tuples(st.sampled_from(of), st.sampled_from([61.0, 200.0, 700.0, longest]))
    return st.lists(event, min_size=5, max_size=30)


shares = st.lists(st.floats(0, 1), min_size=2, max_size=2)


@given(stories(WILD), st.lists(shares, min_size=3, max_size=3))
@settings(max_examples=200)
@timeless
async def test_no_answer_is_more_than_the_truth(story: list[tuple[str, float]], asked: list[list[float]]) -> None:
    life = await lived([*story, ("room", 1.0), ("start", 11.0)])
    begin = min([since for since, _, _ in life.truth.drawn])
    whole = max(to for _, to, _ in life.truth.drawn) - begin
    for pair in [[0.0, 1.0], *asked]:
        start, end = (begin + share * whole for share in sorted(pair))
        await judge(life, start, end)
    rows = life.diary.drawer.all()
    for trait in {trait for trait, _, _ in rows}:
        times = [at for one, at, _ in rows if one == trait]
        assert times == sorted(set(times))
    await life.diary.stop()


async def judge(life: Life, start: float, end: float) -> None:
    truth, back = life.truth, life.put_back
    seconds = await life.ask(traits.USAGE_TIME, start, end)
    assert seconds is None or seconds <= min(truth.seconds_on(start, end), end - start) + 0.1
    times = await life.ask(traits.DETECTION_COUNT, start, end)
    assert times is None or times <= sum(start - back <= rise < end + back for rise in truth.rises)
    for trait in (traits.ENERGY, traits.POWER_USE):  # within an hour a counter is taken to rise evenly
        used = await life.ask(trait, start, end)
        assert used is None or 0.9 * used <= truth.used(start - HOUR - back, end + HOUR + back) + 1e-3
    at = await life.ask(traits.DETECTED_TIME, start, end)
    assert at is None or any(abs(rise - at) < 61 for rise in truth.rises)


@given(stories(CALM))
@settings(max_examples=200)
@timeless
async def test_the_last_time_is_the_last_time(story: list[tuple[str, float]]) -> None:
    life = await lived([*story, ("room", 1.0), ("start", 11.0)])
    now = life.diary.wall()
    at = await life.ask(traits.DETECTED_TIME, now - 400 * HOUR, now)
    assert at is None or abs(max(life.truth.rises) - at) < 0.1
    await life.diary.stop()


@given(stories(["switch", "wait", "reset"], longest=700.0))
@settings(max_examples=50)
@timeless
async def test_if_all_is_seen_all_is_told(story: list[tuple[str, float]]) -> None:
    life = await lived(story)
    begin, now = life.truth.drawn[0][0], life.diary.wall()
    assert abs((await life.ask(traits.USAGE_TIME, begin, now) or 0) - life.truth.seconds_on(begin, now)) < 0.1
    assert await life.ask(traits.DETECTION_COUNT, begin, now) == bisect_left(life.truth.rises, now)
    used = life.truth.used(begin, now)
    assert abs((await life.ask(traits.ENERGY, begin, now) or 0) - used) < 1e-6
    assert abs((await life.ask(traits.POWER_USE, begin, now) or 0) - used) < 1e-6
    await life.diary.stop()


async def lived(story: list[tuple[str, float]]) -> Life:
    life = Life()
    await life.do("start", 1)
    for what, seconds in story:
        await life.do(what, seconds)
    return life
