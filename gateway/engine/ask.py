"""What a device says when it is asked: the last reading while that is fresh, a new one where it can be had."""

import asyncio
import math
from collections.abc import Callable, Iterable

from gateway.engine.perform import Publish
from gateway.engine.state import State
from gateway.engine.waits import Waiting
from gateway.home.device import Device, Feature, Reading, Slot
from gateway.home.problems import Offline, StateUnknown
from gateway.home.values import Value
from gateway.wire.binding import Message, Wiring
from gateway.wire.codecs import Fault, Moving

ANSWER_SECONDS = 1.5
"""How long a device is given to say its value."""


class Asker:
    """Reads devices. `now` is the monotonic clock in seconds."""

    def __init__(self, state: State, publish: Publish, now: Callable[[], float]) -> None:
        self._state = state
        self._publish = publish
        self._now = now
        self._waiting: dict[tuple[str, Slot], set[asyncio.Future[None]]] = {}

    def hear(self, device_id: str, slot: Slot, meaning: Value | Moving | Fault) -> None:
        """What Inbound hears live."""
        if self._waiting and not isinstance(meaning, Moving | Fault):
            for waiting in self._waiting.get((device_id, slot), ()):
                if not waiting.done():
                    waiting.set_result(None)

    async def reading(self, wiring: Wiring, feature: Feature, deadline: float) -> Reading:
        """The slot's value. Raises Offline, or StateUnknown rather than tell an old value as the present one."""
        found = await self.readings(wiring, [feature], deadline)
        if not found:
            raise StateUnknown(f"{feature.slot}: nothing was heard of it lately")
        return found[feature.slot]

    async def readings(self, wiring: Wiring, features: Iterable[Feature], deadline: float) -> dict[Slot, Reading]:
        """Those of the slots whose values are known and fresh, in the given order. Raises Offline."""
        device_id = wiring.device.id
        if not self._state.is_reachable(device_id):
            raise Offline(device_id)
        asked = list(features)
        stale = [feature.slot for feature in asked if self._may_be_old(device_id, feature)]
        if any(wiring.bindings[slot].ask is not None for slot in stale):
            await self._ask(wiring, stale, deadline)
        found = ((feature.slot, self._state.fresh(device_id, feature, self._now())) for feature in asked)
        return {slot: reading for slot, reading in found if reading is not None}

    async def refresh(self, wiring: Wiring, slots: Iterable[Slot], deadline: float) -> None:
        """Have the device say those of these that are not known, as far as it can: a step needs a place to start."""
        unknown = [slot for slot in slots if slot in wiring.bindings and not self._is_known(wiring, slot)]
        if any(wiring.bindings[slot].ask is not None for slot in unknown):
            await self._ask(wiring, unknown, deadline)

    def _is_known(self, wiring: Wiring, slot: Slot) -> bool:
        return self._state.fresh(wiring.device.id, wiring.device.features[slot], self._now()) is not None

    async def _ask(self, wiring: Wiring, slots: list[Slot], deadline: float) -> None:
        """Have the device say these values, as far as it can; one question may be about several."""
        questions: dict[Message, list[Slot]] = {}
        for slot in slots:
            ask = wiring.bindings[slot].ask
            if ask is not None:
                questions.setdefault(ask, []).append(slot)
        loop = asyncio.get_running_loop()
        hoped = {(wiring.device.id, slot): loop.create_future() for asked in questions.values() for slot in asked}
        for key, future in hoped.items():
            self._waiting.setdefault(key, set()).add(future)
        try:
            async with asyncio.timeout(min(ANSWER_SECONDS, deadline - self._now())):
                for question in questions:
                    await self._publish(question)
                with Waiting(self._now):
                    await asyncio.gather(*hoped.values())
        except TimeoutError:
            pass  # what is still old is not told
        finally:
            for key, future in hoped.items():
                self._waiting[key].discard(future)
                if not self._waiting[key]:
                    del self._waiting[key]

    def _may_be_old(self, device_id: str, feature: Feature) -> bool:
        """Whether it is too old, or the broker has kept it for who knows how long."""
        reading = self._state.fresh(device_id, feature, self._now())
        return reading is None or (not reading.live and feature.too_old_after < math.inf)

    def known(self, device: Device) -> dict[Slot, Value]:
        """All that is known of a device at this moment and not too old."""
        return self._state.values(device, self._now())
