"""A roller shutter that runs Tasmota: two relays, and a position that is told while it moves."""

import asyncio
from collections.abc import Iterator

from gateway.demo.device import Report, Truth
from gateway.demo.foundling import percent
from gateway.demo.tasmota import State, Tasmota

STEP_PERCENT = 5
STEP_SECONDS = 0.1
STEPS_A_REPORT = 4


class TasmotaShutter(Tasmota):
    """Every command but stop is answered with `Shutter1`: where it is now, which way it goes, and where to."""

    kind = "SMARTCURTAIN"
    module = "Dual R3"
    relays = (3, 3)

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.position = self._target = 100

    def truth(self) -> Truth:
        """How far it is open, in percent."""
        return {"opening": self.position}

    @property
    def moving(self) -> bool:
        """Whether the motor runs."""
        return self.position != self._target

    def status(self) -> State:
        """The relays: the first opens, the second closes."""
        return {f"POWER{relay}": word for relay, word in self._relays().items()}

    def sensors(self) -> State:
        """Where it is, which way it goes, and where to."""
        direction = (self._target > self.position) - (self._target < self.position)
        return {"Shutter1": {"Position": self.position, "Direction": direction, "Target": self._target, "Tilt": 0}}

    async def command(self, name: str, value: str) -> Iterator[Report] | None:
        """ShutterPosition1, ShutterOpen1, ShutterClose1 and ShutterStop1; the number may be left out."""
        match name.removesuffix("1"):
            case "SHUTTEROPEN":
                self._target = 100
            case "SHUTTERCLOSE":
                self._target = 0
            case "SHUTTERPOSITION":
                self._target = percent(value) if value else self._target
            case "SHUTTERSTOP":
                self._target = self.position
                return iter((self.results(ShutterStop="Done"),))
            case _:
                return None
        return iter((*self._relay_reports(), self.results(**self.sensors())))

    async def move(self) -> None:
        """Run the motor: told on the way, and when it stands."""
        while True:
            await self.until(lambda: self.moving)
            steps = 0
            while self.moving:
                await asyncio.sleep(STEP_SECONDS)
                self.position += max(-STEP_PERCENT, min(STEP_PERCENT, self._target - self.position))
                steps += 1
                if self.moving and not steps % STEPS_A_REPORT:
                    await self.publish(self.results(**self.sensors()))
                self._wake()
            await self.publish(*self._relay_reports(), self.says("SHUTTER1", str(self.position)))
            await self.publish(self.results(**self.sensors()))
            self._tell()

    def _relays(self) -> dict[int, str]:
        up, down = self._target > self.position, self._target < self.position
        return {1: "ON" if up else "OFF", 2: "ON" if down else "OFF"}

    def _relay_reports(self) -> Iterator[Report]:
        for relay, word in self._relays().items():
            yield self.results(**{f"POWER{relay}": word})
            yield self.says(f"POWER{relay}", word)
