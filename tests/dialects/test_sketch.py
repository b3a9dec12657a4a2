"""From sketches to appliances: types, guards, parts, and what cannot be its own answer."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.clova.describe import actions_of
from gateway.clova.regions import KR
from gateway.dialects.assembly import assemble
from gateway.dialects.sketch import Maker, Sketch
from gateway.home import traits
from gateway.home.commands import Set, resolve
from gateway.home.device import Slot
from gateway.home.problems import Unsupported
from gateway.home.traits import Deed, Trait
from gateway.home.values import LOCKED, UNLOCKED
from gateway.wire.binding import Feed, Message, Order, Wiring, messages
from gateway.wire.codecs import Number, Words

SWITCHED = Words({"ON": True, "OFF": False}, {True: "ON", False: "OFF"})
ON = Slot(traits.ON_OFF)


def sketch(hint: str, part: str = "", name: str = "", trait: Trait = traits.ON_OFF, **more: Any) -> Sketch:
    found = Sketch(part, name, {hint} if hint else set(), **more)
    topic = f"dev/{part or hint}"
    codec = SWITCHED if trait is traits.ON_OFF else Words({"L": LOCKED, "U": UNLOCKED}, {LOCKED: "L", UNLOCKED: "U"})
    found.add(trait, feeds=(Feed(Slot(trait), topic, (), codec),), order=Order(f"{topic}/set", (), codec))
    return found


def reading(*told: Trait, part: str = "") -> Sketch:
    found = Sketch(part)
    for trait in told:
        found.add(trait, feeds=(Feed(Slot(trait), "dev/sensor", (trait.name,), Number()),))
    return found


def wired(*sketches: Sketch, name: str = "thing", model: str = "") -> list[Wiring]:
    return list(assemble(Maker("dev", "test", name, model=model), sketches))


def kinds(*sketches: Sketch, **maker: str) -> list[tuple[str, str]]:
    return [(wiring.device.kind, wiring.device.guarded) for wiring in wired(*sketches, **maker)]


@pytest.mark.parametrize(
    ("named", "kind"),
    [
        ("Garage Door", ("SWITCH", "garage")),
        ("Front Gate", ("SWITCH", "garage")),
        ("Gas Valve", ("SMARTVALVE", "valve")),
        ("Door lock", ("SWITCH", "lock")),
        ("Garage light", ("SWITCH", "")),
        ("Pump", ("SWITCH", "")),
    ],
)
@pytest.mark.parametrize("shown", [True, False])
def test_a_relay_is_guarded_by_all_that_it_is_called(named: str, kind: tuple[str, str], shown: bool) -> None:
    one = sketch("switch", name=named) if shown else sketch("switch", called=(named,))
    assert kinds(one, name="wemos-d1") == [kind]


@pytest.mark.parametrize("hint", ["light", "fan"])
def test_a_relay_that_is_shown_as_something_else_is_guarded_too(hint: str) -> None:
    ((_, guarded),) = kinds(sketch(hint, called=("Garage door",)))
    assert guarded == "garage"


@pytest.mark.parametrize("named", ["Unlock", "Open door", "문 열림", "解錠", "Door release", "Disarm"])
def test_a_button_that_opens_is_guarded(named: str) -> None:
    ((kind, guarded),) = kinds(sketch("button", name=named))
    assert (kind, bool(guarded)) == ("SWITCH", True)


@pytest.mark.parametrize("hint", ["button", "scene", "switch"])
def test_whatever_is_beside_a_lock_is_guarded_as_it_is(hint: str) -> None:
    found = kinds(sketch("lock", "bolt", trait=traits.LOCK), sketch(hint, "extra", "Toggle"), sketch("light", "lamp"))
    assert found == [("SMARTLOCK", "lock"), ("SWITCH", "lock"), ("LIGHT", "")]


def test_what_is_pressed_is_only_ever_switched_on() -> None:
    button = Sketch(hints={"button"})
    button.add(traits.ON_OFF, order=Order("dev/press", (), Words({}, {True: "PRESS"})))
    (wiring,) = wired(button)
    actions = actions_of(wiring.device, KR)
    assert "TurnOn" in actions
    assert "TurnOff" not in actions
    with pytest.raises(Unsupported):
        resolve(Set(ON, False), wiring.device, {})
    assert resolve(Set(ON, True), wiring.device, {}) == Set(ON, True)


def test_a_valve_at_a_relay_is_open_while_that_is_on() -> None:
    (wiring,) = wired(sketch("switch", name="정원 관수"))
    lock = Slot(traits.LOCK)
    assert messages({lock: UNLOCKED}, wiring) == (Message("dev/switch/set", b"ON"),)
    (feed,) = wiring.bindings[lock].feeds
    assert (feed.codec.decode("ON"), feed.codec.decode("OFF")) == (UNLOCKED, LOCKED)


def test_no_two_parts_have_one_name() -> None:
    found = wired(sketch("switch", "motion"), sketch("switch", "air"), reading(traits.MOTION, traits.HUMIDITY))
    assert [wiring.part for wiring in found] == ["motion", "air", "motion-2", "air-2"]
    assert len({wiring.device.id for wiring in found}) == 4


def test_what_is_told_at_its_own_state_topic_is_not_heard() -> None:
    one = sketch("switch")
    one.bindings[ON] = replace(one.bindings[ON], feeds=(Feed(ON, "dev/+/set", (), SWITCHED),))
    one.deeds[Deed.STOP] = Message("dev/stop", b"")
    (wiring,) = wired(one)
    assert wiring.feeds() == ()
    assert not wiring.device.features[ON].readable
    assert wiring.notes == ("on_off: it is told and heard at one topic, so that it cannot be heard",)


def test_readings_go_to_what_they_are_of() -> None:
    plug = sketch("switch", "l1", name="plug")
    found = wired(plug, sketch("switch", "l2"), reading(traits.POWER_USE, part="l1"), reading(traits.ENERGY, part="l3"))
    assert [(one.device.kind, one.part) for one in found] == [
        ("SMARTPLUG", "l1"),
        ("SWITCH", "l2"),
        ("SMARTMETER", "meter"),
    ]
    assert Slot(traits.POWER_USE) in found[0].device.features


def test_what_one_type_does_not_tell_another_does() -> None:
    found = wired(reading(traits.MOTION, traits.CURRENT_TEMPERATURE, traits.BATTERY, traits.LEAK))
    assert [(one.device.kind, one.device.hidden) for one in found] == [
        ("MOTIONSENSOR", ""),
        ("AIRSENSOR", ""),
        ("", "CLOVA has no type for it"),
    ]
