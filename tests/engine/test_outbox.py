"""The outbox: what goes first, what waits and for how long, and that nothing is ever lost of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.engine import outbox as module
from gateway.engine.ledger import FIRST_LIMIT, LONGEST_LIMIT, LONGEST_LIMIT_OF_LIFE
from gateway.engine.line import NEVER, PATIENCE
from gateway.engine.occasion import Key
from gateway.engine.outbox import LONGEST_PAUSE, MAX_OF_DEVICE, STOPPED_SECONDS, Notification, Outbox, State
from gateway.home.alarms import Severity
from gateway.home.sending import Fate, Verdict
from tests.quick import cost

LIFE, PROPERTY, SECURITY, NOTICE = Severity
SENT = Verdict(Fate.SENT)
AGAIN = Verdict(Fate.AGAIN, "not well")
BAD = Verdict(Fate.AGAIN, "HTTP 500", is_answered=True)
LOST = Verdict(Fate.AGAIN, "no answer", is_unknown=True)
UNCLEAR = Verdict(Fate.AGAIN, "HTTP 200 (no result)", is_unknown=True, is_answered=True)
LIMITED, ALL_LIMITED = Verdict(Fate.LIMITED, "4207"), Verdict(Fate.ALL_LIMITED, "4208")
NUMBERS = count(1)


def note(
    device: str = "a",
    severity: Severity = LIFE,
    message: str = "m",
    at: float = 0.0,
    wait: float = 0.0,
    lasts: float = 3600.0,
    **rest: str,
) -> Notification:
    begin = at + wait
    place = {"alarm": "smoke", "slot": "smoke", "source": ""} | rest
    return Notification(
        next(NUMBERS),
        *(place["alarm"], severity, device, place["slot"], place["source"], message, "yes", False),
        *(at, begin + lasts, begin),
    )


def filled(*notes: Notification) -> Outbox:
    outbox = Outbox()
    for one in notes:
        assert outbox.add(one, one.raised_at) == []
    return outbox


def drain(outbox: Outbox, now: float = 0.0) -> list[Notification]:
    sent = []
    while (one := outbox.next(now)) is not None:
        outbox.settle(one, SENT, now)
        sent.append(one)
    return sent


# Order


def test_the_most_urgent_device_goes_first_and_each_in_its_order() -> None:
    a, b, c, d = note("a", NOTICE), note("b", NOTICE), note("b", LIFE), note("a", SECURITY)
    assert drain(filled(a, b, c, d)) == [b, c, a, d]


def test_of_what_is_as_urgent_the_oldest_goes_first() -> None:
    notes = [note(id, LIFE) for id in "cabcab"]
    assert drain(filled(*notes)) == notes


def test_what_may_not_go_yet_does_not_pull_its_device_forward() -> None:
    held, slow, quick = note("a", LIFE, "full"), note("a", NOTICE), note("b", PROPERTY)
    outbox = filled(held, slow, quick)
    outbox.settle(held, LIMITED, 0)
    assert drain(outbox) == [quick, slow]


def test_a_try_that_failed_keeps_its_place() -> None:
    one, two = note(), note()
    outbox = filled(one, two)
    outbox.settle(one, AGAIN, 0)
    assert outbox.next(0) is None
    assert outbox.next(1) is one


def test_what_is_limited_or_held_keeps_nothing_else_waiting() -> None:
    limited, held, free = note(message="full"), note(wait=100), note()
    outbox = filled(limited, held, free)
    outbox.settle(limited, LIMITED, 0)
    assert drain(outbox) == [free]
    assert outbox.wakes_at(0) == FIRST_LIMIT
    assert drain(outbox, 60) == [limited]
    assert outbox.wakes_at(60) == 100
    assert drain(outbox, 100) == [held]


def test_a_device_that_raises_many_keeps_no_other_waiting() -> None:
    many = [note("a") for _ in range(30)]
    outbox = filled(*many, *(others := [note(id) for id in "bcb"]))
    assert drain(outbox)[:6] == [many[0], others[0], others[1], many[1], others[2], many[2]]


def test_nor_does_one_that_raises_the_next_whenever_one_is_sent() -> None:
    outbox = filled(note("a"), note("b"), note("b"))
    sent = []
    for _ in range(4):
        one = outbox.next(0)
        assert one is not None
        outbox.settle(one, SENT, 0)
        sent.append(one.device)
        if one.device == "a":
            outbox.add(note("a"), 0)
    assert sent == ["a", "b", "a", "b"]


# Pauses


def test_pauses_double_up_to_a_minute_and_a_success_ends_them() -> None:
    one, now, pauses = note(lasts=NEVER), 0.0, []
    outbox = filled(one, note(lasts=NEVER))
    for _ in range(9):
        outbox.settle(one, AGAIN, now)
        pauses.append(outbox.wakes_at(now) - now)
        assert (outbox.next(now), outbox.trouble) == (None, "not well")
        now = outbox.wakes_at(now)
        assert outbox.next(now) is one
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, LONGEST_PAUSE]
    outbox.settle(one, SENT, now)
    assert outbox.trouble == ""
    two = outbox.next(now)
    assert two is not None
    outbox.settle(two, AGAIN, now)
    assert outbox.wakes_at(now) == now + 1


def test_a_pause_is_shaken() -> None:
    outbox = Outbox(lambda: 0.8)
    outbox.add(one := note(), 0)
    outbox.settle(one, AGAIN, 0)
    assert outbox.wakes_at(0) == 0.8


@pytest.mark.parametrize("fate", [Fate.AGAIN, Fate.LIMITED, Fate.ALL_LIMITED])
def test_what_the_service_asks_for_counts(fate: Fate) -> None:
    outbox = filled(one := note())
    outbox.settle(one, Verdict(fate, "later", retry_after=77.0), 10)
    assert (outbox.next(86.9), outbox.wakes_at(10), outbox.next(87)) == (None, 87, one)


def test_a_service_that_takes_nothing_from_us_is_asked_rarely_until_it_does() -> None:
    one, two = note(lasts=NEVER), note(lasts=NEVER)
    outbox = filled(one, two)
    outbox.settle(one, Verdict(Fate.STOPPED, "4201: no such extension"), 0)
    assert (outbox.stopped, outbox.next(STOPPED_SECONDS - 1), len(outbox)) == ("4201: no such extension", None, 2)
    assert outbox.wakes_at(0) == STOPPED_SECONDS
    assert outbox.next(STOPPED_SECONDS) is one
    outbox.settle(one, AGAIN, STOPPED_SECONDS)
    assert outbox.stopped, "an answer that says nothing changes nothing"
    assert drain(outbox, STOPPED_SECONDS + 60) == [one, two]
    assert outbox.stopped == ""


@pytest.mark.parametrize("verdict", [Verdict(Fate.STOPPED, "4202"), AGAIN])
def test_it_goes_on_at_once_when_somebody_has_put_it_right(verdict: Verdict) -> None:
    outbox = filled(one := note())
    outbox.settle(one, verdict, 0)
    outbox.resume()
    assert (outbox.next(0), outbox.stopped, outbox.trouble) == (one, "", "")


# One that comes to nothing by its own fault


def play(outbox: Outbox, answer: Callable[[Notification], Verdict], seconds: float) -> list[tuple[float, str]]:
    """When each was tried."""
    now, tried = 0.0, []
    while (now := max(now, outbox.wakes_at(now))) <= seconds:
        outbox.expire(now)
        if (one := outbox.next(now)) is not None:
            tried.append((now, one.device))
            outbox.settle(one, answer(one), now)
    return tried


@pytest.mark.parametrize("trouble", [BAD, LOST, replace(BAD, retry_after=3000.0)])
def test_one_that_the_service_does_not_answer_well_keeps_no_other_device_waiting(trouble: Verdict) -> None:
    notes = [note("bad", lasts=NEVER), note("b", NOTICE), note("c", PROPERTY), note("bad", lasts=NEVER)]
    outbox = filled(*notes)
    tried = play(outbox, lambda one: trouble if one.device == "bad" else SENT, 200)
    others = [one for one in tried if one[1] != "bad"]
    assert [device for _, device in others] == ["c", "b"]
    assert max(at for at, _ in others) <= 2
    assert outbox.waiting() == [notes[0], notes[3]]
    now = 201.0
    outbox.add(new := note("d", NOTICE), now)
    while outbox.next(now) is not new:
        one = outbox.next(now := max(now, outbox.wakes_at(now)))
        if one is not None and one is not new:
            outbox.settle(one, trouble, now)
    assert now <= 202, "who comes later waits for no more than a second"


@pytest.mark.parametrize("trouble", [BAD, LOST])
def test_it_is_tried_again_by_itself_more_and_more_seldom(trouble: Verdict) -> None:
    tried = play(filled(note("bad", lasts=NEVER)), lambda _: trouble, 200)
    assert [at for at, _ in tried] == [0, 1, 3, 7, 15, 31, 63, 123, 183]


def test_a_flood_of_others_does_not_keep_it_from_being_tried() -> None:
    outbox = filled(bad := note("bad"), *(note(f"d{number}", NOTICE) for number in range(1000)))
    outbox.settle(bad, BAD, 0)
    assert outbox.next(1) is not bad
    drained = []
    while (one := outbox.next(1)) is not bad:
        assert one is not None
        outbox.settle(one, SENT, 1)
        drained.append(one)
    assert len(drained) == 1, "the most urgent goes first again"


@pytest.mark.parametrize("trouble", [BAD, LOST])
def test_a_service_that_is_not_well_at_all_is_not_asked_for_each_in_a_row(trouble: Verdict) -> None:
    outbox = filled(*(note(f"d{number}", lasts=NEVER) for number in range(500)))
    tried = play(outbox, lambda _: trouble, 3600)
    assert [at for at, _ in tried[:8]] == [0, 1, 3, 7, 15, 31, 63, 123]
    assert 60 < len(tried) < 70
    assert len({device for _, device in tried}) == len(tried), "each in its turn"
    now = max(3600.0, outbox.wakes_at(3600))
    assert len(drain(outbox, now)) > 400
    drain(outbox, now + 60)
    assert not len(outbox)


def test_ten_that_never_go_out_and_many_that_do() -> None:
    bad = [note(f"bad{number}", lasts=NEVER) for number in range(10)]
    outbox = filled(*bad, *(note(f"d{number}", NOTICE, lasts=NEVER) for number in range(300)))
    play(outbox, lambda one: BAD if one in bad else SENT, 900)
    assert outbox.waiting() == bad


def test_its_own_device_keeps_its_order_but_for_what_is_more_urgent_after_some_tries() -> None:
    bad, same, smoke = note(severity=NOTICE, lasts=NEVER), note(severity=NOTICE), note(severity=LIFE)
    outbox = filled(bad, same, smoke)
    tried: list[Notification] = []

    def answer(one: Notification) -> Verdict:
        tried.append(one)
        return BAD if one is bad else SENT

    play(outbox, answer, 120)
    assert tried[: PATIENCE + 1] == [bad] * PATIENCE + [smoke]
    assert outbox.waiting() == [bad, same]


@pytest.mark.parametrize(("severity", "most"), [(LIFE, 5), (PROPERTY, 3), (NOTICE, 3)])
def test_an_answer_that_says_neither_yes_nor_no_is_enough_after_some(severity: Severity, most: int) -> None:
    outbox = filled(one := note(severity=severity), two := note(severity=severity))
    tried = play(outbox, lambda each: UNCLEAR if each is one else SENT, 3000)
    assert len(tried) == most + 1
    assert (one.state, one.tries, one.is_doubtful, two.state) == (State.UNCLEAR, most, True, State.SENT)
    assert one.why == f"{most} answers said neither yes nor no: it may have been delivered (HTTP 200 (no result))"


def test_no_answer_at_all_is_never_enough() -> None:
    outbox = filled(one := note(lasts=86_400))
    tried = play(outbox, lambda _: LOST, 86_000)
    assert len(tried) > 1400
    assert one.state is State.WAITING
    outbox.expire(86_400)
    assert (one.state, one.why) == (State.EXPIRED, "no answer")


# The ledger


def test_a_limit_of_one_device_is_its_own_and_one_of_all_is_of_that_message() -> None:
    a, b, other = note("a"), note("b"), note("a", message="other")
    outbox = filled(a, b, other)
    outbox.settle(a, LIMITED, 0)
    assert outbox.next(0) is b
    outbox.settle(b, ALL_LIMITED, 0)
    assert drain(outbox) == [other]
    assert sorted(outbox.ledger) == [("", "m", FIRST_LIMIT), ("a", "m", FIRST_LIMIT)]


def test_limits_double_up_to_an_hour_and_a_success_ends_them() -> None:
    one, now, waits = note(severity=PROPERTY, lasts=NEVER), 0.0, []
    outbox = filled(one)
    for _ in range(8):
        outbox.settle(one, LIMITED, now)
        waits.append(outbox.wakes_at(now) - now)
        now = outbox.wakes_at(now)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, LONGEST_LIMIT]
    assert drain(outbox, now) == [one]
    outbox.add(two := note(lasts=NEVER), now)
    outbox.settle(two, LIMITED, now)
    assert outbox.wakes_at(now) == now + FIRST_LIMIT


@pytest.mark.parametrize("limited", [LIMITED, ALL_LIMITED, replace(LIMITED, retry_after=3000.0)])
def test_where_life_is_at_stake_a_limit_is_tried_again_after_five_minutes(limited: Verdict) -> None:
    outbox = filled(less := note(severity=NOTICE, lasts=NEVER), one := note(lasts=NEVER))
    for _ in range(9):
        outbox.settle(less, limited, 0)
    assert outbox.wakes_at(0) == LONGEST_LIMIT_OF_LIFE, "though the other has the same message"
    assert outbox.next(LONGEST_LIMIT_OF_LIFE) is one
    outbox.settle(one, limited, LONGEST_LIMIT_OF_LIFE)
    assert outbox.wakes_at(LONGEST_LIMIT_OF_LIFE) == 2 * LONGEST_LIMIT_OF_LIFE


def test_limits_that_are_past_are_forgotten_and_after_an_hour_how_long_they_were() -> None:
    outbox = filled(one := note(lasts=100))
    outbox.settle(one, LIMITED, 0)
    outbox.settle(one, replace(ALL_LIMITED, retry_after=10.0), 0)
    assert (outbox.expire(10), list(outbox.ledger)) == ([], [("a", "m", FIRST_LIMIT)])
    outbox.close(one, State.REFUSED, "why", 20)
    assert outbox.wakes_at(20) == FIRST_LIMIT, "somebody may look"
    outbox.expire(FIRST_LIMIT)
    assert list(outbox.ledger) == []
    outbox.add(again := note(), 70)
    outbox.settle(again, LIMITED, 70)
    assert outbox.wakes_at(70) == 70 + 2 * FIRST_LIMIT
    outbox.close(again, State.REFUSED, "why", 80)
    now = 90.0
    while (at := outbox.wakes_at(now)) < NEVER:
        now = at
        outbox.expire(now)
    assert now == 70 + 2 * FIRST_LIMIT + 3600
    outbox.add(last := note(at=now), now)
    outbox.settle(last, LIMITED, now)
    assert outbox.wakes_at(now) == now + FIRST_LIMIT


# The end of it


def test_what_is_no_news_any_more_is_closed_with_what_was_in_the_way() -> None:
    free, tried, limited = note(lasts=10), note(lasts=20), note(lasts=30)
    outbox = filled(free, tried, limited)
    outbox.settle(limited, LIMITED, 0)
    assert outbox.expire(9.9) == []
    assert outbox.expire(10) == [free]
    outbox.settle(tried, AGAIN, 11)
    assert outbox.expire(25) == [tried]
    outbox.resume()
    assert outbox.expire(30) == [limited]
    assert [one.why for one in outbox.closed] == ["it could not be sent", "not well", "4207"]
    assert {one.state for one in outbox.closed} == {State.EXPIRED}
    assert (len(outbox), outbox.wakes_at(30)) == (0, FIRST_LIMIT), "then the limit is past"


def test_what_was_refused_is_closed_with_its_reason() -> None:
    outbox = filled(one := note())
    outbox.settle(one, Verdict(Fate.REFUSED, "4203: no such device"), 5)
    assert (one.state, one.why, one.closed_at, one.tries) == (State.REFUSED, "4203: no such device", 5, 1)


def test_a_try_of_which_nothing_is_known_is_remembered() -> None:
    outbox = filled(one := note())
    outbox.settle(one, Verdict(Fate.AGAIN, "the answer was lost", is_unknown=True), 0)
    outbox.settle(one, SENT, 5)
    assert (one.state, one.is_doubtful, one.tries, one.why) == (State.SENT, True, 2, "")


def test_over_withdraws_only_what_the_quiet_hours_hold_back() -> None:
    held, told, other, second = note(wait=100), note(), note(wait=100, alarm="leak"), note("b", wait=100)
    outbox = filled(held, told, other, second)
    assert outbox.over(Key("smoke", "a", "smoke"), 5) == [held]
    assert (held.state, held.why) == (State.OVER, "over before the quiet hours were")
    assert outbox.over(Key("smoke", "b", "smoke", "topic"), 5) == []
    assert outbox.over(Key("smoke", "b", "smoke"), 100) == [], "the quiet hours are over"
    assert outbox.waiting() == [told, other, second]


def test_over_of_several_devices_withdraws_it_whichever_it_was_to_be_told_of() -> None:
    outbox = filled(one := note("b", wait=100, slot="tag=x"), note("b", wait=100))
    assert outbox.over(Key("smoke", "", "tag=x"), 5) == [one]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Outbox:
    monkeypatch.setattr(module, "MAX_WAITING", 3)
    return filled(note("a", NOTICE), note("b", PROPERTY), note("c", NOTICE))


def test_where_too_many_wait_the_oldest_of_the_least_urgent_makes_room(small: Outbox) -> None:
    one, two, three = small.waiting()
    assert small.add(four := note("a", LIFE), 1) == [one]
    assert (one.state, one.why) == (State.CROWDED_OUT, "more than 3 wait")
    assert small.add(note("a", LIFE), 1) == [three]
    assert small.add(note("a", LIFE), 1) == [two]
    assert small.add(late := note("a", NOTICE), 1) == [late]
    assert (late.state, len(small), small.waiting()[0]) == (State.CROWDED_OUT, 3, four)


def test_one_device_does_not_fill_the_outbox() -> None:
    low, other = note("a", NOTICE, alarm="battery"), note("b", NOTICE)
    outbox = filled(other, low, *(note("a") for _ in range(MAX_OF_DEVICE - 1)))
    first = outbox.waiting()[2]
    assert outbox.add(note("a"), 1) == [first], "the oldest of the same"
    assert (first.state, first.why) == (State.CROWDED_OUT, f"more than {MAX_OF_DEVICE} of this device wait")
    assert outbox.add(gas := note("a", alarm="gas"), 1) == [low], "the least urgent, where there is no other of it"
    assert outbox.add(late := note("a", NOTICE, alarm="tamper"), 1) == [late]
    assert outbox.add(note("b"), 1) == []
    assert (len(outbox), gas in outbox.waiting()) == (MAX_OF_DEVICE + 2, True)


def test_what_may_be_on_its_way_makes_no_room_for_its_own_device_either() -> None:
    outbox = filled(*(note("a") for _ in range(MAX_OF_DEVICE)))
    one, two, *_ = outbox.waiting()
    assert outbox.next(0) is one
    assert outbox.add(note("a"), 0) == [two]


def test_what_is_closed_already_takes_nobody_s_room(small: Outbox) -> None:
    done = note("a", LIFE)
    small.close(done, State.UNSENT, "there is no message", 1)
    assert (small.add(done, 1), len(small), small.totals[State.UNSENT, "smoke"]) == ([], 3, 1)


def test_what_may_be_on_its_way_makes_no_room(small: Outbox) -> None:
    first = small.next(1)
    assert first is not None
    small.settle(first, SENT, 1)
    on_its_way = small.next(1)
    for _ in range(5):
        small.add(note("z", NOTICE), 1)
    assert on_its_way is not None
    assert on_its_way.state is State.WAITING
    assert small.next(1) is on_its_way


def test_thousands_of_five_hundred_devices_are_given_out_quickly() -> None:
    boxes: list[Outbox] = []

    def fill() -> None:
        severities = list(Severity)
        boxes.append(filled(*(note(f"d{n * 7 % 500}", severities[n % 4]) for n in range(5000))))

    assert cost(lambda: drain(boxes[-1]), fill) < 5
    assert len(boxes[-1]) == 0


def test_ten_thousand_of_one_device_are_as_well_and_where_some_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_OF_DEVICE", 20_000)
    outbox = filled(*(note("a", message="full"), *(note("a") for _ in range(3000))))
    outbox.settle(outbox.waiting()[0], LIMITED, 0)
    assert cost(lambda: outbox.next(0)) < 0.1
    assert cost(lambda: outbox.wakes_at(0)) < 0.05


# Whatever happens

VERDICTS = [SENT, AGAIN, LIMITED, ALL_LIMITED, Verdict(Fate.STOPPED, "4206"), Verdict(Fate.REFUSED, "4204")]
VERDICTS += [Verdict(Fate.AGAIN, "busy", retry_after=5.0), Verdict(Fate.LIMITED, "4207", retry_after=3.0)]
VERDICTS += [BAD, LOST, UNCLEAR, replace(BAD, retry_after=9.0)]


LATER = Verdict(Fate.AGAIN, "HTTP 503", retry_after=3600.0)
"""The service asks all to wait."""


@pytest.mark.parametrize(
    ("others", "pause"),
    [
        ([note("b", SECURITY, lasts=NEVER)], 3600.0),
        ([note("b", LIFE, lasts=NEVER)], LONGEST_LIMIT_OF_LIFE),
        ([note("b", NOTICE, lasts=1000.0)], 500.0),
        ([note("b", NOTICE, lasts=0.5)], 1.0),
    ],
)
def test_no_wait_that_is_asked_for_lets_anything_expire_or_keeps_who_is_in_danger(
    others: list[Notification], pause: float
) -> None:
    outbox = filled(note(severity=SECURITY, lasts=NEVER), *(replace(one, id=next(NUMBERS)) for one in others))
    one = outbox.next(0)
    assert one is not None
    outbox.settle(one, LATER, 0)
    outbox.expire(0.9)
    assert outbox.next(pause - 0.1) is None
    assert outbox.next(pause) is not None


def test_what_comes_while_all_wait_waits_no_longer_than_it_can() -> None:
    for severity, lasts, pause in ((LIFE, NEVER, LONGEST_LIMIT_OF_LIFE), (NOTICE, 1000.0, 500.0)):
        outbox = filled(note(severity=SECURITY, lasts=NEVER))
        settle(outbox, LATER)
        outbox.add(note("b", severity, lasts=lasts), 0)
        assert outbox.next(pause - 0.1) is None
        assert outbox.next(pause) is not None


@pytest.mark.parametrize(("severity", "again_at"), [(LIFE, LONGEST_LIMIT_OF_LIFE), (SECURITY, 3600.0)])
def test_one_that_is_asked_to_wait_by_itself_waits_no_longer_either(severity: Severity, again_at: float) -> None:
    outbox = filled(note(severity=severity, lasts=NEVER))
    settle(outbox, replace(BAD, retry_after=3600.0))
    assert outbox.next(again_at - 1) is None
    assert outbox.next(again_at) is not None


def settle(outbox: Outbox, verdict: Verdict) -> None:
    one = outbox.next(0)
    assert one is not None
    outbox.settle(one, verdict, 0)


def test_nothing_is_held_for_longer_than_the_quiet_hours_last() -> None:
    outbox = filled(note(severity=NOTICE, wait=1000.0), note(severity=SECURITY, wait=1000.0))
    assert outbox.next(0) is None
    assert outbox.release(lambda severity: 2000.0 if severity is SECURITY else 10.0, 0)
    assert [one.not_before for one in outbox.waiting()] == [10.0, 1000.0], "it is never held for longer"
    assert (outbox.next(9), outbox.wakes_at(9)) == (None, 10.0)
    assert outbox.next(10) is outbox.waiting()[0]
    assert not outbox.release(lambda _: 0.0, 20)


@pytest.mark.parametrize("ids", [{"a": "b", "b": "a"}, {"a": "c", "b": "d"}, {"a": "b", "b": "c"}, {"b": "a"}])
def test_what_waits_goes_with_its_device_to_another_id_in_order(ids: dict[str, str]) -> None:
    outbox = filled(*(note(name, NOTICE, wait=100.0) for name in "abab"))
    before = {one.id: one.device for one in outbox.waiting()}
    moved = outbox.rename(ids)
    assert {one.id: one.device for one in outbox.waiting()} == {id: ids.get(name, name) for id, name in before.items()}
    assert len(moved) == sum(name in ids for name in before.values())
    for name in sorted({ids.get(name, name) for name in before.values()}):
        gone = outbox.over(Key("smoke", name, "smoke"), 5)
        assert [one.id for one in gone] == sorted(id for id, old in before.items() if ids.get(old, old) == name)
    assert len(outbox) == 0


class Anything(RuleBasedStateMachine):
    """Notifications come and go, and every verdict is possible at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.outbox = Outbox()
        self.now = 0.0
        self.added: dict[int, Notification] = {}
        self.closings: Counter[int] = Counter()
        self.most = module.MAX_WAITING, module.MAX_OF_DEVICE

    @initialize(most=st.integers(2, 12), of_device=st.integers(1, 12))
    def begin(self, most: int, of_device: int) -> None:
        module.MAX_WAITING, module.MAX_OF_DEVICE = most, of_device

    def teardown(self) -> None:
        module.MAX_WAITING, module.MAX_OF_DEVICE = self.most

    @rule(
        device=st.sampled_from("abc"),
        severity=st.sampled_from(list(Severity)),
        message=st.sampled_from(["m", "n"]),
        wait=st.sampled_from([0.0, 0.0, 40.0]),
        lasts=st.sampled_from([10.0, 300.0, 5000.0]),
    )
    def add(self, device: str, severity: Severity, message: str, wait: float, lasts: float) -> None:
        one = note(device, severity, message, self.now, wait, lasts)
        self.added[one.id] = one
        self.count(self.outbox.add(one, self.now))

    @rule(verdict=st.sampled_from(VERDICTS))
    def send(self, verdict: Verdict) -> None:
        self.count(self.outbox.expire(self.now))
        one = self.outbox.next(self.now)
        if one is None:
            assert self.outbox.wakes_at(self.now) > self.now, "it would be asked again and again"
            return
        earlier = [two for two in self.outbox.waiting() if two.device == one.device and two.id < one.id]
        assert all(self.has_to_wait(two) or self.yields(two, one) for two in earlier), "out of order"
        self.outbox.settle(one, verdict, self.now)
        self.count([one] if one.state is not State.WAITING else [])

    @rule(seconds=st.sampled_from([0.5, 3.0, 60.0, 700.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: len(self.outbox) > 0)
    @rule()
    def wait_for_the_next(self) -> None:
        self.now = max(self.now, self.outbox.wakes_at(self.now))
        is_expired = bool(gone := self.outbox.expire(self.now))
        self.count(gone)
        assert is_expired or self.outbox.next(self.now) is not None, "it was woken for nothing"

    @rule(device=st.sampled_from("abc"))
    def over(self, device: str) -> None:
        gone = self.outbox.over(Key("smoke", device, "smoke"), self.now)
        assert all(one.not_before > self.now for one in gone)
        self.count(gone)

    @rule()
    def resume(self) -> None:
        self.outbox.resume()

    @rule(seconds=st.sampled_from([0.0, 20.0]))
    def release(self, seconds: float) -> None:
        self.outbox.release(lambda _: seconds, self.now)
        assert all(one.not_before <= self.now + seconds for one in self.outbox.waiting())

    @rule(devices=st.permutations("abc"))
    def rename(self, devices: list[str]) -> None:
        self.outbox.rename(dict(zip("abc", devices, strict=True)))

    def has_to_wait(self, one: Notification) -> bool:
        return max(one.not_before, self.outbox.ledger.until(one)) > self.now

    def yields(self, one: Notification, later: Notification) -> bool:
        return one.failed >= PATIENCE and one.again_at > self.now and later.severity.rank < one.severity.rank

    def count(self, closed: list[Notification]) -> None:
        self.closings.update(one.id for one in closed)

    @invariant()
    def nothing_is_lost(self) -> None:
        waiting = {one.id for one in self.outbox.waiting()}
        assert len(waiting) == len(self.outbox) <= module.MAX_WAITING
        devices = Counter(one.device for one in self.outbox.waiting())
        assert max(devices.values(), default=0) <= module.MAX_OF_DEVICE
        assert waiting.isdisjoint(self.closings)
        assert waiting | set(self.closings) == set(self.added)
        assert set(self.closings.values()) <= {1}
        for id in self.closings:
            one = self.added[id]
            assert one.closed_at is not None
            assert one.why or one.state is State.SENT
        assert sum(self.outbox.totals.values()) == len(self.closings)


TestAnything = Anything.TestCase
TestAnything.settings = settings(max_examples=60, stateful_step_count=60)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(VERDICTS)), max_size=30))
def test_everything_comes_to_an_end_when_the_service_is_well_again(tries: list[tuple[str, Verdict]]) -> None:
    outbox, now = filled(*(note(device, lasts=NEVER) for device, _ in tries)), 0.0
    for _, verdict in tries:
        if (one := outbox.next(now)) is not None:
            outbox.settle(one, verdict, now)
        now += 1
    steps = 0
    while len(outbox):
        now = max(now, outbox.wakes_at(now))
        drain(outbox, now)
        steps += 1
    assert steps <= 12
