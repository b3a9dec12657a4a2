"""What is wrong with a message of ClovaHome, told a line for each fault; no line means a documented message."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from tests.clova.documented.appliances import ENDPOINTS, LOCATIONS, MODES, TURN_ON, TYPES
from tests.clova.documented.messages import MESSAGES, Message
from tests.clova.documented.rows import ERRORS, HEADER, OBJECTS, Field, Fields, Need, must

FORMS = {
    "datetime": re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}[+-][0-9]{2}:[0-9]{2}"),
    "duration": re.compile(
        r"P(?=[0-9T])([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+S)?)?",
    ),
    "currency": re.compile(r"[A-Z]{3}"),
}
_ENVELOPE = (must("header", "object", inside=HEADER), must("payload", "object", free=True))


def known(region: str) -> tuple[set[str], set[tuple[str, str]]]:
    """The region's actions, and its pairs of an appliance type and an action that type allows."""
    return set(MESSAGES[region]), {(kind, action) for kind, row in TYPES[region].items() for action in row}


def violations(region: str, request_name: str, answer: Any, kind: str = "") -> list[str]:
    """What is wrong with a whole answer to that request; `kind`, the appliance's type, narrows what may be answered."""
    found = list(_Check(region).members("answer", answer, _ENVELOPE))
    if found:
        return found
    name, payload = answer["header"]["name"], answer["payload"]
    if name in ERRORS[region]:
        return list(_Check(region).members(name, payload, ERRORS[region][name]))
    message = _asked_by(region, request_name)
    if message is None or name != message.reply:
        return [f"header.name: {name} does not answer {request_name} in {region}"]
    found = list(_Check(region, kind).members(name, payload, _fields(region, message, kind, asking=False)))
    return found or list(_discovery(region, payload) if name == "DiscoverAppliancesResponse" else ())


def request_violations(region: str, request: Any, *, liberal: bool = False, kind: str = "") -> list[str]:
    """What is wrong with a whole request; a liberal look lets pass where the guides' examples leave their own tables.

    Those are a bare value for the object that holds it, and a health check of no appliance.
    """
    found = list(_Check(region).members("request", request, _ENVELOPE))
    if found:
        return found
    name = request["header"]["name"]
    message = _asked_by(region, name)
    if message is None:
        return [f"header.name: {name} is no request in {region}"]
    if kind and message.action not in TYPES[region].get(kind, ()):
        return [f"header.name: {name} is not for {kind} in {region}"]
    fields = _fields(region, message, kind, asking=True)
    if liberal and message.action == "HealthCheck":
        fields = tuple(replace(field, need=Need.OPTIONAL) if field.name == "appliance" else field for field in fields)
    return list(_Check(region, kind, asking=True, liberal=liberal).members(name, request["payload"], fields))


def _asked_by(region: str, request_name: str) -> Message | None:
    return next((message for message in MESSAGES[region].values() if message.request == request_name), None)


def _fields(region: str, message: Message, kind: str, *, asking: bool) -> Fields:
    """The payload's fields, less what JP rules out for a type: its own TurnOnConfirmation, and unlocking a door."""
    fields = message.asks if asking else message.answers
    if region != "jp" or not kind:
        return fields
    if message.action == "TurnOn" and not asking:
        return tuple(field for field in fields if field.name in TURN_ON.get(kind, ()))
    if message.action == "SetLockState" and kind == "SMARTLOCK":
        return tuple(replace(field, words=("LOCKED",)) if field.name == "lockState" else field for field in fields)
    return fields


@dataclass(frozen=True, slots=True)
class _Check:
    """Goes down one message beside its fields."""

    region: str
    kind: str = ""
    asking: bool = False
    liberal: bool = False

    def members(self, place: str, value: Any, fields: Fields, *, free: bool = False) -> Iterator[str]:
        """An object, member by member."""
        if not isinstance(value, dict):
            yield f"{place}: is not an object"
            return
        documented = {field.name: field for field in fields if field.needed(self.asking) is not Need.NEVER}
        for name in value:
            if name not in documented and not free:
                yield f"{place}.{name}: is not documented"
        for name, field in documented.items():
            if name in value:
                yield from self.field(f"{place}.{name}", value[name], field)
            elif field.needed(self.asking) is Need.ALWAYS:
                yield f"{place}.{name}: is missing"

    def field(self, place: str, value: Any, field: Field) -> Iterator[str]:
        """One field: its type, then what it holds."""
        named = OBJECTS[self.region].get(field.type.removesuffix("[]"), ())
        if self.liberal and not isinstance(value, dict) and [member.name for member in named] == ["value"]:
            value = {"value": value}
        if not _fits(value, field.type):
            yield f"{place}: {value!r} is not {field.type}"
            return
        for at, each in _each(place, value):
            if isinstance(each, dict):
                yield from self.members(at, each, named or field.inside, free=field.free)
                yield from _says(at, each["value"], field.words) if "value" in each else ()
                yield from _unit(at, each) if field.type.removesuffix("[]") == "Custom" else ()
            else:
                yield from _says(at, each, field.words or self.words_of(field.among))
                yield from _written(at, each, field.form)
                yield from _within(at, each, field)

    def words_of(self, among: str) -> tuple[str, ...]:
        """What the region knows of those; of modes, what the type knows where it has a row."""
        modes = MODES[self.region]
        return {
            "": (),
            "actions": tuple(MESSAGES[self.region]),
            "types": tuple(TYPES[self.region]),
            "locations": (*LOCATIONS[self.region], ""),
            "modes": modes.get(self.kind) or tuple(chain(*modes.values())),
            "endpoints": tuple(ENDPOINTS[self.region]),
        }[among]


def _each(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        yield from ((f"{place}[{number}]", item) for number, item in enumerate(value))
    else:
        yield place, value


def _fits(value: Any, kind: str) -> bool:
    """Whether a JSON value is of that type, as far as its outside tells."""
    if "|" in kind:
        return any(_fits(value, either) for either in kind.split("|"))
    if kind.endswith("[]"):
        return isinstance(value, list) and all(_fits(item, kind.removesuffix("[]")) for item in value)
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return type(value) is int or (isinstance(value, float) and math.isfinite(value))
        case _:
            return isinstance(value, dict)


def _says(place: str, value: Any, words: tuple[str | int, ...]) -> Iterator[str]:
    if words and value not in words:
        yield f"{place}: {value!r} is none of {', '.join(map(repr, words))}"


def _written(place: str, value: Any, form: str) -> Iterator[str]:
    if form and not (FORMS[form].fullmatch(value) and (form != "datetime" or _happens(value))):
        yield f"{place}: {value!r} is no {form}"


def _happens(written: str) -> bool:
    """Whether there is such a day, time and offset."""
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True


def _within(place: str, value: Any, field: Field) -> Iterator[str]:
    if field.low is not None and value < field.low:
        yield f"{place}: {value} is under {field.low}"
    if field.high is not None and value > field.high:
        yield f"{place}: {value} is over {field.high}"
    if field.whole and not isinstance(value, int):
        yield f"{place}: {value!r} is not whole"
    if field.digits is not None and round(value, field.digits) != value:
        yield f"{place}: {value} has more than {field.digits} decimals"


def _unit(place: str, custom: dict[str, Any]) -> Iterator[str]:
    if "unit" in custom and isinstance(custom.get("value"), str):
        yield f"{place}.unit: a word has none"


def _discovery(region: str, payload: Any) -> Iterator[str]:
    """What an answer of the right shape can still say wrong about the appliances of a home."""
    ids = [appliance["applianceId"] for appliance in payload["discoveredAppliances"]]
    yield from (f"{same}: is there twice" for same in sorted({same for same in ids if ids.count(same) > 1}))
    for appliance in payload["discoveredAppliances"]:
        place = appliance["applianceId"]
        row = list(dict.fromkeys(chain(*(TYPES[region][kind] for kind in appliance["applianceTypes"]))))
        actions = appliance.get("actions", [])
        alien = [action for action in actions if action not in row]
        yield from (f"{place}: {action} is not for its type" for action in alien)
        if not alien and actions != [action for action in row if action in actions]:
            yield f"{place}: its actions are not in the order of the type's row"
        for action in appliance.get("actionsNeededUserConfirmation", []):
            yield from _says(f"{place}.actionsNeededUserConfirmation", action, tuple(actions))
        if region == "kr":
            yield from _details(
                place, appliance.get("additionalApplianceDetails", {}).get("actionDetails", []), actions
            )


def _details(place: str, details: list[Any], actions: list[str]) -> Iterator[str]:
    for detail in details:
        at, allowed = f"{place}.actionDetails.{detail['action']}", detail["allowableValue"]
        if detail["action"] not in actions:
            yield f"{at}: is not among its actions"
        kind = allowed["type"]
        needs = ("minValue", "maxValue") if kind == "boundedNumber" else ("enumValues",)
        yield from (f"{at}: {kind} needs {name}" for name in needs if name not in allowed)
        if kind != "boundedNumber" and not _fits(allowed.get("enumValues", []), f"{kind}[]"):
            yield f"{at}: enumValues are not {kind}[]"
