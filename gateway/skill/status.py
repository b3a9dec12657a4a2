"""What the skill tells of the home: how it is, how one device is, what is locked, and who came in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.accounts.users import LOCAL
from gateway.clova.objects import CLOSED_PERCENT
from gateway.clova.sayings import moments
from gateway.clova.sayings.form import Spoken, listed, together
from gateway.clova.sayings.lines import Line
from gateway.engine.history import History
from gateway.engine.state import Presence
from gateway.home.device import Device, Feature, Slot
from gateway.home.problems import Problem, StateUnknown
from gateway.home.traits import CONTACT, LOCK, ON_OFF, OPEN_TIME, OPENING, UNLOCKED_BY, Trait
from gateway.home.values import UNLOCKED, Value
from gateway.skill.errands import LIGHT, at_once
from gateway.skill.events import Comings, Happened, Opened, joined
from gateway.skill.finding import Finder
from gateway.skill.intents import DEVICE, ROOM
from gateway.skill.shown import Shown
from gateway.skill.turn import Ground, Reply, Turn

TOLD_FOR = 86_400.0
"""An alarm that is over is told of for so long."""
MOST_EVENTS = 3
SENSED = ("smoke", "gas", "carbon_monoxide", "heat", "leak", "vibration")
"""The alarms of which it is said that they are sensed, the worst first; the others are told of by their names."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that was raised; `at` is in seconds since 1970."""

    alarm: str
    device: str
    at: float
    is_active: bool


Alarms = Callable[[], Sequence[Raised]]
"""Those that are active and those that were, in any order."""


class Status:
    """Answers questions. `alarms` and `opened` tell what the home knows of itself."""

    def __init__(
        self, ground: Ground, finder: Finder, history: History, comings: Comings, alarms: Alarms, opened: Opened
    ) -> None:
        self._ground = ground
        self._finder = finder
        self._history = history
        self._comings = comings
        self._alarms = alarms
        self._opened = opened
        self._shown = Shown(ground, finder)

    async def home(self, turn: Turn) -> Reply:
        """The alarms, what is on, what is open and what is away; without a broker only the alarms."""
        self._ground.policy.allow(turn.account, "GetDeviceState")
        devices = self._finder.devices(turn.account)
        active = self._active(devices)
        if self._ground.state.connected_at is None:
            return Reply(together(*active, self._ground.say(Line.NO_BROKER)))
        on, opened, unlocked = self._lights(devices), self._opened_now(devices), self._unlocked_now(devices)
        away = self._away(devices)
        unknown = self._unknown([one for one in devices if self._is_unknown(one) and not self._is_away(one)])
        noted = [*active, *on, *opened, *unlocked, *away]
        if not noted and not unknown:
            return Reply(together(*self._quiet(devices), *self._last_alarm(devices)))
        off, others_off = (on, []) if on else self._none_on(devices)
        shut, others_shut = (opened, []) if opened else self._none_open(devices)
        none = [] if noted else [self._ground.say(Line.NO_ALARMS)]
        rest = [*away, *unknown, *others_off, *others_shut, *self._last_alarm(devices)]
        return Reply(together(*active, *off, *shut, *unlocked, *none, *rest))

    def _quiet(self, devices: list[Device]) -> list[Spoken]:
        """There is nothing to tell."""
        is_all_there = all(self._ground.state.presence(device.id) is Presence.ONLINE for device in devices)
        return [self._ground.say(Line.ALL_QUIET if is_all_there else Line.QUIET)]

    def _none_on(self, devices: list[Device]) -> tuple[list[Spoken], list[Spoken]]:
        known = [self._is_known(device, device.parts(ON_OFF)) for device in devices if device.kind == LIGHT]
        return self._none(known, Line.NO_LIGHTS_ON, Line.NO_OTHER_LIGHT_ON)

    def _none_open(self, devices: list[Device]) -> tuple[list[Spoken], list[Spoken]]:
        known = [self._is_known(device, found) for device in devices if (found := _openings(device))]
        return self._none(known, Line.NOTHING_OPEN, Line.NOTHING_ELSE_OPEN)

    def _none(self, known: list[bool], every: Line, others: Line) -> tuple[list[Spoken], list[Spoken]]:
        """That none is so: of every one, or of those that are known, which is said after what is told of the others."""
        if not any(known):
            return [], []
        return ([self._ground.say(every)], []) if all(known) else ([], [self._ground.say(others)])

    def _is_known(self, device: Device, features: list[Feature]) -> bool:
        return not self._is_away(device) and not self._lacks(device, features)

    def _unknown(self, devices: list[Device]) -> list[Spoken]:
        names = listed(self._language, self._finder.labels(devices))
        return [self._ground.say(Line.DEVICE_UNKNOWN, device=names)] if devices else []

    def _is_unknown(self, device: Device) -> bool:
        """A light, a window or a gate of which not every part has said how it is; nor has any that it is on, or open.

        Locks are told of apart.
        """
        lights = [one for one in device.parts(ON_OFF) if one.readable] if device.kind == LIGHT else []
        is_on = True in self._values(device, ON_OFF)
        return (not is_on and self._lacks(device, lights)) or self._is_unknown_opening(device)

    def _is_unknown_opening(self, device: Device) -> bool:
        return not self._is_open(device) and self._lacks(device, _openings(device))

    def _lacks(self, device: Device, features: list[Feature]) -> bool:
        state, now = self._ground.state, self._ground.now()
        return any(state.fresh(device.id, feature, now) is None for feature in features)

    def _lights(self, devices: list[Device]) -> list[Spoken]:
        lights = [device for device in devices if device.kind == LIGHT]
        on = [device for device in lights if True in self._values(device, ON_OFF) and not self._is_away(device)]
        if not on:
            return []
        if 1 < len(on) == len(lights):
            return [self._ground.say(Line.LIGHTS_ALL_ON, count=len(on))]
        return [self._ground.say(Line.LIGHTS_ON, count=len(on), total=len(lights), names=self._finder.labels(on))]

    def _unlocked_now(self, devices: list[Device]) -> list[Spoken]:
        return self._unlocked(
            devices, {device.id: _whole(device, self._values(device, LOCK)) for device in _locks(devices)}
        )

    def _opened_now(self, devices: list[Device]) -> list[Spoken]:
        """Windows, doors and gates; an open curtain is nothing to be told of."""
        opened = [device for device in devices if self._is_open(device)]
        labels = self._finder.labels(opened)
        return [self._ground.say(Line.OPEN, count=len(opened), names=labels)] if opened else []

    def _unlocked(self, devices: list[Device], states: Mapping[str, list[Value]]) -> list[Spoken]:
        """What is not locked, and of what that is not known. `states` are those of the locks; empty for unknown."""
        say, labels = self._ground.say, self._finder.labels
        unlocked = [device for device in devices if UNLOCKED in states.get(device.id, ())]
        unknown = [device for device in devices if device.id in states and not states[device.id]]
        told = [say(Line.UNLOCKED, count=len(unlocked), names=labels(unlocked))] if unlocked else []
        return told + ([say(Line.LOCKS_UNKNOWN, count=len(unknown), names=labels(unknown))] if unknown else [])

    def _is_open(self, device: Device) -> bool:
        if True in self._values(device, CONTACT):
            return True
        percents = self._values(device, OPENING) if device.guarded else []
        return any(isinstance(value, int | float) and value > CLOSED_PERCENT for value in percents)

    def _away(self, devices: list[Device]) -> list[Spoken]:
        away = [one for one in devices if self._is_away(one)]
        return [self._ground.say(Line.OFFLINE, count=len(away), names=self._finder.labels(away))] if away else []

    def _is_away(self, device: Device) -> bool:
        return self._ground.state.presence(device.id) in (Presence.OFFLINE, Presence.SILENT)

    def _active(self, devices: list[Device]) -> list[Spoken]:
        """What is sensed first."""
        names = self._names(devices)
        raised = self._raised(names, is_active=True)
        told = []
        for alarm in SENSED:
            if sensing := [names[one.device] for one in raised if one.alarm == alarm]:
                told.append(self._ground.say(Line.SENSED, names=sensing, name=moments.alarm(self._language, alarm)))
        others = [
            moments.of(self._language, names[one.device], moments.alarm(self._language, one.alarm))
            for one in raised
            if one.alarm not in SENSED
        ]
        return told + ([self._ground.say(Line.ALARMS, count=len(others), names=others)] if others else [])

    def _last_alarm(self, devices: list[Device]) -> list[Spoken]:
        """Of those that are over; none that is there again."""
        names, wall = self._names(devices), self._ground.wall()
        again = {(one.device, one.alarm) for one in self._raised(names, is_active=True)}
        over = [
            one
            for one in self._raised(names, is_active=False)
            if wall - one.at < TOLD_FOR and (one.device, one.alarm) not in again
        ]
        if not over:
            return []
        last = max(over, key=lambda one: one.at)
        name = moments.alarm(self._language, last.alarm)
        parts = {"device": names[last.device], "name": name, "when": self._when(last.at)}
        return [self._ground.say(Line.LAST_ALARM, **parts)]

    def _names(self, devices: Sequence[Device]) -> dict[str, str]:
        return dict(zip((device.id for device in devices), self._finder.labels(devices), strict=True))

    def _raised(self, names: dict[str, str], *, is_active: bool) -> list[Raised]:
        return [one for one in self._alarms() if one.is_active is is_active and one.device in names]

    async def device(self, turn: Turn) -> Reply:
        """All that one device tells of itself; of a room alone, how warm it is there."""
        self._ground.policy.allow(turn.account, "GetDeviceState")
        devices = self._finder.devices(turn.account)
        if turn.said.get(ROOM) and not turn.said.get(DEVICE) and not turn.chosen:
            return Reply(await self._shown.warmth(turn, self._finder.some(turn, devices)))
        return Reply(await self._shown.device(turn, self._finder.one(turn, devices)))

    async def locked(self, turn: Turn) -> Reply:
        """Whether all is locked, and what is open besides; what does not say so is told as unknown."""
        self._ground.policy.allow(turn.account, "GetLockState")
        if self._ground.state.connected_at is None:
            return Reply(self._ground.say(Line.NO_BROKER))
        devices = self._finder.devices(turn.account)
        locks = _locks(devices)
        found = await at_once(self._lock_states(device, turn) for device in locks)
        states = {device.id: values for device, values in zip(locks, found, strict=True)}
        say = self._ground.say
        none_open = say(Line.ALL_LOCKED, count=len(locks)) if locks else say(Line.NO_LOCKS)
        told = self._unlocked(locks, states) or [none_open]
        if turn.account.may("GetDeviceState"):
            told += self._opened_now(devices)
            told += self._unknown([device for device in devices if self._is_unknown_opening(device)])
        return Reply(together(*told))

    async def _lock_states(self, device: Device, turn: Turn) -> list[Value]:
        """What each bolt says, asked where need be."""
        features = [feature for feature in device.parts(LOCK) if feature.readable]
        try:
            found = await self._ground.asker.readings(self._ground.registry.wiring(device.id), features, turn.deadline)
        except Problem:
            return []
        return _whole(device, [one.value for one in found.values()])

    async def events(self, turn: Turn) -> Reply:
        """Who opened a door, and when; of the one that is named, or of all."""
        self._ground.policy.allow(turn.account, "GetDeviceState")
        devices = [device for device in self._finder.devices(turn.account) if self._is_a_door(device)]
        is_named = bool(turn.said or turn.chosen)
        doors = [self._finder.one(turn, devices)] if is_named else devices
        names = self._names(doors)
        events = joined([*self._comings.of(names), *await self._contacts(doors)], await self._asked_for(names))
        events = [one for one in events if one.opened]
        if not events:
            say = self._ground.say
            return Reply(say(Line.NO_EVENTS, device=names[doors[0].id]) if is_named else say(Line.NO_EVENTS_ANYWHERE))
        return Reply(together(*(self._event(one, names[one.device]) for one in events[:MOST_EVENTS])))

    def _is_a_door(self, device: Device) -> bool:
        return bool(device.guarded) or any(device.parts(trait) for trait in (LOCK, CONTACT, UNLOCKED_BY))

    async def _asked_for(self, names: dict[str, str]) -> list[Happened]:
        return [one for one in await self._opened() if one.device in names]

    async def _contacts(self, devices: list[Device]) -> list[Happened]:
        """When windows and doors without a lock were last opened."""
        found = []
        for device in devices:
            for feature in device.parts(CONTACT) if not device.parts(LOCK) else ():
                try:
                    at = await self._history.answer(device, Slot(OPEN_TIME, feature.slot.part), None)
                except StateUnknown:
                    continue
                if isinstance(at, int | float):
                    found.append(Happened(float(at), device.id, opened=True))
        return found

    def _event(self, one: Happened, device: str) -> Spoken:
        """Who used the command line is nobody who has a name."""
        say, is_local = self._ground.say, one.who == LOCAL.name
        parts = {"when": self._when(one.at), "device": device}
        parts["way"] = moments.way(self._language, one.way or ("remote" if is_local else ""))
        if one.who and not is_local:
            return say(Line.WAS_OPENED_BY, who=one.who, **parts)
        return say(Line.WAS_OPENED, **parts)

    @property
    def _language(self) -> str:
        return self._ground.locale.language

    def _when(self, at: float) -> str:
        zone = self._ground.locale.zone
        now = datetime.fromtimestamp(self._ground.wall(), zone)
        return moments.when(self._language, datetime.fromtimestamp(at, zone), now)

    def _values(self, device: Device, trait: Trait) -> list[Value]:
        """What its parts have said lately."""
        state, now = self._ground.state, self._ground.now()
        readings = (state.fresh(device.id, feature, now) for feature in device.parts(trait) if feature.readable)
        return [reading.value for reading in readings if reading is not None]


def _openings(device: Device) -> list[Feature]:
    """What tells whether something stands open; a guarded gate that cannot tell is there all the same."""
    gates = device.parts(OPENING) if device.guarded else []
    return [feature for feature in (*device.parts(CONTACT), *gates) if feature.readable] or gates


def _locks(devices: Iterable[Device]) -> list[Device]:
    """All that have a lock, whether it can be read or not."""
    return [device for device in devices if device.parts(LOCK)]


def _whole(device: Device, values: list[Value]) -> list[Value]:
    """What is known of a lock as a whole: nothing, unless all of its bolts are known, or one to be open."""
    return values if len(values) == len(device.parts(LOCK)) or UNLOCKED in values else []
