"""Every action that is understood, a row each: which verb, on which trait, asked and answered under which names.

Source: the CLOVA Home extension guide (KR, v2021-01-18), pages of the actions. The irregular names are its own
(deltaTemperature, but targetTemperature), which is why they stand in rows. A new action is one row.
"""

from dataclasses import dataclass
from enum import Enum

from gateway.clova.forms import COLOR, LOCK_STATE, TENTHS, WHOLE, WORD, Form
from gateway.home import traits
from gateway.home.traits import Deed, Trait
from gateway.home.values import Value


class Verb(Enum):
    """What an action does with its trait."""

    SET = "set"
    RAISE = "raise"
    LOWER = "lower"
    NEXT = "next"
    DO = "do"
    GET = "get"
    SPECIAL = "special"
    """One of the odd ones, see special.py."""


@dataclass(frozen=True, slots=True)
class Action:
    """One row. `asks` and `answers` are the payload's field names; empty where there is no field."""

    name: str
    verb: Verb
    trait: Trait | None = None
    asks: str = ""
    answers: str = ""
    form: Form | None = None
    fixed: Value | None = None
    """The value a SET without a field brings about."""
    previous: bool = False
    """Whether the confirmation tells the value before, in `previousState`."""
    deed: Deed | None = None
    inside: tuple[str, Trait] | None = None
    """An optional member of the asked object that is another trait's value."""

    @property
    def request(self) -> str:
        """The name of the message that asks for it."""
        return f"{self.name}Request"

    @property
    def reply(self) -> str:
        """The name of the message that answers it."""
        return f"{self.name}{'Response' if self.is_query else 'Confirmation'}"

    @property
    def is_query(self) -> bool:
        """Whether it only asks."""
        return self.verb is Verb.GET or self.name in ("HealthCheck", "GetDeviceState", "DiscoverAppliances")


_SET, _RAISE, _LOWER, _NEXT, _DO, _GET = Verb.SET, Verb.RAISE, Verb.LOWER, Verb.NEXT, Verb.DO, Verb.GET

_ROWS = (
    Action("DiscoverAppliances", Verb.SPECIAL),
    Action("HealthCheck", Verb.SPECIAL),
    Action("GetDeviceState", Verb.SPECIAL),
    Action("TurnOn", _SET, traits.ON_OFF, fixed=True),
    Action("TurnOff", _SET, traits.ON_OFF, fixed=False),
    Action("ChangePower", _NEXT, traits.ON_OFF),
    Action("SetBrightness", _SET, traits.BRIGHTNESS, "brightness", "brightness", WHOLE),
    Action("IncrementBrightness", _RAISE, traits.BRIGHTNESS, "deltaBrightness", "brightness", WHOLE, previous=True),
    Action("DecrementBrightness", _LOWER, traits.BRIGHTNESS, "deltaBrightness", "brightness", WHOLE, previous=True),
    Action("SetColor", _SET, traits.COLOR, "color", "color", COLOR, inside=("brightness", traits.BRIGHTNESS)),
    Action("SetColorTemperature", _SET, traits.COLOR_TEMPERATURE, "colorTemperature", "colorTemperature", WHOLE),
    Action("SetTargetTemperature", _SET, traits.TARGET_TEMPERATURE, "targetTemperature", "targetTemperature", TENTHS),
    Action(
        "IncrementTargetTemperature",
        _RAISE,
        traits.TARGET_TEMPERATURE,
        "deltaTemperature",
        "targetTemperature",
        TENTHS,
        previous=True,
    ),
    Action(
        "DecrementTargetTemperature",
        _LOWER,
        traits.TARGET_TEMPERATURE,
        "deltaTemperature",
        "targetTemperature",
        TENTHS,
        previous=True,
    ),
    Action("GetTargetTemperature", _GET, traits.TARGET_TEMPERATURE, answers="targetTemperature", form=TENTHS),
    Action("GetCurrentTemperature", _GET, traits.CURRENT_TEMPERATURE, answers="currentTemperature", form=TENTHS),
    Action("GetHumidity", _GET, traits.HUMIDITY, answers="humidity", form=WHOLE),
    Action("SetLockState", _SET, traits.LOCK, "lockState", "lockState", LOCK_STATE),
    Action("GetLockState", _GET, traits.LOCK, answers="lockState", form=LOCK_STATE),
    Action("Open", _SET, traits.OPENING, fixed=100.0),
    Action("Close", _SET, traits.OPENING, fixed=0.0),
    Action("Stop", _DO, deed=Deed.STOP),
    Action("SetFanSpeed", _SET, traits.FAN_SPEED, "fanSpeed", "fanSpeed", WHOLE),
    Action("IncrementFanSpeed", _RAISE, traits.FAN_SPEED, "deltaFanSpeed", "fanSpeed", WHOLE, previous=True),
    Action("DecrementFanSpeed", _LOWER, traits.FAN_SPEED, "deltaFanSpeed", "fanSpeed", WHOLE, previous=True),
    Action("ChangeFanSpeed", _NEXT, traits.FAN_SPEED, answers="fanSpeed", form=WHOLE),
    Action("SetMode", _SET, traits.MODE, "mode", "mode", WORD),
    Action("ChangeMode", _NEXT, traits.MODE, answers="mode", form=WORD, previous=True),
    Action("GetBatteryInfo", _GET, traits.BATTERY, answers="batteryInfo", form=WHOLE),
)

ACTIONS: dict[str, Action] = {row.name: row for row in _ROWS}
REQUESTS: dict[str, Action] = {row.request: row for row in _ROWS}
