"""How documents of a Shelly are read: bounded, and whatever is not as expected is nothing."""

from collections.abc import Mapping
from typing import Any

from gateway.dialects.finding import hardware_in, slug
from gateway.dialects.sightings import clean
from gateway.wire.jsontext import parse
from gateway.wire.topics import check_topic

Object = Mapping[str, Any]

MAX_DOCUMENT = 65_536
MAX_PREFIX = 200
MAX_SHELLYS = 2_000


def read(payload: bytes) -> Any:
    """The JSON of a payload; ValueError where it is none, or too long."""
    if len(payload) > MAX_DOCUMENT:
        raise ValueError("longer than 64 KiB")
    return parse(payload)


def text(given: object) -> str:
    """A text, cleaned; empty for anything else."""
    return clean(given, 100) if isinstance(given, str) else ""


def at(document: object, *path: str) -> Object:
    """The object at a path; empty where there is none."""
    for step in path:
        document = document.get(step) if isinstance(document, Mapping) else None
    return document if isinstance(document, Mapping) else {}


def first(given: object) -> Object:
    """The first object of a list; empty where there is none."""
    return at(given[0]) if isinstance(given, list) and given else {}


def hardware_of(prefix: str) -> str:
    """What a Shelly is known by that does not say its MAC."""
    return hardware_in(prefix) or f"shelly-{slug(prefix) or 'nameless'}"


def is_prefix(prefix: str) -> bool:
    """Whether topics that can be published to can begin so."""
    if not prefix or len(prefix) > MAX_PREFIX or prefix.startswith("$"):
        return False
    try:
        check_topic(prefix)
    except ValueError:
        return False
    return True
