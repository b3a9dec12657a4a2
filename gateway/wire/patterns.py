"""Regular expressions of templates: only those whose work can be told beforehand from the length of the text."""

import math
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gateway.wire.meter import Failed, Meter

MAX_PATTERN = 256
MAX_COUNT = 256
MAX_ENDLESS = 6
"""How many `*` and `+` a pattern may have."""
MAX_WAYS = 1_000_000

_PIECE = re.compile(
    r"""
      \\(?P<escaped>.)
    | (?P<flag>\(\?i\))
    | (?P<open>\((?!\?) | \(\?(?:P<\w+>|[:=!]|<[=!]))
    | (?P<strange>\()
    | (?P<close>\))
    | (?P<bar>\|)
    | (?P<repeat>(?P<sign>[*+?]) | \{(?P<least>\d*)(?P<comma>,?)(?P<most>(?<=,)\d*)?\}) \??
    | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


_AROUND = re.compile(r"\(\?<?[=!]")


@dataclass(slots=True)
class _Part:
    """A part of a pattern: how many of its parts have no bound, and in how many ways the others can be tried."""

    endless: int = 0
    ways: int = 1
    branches: int = 1

    def take(self, part: "_Part") -> None:
        """Add what follows or stands inside."""
        self.endless += part.endless
        self.ways *= part.ways
        if self.endless > MAX_ENDLESS or self.ways > MAX_WAYS:
            raise Failed("the pattern has too many repeats")

    def whole(self) -> "_Part":
        """The part with its branches counted among its ways."""
        return _Part(self.endless, self.ways * self.branches)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern and what makes it slow."""

    code: re.Pattern[str]
    endless: int
    """How many parts of it have no bound of their own."""
    ways: int
    """In how many ways the other parts can be tried."""

    def steps(self, length: int) -> float:
        """The most steps a search in a text of that length can take."""
        tries = self.endless + 1
        return self.ways * float(length + 1) ** tries / math.factorial(tries)


def pattern(text: str, ignorecase: bool = False) -> Pattern:
    """Compile a pattern. Raises Failed for one that is wrong or could take for ever."""
    if not isinstance(text, str) or len(text) > MAX_PATTERN:
        raise Failed("a pattern is a text of some length")
    return _pattern(text, bool(ignorecase))


@lru_cache(maxsize=256)
def _pattern(text: str, ignorecase: bool) -> Pattern:
    try:
        with warnings.catch_warnings(action="error"):
            code = re.compile(text, re.IGNORECASE if ignorecase else 0)
    except (re.error, Warning, OverflowError, RecursionError):
        raise Failed("the pattern is not a regular expression") from None
    endless, ways = _measure(text)
    return Pattern(code, endless, ways)


def _measure(text: str) -> tuple[int, int]:
    """How many parts of a valid pattern are endless, and the ways the others can be tried."""
    open_parts = [_Part()]
    last: _Part | None = None
    """The brackets just closed: a repeat may follow."""
    for piece in _PIECE.finditer(text):
        if piece["strange"] or (piece["escaped"] or "").isdigit():
            raise Failed("the pattern refers to itself")
        if piece["repeat"]:
            last = _repeated(last, *_bounds(piece))
        if last is not None:
            open_parts[-1].take(last)
            last = None
        if piece["open"]:
            open_parts.append(_Part())
        elif piece["bar"]:
            open_parts[-1].branches += 1
        elif piece["close"]:
            last = open_parts.pop().whole()
    open_parts[-1].take(last or _Part())
    whole = open_parts[0].whole()
    return whole.endless, whole.ways


def _bounds(piece: re.Match[str]) -> tuple[int, int | None]:
    """How often the part before is matched at least and at most."""
    if piece["sign"]:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[piece["sign"]]
    least = int(piece["least"] or 0)
    most = least if not piece["comma"] else int(piece["most"]) if piece["most"] else None
    if max(least, most or 0) > MAX_COUNT:
        raise Failed("the pattern counts too far")
    return least, most


def _repeated(body: _Part | None, least: int, most: int | None) -> _Part:
    """The cost of a repeat of these brackets, or of the one character before."""
    inside = body or _Part()
    if most is None:
        if inside.endless or inside.ways > 1:
            raise Failed("the pattern repeats what repeats already")
        return _Part(endless=1)
    count = max(most, 1)
    return _Part(inside.endless * count, inside.ways**count * (count if body else 1) * (most - least + 1))


def _ready(meter: Meter, value: Any, find: str, ignorecase: bool) -> tuple[str, Pattern]:
    """The text and the pattern, with the work of one pass paid for."""
    meter.spend(value)
    text, made = str(value), pattern(find, ignorecase)
    meter.work(made.steps(len(text)))
    return text, made


def regex_match(meter: Meter, value: Any, find: str = "", ignorecase: bool = False) -> bool:
    """Whether the text begins with the pattern."""
    text, made = _ready(meter, value, find, ignorecase)
    return made.code.match(text) is not None


def regex_search(meter: Meter, value: Any, find: str = "", ignorecase: bool = False) -> bool:
    """Whether the pattern is in the text."""
    text, made = _ready(meter, value, find, ignorecase)
    return made.code.search(text) is not None


def regex_replace(meter: Meter, value: Any = "", find: str = "", replace: str = "", ignorecase: bool = False) -> str:
    """The text with all that matches replaced."""
    text, made = _ready(meter, value, find, ignorecase)
    if "\\" in replace:
        if _AROUND.search(find):
            raise Failed("a part that is only looked at cannot be put in")
        meter.pay(len(text))
    meter.pay((len(text) + 1) * (len(replace) + 1) >> 5)
    return made.code.sub(replace, text)


def regex_findall(meter: Meter, value: Any, find: str = "", ignorecase: bool = False) -> list[Any]:
    """All that matches."""
    text, made = _ready(meter, value, find, ignorecase)
    meter.pay((len(text) + 1) * made.code.groups >> 4)
    return made.code.findall(text)


def regex_findall_index(meter: Meter, value: Any, find: str = "", index: int = 0, ignorecase: bool = False) -> Any:
    """One of those that match."""
    return meter.spent(regex_findall(meter, value, find, ignorecase))[index]
