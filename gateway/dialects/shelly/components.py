"""One component of a later Shelly, switch:0 or em1:2, compiled to a sketch. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.dialects.shelly.codings import (
    DEGREES,
    PERCENT,
    TRUTH,
    WATT,
    WATT_HOURS,
    Charge,
    CoverState,
    Errors,
    InMode,
    Position,
    Triple,
)
from gateway.dialects.shelly.line import Line
from gateway.dialects.sketch import Sketch
from gateway.home import traits
from gateway.home.device import Limits, Slot
from gateway.home.traits import Deed, Trait
from gateway.wire.binding import Feed, Message, Order, When
from gateway.wire.codecs import KELVIN, Codec, Replied, Words
from gateway.wire.paths import Path

NAMESPACES = {
    "switch": "Switch",
    "light": "Light",
    "cover": "Cover",
    "rgb": "RGB",
    "rgbw": "RGBW",
    "cct": "CCT",
    "rgbcct": "RGBCCT",
    "thermostat": "Thermostat",
    "blutrv": "BluTRV",
    "smoke": "Smoke",
    "flood": "Flood",
    "em": "EM",
    "emdata": "EMData",
    "em1": "EM1",
    "em1data": "EM1Data",
    "pm1": "PM1",
    "temperature": "Temperature",
    "humidity": "Humidity",
    "devicepower": "DevicePower",
    "occupancy": "Occupancy",
    "presencezone": "PresenceZone",
}
"""The first half of their methods' names."""
_USUAL_KELVIN = (2700, 6500)


@dataclass(frozen=True, slots=True)
class Component:
    """What is known of it. `sleeps`: it would not hear a question."""

    line: Line
    kind: str
    number: int
    status: Mapping[str, Any]
    config: Mapping[str, Any]
    sleeps: bool = False

    @property
    def key(self) -> str:
        """As it is called in documents and topics."""
        return f"{self.kind}:{self.number}"

    def heard(self, trait: Trait, codec: Codec, *path: str) -> tuple[Feed, ...]:
        """Wherever it says so: by itself, in a notification, when asked, when the whole device is asked."""
        slot, line, inside = Slot(trait), self.line, ("result", self.key, *path)
        places: tuple[tuple[str, Path], ...] = (
            (f"{line.prefix}/events/rpc", ("params", self.key, *path)),
            (f"{line.prefix}/status/{self.key}", path),
            (f"{line.source('ask', self.key)}/rpc", ("result", *path)),
            (f"{line.source('status')}/rpc", inside),
        )
        return tuple(Feed(slot, topic, where, codec) for topic, where in places)

    def told(self, method: str, codec: Codec, /, *path: str, **params: Any) -> Order:
        """By a method of its own, with the value at this path of the request."""
        frame = self.line.frame(self.key, f"{NAMESPACES[self.kind]}.{method}", id=self.number, **params)
        return Order(self.line.topic, path, codec, frame)

    def add(self, sketch: Sketch, trait: Trait, codec: Codec, *path: str, **rest: Any) -> None:
        """Give the sketch a trait that is heard at this path of the component's status."""
        sketch.add(trait, feeds=self.heard(trait, codec, *path), ask=self._ask(), **rest)

    def _ask(self) -> Message | None:
        """Makes it say its status; one that sleeps would not hear it."""
        method = f"{NAMESPACES[self.kind]}.GetStatus"
        return None if self.sleeps else self.line.ask(self.key, method, id=self.number)

    def add_reply(self, sketch: Sketch) -> None:
        """Let its answers to commands be heard."""
        feed = Feed(Slot(traits.REPLY), f"{self.line.source('do', self.key)}/rpc", (), Replied())
        sketch.add(traits.REPLY, feeds=(feed,))

    def add_errors(self, sketch: Sketch) -> None:
        """What it complains of, such as that it is too hot; one that is asked says all of its status."""
        slot, events = Slot(traits.ALERT), f"{self.line.prefix}/events/rpc"
        notices = tuple(
            Feed(slot, events, ("params", self.key), Errors(is_partial), when=(When(("method",), frozenset({method})),))
            for method, is_partial in (("notifystatus", True), ("notifyfullstatus", False))
        )
        whole = tuple(feed for feed in self.heard(traits.ALERT, Errors()) if feed.topic != events)
        sketch.add(traits.ALERT, feeds=(*notices, *whole), ask=self._ask())

    def add_meter(self, sketch: Sketch) -> None:
        """Watts and kilowatt-hours, where it measures them; before it has a status, its limits tell."""
        measures = "power_limit" in self.config if not self.status else "apower" in self.status
        if measures:
            self.add(sketch, traits.POWER_USE, WATT, "apower")
            self.add(sketch, traits.ENERGY, WATT_HOURS, "aenergy", "total")


def _lit(component: Component) -> Sketch:
    """What every lamp has: on and off, and a brightness that switches it on."""
    sketch = Sketch(hints={"light"})
    on_off = component.told("Set", TRUTH, "params", "on")
    component.add(sketch, traits.ON_OFF, TRUTH, "output", order=on_off)
    level = component.told("Set", PERCENT, "params", "brightness", on=True)
    component.add(sketch, traits.BRIGHTNESS, PERCENT, "brightness", order=level, limits=Limits(1, 100, 1))
    component.add_reply(sketch)
    component.add_meter(sketch)
    return sketch


def _cct(component: Component) -> Sketch:
    sketch = _lit(component)
    order = component.told("Set", KELVIN, "params", "ct", on=True)
    component.add(sketch, traits.COLOR_TEMPERATURE, KELVIN, "ct", order=order, limits=_kelvin(component))
    return sketch


def _rgb(component: Component) -> Sketch:
    sketch = _lit(component)
    white = {"white": 0} if component.kind == "rgbw" else {}
    order = component.told("Set", Triple(), "params", "rgb", on=True, **white)
    component.add(sketch, traits.COLOR, Triple(), "rgb", order=order)
    return sketch


def _rgbcct(component: Component) -> Sketch:
    """A colour counts while its mode is that of colours, a white while it is that of whites."""
    sketch = _lit(component)
    color = component.told("Set", Triple(), "params", "rgb", on=True, mode="rgb")
    component.add(sketch, traits.COLOR, InMode("rgb", Triple(), "rgb"), order=color)
    white = component.told("Set", KELVIN, "params", "ct", on=True, mode="cct")
    limits = _kelvin(component)
    component.add(sketch, traits.COLOR_TEMPERATURE, InMode("ct", KELVIN, "cct"), order=white, limits=limits)
    return sketch


def _kelvin(component: Component) -> Limits:
    given = component.config.get("ct_range")
    low, high = _USUAL_KELVIN
    if isinstance(given, list) and len(given) == 2 and all(isinstance(end, int) for end in given):
        low, high = given if 1000 <= given[0] < given[1] <= 20_000 else _USUAL_KELVIN
    return Limits(low, high)


def _switch(component: Component) -> Sketch:
    sketch = Sketch(hints={"switch"})
    component.add(sketch, traits.ON_OFF, TRUTH, "output", order=component.told("Set", TRUTH, "params", "on"))
    component.add_reply(sketch)
    component.add_meter(sketch)
    return sketch


_ENDS = Words({}, {100.0: "Cover.Open", 0.0: "Cover.Close"})


def _cover(component: Component) -> Sketch:
    """By position once it is calibrated; before, only all the way up or down."""
    sketch = Sketch(hints={"cover"})
    if component.status.get("pos_control") is True:
        order, limits = component.told("GoToPosition", Position(), "params", "pos"), Limits(0, 100, 1)
    else:  # the value takes the place of the method
        order, limits = component.told("Open", _ENDS, "method"), Limits(0, 100, 100)
        sketch.notes.append(f"{component.key} is not calibrated: it opens and closes all the way")
    component.add(sketch, traits.OPENING, CoverState(), order=order, limits=limits)
    sketch.deeds[Deed.STOP] = component.line.deed(component.key, "Cover.Stop", id=component.number)
    component.add_reply(sketch)
    return sketch


def _thermostat(component: Component) -> Sketch:
    sketch = Sketch(hints={"climate", "cools"} if component.config.get("type") == "cooling" else {"climate"})
    enable = component.told("SetConfig", TRUTH, "params", "config", "enable")
    component.add(sketch, traits.ON_OFF, TRUTH, "enable", order=enable)
    order = component.told("SetConfig", DEGREES, "params", "config", "target_C")
    component.add(sketch, traits.TARGET_TEMPERATURE, DEGREES, "target_C", order=order, limits=Limits(5, 35, 0.5))
    component.add(sketch, traits.CURRENT_TEMPERATURE, DEGREES, "current_C")
    component.add_reply(sketch)
    return sketch


def _blutrv(component: Component) -> Sketch:
    """A radiator valve on Bluetooth, to which its gateway passes a call on."""
    sketch = Sketch(hints={"climate"})
    inner = {"id": 0}
    order = component.told("Call", DEGREES, "params", "params", "target_C", method="TRV.SetTarget", params=inner)
    component.add(sketch, traits.TARGET_TEMPERATURE, DEGREES, "target_C", order=order, limits=Limits(4, 30, 0.5))
    component.add(sketch, traits.CURRENT_TEMPERATURE, DEGREES, "current_C")
    component.add(sketch, traits.BATTERY, PERCENT, "battery")
    component.add_reply(sketch)
    return sketch


CONTROLS: dict[str, Callable[[Component], Sketch]] = {
    "switch": _switch,
    "light": _lit,
    "cover": _cover,
    "rgb": _rgb,
    "rgbw": _rgb,
    "cct": _cct,
    "rgbcct": _rgbcct,
    "thermostat": _thermostat,
    "blutrv": _blutrv,
}

READINGS: dict[str, tuple[tuple[Trait, Codec, tuple[str, ...]], ...]] = {
    "smoke": ((traits.SMOKE, TRUTH, ("alarm",)),),
    "flood": ((traits.LEAK, TRUTH, ("alarm",)),),
    "temperature": ((traits.CURRENT_TEMPERATURE, DEGREES, ("tC",)),),
    "humidity": ((traits.HUMIDITY, PERCENT, ("rh",)),),
    "devicepower": ((traits.BATTERY, Charge(), ()),),
    "occupancy": ((traits.MOTION, TRUTH, ("value",)),),
    "presencezone": ((traits.MOTION, TRUTH, ("value",)),),
    "em": ((traits.POWER_USE, WATT, ("total_act_power",)),),
    "emdata": ((traits.ENERGY, WATT_HOURS, ("total_act",)),),
    "em1": ((traits.POWER_USE, WATT, ("act_power",)),),
    "em1data": ((traits.ENERGY, WATT_HOURS, ("total_act_energy",)),),
    "pm1": ((traits.POWER_USE, WATT, ("apower",)), (traits.ENERGY, WATT_HOURS, ("aenergy", "total"))),
}
COMPLAINING = frozenset({"switch", "light", "cover", "rgb", "rgbw", "cct", "rgbcct", "flood"})
"""Whose errors somebody has to see to: too hot, too much power, something in the way, a sensor that hangs loose."""
METERS = frozenset({"em", "emdata", "em1", "em1data", "pm1"})

_SILENT = """ble blugw bm bthome bthomecontrol bthomedevice bthomesensor button cloud eth illuminance input knx matter
modbus mqtt presence script sys ui voltmeter webhook wifi ws zigbee boolean enum group number object text service
schedule kvs ht_ui plugpm_ui plugs_ui pluguk_ui plugus_ui plugit_ui wd_ui plusrgbwpm"""
SILENT = frozenset(_SILENT.split())
"""Components with nothing that CLOVA has a word for, and those whose meaning is their owner's own."""


def control(component: Component) -> Sketch:
    """Something that can be set."""
    sketch = CONTROLS[component.kind](component)
    if component.kind in COMPLAINING:
        component.add_errors(sketch)
    return sketch


def readings(component: Component) -> Sketch:
    """Something that is only read."""
    sketch = Sketch()
    for trait, codec, path in READINGS[component.kind]:
        component.add(sketch, trait, codec, *path)
    if component.kind in COMPLAINING:
        component.add_errors(sketch)
    return sketch
