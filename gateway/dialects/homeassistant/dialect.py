"""What is announced now, by topic, and which hardware each topic is about."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import islice
from typing import Any

from gateway.dialects.finding import LARGEST, Finding
from gateway.dialects.homeassistant.announcement import (
    MAX_COMPONENTS,
    OURS,
    Announcement,
    Place,
    Unreadable,
    place,
    read,
)
from gateway.dialects.homeassistant.components import has_place
from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.hardware import DIALECT, addresses, compiled, hardware_by, identifiers, named
from gateway.wire.binding import Message

MAX_DOCUMENTS = 20_000
MAX_REASONS = 50
FULL = f"there are more than {MAX_DOCUMENTS} descriptions: the rest is not read"
NOTHING = "nothing of what it announces has a place in CLOVA"

Claim = tuple[str, str]
"""A component and a unique id: of the entities of one component only one may have it."""
Owner = tuple[str, str]
"""A topic, and the id of a component of what it announces."""


@dataclass(frozen=True, slots=True)
class _Document:
    """What one topic announces."""

    hardware: str
    stamp: bytes = b""
    """By which an unchanged description is known."""
    entities: Mapping[str, Entity] = field(default_factory=dict)
    """Those that have a place, by their component's id."""
    device: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[str, ...] = ()

    def claims(self, topic: str) -> dict[tuple[Claim, Owner], None]:
        """The unique ids that it takes for itself."""
        entities = self.entities.items()
        return {((one.component, one.unique_id), (topic, key)): None for key, one in entities if one.unique_id}


class HomeAssistant:
    """The discovery documents of Home Assistant, see `gateway.dialects.finding.Dialect`."""

    name = DIALECT
    largest = LARGEST
    keeps = True

    def __init__(self, prefixes: tuple[str, ...] = ("homeassistant",)) -> None:
        self._prefixes = prefixes
        self._documents: dict[str, _Document] = {}
        self._members: dict[str, dict[str, None]] = {}
        """The topics that are about each piece of hardware."""
        self._claims: dict[Claim, dict[Owner, None]] = {}
        """Who has each unique id, and who would have it next."""
        self._addresses: dict[str, str] = {}
        """The hardware of each identifier that was told together with an address."""
        self._changed: dict[str, None] = {}
        self._left_out = ""

    def topics(self) -> Iterable[str]:
        """An entity or a device, with a node in the topic and without."""
        return [f"{prefix}{levels}/config" for prefix in self._prefixes for levels in ("/+/+", "/+/+/+")]

    def hear(self, topic: str, payload: bytes) -> bool:
        """Take a description in, or back; True if it is worth keeping."""
        try:
            where = place(topic, self._prefixes)
            if where is None or where.object_id.startswith(OURS):
                return False
            if not payload:
                return self._put(topic, None)
            return self._take(where, payload)
        except Unreadable as error:
            self._refuse(topic, str(error))
            return False

    def findings(self) -> Iterator[Finding]:
        """All hardware of which something has changed."""
        changed, self._changed = self._changed, {}
        for hardware in changed:
            yield self._found(hardware)
        if self._left_out:
            yield Finding(f"{DIALECT}-full", self._left_out, refused=(FULL,))
            self._left_out = ""

    def questions(self) -> Iterable[Message]:
        """None: everything is retained."""
        return ()

    def greetings(self) -> Iterable[Message]:
        """None: to say that Home Assistant is there is not for a dialect to decide."""
        return ()

    def _take(self, where: Place, payload: bytes) -> bool:
        known = self._documents.get(where.topic)
        stamp = blake2b(payload, digest_size=16).digest()
        if known is not None and known.stamp == stamp:
            return True
        said = read(where, payload)
        if where.component != "device" and said.gone:
            return self._put(where.topic, None)
        entities = {key: entity for key, entity in said.entities.items() if has_place(entity)}
        if known is not None and where.component == "device":
            entities = _kept(known, said) | entities
        unique = next((entity.unique_id for entity in said.entities.values() if entity.unique_id), where.object_id)
        hardware, device = self._home(said.device, unique), said.device
        for topic in islice(self._members.get(hardware, ()), 1):
            device = self._documents[topic].device if self._documents[topic].device == device else device
        entities = dict(islice(entities.items(), MAX_COMPONENTS))
        if device is not said.device or known is not None:
            entities = {key: replace(entity, device=device) for key, entity in entities.items()}
        return self._put(where.topic, _Document(hardware, stamp, entities, device, said.refused))

    def _refuse(self, topic: str, reason: str) -> None:
        """What was known of it stays; the reason is told."""
        known = self._documents.get(topic) or _Document(named(topic.removesuffix("/config")))
        self._put(topic, replace(known, stamp=b"", refused=(reason,)))

    def _put(self, topic: str, document: _Document | None) -> bool:
        """Put a document in the place of what the topic had; True unless there are too many."""
        if document is not None and topic not in self._documents and len(self._documents) >= MAX_DOCUMENTS:
            self._left_out = topic
            return False
        old = self._documents.pop(topic, None)
        before = {} if old is None else old.claims(topic)
        after = {} if document is None else document.claims(topic)
        for claim, owner in before.keys() - after.keys():
            self._give_up(claim, owner)
        for claim, owner in after:
            self._claims.setdefault(claim, {})[owner] = None
        if old is not None:
            self._leave(topic, old.hardware)
        if document is not None:
            self._documents[topic] = document
            self._join(topic, document.hardware)
        return True

    def _give_up(self, claim: Claim, owner: Owner) -> None:
        """Whoever claims the same unique id may have it now."""
        claims = self._claims[claim]
        del claims[owner]
        if not claims:
            del self._claims[claim]
        for topic, _ in claims:
            if topic in self._documents:
                self._changed[self._documents[topic].hardware] = None

    def _join(self, topic: str, hardware: str) -> None:
        self._members.setdefault(hardware, {})[topic] = None
        self._changed[hardware] = None

    def _leave(self, topic: str, hardware: str) -> None:
        del self._members[hardware][topic]
        if not self._members[hardware]:
            del self._members[hardware]
        self._changed[hardware] = None

    def _home(self, device: Mapping[str, Any], otherwise: str) -> str:
        """Its hardware. What tells its address speaks for those that tell the same identifier and none."""
        connected, called = addresses(device), identifiers(device)
        hardware = hardware_by(connected, called, otherwise)
        if not connected:
            return next((self._addresses[one] for one in called if one in self._addresses), hardware)
        for identifier in called:
            if len(self._addresses) < MAX_DOCUMENTS and self._addresses.setdefault(identifier, hardware) == hardware:
                self._move(hardware_by((), (identifier,), ""), identifier, hardware)
        return hardware

    def _move(self, old: str, identifier: str, new: str) -> None:
        """Make those who told no address a part of the hardware that has the identifier."""
        for topic in list(self._members.get(old, ())) if old != new else ():
            document = self._documents[topic]
            if identifier in identifiers(document.device) and not addresses(document.device):
                self._leave(topic, old)
                self._documents[topic] = replace(document, hardware=new)
                self._join(topic, new)

    def _found(self, hardware: str) -> Finding:
        topics = sorted(self._members.get(hardware, ()))
        if not topics:
            return Finding(hardware, DIALECT)
        documents = [(topic, self._documents[topic]) for topic in topics]
        refused = [reason for _, document in documents for reason in document.refused]
        entities: list[Entity] = []
        for topic, document in documents:
            for key, entity in document.entities.items():
                owner = next(iter(self._claims.get((entity.component, entity.unique_id), ())), (topic, key))
                if owner == (topic, key):
                    entities.append(entity)
                else:
                    refused.append(f"{entity.object_id}: its unique_id is that of what {owner[0]} announces")
        devices = {id(document.device): document.device for _, document in documents}
        wirings, why = compiled(hardware, entities, tuple(devices.values()))
        reasons = tuple(dict.fromkeys((*refused, *why)))[:MAX_REASONS]
        return Finding(hardware, DIALECT, wirings, reasons or (() if wirings else (NOTHING,)), tuple(topics))


def _kept(known: _Document, said: Announcement) -> dict[str, Entity]:
    """The components that a device's new description does not mention."""
    return {key: one for key, one in known.entities.items() if key not in said.gone and key not in said.entities}
