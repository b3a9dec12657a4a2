"""Who raises the occasions: a publisher at QoS 1 that goes on until the broker has taken each word."""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field

import aiomqtt

from tests.killloop.home import ALARMS, Bell, message_of

BACK = 7
"""So many of the last occasions of a bell may come again and be known as those; the rest of the circle is new."""


@dataclass(slots=True)
class Raised:
    """An occasion; `at` is when the broker had taken its beginning, in monotonic seconds."""

    at: float
    takes: list[int] = field(default_factory=list)
    """The numbers of the requests by which the push service took it."""


@dataclass(slots=True)
class Tally:
    """What a bell has raised, and what of that has arrived."""

    bell: Bell
    raised: list[Raised] = field(default_factory=list)
    newest: int = -1
    """The newest occasion that has arrived."""
    disorders: list[str] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, message: str, request: int) -> None:
        """The push service has taken one: of the occasions that it can be, it is the nearest to what is expected."""
        code = next(number for number, alarm in enumerate(ALARMS) if message_of(alarm) == message)
        lowest = self.newest - BACK
        occasion = lowest + (code - lowest) % len(ALARMS)
        if not 0 <= occasion < len(self.raised):
            self.disorders.append(f"{self.bell.id}: {message} was never raised there")
            return
        if occasion < self.newest and not self.raised[occasion].takes:
            self.disorders.append(f"{self.bell.id}: occasion {occasion} came after {self.newest}")
        self.newest = max(self.newest, occasion)
        self.raised[occasion].takes.append(request)
        self.moved.set()

    def awaited(self) -> list[int]:
        """The occasions that have not arrived."""
        return [number for number, one in enumerate(self.raised) if not one.takes]


class Publisher:
    """One client of the broker that comes back whenever the broker does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._client: aiomqtt.Client | None = None
        self._up = asyncio.Event()
        self.published = asyncio.Event()
        """Set just after a word was sent, before the broker has answered."""

    async def run(self) -> None:
        while True:
            with suppress(aiomqtt.MqttError):
                async with aiomqtt.Client("127.0.0.1", self._port, timeout=5) as client:
                    client.pending_calls_threshold = 1000
                    self._client = client
                    self._up.set()
                    async for _ in client.messages:
                        """It has subscribed to nothing: this ends with the connection."""
            self._up.clear()
            await asyncio.sleep(0.05)

    async def say(self, topic: str, payload: str, retain: bool) -> float:
        """Until the broker has taken it; when that was."""
        while True:
            await self._up.wait()
            assert self._client is not None
            self.published.set()
            with suppress(aiomqtt.MqttError):
                await self._client.publish(topic, payload, qos=1, retain=retain)
                return time.monotonic()
            await asyncio.sleep(0.05)


class Sounder:
    """A bell at work: some occasions, then it waits until they have arrived, then a pause."""

    def __init__(self, bell: Bell, publisher: Publisher, lots: random.Random, patience_seconds: float) -> None:
        """After `patience_seconds` a bell rings anew, also where the last has not arrived."""
        self.tally = Tally(bell)
        self._publisher = publisher
        self._lots = lots
        self._patience = patience_seconds

    async def run(self, stopped: asyncio.Event) -> None:
        """Until it is told to stop, and then to the end of what it has begun."""
        while not stopped.is_set():
            for _ in range(self._lots.randint(1, self.tally.bell.sort.burst)):
                await self._raise(len(self.tally.raised))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived(), self._patience)
            await asyncio.sleep(self._lots.uniform(0.0, 0.5))

    async def _raise(self, occasion: int) -> None:
        bell, sort = self.tally.bell, self.tally.bell.sort
        raised = Raised(0.0)
        self.tally.raised.append(raised)
        raised.at = await self._publisher.say(*bell.says(occasion, on=True), sort.retains)
        if sort.is_held:
            await self._arrived()  # however long that takes: what is over before it has lasted is no alarm
        await self._publisher.say(*bell.says(occasion, on=False), sort.retains)

    async def _arrived(self) -> None:
        """Wait until the newest has arrived."""
        last = len(self.tally.raised) - 1
        while self.tally.newest < last:
            self.tally.moved.clear()
            await self.tally.moved.wait()
