"""Where alarms are listened for, and what came before it was known whose it is."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

from gateway.engine.early import Early, EarlyOnes
from gateway.engine.payload import Payload
from gateway.home.device import Slot
from gateway.home.traits import UNLOCKED_BY
from gateway.home.values import Value
from gateway.wire.binding import Feed, Message
from gateway.wire.codecs import Fault, Moving
from gateway.wire.paths import Missing
from gateway.wire.topics import TopicMap, is_filter

MAX_KNOWN = 256
"""So many words of one device are remembered."""


Meaning = Value | Moving | Fault
Where = tuple[Slot, str]
"""The slot, and the topic where the device says the same at several."""


Hear = Callable[[str, Feed, Meaning, str, bool, float], None]
"""Called with device id, where it is heard, what was heard, the topic, whether it was retained, and the time."""


class Word(NamedTuple):
    """What was heard, and in which message."""

    number: int
    feed: Feed
    meaning: Meaning
    topic: str


class Ears:
    """The feeds of every device by their topics. `listen` is called for each new feed: retained words come again."""

    def __init__(self, listen: Callable[[str], None], unlisten: Callable[[str], None], hear: Hear) -> None:
        self._hear = hear
        self._listen = listen
        self._unlisten = unlisten
        self._ears: TopicMap[tuple[str, Feed]] = TopicMap()
        self._users: dict[str, int] = {}
        self._feeds: dict[str, tuple[Feed, ...]] = {}
        self._questions: dict[str, tuple[Message, ...]] = {}
        self._known: dict[str, dict[Where, Word]] = {}
        self.early = EarlyOnes()
        self.there: dict[str, bool] = {}
        """The last word of each device for being there, on this connection."""

    def topics(self) -> tuple[str, ...]:
        """Every topic that is listened to."""
        return tuple(self._users)

    def questions(self) -> list[Message]:
        """What makes devices say how they are, each once."""
        return list({one: None for some in self._questions.values() for one in some})

    def take_in(self, topic: str, payload: bytes, retained: bool, now: float) -> None:
        """A message has come: whoever listens there hears it, and whoever is found soon."""
        one = self.early.made(topic, payload, retained, now)
        self._tell(one, now)
        if not retained:  # that comes again
            self.early.put(one)

    def restore(self, early: Iterable[Early], last: int, now: float) -> None:
        """What nobody has heard before a stop. No number up to `last` is given again."""
        self.early.restore(early, last, now)
        for device_id in self._feeds:
            self._claim(device_id, now)

    def _claim(self, device_id: str, now: float) -> None:
        """What came before is heard by a device that has come, or hears more than before."""
        topics = {feed.topic for feed in self._feeds.get(device_id, ())}
        are_plain = not any(map(is_filter, topics))
        for one in self.early.all(now) if topics else ():
            if (one.topic in topics or not are_plain) and self._tell(one, now):
                self.early.put(one)

    def _tell(self, early: Early, now: float) -> bool:
        """Tell it to those who have not heard it, and nothing later; whether there are any of the former."""
        found = [one for one in self._ears.find(early.topic) if (one[0], one[1].slot) not in early.given]
        early.given |= {(device_id, feed.slot) for device_id, feed in found}
        message = Payload(early.payload)
        for device_id, feed in [one for one in found if not self._has_heard_later(*one, early)]:
            with suppress(Missing, ValueError, RecursionError):  # the other connection tells of it
                if (meaning := message.meaning(feed)) is not None:
                    self._remember(device_id, feed, meaning, early)
                    self._hear(device_id, feed, meaning, early.topic, early.retained, now)
        return bool(found)

    def _has_heard_later(self, device_id: str, feed: Feed, early: Early) -> bool:
        known = self._known.get(device_id, {}).get(_where(feed, early.topic))
        return known is not None and known.number > early.number

    def rewire(self, device_id: str, feeds: tuple[Feed, ...], questions: tuple[Message, ...], now: float) -> bool:
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
        if kept := {where: word for where, word in known.items() if word.feed in feeds}:
            self._known[device_id] = kept
        if before != feeds:
            self._claim(device_id, now)
        return before != feeds

    def _remember(self, device_id: str, feed: Feed, meaning: Meaning, early: Early) -> None:
        """What was heard last there, for rules that come later. How a lock was opened is no state that lasts."""
        if feed.slot.trait is UNLOCKED_BY or isinstance(meaning, Moving):
            return
        known, where = self._known.setdefault(device_id, {}), _where(feed, early.topic)
        if known.pop(where, None) is not None or len(known) < MAX_KNOWN:
            known[where] = Word(early.number, feed, meaning, early.topic)

    def known(self) -> list[tuple[str, Feed, Meaning, str]]:
        """What is remembered, as it was heard last: of which device, in what way and at which topic."""
        return [(name, *word[1:]) for name, known in self._known.items() for word in known.values()]


def _where(feed: Feed, topic: str) -> Where:
    return feed.slot, topic if is_filter(feed.topic) else ""
