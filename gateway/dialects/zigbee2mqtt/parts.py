"""From exposes to sketches: which switch is one, what belongs to the same endpoint, what each part is called."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gateway.dialects.sketch import Sketch
from gateway.dialects.words import type_words
from gateway.dialects.zigbee2mqtt.alarms import raised
from gateway.dialects.zigbee2mqtt.climate import climate, is_like_climate
from gateway.dialects.zigbee2mqtt.controls import cover, fan, lock, siren, switch, valve, warned
from gateway.dialects.zigbee2mqtt.exposes import SPECIFIC, Expose
from gateway.dialects.zigbee2mqtt.lights import light
from gateway.dialects.zigbee2mqtt.sensors import ROOM, SENSED, readings
from gateway.dialects.zigbee2mqtt.spot import Spot
from gateway.home.device import Slot
from gateway.home.traits import CURRENT_TEMPERATURE, ENERGY, POWER_USE, Trait

_POWER = re.compile(r"(?:state|switch|relay|relay_switch|output|output_switch|on_off|onoff|power)(?:_\w{1,40})?")
BARE_POWER = re.compile(r"(?:state|switch)(?:_?(?:l|ch)?\d{1,2})?|relay(?:_switch)?(?:_\d{1,2})?|output_switch|on_off")
"""Binaries that are relays though nothing says that they are switches."""
_STEM = re.compile(r"(?:state|switch|relay(?:_switch)?)_?")
RELAY = re.compile(r"relay.*|output_switch|(?:state|switch)_?(?:l|ch)?\d{1,2}")
"""Those that are relays beside a sensor as well, where `state` may be whether that is at work."""
_UNNAMED_RELAY = frozenset({"relay", "relay_switch", "output_switch", "on_off"})
PLACE = re.compile(r"(?:l|s|k|ch|ep|relay|switch|socket|outlet|plug|out)?_?l?\d{1,2}|usb\d?|main|all|master|relay")
"""Endpoints that are called by where they are, and not by what they do."""
_SETTINGS = frozenset(
    word
    for line in (
        "backlight led leds indicator display screen mute muted buzzer beep sound modes mode lock locked detection",
        "detect detached identify calibration calibrate eco swing boost turbo quiet silent schedule scheduling",
        "antifreeze frost vacation holiday away auto automatic inching invert inverted reverse permit report reporting",
        "test reset restart upgrade update memory protection disinfection sterilization ionizer ionization anion",
        "purifier uv",
    )
    for word in line.split()
)
"""Words in the name of an endpoint or a property that is a setting and no relay."""
_METERED = (POWER_USE, ENERGY)
HOWLS = frozenset({"alarm", "siren", "warning", "siren_state"})
"""What something that howls is switched on with."""
_VALVE = re.compile(r"(?:water|garden)(?:ing)? (?:timer|controller)|sprinkler", re.IGNORECASE)


def controlled(exposes: Sequence[Expose], spot: Spot, words: str) -> Iterator[Sketch]:
    """A sketch of each thing that can be controlled, drawn when it is asked for. `words` describe the device."""
    around = _around(exposes)
    specific = [expose for expose in exposes if expose.sort in SPECIFIC]
    if not any(expose.sort == "climate" for expose in specific) and is_like_climate(around.get("", {})):
        specific.append(Expose("climate"))
    climates = frozenset(expose.endpoint for expose in specific if expose.sort == "climate")
    for expose in sorted(specific, key=lambda one: SPECIFIC.index(one.sort)):
        sketch = _specific(expose, spot, around.get(expose.endpoint, {}), climates, words)
        if sketch is not None:
            sketch.part = expose.endpoint
            yield sketch
    yield from _sirens(exposes, spot, words)
    if not specific:
        yield from _relays(exposes, spot, words)


def measured(exposes: Sequence[Expose], spot: Spot, sketches: Sequence[Sketch]) -> list[Sketch]:
    """What it tells of the world, and of what it switches."""
    told = readings(exposes, spot)
    traits = frozenset(trait for sketch in told for trait in sketch.traits())
    hints = frozenset(hint for sketch in sketches for hint in sketch.hints)
    if not traits & ROOM and (hints & {"light", "cover", "lock"} or traits & set(_METERED)):
        for sketch in told:
            _drop(sketch, CURRENT_TEMPERATURE, "temperature: that of the device itself")
    for trait in _METERED:
        apart = [one for one in told if one.part not in {sketch.part for sketch in sketches} and trait in one.traits()]
        if len(apart) > 1 and apart[0].part:
            for sketch in apart:
                _drop(sketch, trait, f"{trait.name}: of several phases, and no sum of them")
    return [*told, *raised(exposes, spot, traits)]


def _drop(sketch: Sketch, trait: Trait, why: str) -> None:
    if sketch.bindings.pop(Slot(trait), None) is not None:
        del sketch.features[Slot(trait)]
        sketch.notes.append(why)


def _around(exposes: Iterable[Expose]) -> dict[str, dict[str, Expose]]:
    """By endpoint and name what stands beside lamps and thermostats, and the states of switches."""
    found: dict[str, dict[str, Expose]] = {}
    for expose in exposes:
        if expose.sort not in SPECIFIC:
            found.setdefault(expose.endpoint, {}).setdefault(expose.name, expose)
    for expose in exposes:
        for feature in expose.features if expose.sort in ("switch", "fan") else ():
            beside = found.setdefault(expose.endpoint, {})
            if expose.sort == "fan" and expose.feature("state") is None:
                beside.setdefault(feature.key, feature)
            elif expose.sort == "switch":
                beside.setdefault(feature.key if _is_setting(feature) else feature.name, feature)
    return found


def _specific(
    expose: Expose, spot: Spot, beside: Mapping[str, Expose], climates: frozenset[str], words: str
) -> Sketch | None:
    """The sketch of one of them; None for what is a part or a setting of another. `climates` are at these endpoints."""
    match expose.sort:
        case "climate":
            return climate(expose, spot, beside)
        case "cover":
            return cover(expose, spot)
        case "lock":
            state = expose.feature("state")
            return lock(expose, spot) if state is not None and state.key.startswith("state") else None
        case "fan":
            return (
                None if expose.endpoint in climates and expose.feature("state") is None else fan(expose, spot, beside)
            )
        case "light":
            return light(expose, spot)
        case _:
            return _switch(expose, spot, climates, words)


def _switch(expose: Expose, spot: Spot, climates: frozenset[str], words: str) -> Sketch | None:
    state = expose.feature("state") or (expose.features[0] if expose.features else None)
    if state is None:
        return None
    is_setting = _is_setting(state)
    if expose.endpoint in climates and not is_setting:
        return None
    named = expose.endpoint.casefold()
    if is_setting or _SETTINGS & set(named.split("_")) or (climates and named and not PLACE.fullmatch(named)):
        return _noted(f"{state.key}: a setting")
    if HOWLS & set(named.split("_")):
        return None  # which is for _sirens
    return _relay(state, spot, words)


def _is_setting(state: Expose) -> bool:
    """Whether its key says that it is no relay: child_lock, window_detection, away_mode."""
    key = state.key.casefold()
    return not _POWER.fullmatch(key) or bool(_SETTINGS & set(key.split("_")))


def is_plain(expose: Expose) -> bool:
    """Whether it is what its sort says: a lamp, a cover, and of switches the relays."""
    named = set(expose.endpoint.casefold().split("_"))
    return expose.sort != "switch" or not (
        named & (_SETTINGS | HOWLS) or any(_is_setting(feature) for feature in expose.features)
    )


def _noted(note: str) -> Sketch:
    return Sketch(notes=[note])


def _relay(state: Expose, spot: Spot, words: str) -> Sketch:
    said = type_words(words)
    lets_through = said & {"valve", "irrigation"} or _VALVE.search(words)
    return (valve if lets_through and "radiator_valve" not in said else switch)(state, spot)


def _relays(exposes: Sequence[Expose], spot: Spot, words: str) -> Iterator[Sketch]:
    """Plain binaries that are relays; beside a sensor, `state` may be whether that is at work."""
    senses = any(sketch.traits() & (SENSED | ROOM) for sketch in readings(exposes, spot))
    for expose in exposes:
        key = expose.key.casefold()
        if expose.sort != "binary" or not expose.settable or not BARE_POWER.fullmatch(key):
            continue
        if senses and not RELAY.fullmatch(key):
            yield _noted(f"{expose.key}: may be a setting")
            continue
        sketch = _relay(expose, spot, words)
        sketch.part = expose.endpoint or ("" if key in _UNNAMED_RELAY else _STEM.sub("", key))
        yield sketch


def _sirens(exposes: Sequence[Expose], spot: Spot, words: str) -> Iterator[Sketch]:
    """What howls, each once. Beside a sensor an alarm may be whether that gives any, if nothing says siren."""
    senses = any(sketch.traits() & SENSED for sketch in readings(exposes, spot))
    warned_of: set[str] = set()
    for expose in sorted(_howling(exposes), key=lambda one: one.sort != "composite"):
        mode = expose.feature("mode")
        said = type_words(words, expose.says, expose.endpoint)
        if mode is not None and "stop" in mode.values and len(mode.values) > 1:
            warned_of.add(expose.endpoint)
            sketch = warned(expose, mode, spot)
        elif expose.endpoint in warned_of:
            sketch = _noted(f"{expose.key}: another way to sound the same siren")
        elif expose.sort != "binary":
            sketch = _noted(f"{expose.key}: a siren that no switch sets off")
        elif "enable" in expose.says.casefold() or (senses and "siren" not in said):
            sketch = _noted(f"{expose.key}: a setting")
        else:
            sketch = siren(expose, spot)
        sketch.part = expose.endpoint or "siren"
        yield sketch


def _howling(exposes: Iterable[Expose]) -> Iterator[Expose]:
    """What is called a siren or an alarm, and the switches at endpoints that are."""
    for expose in exposes:
        if expose.settable and expose.name.casefold() in HOWLS:
            yield expose
        state = expose.feature("state") if expose.sort == "switch" else None
        named = set(expose.endpoint.casefold().split("_"))
        if state is not None and named & HOWLS and not (named & _SETTINGS or _is_setting(state)):
            yield state
