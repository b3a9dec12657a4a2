"""The figures of the home and of the gateway's own parts: devices, links, queues."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import Metric

from gateway.engine.registry import Registry
from gateway.engine.state import Presence, State
from gateway.web.metrics.figures import counters, from_zero, gauges
from gateway.web.standing import LINKS, STANDINGS, standings

Count = Callable[[], int]


def of_devices(registry: Registry, state: State) -> Iterator[Metric]:
    """How many there are, by who describes them and whether they are there."""
    found = Counter((one.device.dialect, state.presence(one.device.id).value) for one in registry.wirings())
    dialects = dict.fromkeys(("plain", *sorted(dialect for dialect, _ in found)))
    known = ((dialect, presence.value) for dialect in dialects for presence in Presence)
    told = "Devices, by who describes them and whether they are there."
    yield gauges("devices", told, ("dialect", "presence"), from_zero(known, found))


def of_links(links: Mapping[str, Callable[[], str]]) -> Iterator[Metric]:
    """How each link is: 1 for the state that it is in."""
    stands = standings(links)
    values = {(name, one): float(one == now) for name, now in stands.items() for one in STANDINGS}
    yield gauges("link", f"1 for the state that a link is in ({', '.join(LINKS)}).", ("link", "state"), values)


def of_queues(depths: Mapping[str, Count], drops: Mapping[str, Count]) -> Iterator[Metric]:
    """What waits within the gateway, and for what there was no room."""
    yield gauges("queue_messages", "What waits to be looked at.", ("queue",), _counted(depths))
    yield counters("queue_drops", "What there was no room for, or could not be used.", ("queue",), _counted(drops))


def _counted(counts: Mapping[str, Count]) -> dict[tuple[str], float]:
    return {(name,): count() for name, count in counts.items()}
