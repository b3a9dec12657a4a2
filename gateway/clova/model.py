"""The interaction model that an owner enters in CLOVA's console: intents, slots, and sentences made from his own home.

Documented by both guides: intents with slots, slots with types, `CLOVA.NUMBER` (a number, with its unit where that is
in the slot too), the built-in intents, of which `Clova.GuideIntent` is a must. Documented by the Japanese one only: the
files (an entry and its synonyms a line, tabs between; `[INTENT SLOT]` and `[INTENT EXPRESSION]`, each slot in tags of
its name), their limits (200,000 words a type, 2,000 sentences an intent), one slot name for one type, and
`CLOVA.WHOLE_NUMBER`, which keeps the zeros at the beginning.
Our guess: that Korea's console takes the same files and hears a PIN as a CLOVA.NUMBER. As we do not know whether a slot
brings the word that was said or its entry, no synonym means more or less than its entry: 거실 불 is one by itself.
"""

import json
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import NamedTuple

from gateway.clova.called import Thing, called, is_room
from gateway.clova.sayings.fillers import letters_of
from gateway.clova.sayings.hangul import particle
from gateway.clova.sayings.kinds import kind_words
from gateway.clova.sayings.samples import DOORS, FITTING, NUMBERS, SAMPLES

LANGUAGES = ("ko", "ja")
"""Those of CLOVA's consoles."""

BUILT_IN = tuple(f"Clova.{name}Intent" for name in ("Guide", "Cancel", "Fallback", "Yes", "No", "Next", "Previous"))
"""What the skill answers besides. Pause and Resume are for audio, and are not asked for."""

DEVICE, ROOM, SCENE = "DEVICE", "ROOM", "SCENE"
_TYPES: Mapping[str, Mapping[str, str]] = {
    "ko": {"device": DEVICE, "room": ROOM, "scene": SCENE, "temperature": "CLOVA.NUMBER", "pin": "CLOVA.NUMBER"},
    "ja": {"device": DEVICE, "room": ROOM, "scene": SCENE, "temperature": "CLOVA.NUMBER", "pin": "CLOVA.WHOLE_NUMBER"},
}
_BETWEEN = {"ko": " ", "ja": "の"}
"""Between a room and what is there."""
MAX_EXAMPLES = 20
"""Names of one sort that stand in sentences; the others are in the slot's type all the same."""
MAX_WORDS = 200_000
MAX_SAMPLES = 2000
_SYNONYMS = 4
"""Words for one type of device that are combined with each room."""


class Intent(NamedTuple):
    """An intent of the skill: its name in the console, what it does, and its own names for our slots."""

    name: str
    task: str
    slots: Mapping[str, str] = {}
    door: str = ""
    """The name of what it opens."""


class SlotType(NamedTuple):
    """A type of slot of our own: entries, each with its synonyms after it."""

    name: str
    entries: tuple[tuple[str, ...], ...]


class Modelled(NamedTuple):
    """An intent with its slots (name and type) and sentences, in which slots stand in tags."""

    name: str
    slots: tuple[tuple[str, str], ...]
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InteractionModel:
    """All that is to be entered."""

    language: str
    built_in_intents: tuple[str, ...]
    built_in_types: tuple[str, ...]
    types: tuple[SlotType, ...]
    intents: tuple[Modelled, ...]

    def as_tsv(self) -> dict[str, str]:
        """The files to upload, by their names: `slot-DEVICE.tsv`, `intent-LightsOn.tsv`."""
        types = {f"slot-{one.name}.tsv": "".join("\t".join(row) + "\n" for row in one.entries) for one in self.types}
        return types | {f"intent-{one.name}.tsv": _intent_tsv(one) for one in self.intents}

    def as_text(self) -> str:
        """The same to be read, in the order in which the console wants it."""
        said = _HEADINGS[self.language]
        parts = [_section(said["types"], self.built_in_types)]
        parts += [_section(f"{said['type']} {one.name}", map("\t".join, one.entries)) for one in self.types]
        parts.append(_section(said["built_in"], self.built_in_intents))
        parts += [f"{said['intent']} {one.name}\n\n{_intent_tsv(one)}" for one in self.intents]
        return "\n".join(parts)

    def as_json(self) -> str:
        """The same for a program; the shape is our own."""
        written = {
            "language": self.language,
            "builtInSlotTypes": self.built_in_types,
            "slotTypes": [
                {"name": one.name, "entries": [{"value": row[0], "synonyms": row[1:]} for row in one.entries]}
                for one in self.types
            ],
            "builtInIntents": self.built_in_intents,
            "intents": [
                {
                    "intent": one.name,
                    "slots": [{"name": name, "type": kind} for name, kind in one.slots],
                    "samples": one.samples,
                }
                for one in self.intents
            ],
        }
        return json.dumps(written, ensure_ascii=False, indent=2)


_HEADINGS = {
    "ko": {"types": "기본 제공 slot 타입", "type": "slot 타입", "built_in": "기본 제공 intent", "intent": "intent"},
    "ja": {
        "types": "ビルトインスロットタイプ",
        "type": "カスタムスロットタイプ",
        "built_in": "ビルトインインテント",
        "intent": "カスタムインテント",
    },
}


def _section(heading: str, lines: Iterable[str]) -> str:
    return "\n".join((heading, "", *lines, ""))


def _intent_tsv(intent: Modelled) -> str:
    slots = "".join(f"{name}\t{kind}\n" for name, kind in intent.slots)
    return f"[INTENT SLOT]\n{slots}\n[INTENT EXPRESSION]\n" + "".join(f"{line}\n" for line in intent.samples)


def interaction_model(
    language: str,
    intents: Sequence[Intent],
    things: Sequence[Thing],
    rooms: Sequence[Sequence[str]],
    scenes: Sequence[str] = (),
) -> InteractionModel:
    """The model in ko or ja; `rooms` are names with their synonyms. Raises ValueError for another language."""
    if language not in LANGUAGES:
        raise ValueError(f"CLOVA's consoles are in {' and '.join(LANGUAGES)}, not in {language}")
    types = (
        SlotType(DEVICE, _entries([*_named(things), *_placed(language, things, rooms), *_kinds(language, things)])),
        SlotType(ROOM, _entries(rooms)),
        SlotType(SCENE, _entries([scene] for scene in scenes)),
    )
    filled = tuple(one for one in types if one.entries)
    modelled = tuple(_modelled(language, intent, things, filled) for intent in intents)
    used = {kind for one in modelled for _, kind in one.slots}
    return InteractionModel(
        language,
        BUILT_IN,
        tuple(sorted(kind for kind in used if kind.startswith("CLOVA."))),
        tuple(one for one in filled if one.name in used),
        modelled,
    )


def sentences(language: str, intents: Sequence[Intent]) -> list[tuple[str, str]]:
    """The sentences without a home's names, for a program that understands them, in ko, ja or en.

    Pairs of an intent's name and "{room} 불 켜줘", with the intent's own names for slots, and with every particle.
    """
    return [
        (intent.name, sentence)
        for intent in intents
        for template in SAMPLES[language].get(intent.task, ())
        for sentence in dict.fromkeys(_open(template, language, intent, end) for end in (0, -1))
    ]


def _open(template: str, language: str, intent: Intent, end: int) -> str:
    """A sentence with its slots left open, and with the first or the last particle of each pair."""
    pieces = []
    for before, name, pair, _ in string.Formatter().parse(template):
        pieces.append(before)
        if name == "door":
            door = intent.door or DOORS[language]
            pieces += [door, particle(door, pair) if pair else ""]
        elif name:
            pieces += [f"{{{intent.slots.get(name, name)}}}", pair.split("/")[end] if pair else ""]
    return "".join(pieces)


def _entries(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """The rows without what cannot stand in a file, and each word once only: what is said twice means the first."""
    seen: set[str] = set()
    entries = []
    for row in rows:
        words = {letters_of(word): word for word in map(_written, row) if letters_of(word)}
        fresh = {key: word for key, word in words.items() if key not in seen}
        if fresh and len(seen) + len(fresh) <= MAX_WORDS:
            seen |= fresh.keys()
            entries.append(tuple(fresh.values()))
    return tuple(entries)


def _written(word: str) -> str:
    """A name as it can stand in a line of a file and between tags."""
    return " ".join(word.replace("<", " ").replace(">", " ").split())


def _named(things: Sequence[Thing]) -> Iterator[tuple[str, ...]]:
    """Each device with those of its aliases that mean it alone."""
    owners = Counter(key for thing in things for key in {letters_of(name) for name in thing.names})
    for thing in things:
        own = (alias for alias in thing.names[1:] if owners[letters_of(alias)] == 1 and not is_room(alias))
        yield (*thing.names[:1], *own)


def _placed(language: str, things: Sequence[Thing], rooms: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """거실 불, リビングの電気: each room with each type of device that is there."""
    for room in rooms:
        there = called("", room[0], things) if room else []
        for words in dict.fromkeys(_own_words(language, thing) for thing in there):
            yield from _alike((f"{name}{_BETWEEN[language]}{word}" for name in room for word in words), things)


def _kinds(language: str, things: Sequence[Thing]) -> Iterator[list[str]]:
    """The words for each type of device."""
    for words in dict.fromkeys(_own_words(language, thing) for thing in things):
        yield from _alike(words, things)


def _alike(words: Iterable[str], things: Sequence[Thing]) -> Iterator[list[str]]:
    """The words that mean the same devices together: 문 may be a lock or a sensor, and 도어락 only a lock."""
    meanings: dict[tuple[str, ...], list[str]] = {}
    for word in words:
        meant = tuple(thing.id for thing in called(word, "", things))
        meanings.setdefault(meant, []).append(word)
    yield from (alike for meant, alike in meanings.items() if meant)


def _own_words(language: str, thing: Thing) -> tuple[str, ...]:
    """The first words of this language for what a thing is."""
    return tuple(word for word in thing.kind_words if _is_of(language, word))[:_SYNONYMS]


def _is_of(language: str, word: str) -> bool:
    is_korean = any("가" <= letter <= "힣" for letter in word)
    return is_korean if language == "ko" else not is_korean and not word.isascii()


def _modelled(language: str, intent: Intent, things: Sequence[Thing], types: Sequence[SlotType]) -> Modelled:
    slots = _TYPES[language]
    fitting = _fitting(intent.task, things)
    examples = dict(_examples(language, intent, fitting, types))
    samples = dict.fromkeys(
        _samples(language, intent, examples, list(islice(_pairs(language, fitting, types), MAX_EXAMPLES)))
    )
    used = {slot for slot in slots if any(f"<{intent.slots.get(slot, slot)}>" in line for line in samples)}
    return Modelled(
        intent.name,
        tuple((intent.slots.get(slot, slot), kind) for slot, kind in slots.items() if slot in used),
        tuple(samples)[:MAX_SAMPLES],
    )


def _examples(
    language: str, intent: Intent, fitting: Sequence[Thing], types: Sequence[SlotType]
) -> Iterator[tuple[str, list[str]]]:
    """What stands in the sentences of an intent, by slot; nothing where the home has none."""
    yield "door", [_written(intent.door) or DOORS[language]]
    entries = {one.name: [row[0] for row in one.entries] for one in types}
    names = [_written(thing.names[0]) for thing in fitting if thing.names]
    yield "device", ([name for name in names if name] or entries.get(DEVICE, []))[:MAX_EXAMPLES]
    rooms = entries.get(ROOM, [])
    yield "room", ([room for room in rooms if called("", room, fitting)] or rooms)[:MAX_EXAMPLES]
    yield "scene", entries.get(SCENE, [])[:MAX_EXAMPLES]
    yield from ((slot, [*numbers]) for slot, numbers in NUMBERS[language].items())


def _fitting(task: str, things: Sequence[Thing]) -> Sequence[Thing]:
    """Those that a task is for; all where it is for any, or the home has none."""
    words = {word for kind in FITTING.get(task, ()) for word in kind_words(kind)[:1]}
    return [thing for thing in things if words & {*thing.kind_words}] or things


def _pairs(language: str, things: Sequence[Thing], types: Sequence[SlotType]) -> Iterator[dict[str, str]]:
    """A room and something in it, by its name, or by its type where the name has the room in it."""
    for room in (row[0] for one in types if one.name == ROOM for row in one.entries):
        for thing in called("", room, things):
            name, own = _written("".join(thing.names[:1])), _own_words(language, thing)[:1]
            said = own[0] if own and letters_of(room) in letters_of(name) else name
            yield from [{"room": room, "device": said}] if said else []


def _samples(
    language: str, intent: Intent, examples: Mapping[str, list[str]], placed: Sequence[dict[str, str]]
) -> Iterator[str]:
    """Every sentence with one name, and again until there are as many as there are names."""
    templates, pairs = SAMPLES[language].get(intent.task, ()), cycle(placed)
    pools = {slot: cycle(pool) for slot, pool in examples.items() if pool}
    rounds = max((len(pool) for pool in examples.values()), default=1)
    for turn in range(-(-rounds // max(1, len(templates))) or 1):
        for template in templates:
            fields = [name for _, name, _, _ in string.Formatter().parse(template) if name]
            is_pair = {"room", "device"} <= {*fields}
            if all(field in pools for field in fields) and (turn == 0 or fields) and (placed or not is_pair):
                parts = {field: next(pools[field]) for field in fields} | (next(pairs) if is_pair else {})
                yield _sentence(template, parts, intent.slots)


def _sentence(template: str, parts: Mapping[str, str], slots: Mapping[str, str]) -> str:
    pieces = []
    for before, name, pair, _ in string.Formatter().parse(template):
        pieces.append(before)
        if name:
            slot, example = slots.get(name, name), parts[name]
            pieces.append(example if name == "door" else f"<{slot}>{example}</{slot}>")
            pieces.append(particle(example, pair) if pair else "")
    return "".join(pieces)
