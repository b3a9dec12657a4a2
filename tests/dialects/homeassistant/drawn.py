"""One entity drawn, told and heard: through the gateway's own inbound, which decides what is ignored."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from gateway.dialects.assembly import assemble
from gateway.dialects.homeassistant.climates import climate, fan, humidifier, water_heater
from gateway.dialects.homeassistant.covers import cover
from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.homeassistant.guards import alarm_control_panel, lock, siren, valve
from gateway.dialects.homeassistant.movers import lawn_mower, vacuum
from gateway.dialects.sketch import Maker, Sketch
from gateway.engine.inbound import Inbound
from gateway.engine.perform import _as_heard
from gateway.engine.state import State
from gateway.home.commands import Command, Set, resolve
from gateway.home.device import Device, Limits, Reading, Slot
from gateway.home.problems import Problem
from gateway.home.traits import TRAITS, Deed, Sort
from gateway.home.values import Value
from gateway.wire.binding import Wiring, messages
from gateway.wire.codecs import Fault, Moving
from gateway.wire.meter import Failed

COMPILERS = {
    "alarm_control_panel": alarm_control_panel,
    "climate": climate,
    "cover": cover,
    "fan": fan,
    "humidifier": humidifier,
    "lawn_mower": lawn_mower,
    "lock": lock,
    "siren": siren,
    "vacuum": vacuum,
    "valve": valve,
    "water_heater": water_heater,
}
ID = "one"


def draw(component: str, **config: Any) -> Sketch:
    """What the compiler makes of a config with long keys."""
    entity = Entity(component, "it", "", config)
    sketch = Sketch(notes=entity.notes)
    COMPILERS[component](entity, sketch)
    return sketch


class _NoPast:
    def record(self, device_id: str, slot: Slot, reading: Reading) -> None: ...

    def lost(self, device_id: str) -> None: ...

    def doubted(self, device_id: str, slot: Slot) -> None: ...


@dataclass
class Home:
    """One sketch as a device, and what is heard of it."""

    sketch: Sketch
    live: list[tuple[Slot, Value | Moving | Fault]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.device = Device(ID, "", "It", "homeassistant", self.sketch.features, frozenset(self.sketch.deeds))
        self.wiring = Wiring(self.device, self.sketch.bindings, self.sketch.deeds)
        self.state = State()
        self.inbound = Inbound(self.state, self._heard, _NoPast(), lambda: 1.0, lambda: 1.0)
        self.inbound.rewire(None, self.wiring)
        self.state.connected(0.0)

    def _heard(self, _: str, slot: Slot, meaning: Value | Moving | Fault) -> None:
        self.live.append((slot, meaning))

    def tell(self, name: str, value: Value) -> list[tuple[str, str]]:
        """What is published, as (topic, payload)."""
        return self.told(Set(Slot(TRAITS[name]), value), {})

    def told(self, command: Command, known: Mapping[Slot, Value]) -> list[tuple[str, str]]:
        """What a command comes to, where this is known."""
        resolved = resolve(command, self.device, known)
        assert isinstance(resolved, Set)
        changes = {resolved.slot: resolved.value}
        return [(message.topic, message.payload.decode()) for message in messages(changes, self.wiring)]

    def told_all(self, slot: Slot) -> None:
        """Every value that the limits allow can be told; a template may fail, with a ValueError."""
        for value in _allowed(slot, self.device.features[slot].limits):
            if self.device.features[slot].readable:
                _as_heard(value, slot, self.wiring)
            with suppress(Problem, Failed):
                self.told(Set(slot, value), {})

    def hear(self, topic: str, payload: Any) -> dict[str, Value | Moving | Fault]:
        """What a message says, by trait: the last word on each."""
        self.live.clear()
        said = payload if isinstance(payload, str) else json.dumps(payload)
        self.inbound.deliver(topic, said.encode(), retained=False)
        return {str(slot): meaning for slot, meaning in self.live}

    def knows(self, name: str) -> Value | None:
        reading = self.state.reading(ID, Slot(TRAITS[name]))
        return None if reading is None else reading.value

    def doubts(self) -> dict[str, str]:
        return dict(self.state.problems(ID))

    def deed(self, deed: Deed) -> tuple[str, str]:
        message = self.sketch.deeds[deed]
        return message.topic, message.payload.decode()

    def limits(self, name: str) -> tuple[float | None, float | None, float]:
        limits = self.device.features[Slot(TRAITS[name])].limits
        return limits.low, limits.high, limits.step

    def words(self, name: str) -> tuple[str, ...]:
        return self.device.features[Slot(TRAITS[name])].limits.words


def home(component: str, **config: Any) -> Home:
    return Home(draw(component, **config))


def kinds(sketches: Iterable[Sketch], name: str = "") -> list[str]:
    """The types that they are assembled to."""
    return [wiring.device.kind for wiring in assemble(Maker("aabbcc001122", "homeassistant", name), sketches)]


def _allowed(slot: Slot, limits: Limits) -> tuple[Value, ...]:
    match slot.trait.sort:
        case Sort.SWITCH:
            return (True, False)
        case Sort.WORD:
            return limits.words
        case _:
            return tuple(end for end in (limits.low, limits.high) if end is not None)
