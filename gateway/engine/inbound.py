"""A message comes in: which slots of which devices it speaks of, and what it says."""

from collections.abc import Callable
from typing import Any, Protocol

from gateway.engine.state import State
from gateway.home.device import Reading, Slot
from gateway.home.values import Value
from gateway.wire.binding import Availability, Feed, Wiring
from gateway.wire.codecs import Fault, Moving, Word, spell
from gateway.wire.jsontext import BadJson, parse
from gateway.wire.paths import Missing, Path, read
from gateway.wire.topics import TopicMap

MAX_PAYLOAD = 65_536

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

    def rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener: keeps the table of topics in step."""
        if before is not None:
            for topic, ear in _ears(before):
                self._ears.remove(topic, ear)
            if after is None:
                self._state.forget(before.device.id)
        if after is not None:
            for topic, ear in _ears(after):
                self._ears.add(topic, ear)

    def deliver(self, topic: str, payload: bytes, retained: bool) -> None:
        """Take in one message."""
        ears = self._ears.find(topic)
        if not ears:
            return
        message = _Payload(payload)
        for device_id, ear in ears:
            try:
                if isinstance(ear, Availability):
                    self._present(device_id, ear, message, retained)
                else:
                    self._take(device_id, ear, topic, message, retained)
            except Missing:  # a message of the same topic about something else, or a path that is wrong
                if isinstance(ear, Feed):
                    self._state.missed(device_id, ear.slot, topic)
            except ValueError as error:
                self._state.unreadable(device_id, topic, str(error))
                if isinstance(ear, Feed) and not retained:
                    self._doubt(device_id, ear.slot)

    def _present(self, device_id: str, ear: Availability, message: "_Payload", retained: bool) -> None:
        said = spell(message.at(ear.path)).casefold()
        if said in _folded(ear.online):
            self._state.available(device_id, online=True)
            if not retained:
                self._state.spoke(device_id)
        elif said in _folded(ear.offline):
            self._state.available(device_id, online=False)
            self._history.lost(device_id)
        else:
            raise ValueError("neither the word for online nor the one for offline")

    def _take(self, device_id: str, feed: Feed, topic: str, message: "_Payload", retained: bool) -> None:
        meaning = feed.codec.decode(message.at(feed.path))
        if not isinstance(meaning, Moving | Fault) and not feed.slot.trait.is_possible(meaning):
            raise ValueError("a number that cannot be")
        if not retained:
            self._state.spoke(device_id)
        if isinstance(meaning, Moving | Fault):
            self._doubt(device_id, feed.slot)
        else:
            reading = Reading(meaning, self._now(), self._wall(), not retained, topic)
            self._state.read(device_id, feed.slot, reading)
            self._history.record(device_id, feed.slot, reading)
        if not retained:
            self._heard(device_id, feed.slot, meaning)

    def _doubt(self, device_id: str, slot: Slot) -> None:
        self._state.in_doubt(device_id, slot)
        self._history.doubted(device_id, slot)


def _folded(words: tuple[Word, ...]) -> set[str]:
    return {spell(word).casefold() for word in words}


def _ears(wiring: Wiring) -> list[tuple[str, tuple[str, Feed | Availability]]]:
    device_id = wiring.device.id
    ears: list[tuple[str, tuple[str, Feed | Availability]]] = [
        (feed.topic, (device_id, feed)) for feed in wiring.feeds()
    ]
    if wiring.availability is not None:
        ears.append((wiring.availability.topic, (device_id, wiring.availability)))
    return ears


class _Payload:
    """A payload, parsed at most once however many slots it speaks of."""

    __slots__ = ("_error", "_parsed", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._parsed: Any = None
        self._error: ValueError | None = None
        if len(raw) > MAX_PAYLOAD:
            self._error = ValueError("longer than 64 KiB")

    def at(self, path: Path) -> Any:
        """The value at a path of the JSON, or the text; ValueError or Missing."""
        if self._error is not None:
            raise self._error
        if not path and self._raw[:1] not in (b"{", b"["):
            try:
                return self._raw.decode("utf-8")
            except UnicodeDecodeError:
                raise ValueError("not UTF-8") from None
        return read(self._json(), path)

    def _json(self) -> Any:
        if self._parsed is None:
            try:
                self._parsed = parse(self._raw)
            except BadJson as error:
                self._error = error
                raise
        return self._parsed
