"""How fast one token may speak: a family that talks to everything at once never notices, a runaway is held."""

import asyncio

import pytest

from gateway.accounts.pace import BURST, MAX_KEYS, PER_SECOND, Pace
from gateway.home.problems import Busy
from tests.clockwork import timeless
from tests.homes import SWITCH, echoes, plain
from tests.parlour import Parlour

APPLIANCES = 2000
"""As many as a configuration may have."""


def taken(pace: Pace, key: str, most: int) -> int:
    """How many go through, of so many at once."""
    for number in range(most):
        try:
            pace.take(key)
        except Busy:
            return number
    return most


def test_a_burst_goes_through_and_then_so_many_a_second() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    assert taken(pace, "token", 10_000) == BURST
    for seconds in (1, 10):
        now += seconds
        assert taken(pace, "token", 10_000) == PER_SECOND * seconds
    now += 86_400
    assert taken(pace, "token", 10_000) == BURST


def test_a_runaway_that_never_rests_gets_its_share_and_no_more() -> None:
    now = 0.0
    pace = Pace(lambda: now, burst=10, per_second=5)
    through = 0
    for _ in range(10_000):
        now += 0.01
        through += taken(pace, "token", 1)
    assert through == pytest.approx(10 + 5 * 100, abs=2)


def test_one_token_is_not_held_for_another() -> None:
    pace = Pace(lambda: 0.0, burst=3)
    assert taken(pace, "a", 10) == 3
    assert taken(pace, "b", 10) == 3


def test_few_tokens_are_remembered() -> None:
    pace = Pace(lambda: 0.0)
    for number in range(MAX_KEYS + 100):
        pace.take(number)
    assert len(pace._buckets) == MAX_KEYS


def test_a_clock_that_stands_still_gives_nothing() -> None:
    pace = Pace(lambda: 7.0, burst=1)
    assert taken(pace, "a", 10) == 1
    assert taken(pace, "a", 10) == 0


@timeless
async def test_a_family_that_speaks_to_everything_at_once_is_heard() -> None:
    wirings = [
        plain(f"lamp-{number}", on_off={"command": f"{number}/set", "state": f"{number}"})
        for number in range(APPLIANCES)
    ]
    parlour = Parlour(*wirings, scenes=())
    bodies = [parlour.body("DiscoverAppliancesRequest")]
    bodies += [parlour.body("TurnOffRequest", wiring.device.id) for wiring in wirings]
    bodies += [parlour.body("HealthCheckRequest", wiring.device.id) for wiring in wirings[: APPLIANCES // 3]]
    answers = await asyncio.gather(*(parlour.voice.answer(body) for body in bodies))
    assert {answered.name for answered in answers} == {
        "DiscoverAppliancesResponse",
        "TurnOffConfirmation",
        "HealthCheckResponse",
    }
    assert len(parlour.house.published) == APPLIANCES


@timeless
async def test_a_runaway_is_told_to_wait_and_that_ends() -> None:
    parlour = Parlour(plain("lamp", on_off=SWITCH), scenes=())
    parlour.house.reactions["dev/set"] = echoes("dev/state", 0)
    for _ in range(int(BURST)):
        assert (await parlour.voice.answer(parlour.body("HealthCheckRequest", "lamp"))).name == "HealthCheckResponse"
    for name in ("TurnOnRequest", "HealthCheckRequest", "DiscoverAppliancesRequest", "FlyRequest"):
        assert await parlour.ask(name, "lamp") == ("ActionTemporarilyBlockedError", {})
    assert not parlour.house.published
    other = parlour.shelf.issue()
    assert (await parlour.ask("HealthCheckRequest", "lamp", accessToken=other))[0] == "HealthCheckResponse"
    await asyncio.sleep(1)
    assert (await parlour.ask("TurnOnRequest", "lamp"))[0] == "TurnOnConfirmation"
    assert len(parlour.house.published) == 1


@timeless
async def test_guesses_are_not_counted_and_cost_no_memory() -> None:
    parlour = Parlour()
    for number in range(2 * MAX_KEYS):
        answered = await parlour.voice.answer(parlour.body("TurnOnRequest", "lamp", accessToken=f"guess-{number}"))
        assert answered.name == "InvalidAccessTokenError"
    assert not parlour.voice._pace._buckets
