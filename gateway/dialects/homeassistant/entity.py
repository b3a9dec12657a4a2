"""One entity of a discovery document, and the reading of its config: topics, words, numbers, templates.

What is missing or unreadable costs only what it was needed for; the reason goes into `notes`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.home.device import Slot
from gateway.wire.binding import Feed, Message, Order, When
from gateway.wire.codecs import Codec
from gateway.wire.paths import Path
from gateway.wire.template import BadTemplate, Template, command_template, value_template
from gateway.wire.topics import check_filter, check_topic

MAX_NAME = 100
MAX_WORD = 2000
"""Characters; a payload may be a JSON object of its own."""
MAX_LISTED = 100
MAX_NOTES = 20

_ZIGBEE = "zigbee2mqtt_0x"
_TRUE = frozenset({"true", "1", "1.0", "yes", "on", "enable"})
_FALSE = frozenset({"false", "0", "0.0", "no", "off", "disable"})


def clean(value: object) -> str:
    """A name as a person may see it: of 100 characters at most, without control characters; empty if it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value)[: 4 * MAX_NAME]
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())[:MAX_NAME].strip()


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as it is announced: `config` has long keys, and topics without `~`."""

    component: str
    object_id: str
    unique_id: str
    """What tells it from all others; empty where the document has none."""
    config: Mapping[str, Any]
    source: str = ""
    """The topic it is announced at."""
    device: Mapping[str, Any] = field(default_factory=dict)
    """What it says of the hardware that it is a part of, long keys."""
    notes: list[str] = field(default_factory=list, compare=False, repr=False)
    """What of it could not be used, and why: the list of the sketch that is drawn of it."""

    @property
    def name(self) -> str:
        """Its own name; empty where it is called as the hardware is."""
        return clean(self.config.get("name"))

    @property
    def category(self) -> str:
        """`config` or `diagnostic`; empty for what people use."""
        return self.word("entity_category")

    @property
    def device_class(self) -> str:
        """The sort of thing it is, in the words of its component."""
        return self.word("device_class").casefold()

    @property
    def is_zigbee(self) -> bool:
        """Whether Zigbee2MQTT announces it for a device, whose ways are known."""
        listed = self.device.get("identifiers")
        if isinstance(listed, str):
            return listed.startswith(_ZIGBEE)
        named = listed[:MAX_LISTED] if isinstance(listed, list) else ()
        return any(one.startswith(_ZIGBEE) for one in named if isinstance(one, str))

    @property
    def optimistic(self) -> bool:
        """Whether the device never says its state, or its state is not to be relied on."""
        return self.flag("optimistic")

    def note(self, reason: str) -> None:
        """Say what of it could not be used, and why."""
        line = f"{clean(self.object_id) or self.component}: {clean(reason)}"
        if line not in self.notes and len(self.notes) < MAX_NOTES:
            self.notes.append(line)

    def has(self, *keys: str) -> bool:
        """Whether all of these stand in its config."""
        return all(self.config.get(key) is not None for key in keys)

    def word(self, key: str, default: str = "") -> str:
        """A text, such as the payload for on; numbers and switches are spelled as Python does, which HA sends."""
        value = self.config.get(key)
        if value is None:
            return default
        if not isinstance(value, str | int | float) or len(str(value)) > MAX_WORD:
            self.note(f"{key} is no text")
            return default
        return str(value)

    def words(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts, each once; what is no text in it is left out."""
        value = self.config.get(key)
        if value is None:
            return default
        items = value if isinstance(value, list) else [value]
        texts = (str(item) for item in items[:MAX_LISTED] if isinstance(item, str | int | float))
        return tuple(dict.fromkeys(text for text in texts if text and len(text) <= MAX_WORD))

    def number(self, key: str, default: float) -> float:
        """A finite number, also one written as text."""
        value = self.config.get(key)
        if value is None:
            return default
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return number
        self.note(f"{key} is no number")
        return default

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A switch, also one written as text."""
        value = self.config.get(key)
        spelt = str(value).strip().casefold() if isinstance(value, str | bool | int | float) else ""
        return spelt in _TRUE or (default and spelt not in _FALSE)

    def topic(self, key: str) -> str | None:
        """A topic that can be published to; None where there is none, or with a note."""
        return self._checked(key, wildcards=False)

    def state_topic(self, key: str) -> str | None:
        """A topic, or a filter with wildcards, that something is heard at."""
        return self._checked(key, wildcards=True)

    def _checked(self, key: str, *, wildcards: bool) -> str | None:
        value = self.config.get(key)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.note(f"{key} is no topic")
            return None
        try:
            if wildcards and value[0] in "+#":
                raise ValueError("what one device says stands below a name")
            return check_filter(value) if wildcards else check_topic(value)
        except ValueError as error:
            self.note(f"{key}: {error}")
            return None

    def feed(
        self, slot: Slot, topic_key: str, template_key: str, codec: Codec, when: tuple[When, ...] = ()
    ) -> tuple[Feed, ...]:
        """Where the slot is heard; nothing without a topic, with a bad template, or of an optimistic entity.

        `template_key` may be empty, or a key that the config does not have: then the whole payload is the value.
        """
        topic = None if self.optimistic else self.state_topic(topic_key)
        read = None if topic is None else self.reads(template_key)
        if topic is None or read is None:
            return ()
        if isinstance(read, Template):
            return (Feed(slot, topic, (), codec, read, when),)
        return (Feed(slot, topic, read, codec, None, when),)

    def reads(self, template_key: str) -> Path | Template | None:
        """How a value is read out of a message; None, with a note, where that is not to be known."""
        text = self.word(template_key) if template_key else ""
        if not text:
            return None if template_key and self.has(template_key) and self.config[template_key] != "" else ()
        try:
            return value_template(text)
        except BadTemplate as error:
            self.note(f"{template_key} cannot be used: {error}")
            return None

    def order(
        self,
        topic_key: str,
        template_key: str,
        codec: Codec,
        name: str = "value",
        *,
        frame: Mapping[str, Any] | None = None,
        before: tuple[Message, ...] = (),
        after: tuple[Message, ...] = (),
    ) -> Order | None:
        """How the slot is set: the coded value alone, or what the template makes of it as its variable `name`.

        `frame` has further variables of the template. None without a topic or with a bad template.
        """
        topic = self.topic(topic_key)
        if topic is None:
            return None
        text = self.word(template_key) if template_key else ""
        if not text:
            return Order(topic, (), codec, before=before, after=after)
        template = self.makes(template_key, frozenset({name, *(frame or {})}))
        if template is None:
            return None
        return Order(topic, (name,), codec, frame or {}, template, before, after)

    def makes(self, template_key: str, names: frozenset[str] = frozenset({"value"})) -> Template | None:
        """The template of a command with these variables; None, with a note, where it cannot be used."""
        try:
            return command_template(self.word(template_key), names)
        except BadTemplate as error:
            self.note(f"{template_key} cannot be used: {error}")
            return None

    def message(self, topic_key: str, payload: str, template_key: str = "") -> Message | None:
        """One fixed publication (a stop, a press); None without a topic."""
        topic = self.topic(topic_key)
        if topic is None:
            return None
        if not (template_key and self.word(template_key)):
            return Message(topic, payload.encode())
        template = self.makes(template_key)
        if template is None:
            return None
        try:
            return Message(topic, template.render({"value": payload}).encode())
        except ValueError as error:
            self.note(f"{template_key} cannot be used: {error}")
            return None
