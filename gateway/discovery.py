"""The story of a device being found: a message -> its dialect -> what hardware there is -> an appliance of the home.

Dialects run on a thread, so that a description of a thousand devices holds up no command; what they find is put into
the home a few at a time. What was found is known again at the next start, before there is a broker.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace

import structlog

from gateway.desk import Collected, Desk, Document
from gateway.dialects.finding import Finding
from gateway.dialects.sightings import Sighting, Sightings
from gateway.engine.inventory import Identity, Inventory, Pin
from gateway.home.problems import Offline
from gateway.housing import Housing, Place, Plan
from gateway.placing import Unmatched, unmatched
from gateway.shelving import Shelf
from gateway.wire.binding import Message, Wiring

log: structlog.stdlib.BoundLogger = structlog.get_logger("discovery")

GATHER_SECONDS, LONGEST_GATHER_SECONDS = 0.02, 0.5
"""Messages are gathered until there was none for so long, or for that long: a device rarely describes itself in one."""
SLICE_SECONDS = 0.005
"""How long devices are put into the home before others get a turn."""
SETTLE_SECONDS = 60.0
"""So long after connecting, what the broker should have kept and did not send is missing."""
TEND_SECONDS = 60.0
LISTEN_SECONDS = 30.0
"""So long after the first connection, an entry that fits nothing is worth a word."""
BATCH = 500
MAX_PENDING = 20_000
MAX_PENDING_BYTES = 64 * 1024 * 1024
LONG_PAYLOAD = 256 * 1024
MAX_QUESTIONS = 2_000
QUESTIONS_AT_ONCE = 20

Subscribe = Callable[[str, int], None]
"""To a topic filter, with the bytes that a message there may have."""


class Discovery:
    """Takes in descriptions. `wall` is the time of day in seconds; `place` is also given the `guards`."""

    def __init__(
        self,
        desk: Desk,
        inventory: Inventory,
        sightings: Sightings,
        place: Place,
        put: Callable[[Wiring], bool],
        remove: Callable[[str], None],
        subscribe: Subscribe,
        publish: Callable[[Message], Awaitable[None]],
        shelf: Shelf,
        forget_after: float,
        wall: Callable[[], float],
    ) -> None:
        self.inventory = inventory
        self.sightings = sightings
        self._desk = desk
        self.housing = Housing(place, put, remove, inventory, sightings, wall)
        self.guards, self.clashes = self.housing.guards, self.housing.clashes
        self._subscribe = subscribe
        self._publish = publish
        self._shelf = shelf
        self._forget_after = forget_after
        self._wall = wall
        self._pending: dict[str, bytes] = {}
        self._pending_bytes = 0
        self._arrived = asyncio.Event()
        self._known: dict[str, int | None] = {}
        """The documents that were taken in, and a hash of each."""
        self._taking: dict[str, int | None] = {}
        """Those that are being taken in; what comes meanwhile is news."""
        self._missing: dict[str, float] = {}
        """Those that the broker no longer has, and since when."""
        self._heard: set[str] = set()
        """Those that came on this connection."""
        self._left_out: set[str] = set()
        """Those that are about hardware for which there is no room: they are not kept over a restart."""
        self._questions: dict[Message, None] = {}
        self._connected_at: float | None = None
        self._listens_since: float | None = None
        self._told: set[str] = set()
        """The entries that fit nothing and of which the log was told."""
        self._subscribed: set[str] = set()
        self._pinned: tuple[frozenset[Identity], frozenset[Pin]] = (frozenset(), frozenset())
        self.dropped = 0
        """Messages for which there was no room."""
        self._forgotten = False
        self._pause_at = 0.0
        self.taken_in = 0
        self.defects = 0

    async def load(self, documents: Iterable[Document]) -> None:
        """What was known at the last stop."""
        self.guards.remember(await self._shelf.guarded())
        collected = await asyncio.to_thread(self._desk.take, [(one.topic, one.payload) for one in documents])
        for one in documents:
            self._known[one.topic] = _mark(one.payload)
        await self._apply(replace(collected, documents=()))

    def hear(self, topic: str, payload: bytes) -> None:
        """A message of one of the topics; what is known already is not looked at again."""
        mark = _mark(payload)
        if mark is not None and topic not in self._pending and self._known.get(topic) == mark:
            self._heard.add(topic)
            return
        before = len(self._pending.get(topic, b""))
        is_full = len(self._pending) >= MAX_PENDING or self._pending_bytes + len(payload) > MAX_PENDING_BYTES
        if is_full and topic not in self._known and topic not in self._taking:
            self.dropped += 1
            return
        self._pending[topic] = payload
        self._pending_bytes += len(payload) - before
        self._arrived.set()

    def connected(self) -> None:
        """The broker will send all it has kept."""
        self._connected_at = self._wall()
        if self._listens_since is None:
            self._listens_since = self._connected_at
        self._heard.clear()
        self._questions |= dict.fromkeys(self._desk.greetings())
        self._arrived.set()

    def disconnected(self) -> None:
        """Nothing can be asked now."""
        self._connected_at = None
        self._questions.clear()

    async def run(self) -> None:
        """Take in what comes, for ever."""
        self._follow()
        tended = self._wall()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(TEND_SECONDS):
                    await self._arrived.wait()
                async with asyncio.timeout(LONGEST_GATHER_SECONDS):
                    while True:
                        self._arrived.clear()
                        async with asyncio.timeout(GATHER_SECONDS):
                            await self._arrived.wait()
            while self._pending:
                await self._take_in(self._batch())
            await self._ask()
            if self._forgotten:
                self._forgotten = False
                await self._pin()
            if self._wall() - tended >= TEND_SECONDS or self._wall() < tended:
                tended = self._wall()
                await self._tend()
                await self._pin()

    def saw(self, sighting: Sighting) -> None:
        """Something has announced itself on the local network: what is known by that name learns from it."""
        self.sightings.saw(sighting)
        if sighting.mac in self.housing:
            self.housing.put(sighting.mac)

    def lost(self, service: str, instance: str) -> None:
        """It has said goodbye there, which says nothing about MQTT."""
        self.sightings.lost(service, instance)

    def forget(self, hardware: str) -> bool:
        """Give up everything that is pinned of it; whoever was heard of last has the word."""
        known = self.guards.forget(hardware) | self.inventory.forget(hardware)
        self.housing.put(hardware)
        self._forgotten = True
        self._arrived.set()
        return known

    def replace(self, plan: Plan) -> None:
        """Place all by other words of the owner's, at once."""
        self.housing.replace(plan)
        self._forgotten = True
        self._arrived.set()

    def unmatched(self) -> list[Unmatched]:
        """The owner's entries that fit nothing; none before it had LISTEN_SECONDS to be found."""
        since = self._listens_since
        if since is None or 0 <= self._wall() - since < LISTEN_SECONDS:
            return []
        refused = {hardware for hardware, *_ in self.inventory.refused()}
        return unmatched(self.housing.place, {*self.housing.all(), *self.clashes.values()}, refused)

    def keep_for(self, forget_after: float) -> None:
        """Forget what is no longer described after this time (seconds)."""
        self._forget_after = forget_after
        self.inventory.keep_for(forget_after)

    def _batch(self) -> list[tuple[str, bytes]]:
        topics = list(self._pending)[:BATCH]
        batch = [(topic, self._pending.pop(topic)) for topic in topics]
        self._taking = {topic: self._known.pop(topic, None) for topic in topics}
        self._pending_bytes -= sum(len(payload) for _, payload in batch)
        return batch

    async def _take_in(self, batch: list[tuple[str, bytes]]) -> None:
        collected = await asyncio.to_thread(self._desk.take, batch)
        for document in collected.documents:
            if document.payload:
                self._known[document.topic] = _mark(document.payload)
                self._heard.add(document.topic)
            else:
                self._known.pop(document.topic, None)
                self._heard.discard(document.topic)
                self._left_out.discard(document.topic)
        self.taken_in += len(batch)
        await self._apply(collected)

    async def _apply(self, collected: Collected) -> None:
        self.defects += len(collected.failures)
        for failure in collected.failures:
            log.error("a defect in the gateway", where=failure)
        touched: dict[str, None] = {}
        for dialect, finding in collected.findings:
            touched[self._learn(dialect, finding)] = None
            await self._breathe()
        for hardware in touched:
            self.housing.put(hardware)
            await self._breathe()
        for question in collected.questions[: max(0, MAX_QUESTIONS - len(self._questions))]:
            self._questions[question] = None
        self._follow()
        await self._keep(collected)
        if touched:
            await self._pin()

    async def _keep(self, collected: Collected) -> None:
        """Put on the shelf what is new, but for what is about hardware for which there is no room."""
        placed, left_out = set[str](), set[str]()
        for _, finding in collected.findings:
            if finding.hardware in self.inventory:
                placed.update(finding.documents)
            elif finding.wirings or finding.refused:
                left_out.update(finding.documents)
        placed &= self._left_out
        self._known |= dict.fromkeys(placed & self._known.keys())  # they are kept when they come again
        self._left_out = (self._left_out - placed) | left_out
        kept = [one for one in collected.documents if one.topic not in self._left_out]
        await self._shelf.keep([*kept, *(Document(topic, b"") for topic in left_out)], self._wall())

    async def _breathe(self) -> None:
        clock = asyncio.get_running_loop().time
        if clock() > self._pause_at:
            await asyncio.sleep(0)
            self._pause_at = clock() + SLICE_SECONDS

    async def _pin(self) -> None:
        if self.guards.changed:
            self.guards.changed = False
            for hardware in self.housing.all():  # some were placed before it was known what is guarded
                self.housing.put(hardware)
                await self._breathe()
            await self._shelf.guard(tuple(self.guards.marks()))
        pinned = frozenset(self.inventory.identities()), frozenset(self.inventory.pins())
        if pinned != self._pinned:
            self._pinned = pinned
            await self._shelf.pin(*pinned)

    def _learn(self, dialect: str, finding: Finding) -> str:
        dispute = self.inventory.found(
            finding.hardware, dialect, finding.source, finding.wirings, finding.refused, self._wall()
        )
        if dispute:
            log.warning("a second claim to known hardware is not followed", hardware=finding.hardware, at=dispute[:128])
        return finding.hardware

    def _follow(self) -> None:
        for topic, largest in self._desk.topics().items():
            if topic not in self._subscribed:
                self._subscribed.add(topic)
                self._subscribe(topic, largest)

    async def _ask(self) -> None:
        """A few at a time: those that are asked answer all at once."""
        while self._questions and self._connected_at is not None:
            asked = list(self._questions)[:QUESTIONS_AT_ONCE]
            for question in asked:
                self._questions.pop(question, None)
                try:
                    await self._publish(question)
                except Offline:
                    return
            await asyncio.sleep(GATHER_SECONDS)

    async def _tend(self) -> None:
        """Forget what has been gone for long enough; notice what the broker no longer has."""
        for hardware in self.inventory.due(self._wall()):
            self.housing.put(hardware)
        for one in self.unmatched():
            if one.where not in self._told:
                self._told.add(one.where)
                log.warning("an entry of `devices` matches nothing found", entry=one.where, nearest=one.nearest)
        if self._connected_at is not None and self._wall() - self._connected_at >= SETTLE_SECONDS:
            await self._miss()
            await self._shelf.confirm(self._known.keys() - self._missing.keys(), self._wall())

    async def _miss(self) -> None:
        """What the broker should have kept and does not is taken for gone after a long time, and not before."""
        now = self._wall()
        absent = [topic for topic in self._known if topic not in self._heard and self._desk.keeps(topic)]
        self._missing = {topic: self._missing.get(topic, now) for topic in absent}
        gone = [topic for topic, since in self._missing.items() if now - since >= self._forget_after]
        if gone:
            log.info("no longer described", documents=len(gone), first=gone[0][:128])
            await self._take_in([(topic, b"") for topic in gone])


def _mark(payload: bytes) -> int | None:
    """What is different for a different payload; None for one that is too long to be looked through here."""
    return hash(payload) if len(payload) <= LONG_PAYLOAD else None
