"""A message that comes twice: remembered, within bounds, and over a restart; in memory and in the real store alike."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.accounts.replay import KEPT_SECONDS, MAX_ANSWERS, MAX_BYTES, AnswerStore, Replay, Seen, key_of
from gateway.clova.regions import KR
from gateway.links import journal
from gateway.links.journal import WRONG_CLOCK_SECONDS
from gateway.links.store import Store
from tests.clockwork import timeless
from tests.fakes.guarded import ID, THINGS, UNLOCK
from tests.fakes.records import Records
from tests.parlour import Parlour

NOW = 1_800_000_000.0
LATER = NOW + 3600


def key(number: int) -> bytes:
    return key_of("alice", str(number), b"body")


def still() -> float:
    """A clock that has stopped."""
    return NOW


def replay(clock: Callable[[], float] = still, **bounds: int) -> Replay:
    return Replay(Records(clock), clock, **bounds)


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[AnswerStore]:
    """Where answers are kept: in memory, or in the file that is used in earnest."""
    if kind == "memory":
        yield Records(still)
        return
    store = Store(folder / "gateway.db")
    await store.open()
    try:
        yield store
    finally:
        await store.close()


kept = pytest.mark.parametrize("kind", ["memory", "file"])


@pytest.mark.parametrize(
    "other",
    [
        key_of("bob", "m-1", b"body"),
        key_of("alice", "m-2", b"body"),
        key_of("alice", "m-1", b"Body"),
        key_of("alicem", "-1", b"body"),
        key_of("alice", "m-1body", b""),
        key_of("", "", b"alicem-1body"),
    ],
    ids=["another account", "another id", "another body", "another border", "another end", "one text"],
)
def test_another_message_is_another(other: bytes) -> None:
    kept_here = replay()
    kept_here.keep(key_of("alice", "m-1", b"body"), b"answer", LATER)
    assert kept_here.find(other) is None
    assert kept_here.find(key_of("alice", "m-1", b"body")) == b"answer"


def test_a_key_is_short_whatever_it_is_made_of() -> None:
    assert len(key_of("\ud800", "\udfff" * 1000, b"x" * 65_536)) == 32


@pytest.mark.parametrize(("age", "found"), [(0.0, b"x"), (59.9, b"x"), (60.0, None), (86_400.0, None)])
def test_an_answer_is_repeated_until_its_time_is_over(age: float, found: bytes | None) -> None:
    now = NOW
    kept_here = replay(lambda: now)
    kept_here.keep(key(1), b"x", NOW + 60)
    now += age
    assert kept_here.find(key(1)) == found


def test_a_message_that_is_meant_anew_is_kept_anew() -> None:
    now = NOW
    kept_here = replay(lambda: now)
    kept_here.keep(key(1), b"x", NOW + 60)
    now += 60
    kept_here.keep(key(1), b"y", now + 60)
    now += 59
    assert (kept_here.find(key(1)), kept_here._bytes) == (b"y", 1)


def test_the_oldest_answer_goes_first_when_there_are_many() -> None:
    kept_here = replay(max_answers=3)
    for number in range(5):
        kept_here.keep(key(number), b"x", LATER)
    assert [kept_here.find(key(number)) is not None for number in range(5)] == [False, False, True, True, True]


def test_the_oldest_answer_goes_first_when_they_are_large() -> None:
    kept_here = replay(max_bytes=80)
    for number in range(5):
        kept_here.keep(key(number), b"x" * 40, LATER)
    assert [kept_here.find(key(number)) is not None for number in range(5)] == [False, False, False, True, True]


def test_an_answer_larger_than_all_of_the_room_is_not_kept() -> None:
    kept_here = replay(max_bytes=100)
    kept_here.keep(key(1), b"x" * 101, LATER)
    kept_here.keep(key(2), b"y", LATER)
    assert (kept_here.find(key(1)), kept_here.find(key(2))) == (None, b"y")


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 60)), max_size=40))
def test_the_bounds_hold_whatever_is_kept(given_answers: list[tuple[int, int]]) -> None:
    kept_here = replay(max_answers=4, max_bytes=100)
    for number, size in given_answers:
        kept_here.keep(key(number), b"x" * size, LATER)
        assert len(kept_here._answers) <= 4
        assert len(kept_here._unwritten) <= 4
        assert kept_here._bytes == sum(len(answer) for _, answer in kept_here._answers.values()) <= 100


def test_the_bounds_are_those_of_the_design() -> None:
    assert (MAX_ANSWERS, MAX_BYTES) == (4096, 4 * 1024 * 1024)
    assert KEPT_SECONDS > 3600, "longer than an access token counts"


# Over a restart


@kept
async def test_what_was_written_is_found_again(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        first = Replay(store, still)
        first.keep(key(1), b"one", LATER)
        first.keep(key(2), b"old", NOW)
        await first.write()
        first.keep(key(3), b"three", LATER)
        again = Replay(store, still)
        await again.load()
        assert [again.find(key(number)) for number in (1, 2, 3)] == [b"one", None, None]


@kept
async def test_what_was_begun_is_begun_once(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        first = Replay(store, still)
        await first.begin(key(1), LATER)
        for replayed in (first, Replay(store, still)):
            await replayed.load()
            assert replayed.find(key(1)) is None, "nobody knows the answer"
            with pytest.raises(Seen) as caught:
                await replayed.begin(key(1), LATER)
            assert caught.value.answer == b""
        first.keep(key(1), b"done", LATER)
        await first.write()
        with pytest.raises(Seen) as caught:
            await Replay(store, still).begin(key(1), LATER)
        assert caught.value.answer == b"done"


@kept
async def test_of_many_that_begin_at_once_one_does(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        tries = [Replay(store, still).begin(key(1), LATER) for _ in range(50)]
        came = await asyncio.gather(*tries, return_exceptions=True)
        assert came.count(None) == 1
        assert all(isinstance(one, Seen) for one in came if one is not None)


@kept
async def test_what_is_over_may_be_begun_anew(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        await Replay(store, still).begin(key(1), NOW + 60)
        with pytest.raises(Seen):
            await Replay(store, lambda: NOW + 61).begin(key(1), NOW + 120)  # the clock may be wrong just now
        later = NOW + 60 + WRONG_CLOCK_SECONDS
        await store.keep_answers([], later)
        await Replay(store, lambda: later).begin(key(1), later + 60)


async def test_the_file_keeps_so_many_and_those_that_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MAX_ANSWERS", 5)
    async with opened("file", tmp_path) as store:
        await store.keep_answers([(key(number), b"x", NOW + number) for number in range(1, 21)], NOW)
        assert [until - NOW for _, _, until in await store.load_answers(NOW, 100)] == [16, 17, 18, 19, 20]
        assert [until - NOW for _, _, until in await store.load_answers(NOW, 2)] == [19, 20]
        assert [until - NOW for _, _, until in await store.load_answers(NOW + 18, 100)] == [19, 20]


async def test_a_full_disk_costs_memory_and_no_answer() -> None:
    records = Records(still)
    kept_here = Replay(records, still)
    kept_here.keep(key(1), b"one", LATER)
    records.broken = True
    rests = 0

    async def rest() -> None:
        nonlocal rests
        rests += 1
        records.broken = rests < 3
        if rests == 2:
            kept_here.keep(key(2), b"two", LATER)
        if rests == 3:
            kept_here.keep(key(3), b"three", LATER)
        if rests == 5:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await kept_here.run(rest)
    assert [kept_here.find(key(number)) for number in (1, 2, 3)] == [b"one", b"two", b"three"]
    again = Replay(records, still)
    await again.load()
    assert again.find(key(3)) == b"three"


async def test_a_full_disk_at_the_stop_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    records = Records(still)
    records.broken = True
    kept_here = Replay(records, still)
    kept_here.keep(key(1), b"one", LATER)
    await kept_here.write()
    assert "answers could not be kept" in capsys.readouterr().out


# Through the voice: what opens something, and is heard again


def front_door(unlock: str) -> Parlour:
    (thing,) = (one for one in THINGS if one.name == "a lock")
    return Parlour(thing.make({"unlock": unlock}, KR), scenes=())


def unlocking(parlour: Parlour, seconds: float = 3600) -> bytes:
    return parlour.body("SetLockStateRequest", ID, accessToken=parlour.shelf.issue(seconds=seconds), **UNLOCK[1])


async def flood(parlour: Parlour, answers: int) -> None:
    """So many other messages that what was answered before is no longer in memory."""
    for number in range(answers):
        parlour.replay.keep(key(number), b"x", LATER)


@timeless
async def test_what_is_no_longer_in_memory_is_on_the_disk() -> None:
    parlour = front_door("always")
    body = unlocking(parlour)
    first = await parlour.post(body)
    await parlour.replay.write()
    await flood(parlour, MAX_ANSWERS)
    assert await parlour.post(body) == first
    assert len(parlour.house.published) == 1


@timeless
async def test_a_replay_is_one_until_its_token_is_over() -> None:
    parlour = front_door("always")
    body = unlocking(parlour)
    await parlour.post(body)
    for _ in range(7):
        await asyncio.sleep(500)
        await parlour.restart(gracefully=False)
        assert (await parlour.post(body))[0] == "ActionFailedError"
    await asyncio.sleep(100)
    assert (await parlour.post(body))[0] == "ExpiredAccessTokenError"
    assert len(parlour.house.published) == 1


@timeless
async def test_a_replay_is_one_for_as_long_as_a_token_of_the_command_line_counts() -> None:
    """Seen again after its answer was lost, it is not kept for a shorter time than before."""
    parlour = front_door("always")
    body = unlocking(parlour, 86_400)
    await parlour.post(body)
    await parlour.restart(gracefully=False)
    for _ in range(3):
        assert (await parlour.post(body))[0] == "ActionFailedError"
        await parlour.restart()
        await asyncio.sleep(KEPT_SECONDS)
    assert len(parlour.house.published) == 1


@timeless
async def test_a_replay_does_not_use_a_window_up() -> None:
    """Whoever has an old message could else keep its owner outside."""
    parlour = front_door("armed")
    parlour.doorkeeper.arm(ID, "local")
    body = unlocking(parlour)
    assert (await parlour.post(body))[0] == "SetLockStateConfirmation"
    await parlour.restart(gracefully=False)
    parlour.doorkeeper.arm(ID, "local")
    assert (await parlour.post(body))[0] == "ActionFailedError"
    assert parlour.arming.seconds_left(ID) > 0
    assert (await parlour.post(unlocking(parlour)))[0] == "SetLockStateConfirmation"


@timeless
async def test_a_clock_that_was_wrong_for_a_while_makes_no_replay_a_message() -> None:
    parlour = front_door("always")
    body = unlocking(parlour)
    await parlour.post(body)
    parlour.skew = 86_400
    await parlour.ask("SetLockStateRequest", ID, accessToken=parlour.shelf.issue(), lockState="LOCKED")
    await parlour.restart()
    parlour.skew = 0
    await parlour.post(body)
    assert [payload for _, payload in parlour.house.sent()].count("UNLOCKED") == 1


@timeless
async def test_what_opens_something_is_one_message_without_an_id_too() -> None:
    parlour = front_door("always")
    body = unlocking(parlour)
    message = json.loads(body)
    del message["header"]["messageId"]
    for _ in range(3):
        await parlour.post(json.dumps(message).encode())
    assert len(parlour.house.published) == 1
