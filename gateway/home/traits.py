"""One row per trait: what sort of value it has, in which unit, and what difference still counts as the same."""

from dataclasses import dataclass
from enum import Enum

from gateway.home.values import LOCKED, UNLOCKED, Color, Value


class Sort(Enum):
    """The sort of value a trait has."""

    SWITCH = "switch"
    NUMBER = "number"
    WORD = "word"
    COLOR = "color"


class Travel(Enum):
    """How a device gets from one value to the next, which decides what proves a command."""

    NONE = "none"
    """At once: only the value itself is a proof."""
    RAMP = "ramp"
    """In a second or two: movement towards the target is a proof, and where it settles is the answer."""
    LONG = "long"
    """Longer than an answer may take: the first movement towards the target is the proof."""
    FINAL = "final"
    """Only the final state is a proof, however long it takes (locks)."""


@dataclass(frozen=True, slots=True, eq=False)
class Trait:
    """One property of a device. `tolerance` is in the trait's unit; `low` and `high` are the default limits."""

    name: str
    sort: Sort
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float = 0.0
    tolerance: float = 0.0
    words: tuple[str, ...] = ()
    travel: Travel = Travel.NONE
    writable: bool = True
    clamps: bool = False
    """Whether raising or lowering past the limit stops there ("brighter") or is refused ("three degrees more")."""

    def accepts(self, value: Value) -> bool:
        """Whether the value is of this trait's sort (its range is the device's matter)."""
        match self.sort:
            case Sort.SWITCH:
                return isinstance(value, bool)
            case Sort.NUMBER:
                return isinstance(value, int | float) and not isinstance(value, bool)
            case Sort.WORD:
                return isinstance(value, str) and (not self.words or value in self.words)
            case Sort.COLOR:
                return isinstance(value, Color)


ON_OFF = Trait("on_off", Sort.SWITCH)
BRIGHTNESS = Trait("brightness", Sort.NUMBER, "percent", 0, 100, step=1, tolerance=1, travel=Travel.RAMP, clamps=True)
COLOR = Trait("color", Sort.COLOR, tolerance=5, travel=Travel.RAMP)
COLOR_TEMPERATURE = Trait("color_temperature", Sort.NUMBER, "kelvin", 1500, 9000, tolerance=60, travel=Travel.RAMP)
TARGET_TEMPERATURE = Trait(
    "target_temperature", Sort.NUMBER, "celsius", 5, 35, step=0.5, tolerance=0.05, travel=Travel.RAMP
)
CURRENT_TEMPERATURE = Trait("current_temperature", Sort.NUMBER, "celsius", -50, 150, tolerance=0.05, writable=False)
HUMIDITY = Trait("humidity", Sort.NUMBER, "percent", 0, 100, tolerance=1, writable=False)
LOCK = Trait("lock", Sort.WORD, words=(LOCKED, UNLOCKED), travel=Travel.FINAL)
OPENING = Trait("opening", Sort.NUMBER, "percent", 0, 100, step=1, tolerance=2, travel=Travel.LONG)
FAN_SPEED = Trait("fan_speed", Sort.NUMBER, "level", 1, 3, step=1, tolerance=0.25, clamps=True)
MODE = Trait("mode", Sort.WORD)
POWER_USE = Trait("power_use", Sort.NUMBER, "watt", 0, None, writable=False)
BATTERY = Trait("battery", Sort.NUMBER, "percent", 0, 100, writable=False)
SMOKE = Trait("smoke", Sort.SWITCH, writable=False)

TRAITS: dict[str, Trait] = {
    trait.name: trait
    for trait in (
        ON_OFF,
        BRIGHTNESS,
        COLOR,
        COLOR_TEMPERATURE,
        TARGET_TEMPERATURE,
        CURRENT_TEMPERATURE,
        HUMIDITY,
        LOCK,
        OPENING,
        FAN_SPEED,
        MODE,
        POWER_USE,
        BATTERY,
        SMOKE,
    )
}


class Deed(Enum):
    """What a device can be told to do that is not a value to be reached."""

    STOP = "stop"
