"""Sentences of the interaction model, to understand what is typed: the one with the most letters of its own counts."""

import re
from collections.abc import Collection, Iterable

_SLOT = re.compile(r"\{(\w+)\}")
_BLANKS = re.compile(r"\s+")
_END = ".!?。！？"
_ANYTHING, _NUMBER = ".+?", r"(?<![\d.,-])-?\d+(?:\.\d+)?\s*(?:도|度|℃|°C?|degrees?)?"


class Phrases:
    """`samples` are intents and sentences, in which `{slot}` stands for what varies; one that is all slot is none.

    `numbers` are the slots in which a number stands, whole and with its unit.
    """

    def __init__(self, samples: Iterable[tuple[str, str]], numbers: Collection[str] = ()) -> None:
        self._numbers = numbers
        rows = ((self._weight(sentence), name, sentence) for name, sentence in samples)
        ordered = sorted(rows, key=lambda row: -row[0])
        self._patterns = [(name, self._pattern(sentence)) for weight, name, sentence in ordered if weight]

    def understood(self, text: str) -> tuple[str, dict[str, str]] | None:
        """The intent and its slots; None for a sentence that is like none of the samples."""
        said = text.strip().rstrip(_END)
        for name, pattern in self._patterns:
            if found := pattern.fullmatch(said):
                return name, {slot: value.strip() for slot, value in found.groupdict().items()}
        return None

    def _weight(self, sentence: str) -> int:
        """The letters of its own; a number is as good as one."""
        numbers = sum(slot in self._numbers for slot in _SLOT.findall(sentence))
        return len(_BLANKS.sub("", _SLOT.sub("", sentence))) + numbers

    def _pattern(self, sentence: str) -> re.Pattern[str]:
        """Blanks may be left out or added; a slot is one or more characters, and stands in a sentence once."""
        pieces, end, seen = [], 0, set[str]()
        for found in _SLOT.finditer(sentence):
            pieces.append(_literal(sentence[end : found.start()]))
            inside = _NUMBER if found[1] in self._numbers else _ANYTHING
            pieces.append(inside if found[1] in seen else f"(?P<{found[1]}>{inside})")
            seen.add(found[1])
            end = found.end()
        pieces.append(_literal(sentence[end:].rstrip(_END)))
        return re.compile("".join(pieces), re.IGNORECASE)


def _literal(text: str) -> str:
    return r"\s*".join(re.escape(word) for word in _BLANKS.split(text)) if text.strip() else r"\s*" if text else ""
