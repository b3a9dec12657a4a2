"""Who opened the door: what was heard of locks lately, and what was opened by asking for it."""

from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from gateway.home.device import Slot
from gateway.home.traits import LOCK, UNLOCKED_BY
from gateway.home.values import LOCKED, UNLOCKED, Value
from gateway.wire.codecs import Fault, Moving

MAX_DEVICES = 500
MAX_EVENTS = 20
"""Of one device."""
SAME_SECONDS = 20.0
"""What a lock says of one opening, and what we know of it, comes within this."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A lock was opened, or locked. `at` is in seconds since 1970; `way` is one of home.traits.WAYS."""

    at: float
    device: str
    opened: bool
    who: str = ""
    """The account that asked for it."""
    way: str = ""


Opened = Callable[[], Awaitable[Sequence[Happened]]]
"""What was opened by asking for it, from the audit log. Raises OSError."""


class Comings:
    """Hears what locks say. It begins with nothing at each start: what was asked for is kept in the audit log."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._last: OrderedDict[str, str] = OrderedDict()
        self._events: OrderedDict[str, deque[Happened]] = OrderedDict()

    def hear(self, device_id: str, slot: Slot, meaning: Value | Moving | Fault) -> None:
        """What is heard live of any slot."""
        if slot.trait is UNLOCKED_BY and isinstance(meaning, str):
            self._add(Happened(self._wall(), device_id, opened=True, way=meaning))
        elif slot.trait is LOCK and meaning in (LOCKED, UNLOCKED):
            before, now = self._last.pop(device_id, None), str(meaning)
            self._last[device_id] = now
            if len(self._last) > MAX_DEVICES:
                self._last.popitem(last=False)
            if before not in (None, now):
                self._add(Happened(self._wall(), device_id, opened=now == UNLOCKED))

    def _add(self, event: Happened) -> None:
        events = self._events.setdefault(event.device, deque(maxlen=MAX_EVENTS))
        self._events.move_to_end(event.device)
        if events and is_same(events[-1], event):
            before = events.pop()
            event = replace(before, way=event.way or before.way)
        events.append(event)
        if len(self._events) > MAX_DEVICES:
            self._events.popitem(last=False)

    def of(self, devices: Iterable[str]) -> list[Happened]:
        """Those of these devices."""
        return [event for device in devices for event in self._events.get(device, ())]


def is_same(one: Happened, other: Happened) -> bool:
    """Whether both are words of one opening."""
    return one.opened and other.opened and one.device == other.device and abs(one.at - other.at) <= SAME_SECONDS


def joined(heard: Sequence[Happened], asked: Sequence[Happened]) -> list[Happened]:
    """All of it, the latest first; what was asked for and then heard is one event."""
    events = list(heard)
    for one in asked:
        index = next((index for index, event in enumerate(events) if is_same(event, one)), None)
        if index is None:
            events.append(one)
        else:
            events[index] = replace(events[index], who=one.who)
    return sorted(events, key=lambda event: -event.at)
