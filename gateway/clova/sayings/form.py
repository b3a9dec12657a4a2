"""How a line is filled in, in each language."""

import string
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gateway.clova.sayings import hangul, kana, plural
from gateway.clova.sayings.en import ENGLISH
from gateway.clova.sayings.ja import JAPANESE
from gateway.clova.sayings.ko import KOREAN
from gateway.clova.sayings.lines import Line
from gateway.clova.sayings.text import Text

Part = str | int | Sequence[str]

LISTED = 4
"""Of a list so many are named in short; of a longer one, one less, and how many others there are."""
LISTED_FULLY = 6
MAX_TOGETHER = 250
"""Characters of the fuller form of several things: beyond that, the last of them are said in short."""
MAX_NAME = 60
"""Characters of one name or value; longer ones are cut."""


class Spoken(NamedTuple):
    """What is said in short, and more fully; the latter is empty where it would be the same."""

    brief: str
    verbose: str = ""


class _Language(NamedTuple):
    catalogue: Mapping[Line, Text]
    shaped: Callable[[str | int, str], str]
    joined: Callable[[list[str], int], str]
    comma: str


_LANGUAGES = {
    "ko": _Language(KOREAN, hangul.shaped, hangul.joined, ", "),
    "ja": _Language(JAPANESE, kana.shaped, kana.joined, "、"),
    "en": _Language(ENGLISH, plural.shaped, plural.joined, ", "),
}
LANGUAGES = tuple(_LANGUAGES)


def say(language: str, line: Line, **parts: Part) -> Spoken:
    """The line in this language (ko, ja, en). Raises TypeError unless the parts are those that the line names."""
    if parts.keys() != line.parts:
        raise TypeError(f"{line.name} is filled with {', '.join(sorted(line.parts)) or 'nothing'}")
    speaks = _LANGUAGES[language]
    text = speaks.catalogue[line]
    brief = _filled(text.brief, parts, speaks, LISTED)
    verbose = _filled(text.verbose, parts, speaks, LISTED_FULLY)
    return Spoken(brief, verbose if verbose != brief else "")


def together(*spoken: Spoken) -> Spoken:
    """Several things said one after the other, each on a line of its own; no longer than an ear can follow."""
    brief = "\n".join(one.brief for one in spoken)
    lines = [one.verbose or one.brief for one in spoken]
    for place in range(len(lines) - 1, -1, -1):
        if sum(map(len, lines)) > MAX_TOGETHER:
            lines[place] = spoken[place].brief
    verbose = "\n".join(lines)
    return Spoken(brief, verbose if verbose != brief else "")


def listed(language: str, names: Sequence[str], most: int = LISTED) -> str:
    """The names in one breath; empty for none."""
    return str(_plain(names, _LANGUAGES[language], most, is_loose=False)) if names else ""


def _filled(template: str, parts: Mapping[str, Part], speaks: _Language, most: int) -> str:
    pieces = []
    for before, name, spec, conversion in string.Formatter().parse(template):
        pieces.append(before)
        if name is not None:
            pieces.append(speaks.shaped(_plain(parts[name], speaks, most, conversion == "l"), spec or ""))
    return " ".join("".join(pieces).split())


def _plain(part: Part, speaks: _Language, most: int, is_loose: bool) -> str | int:
    """The part in one piece; what is loose is only strung together."""
    if isinstance(part, int):
        return part
    if isinstance(part, str):
        return _short(part)
    if is_loose:
        return speaks.comma.join(map(_short, part[:LISTED_FULLY]))
    shown = len(part) if len(part) <= most else most - 1
    return speaks.joined([_short(name) for name in part[:shown]], len(part) - shown)


def _short(name: str) -> str:
    plain = " ".join(name.split())
    return plain if len(plain) <= MAX_NAME else f"{plain[: MAX_NAME - 1]}…"
