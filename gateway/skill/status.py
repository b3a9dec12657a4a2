"""What the skill tells of the home: how it is, how one device is, what is locked, and who came in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from gateway.clova.objects import CLOSED_PERCENT
from gateway.clova.sayings import moments
from gateway.clova.sayings.form import Spoken, listed, together
from gateway.clova.sayings.lines import Line
from gateway.engine.history import History
from gateway.engine.state import Presence
from gateway.home.device import Device, Feature, Reading, Slot
from gateway.home.problems import Offline, Problem, StateUnknown
from gateway.home.traits import CONTACT, LOCK, ON_OFF, OPEN_TIME, OPENING, UNLOCKED_BY, Trait
from gateway.home.values import LOCKED, UNLOCKED, Value
from gateway.skill.errands import LIGHT, at_once
from gateway.skill.events import Comings, Happened, Opened, joined
from gateway.skill.finding import Finder
from gateway.skill.turn import Ground, Reply, Turn

TOLD_FOR = 86_400.0
"""An alarm that is over is told of for so long."""
MOST_EVENTS = 3
MOST_VALUES = 6


STATES: Mapping[tuple[Trait, Value], Line] = {
    (LOCK, LOCKED): Line.DEVICE_LOCKED,
    (LOCK, UNLOCKED): Line.DEVICE_UNLOCKED,
    (CONTACT, True): Line.DEVICE_OPEN,
    (CONTACT, False): Line.DEVICE_SHUT,
}
"""What is said as a sentence of its own, of a device with one such part."""


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

    async def home(self, turn: Turn) -> Reply:
        """What is on, what is open, what is away, and the alarms."""
        self._ground.policy.allow(turn.account, "GetDeviceState")
        devices = self._finder.devices(turn.account)
        told = [*self._lights(devices), *self._openings(devices), *self._away(devices), *self._active(devices)]
        unknown = [device for device in devices if self._is_unknown(device)]
        told = told or self._quiet(devices, unknown)
        if self._ground.state.connected_at is not None:
            told += self._unknown(unknown)
        return Reply(together(*told, *self._last_alarm(devices)))

    def _quiet(self, devices: list[Device], unknown: list[Device]) -> list[Spoken]:
        """There is nothing to tell; of what nothing was heard it is not said that it is off, or shut."""
        say, state = self._ground.say, self._ground.state
        if not unknown:
            is_all_there = all(state.presence(device.id) is Presence.ONLINE for device in devices)
            return [say(Line.ALL_QUIET if is_all_there else Line.QUIET)]
        lights_known = not any(device.kind == LIGHT for device in unknown)
        openings_known = not any(_openings(device) for device in unknown)
        told = [say(Line.NO_LIGHTS_ON)] if lights_known and any(one.kind == LIGHT for one in devices) else []
        return told + ([say(Line.NOTHING_OPEN)] if openings_known else []) + [say(Line.NO_ALARMS)]

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
        on = [device for device in lights if True in self._values(device, ON_OFF)]
        names = self._finder.labels(on)
        return [self._ground.say(Line.LIGHTS_ON, count=len(on), total=len(lights), names=names)] if on else []

    def _openings(self, devices: list[Device]) -> list[Spoken]:
        """Windows, doors and gates, and what is not locked; an open curtain is nothing to be told of."""
        states = {device.id: _whole(device, self._values(device, LOCK)) for device in _locks(devices)}
        return self._opened_now(devices) + self._unlocked(devices, states)

    def _opened_now(self, devices: list[Device]) -> list[Spoken]:
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
        """Without a broker nobody can be reached."""
        state = self._ground.state
        gone = (Presence.OFFLINE, Presence.SILENT)
        away = [one for one in devices if state.connected_at is None or state.presence(one.id) in gone]
        return [self._ground.say(Line.OFFLINE, count=len(away), names=self._finder.labels(away))] if away else []

    def _active(self, devices: list[Device]) -> list[Spoken]:
        names = {device.id: device.name for device in devices}
        raised = self._raised(names, is_active=True)
        told = [f"{names[one.device]} {moments.alarm(self._language, one.alarm)}" for one in raised]
        return [self._ground.say(Line.ALARMS, count=len(told), names=told)] if told else []

    def _last_alarm(self, devices: list[Device]) -> list[Spoken]:
        names = {device.id: device.name for device in devices}
        over = [one for one in self._raised(names, is_active=False) if self._ground.wall() - one.at < TOLD_FOR]
        if not over:
            return []
        last = max(over, key=lambda one: one.at)
        name = moments.alarm(self._language, last.alarm)
        parts = {"device": names[last.device], "name": name, "when": self._when(last.at)}
        return [self._ground.say(Line.LAST_ALARM, **parts)]

    def _raised(self, names: dict[str, str], *, is_active: bool) -> list[Raised]:
        return [one for one in self._alarms() if one.is_active is is_active and one.device in names]

    async def device(self, turn: Turn) -> Reply:
        """All that one device tells of itself."""
        self._ground.policy.allow(turn.account, "GetDeviceState")
        device = self._finder.one(turn, self._finder.devices(turn.account))
        wiring = self._ground.registry.wiring(device.id)
        features = [one for one in device.features.values() if one.readable and one.slot.trait.spoken]
        bound = [feature for feature in features if feature.slot in wiring.bindings]
        try:
            readings = await self._ground.asker.readings(wiring, bound, turn.deadline)
        except Offline:
            return Reply(self._was(device, bound))
        say, name = self._ground.say, device.name
        lines = {slot: STATES[slot.trait, one.value] for slot, one in readings.items() if _has_line(device, slot, one)}
        values = self._read((slot, one) for slot, one in readings.items() if slot not in lines)
        told = [say(line, device=name) for line in lines.values()]
        told += [say(Line.DEVICE_STATE, device=name, values=values)] if values else []
        return Reply(together(*(told or [say(Line.DEVICE_UNKNOWN, device=name)])))

    def _was(self, device: Device, features: list[Feature]) -> Spoken:
        """A device that is away: what it said last, but for what changes meanwhile without a word."""
        readings = self._ground.state.readings(device.id)
        kept = [
            (one.slot, readings[one.slot]) for one in features if one.slot in readings and one.slot.trait is not LOCK
        ]
        values = self._read(kept)
        if not values:
            return self._ground.say(Line.DEVICE_OFFLINE, device=device.name)
        return self._ground.say(Line.DEVICE_WAS, device=device.name, values=values)

    def _read(self, readings: Iterable[tuple[Slot, Reading]]) -> list[str]:
        locale = self._ground.locale
        return [
            moments.reading(locale.language, slot.trait, slot.part, one.value, locale.zone, locale.currency)
            for slot, one in islice(readings, MOST_VALUES)
        ]

    async def locked(self, turn: Turn) -> Reply:
        """Whether all is locked, and what is open besides; what does not say so is told as unknown."""
        self._ground.policy.allow(turn.account, "GetLockState")
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
        names = {device.id: device.name for device in doors}
        events = joined([*self._comings.of(names), *await self._contacts(doors)], await self._asked_for(names))
        if not events:
            say = self._ground.say
            told = say(Line.NO_EVENTS, device=doors[0].name) if is_named else say(Line.NO_EVENTS_ANYWHERE)
            return Reply(told)
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
        say, when = self._ground.say, self._when(one.at)
        if not one.opened:
            return say(Line.WAS_LOCKED, when=when, device=device)
        way = moments.way(self._language, one.way)
        if one.who:
            return say(Line.WAS_OPENED_BY, when=when, who=one.who, way=way, device=device)
        return say(Line.WAS_OPENED, when=when, way=way, device=device)

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


def _has_line(device: Device, slot: Slot, reading: Reading) -> bool:
    return (slot.trait, reading.value) in STATES and len(device.parts(slot.trait)) == 1
