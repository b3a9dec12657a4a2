"""A device that does what it is told: what is published to it becomes its state, and the state is heard."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from gateway.home.commands import Release, Set, resolve
from gateway.home.device import Feature, Slot
from gateway.home.traits import Sort
from gateway.home.values import RELEASED, Color, Value, distance
from gateway.wire.binding import Feed, Message, Wiring, messages
from gateway.wire.codecs import Fault, Moving, spell
from gateway.wire.paths import Missing, read

Meaning = Value | Moving | Fault


def obeyed(sent: tuple[Message, ...], state: dict[str, Any]) -> dict[str, Any]:
    """The state after these messages: colours tell their mode, a bolt and a shutter go where they are sent."""
    state = dict(state)
    for message in sent:
        for key, value in json.loads(message.payload).items():
            state[key] = value
            suffix = key.removeprefix("color_temp").removeprefix("color")
            if key.startswith("color_temp"):
                state[f"color_mode{suffix}"] = "color_temp"
            elif key.startswith("color"):
                state[f"color_mode{suffix}"] = "hs" if "hue" in value else "xy"
            if value in ("LOCK", "UNLOCK"):
                state[key.replace("state", "lock_state", 1)] = f"{value.lower()}ed"
            if value in ("OPEN", "CLOSE"):
                state[key.replace("state", "position", 1)] = 100 if value == "OPEN" else 0
    return state


def heard(wiring: Wiring, slot: Slot, state: dict[str, Any]) -> Meaning | None:
    """What the feeds of a slot make of a state."""
    found = list(_meant(wiring.bindings[slot].feeds, state))
    assert len({str(meaning) for meaning in found}) <= 1, "two feeds contradict each other"
    return found[0] if found else None


def _meant(feeds: Iterable[Feed], state: dict[str, Any]) -> Iterator[Meaning]:
    for feed in feeds:
        with suppress(Missing):  # it speaks of something else
            if _counts(feed, state):
                yield feed.codec.decode(read(state, feed.path))


def _counts(feed: Feed, state: dict[str, Any]) -> bool:
    for when in feed.when:
        try:
            if spell(read(state, when.path)).casefold() not in when.words:
                return False
        except Missing:
            if not when.absent:
                return False
    return True


def wishes(feature: Feature) -> Iterator[Value]:
    """Values that the device says it takes: the ends, what is between, every word."""
    limits, trait = feature.limits, feature.slot.trait
    match trait.sort:
        case Sort.SWITCH:
            yield from (True, False) if feature.readable else (True,)
        case Sort.WORD:
            yield from limits.words
        case Sort.COLOR:
            yield from (Color(0, 100), Color(120, 80), Color(240, 40), Color(33, 7))
        case _:
            assert limits.low is not None
            assert limits.high is not None
            yield from (limits.low, limits.high)
            places = int((limits.high - limits.low) / limits.step) if limits.step else 2
            yield round(limits.low + places // 2 * (limits.step or (limits.high - limits.low) / 2), 6)


def failures(wiring: Wiring) -> Iterator[str]:
    """Every wish that the device does not hear, or that does not come back as it was."""
    for slot, feature in wiring.device.features.items():
        if not feature.writable:
            continue
        for wish in wishes(feature):
            asked = resolve(Set(slot, wish), wiring.device, {})
            assert isinstance(asked, Set)
            yield from _failure(wiring, slot, asked.value)
        if feature.limits.rest:
            word = next(word for word in feature.limits.words if word != feature.limits.rest)
            left = resolve(Release(slot, word), wiring.device, {slot: word})
            assert isinstance(left, Set)
            assert left.value in (RELEASED, *feature.limits.words)
            yield from _failure(wiring, slot, left.value)


def _failure(wiring: Wiring, slot: Slot, value: Value) -> Iterator[str]:
    sent = messages({slot: value}, wiring)
    if len(sent) != 1 or not sent[0].topic.endswith("/set"):
        yield f"{slot} = {value}: {sent}"
    if not wiring.device.features[slot].readable:
        return
    now = heard(wiring, slot, obeyed(sent, {}))
    if now is None or isinstance(now, Moving | Fault) or distance(now, value) > slot.trait.tolerance:
        yield f"{slot} = {value}: {sent[0].payload!r} is heard as {now}"


def count(wiring: Wiring) -> int:
    """How many wishes there are."""
    return sum(
        len(list(wishes(feature))) + bool(feature.limits.rest)
        for feature in wiring.device.features.values()
        if feature.writable
    )
