"""YAML as we read it: the 1.2 core scalars (`on`, `no` and 22:22 are words), no aliases, no tags, no key twice.

libyaml's events are turned into plain values and a table of where each stood, so that no bomb is ever unfolded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 100_000

Place = tuple[str | int, ...]


class BadYaml(Exception):
    """What is wrong, and where (1-based line and column)."""

    def __init__(self, what: str, line: int, column: int) -> None:
        super().__init__(what)
        self.line = line
        self.column = column


@dataclass(slots=True)
class Document:
    """The values, and the line and column of every key and item."""

    value: Any = None
    places: dict[Place, tuple[int, int]] = field(default_factory=dict)


def parse(raw: bytes) -> Document:
    """Read one document, or raise BadYaml."""
    if len(raw) > MAX_BYTES:
        raise BadYaml(f"larger than {MAX_BYTES // 1024} KiB", 1, 1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadYaml("not UTF-8: save the file as UTF-8", line, 1) from None
    try:
        return _Reader(text).document()
    except yaml.MarkedYAMLError as error:
        raise _in_our_words(error, text) from None
    except yaml.YAMLError as error:
        raise BadYaml(str(error).splitlines()[0], 1, 1) from None


_COLON = 'a value with a colon in it needs quotes around it, such as name: "a: b"'
_NO_CONTENT = "did not find expected node content"
_INDENT = "this line is indented differently from the ones above it"
_CLOSING = "a comma or a closing {} is missing before this"
_PROBLEMS = {
    "did not find expected '-' indicator": _INDENT,
    "did not find expected key": f"{_INDENT}, or a bracket is missing",
    "did not find expected <block end>": _INDENT,
    "found character that cannot start any token": "a value that begins with this sign needs quotes around it",
    "found a tab character that violates indentation": "a tab; indent with spaces",
    "did not find expected ',' or '}'": _CLOSING.format("}"),
    "did not find expected ',' or ']'": _CLOSING.format("]"),
    _NO_CONTENT: "a value that begins with this sign needs quotes around it",
    "could not find expected ':'": "a colon is missing after this key",
    "mapping values are not allowed in this context": _COLON,
    "block sequence entries are not allowed in this context": "a list begins on the next line, or is [a, b]",
}


def _in_our_words(error: yaml.MarkedYAMLError, text: str) -> BadYaml:
    """What libyaml complains of, where a person would look for it."""
    mark, problem, begun = error.problem_mark or error.context_mark, error.problem or "not YAML", error.context_mark
    if mark is None:
        return BadYaml(problem, 1, 1)
    what, line = _PROBLEMS.get(problem, problem), mark.line + 1
    sign = _sign(text, mark.line, mark.column)
    if error.context == "while scanning a quoted scalar" and begun is not None:
        mark, what = begun, "the quote that is opened here is never closed"
    elif sign == "\t":
        what = "a tab; indent with spaces"
    elif problem == _NO_CONTENT and not sign:
        what = "the bracket that is opened before this is never closed"
    elif "',' or" in problem and begun is not None and begun.line < mark.line:
        what += f": the bracket of line {begun.line + 1} is still open"
    elif "',' or" in problem and sign == ":":
        what = _COLON
    elif what == _COLON and ":" not in _line(text, mark.line)[: mark.column]:
        what = _INDENT
    elif problem == "did not find expected key" and _QUOTED.match(_line(text, mark.line)[: mark.column]):
        what = f"something stands behind the closing quote of line {line}: put all of the value between the quotes"
    return BadYaml(what, mark.line + 1, mark.column + 1)


_QUOTED = re.compile(r""".*[:-]\s+(?:"[^"]*"|'[^']*')\s*""", re.DOTALL)


def _line(text: str, number: int) -> str:
    return "".join(text.splitlines(keepends=True)[number : number + 1])


def _sign(text: str, line: int, column: int) -> str:
    return _line(text, line)[column : column + 1]


class _Reader:
    def __init__(self, text: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same events; C where it was built
        self._events: Iterator[Any] = yaml.parse(text, Loader=loader)
        self._document = Document()
        self._nodes = 0

    def document(self) -> Document:
        for event in self._events:
            if isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                continue
            if isinstance(event, yaml.StreamEndEvent):
                return self._document
            self._document.value = self._node(event, (), 0)
            break
        next(self._events)  # the end of the document
        extra = next(self._events)
        if not isinstance(extra, yaml.StreamEndEvent):
            raise _bad(extra, "a second document: one file, one configuration")
        return self._document

    def _node(self, event: Any, place: Place, depth: int) -> Any:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise _bad(event, "nested too deeply" if depth > MAX_DEPTH else "too many entries")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _bad(event, "anchors and aliases (& and *) are not accepted")
        if event.tag is not None and not (isinstance(event, yaml.ScalarEvent) and event.tag == "!"):
            raise _bad(event, "tags (!) are not accepted")
        self._document.places.setdefault(place, _where(event))
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event.value) if event.implicit[0] else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place, depth)
        return self._mapping(place, depth)

    def _sequence(self, place: Place, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*place, len(items)), depth + 1))
        return items

    def _mapping(self, place: Place, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
                raise _bad(event, "a key must be a plain word")
            key = event.value
            if key in found:
                raise _bad(event, f"the key {key!r} stands twice")
            self._document.places[(*place, key)] = _where(event)
            found[key] = self._node(next(self._events), (*place, key), depth + 1)
        return found


_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,30}|[0-9]{1,30}(?:\.[0-9]{0,30})?)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Any] = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WORDS |= dict.fromkeys(("", "~", "null", "Null", "NULL"))


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def _where(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _bad(event: Any, what: str) -> BadYaml:
    return BadYaml(what, *_where(event))
