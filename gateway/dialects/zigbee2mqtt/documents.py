"""`bridge/devices` and `bridge/groups`: one JSON list each, read so that a bad entry costs only itself."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.wire.jsontext import MAX_DEPTH, BadJson, parse

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
    """The entries of a list; Unreadable if it is none.

    Read one by one: the decoder lets nobody else run until it is done.
    """
    if len(payload) > MAX_DOCUMENT:
        raise Unreadable("longer than 16 MiB")
    try:
        return tuple(_one_by_one(payload.decode("utf-8")))
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None


def _entry(written: bytes) -> Entry:
    """Raises BadJson."""
    value = parse(written)
    if len(written) > MAX_ENTRY:
        return Entry(value, b"", "its description is longer than 256 KiB")
    return Entry(value, mark_of(written))


def _one_by_one(text: str) -> Iterator[Entry]:
    """Find the entries of the list, and read each of them strictly."""
    place = _past(text, 0)
    if text[place : place + 1] != "[":
        raise Unreadable("a list is expected")
    place = _past(text, place + 1)
    if text[place : place + 1] == "]":
        return
    for _ in range(MAX_ENTRIES + 1):
        entry, end = _read(text, place)
        yield entry
        place = _past(text, end)
        if text[place : place + 1] == "]":
            return
        if text[place : place + 1] != ",":
            raise Unreadable(f"a comma is expected at character {place}")
        place = _past(text, place + 1)


def _read(text: str, place: int) -> tuple[Entry, int]:
    """One entry, and where it ends. Raises Unreadable where that cannot be told."""
    near = text[place : place + MAX_ENTRY + 1]
    try:
        lenient, length = _DECODER.raw_decode(near)
    except (ValueError, RecursionError):
        if len(near) <= MAX_ENTRY:
            raise Unreadable(f"no good JSON at character {place}") from None
        end = _end(text, place)
        return Entry(_address_in(text[place:end]), b"", "its description is longer than 256 KiB"), end
    try:
        return _entry(near[:length].encode("utf-8", "surrogatepass")), place + length
    except BadJson as error:
        return Entry(lenient, b"", f"its description is no good JSON: {error}"), place + length


def _address_in(text: str) -> Any:
    """Which device it is that nothing else is read of; those it is bound to have addresses, too."""
    depth = 0
    for found in _TOKEN.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(found[0], 0)
        own = _ADDRESS.match(text, found.start()) if depth == 1 else None
        if own is not None:
            return {"ieee_address": own[1]}
    return None


def _end(text: str, place: int) -> int:
    """Where an object or list ends that is too long to be decoded."""
    depth = 0
    for found in _TOKEN.finditer(text, place):
        if found[0] in ("{", "["):
            depth += 1
        elif found[0] in ("}", "]"):
            depth -= 1
        if depth == 0:
            return found.end()
        if depth > MAX_DEPTH:
            break
    raise Unreadable(f"what begins at character {place} does not end")


def _past(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found is not None else place


_DECODER = json.JSONDecoder()
_ADDRESS = re.compile(r'"ieee_address"\s{0,3}:\s{0,3}"(0x[0-9a-fA-F]{16})"')
_TOKEN = re.compile(r'[{}\[\]]|"(?:[^"\\]++|\\.)*+"', re.DOTALL)
"""Brackets, and the texts in which they mean nothing."""
_BLANK = re.compile(r"[ \n\r\t]*")
