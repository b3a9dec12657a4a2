"""The broker goes, stalls, refuses and comes back; the gateway never lies about it."""

import asyncio
import signal
import time

import pytest

from tests.fakes.mosquitto import PATIENCE_SECONDS, Mosquitto
from tests.fakes.things import echo, silence, thing
from tests.whole.conftest import DEVICES, Build, House, running

pytestmark = pytest.mark.broker


@pytest.mark.alone
async def test_a_killed_broker_refuses_commands_and_works_within_3_s_of_its_return(house: House) -> None:
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
        await lamp.say("lamp/state", "OFF", retain=True)
        await lamp.say("lamp/online", "1", retain=True)
        await house.until_state("lamp", on_off=False)
    house.broker.signal(signal.SIGKILL)

    refused = await house.clova.ask("TurnOnRequest", "lamp")
    assert refused.name == "TargetOfflineError"
    assert refused.seconds < 1.5
    assert (await house.clova.ask("GetDeviceStateRequest", "lamp")).name == "TargetOfflineError"
    assert (await house.clova.ask("HealthCheckRequest", "lamp")).payload["isReachable"] is False
    assert len((await house.clova.ask("DiscoverAppliancesRequest")).payload["discoveredAppliances"]) == 4

    await house.broker.start()
    returned = time.monotonic()
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
        while (await house.clova.ask("TurnOffRequest", "lamp")).name != "TurnOffConfirmation":
            assert time.monotonic() - returned < 3.0
        assert time.monotonic() - returned < 3.0
        assert lamp.commands("lamp/set")[-1] == "OFF"
        assert "ON" not in lamp.commands("lamp/set"), "the command refused while the broker was away arrived later"


async def test_what_the_broker_kept_over_its_restart_proves_nothing(house: House) -> None:
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
        await lamp.say("lamp/state", "ON", retain=True)
        await lamp.say("lamp/online", "1", retain=True)
        await house.until_state("lamp", on_off=True)
    house.broker.signal(signal.SIGTERM)
    await house.broker.start()
    await house.until_connected()
    async with thing(house.broker.port, {"lamp/set": silence}):
        assert (await house.clova.ask("TurnOnRequest", "lamp")).name == "TargetOfflineError"


@pytest.mark.alone
async def test_a_stalled_broker_is_answered_in_time_and_noticed(build: Build) -> None:
    house: House = await build(budget="4s")
    house.broker.signal(signal.SIGSTOP)
    reply = await house.clova.ask("TurnOnRequest", "lamp")
    assert reply.name == "TargetOfflineError"
    assert reply.seconds < 4.0
    house.broker.signal(signal.SIGCONT)
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await house.clova.ask("TurnOffRequest", "lamp")).name != "TurnOffConfirmation":
                pass


@pytest.mark.alone
async def test_a_link_lost_while_waiting_ends_the_wait(build: Build) -> None:
    house: House = await build(budget="4s")
    async with thing(house.broker.port, {"lamp/set": silence}) as lamp:
        spoken = asyncio.create_task(house.clova.ask("TurnOnRequest", "lamp"))
        async with asyncio.timeout(PATIENCE_SECONDS):
            await lamp.arrived.wait()
        house.broker.signal(signal.SIGKILL)
        reply = await spoken
    assert reply.name == "TargetOfflineError"
    assert reply.seconds < 3.0


async def test_our_own_status_topic_says_online_and_the_will_says_offline(house: House) -> None:
    async with thing(house.broker.port, {"clova-gateway/status": silence}) as watcher:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await watcher.arrived.wait()
        assert watcher.heard == [("clova-gateway/status", "online")]


async def test_leaving_says_offline(broker: Mosquitto, tmp_path_factory: pytest.TempPathFactory) -> None:
    async with thing(broker.port, {"clova-gateway/status": silence}) as watcher:
        async with running(tmp_path_factory.mktemp("house"), broker, DEVICES, "1s"):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await watcher.arrived.wait()
            watcher.arrived.clear()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await watcher.arrived.wait()
        assert [payload for _, payload in watcher.heard] == ["online", "offline"]


async def test_mqtt_5_works_too(build: Build) -> None:
    house: House = await build(mqtt=', version: "5"')
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
        assert (await house.clova.ask("TurnOnRequest", "lamp")).name == "TurnOnConfirmation"
        assert lamp.commands("lamp/set") == ["ON"]


async def test_an_mqtt_5_broker_that_knows_nobody_who_listens_confirms_nothing(build: Build) -> None:
    house: House = await build(mqtt=', version: "5"')
    assert (await house.clova.ask("TurnOnRequest", "fan-without-state")).name == "TargetOfflineError"
    async with thing(house.broker.port, {"fan/set": silence}):
        assert (await house.clova.ask("TurnOnRequest", "fan-without-state")).name == "TurnOnConfirmation"


async def test_a_huge_message_is_dropped_before_it_waits(house: House) -> None:
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
        await lamp._client.publish("lamp/state", b"x" * 5_000_000, qos=1)
        assert (await house.clova.ask("TurnOnRequest", "lamp")).name == "TurnOnConfirmation"


@pytest.mark.parametrize("garbage", [b"\xff\xfe", b"{" * 3000, b"x" * 100_000, b"", b'{"a":1,"a":2}', b"NaN"])
async def test_garbage_on_a_state_topic_costs_only_that_message(house: House, garbage: bytes) -> None:
    async with thing(house.broker.port, {"lamp/set": echo("lamp/state")}) as lamp:
        await lamp._client.publish("lamp/state", garbage, qos=1)
        await lamp._client.publish("boiler/state", garbage, qos=1)
        assert (await house.clova.ask("TurnOnRequest", "lamp")).name == "TurnOnConfirmation"
