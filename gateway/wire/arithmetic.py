"""The arithmetic of templates: Home Assistant's filters on numbers, and operators whose results stay small."""

import math
import operator
import statistics
from collections.abc import Callable, Iterable
from typing import Any, Final

from jinja2.filters import FILTERS as JINJA_FILTERS

from gateway.wire.meter import MAX_BITS, Failed, fits

Function = Callable[..., Any]

NOTHING: Final = object()
"""Stands for a default that was not given."""
MAX_PRECISION = 300


def otherwise(default: Any, name: str) -> Any:
    """The default, or Failed where the template has none."""
    if default is NOTHING:
        raise Failed(f"{name} cannot read what it is given, and there is no default")
    return default


def _measured(name: str, function: Function) -> Function:
    """A function of one number."""

    def run(value: Any, default: Any = NOTHING) -> Any:
        try:
            return function(float(value))
        except (ValueError, TypeError):
            return otherwise(default, name)

    return run


def _log(value: Any, base: Any = math.e, default: Any = NOTHING) -> Any:
    try:
        return math.log(float(value), float(base))
    except (ValueError, TypeError):
        return otherwise(default, "log")


def _int(value: Any, default: Any = NOTHING, base: int = 10) -> Any:
    result = JINJA_FILTERS["int"](value, default=default, base=base)
    return otherwise(default, "int") if result is NOTHING else result


def _round(value: Any, precision: int = 0, method: str = "common", default: Any = NOTHING) -> Any:
    if abs(precision) > MAX_PRECISION:
        raise Failed("too many decimals")
    try:
        number = _ROUNDED.get(method, round)(float(value), precision)
        return int(number) if precision == 0 else number
    except (ValueError, TypeError):
        return otherwise(default, "round")


_ROUNDED: dict[str, Function] = {
    "floor": lambda number, precision: math.floor(number * 10.0**precision) / 10.0**precision,
    "ceil": lambda number, precision: math.ceil(number * 10.0**precision) / 10.0**precision,
    "half": lambda number, _precision: round(number * 2) / 2,
}


def _multiply(value: Any, amount: Any, default: Any = NOTHING) -> Any:
    try:
        return float(value) * amount
    except (ValueError, TypeError):
        return otherwise(default, "multiply")


def _add(value: Any, amount: Any, default: Any = NOTHING) -> Any:
    try:
        return float(value) + amount
    except (ValueError, TypeError):
        return otherwise(default, "add")


def is_number(value: Any) -> bool:
    """Whether it can be read as a finite number."""
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError):
        return False


def _bool(value: Any, default: Any = NOTHING) -> Any:
    word = value.lower().strip() if isinstance(value, str) else value
    if word in ("1", "true", "yes", "on", "enable"):
        return True
    if word in ("0", "false", "no", "off", "disable"):
        return False
    return bool(value) if isinstance(value, bool | int | float) else otherwise(default, "bool")


def _statistic(name: str, function: Callable[[Iterable[Any]], Any]) -> Function:
    """A function of a list, or of two numbers and more."""

    def run(*args: Any, default: Any = NOTHING) -> Any:
        listed = isinstance(args[0], Iterable)
        if listed and len(args) > 1 and default is NOTHING:
            default = args[1]
        try:
            return function(args[0] if listed or len(args) == 1 else args)
        except (TypeError, statistics.StatisticsError):
            return otherwise(default, name)

    return run


def _clamp(value: Any, least: Any, most: Any) -> float:
    return max(float(least), min(float(most), float(value)))


def times(left: Any, right: Any) -> Any:
    """The product; of a text or a list only one of bounded length."""
    for many, count in ((left, right), (right, left)):
        if isinstance(many, str | list | tuple) and isinstance(count, int):
            fits(len(many) * count)
    return left * right


def power(left: Any, right: Any) -> Any:
    """The power of two numbers."""
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * abs(right) > MAX_BITS:
        raise Failed("a number grows too large")
    return left**right


SHARED: dict[str, Function] = {
    **{name: _measured(name, getattr(math, name)) for name in ("sqrt", "sin", "cos", "tan", "asin", "acos", "atan")},
    "float": _measured("float", float),
    "int": _int,
    "bool": _bool,
    "log": _log,
    "is_number": is_number,
    "average": _statistic("average", statistics.fmean),
    "median": _statistic("median", statistics.median),
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
    "clamp": _clamp,
}
FILTERS: dict[str, Function] = {"round": _round, "multiply": _multiply, "add": _add, "ord": ord}
FUNCTIONS: dict[str, Function] = {}
CONSTANTS = {"e": math.e, "pi": math.pi, "tau": math.tau}
