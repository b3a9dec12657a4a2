"""Which alarms the home has: readings in, what is to be told out. Pure; points in time are monotonic seconds.

Every device has a watch for each rule that fits it and each slot that can show it. What has changed and must outlive
the process is given out by `take`, together with what is to be told, so that both are written in one commit.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from gateway.engine.occasion import NEVER, SETTLE_SECONDS, Key, Occasion, Step
from gateway.engine.watch import LOST_SLOT, Watch, scope_of, watches_of
from gateway.home.alarms import Rule, Severity
from gateway.home.device import Slot
from gateway.home.traits import LOST, UNLOCKED_BY
from gateway.home.values import Value
from gateway.wire.binding import Feed, Wiring
from gateway.wire.codecs import Fault, Moving
from gateway.wire.topics import is_filter

MAX_SOURCES = 64
"""So many topics of one slot are told apart."""
MAX_SAID = 200
WAY_SECONDS = 10.0
"""How a lock was opened may be said so long before or after that it is open."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something is to be told: a notification, once. `at` is a point in time, `expires` a span."""

    key: Key
    rule: Rule
    message: str
    said: str
    at: float
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class Active:
    """An alarm as it is now."""

    key: Key
    severity: Severity
    message: str
    said: str
    since: float
    told_at: float | None
    over_since: float | None
    untold: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What has come about since the last time that it was asked for."""

    occasions: tuple[Occasion, ...] = ()
    ended: tuple[Key, ...] = ()
    """Occasions of which nothing has to be known any more."""
    told: tuple[Told, ...] = ()
    over: tuple[Key, ...] = ()
    """Alarms that are over."""


class Alarms:
    """All alarms of the home. The rules of one name stand in the order in which they count."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[str, list[Rule]] = {}
        for rule in rules:
            self._rules.setdefault(rule.name, []).append(rule)
        self._watches: dict[str, dict[Slot, list[Watch]]] = {}
        self._occasions: dict[Key, Occasion] = {}
        self._of: dict[Key, Watch] = {}
        self._remembered: dict[str, dict[Key, Occasion]] = {}
        """Occasions of devices that are not known yet, by device."""
        self._ways: dict[str, tuple[str, float]] = {}
        self._agenda: list[tuple[float, int, Key]] = []
        self._planned: dict[Key, float] = {}
        self._order = count()
        self._changed: dict[Key, None] = {}
        self._told: list[Told] = []
        self._over: dict[Key, None] = {}

    def restore(self, occasions: Iterable[Occasion], now: float) -> None:
        """What was so at the last stop. What was about to be raised waits a little: it may be over by now."""
        for occasion in occasions:
            if occasion.since is not None and not occasion.is_raised:
                occasion.not_before = now + SETTLE_SECONDS
            self._remembered.setdefault(occasion.key.device, {})[occasion.key] = occasion

    def rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener: a device has come, has changed or has gone."""
        if before is not None and self._watches.pop(before.device.id, {}):
            for key in [key for key in self._occasions if key.device == before.device.id]:
                self._remembered.setdefault(key.device, {})[key] = self._occasions.pop(key)
                self._of.pop(key, None)
        if after is None:
            return
        watches = self._watches[after.device.id] = watches_of(after, self._rules.values())
        for key, occasion in self._remembered.pop(after.device.id, {}).items():
            watch = next((one for several in watches.values() for one in several if _is_of(key, one)), None)
            if watch is None:
                self._remembered.setdefault(key.device, {})[key] = occasion
            else:
                self._occasions[key], self._of[key] = occasion, watch
                self._plan(occasion, watch)

    def feeds(self, wiring: Wiring) -> Iterator[Feed]:
        """Where alarms of this device are heard."""
        watched = self._watches.get(wiring.device.id, {})
        opens = any(watch.rule.is_event for several in watched.values() for watch in several)
        for slot, binding in wiring.bindings.items():
            if slot in watched or (opens and slot.trait is UNLOCKED_BY):
                yield from binding.feeds

    def hear(
        self, device_id: str, feed: Feed, meaning: Value | Moving | Fault, topic: str, retained: bool, now: float
    ) -> None:
        """A device has said something of a slot."""
        if feed.slot.trait is UNLOCKED_BY and isinstance(meaning, str):
            self._ways[device_id] = (meaning, now)
        for watch in self._watches.get(device_id, {}).get(feed.slot, ()):
            key = watch.key(topic if is_filter(feed.topic) else "")
            shows = self._shows(watch, key, meaning)
            is_past = retained and watch.lapses_after is not None  # a moment that the broker has kept
            if shows is not None and not is_past:
                self._turn(watch, key, shows, now, _text(meaning), retained)

    def _shows(self, watch: Watch, key: Key, meaning: Value | Moving | Fault) -> bool | None:
        """Whether this is the alarm; None where it says nothing about it."""
        if isinstance(meaning, Fault):
            return True if watch.sign.fault else None
        if isinstance(meaning, Moving):
            return None
        if watch.sign.fault:
            return False
        known = self._occasions.get(key)
        clear_at = watch.rule.clear_at if known is not None and known.since is not None else None
        return watch.sign.shows(meaning, clear_at)

    # Who is there

    def present(self, device_id: str, there: bool, now: float) -> None:
        """The device's own word for being there."""
        for watch in self._lost(device_id):
            self._turn(watch, watch.key(), not there, now, "offline")

    def spoke(self, device_id: str, now: float) -> None:
        """It has said something; one that has no word for being away is lost when it has been silent for long."""
        for watch in self._lost(device_id):
            if not watch.has_word:
                self._turn(watch, watch.key(), False, now, "")
                self._be_silent(watch, now)

    def connected(self, now: float) -> None:
        """Devices can be heard: from now on silence means something."""
        for device_id in tuple(self._watches):
            for watch in self._lost(device_id):
                if not watch.has_word:
                    self._be_silent(watch, now)

    def disconnected(self, now: float) -> None:
        """Nobody can be heard: who is not lost yet is not lost by that."""
        for device_id in tuple(self._watches):
            for watch in self._lost(device_id):
                occasion = self._occasions.get(watch.key())
                if occasion is not None and not occasion.is_raised:
                    self._turn(watch, watch.key(), False, now, "", lasting=watch.has_word)

    def _be_silent(self, watch: Watch, now: float) -> None:
        """It says nothing from now on, as far as is known; who was lost is found again first."""
        occasion = self._occasions.get(watch.key())
        if occasion is None or not occasion.is_raised:
            self._turn(watch, watch.key(), True, now, "silent", lasting=False)

    def _lost(self, device_id: str) -> list[Watch]:
        return self._watches.get(device_id, {}).get(LOST_SLOT, [])

    # What comes about

    def next_at(self) -> float:
        """When `tick` may have something to do; NEVER if nothing is awaited."""
        return self._agenda[0][0] if self._agenda else NEVER

    def tick(self, now: float) -> None:
        """Let come about what is due."""
        while self.next_at() <= now:
            _, _, key = heapq.heappop(self._agenda)
            self._planned.pop(key, None)
            occasion = self._occasions.get(key)
            if occasion is not None:
                self._advance(occasion, self._of[key], now)

    def take(self) -> Changes:
        """What has changed since the last call."""
        changed, told, over = self._changed, self._told, self._over
        self._changed, self._told, self._over = {}, [], {}
        alive = tuple(replace(self._occasions[key]) for key in changed if key in self._occasions)
        ended = tuple(key for key in changed if key not in self._occasions)
        return Changes(alive, ended, tuple(told), tuple(over))

    def has_changed(self) -> bool:
        """Whether `take` has something to give."""
        return bool(self._changed or self._told or self._over)

    def active(self) -> list[Active]:
        """The alarms there are now, the most urgent first."""
        raised = [(one, self._of[one.key]) for one in self._occasions.values() if one.raised_at is not None]
        found = [_active(occasion, watch) for occasion, watch in raised if occasion.key.device]
        return sorted(found, key=lambda one: (one.severity.rank, one.since, one.key))

    def _turn(
        self,
        watch: Watch,
        key: Key,
        shows: bool,
        now: float,
        said: str,
        retained: bool = False,
        lasting: bool = True,
    ) -> None:
        """The sign is there, or is not. `lasting` is what has to be known after a restart."""
        occasion = self._occasions.get(key) or self._remembered.get(key.device, {}).pop(key, None)
        is_new = occasion is None
        if occasion is None:
            if not (shows or watch.rule.is_event) or self._has_too_many(key):
                return
            occasion = Occasion(key)
        self._occasions[key], self._of[key] = occasion, watch
        is_news = occasion.turn(shows, now, watch.lapses_after)
        if is_new and shows and retained and watch.rule.is_event:
            occasion.accept(now)
        if shows:
            occasion.said = said
        if (is_news or is_new) and lasting:
            self._changed[key] = None
        self._advance(occasion, watch, now)

    def _advance(self, occasion: Occasion, watch: Watch, now: float) -> None:
        for step in occasion.advance(watch.rule, now):
            self._changed[occasion.key] = None
            if step is Step.ENDED:
                self._over[occasion.key] = None
                if not watch.has_word:
                    occasion.turn(True, now)
            if watch.rule.quorum > 1 and occasion.key.device:
                self._count(watch, occasion, now)
            elif step in (Step.TOLD, Step.ESCALATED):
                self._tell(occasion, watch, step is Step.ESCALATED, now)
        if occasion.due(watch.rule) == NEVER and occasion.since is None and not watch.rule.is_event:
            del self._occasions[occasion.key], self._of[occasion.key]
        else:
            self._plan(occasion, watch)

    def _count(self, watch: Watch, last: Occasion, now: float) -> None:
        """Of those that must be several, another is raised or over."""
        several = [
            one
            for key, one in self._occasions.items()
            if key.alarm == watch.rule.name and key.device and one.is_raised and self._of[key].rule == watch.rule
        ]
        key = Key(watch.rule.name, "", scope_of(watch.rule))
        group = replace(
            watch, rules=(replace(watch.rule, hold=0.0, quorum=1),), lapses_after=None, device=last.key.device
        )
        self._turn(group, key, len(several) >= watch.rule.quorum, now, last.said)

    def _tell(self, occasion: Occasion, watch: Watch, is_second: bool, now: float) -> None:
        way, at = self._ways.get(watch.device, ("", -NEVER))
        way = way if now - at <= WAY_SECONDS + watch.rule.hold else ""
        rule = next((rule for rule in watch.rules if not rule.ways or way in rule.ways), None)
        if rule is None:
            return
        message = rule.escalation.message if is_second and rule.escalation is not None else rule.message
        key = occasion.key if occasion.key.device else replace(occasion.key, device=watch.device)
        said = f"{occasion.said}, {way}" if way and watch.slot.trait is not LOST else occasion.said
        self._told.append(Told(key, rule, message, said[:MAX_SAID], now, is_second))

    def _plan(self, occasion: Occasion, watch: Watch) -> None:
        """Look at it again when something is due: or earlier, where that was the plan."""
        due = occasion.due(watch.rule)
        if due < self._planned.get(occasion.key, NEVER):
            self._planned[occasion.key] = due
            heapq.heappush(self._agenda, (due, next(self._order), occasion.key))

    def _has_too_many(self, key: Key) -> bool:
        alike = (
            one for one in self._occasions if (one.alarm, one.device, one.slot) == (key.alarm, key.device, key.slot)
        )
        return bool(key.source) and sum(1 for _ in alike) >= MAX_SOURCES


def _is_of(key: Key, watch: Watch) -> bool:
    return (key.alarm, key.device, key.slot) == (watch.rule.name, watch.device, str(watch.slot))


def _text(meaning: Value | Moving | Fault) -> str:
    said = meaning.word if isinstance(meaning, Fault) else meaning
    said = {True: "yes", False: "no"}.get(said, said) if isinstance(said, bool) else said
    return str(said)[:MAX_SAID]


def _active(occasion: Occasion, watch: Watch) -> Active:
    return Active(
        occasion.key,
        watch.rule.severity,
        watch.rule.message,
        occasion.said,
        occasion.raised_at or 0.0,
        occasion.told_at if occasion.is_told else None,
        occasion.over_since,
        occasion.untold,
    )
