"""Reading the file: YAML, environment, shape, and then what only shows across the whole of it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from gateway.config.across import mistakes_across
from gateway.config.across_alarms import mistakes_in_readable_alarms, rules_in_vain, told_in
from gateway.config.explain import explained
from gateway.config.files import Wrong, cause, kept_secret, path_of, text_of, wrong_files
from gateway.config.model import Config
from gateway.config.skill import mistakes_in_skill
from gateway.config.yamltext import MAX_BYTES, BadYaml, Document, Place, parse
from gateway.dialects.plain import compile_device
from gateway.wire.binding import Wiring

MAX_MISTAKES = 1000
"""A file with more is no file of ours; the rest is not told."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong, where (1-based), and what was expected."""

    file: str
    line: int
    column: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}"


class ConfigError(Exception):
    """The file cannot be used; all of its mistakes, in the order of the file."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Loaded:
    """A good configuration, its devices compiled, and where its relative paths begin."""

    config: Config
    wirings: tuple[Wiring, ...]
    directory: Path
    variables: frozenset[str] = frozenset()
    """Names of the environment that stand in the file: what they hold may be secret."""

    def path(self, written: Path) -> Path:
        """A file named in the configuration: beside it, or among the service manager's credentials."""
        return path_of(self.directory, written)

    def secret(self, written: Path) -> str:
        """The text of a secret's file. Raises ConfigError, which does not quote it."""
        path = self.path(written)
        why = kept_secret(path)
        if why:
            raise ConfigError([Mistake(str(path), 1, 1, why)])
        try:
            return text_of(path)
        except (OSError, ValueError) as error:
            raise ConfigError([Mistake(str(path), 1, 1, f"cannot be read: {cause(error)}")]) from None


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Loaded:
    """Read and check the file. Raises ConfigError with every mistake in it."""
    name = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError([Mistake(name, 1, 1, f"cannot be read: {cause(error)}")]) from None
    try:
        document = parse(raw)
    except BadYaml as error:
        raise ConfigError([Mistake(name, error.line, error.column, str(error))]) from None
    absent: list[Wrong] = []
    value = _from_environment({} if document.value is None else document.value, (), environ, absent)
    loaded, wrong = _checked(value, document, path.resolve().parent)
    unset = {place for place, _ in absent}
    mistakes = absent + [one for one in wrong if one[0] not in unset]
    if loaded is None or mistakes:
        raise ConfigError(_placed(name, document, mistakes))
    return replace(loaded, variables=frozenset(VARIABLE.findall(raw.decode("utf-8", "replace"))))


def _checked(value: object, document: Document, directory: Path) -> tuple[Loaded | None, list[Wrong]]:
    """What the file comes to, unless its shape is wrong, and all that is wrong in it."""
    wrong = [*wrong_files(value, directory), *rules_in_vain(told_in(value), lambda place: document.places[place][0])]
    try:
        config = Config.model_validate(value)
    except ValidationError as error:
        found = map(explained, error.errors(include_url=False)[:MAX_MISTAKES])
        return None, [*wrong, *(one for one in found if one[1]), *mistakes_in_readable_alarms(value)]
    zone = ZoneInfo(config.home.timezone)
    wirings = tuple(compile_device(device, zone) for _, device in config.own())
    across = (*mistakes_across(config, wirings), *mistakes_in_skill(config, wirings))
    return Loaded(config, wirings, directory), [*wrong, *across]


VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""A name of the environment, in the place of a value."""


def _from_environment(value: Any, place: Place, environ: Mapping[str, str], mistakes: list[Wrong]) -> Any:
    """Replace values that are `${NAME}` as a whole."""
    if isinstance(value, dict):
        return {key: _from_environment(inner, (*place, key), environ, mistakes) for key, inner in value.items()}
    if isinstance(value, list):
        return [_from_environment(inner, (*place, i), environ, mistakes) for i, inner in enumerate(value)]
    found = VARIABLE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    if found[1] not in environ:
        mistakes.append((place, f"the environment has no {found[1]}"))
        return ""
    return environ[found[1]]


def _placed(name: str, document: Document, mistakes: list[Wrong]) -> list[Mistake]:
    """Each mistake at its place in the file, or at that of the nearest thing around it; once each, in order."""
    found: set[tuple[int, int, str]] = set()
    for place, what in mistakes:
        around = place
        while around and around not in document.places:
            around = around[:-1]
        line, column = document.places.get(around, (1, 1))
        missing = place[len(around) :]
        is_there = all(isinstance(step, int) for step in missing)  # one word may stand where a list may
        what = f"{_path(around)}: {what}" if around and is_there else what
        found.add((line, column, what))
    return [Mistake(name, *entry) for entry in sorted(found)]


def _path(place: Place) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")
