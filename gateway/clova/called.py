"""Which devices are meant by what somebody calls them, in Korean, Japanese or English.

Tried in this order, and the first that finds anything counts: the whole name or alias; a room with what is left of the
name, with a type of device (거실 불, リビングの電気) or alone; a type alone; a part of a name. Particles and what else
surrounds a name in a sentence are taken off bit by bit. The words for rooms are those of `clova.rooms` and of the home.
What names several, or all but some, means nothing: one of them alone would be the wrong one.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from gateway.clova.locations import LOCATIONS
from gateway.clova.rooms import room_of
from gateway.clova.sayings.fillers import BUT, EVERYTHING, JOINTS, letters_of, runs_of, stripped
from gateway.clova.sayings.kinds import words_of_switched

MAX_TEXT = 128
"""Characters of a text that is looked at."""
_SHORTEST = 2
"""Characters of a part of a name that is long enough to find it."""
_LATIN_SHORTEST = 5
"""The same for a Latin name within a text, where words are not told apart."""
_ROOM_LETTERS = 24
"""No word for a room has more."""
_WITHOUT_ROOM = range(4, 1, -1)
"""So long is a word that is said without its 룸: 리빙, 다이닝."""


_BUT = re.compile("|".join(BUT), re.IGNORECASE)
_JOINT = re.compile("|".join(JOINTS), re.IGNORECASE)
_LABELS = {letters_of(label): code for code, place in LOCATIONS.items() for label in place if label}
"""CLOVA's own names of its places, which mean their code."""


class Thing(NamedTuple):
    """A device or a scene as it can be called: its own name first, then its aliases."""

    id: str
    names: tuple[str, ...]
    room_words: tuple[str, ...] = ()
    """Where it is: in its owner's words, and as CLOVA calls the place."""
    kind_words: tuple[str, ...] = ()
    """What such a thing is called in any language; see `sayings.kinds.kind_words`."""


class _Place(NamedTuple):
    """A room: its word, and its code in each region, which may be empty."""

    word: str
    korean: str = ""
    japanese: str = ""

    def is_same(self, other: "_Place") -> bool:
        """Whether both mean one room: by its word, or by the codes of both regions."""
        has_code = bool(self.korean or self.japanese)
        return self.word == other.word or (has_code and self[1:] == other[1:])


class _Known(NamedTuple):
    """A thing as it is looked up, its words without spaces, signs and capitals."""

    thing: Thing
    spelt: tuple[str, ...]
    """Its names as they are written."""
    names: tuple[str, ...]
    words: frozenset[str]
    runs: frozenset[str]
    """The words of its names, and those that stand side by side."""
    places: tuple[_Place, ...]
    kinds: frozenset[str]


Fits = Callable[[_Known, str], bool]


class _Group:
    """Things that are looked through. Before each is asked, it is seen whether any can fit: most words fit none."""

    def __init__(self, known: list[_Known]) -> None:
        self.known = known

    def whole(self, keys: Sequence[str]) -> list[_Known]:
        """Those with such a name."""
        names = {name for one in self.known for name in one.names}
        return self._first(keys, names.__contains__, lambda one, key: key in one.names)

    def kind(self, keys: Sequence[str]) -> list[_Known]:
        """Those of such a type; or else those of a type that stands after something of their names."""
        kinds = {word for words in {one.kinds for one in self.known} for word in words}
        return self._first(keys, kinds.__contains__, lambda one, key: key in one.kinds) or self._first(
            keys, lambda key: any(key.endswith(kind) for kind in kinds), _is_kind_with
        )

    def rest(self, keys: Sequence[str], place: _Place) -> list[_Known]:
        """Those whose name is this and the room."""
        return self._first(keys, lambda _: True, lambda one, key: key in _rests(one, place))

    def word(self, keys: Sequence[str]) -> list[_Known]:
        """Those with this as a part of a name; as whole words where it has lost its first letter: 방등 for 안 방등."""
        cut = {key for key in keys if keys[0][1:].startswith(key)}
        return self.part(keys, lambda one, key: key in one.runs if key in cut else _has(one, key))

    def part(self, keys: Sequence[str], fits: Fits | None = None) -> list[_Known]:
        """Those with this as a part of a name."""
        written = "\n".join(letters for one in self.known for letters in (*one.words, *one.runs))
        return self._first(keys, lambda key: len(key) >= _SHORTEST and key in written, fits or _has)

    def within(self, keys: Sequence[str]) -> list[_Known]:
        """Those of whose names one stands in this."""
        names = {name for one in self.known for name in one.names if len(name) >= _shortest(name)}
        return self._first(
            keys,
            lambda key: any(name in key for name in names),
            lambda one, key: any(name in key for name in one.names if name in names),
        )

    def _first(self, keys: Sequence[str], can: Callable[[str], bool], fits: Fits) -> list[_Known]:
        """Those that fit the first of the keys that any fits."""
        for key in keys:
            found = [one for one in self.known if fits(one, key)] if key and can(key) else []
            if found:
                return found
        return []


def called(text: str, room_text: str, things: Sequence[Thing]) -> list[Thing]:
    """Those that are meant, the likeliest first; several where it is not clear, none where nothing is so called.

    `room_text` (it may be empty) narrows them down; a room alone, in either, means all that is in it.
    """
    known = [_known(thing) for thing in things]
    if room_text.strip():
        known = _in_room(room_text[:MAX_TEXT], known)
        if not text.strip():
            return [one.thing for one in known]
    found = [one for one in known if text and text in one.spelt] or _found(text[:MAX_TEXT], known)
    return [one.thing for one in sorted(found, key=lambda one: one.thing.names[:1] != (text,))]


def means_all_but(text: str) -> bool:
    """Whether it leaves something out: 거실 빼고, リビング以外, all but the kitchen."""
    return _BUT.search(text[:MAX_TEXT]) is not None


def means_several(text: str, things: Sequence[Thing]) -> bool:
    """Whether things or rooms are named side by side, and none has such a name itself: 거실하고 주방."""
    return _are_several(text[:MAX_TEXT], [_known(thing) for thing in things])


def means_all(text: str, kind_words: Sequence[str], things: Sequence[Thing]) -> bool:
    """Whether it is no more than a word for such a type, or for everything (불, 모든 불, 전부), and no thing's name."""
    said = set(stripped(text[:MAX_TEXT]))
    if any(said.intersection(_known(thing).names) for thing in things):
        return False
    return not said.isdisjoint(EVERYTHING | {letters_of(word) for word in kind_words if _spoken(word) is None})


def _found(text: str, known: list[_Known]) -> list[_Known]:
    whole = _Group(known).whole(stripped(text))
    if whole or means_all_but(text) or _are_several(text, known):
        return whole
    return _likely(text, known)


def _are_several(text: str, known: list[_Known]) -> bool:
    if _JOINT.search(text) is None:
        return False
    words = {word for one in known for word in (*one.spelt, *one.names, *one.kinds, *_words_of(one.places))}
    own = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)) if word.strip())
    pieces, begin = [], 0
    for found in re.finditer(f"{own or '(?!)'}|(?P<joint>{_JOINT.pattern})", text, re.IGNORECASE):
        if found["joint"]:
            pieces.append(text[begin : found.start()])
            begin = found.end()
    return sum(_spoken(piece) is not None or bool(_likely(piece, known)) for piece in (*pieces, text[begin:])) > 1


def _words_of(places: Sequence[_Place]) -> Iterator[str]:
    return (place.word for place in places)


def _likely(text: str, known: list[_Known]) -> list[_Known]:
    """Those that are meant by one name, which may be a part of theirs."""
    said, group = stripped(text), _Group(known)
    whole = group.whole(said)
    if whole:
        return whole
    splits = list(_splits(text, said[0], known))
    for place, rest in splits:
        found = _of_a_room(place, stripped(rest, text), _Group(_there(place, known)))
        if found:
            return found
    elsewhere = _Group([one for one in known if not (splits and one.places)])
    return elsewhere.kind(said) or elsewhere.word(said) or elsewhere.within(said) or group.word(said)


def _of_a_room(place: _Place, rests: tuple[str, ...], there: _Group) -> list[_Known]:
    """Those in a room that are called by the rest of what was said."""
    return (
        there.rest(rests, place)
        or there.kind(rests)
        or (there.known if "" in rests else [])
        or there.part(rests)
        or there.within(rests)
    )


def _rests(one: _Known, place: _Place) -> set[str]:
    """Its names without their word for this room."""
    words = [place.word, *(other.word for other in one.places if other.is_same(place))]
    return {name.replace(word, "", 1) for name in one.names for word in words if word in name} | {*one.names}


def _is_kind_with(one: _Known, key: str) -> bool:
    """Whether it is a word for its type, after something that stands in one of its names: 식탁 조명 for 주방 식탁등."""
    kinds = [kind for kind in one.kinds if key.endswith(kind) and kind != key]
    return any(_has(one, key.removesuffix(kind)) for kind in kinds)


def _has(one: _Known, key: str) -> bool:
    """Whether one of its names has this in it: whole words, or a part of one, if that is no Latin or single letter."""
    is_enough = len(key) >= _SHORTEST and not key.isascii()
    return key in one.runs or (is_enough and any(key in word for word in one.words))


def _shortest(name: str) -> int:
    """How long a name has to be to count where it stands in a longer text."""
    return _LATIN_SHORTEST if name.isascii() else _SHORTEST


@lru_cache(4096)
def _known(thing: Thing) -> _Known:
    aliases = [alias for alias in thing.names[1:] if not is_room(alias)]
    names = [*thing.names[:1], *aliases]
    rooms = [*thing.room_words, *(alias for alias in thing.names[1:] if alias not in aliases)]
    places = (place for word in rooms or names[:1] for place in _places(word, is_room=bool(rooms)))
    kinds = thing.kind_words + tuple(words_of_switched(thing.kind_words, " ".join(names)))
    return _Known(
        thing,
        tuple(names),
        tuple(filter(None, map(letters_of, names))),
        frozenset(letters_of(word) for name in names for word in name.split()),
        frozenset().union(*map(runs_of, names)),
        tuple(dict.fromkeys(places)),
        _letters(kinds),
    )


def is_room(alias: str) -> bool:
    """Whether an alias says no more than where the thing is, as tags often do."""
    letters = letters_of(alias)
    room = room_of([alias], "kr") if len(letters) <= _ROOM_LETTERS else None
    return room is not None and letters_of(room.tag) == letters


@lru_cache(256)
def _letters(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(filter(None, map(letters_of, words)))


@lru_cache(4096)
def _places(words: str, is_room: bool) -> tuple[_Place, ...]:
    """The rooms that a text speaks of: as CLOVA knows it, and, where it is all about a room, as it is written."""
    spoken, written = _spoken(words), letters_of(words) if is_room else ""
    code = _LABELS.get(written, "")
    if code and spoken is not None and code not in spoken:  # "Older child's room" is not the child's room
        spoken = None
    own = _Place(written, *spoken[1:]) if spoken is not None else _Place(written)
    return tuple(place for place in (spoken, own) if place is not None and place.word)


def _spoken(text: str) -> _Place | None:
    """The room that a text speaks of."""
    korean, japanese = room_of([text], "kr"), room_of([text], "jp")
    if korean is None:
        return None
    return _Place(letters_of(korean.tag), korean.code, japanese.code if japanese is not None else "")


def _in_room(room_text: str, known: list[_Known]) -> list[_Known]:
    """Those in this room; none where it is unknown."""
    keys = stripped(room_text)
    for key in filter(None, keys):
        exact = [one for one in known if any(place.word == key for place in one.places)]
        if exact:
            return exact
    for place, rest in _splits(room_text, keys[0], known):
        there, rests = _there(place, known), stripped(rest, room_text)
        if there and any(key == "" or key in one.kinds for key in rests for one in there):
            return there
    return []


def _there(place: _Place, known: list[_Known]) -> list[_Known]:
    return [one for one in known if any(place.is_same(other) for other in one.places)]


def _splits(text: str, said: str, known: list[_Known]) -> Iterator[tuple[_Place, str]]:
    """The rooms that may be spoken of, the longest word first, and what is said besides."""
    own = {place for one in known for place in one.places if place.word in said}
    places = [*own, *(place for place in (_spoken(text), _shortened(said)) if place is not None)]
    for place in sorted(dict.fromkeys(places), key=lambda place: (-len(place.word), place)):
        if place.word in said:
            yield place, said.replace(place.word, "", 1)


def _shortened(said: str) -> _Place | None:
    """A room whose 룸 was left out at the beginning: 리빙 라이트."""
    for cut in _WITHOUT_ROOM:
        word = said[:cut]
        place = _spoken(f"{word}룸")
        if place is not None and place.word == f"{word}룸":
            return place._replace(word=word)
    return None
