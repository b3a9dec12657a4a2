"""What is told of alarms: to the command line, to the page, over MQTT, and as metrics."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from gateway.alerts import Alerts
from gateway.engine.alarms import Active
from gateway.engine.outbox import Notification, State
from gateway.engine.registry import Registry
from gateway.home.alarms import Rule
from gateway.home.problems import NoSuchDevice

MOST = 200
"""So many of each are told of."""


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
    ) -> None:
        self._alerts = alerts
        self._rules = rules
        self._registry = registry
        self._link = link
        self._zone = zone
        self._now = now
        self._wall = wall

    def report(self) -> dict[str, Any]:
        """What is active, waiting, sent and failed, and whether it can be sent and kept."""
        outbox = self._alerts.outbox
        closed = [self._line(one) for one in reversed(outbox.closed)]
        waiting, active = outbox.waiting(), self._alerts.alarms.active()
        return {
            "push": self.push(),
            "disk": self._alerts.keeping.trouble,
            "link": self._link(),
            "active": [self._active(one) for one in active[:MOST]],
            "active_in_all": len(active),
            "waiting": [self._line(one) for one in waiting[:MOST]],
            "waiting_in_all": len(waiting),
            "sent": [one for one in closed if one["state"] == State.SENT.value],
            "failed": [one for one in closed if one["state"] != State.SENT.value],
            "limited": [self._limit(*one) for one in outbox.ledger],
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
        active = self._alerts.alarms.active()
        return {
            "active": [
                {key: one[key] for key in ("alarm", "severity", "device", "name", "said", "since")}
                for one in map(self._active, active[:MOST])
            ],
            "active_in_all": len(active),
            "push": self.push()["state"],
            "waiting": len(self._alerts.outbox),
            "disk": self._alerts.keeping.trouble,
        }

    def message_for(self, device_id: str) -> str | None:
        """A message that could be sent for this device, empty if there is none; None if there is no device."""
        try:
            self._registry.wiring(device_id)
        except NoSuchDevice:
            return None
        return next((rule.message for rule in self._rules if rule.message), "")

    def _active(self, one: Active) -> dict[str, Any]:
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
        }

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
        if at is None:
            return None
        return datetime.fromtimestamp(self._wall() - self._now() + at, self._zone).isoformat("T", "seconds")
