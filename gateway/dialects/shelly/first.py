"""The first generation: a model and what it says of itself, compiled to sketches. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.dialects.shelly.announcement import Announced, Facts
from gateway.dialects.shelly.codings import (
    DEGREES,
    ON_OFF_WORDS,
    PERCENT,
    TRUTH,
    WATT_HOURS,
    WATT_MINUTES,
    Position,
    RollerState,
)
from gateway.dialects.shelly.groups import Group
from gateway.dialects.shelly.lamps import lamp_sketch
from gateway.dialects.shelly.line import FirstLine
from gateway.dialects.shelly.models import MODELS, STRIP, WHITES, Lamp, Model
from gateway.dialects.sightings import clean
from gateway.dialects.sketch import Maker, Sketch
from gateway.home import traits
from gateway.home.device import Limits, Slot
from gateway.home.traits import Deed, Trait
from gateway.home.values import LOCKED, UNLOCKED
from gateway.wire.binding import Availability, Feed, Message
from gateway.wire.codecs import FAHRENHEIT, Codec, Fault, Moving, Words
from gateway.wire.paths import Path

_OWN_ID = re.compile(r"shelly[a-z0-9-]*-[0-9a-f]{6,12}", re.IGNORECASE)
_GAS = Words({"none": False, "test": False, "mild": True, "heavy": True}, {})
_VALVE = Words(
    {
        "closed": LOCKED,
        "opened": UNLOCKED,
        "closing": Moving(LOCKED),
        "opening": Moving(UNLOCKED),
        "checking": Moving(),
        "failure": Fault("failure"),
    },
    {LOCKED: "close", UNLOCKED: "open"},
)
_OPERATION = Words({"normal": "", "warmup": "", "unknown": "", "fault": "fault"}, {})
_OVERHEATED = Words({"0": "", "false": "", "1": "overtemperature", "true": "overtemperature"}, {})
_OVERLOADED = Words({"on": "", "off": "", "overpower": "overpower"}, {})
_STOPPED = Words({"normal": "", "safety_switch": "", "obstacle": "obstacle", "overpower": "overpower"}, {})
"""What is wrong, and empty where nothing is."""
_CONTACT = Words({"open": True, "close": False}, {})

SENSORS: dict[str, tuple[tuple[Trait, str, Path, Codec], ...]] = {
    "temperature": ((traits.CURRENT_TEMPERATURE, "sensor/temperature", (), DEGREES),),
    "humidity": ((traits.HUMIDITY, "sensor/humidity", (), PERCENT),),
    "battery": ((traits.BATTERY, "sensor/battery", (), PERCENT),),
    "flood": ((traits.LEAK, "sensor/flood", (), TRUTH),),
    "smoke": ((traits.SMOKE, "sensor/smoke", (), TRUTH),),
    "gas": ((traits.GAS, "sensor/gas", (), _GAS),),
    "fault": ((traits.ALERT, "sensor/operation", (), _OPERATION),),
    "contact": ((traits.CONTACT, "sensor/state", (), _CONTACT),),
    "vibration": ((traits.VIBRATION, "sensor/vibration", (), TRUTH),),
    "motion": ((traits.MOTION, "sensor/motion", (), TRUTH),),
    "moved": (
        (traits.MOTION, "status", ("motion",), TRUTH),
        (traits.MOTION, "info", ("sensor", "motion"), TRUTH),
    ),
    "shaken": (
        (traits.VIBRATION, "status", ("vibration",), TRUTH),
        (traits.VIBRATION, "info", ("sensor", "vibration"), TRUTH),
    ),
    "jolted": (
        (traits.TAMPER, "status", ("vibration",), TRUTH),
        (traits.TAMPER, "info", ("sensor", "vibration"), TRUTH),
    ),
    "warmth": (
        (traits.CURRENT_TEMPERATURE, "status", ("tmp", "value"), DEGREES),
        (traits.CURRENT_TEMPERATURE, "info", ("tmp", "value"), DEGREES),
    ),
    "charge": (
        (traits.BATTERY, "status", ("bat",), PERCENT),
        (traits.BATTERY, "info", ("bat", "value"), PERCENT),
    ),
}
"""Where each reading is heard, below the device's topic: trait, topic, path, coding.

A motion sensor that is shaken calls that its tamper alarm; a self-test (`sensor/self_test`) is told nowhere.
"""


def describe(announced: Announced, facts: Facts) -> tuple[Maker, list[Group], list[str]]:
    """What it is and has; the texts say why something, or all of it, is no appliance."""
    model = MODELS.get(announced.model)
    maker = _maker(announced, model or Model(""))
    if model is None:
        return maker, [], [f"no Shelly that is known here: {announced.model or 'it does not say its model'}"]
    facts = replace(facts, mode=announced.mode or facts.mode)
    if (model.rolls or model.lamps == STRIP) and not facts.mode:
        return maker, [], ["it has not said yet which of its modes it is in"]
    first = First(FirstLine(announced.id, model.sleeps), maker.name, facts, model)
    groups = list(first.groups())
    return maker, groups, [] if any(group.sketches for group in groups) else [ONLY_INPUTS]


ONLY_INPUTS = "it has only inputs: nothing to switch, nothing to ask for"


def _maker(announced: Announced, model: Model) -> Maker:
    online = Availability(FirstLine(announced.id).topic("online"), online=("true",), offline=("false",))
    given = "" if _OWN_ID.fullmatch(announced.id) else clean(announced.id, 100)
    return Maker(
        hardware=announced.hardware,
        dialect="shelly",
        name=given or model.name,
        manufacturer="Shelly",
        model=model.name or announced.model,
        version=announced.version,
        sleepy=model.sleeps or model.heats,
        availability=() if model.sleeps else (online,),
    )


@dataclass(frozen=True, slots=True)
class First:
    """A Shelly of the first generation on its way into sketches."""

    line: FirstLine
    name: str
    facts: Facts
    model: Model

    def groups(self) -> Iterator[Group]:
        """The device itself, then its meters and probes."""
        yield Group(sketches=[*self._controls(), *self._sensors()])
        for meter in range(self.model.meters):
            yield Group(
                f"meter{meter}", f"{self.name} {meter + 1}", [self._meter(f"emeter/{meter}", "total", WATT_HOURS)]
            )
        for probe in self.facts.probes if self.model.relays or self.model.lamps else ():
            named = f"{self.name} {int(probe) + 1}" if len(self.facts.probes) > 1 else self.name
            yield Group(f"probe{probe}", named, [self._probe(probe)])

    def _controls(self) -> Iterator[Sketch]:
        if self.model.heats:
            yield self._radiator_valve()
        if self.facts.has_valve:
            yield self._gas_valve()
        if self.model.rolls and self.facts.mode == "roller":
            yield self._roller()
            return
        for relay in range(self.model.relays):
            yield self._relay(relay)
        lamps = self._lamps()
        for number, lamp in enumerate(lamps):
            yield self._named(number, len(lamps), lamp_sketch(self.line, lamp, self.model.metered))

    def _lamps(self) -> tuple[Lamp, ...]:
        return WHITES if self.model.lamps == STRIP and self.facts.mode == "white" else self.model.lamps

    def _named(self, number: int, of: int, sketch: Sketch) -> Sketch:
        if of > 1:
            sketch.part = str(number)
            sketch.name = f"{self.name} {number + 1}"
        return sketch

    def _relay(self, number: int) -> Sketch:
        topic = f"relay/{number}"
        sketch = Sketch(hints={"switch", "plug"} if self.model.plug else {"switch"})
        feeds = (self.line.heard(traits.ON_OFF, topic, ON_OFF_WORDS),)
        sketch.add(
            traits.ON_OFF, feeds=feeds, order=self.line.told(f"{topic}/command", ON_OFF_WORDS), ask=self.line.ask
        )
        if self.model.metered:
            self.line.add_meter(sketch, topic, "energy", WATT_MINUTES)
            self._add_alert(sketch, "overpower", topic, _OVERLOADED)
        return self._named(number, self.model.relays, sketch)

    def _add_alert(self, sketch: Sketch, part: str, topic: str, codec: Codec) -> None:
        """What it complains of at one of its topics; a part of its own, so that no other topic takes it back."""
        feed = self.line.heard(traits.ALERT, topic, codec)
        sketch.add(traits.ALERT, part=part, feeds=(replace(feed, slot=Slot(traits.ALERT, part)),), ask=self.line.ask)

    def _meter(self, topic: str, counter: str, codec: Codec) -> Sketch:
        sketch = Sketch()
        self.line.add_meter(sketch, topic, counter, codec)
        return sketch

    def _probe(self, number: str) -> Sketch:
        sketch = Sketch()
        for trait, topic in ((traits.CURRENT_TEMPERATURE, "ext_temperature"), (traits.HUMIDITY, "ext_humidity")):
            sketch.add(trait, feeds=(self.line.heard(trait, f"{topic}/{number}", DEGREES),), ask=self.line.ask)
        return sketch

    def _roller(self) -> Sketch:
        """By position once it is calibrated; before, only all the way up or down, and it never knows where it is."""
        sketch = Sketch(hints={"cover"})
        feeds: tuple[Feed, ...] = (self.line.heard(traits.OPENING, "roller/0", RollerState()),)
        if self.facts.positions:
            feeds += (self.line.heard(traits.OPENING, "roller/0/pos", Position()),)
            order = self.line.told("roller/0/command/pos", Position())
            sketch.add(traits.OPENING, feeds=feeds, order=order, ask=self.line.ask)
        else:
            order = self.line.told("roller/0/command", Words({}, {100.0: "open", 0.0: "close"}))
            sketch.add(traits.OPENING, feeds=feeds, order=order, ask=self.line.ask, limits=Limits(0, 100, 100))
            sketch.notes.append("its roller is not calibrated: it opens and closes all the way")
        self._add_alert(sketch, "stopped", "roller/0/stop_reason", _STOPPED)
        sketch.deeds[Deed.STOP] = Message(self.line.topic("roller/0/command"), b"stop")
        return sketch

    def _radiator_valve(self) -> Sketch:
        sketch, degrees = Sketch(hints={"climate"}), self._degrees()
        where: tuple[tuple[str, Path], ...] = (("status", ()), ("info", ("thermostats", 0)))
        target = tuple(
            self.line.heard(traits.TARGET_TEMPERATURE, at, degrees, (*path, "target_t", "value")) for at, path in where
        )
        order = self.line.told("thermostat/0/command/target_t", degrees)
        sketch.add(traits.TARGET_TEMPERATURE, feeds=target, order=order, ask=self.line.ask, limits=Limits(4, 31, 0.5))
        present = tuple(
            self.line.heard(traits.CURRENT_TEMPERATURE, at, degrees, (*path, "tmp", "value")) for at, path in where
        )
        sketch.add(traits.CURRENT_TEMPERATURE, feeds=present, ask=self.line.ask)
        return sketch

    def _degrees(self) -> Codec:
        return FAHRENHEIT if self.facts.fahrenheit else DEGREES

    def _gas_valve(self) -> Sketch:
        sketch = Sketch(part="valve", hints={"valve"})
        feeds = (self.line.heard(traits.LOCK, "valve/0/state", _VALVE),)
        sketch.add(traits.LOCK, feeds=feeds, order=self.line.told("valve/0/command", _VALVE), ask=self.line.ask)
        return sketch

    def _sensors(self) -> Iterator[Sketch]:
        for sensor in self.model.sensors:
            sketch, rows = Sketch(), SENSORS[sensor]
            feeds = tuple(
                self.line.heard(trait, topic, self._coding(codec), path) for trait, topic, path, codec in rows
            )
            sketch.add(rows[0][0], feeds=feeds, ask=self.line.ask)
            yield sketch

        if self.model.overheats:
            housing = Sketch()
            self._add_alert(housing, "overtemperature", "overtemperature", _OVERHEATED)
            yield housing

    def _coding(self, codec: Codec) -> Codec:
        return self._degrees() if codec is DEGREES else codec
