"""One occasion: when it is raised, told, escalated and over, however late anybody looks."""

import pytest

from gateway.engine.occasion import NEVER, Agenda, Key, Occasion, Step
from gateway.home.alarms import Escalation, Rule
from tests.engine.alarming import rule

KEY = Key("smoke", "a", "smoke")
RAISED, TOLD, ESCALATED, LAPSED, ENDED, FORGOTTEN = Step

PLAIN = rule(hold=0.0, clear=30.0, repeat_after=600.0)
HELD = rule(hold=10.0, clear=30.0, repeat_after=600.0)
LOUD = rule(hold=0.0, clear=30.0, repeat_after=600.0, escalation=Escalation(60.0, "m-second"))

Script = list[tuple[float, bool | None]]
"""When the sign was there or gone; None: somebody looks, no more."""


def play(of: Rule, script: Script, lapses_after: float | None = None) -> list[tuple[float, Step]]:
    """What came about, and when it was seen, where everybody looks in time."""
    one, seen = Occasion(KEY), []
    for at, shows in script:
        while (due := one.due(of)) <= at:
            seen += [(due, step) for step in one.advance(of, due)]
        if shows is not None:
            one.turn(shows, at, lapses_after)
        seen += [(at, step) for step in one.advance(of, at)]
    return seen


SCRIPTS: dict[str, tuple[Rule, Script, float | None, list[tuple[float, Step]]]] = {
    "told at once": (PLAIN, [(0, True), (99, None)], None, [(0, RAISED), (0, TOLD)]),
    "over after `clear`": (
        PLAIN,
        [(0, True), (5, False), (700, None)],
        None,
        [(0, RAISED), (0, TOLD), (35, ENDED), (600, FORGOTTEN)],
    ),
    "back before it counts as over": (
        PLAIN,
        [(0, True), (5, False), (34, True), (40, False), (69, None)],
        None,
        [(0, RAISED), (0, TOLD)],
    ),
    "held": (HELD, [(0, True), (5, None), (99, None)], None, [(10, RAISED), (10, TOLD)]),
    "held and gone": (HELD, [(0, True), (9.9, False), (99, None)], None, []),
    "gone for a moment begins anew": (
        HELD,
        [(0, True), (9, False), (9.5, True), (99, None)],
        None,
        [(19.5, RAISED), (19.5, TOLD)],
    ),
    "lasts exactly as long as it must": (HELD, [(0, True), (10, False), (20, None)], None, [(10, RAISED), (10, TOLD)]),
    "said again is no news": (HELD, [(0, True), (6, True), (9, True), (99, None)], None, [(10, RAISED), (10, TOLD)]),
    "too soon, and it lasts": (
        PLAIN,
        [(0, True), (5, False), (100, True), (800, None)],
        None,
        [(0, RAISED), (0, TOLD), (35, ENDED), (100, RAISED), (600, TOLD)],
    ),
    "too soon, and over before it could be told": (
        PLAIN,
        [(0, True), (5, False), (100, True), (200, False), (700, None)],
        None,
        [(0, RAISED), (0, TOLD), (35, ENDED), (100, RAISED), (230, ENDED), (600, FORGOTTEN)],
    ),
    "escalates while it lasts": (
        LOUD,
        [(0, True), (99, None)],
        None,
        [(0, RAISED), (0, TOLD), (60, ESCALATED)],
    ),
    "gone before it escalates": (
        LOUD,
        [(0, True), (59, False), (88, None)],
        None,
        [(0, RAISED), (0, TOLD)],
    ),
    "gone for a moment when it was to escalate": (
        LOUD,
        [(0, True), (59, False), (61, True), (99, None)],
        None,
        [(0, RAISED), (0, TOLD), (61, ESCALATED)],
    ),
    "lapses": (
        PLAIN,
        [(0, True), (99, None)],
        5.0,
        [(0, RAISED), (0, TOLD), (5, LAPSED), (35, ENDED)],
    ),
    "said again lapses later": (
        PLAIN,
        [(0, True), (4, True), (38, None), (40, None)],
        5.0,
        [(0, RAISED), (0, TOLD), (9, LAPSED), (39, ENDED)],
    ),
    "lapses before it is held": (HELD, [(0, True), (99, None)], 9.0, [(9, LAPSED)]),
    "lapses when it is held": (HELD, [(0, True), (30, None)], 10.0, [(10, RAISED), (10, TOLD), (10, LAPSED)]),
}


@pytest.mark.parametrize(("of", "script", "lapses_after", "expected"), SCRIPTS.values(), ids=SCRIPTS)
def test_what_comes_about(
    of: Rule, script: Script, lapses_after: float | None, expected: list[tuple[float, Step]]
) -> None:
    assert play(of, script, lapses_after) == expected


@pytest.mark.parametrize(("of", "lapses_after"), [(HELD, 15.0), (HELD, 10.0), (PLAIN, 1.0)])
def test_who_looks_late_finds_it_raised_and_told_and_over(of: Rule, lapses_after: float) -> None:
    one = Occasion(KEY)
    one.turn(True, 0.0, lapses_after)
    assert list(one.advance(of, 300.0)) == [RAISED, TOLD, LAPSED, ENDED]
    assert (one.told_at, one.untold) == (300.0, 0), "the limit counts from when it was told"


def test_what_was_not_told_is_counted_until_something_is() -> None:
    one = Occasion(KEY)
    for number in range(4):
        one.turn(True, number * 100.0)
        list(one.advance(PLAIN, number * 100.0))
        one.turn(False, number * 100.0 + 10)
        list(one.advance(PLAIN, number * 100.0 + 50))
    assert one.untold == 3
    one.turn(True, 650.0)
    assert list(one.advance(PLAIN, 650.0)) == [FORGOTTEN, RAISED, TOLD]
    assert one.untold == 0


def test_what_is_accepted_is_raised_and_never_told() -> None:
    one = Occasion(KEY)
    one.turn(True, 0.0)
    one.accept(0.0)
    assert one.is_raised
    assert list(one.advance(LOUD, 9999.0)) == []
    one.turn(False, 10_000.0)
    assert list(one.advance(LOUD, 10_030.0)) == [ENDED]
    assert (one.untold, one.due(LOUD)) == (0, NEVER)


def test_flapping_for_minutes_is_one_notification_each_limit() -> None:
    one, told = Occasion(KEY), 0
    often = rule(hold=0.0, clear=0.0, repeat_after=60.0)
    for number in range(100 * 60 * 5):
        now = number / 100
        one.turn(number % 2 == 0, now)
        told += list(one.advance(often, now)).count(TOLD)
    assert told == 5
    assert one.untold > 2900


# The agenda


def test_the_agenda_gives_each_once_when_it_is_due() -> None:
    agenda, other = Agenda(), Key("gas", "a", "gas")
    agenda.plan(KEY, 5.0)
    agenda.plan(other, 7.0)
    agenda.plan(KEY, 9.0)
    assert (agenda.next_at(), agenda.take(4.9)) == (5.0, None)
    assert [agenda.take(8.0), agenda.take(8.0), agenda.take(8.0)] == [KEY, other, None]
    agenda.plan(KEY, NEVER)
    assert agenda.next_at() == NEVER


def test_what_is_planned_otherwise_again_and_again_is_not_piled_up() -> None:
    agenda = Agenda()
    for number in range(10_000):
        agenda.plan(KEY, 1e9)
        agenda.plan(KEY, float(number))
        assert agenda.take(float(number)) == KEY
    assert len(agenda._heap) < 100
    agenda.plan(KEY, 1e9)
    assert agenda.take(1e9) == KEY
    assert agenda.take(1e9) is None


@pytest.mark.parametrize(
    ("came", "counts"),
    [
        ([(100.0, False)], 300.0),
        ([(100.0, True)], 300.0),
        ([(300.0, True)], 300.0),
        ([(300.0, False)], None),
        ([(100.0, True), (300.0, False)], 100.0),
        ([(300.0, False), (100.0, True)], 100.0),
        ([(310.0, True), (300.0, False)], 310.0),
        ([(300.0, False), (310.0, True)], 310.0),
        ([(100.0, False), (300.0, True)], 300.0),
    ],
)
def test_the_limit_counts_from_what_was_last_delivered(came: list[tuple[float, bool]], counts: float | None) -> None:
    one = Occasion(KEY, raised_at=300.0, told_at=300.0, sent_at=300.0, is_told=True)
    for at, is_delivered in came:
        one.came_to(at, is_delivered)
    assert (one.told_at, one.sent_at) == (counts, counts)
