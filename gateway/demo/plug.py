"""A smart plug with power metering, in the manner of Tasmota: words on one topic, JSON telemetry on another."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from gateway.demo.device import Report, Truth, VirtualDevice

WATTS = 38.5
TELEMETRY_SECONDS = 1.0


class Plug(VirtualDevice):
    """The meter is told from time to time and not retained; the switch is retained."""

    kind = "SMARTPLUG"
    availability_words = ("Online", "Offline")

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.commands = (f"cmnd/{device_id}/POWER",)
        self.availability = f"tele/{device_id}/LWT"
        self._switch = f"stat/{device_id}/POWER"
        self._sensor = f"tele/{device_id}/SENSOR"
        self.on = True

    def traits(self) -> dict[str, Any]:
        """A switch and a meter."""
        return {
            "on_off": {"command": self.commands[0], "state": self._switch, "on": "ON", "off": "OFF"},
            "power_use": {"state": self._sensor, "path": "ENERGY.Power"},
        }

    def truth(self) -> Truth:
        """On or off, and what it draws."""
        return {"power": self.on, "power_use": self._watts()}

    def reports(self) -> Iterator[Report]:
        """The meter first, so that whoever has heard the switch has heard both."""
        yield self._telemetry()
        yield Report(self._switch, "ON" if self.on else "OFF")

    async def obey(self, payload: str) -> None:
        """ON, OFF or TOGGLE; anything else is only answered."""
        word = payload.strip().upper()
        self.on = {"ON": True, "OFF": False, "TOGGLE": not self.on}.get(word, self.on)
        await self.report()

    async def move(self) -> None:
        """Telemetry, for as long as it has power."""
        while self._client is not None:
            await asyncio.sleep(TELEMETRY_SECONDS)
            telemetry = self._telemetry()
            await self._client.publish(telemetry.topic, telemetry.payload)

    def _telemetry(self) -> Report:
        return Report(self._sensor, json.dumps({"ENERGY": {"Power": self._watts()}}), retain=False)

    def _watts(self) -> float:
        return WATTS if self.on else 0.0
