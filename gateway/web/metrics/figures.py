"""The families that figures are told in. Every name begins alike, every one says what it is."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

PREFIX = "clova_gateway"

Names = tuple[str, ...]
Labels = TypeVar("Labels", bound=tuple[str, ...])
"""Their values, one for each name."""


def gauge(name: str, told: str, value: float) -> Metric:
    """What is so now."""
    return GaugeMetricFamily(f"{PREFIX}_{name}", told, float(value))


def gauges(name: str, told: str, labels: Names, values: Mapping[Labels, float]) -> Metric:
    """What is so now, of several."""
    return _filled(GaugeMetricFamily(f"{PREFIX}_{name}", told, labels=labels), values)


def counter(name: str, told: str, value: float) -> Metric:
    """What has happened since the start; `_total` is added to its name."""
    return CounterMetricFamily(f"{PREFIX}_{name}", told, float(value))


def counters(name: str, told: str, labels: Names, values: Mapping[Labels, float]) -> Metric:
    """What has happened since the start, of several."""
    return _filled(CounterMetricFamily(f"{PREFIX}_{name}", told, labels=labels), values)


def from_zero(known: Iterable[Labels], values: Mapping[Labels, float]) -> dict[Labels, float]:
    """The same with a 0 for each that has not happened yet, so that the first time can be seen."""
    return {**dict.fromkeys(known, 0.0), **values}


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily, values: Mapping[Labels, float]
) -> GaugeMetricFamily | CounterMetricFamily:
    for labels, value in values.items():
        family.add_metric(labels, float(value))
    return family
