"""clova-gateway: the MQTT devices of a home, controllable by voice through CLOVA."""

__version__ = "0.1.0"
