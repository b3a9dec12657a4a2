"""Whether an entity is there: a topic, or a list of them, and whose word counts."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from gateway.dialects.homeassistant.entity import Entity
from gateway.wire.binding import Availability
from gateway.wire.template import Template

MAX_TOPICS = 8
Mode = Literal["latest", "all", "any"]
_MODES: Mapping[str, Mode] = {"latest": "latest", "all": "all", "any": "any"}


def availability(entity: Entity) -> tuple[Availability, ...]:
    """All that speak of it; what cannot be read of them is left out, with a note."""
    return tuple(_read(entity))


def availability_mode(entity: Entity) -> Mode:
    """Whose word counts."""
    return _MODES.get(entity.word("availability_mode"), "latest")


def _read(entity: Entity) -> Iterator[Availability]:
    listed = entity.config.get("availability")
    if isinstance(listed, list):
        for one in listed[:MAX_TOPICS]:
            yield from _one(replace(entity, config=one), "topic", "value_template")
    yield from _one(entity, "availability_topic", "availability_template")


def _one(entity: Entity, topic_key: str, template_key: str) -> Iterator[Availability]:
    topic = entity.state_topic(topic_key)
    reads = None if topic is None else entity.reads(template_key)
    if topic is None or reads is None:
        return
    online = entity.word("payload_available", "online")
    offline = entity.word("payload_not_available", "offline")
    path, template = ((), reads) if isinstance(reads, Template) else (reads, None)
    yield Availability(topic, path, (online,), (offline,), template)
