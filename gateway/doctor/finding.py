"""What `doctor` finds, and what it goes by. What a finding is in words stands in words.py, by its key."""

import ssl
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any

from gateway.config import Loaded
from gateway.doctor.reasons import phrased, told
from gateway.doctor.words import WORDS


class Level(Enum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step came to. `key` is that of its words, and `values` go into them."""

    level: Level
    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def what(self, language: str) -> str:
        """What was found, in a line."""
        return self._said(WORDS[language].found[self.key].what, language)

    def remedy(self, language: str) -> str:
        """What to do about it; empty where there is nothing to be done."""
        return self._said(WORDS[language].found[self.key].remedy, language)

    def _said(self, words: str, language: str) -> str:
        values = {key: told(str(value), language) if key == "why" else value for key, value in self.values.items()}
        return " ".join(phrased(words, values, language).split())


def ok(key: str, **values: Any) -> Finding:
    """All is well."""
    return Finding(Level.OK, key, values)


def warning(key: str, **values: Any) -> Finding:
    """It works, or may work, and somebody should know."""
    return Finding(Level.WARNING, key, values)


def failure(key: str, **values: Any) -> Finding:
    """It does not work."""
    return Finding(Level.FAILURE, key, values)


@dataclass(frozen=True, slots=True)
class Case:
    """What is looked at: the configuration with its file, and what the running gateway says of itself.

    `silent` is why it could not be asked; the reports are empty then, as is one that an older gateway has not. `device`
    is one that may be told something, and `tls` what stands in for the machine's own.
    """

    loaded: Loaded
    file: Path | None = None
    silent: str = ""
    status: dict[str, Any] = field(default_factory=dict)
    way: dict[str, Any] = field(default_factory=dict)
    alarms: dict[str, Any] = field(default_factory=dict)
    devices: list[dict[str, Any]] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)
    device: str = ""
    tls: ssl.SSLContext | None = None


def nearest(wanted: str, known: Mapping[str, str]) -> str:
    """Of ids with their names, the id that this may have been meant for, by either; empty if there is none."""
    ids = {_folded(one): one for one in known}
    names = {_folded(name): one for one, name in known.items() if name}
    by_id, by_name = (get_close_matches(_folded(wanted), among, 1, 0.6) for among in (ids, names))
    return ids[by_id[0]] if by_id else names[by_name[0]] if by_name else ""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def as_object(answer: Any) -> dict[str, Any]:
    """An answer that should be an object; an empty one where it is none."""
    return answer if isinstance(answer, dict) else {}
