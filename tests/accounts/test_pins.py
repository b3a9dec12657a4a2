"""PINs: three tries, ten minutes, whatever is pulled, set or restarted meanwhile."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.accounts.arming import Arming
from gateway.accounts.pins import (
    BLOCK_SECONDS,
    EVERYBODY,
    LONGEST_BLOCK_SECONDS,
    MOST_WRONG,
    Blocked,
    Leave,
    Pin,
    Pins,
    Tries,
    Wrong,
)
from gateway.links.store import Store
from gateway.links.store_pins import MAX_TRIES

CODE = "8305"
PIN = Pin(CODE, "door")
GATE = Pin("2846", "gate")
WALL = 1_800_000_000.0


class Clock:
    """Both clocks; the time of day can be set by itself."""

    def __init__(self) -> None:
        self.seconds = 5000.0
        self.ahead = WALL - self.seconds

    def now(self) -> float:
        return self.seconds

    def wall(self) -> float:
        return self.seconds + self.ahead


class Shelf:
    """What is kept, and whether it can be."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Tries] = {}
        self.full = False
        self.kept: list[Sequence[Tries]] = []

    async def load_tries(self) -> Sequence[Tries]:
        return [one for one in self.rows.values() if one.wrong]

    async def keep_tries(self, tries: Sequence[Tries]) -> None:
        if self.full:
            raise OSError("the disk is full")
        self.kept.append(tries)
        self.rows |= {(one.pin, one.account): one for one in tries}


class Door:
    def __init__(self) -> None:
        self.clock, self.shelf = Clock(), Shelf()
        self.pins = self.made()

    def made(self) -> Pins:
        return Pins(self.shelf, self.clock.now, self.clock.wall)

    async def restart(self, seconds: float = 0.0) -> None:
        """Another process, whose monotonic clock begins elsewhere."""
        self.clock.seconds -= 3000
        self.clock.ahead += 3000 + seconds
        self.pins = self.made()
        await self.pins.load()

    async def say(self, given: str, account: str = "mina", pin: Pin = PIN) -> str:
        try:
            await self.pins.check(pin, account, given)
        except Blocked as blocked:
            return f"blocked {blocked.seconds:g}"
        except Wrong as wrong:
            return f"wrong {wrong.left}"
        return "right"


async def test_the_right_one_is_right_and_forgets_what_was_wrong() -> None:
    door = Door()
    assert [await door.say(one) for one in ("0000", "1111", CODE)] == ["wrong 2", "wrong 1", "right"]
    assert [await door.say(one) for one in ("0000", "1111", CODE)] == ["wrong 2", "wrong 1", "right"]
    assert all(one.wrong == 0 for one in door.shelf.kept[-1])


async def test_the_third_wrong_one_blocks_for_ten_minutes_the_right_one_too() -> None:
    door = Door()
    assert [await door.say("0000") for _ in range(3)] == ["wrong 2", "wrong 1", "wrong 0"]
    assert await door.say(CODE) == "blocked 600"
    door.clock.seconds += BLOCK_SECONDS - 1
    assert await door.say(CODE) == "blocked 1"
    door.clock.seconds += 1
    assert [await door.say("0000"), await door.say(CODE)] == ["wrong 2", "right"]


async def test_who_is_blocked_gets_no_try_and_no_longer_block() -> None:
    door = Door()
    for _ in range(3):
        await door.say("0000")
    kept = len(door.shelf.kept)
    door.clock.seconds += 500
    assert [await door.say(CODE) for _ in range(50)] == ["blocked 100"] * 50
    assert len(door.shelf.kept) == kept


async def test_who_is_blocked_blocks_nobody_else() -> None:
    door = Door()
    for _ in range(40):
        await door.say("0000", "mallory")
        door.clock.seconds += LONGEST_BLOCK_SECONDS
    assert [await door.say("0000", "mallory") for _ in range(3)][-1].startswith(("wrong 0", "blocked"))
    assert await door.say(CODE, "mina") == "right"


async def test_ten_wrong_ones_of_several_accounts_block_all() -> None:
    door = Door()
    for account in ("a", "b", "c"):
        assert [await door.say("0000", account) for _ in range(3)][-1] == "wrong 0"
    assert await door.say("0000", "d") == "wrong 0"
    assert [await door.say(CODE, one) for one in ("a", "d", "nobody yet")] == ["blocked 600"] * 3
    door.clock.seconds += BLOCK_SECONDS
    assert await door.say(CODE, "nobody yet") == "right"


async def test_each_block_is_twice_as_long_until_the_right_one_a_day_at_most() -> None:
    door, seconds = Door(), list[float]()
    for number in range(10):
        for _ in range(MOST_WRONG):
            await door.say("0000")
        seconds.append(door.pins.blocked_for(PIN, "mina"))
        if number % 2:
            await door.restart()
        door.clock.seconds += seconds[-1]
    assert seconds[:4] == [600, 1200, 2400, 4800]
    assert seconds[-2:] == [LONGEST_BLOCK_SECONDS] * 2
    assert await door.say(CODE) == "right"
    assert [await door.say(one) for one in ("0000", "0000", "0000", CODE)][-1] == "blocked 600"


async def test_who_knows_it_gives_nobody_else_their_tries_back() -> None:
    door = Door()
    await door.say("0000", "mallory")
    await door.say("0001", "mallory")
    assert await door.say(CODE, "mina") == "right"
    assert await door.say("0002", "mallory") == "wrong 0"
    assert await door.say(CODE, "mallory") == "blocked 600"
    assert await door.say(CODE, "mina") == "right"


async def test_each_pin_has_its_own_and_the_right_one_of_another_gives_none_back() -> None:
    door = Door()
    said = [await door.say(given, pin=pin) for given, pin in (("0000", PIN), ("2846", GATE)) * 3]
    assert said == ["wrong 2", "right", "wrong 1", "right", "wrong 0", "right"]
    assert await door.say(CODE) == "blocked 600"


async def test_a_block_is_lifted_with_all_that_was_counted() -> None:
    door = Door()
    for account in ("mina", "mina", "mina", "juno"):
        await door.say("0000", account)
    await door.say("0000", pin=GATE)
    await door.pins.reset({"door"})
    assert [await door.say("0000") for _ in range(2)] == ["wrong 2", "wrong 1"]
    assert await door.say("0000", pin=GATE) == "wrong 1"
    await door.pins.reset({"door"})
    await door.restart()
    assert [await door.say("0000") for _ in range(2)] == ["wrong 2", "wrong 1"]


async def test_a_try_that_was_cancelled_before_it_was_compared_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    await door.say("0000")
    await door.say("0000")
    monkeypatch.setattr(door.shelf, "keep_tries", lambda _: asyncio.sleep(60))
    for _ in range(4):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await door.say(CODE)
    monkeypatch.undo()
    assert door.pins.blocked_for(PIN, "mina") == 0
    assert await door.say("0000") == "wrong 0"


@pytest.mark.parametrize("step", [-86_400.0, 3600.0, 86_400.0 * 365])
async def test_a_clock_that_is_set_frees_nobody(step: float) -> None:
    door = Door()
    for _ in range(3):
        await door.say("0000")
    door.clock.ahead += step
    assert await door.say(CODE) == "blocked 600"


async def test_a_restart_frees_nobody() -> None:
    door = Door()
    for _ in range(3):
        await door.say("0000")
    await door.restart(seconds=60)
    assert await door.say(CODE) == "blocked 540"
    await door.restart(seconds=540)
    assert await door.say(CODE) == "right"


async def test_a_restart_gives_no_try_back() -> None:
    door = Door()
    for left in (2, 1, 0):
        assert await door.say("0000") == f"wrong {left}"
        await door.restart()
    assert (await door.say(CODE)).startswith("blocked")


async def test_a_clock_that_was_wrong_at_the_start_blocks_for_ten_minutes_at_most() -> None:
    door = Door()
    for _ in range(3):
        await door.say("0000")
    await door.restart(seconds=-86_400)
    assert await door.say(CODE) == "blocked 600"


async def test_a_try_is_on_the_disk_before_it_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    door, order = Door(), list[str]()
    kept, fits = door.shelf.keep_tries, Pin.fits

    async def keep(tries: Sequence[Tries]) -> None:
        order.append("kept")
        await kept(tries)

    def compare(pin: Pin, given: str) -> bool:
        order.append("compared")
        return fits(pin, given)

    monkeypatch.setattr(door.shelf, "keep_tries", keep)
    monkeypatch.setattr(Pin, "fits", compare)
    await door.say("0000")
    assert order == ["kept", "compared"]


async def test_what_cannot_be_counted_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    door.shelf.full = True
    monkeypatch.setattr(Pin, "fits", lambda *_: pytest.fail("it was compared"))
    with pytest.raises(OSError, match="full"):
        await door.say(CODE)


async def test_a_hundred_at_once_are_three_tries() -> None:
    door = Door()
    said = await asyncio.gather(*(door.say(f"{number:04}") for number in range(100)))
    assert sum(one.startswith("wrong") for one in said) == MOST_WRONG
    assert sum(one.startswith("blocked") for one in said) == 100 - MOST_WRONG


@settings(max_examples=200)
@given(st.lists(st.sampled_from([("0000", 0.0), (CODE, 0.0), ("1111", 30.0), ("2222", 650.0)]), max_size=30))
def test_in_any_ten_minutes_there_are_three_wrong_tries_at_most(said: list[tuple[str, float]]) -> None:
    async def talk() -> None:
        door, wrong = Door(), list[float]()
        for given_pin, later in said:
            door.clock.seconds += later
            verdict = await door.say(given_pin)
            if verdict.startswith("wrong"):
                wrong.append(door.clock.seconds)
            elif verdict == "right":
                wrong.clear()
            for first, fourth in zip(wrong, wrong[MOST_WRONG:], strict=False):
                assert fourth - first >= BLOCK_SECONDS

    asyncio.run(talk())


def test_a_pin_is_never_shown() -> None:
    assert CODE not in repr(PIN) + str(PIN) + str(vars_of(PIN))
    assert PIN.fits(CODE)
    assert not any(PIN.fits(other) for other in ("", "830", "83050", "0000", "８３０５", "\ud800"))
    assert vars_of(PIN) != vars_of(Pin(CODE))


def vars_of(pin: Pin) -> list[object]:
    return [getattr(pin, slot) for slot in Pin.__slots__]


async def test_the_store_keeps_tries(tmp_path: Path) -> None:
    tries = [Tries("door", "mina", 2), Tries("door", EVERYBODY, 3, WALL)]
    for kept, left in (
        (tries, tries),
        ([Tries("door", "mina", 1)], [Tries("door", "mina", 1), tries[1]]),
        ([Tries("door", "mina", 0), Tries("door", EVERYBODY, 0)], []),
    ):
        store = Store(tmp_path / "gateway.db")
        await store.open()
        await store.keep_tries(kept)
        await store.close()
        await store_opened_again(tmp_path, left)


async def store_opened_again(folder: Path, expected: Sequence[Tries]) -> None:
    store = Store(folder / "gateway.db")
    await store.open()
    found = await store.load_tries()
    await store.close()
    assert set(found) == set(expected)


async def test_the_store_keeps_so_many_and_no_more(tmp_path: Path) -> None:
    store = Store(tmp_path / "gateway.db")
    await store.open()
    await store.keep_tries([Tries("door", f"somebody {number}", 1) for number in range(MAX_TRIES)])
    await store.keep_tries([Tries("door", EVERYBODY, 3, WALL)])
    found = await store.load_tries()
    await store.close()
    assert len(found) == MAX_TRIES
    assert Tries("door", EVERYBODY, 3, WALL) in found


def test_leave_is_for_one_device_once_and_counts_with_all_others() -> None:
    clock = Clock()
    everyone = Arming(clock.now)
    leave = Leave(everyone, "door", 10.0, clock.now)
    assert (leave.seconds_left("door"), leave.seconds_left("gate"), everyone.seconds_left("door")) == (10.0, 0.0, 0.0)
    leave.use("door")
    assert (leave.seconds_left("door"), everyone.opened_lately("door"), leave.opened_lately("door")) == (0.0, 1, 1)
    again = Leave(everyone, "door", 10.0, clock.now)
    clock.seconds += 10
    assert (again.seconds_left("door"), again.opened_lately("door")) == (0.0, 1)
