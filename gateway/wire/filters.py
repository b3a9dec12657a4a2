"""The filters, tests, methods and functions that a template may use; those of Home Assistant behave as it documents.

Every one weighs what it is given and what it makes, see `meter`. A name that is not here cannot be reached, not even
through `map` and `select`. The time zone is UTC, and a time without a zone is taken as UTC.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import Undefined, UndefinedError, pass_context
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.tests import TESTS as JINJA_TESTS
from jinja2.utils import htmlsafe_json_dumps

from gateway.wire import arithmetic, moments, patterns, texts
from gateway.wire.arithmetic import NOTHING, otherwise
from gateway.wire.jsontext import parse
from gateway.wire.meter import Failed, Meter

Function = Callable[..., Any]
_JINJA_TESTS: Mapping[str, Any] = JINJA_TESTS


def _context(function: Function) -> Function:
    """One that is told the context first."""

    @pass_context
    def weighed(meter: Meter, *args: Any, **kwargs: Any) -> Any:
        meter.spend(args)
        meter.spend(kwargs)
        result = function(meter, *args, **kwargs)
        return meter.spent(list(result) if isinstance(result, Iterator) else result)

    return weighed


def _plain(function: Function) -> Function:
    """One that is told nothing but its arguments."""
    return _context(lambda _meter, *args, **kwargs: function(*args, **kwargs))


def _many(function: Function) -> Function:
    """One that is told the context first and goes through its first argument."""

    def run(meter: Meter, values: Any, *args: Any, **kwargs: Any) -> Any:
        meter.each(values)
        return function(meter, values, *args, **kwargs)

    return _context(run)


def _jinja_many(name: str) -> Function:
    """Jinja's own, which is told the environment."""
    function = JINJA_FILTERS[name]
    return _many(lambda meter, *args, **kwargs: function(meter.environment, *args, **kwargs))


@pass_context
def _weighed(meter: Meter, value: Any) -> Any:
    return meter.spent(value)


@pass_context
def _container(meter: Meter, value: Any) -> Any:
    """What is looked into: an object finds a key without going through all of them."""
    return value if isinstance(value, dict) else meter.spent(value)


def _is_defined(value: Any) -> Any:
    if isinstance(value, Undefined):
        raise UndefinedError("it is not defined")
    return value


def _iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = NOTHING) -> Any:
    if value is None and if_none is not NOTHING:
        return if_none
    return if_true if value else if_false


def _from_json(_meter: Meter, value: Any, default: Any = NOTHING) -> Any:
    if not isinstance(value, str):
        return otherwise(default, "from_json")
    try:
        return parse(value.encode())
    except ValueError:
        return otherwise(default, "from_json")


def _to_json(value: Any, ensure_ascii: bool = False, pretty_print: bool = False, sort_keys: bool = False) -> str:
    return json.dumps(
        value,
        ensure_ascii=bool(ensure_ascii),
        allow_nan=False,
        indent=2 if pretty_print else None,
        separators=None if ensure_ascii or pretty_print else (",", ":"),
        sort_keys=bool(sort_keys),
    )


def _tojson(value: Any, indent: int | None = None) -> str:
    if indent is not None and not 0 <= indent <= 8:
        raise Failed("too wide an indent")
    return str(htmlsafe_json_dumps(value, sort_keys=True, indent=indent))


def _each(meter: Meter, value: Any, attribute: Any) -> Any:
    """The elements, or one attribute of each."""
    return value if attribute is None else JINJA_FILTERS["map"](meter, value, attribute=attribute)


def _join(meter: Meter, value: Any, d: Any = "", attribute: Any = None) -> str:
    return texts.joined(_each(meter, value, attribute), d)


def _contains(value: Any, part: Any) -> bool:
    return part in value


def _total(meter: Meter, value: Any, attribute: Any = None, start: Any = 0) -> Any:
    if not isinstance(start, int | float):
        raise Failed("sum adds numbers only")
    return sum(_each(meter, value, attribute), start)


def _combine(*args: Any, recursive: bool = False) -> dict[Any, Any]:
    if recursive or not args or not all(isinstance(arg, dict) for arg in args):
        raise Failed("combine joins objects only")
    return {key: value for arg in args for key, value in arg.items()}


def _method(name: str) -> Function:
    """A method by its name: only those of the table, only on values of that kind."""

    def call(value: Any, *args: Any, **kwargs: Any) -> Any:
        for kind, methods in _METHODS.items():
            if isinstance(value, kind) and name in methods:
                return methods[name](value, *args, **kwargs)
        raise Failed(f"nothing that has .{name}()")

    return call


_TEXT = (
    *("lower", "upper", "title", "capitalize", "casefold", "swapcase", "strip", "lstrip", "rstrip", "split", "rsplit"),
    *("splitlines", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix"),
    *("find", "rfind", "index", "rindex", "count", "isdigit", "isnumeric", "isdecimal", "isalpha", "isalnum"),
    *("isascii", "islower", "isupper", "isspace"),
)
_METHODS: dict[type, dict[str, Function]] = {
    str: {name: getattr(str, name) for name in _TEXT}
    | {name: texts.padded(getattr(str, name)) for name in ("zfill", "center", "ljust", "rjust")}
    | {"replace": texts.replace, "format": texts.braces, "join": lambda between, value: texts.joined(value, between)},
    dict: {"keys": dict.keys, "values": dict.values, "items": dict.items, "get": dict.get},
    list: {"index": list.index, "count": list.count},
    float: {"is_integer": float.is_integer},
    **moments.METHODS,
}
METHODS = frozenset(name for methods in _METHODS.values() for name in methods)
"""The names that may be called on a value; each is a filter under its name with a dot before it."""

_REGEX: dict[str, Function] = {
    "regex_match": patterns.regex_match,
    "regex_search": patterns.regex_search,
    "regex_replace": patterns.regex_replace,
    "regex_findall": patterns.regex_findall,
    "regex_findall_index": patterns.regex_findall_index,
}
_SHARED: dict[str, Function] = (
    arithmetic.SHARED | moments.SHARED | {"iif": _iif, "slugify": texts.slugify, "combine": _combine}
)
"""Filters that are functions too."""

FILTERS: dict[str, Function] = {
    **{
        name: _plain(JINJA_FILTERS[name])
        for name in ("upper", "lower", "capitalize", "trim", "string", "abs", "reverse", "items", "dictsort")
    },
    **{name: _jinja_many(name) for name in ("min", "max", "sort", "unique", "first", "last")},
    **{name: _many(JINJA_FILTERS[name]) for name in ("map", "select", "reject", "selectattr", "rejectattr")},
    **{name: _context(function) for name, function in _REGEX.items()},
    **{name: _plain(function) for name, function in (_SHARED | arithmetic.FILTERS | moments.FILTERS).items()},
    **{f".{name}": _plain(_method(name)) for name in METHODS - {"get"}},
    "default": JINJA_FILTERS["default"],
    "d": JINJA_FILTERS["default"],
    "is_defined": _is_defined,
    "length": len,
    "count": len,
    "typeof": lambda value: type(value).__name__,
    ".get": _method("get"),
    "title": _many(lambda _meter, text: JINJA_FILTERS["title"](text)),
    "list": _many(lambda _meter, values: list(values)),
    "join": _many(_join),
    "replace": _plain(texts.replace),
    "truncate": _plain(texts.truncate),
    "format": _plain(lambda text, *args, **kwargs: texts.percent(str(text), kwargs or args)),
    "sum": _many(_total),
    "contains": _plain(_contains),
    "from_json": _many(_from_json),
    "to_json": _plain(_to_json),
    "tojson": _plain(_tojson),
    "ordinal": _plain(texts.ordinal),
    "base64_encode": _plain(lambda text: base64.b64encode(text.encode()).decode()),
    "base64_decode": _plain(lambda text: base64.b64decode(text).decode()),
    "~": _plain(lambda *parts: "".join(map(str, parts))),
    "weighed": _weighed,
    "container": _container,
}

_TESTS = (
    *("defined", "undefined", "none", "boolean", "true", "false", "integer", "float", "number", "string", "mapping"),
    *("sequence", "iterable", "odd", "even", "divisibleby", "lower", "upper", "sameas", "in"),
    *("==", "eq", "equalto", "!=", "ne", ">", "gt", "greaterthan", ">=", "ge", "<", "lt", "lessthan", "<=", "le"),
)
TESTS: dict[str, Function] = {
    **{name: _plain(_JINJA_TESTS[name]) for name in _TESTS},
    "match": _context(patterns.regex_match),
    "search": _context(patterns.regex_search),
    "is_number": _plain(arithmetic.is_number),
    "contains": _plain(_contains),
    "list": _plain(lambda value: isinstance(value, list)),
    "tuple": _plain(lambda value: isinstance(value, tuple)),
    "string_like": _plain(lambda value: isinstance(value, str)),
    "datetime": _plain(moments.is_datetime),
}

REGEX = frozenset({*_REGEX, "match", "search"})
"""The filters and tests whose first argument is a pattern."""


def _extreme(name: str) -> Function:
    def run(meter: Meter, *args: Any, **kwargs: Any) -> Any:
        return JINJA_FILTERS[name](meter.environment, args if len(args) > 1 else args[0], **kwargs)

    return run


FUNCTIONS: dict[str, Function] = {
    **{name: _plain(function) for name, function in (_SHARED | arithmetic.FUNCTIONS | moments.FUNCTIONS).items()},
    "min": _many(_extreme("min")),
    "max": _many(_extreme("max")),
    "dict": _plain(lambda **items: items),
    "typeof": _plain(lambda value: type(value).__name__),
    "states": _plain(lambda _entity, *_args, **_kwargs: "unknown"),
    "state_attr": _plain(lambda _entity, _name: None),
    "is_state": _plain(lambda _entity, _state: False),
    "is_state_attr": _plain(lambda _entity, _name, _value: False),
    "has_value": _plain(lambda _entity: False),
}
