"""One battery in one box is low once, whatever appliances the box is said to be."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.home import traits
from gateway.home.traits import Trait
from gateway.wire.binding import Binding, Feed, Wiring
from gateway.wire.codecs import Number
from tests.engine.alarming import Watchman, rule, wired

HOUR, DAY = 3600.0, 86_400.0
LOW = rule("battery_low")


def boxed(id: str, *watched: Trait, topic: str = "box", hardware: str = "00aa", factor: float = 1.0) -> Wiring:
    """One appliance of a box that tells all it has at one topic."""
    has = watched or (traits.BATTERY,)
    made = wired(id, *has, topic=topic, hardware=hardware)
    bindings = {
        slot: Binding(slot, (replace(one.feeds[0], path=(slot.trait.name,), codec=Number(factor)),))
        if slot.trait is traits.BATTERY
        else one
        for slot, one in made.bindings.items()
    }
    return replace(made, bindings=bindings)


def say(man: Watchman, percent: float, *ids: str) -> None:
    """The box says so, and each of its appliances hears it, if it listens."""
    for id in ids or tuple(man.wirings):
        feed = (
            man.wirings[id].bindings[next(slot for slot in man.wirings[id].bindings if "battery" in str(slot))].feeds[0]
        )
        assert feed in set_of(man, id)
        man.alarms.hear(id, feed, percent, feed.topic, False, man.now)
    man.keep()


def set_of(man: Watchman, id: str) -> list[Feed]:
    return list(man.alarms.feeds(man.wirings[id]))


def test_a_battery_that_several_appliances_of_a_box_tell_is_low_once() -> None:
    man = Watchman(LOW).wire(*(boxed(id) for id in "abc"))
    say(man, 5.0)
    man.wait(HOUR)
    assert man.messages() == [("a", "m-battery_low")]
    assert [one.key.device for one in man.alarms.active()] == ["a"]
    say(man, 80.0)
    man.wait(DAY)
    assert (len(man.over), man.file) == (1, {})


OTHERS: dict[str, Callable[[], Wiring]] = {
    "another box": lambda: boxed("b", hardware="00bb"),
    "nobody's box": lambda: boxed("b", hardware=""),
    "another topic": lambda: boxed("b", topic="elsewhere"),
    "another coding": lambda: boxed("b", factor=10.0),
    "another sign": lambda: wired("b", traits.BATTERY_LOW, topic="box", hardware="00aa"),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_what_is_not_the_same_battery_is_told_as_well(other: Callable[[], Wiring]) -> None:
    man = Watchman(LOW).wire(boxed("a"), other())
    say(man, 5.0, "a")
    if traits.BATTERY_LOW in [slot.trait for slot in man.wirings["b"].bindings]:
        man.say(True, "b", trait=traits.BATTERY_LOW)
    else:
        say(man, 5.0, "b")
    man.wait(HOUR)
    assert sorted(man.messages()) == [("a", "m-battery_low"), ("b", "m-battery_low")]


def test_two_of_nobodys_boxes_are_two() -> None:
    man = Watchman(LOW).wire(boxed("a", hardware=""), boxed("b", hardware=""))
    say(man, 5.0)
    man.wait(HOUR)
    assert len(man.told) == 2


def test_smoke_is_told_by_all_that_tell_it() -> None:
    man = Watchman(rule()).wire(*(wired(id, topic="box", hardware="00aa") for id in "ab"))
    man.say(True, "a")
    man.say(True, "b")
    assert len(man.told) == 2


def test_each_rule_has_its_own_teller() -> None:
    empty = replace(LOW, name="battery below 3", message="m-empty", signs=(replace(LOW.signs[1], below=3),))
    only_b = replace(empty, devices=frozenset({"b"}))
    man = Watchman(LOW, only_b).wire(boxed("a"), boxed("b"))
    say(man, 2.0)
    man.wait(HOUR)
    assert sorted(man.messages()) == [("a", "m-battery_low"), ("b", "m-empty")]


# One goes, another comes


@pytest.mark.parametrize("wait", [10.0, HOUR])
def test_when_the_one_that_tells_it_goes_another_goes_on_where_it_was(wait: float) -> None:
    man = Watchman(LOW).wire(boxed("a"), boxed("b"))
    say(man, 5.0)
    man.wait(wait)
    man.unwire("a")
    man.keep()
    man.wait(HOUR)
    say(man, 5.0)
    man.wait(HOUR)
    assert len(man.told) == 1
    assert {key.device for key in man.file} == {"b"}
    say(man, 80.0)
    man.wait(2 * DAY)
    assert man.file == {}
    say(man, 5.0)
    man.wait(HOUR)
    assert man.messages()[1:] == [("b", "m-battery_low")]


def test_who_comes_back_leaves_it_to_the_one_that_took_over() -> None:
    man = Watchman(LOW).wire(boxed("a"), boxed("b"))
    say(man, 5.0)
    man.wait(HOUR)
    man.wire(man.unwire("a"))
    for _ in range(3):
        say(man, 5.0)
        man.wait(HOUR)
    assert len(man.told) == 1
    assert [one.key.device for one in man.alarms.active()] == ["b"]


@pytest.mark.parametrize("order", ["ab", "ba"])
@pytest.mark.parametrize("between", [False, True])
def test_after_a_restart_the_order_of_the_appliances_makes_no_difference(order: str, between: bool) -> None:
    man = Watchman(LOW).wire(boxed("a"), boxed("b"))
    say(man, 5.0)
    man.wait(HOUR)
    man.stop()
    man.start(order[0])
    if between:
        man.keep()
        say(man, 5.0, order[0])
        man.wait(30)
    man.alarms.rewire(None, man.wirings[order[1]])
    say(man, 5.0)
    man.wait(DAY)
    assert len(man.told) == 1
    assert {key.device for key in man.file} == {order[0]}


def test_the_file_may_come_after_the_appliances() -> None:
    man = Watchman(LOW).wire(boxed("a"), boxed("b"))
    say(man, 5.0)
    man.wait(HOUR)
    man.stop()
    for id in "ba":
        man.alarms.rewire(None, man.wirings[id])
    man.start(())
    say(man, 5.0)
    man.wait(DAY)
    assert len(man.told) == 1
    assert {key.device for key in man.file} == {"b"}


def test_what_is_over_when_another_takes_over_is_not_told_again_within_the_limit() -> None:
    man = Watchman(LOW).wire(boxed("a"), boxed("b"))
    say(man, 5.0)
    man.wait(HOUR)
    say(man, 80.0)
    man.wait(2 * HOUR)
    man.unwire("a")
    say(man, 5.0)
    man.wait(HOUR)
    assert len(man.told) == 1
    man.wait(DAY)
    assert len(man.told) == 2


def test_the_limit_of_one_that_comes_later_joins_what_the_other_has_begun() -> None:
    man = Watchman(LOW).wire(boxed("b"))
    man.wire(boxed("a", hardware="00bb"))
    say(man, 5.0, "a")
    man.wait(HOUR)
    say(man, 80.0, "a")
    man.wait(2 * HOUR)
    say(man, 5.0, "b")
    man.wire(boxed("a"))
    man.wait(HOUR)
    assert man.messages() == [("a", "m-battery_low")], "it is low, and that was told within the limit"
    man.wait(DAY)
    assert man.messages()[1:] == [("b", "m-battery_low")]


def test_who_changes_its_battery_tells_of_its_own() -> None:
    man = Watchman(LOW).wire(boxed("a"), boxed("b"))
    man.wire(boxed("a", topic="elsewhere"))
    say(man, 5.0)
    man.wait(HOUR)
    assert len(man.told) == 2
    man.wire(boxed("a", hardware="00bb"), boxed("b", traits.TAMPER))
    man.unwire("a")
    man.unwire("b")
    man.wire(boxed("c", topic="new"))
    say(man, 5.0)
    man.wait(HOUR)
    assert man.messages()[2:] == [("c", "m-battery_low")]
