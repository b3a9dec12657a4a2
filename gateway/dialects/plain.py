"""The plain dialect: a device written by its owner in YAML, topic by topic.

`PlainDevice` is the document (its field names are the keys of the YAML), `compile_device` turns it into a Wiring.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from gateway.dialects.sections import (
    ColorOf,
    ColorTemperature,
    Document,
    FanSpeed,
    Lock,
    Measured,
    Mode,
    Online,
    OnOff,
    Opening,
    Pressed,
    Scaled,
    Section,
    Temperature,
)
from gateway.home.device import Device, Feature, Slot
from gateway.home.traits import TRAITS, Deed, Trait
from gateway.wire.binding import Availability, Binding, Feed, Message, Order, Wiring, text
from gateway.wire.paths import Path, parse_path

DEVICE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")


class PlainDevice(Document):
    """A device of one's own, written by topic."""

    id: Annotated[str, Field(pattern=rf"^{DEVICE_ID.pattern}$")]
    type: str
    name: Annotated[str, Field(min_length=1, max_length=100)]
    description: str = ""
    manufacturer: str = ""
    model: str = ""
    version: str = ""
    location: str = ""
    tags: tuple[Annotated[str, Field(min_length=1, max_length=50)], ...] = ()
    infrared: bool = False
    expose: bool = True
    availability: Online | None = None

    on_off: OnOff | None = None
    brightness: Scaled | None = None
    color: ColorOf | None = None
    color_temperature: ColorTemperature | None = None
    target_temperature: Temperature | None = None
    current_temperature: Temperature | None = None
    humidity: Scaled | None = None
    lock: Lock | None = None
    opening: Opening | None = None
    fan_speed: FanSpeed | None = None
    mode: Mode | None = None
    power_use: Measured | None = None
    battery: Scaled | None = None
    smoke: OnOff | None = None

    @model_validator(mode="after")
    def _has_a_trait(self) -> "PlainDevice":
        if not any(True for _ in self.sections()):
            raise ValueError(f"needs at least one of {', '.join(TRAITS)}")
        return self

    def sections(self) -> Iterator[tuple[Trait, Section]]:
        """The traits this device has, in the order of the traits table."""
        for trait in TRAITS.values():
            section = getattr(self, trait.name)
            if section is not None:
                yield trait, section


def compile_device(document: PlainDevice) -> Wiring:
    """The device and its bindings."""
    features: dict[Slot, Feature] = {}
    bindings: dict[Slot, Binding] = {}
    for trait, section in document.sections():
        slot = Slot(trait)
        features[slot] = Feature(slot, section.state is not None, section.command is not None, section.limits(trait))
        bindings[slot] = _binding(slot, section)
    stop = document.opening.stop if document.opening else None
    deeds = {Deed.STOP: replace(_message(stop), acknowledged=True)} if stop else {}
    device = Device(
        id=document.id,
        kind=document.type,
        name=document.name,
        dialect="plain",
        features=features,
        deeds=frozenset(deeds),
        description=document.description,
        manufacturer=document.manufacturer,
        model=document.model,
        version=document.version,
        location=document.location,
        tags=document.tags,
        infrared=document.infrared,
        hidden="" if document.expose else "the configuration says `expose: false`",
    )
    return Wiring(device, bindings, deeds, _availability(document.availability))


def _binding(slot: Slot, section: Section) -> Binding:
    feeds: tuple[Feed, ...] = ()
    order = None
    if section.state is not None:
        feeds = (Feed(slot, section.state, _path(section.path), section.codec()),)
    if section.command is not None:
        order = Order(section.command, _path(section.command_path or ""), section.order_codec())
    return Binding(slot, feeds, order, _message(section.ask) if section.ask else None)


def _path(written: str) -> Path:
    return parse_path(written)


def _message(pressed: Pressed) -> Message:
    return Message(pressed.command, text(pressed.payload))


def _availability(online: Online | None) -> Availability | None:
    if online is None:
        return None
    return Availability(online.topic, _path(online.path), (online.online,), (online.offline,))
