"""Sentences of the interaction model, to understand what is typed: the one with the most letters of its own counts."""

import re
from collections.abc import Iterable

_SLOT = re.compile(r"\{(\w+)\}")
_BLANKS = re.compile(r"\s+")


class Phrases:
    """`samples` are intents and sentences, in which `{slot}` stands for what varies; one that is all slot is none."""

    def __init__(self, samples: Iterable[tuple[str, str]]) -> None:
        rows = ((len(_BLANKS.sub("", _SLOT.sub("", sentence))), name, sentence) for name, sentence in samples)
        ordered = sorted(rows, key=lambda row: -row[0])
        self._patterns = [(name, _pattern(sentence)) for letters, name, sentence in ordered if letters]

    def understood(self, text: str) -> tuple[str, dict[str, str]] | None:
        """The intent and its slots; None for a sentence that is like none of the samples."""
        said = text.strip().rstrip(".!?。")
        for name, pattern in self._patterns:
            if found := pattern.fullmatch(said):
                return name, {slot: value.strip() for slot, value in found.groupdict().items()}
        return None


def _pattern(sentence: str) -> re.Pattern[str]:
    """Blanks may be left out or added; a slot is one or more characters, and stands in a sentence once."""
    pieces, end, seen = [], 0, set[str]()
    for found in _SLOT.finditer(sentence):
        pieces.append(_literal(sentence[end : found.start()]))
        pieces.append(r".+?" if found[1] in seen else f"(?P<{found[1]}>.+?)")
        seen.add(found[1])
        end = found.end()
    pieces.append(_literal(sentence[end:].rstrip(".!?。")))
    return re.compile("".join(pieces), re.IGNORECASE)


def _literal(text: str) -> str:
    return r"\s*".join(re.escape(word) for word in re.split(r"\s+", text)) if text.strip() else r"\s*" if text else ""
