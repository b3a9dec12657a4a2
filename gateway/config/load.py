"""Reading the file: YAML, environment, shape, and then what only shows across the whole of it."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateway.accounts.grants import MIN_SECRET
from gateway.config.across import mistakes_across
from gateway.config.alarms import BEYOND, LASTING
from gateway.config.model import FOUND, OWN, Config
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

    def path(self, written: Path) -> Path:
        """A file named in the configuration: beside it, or among the service manager's credentials."""
        beside = self.directory / written
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        if credentials and not beside.exists() and (Path(credentials) / written).exists():
            return Path(credentials) / written
        return beside

    def secret(self, written: Path) -> str:
        """The text of a secret's file. Raises ConfigError, which does not quote it."""
        path = self.path(written)
        why = kept_secret(path)
        if why:
            raise ConfigError([Mistake(str(path), 1, 1, why)])
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise ConfigError([Mistake(str(path), 1, 1, f"cannot be read: {_why(error)}")]) from None


def kept_secret(path: Path) -> str:
    """What is wrong with how a secret is kept; empty if nothing is."""
    try:
        others = path.stat().st_mode & 0o007
    except (OSError, ValueError) as error:
        return f"cannot be read: {_why(error)}"
    return f"others may read it, and it is a secret: chmod o= {path}" if others else ""


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Loaded:
    """Read and check the file. Raises ConfigError with every mistake in it."""
    name = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError([Mistake(name, 1, 1, f"cannot be read: {_why(error)}")]) from None
    try:
        document = parse(raw)
    except BadYaml as error:
        raise ConfigError([Mistake(name, error.line, error.column, str(error))]) from None
    mistakes: list[tuple[Place, str]] = []
    value = _from_environment({} if document.value is None else document.value, (), environ, mistakes)
    try:
        config = Config.model_validate(value)
    except ValidationError as error:
        absent = {place for place, _ in mistakes}
        explained = map(_explain, error.errors(include_url=False)[:MAX_MISTAKES])
        mistakes += [mistake for mistake in explained if mistake[0] not in absent]
        raise ConfigError(_placed(name, document, mistakes)) from None
    zone = ZoneInfo(config.home.timezone)
    loaded = Loaded(config, tuple(compile_device(device, zone) for _, device in config.own()), path.resolve().parent)
    mistakes += [*mistakes_across(config, loaded.wirings), *_files(loaded)]
    if mistakes:
        raise ConfigError(_placed(name, document, mistakes))
    return loaded


def _files(loaded: Loaded) -> Iterator[tuple[Place, str]]:
    """The files that are named and cannot be read by who checks."""
    mqtt, clova = loaded.config.mqtt, loaded.config.clova
    named: list[tuple[Place, Path | None]] = [
        (("mqtt", key), getattr(mqtt, key, None)) for key in ("password_file", "ca", "cert", "key")
    ]
    named.append((("clova", "linking", "client_secret_file"), getattr(clova.linking, "client_secret_file", None)))
    named.append((("clova", "push", "secret_file"), getattr(clova.push, "secret_file", None)))
    named.append((("public", "privacy_file"), loaded.config.public.privacy_file))
    if clova.public_key != "auto":
        named.append((("clova", "public_key"), Path(clova.public_key)))
    for place, written in named:
        if written is None:
            continue
        why = _unreadable(loaded.path(written), place[-1])
        if why:
            yield place, why
    if clova.linking is not None and clova.linking.client_secret is not None:
        yield from _short(("clova", "linking", "client_secret"), clova.linking.client_secret.get_secret_value())
    if clova.push is not None and clova.push.secret is not None:
        yield from _unsendable(("clova", "push", "secret"), clova.push.secret.get_secret_value())


def _unreadable(path: Path, key: str | int) -> str:
    """What is wrong with a file that is named; empty if nothing is."""
    if not path.exists():
        made = "; clova-gateway register --new-secret makes it" if key in _MADE else ""
        return f"{path} is not there{made}"
    if path.is_dir():
        return f"{path} is a directory, and a file is expected"
    if not os.access(path, os.R_OK):
        return f"{path} may not be read by this user; it belongs to {_owner(path)}, so use: sudo -u {_owner(path)}"
    if key in _SECRET and (why := kept_secret(path)):
        return why
    check = {"client_secret_file": _short, "secret_file": _unsendable}.get(str(key))
    if check is None:
        return ""
    return next((why for _, why in check((), path.read_text(encoding="utf-8", errors="replace").strip())), "")


def _short(place: Place, secret: str) -> Iterator[tuple[Place, str]]:
    """A secret that somebody made up; its letters are not repeated."""
    if len(secret) < MIN_SECRET:
        advice = "clova-gateway register --new-secret --replace makes one"
        yield place, f"the secret has {len(secret)} characters, at least {MIN_SECRET} are expected: {advice}"


def _unsendable(place: Place, secret: str) -> Iterator[tuple[Place, str]]:
    """A secret that cannot stand in the header of a request; its letters are not repeated."""
    if not re.fullmatch(r"[\x21-\x7E]{1,500}", secret):
        yield place, "the push API key of CLOVA's console is expected: one word of ASCII letters and signs"


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError):
        return "another user"


_MADE = ("client_secret_file",)
"""What a command makes."""
_SECRET = ("password_file", "secret_file", *_MADE, "key")

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _from_environment(value: Any, place: Place, environ: Mapping[str, str], mistakes: list[tuple[Place, str]]) -> Any:
    """Replace values that are `${NAME}` as a whole."""
    if isinstance(value, dict):
        return {key: _from_environment(inner, (*place, key), environ, mistakes) for key, inner in value.items()}
    if isinstance(value, list):
        return [_from_environment(inner, (*place, i), environ, mistakes) for i, inner in enumerate(value)]
    found = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    if found[1] not in environ:
        mistakes.append((place, f"the environment has no {found[1]}"))
        return ""
    return environ[found[1]]


def _explain(detail: ErrorDetails) -> tuple[Place, str]:
    """A pydantic error in our words. The given value is not repeated where it may be a secret."""
    place, kind, context = (
        tuple(step for step in detail["loc"] if step not in _TAGS),
        detail["type"],
        detail.get("ctx", {}),
    )
    if place and place[-1] == "[key]":
        place = place[:-1]
    if place and place[-1] in _BRANCHES and _OF_A_BRANCH.match(kind):
        return place[:-1], "a word, a number, true or false is expected"
    said = _SAID.get(kind)
    if said is None:
        return place, detail["msg"][:1].lower() + detail["msg"][1:]
    key = place[-1] if place else ""
    if kind == "missing" and isinstance(key, int):
        return place[:-1], "more values are expected"
    if kind == "extra_forbidden":
        near = get_close_matches(str(key), [known for known in _keys() if known != key], 1, 0.7)
        return place, said.format(key=key) + (f"; did you mean {near[0]!r}?" if near else "")
    return (place[:-1] if kind == "missing" else place), said.format(key=key, **context)


_TAGS = (OWN, FOUND, LASTING, BEYOND)
_SAID = {
    "extra_forbidden": "unknown key {key!r}",
    "string_type": "a word is expected; put quotes around it",
    "missing": "the key {key!r} is missing",
    "model_type": "keys and their values are expected",
    "dict_type": "keys and their values are expected",
    "tuple_type": "a list is expected",
    "too_short": "at least {min_length} is expected",
    "string_too_short": "at least {min_length} is expected",
    "too_long": "at most {max_length} are expected",
    "string_too_long": "at most {max_length} are expected",
    "literal_error": "{expected} is expected",
    "enum": "{expected} is expected",
    "value_error": "{error}",
    "string_pattern_mismatch": "letters, digits, and then also . _ : - are expected, at most 128",
}


@cache
def _keys() -> tuple[str, ...]:
    """Every key of the file, for who has mistyped one."""
    models = Config.model_json_schema()["$defs"].values()
    return tuple(sorted({key for model in models for key in model.get("properties", {})}))


_BRANCHES = ("str", "bool", "int", "float")
"""Pydantic puts the branch of a `Scalar` that did not fit at the end of the place; the file has no such key."""
_OF_A_BRANCH = re.compile(r"(string|bool|int|float|finite)_")


def _placed(name: str, document: Document, mistakes: list[tuple[Place, str]]) -> list[Mistake]:
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


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
