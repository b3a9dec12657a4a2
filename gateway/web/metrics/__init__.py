"""What is counted, for Prometheus (OpenMetrics where it is asked for). docs/metrics.md names every figure."""

from gateway.web.metrics.collect import Metrics
from gateway.web.metrics.figures import PREFIX
from gateway.web.metrics.requests import Requests
from gateway.web.metrics.way import STANDINGS, of_way

_of_way = of_way
"""As tests/test_docs.py knows it."""

__all__ = ["PREFIX", "STANDINGS", "Metrics", "Requests"]
