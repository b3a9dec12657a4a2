"""What an owner writes under `lock`, and what becomes of it: never less guarded than it was meant."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts.arming import Arming
from gateway.accounts.policy import Policy, opens
from gateway.clova.catalogue import ACTIONS
from gateway.clova.objects import Locale
from gateway.clova.regions import KR
from gateway.clova.request import commands_of
from gateway.config import ConfigError, Loaded, load
from gateway.home.commands import resolve
from gateway.home.device import Device, Unlocking
from gateway.home.problems import Problem, Refused
from gateway.parts import make_rules, make_signs
from gateway.placing import placed
from gateway.wire.binding import Wiring
from tests.fakes.guarded import found
from tests.fakes.records import ALICE
from tests.parlour import ZONE

LOCALE = Locale("kr", ZONE, "ko", "KRW")
GATE = "type: SWITCH, name: 대문, on_off: {command: gate/set, state: gate}"
DOOR = "type: SMARTLOCK, name: 현관문"
BOLT = "command: door/set, state: door"


def loaded(folder: Path, devices: str, more: str = "") -> Loaded:
    file = folder / "gateway.yaml"
    file.write_text(f"{more}\ndevices:\n{devices}\n", encoding="utf-8")
    return load(file, {})


def mistakes(folder: Path, devices: str, more: str = "") -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, devices, more)
    return str(caught.value)


AT_HOME = "home: {presence: [{topic: phone, home: home}]}"


def own(folder: Path, written: str) -> Device:
    (wiring,) = loaded(folder, f"  - {{id: it, {written}}}", AT_HOME).wirings
    return wiring.device


def may(device: Device, action: str, **fields: Any) -> bool:
    """Whether it is done for its owner without any window."""
    commands = commands_of(ACTIONS[action], fields, device, LOCALE)
    assert commands
    try:
        Policy("ko", Arming(lambda: 0.0), lambda: True).permit(ALICE, device, action, commands)
    except Refused:
        return False
    return True


# Own devices


@pytest.mark.parametrize(
    ("written", "unlocking"),
    [
        ("", Unlocking()),
        (", unlock: never", Unlocking()),
        (", unlock: always", Unlocking("always")),
        (
            ", unlock: armed, window: 2min, per_hour: 1, only_home: true, arm: {topic: a/b, payload: '1'}",
            Unlocking("armed", 120.0, 1, True, "a/b", "1"),
        ),
        (", unlock: armed, window: 60", Unlocking("armed", 60.0)),
    ],
)
def test_what_is_written_of_a_lock(tmp_path: Path, written: str, unlocking: Unlocking) -> None:
    device = own(tmp_path, f"{DOOR}, lock: {{{BOLT}{written}}}")
    assert (device.guarded, device.unlocking) == ("lock", unlocking)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("unlock: Armed", "never"),
        ("unlock: true", "never"),
        ("unlock: yes", "never"),
        ("unlock: null", "never"),
        ("unlok: always", "unlock"),
        ("unlock: armed, window: 59", "at least 1min"),
        ("unlock: armed, window: 121s", "at most 2min"),
        ("unlock: armed, window: .inf", "a duration"),
        ("unlock: armed, window: .nan", "a duration"),
        ("unlock: armed, window: 1h", "at most 2min"),
        ("unlock: armed, per_hour: 0", "1"),
        ("unlock: armed, per_hour: 61", "60"),
        ("unlock: armed, only_home: maybe", "true or false"),
        ("unlock: never, arm: {topic: a, payload: x}", "unlock: armed"),
        ("unlock: always, arm: {topic: a, payload: x}", "unlock: armed"),
        ("unlock: armed, arm: {topic: 'a/+'}", "arm.topic"),
        ("unlock: armed, arm: {topic: '#'}", "arm.topic"),
        ("unlock: armed, arm: {topic: ''}", "arm.topic"),
        ("unlock: armed, arm: {payload: '1'}", "topic"),
        ("unlock: armed, arm: a/b", "arm"),
    ],
)
@pytest.mark.parametrize(
    "around",
    [f"{{id: it, {DOOR}, lock: {{{BOLT}, %s}}}}", f"{{id: it, {GATE}, lock: {{%s}}}}", "{match: {id: a}, lock: {%s}}"],
    ids=["a lock", "an entrance", "a found one"],
)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path: Path, written: str, told: str, around: str) -> None:
    said = mistakes(tmp_path, f"  - {around % written}")
    assert "devices[0].lock" in said
    assert told in said


@pytest.mark.parametrize("written", ["lock: {}", "lock: {unlock: never}", "lock: {unlock: armed}"])
def test_a_mark_makes_an_entrance_of_a_relay(tmp_path: Path, written: str) -> None:
    device = own(tmp_path, f"{GATE}, {written}")
    assert device.guarded == "entrance"
    assert not may(device, "TurnOn")
    assert not may(device, "TurnOff")


def test_a_relay_without_a_mark_is_a_relay(tmp_path: Path) -> None:
    device = own(tmp_path, GATE)
    assert (device.guarded, may(device, "TurnOn")) == ("", True)


def test_the_mark_of_a_part_guards_the_whole(tmp_path: Path) -> None:
    device = own(tmp_path, f"{GATE}, parts: {{side: {{lock: {{unlock: armed}}, on_off: {{command: s}}}}}}")
    assert (device.guarded, device.unlocking.when) == ("entrance", "armed")
    assert not may(device, "TurnOn")


def test_locks_of_one_device_are_opened_in_one_way(tmp_path: Path) -> None:
    parts = "parts: {back: {lock: {command: b, unlock: always}}}"
    assert "in the same way" in mistakes(tmp_path, f"  - {{id: it, {DOOR}, lock: {{{BOLT}}}, {parts}}}")


def test_a_valve_is_one(tmp_path: Path) -> None:
    device = own(tmp_path, f"type: SMARTVALVE, name: 가스, lock: {{{BOLT}}}")
    assert device.guarded == "valve"
    assert may(device, "SetLockState", lockState="LOCKED")
    assert not may(device, "SetLockState", lockState="UNLOCKED")


def test_a_topic_that_arms_is_no_topic_of_ours(tmp_path: Path) -> None:
    lamp = "  - {id: lamp, type: LIGHT, name: 등, on_off: {command: keypad, state: lamp}}\n"
    door = f"  - {{id: it, {DOOR}, lock: {{{BOLT}, unlock: armed, arm: {{topic: keypad, payload: 'ON'}}}}}}"
    assert "our own command" in mistakes(tmp_path, lamp + door)
    status = "mqtt: {url: 'mqtt://x', status_topic: keypad}"
    assert "for the gateway alone" in mistakes(tmp_path, door, status)


def test_a_relay_beside_an_entrance_is_a_back_door(tmp_path: Path) -> None:
    gate = f"  - {{id: it, {GATE}, lock: {{unlock: never}}}}\n"
    again = "  - {id: again, type: SWITCH, name: 등, on_off: {command: gate/set, state: other}}"
    assert "back door" in mistakes(tmp_path, gate + again)


def test_who_is_home_is_said_by_topics(tmp_path: Path) -> None:
    signs = make_signs(loaded(tmp_path, "  []", "home: {presence: [{topic: a}, {topic: b, path: c.d, home: 1}]}"))
    assert [(sign.topic, sign.path, sign.home) for sign in signs] == [("a", (), "home"), ("b", ("c", "d"), "1")]


# Found devices


def found_as(folder: Path, component: str, devices: str, **config: Any) -> Device:
    """A device that is found, as the configuration makes of it."""
    raw = found(component, command_topic="it/set", state_topic="it", **config)({"unlock": "never"}, KR)
    bare = Wiring(bare_of(raw.device, component), raw.bindings, raw.deeds)
    return placed(bare, make_rules(loaded(folder, devices)), KR).device


def bare_of(device: Device, component: str) -> Device:
    """As it was before anything was written of it."""
    return replace(device, guarded="" if component == "switch" else device.guarded, unlocking=Unlocking())


MATCH = "match: {id: it}"


def test_a_word_makes_an_entrance_of_a_found_relay(tmp_path: Path) -> None:
    relay = found_as(tmp_path, "switch", f"  - {{{MATCH}, name: 대문}}")
    assert (relay.guarded, may(relay, "TurnOn")) == ("", True)
    for lock in ("{}", "{unlock: never}", "{unlock: armed}"):
        gate = found_as(tmp_path, "switch", f"  - {{{MATCH}, lock: {lock}}}")
        assert gate.guarded == "entrance"
        assert not may(gate, "TurnOn")
        assert not may(gate, "TurnOff")


def test_a_found_lock_stays_one_whatever_is_written(tmp_path: Path) -> None:
    words = {"": "never", ", lock: {}": "never", ", lock: {unlock: always}": "always", ", type: SWITCH": "never"}
    for written, when in words.items():
        door = found_as(tmp_path, "lock", f"  - {{{MATCH}, expose: true{written}}}")
        assert (door.guarded, door.unlocking.when) == ("lock", when)


def test_a_word_on_how_it_is_opened_does_not_tell_clova_of_it(tmp_path: Path) -> None:
    door = found_as(tmp_path, "lock", f"  - {{{MATCH}, lock: {{unlock: always}}}}")
    assert "expose: true" in door.hidden


def test_every_command_of_every_guard_is_an_opening_unless_it_shuts(tmp_path: Path) -> None:
    for component, config, shuts in (
        ("cover", {"device_class": "garage"}, {"Close"}),
        ("valve", {}, {"SetLockState LOCKED"}),
        ("lock", {}, {"SetLockState LOCKED"}),
        ("switch", {}, set()),
    ):
        device = found_as(tmp_path, component, f"  - {{{MATCH}, expose: true, lock: {{}}}}", **config)
        for action in ("Open", "Close", "Stop", "TurnOn", "TurnOff", "SetLockState LOCKED", "SetLockState UNLOCKED"):
            name, _, word = action.partition(" ")
            commands = commands_of(ACTIONS[name], {"lockState": word}, device, LOCALE)
            if commands:
                assert opens(device, commands) == (action not in shuts), (component, action)


# What was once wrong


def test_what_a_voice_can_switch_arms_nothing(tmp_path: Path) -> None:
    lamp = "  - {id: hall, type: LIGHT, name: 등, on_off: {command: hall/set, state: hall/state}}\n"
    arm = "unlock: armed, arm: {topic: hall/state, payload: 'ON'}"
    for door in (f"  - {{id: it, {DOOR}, lock: {{{BOLT}, {arm}}}}}", f"  - {{{MATCH}, lock: {{{arm}}}}}"):
        assert "'hall' says this" in mistakes(tmp_path, lamp + door)


@pytest.mark.parametrize(
    ("component", "config", "action"),
    [
        ("lock", {"command_template": "PULSE", "payload_lock": "L", "payload_unlock": "U"}, "SetLockState"),
        (
            "cover",
            {"device_class": "garage", "position_topic": "p", "set_position_topic": "p/set"}
            | {"set_position_template": "PULSE", "payload_open": None, "payload_close": None},
            "Close",
        ),
    ],
    ids=["a lock", "a garage door"],
)
def test_what_is_told_the_same_to_open_and_to_shut_is_never_shut_freely(
    component: str, config: dict[str, Any], action: str
) -> None:
    wiring = found(component, command_topic="it/set", state_topic="it", **config)({"unlock": "never"}, KR)
    commands = commands_of(ACTIONS[action], {"lockState": "LOCKED"}, wiring.device, LOCALE)
    with pytest.raises(Problem):
        resolve(commands[0], wiring.device, {})


@pytest.mark.parametrize("device", [f"id: it, {DOOR}, lock: {{{BOLT}, %s}}", "match: {id: a}, lock: {%s}"])
def test_what_waits_for_somebody_to_be_home_needs_to_hear_who_is(tmp_path: Path, device: str) -> None:
    written = f"  - {{{device % 'unlock: armed, only_home: true'}}}"
    assert "`home: presence` has to say first who is home" in mistakes(tmp_path, written)
    loaded(tmp_path, written, AT_HOME)


def test_a_second_word_on_the_same_device_is_not_lost(tmp_path: Path) -> None:
    devices = f"  - {{{MATCH}, name: 대문}}\n  - {{{MATCH}, lock: {{unlock: never}}}}"
    try:
        gate = found_as(tmp_path, "switch", devices)
    except ConfigError:
        return
    assert not may(gate, "TurnOn")


def test_an_empty_message_arms_nothing(tmp_path: Path) -> None:
    door = f"  - {{id: it, {DOOR}, lock: {{{BOLT}, unlock: armed, arm: {{topic: keypad%s}}}}}}"
    for payload in ("", ", payload: ''", ", payload: ' '"):
        assert "payload" in mistakes(tmp_path, door % payload)


@pytest.mark.parametrize(
    ("lamp", "more"),
    [
        ("  - {id: lamp, type: LIGHT, name: 등, on_off: {command: keypad, state: lamp}}\n", ""),
        ("", "mqtt: {url: 'mqtt://x', status_topic: keypad}"),
    ],
    ids=["a lamp's command", "our status"],
)
def test_a_topic_that_arms_a_found_device_is_no_topic_of_ours(tmp_path: Path, lamp: str, more: str) -> None:
    door = f"  - {{{MATCH}, lock: {{unlock: armed, arm: {{topic: keypad, payload: 'ON'}}}}}}"
    assert "'it'" in mistakes(tmp_path, lamp + door, more)


def test_a_stop_that_is_sent_as_an_opening_is_one(tmp_path: Path) -> None:
    opening = (
        "opening: {command: gate/set, open: PRESS, close: DOWN, state: gate, stop: {command: gate/set, payload: PRESS}}"
    )
    try:
        gate = own(tmp_path, f"type: SMARTCURTAIN, name: 대문, {opening}, lock: {{unlock: never}}")
    except ConfigError:
        return
    assert not may(gate, "Stop")


def test_an_entrance_in_parts_is_closed(tmp_path: Path) -> None:
    parts = "parts: {left: {opening: {command: l/set, state: l}}, right: {opening: {command: r/set, state: r}}}"
    gate = own(tmp_path, f"type: SMARTCURTAIN, name: 대문, {parts}, lock: {{unlock: never}}")
    assert not may(gate, "Open")
    assert may(gate, "Close")


def test_a_gate_with_a_bolt_is_closed(tmp_path: Path) -> None:
    gate = own(
        tmp_path,
        f"type: SMARTCURTAIN, name: 대문, opening: {{command: o/set, state: o}}, lock: {{{BOLT}}}",
    )
    assert may(gate, "Close")
