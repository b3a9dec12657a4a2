"""One row per trait: what sort of value it has, in which unit, and what difference still counts as the same."""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

from gateway.home.values import LOCKED, UNLOCKED, Color, Value


class Sort(Enum):
    """The sort of value a trait has."""

    SWITCH = "switch"
    NUMBER = "number"
    WORD = "word"
    COLOR = "color"
    LIST = "list"
    """A tuple of texts, or of (name, text) pairs."""


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


class Span(Enum):
    """What time a number is about that a device reports of itself."""

    NONE = "none"
    TODAY = "today"
    MONTH = "this month"


class Keep(Enum):
    """How `engine.history` keeps a trait, which decides what can be asked of its past."""

    NONE = "none"
    STEPS = "steps"
    """Its changes: how often, how long, when last, and the mean over time."""
    COUNTER = "counter"
    """A counter that only rises, but for resets: how much in a period."""
    RATE = "rate"
    """Watts, summed up to kilowatt-hours: how much in a period."""
    NIGHTS = "nights"
    """One value a night, the last one said of it: the mean, or the list, over the nights of a period."""


BEYOND = 1e11
"""No device has a number like that."""


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
    keep: Keep = Keep.NONE
    about: Span = Span.NONE
    stale_after: float = math.inf
    """Seconds after which a reading is too old to be told as the present; events (a door opened) do not age."""
    per_connection: bool = False
    """Whether a reading from before the present connection is too old as well (locks)."""
    spoken: bool = True
    """Whether GetDeviceState tells it."""

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
            case Sort.LIST:
                return isinstance(value, tuple)

    def is_possible(self, value: Value) -> bool:
        """Whether a device can be believed to say so: what is only measured lies within the trait's own limits."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return True
        low, high = (None, None) if self.writable else (self.low, self.high)
        return (-BEYOND if low is None else low) <= value <= (BEYOND if high is None else high)


_NUMBER, _SWITCH, _WORD, _LIST = Sort.NUMBER, Sort.SWITCH, Sort.WORD, Sort.LIST
_HOUR, _DAY = 3600.0, 86_400.0


def _measured(name: str, unit: str = "", high: float | None = None, **rest: Any) -> Trait:
    """A number from 0 that is only read."""
    return Trait(name, _NUMBER, unit, 0, high, writable=False, **rest)


GRADES = ("good", "normal", "bad", "verybad")
"""Air, from best to worst."""

WAYS = ("key", "keypad", "card", "fingerprint", "hand", "remote", "schedule", "other")
"""How a lock is opened."""

ON_OFF = Trait("on_off", _SWITCH, keep=Keep.STEPS)
BRIGHTNESS = Trait("brightness", _NUMBER, "percent", 0, 100, step=1, tolerance=1, travel=Travel.RAMP, clamps=True)
COLOR = Trait("color", Sort.COLOR, tolerance=5, travel=Travel.RAMP)
COLOR_TEMPERATURE = Trait("color_temperature", _NUMBER, "kelvin", 1500, 9000, tolerance=60, travel=Travel.RAMP)
TARGET_TEMPERATURE = Trait(
    "target_temperature", _NUMBER, "celsius", 5, 35, step=0.5, tolerance=0.05, travel=Travel.RAMP
)
CURRENT_TEMPERATURE = Trait(
    "current_temperature", _NUMBER, "celsius", -50, 150, tolerance=0.05, writable=False, stale_after=3 * _HOUR
)
HUMIDITY = _measured("humidity", "percent", 100, tolerance=1, stale_after=3 * _HOUR)
LOCK = Trait("lock", _WORD, words=(LOCKED, UNLOCKED), travel=Travel.FINAL, per_connection=True)
OPENING = Trait("opening", _NUMBER, "percent", 0, 100, step=1, tolerance=2, travel=Travel.LONG)
CONTACT = Trait("contact", _SWITCH, writable=False, keep=Keep.STEPS)
MOTION = Trait("motion", _SWITCH, writable=False, keep=Keep.STEPS)
FAN_SPEED = Trait("fan_speed", _NUMBER, "level", 1, 3, step=1, tolerance=0.25, clamps=True)
OSCILLATION = Trait("oscillation", _SWITCH)
MODE = Trait("mode", _WORD)
INTENSITY = Trait("intensity", _NUMBER, "level", 1, 5, step=1, tolerance=0.25, clamps=True)
VOLUME = Trait("volume", _NUMBER, "step", 0, 100, step=1, tolerance=0.5, clamps=True)
MUTE = Trait("mute", _SWITCH)
CHANNEL = Trait("channel", _NUMBER, "channel", 0, 9999, step=1)
SUB_CHANNEL = Trait("sub_channel", _NUMBER, "channel", 0, 9999, step=1)
CHANNEL_NAME = Trait("channel_name", _WORD)
INPUT_SOURCE = Trait("input_source", _WORD)
RECORDING = Trait("recording", _SWITCH)

PHASE = Trait("phase", _WORD, writable=False)
REMAINING_TIME = _measured("remaining_time", "second", stale_after=_HOUR)
CLEANING_TIME = _measured("cleaning_time", "second", stale_after=7 * _DAY)
KEEP_WARM_TIME = _measured("keep_warm_time", "second", stale_after=_HOUR)
EXPENDABLE_TIME = _measured("expendable_time", "second", stale_after=7 * _DAY)
EXPENDABLE_USAGE = _measured("expendable_usage", "percent", 100)

AIR_QUALITY = Trait("air_quality", _WORD, words=GRADES, writable=False, stale_after=3 * _HOUR)
FINE_DUST = _measured("fine_dust", "microgram", stale_after=3 * _HOUR)
FINE_DUST_INDEX = Trait("fine_dust_index", _WORD, words=GRADES, writable=False, stale_after=3 * _HOUR)
ULTRAFINE_DUST = _measured("ultrafine_dust", "microgram", stale_after=3 * _HOUR)
ULTRAFINE_DUST_INDEX = Trait("ultrafine_dust_index", _WORD, words=GRADES, writable=False, stale_after=3 * _HOUR)

POWER_USE = _measured("power_use", "watt", keep=Keep.RATE, stale_after=_HOUR)
ENERGY = _measured("energy", "kilowatt_hour", keep=Keep.COUNTER, stale_after=_DAY)
METERED_VOLUME = _measured("metered_volume", "litre", keep=Keep.COUNTER, stale_after=7 * _DAY)
ESTIMATED_ENERGY = _measured("estimated_energy", "kilowatt_hour", stale_after=7 * _DAY)
BILL = _measured("bill", "money", about=Span.MONTH, stale_after=40 * _DAY)
ESTIMATED_BILL = _measured("estimated_bill", "money", about=Span.MONTH, stale_after=7 * _DAY)
TAX_BRACKET = _measured("tax_bracket", "step", stale_after=7 * _DAY)
BATTERY = _measured("battery", "percent", 100, stale_after=7 * _DAY)
POWER_STATE = Trait("power_state", _WORD, writable=False)
SMOKE = Trait("smoke", _SWITCH, writable=False)

SITTING = Trait("sitting", _SWITCH, writable=False, keep=Keep.STEPS)
RIGHT_POSTURE = Trait("right_posture", _SWITCH, writable=False, keep=Keep.STEPS)
RIGHT_POSTURE_RATIO = _measured("right_posture_ratio", "percent", 100, about=Span.TODAY, stale_after=_DAY)
USAGE_TIME = _measured("usage_time", "second", about=Span.TODAY, stale_after=_DAY)
ASLEEP_TIME = _measured("asleep_time", "second", keep=Keep.NIGHTS, stale_after=2 * _DAY)
AWAKE_TIME = _measured("awake_time", "second", keep=Keep.NIGHTS, stale_after=2 * _DAY)
SLEEP_SCORE = _measured("sleep_score", "score", keep=Keep.NIGHTS, stale_after=2 * _DAY)
SLEEP_START = _measured("sleep_start", "instant", keep=Keep.NIGHTS, stale_after=2 * _DAY)
WEIGHT = _measured("weight", "kilogram")
BMI = _measured("bmi", "index")
BODY_FAT = _measured("body_fat", "percent", 100)
MUSCLE = _measured("muscle", "percent", 100)
HEALTH_SCORE = _measured("health_score", "score")
DETECTED_TIME = _measured("detected_time", "instant")
DETECTION_COUNT = _measured("detection_count", "times", about=Span.TODAY, stale_after=_DAY)
OPEN_TIME = _measured("open_time", "instant")
CLOSE_TIME = _measured("close_time", "instant")

NOTICES = Trait("notices", _LIST, writable=False, stale_after=7 * _DAY)
PACKAGES = Trait("packages", _LIST, writable=False, stale_after=7 * _DAY)
VEHICLES = Trait("vehicles", _LIST, writable=False, stale_after=_DAY)
INFO = Trait("info", _WORD, writable=False)

GAS = Trait("gas", _SWITCH, writable=False, spoken=False)
CARBON_MONOXIDE = Trait("carbon_monoxide", _SWITCH, writable=False, spoken=False)
LEAK = Trait("leak", _SWITCH, writable=False, spoken=False)
HEAT = Trait("heat", _SWITCH, writable=False, spoken=False)
TAMPER = Trait("tamper", _SWITCH, writable=False, spoken=False)
VIBRATION = Trait("vibration", _SWITCH, writable=False, spoken=False)
PANIC = Trait("panic", _SWITCH, writable=False, spoken=False)
"""Somebody has called for help: an emergency button."""
FORCED = Trait("forced", _SWITCH, writable=False, spoken=False)
"""A door was opened by force, or somebody tries codes at it."""
JAMMED = Trait("jammed", _SWITCH, writable=False, spoken=False)
TRIGGERED = Trait("triggered", _SWITCH, writable=False, spoken=False)
"""A siren sounds, or an alarm panel has been set off."""
BATTERY_LOW = Trait("battery_low", _SWITCH, writable=False, spoken=False)
UNLOCKED_BY = Trait("unlocked_by", _WORD, words=WAYS, writable=False, spoken=False)
"""How a lock was last opened."""
ALERT = Trait("alert", _WORD, writable=False, spoken=False)
"""What a device itself complains of, in its own words; empty when it no longer does."""
CARBON_DIOXIDE = _measured("carbon_dioxide", "ppm", stale_after=3 * _HOUR, spoken=False)
"""From GAS on: what devices tell and CLOVA has no question about."""

CONDITION = Trait("condition", _SWITCH, writable=False, spoken=False)
"""Whether something holds that forbids commands; its part is a number, see `Device.conditions`."""
DONE = Trait("done", _SWITCH, writable=False, spoken=False)
"""Whether a deed has come about; its part is the deed's name."""
REPLY = Trait("reply", _NUMBER, writable=False, spoken=False)
"""The number of the command that a device has answered with a success."""

LOST = Trait("lost", _SWITCH, writable=False, spoken=False)
"""A device has said that it is away, or says nothing any more. It is heard nowhere: the gateway knows it itself."""

_UNWRITTEN = (CARBON_DIOXIDE, CONDITION, DONE, REPLY, LOST)

TRAITS: dict[str, Trait] = {
    trait.name: trait for trait in tuple(globals().values()) if isinstance(trait, Trait) and trait not in _UNWRITTEN
}
"""Every trait that its owner can give a device, by its name, in the order above."""


class Deed(Enum):
    """What a device can be told to do that is not a value to be reached."""

    STOP = "stop"
    CHARGE = "charge"
    PREHEAT = "preheat"
    RAISE = "raise"
    LOWER = "lower"
    CALL_ELEVATOR = "call_elevator"
