"""The story of a command: what is asked of a device -> leave for it -> the engine -> what it is confirmed with."""

import asyncio
from asyncio import CancelledError
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from gateway.accounts.audit import Entry, Event
from gateway.accounts.policy import Policy
from gateway.accounts.users import Account
from gateway.audit import Audit
from gateway.clova.answer import confirmation, turned_on
from gateway.clova.catalogue import Action
from gateway.clova.describe import Appliances
from gateway.clova.objects import Locale
from gateway.clova.regions import Region
from gateway.clova.request import commands_of
from gateway.engine.ask import Asker
from gateway.engine.perform import Performer
from gateway.engine.registry import Registry
from gateway.engine.state import State
from gateway.home.commands import Adjust, Command, Cycle, Release, Set
from gateway.home.device import Device, Outcome
from gateway.home.permit import Permit
from gateway.home.problems import Failed, Offline, Problem, Refused, Silent, Unsupported, ValueNotSupported
from gateway.home.scenes import Scene
from gateway.home.values import UNLOCKED

OPENING_EVENTS = {True: Event.OPENED, False: Event.NOT_OPENED, None: Event.UNSURE}
LOCKING_EVENTS = {True: Event.LOCKED, False: Event.NOT_LOCKED, None: Event.NOT_LOCKED}
"""What is written down of a command: a lock counts as open until it has said that it is not."""

log: structlog.stdlib.BoundLogger = structlog.get_logger("orders")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks. `begin` writes down, before something is opened, that this request is being carried out."""

    account: Account
    begin: Callable[[], Awaitable[None]]


class Orders:
    """Has devices do what was asked."""

    def __init__(
        self,
        locale: Locale,
        region: Region,
        policy: Policy,
        registry: Registry,
        state: State,
        asker: Asker,
        performer: Performer,
        audit: Audit,
    ) -> None:
        self._locale = locale
        self._region = region
        self._policy = policy
        self._registry = registry
        self._state = state
        self._asker = asker
        self._performer = performer
        self._audit = audit
        self.appliances = Appliances(region)
        """What each device is said to do; nothing else is done."""

    async def carry_out(
        self, action: Action, payload: dict[str, Any], device: Device, asked: Asked, deadline: float
    ) -> tuple[dict[str, Any], Outcome]:
        """Have one device do one thing; the confirmation's payload, and what it came to. Raises the Problem."""
        self.check_offered(action, device)
        commands = commands_of(action, payload, device, self._locale)
        permit = await self._permit(action, device, commands, asked, deadline)
        try:
            await self._look_first(device, commands, deadline)
            outcome = await self._performer.perform(permit, deadline)
        except BaseException as error:
            succeeded = None if isinstance(error, Silent | CancelledError) else False
            self._note_what_came_of_it(device, permit, type(error).__name__, succeeded)
            raise
        self._note_what_came_of_it(device, permit, outcome.proof.name.lower(), succeeded=True)
        confirmed = confirmation(action, device, commands, outcome, self._locale, self._region)
        if action.name == "TurnOn":
            confirmed |= turned_on(device, self._asker.known(device), self._locale, self._region)
        return confirmed, outcome

    def check_offered(self, action: Action, device: Device) -> None:
        """Raise Unsupported for what discovery does not list."""
        if not self.appliances.offers(device, action):
            raise Unsupported(action.name)

    async def _permit(
        self, action: Action, device: Device, commands: tuple[Command, ...], asked: Asked, deadline: float
    ) -> Permit:
        """Leave for it. What opens something is on the disk first; only then is its window used up."""
        account, policy = asked.account, self._policy
        try:
            self._check_doors(device, commands)
            if policy.is_opening(account, device, action.name, commands):
                if not self._state.is_reachable(device.id):
                    raise Offline("not there")
                await self._write_first(action, device, asked, deadline)
            return policy.permit(account, device, action.name, commands)
        except (Refused, ValueNotSupported) as refusal:
            self._audit.soon(Entry(Event.REFUSED, account.name, device.id, detail=f"{action.name}: {refusal}"))
            raise

    async def _write_first(self, action: Action, device: Device, asked: Asked, deadline: float) -> None:
        """On the disk, in time. Raises Failed where that takes too long, and OSError where it cannot be."""
        try:
            async with asyncio.timeout_at(deadline):
                await asked.begin()
                await self._audit.at_once(Entry(Event.OPENING, asked.account.name, device.id, detail=action.name))
        except TimeoutError:
            raise Failed("it took too long to write down that it is opened") from None

    def _note_what_came_of_it(self, device: Device, permit: Permit, how: str, succeeded: bool | None) -> None:
        """None: nobody knows."""
        if device.guarded:
            events = OPENING_EVENTS if permit.is_opening else LOCKING_EVENTS
            self._audit.soon(Entry(events[succeeded], permit.account, device.id, detail=how))

    def _check_doors(self, device: Device, commands: tuple[Command, ...]) -> None:
        unlocks = any(isinstance(command, Set) and command.value == UNLOCKED for command in commands)
        if unlocks and device.kind == "SMARTLOCK" and not self._region.opens_doors:
            raise ValueNotSupported("no door is unlocked by voice in this region")

    async def _look_first(self, device: Device, commands: tuple[Command, ...], deadline: float) -> None:
        """A step needs a place to start: have the device say its value where it is not known."""
        relative = [command.slot for command in commands if isinstance(command, Adjust | Cycle | Release)]
        if relative and self._state.is_reachable(device.id):
            await self._asker.refresh(self._registry.wiring(device.id), relative, deadline)

    async def run_scene(self, scene: Scene, asked: Asked, deadline: float) -> None:
        """All devices of a scene at once, each in the order of its steps; the first problem is raised in the end."""
        devices = dict.fromkeys(device_id for device_id, _ in scene.steps)
        ran = (self._run_steps(scene, device_id, asked, deadline) for device_id in devices)
        ended = await asyncio.gather(*ran, return_exceptions=True)  # also after a defect nothing runs on by itself
        for failed in ended:
            if failed is not None:
                raise failed

    async def _run_steps(self, scene: Scene, device_id: str, asked: Asked, deadline: float) -> Problem | None:
        try:
            for step_of, name in scene.steps:
                if step_of == device_id:
                    device = self._registry.wiring(device_id).device
                    self._policy.see(asked.account, device)
                    action = self._region.actions.get(name)
                    if action is None:
                        raise Unsupported(name)
                    await self.carry_out(action, {}, device, asked, deadline)
        except Problem as problem:
            log.warning("a scene's step failed", scene=scene.id, device=device_id, why=type(problem).__name__)
            return problem
        return None
