"""What is counted, for Prometheus (OpenMetrics where it is asked for). docs/metrics.md names every figure."""

from gateway.web.metrics.collect import Metrics
from gateway.web.metrics.figures import PREFIX
from gateway.web.metrics.requests import Requests

__all__ = ["PREFIX", "Metrics", "Requests"]
