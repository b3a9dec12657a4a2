"""Zigbee devices that do something and are no lamps: a wall switch, a plug, a radiator valve, a curtain."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from gateway.demo.device import Truth
from gateway.demo.foundling import Appliance
from gateway.demo.zigbee_child import Child, State
from gateway.demo.zigbee_exposes import (
    ALL,
    READ,
    WRITE,
    Model,
    battery,
    binary,
    enum,
    link_quality,
    numeric,
    specific,
    switch_state,
)

METER_SECONDS = 0.2
TRAVEL_STEPS = 20
STEP_SECONDS = 0.1
WATTS = 61.3


@dataclass(frozen=True, slots=True)
class Gang:
    """One key of a wall switch."""

    switch: Child
    part: str
    kind: ClassVar[str] = "SWITCH"
    modes: ClassVar[Collection[str]] = ()
    refuses: ClassVar[Mapping[str, str]] = {}
    settles: ClassVar[bool] = False

    @property
    def id(self) -> str:
        """That of the switch, and its own end."""
        return f"{self.hardware}-{self.part}"

    @property
    def called(self) -> str:
        """After the switch, and which one it is."""
        return f"{self.switch.called} {self.part}"

    @property
    def hardware(self) -> str:
        """That of the switch."""
        return self.switch.hardware

    @property
    def name(self) -> str:
        """That of the switch."""
        return self.switch.name

    @property
    def moving(self) -> bool:
        """Never."""
        return False

    def truth(self) -> Truth:
        """On or off."""
        return {"power": self.switch.state[f"state_{self.part}"] == "ON"}

    async def until(self, wanted: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait until something about it is so. Raises TimeoutError."""
        await self.switch.until(wanted, seconds)


class WallSwitch(Child):
    """Two keys on one hardware address; `state` alone, without an endpoint, it does not have."""

    kind = "SWITCH"
    model = Model(
        "Dari Electric",
        "DE-W2",
        "Wall switch with two keys",
        (
            specific("switch", switch_state(), endpoint="left"),
            specific("switch", switch_state(), endpoint="right"),
            link_quality(),
        ),
        clusters=("genBasic", "genOnOff"),
        endpoints=("left", "right"),
    )

    def __init__(self, hardware: str, name: str) -> None:
        super().__init__(hardware, name, {"state_left": "OFF", "state_right": "ON"})

    @property
    def appliances(self) -> tuple[Appliance, ...]:
        """One for each key."""
        return (Gang(self, "left"), Gang(self, "right"))


class MeteringPlug(Child):
    """The meter follows the switch a moment later, in a message of its own."""

    kind = "SMARTPLUG"
    model = Model(
        "Dari Electric",
        "DE-P1",
        "Smart plug with a meter",
        (
            specific("switch", switch_state()),
            numeric("power", "W", READ | 4),
            numeric("energy", "kWh", READ | 4),
            binary("child_lock", "LOCK", "UNLOCK", WRITE),
            enum("power_on_behavior", "off", "on", "previous", access=ALL, category="config"),
            link_quality(),
        ),
        clusters=("genBasic", "genOnOff", "seMetering", "haElectricalMeasurement"),
    )

    def __init__(self, hardware: str, name: str) -> None:
        state = {"state": "ON", "power": WATTS, "energy": 128.74}
        super().__init__(hardware, name, state | {"child_lock": "UNLOCK", "power_on_behavior": "previous"})

    def truth(self) -> Truth:
        """On or off, and what the meter shows."""
        return {
            "power": self.state["state"] == "ON",
            "power_use": self.state["power"],
            "energy": self.state["energy"],
        }

    @property
    def moving(self) -> bool:
        """Whether the meter has not followed yet."""
        return bool(self.state["power"] != self._watts())

    def _watts(self) -> float:
        return WATTS if self.state["state"] == "ON" else 0

    async def move(self) -> None:
        """The meter."""
        while True:
            await self.until(lambda: self.moving)
            await asyncio.sleep(METER_SECONDS)
            await self.report(power=self._watts())


class RadiatorValve(Child):
    """A valve on batteries that nobody can ask; being away is a switch of its own beside the modes."""

    kind = "THERMOSTAT"
    modes = ("indoor", "away")
    retain = True
    model = Model(
        "Ondol Works",
        "OW-V5",
        "Radiator valve",
        (
            specific(
                "climate",
                numeric("current_heating_setpoint", "°C", WRITE, low=5, high=30, step=0.5),
                numeric("local_temperature", "°C"),
                enum("system_mode", "off", "heat", "auto", access=WRITE),
                enum("running_state", "idle", "heat"),
            ),
            specific("switch", binary("state", "ON", "OFF", WRITE) | {"property": "away_mode"}),
            binary("child_lock", "LOCK", "UNLOCK", WRITE),
            battery(),
            link_quality(),
        ),
        battery=True,
        clusters=("genBasic", "manuSpecificTuya"),
    )

    def __init__(self, hardware: str, name: str) -> None:
        state = {"current_heating_setpoint": 21.5, "local_temperature": 19.8, "system_mode": "heat"}
        more = {"running_state": "heat", "away_mode": "OFF", "child_lock": "UNLOCK", "battery": 68}
        super().__init__(hardware, name, state | more)

    def truth(self) -> Truth:
        """Celsius, and whether anybody is at home; that it heats is no mode of a thermostat."""
        return {
            "power": self.state["system_mode"] != "off",
            "target_temperature": self.state["current_heating_setpoint"],
            "current_temperature": self.state["local_temperature"],
            "mode": "away" if self.state["away_mode"] == "ON" else "indoor",
            "battery": self.state["battery"],
        }

    def set(self, key: str, value: Any) -> State:
        """A new mode or target also changes whether it heats."""
        news = super().set(key, float(value) if key == "current_heating_setpoint" else value)
        after = self.state | news
        warm = after["system_mode"] == "off" or after["current_heating_setpoint"] <= after["local_temperature"]
        return news | {"running_state": "idle" if warm else "heat"}


class CurtainMotor(Child):
    """Asked for a position, the bridge says that position at once; asked to open or close, it waits for the motor."""

    kind = "SMARTCURTAIN"
    model = Model(
        "Dari Electric",
        "DE-C1",
        "Curtain motor",
        (
            specific(
                "cover",
                enum("state", "OPEN", "CLOSE", "STOP", access=WRITE),
                numeric("position", "%", ALL, low=0, high=100),
            ),
            link_quality(),
        ),
        clusters=("genBasic", "closuresWindowCovering"),
    )

    def __init__(self, hardware: str, name: str) -> None:
        super().__init__(hardware, name, {"state": "OPEN", "position": 100})
        self.position = self._target = 100

    def truth(self) -> Truth:
        """How far it really is open, in percent."""
        return {"opening": self.position}

    @property
    def moving(self) -> bool:
        """Whether the motor runs."""
        return self.position != self._target

    def set(self, key: str, value: Any) -> State:
        """A position, or OPEN, CLOSE and STOP."""
        value = super().set(key, round(float(value)) if key == "position" else str(value).upper())[key]
        self._target = {"OPEN": 100, "CLOSE": 0, "STOP": self.position}[value] if key == "state" else value
        if value == "STOP":
            return self.read()
        return {key: value} if key == "position" else {}

    def read(self) -> State:
        """Where it really is."""
        return {"position": self.position, "state": "OPEN" if self.position else "CLOSE"}

    async def move(self) -> None:
        """Run the motor, telling where it is."""
        while True:
            await self.until(lambda: self.moving)
            while self.moving:
                await asyncio.sleep(STEP_SECONDS)
                stride = 100 // TRAVEL_STEPS
                self.position += max(-stride, min(stride, self._target - self.position))
                await self.report(**self.read())
