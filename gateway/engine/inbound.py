"""A message comes in: which slots of which devices it speaks of, and what it says."""

from collections.abc import Callable, Mapping
from typing import Protocol

from gateway.engine.payload import Payload
from gateway.engine.state import State
from gateway.home.device import Reading, Slot
from gateway.home.values import Value, distance
from gateway.wire.binding import Availability, Feed, Wiring
from gateway.wire.codecs import Fault, Moving, Word, spell
from gateway.wire.paths import Missing
from gateway.wire.topics import TopicMap

Heard = Callable[[str, Slot, Value | Moving | Fault], None]
"""Called with device id, slot and what was heard live."""


class Keeper(Protocol):
    """Who keeps the past."""

    def record(self, device_id: str, slot: Slot, reading: Reading) -> None:
        """A reading, also one that the broker had kept."""

    def lost(self, device_id: str) -> None:
        """The device is away."""

    def doubted(self, device_id: str, slot: Slot) -> None:
        """Nothing is known of it any more."""


class Watcher(Protocol):
    """Who wants to know which devices are there."""

    def present(self, device_id: str, there: bool) -> None:
        """The device's own word for being there, or away."""

    def spoke(self, device_id: str) -> None:
        """The device has said something, just now."""


class Inbound:
    """Turns MQTT messages into readings. One bad message costs that message only."""

    def __init__(
        self,
        state: State,
        heard: Heard,
        history: Keeper,
        now: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._state = state
        self._heard = heard
        self._history = history
        self._now = now
        self._wall = wall
        self._ears: TopicMap[tuple[str, Feed | Availability]] = TopicMap()
        self._modes: dict[str, tuple[str, int]] = {}
        self._present: dict[str, dict[Availability, bool]] = {}
        self._watchers: list[Watcher] = []

    def listen(self, watcher: Watcher) -> None:
        """Tell the watcher from now on."""
        self._watchers.append(watcher)

    def rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener: keeps the table of topics in step."""
        if before is not None:
            for topic, ear in _ears(before):
                self._ears.remove(topic, ear)
            self._present.pop(before.device.id, None)
            if after is None:
                self._modes.pop(before.device.id, None)
                self._state.forget(before.device.id)
        if after is not None:
            self._modes[after.device.id] = (after.availability_mode, len(set(after.availability)))
            for topic, ear in _ears(after):
                self._ears.add(topic, ear)

    def disconnected(self) -> None:
        """What was said of being there on that connection no longer counts."""
        self._present.clear()

    def deliver(self, topic: str, payload: bytes, retained: bool) -> None:
        """Take in one message."""
        ears = self._ears.find(topic)
        if not ears:
            return
        message = Payload(payload)
        for device_id, ear in ears:
            try:
                if isinstance(ear, Availability):
                    self._attend(device_id, ear, message, retained)
                else:
                    self._take(device_id, ear, topic, message, retained)
            except Missing:  # a message of the same topic about something else, or a path that is wrong
                if isinstance(ear, Feed):
                    self._state.missed(device_id, ear.slot, topic)
            except ValueError as error:
                self._state.unreadable(device_id, topic, str(error))
                if isinstance(ear, Feed) and not retained:
                    self._doubt(device_id, ear.slot)

    def _attend(self, device_id: str, ear: Availability, message: Payload, retained: bool) -> None:
        path = ear.path if message.is_json else ()  # Zigbee2MQTT had a bare word before it had JSON
        said = spell(message.said(path, ear.template)).casefold()
        if said not in _folded(ear.online) and said not in _folded(ear.offline):
            raise ValueError("neither the word for online nor the one for offline")
        present = self._present.setdefault(device_id, {})
        present[ear] = said in _folded(ear.online)
        there = _is_there(present, present[ear], *self._modes[device_id])
        if there is not None:
            self._state.available(device_id, there)
            for watcher in self._watchers:
                watcher.present(device_id, there)
        if there is False:
            self._history.lost(device_id)
        elif present[ear] and not retained:
            self._spoke(device_id)

    def _take(self, device_id: str, feed: Feed, topic: str, message: Payload, retained: bool) -> None:
        meaning = message.meaning(feed)
        if meaning is None:
            return
        if not retained:
            self._spoke(device_id)
        if isinstance(meaning, Moving | Fault):
            if not self._has_arrived(device_id, feed.slot, meaning):
                self._doubt(device_id, feed.slot)
        else:
            reading = Reading(meaning, self._now(), self._wall(), not retained, topic)
            self._state.read(device_id, feed.slot, reading)
            self._history.record(device_id, feed.slot, reading)
        if not retained:
            self._heard(device_id, feed.slot, meaning)

    def _spoke(self, device_id: str) -> None:
        self._state.spoke(device_id)
        for watcher in self._watchers:
            watcher.spoke(device_id)

    def _has_arrived(self, device_id: str, slot: Slot, meaning: Moving | Fault) -> bool:
        """Whether it is where it says that it is going to be."""
        known = self._state.reading(device_id, slot)
        if known is None or isinstance(meaning, Fault) or meaning.towards is None:
            return False
        return distance(known.value, meaning.towards) <= slot.trait.tolerance

    def _doubt(self, device_id: str, slot: Slot) -> None:
        self._state.in_doubt(device_id, slot)
        self._history.doubted(device_id, slot)


def _is_there(present: Mapping[Availability, bool], latest: bool, mode: str, of: int) -> bool | None:
    """What several words for being there come to; None while too few have been said."""
    match mode:
        case "latest":
            return latest
        case "any":
            return True if any(present.values()) else False if len(present) == of else None
        case _:
            return False if not all(present.values()) else True if len(present) == of else None


def _folded(words: tuple[Word, ...]) -> set[str]:
    return {spell(word).casefold() for word in words}


def _ears(wiring: Wiring) -> list[tuple[str, tuple[str, Feed | Availability]]]:
    device_id = wiring.device.id
    ears: list[tuple[str, tuple[str, Feed | Availability]]] = [
        (feed.topic, (device_id, feed)) for feed in wiring.feeds()
    ]
    ears += [(one.topic, (device_id, one)) for one in wiring.availability]
    return ears
