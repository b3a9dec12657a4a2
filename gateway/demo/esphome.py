"""Nodes that run ESPHome, and describe themselves to Home Assistant. The broker keeps all that they say."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from gateway.demo.device import Report, Truth
from gateway.demo.foundling import Appliance, Foundling

PREFIX = "homeassistant"
BREATH_SECONDS = 20.0

Config = dict[str, Any]


class EspNode(Foundling):
    """What runs ESPHome: a document for each of its components, short keys, all topics in full."""

    dialect = "homeassistant"
    prefix: str

    def __init__(self, hardware: str, name: str, room: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.room = room
        self.topic = f"{self.prefix}-{hardware[-6:]}"
        self.availability = f"{self.topic}/status"

    def document_of(self, component: str, object_id: str, own: Config, digest: str) -> Report:
        """The document of a component, as every node has it."""
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


class EspLeakSensor(EspNode):
    """Two wires on the floor of the laundry. CLOVA has no type for it: it is heard of only when it raises its alarm."""

    kind = ""
    prefix = "leak"

    def __init__(self, hardware: str, name: str, room: str, lively: bool = False) -> None:
        super().__init__(hardware, name, room, lively)
        self.commands = ()
        self.is_wet = False

    @property
    def appliances(self) -> tuple[Appliance, ...]:
        """None."""
        return ()

    def truth(self) -> Truth:
        """Whether the wires are wet."""
        return {"leak": self.is_wet}

    def greetings(self) -> Iterator[Report]:
        """Its only sensor."""
        moisture = {"dev_cla": "moisture", "name": "누수", "stat_t": self._state}
        yield self.document_of("binary_sensor", "floor", moisture, "91c6e2d4")

    def reports(self) -> Iterator[Report]:
        """In a word."""
        yield Report(self._state, "ON" if self.is_wet else "OFF")

    async def go_wrong(self) -> None:
        """The washing machine runs over."""
        self.is_wet = True
        await self.report()

    async def come_right(self) -> None:
        """Somebody has mopped up."""
        self.is_wet = False
        await self.report()

    @property
    def _state(self) -> str:
        return f"{self.topic}/binary_sensor/floor/state"


class EspAirConditioner(EspNode):
    """One with a climate and a sensor."""

    kind = "AIRCONDITIONER"
    prefix = "aircon"
    modes = ("cool", "dehumidify")
    words = ("cool", "dry")
    speeds = ("low", "medium", "high")
    limits = (16, 30)

    def __init__(self, hardware: str, name: str, room: str, lively: bool = False) -> None:
        super().__init__(hardware, name, room, lively)
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
        yield self.document_of("climate", "climate", climate, "3f1c0a57")
        yield self.document_of("sensor", "room", sensor, "b27d5e90")

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
