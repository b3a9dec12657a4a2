"""Rules that are put in place again at any time, against the model of all alarms: nothing is told twice, or never."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis.stateful import rule as step

from gateway.home import traits
from gateway.home.alarms import Escalation, Rule
from tests.engine.alarming import Watchman, rule, wired
from tests.engine.test_alarms_model import LAPSES, RULES, Home

OTHER = rule("tamper", hold=7.0)


def reload(man: Watchman, *rules: Rule) -> None:
    """As `Sentry.replace` does it."""
    man.rules = rules
    man.alarms.roster.follow(rules)
    for wiring in man.wirings.values():
        man.alarms.rewire(wiring, wiring)
    man.keep()


class Reloaded(Home):
    """The home of the model, whose file is read again now and then."""

    @step()
    def reload(self) -> None:
        reload(self.man, *(RULES if OTHER in self.man.rules else (OTHER, *RULES)))
        for one in (*self.singles(), self.group, self.word, self.mute):
            one.come()
        if self.moved.shows:
            self.moved.lapses_in = LAPSES if self.moved.raised else min(self.moved.lapses_in, LAPSES)
        self.look()


TestReloaded = Reloaded.TestCase
TestReloaded.settings = settings(max_examples=100, stateful_step_count=40)


HEAT = rule("heat", quorum=2, escalation=Escalation(60.0, "m-second"))


def hot(*rules: Rule) -> Watchman:
    """Two rooms are hot, which has been told."""
    man = Watchman(*rules).wire(wired("a", traits.HEAT), wired("b", traits.HEAT), wired("c", traits.HEAT))
    man.say(True, "a", trait=traits.HEAT)
    man.say(True, "b", trait=traits.HEAT)
    assert man.messages() == [("b", "m-heat")]
    return man


def test_what_several_must_show_goes_on_under_its_new_words() -> None:
    man = hot(HEAT)
    reload(man, replace(HEAT, message="m-other", escalation=Escalation(60.0, "m-third")))
    man.wait(100)
    assert [message for _, message in man.messages()] == ["m-heat", "m-third"]


def test_what_has_no_rule_any_more_is_not_told_a_second_time() -> None:
    man = hot(HEAT)
    reload(man)
    man.wait(100)
    assert len(man.told) == 1
    assert not list(man.alarms.active())


def test_what_needs_more_devices_now_is_told_when_there_are_more() -> None:
    man = hot(HEAT)
    reload(man, replace(HEAT, quorum=3, escalation=None, repeat_after=0.0))
    man.wait(100)
    assert len(man.told) == 1
    man.say(True, "c", trait=traits.HEAT)
    assert [message for _, message in man.messages()] == ["m-heat", "m-heat"]


@pytest.mark.parametrize(("hold", "told_at"), [(2.0, 4.0), (6.0, 6.0), (20.0, 20.0)])
def test_what_is_held_back_is_held_for_as_long_as_the_new_rule_says(hold: float, told_at: float) -> None:
    man = Watchman(rule(hold=10.0)).wire(wired())
    man.say(True)
    man.wait(4)
    reload(man, rule(hold=hold))
    man.wait(100)
    assert man.times() == [told_at]


def test_what_had_no_message_is_told_once_it_has_one() -> None:
    man = Watchman(rule(message="")).wire(wired())
    man.say(True)
    assert man.sent() == []
    reload(man, rule(message="m-new"))
    assert [one.message for one in man.sent()] == ["m-new"]
    reload(man, rule(message="m-newer"))
    assert len(man.sent()) == 1


def rename(man: Watchman, ids: dict[str, str]) -> None:
    """As a reload does it: what is known goes first, and then the devices come under their new ids."""
    man.alarms.roster.rename(ids)
    wirings = [replace(one, device=replace(one.device, id=ids[name])) for name, one in man.wirings.items()]
    for gone in man.wirings.keys() - set(ids.values()):
        man.alarms.rewire(man.wirings[gone], None)
    man.wirings = {name: one for name, one in man.wirings.items() if name in ids.values()}
    man.wire(*wirings)


@pytest.mark.parametrize("is_anew", [False, True])
@pytest.mark.parametrize("ids", [{"a": "b", "b": "a"}, {"a": "b", "b": "c"}, {"a": "c", "b": "d"}])
def test_alarms_go_with_their_devices_to_other_ids(ids: dict[str, str], is_anew: bool) -> None:
    man = Watchman(rule()).wire(wired("a"), wired("b"))
    man.say(True, "a")
    rename(man, ids)
    if is_anew:
        man.restart()
    assert [one.key.device for one in man.alarms.active()] == [ids["a"]]
    man.wait(100)
    assert man.messages() == [("a", "m-smoke")]
    assert {key.device for key in man.file} == {ids["a"]}
    man.say(False, ids["a"])
    man.wait(100)
    assert not list(man.alarms.active())
    assert [one.device for one in man.over] == [ids["a"]]
