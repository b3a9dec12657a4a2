"""Devices that are told steps and deeds: what is sent, and what counts as a proof of it. One test for each rule."""

import asyncio
from typing import Any

import pytest

from gateway.engine import echo, perform
from gateway.engine.state import Presence
from gateway.home.commands import Adjust, Cycle, Do, Set
from gateway.home.device import Proof, Slot
from gateway.home.problems import DeviceFault, Failed, NotReady, Offline, Problem, Silent, Unsupported, WrongMode
from gateway.home.traits import BRIGHTNESS, DONE, INPUT_SOURCE, MODE, ON_OFF, OPENING, VOLUME, Deed
from gateway.wire.binding import Message
from tests.clockwork import timeless
from tests.homes import BUDGET, ONLINE, SWITCH, House, Reaction, Says, always, echoes, plain

LOUDER, SOFTER = Adjust(Slot(VOLUME), 3), Adjust(Slot(VOLUME), -3)
NEXT_INPUT = Cycle(Slot(INPUT_SOURCE))
UP_DOWN: dict[str, Any] = {way: {"command": "tv/key", "payload": way} for way in ("up", "down")}
NEXT: dict[str, Any] = {"next": {"command": "tv/key", "payload": "next"}}


def tv(state: bool = True, **rest: Any) -> House:
    """A television that is told steps alone."""
    heard = {name: {"state": f"tv/{name}"} if state else {} for name in ("volume", "input")}
    return House(plain(type="TV", volume=UP_DOWN | heard["volume"], input_source=NEXT | heard["input"], **rest))


def steps_from(volume: float, by: float = 1.0) -> Reaction:
    """A television that says its volume after each step."""
    now = volume

    def react(payload: str) -> list[Says]:
        nonlocal now
        now += by if payload == "up" else -by
        return [Says("tv/volume", str(now))]

    return react


# What is sent


@timeless
async def test_a_step_is_sent_as_often_as_is_asked() -> None:
    house = tv(state=False)
    await house.do(LOUDER)
    await house.do(SOFTER)
    await house.do(NEXT_INPUT)
    assert house.sent() == [("tv/key", word) for word in ("up", "up", "up", "down", "down", "down", "next")]


@timeless
async def test_values_go_out_before_steps_and_deeds() -> None:
    house = House(plain(type="TV", on_off={"command": "tv/power"}, volume=UP_DOWN, do={"stop": {"command": "tv/stop"}}))
    outcome = await house.do(Do(Deed.STOP), LOUDER, Set(Slot(ON_OFF), True))
    assert [topic for topic, _ in house.sent()] == ["tv/power", *["tv/key"] * 3, "tv/stop"]
    assert outcome.proof is Proof.ACKNOWLEDGED
    assert outcome.after[Slot(ON_OFF)] is True


@timeless
async def test_a_step_that_is_refused_on_the_way_makes_the_device_offline() -> None:
    house = tv()

    def fails(_: str) -> list[Says]:
        house.refuses = True
        return [Says("tv/volume", "11")]

    house.reactions["tv/key"] = fails
    with pytest.raises(Offline) as caught:
        await house.do(LOUDER)
    assert type(caught.value) is Offline
    assert len(house.published) == 1


@timeless
async def test_steps_that_the_broker_does_not_take_in_time_make_the_device_offline() -> None:
    house = tv()
    house.delay = BUDGET / 2
    house.reactions["tv/key"] = steps_from(10)
    started = house.loop.time()
    with pytest.raises(Offline) as caught:
        await house.do(LOUDER)
    assert type(caught.value) is Offline
    assert house.loop.time() - started == pytest.approx(BUDGET)


@timeless
async def test_a_step_is_sent_to_no_device_that_is_known_to_be_offline() -> None:
    house = tv(availability=ONLINE)
    house.hear("dev/online", "0", retained=True)
    with pytest.raises(Offline):
        await house.do(LOUDER)
    assert not house.published


# No state topic


@timeless
async def test_a_step_of_a_device_without_a_state_topic_is_confirmed_by_the_broker() -> None:
    house = tv(state=False)
    outcome = await house.do(LOUDER)
    assert (outcome.proof, outcome.before, outcome.after) == (Proof.ACKNOWLEDGED, {}, {})
    assert house.published == [Message("tv/key", b"up", acknowledged=True)] * 3


@timeless
async def test_a_step_of_a_device_that_is_heard_needs_no_word_of_the_broker() -> None:
    house = tv()
    house.reactions["tv/key"] = steps_from(10)
    await house.do(LOUDER)
    assert {message.acknowledged for message in house.published} == {False}


# A step from a known value: that value is the proof


@timeless
async def test_a_step_from_a_known_value_is_proved_by_where_it_leads() -> None:
    house = tv()
    house.hear("tv/volume", "10")
    house.reactions["tv/key"] = steps_from(10)
    outcome = await house.do(LOUDER)
    assert outcome.proof is Proof.ECHO
    assert (outcome.before, outcome.after) == ({Slot(VOLUME): 10.0}, {Slot(VOLUME): 13.0})


@timeless
async def test_steps_that_stop_short_have_failed() -> None:
    house = tv()
    house.hear("tv/volume", "10")
    house.reactions["tv/key"] = always(Says("tv/volume", "12"))
    with pytest.raises(Failed):
        await house.do(LOUDER)


@timeless
async def test_steps_the_wrong_way_have_failed() -> None:
    house = tv()
    house.hear("tv/volume", "10")
    house.reactions["tv/key"] = steps_from(10, by=-1)
    with pytest.raises(Failed):
        await house.do(LOUDER)


@timeless
async def test_steps_of_what_ramps_are_answered_where_they_settle() -> None:
    house = House(plain(brightness={"state": "tv/volume", **UP_DOWN}))
    house.hear("tv/volume", "10")
    house.reactions["tv/key"] = always(Says("tv/volume", "15", 0.1))
    started = house.loop.time()
    outcome = await house.do(Adjust(Slot(BRIGHTNESS), 10))
    assert (outcome.proof, outcome.after) == (Proof.SETTLED, {Slot(BRIGHTNESS): 15.0})
    assert house.loop.time() - started == pytest.approx(0.1 + echo.SETTLE_SECONDS)


@timeless
async def test_steps_of_what_travels_long_are_proved_by_the_first_movement() -> None:
    house = House(plain(type="SMARTCURTAIN", opening={"state": "tv/volume", **UP_DOWN}))
    house.hear("tv/volume", "10")
    house.reactions["tv/key"] = always(Says("tv/volume", "15", 0.1))
    started = house.loop.time()
    outcome = await house.do(Adjust(Slot(OPENING), 20))
    assert (outcome.proof, outcome.after) == (Proof.MOVEMENT, {Slot(OPENING): 30.0})
    assert house.loop.time() - started == pytest.approx(0.1)


@timeless
async def test_a_value_is_set_where_the_device_can_be_told_one() -> None:
    house = House(plain(type="TV", volume={"command": "tv/set", "state": "tv/volume", **UP_DOWN}))
    house.reactions["tv/set"] = echoes("tv/volume")
    house.reactions["tv/key"] = steps_from(10)
    stepped, was_set = await house.do(LOUDER), await house.do(LOUDER)
    assert (stepped.proof, stepped.after) == (Proof.SETTLED, {Slot(VOLUME): 13.0})
    assert (was_set.proof, was_set.after) == (Proof.ECHO, {Slot(VOLUME): 16.0})
    assert house.sent() == [*[("tv/key", "up")] * 3, ("tv/set", "16")]


# A step to a value that the device alone knows: a change is the proof, once it rests


@timeless
async def test_a_step_to_nobody_knows_where_is_proved_by_a_change() -> None:
    house = tv()
    house.hear("tv/input", "HDMI 1")
    house.reactions["tv/key"] = always(Says("tv/input", "HDMI 1", 0.1), Says("tv/input", "HDMI 2", 0.3))
    started = house.loop.time()
    outcome = await house.do(NEXT_INPUT)
    assert outcome.proof is Proof.SETTLED
    assert (outcome.before, outcome.after) == ({Slot(INPUT_SOURCE): "HDMI 1"}, {Slot(INPUT_SOURCE): "HDMI 2"})
    assert house.loop.time() - started == pytest.approx(0.3 + echo.SETTLE_SECONDS)


@pytest.mark.parametrize("kept", [None, "HDMI 1", "HDMI 2"])
@timeless
async def test_where_nothing_was_heard_live_a_single_word_is_no_change(kept: str | None) -> None:
    house = tv()
    if kept is not None:
        house.hear("tv/input", kept, retained=True)
    house.reactions["tv/key"] = always(Says("tv/input", "HDMI 2"))
    with pytest.raises(Failed):
        await house.do(NEXT_INPUT)


@pytest.mark.parametrize("heard", ["HDMI 1", "HDMI 2"])
@timeless
async def test_where_it_was_heard_on_the_last_connection_a_single_word_is_no_change(heard: str) -> None:
    house = tv()
    house.hear("tv/input", "HDMI 1")
    house.lose_link()
    await asyncio.sleep(1)
    house.state.connected(house.loop.time())
    house.reactions["tv/key"] = always(Says("tv/input", heard))
    with pytest.raises(Failed):
        await house.do(NEXT_INPUT)


@timeless
async def test_where_nothing_was_heard_live_a_change_begins_at_the_first_word() -> None:
    house = tv()
    house.hear("tv/input", "HDMI 3", retained=True)
    house.reactions["tv/key"] = always(Says("tv/input", "HDMI 1"), Says("tv/input", "HDMI 2", 0.3))
    outcome = await house.do(NEXT_INPUT)
    assert (outcome.proof, outcome.after) == (Proof.SETTLED, {Slot(INPUT_SOURCE): "HDMI 2"})


@timeless
async def test_no_change_is_no_proof() -> None:
    house = tv()
    house.hear("tv/input", "HDMI 1")
    house.reactions["tv/key"] = always(Says("tv/input", "HDMI 1"))
    with pytest.raises(Failed):
        await house.do(NEXT_INPUT)


@timeless
async def test_a_change_that_is_taken_back_is_no_proof() -> None:
    house = tv()
    house.hear("tv/input", "HDMI 1")
    house.reactions["tv/key"] = always(Says("tv/input", "HDMI 2", 0.1), Says("tv/input", "HDMI 1", 0.5))
    with pytest.raises(Failed):
        await house.do(NEXT_INPUT)


@timeless
async def test_what_still_changes_at_the_end_of_the_budget_is_movement_to_nobody_knows_where() -> None:
    house = tv()
    house.reactions["tv/key"] = always(*(Says("tv/volume", str(n), 0.5 * n) for n in range(1, 10)))
    started = house.loop.time()
    outcome = await house.do(Adjust(Slot(VOLUME), 1))
    assert (outcome.proof, outcome.after) == (Proof.MOVEMENT, {})
    assert house.loop.time() - started == pytest.approx(BUDGET)


@timeless
async def test_a_change_that_is_retained_is_no_proof() -> None:
    house = tv()
    house.hear("tv/input", "HDMI 1")
    house.reactions["tv/key"] = always(Says("tv/input", "HDMI 2", retained=True))
    with pytest.raises(Silent):
        await house.do(NEXT_INPUT)


@timeless
async def test_a_change_of_something_else_is_no_proof() -> None:
    house = tv()
    house.reactions["tv/key"] = always(Says("tv/volume", "10"))
    with pytest.raises(Silent):
        await house.do(NEXT_INPUT)


@timeless
async def test_of_a_step_nothing_is_ever_assumed() -> None:
    house = tv(availability=ONLINE)
    house.hear("dev/online", "1")
    house.hear("tv/input", "HDMI 1")
    started = house.loop.time()
    with pytest.raises(Silent):
        await house.do(NEXT_INPUT)
    assert house.loop.time() - started == pytest.approx(BUDGET)
    assert house.presence() is Presence.SILENT


@timeless
async def test_a_link_lost_while_a_change_is_waited_for_is_offline_at_once() -> None:
    house = tv()
    house.loop.call_later(0.2, house.lose_link)
    started = house.loop.time()
    with pytest.raises(Offline) as caught:
        await house.do(NEXT_INPUT)
    assert type(caught.value) is Offline
    assert house.loop.time() - started == pytest.approx(0.2)


@timeless
async def test_of_several_steps_the_answer_is_where_the_last_has_led() -> None:
    house = tv()
    house.reactions["tv/key"] = always(*(Says("tv/volume", str(10 + n), 0.5 * n) for n in (1, 2, 3)))
    started = house.loop.time()
    outcome = await house.do(LOUDER)
    assert (outcome.proof, outcome.after) == (Proof.SETTLED, {Slot(VOLUME): 13.0})
    assert house.loop.time() - started == pytest.approx(1.5 + echo.SETTLE_SECONDS)


# Deeds

DOCK: dict[str, Any] = {"command": "vac/cmd", "payload": "dock"}
SHOWN = DOCK | {"state": "vac/state", "until": ["docking", "docked"]}
CHARGE, DOCKED = Do(Deed.CHARGE), Slot(DONE, "charge")


def vacuum(act: dict[str, Any] = SHOWN, **rest: Any) -> House:
    return House(plain(type="ROBOTCLEANER", do={"charge": act}, **rest))


@timeless
async def test_a_deed_that_the_device_does_not_show_is_acknowledged() -> None:
    house = vacuum(DOCK)
    outcome = await house.do(CHARGE)
    assert outcome.proof is Proof.ACKNOWLEDGED
    assert house.published == [Message("vac/cmd", b"dock", acknowledged=True)]


@timeless
async def test_a_deed_is_proved_by_the_word_that_shows_it() -> None:
    house = vacuum()
    house.hear("vac/state", "cleaning")
    house.reactions["vac/cmd"] = always(Says("vac/state", "returning", 0.1), Says("vac/state", "Docking", 0.4))
    started = house.loop.time()
    outcome = await house.do(CHARGE)
    assert (outcome.proof, outcome.after) == (Proof.ECHO, {DOCKED: True})
    assert house.loop.time() - started == pytest.approx(0.4)
    assert house.published == [Message("vac/cmd", b"dock")]


@timeless
async def test_a_deed_that_is_not_shown_in_time_has_failed() -> None:
    house = vacuum()
    house.reactions["vac/cmd"] = always(Says("vac/state", "stuck"))
    with pytest.raises(Failed):
        await house.do(CHARGE)


@timeless
async def test_a_deed_of_which_nothing_is_heard_is_silence() -> None:
    house = vacuum()
    house.hear("vac/state", "cleaning")
    with pytest.raises(Silent):
        await house.do(CHARGE)
    assert house.presence() is Presence.SILENT


@timeless
async def test_a_retained_word_shows_no_deed() -> None:
    house = vacuum()
    house.reactions["vac/cmd"] = always(Says("vac/state", "docked", retained=True))
    with pytest.raises(Silent):
        await house.do(CHARGE)


@timeless
async def test_a_deed_that_is_still_shown_is_assumed_of_a_device_that_is_available_and_was_heard_live() -> None:
    house = vacuum(availability=ONLINE)
    house.hear("dev/online", "1")
    house.hear("vac/state", "docked")
    started = house.loop.time()
    outcome = await house.do(CHARGE)
    assert (outcome.proof, house.sent()) == (Proof.ASSUMED, [("vac/cmd", "dock")])
    assert house.loop.time() - started == pytest.approx(perform.ASSUME_SECONDS)


@pytest.mark.parametrize(("online", "live"), [(None, True), ("1", False)], ids=["of no availability", "kept"])
@timeless
async def test_a_deed_that_is_still_shown_is_assumed_of_no_other(online: str | None, live: bool) -> None:
    house = vacuum(availability=ONLINE)
    if online is not None:
        house.hear("dev/online", online)
    house.hear("vac/state", "docked", retained=not live)
    with pytest.raises(Silent):
        await house.do(CHARGE)


@timeless
async def test_a_deed_and_a_value_in_one_command_are_both_proved() -> None:
    house = vacuum(on_off=SWITCH)
    house.reactions["vac/cmd"] = always(Says("vac/state", "docked", 0.3))
    house.reactions["dev/set"] = echoes("dev/state", 0.1)
    outcome = await house.do(CHARGE, Set(Slot(ON_OFF), True))
    assert (outcome.proof, outcome.after) == (Proof.ECHO, {DOCKED: True, Slot(ON_OFF): True})
    house.reactions["dev/set"] = always()
    with pytest.raises(Failed):
        await house.do(CHARGE, Set(Slot(ON_OFF), False))


@timeless
async def test_a_deed_without_a_word_beside_a_value_that_is_proved_is_acknowledged() -> None:
    house = vacuum(DOCK, on_off=SWITCH)
    house.reactions["dev/set"] = echoes("dev/state")
    assert (await house.do(CHARGE, Set(Slot(ON_OFF), True))).proof is Proof.ACKNOWLEDGED


@timeless
async def test_a_deed_it_has_not_is_unsupported() -> None:
    house = vacuum()
    with pytest.raises(Unsupported):
        await house.do(Do(Deed.PREHEAT))
    assert not house.published


# Conditions and modes, as they are heard

WASHER: dict[str, Any] = {
    "type": "WASHER",
    "on_off": SWITCH,
    "mode": {"command": "w/mode/set", "state": "w/mode", "modes": {"normal": 1, "dry": 2}},
    "volume": {"command": "w/volume/set", "not_in_modes": ["dry"]},
    "unless": [{"state": "w/door", "is": "open", "say": "문이 열려 있어요"}],
    "fault": {"state": "w/error", "above": 0},
    "do": {"stop": {"command": "w/stop"}},
}


@pytest.mark.parametrize(
    ("topic", "holds", "over", "problem"),
    [
        ("w/door", "open", "closed", NotReady),
        ("w/error", "17", "0", DeviceFault),
    ],
)
@pytest.mark.parametrize("retained", [False, True], ids=["live", "kept"])
@timeless
async def test_while_a_condition_holds_nothing_is_sent_but_what_brings_to_rest(
    topic: str, holds: str, over: str, problem: type[Problem], retained: bool
) -> None:
    house = House(plain(**WASHER))
    house.reactions["dev/set"] = echoes("dev/state")
    house.hear(topic, holds, retained=retained)
    with pytest.raises(problem):
        await house.do(Set(Slot(ON_OFF), True))
    assert not house.published
    await house.do(Set(Slot(ON_OFF), False))
    await house.do(Do(Deed.STOP))
    assert house.sent() == [("dev/set", "OFF"), ("w/stop", "")]
    house.hear(topic, over)
    assert (await house.do(Set(Slot(ON_OFF), True))).proof is Proof.ECHO


@timeless
async def test_while_a_mode_bars_it_nothing_is_sent() -> None:
    house = House(plain(**WASHER))
    house.hear("w/mode", "2")
    with pytest.raises(WrongMode, match="dry"):
        await house.do(Set(Slot(VOLUME), 5))
    assert not house.published
    house.hear("w/mode", "1")
    assert (await house.do(Set(Slot(VOLUME), 5))).proof is Proof.ACKNOWLEDGED


@timeless
async def test_one_command_of_several_that_is_refused_sends_none() -> None:
    house = House(plain(**WASHER))
    house.hear("w/door", "open")
    with pytest.raises(NotReady):
        await house.do(Set(Slot(ON_OFF), False), Set(Slot(MODE), "dry"))
    assert not house.published


# Found, and not yet mended in gateway/engine/


@pytest.mark.parametrize(("known", "proof"), [("10", Proof.ECHO), (None, Proof.SETTLED)])
@timeless
async def test_nothing_rests_before_the_last_step_is_sent(known: str | None, proof: Proof) -> None:
    house = House(plain(brightness={"state": "tv/volume", "step": 5, **UP_DOWN}))
    if known is not None:
        house.hear("tv/volume", known)
    house.delay = echo.SETTLE_SECONDS + 0.2
    house.reactions["tv/key"] = steps_from(10, by=5)
    outcome = await house.do(Adjust(Slot(BRIGHTNESS), 15))
    assert (outcome.proof, outcome.after) == (proof, {Slot(BRIGHTNESS): 25.0})
