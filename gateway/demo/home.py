"""The virtual home: one device of each sort, those that describe themselves, and what their owner would write."""

import asyncio
from collections.abc import Callable
from typing import Any

from gateway.demo.climate import AirConditioner, Fan, Thermostat
from gateway.demo.curtain import Curtain
from gateway.demo.device import Address, Subject, VirtualDevice
from gateway.demo.found import found_devices
from gateway.demo.foundling import Appliance, Foundling
from gateway.demo.kitchen import RiceCooker
from gateway.demo.lamp import Lamp
from gateway.demo.lock import Lock
from gateway.demo.plug import Plug
from gateway.demo.screen import Television
from gateway.demo.sensors import AirSensor, NoticeBoard, RobotVacuum, SmokeSensor, WindowSensor
from gateway.demo.shelly import ShellyPlug
from gateway.demo.shelly_gen1 import ShellyDimmer
from gateway.demo.zigbee import Bridge
from gateway.demo.zigbee_lock import DoorLock

CONNECT_SECONDS = 10.0


class Home:
    """All devices. `lively` makes them change of their own accord; `tell` hears of every change."""

    def __init__(self, lively: bool = False, tell: Callable[[str], None] | None = None) -> None:
        self.lamp = Lamp("living-light", "거실 전등", "LIVING_ROOM", lively)
        self.plug = Plug("kitchen-plug", "주방 플러그", "KITCHEN", lively)
        self.lock = Lock("front-door", "현관 도어락", "ENTRANCE", lively)
        self.thermostat = Thermostat("living-boiler", "거실 보일러", "LIVING_ROOM", lively)
        self.conditioner = AirConditioner("bedroom-aircon", "안방 에어컨", "MAIN_ROOM", lively)
        self.fan = Fan("study-fan", "서재 선풍기", "LIBRARY", lively)
        self.curtain = Curtain("living-curtain", "거실 커튼", "LIVING_ROOM", lively)
        self.smoke = SmokeSensor("kitchen-smoke", "주방 연기 감지기", "KITCHEN", lively)
        self.air = AirSensor("bedroom-air", "안방 공기 센서", "MAIN_ROOM", lively)
        self.robot = RobotVacuum("robot", "로봇 청소기", "LIVING_ROOM", lively)
        self.window = WindowSensor("study-window", "서재 창문", "LIBRARY", lively)
        self.cooker = RiceCooker("rice-cooker", "밥솥", "KITCHEN", lively)
        self.television = Television("living-tv", "거실 텔레비전", "LIVING_ROOM", lively)
        self.board = NoticeBoard("notices", "아파트 알림", "", lively)
        self.devices: tuple[VirtualDevice, ...] = (
            self.lamp,
            self.plug,
            self.lock,
            self.thermostat,
            self.conditioner,
            self.fan,
            self.curtain,
            self.smoke,
            self.air,
            self.robot,
            self.window,
            self.cooker,
            self.television,
            self.board,
        )
        self.found: tuple[Foundling, ...] = found_devices(lively)
        """Those that describe themselves."""
        self.bridge = next(device for device in self.found if isinstance(device, Bridge))
        self.back_door = next(child for child in self.bridge.children if isinstance(child, DoorLock))
        self.entrance_plug = next(device for device in self.found if isinstance(device, ShellyPlug))
        for device in (*self.devices, *self.found):
            device.tell = tell

    @property
    def appliances(self) -> tuple[Appliance, ...]:
        """What those that describe themselves should become."""
        return tuple(appliance for one in self.found for appliance in one.appliances)

    @property
    def everything(self) -> tuple[Subject, ...]:
        """What an alarm can be about."""
        return (*self.devices, *self.appliances, *self.untold)

    @property
    def untold(self) -> tuple[Foundling, ...]:
        """Those that describe themselves and become nothing that CLOVA has a type for."""
        return tuple(one for one in self.found if not one.appliances)

    def documents(self) -> list[dict[str, Any]]:
        """The devices that their owner describes."""
        return [device.document() for device in self.devices]

    def remarks(self) -> list[dict[str, Any]]:
        """What their owner has to say of those that are found: that a lock may be locked by voice, and one name."""
        locks = (appliance for appliance in self.appliances if appliance.kind == "SMARTLOCK")
        dimmers = (device for device in self.found if isinstance(device, ShellyDimmer))
        exposed = [{"match": {"ieee": lock.hardware}, "expose": True} for lock in locks]
        return [*exposed, *({"match": {"mac": one.hardware}, "name": one.name} for one in dimmers)]

    def scenes(self) -> list[dict[str, Any]]:
        """The `scenes` section of the configuration."""
        return [{"name": "좋은아침", "do": [{self.lamp.id: "TurnOn"}, {self.curtain.id: "Open"}]}]

    async def start(self, tasks: asyncio.TaskGroup, broker: Address) -> list[asyncio.Task[None]]:
        """Plug everything in, and wait until it is there."""
        devices = (*self.devices, *self.found)
        running = [tasks.create_task(device.run(broker), name=device.id) for device in devices]
        for device in devices:
            await device.until(lambda device=device: device.online, CONNECT_SECONDS)  # type: ignore[misc]
        return running

    async def stir(self) -> None:
        """Have happen what one can ask about afterwards."""
        await self.window.swing()
        for device in self.found:
            await device.stir()
