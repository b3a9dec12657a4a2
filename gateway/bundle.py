"""The support bundle: what helps somebody else to find a fault, in one file, with everything of the home blacked out.

What was said over MQTT stands in it as scripts/capture writes it; scripts/replay plays it back.
"""

import asyncio
import json
import os
import platform
import shutil
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib.metadata import distributions
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiomqtt
import yaml

from gateway import __version__
from gateway.capture import record
from gateway.config import Loaded
from gateway.config.yamltext import BadYaml, parse
from gateway.control import ControlError, ask
from gateway.explained import NO_WORD
from gateway.places import control_socket, state_directory, store_file
from gateway.redaction import Redactor, masked, names_in, redactor_of, secrets_of, words_of

LISTEN_SECONDS = 4.0
"""How long the broker is listened to: what it keeps comes at once."""
MAX_MESSAGES, MAX_MESSAGE_BYTES = 5000, 16 * 1024 * 1024
MAX_TEXT_BYTES = 1024 * 1024
LOG_LINES = 2000
UNIT = "clova-gateway.service"
WAIT_SECONDS = 5.0
MAX_EXPLAINED, MAX_JOINED = 300, 12
README = """\
A support bundle of clova-gateway {version}.

doctor.json    what `clova-gateway doctor` found
config.yaml    the configuration, without its comments; of one that cannot be read, only its keys and signs
status.json, way.json, alarms.json, devices.json, seen.json, explain.json    what the running gateway says
metrics.txt, log.txt, versions.json
messages.jsonl what devices said of themselves and of their state: scripts/replay plays it back

Passwords, tokens, keys, PINs, accounts, addresses, host names, message ids and the names of devices, rooms and people
are blacked out, or replaced by invented ones. Look through it all the same before you send it.
"""

Messages = list[tuple[str, str, bool]]
"""Topic, payload, and whether the broker kept it."""


async def write(
    loaded: Loaded, file: Path, bundle: Path, findings: list[dict[str, str]], seconds: float = LISTEN_SECONDS
) -> int:
    """Collect, black out, and write the bundle, which nobody else may read; how many files it has. Raises OSError.

    The broker is listened to for so many `seconds`.
    """
    reports = await asyncio.to_thread(_reports, loaded)
    messages = await _messages(loaded, reports["explain"], seconds)
    raw = await asyncio.to_thread(_raw, file)
    people = await asyncio.to_thread(_people, loaded)
    redactor = Redactor(secrets_of(loaded, os.environ), words_of(loaded, people, socket.gethostname()))
    own = (json.dumps(reports[name]) for name in ("devices", "explain", "alarms", "seen") if name in reports)
    redactor.learn(names_in(raw), (*own, *(payload for _, payload, _ in messages)))
    told: dict[str, Any] = {"doctor": findings, "versions": _versions(), **reports}
    files = {"README.txt": README.format(version=__version__)}
    files |= {f"{name}.json": _json(redactor, report) for name, report in told.items()}
    files["config.yaml"] = redactor.swept(_yaml(redactor.document(raw)))
    files["messages.jsonl"] = "".join(f"{redactor.message(*message)}\n" for message in messages)
    files["metrics.txt"] = redactor.text(await asyncio.to_thread(_metrics, loaded))
    files["log.txt"] = redactor.text(await asyncio.to_thread(_log))
    await asyncio.to_thread(_write, bundle, files)
    return len(files)


async def write_unread(file: Path, bundle: Path, findings: list[dict[str, str]]) -> int:
    """The same where the configuration cannot be read: its text, what was found, the log. Raises OSError."""
    text = await asyncio.to_thread(_text_of, file)
    raw = await asyncio.to_thread(_raw, file)
    redactor = await asyncio.to_thread(redactor_of, raw, text, file, socket.gethostname())
    told: dict[str, Any] = {"doctor": findings, "versions": _versions()}
    files = {"README.txt": README.format(version=__version__)}
    files |= {f"{name}.json": _json(redactor, report) for name, report in told.items()}
    shown = _yaml(redactor.document(raw)) if isinstance(raw, dict) and raw else masked(text)
    files["config.yaml"] = redactor.swept(shown)
    files["log.txt"] = redactor.text(await asyncio.to_thread(_log))
    await asyncio.to_thread(_write, bundle, files)
    return len(files)


def _text_of(file: Path) -> str:
    with suppress(OSError):
        return file.read_bytes()[:MAX_TEXT_BYTES].decode("utf-8", "replace")
    return ""


class _Dumper(yaml.SafeDumper):
    """Quotes whatever might be something else than a text to who reads it as YAML 1.2, as we do."""


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text[:1].isalpha() else '"')


_Dumper.add_representer(str, _quoted)


def _yaml(value: Any) -> str:
    return str(yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False))


def _json(redactor: Redactor, report: Any) -> str:
    return redactor.swept(json.dumps(redactor.document(report), ensure_ascii=False, indent=1)) + "\n"


def _write(bundle: Path, files: dict[str, str]) -> None:
    bundle.unlink(missing_ok=True)  # what was there, be it a link to something else
    handle = os.open(bundle, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened, zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as packed:
        if os.geteuid() == 0 and (user := os.environ.get("SUDO_UID", "")).isdecimal():
            os.fchown(handle, int(user), -1)  # who is to send it can read it
        for name, text in files.items():
            packed.writestr(name, text)


def _reports(loaded: Loaded) -> dict[str, Any]:
    """What the running gateway says; what it does not say is left out."""
    asked = control_socket(loaded)
    found: dict[str, Any] = {}
    for name in ("status", "way", "alarms", "devices", "seen"):
        with suppress(ControlError):
            found[name] = ask(asked, "GET", f"/{name}")
    found["explain"] = []
    for device in (found.get("devices") or [])[:MAX_EXPLAINED]:
        with suppress(ControlError):
            found["explain"].append(ask(asked, "GET", f"/devices/{quote(device['id'], safe='')}"))
    return found


async def _messages(loaded: Loaded, explained: list[Any], seconds: float) -> Messages:
    """What is on the shelf, and then what the broker says now, of which the latest at each topic counts."""
    found = {topic: (topic, payload, True) for topic, payload in await asyncio.to_thread(_shelf, loaded)}
    topics = {topic for told in explained for slot in told["slots"] for topic in slot["heard_at"]}
    for told in explained:
        topics |= set(_joined(told["presence_from"]))
    with suppress(aiomqtt.MqttError, OSError, TimeoutError):
        found |= {one[0]: one for one in await record(loaded, seconds, lambda _: None, sorted(topics))}
    return list(_some(found.values()))


def _joined(told: str) -> Iterator[str]:
    """Every topic that may be meant by topics told with `, ` between them, which may stand in a topic as well."""
    parts = [] if told == NO_WORD else told.split(", ")[:MAX_JOINED]
    for begin, end in combinations(range(len(parts) + 1), 2):
        yield ", ".join(parts[begin:end])


def _some(messages: Any) -> Iterator[tuple[str, str, bool]]:
    size = 0
    for at, message in enumerate(messages):
        size += len(message[1])
        if at >= MAX_MESSAGES or size > MAX_MESSAGE_BYTES:
            return
        yield message


def _shelf(loaded: Loaded) -> list[tuple[str, str]]:
    """The documents that the gateway keeps of found devices (links/shelf.py)."""
    file = state_directory(loaded) / "discovered.db"
    with suppress(sqlite3.Error), closing(_read_only(file)) as db:
        rows = db.execute("SELECT topic, payload FROM documents ORDER BY topic").fetchall()
        return [(topic, bytes(payload).decode("utf-8", "replace")) for topic, payload in rows]
    return []


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)


def _raw(file: Path) -> Any:
    """The owner's file as it was written, without its comments."""
    with suppress(OSError, BadYaml):
        return parse(file.read_bytes()).value
    return {}


def _people(loaded: Loaded) -> list[str]:
    """What the accounts are called. Only read: the file may be an older gateway's."""
    with suppress(sqlite3.Error), closing(_read_only(store_file(loaded))) as database:
        return [name for (name,) in database.execute("SELECT name FROM accounts")]
    return []


def _versions() -> dict[str, Any]:
    packages = {found.metadata["Name"]: found.version for found in distributions() if found.metadata["Name"]}
    return {
        "clova-gateway": __version__,
        "python": sys.version,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()),
        "sqlite": sqlite3.sqlite_version,
        "packages": dict(sorted(packages.items())),
    }


def _metrics(loaded: Loaded) -> str:
    """What the private door counts; empty where it does not answer."""
    url = f"http://{loaded.config.private.listen}/metrics"
    with (
        suppress(OSError, ValueError, urllib.error.URLError),
        urllib.request.urlopen(url, timeout=WAIT_SECONDS) as answer,
    ):
        return bytes(answer.read()).decode("utf-8", "replace")
    return ""


def _log() -> str:
    """The last lines that the service has logged, where systemd keeps them."""
    program = shutil.which("journalctl")
    if program is None:
        return ""
    command = [program, "--unit", UNIT, "--lines", str(LOG_LINES), "--output", "cat", "--no-pager", "--quiet"]
    with suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(command, capture_output=True, timeout=4 * WAIT_SECONDS, check=False)  # noqa: S603
        return said.stdout.decode("utf-8", "replace")
    return ""
