"""The plain dialect: a device written by its owner in YAML, topic by topic.

`PlainDevice` is the document (its field names are the keys of the YAML), `compile_device` turns it into a Wiring.
"""

import re
from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import Annotated

from pydantic import Field, model_validator

from gateway.dialects.controls import (
    ColorOf,
    ColorTemperature,
    FanSpeed,
    Level,
    Lock,
    Mode,
    Named,
    OnOff,
    Opening,
    Scaled,
    Temperature,
)
from gateway.dialects.measures import (
    Act,
    Complaint,
    Contact,
    Graded,
    Holding,
    Lasting,
    Listed,
    Measured,
    Moment,
    Online,
    Opened,
    Parked,
    Said,
    Sign,
    Unless,
)
from gateway.dialects.section import Document, Pressed, Section
from gateway.home.device import Condition, Device, Feature, Slot, Unlocking
from gateway.home.traits import DONE, TRAITS, Deed
from gateway.wire.binding import Availability, Binding, Feed, Message, Order, Wiring, text
from gateway.wire.codecs import Codec
from gateway.wire.paths import parse_path

DEVICE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")


class PlainTraits(Document):
    """The traits of a device or of one of its parts."""

    on_off: OnOff | None = None
    brightness: Scaled | None = None
    color: ColorOf | None = None
    color_temperature: ColorTemperature | None = None
    target_temperature: Temperature | None = None
    current_temperature: Temperature | None = None
    humidity: Scaled | None = None
    lock: Lock | None = None
    opening: Opening | None = None
    contact: Contact | None = None
    motion: OnOff | None = None
    fan_speed: FanSpeed | None = None
    oscillation: OnOff | None = None
    mode: Mode | None = None
    intensity: Level | None = None
    volume: Level | None = None
    mute: OnOff | None = None
    channel: Level | None = None
    sub_channel: Level | None = None
    channel_name: Named | None = None
    input_source: Named | None = None
    recording: OnOff | None = None
    phase: Said | None = None
    remaining_time: Lasting | None = None
    cleaning_time: Lasting | None = None
    keep_warm_time: Lasting | None = None
    expendable_time: Lasting | None = None
    expendable_usage: Scaled | None = None
    air_quality: Graded | None = None
    fine_dust: Measured | None = None
    fine_dust_index: Graded | None = None
    ultrafine_dust: Measured | None = None
    ultrafine_dust_index: Graded | None = None
    power_use: Measured | None = None
    energy: Measured | None = None
    metered_volume: Measured | None = None
    estimated_energy: Measured | None = None
    bill: Measured | None = None
    estimated_bill: Measured | None = None
    tax_bracket: Measured | None = None
    battery: Scaled | None = None
    power_state: Said | None = None
    smoke: Sign | None = None
    sitting: OnOff | None = None
    right_posture: OnOff | None = None
    right_posture_ratio: Scaled | None = None
    usage_time: Lasting | None = None
    asleep_time: Lasting | None = None
    awake_time: Lasting | None = None
    sleep_score: Measured | None = None
    sleep_start: Moment | None = None
    weight: Measured | None = None
    bmi: Measured | None = None
    body_fat: Measured | None = None
    muscle: Measured | None = None
    health_score: Measured | None = None
    detected_time: Moment | None = None
    detection_count: Measured | None = None
    open_time: Moment | None = None
    close_time: Moment | None = None
    notices: Listed | None = None
    packages: Listed | None = None
    vehicles: Parked | None = None
    info: Said | None = None
    gas: Sign | None = None
    carbon_monoxide: Sign | None = None
    leak: Sign | None = None
    heat: Sign | None = None
    tamper: Sign | None = None
    vibration: Sign | None = None
    panic: Sign | None = None
    forced: Sign | None = None
    jammed: Sign | None = None
    triggered: Sign | None = None
    battery_low: Sign | None = None
    unlocked_by: Opened | None = None
    alert: Complaint | None = None

    def own_sections(self, part: str = "") -> Iterator[tuple[Slot, Section]]:
        """The traits written here, in the order of the traits table."""
        for trait in TRAITS.values():
            section = getattr(self, trait.name)
            if section is not None and section.is_bound:
                yield Slot(trait, part), section


PartName = Annotated[str, Field(min_length=1, max_length=50)]


class PlainDevice(PlainTraits):
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
    confirm: tuple[str, ...] = Field((), description="actions that CLOVA asks the person about first (region jp)")
    availability: Online | None = None
    unless: tuple[Unless, ...] = Field((), description="what forbids commands, and what the person hears then")
    fault: Holding | None = Field(None, description="how the device shows that it is broken")
    do: dict[Deed, Act] = Field({}, description="what it can do that is no value")
    parts: dict[PartName, PlainTraits] = Field(
        {}, description="freezer, fridge, hotwater, coldwater; horizontal, vertical; or a name of one's own"
    )

    @model_validator(mode="after")
    def _has_a_trait(self) -> "PlainDevice":
        if not any(True for _ in self.sections()) and not self.do:
            raise ValueError("needs at least one trait, such as on_off, brightness, mode, info or humidity, or `do`")
        return self

    @model_validator(mode="after")
    def _stops_as_a_whole(self) -> "PlainDevice":
        if any(part.opening is not None and part.opening.stop is not None for part in self.parts.values()):
            raise ValueError("a part has no `stop` of its own; the device has one in `do`")
        return self

    @model_validator(mode="after")
    def _is_opened_as_a_whole(self) -> "PlainDevice":
        if len({lock.unlocking() for lock in self.locks()}) > 1:
            raise ValueError(
                "all locks of a device are opened in the same way: the same `unlock`, `window` ... in each"
            )
        return self

    def locks(self) -> list[Lock]:
        """The device's own lock, and those of its parts."""
        return [one.lock for one in (self, *self.parts.values()) if one.lock is not None]

    def sections(self) -> Iterator[tuple[Slot, Section]]:
        """All traits, the device's own first, then those of its parts."""
        yield from self.own_sections()
        for name, part in self.parts.items():
            yield from part.own_sections(name)


def compile_device(document: PlainDevice, zone: tzinfo = UTC) -> Wiring:
    """The device and its bindings, in a home of this time zone."""
    features: dict[Slot, Feature] = {}
    bindings: dict[Slot, Binding] = {}
    for slot, section in document.sections():
        features[slot] = _feature(slot, section, document.type)
        bindings[slot] = _binding(slot, section, zone)
    conditions = _conditions(document)
    deeds = _deeds(document)
    for slot, shown, codec in _shown(document, conditions):
        features[slot] = Feature(slot, readable=True, writable=False)
        bindings[slot] = Binding(slot, (Feed(slot, shown.state or "", parse_path(shown.path), codec),))
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
        conditions=tuple(conditions),
        confirm=document.confirm,
        hidden="" if document.expose else "the configuration says `expose: false`",
        guarded=_guarded(document),
        unlocking=next((lock.unlocking() for lock in document.locks()), Unlocking()),
    )
    return Wiring(device, bindings, deeds, _availability(document.availability))


def _guarded(document: PlainDevice) -> str:
    """What it lets in or out. A part is guarded with the whole."""
    locks = document.locks()
    if not locks:
        return ""
    if not all(lock.is_bound for lock in locks):
        return "entrance"
    return "valve" if document.type == "SMARTVALVE" else "lock"


def _feature(slot: Slot, section: Section, kind: str) -> Feature:
    return Feature(
        slot,
        readable=section.state is not None,
        writable=section.command is not None,
        limits=section.limits(slot, kind),
        steps=section.up is not None,
        cycles=section.next is not None,
        stale_after=section.max_age,
        lapses_after=section.lapses if isinstance(section, Sign) else None,
    )


def _binding(slot: Slot, section: Section, zone: tzinfo) -> Binding:
    feeds: tuple[Feed, ...] = ()
    order = None
    if section.state is not None:
        feeds = (Feed(slot, section.state, parse_path(section.path), section.heard_codec(zone)),)
    if section.command is not None:
        order = Order(section.command, parse_path(section.command_path or ""), section.order_codec())
    pressed = {key: _message(one) for key, one in section.pressed().items()}
    return Binding(slot, feeds, order, **pressed)


def _conditions(document: PlainDevice) -> dict[Condition, Holding]:
    found: dict[Condition, Holding] = {Condition(str(n), one.say): one for n, one in enumerate(document.unless, 1)}
    return found | ({Condition("fault"): document.fault} if document.fault else {})


def _shown(document: PlainDevice, conditions: dict[Condition, Holding]) -> Iterator[tuple[Slot, Holding | Act, Codec]]:
    """What is heard of a device beside its traits."""
    for condition, holding in conditions.items():
        yield condition.slot, holding, holding.codec()
    for deed, done in document.do.items():
        if done.state is not None:
            yield Slot(DONE, deed.value), done, done.codec()


def _deeds(document: PlainDevice) -> dict[Deed, Message]:
    """What it does; the broker's word for it is waited for where the device gives none."""
    stop = document.opening.stop if document.opening else None
    deeds = {Deed.STOP: _message(stop, acknowledged=True)} if stop else {}
    return deeds | {deed: _message(one, acknowledged=one.state is None) for deed, one in document.do.items()}


def _message(pressed: Pressed, acknowledged: bool = False) -> Message:
    return Message(pressed.command, text(pressed.payload), acknowledged)


def _availability(online: Online | None) -> tuple[Availability, ...]:
    if online is None:
        return ()
    return (Availability(online.topic, parse_path(online.path), (online.online,), (online.offline,)),)
