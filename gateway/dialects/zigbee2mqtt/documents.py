"""`bridge/devices` and `bridge/groups`: one JSON list each, read so that a bad entry costs only itself."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.wire.jsontext import BadJson, parse

MAX_DOCUMENT = 16 * 1024 * 1024
MAX_ENTRY = 256 * 1024
MAX_ENTRIES = 2000


class Unreadable(ValueError):
    """Nothing of the document can be used."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One device or group as it is listed; `mark` changes whenever it does."""

    value: Any
    mark: bytes
    why: str = ""
    """Why it cannot be read, though it is listed."""


def mark_of(text: bytes) -> bytes:
    """What is different for a different text."""
    return hashlib.blake2b(text, digest_size=16).digest()


def read_list(payload: bytes) -> tuple[Entry, ...]:
    """The entries of a list; Unreadable if it is none."""
    if len(payload) > MAX_DOCUMENT:
        raise Unreadable("longer than 16 MiB")
    try:
        listed = parse(payload)
    except BadJson as error:
        return tuple(_one_by_one(payload, str(error)))
    if not isinstance(listed, list):
        raise Unreadable("a list is expected")
    return tuple(_entry(value) for value in listed[: MAX_ENTRIES + 1])


def _entry(value: Any) -> Entry:
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    if len(canonical) > MAX_ENTRY:
        return Entry(value, b"", "its description is longer than 256 KiB")
    return Entry(value, mark_of(canonical))


def _one_by_one(payload: bytes, why: str) -> Iterator[Entry]:
    """Find the entries of a list that is no good JSON as a whole, and read each of them strictly."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    place = _past(text, 0)
    if text[place : place + 1] != "[":
        raise Unreadable(why)
    place = _past(text, place + 1)
    for _ in range(MAX_ENTRIES + 1):
        try:
            lenient, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            raise Unreadable(why) from None
        try:
            yield _entry(parse(text[place:end].encode()))
        except BadJson as error:
            yield Entry(lenient, b"", f"its description is no good JSON: {error}")
        place = _past(text, end)
        if text[place : place + 1] != ",":
            return
        place = _past(text, place + 1)


def _past(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found is not None else place


_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \n\r\t]*")
