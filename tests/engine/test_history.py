"""Stories of a day: devices and brokers that go and come back, restarts, disks that fail. It begins at 08:00."""

import asyncio

import pytest

from gateway.engine.tariff import Step, Tariff
from gateway.home import traits
from gateway.home.device import Reading, Slot
from gateway.home.periods import Period
from tests.clockwork import timeless
from tests.engine.diary import HOME, Diary, at, writing
from tests.homes import SWITCH, plain

HOUR = 3600.0
CONTACT, ON_OFF, ENERGY, WATTS = traits.CONTACT, traits.ON_OFF, traits.ENERGY, traits.POWER_USE


def close_to(text: str) -> object:
    return pytest.approx(at(text), abs=0.01)


# What is heard


@timeless
async def test_what_was_heard_is_known_at_once_and_after_it_was_written() -> None:
    async with writing() as diary:
        await diary.tell(CONTACT, ("08:01", False), ("09:00", True), ("09:20", False))
        assert await diary.ask(traits.CLOSE_TIME) == close_to("09:20")
        await diary.until("09:30")
        assert await diary.ask(traits.OPEN_TIME) == close_to("09:00")
        assert await diary.ask(traits.CLOSE_TIME) == close_to("09:20")


@timeless
async def test_a_device_that_is_away_is_not_known_whatever_the_broker_has_kept_of_it() -> None:
    async with writing() as diary:
        await diary.tell(ON_OFF, ("08:00", True))
        await diary.until("09:00")
        diary.history.lost("dev")
        diary.hear(ON_OFF, True, live=False)
        await diary.until("18:00")
        assert await diary.ask(traits.USAGE_TIME, "08:00", "18:00") is None
        assert await diary.ask(traits.USAGE_TIME, "08:00", "09:00") == pytest.approx(HOUR)
        await diary.tell(ON_OFF, ("18:00", True))
        await diary.until("19:00")
        assert await diary.ask(traits.USAGE_TIME, "18:00", "19:00") == pytest.approx(HOUR)
        diary.history.lost("nobody")


@timeless
async def test_while_the_broker_is_away_nothing_is_known_and_then_what_it_has_kept() -> None:
    async with writing() as diary:
        await diary.tell(CONTACT, ("08:00", False), ("08:10", True), ("08:20", False))
        await diary.until("09:00")
        diary.history.disconnected()
        await diary.until("09:00:30")
        diary.hear(CONTACT, False, live=False)
        await diary.until("09:10")
        assert await diary.ask(traits.OPEN_TIME) == close_to("08:10"), "it was away for a moment"
        diary.history.disconnected()
        await diary.until("09:20")
        diary.hear(CONTACT, True, live=False)
        assert await diary.ask(traits.OPEN_TIME) is None, "some time in ten minutes"
        assert await diary.ask(traits.CLOSE_TIME) is None, "it may have been shut in between"
        await diary.tell(CONTACT, ("09:30", False))
        assert await diary.ask(traits.CLOSE_TIME) == close_to("09:30")


@timeless
async def test_a_word_that_nobody_understands_ends_what_is_known_of_that_only() -> None:
    async with writing() as diary:
        await diary.tell(ON_OFF, ("08:00", True))
        await diary.tell(traits.MOTION, ("08:00", False))
        await diary.until("09:00")
        diary.history.doubted("dev", Slot(ON_OFF))
        diary.history.doubted("dev", Slot(traits.BRIGHTNESS))
        diary.history.doubted("nobody", Slot(ON_OFF))
        await diary.until("10:00")
        assert await diary.ask(traits.USAGE_TIME, "08:30", "10:00") is None
        assert await diary.ask(traits.DETECTION_COUNT, "08:30", "10:00") == 0


@timeless
async def test_a_switch_that_flaps_is_kept_with_its_last_state_and_loses_no_truth_when_we_are_killed() -> None:
    async with writing() as diary:
        for number in range(2001):
            diary.hear(ON_OFF, number % 2 == 0)
            await asyncio.sleep(0.01)
        assert len(diary.drawer.all()) <= 65
        diary.hear(ON_OFF, False)
        await diary.until("12:00")
        await diary.kill()
        await diary.start()
        assert await diary.ask(traits.USAGE_TIME, "08:01", "12:00") == 0


@timeless
async def test_other_values_and_other_slots_are_not_kept() -> None:
    async with writing() as diary:
        diary.hear(ON_OFF, "odd")
        diary.hear(traits.BRIGHTNESS, 50)
        diary.history.record("nobody", Slot(ON_OFF), Reading(True, diary.loop.time(), diary.wall(), True, "topic"))
        await diary.until("08:10")
        assert diary.drawer.all() == []


@timeless
async def test_what_is_used_is_known_to_the_second_and_after_a_device_was_lost() -> None:
    async with writing() as diary:
        for minute in range(0, 60, 2):
            await diary.tell(WATTS, (f"08:{minute:02}", 1800))
            await diary.tell(ENERGY, (f"08:{minute:02}:30", 100 + minute / 60))
        await diary.until("08:59")
        assert await diary.ask(WATTS, "08:00", "09:00") == pytest.approx(1.8 * 59 / 60)
        assert await diary.ask(ENERGY, "08:10", "08:50") == pytest.approx(40 / 60)
        diary.history.lost("dev")
        await diary.until("10:00")
        assert await diary.ask(WATTS, "08:00", "09:00") == pytest.approx(1.8 * 59 / 60)
        assert await diary.ask(WATTS, "08:00", "10:00") is None
        assert await diary.ask(ENERGY, "08:10", "10:00") == pytest.approx(48.5 / 60), "for an hour it holds"
        await diary.until("11:00")
        assert await diary.ask(ENERGY, "08:10", "11:00") is None


# Restarts


@timeless
async def test_what_was_known_is_known_after_a_restart_and_between_the_two_runs_nothing() -> None:
    async with writing() as diary:
        await diary.tell(CONTACT, ("08:00", False), ("08:30", True), ("08:40", False))
        await diary.tell(ON_OFF, ("08:40", True))
        await diary.tell(ENERGY, ("08:40", 100))
        await diary.tell(WATTS, ("08:40", 600), ("09:00", 600))
        await diary.tell(ENERGY, ("09:10", 101))
        await diary.until("09:20")
        await diary.stop()
        await diary.until("09:20:40")
        await diary.start()
        diary.hear(CONTACT, False, live=False)
        await diary.until("10:00")
        assert await diary.ask(traits.OPEN_TIME) == close_to("08:30")
        assert await diary.ask(traits.USAGE_TIME, "08:40", "09:20") == pytest.approx(40 * 60, abs=0.1)
        assert await diary.ask(traits.USAGE_TIME, "08:40", "09:30") is None
        assert await diary.ask(WATTS, "08:40", "09:20") == pytest.approx(0.4, abs=0.001)
        await diary.tell(ENERGY, ("10:00", 103))
        assert await diary.ask(ENERGY, "08:40", "10:00") == pytest.approx(3)
        await diary.tell(WATTS, ("10:00", 600), ("10:20", 0))
        assert await diary.ask(WATTS, "10:00", "10:20") == pytest.approx(0.2, abs=0.001)
        assert await diary.ask(WATTS, "08:40", "10:20") is None


@timeless
async def test_when_it_is_killed_what_was_committed_is_known_and_nothing_of_what_was_not() -> None:
    async with writing() as diary:
        await diary.tell(ON_OFF, ("08:00", True))
        await diary.tell(WATTS, ("08:00", 3600))
        await diary.tell(ON_OFF, ("09:00", False))  # this is lost
        await diary.kill()
        alive = diary.drawer.commits[-1]
        assert at("08:59") <= alive < at("09:00")
        await diary.until("12:00")
        await diary.start()
        assert await diary.ask(traits.USAGE_TIME, "08:00", "09:00") == pytest.approx(alive - at("08:00"))
        assert await diary.ask(traits.USAGE_TIME, "08:00", "12:00") is None
        assert await diary.ask(WATTS, "08:00", "09:00") is None, "not all that was drawn was written"
        diary.hear(ON_OFF, False, live=False)
        await diary.until("13:00")
        assert await diary.ask(traits.USAGE_TIME, "12:00", "13:00") == 0


@timeless
async def test_it_goes_on_after_being_killed_again_and_again() -> None:
    async with writing() as diary:
        for hour in range(9, 23):
            diary.hear(ON_OFF, True, live=False)
            await diary.tell(ENERGY, (f"{hour:02}:00", hour * 10))
            await diary.until(f"{hour:02}:20")
            await diary.kill()
            await diary.start()
        assert await diary.ask(ENERGY, "09:00", "22:00") == pytest.approx(130)
        used = await diary.ask(traits.USAGE_TIME, "08:00", "22:20")
        assert used == pytest.approx(14.33 * HOUR, abs=15 * 60)


# Which slots there are


@timeless
async def test_a_device_that_is_removed_and_comes_back_goes_on_where_it_left_off() -> None:
    async with writing() as diary:
        await diary.tell(ON_OFF, ("08:00", True))
        await diary.tell(ENERGY, ("08:00", 100), ("08:59", 110))
        await diary.until("09:00")
        diary.history.rewire(HOME, None)
        diary.hear(ON_OFF, True)
        await diary.until("12:00")
        assert await diary.ask(traits.USAGE_TIME, "08:00", "12:00") is None
        diary.history.rewire(None, HOME)
        await diary.tell(ON_OFF, ("13:00", True))
        await diary.tell(ENERGY, ("13:00", 120))
        await diary.until("14:00")
        assert await diary.ask(traits.USAGE_TIME, "08:00", "09:00") == pytest.approx(HOUR, abs=11)
        assert await diary.ask(traits.USAGE_TIME, "13:00", "14:00") == pytest.approx(HOUR)
        assert await diary.ask(traits.USAGE_TIME, "08:00", "14:00") is None
        assert await diary.ask(ENERGY, "08:00", "13:00") == pytest.approx(20)


@timeless
async def test_a_slot_that_is_heard_elsewhere_from_now_on_is_not_known_until_it_is() -> None:
    moved = plain(on_off={"command": "dev/set", "state": "elsewhere"}, contact={"state": "c"})
    async with writing() as diary:
        await diary.tell(ON_OFF, ("08:00", True))
        await diary.tell(CONTACT, ("08:00", False), ("08:10", True))
        await diary.until("09:00")
        diary.history.rewire(HOME, moved)
        await diary.until("12:00")
        assert await diary.ask(traits.USAGE_TIME, "08:00", "12:00") is None
        assert await diary.ask(traits.OPEN_TIME) == close_to("08:10")


def derived(diary: Diary) -> set[str]:
    return {slot.trait.name for slot in diary.device.features} - {
        slot.trait.name for slot in diary.wiring.device.features
    }


@timeless
async def test_a_device_can_be_asked_what_its_past_tells() -> None:
    bare = {"open_time", "close_time", "detected_time", "detection_count", "estimated_energy"}
    assert derived(Diary()) == bare
    assert derived(Diary(tariff=Tariff("JPY", (Step(31.0),)))) == {*bare, "bill", "estimated_bill", "tax_bracket"}
    clever = plain(contact={"state": "c"}, open_time={"state": "o"}, on_off={"command": "no-state"})
    assert derived(Diary(wiring=clever)) == {"close_time"}


@timeless
async def test_parts_of_a_device_have_pasts_of_their_own() -> None:
    parts = {name: {"on_off": {**SWITCH, "state": name}} for name in ("left", "right")}
    strip = plain("dev", "POWERSTRIP", parts=parts)
    async with writing(wiring=strip) as diary:
        left, right = strip.bindings
        for slot in (left, right):
            diary.history.record("dev", slot, Reading(slot is left, diary.loop.time(), diary.wall(), True, "topic"))
        await diary.until("09:00")
        asked = Period(at("08:00"), at("09:00"))
        used = [
            await diary.history.answer(diary.device, Slot(traits.USAGE_TIME, one.part), asked) for one in (left, right)
        ]
        assert used == [pytest.approx(HOUR), 0]


@timeless
async def test_the_devices_own_number_is_honoured_for_its_time() -> None:
    async with writing() as diary:
        today, yesterday = Period(at("00:00"), at("11-22 00:00")), Period(at("11-20 00:00"), at("00:00"))
        for trait, period, honoured in (
            (traits.USAGE_TIME, today, True),
            (traits.USAGE_TIME, yesterday, False),
            (ENERGY, today, False),
            (traits.BATTERY, yesterday, True),
        ):
            assert diary.history.honours(Slot(trait), period) is honoured
        await diary.tell(ON_OFF, ("08:00", True), ("08:30", False))
        assert await diary.history.recent(diary.device, Slot(ON_OFF), today) is None, "nobody knows before 08:00"
        await diary.tell(ON_OFF, ("09:00", True), ("09:30", False))
        assert await diary.history.recent(diary.device, Slot(ON_OFF), today) == Period(at("09:00"), at("09:30"))
