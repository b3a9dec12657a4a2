"""What the owner writes of alarms, and the rules that it comes to; `clova: push`, and quiet hours."""

import datetime
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, SecretStr, Tag, model_validator

from gateway.clova.locations import LOCATIONS
from gateway.clova.push import BASE, looks_right
from gateway.config.known import ALL_ALARMS, OTHER_ALARMS, OTHER_TRAITS, Kind, hint, one_of
from gateway.dialects.section import Document, Scalar, Span, own_mode
from gateway.home.alarms import ALARMS, ALARMS_BY_NAME, Alarm, Escalation, Rule, Severity, Sign, rule_of
from gateway.home.traits import CARBON_DIOXIDE, LOST, MODE, TRAITS, WAYS, Sort, Trait
from gateway.home.values import Value
from gateway.wire.codecs import spell

if TYPE_CHECKING:
    from gateway.config.model import Config

HOUR, DAY = 3600.0, 86_400.0
MAX_NAME = 60
WATCHED: dict[str, Trait] = TRAITS | {trait.name: trait for trait in (CARBON_DIOXIDE, LOST)}
"""The traits that a rule can be about, by name: also those that no owner gives a device."""


def _listed(given: object) -> object:
    """One word is a list of one."""
    return given if isinstance(given, list | tuple) else (given,)


def _number(given: object) -> object:
    """True is no number here, though Python has it as one."""
    if isinstance(given, bool):
        raise ValueError("a number is expected; true and false go with `is`")
    return given


def _message_id(given: str) -> str:
    if not looks_right(given):
        raise ValueError("an id of CLOVA's console is expected: msg-..., or test-msg-... before it is approved")
    return given


def _title(given: str) -> str:
    if given != given.strip() or not given.isprintable():
        raise ValueError("a name without control characters, and without a space at either end, is expected")
    return given


def _room(given: str) -> str:
    """CLOVA's name of a place is in capitals; any other word is that of whoever described the device."""
    if given not in LOCATIONS and re.fullmatch("[A-Z][A-Z0-9_]*", given):
        raise ValueError(f"CLOVA has no location {given!r}; {hint(given, LOCATIONS, 'LIVING_ROOM or KITCHEN')}")
    return given


LISTED = BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...])
_FEW = Field(min_length=1, max_length=200)
MessageId = Annotated[str, AfterValidator(_message_id)]
Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=128)], ...], LISTED, _FEW]
Kinds = Annotated[tuple[Annotated[Kind, Field(min_length=1)], ...], LISTED, _FEW]
Room = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_room)]
Rooms = Annotated[tuple[Room, ...], LISTED, _FEW]
Way = Annotated[str, one_of(WAYS, "a lock is not opened by", "keypad or key"), Field(min_length=1)]
Ways = Annotated[tuple[Way, ...], LISTED, _FEW]
_ALARM = one_of(ALARMS_BY_NAME, "there is no alarm", ALL_ALARMS, OTHER_ALARMS)
_TRAIT = one_of(WATCHED, "there is no trait", "smoke or current_temperature", OTHER_TRAITS)
AlarmName = Annotated[str, _ALARM, Field(min_length=1)]
TraitName = Annotated[str, _TRAIT, Field(min_length=1)]
Bound = Annotated[float, BeforeValidator(_number)]
Lasting = Annotated[Span, Field(ge=0, le=7 * DAY)]


class WhenSection(Document):
    """What is an alarm, and of which devices: an `alarm` that is known, or a `trait` and what of it."""

    alarm: AlarmName | None = None
    trait: TraitName | None = None
    is_: Scalar | None = Field(None, alias="is", description="the trait's value: true, false, a word or a number")
    above: Bound | None = None
    below: Bound | None = None
    by: Ways = Field((), description="of `lock_opened`: only when it was opened in one of these ways")
    device: Names = Field((), description="the ids of the devices that are meant; all, where left out")
    kind: Kinds = Field((), description="CLOVA's types")
    tag: Names = ()
    room: Rooms = Field((), description="CLOVA's locations, or the room that a device says it is in")

    @model_validator(mode="after")
    def _one_thing(self) -> "WhenSection":
        if (self.alarm is None) == (self.trait is None):
            raise ValueError("`alarm` or `trait`: one of the two is expected")
        given = [f"`{key}`" for key, one in self._asked().items() if one is not None]
        if self.trait is not None and len(given) != 1:
            raise ValueError("`is`, `above` or `below`: with a trait, one of the three is expected")
        if self.alarm is not None and given:
            raise ValueError(f"{given[0]} goes with `trait`: {self.alarm!r} says by itself what it is")
        return self

    def _asked(self) -> dict[str, Any]:
        return {"is": self.is_, "above": self.above, "below": self.below}

    def known(self) -> Alarm | None:
        """The alarm of the table that is meant, however it is written."""
        if self.alarm is not None:
            return ALARMS_BY_NAME[self.alarm]
        return next((alarm for alarm in ALARMS if self.sign() in alarm.signs), None)

    def sign(self) -> Sign:
        """What of the trait is the alarm."""
        trait = WATCHED[self.trait or ""]
        return Sign(trait, None if self.is_ is None else value_of(trait, self.is_), self.above, self.below)

    def title(self) -> str:
        """What it is, as the name of who has none: "current_temperature above 60"."""
        return next(f"{self.trait} {key} {spelt(one)}" for key, one in self._asked().items() if one is not None)


def spelt(given: Scalar) -> str:
    """What is written, short enough for a name."""
    return spell(given) if isinstance(given, str | bool) else f"{given:.12g}"


def value_of(trait: Trait, given: Scalar) -> Value | None:
    """What is written, as a value of the trait; None where it can have no such value."""
    if trait.sort is Sort.WORD:
        word = spell(given)
        if not word:
            return None
        value: Value = own_mode(word) if trait is MODE else word
    else:
        value = float(given) if isinstance(given, int) and not isinstance(given, bool) else given
    return value if trait.accepts(value) and trait.is_possible(value) else None


class ClearSection(Document):
    """When it is over: for so long, and for a threshold only beyond `at`."""

    after: Lasting | None = None
    at: Bound | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ClearSection":
        if self.after is None and self.at is None:
            raise ValueError("`after`, `at` or both are expected")
        return self


LASTING, BEYOND = "<lasting>", "<beyond>"
"""Stand in the places of pydantic's errors, and not in the file."""


def _form(given: object) -> str:
    return BEYOND if isinstance(given, ClearSection | dict) else LASTING


Clear = Annotated[Annotated[Lasting, Tag(LASTING)] | Annotated[ClearSection, Tag(BEYOND)], Discriminator(_form)]


class EscalationSection(Document):
    """A second message, where it still lasts."""

    after: Annotated[Span, Field(gt=0, le=7 * DAY)]
    message: MessageId


class AlarmSection(Document):
    """A rule: `{when: {alarm: left_open, tag: 현관}, hold: 3min, message: msg-...}`. The rest is as for its alarm."""

    name: Annotated[str, Field(max_length=MAX_NAME), AfterValidator(_title)] = Field(
        "", description="of a rule of your own, as it is shown"
    )
    when: WhenSection
    message: MessageId | None = Field(None, description="the id in CLOVA's console; `clova: push: messages` otherwise")
    severity: Severity | None = None
    hold: Lasting | None = Field(None, description="it must last for so long")
    clear: Clear | None = Field(None, description="it must be over for so long: 5min, or {after: 5min, at: 55}")
    repeat_after: Annotated[Span, Field(ge=0, le=30 * DAY)] | None = Field(
        None, description="within this time the same is not told again"
    )
    expires: Annotated[Span, Field(ge=60, le=7 * DAY)] | None = Field(
        None, description="after this time it is no news any more, and is not sent"
    )
    quorum: Annotated[int, Field(ge=1, le=100)] = Field(1, description="so many devices must show it at once")
    escalate: EscalationSection | None = None
    push: bool = Field(True, description="false: shown, and never sent")

    def alarm(self) -> Alarm:
        """Its row of the table, or one made for it."""
        known = self.when.known()
        return known or Alarm(self.name or self.when.title(), Severity.NOTICE, (self.when.sign(),))

    def rule(self, messages: Mapping[str, str]) -> Rule:
        """What it comes to, with the ids of messages by the names of alarms."""
        row, when = self.alarm(), self.when
        after, at = (self.clear.after, self.clear.at) if isinstance(self.clear, ClearSection) else (self.clear, None)
        severity = self.severity or row.severity
        return Rule(
            name=row.name,
            signs=row.signs,
            severity=severity,
            hold=_or(self.hold, row.hold),
            clear=_or(after, row.clear),
            repeat_after=_or(self.repeat_after, row.repeat_after),
            expires=_or(self.expires, severity.expires_seconds),
            message=(self.message or messages.get(row.name, "")) if self.push else "",
            clear_at=at,
            quorum=self.quorum,
            escalation=Escalation(self.escalate.after, self.escalate.message) if self.escalate is not None else None,
            devices=frozenset(when.device),
            kinds=frozenset(when.kind),
            tags=frozenset(when.tag),
            rooms=frozenset(when.room),
            ways=frozenset(when.by),
            is_event=row.is_event,
            is_quiet=not self.push,
        )


ONLY_WHEN = frozenset(one.alias or key for key, one in WhenSection.model_fields.items()) - {*AlarmSection.model_fields}
"""What stands under `when`, and nowhere else in a rule."""


def _or(given: float | None, usual: float) -> float:
    return usual if given is None else given


def _push_url(url: str) -> str:
    split = urlsplit(url)
    host = split.hostname or ""
    if split.path.strip("/") or split.query or split.fragment or split.username is not None or not host:
        raise ValueError(f"an address such as {BASE} is expected, without a path")
    if split.scheme != "https" and not (split.scheme == "http" and _is_loopback(host)):
        raise ValueError("an https:// address is expected: the secret goes there (http:// only to this machine itself)")
    if not _has_port(split):
        raise ValueError("a port from 1 to 65535 is expected")
    return url.rstrip("/")


def _has_port(split: SplitResult) -> bool:
    """Whether there is one in the address, or none is written."""
    try:
        return split.port != 0
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class PushSection(Document):
    """CLOVA's notifications (region kr): the secret of its console, and the ids of the messages made there."""

    secret: SecretStr | None = Field(None, description="only as ${NAME} of the environment; otherwise a file")
    secret_file: Path | None = None
    messages: dict[str, MessageId] = Field({}, max_length=200, description="by the names of alarms")
    url: Annotated[str, AfterValidator(_push_url)] = BASE

    @model_validator(mode="after")
    def _has_a_secret(self) -> "PushSection":
        if (self.secret is None) == (self.secret_file is None):
            raise ValueError("secret_file, or secret from the environment, is expected")
        return self


def _can_wait(given: object) -> object:
    """Why some severities cannot."""
    known = [severity.value for severity in Severity]
    waiting = " and ".join(severity.value for severity in Severity if severity.keeps_quiet)
    if not isinstance(given, str) or given not in known:
        raise ValueError(f"there is no severity {given!r}; {hint(str(given), known, waiting)}")
    if not Severity(given).keeps_quiet:
        raise ValueError(f"{given!r} is told at any hour: smoke, gas or a leak cannot wait; {waiting} can")
    return given


_HOURS = re.compile(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)\s*")


def _hours(given: str) -> tuple[datetime.time, datetime.time]:
    found = _HOURS.fullmatch(given)
    if found is None:
        raise ValueError("two times of the day such as 23:00-06:30 are expected")
    hour, minute, until_hour, until_minute = map(int, found.groups())
    return datetime.time(hour, minute), datetime.time(until_hour, until_minute)


def _last(given: str) -> str:
    since, until = _hours(given)
    if since == until:
        raise ValueError("the two times must differ")
    return given


QuietHours = dict[
    Annotated[Literal["security", "notice"], BeforeValidator(_can_wait)], Annotated[str, AfterValidator(_last)]
]


def alarm_rules(config: "Config") -> tuple[Rule, ...]:
    """The owner's rules first, then one for each alarm that is always told or has a message, for all devices."""
    messages = config.clova.push.messages if config.clova.push is not None else {}
    written = [section.rule(messages) for section in config.alarms]
    usual = (alarm for alarm in ALARMS if alarm.always or alarm.name in messages)
    return (*written, *(rule_of(alarm, messages.get(alarm.name, "")) for alarm in usual))


def quiet_hours(config: "Config") -> Mapping[Severity, tuple[datetime.time, datetime.time]]:
    """From when until when, in the home's time zone, what can wait waits; past midnight where the second is earlier."""
    return {Severity(severity): _hours(hours) for severity, hours in config.home.quiet_hours.items()}
