"""Very many occasions: nothing grows without end, and nothing costs more because there are others."""

from collections.abc import Sequence

from gateway.engine.alarms import Alarms
from gateway.engine.occasion import Key, Occasion
from gateway.engine.roll import MAX_AWAY, Away
from gateway.home import traits
from gateway.home.alarms import Rule
from gateway.wire.binding import Wiring
from tests.engine.alarming import START, Watchman, rule, wired
from tests.quick import cost

MANY = [wired(f"d{number:04}") for number in range(2000)]
TWO = rule(quorum=2)


FEW = MANY[:400]
ABOUT_AS_MANY_TIMES = 12
"""Five times as many cost less than this: were each to look at all others, it would be 25 times."""


def hear_all(alarms: Alarms, shows: bool, now: float = START, who: Sequence[Wiring] = MANY) -> None:
    for wiring in who:
        feed = wiring.feeds()[0]
        alarms.hear(wiring.device.id, feed, shows, feed.topic, False, now)


def known(*rules: Rule, who: Sequence[Wiring] = MANY) -> Alarms:
    alarms = Alarms(rules)
    for wiring in who:
        alarms.rewire(None, wiring)
    return alarms


def ringing(*rules: Rule, who: Sequence[Wiring] = MANY) -> Alarms:
    alarms = known(*rules, who=who)
    hear_all(alarms, True, who=who)
    return alarms


def test_a_rule_of_several_counts_thousands_at_once() -> None:
    made: list[Alarms] = []
    few = cost(lambda: hear_all(made[-1], True, who=FEW), lambda: made.append(known(TWO, who=FEW)))
    many = cost(lambda: hear_all(made[-1], True), lambda: made.append(known(TWO)))
    assert many < few * ABOUT_AS_MANY_TIMES
    (told,) = made[-1].take().told
    assert told.key.device == "d0001"


def test_thousands_of_several_that_are_over_cost_little() -> None:
    made: list[Alarms] = []

    def ring(who: Sequence[Wiring]) -> None:
        made.append(ringing(TWO, who=who))
        hear_all(made[-1], False, who=who)

    few = cost(lambda: made[-1].tick(START + 30), lambda: ring(FEW))
    many = cost(lambda: made[-1].tick(START + 30), lambda: ring(MANY))
    assert many < few * ABOUT_AS_MANY_TIMES
    over = [key.device for key in made[-1].take().over]
    assert (len(over), over.index("")) == (2001, 1999)


def test_the_first_look_after_a_restart_counts_thousands_at_once() -> None:
    file = ringing(TWO).take().occasions
    made: list[Alarms] = []

    def start() -> None:
        made.append(Alarms([TWO]))
        made[-1].restore([one.kept() for one in file], START + 10)
        for wiring in MANY:
            made[-1].rewire(None, wiring)

    assert cost(lambda: made[-1].tick(START + 10), start) < 0.1
    made[-1].tick(START + 999)
    assert made[-1].take().told == ()


SIGNS = (traits.SMOKE, traits.GAS, traits.HEAT, traits.LEAK, traits.PANIC)


def full(many: int = 2000) -> Alarms:
    """Ten thousand alarms, or five of so many devices."""
    alarms = Alarms([rule(trait.name) for trait in SIGNS])
    for number in range(many):
        wiring = wired(f"d{number:04}", *SIGNS)
        alarms.rewire(None, wiring)
        for feed in wiring.feeds():
            alarms.hear(wiring.device.id, feed, True, feed.topic, False, START)
    return alarms


def test_a_device_that_changes_costs_the_same_however_many_alarms_there_are() -> None:
    alarms, few = full(), full(100)

    def change(alarms: Alarms) -> None:
        for one in MANY[:100]:
            alarms.rewire(one, one)

    assert cost(lambda: change(alarms)) < 4 * cost(lambda: change(few))
    alarms.tick(START)
    assert len(alarms.active()) == 10_000 - 100 * 4, "these have no more than smoke now"


def test_a_topic_of_many_costs_the_same_however_many_alarms_there_are() -> None:
    alarms, few, wild = full(), full(10), wired("wild", topic="rooms/+/smoke")
    for one in (alarms, few):
        one.rewire(None, wild)
    feed = wild.feeds()[0]

    def hear(alarms: Alarms) -> None:
        for number in range(1000):
            alarms.hear("wild", feed, False, f"rooms/{number}/smoke", False, START)

    assert cost(lambda: hear(alarms)) < 4 * cost(lambda: hear(few))


# Who is away


def occasion(number: int, device: str = "", alarm: str = "smoke") -> Occasion:
    return Occasion(Key(alarm, device or f"d{number}", "smoke", str(number)), since=float(number), raised_at=1.0)


def test_of_those_who_are_away_the_oldest_are_forgotten() -> None:
    away = Away(3)
    for number in (1, 2, 3, 1, 4):
        away.put(occasion(number))
    assert [away.get(occasion(number).key) is not None for number in (1, 2, 3, 4)] == [True, False, True, True]
    assert list(away.raising("smoke")) == ["d3", "d1", "d4"]
    for number in (1, 2, 3, 4):
        away.pop(occasion(number).key)
    assert list(away.raising("smoke")) == []


def test_a_device_is_away_with_all_that_it_had() -> None:
    away = Away()
    for number in (1, 2):
        away.put(occasion(number, "a"))
    away.pop(occasion(1, "a").key)
    assert list(away.of_device("a")) == [occasion(2, "a").key]
    assert list(away.raising("smoke")) == ["a"]


def test_devices_that_come_and_ring_and_go_are_not_remembered_for_ever() -> None:
    man = Watchman(rule())
    for number in range(MAX_AWAY + 100):
        wiring = wired(f"d{number}")
        man.wire(wiring)
        man.say(True, f"d{number}")
        man.unwire(f"d{number}")
    assert len(man.alarms._away._all) == MAX_AWAY
    man.wire(wired("d50"), wired(f"d{MAX_AWAY}"))
    assert [one.key.device for one in man.alarms.active()] == [f"d{MAX_AWAY}"]


def test_of_a_file_that_has_too_many_the_newest_count() -> None:
    alarms = Alarms([rule()])
    alarms.restore([occasion(number, f"d{number:06}") for number in reversed(range(MAX_AWAY + 10))], START)
    assert alarms._away.get(occasion(9, "d000009").key) is None
    assert alarms._away.get(occasion(10, "d000010").key) is not None


def test_a_battery_and_smoke_of_one_device_are_found_by_their_urgency() -> None:
    man = Watchman(rule(), rule("battery_low", hold=0.0)).wire(wired("a", traits.SMOKE, traits.BATTERY_LOW))
    man.say(True, trait=traits.BATTERY_LOW)
    man.say(True)
    assert [one.key.alarm for one in man.alarms.active()] == ["smoke", "battery_low"]
    assert [one.key.alarm for one in man.alarms.active(1)] == ["smoke"]
