"""The story of a spoken request: bytes and a signature come in, a ClovaHome message goes out.

    signature over the raw bytes -> envelope -> token -> policy -> catalogue row -> engine or state -> answer

Everything that CLOVA signed is answered in time, with HTTP 200 and a ClovaHome message. What is a defect of ours is
caught in `answer`, and in `_redescribe`, where it costs one device its description and no other.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from gateway.accounts.pace import Pace
from gateway.accounts.policy import Policy
from gateway.accounts.replay import Replay, Seen, key_of
from gateway.accounts.tokens import Tokens, hash_token
from gateway.accounts.users import Account
from gateway.clova.catalogue import Action
from gateway.clova.describe import custom_commands
from gateway.clova.envelope import Malformed, Message, build_message, parse_message
from gateway.clova.errors import INTERNAL, describe_problem
from gateway.clova.objects import Locale
from gateway.clova.regions import Region
from gateway.clova.request import appliance_of, scene_of, token_of
from gateway.clova.special import health, scenes
from gateway.engine.registry import Registry
from gateway.engine.state import Presence, State
from gateway.engine.waits import Counted, count_waits, uncounted
from gateway.gates import Gates, Speaker, Verify, in_time
from gateway.home.device import Device
from gateway.home.problems import Busy, Failed, NoSuchDevice, Problem, StateUnknown, Unsupported
from gateway.home.scenes import Scene
from gateway.home.traits import ON_OFF
from gateway.orders import Asked, Orders
from gateway.passage import Passage
from gateway.questions import Questions
from gateway.wire.binding import Wiring
from gateway.wire.jsontext import build

log: structlog.stdlib.BoundLogger = structlog.get_logger("voice")

MARGIN_SECONDS = 0.1
"""What is left of the budget for building and sending the answer."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What to answer over HTTP: a status, and a body that is empty unless the status is 200."""

    status: int
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answered:
    """What `answer` came to, for the log and for `say`."""

    body: bytes
    name: str
    device_id: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """What every answer needs to know of the home. `budget_seconds` is for one answer as a whole."""

    region: Region
    locale: Locale
    scenes: tuple[Scene, ...]
    budget_seconds: float


class Voice:
    """Answers CLOVA. `now` is the monotonic clock, `wall` the time of day; `new_id` makes a missing messageId."""

    def __init__(
        self,
        home: Home,
        verify: Verify,
        tokens: Tokens,
        policy: Policy,
        registry: Registry,
        state: State,
        orders: Orders,
        questions: Questions,
        replay: Replay,
        now: Callable[[], float],
        wall: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._home = home
        self._requests = home.region.requests
        self._gates = Gates(verify, tokens, replay, wall)
        self._policy = policy
        self._registry = registry
        self._state = state
        self._orders = orders
        self._questions = questions
        self._now = now
        self._new_id = new_id
        self.counted: Counted = uncounted
        """Told of every answer."""
        self._pace = Pace(now)
        self.passage = Passage()
        """Whoever changes a device closes the way to it."""
        registry.listen(self._redescribe)
        for wiring in registry.wirings():
            self._redescribe(None, wiring)

    def replace(self, home: Home) -> None:
        """From the next request on: other scenes, another budget. The region and the locale stay as they are."""
        self._home = home

    async def hear(self, body: bytes, signature: str) -> Heard:
        """Answer what came through the public door. Nothing is parsed before the signature holds."""
        deadline = self._now() + self._home.budget_seconds - MARGIN_SECONDS
        refusal = await self._gates.refusal(body, signature, deadline)
        if refusal is not None:
            return Heard(refusal)
        answered = await self.answer(body, deadline)
        return Heard(200, answered.body)

    async def answer(self, body: bytes, deadline: float | None = None, account: Account | None = None) -> Answered:
        """Answer a message that is known to be CLOVA's, or one of our own with the account it speaks for."""
        speaker = None if account is None else self._gates.trusted(account)
        started, waits = self._now(), count_waits()
        deadline = deadline if deadline is not None else started + self._home.budget_seconds - MARGIN_SECONDS
        message = Message("", "", {})
        try:
            message = parse_message(body)
            speaker = speaker or await self._speaker(token_of(message.payload), deadline)
            answered = await self._reply(message, body, speaker, deadline)
        except Malformed as error:
            log.warning("signed by CLOVA, but no message", why=str(error))
            answered = self._defect(Message(error.message_id, "", {}))
        except Problem as problem:
            answered = self._problem(message, problem)
        except Exception:
            log.exception("a defect in the gateway", request=message.name)
            answered = self._defect(message)
        seconds = self._now() - started
        self.counted(message.name, answered.name, seconds, waits.seconds)
        who = speaker.account.name if speaker is not None else None
        told = {"request": message.name, "device": answered.device_id, "account": who}
        log.info("answered", **told, answer=answered.name, proof=answered.proof, ms=round(seconds * 1000, 1))
        return answered

    async def _speaker(self, token: str, deadline: float) -> Speaker:
        """Raises TokenInvalid, TokenExpired or Busy."""
        try:
            speaker = await self._gates.speaker(token, deadline)
        except TimeoutError:
            raise Busy("the disk is slow") from None
        self._pace.take(hash_token(token))
        return speaker

    async def _reply(self, message: Message, body: bytes, speaker: Speaker, deadline: float) -> Answered:
        action = self._requests.get(message.name)
        if action is None:
            raise Unsupported(message.name)
        async with self.passage.through(lambda: self._meant(message), deadline):
            if action.is_query:
                return await self._query(message, action, speaker.account, deadline)
            return await self._once(message, action, body, speaker, deadline)

    def _meant(self, message: Message) -> set[str]:
        """The devices that it is about, as far as it says so."""
        scene = self._scene(message)
        meant = {device_id for device_id, _ in scene.steps} if scene is not None else set()
        with suppress(NoSuchDevice):
            meant.add(appliance_of(message.payload))
        return meant

    def _scene(self, message: Message) -> Scene | None:
        with suppress(NoSuchDevice):
            wanted = scene_of(message.payload)
            return next((scene for scene in self._home.scenes if scene.id == wanted), None)
        return None

    async def _once(self, message: Message, action: Action, body: bytes, speaker: Speaker, deadline: float) -> Answered:
        """Carry the command out, unless this very message was or is being carried out already."""
        account, given = speaker.account, message.message_id
        key = key_of(account.name, given or self._new_id(), body)
        lasting = key if given else key_of(account.name, given, body)
        try:
            async with self._gates.turn(key, lasting, speaker, deadline, lambda: self._defect(message).body) as turn:
                answered = await self._done(message, action, Asked(account, turn.begin), deadline)
                turn.answer = answered.body
                return answered
        except Seen as seen:
            return Answered(seen.answer, "the first answer again") if seen.answer else self._unknown(message)

    def _unknown(self, message: Message) -> Answered:
        """Nobody knows what became of it, and it is not tried again."""
        return self._problem(message, Failed("it was being carried out when the gateway stopped"))

    def _defect(self, message: Message) -> Answered:
        return self._message(message, INTERNAL, {})

    async def _done(self, message: Message, action: Action, asked: Asked, deadline: float) -> Answered:
        try:
            async with in_time(deadline, Failed("no end to it in time")):
                return await self._carry_out(message, action, asked, deadline)
        except Problem as problem:
            return self._problem(message, problem)

    async def _carry_out(self, message: Message, action: Action, asked: Asked, deadline: float) -> Answered:
        if action.name == "ActionScene":
            scene = self._scene(message)
            if scene is None or scene not in self._scenes_of(asked.account):
                raise NoSuchDevice("no such scene")
            await self._orders.run_scene(scene, asked, deadline)
            return self._message(message, action.reply, {})
        device = self._device(message, asked.account)
        payload, outcome = await self._orders.carry_out(action, message.payload, device, asked, deadline)
        answered = self._message(message, action.reply, payload)
        return Answered(answered.body, answered.name, device.id, outcome.proof.name.lower())

    async def _query(self, message: Message, action: Action, account: Account, deadline: float) -> Answered:
        """Answer from what is known, and only if the device can be believed to be there."""
        match action.name:
            case "DiscoverAppliances":
                return self._message(message, action.reply, self._discovery(account))
            case "DiscoverScenes":
                return self._message(message, action.reply, scenes(self._scenes_of(account)))
            case "HealthCheck" if "appliance" not in message.payload:  # as in one of the guide's examples
                connected = self._state.connected_at is not None
                return self._message(message, action.reply, health(connected, connected))
        device = self._device(message, account)
        self._policy.allow(account, action.name)
        if action.name == "HealthCheck":
            return self._message(message, action.reply, self._health(device), device.id)
        self._orders.check_offered(action, device)
        wiring = self._registry.wiring(device.id)
        async with in_time(deadline, StateUnknown("no answer in time")):
            answer = await self._questions.answer(action, message.payload, wiring, deadline)
        return self._message(message, action.reply, answer, device.id)

    def _health(self, device: Device) -> dict[str, Any]:
        reachable = self._is_reachable(device.id)
        slots = [feature.slot for feature in device.parts(ON_OFF)]
        power = [one.value for slot in slots if (one := self._state.reading(device.id, slot)) is not None]
        return health(reachable, reachable and (True in power or not power))

    def _device(self, message: Message, account: Account) -> Device:
        device = self._registry.wiring(appliance_of(message.payload)).device
        self._policy.see(account, device)
        return device

    def _discovery(self, account: Account) -> bytes:
        """Every device this account may see, present or not."""
        is_reachable = self._is_reachable if self._home.region.tells_reachability else None
        may = account.may if account.is_limited else None
        listing = self._orders.appliances.listing(lambda device: self._policy.lists(account, device), is_reachable, may)
        scenes = build(custom_commands(self._scenes_of(account)))
        return b'{"discoveredAppliances":%b,"customCommands":%b}' % (listing, scenes)

    def _scenes_of(self, account: Account) -> tuple[Scene, ...]:
        return self._policy.scenes(account, self._home.scenes, lambda known: self._registry.wiring(known).device)

    def _redescribe(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener; a device that cannot be described is left out, and never takes others with it."""
        if after is not None and after.device.hidden and after.device.kind not in self._home.region.appliances:
            after = None  # nobody is to be told of it
        if before is not None and after is None:
            self._orders.appliances.remove(before.device.id)
        if after is not None:
            try:
                self._orders.appliances.put(after.device)
            except Exception:
                log.exception("left out of discovery", device=after.device.id)

    def _is_reachable(self, device_id: str) -> bool:
        presence = self._state.presence(device_id)
        return self._state.connected_at is not None and presence not in (Presence.OFFLINE, Presence.SILENT)

    def _problem(self, message: Message, problem: Problem) -> Answered:
        name, payload = describe_problem(problem, self._home.region.errors)
        appliance = message.payload.get("appliance")
        device_id = appliance.get("applianceId") if isinstance(appliance, dict) else ""
        return self._message(message, name, payload, device_id[:128] if isinstance(device_id, str) else "")

    def _message(self, message: Message, name: str, payload: dict[str, Any] | bytes, device_id: str = "") -> Answered:
        return Answered(build_message(name, message.message_id or self._new_id(), payload), name, device_id)
