"""A home with an appliance of every type, on a real broker: all are listed with their whole row, and they work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiomqtt
import pytest

from tests.clova.casefiles import config_of, wirings_of
from tests.clova.documented import MESSAGES, TYPES, violations
from tests.clova.obedient import EVERY_TYPE, Obedient
from tests.fakes.mosquitto import PATIENCE_SECONDS
from tests.whole.conftest import Build, House

pytestmark = pytest.mark.broker


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The gateway, and all of its things on the broker."""

    region: str
    house: House
    things: Obedient
    heard: list[tuple[str, str]]

    async def ask(self, action: str, device: str | None = None, kind: str = "", **asked: Any) -> dict[str, Any]:
        """The payload of the answer, which is the paired one, as documented."""
        reply = await self.house.clova.ask(f"{action}Request", device, **asked)
        assert reply.status == 200
        assert violations(self.region, f"{action}Request", reply.message, kind) == []
        assert reply.name == MESSAGES[self.region][action].reply, reply.payload
        return {name: value for name, value in reply.payload.items() if name != "applianceResponseTimestamp"}


async def until_all_is_heard(house: House, things: Obedient) -> None:
    """What is said last is heard last."""
    last = things.device_at([*things.state][-1])
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (await house.status(f"/devices/{last}"))["state"]:
            pass


@asynccontextmanager
async def neighbourhood(build: Build, region: str) -> AsyncIterator[Neighbourhood]:
    text = EVERY_TYPE[region].read_text(encoding="utf-8")
    things = Obedient(wirings_of(config_of(text.encode(), region)))
    house: House = await build(text, budget="4s", region=region)
    heard: list[tuple[str, str]] = []
    async with aiomqtt.Client("127.0.0.1", house.broker.port) as client:
        for topic in things.commands():
            await client.subscribe(topic, qos=1)
        for topic, payload in things.says().items():
            await client.publish(topic, payload, qos=1)
        await until_all_is_heard(house, things)

        async def obey() -> None:
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                heard.append((message.topic.value, message.payload.decode()))
                for topic, payload in things.obey(*heard[-1]):
                    await client.publish(topic, payload, qos=1)

        obeying = asyncio.create_task(obey())
        try:
            yield Neighbourhood(region, house, things, heard)
        finally:
            obeying.cancel()
            await asyncio.gather(obeying, return_exceptions=True)


@pytest.mark.parametrize(("region", "count"), [("kr", 57), ("jp", 44)])
async def test_discovery_lists_every_type_with_its_whole_row(build: Build, region: str, count: int) -> None:
    async with neighbourhood(build, region) as home:
        found = (await home.ask("DiscoverAppliances"))["discoveredAppliances"]
    assert len(found) == count
    assert {one["applianceTypes"][0]: tuple(one["actions"]) for one in found} == TYPES[region]


async def test_the_appliances_of_a_korean_home_answer_and_obey(build: Build) -> None:
    async with neighbourhood(build, "kr") as home:
        ask = home.ask
        assert await ask("GetPhase", "rice-cooker", "RICECOOKER") == {"phase": {"value": "보온"}}
        assert await ask("GetBMI", "scale", "BODYWEIGHTSCALE") == {"bmi": {"value": 22.7}}
        assert await ask("GetNotice", "notices") == {"notice": ["지하 주차장 청소", "소방 점검"]}
        assert await ask("GetPackage", "parcels") == {"package": ["쌀 한 포대"]}
        places = [{"name": "34나 5678", "value": "지하 3층 C12"}]
        assert await ask("GetVehicleLocation", "parking") == {"vehicleLocationList": places}
        assert await ask("CallElevator", "elevator") == {}
        assert home.heard == [("apt/elevator/call", "1203")]

        fridge = {"targetTemperature": {"value": 5}, "endpoint": {"value": "fridge"}}
        assert await ask("SetTargetTemperature", "fridge", "REFRIGERATOR", **fridge) == fridge
        assert home.heard[-1] == ("kitchen/fridge/set", '{"cooler":5}')
        louder = {"targetVolume": {"value": 15}, "previousState": {"targetVolume": {"value": 12}}}
        assert await ask("IncrementVolume", "tv", "SMARTTV", deltaVolume={"value": 3}) == louder
        assert home.heard[-1] == ("tv/set/volume", "15")
        assert await ask("Stop", "rice-cooker", "RICECOOKER") == {"phase": {"value": "보온"}}
        assert await ask("SetLockState", "gas-valve", "SMARTVALVE", lockState="LOCKED") == {"lockState": "LOCKED"}
        assert await ask("GetLockState", "gas-valve", "SMARTVALVE") == {"lockState": "LOCKED"}


async def test_the_appliances_of_a_japanese_home_answer_and_obey(build: Build) -> None:
    async with neighbourhood(build, "jp") as home:
        ask = home.ask
        assert await ask("TurnOn", "aircon", "AIRCONDITIONER") == {
            "mode": {"value": "cool"},
            "fanSpeed": {"value": 2},
            "targetTemperature": {"value": 24.5},
        }
        assert await ask("SetMode", "aircon", "AIRCONDITIONER", mode={"value": "blower"}) == {
            "mode": {"value": "blower"}
        }
        assert home.heard[-1] == ("home/living/ac/set", '{"mode":"FAN"}')
        colder = {"targetTemperature": {"value": -20}}
        assert await ask("SetFreezerTargetTemperature", "fridge", "REFRIGERATOR", **colder) == colder
        assert await ask("ChangeInputSource", "tv", "SMARTTV", count={"value": 2}) == {}
        assert home.heard[-1] == ("tv/set/input", "hdmi2")
        assert await ask("GetDeviceState", "washer", "CLOTHESWASHER") == {
            "states": [
                {"name": "電源", "value": "オフ"},
                {"name": "工程", "value": "すすぎ"},
                {"name": "残り時間", "value": "34分"},
            ]
        }
        assert await ask("ReleaseMode", "bath-boiler", "WATERBOILER", mode={"value": "washing"}) == {
            "mode": {"value": "hotwater"},
            "previousState": {"value": "washing"},
        }
