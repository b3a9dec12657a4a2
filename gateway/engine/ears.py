"""Where alarms are listened for, and what came before it was known whose it is."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from gateway.home.device import Slot
from gateway.home.traits import UNLOCKED_BY
from gateway.home.values import Value
from gateway.wire.binding import Feed, Message
from gateway.wire.codecs import Fault, Moving
from gateway.wire.paths import Path
from gateway.wire.topics import TopicMap

MAX_EARLY = 1000
MAX_KNOWN = 256
"""So many words of one device are remembered."""
EARLY_SECONDS = 120.0
"""So long after a message its device may still be found: the broker hands out what it has kept before anything else."""


Meaning = Value | Moving | Fault
Where = tuple[Slot, Path, str]
Known = tuple[Feed, Meaning]


@dataclass(frozen=True, slots=True)
class Early:
    """A message that belongs to no device yet. `at` is monotonic."""

    topic: str
    payload: bytes
    retained: bool
    at: float


class Ears:
    """The feeds of every device by their topics. `listen` is called for each new feed: retained words come again."""

    def __init__(self, listen: Callable[[str], None], unlisten: Callable[[str], None]) -> None:
        self._listen = listen
        self._unlisten = unlisten
        self._ears: TopicMap[tuple[str, Feed]] = TopicMap()
        self._users: dict[str, int] = {}
        self._feeds: dict[str, tuple[Feed, ...]] = {}
        self._questions: dict[str, tuple[Message, ...]] = {}
        self._early: deque[Early] = deque()
        self._known: dict[str, dict[Where, Known]] = {}
        self.there: dict[str, bool] = {}
        """The last word of each device for being there, on this connection."""
        self.unclaimed = 0
        """How many messages belonged to no device."""

    def topics(self) -> tuple[str, ...]:
        """Every topic that is listened to."""
        return tuple(self._users)

    def questions(self) -> list[Message]:
        """What makes devices say how they are, each once."""
        return list({one: None for some in self._questions.values() for one in some})

    def find(self, topic: str) -> list[tuple[str, Feed]]:
        """Whose feeds a message at this topic is for."""
        return self._ears.find(topic)

    def rewire(self, device_id: str, feeds: tuple[Feed, ...], questions: tuple[Message, ...]) -> bool:
        """Listen for a device there, and nowhere else. Whether anything has changed."""
        before = self._feeds.pop(device_id, ())
        self._questions.pop(device_id, None)
        if feeds:
            self._feeds[device_id], self._questions[device_id] = feeds, questions
        for feed in feeds:
            self._ears.add(feed.topic, (device_id, feed))
            self._users[feed.topic] = self._users.get(feed.topic, 0) + 1
        for feed in before:
            self._ears.remove(feed.topic, (device_id, feed))
            self._users[feed.topic] -= 1
            if not self._users[feed.topic]:
                del self._users[feed.topic]
                self._unlisten(feed.topic)
        for topic in {feed.topic for feed in feeds if feed not in before}:
            self._listen(topic)
        known = self._known.pop(device_id, {})
        if kept := {where: one for where, one in known.items() if one[0] in feeds}:
            self._known[device_id] = kept
        return before != feeds

    def remember(self, device_id: str, feed: Feed, meaning: Meaning, topic: str) -> None:
        """What was heard last there, for rules that come later. How a lock was opened is no state that lasts."""
        known, where = self._known.setdefault(device_id, {}), (feed.slot, feed.path, topic)
        if feed.slot.trait is not UNLOCKED_BY and (where in known or len(known) < MAX_KNOWN):
            known[where] = feed, meaning

    def known(self) -> list[tuple[str, Feed, Meaning, str]]:
        """What is remembered: of which device, in what way and at which topic it was heard."""
        known = ((device_id, of_device) for device_id, of_device in self._known.items())
        return [(name, *one, where[2]) for name, of_device in known for where, one in of_device.items()]

    def put_by(self, early: Early) -> None:
        """Keep a message for a device that is not known yet."""
        if len(self._early) >= MAX_EARLY:
            self._early.popleft()
            self.unclaimed += 1
        self._early.append(early)

    def claimed(self, device_id: str, now: float) -> list[Early]:
        """What came before this device was known, in order; what is too old by now is given up."""
        while self._early and now - self._early[0].at > EARLY_SECONDS:
            self._early.popleft()
            self.unclaimed += 1
        found = [one for one in self._early if any(who == device_id for who, _ in self.find(one.topic))]
        for one in found:
            self._early.remove(one)
        return found
