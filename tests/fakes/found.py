"""Devices that describe themselves, one in the way of each convention: small clients of the real broker."""

import asyncio
import json
import math
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import aiomqtt


@dataclass(frozen=True, slots=True)
class Said:
    """One publication of a device."""

    topic: str
    payload: str
    retain: bool = False


class Found:
    """A device as its firmware speaks. It obeys at once, unless it is deaf."""

    dialect: ClassVar[str]
    hardware: ClassVar[str]
    """What it is known by, whatever it is called."""
    kind: ClassVar[str]
    actions: ClassVar[frozenset[str]]
    request: ClassVar[tuple[str, Mapping[str, Any]]]
    """An action it can be asked for, and its fields."""
    proof: ClassVar[str] = "echo"
    state: ClassVar[Mapping[str, Any]]
    """What it says of itself at first, as the gateway has it."""
    asked_once: ClassVar[bool] = False
    """Whether it says its name only to who asks, which is done once on each connection."""
    first_name: ClassVar[str]
    second_name: ClassVar[str]
    """What its owner calls it later; empty where it cannot be called otherwise."""

    def __init__(self) -> None:
        self.name = self.first_name
        self.deaf = False
        self.silent = False
        """Deaf to questions, too."""
        self.keeps = False
        """Whether the broker keeps what it says of its state."""
        self.heard: list[tuple[str, str]] = []
        self.arrived = asyncio.Event()
        self._client: aiomqtt.Client | None = None

    @abstractmethod
    def listens(self) -> tuple[str, ...]:
        """Where it hears commands."""

    @abstractmethod
    def describes(self) -> Iterator[Said]:
        """What it is."""

    @abstractmethod
    def is_there(self, there: bool) -> Iterator[Said]:
        """Its word for being there, and for being gone."""

    @abstractmethod
    def tells(self) -> Iterator[Said]:
        """Its state."""

    @abstractmethod
    def obeys(self, topic: str, payload: str) -> Iterator[Said]:
        """What it says to a command, once it has done it."""

    def answers(self, topic: str, payload: str) -> Iterator[Said] | None:  # noqa: ARG002
        """What it says to a question, which even a deaf one hears; None for what is none."""
        return None

    def forgets(self) -> Iterator[Said]:
        """Takes back what it has said it is."""
        return (Said(said.topic, "", True) for said in self.describes() if said.retain)

    def json(self, topic: str, retain: bool = False, /, **fields: Any) -> Said:
        return Said(topic, json.dumps(fields, ensure_ascii=False), retain)

    async def say(self, said: Iterator[Said]) -> None:
        assert self._client is not None
        for one in said:
            await self._client.publish(one.topic, one.payload, qos=1, retain=one.retain)

    async def tell(self) -> None:
        await self.say(Said(said.topic, said.payload, self.keeps) for said in self.tells())

    async def introduce(self) -> None:
        """Say what it is, that it is there, and how it is."""
        await self.say(self.describes())
        await self.say(self.is_there(True))
        await self.tell()

    async def rename(self) -> None:
        """Be called otherwise from now on, as its owner wants it."""
        self.name = self.second_name
        assert self._client is not None
        for topic in self.listens():
            await self._client.subscribe(topic, qos=1)
        await self.introduce()

    def commands(self) -> list[tuple[str, str]]:
        """What it was told, without what it was asked."""
        return [(topic, payload) for topic, payload in self.heard if self.answers(topic, payload) is None]

    async def _listen(self) -> None:
        assert self._client is not None
        async for message in self._client.messages:
            payload = bytes(message.payload).decode() if isinstance(message.payload, bytes) else ""
            topic = message.topic.value
            self.heard.append((topic, payload))
            answered = self.answers(topic, payload)
            if self.silent:
                pass
            elif answered is not None:
                await self.say(answered)
            elif not self.deaf:
                await self.say(self.obeys(topic, payload))
            self.arrived.set()

    @asynccontextmanager
    async def plugged_in(self, port: int) -> AsyncIterator["Found"]:
        """Connected to the broker; it says nothing yet, but answers."""
        async with aiomqtt.Client("127.0.0.1", port, timeout=math.inf) as self._client:  # else it loses cancellations
            for topic in self.listens():
                await self._client.subscribe(topic, qos=1)
            listening = asyncio.create_task(self._listen())
            try:
                yield self
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
