"""An air purifier that describes itself to Home Assistant in one document. The broker keeps all that it says."""

import asyncio
import json
from collections.abc import Iterator

from gateway.demo.device import Report, Truth
from gateway.demo.esphome import PREFIX, Config
from gateway.demo.foundling import Foundling, switch_word

BREATH_SECONDS = 20.0


class AirPurifier(Foundling):
    """One document with a base topic for the whole device; it announces itself again when Home Assistant comes up."""

    kind = "AIRPURIFIER"
    dialect = "homeassistant"
    modes = ("auto", "sleep")
    fastest = 3

    def __init__(self, hardware: str, name: str, room: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.room = room
        self.topic = f"purifier/{hardware}"
        self.availability = f"{self.topic}/status"
        keys = ("power", "speed", "preset", "restart")
        self.commands = (*(f"{self.topic}/{key}/set" for key in keys), f"{PREFIX}/status")
        self.on = True
        self.speed = 2
        self.preset = "auto"
        self.pm25 = 9
        self.humidity = 44
        self.is_clogged = False

    def truth(self) -> Truth:
        """The speed from 1 to 3, micrograms, percent."""
        return {
            "power": self.on,
            "fan_speed": self.speed,
            "mode": self.preset,
            "ultrafine_dust": self.pm25,
            "humidity": self.humidity,
        }

    def greetings(self) -> Iterator[Report]:
        """The document."""
        yield Report(f"{PREFIX}/device/{self.hardware}/config", json.dumps(self._document(), ensure_ascii=False))

    def reports(self) -> Iterator[Report]:
        """One object for everything."""
        state = {"power": "ON" if self.on else "OFF", "speed": self.speed if self.on else 0, "preset": self.preset}
        measured = {"pm25": self.pm25, "humidity": self.humidity, "filter": 62, "clogged": self.is_clogged}
        yield Report(f"{self.topic}/state", json.dumps(state | measured))

    async def hear(self, topic: str, payload: str) -> None:
        """A value on its topic; a speed switches it on, 0 off."""
        if topic == f"{PREFIX}/status":
            await self.publish(*(self.greetings() if payload == "online" else ()))
        match topic.removeprefix(f"{self.topic}/"):
            case "power/set":
                self.on = switch_word(payload, self.on)
            case "speed/set" if 0 <= int(payload) <= self.fastest:
                self.on = payload != "0"
                self.speed = int(payload) or self.speed
            case "preset/set" if payload in self.modes:
                self.preset = payload
            case "speed/set" | "preset/set":
                raise ValueError(f"{topic} cannot be {payload}")
        await self.report()

    async def go_wrong(self) -> None:
        """Nothing goes through its filter any more."""
        self.is_clogged = True
        await self.report()

    async def come_right(self) -> None:
        """It has a new one."""
        self.is_clogged = False
        await self.report()

    async def live(self) -> None:
        """Somebody cooks, and it cleans up."""
        while True:
            await asyncio.sleep(BREATH_SECONDS)
            self.pm25 = max(4, self.pm25 - self.speed) if self.on else min(80, self.pm25 + 3)
            await self.report()

    def _document(self) -> Config:
        mac = ":".join(self.hardware[at : at + 2] for at in range(0, 12, 2)).upper()
        fan = {
            "p": "fan",
            "name": None,
            "cmd_t": "~/power/set",
            "stat_val_tpl": "{{ value_json.power }}",
            "pct_cmd_t": "~/speed/set",
            "pct_stat_t": "~/state",
            "pct_val_tpl": "{{ value_json.speed }}",
            "spd_rng_min": 1,
            "spd_rng_max": self.fastest,
            "pr_mode_cmd_t": "~/preset/set",
            "pr_mode_stat_t": "~/state",
            "pr_mode_val_tpl": "{{ value_json.preset }}",
            "pr_modes": list(self.modes),
        }
        components = {
            "fan": fan,
            "pm25": _sensor("pm25", "µg/m³", "초미세먼지", dev_cla="pm25"),
            "humidity": _sensor("humidity", "%", "습도", dev_cla="humidity"),
            "filter": _sensor("filter", "%", "필터", ent_cat="diagnostic"),
            "clogged": {
                "p": "binary_sensor",
                "name": "필터 막힘",
                "dev_cla": "problem",
                "ent_cat": "diagnostic",
                "val_tpl": "{{ 'ON' if value_json.clogged else 'OFF' }}",
            },
            "restart": {"p": "button", "name": "다시 시작", "cmd_t": "~/restart/set", "ent_cat": "config"},
        }
        for key, component in components.items():
            component["uniq_id"] = f"{self.hardware}_{key}"
        return {
            "~": self.topic,
            "dev": {
                "ids": [f"purifier_{self.hardware}"],
                "cns": [["mac", mac]],
                "name": self.name,
                "mf": "Baram",
                "mdl": "Air purifier BR-300",
                "sw": "3.1",
                "sa": self.room,
            },
            "o": {"name": "baram2mqtt", "sw": "3.1", "url": "https://baram.example"},
            "avty_t": "~/status",
            "stat_t": "~/state",
            "qos": 1,
            "cmps": components,
        }


def _sensor(key: str, unit: str, name: str, **more: str) -> Config:
    template = "{{ value_json.%s }}" % key  # noqa: UP031  # braces stay braces
    return {"p": "sensor", "name": name, "unit_of_meas": unit, "val_tpl": template} | more
