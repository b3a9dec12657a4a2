"""Asking a device for what it is: only where the last reading is too old, and never an old value for the present."""

import asyncio
from typing import Any

import pytest

from gateway.engine.ask import ANSWER_SECONDS, Asker
from gateway.home.device import Feature, Reading, Slot
from gateway.home.problems import Offline, StateUnknown
from gateway.home.traits import BATTERY, CURRENT_TEMPERATURE, HUMIDITY, LOCK, TRAITS, Trait
from gateway.home.values import LOCKED, Value
from tests.clockwork import timeless
from tests.homes import BOLT, BUDGET, ONLINE, House, Says, always, plain

ASK = {"command": "dev/get", "payload": "?"}
WET: dict[str, Any] = {"state": "dev/state", "path": "wet", "ask": ASK}
WARM: dict[str, Any] = {"state": "dev/state", "path": "warm", "ask": ASK}
OLD = HUMIDITY.stale_after + 1


class Room:
    """A house in which somebody asks."""

    def __init__(self, **document: Any) -> None:
        self.house = House(plain(**({"type": "AIRSENSOR"} | document)))
        self.asker = Asker(self.house.state, self.house.publish, self.house.loop.time)
        self.house.listeners.append(self.asker.hear)
        self.wiring = self.house.registry.wiring("dev")

    def feature(self, trait: Trait) -> Feature:
        return self.wiring.device.features[Slot(trait)]

    async def ask(self, trait: Trait, within: float = BUDGET) -> Value:
        """The value, or the Problem."""
        reading = await self.asker.reading(self.wiring, self.feature(trait), self.house.loop.time() + within)
        return reading.value

    async def ask_all(self, *traits: Trait, within: float = BUDGET) -> dict[Slot, Reading]:
        features = [self.feature(trait) for trait in traits]
        return await self.asker.readings(self.wiring, features, self.house.loop.time() + within)

    async def refresh(self, *slots: Slot) -> None:
        await self.asker.refresh(self.wiring, slots, self.house.loop.time() + BUDGET)

    def answers(self, payload: str, after: float = 0.1, retained: bool = False) -> None:
        self.house.reactions["dev/get"] = always(Says("dev/state", payload, after, retained))

    @property
    def questions(self) -> int:
        return len(self.house.published)


# A fresh reading is told as it is


@timeless
async def test_a_fresh_reading_is_told_and_nobody_is_asked() -> None:
    room = Room(humidity=WET)
    room.house.hear("dev/state", '{"wet": 40}')
    started = room.house.loop.time()
    assert await room.ask(HUMIDITY) == 40.0
    assert (room.questions, room.house.loop.time()) == (0, started)


@timeless
async def test_what_the_broker_has_kept_of_something_that_ages_is_asked_first() -> None:
    room = Room(humidity=WET)
    room.house.hear("dev/state", '{"wet": 40}', retained=True)
    room.answers('{"wet": 60}')
    assert await room.ask(HUMIDITY) == 60.0
    assert room.questions == 1


@pytest.mark.parametrize(("section", "questions"), [(WET, 1), ({"state": "dev/state", "path": "wet"}, 0)])
@timeless
async def test_what_the_broker_has_kept_is_told_where_no_answer_comes(section: dict[str, Any], questions: int) -> None:
    room = Room(humidity=section)
    room.house.hear("dev/state", '{"wet": 40}', retained=True)
    started = room.house.loop.time()
    assert await room.ask(HUMIDITY) == 40.0
    assert room.questions == questions
    assert room.house.loop.time() - started == pytest.approx(ANSWER_SECONDS * questions)


@timeless
async def test_what_the_broker_has_kept_of_something_that_does_not_age_is_told_at_once() -> None:
    room = Room(contact={"state": "dev/state", "ask": ASK})
    room.house.hear("dev/state", "open", retained=True)
    assert await room.ask(TRAITS["contact"]) is True
    assert room.questions == 0


@pytest.mark.parametrize(("kept", "told"), [("40", None), ("41", 41.0)], ids=["the same", "another"])
@timeless
async def test_a_kept_value_that_is_the_one_known_is_as_old_as_that(kept: str, told: float | None) -> None:
    room = Room(humidity={"state": "dev/state"})
    room.house.hear("dev/state", "40")
    await asyncio.sleep(OLD)
    await reconnected(room)
    room.house.hear("dev/state", kept, retained=True)
    if told is not None:
        assert await room.ask(HUMIDITY) == told
        return
    with pytest.raises(StateUnknown):
        await room.ask(HUMIDITY)


@timeless
async def test_a_kept_value_of_something_the_owner_says_ages_is_as_old_as_it_was() -> None:
    room = Room(type="SMARTPLUG", on_off={"state": "dev/state", "max_age": "1min"})
    room.house.hear("dev/state", "ON")
    await asyncio.sleep(61)
    await reconnected(room)
    room.house.hear("dev/state", "ON", retained=True)
    with pytest.raises(StateUnknown):
        await room.ask(TRAITS["on_off"])


@pytest.mark.parametrize(("age", "asked"), [(HUMIDITY.stale_after, 0), (OLD, 1)])
@timeless
async def test_a_reading_is_too_old_once_its_time_is_over(age: float, asked: int) -> None:
    room = Room(humidity=WET)
    room.house.hear("dev/state", '{"wet": 40}')
    await asyncio.sleep(age)
    room.answers('{"wet": 60}')
    assert await room.ask(HUMIDITY) == (60.0 if asked else 40.0)
    assert room.questions == asked


@timeless
async def test_what_happened_does_not_age() -> None:
    room = Room(contact={"state": "dev/state"})
    room.house.hear("dev/state", "open")
    await asyncio.sleep(30 * 86_400)
    assert await room.ask(TRAITS["contact"]) is True


@pytest.mark.parametrize(
    ("trait", "heard"), [("contact", "open"), ("humidity", "40"), ("on_off", "ON")], ids=["longer", "shorter", "never"]
)
@timeless
async def test_the_owner_says_what_is_too_old(trait: str, heard: str) -> None:
    document: dict[str, Any] = {trait: {"state": "dev/state", "max_age": "1min"}}
    room = Room(**document)
    room.house.hear("dev/state", heard)
    await asyncio.sleep(60)
    await room.ask(TRAITS[trait])
    await asyncio.sleep(1)
    with pytest.raises(StateUnknown):
        await room.ask(TRAITS[trait])


# An old one is asked for


@timeless
async def test_an_answer_ends_the_waiting_at_once() -> None:
    room = Room(humidity=WET)
    room.answers('{"wet": 60}', after=0.2)
    started = room.house.loop.time()
    assert await room.ask(HUMIDITY) == 60.0
    assert room.house.loop.time() - started == pytest.approx(0.2)
    assert room.house.sent() == [("dev/get", "?")]


@timeless
async def test_an_answer_that_arrives_before_publish_returns_is_heard() -> None:
    room = Room(humidity=WET)
    room.answers('{"wet": 60}', after=0)
    started = room.house.loop.time()
    assert await room.ask(HUMIDITY) == 60.0
    assert room.house.loop.time() == started


@timeless
async def test_a_late_answer_is_not_waited_for_and_is_there_the_next_time() -> None:
    room = Room(humidity=WET)
    room.answers('{"wet": 60}', after=ANSWER_SECONDS + 0.5)
    started = room.house.loop.time()
    with pytest.raises(StateUnknown, match="humidity"):
        await room.ask(HUMIDITY)
    assert room.house.loop.time() - started == pytest.approx(ANSWER_SECONDS)
    await asyncio.sleep(1)
    assert await room.ask(HUMIDITY) == 60.0
    assert room.questions == 1


@timeless
async def test_an_old_reading_is_never_told_for_the_present() -> None:
    room = Room(humidity=WET)
    room.house.hear("dev/state", '{"wet": 40}')
    await asyncio.sleep(OLD)
    with pytest.raises(StateUnknown):
        await room.ask(HUMIDITY)
    assert room.questions == 1


@timeless
async def test_where_nothing_is_known_and_nothing_can_be_asked_nobody_waits() -> None:
    room = Room(humidity={"state": "dev/state"})
    started = room.house.loop.time()
    with pytest.raises(StateUnknown):
        await room.ask(HUMIDITY)
    assert (room.questions, room.house.loop.time()) == (0, started)


@timeless
async def test_the_time_of_the_request_ends_the_waiting_before_its_own() -> None:
    room = Room(humidity=WET)
    started = room.house.loop.time()
    with pytest.raises(StateUnknown):
        await room.ask(HUMIDITY, within=0.4)
    assert room.house.loop.time() - started == pytest.approx(0.4)


@timeless
async def test_the_time_that_the_broker_takes_is_part_of_it() -> None:
    room = Room(humidity=WET)
    room.house.delay = 10.0
    started = room.house.loop.time()
    with pytest.raises(StateUnknown):
        await room.ask(HUMIDITY)
    assert room.house.loop.time() - started == pytest.approx(ANSWER_SECONDS)


@pytest.mark.parametrize("within", [0.0, -1.0])
@timeless
async def test_where_no_time_is_left_nobody_waits(within: float) -> None:
    room = Room(humidity=WET)
    started = room.house.loop.time()
    with pytest.raises(StateUnknown):
        await room.ask(HUMIDITY, within)
    assert room.house.loop.time() == started


@timeless
async def test_an_answer_that_cannot_be_read_is_none() -> None:
    room = Room(humidity=WET)
    room.answers('{"wet": "very"}')
    with pytest.raises(StateUnknown):
        await room.ask(HUMIDITY)


@timeless
async def test_that_something_moves_or_is_stuck_is_no_answer() -> None:
    room = Room(type="SMARTLOCK", lock=BOLT | {"ask": ASK})
    room.house.reactions["dev/get"] = always(Says("dev/state", "LOCKING", 0.1), Says("dev/state", "LOCKED", 0.9))
    started = room.house.loop.time()
    assert await room.ask(LOCK) == LOCKED
    assert room.house.loop.time() - started == pytest.approx(0.9)
    room.house.hear("dev/state", "JAMMED")
    room.house.reactions["dev/get"] = always(Says("dev/state", "JAMMED", 0.1))
    with pytest.raises(StateUnknown):
        await room.ask(LOCK)


# Several slots


@timeless
async def test_slots_with_one_question_are_asked_once() -> None:
    room = Room(humidity=WET, current_temperature=WARM)
    room.answers('{"wet": 60, "warm": 21}')
    found = await room.ask_all(CURRENT_TEMPERATURE, HUMIDITY)
    assert [(slot.trait, reading.value) for slot, reading in found.items()] == [
        (CURRENT_TEMPERATURE, 21.0),
        (HUMIDITY, 60.0),
    ]
    assert room.questions == 1


@timeless
async def test_one_question_is_answered_once_all_its_slots_are() -> None:
    room = Room(humidity=WET | {"state": "dev/wet"}, current_temperature=WARM | {"state": "dev/warm"})
    wet, warm = Says("dev/wet", '{"wet": 60}', 0.5), Says("dev/warm", '{"warm": 21}', 0.2)
    room.house.reactions["dev/get"] = always(wet, warm)
    for traits in ((HUMIDITY, CURRENT_TEMPERATURE), (CURRENT_TEMPERATURE, HUMIDITY)):
        started = room.house.loop.time()
        assert len(await room.ask_all(*traits)) == 2
        assert room.house.loop.time() - started == pytest.approx(0.5)
        await asyncio.sleep(OLD)


@timeless
async def test_slots_with_questions_of_their_own_are_asked_each() -> None:
    room = Room(humidity=WET, current_temperature=WARM | {"ask": {"command": "dev/get/warm"}})
    room.answers('{"wet": 60, "warm": 21}')
    assert len(await room.ask_all(HUMIDITY, CURRENT_TEMPERATURE)) == 2
    assert room.house.sent() == [("dev/get", "?"), ("dev/get/warm", "")]


@timeless
async def test_a_question_is_one_by_its_topic_and_its_words() -> None:
    room = Room(humidity=WET, current_temperature=WARM | {"ask": ASK | {"payload": "warm"}})
    room.answers('{"wet": 60, "warm": 21}')
    await room.ask_all(HUMIDITY, CURRENT_TEMPERATURE)
    assert room.house.sent() == [("dev/get", "?"), ("dev/get", "warm")]


@timeless
async def test_what_is_fresh_is_not_asked_beside_what_is_old() -> None:
    room = Room(humidity=WET, current_temperature=WARM | {"ask": {"command": "dev/get/warm"}})
    room.house.hear("dev/state", '{"warm": 20}')
    room.answers('{"wet": 60}')
    found = await room.ask_all(CURRENT_TEMPERATURE, HUMIDITY)
    assert [reading.value for reading in found.values()] == [20.0, 60.0]
    assert room.house.sent() == [("dev/get", "?")]


@timeless
async def test_of_several_those_that_are_known_are_told() -> None:
    room = Room(humidity=WET, current_temperature=WARM, battery={"state": "dev/battery"})
    room.answers('{"wet": 60}')
    started = room.house.loop.time()
    found = await room.ask_all(BATTERY, HUMIDITY, CURRENT_TEMPERATURE)
    assert [(slot.trait, reading.value) for slot, reading in found.items()] == [(HUMIDITY, 60.0)]
    assert room.house.loop.time() - started == pytest.approx(ANSWER_SECONDS)


@timeless
async def test_nothing_asked_is_nothing_told() -> None:
    room = Room(humidity=WET)
    assert (await room.ask_all(), room.questions) == ({}, 0)


# Offline


@pytest.mark.parametrize("fresh", [True, False])
@timeless
async def test_a_device_that_is_away_is_neither_asked_nor_told(fresh: bool) -> None:
    room = Room(humidity=WET, availability=ONLINE)
    if fresh:
        room.house.hear("dev/state", '{"wet": 40}')
    room.house.hear("dev/online", "0")
    with pytest.raises(Offline):
        await room.ask(HUMIDITY)
    assert room.questions == 0


@timeless
async def test_without_a_broker_nothing_is_told() -> None:
    room = Room(humidity=WET)
    room.house.hear("dev/state", '{"wet": 40}')
    room.house.lose_link()
    with pytest.raises(Offline):
        await room.ask(HUMIDITY)


@timeless
async def test_a_broker_that_does_not_take_the_question_makes_the_device_offline() -> None:
    room = Room(humidity=WET)
    room.house.refuses = True
    with pytest.raises(Offline):
        await room.ask(HUMIDITY)
    room.house.refuses = False
    room.answers('{"wet": 60}')
    assert await room.ask(HUMIDITY) == 60.0


# Of a lock nothing is told from before this connection


async def reconnected(room: Room) -> None:
    room.house.lose_link()
    await asyncio.sleep(1)
    room.house.state.connected(room.house.loop.time())


@timeless
async def test_what_a_lock_said_on_the_last_connection_is_too_old() -> None:
    room = Room(type="SMARTLOCK", lock=BOLT)
    room.house.hear("dev/state", "LOCKED")
    assert await room.ask(LOCK) == LOCKED
    await reconnected(room)
    with pytest.raises(StateUnknown):
        await room.ask(LOCK)
    room.house.hear("dev/state", "LOCKED", retained=True)
    assert await room.ask(LOCK) == LOCKED


@timeless
async def test_a_lock_is_asked_again_on_every_connection() -> None:
    room = Room(type="SMARTLOCK", lock=BOLT | {"ask": ASK})
    room.house.hear("dev/state", "UNLOCKED")
    await reconnected(room)
    room.answers("LOCKED")
    assert await room.ask(LOCK) == LOCKED
    assert await room.ask(LOCK) == LOCKED
    assert room.questions == 1


@timeless
async def test_what_anything_else_said_on_the_last_connection_is_told() -> None:
    room = Room(humidity=WET)
    room.house.hear("dev/state", '{"wet": 40}')
    await reconnected(room)
    assert await room.ask(HUMIDITY) == 40.0


# Two at once


@timeless
async def test_two_who_ask_at_once_have_the_same_answer() -> None:
    room = Room(humidity=WET)
    room.answers('{"wet": 60}', after=0.3)
    started = room.house.loop.time()
    assert set(await asyncio.gather(room.ask(HUMIDITY), room.ask(HUMIDITY))) == {60.0}
    assert room.house.loop.time() - started == pytest.approx(0.3)


@timeless
async def test_two_devices_with_one_question_are_told_apart() -> None:
    room = Room(humidity=WET)
    other = plain("other", "AIRSENSOR", humidity=WET | {"state": "other/state"})
    room.house.registry.put(other)
    room.answers('{"wet": 60}')
    feature = other.device.features[Slot(HUMIDITY)]
    with pytest.raises(StateUnknown):
        await room.asker.reading(other, feature, room.house.loop.time() + BUDGET)


@timeless
async def test_an_answer_for_one_who_does_not_wait_any_more_costs_nothing() -> None:
    room = Room(humidity=WET)
    room.answers('{"wet": 60}', after=0.3)
    asking = asyncio.create_task(room.ask(HUMIDITY))
    await asyncio.sleep(0.1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not room.asker._waiting
    await asyncio.sleep(1)
    assert await room.ask(HUMIDITY) == 60.0
    assert room.questions == 1


@pytest.mark.parametrize("gives_up", ["cancelled", "out of time"])
@timeless
async def test_one_who_gives_up_takes_the_answer_from_nobody(gives_up: str) -> None:
    room = Room(humidity=WET)
    room.answers('{"wet": 60}', after=1.0)
    started = room.house.loop.time()
    first = asyncio.create_task(room.ask(HUMIDITY, BUDGET if gives_up == "cancelled" else 0.2))
    others = [asyncio.create_task(room.ask(HUMIDITY)) for _ in range(2)]
    await asyncio.sleep(0.1)
    if gives_up == "cancelled":
        first.cancel()
    await asyncio.wait([first])
    assert room.house.loop.time() - started == pytest.approx(0.1 if gives_up == "cancelled" else 0.2)
    assert first.cancelled() or isinstance(first.exception(), StateUnknown)
    assert await asyncio.gather(*others) == [60.0, 60.0]
    assert room.house.loop.time() - started == pytest.approx(1.0)
    assert not room.asker._waiting


# A step needs a place to start


@timeless
async def test_what_is_not_known_is_asked_before_a_step() -> None:
    room = Room(type="FAN", fan_speed={"command": "dev/set", "state": "dev/state", "ask": ASK})
    room.answers("2", after=0.2)
    started = room.house.loop.time()
    speed = Slot(TRAITS["fan_speed"])
    await room.refresh(speed)
    assert room.house.value(speed.trait) == 2.0
    assert room.house.loop.time() - started == pytest.approx(0.2)
    await room.refresh(speed)
    assert room.questions == 1


@timeless
async def test_what_cannot_be_asked_or_is_no_slot_of_the_device_is_left_as_it_is() -> None:
    room = Room(humidity={"state": "dev/state"})
    started = room.house.loop.time()
    await room.refresh(Slot(HUMIDITY), Slot(LOCK))
    await room.refresh()
    assert (room.questions, room.house.loop.time()) == (0, started)


@timeless
async def test_a_device_that_does_not_say_it_costs_no_more_than_the_time_for_an_answer() -> None:
    room = Room(humidity=WET)
    started = room.house.loop.time()
    await room.refresh(Slot(HUMIDITY))
    assert room.house.loop.time() - started == pytest.approx(ANSWER_SECONDS)
