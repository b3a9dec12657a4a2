"""A rice cooker: modes it can be released from, a phase that is read aloud, times, a part that wears out."""

from typing import Any

from gateway.demo.device import JsonDevice, Truth

MINUTE, DAY = 60, 86_400


class RiceCooker(JsonDevice):
    """It cooks until it is stopped; its words are its own, and its times are in minutes and days."""

    kind = "RICECOOKER"
    modes = {"general": "cook", "keepwarm": "warm", "reheating": "heat"}  # noqa: RUF012  # a table
    phases = {"soak": "불리기", "boil": "취사", "steam": "뜸 들이기", "idle": "대기"}  # noqa: RUF012  # a table

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.state = {
            "power": True,
            "mode": "warm",
            "step": "boil",
            "left": 25,
            "warm": 135,
            "clean": 12,
            "gasket": 40,
        }

    def traits(self) -> dict[str, Any]:
        """Stopping is a key of its own in the command."""
        stop = {"command": self.commands[0], "payload": '{"stop": true}'}
        return {
            "on_off": self.slot("power", on=True, off=False),
            "mode": self.slot("mode", modes=self.modes, released="general"),
            "phase": self.read("step", words=self.phases),
            "remaining_time": self.read("left", unit="min"),
            "keep_warm_time": self.read("warm", unit="min"),
            "cleaning_time": self.read("clean", unit="d"),
            "parts": {"고무 패킹": {"expendable_usage": self.read("gasket")}},
            "do": {"stop": stop | {"state": self.topic, "path": "step", "until": "idle"}},
        }

    def truth(self) -> Truth:
        """Times in seconds, words by their Korean names."""
        (mode,) = (name for name, word in self.modes.items() if word == self.state["mode"])
        return {
            "power": self.state["power"],
            "mode": mode,
            "phase": self.phases[self.state["step"]],
            "remaining_time": self.state["left"] * MINUTE,
            "keep_warm_time": self.state["warm"] * MINUTE,
            "cleaning_time": self.state["clean"] * DAY,
            "gasket": self.state["gasket"],
        }

    def change(self, key: str, value: Any) -> None:
        """Told to stop it does nothing any more; told a mode it begins anew."""
        if key == "stop":
            self.state |= {"step": "idle", "left": 0}
        elif key == "mode" and value in self.modes.values():
            self.state |= {"mode": value, "step": "boil", "left": 25}
        elif key == "power":
            super().change(key, value)
        else:
            raise ValueError(f"{key} cannot be {value}")
