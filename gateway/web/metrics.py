"""What is counted, for Prometheus (OpenMetrics where it is asked for)."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from gateway.alerts import Alerts
from gateway.engine.outbox import State
from gateway.home.alarms import Severity
from gateway.home.sending import Fate
from gateway.web.alarms import AlarmStatus, Hearing
from gateway.web.door import Stage

PREFIX = "clova_gateway"

STANDINGS = ("off", "unknown", "up", "down")
"""The states of the probe (links/probe_reach.py)."""
REFUSALS = ("400", "401", "404", "405", "413", "415", "421", "429", "500", "503")
"""What the public door refuses with: a 0 each from the start, so that the first can be seen."""
DROPS = (
    "handshake failed",
    *(f"{stage.value} crowded" for stage in Stage if stage is not Stage.ANSWERING),
    *(f"{stage.value} late" for stage in Stage if stage not in (Stage.ANSWERING, Stage.RESTING)),
)
"""How the public door ends a connection: the stage that it was in, and why."""

Way = Callable[[], Mapping[str, Any]]
"""What is told of the way in from the Internet, as GET /way has it."""


class Metrics(Collector):
    """Reads what the parts have counted at each scrape; nothing is counted twice. What there is none of is a 0."""

    def __init__(self, alerts: Alerts, status: AlarmStatus | None = None) -> None:
        self._alerts = alerts
        self._status = status
        self._way: Way | None = None
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def add_way(self, way: Way) -> None:
        """From now on, how the way in is stands there, too."""
        self._way = way

    async def handle(self, request: web.Request) -> web.Response:
        """GET /metrics."""
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})

    def collect(self) -> Iterator[Metric]:
        """Every figure as it is now."""
        outbox = self._alerts.outbox
        active = self._alerts.alarms.count_by_severity()
        waiting = Counter(one.severity for one in outbox.waiting())
        yield _gauges("alarms_active", "Alarms that are active.", active)
        yield _gauges("notifications_waiting", "Notifications that wait to be sent.", waiting)
        yield self._closed()
        tries = CounterMetricFamily(f"{PREFIX}_push_tries", "What CLOVA's service answered.", labels=("result",))
        for fate in Fate:
            tries.add_metric((fate.value,), self._alerts.tries[fate])
        yield tries
        yield _gauge("push_stopped", "1 while CLOVA takes no notification from us.", bool(outbox.stopped))
        yield _gauge("alarms_unkept", "1 while the disk keeps no alarms.", bool(self._alerts.keeping.trouble))
        if self._status is not None:
            yield from self._of_status(self._status)
        if self._way is not None:
            yield from _of_way(self._way())

    def _closed(self) -> Metric:
        totals = self._alerts.outbox.totals
        names = self._status.names() if self._status is not None else []
        family = CounterMetricFamily(
            f"{PREFIX}_notifications", "Notifications that are done with.", labels=("state", "alarm")
        )
        for state in State:
            if state is not State.WAITING:
                for name in dict.fromkeys([*names, *(alarm for _, alarm in totals)]):
                    family.add_metric((state.value, name), totals[state, name])
        return family

    def _of_status(self, status: AlarmStatus) -> Iterator[Metric]:
        sent_at, hearing = status.sent_at(), status.hearing()
        if sent_at is not None:
            told = "When CLOVA took a notification last, in seconds since 1970."
            yield _gauge("push_last_success_timestamp_seconds", told, sent_at)
        if hearing is not None:
            yield from _of_link(hearing)


def _of_link(hearing: Hearing) -> Iterator[Metric]:
    yield _gauge("alarms_link_up", "1 while the broker hands us alarms.", hearing["is_up"])
    told = "Topics that the broker gives at QoS 0 only: it keeps nothing of them while we are away."
    yield _gauge("alarms_topics_at_qos0", told, len(hearing["at_qos0"]))
    yield _gauge("alarms_topics_refused", "Topics that the broker does not let us read.", len(hearing["refused"]))
    yield _gauge("alarms_unacknowledged", "Messages that are not acknowledged.", hearing["unacknowledged"])
    told = "Messages that were too large, too many or not to be read."
    yield CounterMetricFamily(f"{PREFIX}_alarms_messages_dropped", told, hearing["dropped"])


def _of_way(way: Mapping[str, Any]) -> Iterator[Metric]:
    reach, lines = way["reach"], way["lines"]
    yield _reach(reach["state"], reach["hop"])
    if reach["rtt_seconds"] is not None:
        yield _gauge("reach_rtt_seconds", "How long our public address took to answer us.", reach["rtt_seconds"])
    days = reach["certificate_days"]
    if days is None and way["certificate"] is not None:
        days = way["certificate"]["days_left"]
    if days is not None:
        yield _gauge("certificate_days", "Whole days that the certificate of the public address counts yet.", days)
    if lines:
        up = sum(1 for line in lines if line["is_up"])
        yield _gauge("tunnel_lines_up", "Connections of the tunnel that are there.", up)
    yield _gauge("public_connections", "Connections to the public door.", way["connections"])
    refusals = CounterMetricFamily(f"{PREFIX}_refusals", "Requests that the public door refused.", labels=("status",))
    for status in dict.fromkeys([*REFUSALS, *way["refusals"]]):
        refusals.add_metric((status,), way["refusals"].get(status, 0))
    yield refusals
    told = "Connections that the public door has ended."
    drops = CounterMetricFamily(f"{PREFIX}_drops", told, labels=("stage", "why"))
    for drop in dict.fromkeys([*DROPS, *way["drops"]]):
        drops.add_metric(drop.split(" ", 1), way["drops"].get(drop, 0))
    yield drops


def _reach(state: str, hop: str) -> Metric:
    told = "1 for whether CLOVA could reach us, and where the way is broken if not."
    family = GaugeMetricFamily(f"{PREFIX}_reach", told, labels=("state", "hop"))
    for standing in STANDINGS:
        family.add_metric((standing, hop if standing == state else ""), float(standing == state))
    return family


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}_{name}", told, float(value))


def _gauges(name: str, told: str, values: Mapping[Severity, int]) -> Metric:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", told, labels=("severity",))
    for severity in Severity:
        family.add_metric((severity.value,), values[severity])
    return family
