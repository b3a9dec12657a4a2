"""A spoken request to a real MQTT device and back."""

import asyncio
import json
import sys

import pytest

from tests.fakes.mosquitto import Mosquitto
from tests.fakes.things import echo, silence, thing
from tests.whole.conftest import Build, House

pytestmark = pytest.mark.broker


async def test_a_lamp_is_turned_on_and_confirmed_after_its_echo(house: House) -> None:
    async with thing(house.broker.port, {"lamp/set": silence}) as lamp:
        spoken = asyncio.create_task(house.clova.ask("TurnOnRequest", "lamp"))
        async with asyncio.timeout(5):
            await lamp.arrived.wait()
        assert lamp.heard == [("lamp/set", "ON")]
        assert not spoken.done(), "answered before the lamp has said anything"
        await lamp.say("lamp/state", "ON")
        reply = await spoken
    assert (reply.status, reply.name, reply.payload) == (200, "TurnOnConfirmation", {})


@pytest.mark.alone
async def test_without_an_echo_the_target_is_offline_within_the_budget(build: Build) -> None:
    house: House = await build(budget="4s")
    async with thing(house.broker.port, {"lamp/set": silence}) as lamp:
        reply = await house.clova.ask("TurnOnRequest", "lamp")
        assert reply.name == "TargetOfflineError"
        assert reply.payload == {}
        assert 3.0 < reply.seconds < 4.0
        assert lamp.commands("lamp/set") == ["ON"]
        assert await house.presence("lamp") == "silent"
        await lamp.say("lamp/state", "OFF")
        await house.until_presence("lamp", "online")


@pytest.mark.alone
async def test_after_its_last_will_a_device_is_offline_at_once_and_nothing_is_published(house: House) -> None:
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
        await lamp.say("lamp/online", "0", retain=True)
        await house.until_presence("lamp", "offline")
        reply = await house.clova.ask("TurnOnRequest", "lamp")
        assert reply.name == "TargetOfflineError"
        assert reply.seconds < 0.5
        assert lamp.heard == []


LAMP_WITH_A_WILL = """
import sys
import paho.mqtt.client as mqtt

client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.will_set("lamp/online", "0", qos=1, retain=True)
client.on_connect = lambda *_: client.publish("lamp/online", "1", qos=1, retain=True)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
"""


@pytest.mark.alone
async def test_a_lamp_whose_plug_is_pulled_is_offline_by_its_last_will(house: House) -> None:
    lamp = await asyncio.create_subprocess_exec(sys.executable, "-c", LAMP_WITH_A_WILL, str(house.broker.port))
    try:
        await house.until_presence("lamp", "online")
    finally:
        lamp.kill()
        await lamp.wait()
    await house.until_presence("lamp", "offline")
    reply = await house.clova.ask("TurnOnRequest", "lamp")
    assert reply.name == "TargetOfflineError"
    assert reply.seconds < 0.5


async def test_a_retained_old_state_is_known_but_is_not_the_echo(broker: Mosquitto, build: Build) -> None:
    async with thing(broker.port, {"lamp/set": silence}) as lamp:
        await lamp.say("lamp/state", "ON", retain=True)
        house: House = await build()
        await house.until_state("lamp", on_off=True)
        reply = await house.clova.ask("TurnOnRequest", "lamp")
        assert reply.name == "TargetOfflineError"
        assert lamp.commands("lamp/set") == ["ON"]


async def test_an_unknown_id_is_no_such_target(house: House) -> None:
    reply = await house.clova.ask("TurnOnRequest", "lamp-of-the-neighbours")
    assert (reply.name, reply.payload) == ("NoSuchTargetError", {})


async def test_31_degrees_on_a_range_of_18_to_30_is_refused_with_both_bounds(house: House) -> None:
    async with thing(house.broker.port, {"boiler/set": silence}) as boiler:
        reply = await house.clova.ask("SetTargetTemperatureRequest", "boiler", targetTemperature={"value": 31})
        assert reply.name == "ValueOutOfRangeError"
        assert reply.payload == {"minimumValue": 18, "maximumValue": 30}
        assert boiler.heard == []


async def test_one_flipped_byte_in_the_body_is_401(house: House) -> None:
    body = house.clova.body("TurnOnRequest", "lamp")
    signature = house.clova.sign(body)
    reply = await house.clova.post(body.replace(b"lamp", b"lamq"), signature)
    assert (reply.status, reply.body) == (401, b"")


async def test_the_same_message_twice_gets_the_same_answer_and_one_command(house: House) -> None:
    body = house.clova.body("TurnOnRequest", "lamp")
    signature = house.clova.sign(body)
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
        first, second = await asyncio.gather(*(house.clova.post(body, signature) for _ in range(2)))
        third = await house.clova.post(body, signature)
        assert first.name == "TurnOnConfirmation"
        assert first.body == second.body == third.body
        assert lamp.commands("lamp/set") == ["ON"]


async def test_raising_a_temperature_tells_the_one_before(house: House) -> None:
    def obey(payload: str) -> list[tuple[str, str]]:
        return [("boiler/state", json.dumps({"target": float(payload), "now": 19.3}))]

    async with thing(house.broker.port, {"boiler/set": obey}) as boiler:
        await boiler.say("boiler/state", '{"target": 21.5, "now": 19.3}')
        await house.until_state("boiler", target_temperature=21.5)
        reply = await house.clova.ask("IncrementTargetTemperatureRequest", "boiler", deltaTemperature={"value": 2})
        assert reply.name == "IncrementTargetTemperatureConfirmation"
        assert reply.payload == {
            "targetTemperature": {"value": 23.5},
            "previousState": {"targetTemperature": {"value": 21.5}},
        }
        told = await house.clova.ask("GetCurrentTemperatureRequest", "boiler")
        assert told.payload["currentTemperature"] == {"value": 19.3}
        assert told.payload["applianceResponseTimestamp"].endswith("+09:00")


async def test_a_lock_locks_through_its_moving_state_and_never_unlocks(house: House) -> None:
    def turn(payload: str) -> list[tuple[str, str]]:
        return [("door/state", "LOCKING"), ("door/state", "LOCKED")] if payload == "LOCK" else []

    async with thing(house.broker.port, {"door/set": turn}) as door:
        await door.say("door/state", "UNLOCKED")
        await house.until_state("door", lock="unlocked")
        reply = await house.clova.ask("SetLockStateRequest", "door", lockState="LOCKED")
        assert (reply.name, reply.payload) == ("SetLockStateConfirmation", {"lockState": "LOCKED"})
        assert (await house.clova.ask("GetLockStateRequest", "door")).payload["lockState"] == "LOCKED"
        refused = await house.clova.ask("SetLockStateRequest", "door", lockState="UNLOCKED")
        assert refused.name == "ConditionsNotMetError"
        assert refused.payload["state"]
        assert door.commands("door/set") == ["LOCK"]


@pytest.mark.alone
async def test_a_jammed_lock_is_a_failed_action(house: House) -> None:
    async with thing(house.broker.port, {"door/set": lambda _: [("door/state", "JAMMED")]}):
        reply = await house.clova.ask("SetLockStateRequest", "door", lockState="LOCKED")
        assert reply.name == "ActionFailedError"
        assert reply.seconds < 1.0


async def test_a_device_without_a_state_topic_is_confirmed_by_the_broker_and_listed_as_unconfirmed(
    house: House,
) -> None:
    async with thing(house.broker.port, {"fan/set": silence}) as fan:
        assert (await house.clova.ask("TurnOnRequest", "fan-without-state")).name == "TurnOnConfirmation"
        async with asyncio.timeout(5):
            await fan.arrived.wait()
    found = await house.status("/devices/fan-without-state")
    assert found["confirmed"] is False
    assert found["last_command"]["result"] == "acknowledged"


async def test_discovery_lists_every_device_with_what_it_can_truly_do(house: House) -> None:
    payload = (await house.clova.ask("DiscoverAppliancesRequest")).payload
    assert payload["customCommands"] == []
    lamp, boiler, door, fan = payload["discoveredAppliances"]
    assert (lamp["applianceId"], lamp["friendlyName"], lamp["location"], lamp["tags"]) == (
        "lamp",
        "거실 전등",
        "LIVING_ROOM",
        ["거실"],
    )
    assert set(lamp["actions"]) >= {"TurnOn", "TurnOff", "SetBrightness", "HealthCheck", "GetDeviceState"}
    assert "SetColor" not in lamp["actions"]
    assert {
        "action": "SetTargetTemperature",
        "allowableValue": {"type": "boundedNumber", "minValue": 18.0, "maxValue": 30.0},
    } in boiler["additionalApplianceDetails"]["actionDetails"]
    assert door["actions"] == ["GetDeviceState", "GetLockState", "HealthCheck", "SetLockState"]
    assert fan["actions"] == ["HealthCheck", "TurnOff", "TurnOn"]


async def test_commands_are_never_retained(house: House) -> None:
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}):
        assert (await house.clova.ask("TurnOnRequest", "lamp")).name == "TurnOnConfirmation"
    async with thing(house.broker.port, {"lamp/set": silence, "probe": silence}) as late:
        await late.say("probe", "x")
        async with asyncio.timeout(5):
            await late.arrived.wait()
        assert late.heard == [("probe", "x")]
