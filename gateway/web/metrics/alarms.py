"""The figures of alarms: what is active, what waits to be sent, what became of the rest, and whether they are heard."""

from collections import Counter
from collections.abc import Iterator, Mapping

from prometheus_client.core import Metric

from gateway.alerts import Alerts
from gateway.engine.outbox import Outbox, State
from gateway.home.alarms import Severity
from gateway.home.sending import Fate
from gateway.web.alarms import AlarmStatus, Hearing
from gateway.web.metrics.figures import counter, counters, from_zero, gauge, gauges


def of_alarms(alerts: Alerts, status: AlarmStatus | None, now: float) -> Iterator[Metric]:
    """Every figure as it is at `now` (monotonic seconds)."""
    outbox = alerts.outbox
    waiting = outbox.waiting()
    yield _by_severity("alarms_active", "Alarms that are active.", alerts.alarms.count_by_severity())
    told = "Notifications that wait to be sent."
    yield _by_severity("notifications_waiting", told, Counter(one.severity for one in waiting))
    oldest = max((now - max(one.raised_at, one.not_before) for one in waiting), default=0.0)
    told = "For how long the oldest notification could have been sent, quiet hours apart; 0 while none waits."
    yield gauge("notifications_oldest_age_seconds", told, max(oldest, 0.0))
    yield _closed(outbox, status.names() if status is not None else [])
    tries = {(fate.value,): alerts.tries[fate] for fate in Fate}
    yield counters("push_tries", "What CLOVA's service answered.", ("result",), tries)
    yield gauge("push_stopped", "1 while CLOVA takes no notification from us.", bool(outbox.stopped))
    yield gauge("alarms_unkept", "1 while the disk keeps no alarms.", bool(alerts.keeping.trouble))
    told = "Messages that were given up since no device listened for them."
    yield counter("alarms_messages_unclaimed", told, alerts.ears.early.unclaimed)
    if status is not None:
        yield from _of_status(status)


def _by_severity(name: str, told: str, values: Mapping[Severity, int]) -> Metric:
    return gauges(name, told, ("severity",), {(one.value,): values.get(one, 0) for one in Severity})


def _closed(outbox: Outbox, names: list[str]) -> Metric:
    ends = [state.value for state in State if state is not State.WAITING]
    happened = {(state.value, alarm): many for (state, alarm), many in outbox.totals.items()}
    known = ((end, name) for end in ends for name in dict.fromkeys([*names, *(alarm for _, alarm in happened)]))
    told = "Notifications that are done with."
    return counters("notifications", told, ("state", "alarm"), from_zero(known, happened))


def _of_status(status: AlarmStatus) -> Iterator[Metric]:
    sent_at, hearing = status.sent_at(), status.hearing()
    if sent_at is not None:
        told = "When CLOVA took a notification last, in seconds since 1970."
        yield gauge("push_last_success_timestamp_seconds", told, sent_at)
    if hearing is not None:
        yield from _of_link(hearing)


def _of_link(hearing: Hearing) -> Iterator[Metric]:
    yield gauge("alarms_link_up", "1 while the broker hands us alarms.", hearing["is_up"])
    told = "Topics that the broker gives at QoS 0 only: it keeps nothing of them while we are away."
    yield gauge("alarms_topics_at_qos0", told, len(hearing["at_qos0"]))
    yield gauge("alarms_topics_refused", "Topics that the broker does not let us read.", len(hearing["refused"]))
    yield gauge("alarms_unacknowledged", "Messages that are not acknowledged.", hearing["unacknowledged"])
    told = "Messages that were too large, too many or not to be read."
    yield counter("alarms_messages_dropped", told, hearing["dropped"])
