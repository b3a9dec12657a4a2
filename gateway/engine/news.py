"""What there is to know of alarms: what is to be told, how they are now, what has changed. Monotonic seconds."""

from dataclasses import dataclass

from gateway.engine.line import Notification
from gateway.engine.occasion import Key, Occasion
from gateway.engine.watch import Watch
from gateway.home.alarms import Rule, Severity

NO_MESSAGE = "no message"
PUSH_OFF = "push off"
"""Nothing can be sent at all."""
RULE_OFF = "push: false"
"""Its rule says so."""
QUORUM = "quorum"
"""Several devices must show it; what is told of that adds how many do: "quorum 1 of 2"."""
NO_RULE = "no rule"
"""There is none for the way in which the lock was opened."""
EXPIRED = "expired"
"""It could not be sent until it was no news any more."""
TOO_SOON = "too soon"
"""After the last time that it was told."""
UNDELIVERED = "undelivered"
"""Its notification came to nothing."""
AS_FOUND = "as found"
"""It was so when it was first heard of."""
SETTLING = "settling"
"""It may be over: the broker is about to say."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something is to be told: a notification, once. `at` is a point in time, `expires` a span."""

    key: Key
    rule: Rule
    message: str
    said: str
    at: float
    is_second: bool = False
    unsent: str = ""
    """Why nothing is sent of it: PUSH_OFF, RULE_OFF or NO_MESSAGE; empty where it is to be sent."""


@dataclass(frozen=True, slots=True)
class Active:
    """An alarm as it is now."""

    key: Key
    severity: Severity
    message: str
    said: str
    since: float
    told_at: float | None
    """When a notification of it was made that was to be sent."""
    over_since: float | None
    untold: int
    why_untold: str
    """One of the words above; empty where a notification of it waits, or has waited."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What has come about since the last time that it was asked for."""

    occasions: tuple[Occasion, ...] = ()
    ended: tuple[Key, ...] = ()
    """Occasions of which nothing has to be known any more."""
    told: tuple[Told, ...] = ()
    over: tuple[Key, ...] = ()
    """Alarms that are over, and have not begun again."""


def why_unsent(rule: Rule, message: str, can_send: bool) -> str:
    """Why nothing is sent of what this rule tells; empty where it is."""
    if rule.is_quiet:
        return RULE_OFF
    if not can_send:
        return PUSH_OFF
    return "" if message else NO_MESSAGE


def why_still(occasion: Occasion, watch: Watch, can_send: bool, now: float) -> tuple[str, str]:
    """Why nothing can be sent of what was untold, and of its second message; empty where it can."""
    rule = watch.rule_for(occasion.way)
    if (occasion.raised_at or 0.0) + watch.rule.expires <= now:
        return EXPIRED, EXPIRED
    if watch.group is not None:
        return QUORUM, QUORUM
    if rule is None:
        return NO_RULE, NO_RULE
    second = rule.escalation.message if rule.escalation is not None else ""
    return why_unsent(rule, rule.message, can_send), why_unsent(rule, second, can_send)


def notification(id: int, told: Told, wait: float) -> Notification:
    """The row of it; it waits for so long, and expires so long after that as its rule says."""
    key, rule, begin = told.key, told.rule, told.at + wait
    return Notification(
        *(id, key.alarm, rule.severity, key.device, key.slot, key.source, told.message, told.said, told.is_second),
        *(told.at, begin + rule.expires, begin),
    )


def active(occasion: Occasion, rule: Rule, by: Occasion | None, shown: int = 0) -> Active:
    """The alarm of an occasion that is raised, and is told by this one; or not yet, of so many devices."""
    why = f"{QUORUM} {shown} of {rule.quorum}" if by is None else _why_untold(by, rule)
    return Active(
        occasion.key,
        rule.severity,
        rule.message,
        occasion.said,
        occasion.raised_at or 0.0,
        None if why or by is None else by.told_at,
        occasion.over_since,
        occasion.untold,
        why,
    )


def _why_untold(one: Occasion, rule: Rule) -> str:
    if one.unsent:
        return one.unsent
    if one.is_told:
        return UNDELIVERED if one.is_undelivered else AS_FOUND if one.told_at is None else ""
    return TOO_SOON if one.is_too_soon(rule) else SETTLING
