"""The files that the configuration names: which are secret, which are read once, and what is wrong with one of them."""

import os
import pwd
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.accounts.grants import MIN_SECRET
from gateway.config.skill import no_pin, pin_places
from gateway.config.yamltext import Place

Wrong = tuple[Place, str]
"""What is wrong, and where."""


_UNSENDABLE = {
    "there is nothing": r"^\s*$",
    "this has more than one line": r"[\r\n]",
    "there is a space in this": r"\s",
    "there are letters in this that no key has, such as Korean ones": r"[^\x00-\x7F]",
    "there is a control character in this": r"[^\x21-\x7E]",
    "this is longer than any": r"^.{501}",
}
"""What can be wrong with a push API key, the first that fits."""


def _short(secret: str) -> str:
    """What is wrong with a secret that somebody made up; its letters are not repeated."""
    advice = "clova-gateway register --new-secret --replace makes one"
    told = f"the secret has {len(secret)} characters, at least {MIN_SECRET} are expected: {advice}"
    return told if len(secret) < MIN_SECRET else ""


def _unsendable(secret: str) -> str:
    """What is wrong with a secret that cannot stand in the header of a request; its letters are not repeated."""
    found = next((what for what, pattern in _UNSENDABLE.items() if re.search(pattern, secret)), "")
    return f"the push API key of CLOVA's console is expected, and {found}" if found else ""


@dataclass(frozen=True, slots=True)
class File:
    """One that is read by whoever runs the gateway. `check` tells what is wrong with what stands in it."""

    is_secret: bool = False
    is_read_once: bool = True
    """Whether another text in it needs a restart."""
    made: str = ""
    """What makes one."""
    check: Callable[[str], str] | None = None


FILES: dict[Place, File] = {
    ("mqtt", "password_file"): File(is_secret=True),
    ("mqtt", "ca"): File(),
    ("mqtt", "cert"): File(),
    ("mqtt", "key"): File(is_secret=True),
    ("clova", "public_key"): File(),
    ("clova", "linking", "client_secret_file"): File(
        is_secret=True, made="; clova-gateway register --new-secret makes it", check=_short
    ),
    ("clova", "push", "secret_file"): File(is_secret=True, check=_unsendable),
    ("public", "privacy_file"): File(),
    ("public", "tls", "cert"): File(is_read_once=False),
    ("public", "tls", "key"): File(is_secret=True, is_read_once=False),
    ("tunnel", "ssh", "key_file"): File(
        is_secret=True, is_read_once=False, made="; ssh-keygen -t ed25519 -f tunnel_key makes one"
    ),
    ("tunnel", "ssh", "passphrase_file"): File(is_secret=True),
    ("tunnel", "ssh", "known_hosts"): File(
        is_read_once=False,
        made="; on the relay scripts/relay-setup prints it, and ssh-keyscan -p PORT HOST asks for it: compare its "
        "fingerprint with the relay's own",
    ),
}
"""All of them, but for those with PINs."""
_PIN_FILE = File(is_secret=True, check=no_pin)
_NO_FILE: dict[Place, str] = {("clova", "public_key"): "auto"}
"""A word that may stand where a file may."""
_SECRETS: dict[Place, Callable[[str], str]] = {
    ("clova", "linking", "client_secret"): _short,
    ("clova", "push", "secret"): _unsendable,
}
"""Secrets that need no file: they come from the environment."""
_NO_NAME = "the name of a file is expected"


def wrong_files(value: object, directory: Path) -> Iterator[Wrong]:
    """The files that are named and cannot be read by who checks, and secrets of the environment that cannot be used."""
    for place, file in (*FILES.items(), *((place, _PIN_FILE) for place in pin_places(value))):
        written = _written(value, place)
        if written in (None, _NO_FILE.get(place)):
            continue
        named = bool(written) and Path(written) != Path()
        why = _unreadable(directory, Path(written), file) if named else _NO_NAME
        if why:
            yield place, why
    for place, check in _SECRETS.items():
        secret = _written(value, place)
        if secret is not None and (why := check(secret)):
            yield place, why


def read_once(config: Any) -> Iterator[tuple[str, Path]]:
    """The files of this `Config` that are read at the start and not again, by the key that names each."""
    for place, file in FILES.items():
        written: Any = config
        for key in place:
            written = getattr(written, str(key), None)
        if file.is_read_once and written not in (None, _NO_FILE.get(place)):
            yield ".".join(map(str, place)), Path(written)
    for name, section in config.skill.intents.items() if config.skill is not None else ():
        if section.pin_file is not None:
            yield f"skill.intents.{name}.pin_file", section.pin_file


def _written(value: object, place: Place) -> str | None:
    """The word that stands there, if one does."""
    for key in place:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def _unreadable(directory: Path, written: Path, file: File) -> str:
    """What is wrong with a file that is named; empty if nothing is."""
    try:
        return _unusable(path_of(directory, written), file)
    except (OSError, ValueError) as error:
        return f"{directory / written} cannot be read: {cause(error)}"


def _unusable(path: Path, file: File) -> str:
    if not path.exists():
        return f"{path} is not there{file.made}"
    if path.is_dir():
        return f"{path} is a directory, and a file is expected"
    if not os.access(path, os.R_OK):
        return _belongs(path)
    if file.is_secret and (why := kept_secret(path)):
        return why
    return file.check(text_of(path)) if file.check is not None else ""


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


def path_of(directory: Path, written: Path) -> Path:
    """Where it is: beside the configuration, or among the service manager's credentials."""
    beside = directory / written
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and not beside.exists() and (Path(credentials) / written).exists():
        return Path(credentials) / written
    return beside


def text_of(path: Path) -> str:
    """What stands in a secret's file, without the byte order mark and the ends of lines that an editor puts there."""
    return path.read_text(encoding="utf-8-sig").strip()


def kept_secret(path: Path) -> str:
    """What is wrong with how a secret is kept; empty if nothing is."""
    try:
        others = path.stat().st_mode & 0o007
    except (OSError, ValueError) as error:
        return f"cannot be read: {cause(error)}"
    return f"others may read it, and it is a secret: chmod o= {path}" if others else ""


def cause(error: Exception) -> str:
    """Why a file could not be read, for people."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8; save it as UTF-8"
    return getattr(error, "strerror", None) or str(error)
