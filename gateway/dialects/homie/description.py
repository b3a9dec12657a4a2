"""A Homie device as it describes itself: in attributes (versions 3 and 4), or in one JSON document (version 5)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from gateway.dialects.sightings import clean

MAX_NODES = 32
MAX_PROPERTIES = 64
MAX_NAME = 100
MAX_FORMAT = 2_000

_ID = re.compile(r"[^/+#$\s\x00-\x1f]{1,64}")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_APART = re.compile(r"[\W_]+")
DATATYPES = frozenset(["integer", "float", "boolean", "string", "enum", "color", "datetime", "duration", "json"])


def spoken(*texts: str) -> str:
    """Texts as words in lower case with single spaces between them, to be searched."""
    return _APART.sub(" ", _CAMEL.sub(" ", " ".join(texts))).casefold().strip()


@dataclass(frozen=True, slots=True)
class Property:
    """One value of a node."""

    id: str
    name: str
    topic: str
    datatype: str
    format: str = ""
    unit: str = ""
    settable: bool = False
    retained: bool = True
    is_v5: bool = False

    @property
    def words(self) -> str:
        """What it is called."""
        return spoken(self.id, self.name)

    @property
    def is_number(self) -> bool:
        """Whether its value is one."""
        return self.datatype in ("integer", "float")

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it can be; version 4 writes a comma within one twice."""
        marked = self.format if self.is_v5 else self.format.replace(",,", "\0")
        return tuple(one.replace("\0", ",") for one in marked.split(",") if one) if self.datatype == "enum" else ()


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a device."""

    id: str
    name: str
    type: str
    properties: tuple[Property, ...]

    @property
    def words(self) -> str:
        """What it is called."""
        return spoken(self.id, self.name, self.type)


@dataclass(frozen=True, slots=True)
class Description:
    """A device and its nodes. `root` is the topic of the device that it is lost with."""

    topic: str
    name: str
    nodes: tuple[Node, ...]
    version: str = ""
    root: str = ""
    is_v5: bool = False
    notes: tuple[str, ...] = ()


def from_attributes(topic: str, attributes: Mapping[str, str]) -> Description | None:
    """What a device of version 3 or 4 has said; None while something is still to come.

    `attributes` are by their topics below the device's, such as `light/power/$datatype`.
    """
    version = attributes.get("$homie", "")[:20]
    if not version.startswith(("3.", "4.")) or "$nodes" not in attributes:
        return None
    notes: list[str] = []
    nodes: list[Node] = []
    for node_id in _ids(attributes["$nodes"], MAX_NODES, notes):
        listed = attributes.get(f"{node_id}/$properties")
        if listed is None:
            return None
        found = [(one, _attributes_of(attributes, f"{node_id}/{one}/")) for one in _ids(listed, MAX_PROPERTIES, notes)]
        if not all(fields for _, fields in found):
            return None
        properties = (_property(one, f"{topic}/{node_id}/{one}", fields, False, notes) for one, fields in found)
        name = clean(attributes.get(f"{node_id}/$name", ""), MAX_NAME)
        sort = attributes.get(f"{node_id}/$type", "")[:MAX_NAME]
        nodes.append(Node(node_id, name, sort, tuple(one for one in properties if one is not None)))
    name = clean(attributes.get("$name", ""), MAX_NAME)
    return Description(topic, name, tuple(nodes), version, notes=tuple(notes))


def _attributes_of(attributes: Mapping[str, str], before: str) -> dict[str, str]:
    keys = ("name", "datatype", "format", "unit", "settable", "retained")
    return {key: attributes[f"{before}${key}"] for key in keys if f"{before}${key}" in attributes}


def _ids(listed: str, most: int, notes: list[str]) -> Iterator[str]:
    """The ids in a list with commas; node arrays (`lights[]`) went out of use with version 4."""
    for one in dict.fromkeys(listed[: most * 65].split(",")[:most]):
        if _ID.fullmatch(one) and not one.endswith("]"):
            yield one
        elif one:
            notes.append(f"{clean(one, 40)}: no id")


def from_document(topic: str, base: str, document: Any) -> Description:
    """What a device of version 5 says in `$description`; ValueError where that is none."""
    if not isinstance(document, dict):
        raise ValueError("its description is no JSON object")
    notes: list[str] = []
    nodes = []
    for node_id, node in _members(document.get("nodes"), MAX_NODES, notes):
        found = _members(node.get("properties"), MAX_PROPERTIES, notes)
        properties = (_property(one, f"{topic}/{node_id}/{one}", fields, True, notes) for one, fields in found)
        name, sort = clean(_text(node, "name"), MAX_NAME), _text(node, "type")[:MAX_NAME]
        nodes.append(Node(node_id, name, sort, tuple(one for one in properties if one is not None)))
    root = _text(document, "root") or _text(document, "parent")
    return Description(
        topic,
        clean(_text(document, "name"), MAX_NAME),
        tuple(nodes),
        _text(document, "homie")[:20],
        f"{base}/{root}" if _ID.fullmatch(root) else "",
        is_v5=True,
        notes=tuple(notes),
    )


def _members(group: Any, most: int, notes: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Nodes or properties by their id; early drafts had them in a list."""
    if isinstance(group, list):
        pairs: list[tuple[Any, Any]] = [(one.get("id"), one) for one in group[:most] if isinstance(one, dict)]
    else:
        pairs = list(islice(group.items(), most)) if isinstance(group, dict) else []
    for key, fields in pairs:
        if isinstance(key, str) and _ID.fullmatch(key) and isinstance(fields, dict):
            yield key, fields
        else:
            notes.append(f"{clean(str(key)[:200], 40)}: no id, or nothing described")


def _property(id: str, topic: str, fields: Mapping[str, Any], is_v5: bool, notes: list[str]) -> Property | None:
    datatype = _text(fields, "datatype") or "string"
    if datatype not in DATATYPES:
        notes.append(f"{id}: an unknown datatype")
        return None
    return Property(
        id,
        clean(_text(fields, "name"), MAX_NAME),
        topic,
        datatype,
        _text(fields, "format")[:MAX_FORMAT],
        _text(fields, "unit")[:20].strip(),
        _flag(fields.get("settable"), default=False),
        _flag(fields.get("retained"), default=True),
        is_v5,
    )


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    return value if isinstance(value, str) else ""


def _flag(value: Any, *, default: bool) -> bool:
    return default if value is None or value == "" else value is True or value == "true"
