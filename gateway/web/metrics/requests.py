"""What CLOVA asked for, what it was answered, and how long that took: our share, and what devices took.

`answered` is called for every request, so it costs a microsecond or two; the rest is done when somebody looks.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import HistogramMetricFamily, Metric

from gateway.clova.catalogue import ACTIONS
from gateway.web.metrics.figures import PREFIX, counters

AGAIN = "the first answer again"
"""What voice.py calls the answer to a message that had come before."""
SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""The bounds of the histograms, each included: from a request that no device was asked for to the longest budget."""
OTHER = "other"
SORTS = ("command", "question", "discovery", OTHER)

_BOUNDS = (*map(str, SECONDS), "+Inf")


def _sort(name: str, is_query: bool) -> str:
    if name.startswith("Discover"):
        return "discovery"
    return "question" if is_query else "command"


_ROWS = {row.request: (row.name, _sort(row.name, row.is_query)) for row in ACTIONS.values()}
_STRANGE = (OTHER, OTHER)


class Histogram:
    """How often something took how long."""

    __slots__ = ("counts", "sum")

    def __init__(self) -> None:
        self.counts = [0] * len(_BOUNDS)
        self.sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(SECONDS, seconds)] += 1
        self.sum += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """How many took no longer than each bound."""
        return list(zip(_BOUNDS, accumulate(self.counts), strict=True))


class Requests:
    """Counts requests. What somebody could make up is no label: an action that CLOVA does not have is `other`."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], int] = {}
        self._whole = {sort: Histogram() for sort in SORTS}
        self._own = {sort: Histogram() for sort in SORTS}
        self._device = {sort: Histogram() for sort in SORTS}

    def answered(self, request: str, answer: str, seconds: float, waited: float) -> None:
        """A request was answered after so many seconds, `waited` of which devices were waited for."""
        action, sort = _ROWS.get(request, _STRANGE)
        key = (action, answer)
        self._answers[key] = self._answers.get(key, 0) + 1
        if answer == AGAIN:
            return
        self._whole[sort].observe(seconds)
        self._own[sort].observe(max(seconds - waited, 0.0))
        if waited:
            self._device[sort].observe(waited)

    def collect(self) -> Iterator[Metric]:
        """Every figure as it is now."""
        answers: dict[tuple[str, ...], float] = {}
        for (action, answer), many in self._answers.items():
            key = (action, kind(answer))
            answers[key] = answers.get(key, 0) + many
        yield counters("requests", "What CLOVA asked for, and was answered.", ("action", "answer"), answers)
        yield _histogram("request_seconds", "How long an answer took, from the signature on.", self._whole)
        told = "How long an answer took beside what devices took."
        yield _histogram("request_own_seconds", told, self._own)
        told = "How long devices were waited for, of answers for which any was."
        yield _histogram("request_device_seconds", told, self._device)


def kind(answer: str) -> str:
    """Confirmation, Response, Repeated, or the name of the error."""
    if answer == AGAIN:
        return "Repeated"
    return next((word for word in ("Confirmation", "Response") if answer.endswith(word)), answer)


def _histogram(name: str, told: str, by_sort: dict[str, Histogram]) -> Metric:
    family = HistogramMetricFamily(f"{PREFIX}_{name}", told, labels=("sort",))
    for sort, one in by_sort.items():
        family.add_metric((sort,), one.buckets(), one.sum)
    return family
