"""A corpus of our own: a lamp in two descriptions, a relay of each of the other dialects."""

import json
from pathlib import Path
from typing import Any

from tests.dialects.homie.documents import node, setting, version_5
from tests.dialects.tasmota.documents import CONFIG_AT, SENSORS_AT, config
from tests.dialects.zigbee2mqtt.listed import BRIGHTNESS, IEEE, STATE, device, specific

LAMP = "hall lamp"
SHELLY = "shellies/house-1"


def write(folder: Path, *, brightness: bool = True, disabled: bool = False) -> None:
    """All of it, laid out as tests/corpus/folder.py says; `brightness` is whether that is announced."""
    lamp = device(specific("light", STATE, BRIGHTNESS), name=LAMP, disabled=disabled)
    _write(folder / "z2m_bridge_devices.json", [lamp])
    (folder / "ha_discovery.jsonl").write_text("".join(json.dumps(one) + "\n" for one in announced(brightness)))
    _write(
        folder / "tasmota" / "desk.json",
        {"messages": [_said(CONFIG_AT, config(1)), _said(SENSORS_AT, {"sn": {}, "ver": 1})]},
    )
    announce = {"id": "house-1", "model": "SHSW-1", "mac": "C45BBE0A1F22", "fw_ver": "v9.9"}
    info = {"relays": [{"ison": False}], "uptime": 12}
    shelly = [_said(f"{SHELLY}/announce", announce), _said(f"{SHELLY}/info", info, retain=False)]
    _write(folder / "shelly" / "house.json", {"id": "house-1", "messages": shelly})
    _write(folder / "homie" / "thing.json", version_5({"relay": node("relay", switch=setting("boolean"))}))


def announced(brightness: bool) -> list[dict[str, Any]]:
    """What Zigbee2MQTT announces of the lamp, and what nothing can be made of."""
    about = {"identifiers": [f"zigbee2mqtt_{IEEE}"], "manufacturer": "Maru", "model_id": "MR-1", "name": LAMP}
    topics = {"command_topic": f"zigbee2mqtt/{LAMP}/set", "state_topic": f"zigbee2mqtt/{LAMP}"}
    light = {"schema": "json", "brightness": brightness, "brightness_scale": 254, "unique_id": f"{IEEE}_light"}
    bad = {"state_topic": "a", "value_template": "{% import 'other' %}", "device_class": "temperature"}
    return [
        _said(f"homeassistant/light/{IEEE}/light/config", light | topics | {"device": about}),
        _said("homeassistant/sensor/other/config", bad | {"unit_of_measurement": "°C"}),
    ]


def _said(topic: str, payload: Any, *, retain: bool = True) -> dict[str, Any]:
    return {"topic": topic, "payload": payload, "retain": retain}


def _write(file: Path, document: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
