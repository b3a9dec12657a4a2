"""What a live reading says about a command: one row each for every way a device travels."""

import pytest

from gateway.engine.echo import Expectation, Verdict
from gateway.home import traits
from gateway.home.device import Proof, Slot
from gateway.home.traits import Trait
from gateway.home.values import LOCKED, UNLOCKED, Color, Value
from gateway.wire.codecs import Fault, Moving

V, T = Verdict, traits
RED, PINK, BLUE = Color(0, 100), Color(0, 50), Color(240, 100)

VERDICTS = [
    # trait, before, asked, heard, verdict
    pytest.param(T.ON_OFF, False, True, True, V.PROVED, id="a switch that switched"),
    pytest.param(T.ON_OFF, True, True, True, V.PROVED, id="a switch that repeats itself"),
    pytest.param(T.ON_OFF, False, True, False, V.NOT_YET, id="a switch that did not switch"),
    pytest.param(T.ON_OFF, False, True, Moving(), V.ON_THE_WAY, id="a switch on its way"),
    pytest.param(T.ON_OFF, False, True, Fault("E1"), V.FAULTY, id="a switch with a fault"),
    pytest.param(T.FAN_SPEED, 1.0, 3.0, 3.0, V.PROVED, id="a speed"),
    pytest.param(T.FAN_SPEED, 1.0, 3.0, 2.0, V.NOT_YET, id="a speed has no way"),
    pytest.param(T.BRIGHTNESS, 10.0, 80.0, 79.0, V.PROVED, id="a level within tolerance"),
    pytest.param(T.BRIGHTNESS, 10.0, 80.0, 40.0, V.SETTLED_NEAR, id="a level on its ramp"),
    pytest.param(T.BRIGHTNESS, 10.0, 80.0, 11.0, V.NOT_YET, id="a level that counts as the same"),
    pytest.param(T.BRIGHTNESS, 10.0, 80.0, 5.0, V.NOT_YET, id="a level the wrong way"),
    pytest.param(T.BRIGHTNESS, None, 80.0, 40.0, V.NOT_YET, id="a level where nothing was known"),
    pytest.param(T.BRIGHTNESS, 10.0, 80.0, Moving(80.0), V.ON_THE_WAY, id="a ramp is not proved by its word"),
    pytest.param(T.COLOR, BLUE, RED, PINK, V.SETTLED_NEAR, id="a colour on its way"),
    pytest.param(T.COLOR, BLUE, RED, Color(358, 98), V.PROVED, id="a colour within tolerance"),
    pytest.param(T.COLOR, BLUE, RED, BLUE, V.NOT_YET, id="the colour it was"),
    pytest.param(T.OPENING, 0.0, 100.0, 10.0, V.PROVED, id="a curtain that moves"),
    pytest.param(T.OPENING, 0.0, 100.0, 2.0, V.NOT_YET, id="a curtain that trembles"),
    pytest.param(T.OPENING, 50.0, 100.0, 40.0, V.NOT_YET, id="a curtain the wrong way"),
    pytest.param(T.OPENING, 0.0, 100.0, Moving(100.0), V.PROVED, id="a curtain that says where it goes"),
    pytest.param(T.OPENING, 50.0, 100.0, Moving(0.0), V.ON_THE_WAY, id="a curtain that goes elsewhere"),
    pytest.param(T.OPENING, 0.0, 100.0, Moving(), V.ON_THE_WAY, id="a curtain that only says that it moves"),
    pytest.param(T.LOCK, UNLOCKED, LOCKED, LOCKED, V.PROVED, id="a bolt that is shut"),
    pytest.param(T.LOCK, UNLOCKED, LOCKED, UNLOCKED, V.NOT_YET, id="a bolt that is open"),
    pytest.param(T.LOCK, UNLOCKED, LOCKED, Moving(LOCKED), V.ON_THE_WAY, id="a bolt is not proved by its word"),
    pytest.param(T.LOCK, UNLOCKED, LOCKED, Fault("JAMMED"), V.FAULTY, id="a bolt that is stuck"),
    pytest.param(T.MODE, "auto", "sleep", "sleep", V.PROVED, id="a mode"),
    pytest.param(T.MODE, "auto", "sleep", "turbo", V.NOT_YET, id="another mode"),
]


@pytest.mark.parametrize(("trait", "before", "asked", "heard", "verdict"), VERDICTS)
def test_a_reading_is_judged(
    trait: Trait, before: Value | None, asked: Value, heard: Value | Moving | Fault, verdict: Verdict
) -> None:
    expectation = Expectation(Slot(trait), asked, before)
    assert expectation.hear(heard) is verdict
    assert expectation.heard


def test_the_last_word_counts() -> None:
    expectation = Expectation(Slot(T.ON_OFF), True, False)
    assert [expectation.hear(value) for value in (True, False, True)] == [V.PROVED, V.NOT_YET, V.PROVED]


def test_a_fault_after_a_proof_is_a_fault() -> None:
    expectation = Expectation(Slot(T.LOCK), LOCKED, UNLOCKED)
    assert [expectation.hear(said) for said in (LOCKED, Fault("JAMMED"))] == [V.PROVED, V.FAULTY]


@pytest.mark.parametrize(
    ("heard", "at_rest", "proof"),
    [
        (80.0, True, Proof.ECHO),
        (80.0, False, Proof.ECHO),
        (60.0, True, Proof.SETTLED),
        (60.0, False, Proof.MOVEMENT),
    ],
)
def test_a_proof_has_a_rank(heard: float, at_rest: bool, proof: Proof) -> None:
    expectation = Expectation(Slot(T.BRIGHTNESS), 80.0, 10.0)
    expectation.hear(heard)
    assert expectation.proof(at_rest) is proof


def test_movement_told_in_words_is_movement() -> None:
    expectation = Expectation(Slot(T.OPENING), 100.0, 0.0)
    expectation.hear(Moving(100.0))
    assert expectation.proof(at_rest=True) is Proof.MOVEMENT


@pytest.mark.parametrize(
    ("before", "there"), [(None, False), (True, True), (False, False)], ids=["unknown", "there", "not there"]
)
def test_already_there_is_where_the_value_was_known(before: bool | None, there: bool) -> None:
    assert Expectation(Slot(T.ON_OFF), True, before).already_there() is there


A_CHANGE = [
    # trait, before, heard, verdict
    pytest.param(T.INPUT_SOURCE, "HDMI 1", "HDMI 2", V.SETTLED_NEAR, id="another input"),
    pytest.param(T.INPUT_SOURCE, "HDMI 1", "HDMI 1", V.NOT_YET, id="the input it was"),
    pytest.param(T.INPUT_SOURCE, None, "HDMI 1", V.NOT_YET, id="an input where none was known"),
    pytest.param(T.INPUT_SOURCE, "HDMI 1", Moving(), V.ON_THE_WAY, id="an input on its way"),
    pytest.param(T.INPUT_SOURCE, "HDMI 1", Fault("E1"), V.FAULTY, id="an input with a fault"),
    pytest.param(T.VOLUME, 10.0, 11.0, V.SETTLED_NEAR, id="another volume"),
    pytest.param(T.VOLUME, 10.0, 9.0, V.SETTLED_NEAR, id="another volume, whichever way"),
    pytest.param(T.VOLUME, 10.0, 10.5, V.NOT_YET, id="a volume that counts as the same"),
    pytest.param(T.BRIGHTNESS, 10.0, 11.0, V.NOT_YET, id="a level that counts as the same"),
    pytest.param(T.BRIGHTNESS, 10.0, 12.0, V.SETTLED_NEAR, id="another level"),
    pytest.param(T.COLOR, RED, Color(1, 99), V.NOT_YET, id="a colour that counts as the same"),
    pytest.param(T.COLOR, RED, BLUE, V.SETTLED_NEAR, id="another colour"),
    pytest.param(T.OPENING, 0.0, 10.0, V.SETTLED_NEAR, id="another opening, that may be on its way"),
    pytest.param(T.OPENING, 0.0, Moving(), V.ON_THE_WAY, id="a way to nowhere in particular"),
    pytest.param(T.OPENING, 0.0, Moving(0.0), V.ON_THE_WAY, id="a way to where it was"),
    pytest.param(T.OPENING, 0.0, Moving(100.0), V.ON_THE_WAY, id="a way to elsewhere"),
    pytest.param(T.MODE, "auto", "sleep", V.SETTLED_NEAR, id="another mode"),
]


@pytest.mark.parametrize(("trait", "before", "heard", "verdict"), A_CHANGE)
def test_where_no_value_is_asked_only_a_change_is_to_come(
    trait: Trait, before: Value | None, heard: Value | Moving | Fault, verdict: Verdict
) -> None:
    expectation = Expectation(Slot(trait), None, before)
    assert not expectation.already_there()
    assert expectation.hear(heard) is verdict


@pytest.mark.parametrize("before", [None, "HDMI 1", "HDMI 2"])
def test_where_nothing_was_heard_live_a_change_begins_at_the_first_that_is(before: str | None) -> None:
    expectation = Expectation(Slot(T.INPUT_SOURCE), None, before, before_is_live=False)
    assert not expectation.already_there()
    assert [expectation.hear(value) for value in ("HDMI 2", "HDMI 2", "HDMI 3")] == [
        V.NOT_YET,
        V.NOT_YET,
        V.SETTLED_NEAR,
    ]


@pytest.mark.parametrize(
    ("said", "verdict"),
    [(("HDMI 1", "HDMI 2", "HDMI 2"), V.SETTLED_NEAR), (("HDMI 1", "HDMI 2", "HDMI 1"), V.NOT_YET)],
    ids=["said twice", "taken back"],
)
def test_a_change_begins_at_the_very_first_that_is_heard(said: tuple[str, ...], verdict: Verdict) -> None:
    expectation = Expectation(Slot(T.INPUT_SOURCE), None, None)
    assert [expectation.hear(value) for value in said][-1] is verdict


@pytest.mark.parametrize(("at_rest", "proof"), [(True, Proof.SETTLED), (False, Proof.MOVEMENT)])
def test_a_change_is_an_answer_once_it_rests(at_rest: bool, proof: Proof) -> None:
    expectation = Expectation(Slot(T.INPUT_SOURCE), None, "HDMI 1")
    expectation.hear("HDMI 2")
    assert expectation.proof(at_rest) is proof


def test_a_change_that_is_taken_back_is_none() -> None:
    expectation = Expectation(Slot(T.INPUT_SOURCE), None, "HDMI 1")
    assert [expectation.hear(value) for value in ("HDMI 2", "HDMI 1")] == [V.SETTLED_NEAR, V.NOT_YET]


@pytest.mark.parametrize(("heard", "verdict"), [(True, V.PROVED), (False, V.NOT_YET), (Fault("E1"), V.FAULTY)])
def test_a_deed_is_proved_by_its_being_done(heard: bool | Fault, verdict: Verdict) -> None:
    assert Expectation(Slot(T.DONE, "charge"), True, None).hear(heard) is verdict
