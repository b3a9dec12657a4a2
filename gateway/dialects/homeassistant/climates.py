"""What makes the air as one likes it: climate, water heaters, humidifiers, fans."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.vocabulary import (
    Meaning,
    Unless,
    bound,
    mode_names,
    modes,
    speed_limits,
    speeds,
    states,
    switching,
)
from gateway.dialects.sketch import Sketch
from gateway.dialects.zigbee2mqtt.modes import (
    AIR_MODES,
    COOLING,
    KNOWN_MODES,
    PRESETS,
    STILL,
    SWINGING,
    are_presets,
)
from gateway.home.device import Limits, Slot
from gateway.home.traits import (
    CURRENT_TEMPERATURE,
    FAN_SPEED,
    HUMIDITY,
    MODE,
    ON_OFF,
    OSCILLATION,
    TARGET_TEMPERATURE,
    Trait,
)
from gateway.home.values import Value
from gateway.wire.binding import Feed
from gateway.wire.codecs import CELSIUS, FAHRENHEIT, Codec, Linear, Number, Running, Word, Words, number, spell
from gateway.wire.paths import Missing

_OFF = "off"
_CLIMATE_MODES = ("auto", _OFF, "cool", "heat", "dry", "fan_only")
_FAN_MODES = ("auto", "low", "medium", "high")
_HEATER_MODES = ("eco", "electric", "gas", "heat_pump", "high_demand", "performance", _OFF)
_WATER = frozenset({"hotwater", "reheating", "washing"})
_NO_SPEED = frozenset({"0", "none"})


@dataclass(frozen=True, slots=True)
class Speed:
    """A fan's speed on the device's scale, heard as the nearest level; what is off keeps the one it had."""

    scale: Linear

    def decode(self, word: Any) -> Meaning:
        """The level; Missing for none."""
        if spell(word).casefold() in _NO_SPEED:
            raise Missing
        return round(number(self.scale.decode(word)), 0)

    def encode(self, value: Value) -> Word:
        """The speed."""
        return self.scale.encode(value)


def climate(entity: Entity, sketch: Sketch) -> None:
    """An air conditioner where it cools, a thermostat otherwise."""
    present = _modes_of(entity, _CLIMATE_MODES)
    _power(entity, sketch, present)
    _temperatures(entity, sketch, (7, 35))
    _measured(entity, sketch, HUMIDITY, "current_humidity")
    _climate_mode(entity, sketch, present)
    if entity.has("fan_mode_command_topic"):
        _speed_words(entity, sketch, "fan_mode", entity.words("fan_modes", _FAN_MODES))
    if entity.has("swing_mode_command_topic"):
        _swing(entity, sketch)
    if entity.has("target_humidity_command_topic"):
        entity.note("a target of humidity cannot be set")
    _hint(entity, sketch, {"climate", "cools"} if _cools(present) else {"climate"})


def water_heater(entity: Entity, sketch: Sketch) -> None:
    """A boiler; of its modes only those that CLOVA has words for."""
    present = _modes_of(entity, _HEATER_MODES)
    _power(entity, sketch, present)
    _temperatures(entity, sketch, (43, 60))
    named = mode_names((mode for mode in present if mode.casefold() in _WATER), {})
    if named:
        _mode(entity, sketch, "mode", named, others=frozenset({_OFF}))
    _hint(entity, sketch, {"water_heater"})


def humidifier(entity: Entity, sketch: Sketch) -> None:
    """Also one that takes water out of the air. Its modes are speeds where they are called so."""
    _on_off(entity, sketch)
    _measured(entity, sketch, HUMIDITY, "current_humidity")
    _speeds_and_modes(entity, sketch, "mode", entity.words("modes"))
    if entity.has("target_humidity_command_topic"):
        entity.note("a target of humidity cannot be set")
    _hint(entity, sketch, {"humidifier"} | ({"dehumidifier"} if entity.device_class == "dehumidifier" else set()))


def fan(entity: Entity, sketch: Sketch) -> None:
    """Anything that blows; whether it is an air purifier or a ventilator, its name says."""
    _on_off(entity, sketch)
    low, high = max(1, bound(entity, "speed_range_min", 1)), bound(entity, "speed_range_max", 100)
    if low < high:
        speed = Speed(Linear(low, high, 1, 3))
        sketch.add(
            FAN_SPEED,
            feeds=entity.feed(Slot(FAN_SPEED), "percentage_state_topic", "percentage_value_template", speed),
            order=entity.order("percentage_command_topic", "percentage_command_template", speed),
            limits=Limits(1, 3, step=2 if high - low == 1 else 1),
        )
    elif entity.has("percentage_command_topic"):
        entity.note("it has one speed only")
    _oscillation(entity, sketch)
    _speeds_and_modes(entity, sketch, "preset_mode", entity.words("preset_modes"))
    _hint(entity, sketch, {"fan"})


def _hint(entity: Entity, sketch: Sketch, hints: set[str]) -> None:
    """It is what it is said to be if it can be told anything; otherwise it only tells."""
    if any(feature.writable for feature in sketch.features.values()):
        sketch.hints |= hints
    else:
        entity.note("there is nothing to be set")


def _template(entity: Entity, key: str) -> str:
    """The key of a template, or of the one that stands for all that are missing."""
    return key if entity.has(key) else "value_template"


def _feeds(entity: Entity, trait: Trait, name: str, codec: Codec) -> tuple[Feed, ...]:
    template = "preset_mode_value_template" if name == "preset_mode" else f"{name}_state_template"
    return entity.feed(Slot(trait), f"{name}_state_topic", _template(entity, template), codec)


def _modes_of(entity: Entity, usual: tuple[str, ...]) -> tuple[str, ...]:
    topics = entity.has("mode_command_topic") or entity.has("mode_state_topic")
    return entity.words("modes", usual) if topics else ()


def _cools(present: tuple[str, ...]) -> bool:
    return not COOLING.isdisjoint(mode.casefold() for mode in present)


def _on_off(entity: Entity, sketch: Sketch) -> None:
    told = switching(entity, ("payload_on", "ON", True), ("payload_off", "OFF", False))
    said = states(entity, ("payload_on", "ON", True), ("payload_off", "OFF", False))
    if not told or not said:
        return
    sketch.add(
        ON_OFF,
        feeds=entity.feed(Slot(ON_OFF), "state_topic", _template(entity, "state_value_template"), Words(said, {})),
        order=entity.order("command_topic", "command_template", Words({}, told)),
    )


_AT_FIRST = {mode: place for place, mode in enumerate(("auto", "heat_cool", "cool", "heat"))}
"""What it is switched on with, if it was never heard in another mode."""


def _power(entity: Entity, sketch: Sketch, present: tuple[str, ...]) -> None:
    """On and off by a topic of its own, or by a mode called off; its state is that of the mode."""
    modes = (mode for mode in present if mode.casefold() != _OFF)
    running = Running(tuple(sorted(modes, key=lambda mode: _AT_FIRST.get(mode.casefold(), len(_AT_FIRST)))))
    can_be_off = len(running.modes) < len(present)
    feeds = _feeds(entity, ON_OFF, "mode", running) if present else ()
    if entity.has("power_command_topic"):
        told = switching(entity, ("payload_on", "ON", True), ("payload_off", "OFF", False))
        said = states(entity, ("payload_on", "ON", True), ("payload_off", "OFF", False))
        feeds = _feeds(entity, ON_OFF, "power", Words(said, {})) or feeds
        order = entity.order("power_command_topic", "power_command_template", Words({}, told)) if told else None
        sketch.add(ON_OFF, feeds=feeds, order=order)
    elif can_be_off and running.modes:
        sketch.add(ON_OFF, feeds=feeds, order=entity.order("mode_command_topic", "mode_command_template", running))


def _temperatures(entity: Entity, sketch: Sketch, usual: tuple[float, float]) -> None:
    fahrenheit = entity.word("temperature_unit").strip("° ").casefold().startswith("f")
    step = entity.number("temp_step", 1.0)
    codec: Number = replace(FAHRENHEIT, digits=0 if step >= 1 else 1) if fahrenheit else CELSIUS
    sketch.add(
        TARGET_TEMPERATURE,
        feeds=_feeds(entity, TARGET_TEMPERATURE, "temperature", codec),
        order=entity.order("temperature_command_topic", "temperature_command_template", codec),
        limits=_limits(entity, usual, 0.5 if fahrenheit else step, codec),
    )
    if not entity.has("temperature_command_topic") and (
        entity.has("temperature_low_command_topic") or entity.has("temperature_high_command_topic")
    ):
        entity.note("a range between two temperatures cannot be set")
    _measured(entity, sketch, CURRENT_TEMPERATURE, "current_temperature", codec)


def _limits(entity: Entity, usual: tuple[float, float], step: float, codec: Number) -> Limits:
    """In degrees Celsius, on whole steps, which a person will name."""
    step = step if 0.01 <= step <= 10 else 1.0
    ends = [bound(entity, key, math.nan) if entity.has(key) else math.nan for key in ("min_temp", "max_temp")]
    low, high = (
        one if math.isnan(end) else float(codec.decode(end))  # type: ignore[arg-type]  # a number's codec makes numbers
        for end, one in zip(ends, usual, strict=True)
    )
    if low >= high:
        entity.note("the lowest temperature is not below the highest")
        low, high = usual
    lowest, highest = math.ceil(round(low / step, 6)) * step, math.floor(round(high / step, 6)) * step
    if lowest >= highest:
        lowest, highest = low, high
    return Limits(round(lowest, 6), round(highest, 6), step)


def _measured(entity: Entity, sketch: Sketch, trait: Trait, name: str, codec: Number = CELSIUS) -> None:
    sketch.add(trait, feeds=entity.feed(Slot(trait), f"{name}_topic", _template(entity, f"{name}_template"), codec))


def _climate_mode(entity: Entity, sketch: Sketch, present: tuple[str, ...]) -> None:
    """The modes of the air, or presets. What only heats, or is off, has no mode beside."""
    ways = mode_names((mode for mode in present if mode.casefold() != _OFF), AIR_MODES)
    listed = entity.words("preset_modes") if entity.has("preset_mode_command_topic") else ()
    presets = mode_names(listed, PRESETS)
    if are_presets(ways.values(), presets.values(), cools=_cools(present)):
        _mode(entity, sketch, "preset_mode", presets, release="none")
    elif len(set(ways.values())) > 1:
        _mode(entity, sketch, "mode", ways, others=frozenset({_OFF}))
        if presets:
            entity.note("presets cannot be set beside modes")
    elif presets:
        entity.note("CLOVA has no words for its presets")


def _mode(
    entity: Entity,
    sketch: Sketch,
    name: str,
    named: Mapping[str, str],
    *,
    release: str = "",
    others: frozenset[str] = frozenset(),
    plain: tuple[str, ...] = (),
) -> None:
    words, limits = modes(named, release, plain)
    heard: Codec = Unless(words, others) if others else words
    sketch.add(
        MODE,
        feeds=_feeds(entity, MODE, name, heard),
        order=entity.order(f"{name}_command_topic", f"{name}_command_template", words),
        limits=limits,
    )


def _speeds_and_modes(entity: Entity, sketch: Sketch, name: str, listed: tuple[str, ...]) -> None:
    """Of one list those that are called as speeds are, and those that CLOVA has words for."""
    if not entity.has(f"{name}_command_topic"):
        return
    has_speed = FAN_SPEED in sketch.traits()
    fast = () if has_speed else _speed_words(entity, sketch, name, listed)
    named = mode_names((word for word in listed if word not in fast), PRESETS)
    if not KNOWN_MODES.isdisjoint(named.values()):
        _mode(entity, sketch, name, named, plain=fast)
    elif named:
        entity.note("CLOVA has no words for its modes")


def _speed_words(entity: Entity, sketch: Sketch, name: str, listed: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the words are speeds."""
    said, told = speeds(listed)
    if not told:
        if name == "fan_mode":
            entity.note("its fan modes are not called as speeds are")
        return ()
    sketch.add(
        FAN_SPEED,
        feeds=_feeds(entity, FAN_SPEED, name, Words(said, {})),
        order=entity.order(f"{name}_command_topic", f"{name}_command_template", Words({}, told)),
        limits=speed_limits(told),
    )
    return tuple(said)


def _swing(entity: Entity, sketch: Sketch) -> None:
    """Swinging in whatever way, or not."""
    listed = entity.words("swing_modes", ("on", _OFF))
    still = next((word for word in listed if word.casefold() in STILL), None)
    ways = [word for word in listed if word != still]
    if still is None or not ways:
        entity.note("its ways to swing have none that is off")
        return
    way = next((word for word in ways if word.casefold() in SWINGING), ways[0])
    sketch.add(
        OSCILLATION,
        feeds=_feeds(entity, OSCILLATION, "swing_mode", Words({still: False} | dict.fromkeys(ways, True), {})),
        order=entity.order(
            "swing_mode_command_topic", "swing_mode_command_template", Words({}, {True: way, False: still})
        ),
    )


def _oscillation(entity: Entity, sketch: Sketch) -> None:
    rows = (("payload_oscillation_on", "oscillate_on", True), ("payload_oscillation_off", "oscillate_off", False))
    if not (entity.has("oscillation_command_topic") or entity.has("oscillation_state_topic")):
        return
    told, said = switching(entity, *rows), states(entity, *rows)
    if told and said:
        sketch.add(
            OSCILLATION,
            feeds=entity.feed(
                Slot(OSCILLATION), "oscillation_state_topic", "oscillation_value_template", Words(said, {})
            ),
            order=entity.order("oscillation_command_topic", "oscillation_command_template", Words({}, told)),
        )
