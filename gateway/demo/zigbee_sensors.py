"""Zigbee devices that only tell: motion, smoke, a door or window, air. Their states are kept by the broker."""

import asyncio

from gateway.demo.device import Truth
from gateway.demo.zigbee_child import Child
from gateway.demo.zigbee_exposes import Model, battery, binary, link_quality, numeric

BREATH_SECONDS = 20.0
VISIT_SECONDS = 7.0


class MotionSensor(Child):
    """Somebody is there, or was not for a while. It wakes up only to tell."""

    kind = "MOTIONSENSOR"
    retain = True
    model = Model(
        "Sori Sensors",
        "SS-M2",
        "Motion sensor with a light meter",
        (
            binary("occupancy", on=True, off=False),
            binary("tamper", on=True, off=False),
            numeric("illuminance", "lx"),
            battery(),
            link_quality(),
        ),
        battery=True,
        clusters=("genBasic", "genPowerCfg", "msOccupancySensing", "msIlluminanceMeasurement"),
    )

    def __init__(self, hardware: str, name: str) -> None:
        super().__init__(hardware, name, {"occupancy": False, "tamper": False, "illuminance": 118, "battery": 91})

    def truth(self) -> Truth:
        """Whether it sees somebody."""
        return {"motion": self.state["occupancy"], "battery": self.state["battery"]}

    async def see(self, somebody: bool) -> None:
        """Somebody comes, or nobody has been there for a while."""
        await self.report(occupancy=somebody)

    async def go_wrong(self) -> None:
        """Somebody takes it off the wall."""
        await self.report(tamper=True)

    async def come_right(self) -> None:
        """It is back."""
        await self.report(tamper=False)

    async def stir(self) -> None:
        """Somebody comes by."""
        for somebody in (True, False):
            await self.see(somebody)

    async def live(self) -> None:
        """Somebody comes, and goes."""
        while True:
            await asyncio.sleep(VISIT_SECONDS)
            await self.see(not self.state["occupancy"])


class SmokeDetector(Child):
    """On the ceiling; it can also be tested, and its cover can be off."""

    kind = "SMOKESENSOR"
    retain = True
    model = Model(
        "Sori Sensors",
        "SS-F1",
        "Smoke detector",
        (
            binary("smoke", on=True, off=False),
            binary("battery_low", on=True, off=False, category="diagnostic"),
            binary("test", on=True, off=False, category="diagnostic"),
            battery(),
            link_quality(),
        ),
        battery=True,
        clusters=("genBasic", "genPowerCfg", "ssIasZone"),
    )

    def __init__(self, hardware: str, name: str) -> None:
        super().__init__(hardware, name, {"smoke": False, "battery_low": False, "test": False, "battery": 96})

    def truth(self) -> Truth:
        """Whether there is smoke."""
        return {"smoke": self.state["smoke"], "battery": self.state["battery"]}

    async def go_wrong(self) -> None:
        """There is smoke."""
        await self.report(smoke=True)

    async def come_right(self) -> None:
        """The smoke is gone."""
        await self.report(smoke=False)


class ContactSensor(Child):
    """On a window: `contact` is true while it is shut."""

    kind = "OPENCLOSESENSOR"
    retain = True
    model = Model(
        "Sori Sensors",
        "SS-W1",
        "Window contact",
        (binary("contact", on=False, off=True), battery(), link_quality()),
        battery=True,
        clusters=("genBasic", "genPowerCfg", "genOnOff"),
    )

    def __init__(self, hardware: str, name: str) -> None:
        super().__init__(hardware, name, {"contact": True, "battery": 77})

    def truth(self) -> Truth:
        """Open or shut, in CLOVA's word."""
        return {"contact": "CLOSED" if self.state["contact"] else "OPENED", "battery": self.state["battery"]}

    async def stir(self) -> None:
        """It is opened, and shut again."""
        for contact in (False, True):
            await self.report(contact=contact)


class AirMonitor(Child):
    """Temperature, humidity, fine particles and carbon dioxide, from the mains."""

    kind = "AIRSENSOR"
    retain = True
    model = Model(
        "Sori Sensors",
        "SS-A4",
        "Air quality monitor",
        (
            numeric("temperature", "°C"),
            numeric("humidity", "%"),
            numeric("pm25", "µg/m³"),
            numeric("co2", "ppm"),
            link_quality(),
        ),
        clusters=("genBasic", "msTemperatureMeasurement", "msRelativeHumidity", "pm25Measurement", "msCO2"),
    )

    def __init__(self, hardware: str, name: str) -> None:
        super().__init__(hardware, name, {"temperature": 23.4, "humidity": 51, "pm25": 12, "co2": 742})

    def truth(self) -> Truth:
        """Celsius, percent, micrograms, parts per million."""
        return {
            "current_temperature": self.state["temperature"],
            "humidity": self.state["humidity"],
            "ultrafine_dust": self.state["pm25"],
            "carbon_dioxide": self.state["co2"],
        }

    async def live(self) -> None:
        """Somebody breathes, and airs the room when it is too much."""
        while True:
            await asyncio.sleep(BREATH_SECONDS)
            await self.report(co2=self.state["co2"] + 25 if self.state["co2"] < 1000 else 450)
