"""What Home Assistant makes of a template: plain Jinja2 with the filters its documentation lists, with nothing bounded.

Written from the documentation alone and sharing nothing with the gateway, so that the two can judge each other.
The zone is UTC, a missing entity is unknown, and JSON is read strictly.
"""

import json
import math
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache, wraps
from statistics import fmean, median
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.filters import FILTERS as DEFAULT_FILTERS

MISSING: Any = object()
THIS = {"entity_id": "", "name": "", "this": {"state": "unknown", "attributes": {}}}


class Wrong(Exception):
    """The template cannot be rendered."""


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Bad input gives the default; without one it is an error."""

    def run(*args: Any, default: Any = MISSING, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (ValueError, TypeError):
            if default is MISSING:
                raise
            return default

    return run


def with_default(function: Callable[..., Any], at: int) -> Callable[..., Any]:
    """The same for a default that may also be given in that place."""

    def run(*args: Any, **kwargs: Any) -> Any:
        if len(args) > at:
            kwargs["default"] = args[at]
        return guarded(function)(*args[:at], **kwargs)

    return run


def to_int(value: Any, base: int = 10) -> int:
    if isinstance(value, str):
        try:
            text = value.strip()
            return int(text, base)
        except ValueError:
            return int(float(value))
    return int(value)


def int_filter(value: Any, default: Any = MISSING, base: int = 10) -> Any:
    try:
        return to_int(value, base)
    except (ValueError, TypeError, OverflowError):
        if default is MISSING:
            raise ValueError("int") from None
        return default


def round_filter(value: Any, precision: int = 0, method: str = "common", default: Any = MISSING) -> Any:
    try:
        number, scale = float(value), 10**precision
        if method == "floor":
            result: float = math.floor(number * scale) / scale
        elif method == "ceil":
            result = math.ceil(number * scale) / scale
        elif method == "half":
            result = round(number * 2) / 2
        else:
            result = round(number, precision)
        return int(result) if precision == 0 else result
    except (ValueError, TypeError):
        if default is MISSING:
            raise
        return default


def is_number(value: Any) -> bool:
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError):
        return False


def is_defined(value: Any) -> Any:
    if isinstance(value, jinja2.Undefined):
        raise jinja2.UndefinedError("undefined")
    return value


def iif(value: Any, yes: Any = True, no: Any = False, none: Any = MISSING) -> Any:
    if value is None and none is not MISSING:
        return none
    return yes if value else no


def to_json(value: Any, ensure_ascii: bool = False, pretty_print: bool = False, sort_keys: bool = False) -> str:
    if ensure_ascii:
        return json.dumps(value, indent=2 if pretty_print else None, sort_keys=sort_keys)
    if pretty_print:
        return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=sort_keys)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)


def flags(ignorecase: bool) -> re.RegexFlag:
    return re.IGNORECASE if ignorecase else re.NOFLAG


def regex_match(value: Any, find: str = "", ignorecase: bool = False) -> bool:
    return re.compile(find, flags(ignorecase)).match(str(value)) is not None


def regex_search(value: Any, find: str = "", ignorecase: bool = False) -> bool:
    return re.compile(find, flags(ignorecase)).search(str(value)) is not None


def regex_replace(value: Any = "", find: str = "", replace: str = "", ignorecase: bool = False) -> str:
    return re.sub(find, replace, str(value), flags=flags(ignorecase))


def regex_findall(value: Any, find: str = "", ignorecase: bool = False) -> list[Any]:
    return re.findall(find, str(value), flags(ignorecase))


def regex_findall_index(value: Any, find: str = "", index: int = 0, ignorecase: bool = False) -> Any:
    return regex_findall(value, find, ignorecase)[index]


def utc(value: Any) -> datetime:
    return datetime.fromtimestamp(value, tz=UTC)


def aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def as_timestamp(value: Any) -> float:
    return aware(value if isinstance(value, datetime) else datetime.fromisoformat(str(value))).timestamp()


def as_datetime(value: Any, default: Any = MISSING) -> Any:
    if isinstance(value, datetime):
        return value
    try:
        return utc(float(value))
    except (ValueError, TypeError):
        try:
            return datetime.fromisoformat(value)
        except (ValueError, TypeError):
            if default is not MISSING:
                return default
            if isinstance(value, str):
                return None
            raise


def timestamp_custom(value: Any, form: str = "%Y-%m-%d %H:%M:%S", local: bool = True) -> str:
    del local
    return utc(value).strftime(form)


def slugify(value: Any, separator: str = "_") -> str:
    return separator.join(re.findall("[a-z0-9]+", str(value).lower()))


def ordinal(value: Any) -> str:
    text = str(value)
    if text[-2:] in ("11", "12", "13"):
        return f"{text}th"
    return text + {"1": "st", "2": "nd", "3": "rd"}.get(text[-1], "th")


def boolean(value: Any) -> bool:
    if isinstance(value, str) and value.lower().strip() in ("1", "true", "yes", "on", "enable"):
        return True
    if isinstance(value, str) and value.lower().strip() in ("0", "false", "no", "off", "disable"):
        return False
    if isinstance(value, bool | int | float):
        return bool(value)
    raise ValueError("bool")


def listed(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: function(args[0] if len(args) == 1 else args, **kwargs)


def on_number(name: str) -> Callable[[Any], Any]:
    return lambda value: getattr(math, name)(float(value))


NUMERIC: dict[str, Callable[..., Any]] = {
    name: with_default(on_number(name), 1) for name in ("sqrt", "sin", "cos", "tan", "asin", "acos", "atan")
}
BOTH: dict[str, Callable[..., Any]] = NUMERIC | {
    "float": with_default(float, 1),
    "int": int_filter,
    "bool": with_default(boolean, 1),
    "log": with_default(lambda value, base=math.e: math.log(float(value), float(base)), 2),
    "is_number": is_number,
    "iif": iif,
    "average": listed(fmean),
    "median": listed(median),
    "bitwise_and": lambda a, b: a & b,
    "bitwise_or": lambda a, b: a | b,
    "bitwise_xor": lambda a, b: a ^ b,
    "clamp": lambda value, low, high: min(max(float(value), float(low)), float(high)),
    "slugify": slugify,
    "as_datetime": as_datetime,
    "as_local": lambda value: aware(value).astimezone(UTC),
    "as_timestamp": with_default(as_timestamp, 1),
    "combine": lambda *parts: {key: value for part in parts for key, value in part.items()},
}
FILTERS: dict[str, Callable[..., Any]] = BOTH | {
    "round": round_filter,
    "multiply": with_default(lambda value, by: float(value) * by, 2),
    "add": with_default(lambda value, by: float(value) + by, 2),
    "ord": ord,
    "is_defined": is_defined,
    "from_json": with_default(json.loads, 1),
    "to_json": to_json,
    "regex_match": regex_match,
    "regex_search": regex_search,
    "regex_replace": regex_replace,
    "regex_findall": regex_findall,
    "regex_findall_index": regex_findall_index,
    "timestamp_local": with_default(lambda value: utc(value).isoformat(), 1),
    "timestamp_utc": with_default(lambda value: utc(value).isoformat(), 1),
    "timestamp_custom": with_default(timestamp_custom, 3),
    "ordinal": ordinal,
    "contains": lambda many, one: one in many,
    "typeof": lambda value: type(value).__name__,
}
FUNCTIONS: dict[str, Any] = BOTH | {
    "min": listed(min),
    "max": listed(max),
    "now": lambda: datetime.now(UTC),
    "utcnow": lambda: datetime.now(UTC),
    "strptime": with_default(datetime.strptime, 2),
    "timedelta": timedelta,
    "typeof": FILTERS["typeof"],
    "zip": zip,
    "states": lambda _entity: "unknown",
    "state_attr": lambda _entity, _name: None,
    "is_state": lambda _entity, _state: False,
    "is_state_attr": lambda _entity, _name, _value: False,
    "has_value": lambda _entity: False,
    "e": math.e,
    "pi": math.pi,
    "tau": math.tau,
}


def at_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose result can be printed: Jinja's own gives a generator, of which Python shows the address."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        return list(result) if isinstance(result, Iterator) else result

    return run


def plain_text(made: jinja2.Environment) -> nodes.EvalContext:
    """What Jinja's `tojson` asks for; the result is no HTML to which all else must be escaped."""
    return nodes.EvalContext(made)


class Keyed(jinja2.Environment):
    """Without Jinja's habit of giving a method of Python where a key of that name is missing."""

    def getitem(self, obj: Any, argument: Any) -> Any:
        try:
            return obj[argument]
        except (AttributeError, TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)


def environment() -> jinja2.Environment:
    made = Keyed(extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"])
    made.filters.update(FILTERS)
    for name in ("map", "select", "reject", "selectattr", "rejectattr", "unique", "reverse", "items"):
        made.filters[name] = at_once(made.filters[name])
    made.filters["tojson"] = lambda value, indent=None: str(DEFAULT_FILTERS["tojson"](plain_text(made), value, indent))
    made.globals.update(FUNCTIONS)
    made.globals["dict"] = type("dict", (dict,), {"from_keys": dict})
    made.tests.update(match=regex_match, search=regex_search, is_number=is_number, contains=FILTERS["contains"])
    made.tests.update(list=lambda value: isinstance(value, list), datetime=lambda value: isinstance(value, datetime))
    return made


ENVIRONMENT = environment()


@lru_cache(maxsize=256)
def compiled(text: str) -> jinja2.Template:
    with warnings.catch_warnings(action="ignore"):
        return ENVIRONMENT.from_string(text.strip())


def render(text: str, variables: Mapping[str, Any]) -> str:
    """The text a template makes. Raises Wrong."""
    try:
        return compiled(text).render(THIS | dict(variables)).strip()
    except (jinja2.TemplateError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise Wrong(type(error).__name__) from None


def read(text: str, payload: str) -> str:
    """What a value template reads in a payload. Raises Wrong."""
    variables: dict[str, Any] = {"value": payload}
    with suppress(ValueError):
        variables["value_json"] = json.loads(payload)
    return render(text, variables)
