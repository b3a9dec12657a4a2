"""Switches, valves, sirens, locks, covers and fans."""

from collections.abc import Mapping
from typing import Any

from gateway.dialects.sketch import Sketch
from gateway.dialects.zigbee2mqtt.codings import (
    bounds,
    chosen,
    folded,
    only,
    preset_name,
    speeds,
    switched,
)
from gateway.dialects.zigbee2mqtt.exposes import Expose
from gateway.dialects.zigbee2mqtt.modes import KNOWN_MODES
from gateway.dialects.zigbee2mqtt.spot import Spot, draw
from gateway.home.device import Limits, Slot
from gateway.home.traits import FAN_SPEED, LOCK, MODE, ON_OFF, OPENING, TRIGGERED, Deed, Trait
from gateway.home.values import LOCKED, RELEASED, UNLOCKED, Value
from gateway.wire.codecs import Codec, Linear, Moving, Running, Words, spell


def switch(state: Expose, spot: Spot) -> Sketch:
    """A relay."""
    sketch = Sketch(hints={"switch"})
    draw(sketch, spot, ON_OFF, state, switched(state))
    return sketch


def valve(state: Expose, spot: Spot) -> Sketch:
    """A relay that lets water or gas through: on is open."""
    sketch = Sketch(hints={"switch", "valve"})
    draw(sketch, spot, LOCK, state, switched(state, UNLOCKED, LOCKED))
    return sketch


def siren(state: Expose, spot: Spot) -> Sketch:
    """Something that howls; an endpoint that is only called so may stand for whether it is armed."""
    sketch = Sketch(hints={"siren"})
    words = switched(state)
    draw(sketch, spot, ON_OFF, state, words)
    if words is not None and state.published and not state.name.startswith("state"):
        sketch.add(TRIGGERED, feeds=(spot.feed(Slot(TRIGGERED), (state.key,), words),))
    return sketch


WARNING_SECONDS = 180


def warned(warning: Expose, mode: Expose, spot: Spot) -> Sketch:
    """Something that howls when it is told how, and never says whether it does."""
    wanted = {"level": ("very_high", "high"), "strobe": (True,), "duration": (WARNING_SECONDS,)}
    howl: dict[str, Any] = {"mode": next((word for word in ("emergency", "burglar") if word in mode.values), "")}
    howl["mode"] = howl["mode"] or next(word for word in mode.values if word != "stop")
    for name, values in wanted.items():
        feature = warning.feature(name)
        if feature is not None:
            howl[name] = next((value for value in values if value in feature.values), values[-1])
    sketch = Sketch(hints={"siren"})
    sketch.add(ON_OFF, order=spot.order((warning.key,), Words({}, {True: howl, False: {"mode": "stop"}})))
    return sketch


def lock(expose: Expose, spot: Spot) -> Sketch:
    """A lock: `state` is what it is told, `lock_state` where its bolt is."""
    sketch = Sketch(hints={"lock"})
    state, bolt = expose.feature("state"), expose.feature("lock_state")
    told = switched(state, LOCKED, UNLOCKED) if state is not None else None
    if state is None or told is None:
        return sketch
    if bolt is not None and bolt.published and {"locked", "unlocked"} <= {folded(word) for word in bolt.values}:
        heard = chosen(bolt, {"locked": LOCKED, "unlocked": UNLOCKED}, {"not_fully_locked": Moving()})
        _apart(sketch, spot, LOCK, bolt, heard, state, told)
    else:
        draw(sketch, spot, LOCK, state, told)
    return sketch


def _apart(
    sketch: Sketch, spot: Spot, trait: Trait, read: Expose, codec: Codec, told: Expose, words: Codec, step: float = 0
) -> None:
    """A trait that is read at one key and set at another."""
    sketch.add(
        trait,
        feeds=(spot.feed(Slot(trait), (read.key,), codec),) if read.published else (),
        order=spot.order((told.key,), words) if told.settable else None,
        ask=next((spot.ask({one.key: ""}) for one in (read, told) if one.gettable), None),
        limits=Limits(trait.low, trait.high, step or trait.step, trait.words),
    )


_WAYS = {"open": 100.0, "opened": 100.0, "close": 0.0, "closed": 0.0}
_MOVING = {"opening": Moving(100.0), "closing": Moving(0.0)}


def cover(expose: Expose, spot: Spot) -> Sketch:
    """A curtain, a blind, a garage door: by position, or else by the words open and close."""
    sketch = Sketch(hints={"cover"})
    state = expose.feature("state")
    place = expose.feature("position", "tilt" if state is None else "position")
    words = chosen(state, _WAYS, _MOVING)
    if place is not None and place.sort == "numeric":
        scale = Linear(*bounds(place, 0, 100), 0, 100)
        if place.settable or state is None:
            draw(sketch, spot, OPENING, place, scale)
        else:
            _apart(sketch, spot, OPENING, place, scale, state, words, step=100)
    elif state is not None:
        _apart(sketch, spot, OPENING, state, words, state, words, step=100)
    stop = next((word for word in state.values if folded(word) == "stop"), None) if state is not None else None
    if state is not None and stop is not None and state.settable:
        sketch.deeds[Deed.STOP] = spot.tells({state.key: stop})
    return sketch


_RUNS = ("on", "auto", "smart", "medium", "low", "high")
"""The mode a fan without a switch is set going with, where none was heard yet."""


def fan(expose: Expose, spot: Spot, around: Mapping[str, Expose]) -> Sketch:
    """A fan, or an air purifier: speeds are words or a number, and automatic is a mode."""
    sketch = Sketch(hints={"fan"})
    state, mode = expose.feature("state"), expose.feature("mode", "fan_mode", "preset")
    if state is not None:
        draw(sketch, spot, ON_OFF, state, switched(state))
    elif mode is not None:
        draw(sketch, spot, ON_OFF, mode, _running(mode))
    for speed in (expose.feature("speed", "percentage", "fan_speed"), mode, around.get("fan_speed")):
        found = speeds(speed)
        if speed is not None and found is not None:
            draw(sketch, spot, FAN_SPEED, speed, found.codec, found.limits, only(speed, found.words))
    if mode is not None and mode.settable:
        _fan_mode(sketch, spot, mode)
    if any(name in around for name in _AIR):
        sketch.hints.add("air_purifier")
    return sketch


_AIR = ("pm25", "pm10", "air_quality", "filter_age", "replace_filter")


def _running(mode: Expose) -> Running | None:
    words = [spell(word) for word in mode.values if folded(word) != "off"]
    off = tuple(spell(word) for word in mode.values if folded(word) == "off")
    words.sort(key=lambda word: _RUNS.index(word.casefold()) if word.casefold() in _RUNS else len(_RUNS))
    return Running(tuple(words), off) if words and off else None


def _fan_mode(sketch: Sketch, spot: Spot, mode: Expose) -> None:
    """What is no speed is a mode, if CLOVA has a name for one; a speed is the release from it."""
    found = speeds(mode)
    timed = found.words if found is not None else frozenset()
    named = {folded(word): preset_name(word) for word in mode.values if folded(word) not in (*timed, "on", "off")}
    if KNOWN_MODES.isdisjoint(named.values()):
        return
    meanings: dict[str, Value] = {**named, **dict.fromkeys(timed, RELEASED)}
    limits = Limits(words=tuple(dict.fromkeys(named.values())), rest=RELEASED if timed else "")
    draw(sketch, spot, MODE, mode, chosen(mode, meanings), limits, only(mode, frozenset(meanings)))
