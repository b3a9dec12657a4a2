"""What finds devices: discovery with what it keeps over a restart, and the ear for mDNS."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from gateway.config import Loaded
from gateway.dialects.sightings import Sightings
from gateway.discovery import Discovery
from gateway.engine.inventory import Inventory
from gateway.intake import Intake
from gateway.links.mdns import Browser
from gateway.links.shelf import Shelf
from gateway.parts import DIALECTS, make_desk
from gateway.places import state_directory
from gateway.placing import Placing
from gateway.wire.binding import Message
from gateway.wire.topics import TopicMap


class Lookout:
    """The constructor opens nothing. `wall` is seconds since 1970."""

    def __init__(
        self,
        loaded: Loaded,
        place: Placing,
        intake: Intake,
        subscribe: Callable[[str], None],
        publish: Callable[[Message], Awaitable[None]],
        wall: Callable[[], float],
    ) -> None:
        config = loaded.config.discovery
        self._subscribe = subscribe
        self._wall = wall
        self._forget_after = config.forget_after
        self._shelf = Shelf(state_directory(loaded) / "discovered.db")
        self._finding: TopicMap[int] = TopicMap()
        self.discovery = Discovery(
            make_desk(loaded),
            Inventory(DIALECTS, config.forget_after),
            Sightings(),
            place,
            intake.put,
            intake.remove,
            self._find,
            publish,
            self._shelf,
            config.forget_after,
            wall,
        )
        self._browser = Browser(self.discovery.saw, self.discovery.lost) if config.mdns else None

    @property
    def mdns(self) -> str:
        """How mDNS is, for people."""
        return self._browser.state if self._browser is not None else "off"

    async def open(self, stack: AsyncExitStack) -> None:
        """Know the devices again that were found before the last stop."""
        stack.push_async_callback(self._shelf.close)
        now = self._wall()
        kept = await self._shelf.open(now - self._forget_after)
        self.discovery.inventory.remember(kept.identities, kept.pins, now)
        await self.discovery.load(kept.documents)

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Look out, until cancelled."""
        tasks.create_task(self.discovery.run(), name="discovery")
        if self._browser is not None:
            tasks.create_task(self._browser.run(), name="mdns")

    def deliver(self, topic: str, payload: bytes) -> None:
        """A message that has come; most describe no device."""
        if self._finding.find(topic):
            self.discovery.hear(topic, payload)

    def largest(self, topic: str) -> int:
        """How many bytes a message may have because it describes devices."""
        return max(self._finding.find(topic), default=0)

    def _find(self, topic: str, largest: int) -> None:
        self._finding.add(topic, largest)
        self._subscribe(topic)
