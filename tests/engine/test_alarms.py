"""All alarms of a home: what is told, once, whatever happens to the process, the devices, the broker and the clock."""

from dataclasses import replace

import pytest

from gateway.engine.news import TOO_SOON
from gateway.engine.occasion import NEVER, SETTLE_SECONDS, Key
from gateway.engine.roll import MAX_SOURCES
from gateway.home import traits
from gateway.home.alarms import Escalation, Rule, Severity, Sign
from gateway.home.values import LOCKED, UNLOCKED
from gateway.links.outbox_rows import occasion_of
from gateway.wire.codecs import Fault, Moving
from tests.engine.alarming import START, WALL, Watchman, rule, wired
from tests.quick import cost

HOUR, DAY = 3600.0, 86_400.0
HELD = rule(hold=10.0)
LOCK, WAY, LOST = traits.LOCK, traits.UNLOCKED_BY, traits.LOST
OPENED = rule("lock_opened")
WARM = Rule(
    "current_temperature above 30",
    (Sign(traits.CURRENT_TEMPERATURE, above=30),),
    *(Severity.NOTICE, 0.0, 0.0, 60.0, HOUR, "m-warm"),
    clear_at=28.0,
)


# Telling


def test_it_is_told_once_and_once_more_after_the_limit() -> None:
    man = Watchman(rule()).wire(wired())
    man.say(True)
    man.say(True)
    man.say(False)
    man.wait(700)
    man.say(True)
    man.wait(HOUR)
    assert man.times() == [0, 700]
    assert [one.device for one in man.over] == ["a"]
    assert (man.told[0].said, man.told[0].message, man.told[0].is_second) == ("yes", "m-smoke", False)


def test_what_lasted_long_enough_is_told_though_it_is_over_before_anybody_looks() -> None:
    man = Watchman(HELD).wire(wired())
    man.say(True, keep=False)
    man.now += 12
    man.say(False, keep=False)
    man.keep()
    assert man.messages() == [("a", "m-smoke")]


def test_what_was_over_long_enough_is_over_though_it_is_back_before_anybody_looks() -> None:
    man = Watchman(rule(repeat_after=0.0)).wire(wired())
    man.say(True)
    man.say(False)
    man.now += 31
    man.say(True)
    assert len(man.told) == 2


def test_what_began_again_before_anybody_asked_is_not_over() -> None:
    man = Watchman(rule(clear=0.0, repeat_after=0.0)).wire(wired())
    for shows in (True, False, True):
        man.say(shows, keep=False)
    man.keep()
    assert (len(man.told), man.over) == (2, [])
    man.say(False)
    assert len(man.over) == 1


def test_a_threshold_is_over_beyond_its_own_end() -> None:
    man = Watchman(WARM).wire(wired("a", traits.CURRENT_TEMPERATURE))
    for value in (29.0, 30.5, 29.0, 30.5, 28.5):
        man.say(value, trait=traits.CURRENT_TEMPERATURE)
        man.wait(61)
    assert man.over == []
    man.say(28.0, trait=traits.CURRENT_TEMPERATURE)
    man.say(29.0, trait=traits.CURRENT_TEMPERATURE)
    man.wait(99)
    assert (len(man.told), len(man.over)) == (1, 1)


def test_the_value_that_is_told_is_the_last_that_was_said() -> None:
    man = Watchman(replace(WARM, hold=5.0)).wire(wired("a", traits.CURRENT_TEMPERATURE))
    man.say(31.0, trait=traits.CURRENT_TEMPERATURE)
    man.say(44.5, trait=traits.CURRENT_TEMPERATURE)
    man.wait(5)
    assert man.told[0].said == "44.5"


def test_several_thresholds_on_one_device_are_several_alarms() -> None:
    hot = replace(WARM, name="current_temperature above 60", signs=(Sign(traits.CURRENT_TEMPERATURE, above=60),))
    hot = replace(hot, message="m-hot", clear_at=None)
    man = Watchman(WARM, hot).wire(wired("a", traits.CURRENT_TEMPERATURE))
    for value in (31.0, 61.0, 59.0, 20.0):
        man.say(value, trait=traits.CURRENT_TEMPERATURE)
        man.wait(1)
    assert [one.message for one in man.told] == ["m-warm", "m-hot"]
    assert [one.alarm for one in man.over] == [hot.name, WARM.name]


def test_of_several_rules_of_one_name_the_first_that_fits_counts() -> None:
    rules = (
        rule(message="by id", devices=frozenset({"a"})),
        rule(message="by tag", tags=frozenset({"부엌"})),
        rule(message="by room", rooms=frozenset({"BASEMENT"})),
        rule(message="by kind", kinds=frozenset({"SMOKESENSOR"})),
        rule(message="all"),
    )
    man = Watchman(*rules)
    man.wire(wired("a", tags=("부엌",)), wired("b", tags=("x", "부엌")), wired("c", location="BASEMENT"))
    man.wire(wired("d"), wired("e", kind="SWITCH"))
    for id in "abcde":
        man.say(True, id)
    assert man.messages() == list(zip("abcde", ("by id", "by tag", "by room", "by kind", "all"), strict=True))


def test_a_moment_that_the_broker_has_kept_is_past() -> None:
    man = Watchman(rule("vibration")).wire(wired("a", traits.VIBRATION, lapses_after=5.0))
    man.say(True, trait=traits.VIBRATION, retained=True)
    assert man.told == []
    man.say(True, trait=traits.VIBRATION)
    assert len(man.told) == 1


def test_a_fault_is_an_alarm_where_the_rule_says_so_and_nothing_elsewhere() -> None:
    man = Watchman(rule("jammed"), OPENED).wire(wired("a", LOCK))
    man.say(LOCKED, trait=LOCK)
    man.say(Fault("JAMMED"), trait=LOCK)
    man.say(Moving(), trait=LOCK)
    man.wait(10)
    assert [(one.key.alarm, one.said) for one in man.told] == [("jammed", "JAMMED")]


def test_active_alarms_are_shown_the_most_urgent_first() -> None:
    man = Watchman(rule("battery_low", hold=0.0), rule()).wire(wired("a", traits.SMOKE, traits.BATTERY_LOW))
    man.say(True, trait=traits.BATTERY_LOW)
    man.wait(5)
    man.say(True)
    one, two = man.alarms.active()
    assert (one.key.alarm, one.severity, one.since, one.told_at) == ("smoke", Severity.LIFE, START + 5, START + 5)
    assert two.key.alarm == "battery_low"


# Events


@pytest.mark.parametrize("retained", [True, False])
def test_what_was_so_when_it_was_first_heard_of_is_no_news_and_a_change_is(retained: bool) -> None:
    man = Watchman(OPENED).wire(wired("a", LOCK))
    man.say(UNLOCKED, trait=LOCK, retained=retained)
    man.wait(99)
    man.restart(away=DAY)
    man.say(UNLOCKED, trait=LOCK)
    man.wait(99)
    assert man.told == []
    man.say(LOCKED, trait=LOCK)
    man.say(UNLOCKED, trait=LOCK)
    man.wait(1)
    assert len(man.told) == 1


@pytest.mark.parametrize("lapses_after", [None, 5.0])
def test_the_first_moment_that_is_heard_is_news(lapses_after: float | None) -> None:
    man = Watchman(rule("vibration")).wire(wired("a", traits.VIBRATION, lapses_after=lapses_after))
    man.say(True, trait=traits.VIBRATION, retained=True)
    man.say(False, trait=traits.VIBRATION)
    man.wait(99)
    assert man.told == []
    man.wire(wired("b", traits.VIBRATION, lapses_after=lapses_after))
    man.say(True, "b", trait=traits.VIBRATION)
    assert len(man.told) == 1


@pytest.mark.parametrize("before", [LOCKED, UNLOCKED])
def test_a_change_that_happened_while_we_were_away_is_news(before: str) -> None:
    man = Watchman(OPENED).wire(wired("a", LOCK))
    man.say(before, trait=LOCK, retained=True)
    man.wait(DAY)
    man.restart(away=HOUR)
    man.say(UNLOCKED, trait=LOCK, retained=True)
    man.wait(HOUR)
    assert len(man.told) == (before == LOCKED)


# How a lock was opened

BY_CODE = rule("lock_opened", ways=frozenset({"keypad"}), message="m-code", escalation=Escalation(60.0, "m-still"))
BY_ANY = rule("lock_opened", message="m-any")


@pytest.mark.parametrize(
    ("rules", "way", "message"),
    [
        ((BY_CODE, BY_ANY), "keypad", "m-code"),
        ((BY_CODE, BY_ANY), "hand", "m-any"),
        ((BY_CODE, BY_ANY), "", "m-any"),
        ((BY_CODE,), "hand", ""),
        ((BY_CODE,), "", ""),
        ((BY_ANY, BY_CODE), "keypad", "m-any"),
    ],
)
@pytest.mark.parametrize("first", ["way", "lock"])
def test_the_rule_depends_on_the_way_whichever_is_said_first(
    rules: tuple[Rule, ...], way: str, message: str, first: str
) -> None:
    man = Watchman(*rules).wire(wired("a", LOCK, WAY))
    assert {feed.slot.trait for feed in man.alarms.feeds(man.wirings["a"])} == {LOCK, WAY}
    man.say(LOCKED, trait=LOCK)
    if first == "lock":
        man.say(UNLOCKED, trait=LOCK)
    if way:
        man.say(way, trait=WAY)
    if first == "way":
        man.say(UNLOCKED, trait=LOCK)
    man.wait(1)
    assert [one.message for one in man.told] == ([message] if message else [])
    assert all(one.said == (f"unlocked, {way}" if way else "unlocked") for one in man.told)


def test_a_way_of_long_ago_is_none() -> None:
    man = Watchman(BY_CODE, BY_ANY).wire(wired("a", LOCK, WAY))
    man.say(LOCKED, trait=LOCK)
    man.say("keypad", trait=WAY)
    man.wait(30)
    man.say(UNLOCKED, trait=LOCK)
    man.wait(1)
    assert [one.message for one in man.told] == ["m-any"]


def test_whoever_is_not_told_of_uses_up_no_limit() -> None:
    man = Watchman(replace(BY_CODE, repeat_after=HOUR)).wire(wired("a", LOCK, WAY))
    for way in ("hand", "keypad"):
        man.say(LOCKED, trait=LOCK)
        man.say(way, trait=WAY)
        man.say(UNLOCKED, trait=LOCK)
        man.wait(20)
    assert [one.message for one in man.told] == ["m-code"]


@pytest.mark.parametrize("stops", [False, True])
def test_the_second_message_is_that_of_the_first(stops: bool) -> None:
    man = Watchman(BY_CODE, BY_ANY).wire(wired("a", LOCK, WAY))
    man.say(LOCKED, trait=LOCK)
    man.say("keypad", trait=WAY)
    man.say(UNLOCKED, trait=LOCK)
    man.wait(30)
    if stops:
        man.restart()
    man.wait(HOUR)
    assert [(one.message, one.is_second) for one in man.told] == [("m-code", False), ("m-still", True)]


def test_who_was_told_by_another_rule_gets_no_second_message() -> None:
    man = Watchman(BY_CODE, BY_ANY).wire(wired("a", LOCK, WAY))
    man.say(LOCKED, trait=LOCK)
    man.say("hand", trait=WAY)
    man.say(UNLOCKED, trait=LOCK)
    man.wait(HOUR)
    assert [one.message for one in man.told] == ["m-any"]


# Several topics


def test_each_topic_of_a_wildcard_is_an_occasion_of_its_own() -> None:
    man = Watchman(rule()).wire(wired(topic="rooms/+/smoke"))
    for room in ("x", "y"):
        man.say(True, topic=f"rooms/{room}/smoke")
    man.say(False, topic="rooms/x/smoke")
    man.wait(30)
    assert [one.key.source for one in man.told] == ["rooms/x/smoke", "rooms/y/smoke"]
    assert [one.source for one in man.over] == ["rooms/x/smoke"]
    man.restart()
    man.say(True, topic="rooms/y/smoke", retained=True)
    man.wait(DAY)
    assert len(man.told) == 2


def test_a_topic_longer_than_the_file_keeps_is_the_same_after_a_restart() -> None:
    man = Watchman(rule()).wire(wired(topic="rooms/+/smoke"))
    topics = [f"rooms/{'x' * 1000}{number}/smoke" for number in range(2)]
    for topic in topics:
        man.say(True, topic=topic)
    man.restart()
    for topic in topics:
        man.say(True, topic=topic, retained=True)
    man.wait(DAY)
    assert len(man.told) == 2
    for topic in topics:
        man.say(False, topic=topic)
    man.wait(DAY)
    assert man.file == {}


def test_topics_beyond_count_are_told_as_one_and_none_is_passed_over() -> None:
    man = Watchman(rule()).wire(wired(topic="rooms/+/smoke"))
    for number in range(MAX_SOURCES + 50):
        man.say(True, topic=f"rooms/{number}/smoke")
    assert len(man.told) == len(man.file) == MAX_SOURCES + 1
    assert man.told[-1].key.source == ""
    for number in range(MAX_SOURCES + 50):
        man.say(False, topic=f"rooms/{number}/smoke")
    man.wait(HOUR)
    assert (len(man.over), man.file) == (MAX_SOURCES + 1, {})


# Several devices

TWO = rule(quorum=2, clear=5.0, escalation=Escalation(60.0, "m-second"))


def three() -> Watchman:
    return Watchman(TWO).wire(wired("a"), wired("b"), wired("c"))


def test_so_many_devices_must_show_it_at_once() -> None:
    man = three()
    man.say(True, "a")
    man.say(False, "a")
    man.wait(6)
    man.say(True, "b")
    assert man.told == []
    man.say(True, "c")
    man.say(True, "a")
    assert man.messages() == [("c", "m-smoke")]
    assert man.told[0].key.slot == "all"


def test_two_parts_of_one_device_are_one_device() -> None:
    man = Watchman(TWO).wire(wired("a", topic="rooms/+/smoke"), wired("b"))
    man.say(True, topic="rooms/x/smoke")
    man.say(True, topic="rooms/y/smoke")
    assert man.told == []
    man.say(True, "b")
    assert len(man.told) == 1


def test_the_several_are_over_and_come_again() -> None:
    man = three()
    for _ in range(2):
        man.say(True, "a")
        man.say(True, "b")
        man.wait(10)
        man.say(False, "a")
        man.wait(4)
        assert not [one for one in man.over if not one.device]
        man.wait(1)
        assert [one for one in man.over if not one.device]
        man.say(False, "b")
        man.wait(HOUR)
        man.over.clear()
    assert man.messages() == [("b", "m-smoke")] * 2


def test_the_several_that_come_too_soon_are_told_of_one_that_still_shows_it() -> None:
    man = three()
    man.say(True, "a")
    man.say(True, "b")
    man.say(False, "a")
    man.say(False, "b")
    man.wait(10)
    for id in ("a", "b", "c"):
        man.say(True, id)
        man.wait(1)
    man.say(False, "c")
    man.wait(50)
    man.told.clear()
    man.wait(HOUR)
    assert man.messages() == [("b", "m-second"), ("b", "m-smoke")] or man.messages() == [("b", "m-smoke")]


@pytest.mark.parametrize("order", ["abc", "cab"])
def test_the_several_go_on_after_a_restart(order: str) -> None:
    man = three()
    man.say(True, "a")
    man.say(True, "b")
    man.wait(10)
    man.stop()
    man.now += 10
    man.start(order[:1])
    man.wait(20)
    assert len(man.told) == 1, "it is not over because the others have not come yet"
    for id in order[1:]:
        man.alarms.rewire(None, man.wirings[id])
    man.wait(HOUR)
    assert man.messages() == [("b", "m-smoke"), ("b", "m-second")]
    assert man.over == []


def test_two_groups_of_one_name_count_for_themselves() -> None:
    up = replace(TWO, tags=frozenset({"up"}), message="m-up")
    man = Watchman(up, TWO).wire(*(wired(id, tags=("up",)) for id in "ab"), *(wired(id) for id in "cd"))
    for id in "acbd":
        man.say(True, id)
    assert man.messages() == [("b", "m-up"), ("d", "m-smoke")]


def test_several_silent_devices_that_are_found_again_are_not_lost_again() -> None:
    man = Watchman(rule("lost", quorum=2)).wire(wired("a"), wired("b"))
    man.alarms.connected(man.now)
    man.wait(601)
    assert len(man.told) == 1
    for _ in range(40):
        for id in "ab":
            man.alarms.spoke(id, man.now)
        man.wait(60)
    assert len(man.told) == 1


# Who is lost


def test_a_device_is_lost_by_its_own_word_when_it_lasts() -> None:
    man = Watchman(rule("lost")).wire(wired("a", has_word=True))
    man.alarms.connected(man.now)
    man.alarms.present("a", False, man.now)
    man.wait(599)
    assert man.told == []
    man.wait(1)
    assert man.messages() == [("a", "m-lost")]
    man.alarms.present("a", True, man.now)
    man.wait(HOUR)
    man.alarms.present("a", False, man.now)
    man.wait(601)
    assert len(man.told) == 2


def test_one_without_a_word_is_lost_by_its_silence_found_again_and_lost_again() -> None:
    man = Watchman(rule("lost")).wire(wired("a"))
    man.alarms.connected(man.now)
    for _ in range(5):
        man.wait(500)
        man.alarms.spoke("a", man.now)
    assert man.told == []
    man.wait(HOUR)
    assert len(man.told) == 1
    man.alarms.spoke("a", man.now)
    man.wait(59)
    assert man.over == []
    man.wait(2 * HOUR)
    assert len(man.over) == 1
    assert len(man.told) == 2


@pytest.mark.parametrize("has_word", [True, False])
def test_a_broker_that_is_away_makes_nobody_lost(has_word: bool) -> None:
    man = Watchman(rule("lost")).wire(wired("a", has_word=has_word))
    man.alarms.connected(man.now)
    if has_word:
        man.alarms.present("a", False, man.now)
    man.wait(300)
    man.alarms.disconnected(man.now)
    man.wait(DAY)
    man.restart(away=HOUR)
    man.wait(DAY)
    assert man.told == []
    man.alarms.connected(man.now)
    man.wait(599)
    assert man.told == [], "it has its whole time to say that it is there"
    man.wait(2)
    assert len(man.told) == 1


def test_one_that_is_found_and_then_cannot_be_heard_is_not_lost_again() -> None:
    man = Watchman(rule("lost")).wire(wired("a"))
    man.alarms.connected(man.now)
    man.wait(700)
    man.alarms.spoke("a", man.now)
    man.wait(1)
    man.alarms.disconnected(man.now)
    man.wait(DAY)
    assert (len(man.told), len(man.over)) == (1, 1)
    man.alarms.connected(man.now)
    man.wait(601)
    assert len(man.told) == 2


def test_a_silent_device_that_comes_later_is_lost_as_well() -> None:
    man = Watchman(rule("lost"))
    man.alarms.connected(man.now)
    man.wire(wired("a"))
    man.wait(601)
    assert len(man.told) == 1


def test_what_silent_devices_say_is_not_written_each_time() -> None:
    man = Watchman(rule("lost")).wire(wired("a"))
    man.alarms.connected(man.now)
    for _ in range(10):
        man.alarms.spoke("a", man.now)
        assert man.alarms.take().occasions == ()
        man.wait(60)


@pytest.mark.parametrize("has_word", [True, False])
def test_who_was_told_to_be_lost_is_not_lost_again_by_a_restart(has_word: bool) -> None:
    man = Watchman(rule("lost")).wire(wired("a", has_word=has_word))
    man.alarms.connected(man.now)
    man.alarms.present("a", False, man.now)
    man.wait(700)
    man.restart(away=DAY)
    man.alarms.connected(man.now)
    if has_word:
        man.alarms.present("a", False, man.now)
    man.wait(DAY)
    assert len(man.told) == 1
    assert man.alarms.active()[0].key.alarm == "lost"


# Restarts


def test_a_retained_alarm_that_was_told_is_not_told_again_and_one_that_was_missed_is() -> None:
    man = Watchman(rule()).wire(wired("a"), wired("b"))
    man.say(True, "a")
    man.restart(away=DAY)
    man.say(True, "a", retained=True)
    man.say(True, "b", retained=True)
    man.wait(DAY)
    assert man.messages() == [("a", "m-smoke"), ("b", "m-smoke")]


def test_a_hold_goes_on_after_a_restart() -> None:
    man = Watchman(HELD).wire(wired())
    man.say(True)
    man.wait(4)
    man.restart(away=1)
    man.wait(4.9)
    assert man.told == []
    man.wait(0.2)
    assert man.times() == [10]


@pytest.mark.parametrize(("after", "told"), [(SETTLE_SECONDS - 0.1, 0), (SETTLE_SECONDS + 0.1, 1)])
def test_a_hold_that_ended_while_we_were_away_waits_for_what_the_broker_has_kept(after: float, told: int) -> None:
    man = Watchman(HELD).wire(wired())
    man.say(True)
    man.restart(away=HOUR)
    man.wait(after)
    man.say(False, retained=True)
    man.wait(HOUR)
    assert len(man.told) == told


@pytest.mark.parametrize("what", ["second", "too soon"])
def test_what_was_to_be_told_while_we_were_away_waits_as_well(what: str) -> None:
    man = Watchman(rule(escalation=Escalation(60.0, "m-second") if what == "second" else None)).wire(wired())
    man.say(True)
    if what == "too soon":
        man.say(False)
        man.wait(31)
        man.say(True)
    man.restart(away=HOUR)
    man.say(False, retained=True)
    man.wait(HOUR)
    assert len(man.told) == 1


def test_what_lapsed_while_we_were_away_but_had_lasted_is_told() -> None:
    man = Watchman(HELD).wire(wired(lapses_after=15.0))
    man.say(True)
    man.restart(away=HOUR)
    assert len(man.told) == 1
    man.wait(HOUR)
    assert len(man.over) == 1


def test_what_lapsed_before_it_had_lasted_is_not() -> None:
    man = Watchman(HELD).wire(wired(lapses_after=5.0))
    man.say(True)
    man.restart(away=HOUR)
    man.wait(HOUR)
    assert man.told == []


def test_what_is_said_again_and_again_does_not_lapse_by_a_restart() -> None:
    man = Watchman(rule(repeat_after=60.0)).wire(wired(lapses_after=15.0))
    for _ in range(30):
        man.say(True)
        man.wait(10)
    man.restart(away=4)
    man.say(True)
    man.wait(10)
    assert len(man.told) == 1


@pytest.mark.parametrize("jump", [-10 * 365 * DAY, -DAY, 0.0, DAY, 10 * 365 * DAY])
def test_a_clock_that_was_set_tells_nothing_twice_and_lets_nothing_last_for_ever(jump: float) -> None:
    man = Watchman(rule("vibration", repeat_after=600.0), rule()).wire(
        wired("a"), wired("b", traits.VIBRATION, lapses_after=5.0)
    )
    man.say(True, "a")
    man.say(True, "b", trait=traits.VIBRATION)
    man.restart(jump=jump)
    man.say(True, "a", retained=True)
    man.wait(HOUR)
    assert len(man.told) == 2
    assert [one.device for one in man.over] == ["b"]
    man.say(True, "b", trait=traits.VIBRATION)
    assert len(man.told) == 3


def test_it_does_not_matter_whether_the_devices_or_the_file_come_first() -> None:
    man = Watchman(HELD).wire(wired())
    man.say(True)
    man.stop()
    man.alarms.rewire(None, man.wirings["a"])
    man.keep()
    man.start(())
    man.wait(HOUR)
    assert len(man.told) == 1


def test_a_device_that_goes_and_comes_takes_nothing_with_it() -> None:
    man = Watchman(rule()).wire(wired())
    man.say(True, keep=False)
    gone = man.unwire()
    man.keep()
    assert len(man.told) == len(man.file) == 1, "it is known in the file as well"
    man.wait(DAY)
    man.wire(gone)
    man.say(True, retained=True)
    man.wait(DAY)
    man.restart()
    man.say(True, retained=True)
    man.wait(DAY)
    assert len(man.told) == 1
    man.say(False)
    man.wait(DAY)
    assert (len(man.over), man.file) == (1, {})


def test_a_device_that_changes_keeps_its_hold() -> None:
    man = Watchman(HELD).wire(wired())
    man.say(True)
    man.wait(6)
    man.wire(replace(wired(), notes=("changed",)))
    man.wait(4)
    assert man.times() == [10]


# Much of it


def test_nothing_is_kept_of_what_is_over_and_nothing_is_awaited() -> None:
    man = Watchman(rule(), rule("leak")).wire(*(wired(f"d{number}", traits.SMOKE, traits.LEAK) for number in range(50)))
    for number in range(50):
        man.say(True, f"d{number}", trait=traits.LEAK)
        man.say(False, f"d{number}", trait=traits.LEAK)
    man.wait(DAY)
    assert (man.file, man.alarms.next_at()) == ({}, NEVER)
    assert (len(man.told), len(man.over)) == (50, 50)


def test_ten_minutes_of_flapping_a_hundred_times_a_second_cost_little() -> None:
    man = Watchman(rule(clear=0.0)).wire(wired())

    def flap() -> None:
        for number in range(6000):
            man.say(number % 2 == 0)
            man.now += 0.01

    assert cost(flap) < 3
    assert man.times() == [0]


def test_the_wall_clock_is_in_the_file_and_the_monotonic_one_is_not() -> None:
    man = Watchman(rule()).wire(wired())
    man.say(True)
    (row,) = man.file.values()
    assert row["since"] == row["raised_at"] == row["told_at"] == WALL + START


# A file that could be read only later


def late(man: Watchman) -> None:
    """What was in the file at the start becomes known only now."""
    known = [occasion_of(row, man.ahead, man.now) for row in man.missed.values()]
    man.alarms.restore(known, man.now)
    man.keep()


def without_file(man: Watchman) -> None:
    """A restart that cannot read its file."""
    man.stop()
    man.missed, man.file = man.file, {}
    man.now += 100
    man.start()


def test_what_is_over_since_the_start_is_not_begun_again_by_a_file_that_is_read_late() -> None:
    man = Watchman(rule(repeat_after=0.0)).wire(wired())
    man.say(True)
    without_file(man)
    man.say(False)
    man.wait(60)
    late(man)
    man.wait(600)
    assert (list(man.alarms.active()), man.over) == ([], [Key("smoke", "a", "smoke")])
    man.say(True)
    assert len(man.told) == 2


def test_what_has_begun_since_the_start_goes_on_and_what_the_file_says_was_told_counts() -> None:
    man = Watchman(rule(hold=10.0, repeat_after=3600.0)).wire(wired())
    man.say(True)
    man.wait(10)
    man.say(False)
    man.wait(60)
    without_file(man)
    man.say(True)
    late(man)
    man.wait(60)
    (one,) = man.alarms.active()
    assert (one.since, one.why_untold) == (man.now - 50, TOO_SOON)
    assert len(man.told) == 1


def test_what_nothing_was_heard_of_since_the_start_goes_on_as_it_was() -> None:
    man = Watchman(rule(), rule("lost")).wire(wired("a", topic="rooms/+"), wired("b"))
    man.say(True, topic="rooms/x")
    man.say(True, "b")
    without_file(man)
    man.say(False, topic="rooms/y")
    man.alarms.connected(man.now)
    late(man)
    assert sorted((one.key.device, one.key.source) for one in man.alarms.active()) == [("a", "rooms/x"), ("b", "")]
    man.wait(300)
    assert len(man.told) == 2


def test_who_was_lost_and_is_there_is_not_lost_by_a_file_that_is_read_late() -> None:
    man = Watchman(rule("lost", hold=10.0, repeat_after=0.0)).wire(wired(has_word=True))
    man.alarms.connected(man.now)
    man.alarms.present("a", False, man.now)
    man.wait(60)
    without_file(man)
    man.alarms.connected(man.now)
    man.alarms.present("a", True, man.now)
    late(man)
    man.wait(600)
    assert not list(man.alarms.active())
    man.alarms.present("a", False, man.now)
    man.wait(60)
    assert len(man.told) == 2
