"""Thermostats and air conditioners: setpoints, modes, fans."""

from collections.abc import Callable, Mapping

from gateway.dialects.sketch import Sketch
from gateway.dialects.zigbee2mqtt.codings import (
    Spread,
    air_mode,
    bounds,
    chosen,
    folded,
    only,
    preset_name,
    speeds,
    switched,
    temperature,
)
from gateway.dialects.zigbee2mqtt.exposes import Expose, Scalar
from gateway.dialects.zigbee2mqtt.modes import COOLING, FITTING, STILL, SWINGING, are_presets
from gateway.dialects.zigbee2mqtt.spot import Spot, draw
from gateway.home.device import Limits, Slot
from gateway.home.traits import CURRENT_TEMPERATURE, FAN_SPEED, MODE, ON_OFF, OSCILLATION, TARGET_TEMPERATURE
from gateway.home.values import RELEASED, Value
from gateway.wire.binding import Feed, Order, When
from gateway.wire.codecs import Codec, Number, Running, Words, spell

_HEATING = ("occupied_heating_setpoint", "current_heating_setpoint", "target_temperature", "ac_temperature")
_COOLING = ("occupied_cooling_setpoint", "current_cooling_setpoint")
_MEASURED = ("local_temperature", "current_temperature", "room_temperature")
_FIRST_ON = ("auto", "cool", "heat")
"""The mode something that cools is switched on with, where none was heard yet; a heater heats."""
_NO_MODES = frozenset({"on", "off", "none"})


def climate(expose: Expose, spot: Spot, around: Mapping[str, Expose]) -> Sketch:
    """A thermostat; `around` is what stands beside it for the same endpoint, by name."""
    sketch = Sketch(hints={"climate"})
    own = {feature.name: feature for feature in expose.features}
    parts = {**around, **own}
    system = parts.get("system_mode")
    if system is not None and system.sort != "enum":
        system = None
    cools = system is not None and not COOLING.isdisjoint(map(folded, system.values))
    if cools:
        sketch.hints.add("cools")
    _power(sketch, spot, system, around.get("state"), cools)
    _target(sketch, spot, parts, system)
    measured = next((parts[name] for name in _MEASURED if name in parts), None)
    draw(sketch, spot, CURRENT_TEMPERATURE, measured, temperature(measured) if measured is not None else None)
    _mode(sketch, spot, parts, system, cools)
    _fan(sketch, spot, parts)
    return sketch


def is_like_climate(generic: Mapping[str, Expose]) -> bool:
    """Whether what a device exposes without saying so is an air conditioner or a thermostat."""
    system = generic.get("system_mode")
    words = {folded(word) for word in system.values} if system is not None and system.settable else set()
    target = next((generic[name] for name in (*_HEATING, *_COOLING) if name in generic), None)
    return bool(words & {"heat", "cool"}) and target is not None and target.settable


def _power(sketch: Sketch, spot: Spot, system: Expose | None, state: Expose | None, cools: bool) -> None:
    """Its own switch, or else the mode that is off."""
    words = switched(state) if state is not None and state.settable else None
    if words is not None:
        draw(sketch, spot, ON_OFF, state, words)
        return
    running = [spell(word) for word in system.values if folded(word) != "off"] if system is not None else []
    off = [spell(word) for word in system.values if folded(word) == "off"] if system is not None else []
    if not running or not off:
        return
    first = (*_FIRST_ON,) if cools else ("heat", "auto")
    running.sort(key=lambda word: first.index(word.casefold()) if word.casefold() in first else len(first))
    draw(sketch, spot, ON_OFF, system, Running(tuple(running), tuple(off)))


def _target(sketch: Sketch, spot: Spot, parts: Mapping[str, Expose], system: Expose | None) -> None:
    heating = next((parts[name] for name in _HEATING if name in parts), None)
    cooling = next((parts[name] for name in _COOLING if name in parts), None)
    setpoint = heating or cooling
    codec = temperature(setpoint) if setpoint is not None else None
    if setpoint is None or codec is None:
        return
    if heating is not None and cooling is not None and system is not None:
        _two_targets(sketch, spot, heating, cooling, system, codec)
    else:
        draw(sketch, spot, TARGET_TEMPERATURE, setpoint, codec, _limits([setpoint], codec))


def _two_targets(sketch: Sketch, spot: Spot, heating: Expose, cooling: Expose, system: Expose, codec: Number) -> None:
    """Both are set; the one that is heard is that of the mode."""
    slot = Slot(TARGET_TEMPERATURE)
    cools = frozenset({"cool", "precooling"})
    heats = frozenset(folded(word) for word in system.values) - cools
    feeds: list[Feed] = []
    for setpoint, modes in ((heating, heats), (cooling, cools)):
        when = (When((system.key,), modes, absent=setpoint is heating),)
        if setpoint.published:
            feeds.append(spot.feed(slot, (setpoint.key,), codec, when))
    keys = tuple(setpoint.key for setpoint in (heating, cooling) if setpoint.settable)
    order = Order(f"{spot.state}/set", (), Spread(keys, codec)) if keys else None
    ask = spot.ask({heating.key: "", cooling.key: ""}) if heating.gettable and cooling.gettable else None
    sketch.add(TARGET_TEMPERATURE, feeds=tuple(feeds), order=order, ask=ask, limits=_limits([heating, cooling], codec))


def _limits(setpoints: list[Expose], codec: Number) -> Limits:
    """What all of them accept, in degrees Celsius."""
    trait = TARGET_TEMPERATURE
    ends = [bounds(one, *_on_wire(codec)) for one in setpoints]
    low, high = max(end[0] for end in ends), min(end[1] for end in ends)
    if low >= high:
        low, high = ends[0]
    steps = [one.step * codec.factor for one in setpoints if one.step is not None and one.step > 0]
    return Limits(_celsius(low, codec), _celsius(high, codec), max(steps, default=trait.step))


def _on_wire(codec: Number) -> tuple[float, float]:
    low, high = TARGET_TEMPERATURE.low or 0.0, TARGET_TEMPERATURE.high or 0.0
    return (low - codec.offset) / codec.factor, (high - codec.offset) / codec.factor


def _celsius(number: float, codec: Number) -> float:
    return round(number * codec.factor + codec.offset, 2)


def _mode(sketch: Sketch, spot: Spot, parts: Mapping[str, Expose], system: Expose | None, cools: bool) -> None:
    """Its presets, whether somebody is away, or its ways to heat and cool."""
    preset = parts.get("preset")
    presets = _named(preset, preset_name)
    ways = _named(system, air_mode)
    away = switched(parts["away_mode"], "away", "indoor") if "away_mode" in parts else None
    if away is not None and not cools and FITTING.isdisjoint(presets.values()):
        draw(sketch, spot, MODE, parts["away_mode"], away, Limits(words=("away", "indoor"), rest="indoor"))
    elif preset is not None and are_presets(ways.values(), presets.values(), cools=cools):
        _modes(sketch, spot, preset, presets)
    elif system is not None and len(set(ways.values())) > 1:
        _modes(sketch, spot, system, ways)


def _named(source: Expose | None, name: Callable[[Scalar], str]) -> dict[str, str]:
    """Our names for the modes of an enum, by its words."""
    words = source.values if source is not None and source.sort == "enum" else ()
    return {folded(word): name(word) for word in words if folded(word) not in _NO_MODES}


def _modes(sketch: Sketch, spot: Spot, source: Expose, named: Mapping[str, str]) -> None:
    """Its modes; the word `none` is the release from them."""
    none = {"none": RELEASED} if "none" in map(folded, source.values) else {}
    meanings: dict[str, Value] = {**named, **none}
    limits = Limits(words=tuple(dict.fromkeys(named.values())), rest=RELEASED if none else "")
    draw(sketch, spot, MODE, source, chosen(source, meanings), limits, only(source, frozenset(meanings)))


def _fan(sketch: Sketch, spot: Spot, parts: Mapping[str, Expose]) -> None:
    for name in ("fan_mode", "mode", "fan_speed"):
        fan = parts.get(name)
        found = speeds(fan) if fan is not None and "fan" in fan.key else None
        if fan is not None and found is not None:
            draw(sketch, spot, FAN_SPEED, fan, found.codec, found.limits, only(fan, found.words))
    swing = parts.get("swing_mode")
    if swing is not None:
        draw(sketch, spot, OSCILLATION, swing, switched(swing) if swing.sort == "binary" else _swinging(swing))


def _swinging(swing: Expose) -> Codec | None:
    """Swinging in whatever way, or not; None where it cannot be told to stop, or to swing."""
    still = [word for word in swing.values if folded(word) in STILL]
    ways = sorted((word for word in swing.values if word not in still), key=lambda word: folded(word) not in SWINGING)
    if swing.sort != "enum" or not still or not ways:
        return None
    reads: dict[str, Value] = {spell(word): word in ways for word in swing.values}
    return Words(reads, {True: ways[0], False: still[0]})
