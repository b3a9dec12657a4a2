"""A curtain with a motor: it travels, says where it is on the way, and can be stopped."""

import asyncio
from collections.abc import Iterator
from typing import Any

from gateway.demo.device import Report, Truth, VirtualDevice

STEP_PERCENT = 5
STEP_SECONDS = 0.07


class Curtain(VirtualDevice):
    """Position 0 (closed) to 100 (open)."""

    kind = "SMARTCURTAIN"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self._position_topic = f"{self.topic}/position"
        self.position = 100
        self._target = 100

    def traits(self) -> dict[str, Any]:
        """A position, and a stop on the same topic."""
        command = self.commands[0]
        stop = {"command": command, "payload": "STOP"}
        return {"opening": {"command": command, "state": self._position_topic, "stop": stop}}

    def truth(self) -> Truth:
        """How far it is open, in percent."""
        return {"opening": self.position}

    def reports(self) -> Iterator[Report]:
        """The position."""
        yield Report(self._position_topic, str(self.position))

    async def obey(self, payload: str) -> None:
        """A position, or OPEN, CLOSE, STOP. It answers with where it is, and then goes."""
        places = {"OPEN": 100, "CLOSE": 0, "STOP": self.position}
        self._target = places[payload] if payload in places else min(100, max(0, round(float(payload))))
        await self.report()

    @property
    def moving(self) -> bool:
        """Whether the motor runs."""
        return self.position != self._target

    async def move(self) -> None:
        """Run the motor while there is somewhere to go."""
        while True:
            await self.until(lambda: self.moving)
            await asyncio.sleep(STEP_SECONDS)
            left = self._target - self.position
            self.position += max(-STEP_PERCENT, min(STEP_PERCENT, left))
            await self.report()
