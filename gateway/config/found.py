"""What the owner may write of devices that are found: where to look, what CLOVA is told, and a word on single ones."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gateway.dialects.finding import hardware_in
from gateway.dialects.guard import Guard
from gateway.dialects.section import Duration, Topic
from gateway.placing import Match, Placement

Names = tuple[Annotated[str, Field(min_length=1, max_length=50)], ...]
Bases = tuple[Topic, ...]


class Section(BaseModel):
    """A part of the file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class DiscoverySection(Section):
    """Where devices describe themselves. `true` is the usual place; a list names others."""

    homeassistant: bool | Bases = Field(True, description="prefixes of Home Assistant discovery: [homeassistant]")
    zigbee2mqtt: bool | Bases = Field(True, description="base topics of Zigbee2MQTT; true finds them by themselves")
    tasmota: bool | Bases = Field(True, description="where Tasmota announces itself: [tasmota/discovery]")
    shelly: bool = True
    homie: bool = True
    mdns: bool = Field(True, description="listen for what announces itself on the local network")
    birth: bool = Field(
        False, description="say `online` at homeassistant/status, for devices that describe themselves only then"
    )
    forget_after: Duration = Field(30 * 86_400, ge=600, description="what is no longer described is forgotten")


Guarded = Literal["lock", "valve", "garage", "alarm"]


class ExposeSection(Section):
    """What of the devices that are found CLOVA is told; `devices` overrides."""

    default: bool = True
    never: tuple[Guarded, ...] = ("lock", "valve", "garage", "alarm")


_IEEE = re.compile(r"0x[0-9a-f]{16}")
_MAC = re.compile(r"[0-9a-f]{12}")


class MatchSection(Section):
    """Which device is meant: all that is written must fit."""

    id: str = ""
    ieee: str = Field("", description="of a Zigbee device: 0x00158d0001a2b3c4")
    mac: str = Field("", description="of a Wi-Fi device: aa:bb:cc:00:11:22")
    name: str = Field("", description="the name it was found by")

    @model_validator(mode="after")
    def _names_something(self) -> "MatchSection":
        if not (self.id or self.ieee or self.mac or self.name):
            raise ValueError("one of id, ieee, mac and name is expected")
        if self.ieee and not _IEEE.fullmatch(hardware_in(self.ieee)):
            raise ValueError("an IEEE address such as 0x00158d0001a2b3c4 is expected")
        if self.mac and not _MAC.fullmatch(hardware_in(self.mac)):
            raise ValueError("a MAC such as aa:bb:cc:00:11:22 is expected")
        return self

    def match(self) -> Match:
        """The home's own word for it."""
        return Match(self.id, hardware_in(self.ieee or self.mac), self.name)


class FoundSection(Section):
    """A word on a device that is found: renamed, placed, told to CLOVA or not."""

    match: MatchSection
    id: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9_.:-]{0,127})?$")] = Field(
        "", description="the id CLOVA knows it by; it never changes once devices are linked"
    )
    name: Annotated[str, Field(max_length=100)] = ""
    type: str = ""
    location: str | None = Field(None, description='CLOVA\'s location; "" for none')
    tags: Names | None = None
    description: str = ""
    expose: bool | None = Field(None, description="whether CLOVA is told of it; locks and the like only so")
    patience: bool = Field(False, description="for a battery valve: answer once the command is on its way")
    lock: Guard | None = Field(None, description="marks an entrance, and says when it may be opened by voice")

    def placement(self) -> Placement:
        """The home's own word for it."""
        return Placement(
            self.match.match(),
            self.id,
            self.name,
            self.type,
            self.location,
            self.tags,
            self.description,
            self.expose,
            self.patience,
            self.lock.unlocking() if self.lock is not None else None,
        )
