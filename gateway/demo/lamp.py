"""A dimmable colour lamp, in the manner of Zigbee2MQTT: JSON, brightness 0 to 255, white in mireds, a short ramp."""

import asyncio
from typing import Any

from gateway.demo.device import JsonDevice, Truth

RAMP_STEPS = 5
RAMP_STEP_SECONDS = 0.06
FULL = 255


class Lamp(JsonDevice):
    """Brightness ramps and is reported on the way; setting it turns the lamp on, and 0 turns it off."""

    kind = "LIGHT"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.state = {
            "state": "ON",
            "brightness": 204,
            "color_mode": "color_temp",
            "color": {"h": 30, "s": 60},
            "color_temp": 370,
        }
        self._target = 204

    def traits(self) -> dict[str, Any]:
        """All on one topic."""
        return {
            "on_off": self.slot("state", on="ON", off="OFF"),
            "brightness": self.slot("brightness", range=[0, FULL]),
            "color": self.slot("color", form="hs", as_object=True),
            "color_temperature": self.slot("color_temp", unit="mired", limits=[2200, 6500]),
        }

    def truth(self) -> Truth:
        """Percent, degrees and kelvin."""
        color = self.state["color"]
        return {
            "power": self.state["state"] == "ON",
            "brightness": round(self.state["brightness"] * 100 / FULL),
            "color": (round(color["h"]), round(color["s"])),
            "color_temperature": round(1_000_000 / self.state["color_temp"]),
        }

    def change(self, key: str, value: Any) -> None:
        """What each key brings with it."""
        match key:
            case "brightness":
                self._target = min(FULL, max(0, round(float(value))))
                self.state["state"] = "ON" if self._target else "OFF"
            case "color" | "color_temp":
                self.state["color_mode"] = "hs" if key == "color" else "color_temp"
                super().change(key, value)
            case _:
                super().change(key, value)

    @property
    def moving(self) -> bool:
        """Whether the ramp is under way."""
        return bool(self.state["brightness"] != self._target)

    async def move(self) -> None:
        """Ramp, reporting each step."""
        while True:
            await self.until(lambda: self.moving)
            goal = self._target
            stride = (goal - self.state["brightness"]) / RAMP_STEPS
            for left in reversed(range(RAMP_STEPS)):
                await asyncio.sleep(RAMP_STEP_SECONDS)
                if self._target != goal:
                    break
                self.state["brightness"] = round(goal - stride * left)
                await self.report()
