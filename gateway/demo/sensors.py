"""What only reports: sensors of smoke, air and a window, a notice board; and a robot that has a battery."""

import asyncio
from typing import Any

from gateway.demo.device import JsonDevice, Truth

BREATH_SECONDS = 20.0


class SmokeSensor(JsonDevice):
    """Smoke and battery."""

    kind = "SMOKESENSOR"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.commands = ()
        self.state = {"smoke": False, "battery": 97}

    def traits(self) -> dict[str, Any]:
        """Smoke is a JSON boolean."""
        return {"smoke": self.read("smoke", on=True, off=False), "battery": self.read("battery")}

    def truth(self) -> Truth:
        """As it stands."""
        return dict(self.state)

    async def go_wrong(self) -> None:
        """There is smoke."""
        self.state["smoke"] = True
        await self.report()

    async def come_right(self) -> None:
        """The smoke is gone."""
        self.state["smoke"] = False
        await self.report()


class AirSensor(JsonDevice):
    """Temperature and humidity."""

    kind = "AIRSENSOR"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.commands = ()
        self.state = {"temperature": 24.6, "humidity": 47}

    def traits(self) -> dict[str, Any]:
        """Both are only read."""
        return {"current_temperature": self.read("temperature"), "humidity": self.read("humidity")}

    def truth(self) -> Truth:
        """Celsius and percent."""
        return {"current_temperature": self.state["temperature"], "humidity": self.state["humidity"]}

    async def live(self) -> None:
        """Humidity goes up and down."""
        while True:
            await asyncio.sleep(BREATH_SECONDS)
            self.state["humidity"] += 1 if self.state["humidity"] < 50 else -3
            await self.report()


class RobotVacuum(JsonDevice):
    """It cleans or it does not."""

    kind = "ROBOTVACUUM"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.state = {"cleaning": False, "docked": False, "battery": 64}

    def traits(self) -> dict[str, Any]:
        """Cleaning is its switch; it says when it is back at its dock."""
        charge = {"command": self.commands[0], "payload": '{"dock": true}'}
        return {
            "on_off": self.slot("cleaning", on=True, off=False),
            "battery": self.read("battery"),
            "do": {"charge": charge | {"state": self.topic, "path": "docked", "until": True}},
        }

    def truth(self) -> Truth:
        """As it stands."""
        return {"power": self.state["cleaning"], "battery": self.state["battery"]}

    def change(self, key: str, value: Any) -> None:
        """It is at its dock or cleans."""
        if key == "dock":
            self.state |= {"cleaning": False, "docked": True}
        elif key == "cleaning":
            self.state |= {"cleaning": value, "docked": False}


class WindowSensor(JsonDevice):
    """Open or shut, as Zigbee2MQTT tells it: contact is true while it is shut."""

    kind = "OPENCLOSESENSOR"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.commands = ()
        self.state = {"contact": True, "battery": 88}

    def traits(self) -> dict[str, Any]:
        """When it was opened and shut the gateway remembers by itself."""
        return {"contact": self.read("contact", opened=False, closed=True), "battery": self.read("battery")}

    def truth(self) -> Truth:
        """Whether it is open, in CLOVA's word."""
        return {"contact": "CLOSED" if self.state["contact"] else "OPENED", "battery": self.state["battery"]}

    async def go_wrong(self) -> None:
        """Its battery is nearly empty."""
        self.state["battery"] = 7
        await self.report()

    async def come_right(self) -> None:
        """Somebody has put in a new one."""
        self.state["battery"] = 88
        await self.report()

    async def swing(self) -> None:
        """It is opened, and shut again."""
        for contact in (False, True):
            self.state["contact"] = contact
            await self.report()


class NoticeBoard(JsonDevice):
    """What the apartment's office has to say."""

    kind = "BUILDING_NOTICE_MONITOR"

    def __init__(self, device_id: str, name: str, location: str = "", lively: bool = False) -> None:
        super().__init__(device_id, name, location, lively)
        self.commands = ()
        self.state = {"items": [{"title": "승강기 점검"}, {"title": "물탱크 청소"}]}

    def traits(self) -> dict[str, Any]:
        """A list of objects with titles."""
        return {"notices": self.read("items")}

    def truth(self) -> Truth:
        """The titles."""
        return {"notices": [item["title"] for item in self.state["items"]]}
