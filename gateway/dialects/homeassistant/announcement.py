"""From a discovery topic and its payload to what is announced there: one entity, or all those of a device."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.dialects.homeassistant import abbreviations
from gateway.dialects.homeassistant.entity import Entity, clean
from gateway.wire.jsontext import parse

MAX_BYTES = 256 * 1024
MAX_COMPONENTS = 400
MAX_REFUSED = 20
BASE = "~"
OURS = "clova-gateway-"
"""How the object of what a gateway announces of itself begins: it is no device of the home."""

_ID = re.compile(r"[a-zA-Z0-9_-]{1,200}")
_SHARED = (
    "availability",
    "availability_mode",
    "availability_template",
    "availability_topic",
    "command_topic",
    "encoding",
    "payload_available",
    "payload_not_available",
    "state_topic",
)
"""What the components of a device inherit from its description."""
_UNUSED = frozenset(
    [
        "components",
        "configuration_url",
        "default_entity_id",
        "device",
        "effect_list",
        "entity_picture",
        "force_update",
        "icon",
        "json_attributes_template",
        "json_attributes_topic",
        "object_id",
        "origin",
        "platform",
        "qos",
        "retain",
        "suggested_display_precision",
        BASE,
    ]
)


class Unreadable(ValueError):
    """A description that is none; the message says why and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is announced: `<prefix>/<component>/[<node>/]<object>/config`."""

    topic: str
    component: str
    """`device` where it is a whole device."""
    object_id: str
    """With the node before it where there is one."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a topic announces now. Without entities it has nothing, or what was there is taken back."""

    entities: Mapping[str, Entity]
    """By the component's own id; of a single entity, by nothing."""
    device: Mapping[str, Any] = field(default_factory=dict)
    """What it says of the hardware, long keys."""
    gone: frozenset[str] = frozenset()
    """The components of a device that are no more; those that are just not mentioned stay."""
    refused: tuple[str, ...] = ()


def place(topic: str, prefixes: tuple[str, ...]) -> Place | None:
    """Where that is, or None for a topic that announces nothing. Raises Unreadable."""
    prefix = next((prefix for prefix in prefixes if topic.startswith(f"{prefix}/")), None)
    levels = [] if prefix is None else topic[len(prefix) + 1 :].split("/")
    if len(levels) not in (3, 4) or levels[-1] != "config":
        return None
    if not all(map(_ID.fullmatch, levels)):
        raise Unreadable("the ids in the topic may have letters, digits, _ and - only")
    return Place(topic, levels[0], "/".join(levels[1:-1]))


def read(where: Place, payload: bytes) -> Announcement:
    """What is announced there. Raises Unreadable; what is wrong with one component costs that one."""
    if len(payload) > MAX_BYTES:
        raise Unreadable(f"the description has more than {MAX_BYTES // 1024} KiB")
    try:
        document = parse(payload)
    except ValueError as error:
        raise Unreadable(f"the description is not readable: {clean(str(error))}") from None
    if not isinstance(document, dict):
        raise Unreadable("the description is no JSON object")
    document = _expanded(document, abbreviations.ENTITY)
    if document.get("migrate_discovery"):
        return Announcement({}, gone=frozenset([""]))
    return _device(where, document) if where.component == "device" else _single(where, document)


def _single(where: Place, document: dict[str, Any]) -> Announcement:
    device = _hardware(document)
    config = _based(document, document.get(BASE))
    own = where.object_id.rpartition("/")[2]
    return Announcement({"": _entity(where, where.component, own, config, device)}, device)


def _device(where: Place, document: dict[str, Any]) -> Announcement:
    device, components = _hardware(document), document.get("components")
    if not device:
        raise Unreadable("a device's description needs `device`")
    if not isinstance(components, dict):
        raise Unreadable("a device's description needs `components`, an object")
    if len(components) > MAX_COMPONENTS:
        raise Unreadable(f"more than {MAX_COMPONENTS} components")
    base = document.get(BASE)
    shared = _based({key: document[key] for key in _SHARED if key in document}, base)
    entities: dict[str, Entity] = {}
    gone, refused = set[str](), list[str]()
    for key, component in components.items():
        if not isinstance(component, dict):
            refused.append(f"{clean(key)}: a component is an object")
            continue
        own = _expanded(component, abbreviations.ENTITY)
        platform = own.get("platform")
        if not isinstance(platform, str) or not platform:
            refused.append(f"{clean(key)}: a component needs `platform`")
        elif len(own) == 1:
            gone.add(key)
        else:
            entities[key] = _entity(where, platform, key, shared | _based(own, own.get(BASE, base)), device)
    return Announcement(entities, device, frozenset(gone), tuple(refused[:MAX_REFUSED]))


def _entity(
    where: Place, component: str, object_id: str, config: Mapping[str, Any], device: Mapping[str, Any]
) -> Entity:
    unique = config.get("unique_id")
    return Entity(
        component=component[:50],
        object_id=object_id[:200],
        unique_id=unique[:200] if isinstance(unique, str) else "",
        config={key: value for key, value in config.items() if key not in _UNUSED},
        source=where.topic,
        device=device,
    )


def _hardware(document: Mapping[str, Any]) -> Mapping[str, Any]:
    device = document.get("device")
    return _expanded(device, abbreviations.DEVICE) if isinstance(device, dict) else {}


def _expanded(document: Mapping[str, Any], long: Mapping[str, str]) -> dict[str, Any]:
    """The same with long keys, in `availability` as well."""
    expanded = {long.get(key, key): value for key, value in document.items()}
    listed = expanded.get("availability")
    if isinstance(listed, dict):
        listed = [listed]
    if isinstance(listed, list) and long is abbreviations.ENTITY:
        expanded["availability"] = [_expanded(one, long) for one in listed[:20] if isinstance(one, dict)]
    return expanded


def _based(config: Mapping[str, Any], base: object) -> dict[str, Any]:
    """The same with the base topic in place of `~`, at the start and the end of topics, in `availability` as well."""
    if not isinstance(base, str):
        return dict(config)
    based = {key: _topic(value, base) if key.endswith("topic") else value for key, value in config.items()}
    listed = based.get("availability")
    if isinstance(listed, list):
        based["availability"] = [_based(one, base) for one in listed]
    return based


def _topic(value: Any, base: str) -> Any:
    if not isinstance(value, str) or not value:
        return value
    if value[0] == BASE:
        value = base + value[1:]
    return value[:-1] + base if value.endswith(BASE) else value
