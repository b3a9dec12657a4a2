"""The models of the first generation, a row each, and what the later ones are called."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lamp:
    """One light of the first generation: where it is told and heard, and what it has beside its brightness."""

    topic: str
    level: str = "brightness"
    """The name of its brightness; empty where that depends on its mode."""
    kelvin: tuple[int, int] | None = None
    has_color: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """What a model of the first generation has. `sensors` are rows of `first.SENSORS`."""

    name: str
    relays: int = 0
    metered: bool = False
    rolls: bool = False
    """Whether two of its relays can be a roller."""
    lamps: tuple[Lamp, ...] = ()
    meters: int = 0
    sensors: tuple[str, ...] = ()
    sleeps: bool = False
    """Whether it is at the broker only when it has something to say."""
    overheats: bool = False
    """Whether it says when it is too hot."""
    plug: bool = False
    heats: bool = False
    """Whether it is a radiator valve."""


_DIMMER = (Lamp("light/0"),)
_BULB = (Lamp("color/0", "", (3000, 6500), has_color=True),)
STRIP = (Lamp("color/0", "gain", has_color=True),)
WHITES = tuple(Lamp(f"white/{channel}") for channel in range(4))
"""The two modes of an RGBW2."""

MODELS: dict[str, Model] = {
    "SHSW-1": Model("Shelly 1", relays=1),
    "SHSW-PM": Model("Shelly 1PM", relays=1, metered=True, overheats=True),
    "SHSW-L": Model("Shelly 1L", relays=1, metered=True, overheats=True),
    "SHSW-21": Model("Shelly 2", relays=2, rolls=True),
    "SHSW-25": Model("Shelly 2.5", relays=2, metered=True, overheats=True, rolls=True),
    "SHSW-44": Model("Shelly 4Pro", relays=4, metered=True),
    "SHAIR-1": Model("Shelly Air", relays=1, metered=True),
    "SHPLG-1": Model("Shelly Plug", relays=1, metered=True, plug=True),
    "SHPLG2-1": Model("Shelly Plug", relays=1, metered=True, plug=True),
    "SHPLG-S": Model("Shelly Plug S", relays=1, metered=True, overheats=True, plug=True),
    "SHPLG-U1": Model("Shelly Plug US", relays=1, metered=True, plug=True),
    "SHUNI-1": Model("Shelly UNI", relays=2),
    "SHEM": Model("Shelly EM", relays=1, meters=2),
    "SHEM-3": Model("Shelly 3EM", relays=1, meters=3),
    "SHDM-1": Model("Shelly Dimmer", metered=True, overheats=True, lamps=_DIMMER),
    "SHDM-2": Model("Shelly Dimmer 2", metered=True, overheats=True, lamps=_DIMMER),
    "SHVIN-1": Model("Shelly Vintage", metered=True, lamps=_DIMMER),
    "SHBDUO-1": Model("Shelly Duo", metered=True, lamps=(Lamp("light/0", kelvin=(2700, 6500)),)),
    "SHBLB-1": Model("Shelly Bulb", lamps=_BULB),
    "SHCB-1": Model("Shelly Duo RGBW", metered=True, lamps=_BULB),
    "SHRGBW2": Model("Shelly RGBW2", metered=True, lamps=STRIP),
    "SHHT-1": Model("Shelly H&T", sensors=("temperature", "humidity", "battery"), sleeps=True),
    "SHWT-1": Model("Shelly Flood", sensors=("flood", "temperature", "battery"), sleeps=True),
    "SHDW-1": Model("Shelly Door/Window", sensors=("contact", "vibration", "battery"), sleeps=True),
    "SHDW-2": Model("Shelly Door/Window 2", sensors=("contact", "vibration", "temperature", "battery"), sleeps=True),
    "SHSM-01": Model("Shelly Smoke", sensors=("smoke", "temperature", "battery"), sleeps=True),
    "SHSM-02": Model("Shelly Smoke 2", sensors=("smoke", "battery"), sleeps=True),
    "SHSEN-1": Model("Shelly Sense", sensors=("motion", "temperature", "humidity", "battery"), sleeps=True),
    "SHGS-1": Model("Shelly Gas", sensors=("gas", "fault")),
    "SHMOS-01": Model("Shelly Motion", sensors=("moved", "shaken", "jolted", "charge")),
    "SHMOS-02": Model("Shelly Motion 2", sensors=("moved", "shaken", "jolted", "warmth", "charge")),
    "SHTRV-01": Model("Shelly TRV", sensors=("charge",), heats=True),
    "SHIX3-1": Model("Shelly i3"),
    "SHBTN-1": Model("Shelly Button 1", sleeps=True),
    "SHBTN-2": Model("Shelly Button 1", sleeps=True),
}
"""By what it calls itself when it announces itself."""

_STEPS: tuple[tuple[str, str], ...] = (
    (r"^S(?=[0-9])", ""),
    (r"(?<=[a-z])(?=[A-Z0-9])", " "),
    (r" ?G([1-9])$", r" Gen\1"),
)


def called(app: str) -> str:
    """What a later Shelly is called, from its `app`: Plus2PM is a "Shelly Plus 2PM", S2PMG3 a "Shelly 2PM Gen3"."""
    for pattern, spaced in _STEPS:
        app = re.sub(pattern, spaced, app)
    return f"Shelly {app}".strip()
