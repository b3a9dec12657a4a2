"""What is recorded to be sent to others tells nothing of the home, and still fits together."""

import json
from typing import Any

import pytest

from gateway.capture import blacked_out

IEEE, MAC = "0x00158d00aabbccdd", "AA:BB:CC:DD:EE:0F"
DEVICES: list[Any] = [
    {
        "ieee_address": IEEE,
        "friendly_name": "안방/Emma's lamp",
        "description": "next to the bed",
        "definition": {"model": "LX-1", "description": "Lamp", "exposes": [{"name": "state", "property": "state"}]},
    },
    {"ieee_address": "0x00158d0011223344", "friendly_name": "light", "type": "light"},
]
PLUG = {
    "name": "Emma's Plug",
    "uniq_id": "emma_s_plug_energy",
    "stat_t": "home/emma-s-plug/state",
    "dev": {"ids": ["aabbccddee0f"], "cns": [["mac", MAC]], "name": "Emma's Plug", "sa": "Emma's room", "mdl": "P1"},
    "unit_of_meas": "kWh",
    "cmd_tpl": "{{ value }}",
}
MESSAGES = [
    ("zigbee2mqtt/bridge/devices", json.dumps(DEVICES, ensure_ascii=False), True),
    ("zigbee2mqtt/안방/Emma's lamp", '{"state": "ON", "brightness": 254}', True),
    ("homeassistant/sensor/aabbccddee0f/energy/config", json.dumps(PLUG), True),
    ("tasmota/discovery/AABBCCDDEE0F/config", '{"ip": "192.168.0.17", "dn": "Emma", "fn": ["Emma", null]}', True),
    ("shellies/x/online", "true", True),
]


@pytest.fixture(scope="module")
def said() -> list[Any]:
    return [json.loads(line) for line in blacked_out(MESSAGES)]


@pytest.mark.parametrize(
    "secret", ["Emma", "emma", "안방", "bed", IEEE, "AABBCCDDEE0F", "aabbccddee0f", MAC, "192.168", "11223344"]
)
def test_nothing_of_the_home_is_left(said: list[Any], secret: str) -> None:
    assert secret not in json.dumps(said, ensure_ascii=False)


def test_what_the_maker_says_stays(said: list[Any]) -> None:
    first, second = json.loads(said[0]["payload"])
    assert first["definition"] == DEVICES[0]["definition"]
    assert second["type"] == "light"
    plug = json.loads(said[2]["payload"])
    assert (plug["dev"]["mdl"], plug["unit_of_meas"], plug["cmd_tpl"]) == ("P1", "kWh", "{{ value }}")
    assert [one["payload"] for one in said[1::3]] == ['{"state": "ON", "brightness": 254}', "true"]


def test_what_was_the_same_is_the_same(said: list[Any]) -> None:
    first, _ = json.loads(said[0]["payload"])
    assert said[1]["topic"] == f"zigbee2mqtt/{first['friendly_name']}"
    plug = json.loads(said[2]["payload"])
    assert said[2]["topic"].split("/")[2] == plug["dev"]["ids"][0] == plug["dev"]["cns"][0][1].replace(":", "").lower()
    assert said[3]["topic"].split("/")[2].lower() == plug["dev"]["ids"][0]
    assert [one["retain"] for one in said] == [True] * 5
