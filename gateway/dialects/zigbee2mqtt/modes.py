"""CLOVA's names for the modes that Zigbee2MQTT and Home Assistant both have words for, and which of them are a mode."""

from collections.abc import Collection

_CLOVA = (
    "auto away baby cool dehumidify fan heat hotwater indoor infant light powercool powersaving reheating roomcare "
    "sleep ventilating wakeup warmwind washing"
)
KNOWN_MODES = frozenset(_CLOVA.split())
"""Those that CLOVA has a name for, of the types that are described here."""
COOLING = frozenset({"cool", "heat_cool", "dry", "fan_only"})
"""Ways of something that does not only heat."""
STILL = frozenset({"off", "stop", "stopped", "fixed"})
SWINGING = frozenset({"on", "both", "swing"})
"""Swinging, in whatever way."""
FITTING = frozenset({"away", "indoor", "sleep"})
"""Those that CLOVA has for a thermostat."""
AIR_MODES = {"heat_cool": "auto", "dry": "dehumidify", "fan_only": "fan", "fan only": "fan"}
PRESETS = {
    "at_home": "indoor",
    "automatic": "auto",
    "energy_saving": "powersaving",
    "eco": "powersaving",
    "holiday": "away",
    "home": "indoor",
    "night": "sleep",
    "saving": "powersaving",
    "smart": "auto",
    "sleeping": "sleep",
    "vacation": "away",
}


def are_presets(ways: Collection[str], presets: Collection[str], *, cools: bool) -> bool:
    """Whether the modes of something that heats or cools are its presets, and not its ways to do so.

    A thermostat's are, if one is for people who are away, at home or asleep; any other's only where there is one way.
    """
    if not cools and not FITTING.isdisjoint(presets):
        return True
    return len(set(ways)) < 2 and not KNOWN_MODES.isdisjoint(presets)
