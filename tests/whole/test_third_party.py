# mypy: disable-error-code="no-untyped-call"
"""Devices that somebody else's library makes (PyPI's ha-mqtt-discoverable): found, driven and confirmed.

The library has threads of its own; a test hands it its client, and ends that itself.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from ha_mqtt_discoverable import DeviceInfo, Discoverable, Settings
from ha_mqtt_discoverable.sensors import (
    BinarySensor,
    BinarySensorInfo,
    Cover,
    CoverInfo,
    Light,
    LightInfo,
    Lock,
    LockInfo,
    Sensor,
    SensorInfo,
    Switch,
    SwitchInfo,
)
from paho.mqtt.enums import CallbackAPIVersion

from tests.fakes.household import NO_DISK, QUIET, Household, household
from tests.fakes.mosquitto import PATIENCE_SECONDS, Mosquitto

pytestmark = pytest.mark.broker

Told = Callable[[paho.Client, Any, paho.MQTTMessage], None]


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker", NO_DISK)
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


@contextmanager
def library(broker: Mosquitto) -> Iterator[paho.Client]:
    """A client for the library, whose thread is gone afterwards."""
    connected = threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda *_: connected.set()
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        assert connected.wait(10)
        yield client
    finally:
        client.disconnect()
        client.loop_stop()
    assert threads() == []


def threads() -> list[str]:
    """Those of the library."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("paho")]


@asynccontextmanager
async def at_home(
    broker: Mosquitto, folder: Path, written: str = QUIET
) -> AsyncIterator[tuple[Household, paho.Client]]:
    async with household(folder, broker, written) as house:
        with library(broker) as client:
            yield house, client


def settings(client: paho.Client, entity: Any, manual_availability: bool = False) -> Any:
    return Settings(mqtt=Settings.MQTT(client=client), entity=entity, manual_availability=manual_availability)


def device(name: str, identifier: str) -> DeviceInfo:
    return DeviceInfo(name=name, identifiers=identifier, manufacturer="Somebody", model="Mk 2")


def about(found: DeviceInfo, key: str) -> dict[str, Any]:
    return {"device": found, "unique_id": f"{found.identifiers}-{key}", "name": key}


def obeying(doing: Callable[[str], None]) -> Told:
    """What the library calls on its thread when something is told."""

    def told(client: paho.Client, user_data: Any, message: paho.MQTTMessage) -> None:  # noqa: ARG001
        doing(bytes(message.payload).decode())

    return told


def say(made: Discoverable[Any], *saying: Callable[[], object]) -> None:
    made.write_config()
    for one in saying:
        one()


async def test_a_light_is_dimmed(broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(broker, tmp_path) as (house, client):
        heard: list[str] = []

        def obey(payload: str) -> None:
            heard.append(payload)
            told = json.loads(payload)
            if "brightness" in told:
                light.brightness(told["brightness"])
            elif told["state"] == "ON":
                light.on()
            else:
                light.off()

        info = LightInfo(**about(device("서재 스탠드", "stand-1"), "light"), brightness=True)
        light = Light(settings(client, info), obeying(obey))
        say(light, light.off)
        (listed,) = (await house.until_listed("ha-stand-1")).values()
        assert listed["applianceTypes"] == ["LIGHT"]
        assert {"TurnOn", "TurnOff", "SetBrightness"} <= set(listed["actions"])
        reply = await house.clova.ask("SetBrightnessRequest", "ha-stand-1", brightness={"value": 60})
        assert reply.name == "SetBrightnessConfirmation"
        assert json.loads(heard[-1])["brightness"] == 153
        assert (await house.clova.ask("TurnOffRequest", "ha-stand-1")).name == "TurnOffConfirmation"
        await house.until_found("ha-stand-1", confirmed=True)
        light.delete()


async def test_a_switch_is_switched_and_offline_when_it_says_so(broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(broker, tmp_path) as (house, client):
        heard: list[str] = []

        def obey(payload: str) -> None:
            heard.append(payload)
            if payload == "ON":
                switch.on()
            else:
                switch.off()

        info = SwitchInfo(**about(device("마당 분수", "fountain"), "relay"))
        switch = Switch(settings(client, info, manual_availability=True), obeying(obey))
        say(switch, lambda: switch.set_availability(True))
        (listed,) = (await house.until_listed("ha-fountain")).values()
        assert listed["applianceTypes"] == ["SWITCH"]
        await house.until_presence("ha-fountain", "online")
        assert (await house.clova.ask("TurnOnRequest", "ha-fountain")).name == "TurnOnConfirmation"
        assert heard == ["ON"]
        switch.set_availability(False)
        await house.until_presence("ha-fountain", "offline")
        assert (await house.clova.ask("TurnOffRequest", "ha-fountain")).name == "TargetOfflineError"
        assert heard == ["ON"]


async def test_a_cover_is_confirmed_once_it_moves_the_right_way(broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(broker, tmp_path) as (house, client):

        def obey(payload: str) -> None:
            {"OPEN": cover.opening, "CLOSE": cover.closing, "STOP": cover.stopped}[payload]()

        info = CoverInfo(**about(device("다락 블라인드", "attic"), "blind"))
        cover = Cover(settings(client, info), obeying(obey))
        say(cover, cover.closed)
        (listed,) = (await house.until_listed("ha-attic")).values()
        assert listed["applianceTypes"] == ["SMARTCURTAIN"]
        assert {"Open", "Close", "Stop"} <= set(listed["actions"])
        assert (await house.clova.ask("OpenRequest", "ha-attic")).name == "OpenConfirmation"
        assert (await house.status("/devices/ha-attic"))["last_command"]["result"] == "movement"
        cover.open()
        await house.until_state("ha-attic", opening=100.0)


async def test_a_cover_that_goes_the_wrong_way_is_not_confirmed(broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(broker, tmp_path) as (house, client):
        cover = Cover(
            settings(client, CoverInfo(**about(device("다락 블라인드", "attic"), "blind"))),
            obeying(lambda payload: cover.closing()),  # noqa: ARG005
        )
        say(cover, cover.closed)
        await house.until_listed("ha-attic")
        assert (await house.clova.ask("OpenRequest", "ha-attic")).name != "OpenConfirmation"


async def test_sensors_of_one_device_tell_what_they_measure(broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(broker, tmp_path) as (house, client):
        box = device("안방 측정기", "box-9")
        warmth = SensorInfo(**about(box, "temperature"), device_class="temperature", unit_of_measurement="°F")
        humid = SensorInfo(**about(box, "humidity"), device_class="humidity", unit_of_measurement="%")
        temperature, humidity = Sensor(settings(client, warmth)), Sensor(settings(client, humid))
        temperature.write_config()
        humidity.write_config()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len((await house.until_found("ha-box-9"))["slots"]) < 2:
                pass
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await house.status("/devices/ha-box-9"))["state"] != {"current_temperature": 21.0, "humidity": 44.0}:
                temperature.set_state(69.8)
                humidity.set_state(44)
        (listed,) = (await house.until_listed("ha-box-9")).values()
        assert listed["applianceTypes"] == ["AIRSENSOR"]
        told = await house.clova.ask("GetCurrentTemperatureRequest", "ha-box-9")
        assert told.payload["currentTemperature"] == {"value": 21.0}


async def test_a_smoke_sensor_tells_its_alarm(broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(broker, tmp_path) as (house, client):
        info = BinarySensorInfo(**about(device("주방 감지기", "smoke-1"), "smoke"), device_class="smoke")
        smoke = BinarySensor(settings(client, info))
        smoke.write_config()
        (listed,) = (await house.until_listed("ha-smoke-1")).values()
        assert listed["applianceTypes"] == ["SMOKESENSOR"]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await house.status("/devices/ha-smoke-1"))["state"] != {"smoke": True}:
                smoke.on()


async def test_a_lock_is_locked_once_its_owner_lets_it_be(broker: Mosquitto, tmp_path: Path) -> None:
    written = f"{QUIET}devices:\n  - match: {{id: ha-front}}\n    expose: true\n"
    async with at_home(broker, tmp_path, written) as (house, client):

        def obey(payload: str) -> None:
            assert payload == "LOCK"
            lock.locking()
            lock.locked()

        lock = Lock(settings(client, LockInfo(**about(device("앞문", "front"), "bolt"))), obeying(obey))
        say(lock, lock.unlocked)
        (listed,) = (await house.until_listed("ha-front")).values()
        assert listed["applianceTypes"] == ["SMARTLOCK"]
        reply = await house.clova.ask("SetLockStateRequest", "ha-front", lockState="LOCKED")
        assert (reply.name, reply.payload) == ("SetLockStateConfirmation", {"lockState": "LOCKED"})
        refused = await house.clova.ask("SetLockStateRequest", "ha-front", lockState="UNLOCKED")
        assert refused.name == "ConditionsNotMetError"


async def test_one_that_the_library_deletes_is_taken_back(broker: Mosquitto, tmp_path: Path) -> None:
    async with at_home(broker, tmp_path) as (house, client):
        switch = Switch(
            settings(client, SwitchInfo(**about(device("헛간 등", "barn"), "relay"))),
            obeying(lambda payload: None),  # noqa: ARG005
        )
        switch.write_config()
        await house.until_listed("ha-barn")
        switch.delete()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "taken back" not in str((await house.status("/devices/ha-barn"))["described_by"]):
                pass


async def test_by_itself_with_a_connection_of_its_own_it_works_as_well(broker: Mosquitto, tmp_path: Path) -> None:
    """As its readme shows it: the library connects, and starts a thread."""
    async with household(tmp_path, broker) as house:
        info = SwitchInfo(**about(device("옥상 팬", "roof"), "relay"))
        made: Settings[SwitchInfo] = Settings(mqtt=Settings.MQTT(host="127.0.0.1", port=broker.port), entity=info)
        switch = await asyncio.to_thread(
            Switch, made, obeying(lambda payload: switch.on() if payload == "ON" else None)
        )
        try:
            switch.write_config()
            await house.until_listed("ha-roof")
            async with asyncio.timeout(
                PATIENCE_SECONDS
            ):  # it listens to commands only some time after it has described itself
                while (await house.clova.ask("TurnOnRequest", "ha-roof")).name != "TurnOnConfirmation":
                    pass
        finally:
            switch.mqtt_client.disconnect()
            await asyncio.to_thread(switch.mqtt_client.loop_stop)
    assert threads() == []
