"""Which alarms the home has: readings in, what is to be told out. Pure; points in time are monotonic seconds.

Every device has a watch for each rule that fits it and each slot that can show it. What has changed and must outlive
the process is given out by `take`, together with what is to be told, so that both are written in one commit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gateway.engine.news import Active, Changes, Told, active
from gateway.engine.occasion import NEVER, SETTLE_SECONDS, Agenda, Key, Occasion, Step
from gateway.engine.watch import LOST_SLOT, Watch, scope_of, watches_of
from gateway.home.alarms import Rule
from gateway.home.device import Slot
from gateway.home.traits import LOCK, UNLOCKED_BY
from gateway.home.values import Value
from gateway.wire.binding import Feed, Wiring
from gateway.wire.codecs import Fault, Moving
from gateway.wire.topics import is_filter

__all__ = ["Active", "Alarms", "Changes", "Told"]

MAX_SOURCES = 64
"""So many topics of one slot are told apart; all others are as one."""
MAX_SAID = 200
WAY_SECONDS = 10.0
"""How a lock was opened may be said so long before that it is open, or after that while it is held back."""
SILENT = "silent"


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
        self._arrived: dict[str, list[Key]] = {}
        """Devices that have come or changed since the last tick, and what was known of them."""
        self._can_hear = False
        self._agenda = Agenda()
        self._changed: dict[Key, None] = {}
        self._told: list[Told] = []
        self._over: dict[Key, None] = {}

    def restore(self, occasions: Iterable[Occasion], now: float) -> None:
        """What was so at the last stop. What was about to come about waits a little: it may be over by now."""
        for occasion in occasions:
            if occasion.key.slot == str(LOST_SLOT) and not occasion.is_raised:
                occasion.since = None if occasion.said == SILENT else occasion.since
                occasion.not_before = NEVER  # until devices can be heard
            elif occasion.since is not None and occasion.lapses_at is None:
                occasion.not_before = now + SETTLE_SECONDS
            self._remembered.setdefault(occasion.key.device, {})[occasion.key] = occasion
        for device_id in self._watches:
            self._adopt(device_id)

    def rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener: a device has come, has changed or has gone."""
        if before is not None and self._watches.pop(before.device.id, {}):
            for key in [key for key in self._occasions if key.device == before.device.id]:
                self._remembered.setdefault(key.device, {})[key] = self._occasions.pop(key)
                self._of.pop(key, None)
        if after is not None:
            self._watches[after.device.id] = watches_of(after, self._rules.values())
            self._adopt(after.device.id)

    def _adopt(self, device_id: str) -> None:
        """Take up what is remembered of a device."""
        known = self._arrived.setdefault(device_id, [])
        watches = [one for several in self._watches[device_id].values() for one in several]
        for key, occasion in self._remembered.pop(device_id, {}).items():
            watch = next((one for one in watches if one.key(key.source) == key), None)
            if watch is None:
                self._remembered.setdefault(device_id, {})[key] = occasion
                continue
            self._occasions[key], self._of[key] = occasion, watch
            known.append(key)
            self._plan(occasion, watch)

    def _arrive(self, now: float) -> None:
        """What was known of who has come goes on from here."""
        arrived, self._arrived = self._arrived, {}
        for key in (key for known in arrived.values() for key in known if key in self._occasions):
            self._go_on(self._occasions[key], self._of[key], now)
        for watch in (watch for device_id in arrived for watch in self._lost(device_id) if self._can_hear):
            self._be_heard(watch, now)

    def _go_on(self, occasion: Occasion, watch: Watch, now: float) -> None:
        """Whatever the clock was meanwhile, and whatever was said that is not in the file."""
        if occasion.since is not None and watch.lapses_after is not None:
            known, latest = occasion.lapses_at, now + watch.lapses_after
            occasion.lapses_at = latest if occasion.is_raised or known is None else min(known, latest)
            self._plan(occasion, watch)
        if watch.rule.quorum > 1 and occasion.is_raised:
            self._count(watch, occasion, now)

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
        self._arrive(now)
        if feed.slot.trait is UNLOCKED_BY and isinstance(meaning, str):
            self._ways[device_id] = (meaning, now)
        for watch in self._watches.get(device_id, {}).get(feed.slot, ()):
            key = self._key(watch, topic if is_filter(feed.topic) else "")
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
                self._turn(watch, watch.key(), False, now, "", lasting=self._is_raised(watch.key(), now))
                self._be_silent(watch, now)

    def connected(self, now: float) -> None:
        """Devices can be heard: from now on silence means something."""
        self._can_hear = True
        for watch in [watch for device_id in self._watches for watch in self._lost(device_id)]:
            self._be_heard(watch, now)

    def disconnected(self, now: float) -> None:
        """Nobody can be heard: who is not lost yet is not lost by that."""
        self._can_hear = False
        for watch in [watch for device_id in self._watches for watch in self._lost(device_id)]:
            if self._is_raised(watch.key(), now):
                continue
            if not watch.has_word:
                self._turn(watch, watch.key(), False, now, "", lasting=False)
            if (occasion := self._occasions.get(watch.key())) is not None:
                occasion.not_before = NEVER

    def _be_heard(self, watch: Watch, now: float) -> None:
        """It can say that it is there: who was about to be lost has its time once more, and silence counts."""
        occasion = self._occasions.get(watch.key())
        if occasion is not None and occasion.not_before == NEVER:
            occasion.not_before = now + watch.rule.hold
            self._plan(occasion, watch)
        if not watch.has_word:
            self._be_silent(watch, now)

    def _be_silent(self, watch: Watch, now: float) -> None:
        """It says nothing from now on, as far as is known; who was lost is found again first."""
        if self._can_hear and not self._is_raised(watch.key(), now):
            self._turn(watch, watch.key(), True, now, SILENT, lasting=False)

    def _is_raised(self, key: Key, now: float) -> bool:
        self._catch_up(key, now)
        occasion = self._occasions.get(key)
        return occasion is not None and occasion.is_raised

    def _lost(self, device_id: str) -> list[Watch]:
        return self._watches.get(device_id, {}).get(LOST_SLOT, [])

    # What comes about

    def next_at(self) -> float:
        """When `tick` may have something to do; NEVER if nothing is awaited."""
        return -NEVER if self._arrived else self._agenda.next_at()

    def tick(self, now: float) -> None:
        """Let come about what is due."""
        self._arrive(now)
        while (key := self._agenda.take(now)) is not None:
            self._catch_up(key, now)

    def take(self) -> Changes:
        """What has changed since the last call."""
        changed, told, over = self._changed, self._told, self._over
        self._changed, self._told, self._over = {}, [], {}
        known = {key: self._occasions.get(key) or self._remembered.get(key.device, {}).get(key) for key in changed}
        alive = {key: replace(one) for key, one in known.items() if one is not None}
        ended = tuple(key for key in known if key not in alive)
        gone = (key for key in over if key not in alive or not alive[key].is_raised)
        return Changes(tuple(alive.values()), ended, tuple(told), tuple(gone))

    def active(self) -> list[Active]:
        """The alarms there are now, the most urgent first."""
        raised = (one for one in self._occasions.values() if one.is_raised and one.key.device)
        found = [active(one, self._of[one.key].rule) for one in raised]
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
        self._catch_up(key, now)
        occasion = self._occasions.get(key) or self._remembered.get(key.device, {}).pop(key, None)
        is_new = occasion is None
        if occasion is None:
            if not (shows or watch.rule.is_event):
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

    def _catch_up(self, key: Key, now: float) -> None:
        """What is due comes about, before anything else does."""
        occasion = self._occasions.get(key)
        if occasion is not None:
            self._advance(occasion, self._of[key], now)

    def _advance(self, occasion: Occasion, watch: Watch, now: float) -> None:
        for step in occasion.advance(watch.rule, now):
            self._changed[occasion.key] = None
            if step is Step.ENDED:
                self._over[occasion.key] = None
                if not watch.has_word and self._can_hear:
                    occasion.said = SILENT
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
        """Of those that must be several, another is raised or over. Who is away may keep it up, and never raises it."""
        rule, key = watch.rule, Key(watch.rule.name, "", scope_of(watch.rule))
        shown = [one for one in self._occasions.values() if self._is_one(one, rule)]
        devices = {one.key.device for one in shown}
        group = self._occasions.get(key) or self._remembered.get("", {}).get(key)
        if group is not None and group.is_raised:
            away = (one for several in self._remembered.values() for one in several.values() if one.is_raised)
            devices |= {one.key.device for one in away if one.key.device and one.key.alarm == rule.name}
        last = max(shown, key=lambda one: (one.raised_at, one.key), default=last)
        whole = replace(rule, hold=0.0, clear=0.0, quorum=1)
        of_all = replace(watch, rules=(whole,), lapses_after=None, has_word=True, device=last.key.device)
        self._turn(of_all, key, len(devices) >= rule.quorum, now, last.said)

    def _is_one(self, occasion: Occasion, rule: Rule) -> bool:
        """Whether it is one of the several that the rule asks for."""
        key = occasion.key
        return occasion.is_raised and key.alarm == rule.name and bool(key.device) and self._of[key].rule == rule

    def _tell(self, occasion: Occasion, watch: Watch, is_second: bool, now: float) -> None:
        if not is_second:
            way, at = self._ways.get(watch.device, ("", -NEVER))
            occasion.way = way if now - at <= WAY_SECONDS + watch.rule.hold and watch.slot.trait is LOCK else ""
        way = occasion.way
        rule = next((rule for rule in watch.rules if not rule.ways or way in rule.ways), None)
        if rule is None:
            occasion.told_at = None  # nobody is
            return
        if is_second and rule.escalation is None:
            return
        message = rule.escalation.message if is_second and rule.escalation is not None else rule.message
        key = occasion.key if occasion.key.device else replace(occasion.key, device=watch.device)
        said = f"{occasion.said}, {way}" if way else occasion.said
        self._told.append(Told(key, rule, message, said[:MAX_SAID], now, is_second))

    def _plan(self, occasion: Occasion, watch: Watch) -> None:
        self._agenda.plan(occasion.key, occasion.due(watch.rule))

    def _key(self, watch: Watch, source: str) -> Key:
        """What it is an occasion of."""
        key, rest = watch.key(source), watch.key()
        if key in self._occasions or rest in self._occasions or len(self._occasions) < MAX_SOURCES:
            return key if key in self._occasions or rest not in self._occasions else rest
        alike = sum(1 for one in self._occasions if one.source and replace(one, source="") == rest)
        return rest if alike >= MAX_SOURCES else key


def _text(meaning: Value | Moving | Fault) -> str:
    said = meaning.word if isinstance(meaning, Fault) else meaning
    said = {True: "yes", False: "no"}.get(said, said) if isinstance(said, bool) else said
    return str(said)[:MAX_SAID]
