"""Alarms beside the binary sensors: what passes (events, triggers), and what Zigbee2MQTT tells in words."""

from collections.abc import Iterable
from dataclasses import replace

from gateway.dialects.finding import slug
from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.vocabulary import Member
from gateway.dialects.sketch import Sketch
from gateway.dialects.zigbee2mqtt import alarms as zigbee
from gateway.dialects.zigbee2mqtt.codings import Says
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import Trait
from gateway.wire.binding import Feed
from gateway.wire.codecs import Codec

_ACTION = "action"
_KEYPADS = frozenset({"action_zone", "action_transaction"})
"""What only keypads of alarm panels tell: a trigger for a call for help is announced once it was heard."""

_WAYS: dict[str, Codec] = {"action_source_name": zigbee.Opened(), "last_unlock_source": zigbee.LAST}


def slot_of(entity: Entity, trait: Trait) -> Slot:
    """The slot an alarm is told in: a device may complain of several things."""
    return Slot(trait, slug(entity.object_id) if trait is traits.ALERT else "")


def meant_so(entity: Entity, feeds: Iterable[Feed]) -> tuple[Feed, ...]:
    """The same, silent while a detector of Zigbee2MQTT's is being tested."""
    return tuple(_meant(feed) if entity.is_zigbee and len(feed.path) == 1 else feed for feed in feeds)


def _meant(feed: Feed) -> Feed:
    codec = zigbee.meant_so(feed.slot.trait, feed.codec, str(feed.path[0]), zigbee.TESTED)
    return feed if codec is feed.codec else replace(feed, path=(), codec=codec)


def alarm(entity: Entity) -> tuple[Trait, Codec] | None:
    """What a sensor of Zigbee2MQTT's without a unit tells in one of several words; None for what has no place."""
    name = entity.object_id.casefold()
    if not entity.is_zigbee or entity.has("unit_of_measurement"):
        return None
    if name in _KEYPADS:
        return traits.PANIC, _CALL
    if name in _WAYS:
        return traits.UNLOCKED_BY, _WAYS[name]
    known = ((trait, zigbee.reads(trait, name)) for trait in zigbee.called(name))
    return next(((trait, codec) for trait, codec in known if codec is not None), None)


def told(entity: Entity, sketch: Sketch) -> None:
    """An alarm in words, see `alarm`."""
    found = alarm(entity)
    if found is None:
        return
    trait, codec = found
    if codec is _CALL:
        _call(sketch, _of_action(entity), "state_topic", codec)
        return
    slot = slot_of(entity, trait)
    whole = isinstance(codec, zigbee.Opened)  # which reads the action as well
    feeds = entity.feed(slot, "state_topic", "" if whole else "value_template", codec)
    sketch.add(trait, part=slot.part, feeds=meant_so(entity, feeds))


def calls(entity: Entity) -> Codec | None:
    """What an event or a trigger says when somebody calls for help; None for any other."""
    if entity.component == "event":
        return zigbee.moment(word.casefold() for word in entity.words("event_types"))
    named = {entity.word(key).casefold() for key in ("payload", "subtype", "type")}
    payload = entity.word("payload").casefold()
    return Says(dict.fromkeys((payload, *zigbee.CALLS), True)) if payload and named & zigbee.CALLS else None


def automation(entity: Entity, sketch: Sketch) -> None:
    """A trigger: a word at a topic, where other calls are heard as well."""
    _call(sketch, entity, "topic", calls(entity))


def event(entity: Entity, sketch: Sketch) -> None:
    """An event, with its name in JSON. Zigbee2MQTT's own template makes it out of the action, which is read here."""
    codec = calls(entity)
    entity = _of_action(entity) if entity.is_zigbee else entity
    _call(sketch, entity, "state_topic", Member("event_type", codec) if codec is not None else None)


def _of_action(entity: Entity) -> Entity:
    return replace(entity, config={**entity.config, "value_template": f"{{{{ value_json.{_ACTION} }}}}"})


_CALL = Says(dict.fromkeys(zigbee.CALLS, True))


def _call(sketch: Sketch, entity: Entity, topic_key: str, codec: Codec | None) -> None:
    if codec is not None:
        feeds = entity.feed(Slot(traits.PANIC), topic_key, "value_template", codec)
        sketch.add(traits.PANIC, feeds=feeds, lapses_after=zigbee.MOMENT_SECONDS)
