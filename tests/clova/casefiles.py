"""The files of cases/: a home, and what is asked of it. Devices and scenes are written as in gateway.yaml.

A case's keys (all but `action` can be left out):

    action, why       the action, and what is special about this case
    regions           kr, jp; otherwise all whose documents let the device's type have the action
    device            its id; without one there is no `appliance` in the request
    past              [hours before, topic, payload], in order: what was said long before; or a number that is said
                      again and again: {topic, from, until: 0, every (hours), begin, by: 0, as: "%s"}
    before, kept      topic: payload of what was said just before the request; `kept`: what the broker has retained
    before_seconds_ago    when `before` was said
    link: lost        the broker is away
    token             unknown or expired
    appliance         what stands in the request beside the appliance's id
    asked             the rest of the request's payload
    undocumented      true where no document has such a request, and it must be understood or refused all the same
    sent              [topic, payload] of all that is published, in order
    echo              [topic, payload] of what the device says after the last of that; or by topic of the command
    answer            the whole payload, or answer_kr and answer_jp; of a question without its time
    stamp             that time, where it is not the time of the request; none where there is none
    error             the error's name in place of the paired answer's, or error_kr and error_jp
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gateway.config.model import Config
from gateway.config.yamltext import parse
from gateway.dialects.plain import compile_device
from gateway.wire.binding import Wiring
from tests.clova.documented import MESSAGES, TYPES

FOLDER = Path(__file__).parent / "cases"
FILES = tuple(sorted(FOLDER.glob("*.yaml")))
NOW = "2026-11-21T07:30:00+09:00"
"""When every request is made."""


@dataclass(frozen=True, slots=True)
class Homes:
    """The configuration of a file, in one region: without the devices of types that the region has not."""

    config: Config
    wirings: tuple[Wiring, ...]

    def kind(self, device_id: str | None) -> str:
        """The type of a device; empty where there is none of this id."""
        return next((one.device.kind for one in self.wirings if one.device.id == device_id), "")


@dataclass(frozen=True, slots=True)
class Case:
    """One request in one region, and what is to come of it. See above."""

    file: Path
    line: int
    region: str
    action: str
    why: str = ""
    device: str | None = None
    past: tuple[tuple[float, str, str], ...] = ()
    before: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    before_seconds_ago: float = 0.0
    link: str = ""
    token: str = ""
    appliance: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    undocumented: bool = False
    sent: tuple[tuple[str, str], ...] = ()
    echo: Any = None
    answer: dict[str, Any] = field(default_factory=dict)
    stamp: str = NOW
    error: str = ""

    def __str__(self) -> str:
        return f"{self.region}-{self.file.stem}:{self.line}-{self.action}"

    @property
    def home(self) -> Homes:
        """The home that the request is about."""
        return home_of(self.file, self.region)

    @property
    def request(self) -> str:
        return f"{self.action}Request"

    @property
    def reply(self) -> str:
        """The name of the message that is due."""
        return self.error or MESSAGES[self.region][self.action].reply

    @property
    def payload(self) -> dict[str, Any]:
        """The whole payload that is due, with the time of a question's answer."""
        is_told = self.action.startswith("Get") and not self.error and self.stamp != "none"
        return self.answer | ({"applianceResponseTimestamp": self.stamp} if is_told else {})


def cases() -> list[Case]:
    """All of them."""
    return [case for file in FILES for case in _cases_of(file)]


def config_of(text: bytes, region: str) -> Config:
    """The devices and scenes of a file as a configuration; those of other regions' types are left out."""
    found = parse(text).value
    devices = [device for device in found["devices"] if device["type"] in TYPES[region]]
    given = {key: found[key] for key in ("scenes", "tariff") if key in found}
    return Config.model_validate({"clova": {"region": region}, "devices": devices, **given})


def wirings_of(config: Config) -> tuple[Wiring, ...]:
    return tuple(compile_device(device, ZoneInfo(config.home.timezone)) for _, device in config.own())


@cache
def home_of(file: Path, region: str) -> Homes:
    config = config_of(file.read_bytes(), region)
    return Homes(config, wirings_of(config))


def _cases_of(file: Path) -> Iterator[Case]:
    document = parse(file.read_bytes())
    types = {device["id"]: device["type"] for device in document.value["devices"]}
    for number, written in enumerate(document.value["cases"]):
        given = dict(written)
        regions = given.pop("regions", None) or _regions(given["action"], types.get(given.get("device")))
        line, _ = document.places["cases", number]
        yield from (Case(file, line, region, **_in_region(given, region)) for region in regions)


def _regions(action: str, kind: str | None) -> list[str]:
    """Those that have the action, for a device of this type if there is one."""
    having = [region for region in MESSAGES if action in MESSAGES[region]]
    return [region for region in having if kind is None or action in TYPES[region].get(kind, ())]


def _in_region(given: dict[str, Any], region: str) -> dict[str, Any]:
    """The keys of one region, without what is only for the other."""
    found = {key: value for key, value in given.items() if not key.endswith(("_kr", "_jp"))}
    found |= {key[:-3]: value for key, value in given.items() if key.endswith(f"_{region}")}
    found["sent"] = tuple(map(tuple, found.get("sent", ())))
    found["past"] = tuple(row for written in found.get("past", ()) for row in _told(written))
    return found


def _told(written: Any) -> Iterator[tuple[float, str, str]]:
    """What was said once, or again and again."""
    if isinstance(written, list):
        hours, topic, payload = written
        yield hours, topic, str(payload)
        return
    begin, every = written["from"], written["every"]
    for number in range(int((begin - written.get("until", 0)) / every) + 1):
        said = written["begin"] + number * written.get("by", 0)
        yield begin - number * every, written["topic"], written.get("as", "%s") % said
