"""Home Assistant's MQTT discovery: the convention in which most firmwares and bridges announce their devices."""

from gateway.dialects.homeassistant.dialect import HomeAssistant

__all__ = ["HomeAssistant"]
