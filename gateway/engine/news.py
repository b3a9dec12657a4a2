"""What there is to know of alarms: what is to be told, how they are now, what has changed. Monotonic seconds."""

from dataclasses import dataclass

from gateway.engine.occasion import Key, Occasion
from gateway.home.alarms import Rule, Severity


@dataclass(frozen=True, slots=True)
class Told:
    """Something is to be told: a notification, once. `at` is a point in time, `expires` a span."""

    key: Key
    rule: Rule
    message: str
    said: str
    at: float
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class Active:
    """An alarm as it is now."""

    key: Key
    severity: Severity
    message: str
    said: str
    since: float
    told_at: float | None
    over_since: float | None
    untold: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What has come about since the last time that it was asked for."""

    occasions: tuple[Occasion, ...] = ()
    ended: tuple[Key, ...] = ()
    """Occasions of which nothing has to be known any more."""
    told: tuple[Told, ...] = ()
    over: tuple[Key, ...] = ()
    """Alarms that are over, and have not begun again."""


def active(occasion: Occasion, rule: Rule) -> Active:
    """The alarm of an occasion that is raised."""
    return Active(
        occasion.key,
        rule.severity,
        rule.message,
        occasion.said,
        occasion.raised_at or 0.0,
        occasion.told_at if occasion.is_told else None,
        occasion.over_since,
        occasion.untold,
    )
