"""The way to a device that is about to change: who is on it goes on, who comes waits, and nobody for too long."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from gateway.home.problems import Busy
from gateway.passage import Passage

LONG = 60.0


async def settle() -> None:
    """Let all go on that can."""
    for _ in range(10):
        await asyncio.sleep(0)


def later(seconds: float = LONG) -> float:
    return asyncio.get_running_loop().time() + seconds


class Walker:
    """Somebody who is busy with devices until told otherwise."""

    def __init__(self, passage: Passage, *devices: str, deadline: float = 0.0) -> None:
        self.is_in = False
        self.done = asyncio.Event()
        self._devices = set(devices)
        self.task = asyncio.create_task(self._walk(passage, deadline or later()))

    async def _walk(self, passage: Passage, deadline: float) -> None:
        async with passage.through(lambda: self._devices, deadline):
            self.is_in = True
            await self.done.wait()
        self.is_in = False


class Change:
    """Somebody who changes devices."""

    def __init__(self, passage: Passage, *devices: str, seconds: float = LONG) -> None:
        self.is_in = False
        self.done = asyncio.Event()
        self.task = asyncio.create_task(self._change(passage, devices, seconds))

    async def _change(self, passage: Passage, devices: tuple[str, ...], seconds: float) -> None:
        async with passage.closed(lambda: set(devices), seconds):
            self.is_in = True
            await self.done.wait()


async def test_who_is_busy_is_waited_for_and_who_comes_waits() -> None:
    passage = Passage()
    first, other = Walker(passage, "a"), Walker(passage, "c")
    await settle()
    change = Change(passage, "a", "b")
    await settle()
    second, scene, third = Walker(passage, "a"), Walker(passage, "b", "c"), Walker(passage, "c")
    await settle()
    assert [one.is_in for one in (first, other, change, second, scene, third)] == [
        True,
        True,
        False,
        False,
        False,
        True,
    ]
    first.done.set()
    await settle()
    assert [one.is_in for one in (change, second, scene)] == [True, False, False]
    change.done.set()
    await settle()
    assert [one.is_in for one in (second, scene)] == [True, True]
    for one in (other, second, scene, third):
        one.done.set()
        await one.task


async def test_what_is_meant_is_asked_again_after_the_change() -> None:
    passage, meant = Passage(), {"a"}
    change = Change(passage, "a")
    await settle()

    async def walk() -> frozenset[str]:
        async with passage.through(lambda: meant, later()):
            return frozenset(meant)

    walking = asyncio.create_task(walk())
    await settle()
    meant = {"b"}
    change.done.set()
    assert await walking == {"b"}


async def test_nobody_waits_longer_than_there_is_time() -> None:
    passage = Passage()
    busy = Walker(passage, "a")
    await settle()
    change = Change(passage, "a", seconds=0.05)
    late = Walker(passage, "a", deadline=later(0.01))
    with pytest.raises(Busy):
        await late.task
    async with asyncio.timeout(10):
        while not change.is_in:
            await settle()
    assert busy.is_in
    for one in (busy, change):
        one.done.set()
        await one.task


async def test_who_is_cancelled_is_not_busy_any_more() -> None:
    passage = Passage()
    busy = Walker(passage, "a", "b")
    await settle()
    busy.task.cancel()
    await asyncio.gather(busy.task, return_exceptions=True)
    async with AsyncExitStack() as stack, asyncio.timeout(10):
        await stack.enter_async_context(passage.closed(lambda: {"a", "b"}, LONG))
        assert passage.shut == {"a", "b"}
    assert not passage.shut


async def test_what_has_to_change_is_asked_again_after_a_wait() -> None:
    passage, meant = Passage(), {"a"}
    first, other = Walker(passage, "a"), Walker(passage, "b")
    await settle()

    async def change() -> None:
        async with passage.closed(lambda: meant, LONG):
            assert [first.is_in, other.is_in] == [False, False]

    changing = asyncio.create_task(change())
    await settle()
    assert passage.shut == {"a"}
    meant = {"b"}
    first.done.set()
    await settle()
    assert passage.shut == {"a", "b"}
    assert not changing.done()
    other.done.set()
    await changing
