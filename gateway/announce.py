"""What Home Assistant is told of the gateway's own health: one document of its MQTT discovery, for one device.

Every entity reads what the gateway says of itself anyway, below its status topic; each is away whenever that topic does
not say `online`. Source: Home Assistant's MQTT integration, device discovery (since its version 2024.11).
"""

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from gateway import __version__
from gateway.dialects.homeassistant.announcement import OURS
from gateway.web.standing import STANDINGS

NAMES: dict[str, dict[str, str]] = {
    "reach": {"ko": "인터넷에서 연결", "ja": "インターネットからの接続", "en": "Reachable from the Internet"},
    "reach_state": {"ko": "인터넷 연결 상태", "ja": "インターネット接続の状態", "en": "Way from the Internet"},
    "tunnel": {"ko": "터널", "ja": "トンネル", "en": "Tunnel"},
    "devices": {"ko": "기기", "ja": "機器", "en": "Devices"},
    "away": {"ko": "연결되지 않은 기기", "ja": "応答しない機器", "en": "Devices that are away"},
    "waiting": {"ko": "대기 중인 알림", "ja": "未送信の通知", "en": "Notifications that wait"},
    "problem": {"ko": "문제", "ja": "問題", "en": "Problem"},
}


@dataclass(frozen=True, slots=True)
class _Entity:
    """One entity: where below the status topic its value stands, and how it is read there."""

    platform: str
    topic: str
    template: str
    config: dict[str, Any]
    has_more: bool = False
    """Whether all of what stands there is shown as its attributes."""


_STATES: dict[str, Any] = {"device_class": "enum", "options": list(STANDINGS)}
_COUNTED: dict[str, Any] = {"state_class": "measurement"}
ENTITIES: dict[str, _Entity] = {
    "reach": _Entity(
        "binary_sensor",
        "way",
        "{{ {'up': 'ON', 'down': 'OFF'}.get(value_json.state, 'None') }}",
        {"device_class": "connectivity"},
    ),
    "reach_state": _Entity("sensor", "way", "{{ value_json.state }}", _STATES, has_more=True),
    "tunnel": _Entity("sensor", "gateway", "{{ value_json.links.tunnel }}", _STATES),
    "devices": _Entity("sensor", "gateway", "{{ value_json.devices }}", _COUNTED),
    "away": _Entity("sensor", "gateway", "{{ value_json.presence.offline + value_json.presence.silent }}", _COUNTED),
    "waiting": _Entity("sensor", "alarms", "{{ value_json.waiting }}", _COUNTED),
    "problem": _Entity(
        "binary_sensor",
        "gateway",
        "{{ 'ON' if value_json.problems else 'OFF' }}",
        {"device_class": "problem"},
        has_more=True,
    ),
}


def node(status_topic: str) -> str:
    """What this gateway is called there: the same for as long as its status topic is."""
    return OURS + blake2b(status_topic.encode(), digest_size=4).hexdigest()


def place(prefix: str, status_topic: str) -> str:
    """The topic of the document."""
    return f"{prefix}/device/{node(status_topic)}/config"


def document(status_topic: str, home: str, language: str) -> bytes:
    """The document itself, for a home of this name."""
    called = node(status_topic)
    return json.dumps(
        {
            "device": {
                "identifiers": [called],
                "name": f"clova-gateway {home}".strip(),
                "model": "clova-gateway",
                "sw_version": __version__,
            },
            "origin": {"name": "clova-gateway", "sw_version": __version__},
            "availability_topic": status_topic,
            "payload_available": "online",
            "payload_not_available": "offline",
            "components": {key: _component(key, one, status_topic, language) for key, one in ENTITIES.items()},
        },
        ensure_ascii=False,
    ).encode()


def _component(key: str, entity: _Entity, status_topic: str, language: str) -> dict[str, Any]:
    topic = f"{status_topic}/{entity.topic}"
    return {
        "platform": entity.platform,
        "unique_id": f"{node(status_topic)}-{key}",
        "name": NAMES[key][language],
        "state_topic": topic,
        "value_template": entity.template,
        "entity_category": "diagnostic",
        **entity.config,
        **({"json_attributes_topic": topic} if entity.has_more else {}),
    }
