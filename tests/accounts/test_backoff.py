"""Guessing made slow: three tries are free, then each waits longer, up to five minutes, and an hour forgives all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.accounts.backoff import FIRST_SECONDS, FORGOTTEN_SECONDS, FREE, LONGEST_SECONDS, MAX_KEYS, Tries
from tests.accounts.oauthing import Clocks


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def tries(clocks: Clocks) -> Tries:
    return Tries(lambda: clocks.now)


def test_nobody_waits_before_the_third_wrong_try(tries: Tries) -> None:
    for _ in range(FREE - 1):
        tries.wrong("a")
        assert tries.seconds_to_wait("a") <= 0
    tries.wrong("a")
    assert tries.seconds_to_wait("a") == FIRST_SECONDS
    assert tries.seconds_to_wait() == 0
    assert tries.seconds_to_wait("b") <= 0


def test_each_pause_is_twice_the_last_up_to_five_minutes(tries: Tries, clocks: Clocks) -> None:
    pauses = []
    for _ in range(40):
        tries.wrong("a")
        pauses.append(max(0.0, tries.seconds_to_wait("a")))
        clocks.go(pauses[-1])
        assert tries.seconds_to_wait("a") <= 0
    assert pauses[:11] == [0, 0, 4, 8, 16, 32, 64, 128, 256, LONGEST_SECONDS, LONGEST_SECONDS]
    assert set(pauses[9:]) == {LONGEST_SECONDS}


def test_the_longest_pause_of_any_key_counts(tries: Tries, clocks: Clocks) -> None:
    for _ in range(FREE + 2):
        tries.wrong("address")
    tries.wrong("account", "address")
    assert tries.seconds_to_wait("account", "address") == tries.seconds_to_wait("address") == 8 * FIRST_SECONDS
    assert tries.seconds_to_wait("account") <= 0
    clocks.go(8 * FIRST_SECONDS)
    assert tries.seconds_to_wait("account", "address") <= 0


def test_the_right_password_forgives_its_own_keys(tries: Tries) -> None:
    for _ in range(FREE):
        tries.wrong("a", "b")
    tries.right("a", "unknown")
    assert tries.seconds_to_wait("a") <= 0
    assert tries.seconds_to_wait("b") == FIRST_SECONDS


def test_an_hour_without_a_wrong_try_forgives_all(tries: Tries, clocks: Clocks) -> None:
    for _ in range(20):
        tries.wrong("a")
    clocks.go(FORGOTTEN_SECONDS)
    tries.wrong("a")
    assert tries.seconds_to_wait("a") == LONGEST_SECONDS
    clocks.go(FORGOTTEN_SECONDS + 1)
    tries.wrong("a")
    assert tries.seconds_to_wait("a") <= 0


def test_few_keys_are_kept(tries: Tries) -> None:
    for number in range(3 * MAX_KEYS):
        tries.wrong(f"account {number}", f"address {number}")
    assert len(tries._tries) == MAX_KEYS


def test_a_key_that_still_waits_is_not_pushed_out_by_others(tries: Tries) -> None:
    """Somebody with many addresses guesses at many names, and then has three free tries at the owner's again."""
    for _ in range(FREE + 9):
        tries.wrong("account owner")
    for number in range(MAX_KEYS):
        tries.wrong(f"account {number}")
    assert tries.seconds_to_wait("account owner") > 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.floats(0, 4000)), max_size=60))
def test_there_is_always_an_end_to_it(story: list[tuple[str, bool, float]]) -> None:
    clocks = Clocks()
    tries = Tries(lambda: clocks.now)
    for key, is_right, seconds in story:
        (tries.right if is_right else tries.wrong)(key)
        assert tries.seconds_to_wait("a", "b", "c") <= LONGEST_SECONDS
        assert not is_right or tries.seconds_to_wait(key) <= 0
        clocks.go(seconds)
    clocks.go(LONGEST_SECONDS)
    assert tries.seconds_to_wait("a", "b", "c") <= 1e-9
