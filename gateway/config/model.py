"""The configuration file as it may be written. Keys, types and limits stand here and nowhere else."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, SecretStr, Tag, model_validator

from gateway.clova.catalogue import ACTIONS
from gateway.config.alarms import AlarmSection, PushSection, QuietHours
from gateway.config.found import DiscoverySection, ExposeSection, FoundSection
from gateway.config.known import Kind, Place, one_of
from gateway.config.public import Listen, PublicSection
from gateway.config.skill import SkillSection
from gateway.config.tariff import HistorySection, TariffSection
from gateway.config.tunnel import TunnelSection
from gateway.dialects.plain import PlainDevice
from gateway.dialects.section import Duration, PathText, Scalar
from gateway.dialects.section import Topic as TopicName
from gateway.home.scenes import Scene
from gateway.wire.codecs import spell


class Section(BaseModel):
    """A part of the file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError("a time zone such as Asia/Seoul or Asia/Tokyo is expected") from None
    return name


def _url(url: str) -> str:
    split = urlsplit(url)
    if split.scheme not in ("mqtt", "mqtts") or not split.hostname:
        raise ValueError("an address such as mqtt://192.168.0.10:1883 or mqtts://broker.lan is expected")
    if split.username or split.password:
        raise ValueError("user and password have keys of their own: username, password_file")
    try:
        split.hostname.encode("idna")
    except UnicodeError:
        raise ValueError(f"{split.hostname!r} is no host name") from None
    if split.port is not None and not 0 < split.port < 65536:
        raise ValueError("a port from 1 to 65535 is expected")
    return url


def _redirect_uri(uri: str) -> str:
    split = urlsplit(uri)
    if split.scheme not in ("https", "http") or not split.hostname or split.fragment or not uri.isascii():
        raise ValueError("an address such as https://example.com/callback is expected, without a fragment")
    return uri


def _word(word: Scalar) -> Scalar:
    if not spell(word):
        raise ValueError("a word is expected: an empty message says nothing")
    return word


class PresenceSection(Section):
    """What says that somebody is home: a word at a topic, or at a path of its JSON."""

    topic: TopicName
    path: PathText = ""
    home: Annotated[Scalar, AfterValidator(_word)] = "home"


class HomeSection(Section):
    """The home: `language` is for what is spoken and for pages."""

    name: str = "우리집"
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Seoul"
    language: Literal["ko", "ja", "en"] = "ko"
    presence: tuple[PresenceSection, ...] = Field(
        (), max_length=32, description="what says that somebody is home, for locks with `only_home`"
    )
    quiet_hours: QuietHours = Field({}, description="by severity, when alarms that can wait are not sent: 23:00-06:30")


class MqttSection(Section):
    """The broker. `password_file` is relative to this file, or to $CREDENTIALS_DIRECTORY."""

    url: Annotated[str, AfterValidator(_url)]
    username: str | None = None
    password: SecretStr | None = Field(None, description="only as ${NAME} of the environment; otherwise password_file")
    password_file: Path | None = None
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    version: Literal["3.1.1", "5"] = "3.1.1"
    status_topic: TopicName = "clova-gateway/status"
    announce: bool = Field(False, description="show in Home Assistant how the gateway is (docs/metrics.md)")

    @model_validator(mode="after")
    def _consistent(self) -> "MqttSection":
        if self.password is not None and self.password_file is not None:
            raise ValueError("password and password_file: one of the two")
        if (self.password or self.password_file) and self.username is None:
            raise ValueError("a password needs a username")
        if (self.cert is None) != (self.key is None):
            raise ValueError("cert and key go together")
        if self.url.startswith("mqtt:") and (self.ca or self.cert):
            raise ValueError("ca, cert and key need an mqtts:// address")
        return self


HomeName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$")]


class PrivateSection(Section):
    """The port for the home itself."""

    listen: Listen = "127.0.0.1:8801"
    names: tuple[HomeName, ...] = Field((), max_length=16, description="further names that a browser may call it by")


class LinkingSection(Section):
    """Account linking: what is entered in CLOVA's console as well (`clova-gateway register` prints it)."""

    client_id: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\x21-\x39\x3B-\x7E]+$")] = "clova"
    client_secret: SecretStr | None = Field(None, description="only as ${NAME} of the environment; otherwise a file")
    client_secret_file: Path | None = None
    redirect_uris: tuple[Annotated[str, AfterValidator(_redirect_uri)], ...] = Field(
        (), max_length=16, description="further ones for tests; the region's own is always known"
    )

    @model_validator(mode="after")
    def _has_a_secret(self) -> "LinkingSection":
        if (self.client_secret is None) == (self.client_secret_file is None):
            raise ValueError("client_secret_file, or client_secret from the environment, is expected")
        return self


class ClovaSection(Section):
    """CLOVA's side. `public_key` is `auto`, or a PEM file."""

    region: Literal["kr", "jp"] = "kr"
    extension_id: str = ""
    public_key: str = "auto"
    answer_within: Annotated[Duration, Field(ge=0.5, le=7)] = 4.0
    linking: LinkingSection | None = Field(None, description="without it no account can be linked")
    push: PushSection | None = Field(None, description="without it nobody is notified of alarms (region kr)")


Action = Annotated[str, one_of(ACTIONS, "CLOVA has no action", "TurnOn or Open")]


class OwnDevice(PlainDevice):
    """A device written by topic, with CLOVA's names for its type and place."""

    type: Annotated[Kind, Field(min_length=1)]
    location: Place = ""
    confirm: tuple[Action, ...] = ()


class FoundDevice(FoundSection):
    """A word on a device that is found, with CLOVA's names for its type and place."""

    type: Kind = ""
    location: Place | None = Field(None, description='CLOVA\'s location; "" for none')


def _sort(given: object) -> str:
    """Which sort of entry stands under `devices`."""
    return FOUND if isinstance(given, FoundDevice) or (isinstance(given, dict) and "match" in given) else OWN


OWN, FOUND = "<own>", "<found>"
"""Stand in the places of pydantic's errors, and not in the file."""
Entry = Annotated[Annotated[OwnDevice, Tag(OWN)] | Annotated[FoundDevice, Tag(FOUND)], Discriminator(_sort)]


def _some(steps: tuple[object, ...]) -> tuple[object, ...]:
    if not steps:
        raise ValueError("at least one step is expected")
    return steps


Step = dict[str, Action]


class SceneSection(Section):
    """What one name stands for: `do: [{living-light: TurnOn}, {curtain: Open}]`."""

    id: Annotated[str, Field(max_length=100)] = Field("", description="never changes; the name, where left out")
    name: Annotated[str, Field(min_length=1, max_length=50)]
    confirm: bool = Field(False, description="ask the person first (region jp)")

    def scene(self) -> Scene:
        """The home's own word for it."""
        steps = tuple(pair for step in self.do for pair in step.items())
        return Scene(self.id or self.name, self.name, steps, self.confirm)

    do: Annotated[tuple[Step, ...], AfterValidator(_some)]


class LogSection(Section):
    """How much is logged."""

    level: Literal["debug", "info", "warning", "error"] = "info"


class Config(Section):
    """The whole file."""

    home: HomeSection = HomeSection()
    mqtt: MqttSection | None = None
    public: PublicSection = PublicSection()
    private: PrivateSection = PrivateSection()
    tunnel: TunnelSection | None = Field(None, description="the way in; without it, a proxy of your own")
    clova: ClovaSection = ClovaSection()
    log: LogSection = LogSection()
    history: HistorySection = HistorySection()
    tariff: TariffSection | None = None
    state_directory: Path | None = Field(None, description="where tokens and keys are kept")
    discovery: DiscoverySection = DiscoverySection()
    expose: ExposeSection = ExposeSection()
    devices: tuple[Entry, ...] = Field((), max_length=2000)
    scenes: tuple[SceneSection, ...] = ()
    alarms: tuple[AlarmSection, ...] = Field((), max_length=200)
    skill: SkillSection | None = Field(None, description="the custom extension; without it nothing is said of one")

    def own(self) -> list[tuple[int, OwnDevice]]:
        """The devices that are written topic by topic, with their places in the list."""
        return [(index, device) for index, device in enumerate(self.devices) if isinstance(device, OwnDevice)]

    def found(self) -> list[tuple[int, FoundDevice]]:
        """The words on devices that are found, with their places in the list."""
        return [(index, device) for index, device in enumerate(self.devices) if isinstance(device, FoundDevice)]

    def expects(self, device_id: str) -> bool:
        """Whether a device with this id may still be found, though it is not written topic by topic."""
        named = {name for _, device in self.found() for name in (device.id, device.match.id) if name}
        return device_id in named or bool(_FOUND_ID.match(device_id))


_FOUND_ID = re.compile(r"0x[0-9a-f]{16}|[0-9a-f]{12}|ha-|homie-|z2m-")
"""How the ids of devices begin that are found."""
