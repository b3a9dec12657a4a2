"""Whose turn it is: commands to one device run one after another, those to different devices side by side."""

import asyncio

import pytest

from gateway.engine.perform import ENOUGH_SECONDS
from gateway.home.commands import Set
from gateway.home.device import Proof, Slot
from gateway.home.problems import Busy, NoSuchDevice, OutOfRange, Silent
from gateway.home.traits import BRIGHTNESS, ON_OFF
from tests.clockwork import timeless
from tests.homes import LEVEL, SWITCH, House, echoes, plain

TURN_ON, TURN_OFF = Set(Slot(ON_OFF), True), Set(Slot(ON_OFF), False)


def other() -> House:
    """Two lamps, which take half a second each."""
    house = House(plain(on_off=SWITCH), plain("other", on_off={"command": "other/set", "state": "other/state"}))
    for name in ("dev", "other"):
        house.reactions[f"{name}/set"] = echoes(f"{name}/state", after=0.5)
    return house


@timeless
async def test_two_commands_to_one_device_run_one_after_another() -> None:
    house = other()
    started = house.loop.time()
    first, second = await asyncio.gather(house.do(TURN_ON), house.do(TURN_OFF))
    assert house.loop.time() - started == pytest.approx(1.0)
    assert house.sent() == [("dev/set", "ON"), ("dev/set", "OFF")]
    assert (first.after, second.after) == ({Slot(ON_OFF): True}, {Slot(ON_OFF): False})
    assert second.before == {Slot(ON_OFF): True}


@timeless
async def test_commands_to_two_devices_run_side_by_side() -> None:
    house = other()
    started = house.loop.time()
    await asyncio.gather(house.do(TURN_ON), house.do(TURN_ON, device="other"))
    assert house.loop.time() - started == pytest.approx(0.5)


@timeless
async def test_silence_does_not_block_the_next_command() -> None:
    house = House(plain(on_off=SWITCH))
    first = asyncio.create_task(house.do(TURN_ON, within=1.0))
    await asyncio.sleep(0.5)
    house.reactions["dev/set"] = echoes("dev/state")
    second = asyncio.create_task(house.do(TURN_OFF, within=1.0))
    with pytest.raises(Silent):
        await first
    assert (await second).proof is Proof.ECHO


@timeless
async def test_a_command_that_gets_no_turn_in_its_time_is_never_sent() -> None:
    house = House(plain(on_off=SWITCH))
    first = asyncio.create_task(house.do(TURN_ON, within=3.0))
    await asyncio.sleep(0)
    started = house.loop.time()
    with pytest.raises(Busy):
        await house.do(TURN_OFF, within=1.0)
    assert house.loop.time() - started == pytest.approx(1.0 - ENOUGH_SECONDS)
    with pytest.raises(Silent):
        await first
    assert house.sent() == [("dev/set", "ON")]


@timeless
async def test_a_command_that_comes_while_the_turn_changes_hands_is_not_sent_late() -> None:
    house = House(plain(on_off=SWITCH))

    async def first_and_third() -> None:
        with pytest.raises(Silent):
            await house.do(TURN_ON, within=1.0)
        with pytest.raises(Busy):
            await house.do(TURN_ON, within=1.0)

    both = asyncio.create_task(first_and_third())
    await asyncio.sleep(0.5)
    second = asyncio.create_task(house.do(TURN_OFF, within=5.0))
    await both
    assert house.sent() == [("dev/set", "ON"), ("dev/set", "OFF")]
    with pytest.raises(Silent):
        await second


@timeless
async def test_a_refused_command_gives_its_turn_back() -> None:
    house = House(plain(brightness=LEVEL))
    house.reactions["dev/level/set"] = echoes("dev/level")
    with pytest.raises(OutOfRange):
        await house.do(Set(Slot(BRIGHTNESS), 130))
    assert not house.published
    assert (await house.do(Set(Slot(BRIGHTNESS), 30))).proof is Proof.ECHO


@timeless
async def test_a_cancelled_command_gives_its_turn_back() -> None:
    house = House(plain(on_off=SWITCH))
    waiting = asyncio.create_task(house.do(TURN_ON))
    await asyncio.sleep(0.5)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    house.reactions["dev/set"] = echoes("dev/state")
    assert (await house.do(TURN_OFF)).proof is Proof.ECHO


@timeless
async def test_a_command_cancelled_while_it_waits_is_never_sent_and_blocks_nothing() -> None:
    house = other()
    first = asyncio.create_task(house.do(TURN_ON))
    second = asyncio.create_task(house.do(TURN_OFF))
    await asyncio.sleep(0.1)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    assert (await first).proof is Proof.ECHO
    assert (await house.do(TURN_ON)).proof is Proof.ECHO
    assert house.sent() == [("dev/set", "ON"), ("dev/set", "ON")]


@timeless
async def test_an_echo_of_the_first_command_is_no_proof_of_the_second() -> None:
    house = House(plain(on_off=SWITCH))
    house.reactions["dev/set"] = echoes("dev/state", after=2.0)
    with pytest.raises(Silent):
        await house.do(TURN_ON, within=1.0)
    outcome = await house.do(TURN_OFF)
    assert (outcome.proof, outcome.after, house.value(ON_OFF)) == (Proof.ECHO, {Slot(ON_OFF): False}, False)


@timeless
async def test_an_unknown_device_is_said_to_be_unknown() -> None:
    with pytest.raises(NoSuchDevice):
        await House().do(TURN_ON)


@timeless
async def test_the_last_command_is_kept_with_what_came_of_it() -> None:
    house = other()
    await house.do(TURN_ON)
    last = house.performer.last_command("dev")
    assert last is not None
    assert (last.account, last.commands, last.result, last.seconds) == ("alice", (TURN_ON,), "echo", 0.5)
    house.reactions.clear()
    with pytest.raises(Silent):
        await house.do(TURN_OFF)
    last = house.performer.last_command("dev")
    assert last is not None
    assert (last.result, last.seconds) == ("Silent nothing was heard in time", 3.9)
    assert house.performer.last_command("other") is None


@timeless
async def test_a_device_that_is_gone_leaves_nothing_behind() -> None:
    house = other()
    await house.do(TURN_ON)
    house.registry.remove("dev")
    assert house.performer.last_command("dev") is None
    assert house.value(ON_OFF) is None
    house.hear("dev/state", "ON")
    assert house.value(ON_OFF) is None
