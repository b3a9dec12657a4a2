"""Devices that run Tasmota: a metering plug here; see `tasmota_light` and `tasmota_shutter` for the others.

Nothing but the discovery documents and LWT is kept by the broker. A command is answered on `stat/<topic>/RESULT`, also
one without a value, which only asks; telemetry comes on `tele/<topic>` from time to time.
"""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from gateway.demo.device import Report, Truth
from gateway.demo.foundling import Foundling, switch_word

RELAYS = 8
METER_SECONDS = 0.2
LIVE_SECONDS = 30.0
WATTS = 47.0

State = dict[str, Any]


class Tasmota(Foundling):
    """What all of them have in common. `relays`: 1 is a switch, 2 a light, 3 half of a shutter."""

    dialect = "tasmota"
    availability_words = ("Online", "Offline")
    module: str
    relays: tuple[int, ...] = (1,)
    light_type = 0
    inputs: tuple[str, ...] = ()
    """The names of its inputs (SwitchText). They are detached (SetOption114), and do as what is wired to them does."""

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.topic = f"tasmota_{hardware[-6:].upper()}"
        self.availability = f"tele/{self.topic}/LWT"
        self.commands = (f"cmnd/{self.topic}/+",)

    def status(self) -> State:
        """Its part of STATE."""
        return {}

    def sensors(self) -> State:
        """Its part of SENSOR."""
        return {}

    def greetings(self) -> Iterator[Report]:
        """The two documents that it is discovered by."""
        mac = self.hardware.upper()
        yield Report(f"tasmota/discovery/{mac}/config", json.dumps(self._config(mac), ensure_ascii=False))
        yield Report(f"tasmota/discovery/{mac}/sensors", json.dumps({"sn": self._timed(self.sensors()), "ver": 1}))

    def reports(self) -> Iterator[Report]:
        """Telemetry."""
        yield self.says("STATE", self._state(), prefix="tele")
        if self.sensors():
            yield self.says("SENSOR", self._timed(self.sensors()), prefix="tele")

    def says(self, what: str, said: State | str, prefix: str = "stat") -> Report:
        """One message that the broker does not keep."""
        return Report(f"{prefix}/{self.topic}/{what}", said if isinstance(said, str) else json.dumps(said), False)

    def results(self, **results: Any) -> Report:
        """The answer to a command."""
        return self.says("RESULT", results)

    async def hear(self, topic: str, payload: str) -> None:
        """A command is the last level of the topic, its value the payload; Backlog has several in its payload."""
        name = topic.rpartition("/")[2].upper()
        if name not in ("BACKLOG", "BACKLOG0"):
            await self._run(name, payload.strip())
            return
        for command in payload.split(";"):
            name, _, value = command.strip().partition(" ")
            await self._run(name.upper(), value.strip())

    async def command(self, name: str, value: str) -> Iterator[Report] | None:  # noqa: ARG002  # it has none
        """What one command of its own brings about, and what is answered; None if it does not know it.

        Raises ValueError for a value that makes no sense.
        """
        return None

    async def live(self) -> None:
        """Telemetry, for as long as it has power."""
        while True:
            await asyncio.sleep(LIVE_SECONDS)
            await self.report()

    async def _run(self, name: str, value: str) -> None:
        try:
            answer = self._answer_any(name, value) or await self.command(name, value)
        except ValueError:
            await self.publish(self.results(Command="Error"))
            raise
        await self.publish(*(answer or (self.results(Command="Unknown"),)))
        self._wake()
        if not self.moving:
            self._tell()

    def _answer_any(self, name: str, value: str) -> Iterator[Report] | None:
        match name, value:
            case "STATE", _:
                return iter((self.says("RESULT", self._state()),))
            case "STATUS", "8" | "10":
                return iter((self.says(f"STATUS{value}", {"StatusSNS": self._timed(self.sensors())}),))
            case "STATUS", "11":
                return iter((self.says("STATUS11", {"StatusSTS": self._state()}),))
            case (("STATUS" | "FADE" | "SPEED" | "NODELAY"), _):
                return iter(())
        return None

    def _state(self) -> State:
        wifi = {"AP": 1, "SSId": "home", "Channel": 6, "Mode": "11n", "RSSI": 82, "Signal": -59}
        return self._timed({"Uptime": "3T04:05:06", "UptimeSec": 273906, "Sleep": 50} | self.status() | {"Wifi": wifi})

    def _timed(self, state: State) -> State:
        return {"Time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")} | state

    def _config(self, mac: str) -> State:
        def row(*values: Any, rest: Any) -> list[Any]:
            return [*values, *[rest] * (RELAYS - len(values))]

        options = ("4", "11", "13", "17", "20", "30", "68", "73", "82", "114", "117")
        return {
            "ip": f"192.0.2.{int(mac[-2:], 16) % 250 + 1}",
            "dn": self.name,
            "fn": row(self.name, rest=None),
            "hn": f"tasmota-{mac[-6:]}-{int(mac[-4:], 16) % 8192:04d}",
            "mac": mac,
            "md": self.module,
            "ty": 0,
            "if": 0,
            "ofln": "Offline",
            "onln": "Online",
            "state": ["OFF", "ON", "TOGGLE", "HOLD"],
            "sw": "14.4.1",
            "t": self.topic,
            "ft": "%prefix%/%topic%/",
            "tp": ["cmnd", "stat", "tele"],
            "rl": row(*self.relays, rest=0),
            "swc": row(*(1 for _ in self.inputs), rest=-1),
            "swn": row(*self.inputs, rest=None),
            "btn": row(rest=0),
            "so": dict.fromkeys(options, 0) | {"114": int(bool(self.inputs))},
            "lk": 1 if self.light_type else 0,
            "lt_st": self.light_type,
            "bat": 0,
            "dslp": 0,
            "sho": [0, 0, 0, 0],
            "sht": [[0, 0, 0]] * 4,
            "ver": 1,
        }


class Switched(Tasmota):
    """One with a POWER of its own."""

    on = True

    def status(self) -> State:
        """POWER, as there is only one."""
        return {"POWER": self.word()}

    def word(self) -> str:
        """ON or OFF."""
        return "ON" if self.on else "OFF"

    async def command(self, name: str, value: str) -> Iterator[Report] | None:
        """POWER. It is answered twice."""
        if name not in ("POWER", "POWER1", "POWER0"):
            return None
        if value:
            self.on = switch_word({"1": "ON", "0": "OFF", "2": "TOGGLE"}.get(value, value), self.on)
        return self.power()

    def power(self) -> Iterator[Report]:
        """What is said of POWER."""
        yield self.results(POWER=self.word())
        yield self.says("POWER", self.word())


class TasmotaPlug(Switched):
    """A plug whose meter tells by itself when the load changes (PowerDelta), a moment after the switch."""

    kind = "SMARTPLUG"
    module = "NOUS A1T"

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.watts = WATTS
        self.energy = 84.207

    def truth(self) -> Truth:
        """On or off, and what the meter shows."""
        return {"power": self.on, "power_use": self.watts, "energy": self.energy}

    @property
    def moving(self) -> bool:
        """Whether the meter has not followed yet."""
        return self.watts != self._load()

    def sensors(self) -> State:
        """ENERGY, as a meter has it."""
        amperes = round(self.watts / 221, 3)
        used = {"TotalStartTime": "2025-01-02T03:04:05", "Total": self.energy, "Yesterday": 0.412, "Today": 0.187}
        volts = {"ApparentPower": round(self.watts), "ReactivePower": 0, "Factor": 1.0, "Voltage": 221}
        return {"ENERGY": used | {"Power": round(self.watts)} | volts | {"Current": amperes}}

    def reports(self) -> Iterator[Report]:
        """The switch as well, as after every start."""
        yield from self.power()
        yield from super().reports()

    async def move(self) -> None:
        """The meter."""
        while True:
            await self.until(lambda: self.moving)
            await asyncio.sleep(METER_SECONDS)
            self.watts = self._load()
            await self.publish(self.says("SENSOR", self._timed(self.sensors()), prefix="tele"))
            self._wake()
            self._tell()

    def _load(self) -> float:
        return WATTS if self.on else 0.0
