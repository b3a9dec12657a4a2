"""What is an alarm: a row each, with the defaults that are right for it, and the rules that an owner writes."""

from dataclasses import dataclass
from enum import Enum

from gateway.home import traits
from gateway.home.traits import Trait
from gateway.home.values import UNLOCKED, Value

HOUR, DAY = 3600.0, 86_400.0


class Severity(Enum):
    """How urgent an alarm is, the most urgent first."""

    LIFE = "life"
    PROPERTY = "property"
    SECURITY = "security"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return _RANKS[self]

    @property
    def keeps_quiet(self) -> bool:
        """Whether it can wait for the morning."""
        return self in (Severity.SECURITY, Severity.NOTICE)

    @property
    def expires_seconds(self) -> float:
        """Seconds after which it is no news any more."""
        return DAY if self is Severity.LIFE else HOUR


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Sign:
    """What of a trait is an alarm: one value, beyond a threshold, or a fault that the device reports in its place."""

    trait: Trait
    value: Value | None = None
    above: float | None = None
    below: float | None = None
    fault: bool = False
    said: bool = False
    """Any text at all."""

    def shows(self, value: Value, clear_at: float | None = None) -> bool:
        """Whether this value is the alarm; once it is one, it is until the value is past `clear_at`."""
        if self.above is not None and _is_number(value):
            return float(value) > (self.above if clear_at is None else clear_at)  # type: ignore[arg-type]  # a number
        if self.below is not None and _is_number(value):
            return float(value) < (self.below if clear_at is None else clear_at)  # type: ignore[arg-type]  # a number
        if self.said:
            return isinstance(value, str) and bool(value.strip())
        return self.value is not None and type(value) is type(self.value) and value == self.value


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One sort of alarm. Times are in seconds."""

    name: str
    severity: Severity
    signs: tuple[Sign, ...]
    hold: float = 0.0
    """It must last for so long."""
    clear: float = 30.0
    """It must be over for so long before it counts as over."""
    repeat_after: float = 600.0
    """Within this time of a notification the same is not told again."""
    always: bool = True
    """Whether it is one also where its owner has not asked for it."""
    is_event: bool = False
    """Whether it is the change that is told: what was so when it was first heard of is no news."""


def _is(trait: Trait, value: Value = True) -> tuple[Sign, ...]:
    return (Sign(trait, value),)


_LIFE, _PROPERTY, _SECURITY, _NOTICE = Severity

ALARMS: tuple[Alarm, ...] = (
    Alarm("smoke", _LIFE, _is(traits.SMOKE)),
    Alarm("gas", _LIFE, _is(traits.GAS)),
    Alarm("carbon_monoxide", _LIFE, _is(traits.CARBON_MONOXIDE)),
    Alarm("heat", _LIFE, _is(traits.HEAT)),
    Alarm("panic", _LIFE, _is(traits.PANIC), clear=5, repeat_after=60),
    Alarm("leak", _PROPERTY, _is(traits.LEAK)),
    Alarm("triggered", _SECURITY, _is(traits.TRIGGERED)),
    Alarm("forced", _SECURITY, _is(traits.FORCED)),
    Alarm("tamper", _SECURITY, _is(traits.TAMPER)),
    Alarm("jammed", _SECURITY, (Sign(traits.JAMMED, True), Sign(traits.LOCK, fault=True)), hold=5),
    Alarm("alert", _NOTICE, (Sign(traits.ALERT, said=True),)),
    Alarm(
        "battery_low",
        _NOTICE,
        (Sign(traits.BATTERY_LOW, True), Sign(traits.BATTERY, below=10)),
        hold=60,
        clear=HOUR,
        repeat_after=DAY,
    ),
    Alarm("vibration", _SECURITY, _is(traits.VIBRATION), always=False, is_event=True),
    Alarm(
        "lock_opened",
        _SECURITY,
        _is(traits.LOCK, UNLOCKED),
        hold=1,
        clear=0,
        repeat_after=10,
        always=False,
        is_event=True,
    ),
    Alarm("left_open", _NOTICE, _is(traits.CONTACT), hold=600, always=False),
    Alarm("lost", _NOTICE, _is(traits.LOST), hold=600, clear=60, always=False),
)
"""The most urgent first."""
ALARMS_BY_NAME = {alarm.name: alarm for alarm in ALARMS}


@dataclass(frozen=True, slots=True)
class Escalation:
    """A second message, sent when an alarm has lasted for so long. Times are in seconds."""

    after: float
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What is told of which devices, and how. Of several rules of one name, the first that fits a device counts.

    Where `devices`, `kinds`, `tags` and `rooms` are empty, it fits all. Times are in seconds.
    """

    name: str
    """Of its alarm (`smoke`), or one of its own ("current_temperature above 30")."""
    signs: tuple[Sign, ...]
    severity: Severity
    hold: float
    clear: float
    repeat_after: float
    expires: float
    message: str = ""
    """The id of the message in CLOVA's console; empty where there is none."""
    clear_at: float | None = None
    """For a threshold: it is over only beyond this value."""
    quorum: int = 1
    """So many devices must show it at once."""
    escalation: Escalation | None = None
    devices: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()
    """Of a lock that was opened: only in these ways (`traits.WAYS`)."""
    is_event: bool = False
    is_quiet: bool = False
    """Whether it is written down, shown and never sent."""


def rule_of(alarm: Alarm, message: str = "") -> Rule:
    """The rule for an alarm of which the owner has said no more than what its message is."""
    return Rule(
        alarm.name,
        alarm.signs,
        alarm.severity,
        alarm.hold,
        alarm.clear,
        alarm.repeat_after,
        alarm.severity.expires_seconds,
        message,
        is_event=alarm.is_event,
    )
