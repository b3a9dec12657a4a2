"""What nobody sends in good faith: odd values, texts and bytes, and small damage done to good ones."""

from random import Random
from typing import Any

TEXTS = (
    "",
    " ",
    "\x00",
    "\r\n",
    "null",
    "NaN",
    "-0",
    "1e999",
    "..",
    "%00",
    "%",
    "%zz",
    "a=b&c=d",
    "'\"<script>",
    "{{7*7}}",
    "거실",
    "リビング",
    "\u202e\u200b",
    "\ud800",
    "\U0001f511",
    "e\u0301" * 20,
    "x" * 300,
    "가" * 700,
    "9" * 400,
    "LOCKED",
    "UNLOCKED",
    "unlocked",
    "true",
    "2026-11-21T00:00:00+09:00",
    "9999-12-31T23:59:59-23:59",
    "fridge",
    "vertical",
)
NUMBERS = (0, 1, -1, 2, 50, 100, 101, 255, 65_536, 2**31, 2**53 + 1, 2**64, 10**400, -0.0, 0.1, 1e-300, 1e308, 21.5)
VALUES: tuple[Any, ...] = (None, True, False, [], {}, [[]], {"value": None}, {"value": {"value": 1}}, float("nan"))
BYTES = (
    b"\x00",
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b" ",
    b"\t",
    b":",
    b";",
    b"\xff",
    b"\x80",
    b"\xed\xa0\x80",
    b"0",
    b"-1",
)
SIGNS = (
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"\\",
    b"\\u",
    b"\\ud800",
    b",",
    b"=",
    b"&",
    b"%",
    b"+",
    b"\xea\xb0\x80",
    b"e9",
    b"/",
)


def text(lots: Random) -> str:
    """A text that nobody would write, or a bit of one."""
    found = lots.choice(TEXTS)
    if lots.random() < 0.2:
        found += lots.choice(TEXTS)
    return found


def value(lots: Random) -> Any:
    """Anything that JSON has, and some that it has not."""
    chance = lots.random()
    if chance < 0.35:
        return text(lots)
    if chance < 0.7:
        return lots.choice(NUMBERS)
    if chance < 0.9:
        return lots.choice(VALUES)
    if chance < 0.97:
        return {lots.choice(("value", "", "x", "unit", "accessToken")): value(lots) for _ in range(lots.randrange(4))}
    return [value(lots) for _ in range(lots.randrange(4))]


def bent(lots: Random, good: Any) -> Any:
    """A copy of a JSON value, damaged in one place."""
    if isinstance(good, dict) and good and lots.random() < 0.92:
        return _bent_object(lots, good)
    if isinstance(good, list) and good and lots.random() < 0.9:
        place = lots.randrange(len(good))
        return [*good[:place], bent(lots, good[place]), *good[place + lots.randrange(2) :]]
    if isinstance(good, str) and lots.random() < 0.5:
        place = lots.randrange(len(good) + 1)
        return good[:place] + text(lots) + good[place + lots.randrange(3) :]
    if isinstance(good, int | float) and lots.random() < 0.5:
        return lots.choice((-good, good + 1, good * 1000, good % 7, str(good), {"value": good}))
    return value(lots)


def _bent_object(lots: Random, good: dict[str, Any]) -> dict[str, Any]:
    key, chance = lots.choice([*good]), lots.random()
    if chance < 0.7:
        return {**good, key: bent(lots, good[key])}
    if chance < 0.8:
        return {name: inner for name, inner in good.items() if name != key}
    if chance < 0.9:
        return {**good, text(lots): value(lots)}
    return {**good, key: good[lots.choice([*good])]}


def damaged(lots: Random, good: bytes) -> bytes:
    """Bytes with a few of them changed, gone, doubled or added."""
    raw = bytearray(good)
    for _ in range(lots.choice((1, 1, 1, 2, 3, 8))):
        place, chance = lots.randrange(len(raw) + 1), lots.random()
        until = place + lots.choice((1, 1, 2, 4, 16, 64))
        if chance < 0.25:
            raw[place:until] = b""
        elif chance < 0.5:
            raw[place:place] = lots.choice(BYTES if chance < 0.4 else SIGNS)
        elif chance < 0.65:
            raw[place : place + 1] = bytes((lots.randrange(256),))
        elif chance < 0.8:
            raw[place:place] = raw[place:until]
        elif chance < 0.9:
            start = lots.randrange(len(raw) + 1)
            raw[place:until] = raw[start : start + 16]
        else:
            raw[place : place + 1] = lots.choice(BYTES if chance < 0.95 else SIGNS)
    return bytes(raw)
