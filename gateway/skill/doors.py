"""What a PIN opens: asked for -> the PIN, in the next turn -> leave for this one request -> as any other command.

The PIN itself is compared and forgotten: it stands in no log, no history and nothing that goes back to CLOVA.
"""

import math
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from gateway.accounts.arming import Arming
from gateway.accounts.audit import Entry, Event
from gateway.accounts.pins import Blocked, Leave, Pin, Pins, Wrong
from gateway.accounts.policy import Policy
from gateway.accounts.users import Account
from gateway.audit import Audit
from gateway.clova.catalogue import Action
from gateway.clova.digits import digits_of
from gateway.clova.request import build_payload, commands_of
from gateway.clova.sayings import moments
from gateway.clova.sayings.lines import Line
from gateway.doorkeeper import Doorkeeper, NotArmed
from gateway.home.device import Device
from gateway.home.problems import Failed, NoSuchDevice, Problem, Refused, Silent, Unsupported
from gateway.orders import Orders
from gateway.skill.intents import PIN
from gateway.skill.talks import MOST_MISHEARD, WantsPin
from gateway.skill.told import told
from gateway.skill.turn import Ground, Instead, Reply, Turn

log: structlog.stdlib.BoundLogger = structlog.get_logger("skill")

LEAVE_SECONDS = 10.0
"""Longer than an answer may take: what was not opened by then is not opened later."""
OPENINGS = (("SetLockState", "UNLOCKED"), ("Open", None), ("TurnOn", None))
"""What opens a device: the first of these that it offers, where that is an opening of what guards it."""
IN_A_WINDOW = (*OPENINGS, ("TurnOff", None))
"""What an armed window is for; in one, an alarm may be turned off as well."""

OrdersFor = Callable[[Policy], Orders]
"""Orders that are the same as all others, but with these rules."""
PolicyFor = Callable[[Arming], Policy]
OnBlock = Callable[[Device, Account], Awaitable[None]]
"""Told when somebody has tried too many PINs at a device; it takes its time elsewhere."""


class Doors:
    """Opens, or arms, what an intent with a PIN is for."""

    def __init__(
        self,
        ground: Ground,
        pins: Pins,
        doorkeeper: Doorkeeper,
        audit: Audit,
        policy_for: PolicyFor,
        orders_for: OrdersFor,
        on_block: OnBlock,
    ) -> None:
        self._ground = ground
        self._pins = pins
        self._doorkeeper = doorkeeper
        self._audit = audit
        self._policy_for = policy_for
        self._orders_for = orders_for
        self._on_block = on_block

    async def ask(self, turn: Turn) -> Reply:
        """What an intent begins with: the PIN is asked for, unless it was said at once."""
        device = self._device(turn)
        given = digits_of(turn.said.get(PIN, ""))
        return await self._try(turn, device, given) if given is not None else self._question(turn, device)

    async def answer(self, turn: Turn, wanted: WantsPin) -> Reply:
        """What was said when the PIN was asked for."""
        device = self._device(turn)
        given = next(filter(None, map(digits_of, turn.said.values())), None)
        if given is not None:
            return await self._try(turn, device, given)
        if wanted.misheard >= MOST_MISHEARD:
            return Reply(self._ground.say(Line.PIN_GIVEN_UP), ends=True)
        asked = replace(wanted, misheard=wanted.misheard + 1)
        return Reply(self._ground.say(Line.PIN_UNCLEAR), asked, self._ground.say(Line.SILENCE_PIN).brief)

    def _question(self, turn: Turn, device: Device) -> Reply:
        asked = self._ground.say(Line.ASK_PIN, device=device.name)
        return Reply(asked, WantsPin(turn.intent.name), self._ground.say(Line.SILENCE_PIN).brief)

    def _device(self, turn: Turn) -> Device:
        """What it is about, if it could be opened now with the PIN. Raises Instead."""
        wanted = turn.intent.device
        try:
            device = self._ground.registry.wiring(wanted).device
        except NoSuchDevice:
            raise Instead(Reply(self._ground.say(Line.NOT_FOUND_AT_ALL))) from None
        try:
            self._opening(turn, device)
        except Refused as refusal:
            self._refused(turn.account, wanted, str(refusal))
            raise Instead(Reply(told(self._ground, refusal, device.name))) from None
        except Unsupported:
            raise Instead(Reply(self._ground.say(Line.OPEN_NOT_ALLOWED, device=device.name))) from None
        except Problem as problem:
            raise Instead(Reply(told(self._ground, problem, device.name))) from None
        if turn.intent.pin is not None and (left := self._pins.blocked_for(turn.intent.pin, turn.account.name)):
            raise Instead(self._blocked(left))
        return device

    def _opening(self, turn: Turn, device: Device) -> tuple[Action, str | None]:
        """What opens it. Raises Unsupported where nothing does, or what `Policy.is_opening` raises."""
        offered = self._ground.orders.appliances.actions(device.id)
        rules = self._with_leave(device)
        for name, value in IN_A_WINDOW if _arms(turn) else OPENINGS:
            if name not in offered:
                continue
            action = self._ground.region.actions[name]
            commands = commands_of(action, build_payload(action, device.id, value), device, self._ground.locale)
            if rules.is_opening(turn.account, device, name, commands):
                return action, value
        raise Unsupported("nothing opens it")

    def _with_leave(self, device: Device) -> Policy:
        arming = self._ground.policy.arming
        return self._policy_for(Leave(arming, device.id, LEAVE_SECONDS, self._ground.now))

    async def _try(self, turn: Turn, device: Device, given: str) -> Reply:
        pin = turn.intent.pin
        if pin is None:
            return Reply(self._ground.say(Line.PIN_NOT_SET, device=device.name))
        try:
            await self._pins.check(pin, turn.account.name, given)
        except Blocked as blocked:
            return self._blocked(blocked.seconds)
        except Wrong as wrong:
            return await self._wrong(turn, device, pin, wrong.left)
        return await (self._arm if _arms(turn) else self._open)(turn, device)

    async def _wrong(self, turn: Turn, device: Device, pin: Pin, left: int) -> Reply:
        log.warning("a wrong PIN", device=device.id, account=turn.account.name, tries_left=left)
        self._refused(turn.account, device.id, f"a wrong PIN, {left} tries left")
        if left:
            said = self._ground.say(Line.WRONG_PIN, left=left)
            return Reply(said, WantsPin(turn.intent.name), self._ground.say(Line.SILENCE_PIN).brief)
        await self._on_block(device, turn.account)
        return self._blocked(self._pins.blocked_for(pin, turn.account.name))

    def _blocked(self, seconds: float) -> Reply:
        minutes = max(1, math.ceil(seconds / 60))
        return Reply(self._ground.say(Line.PIN_BLOCKED, minutes=minutes), ends=True)

    def _refused(self, account: Account, device_id: str, why: str) -> None:
        self._audit.soon(Entry(Event.REFUSED, account.name, device_id, detail=f"skill: {why}"))

    async def _arm(self, turn: Turn, device: Device) -> Reply:
        """Open its window, as `clova-gateway arm` does; written down first."""
        await turn.begin()
        try:
            seconds = self._doorkeeper.arm(device.id, turn.account.name)
        except NotArmed:
            return Reply(self._ground.say(Line.OPEN_NOT_ALLOWED, device=device.name))
        span = moments.span(self._ground.locale.language, seconds)
        return Reply(self._ground.say(Line.ARMED, device=device.name, span=span))

    async def _open(self, turn: Turn, device: Device) -> Reply:
        """Open it, with leave that nobody else gets to use."""
        ground = self._ground
        orders = self._orders_for(self._with_leave(device))
        orders.appliances = ground.orders.appliances
        try:
            async with ground.passage.through(lambda: {device.id}, turn.deadline):
                now = ground.registry.wiring(device.id).device
                action, value = self._opening(turn, now)
                payload = build_payload(action, now.id, value)
                await orders.carry_out(action, payload, now, turn.asked, turn.deadline)
        except Silent:
            return Reply(ground.say(Line.OPEN_UNSURE, device=device.name))
        except Failed:
            return Reply(ground.say(Line.OPEN_FAILED, device=device.name))
        except Problem as problem:
            return Reply(told(ground, problem, device.name))
        return Reply(ground.say(Line.OPENED, device=device.name), ends=True)


def _arms(turn: Turn) -> bool:
    return turn.intent.task.name == "arm"
