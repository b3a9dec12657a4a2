"""The story of a command: what is asked of a device -> leave for it -> the engine -> what it is confirmed with."""

import asyncio
from typing import Any

import structlog

from gateway.accounts.policy import Policy
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
from gateway.home.problems import Problem, Unsupported, ValueNotSupported
from gateway.home.scenes import Scene
from gateway.home.values import UNLOCKED

log: structlog.stdlib.BoundLogger = structlog.get_logger("orders")


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
    ) -> None:
        self._locale = locale
        self._region = region
        self._policy = policy
        self._registry = registry
        self._state = state
        self._asker = asker
        self._performer = performer
        self.appliances = Appliances(region)
        """What each device is said to do; nothing else is done."""

    async def carry_out(
        self, action: Action, payload: dict[str, Any], device: Device, account: str, deadline: float
    ) -> tuple[dict[str, Any], Outcome]:
        """Have one device do one thing; the confirmation's payload, and what it came to. Raises the Problem."""
        self.check_offered(action, device)
        commands = commands_of(action, payload, device, self._locale)
        self._check_doors(device, commands)
        permit = self._policy.permit(account, device, commands)
        await self._look_first(device, commands, deadline)
        outcome = await self._performer.perform(permit, deadline)
        confirmed = confirmation(action, device, commands, outcome, self._locale, self._region)
        if action.name == "TurnOn":
            confirmed |= turned_on(device, self._asker.known(device), self._locale, self._region)
        return confirmed, outcome

    def check_offered(self, action: Action, device: Device) -> None:
        """Raise Unsupported for what discovery does not list."""
        if not self.appliances.offers(device, action):
            raise Unsupported(action.name)

    def _check_doors(self, device: Device, commands: tuple[Command, ...]) -> None:
        unlocks = any(isinstance(command, Set) and command.value == UNLOCKED for command in commands)
        if unlocks and device.kind == "SMARTLOCK" and not self._region.opens_doors:
            raise ValueNotSupported("no door is unlocked by voice in this region")

    async def _look_first(self, device: Device, commands: tuple[Command, ...], deadline: float) -> None:
        """A step needs a place to start: have the device say its value where it is not known."""
        relative = [command.slot for command in commands if isinstance(command, Adjust | Cycle | Release)]
        if relative and self._state.is_reachable(device.id):
            await self._asker.refresh(self._registry.wiring(device.id), relative, deadline)

    async def run_scene(self, scene: Scene, account: str, deadline: float) -> None:
        """All devices of a scene at once, each in the order of its steps; the first problem is raised in the end."""
        devices = dict.fromkeys(device_id for device_id, _ in scene.steps)
        ran = (self._run_steps(scene, device_id, account, deadline) for device_id in devices)
        problems = [problem for problem in await asyncio.gather(*ran) if problem is not None]
        if problems:
            raise problems[0]

    async def _run_steps(self, scene: Scene, device_id: str, account: str, deadline: float) -> Problem | None:
        try:
            for step_of, name in scene.steps:
                if step_of == device_id:
                    device = self._registry.wiring(device_id).device
                    self._policy.see(account, device)
                    await self.carry_out(self._region.actions[name], {}, device, account, deadline)
        except Problem as problem:
            log.warning("a scene's step failed", scene=scene.id, device=device_id, why=type(problem).__name__)
            return problem
        return None
