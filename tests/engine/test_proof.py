"""The rules of what counts as a proof: one test each, named after the rule."""

import asyncio
from typing import Any

import pytest

from gateway.engine import echo, perform
from gateway.engine.state import Presence
from gateway.home.commands import Adjust, Do, Set
from gateway.home.device import Proof, Slot
from gateway.home.problems import Failed, Offline, Silent
from gateway.home.traits import BRIGHTNESS, COLOR, LOCK, MODE, ON_OFF, OPENING, TARGET_TEMPERATURE, Deed
from gateway.home.values import LOCKED, Color
from tests.clockwork import timeless
from tests.homes import BLIND, BOLT, BUDGET, COLOR_IN_JSON, LEVEL, ONLINE, SWITCH, House, Says, always, echoes, plain

TURN_ON = Set(Slot(ON_OFF), True)
OPEN = Set(Slot(OPENING), 100.0)
LOCK_IT = Set(Slot(LOCK), LOCKED)


def level(percent: float) -> Set:
    return Set(Slot(BRIGHTNESS), percent)


def lamp(**rest: Any) -> House:
    return House(plain(on_off=SWITCH, brightness=LEVEL, **rest))


def curtain() -> House:
    return House(plain(type="SMARTCURTAIN", opening=BLIND))


def lock() -> House:
    return House(plain(type="SMARTLOCK", lock=BOLT))


# Listen before publishing


@timeless
async def test_an_echo_that_arrives_before_publish_returns_is_heard() -> None:
    house = lamp()
    house.reactions["dev/set"] = echoes("dev/state", after=0)
    outcome = await house.do(TURN_ON)
    assert outcome.proof is Proof.ECHO
    assert outcome.after == {Slot(ON_OFF): True}


@timeless
async def test_an_echo_ends_the_waiting_at_once() -> None:
    house = lamp()
    house.reactions["dev/set"] = echoes("dev/state", after=0.02)
    started = house.loop.time()
    await house.do(TURN_ON)
    assert house.loop.time() - started == pytest.approx(0.02)


# A retained message is state, never a proof


@timeless
async def test_a_retained_message_is_never_a_proof() -> None:
    house = lamp()
    house.reactions["dev/set"] = always(Says("dev/state", "ON", retained=True))
    with pytest.raises(Silent):
        await house.do(TURN_ON)
    assert house.value(ON_OFF) is True


@timeless
async def test_a_retained_value_from_before_the_command_is_never_a_proof() -> None:
    house = lamp(availability=ONLINE)
    house.hear("dev/online", "1", retained=True)
    house.hear("dev/state", "ON", retained=True)
    with pytest.raises(Silent):
        await house.do(TURN_ON)


# Already at the asked value


@timeless
async def test_already_there_and_repeated_live_is_an_echo() -> None:
    house = lamp()
    house.hear("dev/state", "ON")
    house.reactions["dev/set"] = echoes("dev/state")
    outcome = await house.do(TURN_ON)
    assert outcome.proof is Proof.ECHO
    assert house.sent() == [("dev/set", "ON")]


@timeless
async def test_already_there_and_asked_is_an_echo() -> None:
    house = House(plain(on_off=SWITCH | {"ask": {"command": "dev/get", "payload": "?"}}))
    house.hear("dev/state", "ON", retained=True)
    house.reactions["dev/get"] = always(Says("dev/state", "ON"))
    outcome = await house.do(TURN_ON)
    assert outcome.proof is Proof.ECHO
    assert house.sent() == [("dev/set", "ON"), ("dev/get", "?")]


@timeless
async def test_already_there_but_asked_and_different_is_no_proof() -> None:
    house = House(plain(on_off=SWITCH | {"ask": {"command": "dev/get", "payload": "?"}}))
    house.hear("dev/state", "ON", retained=True)
    house.reactions["dev/get"] = always(Says("dev/state", "OFF"))
    with pytest.raises(Failed):
        await house.do(TURN_ON)


@timeless
async def test_a_device_that_repeats_itself_is_not_asked_as_well() -> None:
    house = House(plain(on_off=SWITCH | {"ask": {"command": "dev/get"}}))
    house.hear("dev/state", "ON")
    house.reactions["dev/set"] = echoes("dev/state", after=0)
    await house.do(TURN_ON)
    assert [topic for topic, _ in house.sent()] == ["dev/set"]


@timeless
async def test_already_there_and_unrepeated_is_assumed_of_a_device_that_is_available_and_was_heard_live() -> None:
    house = lamp(availability=ONLINE)
    house.hear("dev/online", "1", retained=True)
    house.hear("dev/state", "ON")
    started = house.loop.time()
    outcome = await house.do(TURN_ON)
    assert outcome.proof is Proof.ASSUMED
    assert house.sent() == [("dev/set", "ON")]
    assert house.loop.time() - started == pytest.approx(perform.ASSUME_SECONDS)


@timeless
async def test_what_could_be_assumed_is_waited_for_all_the_same() -> None:
    house = lamp(availability=ONLINE)
    house.hear("dev/online", "1")
    house.hear("dev/state", "ON")
    house.reactions["dev/set"] = echoes("dev/state", after=perform.ASSUME_SECONDS / 2)
    assert (await house.do(TURN_ON)).proof is Proof.ECHO


@timeless
async def test_nothing_is_assumed_of_a_device_that_was_elsewhere() -> None:
    house = lamp(availability=ONLINE)
    house.hear("dev/online", "1")
    house.hear("dev/state", "OFF")
    with pytest.raises(Silent):
        await house.do(TURN_ON)


@timeless
async def test_a_device_that_was_elsewhere_is_not_asked() -> None:
    house = House(plain(on_off=SWITCH | {"ask": {"command": "dev/get"}}))
    house.hear("dev/state", "OFF")
    house.reactions["dev/set"] = echoes("dev/state")
    await house.do(TURN_ON)
    assert house.sent() == [("dev/set", "ON")]


@pytest.mark.parametrize(
    ("online", "live"),
    [
        pytest.param(None, True, id="availability was never told"),
        pytest.param("1", False, id="only a retained reading"),
    ],
)
@timeless
async def test_already_there_is_assumed_of_no_other(online: str | None, live: bool) -> None:
    house = lamp(availability=ONLINE)
    if online is not None:
        house.hear("dev/online", online, retained=True)
    house.hear("dev/state", "ON", retained=not live)
    with pytest.raises(Silent):
        await house.do(TURN_ON)


@timeless
async def test_already_there_is_not_assumed_from_the_last_connection() -> None:
    house = lamp(availability=ONLINE)
    house.hear("dev/online", "1")
    house.hear("dev/state", "ON")
    house.lose_link()
    await asyncio.sleep(1)
    house.state.connected(house.loop.time())
    house.hear("dev/online", "1", retained=True)
    with pytest.raises(Silent):
        await house.do(TURN_ON)


@timeless
async def test_what_is_assumed_is_what_is_known_and_not_what_was_asked() -> None:
    house = lamp(availability=ONLINE)
    house.hear("dev/online", "1")
    house.hear("dev/level", "50")
    outcome = await house.do(Adjust(Slot(BRIGHTNESS), 1))
    assert (outcome.proof, outcome.after) == (Proof.ASSUMED, {Slot(BRIGHTNESS): 50.0})


# What travels is proved by movement


@timeless
async def test_a_value_on_the_way_of_a_ramp_is_movement_and_the_ramp_may_end_late() -> None:
    house = lamp()
    house.hear("dev/level", "10")
    house.reactions["dev/level/set"] = always(*(Says("dev/level", str(10 + 5 * n), 0.5 * n) for n in range(1, 15)))
    outcome = await house.do(level(90))
    assert outcome.proof is Proof.MOVEMENT
    assert outcome.after == {Slot(BRIGHTNESS): 90.0}
    assert outcome.before == {Slot(BRIGHTNESS): 10.0}


@timeless
async def test_a_ramp_that_arrives_in_time_is_an_echo() -> None:
    house = lamp()
    house.hear("dev/level", "10")
    house.reactions["dev/level/set"] = always(Says("dev/level", "40", 0.1), Says("dev/level", "90", 0.3))
    outcome = await house.do(level(90))
    assert outcome.proof is Proof.ECHO


@timeless
async def test_a_ramp_that_falls_back_to_where_it_was_has_failed() -> None:
    house = lamp()
    house.hear("dev/level", "10")
    house.reactions["dev/level/set"] = always(Says("dev/level", "40", 0.1), Says("dev/level", "10", 0.3))
    with pytest.raises(Failed):
        await house.do(level(90))


@timeless
async def test_a_long_travel_is_proved_by_the_first_movement() -> None:
    house = curtain()
    house.hear("dev/state", "0")
    house.reactions["dev/set"] = always(Says("dev/state", "8", 0.4), Says("dev/state", "60", 3.0))
    started = house.loop.time()
    outcome = await house.do(OPEN)
    assert outcome.proof is Proof.MOVEMENT
    assert outcome.after == {Slot(OPENING): 100.0}
    assert house.loop.time() - started == pytest.approx(0.4)


@timeless
async def test_movement_the_wrong_way_is_no_proof() -> None:
    house = curtain()
    house.hear("dev/state", "50")
    house.reactions["dev/set"] = always(Says("dev/state", "40", 0.4))
    with pytest.raises(Failed):
        await house.do(OPEN)


@timeless
async def test_a_difference_that_counts_as_the_same_is_no_movement() -> None:
    house = curtain()
    house.hear("dev/state", "50")
    house.reactions["dev/set"] = always(Says("dev/state", "51", 0.4))
    with pytest.raises(Failed):
        await house.do(OPEN)


@timeless
async def test_where_nothing_was_known_the_first_value_heard_is_where_movement_begins() -> None:
    house = curtain()
    house.reactions["dev/set"] = always(Says("dev/state", "30", 0.4), Says("dev/state", "50", 0.8))
    outcome = await house.do(OPEN)
    assert outcome.proof is Proof.MOVEMENT


@timeless
async def test_a_single_value_proves_no_movement_where_nothing_was_known() -> None:
    house = curtain()
    house.reactions["dev/set"] = always(Says("dev/state", "30", 0.4))
    with pytest.raises(Failed):
        await house.do(OPEN)


@timeless
async def test_a_kept_value_is_not_where_movement_begins() -> None:
    house = curtain()
    house.hear("dev/state", "0", retained=True)  # where it stood some day
    house.reactions["dev/set"] = always(Says("dev/state", "30", 0.4))
    with pytest.raises(Failed):
        await house.do(OPEN)


@timeless
async def test_a_curtain_that_only_says_that_it_opens_is_moving() -> None:
    house = House(
        plain(
            type="SMARTCURTAIN",
            opening={**BLIND, "opened": "open", "closed": "closed", "opening": "opening", "closing": "closing"},
        )
    )
    house.hear("dev/state", "closed")
    house.reactions["dev/set"] = always(Says("dev/state", "opening", 0.4))
    assert (await house.do(OPEN)).proof is Proof.MOVEMENT
    house.reactions["dev/set"] = always(Says("dev/state", "closing", 0.4))
    with pytest.raises(Failed):
        await house.do(OPEN)


# A lock only by its final state


@timeless
async def test_a_lock_is_proved_by_its_final_state_alone() -> None:
    house = lock()
    house.hear("dev/state", "UNLOCKED")
    house.reactions["dev/set"] = always(Says("dev/state", "LOCKING", 0.1), Says("dev/state", "LOCKED", 2.0))
    started = house.loop.time()
    outcome = await house.do(LOCK_IT)
    assert outcome.proof is Proof.ECHO
    assert house.loop.time() - started == pytest.approx(2.0)


@timeless
async def test_a_lock_still_moving_at_the_end_of_the_budget_has_failed() -> None:
    house = lock()
    house.hear("dev/state", "UNLOCKED")
    house.reactions["dev/set"] = always(Says("dev/state", "LOCKING", 0.1), Says("dev/state", "LOCKED", 6.0))
    with pytest.raises(Failed, match="on the way"):
        await house.do(LOCK_IT)
    await asyncio.sleep(3)
    assert house.value(LOCK) == LOCKED


@timeless
async def test_a_lock_that_says_it_is_moving_is_not_silent() -> None:
    house = lock()
    house.reactions["dev/set"] = always(Says("dev/state", "LOCKING", 0.1))
    with pytest.raises(Failed):
        await house.do(LOCK_IT)
    assert house.presence() is not Presence.SILENT


# Everything else by the value itself; a settled different value is answered as it is


@timeless
async def test_a_settled_different_value_is_answered_as_it_is() -> None:
    house = lamp()
    house.hear("dev/level", "10")
    house.reactions["dev/level/set"] = always(Says("dev/level", "62", 0.1))
    started = house.loop.time()
    outcome = await house.do(level(70))
    assert (outcome.proof, outcome.after) == (Proof.SETTLED, {Slot(BRIGHTNESS): 62.0})
    assert house.loop.time() - started == pytest.approx(0.1 + echo.SETTLE_SECONDS)


@timeless
async def test_a_value_within_tolerance_is_the_value() -> None:
    house = lamp()
    house.hear("dev/level", "10")
    house.reactions["dev/level/set"] = always(Says("dev/level", "69"))
    outcome = await house.do(level(70))
    assert (outcome.proof, outcome.after) == (Proof.ECHO, {Slot(BRIGHTNESS): 69.0})


@timeless
async def test_unchanged_after_the_budget_has_failed() -> None:
    house = lamp()
    house.hear("dev/state", "OFF")
    house.reactions["dev/set"] = always(Says("dev/state", "OFF"))
    started = house.loop.time()
    with pytest.raises(Failed):
        await house.do(TURN_ON)
    assert house.loop.time() - started == pytest.approx(BUDGET)


@timeless
async def test_a_word_that_is_another_is_no_settled_value() -> None:
    house = House(
        plain(type="FAN", mode={"command": "dev/set", "state": "dev/state", "modes": {"sleep": 1, "auto": 2}})
    )
    house.reactions["dev/set"] = always(Says("dev/state", "1"))
    with pytest.raises(Failed):
        await house.do(Set(Slot(MODE), "auto"))


@timeless
async def test_the_device_scale_is_no_reason_to_disbelieve_an_echo() -> None:
    house = House(plain(brightness=LEVEL | {"range": [0, 10]}))
    house.reactions["dev/level/set"] = echoes("dev/level")
    outcome = await house.do(level(45))
    assert (outcome.proof, outcome.after, house.sent()) == (
        Proof.ECHO,
        {Slot(BRIGHTNESS): 40.0},
        [("dev/level/set", "4")],
    )


# Fault


@timeless
async def test_a_fault_fails_at_once() -> None:
    house = lock()
    house.reactions["dev/set"] = always(Says("dev/state", "LOCKING", 0.1), Says("dev/state", "JAMMED", 0.3))
    started = house.loop.time()
    with pytest.raises(Failed):
        await house.do(LOCK_IT)
    assert house.loop.time() - started == pytest.approx(0.3)


@timeless
@pytest.mark.parametrize("word", ["JAMMED", "UNLOCKING"])
async def test_of_a_lock_that_moves_or_is_stuck_nothing_is_known_or_assumed(word: str) -> None:
    house = House(plain(type="SMARTLOCK", lock=BOLT, availability=ONLINE))
    house.hear("dev/online", "1")
    house.hear("dev/state", "LOCKED")
    house.hear("dev/state", word)
    assert house.value(LOCK) is None
    with pytest.raises(Silent):
        await house.do(LOCK_IT)


@timeless
async def test_nothing_is_assumed_of_a_curtain_that_has_moved_since() -> None:
    words = {"opened": "open", "closed": "closed", "opening": "opening", "closing": "closing"}
    house = House(plain(type="SMARTCURTAIN", opening={**BLIND, **words}, availability=ONLINE))
    house.hear("dev/online", "1")
    house.hear("dev/state", "open")
    house.hear("dev/state", "closing")
    with pytest.raises(Silent):
        await house.do(OPEN)


@timeless
async def test_nothing_is_assumed_of_a_device_that_leaves_while_it_is_waited_for() -> None:
    house = lamp(availability=ONLINE)
    house.hear("dev/online", "1")
    house.hear("dev/state", "ON")
    house.reactions["dev/set"] = always(Says("dev/online", "0", 0.3))
    with pytest.raises(Offline):
        await house.do(TURN_ON)


@timeless
async def test_nothing_is_assumed_of_a_silent_device() -> None:
    house = lamp(availability=ONLINE)
    house.hear("dev/online", "1", retained=True)
    house.hear("dev/state", "ON")
    with pytest.raises(Silent):
        await house.do(Set(Slot(ON_OFF), False))
    with pytest.raises(Silent):
        await house.do(TURN_ON)


@timeless
async def test_once_something_is_heard_the_whole_budget_is_there_to_hear_the_rest() -> None:
    house = House(plain(type="SMARTLOCK", lock=BOLT, availability=ONLINE))
    house.hear("dev/online", "1")
    house.hear("dev/state", "LOCKED")
    house.reactions["dev/set"] = always(Says("dev/state", "LOCKING", 0.2), Says("dev/state", "LOCKED", 1.8))
    assert (await house.do(LOCK_IT)).proof is Proof.ECHO


@timeless
async def test_a_command_word_that_is_also_a_state_word_is_no_state() -> None:
    crossed = {**BOLT, "locked": 0, "unlocked": 1, "lock_with": 1, "unlock_with": 0}
    house = House(plain(type="SMARTLOCK", lock=crossed))
    house.hear("dev/state", "1")
    house.reactions["dev/set"] = always(Says("dev/state", "1"))
    with pytest.raises(Failed):
        await house.do(LOCK_IT)


# No state topic


@timeless
async def test_a_device_without_a_state_topic_is_confirmed_by_the_broker() -> None:
    house = House(plain(on_off={"command": "dev/set"}))
    outcome = await house.do(TURN_ON)
    assert (outcome.proof, outcome.after) == (Proof.ACKNOWLEDGED, {Slot(ON_OFF): True})


@timeless
async def test_a_deed_is_confirmed_by_the_broker() -> None:
    house = House(plain(type="SMARTCURTAIN", opening=BLIND | {"stop": {"command": "dev/set", "payload": "STOP"}}))
    outcome = await house.do(Do(Deed.STOP))
    assert (outcome.proof, house.sent()) == (Proof.ACKNOWLEDGED, [("dev/set", "STOP")])


# What was said before the device went away, or is not understood


@timeless
async def test_nothing_is_assumed_of_a_device_that_has_been_away_since() -> None:
    house = lamp(availability=ONLINE)
    for topic, payload in (("online", "1"), ("state", "ON"), ("online", "0"), ("online", "1")):
        house.hear(f"dev/{topic}", payload)
    with pytest.raises(Silent):
        await house.do(TURN_ON)


@pytest.mark.parametrize(("topic", "command"), [("dev/state", TURN_ON), ("dev/level", level(40))])
@timeless
async def test_nothing_is_assumed_of_a_device_that_has_said_what_nobody_understands(topic: str, command: Set) -> None:
    house = lamp(availability=ONLINE)
    for heard, payload in (("dev/online", "1"), ("dev/state", "ON"), ("dev/level", "40"), (topic, "?")):
        house.hear(heard, payload)
    with pytest.raises(Silent):
        await house.do(command)


# Known offline


@timeless
async def test_a_device_known_to_be_offline_is_sent_nothing() -> None:
    house = lamp(availability=ONLINE)
    house.hear("dev/online", "0", retained=True)
    started = house.loop.time()
    with pytest.raises(Offline) as caught:
        await house.do(TURN_ON)
    assert type(caught.value) is Offline
    assert (house.published, house.loop.time()) == ([], started)


@timeless
async def test_without_a_broker_nothing_is_published() -> None:
    house = lamp()
    house.lose_link()
    with pytest.raises(Offline):
        await house.do(TURN_ON)
    assert not house.published


# Silence


@timeless
async def test_silence_within_the_budget_is_silence_and_marked_until_it_speaks() -> None:
    house = lamp()
    with pytest.raises(Silent):
        await house.do(TURN_ON)
    assert house.presence() is Presence.SILENT
    house.hear("dev/level", "10", retained=True)
    assert house.presence() is Presence.SILENT
    house.hear("dev/level", "10")
    assert house.presence() is Presence.ONLINE


@timeless
async def test_a_silent_device_is_commanded_all_the_same() -> None:
    house = lamp()
    with pytest.raises(Silent):
        await house.do(TURN_ON)
    house.reactions["dev/set"] = echoes("dev/state")
    outcome = await house.do(TURN_ON)
    assert outcome.proof is Proof.ECHO
    assert house.presence() is Presence.ONLINE


@timeless
async def test_a_device_that_says_it_is_back_is_not_silent_any_more() -> None:
    house = lamp(availability=ONLINE)
    with pytest.raises(Silent):
        await house.do(TURN_ON)
    house.hear("dev/online", "1", retained=True)
    assert house.presence() is Presence.SILENT
    house.hear("dev/online", "1")
    assert house.presence() is Presence.ONLINE


@timeless
async def test_a_device_that_speaks_of_something_else_only_is_silent() -> None:
    house = lamp()
    house.reactions["dev/set"] = always(Says("dev/level", "10"))
    with pytest.raises(Silent):
        await house.do(TURN_ON)


# The link


@timeless
async def test_a_link_lost_while_waiting_is_offline_at_once() -> None:
    house = lamp()
    started = house.loop.time()
    house.loop.call_later(0.2, house.lose_link)
    with pytest.raises(Offline) as caught:
        await house.do(TURN_ON)
    assert type(caught.value) is Offline
    assert house.loop.time() - started == pytest.approx(0.2)


@timeless
async def test_a_link_lost_on_the_way_of_a_ramp_does_not_make_it_settled() -> None:
    house = lamp()
    house.hear("dev/level", "10")
    house.reactions["dev/level/set"] = always(Says("dev/level", "40", 0.1))
    house.loop.call_later(0.2, house.lose_link)
    outcome = await house.do(level(90))
    assert outcome.proof is Proof.MOVEMENT


@timeless
async def test_a_broker_that_does_not_take_the_command_makes_the_device_offline() -> None:
    house = lamp()
    house.refuses = True
    with pytest.raises(Offline) as caught:
        await house.do(TURN_ON)
    assert type(caught.value) is Offline
    assert house.presence() is not Presence.SILENT


@timeless
async def test_a_broker_that_keeps_the_command_too_long_makes_the_device_offline() -> None:
    house = lamp()
    house.delay = 10.0
    started = house.loop.time()
    with pytest.raises(Offline) as caught:
        await house.do(TURN_ON)
    assert type(caught.value) is Offline
    assert house.loop.time() - started == pytest.approx(BUDGET)
    assert house.presence() is not Presence.SILENT


@timeless
async def test_the_time_a_broker_takes_is_part_of_the_budget() -> None:
    house = lamp()
    house.delay = 3.0
    house.reactions["dev/set"] = echoes("dev/state", after=0.5)
    started = house.loop.time()
    assert (await house.do(TURN_ON)).proof is Proof.ECHO
    assert house.loop.time() - started == pytest.approx(3.5)


# Several slots in one topic are one message


@timeless
async def test_several_slots_in_one_topic_are_one_message() -> None:
    house = House(plain(**COLOR_IN_JSON))
    house.reactions["dev/set"] = echoes("dev/state")
    outcome = await house.do(Set(Slot(COLOR), Color(120, 80)), level(30))
    assert house.sent() == [("dev/set", '{"color":{"h":120,"s":80},"level":30}')]
    assert outcome.proof is Proof.ECHO


@timeless
async def test_one_unproved_slot_of_several_fails_the_command() -> None:
    house = House(plain(**COLOR_IN_JSON))
    house.reactions["dev/set"] = always(Says("dev/state", '{"color": "120,80"}'))
    with pytest.raises(Failed, match="brightness"):
        await house.do(Set(Slot(COLOR), Color(120, 80)), level(30))


@timeless
async def test_the_weakest_proof_of_several_is_the_proof() -> None:
    house = House(plain(availability=ONLINE, **COLOR_IN_JSON))
    house.hear("dev/online", "1")
    house.hear("dev/state", '{"level": 30}')
    house.reactions["dev/set"] = always(Says("dev/state", '{"color": "120,80"}'))
    outcome = await house.do(Set(Slot(COLOR), Color(120, 80)), level(30))
    assert outcome.proof is Proof.ASSUMED


@timeless
async def test_a_slot_that_is_there_and_vouched_for_does_not_keep_the_others_waiting() -> None:
    house = House(plain(availability=ONLINE, **COLOR_IN_JSON))
    house.hear("dev/online", "1")
    house.hear("dev/state", '{"level": 30}')
    house.reactions["dev/set"] = always(Says("dev/state", '{"color": "120,80"}', 0.1))
    started = house.loop.time()
    await house.do(Set(Slot(COLOR), Color(120, 80)), level(30))
    assert house.loop.time() - started == pytest.approx(0.1 + echo.SETTLE_SECONDS)


@timeless
async def test_a_slot_that_was_there_and_goes_elsewhere_fails_the_command() -> None:
    house = House(plain(availability=ONLINE, **COLOR_IN_JSON))
    house.hear("dev/online", "1")
    house.hear("dev/state", '{"level": 30}')
    house.reactions["dev/set"] = always(Says("dev/state", '{"level": 3, "color": "120,80"}', 0.1))
    with pytest.raises(Failed):
        await house.do(Set(Slot(COLOR), Color(120, 80)), level(30))


@timeless
async def test_a_temperature_rounded_by_its_thermostat_is_answered_as_it_is() -> None:
    house = House(
        plain(type="THERMOSTAT", target_temperature={"command": "dev/set", "state": "dev/state", "unit": "fahrenheit"})
    )
    house.hear("dev/state", "68")
    house.reactions["dev/set"] = always(Says("dev/state", "73"))
    outcome = await house.do(Set(Slot(TARGET_TEMPERATURE), 23.0))
    assert house.sent() == [("dev/set", "73")]
    assert outcome.after[Slot(TARGET_TEMPERATURE)] == pytest.approx(22.78, abs=0.01)
