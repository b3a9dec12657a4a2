"""Shelly devices of the second generation and later: everything is a call and its answer, and notices of changes.

Nothing but `online` is kept by the broker, and there is no list of devices: one asks, on `shellies/command`.
"""

import asyncio
import json
import time
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from gateway.demo.device import Report, Truth
from gateway.demo.foundling import Foundling, switch_word

METER_SECONDS = 0.2
WATTS = 23.4

Status = dict[str, Any]
INVALID, UNKNOWN = -103, 404


class Shelly(Foundling):
    """What all of them have in common. `component` is the one that does something, as "switch:0"."""

    dialect = "shelly"
    availability_words = ("true", "false")
    prefix: str
    model: str
    app: str
    gen = 2
    profile = ""
    component: str
    status_notices = False
    """Whether the owner has switched on `status_ntf`: the whole of a component on a topic of its own."""
    errors: tuple[str, ...] = ()
    """What is wrong with its component."""

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.topic = f"{self.prefix}-{hardware}"
        self.availability = f"{self.topic}/online"
        own = ("rpc", "command", f"command/{self.component}")
        self.commands = (*(f"{self.topic}/{end}" for end in own), "shellies/command")

    @abstractmethod
    def status(self) -> Status:
        """The state of its component."""

    @abstractmethod
    def config(self) -> Status:
        """The settings of its component."""

    @abstractmethod
    def call(self, method: str, params: Status) -> tuple[Any, Status]:
        """Do what a method of its component says: its result, and what of the status changes by it.

        Raises ValueError for wrong parameters, LookupError for a method that it does not have.
        """

    @abstractmethod
    def control(self, word: str) -> tuple[str, Status]:
        """The method and parameters of a word on the control topic. Raises ValueError."""

    def reports(self) -> Iterator[Report]:
        """What there is to say without having been asked."""
        yield self.notice(mqtt={"connected": True})
        yield from self._own_status()

    def notice(self, **changes: Any) -> Report:
        """A NotifyStatus of what has changed."""
        said = {"src": self.topic, "dst": f"{self.topic}/events", "method": "NotifyStatus"}
        return _loose(f"{self.topic}/events/rpc", said | {"params": {"ts": round(time.time(), 2)} | changes})

    async def changed(self, **changes: Any) -> None:
        """Tell what of its component has changed."""
        await self.publish(self.notice(**{self.component: {"id": 0} | changes}), *self._own_status())
        self._wake()
        if not self.moving:
            self._tell()

    async def go_wrong(self) -> None:
        """It gets too hot."""
        self.errors = ("overtemp",)
        await self.changed(errors=self.errors)

    async def come_right(self) -> None:
        """It is well again."""
        self.errors = ()
        await self.changed(errors=None)

    async def hear(self, topic: str, payload: str) -> None:
        """A call, a word for its component, or a question to all devices."""
        match topic.removeprefix(f"{self.topic}/"):
            case "rpc":
                await self._rpc(payload)
            case "shellies/command" | "command" if payload == "announce":
                await self.publish(*(_loose(f"{to}/announce", self.info()) for to in ("shellies", self.topic)))
            case "command" if payload == "status_update":
                await self.publish(*self._whole_status())
            case "shellies/command" | "command":
                raise ValueError(f"{payload} is no command")
            case _:
                method, params = self.control(payload)
                await self.changed(source="MQTT", **self.call(method, params)[1])

    def info(self) -> Status:
        """As Shelly.GetDeviceInfo has it, and the announcement."""
        version = {"fw_id": "20250107-101010/1.4.4-g0000000", "ver": "1.4.4", "app": self.app}
        who = {"name": self.name, "id": self.topic, "mac": self.hardware.upper(), "slot": 0}
        told = who | {"model": self.model, "gen": self.gen} | version | {"auth_en": False, "auth_domain": None}
        return told | ({"profile": self.profile} if self.profile else {})

    async def _rpc(self, payload: str) -> None:
        call = json.loads(payload)
        if not isinstance(call, dict) or "method" not in call:
            raise ValueError("no call")
        params = call.get("params") or {}
        changes: Status = {}
        try:
            if not isinstance(params, dict):
                raise ValueError("params")
            result, changes = self._device_call(call["method"]) or self.call(call["method"], params)
            answer: Status = {"result": result}
        except LookupError:
            answer = {"error": {"code": UNKNOWN, "message": f"No handler for {call['method']}"}}
        except (ValueError, TypeError) as error:
            answer = {"error": {"code": INVALID, "message": f"Invalid argument: {error}"}}
        if "src" in call:
            frame = {"id": call.get("id"), "src": self.topic, "dst": call["src"]}
            await self.publish(_loose(f"{call['src']}/rpc", frame | answer))
        if changes:
            await self.changed(source="MQTT", **changes)

    def _device_call(self, method: str) -> tuple[Any, Status] | None:
        kind = self.component.partition(":")[0].capitalize()
        answers = {
            "Shelly.GetDeviceInfo": self.info,
            "Shelly.GetStatus": self._everything,
            "Shelly.GetConfig": self._settings,
            f"{kind}.GetStatus": self.status,
            f"{kind}.GetConfig": self.config,
        }
        return (answers[method](), {}) if method in answers else None

    def _own_status(self) -> Iterator[Report]:
        if self.status_notices:
            yield _loose(f"{self.topic}/status/{self.component}", self.status())

    def _whole_status(self) -> Iterator[Report]:
        for component, status in self._everything().items():
            yield _loose(f"{self.topic}/status/{component}", status)

    def _everything(self) -> Status:
        device = {"mac": self.hardware.upper(), "restart_required": False, "uptime": 86_000, "cfg_rev": 12}
        wifi = {"sta_ip": "192.0.2.77", "status": "got ip", "ssid": "home", "rssi": -58}
        around = {"ble": {}, "cloud": {"connected": False}, "mqtt": {"connected": True}}
        return around | {self.component: self.status(), "sys": device, "wifi": wifi, "ws": {"connected": False}}

    def _settings(self) -> Status:
        mqtt = {"enable": True, "client_id": self.topic, "topic_prefix": self.topic, "rpc_ntf": True}
        mqtt |= {"status_ntf": self.status_notices, "enable_rpc": True, "enable_control": True}
        device = {"name": self.name, "mac": self.hardware.upper(), "discoverable": True}
        return {self.component: self.config(), "mqtt": mqtt, "sys": {"device": device, "cfg_rev": 12}}


class ShellyPlug(Shelly):
    """A plug with a meter, which follows a moment after the switch."""

    kind = "SMARTPLUG"
    prefix = "shellyplusplugs"
    model = "SNPL-00112EU"
    app = "PlusPlugS"
    component = "switch:0"

    def __init__(self, hardware: str, name: str, lively: bool = False) -> None:
        super().__init__(hardware, name, lively)
        self.on = True
        self.watts = WATTS
        self.watt_hours = 15_308.6

    def truth(self) -> Truth:
        """On or off, and what the meter shows."""
        return {"power": self.on, "power_use": self.watts, "energy": round(self.watt_hours / 1000, 4)}

    @property
    def moving(self) -> bool:
        """Whether the meter has not followed yet."""
        return self.watts != (WATTS if self.on else 0.0)

    def status(self) -> Status:
        """The switch and its meter; energy in watt-hours."""
        meter = {"apower": self.watts, "voltage": 221.4, "current": round(self.watts / 221.4, 3)}
        energy = {
            "total": self.watt_hours,
            "by_minute": [390.0, 390.0, 388.2],
            "minute_ts": int(time.time()) // 60 * 60,
        }
        warm = {"tC": 33.8, "tF": 92.8}
        errors = {"errors": self.errors} if self.errors else {}
        return {"id": 0, "source": "init", "output": self.on, "aenergy": energy, "temperature": warm} | meter | errors

    def config(self) -> Status:
        """Its name, and what it does after a power cut."""
        return {"id": 0, "name": None, "initial_state": "restore_last", "auto_on": False, "auto_off": False}

    def call(self, method: str, params: Status) -> tuple[Any, Status]:
        """Switch.Set and Switch.Toggle."""
        was = self.on
        if method not in ("Switch.Set", "Switch.Toggle"):
            raise LookupError(method)
        if params.get("id") != 0:
            raise ValueError(f"id {params.get('id')}")
        if method == "Switch.Set" and not isinstance(params.get("on"), bool):
            raise ValueError("'on': bool expected")
        self.on = params["on"] if method == "Switch.Set" else not was
        return {"was_on": was}, {"output": self.on} if self.on is not was else {}

    def control(self, word: str) -> tuple[str, Status]:
        """Words: on, off, toggle."""
        return "Switch.Set", {"id": 0, "on": switch_word(word, self.on)}

    async def move(self) -> None:
        """The meter."""
        while True:
            await self.until(lambda: self.moving)
            await asyncio.sleep(METER_SECONDS)
            self.watts = WATTS if self.on else 0.0
            await self.changed(apower=self.watts, current=self.status()["current"])


def _loose(topic: str, said: Any) -> Report:
    return Report(topic, json.dumps(said, ensure_ascii=False), retain=False)
