"""What is guarded, known by what it is told: a relay is no other one for a new name, or for being found twice.

Pure. A guard that was once known stays until its hardware is forgotten.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gateway.wire.binding import Message, Wiring

MAX_MARKS = 2000


class Key(NamedTuple):
    """One thing that a device is told: where, at which path of the object, and what else stands there."""

    reach: str
    """The topic, alike for all topics that come to the same."""
    path: tuple[str, ...] = ()
    frame: str = ""
    """Empty where anything may stand there."""


Who = tuple[str, str, str]
"""A found device: its hardware, its dialect, and the part's name there."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a found device that is guarded."""

    hardware: str
    dialect: str
    part: str
    keys: frozenset[Key]
    word: str
    """As what it is guarded, see `Device.guarded`."""
    by: str
    """Who said so, for people."""

    @property
    def who(self) -> Who:
        """Which device it is."""
        return self.hardware, self.dialect, self.part


class Guards:
    """All found devices that were guarded once."""

    def __init__(self) -> None:
        self._marks: dict[Who, Mark] = {}
        self._at: dict[str, dict[Who, None]] = {}
        """Who is told something at each reach."""
        self._entries: dict[str, bool] = {}
        self.changed = False
        """Whether something is new that whoever was placed before could not know."""

    def remember(self, marks: Iterable[Mark]) -> None:
        """What was guarded before this start."""
        for mark in marks:
            self._put(mark)

    def learn(self, mark: Mark) -> None:
        """It is guarded by itself or by its owner's word; what is new finds no room among too many."""
        if self._marks.get(mark.who) != mark and (mark.who in self._marks or len(self._marks) < MAX_MARKS):
            self._drop(mark.who)
            self._put(mark)
            self.changed = True

    def copy(self) -> "Guards":
        """One that can learn without changing this; of no entry it is known whether anything fits it."""
        copied = Guards()
        copied.remember(self._marks.values())
        return copied

    def take_over(self, other: "Guards") -> None:
        """Whatever a copy has learned; its entries are all that there are now."""
        for mark in other.marks():
            self.learn(mark)
        self._entries = dict(other._entries)

    def forget(self, hardware: str) -> bool:
        """Take the guards off all of a piece of hardware. Whether there were any."""
        known = [who for who in self._marks if who[0] == hardware]
        for who in known:
            self._drop(who)
        self.changed |= bool(known)
        return bool(known)

    def meet(self, entry: str, fits: bool) -> None:
        """A device was held against an entry of the owner's that guards."""
        self._entries[entry] = fits or self._entries.get(entry, False)

    def unmet(self) -> list[str]:
        """The entries that guard nothing, because no device fits them."""
        return [entry for entry, has_met in self._entries.items() if not has_met]

    def over(self, who: Who, keys: Iterable[Key]) -> Mark | None:
        """The guard that it had, or the one of what is told the same; None if there is none."""
        if who in self._marks:
            return self._marks[who]
        for key in sorted(keys):
            for other in sorted(self._at.get(key.reach, ())):
                mark = self._marks[other]
                is_sibling = other[:2] == who[:2]  # one dialect tells the parts of its hardware apart
                if key in mark.keys or (not is_sibling and any(overlap(key, one) for one in mark.keys)):
                    return mark
        return None

    def marks(self) -> Iterator[Mark]:
        """All of them."""
        return iter(self._marks.values())

    def _put(self, mark: Mark) -> None:
        self._marks[mark.who] = mark
        for key in mark.keys:
            self._at.setdefault(key.reach, {})[mark.who] = None

    def _drop(self, who: Who) -> None:
        mark = self._marks.pop(who, None)
        for reach in {key.reach for key in mark.keys} if mark is not None else ():
            del self._at[reach][who]
            if not self._at[reach]:
                del self._at[reach]


Owned = Mapping[str, tuple[tuple[Key, str], ...]]
"""By reach, what the owner's own guarded devices are told, and their ids."""


def owned(wirings: Iterable[Wiring]) -> Owned:
    """Those of them that are guarded."""
    known: dict[str, tuple[tuple[Key, str], ...]] = {}
    for wiring in wirings:
        for key in sorted(keys_of(wiring)) if wiring.device.guarded else ():
            known[key.reach] = (*known.get(key.reach, ()), (key, wiring.device.id))
    return known


def owner_of(keys: Iterable[Key], known: Owned) -> str:
    """The id of the guarded device that is told the same; empty if there is none."""
    return next((owner for key in sorted(keys) for one, owner in known.get(key.reach, ()) if overlap(key, one)), "")


def overlap(one: Key, other: Key) -> bool:
    """Whether both may come to the same."""
    shared = min(len(one.path), len(other.path))
    return (
        one.reach == other.reach
        and one.path[:shared] == other.path[:shared]
        and (one.frame == other.frame or not (one.frame and other.frame))
    )


def keys_of(wiring: Wiring) -> frozenset[Key]:
    """Everything that this device is told."""
    keys: set[Key] = set()
    for binding in wiring.bindings.values():
        order = binding.order
        if order is not None:
            path = tuple(str(step).casefold() for step in order.path)
            keys.update(_keys(order.topic, path, order.frame, _text(order.frame)))
            for message in (*order.before, *order.after, *order.instead.values()):
                keys.update(_said(message))
        keys.update(key for one in (binding.up, binding.down, binding.next) if one is not None for key in _said(one))
    keys.update(key for one in wiring.deeds.values() for key in _said(one))
    return frozenset(keys | set(_by_address(wiring, keys)))


_TASMOTA = re.compile(r"(.+)/(?:power|backlog)(\d*)", re.DOTALL)
_RPC = re.compile(r"(.+)/rpc", re.DOTALL)
_SHELLY = (
    re.compile(r"(.+)/command/([a-z0-9_]+):(\d+)", re.DOTALL),
    re.compile(r"(.+)/(relay|roller|light|color|white|valve)/(\d+)/(?:command|set)(?:/.*)?", re.DOTALL),
)
_COMMAND = re.compile(r"(.+)/command", re.DOTALL)
_SET = re.compile(r"(.+?/set)(?:/(.+))?", re.DOTALL)


def _keys(topic: str, path: tuple[str, ...], body: Mapping[str, Any], said: str) -> Iterator[Key]:
    """Of one message: `body` is the object that it holds, `said` what is known of its text."""
    topic = topic.casefold()
    if found := _TASMOTA.fullmatch(topic):
        channel = "" if topic.rpartition("/")[2].startswith("backlog") or found[2] == "0" else found[2] or "1"
        yield Key(f"{found[1]}/power", path, channel)
    elif found := _RPC.fullmatch(topic):
        yield Key(found[1], (), _component(body))
    elif found := next((found for one in _SHELLY if (found := one.fullmatch(topic))), None):
        yield Key(found[1], (), f"{found[2]}:{found[3]}")
    elif found := _COMMAND.fullmatch(topic):
        yield Key(found[1], path, said)
    elif found := _SET.fullmatch(topic):
        start = tuple(found[2].split("/")) if found[2] else ()
        for name in body:
            yield Key(found[1], (*start, name.casefold()))
        if path or not body:
            yield Key(found[1], (*start, *path), "" if body else said)
    else:
        yield Key(topic, path, said)


def _said(message: Message) -> Iterator[Key]:
    try:
        body = json.loads(message.payload)
    except (ValueError, RecursionError):
        body = None
    text = message.payload.decode(errors="replace")
    return _keys(message.topic, (), body if isinstance(body, dict) else {}, text)


def _text(frame: Mapping[str, Any]) -> str:
    return json.dumps(frame, sort_keys=True, default=str) if frame else ""


def _component(body: Mapping[str, Any]) -> str:
    """The part of a Shelly that a call is about; empty where that cannot be read."""
    method, params = body.get("method"), body.get("params")
    number = params.get("id") if isinstance(params, Mapping) else None
    is_call = isinstance(method, str) and isinstance(number, int)
    return f"{str(method).partition('.')[0].casefold()}:{number}" if is_call else ""


def _by_address(wiring: Wiring, keys: Iterable[Key]) -> Iterator[Key]:
    """Zigbee2MQTT obeys at a device's address as well as at its name."""
    device = wiring.device
    if device.dialect != "zigbee2mqtt" or not device.hardware.startswith("0x"):
        return
    for key in keys:
        stem, name = key.reach.removesuffix("/set"), f"/{device.name.casefold()}"
        start = stem.removesuffix(name) if stem.endswith(name) else stem.rpartition("/")[0]
        yield key._replace(reach=f"{start}/{device.hardware}/set")
