"""Tasmota: what a firmware on plugs, switches, lamps and shutters announces of itself with SetOption19 0."""

from gateway.dialects.tasmota.dialect import Tasmota

__all__ = ["Tasmota"]
