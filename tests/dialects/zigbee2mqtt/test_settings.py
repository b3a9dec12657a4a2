"""What is a mode, a siren or a relay, and what only looks like one."""

import pytest

from gateway.home.device import Slot
from gateway.home.traits import CONTACT, MODE, ON_OFF, OSCILLATION, WEIGHT
from gateway.home.values import RELEASED
from gateway.wire.binding import Wiring, messages
from tests.dialects.zigbee2mqtt import listed as z

ALARM = z.binary("alarm", True, False, access=3)
SMOKE = z.binary("smoke", True, False, access=1)
WARNING = z.enum("mode", "stop burglar fire") | {"type": "enum"}


def thermostat(presets: str, ways: str) -> Wiring:
    features = [z.SETPOINT, z.LOCAL, z.enum("preset", presets)]
    return z.only(z.specific("climate", *features, *([z.enum("system_mode", ways)] if ways else [])))


@pytest.mark.parametrize(
    ("presets", "ways", "expected"),
    [
        ("auto manual holiday", "", ("auto", "manual", "away")),
        ("auto manual holiday", "off heat auto", ("auto", "manual", "away")),
        ("auto manual eco", "off heat auto", ("heat", "auto")),
        ("auto manual", "off heat", ("auto", "manual")),
        ("off none on away", "off heat", ("away",)),
        ("program hold", "off heat", None),
        ("program hold", "", None),
        ("away home", "off heat cool", ("heat", "cool")),
    ],
)
def test_its_modes_are_its_presets_or_its_ways(presets: str, ways: str, expected: tuple[str, ...] | None) -> None:
    mode = thermostat(presets, ways).device.features.get(Slot(MODE))
    assert (mode.limits.words if mode is not None else None) == expected


def test_none_is_the_release_from_a_preset() -> None:
    it = thermostat("none vacation", "off heat")
    slot = Slot(MODE)
    assert it.device.features[slot].limits.rest == RELEASED
    assert [one.payload for one in messages({slot: RELEASED}, it)] == [b'{"preset":"none"}']
    assert [one.payload for one in messages({slot: "away"}, it)] == [b'{"preset":"vacation"}']
    assert it.bindings[slot].feeds[0].codec.decode("none") == RELEASED


def test_a_word_that_is_our_own_goes_before_one_that_means_the_same() -> None:
    it = thermostat("vacation away sleep", "")
    assert [one.payload for one in messages({Slot(MODE): "away"}, it)] == [b'{"preset":"away"}']


def test_a_fan_that_is_smart_is_automatic() -> None:
    it = z.only(z.specific("fan", z.STATE, z.enum("mode", "low medium high smart")))
    assert it.device.features[Slot(MODE)].limits.words == ("auto",)
    assert [one.payload for one in messages({Slot(MODE): "auto"}, it)] == [b'{"mode":"smart"}']
    assert Slot(MODE) not in z.only(z.specific("fan", z.STATE, z.enum("mode", "low medium high wobble"))).bindings


@pytest.mark.parametrize(
    ("about", "exposes", "kinds"),
    [
        ("Outdoor siren", [ALARM], ["SWITCH"]),
        ("Thing", [ALARM | {"description": "Enable the alarm"}], []),
        ("Smoke alarm", [ALARM, SMOKE], ["SMOKESENSOR"]),
        ("Smoke detector with siren", [ALARM, SMOKE], ["SWITCH", "SMOKESENSOR"]),
        ("Smoke alarm", [z.specific("switch", z.STATE, endpoint="alarm"), SMOKE], ["SMOKESENSOR"]),
        ("Smoke alarm", [z.specific("switch", z.STATE, endpoint="siren"), SMOKE], ["SWITCH", "SMOKESENSOR"]),
        ("Thing", [z.specific("switch", z.STATE, endpoint="alarm")], ["SWITCH"]),
    ],
)
def test_a_siren_is_one_that_howls(about: str, exposes: list[z.Json], kinds: list[str]) -> None:
    assert [wiring.device.kind for wiring in z.found(*exposes, about=about)] == kinds


def test_one_siren_that_is_told_in_two_ways_is_one() -> None:
    warning = {"type": "composite", "name": "warning", "property": "warning", "access": 2, "features": [WARNING]}
    it = z.only(ALARM, warning, about="Siren")
    [message] = messages({Slot(ON_OFF): False}, it)
    assert b"warning" in message.payload
    assert "alarm: another way to sound the same siren" in it.notes


def test_numbered_switches_are_relays_beside_a_sensor() -> None:
    temperature = z.numeric("temperature", access=1, unit="°C")
    humidity = z.numeric("humidity", access=1, unit="%")
    found = z.found(z.binary("switch1"), z.binary("switch2"), z.binary("state"), temperature, humidity)
    assert [wiring.device.kind for wiring in found] == ["SWITCH", "SWITCH", "AIRSENSOR"]
    assert [str(wiring.bindings[Slot(ON_OFF)].order.path[0]) for wiring in found[:2] if wiring.bindings] == [  # type: ignore[union-attr]
        "switch1",
        "switch2",
    ]


def test_a_scale_is_one_for_people() -> None:
    assert z.slots(z.only(z.numeric("weight", access=1, unit="kg"))) == {"weight": WEIGHT}
    assert z.found(z.numeric("weight", access=1, unit="g")) == ()


def test_the_contact_of_a_garage_door_is_on_while_it_is_closed() -> None:
    [feed] = z.only(z.binary("garage_door_contact", True, False, access=1)).bindings[Slot(CONTACT)].feeds
    assert (feed.codec.decode(True), feed.codec.decode(False)) == (False, True)


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        ("off vertical both", {True: b'{"swing_mode":"both"}', False: b'{"swing_mode":"off"}'}),
        ("fixed full", {True: b'{"swing_mode":"full"}', False: b'{"swing_mode":"fixed"}'}),
        ("1 2 3", {}),
    ],
)
def test_it_swings_in_some_way_or_not(ways: str, told: dict[bool, bytes]) -> None:
    it = z.only(z.specific("climate", z.SETPOINT, z.enum("swing_mode", ways), z.enum("system_mode", "off heat dry")))
    assert it.device.kind == "AIRCONDITIONER"
    slot = Slot(OSCILLATION)
    assert (slot in it.bindings) is bool(told)
    assert {value: messages({slot: value}, it)[0].payload for value in told} == told


@pytest.mark.parametrize(
    ("description", "guarded"),
    [("Garage door", "garage"), ("Opens the front gate", "garage"), ("Garage", ""), ("", "")],
)
def test_a_relay_is_guarded_by_what_its_owner_wrote_of_it(description: str, guarded: str) -> None:
    device = z.device(z.specific("switch", z.STATE), friendly_name="relay", description=description)
    (wiring,) = z.told(device)[z.IEEE].wirings
    assert wiring.device.guarded == guarded
