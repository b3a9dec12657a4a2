"""Zigbee2MQTT: `bridge/devices` and `bridge/groups` list everything there is, and what it exposes."""

from gateway.dialects.zigbee2mqtt.dialect import Zigbee2Mqtt

__all__ = ["Zigbee2Mqtt"]
