"""A Shelly of the first generation: a dimmer. Words and JSON under `shellies/<id>`, where only `online` is kept."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from gateway.demo.device import Report, Truth
from gateway.demo.foundling import Foundling, percent, switch_word

UPDATE_SECONDS = 30.0
WATT_MINUTES = 4127


class ShellyDimmer(Foundling):
    """A brightness alone does not switch it on: that takes "turn", or the word on the command topic.

    The name its owner gave it, it does not tell over MQTT.
    """

    kind = "LIGHT"
    dialect = "shelly"
    availability_words = ("true", "false")

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.device = f"shellydimmer2-{hardware.upper()}"
        self.topic = f"shellies/{self.device}"
        self.availability = f"{self.topic}/online"
        own = ("light/0/command", "light/0/set", "command")
        self.commands = (*(f"{self.topic}/{end}" for end in own), "shellies/command")
        self.on = True
        self.brightness = 70
        self.is_hot = False

    def truth(self) -> Truth:
        """Percent, and what the meter shows."""
        meter = {"power_use": self._watts(), "energy": round(WATT_MINUTES / 60_000, 4)}
        return {"power": self.on, "brightness": self.brightness} | meter

    def greetings(self) -> Iterator[Report]:
        """It announces itself to everybody."""
        told = {"id": self.device, "model": "SHDM-2", "mac": self.hardware.upper(), "ip": "192.0.2.78"}
        announced = json.dumps(told | {"new_fw": False, "fw_ver": "20230913-114244/v1.14.0-g0000000"})
        yield Report("shellies/announce", announced, retain=False)
        yield Report(f"{self.topic}/announce", announced, retain=False)

    def reports(self) -> Iterator[Report]:
        """The light in a word and in JSON, its meter, and everything in one."""
        status = {"ison": self.on, "source": "mqtt", "has_timer": False, "timer_started": 0, "timer_duration": 0}
        status |= {"timer_remaining": 0, "mode": "white", "brightness": self.brightness, "transition": 0}
        told: dict[str, Any] = {
            "light/0": "on" if self.on else "off",
            "light/0/status": status,
            "light/0/power": f"{self._watts():.2f}",
            "light/0/energy": str(WATT_MINUTES),
            "temperature": "41.30",
            "overtemperature": "1" if self.is_hot else "0",
            "overpower": "0",
            "loaderror": "0",
            "input/0": "0",
            "input/1": "0",
            "info": {
                "wifi_sta": {"connected": True, "ssid": "home", "ip": "192.0.2.78", "rssi": -63},
                "mqtt": {"connected": True},
                "mac": self.hardware.upper(),
                "lights": [status],
                "meters": [{"power": self._watts(), "is_valid": True, "total": WATT_MINUTES}],
                "overtemperature": self.is_hot,
                "uptime": 61_000,
            },
        }
        for topic, said in told.items():
            yield Report(f"{self.topic}/{topic}", said if isinstance(said, str) else json.dumps(said), retain=False)

    async def hear(self, topic: str, payload: str) -> None:
        """A word or an object for the light, or a question to all devices."""
        match topic.removeprefix(f"{self.topic}/"):
            case "light/0/command":
                self.on = switch_word(payload, self.on)
            case "light/0/set":
                self._set(json.loads(payload))
            case _ if payload == "announce":
                await self.publish(*self.greetings())
                return
            case _ if payload != "update":
                raise ValueError(f"{payload} is no command")
        await self.report()

    async def go_wrong(self) -> None:
        """It gets too hot."""
        self.is_hot = True
        await self.report()

    async def come_right(self) -> None:
        """It has cooled down."""
        self.is_hot = False
        await self.report()

    async def live(self) -> None:
        """It repeats everything."""
        while True:
            await asyncio.sleep(UPDATE_SECONDS)
            await self.report()

    def _set(self, asked: Any) -> None:
        if not isinstance(asked, dict):
            raise ValueError("an object is expected")
        if "brightness" in asked:
            self.brightness = max(1, percent(asked["brightness"]))
        if "turn" in asked:
            self.on = switch_word(asked["turn"], self.on)

    def _watts(self) -> float:
        return round(self.brightness * 0.11, 2) if self.on else 0.0
