"""The Homie convention, versions 3 to 5: devices, their nodes and properties, described in retained topics."""

from gateway.dialects.homie.dialect import Homie

__all__ = ["Homie"]
