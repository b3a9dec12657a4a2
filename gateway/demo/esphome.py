"""Devices that describe themselves to Home Assistant: a node that runs ESPHome, and firmware with one document for all.

States are kept by the broker, as both do it by default.
"""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from gateway.demo.device import Report, Truth
from gateway.demo.foundling import Foundling, switch_word

PREFIX = "homeassistant"
BREATH_SECONDS = 20.0

Config = dict[str, Any]


class EspAirConditioner(Foundling):
    """An ESPHome node with a climate and a sensor: a document for each, short keys, all topics in full."""

    kind = "AIRCONDITIONER"
    dialect = "homeassistant"
    modes = ("cool", "dehumidify")
    words = ("cool", "dry")
    speeds = ("low", "medium", "high")
    limits = (16, 30)

    def __init__(self, hardware: str, name: str, room: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.room = room
        self.topic = f"aircon-{hardware[-6:]}"
        self.availability = f"{self.topic}/status"
        self._climate = f"{self.topic}/climate/climate"
        self.commands = tuple(f"{self._climate}/{key}/command" for key in ("mode", "target_temperature", "fan_mode"))
        self.on = False
        self.mode = "cool"
        self.speed = "low"
        self.target = 25.0
        self.current = 27.2

    def truth(self) -> Truth:
        """Celsius and the speed from 1 to 3; off it has no mode."""
        running = {"mode": self.modes[self.words.index(self.mode)]} if self.on else {}
        return {
            "power": self.on,
            "target_temperature": self.target,
            "current_temperature": self.current,
            "fan_speed": self.speeds.index(self.speed) + 1,
        } | running

    def greetings(self) -> Iterator[Report]:
        """The climate, which has no name of its own, and the sensor."""
        low, high = self.limits
        climate = {
            "curr_temp_t": f"{self._climate}/current_temperature/state",
            "mode_cmd_t": f"{self._climate}/mode/command",
            "mode_stat_t": f"{self._climate}/mode/state",
            "modes": ["off", *self.words],
            "temp_cmd_t": f"{self._climate}/target_temperature/command",
            "temp_stat_t": f"{self._climate}/target_temperature/state",
            "min_temp": low,
            "max_temp": high,
            "temp_step": 0.5,
            "temp_unit": "C",
            "fan_mode_cmd_t": f"{self._climate}/fan_mode/command",
            "fan_mode_stat_t": f"{self._climate}/fan_mode/state",
            "fan_modes": list(self.speeds),
            "name": "",
        }
        sensor = {
            "dev_cla": "temperature",
            "unit_of_meas": "°C",
            "stat_cla": "measurement",
            "name": "실내 온도",
            "stat_t": f"{self.topic}/sensor/room/state",
        }
        yield self._document("climate", "climate", climate, "3f1c0a57")
        yield self._document("sensor", "room", sensor, "b27d5e90")

    def reports(self) -> Iterator[Report]:
        """All of the climate, and the sensor; temperatures with one digit."""
        yield Report(f"{self.topic}/sensor/room/state", f"{self.current:.1f}")
        yield Report(f"{self._climate}/current_temperature/state", f"{self.current:.1f}")
        yield Report(f"{self._climate}/target_temperature/state", f"{self.target:.1f}")
        yield Report(f"{self._climate}/fan_mode/state", self.speed)
        yield Report(f"{self._climate}/mode/state", self.mode if self.on else "off")

    async def hear(self, topic: str, payload: str) -> None:
        """One value on its topic. What it logs goes out over MQTT as well, in colour."""
        key, word = topic.split("/")[-2], payload.strip().lower()
        log = f"\x1b[0;36m[D][climate:010]: '{self.name}' - {key}: {payload}\x1b[0m"
        await self.publish(Report(f"{self.topic}/debug", log, retain=False))
        match key:
            case "target_temperature":
                low, high = self.limits
                self.target = min(float(high), max(float(low), float(word)))
            case "fan_mode" if word in self.speeds:
                self.speed = word
            case "mode" if word in ("off", *self.words):
                self.on = word != "off"
                self.mode = word if self.on else self.mode
            case _:
                raise ValueError(f"{key} cannot be {payload}")
        await self.report()

    async def live(self) -> None:
        """The room gets colder while it cools, and warmer while it does not."""
        while True:
            await asyncio.sleep(BREATH_SECONDS)
            goal = self.target if self.on else 28.0
            self.current = round(self.current + max(-0.2, min(0.2, goal - self.current)), 1)
            await self.report()

    def _document(self, component: str, object_id: str, own: Config, digest: str) -> Report:
        node = {
            "avty_t": self.availability,
            "uniq_id": f"{self.hardware}-{component}-{digest}",
            "dev": {
                "ids": self.hardware,
                "name": self.name,
                "sw": "2025.2.0 (config hash 0x1d2e3f40)",
                "mdl": "esp32dev",
                "mf": "Espressif",
                "sa": self.room,
                "cns": [["mac", self.hardware]],
            },
        }
        document = json.dumps(own | node, ensure_ascii=False)
        return Report(f"{PREFIX}/{component}/{self.topic}/{object_id}/config", document)


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
        measured = {"pm25": self.pm25, "humidity": self.humidity, "filter": 62}
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
