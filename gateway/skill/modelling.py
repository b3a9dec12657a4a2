"""The interaction model of this home: what is to be entered in CLOVA's console, and what it makes of sentences."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from gateway.clova import model
from gateway.clova.called import Thing, called, is_room
from gateway.clova.locations import LOCATIONS
from gateway.clova.model import InteractionModel, interaction_model
from gateway.clova.rooms import words_for
from gateway.clova.sayings.fillers import letters_of
from gateway.clova.sayings.samples import THE_DOORS_WORDS
from gateway.clova.slots import is_of, named
from gateway.home.device import Device
from gateway.home.scenes import Scene
from gateway.home.traits import CONTACT, CURRENT_TEMPERATURE, LOCK, ON_OFF, OPENING, TARGET_TEMPERATURE, UNLOCKED_BY
from gateway.skill.finding import thing_of
from gateway.skill.intents import Intent

UNLOCK, ENTRANCE, LIGHT, SMARTLOCK = "unlock", "ENTRANCE", "LIGHT", "SMARTLOCK"
_REGIONS = {"ko": "kr", "ja": "jp"}
_RUNNING = frozenset(
    {"AIRCONDITIONER", "AIRPURIFIER", "DEHUMIDIFIER", "FAN", "HEATER", "HUMIDIFIER", "SMARTTV", "THERMOSTAT"}
)
"""What Koreans 틀다 where they 켜다 a light."""


def _is_switched(device: Device) -> bool:
    return bool(device.parts(ON_OFF)) and not device.guarded


def _is_guarded(device: Device) -> bool:
    return bool(device.guarded or device.parts(LOCK) or device.parts(UNLOCKED_BY))


SORTS: Mapping[str, Callable[[Device], bool]] = {
    "light": lambda device: device.kind == LIGHT,
    "switched": _is_switched,
    "powered": lambda device: _is_switched(device) and device.kind != LIGHT,
    "running": lambda device: _is_switched(device) and device.kind in _RUNNING,
    "measuring": lambda device: any(feature.readable for feature in device.parts(CURRENT_TEMPERATURE)),
    "heating": lambda device: device.control(TARGET_TEMPERATURE) is not None,
    "opening": lambda device: any(f.readable for trait in (CONTACT, OPENING, LOCK) for f in device.parts(trait)),
    "lock": lambda device: bool(device.parts(LOCK)),
    "key": lambda device: bool(device.parts(LOCK)),
    "guarded": _is_guarded,
    "entry": lambda device: _is_guarded(device) or bool(device.parts(CONTACT)),
}
"""Which devices a sentence fits, by what stands after the dot in `clova.sayings.samples`."""


def model_of(
    language: str, intents: Iterable[Intent], devices: Iterable[Device], scenes: Iterable[Scene]
) -> InteractionModel:
    """Of the devices that CLOVA is told of. Raises ValueError for a language that its consoles have not."""
    told = [device for device in devices if not device.hidden]
    things = [thing_of(device) for device in told]
    rooms = [*dict.fromkeys(_rooms(language, told, things))]
    names = [scene.name for scene in scenes]
    sorts = {sort: frozenset(one.id for one in told if fits(one)) for sort, fits in SORTS.items()}
    return interaction_model(language, modelled(intents, told), things, rooms, names, sorts)


def modelled(intents: Iterable[Intent], devices: Iterable[Device]) -> tuple[model.Intent, ...]:
    """The intents as the model has them, with what is said for what they open."""
    every, known = list(intents), {device.id: device for device in devices}
    doors = dict(zip(known, named([thing_of(device) for device in known.values()]), strict=True))
    there = [device.id for device in known.values() if device.location == ENTRANCE and _is_guarded(device)]
    locks = [one.device for one in every if one.task.name == UNLOCK and _is_lock(known.get(one.device))]
    others = (name for device in known.values() if device.id not in locks for name in (device.name, *device.tags))
    is_clear = len(locks) == 1 and THE_DOORS_WORDS.isdisjoint(map(letters_of, others))
    return tuple(
        model.Intent(
            one.name,
            one.task.name,
            one.slots,
            doors.get(one.device, (one.device,)) if one.device else (),
            ENTRANCE if there == [one.device] and _is_lock(known.get(one.device)) else "",
            one.task.name == UNLOCK and is_clear and one.device in locks,
        )
        for one in every
    )


def _is_lock(device: Device | None) -> bool:
    return device is not None and device.kind == SMARTLOCK


def _rooms(language: str, devices: Sequence[Device], things: Sequence[Thing]) -> Iterator[tuple[str, ...]]:
    """As people call the places, as whoever described the devices does, and as their owner has tagged them."""
    for device in devices:
        place = LOCATIONS.get(device.location)
        if place is not None:
            words = words_for(device.location, _REGIONS.get(language, ""))
            yield from _meaning_one([*(word for word in words if is_of(language, word)), place.said(language)], things)
        yield from ((word,) for word in (device.room, *filter(is_room, device.tags)) if word)


def _meaning_one(words: Iterable[str], things: Sequence[Thing]) -> Iterator[tuple[str, ...]]:
    """The first word with those that mean the same things."""
    first, *rest = filter(None, dict.fromkeys(words))
    there = called("", first, things)
    yield (first, *(word for word in rest if called("", word, things) == there))
