"""JSON from outside, read strictly: UTF-8, bounded depth, no duplicate keys, no NaN, no infinities, whole characters.

The standard decoder accepts all of these. Security: shared rule for HTTP bodies and MQTT payloads.
"""

import json
import math
import re
from typing import Any, NoReturn

MAX_DEPTH = 32
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKETS = re.compile(rb"[^][{}]+")
_DEEPER = bytes(byte in b"[{" for byte in range(256))


class BadJson(ValueError):
    """The text is not JSON as we accept it; the message says why and never quotes the text."""


def parse(raw: bytes) -> Any:
    """Parse JSON bytes into Python values, or raise BadJson."""
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        _check_depth(raw)
    try:
        value = _DECODER.decode(raw.decode("utf-8"))
        if b"\\ud" in raw or b"\\uD" in raw:
            build(value)  # half of a pair of \ud... cannot be written again
        return value
    except UnicodeDecodeError:
        raise BadJson("not UTF-8") from None
    except UnicodeEncodeError:
        raise BadJson("half a character") from None
    except json.JSONDecodeError as error:
        raise BadJson(f"{error.msg} at character {error.pos}") from None
    except RecursionError:
        raise BadJson("nested too deeply") from None
    except ValueError as error:  # BadJson from the hooks below, and integers of more than 4300 digits
        raise error if isinstance(error, BadJson) else BadJson("a number too long") from None


def build(value: Any) -> bytes:
    """Write compact UTF-8 JSON."""
    return _ENCODER.encode(value).encode("utf-8")


def _check_depth(raw: bytes) -> None:
    depth = 0
    for opened in _NO_BRACKETS.sub(b"", _TEXT.sub(b"", raw)).translate(_DEEPER):
        depth += opened or -1
        if depth > MAX_DEPTH:
            raise BadJson("nested too deeply")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("a key stands twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadJson("a number out of range")
    return number


def _refuse_constant(text: str) -> NoReturn:
    raise BadJson(f"{text} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refuse_constant)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
