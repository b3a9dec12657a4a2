"""The documents of all Homie devices at a broker, and what they come to."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.dialects.assembly import assemble
from gateway.dialects.finding import LARGEST, Finding, hardware_in, slug
from gateway.dialects.homie.codings import Alerted
from gateway.dialects.homie.controls import controls
from gateway.dialects.homie.description import Description, Node, Property, from_attributes, from_document
from gateway.dialects.homie.drawing import feeds_of
from gateway.dialects.homie.measures import lapses, measured
from gateway.dialects.sightings import clean
from gateway.dialects.sketch import Maker, Sketch
from gateway.home.device import Slot
from gateway.home.traits import ALERT
from gateway.wire.binding import Availability, Feed, Message
from gateway.wire.jsontext import parse
from gateway.wire.readings import Text
from gateway.wire.topics import check_topic

NAME = "homie"
MAX_DEVICES = 500
MAX_DOCUMENT = 65_536
MAX_BASES = 16
MAX_ATTRIBUTE = 2_000
MAX_HELD = 8_000_000
"""Characters of attributes, of all devices together."""
MAX_NOTES = 40
MAX_SKETCHES = 64

_ATTRIBUTES = (
    *(f"${key}" for key in ("state", "name", "nodes")),
    *(f"+/${key}" for key in ("name", "type", "properties")),
    *(f"+/+/${key}" for key in ("name", "settable", "retained", "unit", "format", "datatype")),
)
"""Where devices of version 3 and 4 describe themselves, below their own topics. Values are not asked for here."""
_KEYS = frozenset(["$homie", *(one.rpartition("/")[2] for one in _ATTRIBUTES)])
_THERE = ("init", "ready", "sleeping", "alert")
_AWAY = ("disconnected", "lost")


def describe(description: Description, hardware: str) -> tuple[Maker, list[Sketch]]:
    """What a device is and has."""
    id = description.topic.rpartition("/")[2]
    maker = Maker(
        hardware=hardware,
        dialect=NAME,
        name=description.name or id,
        version=description.version,
        availability=tuple(_presence(description)),
    )
    notes = list(description.notes)
    told: list[Sketch] = []
    tells: list[Sketch] = []
    for node in description.nodes:
        drawn, left = controls(node)
        told += (_named(sketch, maker, node) for sketch in drawn)
        tells.append(_readings(node, left, notes))
    if len(told) == 1:
        told[0].name = ""
    sketches = [*[*told, *tells][: MAX_SKETCHES - 1], _alerts(description)]
    if sketches:
        sketches[0].notes += notes[:MAX_NOTES]
    return maker, sketches


def _alerts(description: Description) -> Sketch:
    """What it complains of. One of version 5 has a retained text for each alert, and takes that back when it is over.

    Sources: "Alert topic" in version 5 of the convention, "Device Lifecycle" in version 4.
    """
    topic, slot = description.topic, Slot(ALERT)
    heard = Feed(slot, f"{topic}/$state", (), Alerted())
    if description.is_v5:
        heard = Feed(slot, f"{topic}/$alert/+", (), Text(may_be_empty=True))
    sketch = Sketch()
    sketch.add(ALERT, feeds=(heard,))
    return sketch


def _named(sketch: Sketch, maker: Maker, node: Node) -> Sketch:
    """Called as its node is, beside the device: nobody calls a lamp only "Light"."""
    own = sketch.name or node.name or node.id
    sketch.name = own if maker.name in own else clean(f"{maker.name} {own}", 100)
    return sketch


def _presence(description: Description) -> Iterable[Availability]:
    """Its own state; the last will of a child is that of its root, whose other states say nothing of it."""
    yield Availability(f"{description.topic}/$state", (), _THERE, _AWAY)
    if description.root:
        yield Availability(f"{description.root}/$state", (), (*_THERE, "disconnected"), ("lost",))


def _readings(node: Node, left: list[Property], notes: list[str]) -> Sketch:
    """What the node tells beside what can be set; what can be set and has no trait is noted."""
    sketch = Sketch(part=node.id)
    for given in left:
        if given.settable:
            notes.append(f"{node.id}/{given.id}: a setting, or nothing that CLOVA has an action for")
            continue
        found = measured(node, given)
        if found is not None:
            trait, codec, only = found
            sketch.add(trait, feeds=feeds_of(trait, given, codec, only), lapses_after=lapses(trait, given))
    return sketch


@dataclass(slots=True)
class _Known:
    """What has been heard of one device."""

    topic: str
    is_v5: bool
    attributes: dict[str, str] = field(default_factory=dict)
    """By their topics below the device's."""
    description: Description | None = None
    refused: str = ""
    state: str | None = None
    """Its last word for being there; an empty one takes it away."""

    @property
    def hardware(self) -> str:
        """The address in its id, or else its id."""
        id = self.topic.rpartition("/")[2]
        return hardware_in(id) or f"{NAME}-{slug(id)}"

    @property
    def source(self) -> str:
        """Where it is described."""
        return f"{self.topic}/{'$description' if self.is_v5 else '$homie'}"

    @property
    def documents(self) -> tuple[str, ...]:
        """The topics of all that describes it."""
        return (self.source, *(f"{self.topic}/{key}" for key in self.attributes))

    def read(self) -> Description | None:
        """What it says of itself, unless it is gone or has not said all."""
        if self.state == "":
            return None
        return self.description if self.is_v5 else from_attributes(self.topic, self.attributes)


class Homie:
    """The dialect of the Homie convention. `base` is the first level of its topics; any, where it is not given."""

    name = NAME
    largest = LARGEST
    keeps = True

    def __init__(self, base: str = "+") -> None:
        self._filters = [f"{base}/+/$homie", f"{base}/5/+/$description", f"{base}/5/+/$state"]
        self._known: dict[str, _Known] = {}
        self._by_hardware: dict[str, list[_Known]] = {}
        self._changed: dict[str, None] = {}
        self._told: set[str] = set()
        self._bases: set[str] = set()
        self._held = 0

    def topics(self) -> Iterable[str]:
        """Where devices show themselves, and the attributes of those of version 3 and 4."""
        return tuple(self._filters)

    def hear(self, topic: str, payload: bytes) -> bool:
        """Take in an attribute or a description; values are not listened to here."""
        levels = topic.split("/")
        if len(levels) == 4 and levels[1] == "5" and levels[3] in ("$description", "$state"):
            known = self._device("/".join(levels[:3]), True, bool(payload))
            return known is not None and self._hear_v5(known, levels[3], payload)
        key = "/".join(levels[2:])
        if not 3 <= len(levels) <= 5 or levels[-1] not in _KEYS:
            return False
        if key == "$homie" and payload:
            self._open(levels[0])
        known = self._device("/".join(levels[:2]), False, bool(payload))
        return known is not None and not known.is_v5 and self._hear_attribute(known, key, payload)

    def findings(self) -> Iterable[Finding]:
        """What has changed since the last call."""
        changed, self._changed = self._changed, {}
        known = [one for hardware in changed for one in self._by_hardware.get(hardware, ())]
        found = [self._finding(one) for one in known]
        return [one for one in found if one is not None]

    def questions(self) -> Iterable[Message]:
        """Nothing: everything is retained."""
        return ()

    def greetings(self) -> Iterable[Message]:
        """Nothing: everything is retained."""
        return ()

    def _device(self, topic: str, is_v5: bool, is_new: bool) -> _Known | None:
        """The device at this topic, which is made if it may be; None otherwise."""
        known = self._known.get(topic)
        if known is not None or not is_new or len(self._known) >= MAX_DEVICES:
            return known
        try:
            known = self._known[check_topic(topic)] = _Known(topic, is_v5)
        except ValueError:
            return None
        self._by_hardware.setdefault(known.hardware, []).append(known)
        return known

    def _open(self, base: str) -> None:
        """Listen to the attributes of all devices there."""
        if base not in self._bases and len(self._bases) < MAX_BASES:
            self._bases.add(base)
            self._filters += (f"{base}/+/{one}" for one in _ATTRIBUTES)

    def _hear_v5(self, known: _Known, key: str, payload: bytes) -> bool:
        if key == "$state":
            self._hear_state(known, payload)
            return False
        before = known.description, known.refused
        known.description, known.refused = _described(known.topic, payload)
        if before != (known.description, known.refused):
            self._changed[known.hardware] = None
        return len(payload) <= MAX_DOCUMENT

    def _hear_attribute(self, known: _Known, key: str, payload: bytes) -> bool:
        if key == "$state":
            self._hear_state(known, payload)
            return False
        text, before = payload[:MAX_ATTRIBUTE].decode("utf-8", "replace"), known.attributes.get(key, "")
        if text == before:
            return True
        if self._held + len(text) - len(before) > MAX_HELD:
            return False
        self._held += len(text) - len(before)
        known.attributes[key] = text
        if not text:
            del known.attributes[key]
        self._changed[known.hardware] = None
        return True

    def _hear_state(self, known: _Known, payload: bytes) -> None:
        before, known.state = known.state, payload[:20].decode("utf-8", "replace").strip()
        if (before == "") != (known.state == ""):
            self._changed[known.hardware] = None

    def _finding(self, known: _Known) -> Finding | None:
        """What it says at one of its places; None while there is nothing to tell."""
        description = known.read()
        if description is None and not known.refused:
            if known.topic not in self._told:
                return None
            self._told.discard(known.topic)
            return Finding(known.hardware, known.source)
        self._told.add(known.topic)
        if description is None:
            return Finding(known.hardware, known.source, (), (known.refused,), known.documents)
        wirings = assemble(*describe(description, known.hardware))
        refused = () if wirings else ("it has nothing that CLOVA can set or ask for",)
        return Finding(known.hardware, known.source, wirings, refused, known.documents)


def _described(topic: str, payload: bytes) -> tuple[Description | None, str]:
    if not payload:
        return None, ""
    if len(payload) > MAX_DOCUMENT:
        return None, "its description is longer than 64 KiB"
    try:
        return from_document(topic, topic.rpartition("/")[0], parse(payload)), ""
    except ValueError as error:
        return None, clean(str(error), 200)
