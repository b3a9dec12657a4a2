"""What Zigbee2MQTT announces, read as its own list is: with what else it announces of the same device."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.dialects.homeassistant.alarms import alarm
from gateway.dialects.homeassistant.entity import Entity, clean
from gateway.dialects.homeassistant.parts import Drawn
from gateway.dialects.homeassistant.sensors import event, measure
from gateway.dialects.homeassistant.settings import howls, set_key
from gateway.dialects.words import type_words
from gateway.dialects.zigbee2mqtt.alarms import DANGERS
from gateway.dialects.zigbee2mqtt.parts import BARE_POWER, PLACE, RELAY
from gateway.dialects.zigbee2mqtt.sensors import ROOM, SENSED
from gateway.home.device import Slot
from gateway.home.traits import CURRENT_TEMPERATURE, ENERGY, ON_OFF, POWER_USE, TRIGGERED, UNLOCKED_BY, Trait

_MADE_FOR = frozenset({"climate", "cover", "fan", "light", "lock"})
"""What a device is for: a property beside it is its setting."""
_HEATED = frozenset({"", "state"})
"""The property that switches a thermostat: that of its own switch, or its `state`."""


@dataclass(frozen=True, slots=True)
class _Company:
    """The entities of one device."""

    entities: tuple[Entity, ...]

    def has(self, *components: str) -> bool:
        """Whether there is one of these."""
        return any(one.component in components for one in self.entities)

    def senses(self, traits: frozenset[Trait]) -> bool:
        """Whether it tells any of these."""
        return not traits.isdisjoint(filter(None, map(_told, self.entities)))

    def is_for_something(self) -> bool:
        """Whether something is controlled that is more than a property."""
        return self.has(*_MADE_FOR) or any(one.component == "switch" and not set_key(one) for one in self.entities)

    def powers(self, switch: Entity) -> Entity | None:
        """The thermostat that a switch belongs to."""
        told = switch.word("command_topic")
        root, _, key = told.rpartition("/set") if told.endswith("/set") else told.rpartition("/set/")
        found = (one for one in self.entities if one.component == "climate" and _root(one) == root)
        return next(found, None) if key in _HEATED else None


def _told(entity: Entity) -> Trait | None:
    if entity.component == "binary_sensor":
        return event(entity)
    found = measure(entity) if entity.component == "sensor" else None
    return _alarm(entity) if found is None else found.trait


def _alarm(entity: Entity) -> Trait | None:
    found = alarm(entity) if entity.component == "sensor" else None
    return None if found is None else found[0]


def _root(climate: Entity) -> str:
    """The topic that a thermostat is told below."""
    keys = (f"{name}_command_topic" for name in ("temperature", "temperature_low", "mode", "preset_mode"))
    return next((climate.word(key).rpartition("/set/")[0] for key in keys if climate.has(key)), "")


def fitting(entities: Iterable[Entity]) -> tuple[list[Entity], list[str]]:
    """Those that are what they look like beside the others, and why the rest is not."""
    company = _Company(tuple(entities))
    kept: list[Entity] = []
    aside: list[str] = []
    for entity in company.entities:
        why = _aside(entity, company) if entity.is_zigbee else ""
        if why:
            aside.append(f"{clean(entity.object_id)}: {why}")
        else:
            kept.append(entity)
    return kept, aside


def _aside(entity: Entity, company: _Company) -> str:
    """Why it is not what it looks like; empty where it is."""
    if entity.component in ("sensor", "binary_sensor"):
        return _no_alarm(_told(entity), company)
    if entity.component != "switch" or company.powers(entity) is not None:
        return ""
    if howls(entity):
        return _no_siren(entity, company)
    key, end = set_key(entity), entity.object_id.removeprefix("switch_").casefold()
    if key:
        is_relay = (RELAY if company.senses(SENSED | ROOM) else BARE_POWER).fullmatch(key.casefold())
        return "" if is_relay and not company.is_for_something() else "may be a setting"
    beside = company.has("climate") and end != "switch" and not PLACE.fullmatch(end)
    return "a setting of the thermostat" if beside else ""


def _no_alarm(trait: Trait | None, company: _Company) -> str:
    """Why a reading is not told as an alarm of its own; empty where it is, or is none."""
    if trait is TRIGGERED and company.senses(DANGERS):
        return "the same alarm once more"
    return "there is no lock" if trait is UNLOCKED_BY and not company.has("lock") else ""


def _no_siren(entity: Entity, company: _Company) -> str:
    """Why what is called an alarm or a siren is not one to switch; empty where it is."""
    if company.has("siren"):
        return "another way to sound the same siren"
    about = clean(entity.device.get("model"))
    if "siren" in type_words(about, clean(entity.device.get("model_id"))):
        return ""
    if not set_key(entity) and entity.object_id.casefold().endswith("siren"):
        return ""
    is_alarm = "alarm" in about.casefold() and not company.senses(SENSED) and not company.is_for_something()
    return "" if is_alarm else "a setting"


def joined(drawn: Sequence[Drawn]) -> list[Drawn]:
    """The same with thermostats that have their switches, and without the temperature of the device itself."""
    company = _Company(tuple(one.entity for one in drawn))
    left = [one for one in drawn if not (one.entity.is_zigbee and _given(one, drawn, company))]
    if any(one.entity.is_zigbee for one in left):
        _without_own_temperature(left)
    return left


def _given(one: Drawn, drawn: Sequence[Drawn], company: _Company) -> bool:
    """Give a thermostat its switch; False where it is none's."""
    climate = company.powers(one.entity) if one.entity.component == "switch" else None
    taker = next((other for other in drawn if other.entity is climate), None)
    if taker is None or Slot(ON_OFF) not in one.sketch.features:
        return False
    taker.sketch.features.pop(Slot(ON_OFF), None)
    taker.sketch.bindings.pop(Slot(ON_OFF), None)
    taker.sketch.take(one.sketch, [Slot(ON_OFF)])
    return True


def _without_own_temperature(drawn: Sequence[Drawn]) -> None:
    """What moves, shines or meters warms itself; unless it measures a room, that is what it tells."""
    readings = [one for one in drawn if not one.is_control]
    traits = {trait for one in readings for trait in one.sketch.traits()}
    hints = {hint for one in drawn for hint in one.sketch.hints}
    if traits & ROOM or not (hints & {"light", "cover", "lock"} or traits & {POWER_USE, ENERGY}):
        return
    for one in readings:
        if one.sketch.features.pop(Slot(CURRENT_TEMPERATURE), None) is not None:
            del one.sketch.bindings[Slot(CURRENT_TEMPERATURE)]
            one.entity.note("that of the device itself")
