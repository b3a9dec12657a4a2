"""What the skill says, as the answer to a custom extension message. Strictly written; every length is bounded.

Source: the custom extension messages of the CLOVA guides (KR; JP, v3.2.0). Where they contradict themselves
(`sessionAttributes`, `card`), the structure and the examples count. They name no limits of length: those here are ours.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.wire.jsontext import build

VERSIONS: Mapping[str, str] = {"kr": "0.1.0", "jp": "1.0"}
"""The version in the examples of each region, for what does not answer a message."""

MAX_BRIEF = 400
MAX_VERBOSE = 400
MAX_SENTENCES = 12
MAX_ATTRIBUTES = 4096
"""Bytes of the attributes as JSON."""

_SCRIPTS = {"ko": re.compile("[가-힣]"), "ja": re.compile("[ぁ-ヿ一-鿿]"), "en": re.compile("[A-Za-z]")}


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of ours. Each line of `brief`, `verbose` and `reprompt` is spoken as a piece of its own.

    `verbose` is for who has no screen (empty: the same as `brief`), `reprompt` is said after a silence and only where
    the session goes on. `attributes` come back with the next request and can be forged: nothing may rest on them.
    """

    brief: str
    verbose: str = ""
    reprompt: str = ""
    ends: bool = True
    attributes: Mapping[str, Any] = field(default_factory=dict)


def build_answer(said: Said, language: str, version: str) -> bytes:
    """The answer's body, in the version of the request.

    Raises ValueError where there is nothing to say, or too much in the attributes (4 KiB): defects of the caller.
    """
    if len(build(dict(said.attributes))) > MAX_ATTRIBUTES:
        raise ValueError("attributes of more than 4 KiB")
    response: dict[str, Any] = {
        "outputSpeech": _speech(_pieces(said.brief, MAX_BRIEF), _pieces(said.verbose, MAX_VERBOSE), language),
        "card": {},
        "directives": [],
        "shouldEndSession": said.ends,
    }
    again = _pieces(said.reprompt, MAX_BRIEF)
    if again and not said.ends:
        response["reprompt"] = {"outputSpeech": _plain(again, language)}
    return build({"version": version, "sessionAttributes": dict(said.attributes), "response": response})


def _speech(brief: list[str], verbose: list[str], language: str) -> dict[str, Any]:
    if not brief:
        raise ValueError("nothing to say")
    if not verbose or verbose == brief:
        return _plain(brief, language)
    return {"type": "SpeechSet", "brief": _info(" ".join(brief), language), "verbose": _plain(verbose, language)}


def _plain(pieces: list[str], language: str) -> dict[str, Any]:
    infos = [_info(piece, language) for piece in pieces]
    return {"type": "SpeechList", "values": infos} if len(infos) > 1 else {"type": "SimpleSpeech", "values": infos[0]}


def _info(text: str, language: str) -> dict[str, str]:
    return {"type": "PlainText", "lang": _language_of(text, language), "value": text}


def _language_of(text: str, language: str) -> str:
    """The home's language, unless the whole piece is written in the letters of another one."""
    written = [name for name, script in _SCRIPTS.items() if script.search(text)]
    return language if language in written or not written else written[0]


def _pieces(text: str, most: int) -> list[str]:
    """The lines, with nothing in them that is no letter, and no longer than `most` altogether."""
    return list(_cut(text, most))[:MAX_SENTENCES]


def _cut(text: str, most: int) -> Iterator[str]:
    for line in text.split("\n"):
        plain = " ".join("".join(map(_spoken, unicodedata.normalize("NFC", line))).split())
        if plain and most > 0:
            yield plain if len(plain) <= most else f"{plain[: most - 1]}…"
        most -= len(plain)


def _spoken(letter: str) -> str:
    """The letter, or a blank in place of what controls (line ends, marks of direction) or cannot be written."""
    return " " if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") else letter
