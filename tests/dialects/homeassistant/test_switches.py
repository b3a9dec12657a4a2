"""Switches, buttons, scenes, and the many switches that are none."""

from typing import Any

import pytest

from gateway.dialects.homeassistant.components import has_place
from gateway.dialects.homeassistant.entity import Entity
from gateway.home.device import Slot
from gateway.home.traits import ON_OFF
from tests.dialects.homeassistant.announced import Row, check, home

PLAIN: dict[str, Any] = {"command_topic": "plug/set", "state_topic": "plug"}
RPC = '{"id":1,"src":"us","method":"Switch.Set","params":{"id":0,"on":%s}}'
ROWS = [
    Row("on", "switch", PLAIN, "on_off", True, [("plug/set", "ON")], ("plug", "ON")),
    Row("off", "switch", PLAIN, "on_off", False, [("plug/set", "OFF")], ("plug", "OFF")),
    Row(
        "told otherwise than it says",
        "switch",
        PLAIN | {"payload_on": "start", "payload_off": "end", "state_on": "running", "state_off": "idle"},
        "on_off",
        True,
        [("plug/set", "start")],
        ("plug", "running"),
    ),
    Row(
        "a call",
        "switch",
        PLAIN
        | {"payload_on": RPC % "true", "payload_off": RPC % "false", "state_on": True, "state_off": False}
        | {"value_template": "{{ value_json.output }}"},
        "on_off",
        False,
        [("plug/set", RPC % "false")],
        ("plug", {"output": False}),
    ),
    Row(
        "by a template",
        "switch",
        PLAIN
        | {"command_template": '{"relay": "{{ value | lower }}"}'}
        | {"value_template": "{% if value_json.r == 1 %}ON{% else %}OFF{% endif %}"},
        "on_off",
        True,
        [("plug/set", '{"relay": "on"}')],
        ("plug", {"r": 1}),
    ),
    Row(
        "numbers",
        "switch",
        PLAIN | {"payload_on": 1, "payload_off": 0},
        "on_off",
        True,
        [("plug/set", "1")],
        ("plug", 1),
    ),
    Row("without a state topic", "switch", {"command_topic": "a"}, "on_off", True, [("a", "ON")]),
    Row("optimistic", "switch", PLAIN | {"optimistic": "true"}, "on_off", True, [("plug/set", "ON")]),
    Row("button", "button", {"command_topic": "bell"}, "on_off", True, [("bell", "PRESS")]),
    Row(
        "named press", "button", {"command_topic": "bell", "payload_press": "ring"}, "on_off", True, [("bell", "ring")]
    ),
    Row(
        "press by a template",
        "button",
        {"command_topic": "bell", "command_template": '{"do": "{{ value }}"}'},
        "on_off",
        True,
        [("bell", '{"do": "PRESS"}')],
    ),
    Row(
        "scene",
        "scene",
        {"command_topic": "lamp/set", "payload_on": '{"scene_recall": 3}'},
        "on_off",
        True,
        [("lamp/set", '{"scene_recall": 3}')],
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_is_told_and_heard_to_obey(row: Row) -> None:
    check(row)


@pytest.mark.parametrize(
    ("component", "config", "noted"),
    [
        ("switch", PLAIN | {"payload_on": "X", "payload_off": "X"}, "on and off are the same word"),
        ("switch", PLAIN | {"state_on": "1", "state_off": 1}, "on and off are the same word"),
        ("switch", PLAIN | {"command_topic": 7}, "command_topic is no topic"),
        ("switch", PLAIN | {"command_template": "{{ nobody }}"}, "command_template cannot be used"),
        ("scene", {"command_topic": "a"}, "a scene without `payload_on` cannot be called up"),
    ],
)
def test_what_cannot_be_used_is_noted(component: str, config: dict[str, Any], noted: str) -> None:
    it = home(component, **config)
    assert any(noted in note for note in it.sketch.notes)
    assert not any(feature.writable for feature in it.sketch.features.values())


def test_what_it_is_hinted_to_be() -> None:
    assert home("switch", **PLAIN).sketch.hints == {"switch"}
    assert home("switch", **PLAIN, device_class="outlet").sketch.hints == {"switch", "plug"}
    assert home("switch", **PLAIN, name="Garden siren").sketch.hints == {"switch", "siren"}
    assert home("button", command_topic="a").sketch.hints == {"button"}
    assert home("scene", command_topic="a", payload_on="1").sketch.hints == {"scene"}
    assert not home("button", command_topic="a").sketch.features[Slot(ON_OFF)].readable


def at(key: str, **more: Any) -> dict[str, Any]:
    """As Zigbee2MQTT announces a property."""
    return {
        "command_topic": f"zigbee2mqtt/hall/set/{key}",
        "state_topic": "zigbee2mqtt/hall",
        "value_template": f'{{{{ value_json["{key}"] }}}}',
    } | more


SETTINGS: list[tuple[str, str, dict[str, Any]]] = [
    ("switch", "switch_child_lock", at("child_lock", payload_on="LOCK", payload_off="UNLOCK")),
    ("switch", "switch_quiet_fan", at("quiet_fan")),
    ("switch", "anything", at("whatever_it_does")),
    ("switch", "switch_relay_type", at("relay_type", payload_on="NC")),
    ("switch", "x", PLAIN | {"name": "Child lock"}),
    ("switch", "x", PLAIN | {"name": "Window detection"}),
    ("switch", "x", PLAIN | {"name": "Auto lock"}),
    ("switch", "x", PLAIN | {"name": "Away mode"}),
    ("switch", "x", PLAIN | {"name": "Status LED"}),
    ("switch", "x", PLAIN | {"name": "LED"}),
    ("switch", "x", PLAIN | {"name": "Holiday"}),
    ("switch", "x", PLAIN | {"name": "차일드락"}),
    ("switch", "x", PLAIN | {"name": "외출"}),
    ("switch", "x", PLAIN | {"name": "チャイルドロック"}),
    ("switch", "power_on_behavior", PLAIN),
    ("switch", "esp_kitchen_restart", PLAIN),
    ("switch", "x", PLAIN | {"entity_category": "config"}),
    ("switch", "x", PLAIN | {"payload_on": '{"time": 254}', "payload_off": '{"time": 0}'}),
    ("switch", "x", PLAIN | {"payload_on": '{"id":1,"method":"Boolean.Set","params":{"id":3,"value":true}}'}),
    ("switch", "x", {"command_topic": "zigbee2mqtt/bridge/request/device/remove"}),
    ("lock", "child_lock", {"command_topic": "trv/set/child_lock"}),
    ("button", "identify", {"command_topic": "a", "device_class": "identify"}),
    ("button", "restart", {"command_topic": "a", "device_class": "restart"}),
    ("button", "x", {"command_topic": "a", "device_class": "update"}),
    ("button", "x", {"command_topic": "a", "name": "Factory reset"}),
    ("button", "anything", {"command_topic": "zigbee2mqtt/hall/set/spatial_learning"}),
    ("light", "light", PLAIN | {"entity_category": "config"}),
    ("number", "x", PLAIN),
    ("select", "x", PLAIN | {"options": ["a", "b"]}),
    ("update", "x", PLAIN),
    ("text", "x", PLAIN),
]
POWER: list[tuple[str, str, dict[str, Any]]] = [
    ("switch", "switch", at("state")),
    ("switch", "switch_l1", at("state_l1")),
    ("switch", "switch_top_left", at("state_top_left")),
    ("switch", "switch_relay_2", at("relay_2")),
    ("switch", "relay", PLAIN),
    ("switch", "x", PLAIN | {"name": "Bluetooth speaker"}),
    ("switch", "x", PLAIN | {"name": "Holiday lights"}),
    ("switch", "x", PLAIN | {"name": "LED strip"}),
    ("switch", "x", PLAIN | {"name": "거실 콘센트"}),
    ("switch", "x", PLAIN | {"payload_on": '{"state": "ON"}'}),
    ("switch", "x", PLAIN | {"payload_on": '{"device": "boiler", "do": "start"}'}),
    ("switch", "x", PLAIN | {"payload_on": RPC % "true"}),
    ("switch", "x", PLAIN | {"payload_on": "{broken"}),
    ("button", "doorbell", {"command_topic": "a"}),
]


@pytest.mark.parametrize(("component", "object_id", "config"), SETTINGS)
def test_a_setting_has_no_place(component: str, object_id: str, config: dict[str, Any]) -> None:
    assert not has_place(Entity(component, object_id, "", config))


@pytest.mark.parametrize(("component", "object_id", "config"), POWER)
def test_power_has_one(component: str, object_id: str, config: dict[str, Any]) -> None:
    assert has_place(Entity(component, object_id, "", config))


def test_a_device_may_be_called_like_a_setting() -> None:
    device = {"name": "Restart Cafe"}
    assert has_place(Entity("switch", "x", "", PLAIN | {"name": "Restart Cafe"}, device=device))
    assert has_place(Entity("switch", "restart_cafe_relay", "", PLAIN, device=device))
    assert not has_place(Entity("switch", "x", "", PLAIN | {"name": "Restart Cafe child lock"}, device=device))
