"""What only reports: a smoke sensor, an air sensor; and a robot that has a battery."""

import asyncio
from typing import Any

from gateway.demo.device import JsonDevice, Truth

BREATH_SECONDS = 20.0


class SmokeSensor(JsonDevice):
    """Smoke and battery."""

    kind = "SMOKESENSOR"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.commands = ()
        self.state = {"smoke": False, "battery": 97}

    def traits(self) -> dict[str, Any]:
        """Smoke is a JSON boolean."""
        return {"smoke": self.read("smoke", on=True, off=False), "battery": self.read("battery")}

    def truth(self) -> Truth:
        """As it stands."""
        return dict(self.state)

    async def catch_fire(self) -> None:
        """There is smoke."""
        self.state["smoke"] = True
        await self.report()

    async def clear(self) -> None:
        """The smoke is gone."""
        self.state["smoke"] = False
        await self.report()


class AirSensor(JsonDevice):
    """Temperature and humidity."""

    kind = "AIRSENSOR"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.commands = ()
        self.state = {"temperature": 24.6, "humidity": 47}

    def traits(self) -> dict[str, Any]:
        """Both are only read."""
        return {"current_temperature": self.read("temperature"), "humidity": self.read("humidity")}

    def truth(self) -> Truth:
        """Celsius and percent."""
        return {"current_temperature": self.state["temperature"], "humidity": self.state["humidity"]}

    async def live(self) -> None:
        """Humidity goes up and down."""
        while True:
            await asyncio.sleep(BREATH_SECONDS)
            self.state["humidity"] += 1 if self.state["humidity"] < 50 else -3
            await self.report()


class RobotVacuum(JsonDevice):
    """It cleans or it does not."""

    kind = "ROBOTVACUUM"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.state = {"cleaning": False, "battery": 64}

    def traits(self) -> dict[str, Any]:
        """Cleaning is its switch."""
        return {"on_off": self.slot("cleaning", on=True, off=False), "battery": self.read("battery")}

    def truth(self) -> Truth:
        """As it stands."""
        return {"power": self.state["cleaning"], "battery": self.state["battery"]}
