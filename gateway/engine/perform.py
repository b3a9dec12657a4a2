"""Doing what was asked, and knowing that it was done: resolve, listen, publish, wait for the proof."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import count

from gateway.engine.echo import Expectation, Verdict, Watch
from gateway.engine.registry import Registry
from gateway.engine.state import State
from gateway.engine.waits import Waiting
from gateway.home.commands import Command, Do, Press, Resolved, Set, resolve
from gateway.home.device import Outcome, Proof, Slot
from gateway.home.permit import Permit
from gateway.home.problems import Busy, Failed, Offline, Problem, Silent
from gateway.home.traits import DONE, REPLY
from gateway.home.values import Value
from gateway.wire.binding import Message, Wiring, messages, numbered, presses
from gateway.wire.codecs import Fault, Moving, Words

ASSUME_SECONDS = 1.0
"""How long a device that already has the asked value is given to repeat it before its known state is relied on."""

ENOUGH_SECONDS = 0.3
"""What a command that had to wait for its turn must still have, so that it does not act after its answer."""

FIRST_NUMBER = 1_000_000
"""Of the commands that a device answers; smaller ones are for questions."""

Publish = Callable[[Message], Awaitable[None]]
"""Resolves when the message is on its way, or acknowledged where it asks for that; raises Offline otherwise."""


@dataclass(frozen=True, slots=True)
class LastCommand:
    """For `explain`: what was last asked of a device, and what came of it."""

    at: float
    account: str
    commands: tuple[Command, ...]
    result: str
    seconds: float


class _Seat:
    """One device's turn: commands to it run one after another."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._commands = 0
        self.watch: Watch | None = None
        self.last: LastCommand | None = None
        self.proved: LastCommand | None = None

    async def take(self, seconds: float) -> None:
        """Wait for the device's earlier commands; Busy if they take too long. A free seat is taken at once."""
        self._commands += 1
        try:
            if self._commands == 1:
                await self._turn.acquire()
            else:
                async with asyncio.timeout(seconds - ENOUGH_SECONDS):
                    await self._turn.acquire()
        except BaseException as error:
            self._commands -= 1
            if isinstance(error, TimeoutError):
                raise Busy("the command before this one is still running") from None
            raise

    def leave(self) -> None:
        """The command is through."""
        self._commands -= 1
        self._turn.release()


class Performer:
    """Carries out permitted commands. `now` is the monotonic clock, `wall` the time of day, in seconds.

    `catch_up` takes in what has arrived and still waits: said before a command, it must not pass for the answer to it.
    """

    def __init__(
        self,
        registry: Registry,
        state: State,
        publish: Publish,
        now: Callable[[], float],
        wall: Callable[[], float],
        catch_up: Callable[[], None] = lambda: None,
    ) -> None:
        self._registry = registry
        self._state = state
        self._publish = publish
        self._now = now
        self._wall = wall
        self._catch_up = catch_up
        self._seats: dict[str, _Seat] = {}
        self._numbers = count(FIRST_NUMBER)

    def hear(self, device_id: str, slot: Slot, meaning: Value | Moving | Fault) -> None:
        """What Inbound hears live; may arrive before `publish` has returned."""
        seat = self._seats.get(device_id)
        if seat is not None and seat.watch is not None:
            seat.watch.hear(slot, meaning)

    def rewire(self, before: object, after: Wiring | None) -> None:
        """A registry listener: a device that is gone needs no seat."""
        if after is None and isinstance(before, Wiring):
            self._seats.pop(before.device.id, None)

    def link_lost(self) -> None:
        """The broker went away: nobody needs to wait any longer."""
        for seat in self._seats.values():
            if seat.watch is not None:
                seat.watch.abort()

    def last_command(self, device_id: str) -> LastCommand | None:
        """What was last asked of a device."""
        seat = self._seats.get(device_id)
        return seat.last if seat is not None else None

    def last_proof(self, device_id: str) -> LastCommand | None:
        """The last command that was confirmed."""
        seat = self._seats.get(device_id)
        return seat.proved if seat is not None else None

    async def perform(self, permit: Permit, deadline: float) -> Outcome:
        """Carry out the permitted commands before `deadline` (monotonic seconds), or raise the Problem."""
        wiring = self._registry.wiring(permit.device_id)
        seat = self._seats.get(permit.device_id)
        if seat is None:
            seat = self._seats[permit.device_id] = _Seat()
        started = self._now()
        result = "error"
        with Waiting(self._now):
            await seat.take(deadline - started)
        self._catch_up()
        try:
            if self._registry.wiring(permit.device_id).device.guarded != wiring.device.guarded:
                raise Failed("it is guarded in another way than when leave was given")
            outcome = await self._run(permit, wiring, seat, deadline)
            result = outcome.proof.name.lower()
        except Problem as problem:
            result = f"{type(problem).__name__} {problem}".strip()
            raise
        finally:
            seat.leave()
            took = round(self._now() - started, 4)
            seat.last = LastCommand(self._wall(), permit.account, permit.commands, result, took)
        seat.proved = seat.last
        return outcome

    async def _run(self, permit: Permit, wiring: Wiring, seat: _Seat, deadline: float) -> Outcome:
        device_id = wiring.device.id
        if not self._state.is_reachable(device_id):
            raise Offline("not there")
        if deadline <= self._now():
            raise Failed("no time was left to send it")
        before = self._state.values(wiring.device, self._now())
        resolved = [resolve(command, wiring.device, before) for command in permit.commands]
        targets = dict(map(_target, resolved))
        expectations = {
            slot: self._expect(slot, _as_heard(value, slot, wiring), before.get(slot), wiring)
            for slot, value in targets.items()
            if slot in wiring.bindings and wiring.bindings[slot].feeds
        }
        outgoing = self._numbered(_outgoing(resolved, wiring), wiring, expectations)
        watch = seat.watch = Watch(expectations)
        try:
            await self._send_and_wait(outgoing, watch, wiring, expectations, deadline)
        finally:
            watch.close()
            seat.watch = None
        at_rest = watch.decided and self._state.connected_at is not None
        after = {slot: self._after(device_id, slot, value, expectations, at_rest) for slot, value in targets.items()}
        proof = min((had for _, had in after.values()), default=Proof.ACKNOWLEDGED)
        if wiring.is_group:
            proof = min(proof, Proof.BRIDGED)
        return Outcome(before, {slot: value for slot, (value, _) in after.items() if value is not None}, proof)

    def _numbered(
        self, outgoing: tuple[Message, ...], wiring: Wiring, expectations: dict[Slot, Expectation]
    ) -> tuple[Message, ...]:
        """Where the device answers commands, give them a number, and expect the answer that names it."""
        reply = Slot(REPLY)
        if reply not in wiring.bindings:
            return outgoing
        number = next(self._numbers)
        told = tuple(numbered(message, number) for message in outgoing)
        if told != outgoing:
            expectations[reply] = Expectation(reply, float(number), None)
        return told

    async def _send_and_wait(
        self,
        outgoing: tuple[Message, ...],
        watch: Watch,
        wiring: Wiring,
        expectations: Mapping[Slot, Expectation],
        deadline: float,
    ) -> None:
        """Publish, then wait until it is decided or the time is up; what was heard by then counts."""
        sent = not outgoing
        try:
            async with asyncio.timeout(deadline - self._now()):
                for message in outgoing:
                    await self._publish(message)
                sent = True
                watch.sent()
                if expectations:
                    await self._ask_again(wiring, watch, expectations)
                    with Waiting(self._now):
                        await watch.decision()
        except TimeoutError:
            if not sent:
                raise Offline("the broker did not take the command in time") from None

    async def _ask_again(self, wiring: Wiring, watch: Watch, expectations: Mapping[Slot, Expectation]) -> None:
        """A device that already has the value is asked for it, if it can be; else its known state is soon relied on."""
        waiting = [slot for slot, expected in expectations.items() if not expected.heard and expected.already_there()]
        for slot in waiting:
            ask = wiring.bindings[slot].ask
            if ask is not None:
                await self._publish(ask)
        if all(expected.verdict in (Verdict.VOUCHED, Verdict.ACCEPTED) for expected in expectations.values()):
            watch.assume_after(ASSUME_SECONDS)

    def _expect(self, slot: Slot, target: Value | None, before: Value | None, wiring: Wiring) -> Expectation:
        device_id = wiring.device.id
        expected = Expectation(slot, target, before, self._state.is_live(device_id, slot), patient=wiring.patient)
        if wiring.patient:
            expected.verdict = Verdict.ACCEPTED
        if expected.already_there() and self._state.vouches_for(device_id, slot):
            expected.verdict = Verdict.VOUCHED
        return expected

    def _after(
        self,
        device_id: str,
        slot: Slot,
        asked: Value | None,
        expectations: Mapping[Slot, Expectation],
        at_rest: bool,
    ) -> tuple[Value | None, Proof]:
        """What the slot came to and how that is known, or the Problem it came to."""
        reply = expectations.get(Slot(REPLY))
        expected = expectations.get(slot, reply)
        if expected is None:
            return asked, Proof.ACKNOWLEDGED
        if reply is not None and reply.verdict is Verdict.FAULTY and expected.verdict is not Verdict.PROVED:
            raise Failed(f"{slot}: the device answered with an error")
        if expected is reply and reply.verdict is Verdict.PROVED:
            return asked, Proof.REPLIED
        if expected.verdict in (Verdict.PROVED, Verdict.SETTLED_NEAR):
            proof = expected.proof(at_rest)
            was_heard = proof is not Proof.MOVEMENT and expected.now is not None
            return (expected.now if was_heard else asked), proof
        if not self._state.is_reachable(device_id):
            raise Offline("it went away meanwhile")
        if expected.verdict is Verdict.ACCEPTED:
            return asked, Proof.REPLIED if reply is not None and reply.verdict is Verdict.PROVED else Proof.ACCEPTED
        if expected.heard:
            raise Failed(f"{slot}: {expected.verdict.value}")
        vouched = expected.verdict is Verdict.VOUCHED and self._state.vouches_for(device_id, slot)
        if vouched and expected.before is not None:
            return expected.before, Proof.ASSUMED
        if any(other.heard for other in expectations.values()):
            raise Failed(f"{slot}: not heard")
        self._state.fell_silent(device_id)
        raise Silent("nothing was heard in time")


def _target(command: Resolved) -> tuple[Slot, Value | None]:
    """The slot a command is about and what it should come to; a deed's is its own, whether it is done."""
    match command:
        case Set(slot=slot, value=value):
            return slot, value
        case Press(slot=slot, target=target):
            return slot, target
        case Do(deed=deed):
            return Slot(DONE, deed.value), True


def _outgoing(resolved: list[Resolved], wiring: Wiring) -> tuple[Message, ...]:
    """What is published: values first, then presses and deeds."""
    sets = {command.slot: command.value for command in resolved if isinstance(command, Set)}
    pressed = (message for command in resolved if isinstance(command, Press) for message in presses(command, wiring))
    deeds = (wiring.deeds[command.deed] for command in resolved if isinstance(command, Do))
    return (*messages(sets, wiring), *pressed, *deeds)


def _as_heard(value: Value | None, slot: Slot, wiring: Wiring) -> Value | None:
    """The value as the device can report it: 45 percent on a scale of 0 to 10 is heard as 40 or 50.

    Only where commands and reports are written alike: a word that is commanded may mean something else when reported.
    """
    order, codec = wiring.bindings[slot].order, wiring.bindings[slot].feeds[0].codec
    if value is None or order is None or isinstance(codec, Words) or codec != order.codec:
        return value
    heard = codec.decode(order.codec.encode(value))
    return value if isinstance(heard, Moving | Fault) else heard
