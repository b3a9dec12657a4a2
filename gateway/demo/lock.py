"""A door lock: plain words, and a bolt that takes its time."""

import asyncio
from collections.abc import Iterator
from typing import Any

from gateway.demo.device import Report, Truth, VirtualDevice

BOLT_SECONDS = 0.7


class Lock(VirtualDevice):
    """Says LOCKING, then LOCKED; UNLOCKING, then UNLOCKED; or JAMMED, if something is in the way of the bolt."""

    kind = "SMARTLOCK"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self._battery_topic = f"{self.topic}/battery"
        self.word = "UNLOCKED"
        self.battery = 83
        self.blocked = False
        """Whether something is in the way of the bolt."""

    def traits(self) -> dict[str, Any]:
        """The words are the dialect's own."""
        return {
            "lock": {"command": self.commands[0], "state": self.topic, "unlock": "armed"},
            "battery": {"state": self._battery_topic},
        }

    def truth(self) -> Truth:
        """The word it would say."""
        return {"lock": self.word, "battery": self.battery}

    def reports(self) -> Iterator[Report]:
        """The bolt, and the battery."""
        yield Report(self._battery_topic, str(self.battery))
        yield Report(self.topic, self.word)

    async def obey(self, payload: str) -> None:
        """LOCK or UNLOCK."""
        match payload:
            case "LOCK":
                await self._throw("LOCKING", "JAMMED" if self.blocked else "LOCKED")
            case "UNLOCK":
                await self._throw("UNLOCKING", "UNLOCKED")
            case _:
                raise ValueError("neither LOCK nor UNLOCK")

    async def turn(self, word: str) -> None:
        """Somebody turns it by hand."""
        self.word = word
        await self.report()

    async def go_wrong(self) -> None:
        """Something is in the way of the bolt, and it stays there."""
        await self.turn("JAMMED")

    async def come_right(self) -> None:
        """Somebody has taken it away and locked."""
        await self.turn("LOCKED")

    @property
    def moving(self) -> bool:
        """Whether the bolt is on its way."""
        return self.word in ("LOCKING", "UNLOCKING")

    async def _throw(self, moving: str, at_rest: str) -> None:
        self.word = moving
        await self.report()
        await asyncio.sleep(BOLT_SECONDS)
        self.word = at_rest
        await self.report()
