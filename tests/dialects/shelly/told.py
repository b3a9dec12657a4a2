"""What stands between a test and the dialect: messages in, devices out, and what a device is told and says."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from gateway.dialects.finding import Finding
from gateway.dialects.shelly import Shelly
from gateway.home.device import Slot
from gateway.home.traits import REPLY
from gateway.home.values import Value
from gateway.wire.binding import Feed, Wiring, messages, numbered
from gateway.wire.codecs import Fault, Moving, spell
from gateway.wire.jsontext import parse
from gateway.wire.paths import Missing, read

REPLIES = "clova-gateway/shelly"
NUMBER = 1_000_007
Meaning = Value | Moving | Fault


def packed(payload: Any) -> bytes:
    return payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()


def hear_all(dialect: Shelly, said: Iterable[tuple[str, Any]]) -> dict[str, Finding]:
    """The last finding of each piece of hardware."""
    for topic, payload in said:
        dialect.hear(topic, packed(payload))
    return {finding.hardware: finding for finding in dialect.findings()}


def answers(prefix: str, **results: Any) -> list[tuple[str, Any]]:
    """What a later Shelly answers to our questions, by document."""
    return [
        (f"{REPLIES}/{document}/{prefix}/rpc", {"id": 1, "src": "shelly", "dst": "us", "result": result})
        for document, result in results.items()
    ]


def devices(findings: Mapping[str, Finding]) -> dict[str, Wiring]:
    return {wiring.device.id: wiring for finding in findings.values() for wiring in finding.wirings}


def told(wiring: Wiring, *changes: tuple[Slot, Value]) -> list[tuple[str, Any]]:
    """What is published to set these slots; JSON as what it says."""
    sent = [numbered(message, NUMBER) for message in messages(dict(changes), wiring)]
    return [(one.topic, said(one.payload)) for one in sent]


def said(payload: bytes) -> Any:
    return parse(payload) if payload[:1] == b"{" else payload.decode()


def meanings(wiring: Wiring, topic: str, payload: Any) -> dict[Slot, Meaning]:
    """What a message means to a device, as `engine.inbound` hears it; what cannot be read raises."""
    found: dict[Slot, Meaning] = {}
    for feed in wiring.feeds():
        if feed.topic == topic:
            meaning = _meaning(feed, packed(payload))
            if meaning is not None:
                found[feed.slot] = meaning
    return found


def _meaning(feed: Feed, payload: bytes) -> Meaning | None:
    is_json = payload[:1] in (b"{", b"[")
    try:
        document = parse(payload) if is_json or feed.path or feed.when else payload.decode()
        if not all(spell(read(document, when.path)).casefold() in when.words for when in feed.when):
            return None
        return feed.codec.decode(read(document, feed.path))
    except Missing:
        return None


def value_of(wiring: Wiring, trait_name: str, topic: str, payload: Any) -> Meaning | None:
    """What it says of one trait."""
    return next((m for slot, m in meanings(wiring, topic, payload).items() if slot.trait.name == trait_name), None)


def writable(wiring: Wiring) -> list[Slot]:
    return [slot for slot, feature in wiring.device.features.items() if feature.writable and slot.trait is not REPLY]
