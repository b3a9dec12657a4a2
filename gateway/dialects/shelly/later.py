"""A later Shelly (the second generation to the fourth): its documents, compiled to appliances. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.dialects.finding import Finding
from gateway.dialects.shelly.components import CONTROLS, METERS, READINGS, SILENT, Component, control, readings
from gateway.dialects.shelly.documents import Object, at, hardware_of, text
from gateway.dialects.shelly.groups import Group, wired
from gateway.dialects.shelly.line import Line
from gateway.dialects.shelly.models import called
from gateway.dialects.sightings import clean, normal_mac
from gateway.dialects.sketch import Maker, Sketch
from gateway.wire.binding import Availability

MAX_COMPONENTS = 64
ADDED = 100
"""The number from which on a probe is one that the owner has wired to it."""
_KEY = re.compile(r"([a-z0-9_]{1,20})(?::([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Later:
    """Its documents; any of them may still be missing."""

    line: Line
    info: Object = field(default_factory=dict)
    config: Object = field(default_factory=dict)
    status: Object = field(default_factory=dict)
    """What its components have: whether there is a value, in place of most of the values."""
    behind: Object = field(default_factory=dict)
    """What speaks through it, by component: {status, config}."""

    @property
    def hardware(self) -> str:
        """Its MAC, or what comes nearest to one."""
        said = (self.info.get("mac"), at(self.status, "sys").get("mac"), at(self.config, "sys", "device").get("mac"))
        return next(filter(None, map(normal_mac, said)), "") or hardware_of(self.line.prefix)

    @property
    def sleeps(self) -> bool:
        """Whether it runs on a battery, and is at the broker only when it has something to say."""
        return bool(at(self.status, "devicepower:0", "battery").get("percent"))

    @property
    def is_gateway(self) -> bool:
        """Whether Bluetooth devices speak through it."""
        return "blugw" in self.config or "blugw" in self.status

    def keys(self) -> list[str]:
        """Its components, in the order of the alphabet."""
        return sorted({*self.status, *self.config, *self.behind} - {"ts"}, key=_in_order)

    def component(self, kind: str, number: int) -> Component:
        """One of them."""
        key = f"{kind}:{number}"
        status = at(self.status, key) or at(self.behind, key, "status")
        config = at(self.config, key) or at(self.behind, key, "config")
        return Component(self.line, kind, number, status, config, self.sleeps)

    def findings(self) -> Iterator[Finding]:
        """The device itself, then the radiator valves behind it."""
        parts, refused = self._parts()
        own = [part for part in parts if part.kind != "blutrv"]
        source = f"{self.line.prefix}/online"
        wirings = wired(self.maker(), _groups(self, own), refused)
        why = () if wirings else (*refused, "it switches nothing and measures nothing that CLOVA has a question for")
        yield Finding(self.hardware, source, wirings, tuple(dict.fromkeys((*refused, *why))))
        for part in parts:
            if part.kind == "blutrv":
                maker = self._valve(part)
                yield Finding(maker.hardware, source, wired(maker, [Group(sketches=[control(part)])]))

    def maker(self) -> Maker:
        """What it says of the whole of itself."""
        will = Availability(f"{self.line.prefix}/online", online=("true",), offline=("false",))
        app, model = text(self.info.get("app")), text(self.info.get("model"))
        name = text(at(self.config, "sys", "device").get("name")) or text(self.info.get("name"))
        return Maker(
            hardware=self.hardware,
            dialect="shelly",
            name=name or called(app),
            manufacturer="Shelly",
            model=called(app) if app else model,
            version=text(self.info.get("ver")),
            sleepy=self.sleeps,
            availability=() if self.sleeps else (will,),
        )

    def _valve(self, part: Component) -> Maker:
        will = Availability(f"{self.line.prefix}/online", online=("true",), offline=("false",))
        own = normal_mac(part.config.get("addr"))
        return Maker(
            hardware=own or f"{self.hardware}-{part.number}",
            dialect="shelly",
            name=text(part.config.get("name")) or "Shelly BLU TRV",
            manufacturer="Shelly",
            model="Shelly BLU TRV",
            sleepy=True,
            availability=(will,),
        )

    def _parts(self) -> tuple[list[Component], list[str]]:
        """The components that mean something to us, and why some do not."""
        parts: list[Component] = []
        refused: list[str] = []
        for key in self.keys():
            found = _KEY.fullmatch(key)
            kind = found[1] if found else ""
            if found and found[2] and (kind in CONTROLS or kind in READINGS):
                parts.append(self.component(kind, int(found[2])))
            elif kind not in SILENT:
                refused.append(f"{clean(key, 40)}: an unknown component")
        if len(parts) > MAX_COMPONENTS:
            refused.insert(0, f"more than {MAX_COMPONENTS} components: the rest is left out")
        return [part for part in parts[:MAX_COMPONENTS] if not self._is_hidden(part, refused)], refused[:MAX_COMPONENTS]

    def _is_hidden(self, part: Component, refused: list[str]) -> bool:
        """What is there and is no appliance: the warmth of its own circuits, the relay of its thermostat."""
        if part.kind == "temperature" and part.number < ADDED and not self._measures_rooms():
            return True
        if part.key == "switch:0" and at(self.status, "sys").get("relay_in_thermostat") is True:
            refused.append("switch:0: its thermostat switches it")
            return True
        return part.kind == "devicepower" and not at(part.status, "battery").get("percent")  # it hangs on a cable

    def _measures_rooms(self) -> bool:
        return self.sleeps or any(key.startswith(("humidity:", "thermostat:")) for key in self.keys())


def _groups(later: Later, parts: Iterable[Component]) -> Iterator[Group]:
    """The device itself; its meters and its further probes by themselves."""
    own, apart = Group(), dict[str, Group]()
    maker = later.maker()
    parts = list(parts)
    controls = [part for part in parts if part.kind in CONTROLS]
    meters = {part.number for part in parts if part.kind in METERS}
    for part in parts:
        if part.kind in CONTROLS:
            own.sketches.append(_control(later, part, controls, maker.name))
        elif part.kind in METERS or part.number >= ADDED:
            sort = "meter" if part.kind in METERS else "probe"
            numbered = f"{maker.name} {part.number + 1}" if sort == "meter" and len(meters) > 1 else maker.name
            group = apart.setdefault(f"{sort}{part.number}", Group(f"{sort}{part.number}", numbered))
            group.name = text(part.config.get("name")) or group.name
            group.sketches.append(readings(part))
        else:
            own.sketches.append(readings(part))
    yield own
    yield from apart.values()


def _control(later: Later, part: Component, controls: list[Component], name: str) -> Sketch:
    """With the name its owner gave it, or else the device's, numbered where it is one of several."""
    sketch = control(part)
    if len(controls) > 1:
        alike = len({other.kind for other in controls}) == 1
        sketch.part = str(part.number) if alike else f"{part.kind}{part.number}"
        sketch.name = f"{name} {controls.index(part) + 1}"
    sketch.name = text(part.config.get("name")) or sketch.name
    if part.kind == "switch":
        sketch.hints |= _switched(later, part.number)
    return sketch


def _switched(later: Later, number: int) -> set[str]:
    """What hangs on a switch: a plug's is known, and of the others their owner may have said that it is a lamp."""
    types = at(later.config, "sys", "ui_data").get("consumption_types")
    kind = types[number] if isinstance(types, list) and number < len(types) else None
    if isinstance(kind, str) and kind.casefold().startswith("light"):
        return {"light"}
    words = f"{text(later.info.get('app'))} {text(later.info.get('id'))} {later.line.prefix}".casefold()
    return {"plug"} if "plug" in words else set()


def _in_order(key: str) -> tuple[str, int, str]:
    found = _KEY.fullmatch(key)
    return (found[1], int(found[2] or 0), "") if found else ("~", 0, key)
