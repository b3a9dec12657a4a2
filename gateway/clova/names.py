"""What is wrong with the names of devices, as notes for the owner. A name is always passed to CLOVA as it is."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.clova.appliances import APPLIANCES
from gateway.clova.locations import LOCATIONS, NATIVE
from gateway.clova.modes import known_modes, meant_in
from gateway.home.device import Device
from gateway.home.traits import MODE

MAX_WIDTH = 40
"""Of a name that is still spoken with ease: 40 Latin letters, or 20 of Hangul, kana or kanji, which count twice."""
_LISTED = 3
"""Of a longer list, so many are named."""

_HEARD = {"ko": {"Hangul", "Latin"}, "ja": {"kana", "kanji", "Latin"}}
_SPOKEN = {"ko": "Korean", "ja": "Japanese"}
_WRITTEN = {"ko": "Hangul or Latin letters", "ja": "kana, kanji or Latin letters"}
_THING = {"ko": "{} 전등", "ja": "{}の照明"}
_SCRIPTS = {"HANGUL": "Hangul", "HIRAGANA": "kana", "KATAKANA": "kana", "CJK": "kanji", "IDEOGRAPHIC": "kanji"}
_SIGNS = ("P", "S", "Me")
"""Unicode's categories of punctuation, symbols (emoji too) and what encloses a letter."""
_INVISIBLE = ("C",)
_HARMLESS = frozenset("-'’·・.")
_JOINER = "\u200d"
"""Between emoji that are drawn as one."""


@dataclass(frozen=True, slots=True)
class _Home:
    """What one name is compared with: ids by name and by tag, and places by what they are called."""

    named: Mapping[str, Sequence[str]]
    tagged: Mapping[str, Sequence[str]]
    places: Mapping[str, str]
    speech: str
    """The language that is spoken to CLOVA."""
    region_code: str


def notes_on(devices: Sequence[Device], language: str, region_code: str) -> dict[str, list[str]]:
    """By device id, what to change so that it is understood; a hidden device, or one that is fine, has no entry."""
    told = [device for device in devices if not device.hidden]
    speech = language if language in _HEARD else NATIVE[region_code]
    home = _Home(
        named=_grouped((_alike(device.name), device.id) for device in told),
        tagged=_grouped((_alike(tag), device.id) for device in told for tag in device.tags),
        places={_alike(place.said(speech)): code for code, place in LOCATIONS.items() if place.said(speech)},
        speech=speech,
        region_code=region_code,
    )
    found = {device.id: [*_notes_on(device, home)] for device in told}
    return {id: notes for id, notes in found.items() if notes}


def _notes_on(device: Device, home: _Home) -> Iterator[str]:
    yield from _on_the_letters(device.name, home.speech)
    yield from _on_others(device, home)
    yield from _on_modes(device, home.region_code)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, id in pairs:
        if id not in found[key]:
            found[key].append(id)
    return dict(found)


def _alike(name: str) -> str:
    """Equal for names that sound the same: spaces, case and width do not count."""
    return "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def _on_the_letters(name: str, speech: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", name)
    if name != name.strip():
        yield "the name begins or ends with a space: take it away"
    yield from _on_signs(name)
    if not any(character.isalnum() for character in plain):
        yield "the name has neither a letter nor a digit, so that nobody can say it: give it one that can be spoken"
    elif not any(character.isalpha() for character in plain):
        yield "the name has only digits, which are heard as a value: say in it what the device is"
    foreign = _foreign(plain, _HEARD[speech])
    if foreign:
        scripts = _and(foreign)
        yield f"{_SPOKEN[speech]} speech never yields {scripts} letters: write the name in {_WRITTEN[speech]}"
    if _width(plain) > MAX_WIDTH:
        yield "the name is longer than 20 characters of Hangul, kana or kanji, or 40 Latin letters: shorten it"


def _on_signs(name: str) -> Iterator[str]:
    signs = _unlike(name, _SIGNS, _HARMLESS)
    if signs:
        yield f"CLOVA can neither say nor hear {_and(signs)}: leave that out of the name"
    codes = [f"U+{ord(character):04X}" for character in _unlike(name, _INVISIBLE, frozenset(_JOINER if signs else ""))]
    if codes:
        yield f"the name has invisible control characters ({_and(codes)}): type it anew"


def _unlike(name: str, categories: tuple[str, ...], besides: frozenset[str]) -> list[str]:
    """The characters of these Unicode categories, each once."""
    found = (character for character in name if unicodedata.category(character).startswith(categories))
    return [character for character in dict.fromkeys(found) if character not in besides]


def _foreign(name: str, heard: set[str]) -> list[str]:
    """The scripts in which something in the name is written and which are not heard, each once."""
    scripts = (_script(character) for character in name if character.isalpha())
    return [script for script in dict.fromkeys(scripts) if script not in heard]


def _script(letter: str) -> str:
    """Its first word in Unicode's name: LATIN, KATAKANA-HIRAGANA, CYRILLIC."""
    first = unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]
    return _SCRIPTS.get(first, first.capitalize())


def _width(name: str) -> int:
    """Two for each wide character, one for each other; spaces are not spoken."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in name if not one.isspace())


def _on_others(device: Device, home: _Home) -> Iterator[str]:
    key = _alike(device.name)
    if not key:
        return
    twins = [id for id in home.named[key] if id != device.id]
    if twins:
        yield f"it has the same name as {_and(twins)}, and CLOVA cannot tell them apart: give it one of its own"
    owners = [id for id in home.tagged.get(key, ()) if id != device.id]
    if owners:
        yield f"the name is also a tag of {_and(owners)}, so that it means both: change the name or the tag"
    if key in home.places:
        place = home.places[key]
        whole = _THING[home.speech].format(LOCATIONS[place].said(home.speech))
        yield f"the name is also the place {place}, so that it means every device there: name it, say, {whole}"


def _on_modes(device: Device, region_code: str) -> Iterator[str]:
    known = known_modes(region_code, device.kind)
    words = dict.fromkeys(word for feature in device.parts(MODE) for word in feature.limits.words)
    unknown = [word for word in words if word not in known]
    for word in list(unknown):
        ours = meant_in(region_code, word)
        if ours != word and ours in known:
            unknown.remove(word)
            yield f"write the mode {word!r} as {ours!r}: CLOVA is told {word!r} all the same"
    if unknown:
        steps = "ChangeMode" in APPLIANCES[region_code].get(device.kind, ())
        use = "can be stepped to with ChangeMode, but not asked for by name" if steps else "cannot be asked for"
        own = ", ".join(map(repr, unknown))
        yield f"CLOVA has no name for {own}: such a mode {use}; it has names for {', '.join(known)}"


def _and(items: Sequence[str]) -> str:
    """A list in words; of a long one, how many more there are."""
    shown = list(items[:_LISTED])
    if len(items) > _LISTED:
        shown.append(f"{len(items) - _LISTED} more")
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
