"""The words of Home Assistant's components in ours: states and payloads, modes, the names of fan speeds."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from gateway.dialects.homeassistant.entity import Entity
from gateway.home.device import Limits
from gateway.home.values import RELEASED, Value
from gateway.wire.codecs import Codec, Fault, Moving, Word, Words, spell
from gateway.wire.jsontext import parse
from gateway.wire.paths import Missing, read

Meaning = Value | Moving | Fault

T = TypeVar("T", bool, float, str)

MAX_BOUND = 1e6
MAX_MODE = 60
MAX_MODES = 40

_RESTS = ("normal", "manual", "auto")
"""What a device returns to from a mode with a purpose."""
_NO_PRESETS = frozenset({"on", "off", "none", ""})


def states(entity: Entity, *rows: tuple[str, str, Meaning]) -> dict[str, Meaning]:
    """What the words of a state mean, by key, default and meaning; nothing, with a note, where one has two.

    A word for what it is goes before the same word for what it is on its way to.
    """
    found: dict[str, Meaning] = {}
    for key, default, meaning in rows:
        word = spell(entity.word(key, default))
        if found.setdefault(word, meaning) != meaning and not isinstance(meaning, Moving | Fault):
            entity.note(f"{key} is the word for something else, too")
            return {}
    return found


def payloads(entity: Entity, *rows: tuple[str, str, T]) -> dict[T, str]:
    """The payload that tells it each value, by key, default and value; one that is null is left out.

    Nothing, with a note, where two are the same: what only toggles can be told no value.
    """
    told = {value: word for key, default, value in rows if (word := payload(entity, key, default))}
    if len(set(told.values())) < len(told):
        entity.note(f"{' and '.join(key for key, _, _ in rows)} are the same")
        return {}
    return told


def switching(entity: Entity, *rows: tuple[str, str, bool]) -> dict[bool, str]:
    """The payloads of what is switched: both, or nothing, with a note."""
    told = payloads(entity, *rows)
    if told and len(told) < len(rows):
        entity.note(f"{' and '.join(key for key, _, _ in rows)}: one is missing")
        return {}
    return told


def payload(entity: Entity, key: str, default: str) -> str:
    """A payload; empty where the config says null: there is no such command then."""
    return "" if entity.config.get(key, default) is None else entity.word(key, default)


def bound(entity: Entity, key: str, default: float) -> float:
    """An end of a scale, which nobody calculates with beyond a million."""
    number = entity.number(key, default)
    if abs(number) > MAX_BOUND:
        entity.note(f"{key} is too large")
        return default
    return number


@dataclass(frozen=True, slots=True)
class Member:
    """A word that stands alone, or at `key` of a JSON object; an object without it speaks of something else."""

    key: str
    codec: Codec

    def decode(self, word: Any) -> Meaning:
        """What the word means; Missing where the object has none."""
        return self.codec.decode(member(word, self.key))

    def encode(self, value: Value) -> Word:
        """As the codec does."""
        return self.codec.encode(value)


def member(word: Any, key: str) -> Any:
    """The word itself, or what stands at the key of the object that it is, or is the text of."""
    if isinstance(word, str) and word.lstrip()[:1] == "{":
        word = parse(word.encode())
    return read(word, (key,)) if isinstance(word, dict) else word


@dataclass(frozen=True, slots=True)
class Unless:
    """A codec of a state that says other things as well: these words, in lower case, leave the slot as it was."""

    codec: Codec
    others: frozenset[str]

    def decode(self, word: Any) -> Meaning:
        """What the word means; Missing for one that speaks of something else."""
        if spell(word).casefold() in self.others:
            raise Missing
        return self.codec.decode(word)

    def encode(self, value: Value) -> Word:
        """As the codec does."""
        return self.codec.encode(value)


def mode_names(words: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Our name for each of a device's modes; on and off are none."""
    usable = [word for word in words if len(word) <= MAX_MODE and word.casefold() not in _NO_PRESETS]
    return {word: names.get(word.casefold(), word.casefold()) for word in usable[:MAX_MODES]}


def modes(named: Mapping[str, str], release: str = "", plain: Iterable[str] = ()) -> tuple[Words, Limits]:
    """How modes are written, and which there are, by the device's words and ours for them.

    `release` is the word that leaves every mode, `plain` are words for states that are no mode.
    """
    reads: dict[str, Meaning] = {**dict.fromkeys(("none", *plain), RELEASED), **named}
    writes: dict[Value, str] = {RELEASED: release} if release else {}
    for word, name in sorted(named.items(), key=lambda pair: pair[0].casefold() != pair[1]):
        writes.setdefault(name, word)
    ours = tuple(dict.fromkeys(named.values()))
    rest = RELEASED if release else next((name for name in _RESTS if name in ours), "")
    return Words(reads, writes), Limits(words=ours, rest=rest)


_RANKS = {
    word: rank
    for rank, line in enumerate(
        (
            "min minimum lowest silent quiet silence mute whisper verylow superlow ultralow",
            "low slow weak gentle soft",
            "mediumlow midlow lowmedium lowmid middlelow",
            "medium med mid middle moderate",
            "mediumhigh midhigh highmedium highmid middlehigh",
            "high strong fast",
            "max maximum highest turbo powerful veryhigh superhigh ultrahigh superstrong",
        ),
        1,
    )
    for word in line.split()
}
_USUAL = (2, 4, 6)
"""Low, medium and high."""
_COUNTED = re.compile(r"(?:speed|level|gear|stage|fan)?(\d{1,3})%?")


def speeds(words: Iterable[str]) -> tuple[dict[str, float], dict[float, str]]:
    """Which of a device's words are fan speeds, as levels from 1 to 3, and the word for each level; or nothing.

    Of more than three the first, the one in the middle and the last are told. `auto` has no speed.
    """
    ranks = _ranks(words)
    order = sorted(set(ranks.values()))
    if len(order) < 2:
        return {}, {}
    usual = set(_USUAL) <= set(order) and not any(word[-1:].isdecimal() for word in ranks)
    chosen = _USUAL if usual else (order[0], order[(len(order) - 1) // 2], order[-1])
    levels: dict[float, float] = {chosen[0]: 1.0, chosen[2]: 3.0}
    if len(order) > 2:
        levels[chosen[1]] = 2.0
    nearest = {rank: levels[min(levels, key=lambda one, rank=rank: abs(one - rank))] for rank in order}  # type: ignore[misc]
    told = {level: next(word for word, rank in ranks.items() if rank == place) for place, level in levels.items()}
    return {word: nearest[rank] for word, rank in ranks.items()}, told


def _ranks(words: Iterable[str]) -> dict[str, int]:
    """Words with their place among speeds: names, or numbers where there are more of those."""
    named: dict[str, int] = {}
    counted: dict[str, int] = {}
    for word in words:
        plain = re.sub(r"[\s_-]+", "", word[:MAX_MODE].casefold())
        number = _COUNTED.fullmatch(plain)
        if number is not None and int(number[1]) > 0:
            counted[word] = int(number[1])
        elif plain in _RANKS:
            named[word] = _RANKS[plain]
    return counted if len(counted) > len(named) else named


def speed_limits(told: Mapping[float, str]) -> Limits:
    """The levels that there are words for."""
    return Limits(1, 3, step=1 if len(told) > 2 else 2)
