"""What pydantic finds wrong with a file, in our words."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from gateway.config.alarms import BEYOND, LASTING, ONLY_WHEN
from gateway.config.known import FORMS
from gateway.config.model import FOUND, OWN, Config, FoundDevice, OwnDevice
from gateway.config.yamltext import Place
from gateway.dialects.section import SPAN, lasting
from gateway.home.alarms import ALARMS_BY_NAME
from gateway.home.traits import TRAITS


def explained(detail: ErrorDetails) -> tuple[Place, str]:
    """Where it is and what is wrong; nothing where another mistake says it. No value is repeated that may be secret."""
    kind = detail["type"]
    place = tuple(step for step in detail["loc"] if step not in _TAGS)
    if place and place[-1] == "[key]":
        place = place[:-1]
    if kind in ("ip_v4_network", "ip_v6_network"):
        return place[:-1], "an address such as 127.0.0.1 or 10.0.0.0/8 is expected"
    if place and _BRANCH.fullmatch(str(place[-1])) and _OF_A_BRANCH.match(kind):
        return place[:-1], _EITHER.get(str(place[-2]), "a word, a number, true or false is expected")
    key = place[-1] if place else ""
    if kind == "extra_forbidden" and FOUND in detail["loc"] and len(place) == 3 and key in _ONLY_OWN:
        return place, f"an entry with `match` takes no topics, and no {key!r}: it takes {_OF_FOUND}"
    if kind == "extra_forbidden":
        return place, _unknown(place, str(key), detail["input"])
    if kind == "missing":
        return place[:-1], "more values are expected" if isinstance(key, int) else _missing(place, detail["input"])
    if kind in ("string_type", "path_type"):
        return place, _no_word(kind, str(key), detail["input"])
    said = _SAID.get(kind)
    if said is None:
        return place, detail["msg"][:1].lower() + detail["msg"][1:]
    limit = said.format(**_spelt(str(key), detail.get("ctx", {}))) + _form(place, kind)
    return place, limit + _seconds(kind, str(key), detail["input"])


_ONLY_OWN = OwnDevice.model_fields.keys() - FoundDevice.model_fields.keys()
_OF_FOUND = ", ".join(key for key in FoundDevice.model_fields if key != "match")
_TAGS = (OWN, FOUND, LASTING, BEYOND)
_BRANCH = re.compile(r"str|bool|int|float|tuple\[.*")
"""Pydantic puts the branch of a union that did not fit at the end of the place; the file has no such key."""
_OF_A_BRANCH = re.compile(r"(string|bool|int|float|finite|tuple)_")
_EITHER = dict.fromkeys(("homeassistant", "zigbee2mqtt", "tasmota"), "true, false or a list of topics is expected")
_NUMBER = "a number is expected"
_WHOLE = "a whole number is expected"
_SWITCH = "true or false is expected"
_KEYS = "keys and their values are expected"
_SAID = {
    "model_type": _KEYS,
    "dict_type": _KEYS,
    "tuple_type": "a list is expected",
    "too_short": "at least {min_length} is expected",
    "string_too_short": "at least {min_length} is expected",
    "too_long": "at most {max_length} are expected",
    "string_too_long": "at most {max_length} are expected",
    "literal_error": "{expected} is expected",
    "enum": "{expected} is expected",
    "value_error": "{error}",
    "string_pattern_mismatch": "letters, digits, and then also . _ : - are expected, at most 128",
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than": "more than {gt} is expected",
    "greater_than_equal": "at least {ge} is expected",
    "less_than": "less than {lt} is expected",
    "less_than_equal": "at most {le} is expected",
}


_LIMITS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


def _spelt(key: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """The limits as they are written in the file: 7d, and not 604800.0."""
    spell = lasting if key in _durations() else "{:.12g}".format
    return {name: spell(one) if name in ("gt", "ge", "lt", "le") else one for name, one in context.items()}


def _seconds(kind: str, key: str, given: object) -> str:
    """What a bare number was taken for."""
    is_number = isinstance(given, int) and given != 0 and kind in _LIMITS  # what had a unit is a float by now
    return "; a number without a unit is seconds" if is_number and key in _durations() else ""


def _form(place: Place, kind: str) -> str:
    """How it is written, where something of another form stands."""
    name = next((step for step in reversed(place) if isinstance(step, str)), "")
    form = FORMS.get(name, _TRAIT_FORMS.get(name, ""))
    if kind == "tuple_type":
        return f": [{form}]" if form else ""
    return f": {form}" if form and kind in ("model_type", "dict_type") else ""


_TRAIT_FORMS = {
    name: "{command: home/it/set, state: home/it}" if trait.writable else "{state: home/it}"
    for name, trait in TRAITS.items()
}


def _no_word(kind: str, key: str, given: object) -> str:
    if kind == "path_type":
        return "the name of a file is expected"
    if key == "listen":
        return "an address such as 127.0.0.1:8800 is expected"
    if isinstance(given, dict | list):
        return "a single word is expected"
    if given is None:
        return "a space is missing after the colon" if ":" in key else "a word is expected"
    return "a word is expected; put quotes around it"


def _unknown(place: Place, key: str, given: object) -> str:
    """A key that is none here, and what was probably meant."""
    if place[:1] == ("alarms",) and len(place) == 3:
        if key in ONLY_WHEN:
            return f"write it under `when`: {{when: {{{key}: {_short(given)}}}, ...}}"
        if key in ALARMS_BY_NAME:
            return f"unknown key {key!r}; an alarm is named under `when`: {{when: {{alarm: {key}}}, ...}}"
    if given is None and ":" in key:
        return f"unknown key {key!r}; a space is missing after the colon"
    near = get_close_matches(key, [known for known in _keys() if known != key], 1, 0.7)
    return f"unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _missing(place: Place, around: object) -> str:
    is_elsewhere = isinstance(around, dict) and bool(around.keys() & (ONLY_WHEN | ALARMS_BY_NAME.keys()))
    if place[:1] == ("alarms",) and place[2:] == ("when",) and is_elsewhere:
        return ""
    return f"the key {place[-1]!r} is missing"


def _short(given: object) -> str:
    return str(given) if isinstance(given, str | int | float) and len(str(given)) <= 50 else "..."


@cache
def _properties() -> Mapping[str, str]:
    """Every key of the file, with what may stand there."""
    models = Config.model_json_schema()["$defs"].values()
    return {key: str(one) for model in models for key, one in model.get("properties", {}).items()}


@cache
def _keys() -> tuple[str, ...]:
    """For who has mistyped one."""
    return tuple(sorted(_properties()))


@cache
def _durations() -> frozenset[str]:
    return frozenset(key for key, one in _properties().items() if str({"pattern": SPAN})[1:-1] in one)
