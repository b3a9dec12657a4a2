"""A message that comes twice: remembered, within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.accounts.replay import KEPT_SECONDS, MAX_ANSWERS, MAX_BYTES, Key, Replay, key_of


def key(number: int) -> Key:
    return key_of("alice", str(number), b"body")


def still() -> float:
    """A clock that has stopped."""
    return 0.0


@pytest.mark.parametrize(
    "other",
    [key_of("bob", "m-1", b"body"), key_of("alice", "m-2", b"body"), key_of("alice", "m-1", b"Body")],
    ids=["another account", "another id", "another body"],
)
def test_another_message_is_another(other: Key) -> None:
    replay = Replay(still)
    replay.keep(key_of("alice", "m-1", b"body"), b"answer")
    assert replay.find(other) is None
    assert replay.find(key_of("alice", "m-1", b"body")) == b"answer"


@pytest.mark.parametrize(("age", "found"), [(0.0, b"x"), (KEPT_SECONDS - 1, b"x"), (KEPT_SECONDS, None)])
def test_an_answer_is_repeated_for_a_while(age: float, found: bytes | None) -> None:
    now = 0.0
    replay = Replay(lambda: now)
    replay.keep(key(1), b"x")
    now = age
    assert replay.find(key(1)) == found


def test_a_message_that_is_meant_anew_is_kept_anew() -> None:
    now = 0.0
    replay = Replay(lambda: now)
    replay.keep(key(1), b"x")
    now = KEPT_SECONDS
    replay.keep(key(1), b"y")
    now = KEPT_SECONDS * 2 - 1
    assert (replay.find(key(1)), replay._bytes) == (b"y", 1)


def test_the_oldest_answer_goes_first_when_there_are_many() -> None:
    replay = Replay(still, max_answers=3)
    for number in range(5):
        replay.keep(key(number), b"x")
    assert [replay.find(key(number)) is not None for number in range(5)] == [False, False, True, True, True]


def test_the_oldest_answer_goes_first_when_they_are_large() -> None:
    replay = Replay(still, max_bytes=80)
    for number in range(5):
        replay.keep(key(number), b"x" * 40)
    assert [replay.find(key(number)) is not None for number in range(5)] == [False, False, False, True, True]


def test_an_answer_larger_than_all_of_the_room_is_not_kept() -> None:
    replay = Replay(still, max_bytes=100)
    replay.keep(key(1), b"x" * 101)
    replay.keep(key(2), b"y")
    assert (replay.find(key(1)), replay.find(key(2))) == (None, b"y")


def test_an_empty_answer_is_an_answer() -> None:
    replay = Replay(still)
    replay.keep(key(1), b"")
    assert replay.find(key(1)) == b""


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 60)), max_size=40))
def test_the_bounds_hold_whatever_is_kept(kept: list[tuple[int, int]]) -> None:
    replay = Replay(still, max_answers=4, max_bytes=100)
    for number, size in kept:
        replay.keep(key(number), b"x" * size)
        assert len(replay._answers) <= 4
        assert replay._bytes == sum(len(answer) for _, answer in replay._answers.values()) <= 100


def test_the_bounds_are_those_of_the_design() -> None:
    assert (MAX_ANSWERS, MAX_BYTES, KEPT_SECONDS) == (4096, 4 * 1024 * 1024, 600)
