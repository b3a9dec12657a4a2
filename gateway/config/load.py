"""Reading the file: YAML, environment, shape, and then what only shows across the whole of it."""

import os
import pwd
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from gateway.accounts.grants import MIN_SECRET
from gateway.config.across import mistakes_across
from gateway.config.across_alarms import mistakes_in_readable_alarms, rules_in_vain, told_in
from gateway.config.explain import explained
from gateway.config.model import Config
from gateway.config.skill import mistakes_in_skill, no_pin, pin_places
from gateway.config.yamltext import MAX_BYTES, BadYaml, Document, Place, parse
from gateway.dialects.plain import compile_device
from gateway.wire.binding import Wiring

MAX_MISTAKES = 1000
"""A file with more is no file of ours; the rest is not told."""

Wrong = tuple[Place, str]
"""What is wrong, and where."""


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
        return _path_of(self.directory, written)

    def secret(self, written: Path) -> str:
        """The text of a secret's file. Raises ConfigError, which does not quote it."""
        path = self.path(written)
        why = kept_secret(path)
        if why:
            raise ConfigError([Mistake(str(path), 1, 1, why)])
        try:
            return _text(path)
        except (OSError, ValueError) as error:
            raise ConfigError([Mistake(str(path), 1, 1, f"cannot be read: {_why(error)}")]) from None


def _path_of(directory: Path, written: Path) -> Path:
    beside = directory / written
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and not beside.exists() and (Path(credentials) / written).exists():
        return Path(credentials) / written
    return beside


def _text(path: Path) -> str:
    """What stands in a secret's file, without the byte order mark and the ends of lines that an editor puts there."""
    return path.read_text(encoding="utf-8-sig").strip()


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
    absent: list[Wrong] = []
    value = _from_environment({} if document.value is None else document.value, (), environ, absent)
    loaded, wrong = _checked(value, document, path.resolve().parent)
    unset = {place for place, _ in absent}
    mistakes = absent + [one for one in wrong if one[0] not in unset]
    if loaded is None or mistakes:
        raise ConfigError(_placed(name, document, mistakes))
    return replace(loaded, variables=frozenset(_VARIABLE.findall(raw.decode("utf-8", "replace"))))


def _checked(value: object, document: Document, directory: Path) -> tuple[Loaded | None, list[Wrong]]:
    """What the file comes to, unless its shape is wrong, and all that is wrong in it."""
    wrong = [*_files(value, directory), *rules_in_vain(told_in(value), lambda place: document.places[place][0])]
    try:
        config = Config.model_validate(value)
    except ValidationError as error:
        found = map(explained, error.errors(include_url=False)[:MAX_MISTAKES])
        return None, [*wrong, *(one for one in found if one[1]), *mistakes_in_readable_alarms(value)]
    zone = ZoneInfo(config.home.timezone)
    wirings = tuple(compile_device(device, zone) for _, device in config.own())
    across = (*mistakes_across(config, wirings), *mistakes_in_skill(config, wirings))
    return Loaded(config, wirings, directory), [*wrong, *across]


def _files(value: object, directory: Path) -> Iterator[Wrong]:
    """The files that are named and cannot be read by who checks, and secrets of the environment that cannot be used."""
    for place in (*_FILES, *pin_places(value)):
        written = _written(value, place)
        if written is None or (place[-1] == "public_key" and written == "auto"):
            continue
        named = bool(written) and Path(written) != Path()
        why = _unreadable(directory, Path(written), str(place[-1])) if named else _NO_NAME
        if why:
            yield place, why
    for place, check in _SECRETS.items():
        secret = _written(value, place)
        if secret is not None and (why := check(secret)):
            yield place, why


def _written(value: object, place: Place) -> str | None:
    """The word that stands there, if one does."""
    for key in place:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def _unreadable(directory: Path, written: Path, key: str) -> str:
    """What is wrong with a file that is named; empty if nothing is."""
    try:
        return _unusable(_path_of(directory, written), key)
    except (OSError, ValueError) as error:
        return f"{directory / written} cannot be read: {_why(error)}"


def _unusable(path: Path, key: str) -> str:
    if not path.exists():
        return f"{path} is not there{_MADE.get(key, '')}"
    if path.is_dir():
        return f"{path} is a directory, and a file is expected"
    if not os.access(path, os.R_OK):
        return _belongs(path)
    if key in _SECRET and (why := kept_secret(path)):
        return why
    check = {"client_secret_file": _short, "secret_file": _unsendable, "pin_file": no_pin}.get(key)
    return check(_text(path)) if check is not None else ""


def _short(secret: str) -> str:
    """What is wrong with a secret that somebody made up; its letters are not repeated."""
    advice = "clova-gateway register --new-secret --replace makes one"
    told = f"the secret has {len(secret)} characters, at least {MIN_SECRET} are expected: {advice}"
    return told if len(secret) < MIN_SECRET else ""


def _unsendable(secret: str) -> str:
    """What is wrong with a secret that cannot stand in the header of a request; its letters are not repeated."""
    found = next((what for what, pattern in _UNSENDABLE.items() if re.search(pattern, secret)), "")
    return f"the push API key of CLOVA's console is expected, and {found}" if found else ""


def _belongs(path: Path) -> str:
    """Whose it is, and the two ways to read it."""
    owner, reader = _owner(path), _reader()
    lent = f"sudo chgrp {reader} {path} && sudo chmod 640 {path}"
    return f"{path} may not be read by {reader}; it belongs to {owner}: use sudo -u {owner}, or let it be read: {lent}"


def _reader() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError):
        return "another user"


_FILES: tuple[Place, ...] = (
    *(("mqtt", key) for key in ("password_file", "ca", "cert", "key")),
    ("clova", "linking", "client_secret_file"),
    ("clova", "push", "secret_file"),
    ("public", "privacy_file"),
    *(("public", "tls", key) for key in ("cert", "key")),
    *(("tunnel", "ssh", key) for key in ("key_file", "passphrase_file", "known_hosts")),
    ("clova", "public_key"),
)
_SECRETS: dict[Place, Callable[[str], str]] = {
    ("clova", "linking", "client_secret"): _short,
    ("clova", "push", "secret"): _unsendable,
}
_NO_NAME = "the name of a file is expected"
_UNSENDABLE = {
    "there is nothing": r"^\s*$",
    "this has more than one line": r"[\r\n]",
    "there is a space in this": r"\s",
    "there are letters in this that no key has, such as Korean ones": r"[^\x00-\x7F]",
    "there is a control character in this": r"[^\x21-\x7E]",
    "this is longer than any": r"^.{501}",
}
"""What can be wrong with a push API key, the first that fits."""
_MADE = {
    "client_secret_file": "; clova-gateway register --new-secret makes it",
    "known_hosts": "; on the relay scripts/relay-setup prints it, and ssh-keyscan -p PORT HOST asks for it: compare "
    "its fingerprint with the relay's own",
    "key_file": "; ssh-keygen -t ed25519 -f tunnel_key makes one",
}
"""What makes a file."""
_SECRET = ("password_file", "secret_file", "client_secret_file", "key", "key_file", "passphrase_file", "pin_file")

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _from_environment(value: Any, place: Place, environ: Mapping[str, str], mistakes: list[Wrong]) -> Any:
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


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8; save it as UTF-8"
    return getattr(error, "strerror", None) or str(error)
