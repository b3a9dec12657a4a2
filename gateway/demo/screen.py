"""A television that tells its channel, its volume and its input."""

from typing import Any

from gateway.demo.device import JsonDevice, Truth

LOUDEST = 60


class Television(JsonDevice):
    """Inputs and channels have names of the owner's."""

    kind = "SMARTTV"
    inputs = {"셋톱박스": "HDMI1", "게임기": "HDMI2", "TV": "TUNER"}  # noqa: RUF012  # a table
    stations = {"KBS1": 9, "MBC": 11, "SBS": 6}  # noqa: RUF012  # a table

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.state = {"on": True, "volume": 12, "mute": False, "channel": 9, "input": "TUNER"}

    def traits(self) -> dict[str, Any]:
        """A channel's name is a way to set its number."""
        return {
            "on_off": self.slot("on", on=True, off=False),
            "volume": self.slot("volume", limits=[0, LOUDEST]),
            "mute": self.slot("mute", on=True, off=False),
            "channel": self.slot("channel", limits=[1, 999]),
            "channel_name": self.slot("channel", names=self.stations),
            "input_source": self.slot("input", names=self.inputs),
        }

    def truth(self) -> Truth:
        """The names are the owner's."""
        (source,) = (name for name, word in self.inputs.items() if word == self.state["input"])
        stations = {number: name for name, number in self.stations.items()}
        now = {
            "power": self.state["on"],
            "volume": self.state["volume"],
            "mute": self.state["mute"],
            "channel": self.state["channel"],
            "input_source": source,
        }
        return now | {"channel_name": stations.get(self.state["channel"], "")}

    def change(self, key: str, value: Any) -> None:
        """Volume and channel are whole numbers."""
        super().change(key, round(float(value)) if key in ("volume", "channel") else value)
