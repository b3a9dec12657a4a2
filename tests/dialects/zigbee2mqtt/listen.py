"""What a message on the wire comes to, through the gateway's own inbound."""

import json
from collections.abc import Iterable
from typing import Any

from gateway.engine.inbound import Inbound
from gateway.engine.state import State
from gateway.home.device import Reading, Slot
from gateway.home.values import Value
from gateway.wire.binding import Wiring
from gateway.wire.codecs import Fault, Moving


class _NoPast:
    def record(self, device_id: str, slot: Slot, reading: Reading) -> None: ...

    def lost(self, device_id: str) -> None: ...

    def doubted(self, device_id: str, slot: Slot) -> None: ...


def said(wirings: Iterable[Wiring], topic: str, payload: Any) -> dict[str, Value | Moving | Fault]:
    """By slot what is heard of these appliances; nothing of it may be unreadable."""
    heard: dict[str, Value | Moving | Fault] = {}

    def hear(_: str, slot: Slot, meaning: Value | Moving | Fault) -> None:
        heard[str(slot)] = meaning

    state = State()
    inbound = Inbound(state, hear, _NoPast(), lambda: 1.0, lambda: 1.0)
    state.connected(0.0)
    known = list(wirings)
    for wiring in known:
        inbound.rewire(None, wiring)
    inbound.deliver(topic, (payload if isinstance(payload, str) else json.dumps(payload)).encode(), retained=False)
    assert not any(state.problems(wiring.device.id) for wiring in known)
    return heard
