"""A folder of recorded descriptions, read into what has to be published and answered. tests/corpus/__main__.py runs it.

The layout: z2m_bridge_devices*.json(.gz), z2m_bridge_groups*.json; ha_discovery*.jsonl(.gz) and ha/*.jsonl(.gz), a
message a line; tasmota/*.json and shelly/*.json with `messages`, and `rpc` answers by method; homie/*.json, topic to
payload; capture*.jsonl, what scripts/capture has recorded. What is missing is left out.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """One message."""

    topic: str
    payload: str
    retain: bool = True


@dataclass(frozen=True, slots=True)
class Recording:
    """What belongs together, in one dialect. `answers` are RPC results, by the topic of the request and the method."""

    name: str
    dialect: str
    messages: tuple[Said, ...]
    described: int
    """How many devices or entities these messages describe."""
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)


def recordings(folder: Path) -> Iterator[Recording]:
    """Everything in the folder."""
    yield from _zigbee2mqtt(folder)
    for file in [*sorted(folder.glob("ha_discovery*.jsonl*")), *sorted((folder / "ha").glob("*.jsonl*"))]:
        yield _homeassistant(file)
    if files := sorted((folder / "tasmota").glob("*.json")):
        messages = tuple(said for file in files for said in _messages(json.loads(file.read_text())))
        yield Recording("tasmota", "tasmota", messages, len(files))
    if files := sorted((folder / "shelly").glob("*.json")):
        yield _shelly(files)
    for file in sorted(folder.glob("capture*.jsonl*")):
        yield replace(_homeassistant(file), dialect=ALL)
    if files := sorted((folder / "homie").glob("*.json")):
        topics = [pair for file in files for pair in json.loads(file.read_text()).items()]
        yield Recording("homie", "homie", tuple(Said(topic, _text(value)) for topic, value in topics), len(files))


ALL = "all"


def lines(file: Path) -> Iterator[Any]:
    """The JSON of each line."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as text:
        for line in text:
            if line.strip():
                yield json.loads(line)


def devices(file: Path) -> list[Any]:
    """The list of a bridge/devices file."""
    raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    found = json.loads(raw)
    return found if isinstance(found, list) else []


def _zigbee2mqtt(folder: Path) -> Iterator[Recording]:
    for file in sorted(folder.glob("z2m_bridge_devices*.json*")):
        found = devices(file)
        said = [Said("zigbee2mqtt/bridge/state", '{"state":"online"}')]
        said.append(Said("zigbee2mqtt/bridge/devices", json.dumps(found, ensure_ascii=False)))
        for groups in sorted(folder.glob("z2m_bridge_groups*.json")):
            said.append(Said("zigbee2mqtt/bridge/groups", groups.read_text(encoding="utf-8")))
        yield Recording(file.name, "zigbee2mqtt", tuple(said), len(found))


def _homeassistant(file: Path) -> Recording:
    said = tuple(Said(one["topic"], _text(one["payload"]), bool(one.get("retain", True))) for one in lines(file))
    return Recording(file.name, "homeassistant", said, len(said))


def _shelly(files: list[Path]) -> Recording:
    said: list[Said] = []
    answers: dict[tuple[str, str], Any] = {}
    for file in files:
        recorded = json.loads(file.read_text(encoding="utf-8"))
        said += _messages(recorded)
        for method, result in (recorded.get("rpc") or {}).items():
            answers[f"{recorded.get('topic_prefix') or recorded['id']}/rpc", method] = result
    return Recording("shelly", "shelly", tuple(said), len(files), answers)


def _messages(recorded: Any) -> list[Said]:
    return [
        Said(one["topic"], _text(one["payload"]), bool(one.get("retain", True))) for one in recorded.get("messages", ())
    ]


def _text(payload: Any) -> str:
    return payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
