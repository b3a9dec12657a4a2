"""Messages put together from the documented fields, all they may hold or all they must."""

from dataclasses import replace
from typing import Any

from tests.clova.documented.messages import MESSAGES
from tests.clova.documented.rows import OBJECTS, Field, Fields, Need

MOMENT = "2026-11-21T07:30:00+09:00"
_WORDS = {"actions": "TurnOn", "types": "LIGHT", "locations": "KITCHEN", "modes": "sleep", "endpoints": "fridge"}
_WRITTEN = {"datetime": MOMENT, "duration": "PT40M", "currency": "KRW"}


def message(name: str, **payload: Any) -> dict[str, Any]:
    """A whole message of that name."""
    header = {"messageId": "m-1", "name": name, "namespace": "ClovaHome", "payloadVersion": "1.0"}
    return {"header": header, "payload": payload}


def request_of(region: str, action: str, *, full: bool = True) -> dict[str, Any]:
    """A documented request for that action."""
    row = MESSAGES[region][action]
    return message(row.request, **build(region, row.asks, asking=True, full=full))


def answer_of(region: str, action: str, *, full: bool = True) -> dict[str, Any]:
    """A documented answer to that action."""
    row = MESSAGES[region][action]
    return message(row.reply, **build(region, row.answers, asking=False, full=full))


def build(region: str, fields: Fields, *, asking: bool, full: bool) -> dict[str, Any]:
    """A payload with all that it may hold, or with what it must."""
    needs = {Need.ALWAYS, Need.OPTIONAL, Need.CONDITIONAL} if full else {Need.ALWAYS}
    there = [field for field in fields if field.needed(asking) in needs]
    return {field.name: _value(region, field, asking, full) for field in there}


def _value(region: str, field: Field, asking: bool, full: bool) -> Any:
    kind = field.type.split("|")[0]
    if kind.endswith("[]"):
        return [_value(region, replace(field, type=kind.removesuffix("[]")), asking, full)]
    if kind in OBJECTS[region] or kind == "object":
        inside = build(region, OBJECTS[region].get(kind, field.inside), asking=asking, full=full)
        return inside | ({"value": field.words[0]} if field.words else {}) | ({"free": {"x": 1}} if field.free else {})
    if field.words or field.among:
        return field.words[0] if field.words else _WORDS[field.among]
    return {"string": _WRITTEN.get(field.form, "word"), "number": 1, "boolean": True}[kind]
