"""What is told of alarms: to the command line, to the page, over MQTT, and as metrics."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any, TypedDict

from gateway.alerts import Alerts
from gateway.engine.alarms import Active
from gateway.engine.news import AS_FOUND, NO_MESSAGE, NO_RULE, PUSH_OFF, RULE_OFF, SETTLING, TOO_SOON, UNDELIVERED
from gateway.engine.occasion import Key
from gateway.engine.outbox import Notification, State
from gateway.engine.registry import Registry
from gateway.engine.watch import Watch, watches_of
from gateway.home.alarms import Rule
from gateway.home.problems import NoSuchDevice
from gateway.wire.binding import Wiring

MOST = 200
"""So many of each are told of."""
HALF_DAY = 43_200.0

NO_ANSWER, FULL = "does not answer", ("disk is full", "no space left", "quota exceeded")

_WHYS = {
    NO_MESSAGE: "it has no message",
    RULE_OFF: "the rule says `push: false`",
    NO_RULE: "no rule is about this way of opening it",
    TOO_SOON: "too soon after the last time to be told again",
    UNDELIVERED: "its notification could not be delivered",
    AS_FOUND: "it was so when it was first heard of",
    SETTLING: "the broker may be about to say that it is over",
}
"""What the engine's keys (engine/news.py) are in words; all others are words themselves."""


_FOR_ALL = ("alarm", "severity", "device", "name", "said", "since")
"""What the whole house may know of an alarm."""


class Hearing(TypedDict):
    """How the connection for alarms is, as `AlarmLink` has it."""

    is_up: bool
    at_qos0: list[str]
    """Topics that the broker gives at QoS 0 only: it keeps nothing of them while we are away."""
    refused: list[str]
    """Topics that the broker does not let us read."""
    dropped: int
    """Messages since the start that were too large, too many or not to be read."""
    unacknowledged: int


class AlarmStatus:
    """Plain values, ready for JSON. `now` is the monotonic clock, `wall` the time of day, `link` the connection."""

    def __init__(
        self,
        alerts: Alerts,
        rules: tuple[Rule, ...],
        registry: Registry,
        link: Callable[[], str],
        zone: tzinfo,
        now: Callable[[], float],
        wall: Callable[[], float],
        hearing: Callable[[], Hearing] | None = None,
    ) -> None:
        self._alerts = alerts
        self._rules = rules
        self._registry = registry
        self._link = link
        self._zone = zone
        self._now = now
        self._wall = wall
        self._hearing = hearing
        self._sent_at: float | None = None
        self._watched: dict[str, tuple[Wiring, tuple[Rule, ...], tuple[Watch, ...]]] = {}

    def follow(self, rules: tuple[Rule, ...]) -> None:
        """Other rules."""
        self._rules = rules
        self._watched.clear()

    def report(self) -> dict[str, Any]:
        """What is active, waiting, sent and failed, and whether it can be sent and kept."""
        outbox = self._alerts.outbox
        closed = [self._line(one) for one in reversed(outbox.closed)]
        waiting, active = outbox.waiting(), self._alerts.alarms.active(MOST)
        latest = {_key(one): one for several in (outbox.closed, waiting) for one in several}
        whys = self._waits(waiting[:MOST])
        return {
            "push": self.push(),
            "disk": self._alerts.keeping.trouble,
            "disk_state": self._disk(),
            "link": self._link(),
            "hearing": self._heard(),
            "active": [self._active(one, latest.get(_key(one.key))) for one in active],
            "active_in_all": sum(self._alerts.alarms.count_by_severity().values()),
            "waiting": [self._line(one) | {"why": why} for one, why in zip(waiting[:MOST], whys, strict=True)],
            "waiting_in_all": len(waiting),
            "sent": [one for one in closed if one["state"] == State.SENT.value],
            "failed": [one for one in closed if one["state"] != State.SENT.value],
            "limited": [self._limit(*one) for one in outbox.ledger],
            "without_message": self.without_message()[:MOST],
            "about_nobody": self.about_nobody()[:MOST],
            "unclaimed": self._alerts.ears.early.unclaimed,
        }

    def push(self) -> dict[str, str]:
        """Whether notifications go out, and if not, why."""
        outbox = self._alerts.outbox
        if self._alerts.why_not:
            return {"state": "off", "why": self._alerts.why_not}
        if outbox.stopped:
            return {"state": "stopped", "why": outbox.stopped}
        if outbox.trouble:
            return {"state": "trying again", "why": outbox.trouble}
        return {"state": "ready", "why": ""}

    def summary(self) -> dict[str, Any]:
        """What everybody on the broker may know: which alarms there are, and whether they are told."""
        return {
            "active": [{key: told[key] for key in _FOR_ALL} for told in self.active()],
            "active_in_all": sum(self._alerts.alarms.count_by_severity().values()),
            "push": self.push()["state"],
            "waiting": len(self._alerts.outbox),
            "disk": self._disk(),
        }

    def active(self) -> list[dict[str, Any]]:
        """What everybody in the home may know of the active alarms, the most urgent first."""
        found = (self._active(one, None) for one in self._alerts.alarms.active(MOST))
        return [{key: told[key] for key in (*_FOR_ALL, "slot", "is_ending")} for told in found]

    def hearing(self) -> Hearing | None:
        """How the connection for alarms is, where that is known."""
        return self._hearing() if self._hearing is not None else None

    def names(self) -> list[str]:
        """Those of all alarms there can be."""
        return list(dict.fromkeys(rule.name for rule in self._rules))

    def sent_at(self) -> float | None:
        """When CLOVA took a notification last, in seconds since 1970; None if it never did."""
        sent = (one.closed_at for one in self._alerts.outbox.closed if one.state is State.SENT)
        latest = max((at for at in sent if at is not None), default=None)
        if latest is not None:  # it may have been followed by so many others that it is told of no longer
            self._sent_at = max(self._sent_at or latest, latest)
        return None if self._sent_at is None else self._sent_at + self._ahead()

    def message_for(self, device_id: str) -> str | None:
        """The message of this device's own alarm, else any, empty if there is none; None if there is no device."""
        try:
            watches = self._watches(self._registry.wiring(device_id))
        except NoSuchDevice:
            return None
        rules = (*(rule for watch in watches for rule in watch.rules), *self._rules)
        return next((rule.message for rule in rules if rule.message), "")

    def without_message(self) -> list[dict[str, str]]:
        """Which alarm of which device nobody would be notified of, for want of a message's id."""
        rules = (
            (rule.name, watch.device)
            for wiring in self._registry.wirings()
            for watch in self._watches(wiring)
            for rule in watch.rules
            if not rule.message and not rule.is_quiet
        )
        return [{"alarm": alarm, "device": device} for alarm, device in dict.fromkeys(rules)]

    def about_nobody(self) -> list[dict[str, str]]:
        """What rules name that there is not: the alarm, the sort of name (device, tag, room), and the name."""
        devices = [wiring.device for wiring in self._registry.wirings()]
        known = {
            "device": {device.id for device in devices},
            "tag": {tag for device in devices for tag in device.tags},
            "room": {room for device in devices for room in (device.location, device.room)},
        }
        named = (
            (rule.name, key, word)
            for rule in self._rules
            for key, words in (("device", rule.devices), ("tag", rule.tags), ("room", rule.rooms))
            for word in sorted(words - known[key])
        )
        return [{"alarm": alarm, "key": key, "word": word} for alarm, key, word in dict.fromkeys(named)]

    def _watches(self, wiring: Wiring) -> tuple[Watch, ...]:
        """Where alarms show on a device; found out once, for as long as it and the rules are the same."""
        known = self._watched.get(wiring.device.id)
        if known is None or known[0] is not wiring or known[1] is not self._rules:
            named: dict[str, list[Rule]] = {}
            for rule in self._rules:
                named.setdefault(rule.name, []).append(rule)
            found = tuple(watch for several in watches_of(wiring, named.values()).values() for watch in several)
            known = self._watched[wiring.device.id] = (wiring, self._rules, found)
        return known[2]

    def _disk(self) -> str:
        """Of the disk's trouble what anybody may know: no path stands in it."""
        trouble = self._alerts.keeping.trouble
        if not trouble:
            return ""
        if any(words in trouble.casefold() for words in FULL):
            return "full"
        return "no answer" if trouble.endswith(NO_ANSWER) else "failed"

    def _heard(self) -> dict[str, Any] | None:
        hearing = self.hearing()
        if hearing is None:
            return None
        lists = {key: sorted(hearing[key]) for key in ("at_qos0", "refused")}
        many = {f"{key}_in_all": len(found) for key, found in lists.items()}
        return {**hearing, **{key: found[:MOST] for key, found in lists.items()}, **many}

    def _waits(self, waiting: Iterable[Notification]) -> Iterator[str]:
        """Why each of these waits, the oldest of which comes first."""
        outbox, now, ready = self._alerts.outbox, self._now(), set()
        for one in waiting:
            limited = outbox.ledger.until(one)
            if one.not_before > now:
                yield f"quiet hours until {self._clock(one.not_before)}"
            elif limited > now:
                yield f"CLOVA had enough of this message until {self._clock(limited)}"
            elif one.device in ready:
                yield "behind an earlier one of this device"
            else:
                ready.add(one.device)
                yield one.why or outbox.stopped or outbox.trouble

    def _active(self, one: Active, told: Notification | None) -> dict[str, Any]:
        return {
            "alarm": one.key.alarm,
            "severity": one.severity.value,
            "device": one.key.device,
            "name": self._name(one.key.device),
            "slot": one.key.slot,
            "said": one.said,
            "since": self._moment(one.since),
            "told_at": self._moment(one.told_at),
            "message": one.message,
            "is_ending": one.over_since is not None,
            "not_told_again": one.untold,
            "why": self._why_untold(one, told if told is not None and told.raised_at >= one.since else None),
        }

    def _why_untold(self, one: Active, told: Notification | None) -> str:
        """Why nobody has been notified of it; empty where somebody has, or is about to be."""
        if told is not None:
            return "" if told.state in (State.SENT, State.WAITING) else told.why or told.state.value
        if one.why_untold == PUSH_OFF:
            return self._alerts.why_not
        return _WHYS.get(one.why_untold, one.why_untold)

    def _line(self, one: Notification) -> dict[str, Any]:
        return {
            "id": one.id,
            "alarm": one.alarm,
            "severity": one.severity.value,
            "device": one.device,
            "name": self._name(one.device),
            "said": one.said,
            "message": one.message,
            "second": one.is_second,
            "raised_at": self._moment(one.raised_at),
            "not_before": self._moment(one.not_before) if one.not_before > one.raised_at else None,
            "expires_at": self._moment(one.expires_at),
            "state": one.state.value,
            "why": one.why,
            "tries": one.tries,
            "closed_at": self._moment(one.closed_at),
            "perhaps_twice": one.is_doubtful and one.state is State.SENT,
        }

    def _limit(self, device: str, message: str, until: float) -> dict[str, Any]:
        return {"device": device, "message": message, "until": self._moment(until)}

    def _name(self, device_id: str) -> str:
        try:
            return self._registry.wiring(device_id).device.name
        except NoSuchDevice:
            return ""

    def _moment(self, at: float | None) -> str | None:
        return None if at is None else self._local(at).isoformat("T", "seconds")

    def _clock(self, at: float) -> str:
        """The time of day there, and the day where it is another."""
        then, now = self._local(at), self._local(self._now())
        return then.strftime("%H:%M" if then.date() == now.date() or at - self._now() < HALF_DAY else "%m-%d %H:%M")

    def _local(self, at: float) -> datetime:
        return datetime.fromtimestamp(self._ahead() + at, self._zone)

    def _ahead(self) -> float:
        return self._wall() - self._now()


def _key(one: Key | Notification) -> Key:
    return one if isinstance(one, Key) else Key(one.alarm, one.device, one.slot, one.source)
