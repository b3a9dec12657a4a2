"""Devices written as their owner would, and a house that holds them: no sockets, no broker, no waiting."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from gateway.dialects.plain import PlainDevice, compile_device
from gateway.engine.history import History
from gateway.engine.inbound import Inbound
from gateway.engine.perform import Performer
from gateway.engine.registry import Registry
from gateway.engine.state import Presence, State
from gateway.engine.tariff import Tariff
from gateway.home.commands import Command
from gateway.home.device import Outcome, Slot
from gateway.home.permit import Permit
from gateway.home.problems import Offline
from gateway.home.traits import Trait
from gateway.home.values import Value
from gateway.intake import Intake
from gateway.wire.binding import Message, Wiring
from gateway.wire.codecs import Fault, Moving
from tests.clockwork import START
from tests.fakes.archive import Drawer

WALL = 1_795_213_800.0
"""2026-11-21T07:30:00 in Seoul: the time of day when a clockwork loop begins."""
BUDGET = 3.9
SEOUL = ZoneInfo("Asia/Seoul")

ONLINE = {"topic": "dev/online", "online": "1", "offline": "0"}
SWITCH = {"command": "dev/set", "state": "dev/state"}
LEVEL = {"command": "dev/level/set", "state": "dev/level"}
COLOR_IN_JSON: dict[str, Any] = {
    "brightness": {"command": "dev/set", "command_path": "level", "state": "dev/state", "path": "level"},
    "color": {
        "command": "dev/set",
        "command_path": "color",
        "state": "dev/state",
        "path": "color",
        "as_object": True,
    },
}
BOLT = {"command": "dev/set", "state": "dev/state"}
BLIND = {"command": "dev/set", "state": "dev/state"}


def plain(id: str = "dev", type: str = "LIGHT", name: str = "전등", **rest: Any) -> Wiring:
    """A device of the plain dialect, from the keys of the YAML."""
    return compile_device(PlainDevice.model_validate({"id": id, "type": type, "name": name, **rest}))


@dataclass(frozen=True, slots=True)
class Says:
    """What a device publishes, so many seconds after it was told something (0: before `publish` has returned)."""

    topic: str
    payload: str
    after: float = 0.01
    retained: bool = False


Reaction = Callable[[str], Iterable[Says]]


def echoes(topic: str, after: float = 0.01) -> Reaction:
    """A device that does what it is told, and says so."""
    return lambda payload: [Says(topic, payload, after)]


def always(*said: Says) -> Reaction:
    """A device that says the same whatever it is told."""
    return lambda _: said


class House:
    """An engine, the devices it knows, and a broker that is a list. Must be made where a loop runs."""

    def __init__(self, *wirings: Wiring, tariff: Tariff | None = None, archive: Drawer | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.state = State()
        self.registry = Registry()
        self.performer = Performer(self.registry, self.state, self.publish, self.loop.time, self.wall)
        self.listeners: list[Callable[[str, Slot, Value | Moving | Fault], None]] = [self.performer.hear]
        self.subscribed: list[str] = []
        self.archive = archive or Drawer()
        self.tariff = tariff
        self.history = History(self.archive, SEOUL, self.wall, tariff)
        self.inbound = Inbound(self.state, self._heard, self.history, self.loop.time, self.wall)
        intake = Intake(
            self.registry,
            self.inbound,
            self.performer,
            self.history,
            self.subscribed.append,
            lambda topic: self.subscribed.remove(topic),
        )
        self.published: list[Message] = []
        self.reactions: dict[str, Reaction] = {}
        self.refuses = False
        self.delay = 0.0
        intake.replace(wirings)
        self.state.connected(self.loop.time())

    def _heard(self, device_id: str, slot: Slot, meaning: Value | Moving | Fault) -> None:
        for listener in self.listeners:
            listener(device_id, slot, meaning)

    def wall(self) -> float:
        return WALL + self.loop.time() - START

    def hear(self, topic: str, payload: str | bytes, retained: bool = False) -> None:
        """Something is published by a device."""
        self.inbound.deliver(topic, payload.encode() if isinstance(payload, str) else payload, retained)

    async def publish(self, message: Message) -> None:
        """The broker takes a message, and the device it is for reacts."""
        if self.refuses:
            raise Offline("the broker has not taken it")
        await asyncio.sleep(self.delay)
        self.published.append(message)
        for said in self.reactions.get(message.topic, always())(message.payload.decode()):
            if said.after:
                self.loop.call_later(said.after, self.hear, said.topic, said.payload, said.retained)
            else:
                self.hear(said.topic, said.payload, said.retained)
        await asyncio.sleep(0)

    def lose_link(self) -> None:
        """The connection to the broker breaks."""
        self.state.disconnected()
        self.performer.link_lost()
        self.history.disconnected()

    async def do(self, *commands: Command, device: str = "dev", within: float = BUDGET) -> Outcome:
        """Perform commands as if an account had been permitted to."""
        return await self.performer.perform(Permit("alice", device, commands), self.loop.time() + within)

    def sent(self) -> list[tuple[str, str]]:
        return [(message.topic, message.payload.decode()) for message in self.published]

    def value(self, trait: Trait, device: str = "dev") -> Value | None:
        reading = self.state.reading(device, Slot(trait))
        return reading.value if reading is not None else None

    def presence(self, device: str = "dev") -> Presence:
        return self.state.presence(device)
