"""GET /metrics: reads what the parts have counted at each scrape; nothing is counted twice."""

import platform
import time
from collections.abc import Callable, Iterator

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from gateway import __version__
from gateway.alerts import Alerts
from gateway.web.alarms import AlarmStatus
from gateway.web.metrics.alarms import of_alarms
from gateway.web.metrics.figures import PREFIX, counters
from gateway.web.metrics.pauses import Pauses
from gateway.web.metrics.process import Process
from gateway.web.metrics.requests import OTHER, Requests
from gateway.web.metrics.way import Way, of_way

OUTCOMES = ("applied", "unchanged", "refused", "restart first", OTHER)
"""What may come of reading the configuration again (reload.py); `other` is a defect."""

Source = Callable[[], Iterator[Metric]]


class Metrics(Collector):
    """All figures. What there is none of is a 0. `now` is the monotonic clock."""

    def __init__(
        self, alerts: Alerts, status: AlarmStatus | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.requests = Requests()
        self.pauses = Pauses()
        self._reloads = dict.fromkeys(OUTCOMES, 0)
        self._sources: list[Source] = [
            lambda: of_alarms(alerts, status, now()),
            self.requests.collect,
            self.pauses.collect,
            self._of_ourselves,
            Process().collect,
        ]
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def add(self, *sources: Source) -> None:
        """From now on these figures stand there, too."""
        self._sources += sources

    def add_way(self, way: Way) -> None:
        """From now on, how the way in is stands there, too."""
        self.add(lambda: of_way(way()))

    def reloaded(self, outcome: str) -> None:
        """The configuration was read again: one of OUTCOMES."""
        self._reloads[outcome if outcome in self._reloads else OTHER] += 1

    async def handle(self, request: web.Request) -> web.Response:
        """GET /metrics."""
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})

    def collect(self) -> Iterator[Metric]:
        """Every figure as it is now."""
        for source in self._sources:
            yield from source()

    def _of_ourselves(self) -> Iterator[Metric]:
        built = {"version": __version__, "python": platform.python_version()}
        yield InfoMetricFamily(f"{PREFIX}_build", "Which gateway this is.", built)
        told = "What came of reading the configuration again."
        yield counters("reloads", told, ("outcome",), {(one,): many for one, many in self._reloads.items()})
