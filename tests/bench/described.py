"""Descriptions by the thousand, as a big home's broker keeps them; and those that nobody should have to read."""

import json
from collections.abc import Iterator
from typing import Any

Described = Iterator[tuple[str, bytes]]
"""Topics and kept payloads."""

ENTITIES = 10
BRIDGE = "zigbee2mqtt/bridge/devices"


def hass(devices: int) -> Described:
    """Metering plugs of Home Assistant's discovery: ten topics each."""
    for number in range(devices):
        mac = f"02b0{number:08x}"
        device = {
            "ids": [f"plug-{mac}"],
            "cns": [["mac", ":".join(mac[at : at + 2] for at in range(0, 12, 2))]],
            "name": f"플러그 {number}",
            "mf": "Acme",
            "mdl": "Plug 16",
            "sw": "2.4.1",
        }
        for component, key, own in _ENTITIES:
            named = {"name": key.title(), "uniq_id": f"{mac}_{key}", "obj_id": f"plug_{number}_{key}"}
            about = {"~": f"plugs/{mac}", "avty_t": "~/status", "dev": device, "o": {"name": "plugd", "sw": "2.4.1"}}
            yield f"homeassistant/{component}/{mac}/{key}/config", _dump(named | own | about)


def _measured(key: str, sort: str, unit: str) -> tuple[str, str, dict[str, Any]]:
    template = f"{{{{ value_json.{key} | float(0) | round(2) }}}}"
    return "sensor", key, {"dev_cla": sort, "unit_of_meas": unit, "stat_t": "~/meter", "val_tpl": template}


_ENTITIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("switch", "relay", {"cmd_t": "~/set", "stat_t": "~/state", "pl_on": "ON", "pl_off": "OFF"}),
    _measured("power", "power", "W"),
    _measured("energy", "energy", "kWh"),
    _measured("voltage", "voltage", "V"),
    _measured("current", "current", "A"),
    _measured("temperature", "temperature", "°C"),
    _measured("humidity", "humidity", "%"),
    _measured("rssi", "signal_strength", "dBm"),
    ("switch", "led", {"cmd_t": "~/led/set", "stat_t": "~/led", "ent_cat": "config"}),
    ("button", "restart", {"cmd_t": "~/restart", "dev_cla": "restart", "ent_cat": "config"}),
)


def zigbee(devices: int) -> Described:
    """Colour lamps of one Zigbee2MQTT, all in one document."""
    yield "zigbee2mqtt/bridge/state", b'{"state":"online"}'
    yield BRIDGE, _dump([_lamp(number) for number in range(devices)])


def _lamp(number: int) -> dict[str, Any]:
    def leaf(kind: str, name: str, access: int = 7, **rest: Any) -> dict[str, Any]:
        said = {"type": kind, "name": name, "property": name, "label": name.title(), "access": access}
        return said | {"description": f"What {name} of this lamp is"} | rest

    color = leaf("composite", "color_xy", features=[leaf("numeric", "x"), leaf("numeric", "y")])
    light = [
        leaf("binary", "state", value_on="ON", value_off="OFF", value_toggle="TOGGLE"),
        leaf("numeric", "brightness", value_min=0, value_max=254),
        leaf(
            "numeric", "color_temp", value_min=153, value_max=500, unit="mired", presets=[{"name": "w", "value": 454}]
        ),
        color | {"property": "color"},
    ]
    others = [
        leaf("enum", "effect", 2, values=["blink", "breathe", "okay", "channel_change", "finish_effect"]),
        leaf("enum", "power_on_behavior", values=["off", "on", "toggle", "previous"]),
        leaf("numeric", "linkquality", 1, value_min=0, value_max=255, unit="lqi"),
    ]
    definition = {
        "model": "LC-9",
        "vendor": "Lumen",
        "description": "Colour lamp E27",
        "supports_ota": True,
        "exposes": [{"type": "light", "features": light}, *others],
        "options": [leaf("numeric", f"option_{at}", 2) for at in range(6)],
    }
    cluster = {"input": ["genBasic", "genOnOff", "genLevelCtrl"], "output": ["genOta"]}
    return {
        "ieee_address": f"0x02b0f1ff{number:08x}",
        "type": "Router",
        "network_address": number,
        "friendly_name": f"거실/등 {number}",
        "supported": True,
        "disabled": False,
        "interview_completed": True,
        "interview_state": "SUCCESSFUL",
        "definition": definition,
        "endpoints": {"1": {"bindings": [], "clusters": cluster, "configured_reportings": [], "scenes": []}},
        "manufacturer": "Lumen",
        "model_id": "LC9",
        "software_build_id": "1.0.4",
    }


def _dump(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def flood(count: int) -> Described:
    """Devices that do not exist, each with an address of its own."""
    for number in range(count):
        mac = f"06{number:010x}"
        device = {"cns": [["mac", mac]], "name": f"Fake {number}"}
        said = {"uniq_id": mac, "cmd_t": f"fake/{mac}/set", "stat_t": f"fake/{mac}", "dev": device}
        yield f"homeassistant/switch/{mac}/config", _dump(said)


MEGABYTE = 1_000_000


def _hass(**own: Any) -> bytes:
    return _dump({"uniq_id": "bad", "name": "Bad", "cmd_t": "bad/set", "stat_t": "bad/state", **own})


def monstrous() -> dict[str, tuple[str, bytes]]:
    """By name: the topic and payload of a description that is to be refused, or at least to cost little."""
    config = "homeassistant/switch/bad/config"
    listed = json.loads(next(zigbee_of(1)))
    listed[0]["definition"]["exposes"] = [{"type": "switch", "features": _deep(90)}]
    huge = {"type": "enum", "name": "x", "property": "x", "access": 7, "values": ["v" * 90] * 11_000}
    wide = json.loads(next(zigbee_of(1)))
    wide[0]["definition"]["exposes"] = [huge]
    return {
        "a description of 1 MB": (config, _hass(icon="x" * MEGABYTE)),
        "a description of 1 MB, of small members": (config, _hass(options=list(range(150_000)))),
        "a description of 100,000 levels": (config, b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        "a description of 30,000 levels": (config, b"[" * 30_000 + b"]" * 30_000),
        "a template that loops": (
            config,
            _hass(val_tpl="{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"),
        ),
        "a template of 200 kB": (config, _hass(val_tpl="{{ " + "+".join(["1"] * 100_000) + " }}")),
        "a template of nested brackets": (config, _hass(val_tpl="{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}")),
        "a list of 1 MB for one Zigbee device": (BRIDGE, _dump(wide)),
        "a Zigbee device of 90 levels": (BRIDGE, _dump(listed)),
        "a Zigbee list of 100,000 levels": (BRIDGE, b"[" * 100_000 + b"]" * 100_000),
        "a Homie description of 1 MB": ("homie/5/bad/$description", b'{"nodes":{' + b'"a":{},' * 150_000 + b'"b":{}}}'),
        "a Homie description of 30,000 levels": ("homie/5/bad/$description", b"[" * 30_000 + b"]" * 30_000),
        "a Tasmota config of 1 MB": ("tasmota/discovery/02BAD0000001/config", _hass(x="y" * MEGABYTE)),
        "a Shelly announcement of 30,000 levels": ("shellies/bad/announce", b"[" * 30_000 + b"]" * 30_000),
    }


def exploding() -> dict[str, tuple[bytes, bytes]]:
    """By name: a description with a harmless-looking template, and the state at `bad/state` that sets it off."""
    numbers = b"[%b]" % b",".join([b"1"] * 30_000)
    letters = b"a" * 60_000
    made = {
        "a text times a billion": ("{{ '9' * 999999999 }}", b"x"),
        "a power of what is heard": ("{{ (value | int) ** (value | int) }}", b"99999999"),
        "a pattern that tries everything": ("{{ value | regex_search('a*a*a*a*a*b') }}", letters),
        "a replacement by itself": ("{{ value | replace('a', value) }}", letters),
        "a text put to itself": ("{{ " + " ~ ".join(["value"] * 50) + " }}", letters),
        "a width of a billion": ("{{ '%999999999d' % 1 }}", b"x"),
        "a long list made a text": ("{{ value_json | to_json }}", numbers),
        "a list by way of filters": ("{{ value_json | map('string') | map('upper') | join(value) }}", numbers),
        "a list without doubles": ("{{ value_json | unique | list | length }}", b"[%b]" % b",".join([b"[1]"] * 15_000)),
    }
    return {name: (_hass(val_tpl=template), state) for name, (template, state) in made.items()}


def zigbee_of(devices: int) -> Iterator[bytes]:
    """The list alone."""
    return (payload for topic, payload in zigbee(devices) if topic == BRIDGE)


def _deep(levels: int) -> list[Any]:
    return [{"type": "composite", "name": "a", "features": _deep(levels - 1)}] if levels else []
