"""What can still be read of a configuration with mistakes: the sections in which there are none."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from gateway.config import Config, ConfigError, Loaded
from gateway.config.load import VARIABLE
from gateway.config.yamltext import BadYaml, parse
from gateway.dialects.plain import compile_device

STATE = re.compile(r"^state_directory:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)
"""Where the running gateway is asked, also in a text that is no YAML."""


@dataclass(frozen=True, slots=True)
class Part:
    """A configuration without the sections that are `lost`: they are as if they had been left out."""

    loaded: Loaded
    lost: frozenset[str]


def readable_part(file: Path, error: ConfigError, language: str) -> Part:
    """All but the sections that have a mistake, in this language. Never raises for what is written there."""
    text = _text(file)
    directory = file.resolve().parent
    found = STATE.search(text)
    least = {"state_directory": found[1]} if found is not None else {}
    kept = least | _kept(text, error)
    for sections in (kept, least, {}):
        try:
            config = Config.model_validate(sections)
            wirings = tuple(compile_device(device, ZoneInfo(config.home.timezone)) for _, device in config.own())
        except (ValidationError, ValueError):
            continue
        home = config.home.model_copy(update={"language": language})
        lost = frozenset(Config.model_fields) - sections.keys() if sections is not kept else _lost(text, error)
        return Part(Loaded(config.model_copy(update={"home": home}), wirings, directory), lost)
    raise AssertionError("an empty configuration is a good one")


def _text(file: Path) -> str:
    try:
        raw = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""
    return VARIABLE.sub(lambda found: os.environ.get(found[1], ""), raw)


def _kept(text: str, error: ConfigError) -> dict[str, Any]:
    lost = _lost(text, error)
    return {name: section for name, section, _ in _sections(text) if name not in lost}


def _lost(text: str, error: ConfigError) -> frozenset[str]:
    """The sections in which a mistake stands; all of them where the text is no YAML."""
    begins = [(line, name) for name, _, line in _sections(text)]
    if not begins:
        return frozenset(Config.model_fields)
    before = ([one for one in begins if one[0] <= mistake.line] for mistake in error.mistakes)
    return frozenset(max(found)[1] for found in before if found)


def _sections(text: str) -> Iterator[tuple[str, Any, int]]:
    """Each section of the text with its name and its line."""
    try:
        document = parse(text.encode())
    except BadYaml:
        return
    for name, section in document.value.items() if isinstance(document.value, dict) else ():
        yield str(name), section, document.places.get((name,), (1, 1))[0]
