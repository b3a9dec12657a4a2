"""Which alarms the home has: readings in, what is to be told out. Pure; points in time are monotonic seconds.

Every device has a watch for each rule that fits it and each slot that can show it. What has changed and must outlive
the process is given out by `take`, together with what is to be told, so that both are written in one commit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from gateway.engine.news import NO_RULE, PUSH_OFF, QUORUM, Active, Changes, Told, active, why_still, why_unsent
from gateway.engine.occasion import NEVER, Agenda, Key, Occasion, Step
from gateway.engine.roster import SILENT, Roster
from gateway.engine.watch import LOST_SLOT, Watch
from gateway.home.alarms import Rule, Severity
from gateway.home.traits import LOCK, UNLOCKED_BY
from gateway.home.values import Value
from gateway.wire.binding import Feed, Wiring
from gateway.wire.codecs import Fault, Moving
from gateway.wire.topics import is_filter

__all__ = ["Active", "Alarms", "Changes", "Told"]

MAX_SAID = 200
WAY_SECONDS = 10.0
"""How a lock was opened may be said so long before that it is open, or after that while it is held back."""


class Alarms:
    """All alarms of the home. The rules of one name stand in the order in which they count.

    `can_send` is whether notifications go out at all; what is told where they do not counts as untold in the file.
    """

    def __init__(self, rules: Iterable[Rule], can_send: bool = True) -> None:
        self.roster = Roster(rules)
        self._roll, self._away = self.roster.roll, self.roster.away
        self._changed = self.roster.changed
        self._can_send = can_send
        self._ways: dict[str, tuple[str, float]] = {}
        self._can_hear = False
        self._agenda = Agenda()
        self._told: list[Told] = []
        self._over: dict[Key, None] = {}

    def restore(self, occasions: Iterable[Occasion], now: float) -> None:
        """What was so at the last stop. What was about to come about waits a little: it may be over by now."""
        self.roster.restore(occasions, now)

    def unsent(self, key: Key, is_second: bool = False, why: str = PUSH_OFF) -> None:
        """Of what was told by this key nothing is sent after all: after a restart it counts as untold."""
        for one in (key, replace(key, device="")):
            occasion = self.roster.get(one)
            if occasion is not None and occasion.is_raised:
                occasion.is_told = True
                occasion.note(why, is_second, None)
                self._changed[one] = None

    def came_to(self, key: Key, at: float, is_delivered: bool, now: float) -> None:
        """What was told of this then was delivered, or never will be: then the next one need not wait for long."""
        for one in (key, replace(key, device="")):
            self._catch_up(one, now)
            occasion = self.roster.get(one)
            if occasion is not None and occasion.came_to(at, is_delivered):
                self._changed[one] = None
                self._catch_up(one, now)

    def rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener: a device has come, has changed or has gone."""
        self.roster.rewire(before, after)

    def feeds(self, wiring: Wiring) -> Iterator[Feed]:
        """Where alarms of this device are heard."""
        return self.roster.feeds(wiring)

    def _arrive(self, now: float) -> None:
        """What was known of who has come goes on from here."""
        if self.roster.is_settled:
            return
        arrived = self.roster.arrived()
        for key in chain.from_iterable(arrived.values()):
            if (occasion := self._roll.get(key)) is not None:
                self._go_on(occasion, self._roll.watch(key), now)
        for device_id in arrived if self._can_hear else ():
            for watch in self.roster.watches(device_id, LOST_SLOT):
                self._be_heard(watch, now)

    def _go_on(self, occasion: Occasion, watch: Watch, now: float) -> None:
        """Whatever the clock was meanwhile, and whatever was said that is not in the file."""
        if occasion.since is not None and watch.lapses_after is not None:
            known, latest = occasion.lapses_at, now + watch.lapses_after
            occasion.lapses_at = latest if occasion.is_raised or known is None else min(known, latest)
        if occasion.was_unsent(watch.rule):
            occasion.take_up(*why_still(occasion, watch, self._can_send, now))
        self._plan(occasion, watch)
        if watch.group is not None and occasion.is_raised:
            self._count(watch, occasion, now)

    def hear(
        self, device_id: str, feed: Feed, meaning: Value | Moving | Fault, topic: str, retained: bool, now: float
    ) -> None:
        """A device has said something of a slot."""
        self._arrive(now)
        if feed.slot.trait is UNLOCKED_BY and isinstance(meaning, str):
            self._ways[device_id] = (meaning, now)
        for watch in self.roster.watches(device_id, feed.slot):
            key = self._roll.key(watch, topic if is_filter(feed.topic) else "")
            shows = self._roll.shows(watch, key, meaning)
            is_past = retained and watch.lapses_after is not None  # a moment that the broker has kept
            if shows is not None and not is_past:
                self.roster.heard(key)
                self._turn(watch, key, shows, now, _text(meaning), retained)

    # Who is there

    def present(self, device_id: str, there: bool, now: float) -> None:
        """The device's own word for being there."""
        self._arrive(now)
        for watch in self.roster.watches(device_id, LOST_SLOT):
            self.roster.heard(watch.key())
            self._turn(watch, watch.key(), not there, now, "offline")

    def spoke(self, device_id: str, now: float) -> None:
        """It has said something; one that has no word for being away is lost when it has been silent for long."""
        self._arrive(now)
        for watch in self.roster.watches(device_id, LOST_SLOT):
            if not watch.has_word:
                self.roster.heard(watch.key())
                self._turn(watch, watch.key(), False, now, "", lasting=self._is_raised(watch.key(), now))
                self._be_silent(watch, now)

    def connected(self, now: float) -> None:
        """Devices can be heard: from now on silence means something."""
        self._arrive(now)
        self._can_hear = True
        for watch in self.roster.watches_for(LOST_SLOT):
            self._be_heard(watch, now)

    def disconnected(self, now: float) -> None:
        """Nobody can be heard: who is not lost yet is not lost by that."""
        self._arrive(now)
        self._can_hear = False
        for watch in self.roster.watches_for(LOST_SLOT):
            if self._is_raised(watch.key(), now):
                continue
            if not watch.has_word:
                self._turn(watch, watch.key(), False, now, "", lasting=False)
            if (occasion := self._roll.get(watch.key())) is not None:
                occasion.not_before = NEVER

    def _be_heard(self, watch: Watch, now: float) -> None:
        """It can say that it is there: who was about to be lost has its time once more, and silence counts."""
        occasion = self._roll.get(watch.key())
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
        occasion = self._roll.get(key)
        return occasion is not None and occasion.is_raised

    # What comes about

    def next_at(self) -> float:
        """When `tick` may have something to do; NEVER if nothing is awaited."""
        return self._agenda.next_at() if self.roster.is_settled else -NEVER

    def tick(self, now: float) -> None:
        """Let come about what is due."""
        self._arrive(now)
        while (key := self._agenda.take(now)) is not None:
            self._catch_up(key, now)

    def take(self) -> Changes:
        """What has changed since the last call."""
        told, over = self._told, self._over
        known = {key: self.roster.get(key) for key in self._changed}
        self._told, self._over = [], {}
        self._changed.clear()
        kept = {key: one.kept() for key, one in known.items() if one is not None}
        alive = {key: one for key, one in kept.items() if self.roster.is_worth_it(one)}
        ended = tuple(key for key in known if key not in alive)
        gone = (key for key in over if key not in alive or not alive[key].is_raised)
        return Changes(tuple(alive.values()), ended, tuple(told), tuple(gone))

    def active(self, most: int | None = None) -> list[Active]:
        """The alarms there are now, or the first so many: the most urgent, and what has lasted longest."""
        return [self._active(occasion, watch) for occasion, watch in self._roll.raised(most)]

    def count_by_severity(self) -> dict[Severity, int]:
        """How many alarms there are now; of every severity, also where there is none."""
        return self._roll.count()

    def _active(self, occasion: Occasion, watch: Watch) -> Active:
        if watch.group is None:
            return active(occasion, watch.rule, occasion)
        group = self._roll.get(watch.group)
        if group is not None and group.is_raised:
            return active(occasion, watch.rule, group)
        return active(occasion, watch.rule, None, len(self._roll.raising(watch.group)))

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
        occasion = self._roll.get(key)
        is_new = occasion is None
        if occasion is None and (occasion := self._away.pop(key)) is not None:
            is_new = False
            self._roll.put(occasion, watch)
            self._go_on(occasion, watch, now)
        if occasion is None:
            if not (shows or watch.rule.is_event):
                return
            occasion = Occasion(key)
        if is_new or self._roll.watch(key) is not watch:
            self._roll.put(occasion, watch)
        is_news = occasion.turn(shows, now, watch.lapses_after)
        if is_new and shows and watch.rule.is_event and (retained or not watch.is_moment):
            occasion.accept(now)
            self._roll.mark(key)
        if shows:
            occasion.said = said
        if (is_news or is_new) and lasting:
            self._changed[key] = None
        self._advance(occasion, watch, now)

    def _catch_up(self, key: Key, now: float) -> None:
        """What is due comes about, before anything else does."""
        occasion = self._roll.get(key)
        if occasion is not None:
            self._advance(occasion, self._roll.watch(key), now)

    def _advance(self, occasion: Occasion, watch: Watch, now: float) -> None:
        key = occasion.key
        for step in occasion.advance(watch.rule, now):
            self._changed[key] = None
            if step in (Step.TOLD, Step.ESCALATED):
                self._tell(occasion, watch, step is Step.ESCALATED, now)
            elif step in (Step.RAISED, Step.ENDED):
                self._roll.mark(key)
                if step is Step.ENDED:
                    self._end(occasion, watch, now)
                if watch.group is not None:
                    self._count(watch, occasion, now)
        if occasion.since is None and not watch.rule.is_event and occasion.due(watch.rule) == NEVER:
            self._roll.remove(key)
        else:
            self._plan(occasion, watch)

    def _end(self, occasion: Occasion, watch: Watch, now: float) -> None:
        self._over[occasion.key] = None
        if not watch.has_word and self._can_hear:
            occasion.said = SILENT
            occasion.turn(True, now)

    def _count(self, watch: Watch, last: Occasion, now: float) -> None:
        """Of those that must be several, another is raised or over. Who is away may keep it up, and never raises it."""
        key, rule = watch.group, watch.rule
        if key is None:
            return
        raising, group = self._roll.raising(key), self.roster.get(key)
        shows = len(raising) >= rule.quorum
        if not shows and group is not None and group.is_raised:
            away = (one for one in self._away.raising(rule.name) if one not in raising)
            shows = len(raising) + sum(1 for _ in islice(away, rule.quorum)) >= rule.quorum
        if self._away.get(key) is not None or shows != (group is not None and group.since is not None):
            self._turn(watch.of_all(), key, shows, now, last.said)

    def _tell(self, occasion: Occasion, watch: Watch, is_second: bool, now: float) -> None:
        if watch.group is not None:
            group = self._roll.get(watch.group)
            if not is_second:
                occasion.note("" if group is not None and group.is_sent else QUORUM, is_second, now)
            return
        last = self._roll.last(occasion.key) or occasion
        device = last.key.device or watch.device
        if not is_second:
            way, at = self._ways.get(device, ("", -NEVER))
            is_way = now - at <= WAY_SECONDS + watch.rule.hold and watch.slot.trait is LOCK
            occasion.way = way if is_way else occasion.way
        way, rule = occasion.way, watch.rule_for(occasion.way)
        if rule is None and not is_second:
            occasion.told_at, occasion.unsent = occasion.sent_at, NO_RULE
        if rule is None or (is_second and rule.escalation is None):
            return
        message = rule.escalation.message if is_second and rule.escalation is not None else rule.message
        why = why_unsent(rule, message, self._can_send)
        occasion.note(why, is_second, now)
        for one in () if why or is_second else self._roll.members(occasion.key):
            one.is_told, self._changed[one.key] = True, None
            one.note("", is_second, now)
        said = f"{last.said}, {way}" if way else last.said
        told = Told(replace(occasion.key, device=device), rule, message, said[:MAX_SAID], now, is_second, why)
        self._told.append(told)

    def _plan(self, occasion: Occasion, watch: Watch) -> None:
        self._agenda.plan(occasion.key, occasion.due(watch.rule))


def _text(meaning: Value | Moving | Fault) -> str:
    said = meaning.word if isinstance(meaning, Fault) else meaning
    said = {True: "yes", False: "no"}.get(said, said) if isinstance(said, bool) else said
    return str(said)[:MAX_SAID]
