"""Things of a home that a test tells what to say: each a client of the real broker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiomqtt

Says = list[tuple[str, str]]
Answer = Callable[[str], Says]
"""Given the payload of a command, what the thing publishes (topic, payload)."""


class Thing:
    """Hears commands, remembers them, and says what it is told to say."""

    def __init__(self, client: aiomqtt.Client, answers: dict[str, Answer]) -> None:
        self._client = client
        self._answers = answers
        self.heard: list[tuple[str, str]] = []
        self.arrived = asyncio.Event()

    async def say(self, topic: str, payload: str, retain: bool = False) -> None:
        await self._client.publish(topic, payload, qos=1, retain=retain)

    async def listen(self) -> None:
        async for message in self._client.messages:
            payload = bytes(message.payload).decode() if isinstance(message.payload, bytes) else ""
            self.heard.append((message.topic.value, payload))
            self.arrived.set()
            for topic, said in self._answers[message.topic.value](payload):
                await self.say(topic, said)

    def commands(self, topic: str) -> list[str]:
        return [payload for heard, payload in self.heard if heard == topic]


@asynccontextmanager
async def thing(port: int, answers: dict[str, Answer]) -> AsyncIterator[Thing]:
    """A thing on the broker at this port."""
    async with aiomqtt.Client("127.0.0.1", port) as client:
        found = Thing(client, answers)
        for topic in answers:
            await client.subscribe(topic, qos=1)
        listening = asyncio.create_task(found.listen())
        try:
            yield found
        finally:
            while not listening.done():  # asyncio.wait_for, in aiomqtt, loses cancellations before Python 3.12
                listening.cancel()
                await asyncio.wait([listening], timeout=0.1)
            await asyncio.gather(listening, return_exceptions=True)


def echo(topic: str) -> Answer:
    """A thing that does what it is told and says so."""
    return lambda payload: [(topic, payload)]


def silence(payload: str) -> Says:  # noqa: ARG001  # whatever it is told
    """A thing that hears and says nothing."""
    return []
