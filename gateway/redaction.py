"""Takes out of a bundle what nobody else is to read: by what it is, by where it stands, and at last by what it says.

Names and addresses become invented ones, the same everywhere, so that what is left still fits together.
"""

import base64
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from pydantic import BaseModel, SecretStr

from gateway.capture import NOBODY_S, Blackout
from gateway.clova.push import is_test
from gateway.config import Config, ConfigError, Loaded
from gateway.config.load import VARIABLE
from gateway.secrecy import STARS, TOKEN, is_secret
from gateway.wire.jsontext import BadJson, parse

PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
AT_HOME = re.compile(r"(?<=/home/)[^/\s\"']+")
IN_URL = re.compile(r"(?<=://)[^/\s@\"']+@")
"""User and password in an address."""
SHORT = 6
"""A secret of fewer letters is one only where it stands by itself."""
OPENING = ("on", "on_with", "open", "payload", "unlocked", "unlock_with")
"""Keys of a guarded device under which a word stands that opens it."""
ORDINARY = frozenset(
    ("1", "true", "yes", "on", "start", "toggle", "open", "opened", "opening", "unlock", "unlocked", "unlocking")
)
"""Words that anybody would try."""
OPEN = ("privacy_file",)
"""Files that anybody may read."""
GIVEN = ("name", "tags", "tag", "description")
"""Keys of the owner's file under which names stand."""
ANYBODY_S = NOBODY_S | {
    *("localhost", "127.0.0.1", "::1", "user", "root", "admin", "tunnel", "debian", "raspberrypi", "home", "우리집")
}
"""Names that say nothing of anybody, and stand in many a topic."""


class Redactor:
    """Knows the secrets, and whatever names somebody or somewhere; `learn` before anything is taken out."""

    def __init__(self, secrets: Iterable[str], words: Mapping[str, str]) -> None:
        self._blackout = Blackout()
        self._spelt = {form for secret in secrets for form in _forms(secret)}
        self._secrets = re.compile("|".join(map(_alone, sorted(self._spelt, key=len, reverse=True))) or "(?!)")
        self._blackout.rename({word: given for word, given in words.items() if len(word) > 1})

    def learn(self, names: Iterable[str], documents: Iterable[str] = ()) -> None:
        """Take down names, and those that stand in documents of JSON."""
        self._blackout.know(names)
        for document in documents:
            self._blackout.learn(document)
        self._blackout.learnt()

    def message(self, topic: str, payload: str, retained: bool) -> str:
        """What was said over MQTT, as a line of JSON."""
        try:
            safe = json.dumps(self._deep(parse(payload.encode())), ensure_ascii=False)
        except BadJson:
            safe = self._safe(payload)
        return self.swept(self._blackout.black_out(topic, safe, retained))

    def document(self, value: Any) -> Any:
        """What is told of the gateway: plain values, which stay plain values."""
        return self._blackout.document(self._deep(value))

    def text(self, text: str) -> str:
        """Lines of text; those that are JSON are read as such."""
        return self.swept("\n".join(self._line(line) for line in text.splitlines()))

    def swept(self, text: str) -> str:
        """The last look at whatever is written: no known secret is in it, in any spelling."""
        for pattern in (PEM, self._secrets, TOKEN):
            text = pattern.sub(STARS, text)
        return text

    def _line(self, line: str) -> str:
        try:
            value = parse(line.encode())
        except BadJson:
            value = None
        if isinstance(value, dict):
            return self.swept(json.dumps(self.document(value), ensure_ascii=False))
        return self.swept(self._blackout.text(self._safe(line)))

    def _deep(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._safe(name) if "/" in name else name: self._deep(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._deep(inner) for inner in value]
        if isinstance(value, str):
            return self._safe(value)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return STARS if is_number and str(value) in self._spelt else value

    def _safe(self, text: str) -> str:
        """Without secrets, and whatever tells of people by its form."""
        text = IN_URL.sub("", self._secrets.sub(STARS, text))
        return AT_HOME.sub("somebody", MAIL.sub("somebody@example.com", text))


def _alone(form: str) -> str:
    escaped = re.escape(form)
    return escaped if len(form) >= SHORT else rf"(?<!\w){escaped}(?!\w)"


def _forms(secret: str) -> Iterator[str]:
    """How a secret may stand in a text: as it is, quoted, in hex, and within base64 at each of three places."""
    if len(secret) < 3:
        return
    raw = secret.encode()
    yield from (secret, quote(secret), quote(secret, safe=""), quote_plus(secret), raw.hex(), raw.hex().upper())
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    for before in range(3) if len(raw) >= SHORT else ():
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            written = encode(b"\0" * before + raw).decode().rstrip("=")
            inner = written[(8 * before + 5) // 6 :]
            yield inner if (before + len(raw)) % 3 == 0 else inner[:-1]


def secrets_of(loaded: Loaded, environ: Mapping[str, str]) -> set[str]:
    """Every secret that the configuration has: in itself, in files, in the environment."""
    found = {environ.get(name, "") for name in loaded.variables}
    for key, value in _walked(loaded.config):
        if isinstance(value, SecretStr):
            found.add(value.get_secret_value())
        elif isinstance(value, Path) and (key == "key" or (key.endswith("_file") and key not in OPEN)):
            found.update(_kept(loaded, value))
    tunnel = loaded.config.tunnel
    found.update(_given_to(tunnel.command if tunnel is not None and tunnel.command is not None else ()))
    for device in loaded.config.devices:
        if getattr(device, "lock", None) is not None:
            found.update(str(value) for key, value in _walked(device) if key in OPENING and _is_own(value))
    return {one.strip() for one in found if one.strip()}


def _given_to(command: Sequence[str]) -> Iterator[str]:
    """What a tunnel's program is given that may be a token: what follows an option, or its sign of equality."""
    for before, word in pairwise(command):
        if word.startswith("-"):
            yield word.partition("=")[2]
        elif before.startswith("-") or any(letter.isdigit() for letter in word):
            yield word


def _is_own(value: Any) -> bool:
    return isinstance(value, str) and value.casefold() not in ORDINARY


def _kept(loaded: Loaded, file: Path) -> Iterator[str]:
    """What a secret's file has; of a key, each of its lines."""
    try:
        text = loaded.secret(file)
    except ConfigError:
        with suppress(OSError, ValueError):  # others may read it, and it is a secret all the same
            yield from _lines(loaded.path(file).read_text(encoding="utf-8-sig"))
    else:
        yield from _lines(text)


def _lines(text: str) -> Iterator[str]:
    yield from (line for line in text.splitlines() if line.strip() and not line.startswith("-----"))


def _walked(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a section and of those in it, with its key."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _walked(getattr(value, name), name)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _walked(inner, str(name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _walked(inner, key)
    else:
        yield key, value


def words_of(loaded: Loaded, people: Iterable[str], machine: str) -> dict[str, str]:
    """What says who and where this home is, and what stands in its place. `machine` is what this one is called."""
    config = loaded.config
    hosts = {
        urlsplit(config.public.url).hostname or "": "home.example.com",
        (urlsplit(config.mqtt.url).hostname or "") if config.mqtt is not None else "": "broker.example.com",
        machine: "this-machine",
    }
    names = {config.clova.extension_id: "com.example.extension", config.home.name: "a home"}
    if config.mqtt is not None:
        names[config.mqtt.username or ""] = "somebody"
    if config.tunnel is not None and config.tunnel.ssh is not None:
        hosts[config.tunnel.ssh.host], names[config.tunnel.ssh.user] = "relay.example.com", "somebody"
    linking, push = config.clova.linking, config.clova.push
    for uri in linking.redirect_uris if linking is not None else ():
        hosts[urlsplit(uri).hostname or ""] = "clova.example.com"
    told = {one for name, one in _walked(config) if name == "message" and isinstance(one, str)}
    told |= set(push.messages.values()) if push is not None else set()
    names |= {one: f"{'test-' if is_test(one) else ''}msg-{at}" for at, one in enumerate(sorted(told), 1)}
    names |= {one: f"account {at}" for at, one in enumerate(people, 1)}
    return {word: given for word, given in (hosts | names).items() if word and word.casefold() not in ANYBODY_S}


HOSTS, NAMES = ("host",), ("username", "user", "extension_id", "message")
"""Keys of the owner's file under which somebody's own hosts and names stand."""
_WORD = re.compile(r"[^\s{}\[\],\"':#]+")
_SECRET_LINE = re.compile(r"(?i)^(.*?\w*(?:pass|secret|pin|key|token|psk|code)\w*[\"']?\s*:\s*)\S.*")
"""Of what stands behind such a key, not even the words are shown that might be our own."""
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")


def redactor_of(raw: Any, text: str, file: Path, machine: str) -> Redactor:
    """For a configuration that cannot be used: `raw` is what can be read of the `text` of its file, if anything."""
    secrets = {os.environ.get(name, "") for name in VARIABLE.findall(text)}
    hosts, names = {machine: "this-machine"}, dict[str, str]()
    for key, value in _walked(raw):
        if not isinstance(value, str | int) or isinstance(value, bool):
            continue
        told = str(value)
        if key == "key" or key.endswith("_file"):
            secrets |= set(_lines(_read(file.resolve().parent / told))) if key not in OPEN else set()
        elif is_secret(key):
            secrets.add(told)
        elif key in HOSTS or "://" in told:
            split = urlsplit(told) if "://" in told else None
            hosts[(split.hostname or "") if split is not None else told] = "host.example.com"
        elif key in NAMES or told.startswith(("msg-", "test-msg-")):
            names[told] = "somebody"
    words = {word: given for word, given in (hosts | names).items() if word and word.casefold() not in ANYBODY_S}
    redactor = Redactor({one.strip() for one in secrets if one.strip()}, words)
    redactor.learn(names_in(raw))
    return redactor


def _read(file: Path) -> str:
    with suppress(OSError, ValueError):
        return file.read_text(encoding="utf-8-sig")
    return ""


def masked(text: str) -> str:
    """A configuration of which nobody knows what is what: our own words and all signs; the rest is stars."""
    known = set(_words_of_schema(Config.model_json_schema())) | {"true", "false", "null", "-", "|", ">"}
    return "\n".join(_masked(line, known) for line in text.splitlines()) + "\n"


def _masked(line: str, known: set[str]) -> str:
    bare = _SECRET_LINE.sub(rf"\1{STARS}", _COMMENT.sub("#", line))
    return _WORD.sub(lambda found: found[0] if found[0] in known | {STARS} else STARS, bare)


def _words_of_schema(schema: Any) -> Iterator[str]:
    """Keys, and words to be chosen from."""
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        yield from (word for word in schema.get("enum", ()) if isinstance(word, str))
        schema = list(schema.values())
    for inner in schema if isinstance(schema, list) else ():
        yield from _words_of_schema(inner)


def names_in(raw: Any, key: str = "") -> Iterator[str]:
    """The names that the owner has given, as the file has them."""
    if isinstance(raw, dict):
        for name, inner in raw.items():
            yield from names_in(inner, str(name))
    elif isinstance(raw, list):
        for inner in raw:
            yield from names_in(inner, key)
    elif isinstance(raw, str) and key in GIVEN:
        yield raw
