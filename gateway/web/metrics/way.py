"""The figures of the way in from the Internet."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prometheus_client.core import Metric

from gateway.web.door import Stage
from gateway.web.metrics.figures import counters, from_zero, gauge, gauges
from gateway.web.standing import STANDINGS

REFUSALS = ("400", "401", "404", "405", "413", "415", "421", "429", "500", "503")
"""What the public door refuses with."""
DROPS = (
    "handshake failed",
    *(f"{stage.value} crowded" for stage in Stage if stage is not Stage.TELLING),
    *(f"{stage.value} late" for stage in Stage if stage not in (Stage.TELLING, Stage.RESTING)),
)
"""How the public door ends a connection: the stage that it was in, and why."""

Way = Callable[[], Mapping[str, Any]]
"""What is told of the way in from the Internet, as GET /way has it."""


def of_way(way: Mapping[str, Any]) -> Iterator[Metric]:
    """Whether CLOVA could reach us, and what the public door has turned away."""
    reach, lines = way["reach"], way["lines"]
    yield _reach(reach["state"], reach["hop"])
    if reach["rtt_seconds"] is not None:
        yield gauge("reach_rtt_seconds", "How long our public address took to answer us.", reach["rtt_seconds"])
    days = reach["certificate_days"]
    if days is None and way["certificate"] is not None:
        days = way["certificate"]["days_left"]
    if days is not None:
        yield gauge("certificate_days", "Whole days that the certificate of the public address counts yet.", days)
    if lines:
        up = sum(1 for line in lines if line["is_up"])
        yield gauge("tunnel_lines_up", "Connections of the tunnel that are there.", up)
    yield gauge("public_connections", "Connections to the public door.", way["connections"])
    yield _counted("refusals", "Requests that the public door refused.", ("status",), REFUSALS, way["refusals"])
    told = "Connections that the public door has ended."
    yield _counted("drops", told, ("stage", "why"), DROPS, way["drops"])


def _counted(
    name: str, told: str, labels: tuple[str, ...], known: tuple[str, ...], found: Mapping[str, float]
) -> Metric:
    values = from_zero(((one,) for one in known), {(one,): many for one, many in found.items()})
    return counters(name, told, labels, {tuple(one.split(" ", 1)): many for (one,), many in values.items()})


def _reach(state: str, hop: str) -> Metric:
    told = "1 for whether CLOVA could reach us, and where the way is broken if not."
    values = {(one, hop if one == state else ""): float(one == state) for one in STANDINGS}
    return gauges("reach", told, ("state", "hop"), values)
