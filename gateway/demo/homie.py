"""Devices of the Homie convention, versions 4 and 5. All they say is kept by the broker; a `/set` never is."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from gateway.demo.device import Report, Truth
from gateway.demo.foundling import Foundling

OBEY_SECONDS = 0.3
VERSION = 1_735_689_600


class HomieLamp(Foundling):
    """Version 4, as its libraries for small boards write it: the id is the MAC, every attribute has its topic."""

    kind = "LIGHT"
    dialect = "homie"
    availability_words = ("ready", "lost")

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.topic = f"homie/{hardware}"
        self.availability = f"{self.topic}/$state"
        self.commands = tuple(f"{self.topic}/light/{key}/set" for key in ("power", "brightness"))
        self.on = False
        self.brightness = 40

    def truth(self) -> Truth:
        """Percent."""
        return {"power": self.on, "brightness": self.brightness}

    def greetings(self) -> Iterator[Report]:
        """The state "init", and every attribute."""
        mac = ":".join(self.hardware[at : at + 2] for at in range(0, 12, 2)).upper()
        attributes = {
            "$state": "init",
            "$homie": "4.0.0",
            "$name": self.name,
            "$nodes": "light",
            "$extensions": "org.homie.legacy-firmware:0.1.1:[4.x]",
            "$implementation": "esp8266",
            "$localip": "192.0.2.79",
            "$mac": mac,
            "$fw/name": "hue-dimmer",
            "$fw/version": "1.2.0",
            "light/$name": "Light",
            "light/$type": "dimmer",
            "light/$properties": "power,brightness",
            "light/power/$name": "Power",
            "light/power/$datatype": "boolean",
            "light/power/$settable": "true",
            "light/brightness/$name": "Brightness",
            "light/brightness/$datatype": "integer",
            "light/brightness/$format": "0:100",
            "light/brightness/$unit": "%",
            "light/brightness/$settable": "true",
            "light/brightness/$retained": "true",
        }
        yield from (Report(f"{self.topic}/{attribute}", value) for attribute, value in attributes.items())

    def reports(self) -> Iterator[Report]:
        """Both properties."""
        yield Report(f"{self.topic}/light/brightness", str(self.brightness))
        yield Report(f"{self.topic}/light/power", _boolean(self.on))

    async def go_wrong(self) -> None:
        """Something is the matter: of what, it has no word."""
        await self.publish(Report(self.availability, "alert"))

    async def come_right(self) -> None:
        """It is well again."""
        await self.publish(Report(self.availability, "ready"))

    async def hear(self, topic: str, payload: str) -> None:
        """A new value; it is said again once it is so. What is out of range is not taken at all."""
        if topic.endswith("/power/set"):
            self.on = {"true": True, "false": False}.get(payload, self.on)
            if payload not in ("true", "false"):
                raise ValueError(f"{payload} is no boolean")
        else:
            brightness = int(payload)
            if not 0 <= brightness <= 100:
                raise ValueError(f"{brightness} is not within 0 and 100")
            self.brightness = brightness
        await self.report()


class HomieThermostat(Foundling):
    """Version 5: one description, and a `$target` as soon as a value is accepted, before it is reached."""

    kind = "THERMOSTAT"
    dialect = "homie"
    refuses = {"SetMode": "UnsupportedOperationError"}  # noqa: RUF012  # a table
    """None of its modes is one that CLOVA has for a thermostat."""
    availability_words = ("ready", "lost")
    words = ("off", "heat", "auto")
    limits = (10.0, 30.0)

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.topic = f"homie/5/{hardware}"
        self.availability = f"{self.topic}/$state"
        self.commands = tuple(f"{self.topic}/heating/{key}/set" for key in ("setpoint", "mode"))
        self._values = {"setpoint": "20.5", "mode": "heat"}
        self._targets = dict(self._values)
        self._mode = "heat"
        self.temperature = 19.4
        self.humidity = 46

    def truth(self) -> Truth:
        """Celsius; the mode is the last one that was not off."""
        return {
            "power": self._values["mode"] != "off",
            "target_temperature": float(self._values["setpoint"]),
            "current_temperature": self.temperature,
            "humidity": self.humidity,
            "mode": self._mode,
        }

    @property
    def moving(self) -> bool:
        """Whether it has accepted something that is not so yet."""
        return self._values != self._targets

    def greetings(self) -> Iterator[Report]:
        """The state "init", and the description."""
        yield Report(self.availability, "init")
        yield Report(f"{self.topic}/$description", json.dumps(self._description(), ensure_ascii=False))

    def reports(self) -> Iterator[Report]:
        """Every value, and what it is to become."""
        for key, target in self._targets.items():
            yield Report(f"{self.topic}/heating/{key}/$target", target)
        yield Report(f"{self.topic}/heating/temperature", str(self.temperature))
        yield Report(f"{self.topic}/heating/humidity", str(self.humidity))
        for key, value in self._values.items():
            yield Report(f"{self.topic}/heating/{key}", value)

    async def go_wrong(self) -> None:
        """Its pump is stuck, and it says so until that is over."""
        await self.publish(Report(f"{self.topic}/$alert/pump", "순환 펌프가 멈췄습니다"))

    async def come_right(self) -> None:
        """The alert is taken back."""
        await self.publish(Report(f"{self.topic}/$alert/pump", ""))

    async def hear(self, topic: str, payload: str) -> None:
        """Accept a value, and say so with its target, byte for byte."""
        key = topic.split("/")[-2]
        if key == "mode" and payload not in self.words:
            raise ValueError(f"{payload} is no mode")
        if key == "setpoint" and not self.limits[0] <= float(payload) <= self.limits[1]:
            raise ValueError(f"{payload} is out of range")
        self._targets[key] = payload
        await self.publish(Report(f"{self.topic}/heating/{key}/$target", payload))
        self._wake()

    async def move(self) -> None:
        """What was accepted comes about."""
        while True:
            await self.until(lambda: self.moving)
            await asyncio.sleep(OBEY_SECONDS)
            news = {key: value for key, value in self._targets.items() if value != self._values[key]}
            self._values |= news
            self._mode = self._values["mode"] if self._values["mode"] != "off" else self._mode
            await self.publish(*(Report(f"{self.topic}/heating/{key}", value) for key, value in news.items()))
            self._wake()
            self._tell()

    def _description(self) -> dict[str, Any]:
        low, high = self.limits
        settable = {"settable": True}
        properties = {
            "setpoint": {"name": "Setpoint", "datatype": "float", "format": f"{low:g}:{high:g}:0.5", "unit": "°C"}
            | settable,
            "mode": {"name": "Mode", "datatype": "enum", "format": ",".join(self.words)} | settable,
            "temperature": {"name": "Temperature", "datatype": "float", "unit": "°C"},
            "humidity": {"name": "Humidity", "datatype": "integer", "format": "0:100", "unit": "%"},
        }
        node = {"name": "Heating", "type": "thermostat", "properties": properties}
        return {"homie": "5.0", "version": VERSION, "name": self.name, "nodes": {"heating": node}}


def _boolean(value: bool) -> str:
    return "true" if value else "false"
