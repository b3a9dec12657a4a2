"""The words that Homie properties are called by, and the words that enums have, with what they mean. Data only."""

import re

from gateway.home.values import LOCKED, UNLOCKED, Value
from gateway.wire.codecs import Fault, Moving

_NO_KEYS = "".join(f"(?<!{place} )" for place in ("child", "button", "key", "keypad", "screen", "window", "panel"))
"""Before the lock of a door, there is none of these."""

SORTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (sort, re.compile(called))
    for sort, called in (
        ("lock", rf"{_NO_KEYS}\block\b|dead ?bolt|door ?lock"),
        ("valve", r"valve"),
        ("cover", r"cover|blind|shutter|curtain|\bshade|awning|garage|\bgate\b"),
        ("humidifier", r"humidifier"),
        ("climate", r"thermostat|hvac|climate|heating|heater|radiator|air ?con|\bac\b|boiler|\bcontrols\b"),
        ("light", r"light|lamp|dimmer|\bleds?\b|bulb|\brgb"),
        ("fan", r"\bfan\b|ventilat|\bspeed\b"),
        ("siren", r"siren|\balarm\b"),
        ("switch", r"switch|relay|outlet|socket|plug|power"),
    )
)
"""What a node is, by its type or else by its id and name; the first fit counts."""

POWER = re.compile(
    r"\b(?:power|on|on ?off|switch|state|relay|output|outlet|socket|plug|light|lamp|leds?|fan|enabled?|siren|active)\b"
)
SWITCHED = re.compile(r"\b(?:power|on|on ?off|switch|relay|output|outlet|socket|plug|load)\b")
STATED = re.compile(r"^state(?: state)?$")
"""A bare state is a switch only where the node is one."""
SETTING = re.compile(
    r"lock|child|indicator|boost|restart|reset|reboot|calibrat|identify|update|button|schedule|beep|sound|behaviou?r|"
    r"default|restore|startup|start up|power ?on|\bled\b|timer|auto|mode|debug|config|log\b"
)
NO_POWER = re.compile(
    r"child|lock|behaviou?r|default|restore|startup|start up|power ?on|indicator|beep|sound|button|timer|schedule"
)
"""What is no switch of a lamp or a fan, though it is on or off."""
NO_APPLIANCE = re.compile(r"indicator|\bstatus (?:led|light)|\bsettings?\b|config|\bchild|\bsystem\b|diagnost|firmware")
"""What a node is called that is about the device, and not what the device is for."""
INDICATOR = re.compile(r"back ?light|display")
BRIGHTNESS = re.compile(r"bright|\bdim|level|intens|value|percent")
WHITE = re.compile(r"temp|\bct\b|kelvin|mired|white ?(?:tone|balance)")
ANY = re.compile("")
SETPOINT = re.compile(r"set ?point|target|desired|wanted|set ?temp|temperature")
MODE = re.compile(r"mode|operation")
NOT_THE_MODE = re.compile(r"fan|hold|display|light|swing|language|unit")
FAN = re.compile(r"fan|speed|level")
FAN_OF_CLIMATE = re.compile(r"fan|\bspeed\b")
SWING = re.compile(r"swing|oscillat")
LOCK, UNLOCK = re.compile(rf"{_NO_KEYS}\block"), re.compile(r"unlock|open")
BOLT = re.compile(rf"{_NO_KEYS}\b(?:un)?lock|state|bolt|command|control")
POSITION = re.compile(r"position|level|opening|open|percent|closure|closed|shutter|blind|curtain|cover|value")
GUESSES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (sort, re.compile(called))
    for sort, called in (
        ("lock", rf"{_NO_KEYS}\block(?:ed)?\b"),
        ("cover", r"position|blind|shutter|curtain"),
        ("light", r"bright|\bdim"),
        ("fan", r"\bfan\b|\bspeed\b"),
        ("valve", r"valve"),
    )
)
"""What has a settable property that is called so."""
SURELY_CLIMATE = re.compile(r"set ?point|target ?temp")

POSITION_OR_STATE = re.compile(r"valve|open|clos|state|position|power|\bon\b")
STOP = re.compile(r"\bstop\b")

LOCK_WORDS: dict[str, Value | Moving | Fault] = {
    "locked": LOCKED,
    "lock": LOCKED,
    "secured": LOCKED,
    "unlocked": UNLOCKED,
    "unlock": UNLOCKED,
    "unsecured": UNLOCKED,
    "locking": Moving(),
    "unlocking": Moving(),
    "jammed": Fault("jammed"),
    "blocked": Fault("blocked"),
    "fault": Fault("fault"),
    "error": Fault("error"),
}
COVER_WORDS: dict[str, Value | Moving | Fault] = {
    "open": 100.0,
    "opened": 100.0,
    "up": 100.0,
    "close": 0.0,
    "closed": 0.0,
    "down": 0.0,
    "opening": Moving(100.0),
    "closing": Moving(0.0),
}
VALVE_WORDS: dict[str, Value | Moving | Fault] = {
    "open": UNLOCKED,
    "opened": UNLOCKED,
    "close": LOCKED,
    "closed": LOCKED,
    "opening": Moving(),
    "closing": Moving(),
}
SPEED_WORDS: dict[str, Value | Moving | Fault] = {
    "1": 1.0,
    "low": 1.0,
    "slow": 1.0,
    "min": 1.0,
    "quiet": 1.0,
    "2": 2.0,
    "medium": 2.0,
    "mid": 2.0,
    "middle": 2.0,
    "normal": 2.0,
    "3": 3.0,
    "high": 3.0,
    "fast": 3.0,
    "max": 3.0,
    "turbo": 3.0,
}
OFF_WORDS = frozenset({"off", "0", "false", "standby"})
OUR_MODES = {
    "fan_only": "fan",
    "fan-only": "fan",
    "fan only": "fan",
    "dry": "dehumidify",
    "heat_cool": "auto",
    "heat-cool": "auto",
    "heating": "heat",
    "cooling": "cool",
    "automatic": "auto",
    "eco": "powersaving",
    "night": "sleep",
}
"""The device's words for modes that CLOVA has names for; any other is its own."""
