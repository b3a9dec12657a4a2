"""How a documented field is written down here, and the objects and errors that messages of ClovaHome are made of.

Source: the field tables of the CLOVA Home extension guides, KR v2021-01-18 and JP v3.2.0; nothing of `gateway`, since
this package judges it. Objects go by the guides' names less `InfoObject`. JP is told as what differs from KR.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial


class Need(Enum):
    """Whether a field is there. CONDITIONAL: only in some requests; NEVER: in replies only."""

    ALWAYS = "always"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `type` is a JSON type or an object's name, with [] for a list of them and | for either."""

    name: str
    type: str
    need: Need = Need.ALWAYS
    asked: Need | None = None
    """The need in requests, where it is another than in replies."""
    words: tuple[str | int, ...] = ()
    """All that is allowed; of an object, all that its `value` may be."""
    among: str = ""
    """Allowed is what the region knows of these: actions, types, locations, modes or endpoints."""
    form: str = ""
    """datetime, duration or currency."""
    low: float | None = None
    high: float | None = None
    whole: bool = False
    digits: int | None = None
    """How many decimals at most."""
    inside: tuple["Field", ...] = ()
    """The members, where the object has no name."""
    free: bool = False
    """Whether members beyond these are the vendor's own."""

    def needed(self, asking: bool) -> Need:
        """The need in a request, or in a reply."""
        return self.asked if asking and self.asked else self.need


Fields = tuple[Field, ...]

must = Field
may = partial(Field, need=Need.OPTIONAL)
some = partial(Field, need=Need.CONDITIONAL)

_value = partial(Field, "value")
_number: Fields = (_value("number"),)
_text: Fields = (_value("string"),)
_told = partial(Field, need=Need.OPTIONAL, asked=Need.NEVER)
_in_some = partial(Field, need=Need.OPTIONAL, asked=Need.CONDITIONAL)
_GRADES = ("good", "normal", "bad", "verybad")
_graded: Fields = (may("value", "number"), must("index", "string", words=_GRADES))

HEADER: Fields = (
    must("messageId", "string"),
    must("name", "string"),
    must("namespace", "string", words=("ClovaHome",)),
    must("payloadVersion", "string", words=("1.0",)),
)

_ALLOWABLE: Fields = (
    must("type", "string", words=("string", "number", "boundedNumber")),
    may("enumValues", "string[]|number[]"),
    may("minValue", "number"),
    may("maxValue", "number"),
)
_ACTION_DETAILS = may(
    "actionDetails",
    "object[]",
    inside=(must("action", "string", among="actions"), must("allowableValue", "object", inside=_ALLOWABLE)),
)

_KR_OBJECTS: dict[str, Fields] = {
    "Action": (must("applianceId", "string"), must("action", "string", among="actions")),
    "AirQuality": (must("index", "string", words=_GRADES),),
    "Appliance": (
        _told("actions", "string[]", among="actions"),
        _in_some("additionalApplianceDetails", "object", inside=(_ACTION_DETAILS,), free=True),
        must("applianceId", "string"),
        must("applianceTypes", "string[]", asked=Need.NEVER, among="types"),
        _told("friendlyName", "string"),
        _told("friendlyDescription", "string"),
        _told("isIr", "boolean"),
        _told("manufacturerName", "string"),
        _told("modelName", "string"),
        _told("version", "string"),
        _told("location", "string", among="locations"),
        _told("tags", "string[]"),
    ),
    "Battery": (_value("number", low=0, high=100, whole=True),),
    "Bill": (must("currency", "string", form="currency"), *_number),
    "Brightness": (_value("number", low=0, high=100, whole=True),),
    "Color": (
        _in_some("brightness", "number", low=0, high=100),
        must("hue", "number", low=0, high=360),
        must("saturation", "number", low=0, high=100),
    ),
    "ColorTemperature": _number,
    "Consumption": (
        must("name", "string"),
        must("unit", "string", words=("KW", "kw", "W", "KL", "kl", "L", "l", "cc")),
        *_number,
    ),
    "CustomCommand": (must("name", "string"), must("actions", "Action[]")),
    "Custom": (
        must("name", "string"),
        must("value", "number|string"),
        may("unit", "string", words=("celsius", "percentage")),
    ),
    "DetectionCount": _text,
    "Direction": (_value("string", words=("horizontal", "vertical")),),
    "Endpoint": (_value("string", among="endpoints"),),
    "Expendable": (must("name", "string"), may("remainingTime", "string", form="duration"), may("usage", "Custom")),
    "FineDust": _graded,
    "Index": (may("value", "number"),),
    "IntensityLevel": (_in_some("value", "number"),),
    "Mode": (_value("string", among="modes"),),
    "Humidity": _number,
    "Percentage": _number,
    "Period": (must("end", "string", form="datetime"), must("start", "string", form="datetime")),
    "Phase": _text,
    "PowerState": _text,
    "ProgressiveTaxBracket": _number,
    "Score": _number,
    "SittingState": (_value("boolean"),),
    "Speed": (_value("number", whole=True),),
    "Temperature": (_value("number", digits=1),),
    "TVChannelName": _text,
    "TVChannel": _number,
    "UltraFineDust": _graded,
    "Volume": (_value("number", whole=True),),
    "Weight": (may("value", "number"),),
}

_JP_LACKS = {"DetectionCount", "Direction", "Endpoint", "Index", "Percentage", "PowerState", "Score", "Weight"}
_JP_OBJECTS: dict[str, Fields] = {
    "Appliance": (
        may("actions", "string[]", among="actions"),
        _in_some("actionsNeededUserConfirmation", "string[]", among="actions"),
        _in_some("additionalApplianceDetails", "object", free=True),
        must("applianceId", "string"),
        must("applianceTypes", "string[]", asked=Need.OPTIONAL, among="types"),
        may("friendlyName", "string"),
        may("friendlyDescription", "string"),
        _in_some("isIr", "boolean"),
        may("isReachable", "boolean"),
        may("manufacturerName", "string"),
        may("modelName", "string"),
        may("version", "string"),
        may("location", "string", among="locations"),
        may("tags", "string[]"),
    ),
    "Consumption": (must("name", "string"), must("unit", "string"), *_number),
    "Count": _number,
    "Ratio": _number,  # named by a message, defined nowhere
    "Scene": (
        may("needsUserConfirmation", "boolean"),
        must("sceneId", "string"),
        must("sceneName", "string"),
        may("additionalSceneDetails", "object", free=True),
    ),
    "SleepScore": _number,
    "TVInputSourceName": _text,
    "UltraFineDust": (  # its index is typed a number there, and listed as words
        _in_some("value", "number"),
        must("index", "string", words=_GRADES),
    ),
}

OBJECTS: Mapping[str, Mapping[str, Fields]] = {
    "kr": _KR_OBJECTS,
    "jp": {name: row for name, row in _KR_OBJECTS.items() if name not in _JP_LACKS} | _JP_OBJECTS,
}

_ERRORS: dict[str, Fields] = {
    "ActionFailedError": (),
    "ActionTemporarilyBlockedError": (),
    "ConditionsNotMetError": (must("state", "string"),),
    "DeviceFailureError": (),
    "DriverInternalError": (),
    "ExpiredAccessTokenError": (),
    "InvalidAccessTokenError": (),
    "NoSuchTargetError": (),
    "NotSupportedInCurrentModeError": (),
    "TargetOfflineError": (),
    "UnsupportedOperationError": (),
    "ValueNotFoundError": (),
    "ValueNotSupportedError": (),
    "ValueOutOfRangeError": (must("maximumValue", "number"), must("minimumValue", "number")),
}

ERRORS: Mapping[str, Mapping[str, Fields]] = {
    "kr": _ERRORS,
    "jp": {name: row for name, row in _ERRORS.items() if name != "ActionFailedError"},
}
