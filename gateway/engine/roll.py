"""The occasions that there are: those of known devices, and what is remembered of others. Pure."""

import heapq
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import chain
from typing import Generic, TypeVar

from gateway.engine.bounded import bounded
from gateway.engine.occasion import Key, Occasion
from gateway.engine.watch import Watch
from gateway.home.alarms import Severity
from gateway.home.values import Value
from gateway.wire.codecs import Fault, Moving

MAX_AWAY = 10_000
"""So many occasions of devices that are not known are remembered; the oldest go first."""

MAX_SOURCES = 64
"""So many topics of one slot are told apart; all others are as one."""

K = TypeVar("K")


class _Raising(Generic[K]):
    """Which devices raise something: each as long as one of its occasions does."""

    def __init__(self) -> None:
        self._found: dict[K, dict[str, set[Key]]] = {}

    def put(self, what: K, key: Key, is_raised: bool) -> None:
        """Whether an occasion raises it."""
        devices = self._found.setdefault(what, {})
        keys = devices.setdefault(key.device, set())
        (keys.add if is_raised else keys.discard)(key)
        if not keys:
            del devices[key.device]
        if not devices:
            del self._found[what]

    def of(self, what: K) -> dict[str, set[Key]]:
        """The devices, with their occasions."""
        return self._found.get(what, {})


class Roll:
    """The occasions of devices that are known, each with its watch. Who raises one or ends it says so by `mark`."""

    def __init__(self) -> None:
        self._all: dict[Key, tuple[Occasion, Watch]] = {}
        self._devices: dict[str, dict[Key, None]] = {}
        self._raised: dict[Severity, dict[Key, None]] = {severity: {} for severity in Severity}
        self._groups: _Raising[Key] = _Raising()

    def get(self, key: Key) -> Occasion | None:
        """None if there is none."""
        found = self._all.get(key)
        return None if found is None else found[0]

    def watch(self, key: Key) -> Watch:
        """What watches this occasion, which is there."""
        return self._all[key][1]

    def of_device(self, device_id: str) -> Collection[Key]:
        """All of a device, the oldest first."""
        return self._devices.get(device_id, {})

    def key(self, watch: Watch, source: str) -> Key:
        """What this is an occasion of, that is heard at this topic."""
        key, rest = watch.key(bounded(source)), watch.key()
        if key in self._all:
            return key
        of_device = self.of_device(watch.device)
        if rest in of_device or len(of_device) < MAX_SOURCES:
            return rest if rest in of_device else key
        alike = sum(1 for one in of_device if one.source and replace(one, source="") == rest)
        return rest if alike >= MAX_SOURCES else key

    def shows(self, watch: Watch, key: Key, meaning: Value | Moving | Fault) -> bool | None:
        """Whether this is the alarm; None where it says nothing about it."""
        if isinstance(meaning, Fault):
            return True if watch.sign.fault else None
        if isinstance(meaning, Moving):
            return None
        if watch.sign.fault:
            return False
        known = self.get(key)
        clear_at = watch.rule.clear_at if known is not None and known.since is not None else None
        return watch.sign.shows(meaning, clear_at)

    def put(self, occasion: Occasion, watch: Watch) -> None:
        """Another one; or one that is watched otherwise."""
        key = occasion.key
        if (known := self._all.get(key)) is not None:
            self._mark(*known, is_raised=False)
        self._all[key] = occasion, watch
        self._devices.setdefault(key.device, {})[key] = None
        self.mark(key)

    def remove(self, key: Key) -> Occasion | None:
        """It is gone."""
        occasion, watch = self._all.pop(key, (None, None))
        if occasion is None or watch is None:
            return None
        self._mark(occasion, watch, is_raised=False)
        del self._devices[key.device][key]
        if not self._devices[key.device]:
            del self._devices[key.device]
        return occasion

    def mark(self, key: Key) -> None:
        """It is raised, or is no longer."""
        occasion, watch = self._all[key]
        self._mark(occasion, watch, occasion.is_raised)

    def _mark(self, occasion: Occasion, watch: Watch, is_raised: bool) -> None:
        key, raised = occasion.key, self._raised[watch.rule.severity]
        if not key.device:
            return
        if is_raised:
            raised[key] = None
        else:
            raised.pop(key, None)
        if (group := watch.group) is not None:
            self._groups.put(group, key, is_raised)

    def raised(self, most: int | None = None) -> list[tuple[Occasion, Watch]]:
        """What is an alarm now, or the first so many: the most urgent, and what has lasted longest. No groups."""
        found: list[Key] = []
        for keys in self._raised.values():
            left = len(keys) if most is None else most - len(found)
            found += heapq.nsmallest(left, keys, key=self._age)
        return [self._all[key] for key in found]

    def count(self) -> dict[Severity, int]:
        """How many are an alarm now; of every severity, also where there is none."""
        return {severity: len(keys) for severity, keys in self._raised.items()}

    def raising(self, group: Key) -> Collection[str]:
        """The devices that raise what several must."""
        return self._groups.of(group)

    def members(self, group: Key) -> list[Occasion]:
        """What those devices raise."""
        return [self._all[key][0] for key in chain.from_iterable(self._groups.of(group).values())]

    def last(self, group: Key) -> Occasion | None:
        """Of several devices, the occasion that was raised last; None where nobody raises it."""
        return max(self.members(group), key=lambda one: self._age(one.key), default=None)

    def _age(self, key: Key) -> tuple[float, Key]:
        return self._all[key][0].raised_at or 0.0, key


class Away:
    """The occasions of devices that are not known, and of slots that they no longer have."""

    def __init__(self, most: int = MAX_AWAY) -> None:
        self._most = most
        self._all: dict[Key, Occasion] = {}
        self._devices: dict[str, dict[Key, None]] = {}
        self._raising: _Raising[str] = _Raising()

    def get(self, key: Key) -> Occasion | None:
        """None if there is none."""
        return self._all.get(key)

    def of_device(self, device_id: str) -> Collection[Key]:
        """All of a device, the oldest first."""
        return self._devices.get(device_id, {})

    def put(self, occasion: Occasion) -> None:
        """The newest; the oldest makes room for it."""
        key = occasion.key
        self.pop(key)
        self._all[key] = occasion
        self._devices.setdefault(key.device, {})[key] = None
        if key.device:
            self._raising.put(key.alarm, key, occasion.is_raised)
        if len(self._all) > self._most:
            self.pop(next(iter(self._all)))

    def pop(self, key: Key) -> Occasion | None:
        """It is remembered no longer."""
        occasion = self._all.pop(key, None)
        if occasion is None:
            return None
        del self._devices[key.device][key]
        if not self._devices[key.device]:
            del self._devices[key.device]
        if key.device:
            self._raising.put(key.alarm, key, False)
        return occasion

    def raising(self, alarm: str) -> Iterable[str]:
        """The devices that raised this when they were last known."""
        return self._raising.of(alarm)
