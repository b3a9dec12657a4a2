"""What the skill has devices do: lights, temperatures, scenes, locks that are shut; each as a Home request has it."""

import asyncio
import math
import re
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from gateway.accounts.users import Account
from gateway.clova.called import Thing, called, means_all_but, means_several
from gateway.clova.digits import holds_digits, number_of
from gateway.clova.request import build_payload
from gateway.clova.sayings.form import Spoken, together
from gateway.clova.sayings.lines import Line
from gateway.engine.state import State
from gateway.home.device import Device, Feature, Outcome, Proof
from gateway.home.problems import Problem, Silent, Unsupported
from gateway.home.scenes import Scene
from gateway.home.traits import LOCK, ON_OFF, Trait
from gateway.home.values import LOCKED, Value
from gateway.skill.finding import Finder, thing_of
from gateway.skill.intents import DEVICE, ROOM, SCENE, TEMPERATURE
from gateway.skill.talks import WantsChoice, WantsScene, WantsYes
from gateway.skill.told import spoken, told
from gateway.skill.turn import Ground, Instead, Reply, Turn

_Done = TypeVar("_Done")
LIGHT, SMARTLOCK = "LIGHT", "SMARTLOCK"
_UNIT = re.compile(r"(?:[℃°도度ど]+|(?<=\d)\s*degrees)(?:요|로|로요|예요|로 해줘|로 맞춰줘|です|で|に|にして)?$")


class Errands:
    """Carries out what is asked. `scenes` are those there are now."""

    def __init__(self, ground: Ground, finder: Finder) -> None:
        self._ground = ground
        self._finder = finder
        self.scenes: tuple[Scene, ...] = ()

    async def lights_on(self, turn: Turn) -> Reply:
        """Everywhere, in a room, or one that is named."""
        return await self._switch(turn, "TurnOn", on=True)

    async def lights_off(self, turn: Turn) -> Reply:
        """Everywhere, in a room, or one that is named."""
        return await self._switch(turn, "TurnOff", on=False)

    async def _switch(self, turn: Turn, action: str, *, on: bool) -> Reply:
        can = self._offering(turn.account, action)
        lights = [device for device in can if device.kind == LIGHT]
        turn = self._plain(turn, lights)
        meant = self._finder.without_type(turn, can, LIGHT)
        if not turn.chosen and not meant.said.get(DEVICE):
            there, room = self._lights_in(meant, lights), turn.said.get(ROOM, "")
            if room:  # in our words: theirs may have more in them than we did
                room = self._finder.room(there[0]) or ("" if holds_digits(room) else room)
            return await self._switch_all(turn, action, there, room, on=on)
        found = self._finder.some(turn, can)
        if len(found) > 1 and self._is_a_whole_room(found, lights):
            return await self._switch_all(turn, action, found, self._finder.room(found[0]), on=on)
        device = self._finder.one(turn, found)
        await self.do(turn, action, device)
        return Reply(self._ground.say(Line.DONE_ON if on else Line.DONE_OFF, device=self._finder.label(device)))

    def _plain(self, turn: Turn, among: Sequence[Device]) -> Turn:
        """The turn where it asks for one place; a room that there is none of may be one of these: 뒷 for 뒷문.

        Raises Instead for several at once, and for all but some.
        """
        name, room = turn.said.get(DEVICE, ""), turn.said.get(ROOM, "")
        seen = self._finder.devices(turn.account)
        if means_all_but(f"{room} {name}"):
            raise Instead(Reply(self._ground.say(Line.NO_EXCEPTIONS), stays=True))
        if means_several(f"{room} {name}", [thing_of(device) for device in seen]):
            raise Instead(Reply(self._ground.say(Line.ONE_AT_A_TIME), stays=True))
        if room and not name and not self._finder.called(turn, seen):
            for text in (room, f"{room}문"):
                named = replace(turn, said={**_without(turn.said, ROOM), DEVICE: text})
                if self._finder.called(named, among):
                    return named
        return turn

    def _lights_in(self, turn: Turn, lights: list[Device]) -> list[Device]:
        say, room = self._ground.say, turn.said.get(ROOM, "")
        if found := self._finder.called(turn, lights):
            return found
        if not room:
            raise Instead(Reply(say(Line.NO_LIGHTS)))
        if holds_digits(room) or not self._finder.called(turn, self._finder.devices(turn.account)):
            raise Instead(Reply(self._finder.not_found(turn)))
        raise Instead(Reply(say(Line.NO_LIGHTS_IN, room=room)))

    def _is_a_whole_room(self, found: Sequence[Device], lights: Sequence[Device]) -> bool:
        """Whether these are all the lights of one room, so that nobody has to be asked which."""
        places = {(device.location, device.room) for device in found}
        there = {device.id for device in lights if (device.location, device.room) in places}
        return len(places) == 1 and places != {("", "")} and {device.id for device in found} == there

    async def _switch_all(self, turn: Turn, action: str, lights: list[Device], room: str, *, on: bool) -> Reply:
        say = self._ground.say
        left = [device for device in lights if not is_known(self._ground.state, device, ON_OFF, on)]
        if not left:
            if room:
                return Reply(say(Line.ALREADY_ON_IN if on else Line.ALREADY_OFF_IN, room=room))
            return Reply(say(Line.ALREADY_ON if on else Line.ALREADY_OFF))
        failed = _failures(await self._do_all(turn, action, left))
        if failed:
            return Reply(self._failed(failed, len(left), on=on))
        if room:
            line = Line.LIGHTS_DONE_ON_IN if on else Line.LIGHTS_DONE_OFF_IN
            return Reply(say(line, room=room, count=len(left)))
        return Reply(say(Line.LIGHTS_DONE_ON if on else Line.LIGHTS_DONE_OFF, count=len(left)))

    def _failed(self, failed: list[tuple[Device, Problem]], total: int, *, on: bool) -> Spoken:
        """Why it failed where that was one only; else how many were switched, and which were not."""
        names = self._finder.labels([device for device, _ in failed])
        if total == 1:
            return told(self._ground, failed[0][1], names[0])
        if len(failed) == total:
            return self._ground.say(Line.NONE_DONE_ON if on else Line.NONE_DONE_OFF)
        line = Line.SOME_DONE_ON if on else Line.SOME_DONE_OFF
        return self._ground.say(line, done=total - len(failed), names=names)

    async def set_temperature(self, turn: Turn) -> Reply:
        """Of the one device that has one, or of the one that is named."""
        can = self._offering(turn.account, "SetTargetTemperature")
        device = self._finder.one(self._plain(turn, can), can)
        degrees = degrees_of(turn.said.get(TEMPERATURE, ""))
        if degrees is None:
            asked = self._ground.say(Line.TEMPERATURE_NEEDED, device=self._finder.label(device))
            return Reply(asked, WantsChoice(turn.intent.name, (device.id,)), asked.brief)
        await self.do(turn, "SetTargetTemperature", device, degrees)
        done = spoken(self._ground, degrees)
        return Reply(self._ground.say(Line.DONE_TEMPERATURE, device=self._finder.label(device), degrees=done))

    async def scene(self, turn: Turn) -> Reply:
        """The one that is named; where its owner wants that, somebody is asked first."""
        scene = self._scene(turn)
        if scene.confirm:
            asked = self._ground.say(Line.CONFIRM_SCENE, scene=scene.name)
            reprompt = self._ground.say(Line.SILENCE_YES_NO).brief
            return Reply(asked, WantsYes(turn.intent.name, scene.id), reprompt)
        return await self._run(turn, scene)

    async def confirmed(self, turn: Turn, scene_id: str) -> Reply:
        """Yes, the scene is to be run."""
        scene = next((one for one in self.scenes_of(turn.account) if one.id == scene_id), None)
        if scene is None:
            return Reply(self._ground.say(Line.SCENE_NOT_FOUND))
        return await self._run(turn, scene)

    async def _run(self, turn: Turn, scene: Scene) -> Reply:
        meant = {device_id for device_id, _ in scene.steps}
        try:
            async with self._ground.passage.through(lambda: meant, turn.deadline):
                await self._ground.orders.run_scene(scene, turn.asked, turn.deadline)
        except Problem:
            return Reply(self._ground.say(Line.SCENE_FAILED, scene=scene.name))
        return Reply(self._ground.say(Line.SCENE_RUN, scene=scene.name))

    def _scene(self, turn: Turn) -> Scene:
        """Raises Instead."""
        scenes = self.scenes_of(turn.account)
        if not scenes:
            raise Instead(Reply(self._ground.say(Line.NO_SCENES)))
        wanted = turn.said.get(SCENE, "")
        names = [scene.name for scene in scenes]
        if not wanted:
            raise Instead(self._which_scene(turn, names))
        found = called(wanted, "", [Thing(scene.id, (scene.name,)) for scene in scenes])
        if not found:
            say = self._ground.say
            is_secret = holds_digits(wanted)
            raise Instead(Reply(say(Line.SCENE_NOT_FOUND) if is_secret else say(Line.SCENE_UNKNOWN, scene=wanted)))
        if len(found) > 1:
            raise Instead(self._which_scene(turn, [one.names[0] for one in found]))
        return next(scene for scene in scenes if scene.id == found[0].id)

    def _which_scene(self, turn: Turn, names: list[str]) -> Reply:
        asked = self._ground.say(Line.SCENE_NEEDED, names=names)
        return Reply(asked, WantsScene(turn.intent.name), asked.brief)

    def scenes_of(self, account: Account) -> tuple[Scene, ...]:
        """Those each step of which this account could ask for by itself."""
        ground = self._ground
        return ground.policy.scenes(account, self.scenes, lambda known: ground.registry.wiring(known).device)

    async def lock_all(self, turn: Turn) -> Reply:
        """Every lock that is not known to be locked, everywhere, in a room, or of what is named."""
        can = {device.id for device in self._offering(turn.account, "SetLockState")}
        every = [device for device in self._finder.devices(turn.account) if device.parts(LOCK)]
        if not every:
            return Reply(self._ground.say(Line.NO_LOCKS))
        locks = self._finder.some(self._finder.without_type(self._plain(turn, every), every, SMARTLOCK), every)
        left = [one for one in locks if one.id in can and not is_known(self._ground.state, one, LOCK, LOCKED)]
        results = await self._do_all(turn, "SetLockState", left, "LOCKED")
        failed = [device for device, problem in _failures(results) if not _is_unproven(problem)]
        open_still = [one for one in locks if one in failed or self._is_left_open(one, can)]
        unproven = [device for device, result in results if device not in open_still and _is_unproven(result)]
        told_of = ((Line.LOCK_FAILED, open_still), (Line.LOCK_UNPROVEN, unproven))
        said = [
            self._ground.say(line, count=len(devices), names=self._finder.labels(devices))
            for line, devices in told_of
            if devices
        ]
        return Reply(together(*said) if said else self._locked(locks, every, is_new=bool(left)))

    def _locked(self, locks: list[Device], every: list[Device], *, is_new: bool) -> Spoken:
        """That these are locked: now, or already."""
        if len(locks) < len(every):
            line = Line.LOCKED if is_new else Line.ALREADY_LOCKED
            return self._ground.say(line, names=self._finder.labels(locks))
        return self._ground.say(Line.LOCKED_ALL if is_new else Line.ALREADY_LOCKED_ALL, count=len(locks))

    def _is_left_open(self, device: Device, can: set[str]) -> bool:
        """Whether a bolt that nobody can shut from here is not known to be shut."""
        return any(
            (device.id not in can or device.control(LOCK, feature.slot.part) is not feature)
            and not self._says_locked(device, feature)
            for feature in device.parts(LOCK)
        )

    def _says_locked(self, device: Device, feature: Feature) -> bool:
        reading = self._ground.state.fresh(device.id, feature, self._ground.now())
        return reading is not None and reading.value == LOCKED

    def _offering(self, account: Account, action: str) -> list[Device]:
        """Those that can do this. Raises Refused where the account may not have it done."""
        self._ground.policy.allow(account, action)
        actions = self._ground.orders.appliances.actions
        return [device for device in self._finder.devices(account) if action in actions(device.id)]

    async def _do_all(
        self, turn: Turn, action: str, devices: list[Device], value: object = None
    ) -> list[tuple[Device, Outcome | Problem]]:
        """At once; what came of each."""
        return await at_once(self._tried(turn, action, device, value) for device in devices)

    async def _tried(self, turn: Turn, action: str, device: Device, value: object) -> tuple[Device, Outcome | Problem]:
        try:
            return device, await self._carry_out(turn, action, device, value)
        except Problem as problem:
            return device, problem

    async def do(self, turn: Turn, action: str, device: Device, value: object = None) -> None:
        """Have one device do one thing. Raises Instead, with the reason why it could not be."""
        try:
            await self._carry_out(turn, action, device, value)
        except Problem as problem:
            raise Instead(Reply(told(self._ground, problem, device.name))) from None

    async def _carry_out(self, turn: Turn, action: str, device: Device, value: object) -> Outcome:
        ground = self._ground
        row = ground.region.actions.get(action)
        if row is None:
            raise Unsupported(action)
        async with ground.passage.through(lambda: {device.id}, turn.deadline):
            now = ground.registry.wiring(device.id).device  # it may have changed while it was waited for
            payload = build_payload(row, device.id, value)
            _, outcome = await ground.orders.carry_out(row, payload, now, turn.asked, turn.deadline)
        return outcome


async def at_once(work: Iterable[Awaitable[_Done]]) -> list[_Done]:
    """What all of them come to, once all have ended; then the first error is raised, so that nothing runs on alone."""
    results = await asyncio.gather(*work, return_exceptions=True)
    done = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done


def _failures(results: Sequence[tuple[Device, Outcome | Problem]]) -> list[tuple[Device, Problem]]:
    return [(device, result) for device, result in results if isinstance(result, Problem)]


def _is_unproven(result: Outcome | Problem) -> bool:
    """Whether it was told, and nothing was heard of what came of it."""
    return isinstance(result, Silent) or (isinstance(result, Outcome) and result.proof < Proof.ASSUMED)


def _without(said: Mapping[str, str], slot: str) -> dict[str, str]:
    return {name: text for name, text in said.items() if name != slot}


def is_known(state: State, device: Device, trait: Trait, value: Value) -> bool:
    """Whether each part of it has said, on this connection, that it has this value, and is there."""
    slots = [feature.slot for feature in device.parts(trait)]
    readings = [state.reading(device.id, slot) for slot in slots if state.vouches_for(device.id, slot)]
    return bool(slots) and [one.value for one in readings if one is not None] == [value] * len(slots)


def degrees_of(said: str) -> float | None:
    """A number, also in words and with a unit behind it; None for anything else."""
    number = _UNIT.sub("", said.strip()).strip()
    try:
        degrees = float(number)
    except ValueError:
        return number_of(number)
    return degrees if math.isfinite(degrees) else None
