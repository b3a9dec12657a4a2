"""Which device somebody means: by name, alias, room and kind; and the question where that is not clear."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gateway.accounts.users import Account
from gateway.clova.called import Thing, called, is_room, means_all
from gateway.clova.digits import holds_digits
from gateway.clova.locations import LOCATIONS
from gateway.clova.sayings import moments
from gateway.clova.sayings.form import Spoken, listed
from gateway.clova.sayings.kinds import kind_words
from gateway.clova.sayings.lines import Line
from gateway.home.device import Device
from gateway.home.problems import NoSuchDevice
from gateway.skill.intents import DEVICE, ROOM
from gateway.skill.talks import WantsChoice
from gateway.skill.turn import Ground, Instead, Reply, Turn

MAX_CHOICES = 500
SHOWN = 4
"""So many are named when it is asked which one is meant."""
UNABLE: Mapping[str, Line] = {
    "lights_on": Line.NOT_SWITCHED,
    "lights_off": Line.NOT_SWITCHED,
    "lock_all": Line.NOT_LOCKABLE,
}
"""What is said of a device that is there, and is not for this task."""


def thing_of(device: Device) -> Thing:
    """The device as it can be called."""
    place = LOCATIONS.get(device.location)
    rooms = (device.room, *(place if place is not None else ()))
    return Thing(device.id, (device.name, *device.tags), tuple(filter(None, rooms)), kind_words(device.kind))


class Finder:
    """Looks among the devices that an account sees."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def devices(self, account: Account) -> list[Device]:
        """All that this account sees, in the home's order."""
        found = []
        for wiring in self._ground.registry.wirings():
            try:
                self._ground.policy.see(account, wiring.device)
            except NoSuchDevice:
                continue
            found.append(wiring.device)
        return found

    def one(self, turn: Turn, among: Sequence[Device]) -> Device:
        """The one that is meant. Raises Instead with a question, or with what could not be found."""
        found = self.some(turn, among)
        if len(found) > 1:
            raise Instead(self.which(turn, found))
        return found[0]

    def some(self, turn: Turn, among: Sequence[Device]) -> list[Device]:
        """Those that may be meant, the likeliest first; all where none is named. Raises Instead where there is none."""
        found = [device for device in among if device.id == turn.chosen] if turn.chosen else self.called(turn, among)
        if not found:
            raise Instead(Reply(self.not_found(turn)))
        return found

    def called(self, turn: Turn, among: Sequence[Device]) -> list[Device]:
        """Those that are called so."""
        name, room = turn.said.get(DEVICE, ""), turn.said.get(ROOM, "")
        if not name and not room:
            return list(among)
        by_id = {device.id: device for device in among}
        return [by_id[thing.id] for thing in called(name, room, [thing_of(device) for device in among])]

    def without_type(self, turn: Turn, among: Sequence[Device], kind: str) -> Turn:
        """The turn without the device's name where that is only the type's, or says all: then all of them are meant."""
        name = turn.said.get(DEVICE, "")
        if not name or not means_all(name, kind_words(kind), [thing_of(device) for device in among]):
            return turn
        return replace(turn, said={slot: text for slot, text in turn.said.items() if slot != DEVICE})

    def by_ids(self, account: Account, ids: Iterable[str]) -> list[Device]:
        """Those of these that are still there for this account, in their order."""
        seen = {device.id: device for device in self.devices(account)}
        return [seen[device_id] for device_id in ids if device_id in seen]

    def which(self, turn: Turn, among: Sequence[Device]) -> Reply:
        """The question which one is meant."""
        said = {slot: text for slot, text in turn.said.items() if slot not in (DEVICE, ROOM)}
        choices = tuple(device.id for device in among[:MAX_CHOICES])
        reprompt = self._ground.say(Line.SILENCE_WHICH).brief
        question = self._question(turn, among)
        return Reply(question, WantsChoice(turn.intent.name, choices, said), reprompt)

    def _question(self, turn: Turn, among: Sequence[Device]) -> Spoken:
        names = self.labels(among)
        if len(names) <= SHOWN:
            return self._ground.say(Line.WHICH, names=names)
        if DEVICE not in turn.said and ROOM not in turn.said:
            return self._ground.say(Line.NAME_NEEDED)
        is_one_room = ROOM in turn.said or len({(device.location, device.room) for device in among}) == 1
        line = Line.WHICH_BY_NAME if is_one_room else Line.WHICH_OF_MANY
        return self._ground.say(line, names=names[:SHOWN], count=len(names) - SHOWN)

    def labels(self, devices: Sequence[Device]) -> list[str]:
        """Their names; with the room where another device, of these or of all, is called the same."""
        every = (wiring.device for wiring in self._ground.registry.wirings())
        names = {one.id: one.name for one in (*(one for one in every if not one.hidden), *devices)}
        often = Counter(names.values())
        return [self._with_room(one) if often[one.name] > 1 else one.name for one in devices]

    def label(self, device: Device) -> str:
        """Its name, with the room where it needs one."""
        return self.labels([device])[0]

    def room(self, device: Device) -> str:
        """Where it is; empty where that is unknown."""
        place = LOCATIONS.get(device.location)
        return (place.said(self._ground.locale.language) if place is not None else "") or device.room

    def _with_room(self, device: Device) -> str:
        room = self.room(device)
        is_told = not room or room in device.name
        return device.name if is_told else moments.of(self._ground.locale.language, room, device.name)

    def not_found(self, turn: Turn) -> Spoken:
        """What could not be found, or done there, by its name, unless that may be a PIN."""
        name, room = turn.said.get(DEVICE, ""), turn.said.get(ROOM, "")
        if holds_digits(name) or holds_digits(room):
            return self._ground.say(Line.NOT_FOUND_AT_ALL)
        every = self.devices(turn.account)
        if room and not self.called(replace(turn, said={ROOM: room}), every):
            return self._ground.say(Line.ROOM_UNKNOWN, room=room)
        if (name or room) and (found := self.called(turn, every)):
            return self._unable(turn, found)
        if name and room:
            return self._ground.say(Line.NOT_FOUND_IN, name=name, room=room)
        if name:
            return self._ground.say(Line.NOT_FOUND, name=name)
        return self._ground.say(Line.FALLBACK)  # the home has no such device

    def _unable(self, turn: Turn, found: Sequence[Device]) -> Spoken:
        """What was named is there, and is not for what is asked."""
        say, task, name = self._ground.say, turn.intent.task.name, turn.said.get(DEVICE, "")
        is_place = not name or (len(found) > 1 and is_room(name))
        if is_place and task == "lock_all":
            return say(Line.NO_LOCKS_IN, room=self.room(found[0]) or name or turn.said[ROOM])
        if is_place:
            return say(Line.NOT_FOUND_AT_ALL)
        names = listed(self._ground.locale.language, self.labels(found))
        return say(UNABLE.get(task, Line.FAILED_NOT_SUPPORTED), device=names)
