"""The interaction model of this home: what is to be entered in CLOVA's console, and what it makes of sentences."""

from collections.abc import Iterable, Iterator, Sequence

from gateway.clova import model
from gateway.clova.called import is_room
from gateway.clova.locations import LOCATIONS
from gateway.clova.model import InteractionModel, interaction_model
from gateway.home.device import Device
from gateway.home.scenes import Scene
from gateway.skill.finding import thing_of
from gateway.skill.intents import Intent


def model_of(
    language: str, intents: Iterable[Intent], devices: Iterable[Device], scenes: Iterable[Scene]
) -> InteractionModel:
    """Of the devices that CLOVA is told of. Raises ValueError for a language that its consoles have not."""
    told = [device for device in devices if not device.hidden]
    rooms = list(dict.fromkeys(_rooms(language, told)))
    things = [thing_of(device) for device in told]
    names = [scene.name for scene in scenes]
    return interaction_model(language, modelled(intents, told), things, [[room] for room in rooms], names)


def modelled(intents: Iterable[Intent], devices: Iterable[Device]) -> tuple[model.Intent, ...]:
    """The intents as the model has them, with the names of what they open."""
    names = {device.id: device.name for device in devices}
    return tuple(model.Intent(one.name, one.task.name, one.slots, names.get(one.device, one.device)) for one in intents)


def _rooms(language: str, devices: Sequence[Device]) -> Iterator[str]:
    """As CLOVA calls the places, as whoever described the devices does, and as their owner has tagged them."""
    for device in devices:
        place = LOCATIONS.get(device.location)
        words = (place.said(language) if place is not None else "", device.room, *filter(is_room, device.tags))
        yield from filter(None, words)
