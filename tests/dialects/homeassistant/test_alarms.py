"""What raises an alarm among what is announced: classes, names, panels, sirens, triggers, and Zigbee2MQTT's words."""

from typing import Any

import pytest

from gateway.dialects.homeassistant.components import has_place
from gateway.dialects.homeassistant.entity import Entity
from gateway.home import traits
from gateway.home.device import Slot
from gateway.wire.binding import Wiring
from tests.dialects.homeassistant.announced import found, wirings
from tests.dialects.homeassistant.test_zigbee import AT, IEEE, Announced, at, binary, home, of, sensor
from tests.dialects.zigbee2mqtt.listen import said

Json = dict[str, Any]


def one(component: str, **config: Any) -> list[Wiring]:
    """What becomes of one entity of somebody's firmware, heard at `s`."""
    about = {"device": {"identifiers": ["maker-9"], "name": "Hall"}}
    return wirings(found((f"{component}/maker/it", {"state_topic": "s", "unique_id": "u"} | about | config)))


def event(name: str, **config: Any) -> list[Wiring]:
    return one("binary_sensor", name=name, **config)


NAMED = [
    ("SOS", {"panic": True}),
    ("Emergency button", {"panic": True}),
    ("Door forced", {"forced": True}),
    ("Glass break", {"forced": True}),
    ("Lock jammed", {"jammed": True}),
    ("Alarm triggered", {"triggered": True}),
    ("Tamper alarm", {"tamper": True}),
]


@pytest.mark.parametrize(("name", "meaning"), NAMED)
def test_by_its_name(name: str, meaning: Json) -> None:
    wiring = event(name)
    assert wiring[0].device.hidden
    assert said(wiring, "s", "ON") == meaning
    assert said(wiring, "s", "OFF") == dict.fromkeys(meaning, False)
    assert said(event(name, entity_category="diagnostic"), "s", "ON") == meaning


@pytest.mark.parametrize("name", ["Alarm", "Alarm enabled", "Alarm armed", "Panic mode", "Lock", "Test", "Siren test"])
def test_what_is_only_called_like_one(name: str) -> None:
    assert not event(name)


DOOR = ("binary_sensor/maker/door", {"state_topic": "d", "device_class": "door", "unique_id": "d"})


def beside_a_door(*more: Announced) -> list[Wiring]:
    about = {"device": {"identifiers": ["maker-9"], "name": "Hall"}}
    return wirings(found(*((topic, config | about) for topic, config in (DOOR, *more))))


def test_what_a_device_complains_of_is_called_so() -> None:
    problems = [
        (
            f"binary_sensor/maker/{name}",
            {"state_topic": name, "device_class": "problem", "unique_id": name, "name": called},
        )
        for name, called in (("overheat", "Over temperature"), ("overload", "Over-power 0"))
    ]
    door = beside_a_door(*problems)
    assert [wiring.device.kind for wiring in door] == ["OPENCLOSESENSOR"]
    assert said(door, "overheat", "ON") == {"alert.overheat": "over temperature"}
    assert said(door, "overload", "ON") == {"alert.overload": "over power 0"}
    assert said(door, "overload", "OFF") == {"alert.overload": ""}
    assert not event("Anything", device_class="problem")  # alone it is no appliance


def test_a_battery_is_low_beside_what_it_drives() -> None:
    low = {"state_topic": "b", "device_class": "battery", "unique_id": "b", "entity_category": "diagnostic"}
    assert said(beside_a_door(("binary_sensor/maker/battery", low)), "b", "ON") == {"battery_low": True}


def test_a_lock_that_is_only_heard_of_has_no_place() -> None:
    assert not has_place(Entity("binary_sensor", "bolt", "", {"state_topic": "s", "device_class": "lock"}))


@pytest.mark.parametrize(
    ("word", "triggered"),
    [("triggered", True), ("disarmed", False), ("armed_custom_bypass", False), ("pending", False), ("arming", False)],
)
def test_a_panel_is_set_off(word: str, triggered: bool) -> None:
    panel = one("alarm_control_panel", command_topic="s/set")
    assert said(panel, "s", word)["triggered"] is triggered
    assert not panel[0].device.features[Slot(traits.TRIGGERED)].writable


def test_a_siren_sounds_where_it_says_so() -> None:
    assert said(one("siren", command_topic="s/set"), "s", {"state": "ON"}) == {"on_off": True, "triggered": True}
    assert Slot(traits.TRIGGERED) not in one("siren", command_topic="s/set", optimistic=True)[0].bindings
    assert Slot(traits.TRIGGERED) not in one("switch", command_topic="s/set", name="Alarm siren")[0].bindings


def trigger(payload: str, **config: Any) -> list[Wiring]:
    base = {"automation_type": "trigger", "topic": "t", "payload": payload, "type": "action", "subtype": payload}
    return one("device_automation", **base | config)


def test_a_trigger_calls_for_help() -> None:
    button = trigger("sos")
    assert button[0].device.hidden
    assert said(button, "t", "sos") == {"panic": True}
    assert said(button, "t", "single") == {}
    assert button[0].device.features[Slot(traits.PANIC)].lapses_after == 30
    assert said(trigger("7", subtype="panic"), "t", "7") == {"panic": True}
    assert not trigger("single")
    assert not trigger("", subtype="sos")


def test_an_event_calls_for_help() -> None:
    keypad = one("event", event_types=["arm", "emergency"])
    assert said(keypad, "s", {"event_type": "emergency"}) == {"panic": True}
    assert said(keypad, "s", {"event_type": "arm"}) == {}
    assert not one("event", event_types=["press", "hold"])


TESTED = binary("smoke", device_class="smoke")
CONTACT = binary("contact", device_class="door", payload_on=False, payload_off=True)
LOCK = of("lock", "lock", command_topic=f"{AT}/set", value_template='{{ value_json["lock_state"] }}', name=None)
LOOPS = "{% for a in value_json.action %}{{ a }}{% endfor %}"
CALLS = {"automation_type": "trigger", "payload": "panic", "topic": f"{AT}/action", "type": "action"}

ZIGBEE: list[tuple[str, list[Announced], Any, Json]] = [
    ("a call", [binary("sos")], {"sos": True}, {"panic": True}),
    ("a siren heard", [binary("alarm")], {"alarm": True}, {"triggered": True}),
    ("its level", [sensor("alarm_state", "")], {"alarm_state": "critical_alarm"}, {"triggered": True}),
    ("before it", [sensor("alarm_state", "")], {"alarm_state": "prealarm"}, {}),
    (
        "a battery",
        [CONTACT, binary("battery_low", device_class="battery")],
        {"battery_low": True},
        {"battery_low": True},
    ),
    ("in words", [CONTACT, sensor("battery_state", "")], {"battery_state": "low"}, {"battery_low": True}),
    ("a fault", [CONTACT, binary("fault_alarm")], {"fault_alarm": True}, {"alert.fault_alarm": "fault alarm"}),
    ("in words, too", [CONTACT, sensor("fault_state", "")], {"fault_state": "normal"}, {"alert.fault_state": ""}),
    ("smoke", [TESTED], {"smoke": True, "test": False}, {"smoke": True}),
    ("smoke in a test", [TESTED], {"smoke": True, "test": True}, {}),
    ("never tested", [TESTED], {"smoke": True, "test": None}, {"smoke": True}),
    ("nothing of tests", [TESTED], {"smoke": False}, {"smoke": False}),
    (
        "how it was opened",
        [LOCK, sensor("action_source_name", "")],
        {"action": "unlock", "action_source_name": "rfid"},
        {"unlocked_by": "card"},
    ),
    (
        "how it was locked",
        [LOCK, sensor("action_source_name", "")],
        {"action": "lock", "action_source_name": "rfid"},
        {},
    ),
    ("a keypad", [sensor("action_zone", "")], {"action": "emergency", "action_zone": 23}, {"panic": True}),
    ("a keypad that arms", [sensor("action_zone", "")], {"action": "arm_all_zones", "action_zone": 23}, {}),
    (
        "an event",
        [of("event", "action", event_types=["emergency"], value_template=LOOPS)],
        {"action": "emergency"},
        {"panic": True},
    ),
    ("another", [of("event", "action", event_types=["emergency"], value_template=LOOPS)], {"linkquality": 7}, {}),
    (
        "a howling switch",
        [at("alarm", payload_on="true", payload_off="false")],
        {"alarm": True},
        {"on_off": True, "triggered": True},
    ),
]


@pytest.mark.parametrize(
    ("announced", "payload", "meaning"), [row[1:] for row in ZIGBEE], ids=[row[0] for row in ZIGBEE]
)
def test_zigbee2mqtts_words(announced: list[Announced], payload: Any, meaning: Json) -> None:
    units = [(topic, {key: value for key, value in config.items() if value != ""}) for topic, config in announced]
    assert said(home(*units, model="Outdoor siren"), AT, payload) == meaning


def test_zigbee2mqtts_trigger() -> None:
    button = home((f"device_automation/{IEEE}/action_panic", CALLS))
    assert said(button, f"{AT}/action", "panic") == {"panic": True}
    assert said(button, f"{AT}/action", "emergency") == {"panic": True}  # which is announced once it was heard


@pytest.mark.parametrize(
    "announced",
    [
        [binary("alarm"), binary("smoke", device_class="smoke")],
        [sensor("alarm_state", ""), binary("gas", device_class="gas")],
        [sensor("action_source_name", "")],
        [sensor("battery_state", "%")],
        [binary("alarm_1")],
        [binary("door_state")],
        [binary("test")],
        [sensor("temperature_alarm", "")],
    ],
)
def test_zigbee2mqtts_words_that_are_no_alarm(announced: list[Announced]) -> None:
    units = [(topic, {key: value for key, value in config.items() if value != ""}) for topic, config in announced]
    told = {slot.trait for wiring in home(CONTACT, *units) for slot in wiring.bindings}
    assert told <= {traits.CONTACT, traits.SMOKE, traits.GAS}
