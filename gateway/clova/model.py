"""The interaction model that an owner enters in CLOVA's console: intents, slots, and sentences made from his own home.

Documented by both guides: intents with slots, slots with types, `CLOVA.NUMBER` (a number, with its unit where that is
in the slot too), the built-in intents, of which `Clova.GuideIntent` is a must. Documented by the Japanese one only: the
files (an entry and its synonyms a line, tabs between; `[INTENT SLOT]` and `[INTENT EXPRESSION]`, each slot in tags of
its name), their limits (200,000 words a type, 2,000 sentences an intent), one slot name for one type, and
`CLOVA.WHOLE_NUMBER`, which keeps the zeros at the beginning.
Our guess: that Korea's console takes the same files and hears a PIN as a CLOVA.NUMBER.
"""

import json
import re
import string
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import NamedTuple

from gateway.clova.called import Thing, called
from gateway.clova.locations import LOCATIONS
from gateway.clova.sayings.fillers import letters_of
from gateway.clova.sayings.hangul import particle
from gateway.clova.sayings.samples import DOORS, KEY, NUMBERS, SAMPLES, THE_DOOR, TWICE
from gateway.clova.slots import BETWEEN, DEVICE, ROOM, SCENE, SlotType, own_words_in, slot_types, written

LANGUAGES = ("ko", "ja")
"""Those of CLOVA's consoles."""

BUILT_IN = tuple(f"Clova.{name}Intent" for name in ("Guide", "Cancel", "Fallback", "Yes", "No", "Next", "Previous"))
"""What the skill answers besides. Pause and Resume are for audio, and are not asked for."""

_TYPES: Mapping[str, Mapping[str, str]] = {
    "ko": {"device": DEVICE, "room": ROOM, "scene": SCENE, "temperature": "CLOVA.NUMBER", "pin": "CLOVA.NUMBER"},
    "ja": {"device": DEVICE, "room": ROOM, "scene": SCENE, "temperature": "CLOVA.NUMBER", "pin": "CLOVA.WHOLE_NUMBER"},
}
MAX_EXAMPLES = 20
"""Names of one sort that stand in sentences; the others are in the slot's type all the same."""
MAX_SAMPLES = 2000
_TAG = re.compile(r"</?\w+>")
Parts = dict[str, str]
"""What stands in a sentence, by the name of its place."""


class Intent(NamedTuple):
    """An intent of the skill: its name in the console, what it does, and its own names for our slots."""

    name: str
    task: str
    slots: Mapping[str, str] = {}
    doors: tuple[str, ...] = ()
    """What is said for what it opens, its name first."""
    place: str = ""
    """CLOVA's code for where that is, if nothing else there can be opened: 현관 열어줘."""
    is_the_door: bool = False
    """Whether 문 열어줘 means it."""


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
    sorts: Mapping[str, Collection[str]] = {},
) -> InteractionModel:
    """The model in ko or ja. `rooms` are names with their synonyms, `sorts` the ids of the things of each sort.

    Raises ValueError for another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"CLOVA's consoles are in {' and '.join(LANGUAGES)}, not in {language}")
    types = slot_types(language, things, rooms, scenes)
    home = _Home(language, things, {one.name: [row[0] for row in one.entries] for one in types}, sorts)
    plain = {letters_of(one) for intent in intents for one in _templates(language, intent) if not _fields(one)}
    modelled = tuple(_modelled(home, intent, plain) for intent in intents)
    used = {kind for one in modelled for _, kind in one.slots}
    return InteractionModel(
        language,
        BUILT_IN,
        tuple(sorted(kind for kind in used if kind.startswith("CLOVA."))),
        tuple(one for one in types if one.name in used),
        modelled,
    )


def sentences(language: str, intents: Sequence[Intent]) -> list[tuple[str, str]]:
    """The sentences without a home's names, for a program that understands them, in ko, ja or en.

    Pairs of an intent's name and "{room} 불 켜줘", with the intent's own names for slots, and with every particle.
    """
    return [
        (intent.name, sentence)
        for intent in intents
        for template in _templates(language, intent)
        for sentence in dict.fromkeys(_open(template, intent, end) for end in (0, -1))
    ]


def _open(template: str, intent: Intent, end: int) -> str:
    """A sentence with its slots left open, and with the first or the last particle of each pair."""
    pieces = []
    for before, name, pair, _ in string.Formatter().parse(template):
        slot = (name or "").partition(".")[0]
        pieces += [before, f"{{{intent.slots.get(slot, slot)}}}{(pair or '').split('/')[end]}" if name else ""]
    return "".join(pieces)


def _templates(language: str, intent: Intent) -> list[str]:
    """The sentences of an intent, each with every name of what it opens; without those that nobody says."""
    place = LOCATIONS[intent.place].said(language) if intent.place else ""
    doors = [door for door in map(written, (*intent.doors, place)) if door] or [DOORS[language]]
    templates = SAMPLES[language].get(intent.task, ())
    filled = (_with_door(template, door) for door in doors for template in templates)
    more = THE_DOOR[language] if intent.is_the_door else ()
    return [one for one in dict.fromkeys((*filled, *more)) if not _is_double(one)]


def _with_door(template: str, door: str) -> str:
    """The template with the name of what is opened, and its particle; the other slots stay."""
    for pair in ("", *re.findall(r"\{door:(.+?)\}", template)):
        field, said = (f"{{door:{pair}}}", door + particle(door, pair)) if pair else ("{door}", door)
        template = template.replace(field, said.replace("{", " ").replace("}", " "))
    return template


def _is_double(sentence: str) -> bool:
    """Whether a word is said twice: 勝手口の鍵の鍵."""
    return any(word in sentence for word in TWICE)


def _bare(sentence: str) -> str:
    """A sentence without its tags."""
    return _TAG.sub("", sentence)


def _fields(template: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(template) if name]


class _Home(NamedTuple):
    """What the sentences are made of: things, the first words of each type of slot, and the ids of each sort."""

    language: str
    things: Sequence[Thing]
    heads: Mapping[str, list[str]]
    sorts: Mapping[str, Collection[str]]

    def of_sort(self, field: str) -> list[Thing]:
        """The things that a field is for: `device.lock` has a sort, `device` is for all."""
        sort = field.partition(".")[2]
        return [thing for thing in self.things if not sort or thing.id in self.sorts.get(sort, ())]

    def pool(self, key: str) -> list[Parts]:
        """What may stand in a field, or in two that belong together (`room device.lock`)."""
        room, _, device = key.partition(" ")
        found = self._pairs(room, device) if device else ({key: word} for word in self._words(key))
        return list(islice(found, MAX_EXAMPLES))

    def _words(self, field: str) -> list[str]:
        kind, _, sort = field.partition(".")
        things = self.of_sort(field)
        if kind == "room":
            return [room for room in self.heads.get(ROOM, []) if not sort or called("", room, things)]
        if kind == "device":
            names = [name for name in (written("".join(thing.names[:1])) for thing in things) if name]
            return self._keys(names, things) if sort == "key" else names
        return self.heads.get(SCENE, []) if kind == "scene" else [*NUMBERS[self.language][kind]]

    def _keys(self, names: Sequence[str], locks: Sequence[Thing]) -> list[str]:
        """勝手口の鍵, 玄関の鍵: the names that say that it is a key, and the keys of rooms."""
        rooms = [room for room in self.heads.get(ROOM, []) if called("", room, locks)]
        own = [name for name in names if name.endswith(KEY)]
        return list(dict.fromkeys([*own, *(f"{room}{BETWEEN[self.language]}{KEY}" for room in rooms)]))

    def _pairs(self, room_field: str, field: str) -> Iterator[Parts]:
        """A room and something in it, by its name, or by its type where the name has the room in it."""
        for room in self.heads.get(ROOM, []):
            for thing in called("", room, self.of_sort(field)):
                name, own = written("".join(thing.names[:1])), own_words_in(self.language, thing, room)[:1]
                said = own[0] if own and letters_of(room) in letters_of(name) else name
                yield from [{room_field: room, field: said}] if said else []


def _modelled(home: _Home, intent: Intent, plain: Collection[str]) -> Modelled:
    """`plain` are the sentences without slots of all intents: nothing else says the same."""
    slots = _TYPES[home.language]
    made = _samples(home, intent)
    samples = dict.fromkeys(one for one, is_plain in made if is_plain or letters_of(_bare(one)) not in plain)
    used = {slot for slot in slots if any(f"<{intent.slots.get(slot, slot)}>" in line for line in samples)}
    return Modelled(
        intent.name,
        tuple((intent.slots.get(slot, slot), kind) for slot, kind in slots.items() if slot in used),
        tuple(samples)[:MAX_SAMPLES],
    )


def _samples(home: _Home, intent: Intent) -> Iterator[tuple[str, bool]]:
    """Every sentence with one name, and again until there are as many as there are names; and whether it has none."""
    templates = _templates(home.language, intent)
    pools = {key: home.pool(key) for template in templates for key in _keys(template)}
    turns = {key: cycle(pool) for key, pool in pools.items()}
    rounds = -(-max(map(len, pools.values()), default=1) // max(1, len(templates))) or 1
    for turn in range(rounds):
        for template in templates:
            keys = _keys(template)
            if all(pools[key] for key in keys) and (turn == 0 or keys):
                tries = max((len(pools[key]) for key in keys), default=1)
                made = (_sentence(template, [next(turns[key]) for key in keys], intent.slots) for _ in range(tries))
                said = (sentence for sentence in made if not _is_double(_bare(sentence)))
                yield from ((sentence, not keys) for sentence in islice(said, 1))


def _keys(template: str) -> list[str]:
    """Its fields; a room and what is in it as one."""
    fields = _fields(template)
    pair = [field for field in fields if field.partition(".")[0] in ("room", "device")]
    return [" ".join(pair), *(field for field in fields if field not in pair)] if len(pair) > 1 else fields


def _sentence(template: str, parts: Iterable[Parts], slots: Mapping[str, str]) -> str:
    words = {field: word for one in parts for field, word in one.items()}
    pieces = []
    for before, name, pair, _ in string.Formatter().parse(template):
        pieces.append(before)
        if name:
            kind = name.partition(".")[0]
            slot, word = slots.get(kind, kind), words[name]
            pieces += [f"<{slot}>{word}</{slot}>", particle(word, pair) if pair else ""]
    return "".join(pieces)
