"""The modes CLOVA has names for, in both regions, and the types of appliance each is documented for.

Inside the gateway a mode is called by its Korean code, or by its Japanese one where Korea has none. Any other word is
a device's own: it can be stepped to, but CLOVA has no name for it. Source: both guides' tables of operation modes.
"""

from typing import NamedTuple


class Mode(NamedTuple):
    """The types that have this mode in each region; empty where the region does not have it."""

    kr: tuple[str, ...]
    jp: tuple[str, ...]

    def types(self, region_code: str) -> tuple[str, ...]:
        """The types that have it in this region."""
        return {"kr": self.kr, "jp": self.jp}[region_code]


def _types(written: str) -> tuple[str, ...]:
    return tuple(written.split())


MODES: dict[str, Mode] = {
    "auto": Mode(_types("AIRCONDITIONER AIRPURIFIER FAN VENTILATOR"), _types("AIRCONDITIONER AIRPURIFIER FAN")),
    "autohumidify": Mode(_types("AIRPURIFIER"), ()),
    "away": Mode(_types("SMARTHUB THERMOSTAT"), _types("AIRCONDITIONER SMARTHUB THERMOSTAT")),
    "baby": Mode(_types("FAN"), _types("FAN")),
    "coldwater": Mode(_types("PURIFIER"), _types("PURIFIER")),
    "concentration": Mode(_types("LIGHT"), _types("LIGHT")),
    "cool": Mode(_types("AIRCONDITIONER"), _types("AIRCONDITIONER")),
    "dehumidify": Mode(_types("AIRCONDITIONER VENTILATOR"), _types("AIRCONDITIONER AIRPURIFIER")),
    "dry": Mode(_types("VENTILATOR"), ()),
    "fan": Mode(_types("AIRCONDITIONER"), _types("AIRCONDITIONER")),
    "filter": Mode(_types("REFRIGERATOR"), _types("REFRIGERATOR")),
    "freeze": Mode(_types("REFRIGERATOR"), _types("REFRIGERATOR")),
    "general": Mode(_types("PURIFIER RICECOOKER"), _types("PURIFIER RICECOOKER")),
    "heat": Mode(_types("AIRCONDITIONER"), _types("AIRCONDITIONER")),
    "hotwater": Mode(_types("PURIFIER SMARTHUB THERMOSTAT WATERBOILER"), _types("PURIFIER WATERBOILER")),
    "humidify": Mode((), _types("AIRPURIFIER")),
    "indoor": Mode(_types("SMARTHUB THERMOSTAT"), _types("AIRCONDITIONER SMARTHUB THERMOSTAT")),
    "infant": Mode(_types("AIRPURIFIER"), ()),
    "keepwarm": Mode(_types("RICECOOKER"), _types("RICECOOKER")),
    "light": Mode(_types("HUMIDIFIER"), ()),
    "movie": Mode(_types("LIGHT"), ()),
    "music": Mode(_types("LIGHT"), ()),
    "powercool": Mode(_types("AIRCONDITIONER"), ()),
    "powersaving": Mode(_types("AIRCONDITIONER REFRIGERATOR RICECOOKER"), _types("REFRIGERATOR RICECOOKER")),
    "privacy": Mode(_types("HOMECAM"), ()),
    "reading": Mode(_types("LIGHT"), _types("LIGHT")),
    "reheating": Mode(_types("RICECOOKER WATERBOILER"), _types("RICECOOKER WATERBOILER")),
    "removepollen": Mode((), _types("AIRPURIFIER")),
    "rest": Mode(_types("LIGHT"), _types("LIGHT")),
    "roomcare": Mode(_types("AIRPURIFIER"), ()),
    "sensing": Mode(_types("HOMECAM"), ()),
    "siren": Mode(_types("MOTIONSENSOR"), ()),
    "sleep": Mode(
        _types("AIRCONDITIONER AIRPURIFIER FAN LIGHT SMARTHUB THERMOSTAT"),
        _types("AIRCONDITIONER AIRPURIFIER FAN LIGHT SMARTHUB THERMOSTAT"),
    ),
    "smartchecking": Mode(_types("PURIFIER"), _types("PURIFIER")),
    "ventilating": Mode(_types("VENTILATOR"), ()),
    "vitality": Mode(_types("LIGHT"), _types("LIGHT")),
    "wakeup": Mode(_types("LIGHT"), _types("AIRCONDITIONER LIGHT")),
    "warmwind": Mode(_types("VENTILATOR"), ()),
    "washing": Mode((), _types("WATERBOILER")),
    "yellowsand": Mode(_types("AIRPURIFIER"), ()),
}
"""By our word, in the order of the alphabet."""

_RENAMED: dict[str, dict[str, str]] = {"kr": {}, "jp": {"fan": "blower"}}
_OURS = {region: {code: word for word, code in renamed.items()} for region, renamed in _RENAMED.items()}


def known_modes(region_code: str, kind: str) -> tuple[str, ...]:
    """The modes, in our words, of a type in a region; all of the region's where none are documented for the type."""
    documented = tuple(word for word, mode in MODES.items() if kind in mode.types(region_code))
    return documented or tuple(word for word in MODES if is_mode(region_code, word))


def is_mode(region_code: str, word: str) -> bool:
    """Whether the region has this mode of ours for any type at all."""
    return word in MODES and bool(MODES[word].types(region_code))


def said_in(region_code: str, word: str) -> str:
    """The region's code for our word; a word that it does not rename is passed on."""
    return _RENAMED[region_code].get(word, word)


def meant_in(region_code: str, code: str) -> str:
    """Our word for the region's code; a code that it does not rename is passed on."""
    return _OURS[region_code].get(code, code)
