"""Who waits for what, and what counts as a proof. Each rule has its test in tests/engine/test_proof.py."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from gateway.home.device import Proof, Slot
from gateway.home.traits import REPLY, Sort, Travel
from gateway.home.values import Value, distance
from gateway.wire.codecs import Fault, Moving

SETTLE_SECONDS = 0.6
"""How long a value near the target must stand still before it is believed to be where the device came to rest."""


class Verdict(Enum):
    """What a live reading says about a command."""

    PROVED = "proved"
    ON_THE_WAY = "on the way"
    SETTLED_NEAR = "settled near"
    NOT_YET = "not yet"
    VOUCHED = "had it before"
    """Not heard, and need not be: it has the asked value, see `State.vouches_for`."""
    ACCEPTED = "accepted"
    """Not heard, and need not be: the device has answered the command, or its owner is patient."""
    FAULTY = "faulty"


_PROVED = frozenset({Verdict.PROVED})
_GOOD_ENOUGH = frozenset({Verdict.PROVED, Verdict.SETTLED_NEAR, Verdict.VOUCHED, Verdict.ACCEPTED})
"""Once all is like this and has been quiet for a while, no more will come."""


@dataclass(slots=True)
class Expectation:
    """What one slot should come to. Pure: `hear` judges, nothing waits."""

    slot: Slot
    target: Value | None
    """None where only a change is to come: "the next one" of an order that the device alone knows."""
    before: Value | None
    before_is_live: bool = True
    """Whether `before` was heard on this connection; a kept value says nothing about where a movement began."""
    first: Value | None = None
    now: Value | None = None
    """The first and the last value heard since the command."""
    verdict: Verdict = Verdict.NOT_YET
    heard: bool = field(default=False)
    patient: bool = False
    """Whether it is enough that the command is on its way."""

    def already_there(self) -> bool:
        """Whether the slot had the asked value before the command."""
        return self.before is not None and self._is_near(self.before)

    def hear(self, meaning: Value | Moving | Fault) -> Verdict:
        """Judge a live reading."""
        self.heard = True
        self.verdict = self._judge(meaning)
        if self.patient and self.verdict is Verdict.NOT_YET:
            self.verdict = Verdict.ACCEPTED
        if not isinstance(meaning, Moving | Fault):
            self.first = meaning if self.first is None else self.first
            self.now = meaning
        return self.verdict

    def _judge(self, meaning: Value | Moving | Fault) -> Verdict:
        travel = self.slot.trait.travel
        if isinstance(meaning, Fault):
            return Verdict.FAULTY
        if isinstance(meaning, Moving):
            return self._judge_moving(meaning)
        if self.target is None:  # whatever it comes to rest on
            return Verdict.SETTLED_NEAR if self._has_changed(meaning) else Verdict.NOT_YET
        if self._is_near(meaning):
            return Verdict.PROVED
        if travel in (Travel.RAMP, Travel.LONG) and self._comes_closer(meaning):
            return Verdict.PROVED if travel is Travel.LONG else Verdict.SETTLED_NEAR
        return Verdict.NOT_YET

    def _judge_moving(self, meaning: Moving) -> Verdict:
        if self.slot.trait.travel is not Travel.LONG:
            return Verdict.ON_THE_WAY
        if meaning.towards is None or not self._is_near(meaning.towards):
            return Verdict.ON_THE_WAY
        return Verdict.PROVED

    def _is_near(self, value: Value) -> bool:
        return self.target is not None and distance(value, self.target) <= self.slot.trait.tolerance

    def _has_changed(self, value: Value) -> bool:
        """Whether it is another value than the last live one before the command, or the first after it."""
        start = self.before if self.before is not None and self.before_is_live else self.first
        return start is not None and distance(value, start) > self.slot.trait.tolerance

    def _comes_closer(self, value: Value) -> bool:
        """Whether the value lies nearer to the target than the last live one before the command, or the first after."""
        if self.target is None or self.slot.trait.sort in (Sort.SWITCH, Sort.WORD):
            return False
        start = self.before if self.before is not None and self.before_is_live else self.first
        if start is None or distance(value, start) <= self.slot.trait.tolerance:
            return False  # what counts as the same has not moved
        return distance(value, self.target) < distance(start, self.target)

    def proof(self, at_rest: bool) -> Proof:
        """The rank of what was had, once it is proved, or near; `at_rest`: it stood still for SETTLE_SECONDS."""
        if self.now is not None and self._is_near(self.now):
            return Proof.ECHO
        return Proof.SETTLED if self.verdict is Verdict.SETTLED_NEAR and at_rest else Proof.MOVEMENT


class Watch:
    """Waits until every expectation of one command is proved, one fails, or time is up."""

    def __init__(self, expectations: Mapping[Slot, Expectation]) -> None:
        self._expectations = expectations
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
        self._quiet: asyncio.TimerHandle | None = None
        self._all_sent = False

    def sent(self) -> None:
        """All of the command is on its way: from now on a device may have come to rest."""
        self._all_sent = True
        if any(expectation.heard for expectation in self._expectations.values()):
            self._await_rest()

    def hear(self, slot: Slot, meaning: Value | Moving | Fault) -> None:
        """A live reading of this device."""
        expectation = self._expectations.get(slot)
        if expectation is None or self._done.done():
            return
        verdict = expectation.hear(meaning)
        if slot.trait is REPLY and verdict is Verdict.PROVED:
            self.accept()
        if self._quiet is not None:
            self._quiet.cancel()
            self._quiet = None
        if verdict is Verdict.FAULTY or self._all(_PROVED):
            self._finish()
        else:
            self._await_rest()

    def accept(self) -> None:
        """The command has been taken: what is not heard of need not be."""
        for expectation in self._expectations.values():
            if not expectation.heard and expectation.verdict is Verdict.NOT_YET:
                expectation.verdict = Verdict.ACCEPTED

    def _await_rest(self) -> None:
        if self._all_sent and self._all(_GOOD_ENOUGH) and self._quiet is None:
            self._quiet = self._loop.call_later(SETTLE_SECONDS, self._finish)

    @property
    def decided(self) -> bool:
        """Whether nothing more needs to be heard."""
        return self._done.done() and not self._done.cancelled()

    def assume_after(self, seconds: float) -> None:
        """Let what was vouched for stand, if nothing is heard for so long."""
        self._quiet = self._loop.call_later(seconds, self._finish)

    async def decision(self) -> None:
        """Wait until nothing more needs to be heard."""
        await self._done

    def abort(self) -> None:
        """Nothing more can be heard."""
        self._finish()

    def close(self) -> None:
        """Stop the timer."""
        if self._quiet is not None:
            self._quiet.cancel()

    def _all(self, verdicts: frozenset[Verdict]) -> bool:
        """Of all that it is about; a reply alone counts only where nothing else can be heard."""
        about = [one for one in self._expectations.values() if one.slot.trait is not REPLY]
        return all(one.verdict in verdicts for one in about or self._expectations.values())

    def _finish(self) -> None:
        if not self._done.done():
            self._done.set_result(None)
