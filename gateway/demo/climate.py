"""What warms, cools and blows: a thermostat, an air conditioner and a fan. JSON on one topic each."""

import asyncio
from typing import Any

from gateway.demo.device import JsonDevice, Truth

DRIFT_SECONDS = 5.0
DRIFT_CELSIUS = 0.1


class _Climate(JsonDevice):
    """Power, a target, and a room that slowly follows it."""

    limits: tuple[int, int]
    step: float
    modes: dict[str, str]
    """CLOVA's name: the device's word, in the order of ChangeMode."""

    def traits(self) -> dict[str, Any]:
        """On, target, room and mode."""
        return {
            "on_off": self.slot("power", on="ON", off="OFF"),
            "target_temperature": self.slot("target", limits=list(self.limits), step=self.step),
            "current_temperature": self.read("current"),
            "mode": self.slot("mode", modes=self.modes),
        }

    def truth(self) -> Truth:
        """Celsius, and the mode by CLOVA's name."""
        names = {word: name for name, word in self.modes.items()}
        return {
            "power": self.state["power"] == "ON",
            "target_temperature": self.state["target"],
            "current_temperature": self.state["current"],
            "mode": names[self.state["mode"]],
        }

    def change(self, key: str, value: Any) -> None:
        """It keeps its target within its limits, and its modes to those it has."""
        if key == "target":
            value = min(float(self.limits[1]), max(float(self.limits[0]), float(value)))
        if key == "current" or (key == "mode" and value not in self.modes.values()):
            raise ValueError(f"{key} cannot be {value}")
        super().change(key, value)

    async def live(self) -> None:
        """The room follows the target."""
        while True:
            await asyncio.sleep(DRIFT_SECONDS)
            left = self.state["target"] - self.state["current"]
            if self.state["power"] == "ON" and left:
                await self.warm_to(self.state["current"] + max(-DRIFT_CELSIUS, min(DRIFT_CELSIUS, left)))

    async def warm_to(self, celsius: float) -> None:
        """The room gets so warm."""
        self.state["current"] = round(celsius, 1)
        await self.report()


class Thermostat(_Climate):
    """Floor heating, 18 to 30 degrees by halves."""

    kind = "THERMOSTAT"
    limits = (18, 30)
    step = 0.5
    modes = {"heat": "HEAT", "away": "AWAY"}  # noqa: RUF012  # a table

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.state = {"power": "ON", "mode": "HEAT", "target": 22.0, "current": 20.5}


class AirConditioner(_Climate):
    """Whole degrees from 16 to 30, three speeds by word."""

    kind = "AIRCONDITIONER"
    limits = (16, 30)
    step = 1.0
    modes = {"cool": "COOL", "dehumidify": "DRY", "auto": "AUTO"}  # noqa: RUF012  # a table
    speeds = ("LOW", "MID", "HIGH")

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.state = {"power": "OFF", "mode": "COOL", "fan": "LOW", "target": 26.0, "current": 27.5}

    def traits(self) -> dict[str, Any]:
        """A fan as well."""
        return super().traits() | {"fan_speed": self.slot("fan", words=list(self.speeds))}

    def truth(self) -> Truth:
        """The fan's speed as 1, 2 or 3."""
        return super().truth() | {"fan_speed": self.speeds.index(self.state["fan"]) + 1}


class Fan(JsonDevice):
    """Three speeds by number, three modes."""

    kind = "FAN"
    modes = {"auto": "normal", "sleep": "sleep", "baby": "natural"}  # noqa: RUF012  # a table

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.state = {"on": False, "speed": 1, "mode": "normal"}

    def traits(self) -> dict[str, Any]:
        """Its switch says true and false."""
        return {
            "on_off": self.slot("on", on=True, off=False),
            "fan_speed": self.slot("speed"),
            "mode": self.slot("mode", modes=self.modes),
        }

    def truth(self) -> Truth:
        """As it stands, by CLOVA's names."""
        (mode,) = (name for name, word in self.modes.items() if word == self.state["mode"])
        return {"power": self.state["on"], "fan_speed": self.state["speed"], "mode": mode}
