"""What is counted, for Prometheus (OpenMetrics where it is asked for)."""

from collections import Counter
from collections.abc import Iterator

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from gateway.alerts import Alerts

PREFIX = "clova_gateway"


class Metrics(Collector):
    """Reads what the parts have counted at each scrape; nothing is counted twice."""

    def __init__(self, alerts: Alerts) -> None:
        self._alerts = alerts
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    async def handle(self, request: web.Request) -> web.Response:
        """GET /metrics."""
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})

    def collect(self) -> Iterator[Metric]:
        """Every figure as it is now."""
        outbox = self._alerts.outbox
        active = Counter(one.severity.value for one in self._alerts.alarms.active())
        waiting = Counter(one.severity.value for one in outbox.waiting())
        yield _gauge("alarms_active", "Alarms that are active.", "severity", active)
        yield _gauge("notifications_waiting", "Notifications that wait to be sent.", "severity", waiting)
        closed = CounterMetricFamily(
            f"{PREFIX}_notifications", "Notifications that are done with.", labels=("state", "alarm")
        )
        for (state, alarm), many in outbox.totals.items():
            closed.add_metric((state.value, alarm), many)
        yield closed
        tries = CounterMetricFamily(f"{PREFIX}_push_tries", "What CLOVA's service answered.", labels=("result",))
        for fate, many in self._alerts.tries.items():
            tries.add_metric((fate.value,), many)
        yield tries
        yield GaugeMetricFamily(
            f"{PREFIX}_push_stopped", "1 while CLOVA takes no notification from us.", float(bool(outbox.stopped))
        )
        yield GaugeMetricFamily(
            f"{PREFIX}_alarms_unkept", "1 while the disk keeps no alarms.", float(bool(self._alerts.keeping.trouble))
        )


def _gauge(name: str, told: str, label: str, values: Counter[str]) -> Metric:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", told, labels=(label,))
    for value, many in values.items():
        family.add_metric((value,), many)
    return family
