"""The story of a device becoming known: a document -> its wiring -> the registry; topics to listen on follow.

For now the documents are the ones in the configuration; discovered ones come by the same way.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from gateway.engine.history import History
from gateway.engine.inbound import Inbound
from gateway.engine.perform import Performer
from gateway.engine.registry import Registry
from gateway.wire.binding import Wiring

Subscribe = Callable[[str], None]


class Intake:
    """Keeps registry, inbound table and subscriptions in step."""

    def __init__(
        self,
        registry: Registry,
        inbound: Inbound,
        performer: Performer,
        history: History,
        subscribe: Subscribe,
        unsubscribe: Subscribe,
    ) -> None:
        self._registry = registry
        self._history = history
        self._subscribe = subscribe
        self._unsubscribe = unsubscribe
        self._users: Counter[str] = Counter()
        for listener in (inbound.rewire, performer.rewire, history.rewire, self._resubscribe):
            registry.listen(listener)

    def replace(self, wirings: Iterable[Wiring]) -> None:
        """Make these the devices that the owner has written."""
        wanted = {wiring.device.id: self._history.completed(wiring) for wiring in wirings}
        for gone in [wiring.device.id for wiring in self._registry.wirings() if wiring.device.id not in wanted]:
            self._registry.remove(gone)
        for wiring in wanted.values():
            self._registry.put(wiring)

    def _resubscribe(self, before: Wiring | None, after: Wiring | None) -> None:
        old = before.topics() if before is not None else frozenset()
        new = after.topics() if after is not None else frozenset()
        for topic in new - old:
            self._users[topic] += 1
            if self._users[topic] == 1:
                self._subscribe(topic)
        for topic in old - new:
            self._users[topic] -= 1
            if not self._users[topic]:
                del self._users[topic]
                self._unsubscribe(topic)
