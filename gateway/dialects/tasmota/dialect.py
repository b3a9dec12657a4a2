"""The documents of all Tasmotas at a broker, and what they come to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gateway.dialects.assembly import assemble
from gateway.dialects.finding import LARGEST, Finding, hardware_in, slug
from gateway.dialects.sightings import clean
from gateway.dialects.sketch import Maker, Sketch
from gateway.dialects.tasmota.config import Config, read_config
from gateway.dialects.tasmota.controls import controls
from gateway.dialects.tasmota.sensors import Sample, readings, samples
from gateway.dialects.tasmota.switches import attached, switches
from gateway.wire.binding import Availability, Message
from gateway.wire.jsontext import parse

MAX_DEVICES = 1_000
MAX_DOCUMENT = 65_536
NAME = "tasmota"


def describe(config: Config, measured: tuple[Sample, ...], unheard: tuple[str, ...] = ()) -> tuple[Maker, list[Sketch]]:
    """What a Tasmota is and has. One that sleeps is away by its last will whenever it is not awake."""
    will = Availability(config.will, online=(config.online,), offline=(config.offline,))
    maker = Maker(
        hardware=config.hardware,
        dialect=NAME,
        name=config.name,
        manufacturer="Tasmota",
        model=config.model,
        version=config.version,
        sleepy=config.sleeps,
        availability=() if config.sleeps else (will,),
    )
    parts = controls(config)
    return maker, [*parts, *readings(config, measured, parts), switches(config, unheard)]


@dataclass(frozen=True, slots=True)
class _Announced:
    """What one Tasmota has announced."""

    mac: str
    config: Config | None = None
    refused: str = ""
    """Why there is no config, though it was announced."""
    measured: tuple[Sample, ...] = ()
    unheard: tuple[str, ...] = ()
    """Inputs that are called after an alarm, and are attached to the relays."""

    @property
    def is_described(self) -> bool:
        """Whether there is, or was to be, a config: readings alone are of nothing."""
        return self.config is not None or bool(self.refused)


_NOTHING = "it has no relay, and measures nothing that CLOVA has a question for"


class Tasmota:
    """The dialect of Tasmota's own discovery. A Tasmota is asked for its state whenever it says that it is online."""

    name = NAME
    largest = LARGEST
    keeps = True

    def __init__(self, prefix: str = "tasmota/discovery") -> None:
        self._prefix = prefix
        self._announced: dict[str, _Announced] = {}
        self._by_will: dict[str, Config] = {}
        self._changed: dict[str, _Announced] = {}
        self._asking: dict[Message, None] = {}

    def topics(self) -> Iterable[str]:
        """Where Tasmotas announce themselves, and the last wills of those that have."""
        return (f"{self._prefix}/+/config", f"{self._prefix}/+/sensors", *self._by_will)

    def hear(self, topic: str, payload: bytes) -> bool:
        """Take in a document or a last will."""
        by_will = self._by_will.get(topic)
        if by_will is not None:
            self._attend(by_will, payload)
            return False
        mac, _, document = topic.removeprefix(f"{self._prefix}/").partition("/")
        if not topic.startswith(f"{self._prefix}/") or document not in ("config", "sensors"):
            return False
        hardware = hardware_in(mac) or f"{NAME}-{slug(mac)}"
        before = self._announced.get(hardware, _Announced(mac))
        if hardware not in self._announced and (len(self._announced) >= MAX_DEVICES or not payload):
            return not payload
        after = _with_config(before, payload) if document == "config" else _with_sensors(before, payload)
        self._keep(hardware, before, after)
        return len(payload) <= MAX_DOCUMENT

    def _keep(self, hardware: str, before: _Announced, after: _Announced) -> None:
        self._announced[hardware] = after
        if after == _Announced(after.mac):
            del self._announced[hardware]
        if before.config is not after.config:
            self._rewire(before.config, after.config)
        if after != before and (before.is_described or after.is_described):
            self._changed[hardware] = after

    def findings(self) -> Iterable[Finding]:
        """What has changed since the last call."""
        changed, self._changed = self._changed, {}
        return [self._finding(hardware, announced) for hardware, announced in changed.items()]

    def questions(self) -> Iterable[Message]:
        """What those are asked that have come online."""
        asking, self._asking = self._asking, {}
        return tuple(asking)

    def greetings(self) -> Iterable[Message]:
        """Nothing: the broker keeps the last wills, so each connection tells anew who is online."""
        return ()

    def _attend(self, config: Config, payload: bytes) -> None:
        if payload.decode("utf-8", "replace").strip().casefold() == config.online.casefold():
            self._asking |= dict.fromkeys((config.ask_state(), config.ask_sensors()))

    def _rewire(self, before: Config | None, after: Config | None) -> None:
        """Keep the last wills in step."""
        if before is not None:
            self._by_will.pop(before.will, None)
        if after is not None:
            self._by_will[after.will] = after

    def _finding(self, hardware: str, announced: _Announced) -> Finding:
        source = f"{self._prefix}/{announced.mac}/config"
        documents = (source, f"{self._prefix}/{announced.mac}/sensors")
        if announced.config is None:
            return Finding(hardware, source, (), (announced.refused,) if announced.refused else (), documents)
        maker, sketches = describe(announced.config, announced.measured, announced.unheard)
        wirings = assemble(maker, sketches)
        refused = () if wirings else (*(note for sketch in sketches for note in sketch.notes), _NOTHING)
        return Finding(hardware, source, wirings, refused, documents)


def _with_config(before: _Announced, payload: bytes) -> _Announced:
    if not payload:
        return replace(before, config=None, refused="")
    try:
        if len(payload) > MAX_DOCUMENT:
            raise ValueError("its config is longer than 64 KiB")
        return replace(before, config=read_config(before.mac, parse(payload)), refused="")
    except ValueError as error:
        return replace(before, config=None, refused=clean(str(error), 200))


def _with_sensors(before: _Announced, payload: bytes) -> _Announced:
    """What cannot be read costs the readings only."""
    try:
        document = parse(payload) if 0 < len(payload) <= MAX_DOCUMENT else None
    except ValueError:
        document = None
    return replace(before, measured=samples(document), unheard=attached(document))
