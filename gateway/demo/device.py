"""A virtual device: an MQTT client of its own, with a last will, that takes commands and keeps a state.

They stand in for hardware in the demo and in tests, and need nothing but a broker's address. `truth` is what the device
really is, in the units CLOVA speaks, for whoever wants to compare.
"""

import asyncio
import json
import math
import socket
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import uuid4

import aiomqtt

from gateway.links.backoff import Backoff
from gateway.links.connection import abandon

T = TypeVar("T")
DELAYS_SECONDS = (0.03, 0.08, 0.15)
"""How long a device takes to begin to obey, in turn."""
KEEPALIVE_SECONDS = 30
ANSWER_SECONDS = 3.0
"""How long it waits for the broker before it connects anew."""
KEPT_COMMANDS = 1000

Truth = dict[str, Any]
"""power: bool, lock: a word, temperatures: Celsius, shares: whole percent, color: (hue, saturation) and so on."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the broker is."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Report:
    """One publication of a device."""

    topic: str
    payload: str
    retain: bool = True


class Subject(Protocol):
    """What CLOVA can be told of, and asked about."""

    @property
    def id(self) -> str:
        """By which CLOVA knows it."""

    @property
    def kind(self) -> str:
        """CLOVA's type."""

    @property
    def called(self) -> str:
        """The name that CLOVA is told."""

    @property
    def modes(self) -> Collection[str]:
        """Its modes, in CLOVA's words."""

    @property
    def refuses(self) -> Mapping[str, str]:
        """What it is said to do and cannot, and the error that must come of it."""

    @property
    def moving(self) -> bool:
        """Whether it is on its way to something."""

    def truth(self) -> Truth:
        """What it really is at this moment."""

    async def until(self, wanted: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait until something about it is so. Raises TimeoutError."""


def news(was: Truth, now: Truth) -> str:
    """What has changed, for people; nothing of what has not."""
    return ", ".join(f"{key} {value}" for key, value in now.items() if was.get(key) != value)


class VirtualDevice(ABC):
    """One device. `run` it in a task; everything else may be called meanwhile.

    `tell` is called with a line for people whenever a change has come to rest; with `lively` it also changes of its own
    accord.
    """

    kind: str
    availability_words = ("online", "offline")
    modes: Collection[str] = ()
    refuses: ClassVar[Mapping[str, str]] = {}

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        self.id = device_id
        self.name = name
        self.location = location
        self.lively = lively
        self.topic = f"home/{device_id}"
        self.availability = f"{self.topic}/availability"
        self.commands: tuple[str, ...] = (f"{self.topic}/set",)
        self.received: deque[str] = deque(maxlen=KEPT_COMMANDS)
        """The payloads of the commands that came."""
        self.not_understood: deque[str] = deque(maxlen=KEPT_COMMANDS)
        self.deaf = False
        """Whether it takes commands and does nothing, as a device that hangs."""
        self.online = False
        self.tell: Callable[[str], None] | None = None
        self._delays = cycle(DELAYS_SECONDS)
        self._plugged = asyncio.Event()
        self._plugged.set()
        self._client: aiomqtt.Client | None = None
        self._changed = asyncio.Event()
        self._told: Truth = {}

    @abstractmethod
    def truth(self) -> Truth:
        """What it really is at this moment."""

    @abstractmethod
    def traits(self) -> dict[str, Any]:
        """The sections of its traits, in the plain dialect."""

    @abstractmethod
    def reports(self) -> Iterator[Report]:
        """Its whole state, as it publishes it."""

    def greetings(self) -> Iterator[Report]:
        """What it publishes once whenever it has connected, before its state: how it describes itself."""
        yield from ()

    async def hear(self, topic: str, payload: str) -> None:  # noqa: ARG002  # most have one topic
        """Take a command that came at one of its topics; ValueError if it makes no sense to the device."""
        await self.obey(payload)

    async def obey(self, payload: str) -> None:  # noqa: B027  # a sensor takes no commands
        """Do what a command says; ValueError if it makes no sense to the device."""

    async def move(self) -> None:  # noqa: B027  # most have nothing that takes time
        """Bring what takes time to where it should be, for ever."""

    async def live(self) -> None:  # noqa: B027  # most stay as they are
        """Change of its own accord, for ever."""

    @property
    def moving(self) -> bool:
        """Whether it is on its way to something."""
        return False

    @property
    def called(self) -> str:
        """The name that CLOVA is told."""
        return self.name

    def document(self) -> dict[str, Any]:
        """The device as its owner writes it in the gateway's configuration."""
        online, offline = self.availability_words
        return {
            "id": self.id,
            "type": self.kind,
            "name": self.name,
            "location": self.location,
            "manufacturer": "clova-gateway",
            "model": type(self).__name__,
            "availability": {"topic": self.availability, "online": online, "offline": offline},
            **self.traits(),
        }

    async def run(self, broker: Address) -> None:
        """Be connected whenever it is plugged in, until cancelled."""
        backoff = Backoff()
        while True:
            await self._plugged.wait()
            try:
                await self._session(broker, backoff)
            except* aiomqtt.MqttError:
                pause = backoff.seconds() if self._plugged.is_set() else 0.0
            else:
                pause = 0.0
            await asyncio.sleep(pause)

    def pull_plug(self) -> None:
        """Lose power: the connection dies without a goodbye, so that the broker publishes the last will."""
        self._plugged.clear()
        lost = self._client._client.socket() if self._client is not None else None  # aiomqtt has no way to be rude
        if isinstance(lost, socket.socket):
            lost.shutdown(socket.SHUT_RDWR)

    def plug_in(self) -> None:
        """Get power again."""
        self._plugged.set()

    async def until(self, wanted: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait until something about the device is so. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not wanted():
                await self._changed.wait()

    async def report(self) -> None:
        """Publish the state, if there is a connection."""
        await self.publish(*self.reports())
        self._wake()
        if not self.moving:
            self._tell()

    async def publish(self, *reports: Report) -> None:
        """Publish these, if there is a connection."""
        for report in reports:
            if self._client is not None:
                await _within(self._client.publish(report.topic, report.payload, retain=report.retain))

    async def _session(self, broker: Address, backoff: Backoff) -> None:
        online, offline = self.availability_words
        client = aiomqtt.Client(
            broker.host,
            broker.port,
            identifier=f"{self.id}-{uuid4().hex[:8]}",
            will=aiomqtt.Will(self.availability, offline, qos=1, retain=True),
            keepalive=KEEPALIVE_SECONDS,
            timeout=math.inf,  # asyncio.wait_for, which it would use, loses cancellations before Python 3.12
        )
        try:
            await _within(client.__aenter__())
            if not self._plugged.is_set():
                return
            self._client = client
            if self.commands:
                await _within(client.subscribe([(topic, 1) for topic in self.commands]))
            await self.publish(*self.greetings())
            await self.report()
            await _within(client.publish(self.availability, online, qos=1, retain=True))
            backoff.reset()
            self._be(online=True)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(client), name=f"{self.id}-listen")
                tasks.create_task(self.move(), name=f"{self.id}-move")
                if self.lively:
                    tasks.create_task(self.live(), name=f"{self.id}-live")
        finally:
            self._client = None
            self._be(online=False)
            await abandon(client)

    async def _listen(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            payload = message.payload.decode("utf-8", "replace") if isinstance(message.payload, bytes) else ""
            self.received.append(payload)
            if self.deaf:
                continue
            await asyncio.sleep(next(self._delays))
            try:
                await self.hear(message.topic.value, payload)
            except ValueError:
                self.not_understood.append(payload)

    def _be(self, online: bool) -> None:
        self.online = online
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _tell(self) -> None:
        now = self.truth()
        changed = news(self._told, now)
        if changed and self._told and self.tell is not None:
            self.tell(f"{self.called} ({self.id}): {changed}")
        self._told = now


async def _within(answer: Awaitable[T]) -> T:
    """What the broker answers within ANSWER_SECONDS. Raises MqttError."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await answer
    except TimeoutError:
        raise aiomqtt.MqttError("the broker says nothing") from None


class JsonDevice(VirtualDevice):
    """A device that reports one JSON object and is set with parts of it, as most newer ones do."""

    state: dict[str, Any]

    def reports(self) -> Iterator[Report]:
        """The object, on one topic."""
        yield Report(self.topic, json.dumps(self.state))

    async def obey(self, payload: str) -> None:
        """Change what is named, and report everything."""
        asked = json.loads(payload)
        if not isinstance(asked, dict):
            raise ValueError("an object is expected")
        for key, value in asked.items():
            self.change(key, value)
        await self.report()

    def change(self, key: str, value: Any) -> None:
        """Take one asked value; names the device does not have are passed over."""
        if key in self.state:
            self.state[key] = value

    def read(self, key: str, **more: Any) -> dict[str, Any]:
        """The section of a trait that is only read."""
        return {"state": self.topic, "path": key, **more}

    def slot(self, key: str, **more: Any) -> dict[str, Any]:
        """The section of a trait that is read and set under the same name."""
        return {"command": self.commands[0], "command_path": key, **self.read(key, **more)}
