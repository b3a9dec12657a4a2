"""What may stand in the slots of the interaction model: entries with their synonyms, made from a home's own names.

As we do not know whether a slot brings the word that was said or its entry, no synonym means more or less than its
entry: 거실 불 is one by itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gateway.clova.called import Thing, called, is_room
from gateway.clova.sayings.fillers import letters_of

DEVICE, ROOM, SCENE = "DEVICE", "ROOM", "SCENE"
MAX_WORDS = 200_000
BETWEEN = {"ko": " ", "ja": "の"}
"""Between a room and what is there."""
_SYNONYMS, _ROOM_SYNONYMS = 4, 2
"""Words for one type of device, and names of one room, that are combined with each other."""


class SlotType(NamedTuple):
    """A type of slot of our own: entries, each with its synonyms after it."""

    name: str
    entries: tuple[tuple[str, ...], ...]


def slot_types(
    language: str, things: Sequence[Thing], rooms: Sequence[Sequence[str]], scenes: Sequence[str]
) -> tuple[SlotType, ...]:
    """Those of this home that have entries; `rooms` are names with their synonyms."""
    devices = [*named(things), *_placed(language, things, rooms), *_kinds(language, things)]
    types = (
        SlotType(DEVICE, _entries(devices)),
        SlotType(ROOM, _entries(rooms)),
        SlotType(SCENE, _entries([scene] for scene in scenes)),
    )
    return tuple(one for one in types if one.entries)


def named(things: Sequence[Thing]) -> Iterator[tuple[str, ...]]:
    """The name of each device, and those of its aliases that mean it alone."""
    owners = Counter(key for thing in things for key in {letters_of(name) for name in thing.names})
    for thing in things:
        own = (alias for alias in thing.names[1:] if owners[letters_of(alias)] == 1 and not is_room(alias))
        yield (*thing.names[:1], *own)


def written(word: str) -> str:
    """A name as it can stand in a line of a file and between tags."""
    return " ".join(word.replace("<", " ").replace(">", " ").split())


def is_of(language: str, word: str) -> bool:
    """Whether a word of ours is one of this language, ko or ja."""
    is_korean = any("가" <= letter <= "힣" for letter in word)
    return is_korean if language == "ko" else not is_korean and not word.isascii()


def own_words(language: str, thing: Thing) -> tuple[str, ...]:
    """The first words of this language for what a thing is; before them the one that its name ends with."""
    words = [word for word in thing.kind_words if is_of(language, word)]
    name = "".join(thing.names[:1])
    ends = [word for word in words if name.endswith(word) and (len(word) > 1 or language == "ja")]
    return tuple(dict.fromkeys([*sorted(ends, key=len, reverse=True), *words]))[:_SYNONYMS]


def own_words_in(language: str, thing: Thing, room: str) -> list[str]:
    """The same after the name of a room, which they do not say once more: 도어락, not 현관문, after 현관."""
    return [word for word in own_words(language, thing) if not letters_of(word).startswith(letters_of(room))]


def _entries(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """The rows without what cannot stand in a file, and each word once only: what is said twice means the first."""
    seen: set[str] = set()
    entries = []
    for row in rows:
        words = {letters_of(word): word for word in map(written, row) if letters_of(word)}
        fresh = {key: word for key, word in words.items() if key not in seen}
        if fresh and len(seen) + len(fresh) <= MAX_WORDS:
            seen |= fresh.keys()
            entries.append(tuple(fresh.values()))
    return tuple(entries)


def _placed(language: str, things: Sequence[Thing], rooms: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """거실 불, リビングの電気: each room with each type of device that is there."""
    for room in rooms:
        there = called("", room[0], things) if room else []
        for words in dict.fromkeys(tuple(own_words_in(language, thing, room[0])) for thing in there):
            names = (f"{name}{BETWEEN[language]}{word}" for name in room[:_ROOM_SYNONYMS] for word in words)
            yield from _alike(names, things)


def _kinds(language: str, things: Sequence[Thing]) -> Iterator[list[str]]:
    """The words for each type of device."""
    for words in dict.fromkeys(own_words(language, thing) for thing in things):
        yield from _alike(words, things)


def _alike(words: Iterable[str], things: Sequence[Thing]) -> Iterator[list[str]]:
    """The words that mean the same devices together: 문 may be a lock or a sensor, and 도어락 only a lock."""
    meanings: dict[tuple[str, ...], list[str]] = {}
    for word in words:
        meant = tuple(thing.id for thing in called(word, "", things))
        meanings.setdefault(meant, []).append(word)
    yield from (alike for meant, alike in meanings.items() if meant)
