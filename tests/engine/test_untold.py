"""What is told and cannot be sent: once in a run, and once more when it can be, while it lasts and is news."""

from dataclasses import replace

import pytest

from gateway.engine.news import (
    AS_FOUND,
    EXPIRED,
    NO_MESSAGE,
    NO_RULE,
    PUSH_OFF,
    RULE_OFF,
    SETTLING,
    TOO_SOON,
    UNDELIVERED,
)
from gateway.engine.occasion import SETTLE_SECONDS, Key
from gateway.home import traits
from gateway.home.alarms import Escalation, Rule, Severity
from gateway.home.values import LOCKED, UNLOCKED
from tests.engine.alarming import Watchman, rule, wired

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
MUTE = rule(message="")
OFF = rule(is_quiet=True)
TWO = rule(quorum=2)
SECOND = Escalation(MINUTE, "m-second")


def anew(man: Watchman, *rules: Rule, can_send: bool = True, away: float = 1.0) -> None:
    """A restart with another file of rules."""
    man.rules, man.can_send = rules or man.rules, can_send
    man.restart(away=away)
    man.wait(SETTLE_SECONDS)


def messages(man: Watchman) -> list[str]:
    return [one.message for one in man.sent()]


def why(man: Watchman) -> dict[str, str]:
    return {one.key.device: one.why_untold for one in man.alarms.active()}


# Why not, and when after all

REASONS = {
    "no message": (MUTE, True, NO_MESSAGE),
    "the rule says so": (OFF, True, RULE_OFF),
    "nothing can be sent": (rule(), False, PUSH_OFF),
}


@pytest.mark.parametrize(("given", "can_send", "reason"), REASONS.values(), ids=REASONS)
def test_what_could_not_be_sent_is_told_when_it_can_be(given: Rule, can_send: bool, reason: str) -> None:
    man = Watchman(given, can_send=can_send).wire(wired())
    man.say(True)
    man.wait(MINUTE)
    assert [one.unsent for one in man.told] == [reason]
    assert why(man) == {"a": reason}
    anew(man, rule())
    man.wait(HOUR)
    assert messages(man) == ["m-smoke"]
    assert why(man) == {"a": ""}
    anew(man, away=HOUR)
    man.wait(HOUR)
    assert messages(man) == ["m-smoke"]


@pytest.mark.parametrize(("given", "can_send", "reason"), REASONS.values(), ids=REASONS)
def test_as_long_as_it_cannot_be_sent_it_is_told_once_however_often_we_start(
    given: Rule, can_send: bool, reason: str
) -> None:
    man = Watchman(given, can_send=can_send).wire(wired())
    man.say(True)
    for _ in range(5):
        anew(man, can_send=can_send)
        man.say(True, retained=True)
        man.wait(HOUR)
        man.wire(replace(man.wirings["a"], notes=(*man.wirings["a"].notes, "changed")))
        assert why(man) == {"a": reason}
    assert len(man.told) == 1


@pytest.mark.parametrize(("away", "told"), [(DAY - MINUTE, 1), (DAY + MINUTE, 0)])
def test_what_is_no_news_any_more_is_not_told(away: float, told: int) -> None:
    man = Watchman(MUTE).wire(wired())
    man.say(True)
    anew(man, rule(escalation=SECOND), away=away)
    man.wait(HOUR)
    assert len(man.sent()) == 2 * told
    assert why(man) == {"a": "" if told else EXPIRED}


def test_what_is_over_when_it_could_be_sent_is_not_told() -> None:
    man = Watchman(MUTE).wire(wired())
    man.say(True)
    man.rules = (rule(),)
    man.restart()
    assert why(man) == {"a": SETTLING}
    man.say(False, retained=True)
    man.wait(HOUR)
    assert (man.sent(), man.file) == ([], {})


def test_what_was_not_sent_uses_up_no_limit() -> None:
    man = Watchman(MUTE).wire(wired())
    man.say(True)
    man.say(False)
    man.wait(31)
    anew(man, rule())
    man.say(True)
    assert messages(man) == ["m-smoke"]


def test_what_comes_and_goes_and_cannot_be_sent_is_not_told_each_time() -> None:
    man = Watchman(rule(message="", clear=0.0)).wire(wired())
    for _ in range(100):
        man.say(True)
        man.say(False)
        man.wait(1)
    assert len(man.told) == 1


def test_nothing_is_kept_of_what_could_not_be_sent_and_is_over() -> None:
    man = Watchman(MUTE).wire(wired())
    man.say(True)
    man.say(False)
    man.wait(31)
    assert man.file == {}
    anew(man)
    man.wait(HOUR)
    assert man.file == {}


def test_what_was_sent_long_before_still_limits_what_comes_soon_after_a_restart() -> None:
    man = Watchman(rule()).wire(wired())
    man.say(True)
    man.say(False)
    man.wait(31)
    anew(man, MUTE)
    man.say(True)
    assert why(man) == {"a": TOO_SOON}
    anew(man, rule())
    assert why(man) == {"a": TOO_SOON}
    man.wait(HOUR)
    assert messages(man) == ["m-smoke"] * 2


# The second message


@pytest.mark.parametrize(
    ("given", "can_send", "sent"),
    [
        (rule(escalation=SECOND), False, ["m-smoke", "m-second"]),
        (rule(message="", escalation=SECOND), True, ["m-second", "m-smoke"]),
    ],
)
def test_the_second_message_goes_out_once_whatever_became_of_the_first(
    given: Rule, can_send: bool, sent: list[str]
) -> None:
    man = Watchman(given, can_send=can_send).wire(wired())
    man.say(True)
    man.wait(2 * MINUTE)
    anew(man, can_send=can_send)
    anew(man, rule(escalation=SECOND))
    man.wait(HOUR)
    anew(man)
    assert messages(man) == sent


# What waited, and is not sent after all


@pytest.mark.parametrize("is_second", [False, True])
def test_what_waited_and_is_not_sent_after_all_is_told_again_when_it_can_be(is_second: bool) -> None:
    man = Watchman(rule(escalation=SECOND)).wire(wired())
    man.say(True)
    man.wait(2 * MINUTE)
    man.can_send = False
    man.restart()
    for second in (False, True) if is_second else (False,):
        man.alarms.unsent(man.told[0].key, second)
    man.keep()
    man.wait(MINUTE)
    assert why(man) == {"a": PUSH_OFF}
    assert len(man.told) == 2
    anew(man)
    man.wait(HOUR)
    assert messages(man) == ["m-smoke", "m-second", *("m-smoke", "m-second")[: 1 + is_second]]


def test_what_is_said_not_to_be_sent_is_not_told_again_in_this_run() -> None:
    man = Watchman(rule()).wire(wired())
    man.say(True)
    man.alarms.unsent(man.told[0].key)
    man.wait(DAY)
    assert len(man.told) == 1
    assert why(man) == {"a": PUSH_OFF}


def test_what_several_were_told_of_can_be_unsent_as_well() -> None:
    man = Watchman(TWO).wire(wired("a"), wired("b"))
    man.say(True, "a")
    man.say(True, "b")
    man.alarms.unsent(man.told[0].key)
    man.alarms.unsent(Key("gas", "a", "gas"))
    man.keep()
    anew(man)
    man.wait(HOUR)
    assert man.messages() == [("b", "m-smoke")] * 2


# Several devices


def test_what_a_rule_of_several_held_back_is_told_when_that_rule_is_gone() -> None:
    man = Watchman(TWO).wire(wired("a"), wired("b"))
    man.say(True)
    assert why(man) == {"a": "quorum 1 of 2"}
    anew(man)
    man.wait(HOUR)
    assert (man.told, why(man)) == ([], {"a": "quorum 1 of 2"})
    anew(man, rule())
    man.wait(HOUR)
    assert man.messages() == [("a", "m-smoke")]


@pytest.mark.parametrize("escalation", [None, SECOND])
def test_what_was_told_of_several_is_not_told_of_each_when_that_rule_is_gone(escalation: Escalation | None) -> None:
    man = Watchman(replace(TWO, escalation=escalation)).wire(wired("a"), wired("b"), wired("c"))
    man.say(True, "a")
    man.say(True, "b")
    man.wait(MINUTE)
    man.say(True, "c")
    assert why(man) == {"a": "", "b": "", "c": ""}
    anew(man)
    man.wait(2 * MINUTE)
    anew(man, rule())
    man.wait(HOUR)
    assert [one.message for one in man.told if not one.is_second] == ["m-smoke"]
    assert all(key.device for key in man.file), "nothing is kept of a rule that is gone"


def test_who_was_not_one_of_those_that_were_told_of_is_told() -> None:
    up = replace(TWO, tags=frozenset({"up"}))
    man = Watchman(up, TWO).wire(*(wired(id, tags=("up",)) for id in "ab"), wired("c"))
    for id in "cab":
        man.say(True, id)
    anew(man, rule())
    man.wait(HOUR)
    assert man.messages() == [("b", "m-smoke"), ("c", "m-smoke")]


def test_several_that_come_when_their_rule_is_back_are_told() -> None:
    man = Watchman(TWO).wire(wired("a"), wired("b"))
    man.say(True, "a")
    man.say(True, "b")
    anew(man, rule())
    man.say(False, "a")
    man.say(False, "b")
    man.wait(HOUR)
    anew(man, TWO)
    man.say(True, "a")
    man.say(True, "b")
    assert len(man.told) == 2


def test_several_without_a_message_say_so_of_each() -> None:
    man = Watchman(replace(TWO, message="")).wire(wired("a"), wired("b"))
    man.say(True, "a")
    man.say(True, "b")
    assert why(man) == {"a": NO_MESSAGE, "b": NO_MESSAGE}


@pytest.mark.parametrize("goes", ["b", "a"])
def test_several_are_told_of_one_that_has_a_name_though_all_are_away_by_then(goes: str) -> None:
    man = Watchman(replace(TWO, escalation=SECOND)).wire(wired("a"), wired("b"))
    man.say(True, "a")
    man.say(True, "b")
    man.unwire(goes)
    man.unwire("ab".replace(goes, ""))
    man.wait(HOUR)
    assert man.messages() == [("b", "m-smoke"), ("b", "m-second")]


# Locks


def test_a_lock_as_it_was_found_and_one_that_no_rule_is_about_say_so() -> None:
    opened = rule("lock_opened", ways=frozenset({"keypad"}))
    man = Watchman(opened).wire(wired("a", traits.LOCK), wired("b", traits.LOCK))
    man.say(UNLOCKED, "a", trait=traits.LOCK)
    for turned in (LOCKED, UNLOCKED):
        man.say(turned, "b", trait=traits.LOCK)
    man.wait(2)
    for _ in range(2):
        assert why(man) == {"a": AS_FOUND, "b": NO_RULE}
        anew(man)
    anew(man, rule("lock_opened"))
    man.wait(HOUR)
    assert man.messages() == [("b", "m-lock_opened")]


# What there is now


def test_the_first_of_many_are_shown_without_the_others() -> None:
    many = [wired(f"d{number:03}", traits.SMOKE, traits.BATTERY_LOW, traits.LEAK) for number in range(300)]
    man = Watchman(rule(), rule("leak"), rule("battery_low", hold=0.0)).wire(*many)
    for number in reversed(range(300)):
        man.say(True, f"d{number:03}", trait=traits.BATTERY_LOW)
        man.now += 1
    man.say(True, "d007")
    man.say(True, "d008", trait=traits.LEAK)
    shown = [(one.key.device, one.key.alarm) for one in man.alarms.active(4)]
    assert shown == [("d007", "smoke"), ("d008", "leak"), ("d299", "battery_low"), ("d298", "battery_low")]
    assert man.alarms.active()[:4] == man.alarms.active(4)
    assert (len(man.alarms.active()), man.alarms.active(0)) == (302, [])
    assert [*man.alarms.count_by_severity().values()] == [1, 1, 0, 300]
    man.say(False, "d007")
    man.wait(31)
    man.unwire("d008")
    assert [*man.alarms.count_by_severity().values()] == [0, 0, 0, 299]
    assert Severity.LIFE in man.alarms.count_by_severity()


def came_to(man: Watchman, number: int, is_delivered: bool = False) -> None:
    """As `alerts` has it from the outbox."""
    told = man.told[number]
    man.alarms.came_to(told.key, told.at, is_delivered, man.now)
    man.keep()


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("of", [rule(), replace(TWO, hold=0.0)])
def test_what_could_not_be_delivered_keeps_nothing_of_the_next_alarm_back(of: Rule, restarts: bool) -> None:
    man = Watchman(of).wire(wired("a"), wired("b"))
    for says in (True, False, True):
        for id in "ab":
            man.say(says, id)
        if says and man.told:
            came_to(man, 0)
        if restarts:
            anew(man)
        man.wait(2 * MINUTE)
    assert len(man.told) == 2 if of.quorum == 2 else 4


def test_what_waits_for_the_limit_is_told_when_that_which_it_counts_from_was_not_delivered() -> None:
    man = Watchman(rule(repeat_after=HOUR)).wire(wired())
    for says in (True, False, True):
        man.say(says)
        man.wait(2 * MINUTE)
    assert (len(man.told), [one.why_untold for one in man.alarms.active()]) == (1, [TOO_SOON])
    came_to(man, 0)
    assert (len(man.told), [one.why_untold for one in man.alarms.active()]) == (2, [""])
    came_to(man, 1)
    assert [one.why_untold for one in man.alarms.active()] == [UNDELIVERED]
    assert len(man.told) == 2, "it is not told again and again"


def test_what_could_not_be_delivered_counts_from_the_one_before_that_was() -> None:
    man = Watchman(rule(repeat_after=HOUR)).wire(wired())
    man.say(True)
    came_to(man, 0, True)
    man.say(False)
    man.wait(HOUR)
    man.say(True)
    man.say(False)
    came_to(man, 1)
    man.wait(2 * MINUTE)
    man.say(True)
    assert len(man.told) == 3
