"""The devices that are to be found, on a real broker and without a gateway: each must speak as its firmware does."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from gateway.demo.device import Address, VirtualDevice
from gateway.demo.found import found_devices
from gateway.demo.foundling import Foundling
from gateway.demo.zigbee import zigbee_home
from gateway.demo.zigbee_devices import CurtainMotor
from gateway.demo.zigbee_lock import DoorLock
from gateway.demo.zigbee_sensors import SmokeDetector
from tests.fakes.mosquitto import Mosquitto, until

pytestmark = pytest.mark.broker
SECONDS = 5.0
TYPES = {"binary", "numeric", "enum", "composite", "light", "switch", "cover", "lock", "climate"}

Heard = tuple[str, Any, bool]
"""Topic, payload (JSON where it is JSON) and whether it was kept by the broker."""


class Listener:
    """Somebody on the broker who hears what he has subscribed to and can say something."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self.heard: list[Heard] = []

    async def subscribe(self, *topics: str) -> None:
        await self._client.subscribe([(topic, 1) for topic in topics])

    async def say(self, topic: str, payload: Any) -> None:
        """Say it, and forget what was heard before."""
        self.heard.clear()
        await self._client.publish(topic, payload if isinstance(payload, str) else json.dumps(payload), qos=1)

    async def until(self, wanted: Callable[[], Any]) -> Any:
        """Hear messages until it is so; what it is."""
        try:
            async with asyncio.timeout(SECONDS):
                while not (found := wanted()):
                    message = await anext(self._client.messages)
                    text = bytes(message.payload).decode() if isinstance(message.payload, bytes) else ""
                    self.heard.append((message.topic.value, parsed(text), bool(message.retain)))
        except TimeoutError:
            raise AssertionError(f"heard only {self.heard}") from None
        return found

    async def next_on(self, topic: str, where: Callable[[Any], bool] = lambda _: True) -> Any:
        """The payload of the first message on a topic that fits."""
        found = await self.until(lambda: [said for place, said, _ in self.heard if place == topic and where(said)])
        return found[0]

    async def kept(self, *topics: str) -> dict[str, Any]:
        """What the broker keeps on these topics."""
        self.heard.clear()
        await self.subscribe(*topics)
        await self.until(lambda: set(topics) <= {topic for topic, _, _ in self.heard})
        assert all(retained for _, _, retained in self.heard), self.heard
        return {topic: said for topic, said, _ in self.heard}

    def on(self, topic: str) -> list[Any]:
        return [said for place, said, _ in self.heard if place == topic]


def parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker")
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


@asynccontextmanager
async def plugged_in(broker: Mosquitto, *devices: VirtualDevice) -> AsyncIterator[Listener]:
    address = Address("127.0.0.1", broker.port)
    async with aiomqtt.Client("127.0.0.1", broker.port) as client, asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(device.run(address)) for device in devices]
        for device in devices:
            await device.until(lambda device=device: device.online, SECONDS)  # type: ignore[misc]
        yield Listener(client)
        for task in running:
            task.cancel()


def device(name: str) -> Foundling:
    (found,) = (one for one in found_devices(lively=False) if type(one).__name__ == name)
    return found


def of(found: Foundling) -> dict[str, Any]:
    return found.truth()


def test_every_appliance_has_a_hardware_address_of_its_own_and_a_truth() -> None:
    appliances = [appliance for one in found_devices(lively=False) for appliance in one.appliances]
    places = [(appliance.hardware, appliance.part) for appliance in appliances]
    assert len(set(places)) == len(places) == 25
    assert {one.id for one in appliances} == {f"{hardware}-{part}" if part else hardware for hardware, part in places}
    for appliance in appliances:
        digits = appliance.hardware.removeprefix("0x")
        if not appliance.hardware.startswith("z2m-group"):
            assert len(digits) == (16 if appliance.hardware.startswith("0x") else 12)
            assert int(digits[1], 16) & 2, "locally administered"
        assert "/" not in appliance.called
        assert appliance.truth()
        assert not appliance.moving


@pytest.mark.parametrize("name", [type(one).__name__ for one in found_devices(lively=False)])
async def test_one_that_loses_power_leaves_its_last_will_and_comes_back(broker: Mosquitto, name: str) -> None:
    found = device(name)
    online, offline = (parsed(word) for word in found.availability_words)
    async with plugged_in(broker, found) as listener:
        assert await listener.kept(found.availability) == {found.availability: online}
        found.pull_plug()
        assert await listener.next_on(found.availability, lambda said: said == offline) == offline
        await found.until(lambda: not found.online, SECONDS)
        listener.heard.clear()
        found.plug_in()
        assert await listener.next_on(found.availability, lambda said: said == online) == online
        await found.until(lambda: found.online, SECONDS)


@pytest.mark.parametrize("name", [type(one).__name__ for one in found_devices(lively=False)])
async def test_nonsense_on_any_of_its_topics_stops_nothing(broker: Mosquitto, name: str) -> None:
    found = device(name)
    nonsense = ("", "{", "[]", "null", "1e999", "nan", '{"method": [], "params": 3}', '{"brightness": null}')
    topics = [topic.replace("+", "Dimmer") for topic in found.commands]
    async with plugged_in(broker, found) as listener:
        found._delays = iter(lambda: 0.0, 1.0)  # type: ignore[assignment]  # nothing is gained by waiting
        for topic in topics[:9]:
            for payload in nonsense:
                await listener.say(topic, payload)
        await until(lambda: len(found.received) >= len(topics[:9]) * len(nonsense), SECONDS)
        assert found.online


def properties(exposes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for expose in exposes for one in expose.get("features", [expose])]


async def test_the_bridge_describes_its_devices_as_zigbee2mqtt_does(broker: Mosquitto) -> None:
    bridge = zigbee_home()
    topics = [f"zigbee2mqtt/bridge/{end}" for end in ("state", "info", "devices", "groups")]
    presences = [f"zigbee2mqtt/{child.name}/availability" for child in bridge.children]
    async with plugged_in(broker, bridge) as listener:
        kept = await listener.kept(*topics, *presences)
    assert kept["zigbee2mqtt/bridge/state"] == {"state": "online"}
    assert kept["zigbee2mqtt/bridge/info"]["version"].startswith("2.")
    assert all(kept[topic] == {"state": "online"} for topic in presences)
    coordinator, *devices = kept["zigbee2mqtt/bridge/devices"]
    assert (coordinator["type"], coordinator["definition"]) == ("Coordinator", None)
    assert [one["friendly_name"] for one in devices] == [child.name for child in bridge.children]
    assert {one["type"] for one in devices} == {"Router", "EndDevice"}
    (group,) = kept["zigbee2mqtt/bridge/groups"]
    assert [member["ieee_address"] for member in group["members"]] == [
        devices[0]["ieee_address"],
        devices[1]["ieee_address"],
    ]
    assert group["scenes"] == [{"id": 1, "name": "저녁"}]
    for one in devices:
        assert one["interview_state"] == "SUCCESSFUL"
        assert set(one["definition"]) >= {"model", "vendor", "description", "exposes", "options"}
        for expose in one["definition"]["exposes"]:
            assert expose["type"] in TYPES
            assert ("features" in expose and "access" not in expose) or expose["type"] in ("binary", "numeric", "enum")
        for leaf in properties(one["definition"]["exposes"]):
            assert set(leaf) >= {"name", "property", "label", "type", "access"}
            assert leaf["access"] in range(1, 8)
            assert leaf["property"].startswith(leaf["name"]) or leaf["property"] in ("away_mode", "color")
            match leaf["type"]:
                case "binary":
                    assert {"value_on", "value_off"} <= set(leaf)
                case "enum":
                    assert leaf["values"]
                case "composite":
                    assert {inner["type"] for inner in leaf["features"]} == {"numeric"}


async def test_states_of_sensors_are_kept_and_those_of_lamps_are_told_when_asked(broker: Mosquitto) -> None:
    bridge = zigbee_home()
    color, smoke = "zigbee2mqtt/거실/색등", "zigbee2mqtt/보일러실 연기 감지기"
    async with plugged_in(broker, bridge) as listener:
        await listener.subscribe(color)
        assert (await listener.kept(smoke))[smoke]["smoke"] is False
        assert listener.on(color) == []
        await listener.say(f"{color}/get", {"state": ""})
        told = await listener.next_on(color)
        assert (told["state"], told["color_mode"]) == ("ON", "color_temp")
        detector = bridge.child("보일러실 연기 감지기")
        assert isinstance(detector, SmokeDetector)
        await detector.go_wrong()
        assert await listener.next_on(smoke, lambda said: said["smoke"])


async def command(listener: Listener, name: str, asked: Any, end: str = "set") -> Any:
    """Say it to a Zigbee device and hear the state that comes first."""
    topic = f"zigbee2mqtt/{name}"
    await listener.subscribe(topic)
    await listener.say(f"{topic}/{end}", asked)
    told = await listener.until(lambda: [said for place, said, kept in listener.heard if place == topic and not kept])
    return told[0]


async def test_a_zigbee_lamp_takes_brightness_steps_colours_and_white(broker: Mosquitto) -> None:
    bridge, name = zigbee_home(), "거실/색등"
    lamp = bridge.child(name)
    async with plugged_in(broker, bridge) as listener:
        told = await command(listener, name, {"brightness": 127})
        assert (told["brightness"], told["state"], "linkquality" in told) == (127, "ON", True)
        assert (await command(listener, name, {"brightness_step": 40}))["brightness"] == 167
        assert (await command(listener, name, {"brightness_step": -254}))["brightness"] == 1
        assert (await command(listener, name, {"brightness": 0}))["state"] == "OFF"
        told = await command(listener, name, {"color": {"hue": 240, "saturation": 80}, "state": "ON"})
        assert (told["color_mode"], told["color"]["hue"], told["color"]["saturation"]) == ("hs", 240, 80)
        told = await command(listener, name, {"color": {"x": told["color"]["x"], "y": told["color"]["y"]}})
        assert told["color_mode"] == "xy"
        assert abs(told["color"]["hue"] - 240) <= 1
        assert abs(told["color"]["saturation"] - 80) <= 1
        told = await command(listener, name, "250", "set/color_temp")
        assert (told["color_mode"], told["color_temp"], told["color"]["x"]) == ("color_temp", 250, 0.3805)
        assert lamp.truth()["color_temperature"] == 4000
        assert (await command(listener, name, "OFF"))["state"] == "OFF"


async def test_a_wall_switch_has_two_keys_and_a_plug_tells_its_meter_later(broker: Mosquitto) -> None:
    bridge = zigbee_home()
    async with plugged_in(broker, bridge) as listener:
        told = await command(listener, "복도 스위치", {"state_left": "ON"})
        assert (told["state_left"], told["state_right"]) == ("ON", "ON")
        told = await command(listener, "복도 스위치", {"state": "TOGGLE"}, "right/set")
        assert (told["state_left"], told["state_right"]) == ("ON", "OFF")
        told = await command(listener, "다용도실/플러그", {"state": "OFF"})
        assert (told["state"], told["power"]) == ("OFF", 61.3)
        assert (await listener.next_on("zigbee2mqtt/다용도실/플러그", lambda said: said["power"] == 0))[
            "state"
        ] == "OFF"
        assert (await command(listener, "다용도실/플러그", {"child_lock": "LOCK"}))["child_lock"] == "LOCK"


async def test_a_radiator_valve_takes_a_target_a_mode_and_being_away(broker: Mosquitto) -> None:
    bridge, name = zigbee_home(), "작은방 라디에이터"
    async with plugged_in(broker, bridge) as listener:
        told = await command(listener, name, {"current_heating_setpoint": 18})
        assert (told["current_heating_setpoint"], told["running_state"]) == (18, "idle")
        assert (await command(listener, name, {"system_mode": "off"}))["system_mode"] == "off"
        assert bridge.child(name).truth()["mode"] == "indoor"
        assert (await command(listener, name, {"away_mode": "ON"}))["away_mode"] == "ON"
        assert bridge.child(name).truth()["mode"] == "away"


async def test_a_zigbee_lock_says_nothing_before_the_bolt_is_there(broker: Mosquitto) -> None:
    bridge, name = zigbee_home(), "뒷문 도어락"
    lock = bridge.child(name)
    assert isinstance(lock, DoorLock)
    async with plugged_in(broker, bridge) as listener:
        told = await command(listener, name, {"state": "LOCK"})
        assert (told["state"], told["lock_state"], lock.truth()["lock"]) == ("LOCK", "locked", "LOCKED")
        lock.blocked = True
        await command(listener, name, {"state": "UNLOCK"})
        told = await command(listener, name, {"state": "LOCK"})
        assert (told["state"], told["lock_state"]) == ("UNLOCK", "not_fully_locked")


async def test_a_curtain_is_told_to_be_where_it_was_asked_to_go_before_it_is(broker: Mosquitto) -> None:
    bridge, name = zigbee_home(), "안방/커튼"
    curtain = bridge.child(name)
    assert isinstance(curtain, CurtainMotor)
    async with plugged_in(broker, bridge) as listener:
        assert (await command(listener, name, {"position": 60}))["position"] == 60
        assert curtain.truth()["opening"] > 60
        await listener.next_on(f"zigbee2mqtt/{name}", lambda said: said["position"] == 80)
        listener.heard.clear()
        await listener.next_on(f"zigbee2mqtt/{name}", lambda said: said["position"] == 60)
        told = await command(listener, name, {"state": "CLOSE"})
        assert 0 < told["position"] < 60, "nothing was said before it moved"
        told = await command(listener, name, {"state": "STOP"})
        await curtain.until(lambda: not curtain.moving, SECONDS)
        assert 0 < curtain.truth()["opening"] < 60


async def test_a_group_and_its_scene_tell_every_lamp(broker: Mosquitto) -> None:
    bridge = zigbee_home()
    lamps, (group,) = bridge.children[:2], bridge.groups
    scene = group.appliances[1]
    topics = ["zigbee2mqtt/거실 불빛", *(f"zigbee2mqtt/{lamp.name}" for lamp in lamps)]
    async with plugged_in(broker, bridge) as listener:
        await listener.subscribe(*topics)
        await listener.say("zigbee2mqtt/거실 불빛/set", {"state": "OFF"})
        await listener.next_on(topics[0], lambda said: said["state"] == "OFF")
        assert [lamp.truth()["power"] for lamp in lamps] == [False, False]
        assert (group.truth()["power"], scene.truth()) == (False, {"recalled": False})
        await listener.say("zigbee2mqtt/거실 불빛/set", {"scene_recall": 1})
        await listener.next_on(topics[2], lambda said: said["brightness"] == 60)
        assert lamps[0].truth()["color_temperature"] == 2203
        assert (group.truth(), scene.truth()) == ({"power": True, "brightness": 35}, {"recalled": True})
        await bridge.lose(lamps[0])
        await listener.subscribe(f"zigbee2mqtt/{lamps[0].name}/availability")
        assert await listener.next_on(f"zigbee2mqtt/{lamps[0].name}/availability") == {"state": "offline"}


async def test_a_tasmota_plug_is_discovered_answers_and_measures(broker: Mosquitto) -> None:
    plug = device("TasmotaPlug")
    config, sensors = (f"tasmota/discovery/02D1F0200001/{end}" for end in ("config", "sensors"))
    async with plugged_in(broker, plug) as listener:
        kept = await listener.kept(config, sensors)
        assert (kept[config]["t"], kept[config]["ft"]) == (plug.topic, "%prefix%/%topic%/")
        assert (kept[config]["rl"][:2], kept[config]["fn"][0]) == ([1, 0], "세탁실 플러그")
        assert kept[sensors]["sn"]["ENERGY"]["Power"] == 47
        await listener.subscribe(f"stat/{plug.topic}/+", f"tele/{plug.topic}/SENSOR")
        await listener.say(f"cmnd/{plug.topic}/POWER", "OFF")
        assert await listener.next_on(f"stat/{plug.topic}/POWER") == "OFF"
        assert listener.on(f"stat/{plug.topic}/RESULT") == [{"POWER": "OFF"}]
        assert (await listener.next_on(f"tele/{plug.topic}/SENSOR"))["ENERGY"]["Power"] == 0
        for asked, topic, key in (
            ("POWER", "POWER", ""),
            ("STATE", "RESULT", "Wifi"),
            ("STATUS", "STATUS10", "StatusSNS"),
        ):
            await listener.say(f"cmnd/{plug.topic}/{asked}", "10" if asked == "STATUS" else "")
            assert key in await listener.next_on(f"stat/{plug.topic}/{topic}")
        await listener.say(f"cmnd/{plug.topic}/Dimmer", "10")
        assert await listener.next_on(f"stat/{plug.topic}/RESULT") == {"Command": "Unknown"}


async def test_a_tasmota_light_answers_with_all_of_itself(broker: Mosquitto) -> None:
    light = device("TasmotaLight")
    async with plugged_in(broker, light) as listener:
        await listener.subscribe(f"stat/{light.topic}/RESULT")
        await listener.say(f"cmnd/{light.topic}/Dimmer", "80")
        told = await listener.next_on(f"stat/{light.topic}/RESULT")
        assert (told["POWER"], told["Dimmer"], told["White"]) == ("ON", 80, 80)
        await listener.say(f"cmnd/{light.topic}/Backlog", "NoDelay; HSBColor 240,80,60")
        told = await listener.next_on(f"stat/{light.topic}/RESULT")
        assert (told["HSBColor"], told["White"]) == ("240,80,60", 0)
        await listener.say(f"cmnd/{light.topic}/CT", "250")
        assert (await listener.next_on(f"stat/{light.topic}/RESULT"))["CT"] == 250
        assert of(light) == {"power": True, "brightness": 60, "color_temperature": 4000}
        await listener.say(f"cmnd/{light.topic}/Color2", "51,51,255")
        assert (await listener.next_on(f"stat/{light.topic}/RESULT"))["HSBColor"] == "240,80,60"
        assert of(light) == {"power": True, "brightness": 60, "color": (240, 80)}
        await listener.say(f"cmnd/{light.topic}/CT", "9")
        assert await listener.next_on(f"stat/{light.topic}/RESULT") == {"Command": "Error"}


async def test_a_tasmota_shutter_says_where_it_is_and_where_it_goes(broker: Mosquitto) -> None:
    shutter = device("TasmotaShutter")
    async with plugged_in(broker, shutter) as listener:
        await listener.subscribe(f"stat/{shutter.topic}/+")
        await listener.say(f"cmnd/{shutter.topic}/ShutterPosition1", "60")
        told = await listener.next_on(f"stat/{shutter.topic}/RESULT", lambda said: "Shutter1" in said)
        assert told["Shutter1"] == {"Position": 100, "Direction": -1, "Target": 60, "Tilt": 0}
        assert await listener.next_on(f"stat/{shutter.topic}/SHUTTER1") == 60
        assert {"POWER2": "ON"} in listener.on(f"stat/{shutter.topic}/RESULT")
        told = await listener.next_on(
            f"stat/{shutter.topic}/RESULT", lambda said: said.get("Shutter1", {}).get("Position") == 60
        )
        assert told["Shutter1"]["Direction"] == 0
        await listener.say(f"cmnd/{shutter.topic}/ShutterClose", "")
        await shutter.until(lambda: shutter.truth()["opening"] < 60, SECONDS)
        await listener.say(f"cmnd/{shutter.topic}/ShutterStop1", "")
        assert await listener.next_on(f"stat/{shutter.topic}/SHUTTER1") == of(shutter)["opening"]
        assert 0 < of(shutter)["opening"] < 60


async def call(listener: Listener, topic: str, method: str, **params: Any) -> dict[str, Any]:
    """Call a method of a Shelly; the frame of its answer."""
    await listener.subscribe("tester/rpc")
    frame = {"id": 7, "src": "tester", "method": method, "params": params}
    await listener.say(f"{topic}/rpc", frame)
    answer = await listener.next_on("tester/rpc")
    assert (answer["id"], answer["src"], answer["dst"]) == (7, topic, "tester")
    return dict(answer)


async def test_a_shelly_plug_is_asked_called_and_notifies(broker: Mosquitto) -> None:
    plug = device("ShellyPlug")
    async with plugged_in(broker, plug) as listener:
        await listener.subscribe("shellies/announce", f"{plug.topic}/events/rpc", f"{plug.topic}/status/+")
        await listener.say("shellies/command", "announce")
        told = await listener.next_on("shellies/announce")
        assert (told["id"], told["mac"], told["gen"]) == (plug.topic, "02D1F0300001", 2)
        assert (await call(listener, plug.topic, "Shelly.GetDeviceInfo"))["result"] == told
        assert (await call(listener, plug.topic, "Shelly.GetStatus"))["result"]["switch:0"]["output"] is True
        assert (await call(listener, plug.topic, "Shelly.GetConfig"))["result"]["mqtt"]["status_ntf"] is False
        assert (await call(listener, plug.topic, "Switch.Set", id=0, on=False))["result"] == {"was_on": True}
        notice = await listener.next_on(f"{plug.topic}/events/rpc")
        assert (notice["method"], notice["params"]["switch:0"]["output"]) == ("NotifyStatus", False)
        await listener.next_on(f"{plug.topic}/events/rpc", lambda said: said["params"]["switch:0"].get("apower") == 0)
        assert (await call(listener, plug.topic, "Switch.Set", id=0))["error"]["code"] == -103
        assert (await call(listener, plug.topic, "Light.Set", id=0, on=True))["error"]["code"] == 404
        await listener.say(f"{plug.topic}/command", "status_update")
        assert (await listener.next_on(f"{plug.topic}/status/switch:0"))["output"] is False


async def test_a_shelly_cover_answers_null_and_notifies_while_it_moves(broker: Mosquitto) -> None:
    cover = device("ShellyCover")
    events, topic = f"{cover.topic}/events/rpc", cover.topic

    def is_(state: str) -> Callable[[Any], bool]:
        return lambda said: said["params"].get("cover:0", {}).get("state") == state

    async with plugged_in(broker, cover) as listener:
        await listener.subscribe(events, f"{topic}/status/cover:0")
        assert (await call(listener, topic, "Shelly.GetDeviceInfo"))["result"]["profile"] == "cover"
        assert (await call(listener, topic, "Cover.GoToPosition", id=0, pos=60))["result"] is None
        begun = (await listener.next_on(events, is_("closing")))["params"]["cover:0"]
        assert (begun["target_pos"], begun["last_direction"]) == (60, "close")
        assert (await listener.next_on(events, is_("stopped")))["params"]["cover:0"]["current_pos"] == 60
        assert (await listener.next_on(f"{topic}/status/cover:0", lambda said: said["current_pos"] == 60))[
            "pos_control"
        ]
        await call(listener, topic, "Cover.Close", id=0)
        await cover.until(lambda: cover.truth()["opening"] < 50, SECONDS)
        await call(listener, topic, "Cover.Stop", id=0)
        await listener.next_on(events, is_("stopped"))
        await listener.say(f"{topic}/command/cover:0", "open")
        assert await listener.next_on(events, is_("open"))
        assert of(cover) == {"opening": 100}


async def test_a_first_generation_dimmer_announces_itself_and_takes_objects(broker: Mosquitto) -> None:
    dimmer = device("ShellyDimmer")
    async with plugged_in(broker, dimmer) as listener:
        await listener.subscribe("shellies/announce", f"{dimmer.topic}/#")
        await listener.say("shellies/command", "announce")
        told = await listener.next_on("shellies/announce")
        assert (f"shellies/{told['id']}", told["mac"], told["model"]) == (dimmer.topic, "02D1F0300003", "SHDM-2")
        assert "gen" not in told
        await listener.say(f"{dimmer.topic}/light/0/set", {"turn": "off"})
        assert await listener.next_on(f"{dimmer.topic}/light/0") == "off"
        await listener.say(f"{dimmer.topic}/light/0/set", {"brightness": 35})
        status = await listener.next_on(f"{dimmer.topic}/light/0/status", lambda said: said["brightness"] == 35)
        assert status["ison"] is False
        await listener.say(f"{dimmer.topic}/light/0/command", "on")
        assert await listener.next_on(f"{dimmer.topic}/light/0", lambda said: said == "on")
        assert (await listener.next_on(f"{dimmer.topic}/info"))["mac"] == "02D1F0300003"


async def test_a_homie_4_lamp_keeps_every_attribute_and_says_what_it_was_set_to(broker: Mosquitto) -> None:
    lamp = device("HomieLamp")
    light = f"{lamp.topic}/light"
    attributes = [*(report.topic for report in lamp.greetings()), f"{light}/power", f"{light}/brightness"]
    async with plugged_in(broker, lamp) as listener:
        kept = await listener.kept(*attributes)
        assert (kept[f"{lamp.topic}/$homie"], kept[f"{lamp.topic}/$state"]) == ("4.0.0", "ready")
        assert kept[f"{light}/$properties"] == "power,brightness"
        assert (kept[f"{light}/brightness/$format"], kept[f"{light}/brightness"]) == ("0:100", 40)
        await listener.say(f"{light}/brightness/set", "75")
        assert await listener.next_on(f"{light}/brightness") == 75
        await listener.say(f"{light}/power/set", "true")
        assert await listener.next_on(f"{light}/power", lambda said: said is True)
        assert of(lamp) == {"power": True, "brightness": 75}


async def test_a_homie_5_thermostat_accepts_before_it_has_obeyed(broker: Mosquitto) -> None:
    thermostat = device("HomieThermostat")
    topic = f"{thermostat.topic}/heating/setpoint"
    async with plugged_in(broker, thermostat) as listener:
        kept = await listener.kept(f"{thermostat.topic}/$description", topic, f"{topic}/$target")
        described = kept[f"{thermostat.topic}/$description"]
        assert described["homie"] == "5.0"
        assert described["nodes"]["heating"]["properties"]["setpoint"]["format"] == "10:30:0.5"
        assert kept[topic] == kept[f"{topic}/$target"] == 20.5
        await listener.say(f"{topic}/set", "23.0")
        assert await listener.next_on(f"{topic}/$target") == 23.0
        assert listener.on(topic) == []
        assert await listener.next_on(topic) == 23.0
        assert not thermostat.moving


async def test_an_esphome_node_describes_each_of_its_components(broker: Mosquitto) -> None:
    node = device("EspAirConditioner")
    climate, sensor = (
        f"homeassistant/{place}/config" for place in (f"climate/{node.topic}/climate", f"sensor/{node.topic}/room")
    )
    async with plugged_in(broker, node) as listener:
        kept = await listener.kept(climate, sensor)
        assert kept[climate]["dev"] == kept[sensor]["dev"]
        assert kept[climate]["dev"]["cns"] == [["mac", "02d1f0500001"]]
        assert (kept[climate]["dev"]["sa"], kept[climate]["avty_t"]) == ("아이방", f"{node.topic}/status")
        values = await listener.kept(kept[climate]["mode_stat_t"], kept[climate]["temp_stat_t"], kept[sensor]["stat_t"])
        assert values == {
            kept[climate]["mode_stat_t"]: "off",
            kept[climate]["temp_stat_t"]: 25.0,
            kept[sensor]["stat_t"]: 27.2,
        }
        for key, said, state in (
            ("mode_cmd_t", "dry", "mode_stat_t"),
            ("temp_cmd_t", "22.5", "temp_stat_t"),
            ("fan_mode_cmd_t", "high", "fan_mode_stat_t"),
        ):
            await listener.subscribe(kept[climate][state])
            await listener.say(kept[climate][key], said)
            assert str(await listener.next_on(kept[climate][state], lambda told, said=said: str(told) == said)) == said  # type: ignore[misc]
        truth = {"power": True, "target_temperature": 22.5, "mode": "dehumidify", "fan_speed": 3}
        assert of(node) == truth | {"current_temperature": 27.2}


async def test_an_air_purifier_describes_itself_in_one_document_and_again_when_asked(broker: Mosquitto) -> None:
    purifier = device("AirPurifier")
    config = "homeassistant/device/02d1f0500002/config"
    async with plugged_in(broker, purifier) as listener:
        kept = await listener.kept(config, f"{purifier.topic}/state")
        document, state = kept[config], kept[f"{purifier.topic}/state"]
        assert {key: one["p"] for key, one in document["cmps"].items()} == {
            "fan": "fan",
            "pm25": "sensor",
            "humidity": "sensor",
            "filter": "sensor",
            "clogged": "binary_sensor",
            "restart": "button",
        }
        assert all(one["uniq_id"] for one in document["cmps"].values())
        assert (document["~"], document["o"]["name"]) == (purifier.topic, "baram2mqtt")
        assert (state["power"], state["speed"], state["pm25"]) == ("ON", 2, 9)
        await listener.say("homeassistant/status", "online")
        assert (await listener.next_on(config)) == document
        await listener.say(f"{purifier.topic}/speed/set", "3")
        assert (await listener.next_on(f"{purifier.topic}/state", lambda said: said["speed"] == 3))["power"] == "ON"
        await listener.say(f"{purifier.topic}/power/set", "OFF")
        assert (await listener.next_on(f"{purifier.topic}/state"))["power"] == "OFF"
        assert of(purifier) == {"power": False, "fan_speed": 3, "mode": "auto", "ultrafine_dust": 9, "humidity": 44}


async def test_what_changes_is_told_to_people_and_nothing_else(broker: Mosquitto) -> None:
    bridge, plug = zigbee_home(), device("TasmotaPlug")
    told: list[str] = []
    bridge.tell = plug.tell = told.append
    async with plugged_in(broker, bridge, plug) as listener:
        await command(listener, "복도 스위치", {"state_left": "ON"})
        await command(listener, "복도 스위치", {"state_left": ""}, "get")
        await bridge.child("현관 움직임 센서").report(occupancy=True)
        await listener.say(f"cmnd/{plug.topic}/POWER", "OFF")
        await until(lambda: len(told) >= 3, SECONDS)
    assert told == [
        "복도 스위치 left (0x0200d1f0000000b1-left): power True",
        "현관 움직임 센서 (0x0200d1f0000000d1): motion True",
        "세탁실 플러그 (02d1f0200001): power False, power_use 0.0",
    ]


async def test_some_change_of_their_own_accord(broker: Mosquitto, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (
        "zigbee_sensors.VISIT_SECONDS",
        "zigbee_sensors.BREATH_SECONDS",
        "esphome.BREATH_SECONDS",
        "purifier.BREATH_SECONDS",
    ):
        monkeypatch.setattr(f"gateway.demo.{module}", 0.05)
    told: list[str] = []
    lively = [one for one in found_devices(lively=True) if one.dialect in ("zigbee2mqtt", "homeassistant")]
    for one in lively:
        one.tell = told.append
    async with plugged_in(broker, *lively):
        names = ("현관 움직임 센서", "공부방 공기질", "아이방 에어컨", "침실 공기청정기")
        await until(lambda: all(any(line.startswith(name) for line in told) for name in names), SECONDS)
