"""The story of a device becoming known: its wiring -> the registry; topics to listen on follow.

Those that the owner has written come from the configuration, the others from `discovery`.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from gateway.engine.history import History
from gateway.engine.inbound import Inbound
from gateway.engine.perform import Performer
from gateway.engine.registry import Registry
from gateway.home.problems import NoSuchDevice
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
        self.own: frozenset[str] = frozenset()
        """The ids that the owner has written."""
        for listener in (inbound.rewire, performer.rewire, history.rewire, self._resubscribe):
            registry.listen(listener)

    def replace(self, wirings: Iterable[Wiring]) -> None:
        """Make these the devices that the owner has written."""
        wanted = {wiring.device.id: self._history.completed(wiring) for wiring in wirings}
        for gone in self.own - wanted.keys():
            self._registry.remove(gone)
        self.own = frozenset(wanted)
        for wiring in wanted.values():
            self._registry.put(wiring)

    def changing(self, wirings: Iterable[Wiring]) -> set[str]:
        """Those devices that `replace` would change or remove."""
        wanted = {wiring.device.id: wiring for wiring in wirings}
        known = (one for one in self._registry.wirings() if one.device.id in wanted)
        changed = {one.device.id for one in known if one != self._history.completed(wanted[one.device.id])}
        return changed | (self.own - wanted.keys())

    def put(self, wiring: Wiring) -> bool:
        """Add a device that was found, or change it; False if its id belongs to another."""
        try:
            known = self._registry.wiring(wiring.device.id)
        except NoSuchDevice:
            known = None
        if known is not None and known.device.hardware != wiring.device.hardware:
            return False
        self._registry.put(self._history.completed(wiring))
        return True

    def remove(self, device_id: str) -> None:
        """Forget a device that was found; if its owner has written another of this id meanwhile, that one stays."""
        if device_id not in self.own:
            self._registry.remove(device_id)

    def listen(self, topic: str) -> None:
        """Keep a topic, also one that no device says anything at. What the broker has kept there comes again."""
        self._users[topic] += 1
        self._subscribe(topic)

    def _resubscribe(self, before: Wiring | None, after: Wiring | None) -> None:
        old = before.topics() if before is not None else frozenset()
        new = after.topics() if after is not None else frozenset()
        for topic in new - old:
            self.listen(topic)
        for topic in old - new:
            self._users[topic] -= 1
            if not self._users[topic]:
                del self._users[topic]
                self._unsubscribe(topic)
