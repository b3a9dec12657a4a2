"""What a wiring hears in a message, as the engine would, and what is published to set it."""

import json
from typing import Any

from gateway.home.device import Slot
from gateway.home.traits import Trait
from gateway.home.values import Value
from gateway.wire.binding import When, Wiring, messages
from gateway.wire.codecs import Fault, Moving, spell
from gateway.wire.paths import Missing, read

Sent = list[tuple[str, str]]


def raw(payload: Any) -> bytes:
    return payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()


def said(payload: bytes, path: tuple[str | int, ...]) -> Any:
    if not path and payload[:1] not in (b"{", b"["):
        return payload.decode()
    return read(json.loads(payload), path)


def holds(payload: bytes, when: When) -> bool:
    try:
        return spell(said(payload, when.path)).casefold() in when.words
    except Missing:
        return when.absent


def heard(wiring: Wiring, topic: str, payload: Any) -> dict[Slot, Value | Moving | Fault]:
    """The last thing that is heard of each slot; a message that a codec cannot read is an error here."""
    found: dict[Slot, Value | Moving | Fault] = {}
    for feed in wiring.feeds():
        if feed.topic != topic:
            continue
        try:
            if all(holds(raw(payload), when) for when in feed.when):
                found[feed.slot] = feed.codec.decode(said(raw(payload), feed.path))
        except Missing:
            continue
    return found


def sent(wiring: Wiring, trait: Trait, value: Value) -> Sent:
    return [(message.topic, message.payload.decode()) for message in messages({Slot(trait): value}, wiring)]


def with_trait(wirings: tuple[Wiring, ...], trait: Trait) -> Wiring:
    """The first appliance that has it."""
    return next(one for one in wirings if Slot(trait) in one.bindings)
