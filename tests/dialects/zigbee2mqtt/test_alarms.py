"""What raises an alarm: which words of which exposes, and what only looks like one."""

from typing import Any

import pytest

from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import Trait
from tests.dialects.zigbee2mqtt import listed as z
from tests.dialects.zigbee2mqtt.listen import said
from tests.dialects.zigbee2mqtt.test_sensors import amount, flag

Json = dict[str, Any]
TOPIC = "zigbee2mqtt/hall"


def words(name: str, values: Any, access: int = 1) -> Json:
    return z.enum(name, values, access=access)


def text(name: str) -> Json:
    return {"type": "text", "name": name, "property": name, "access": 5}


def hear(payload: Any, *exposes: Json) -> dict[str, Any]:
    return dict(said(z.found(*exposes, name="hall"), TOPIC, payload))


CONTACT = flag("contact", False, True)
LOCK = z.specific("lock", z.binary("state", "LOCK", "UNLOCK"), words("lock_state", "locked unlocked"))
CALLING = words("action", "disarm arm_all_zones emergency panic")
OPENING = words("action", "lock unlock manual_lock manual_unlock key_unlock unlock_failure_invalid_pin_or_id")
SOURCE = words("action_source_name", "keypad rfid manual rf")
LEVELS = words("alarm_state", "normal prealarm alarmed critical_alarm")
DOOR = words("door_state", "open closed error_jammed error_forced_open error_unspecified")
VALVE = words("valve_abnormal_state", ["normal", "water_shortage", "water_leakage", "water_shortage,water_leakage"])
WORN = words("endoflife", "normal expires_soon expired")

SAID: list[tuple[str, list[Json], Json, Json]] = [
    ("a call", [flag("sos")], {"sos": True}, {"panic": True}),
    ("no call", [flag("sos")], {"sos": False}, {"panic": False}),
    ("a keypad's call", [CALLING], {"action": "emergency"}, {"panic": True}),
    ("in other letters", [CALLING], {"action": "PANIC"}, {"panic": True}),
    ("what is no call", [CALLING], {"action": "disarm"}, {}),
    ("an action that is over", [CALLING], {"action": ""}, {}),
    ("an action nobody knows of", [CALLING], {"action": None}, {}),
    ("an action that is none", [CALLING], {"action": {"a": 1}}, {}),
    ("something else", [CALLING], {"linkquality": 80}, {}),
    (
        "a fall",
        [flag("occupancy"), words("fall_status", "normal fall_alarm")],
        {"fall_status": "fall_alarm"},
        {"panic": True},
    ),
    ("a warning of one", [words("fall_status", "normal fall_warning fall_alarm")], {"fall_status": "fall_warning"}, {}),
    ("an alarm", [flag("alarm")], {"alarm": True}, {"triggered": True}),
    ("that is over", [flag("alarm")], {"alarm": False}, {"triggered": False}),
    ("in words", [words("alarm", "ALARM IDLE")], {"alarm": "ALARM"}, {"triggered": True}),
    ("by its level", [LEVELS], {"alarm_state": "critical_alarm"}, {"triggered": True}),
    ("before it", [LEVELS], {"alarm_state": "prealarm"}, {}),
    ("that can be set", [LEVELS | {"access": 3}], {"alarm_state": "alarmed"}, {"triggered": True}),
    ("a siren", [z.binary("alarm", True, False)], {"alarm": True}, {"on_off": True, "triggered": True}),
    ("a siren's relay", [z.binary("siren")], {"siren": "OFF"}, {"on_off": False, "triggered": False}),
    ("glass", [flag("glass_break")], {"glass_break": True}, {"forced": True}),
    ("a door by force", [DOOR], {"door_state": "error_forced_open"}, {"forced": True, "jammed": False}),
    ("a door that sticks", [DOOR], {"door_state": "error_jammed"}, {"forced": False, "jammed": True}),
    ("a door", [DOOR], {"door_state": "open"}, {"forced": False, "jammed": False}),
    ("a lock that sticks", [LOCK, words("action", "lock error_jammed")], {"action": "error_jammed"}, {"jammed": True}),
    ("a hand on it", [words("action", "tamper emergency")], {"action": "tamper"}, {"tamper": True}),
    ("a low battery", [CONTACT, flag("battery_low")], {"battery_low": True}, {"battery_low": True}),
    (
        "by its state",
        [CONTACT, words("battery_state", "low medium high")],
        {"battery_state": "low"},
        {"battery_low": True},
    ),
    (
        "another",
        [CONTACT, words("battery_state", "low medium high")],
        {"battery_state": "medium"},
        {"battery_low": False},
    ),
    ("a fault", [CONTACT, flag("fault_alarm")], {"fault_alarm": True}, {"alert.fault_alarm": "fault alarm"}),
    ("none", [CONTACT, flag("fault_alarm")], {"fault_alarm": False}, {"alert.fault_alarm": ""}),
    (
        "a fault in words",
        [CONTACT, text("fault_state")],
        {"fault_state": "low heat"},
        {"alert.fault_state": "low heat"},
    ),
    ("none in words", [CONTACT, text("fault_state")], {"fault_state": "Normal"}, {"alert.fault_state": ""}),
    ("no words", [CONTACT, text("fault_state")], {"fault_state": None}, {"alert.fault_state": ""}),
    (
        "one of a list",
        [CONTACT, words("fault", "clear over_power")],
        {"fault": "over_power"},
        {"alert.fault": "over_power"},
    ),
    ("none of a list", [CONTACT, words("fault", "clear over_power")], {"fault": "clear"}, {"alert.fault": ""}),
    (
        "a motor that sticks",
        [CONTACT, words("status", "opening stopped blocked")],
        {"status": "blocked"},
        {"alert.status": "blocked"},
    ),
    ("a motor", [CONTACT, words("status", "opening stopped blocked")], {"status": "opening"}, {"alert.status": ""}),
    ("an old sensor", [CONTACT, WORN], {"endoflife": "expired"}, {"alert.endoflife": "expired"}),
    ("one that ages", [CONTACT, WORN], {"endoflife": "expires_soon"}, {"alert.endoflife": ""}),
    ("water", [VALVE], {"valve_abnormal_state": "water_leakage"}, {"leak": True, "alert.valve_abnormal_state": ""}),
    (
        "water, and none",
        [VALVE],
        {"valve_abnormal_state": "water_shortage,water_leakage"},
        {"leak": True, "alert.valve_abnormal_state": "water_shortage,water_leakage"},
    ),
    ("no water", [VALVE], {"valve_abnormal_state": "normal"}, {"leak": False, "alert.valve_abnormal_state": ""}),
    ("smoke", [flag("smoke"), flag("test")], {"smoke": True, "test": False}, {"smoke": True}),
    ("smoke in a test", [flag("smoke"), flag("test")], {"smoke": True, "test": True}, {}),
    ("never tested", [flag("smoke"), flag("test")], {"smoke": True, "test": None}, {"smoke": True}),
    ("nothing of tests", [flag("smoke"), flag("test")], {"smoke": True}, {"smoke": True}),
    ("nothing of smoke", [flag("smoke"), flag("test")], {"test": False}, {}),
    (
        "a test by command",
        [flag("smoke"), z.binary("test", True, False)],
        {"smoke": True, "test": True},
        {"smoke": True},
    ),
    ("gas in a test", [flag("gas"), flag("self_test", "on", "off")], {"gas": True, "self_test": "ON"}, {}),
    ("by key", [LOCK, OPENING], {"action": "key_unlock"}, {"unlocked_by": "key"}),
    (
        "by hand",
        [LOCK, OPENING, SOURCE],
        {"action": "manual_unlock", "action_source_name": "manual"},
        {"unlocked_by": "hand"},
    ),
    (
        "by code",
        [LOCK, OPENING, SOURCE],
        {"action": "unlock", "action_source_name": "keypad"},
        {"unlocked_by": "keypad"},
    ),
    (
        "by something new",
        [LOCK, OPENING, SOURCE],
        {"action": "unlock", "action_source_name": "iris"},
        {"unlocked_by": "other"},
    ),
    ("by nothing", [LOCK, OPENING, SOURCE], {"action": "unlock", "action_source_name": None}, {"unlocked_by": "other"}),
    ("not opened", [LOCK, OPENING, SOURCE], {"action": None, "action_source_name": "keypad"}, {}),
    ("nobody knows how", [LOCK, OPENING], {"action": "unlock"}, {"unlocked_by": "other"}),
    ("a wrong code", [LOCK, OPENING], {"action": "unlock_failure_invalid_pin_or_id"}, {}),
    ("locked", [LOCK, OPENING, SOURCE], {"action": "lock", "action_source_name": "keypad"}, {}),
    (
        "the last way",
        [LOCK, words("last_unlock_source", "rfid self unknown")],
        {"last_unlock_source": "rfid"},
        {"unlocked_by": "card"},
    ),
    ("no last way", [LOCK, words("last_unlock_source", "rfid self unknown")], {"last_unlock_source": "unknown"}, {}),
]


@pytest.mark.parametrize(("exposes", "payload", "meaning"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_what_is_said(exposes: list[Json], payload: Json, meaning: Json) -> None:
    assert hear(payload, *exposes) == meaning


NONE: list[tuple[str, list[Json]]] = [
    ("whether there may be one", [z.binary("alarm", True, False, description="Enable the alarm")]),
    ("whether a sensor gives one", [z.binary("alarm", True, False), flag("smoke")]),
    ("the same once more", [flag("alarm"), flag("smoke")]),
    ("its level", [LEVELS, flag("gas")]),
    ("the bits of a sensor nobody knows", [flag("alarm_1"), flag("alarm_2")]),
    ("a limit", [words("temperature_alarm", "canceled lower_alarm upper_alarm")]),
    ("how loud it is", [words("alarm_volume", "low high", access=3)]),
    ("how long it lasts", [z.numeric("alarm_duration")]),
    ("a test", [flag("test")]),
    ("what came of one", [words("self_test", "checking success failure")]),
    ("whether it may be", [z.binary("tamper_alarm_enabled")]),
    ("a fault that can be set", [z.binary("fault")]),
    ("a number for a fault", [amount("fault")]),
    ("a list without an alarm", [words("alarm", "over_temperature off")]),
    ("a list without an end", [words("alarm", "alarm critical_alarm")]),
    ("the same word for both", [flag("sos", "same", "SAME")]),
    ("what is not told", [words("action", "emergency", access=2)]),
    ("without a key", [flag("sos") | {"property": ""} | {"name": ""}]),
    ("an action without words", [{"type": "text", "name": "action", "property": "action", "access": 1}]),
    ("a status", [words("status", "opening stopped")]),
    ("whether a door is open", [flag("door_state")]),
    ("whether something runs", [flag("status")]),
    ("what it is driven by", [flag("power_type", "mains", "battery")]),
    ("a remote that says unlock", [words("action", "lock unlock")]),
]
ALARMS: set[Trait] = {
    traits.PANIC,
    traits.FORCED,
    traits.JAMMED,
    traits.TRIGGERED,
    traits.TAMPER,
    traits.ALERT,
    traits.UNLOCKED_BY,
    traits.BATTERY_LOW,
}


@pytest.mark.parametrize("exposes", [row[1] for row in NONE], ids=[row[0] for row in NONE])
def test_what_is_no_alarm(exposes: list[Json]) -> None:
    told = {slot.trait for wiring in z.found(CONTACT, *exposes) for slot in wiring.bindings}
    assert not told & ALARMS


def test_what_passes_lapses_and_what_lasts_does_not() -> None:
    [keypad] = z.found(CALLING)
    assert keypad.device.features[Slot(traits.PANIC)].lapses_after == 30
    [button] = z.found(flag("sos"))
    assert button.device.features[Slot(traits.PANIC)].lapses_after is None


@pytest.mark.parametrize("expose", [flag("sos"), CALLING, flag("alarm"), flag("glass_break"), DOOR, flag("tamper")])
def test_what_only_calls_is_an_appliance_that_clova_does_not_see(expose: Json) -> None:
    [wiring] = z.found(expose, flag("battery_low"), amount("battery", "%"))
    assert wiring.device.hidden
    assert {Slot(traits.BATTERY_LOW), Slot(traits.BATTERY)} < set(wiring.bindings)
    assert not any(feature.writable for feature in wiring.device.features.values())


@pytest.mark.parametrize("expose", [flag("battery_low"), flag("fault"), words("last_unlock_source", "rfid self")])
def test_what_is_only_told_beside_something_else(expose: Json) -> None:
    assert not z.found(expose)


def test_an_alarm_is_raised_by_one_appliance_of_a_box() -> None:
    box = [flag("occupancy"), CONTACT, amount("temperature", "°C"), flag("vibration")]
    told = [*box, flag("tamper"), flag("battery_low"), flag("fault"), flag("sos"), flag("water_leak")]
    wirings = z.found(*told)
    assert [wiring.device.kind for wiring in wirings] == ["OPENCLOSESENSOR", "MOTIONSENSOR", "AIRSENSOR", ""]
    slots = [str(slot) for wiring in wirings for slot in wiring.bindings]
    assert len(slots) == len(set(slots)) == len(told)


def test_what_is_controlled_tells_them() -> None:
    [lock] = z.found(LOCK, OPENING, flag("battery_low"), flag("tamper"))
    assert lock.device.kind == "SMARTLOCK"
    assert set(z.slots(lock)) == {"lock", "unlocked_by", "battery_low", "tamper"}
