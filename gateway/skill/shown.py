"""How one device is, in words, and how warm a room is."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from gateway.clova.digits import holds_digits
from gateway.clova.sayings import moments
from gateway.clova.sayings.form import Spoken, listed, together
from gateway.clova.sayings.lines import Line
from gateway.clova.words import name_of, told
from gateway.home.device import Device, Feature, Reading, Slot
from gateway.home.problems import Offline
from gateway.home.traits import CONTACT, CURRENT_TEMPERATURE, LOCK, MOTION, ON_OFF, OPENING, SMOKE, Trait
from gateway.home.values import LOCKED, UNLOCKED, Value
from gateway.skill.finding import Finder
from gateway.skill.intents import ROOM
from gateway.skill.turn import Ground, Instead, Reply, Turn

MOST_VALUES = 6
STATES: Mapping[tuple[Trait, Value], Line] = {
    (LOCK, LOCKED): Line.DEVICE_LOCKED,
    (LOCK, UNLOCKED): Line.DEVICE_UNLOCKED,
    (CONTACT, True): Line.DEVICE_OPEN,
    (CONTACT, False): Line.DEVICE_SHUT,
    (OPENING, 100): Line.DEVICE_OPEN,
    (OPENING, 0): Line.DEVICE_SHUT,
    (ON_OFF, True): Line.DEVICE_ON,
    (ON_OFF, False): Line.DEVICE_OFF,
}
"""What is said as a sentence of its own, of a device with one such part."""
SENSED = (SMOKE, MOTION)
"""So is whether this is sensed."""
NOT_OF_THE_ROOM = frozenset(
    ("ELECTRICKETTLE", "KIMCHIREFRIGERATOR", "OVEN", "REFRIGERATOR", "WATERBOILER", "WINECELLAR")
)
"""The types whose temperature is that of what is in them."""


class Shown:
    """Tells what devices say of themselves; they are asked where need be."""

    def __init__(self, ground: Ground, finder: Finder) -> None:
        self._ground = ground
        self._finder = finder

    async def device(self, turn: Turn, device: Device) -> Spoken:
        """All that one device tells."""
        features = self._told(device)
        try:
            readings = await self._readings(turn, device, features)
        except Offline:
            return self._was(device, features)
        say, label = self._ground.say, self._finder.label(device)
        sentences = {slot: self._sentence(device, label, slot, one.value) for slot, one in readings.items()}
        said = list(dict.fromkeys(filter(None, sentences.values())))
        values = self._read((slot, one) for slot, one in readings.items() if sentences[slot] is None)
        if values:
            said.append(say(Line.DEVICE_ALSO, values=values) if said else self._state(device, values))
        return together(*(said or [say(Line.DEVICE_UNKNOWN, device=label)]))

    async def warmth(self, turn: Turn, there: Sequence[Device]) -> Spoken:
        """How warm the room is that was said, of whose devices some may know. Raises Instead."""
        say, room = self._ground.say, self._finder.room(there[0]) or turn.said[ROOM]
        if holds_digits(room):
            raise Instead(Reply(self._finder.not_found(turn)))
        able = {device.id: device for device in there if _thermometers(device)}
        if not able:
            return say(Line.NO_THERMOMETER, room=room)
        found = [(device, one) for device in able.values() for one in await self._degrees(turn, device)]
        if not found:
            names = listed(self._language, self._finder.labels(list(able.values())))
            is_away = not any(map(self._ground.state.is_reachable, able))
            return say(Line.DEVICE_OFFLINE if is_away else Line.DEVICE_UNKNOWN, device=names)
        if len(found) > 1:
            return together(*(self._state(device, self._read([one])) for device, one in found[:MOST_VALUES]))
        zone = self._ground.locale.zone
        degrees = told(CURRENT_TEMPERATURE, found[0][1][1].value, self._language, zone)
        return say(Line.ROOM_TEMPERATURE, room=room, degrees=degrees)

    async def _degrees(self, turn: Turn, device: Device) -> list[tuple[Slot, Reading]]:
        """Of a device that is away nothing."""
        try:
            return list((await self._readings(turn, device, _thermometers(device))).items())
        except Offline:
            return []

    async def _readings(self, turn: Turn, device: Device, features: Iterable[Feature]) -> dict[Slot, Reading]:
        return await self._ground.asker.readings(self._ground.registry.wiring(device.id), features, turn.deadline)

    def _told(self, device: Device) -> list[Feature]:
        bound = self._ground.registry.wiring(device.id).bindings
        return [one for one in device.features.values() if one.readable and one.slot.trait.spoken and one.slot in bound]

    def _sentence(self, device: Device, label: str, slot: Slot, value: Value) -> Spoken | None:
        """What is said of it apart from all other values; None where it is one of them."""
        if len(device.parts(slot.trait)) > 1:
            return None
        say = self._ground.say
        if slot.trait in SENSED:
            name = name_of(slot.trait, "", self._language)
            return (
                say(Line.SENSED, names=[label], name=name) if value else say(Line.NOT_SENSED, device=label, name=name)
            )
        line = STATES.get((slot.trait, value))
        return say(line, device=label) if line is not None else None

    def _state(self, device: Device, values: list[str]) -> Spoken:
        return self._ground.say(Line.DEVICE_STATE, device=self._finder.label(device), values=values)

    def _was(self, device: Device, features: list[Feature]) -> Spoken:
        """A device that is away: what it said last, but for what changes meanwhile without a word."""
        readings, label = self._ground.state.readings(device.id), self._finder.label(device)
        kept = [one.slot for one in features if one.slot in readings and one.slot.trait is not LOCK]
        values = self._read((slot, readings[slot]) for slot in kept)
        if not values:
            return self._ground.say(Line.DEVICE_OFFLINE, device=label)
        return self._ground.say(Line.DEVICE_WAS, device=label, values=values)

    def _read(self, readings: Iterable[tuple[Slot, Reading]]) -> list[str]:
        locale = self._ground.locale
        return [
            moments.reading(locale.language, slot.trait, slot.part, one.value, locale.zone, locale.currency)
            for slot, one in islice(readings, MOST_VALUES)
        ]

    @property
    def _language(self) -> str:
        return self._ground.locale.language


def _thermometers(device: Device) -> list[Feature]:
    """What tells how warm it is around the device."""
    own = device.kind not in NOT_OF_THE_ROOM
    return [one for one in device.parts(CURRENT_TEMPERATURE) if one.readable and not one.slot.part and own]
