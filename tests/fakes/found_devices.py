"""One device for each convention of describing oneself, with documents and values of our own."""

import json
from collections.abc import Iterator
from typing import Any

from tests.fakes.found import Found, Said


class ZigbeeLamp(Found):
    """A dimmable lamp behind a Zigbee2MQTT; its name is a part of its topics."""

    dialect = "zigbee2mqtt"
    hardware = "0x02a4f1fffe9a0c11"
    kind = "LIGHT"
    actions = frozenset({"TurnOn", "TurnOff", "SetBrightness", "IncrementBrightness"})
    request = ("SetBrightness", {"brightness": {"value": 40}})
    state = {"on_off": False, "brightness": 20.0}  # noqa: RUF012
    first_name, second_name = "부엌/싱크대 조명", "주방 등"
    base = "zigbee2mqtt"

    def __init__(self) -> None:
        super().__init__()
        self.level, self.on = 51, False

    def listens(self) -> tuple[str, ...]:
        return (f"{self.base}/{self.name}/set", f"{self.base}/{self.name}/get")

    def describes(self) -> Iterator[Said]:
        yield self.json(f"{self.base}/bridge/state", True, state="online")
        yield Said(f"{self.base}/bridge/devices", json.dumps([self._listed()], ensure_ascii=False), True)

    def _listed(self) -> dict[str, Any]:
        def leaf(kind: str, name: str, **rest: Any) -> dict[str, Any]:
            return {"type": kind, "name": name, "property": name, "label": name, "access": 7} | rest

        power = leaf("binary", "state", value_on="ON", value_off="OFF", value_toggle="TOGGLE")
        level = leaf("numeric", "brightness", value_min=0, value_max=255)
        definition = {
            "model": "LM-1",
            "vendor": "Lumen",
            "description": "Dimmable bulb",
            "exposes": [{"type": "light", "features": [power, level]}],
            "options": [],
        }
        return {
            "ieee_address": self.hardware,
            "type": "Router",
            "friendly_name": self.name,
            "supported": True,
            "interview_completed": True,
            "definition": definition,
        }

    def forgets(self) -> Iterator[Said]:
        yield Said(f"{self.base}/bridge/devices", "[]", True)

    def is_there(self, there: bool) -> Iterator[Said]:
        yield self.json(f"{self.base}/{self.name}/availability", True, state="online" if there else "offline")

    def tells(self) -> Iterator[Said]:
        yield self.json(f"{self.base}/{self.name}", state="ON" if self.on else "OFF", brightness=self.level)

    def answers(self, topic: str, payload: str) -> Iterator[Said] | None:  # noqa: ARG002
        return self.tells() if topic.endswith("/get") else None

    def obeys(self, topic: str, payload: str) -> Iterator[Said]:  # noqa: ARG002
        told = json.loads(payload)
        self.level = told.get("brightness", self.level)
        self.on = told.get("state", "ON") == "ON"
        return self.tells()


class HassPlug(Found):
    """A plug with a meter: two entities of Home Assistant's discovery, abbreviated."""

    dialect = "homeassistant"
    hardware = "02c4a9100b01"
    kind = "SMARTPLUG"
    actions = frozenset({"TurnOn", "TurnOff", "GetConsumption"})
    request = ("TurnOn", {})
    state = {"on_off": False, "power_use": 0.0}  # noqa: RUF012
    first_name, second_name = "다용도실 플러그", "세탁기"

    def __init__(self) -> None:
        super().__init__()
        self.on = False

    def listens(self) -> tuple[str, ...]:
        return ("utility/plug/cmnd",)

    def describes(self) -> Iterator[Said]:
        device = {"cns": [["mac", "02:C4:A9:10:0B:01"]], "name": self.name, "mf": "Acme", "mdl": "Plug 16"}
        own = {"~": "utility/plug", "avty_t": "~/will", "dev": device}
        yield self.json(
            "homeassistant/sensor/acme_0b01/power/config",
            True,
            **own,
            uniq_id="acme_0b01_w",
            name="Power",
            dev_cla="power",
            unit_of_meas="W",
            stat_t="~/meter",
            val_tpl="{{ value_json.now.watts }}",
        )
        yield self.json(
            "homeassistant/switch/acme_0b01/relay/config",
            True,
            **own,
            uniq_id="acme_0b01_r",
            name=None,
            cmd_t="~/cmnd",
            stat_t="~/stat",
            pl_on="1",
            pl_off="0",
        )

    def is_there(self, there: bool) -> Iterator[Said]:
        yield Said("utility/plug/will", "online" if there else "offline", True)

    def tells(self) -> Iterator[Said]:
        yield Said("utility/plug/stat", "1" if self.on else "0")
        yield self.json("utility/plug/meter", now={"watts": 12.5 if self.on else 0})

    def obeys(self, topic: str, payload: str) -> Iterator[Said]:  # noqa: ARG002
        self.on = payload == "1"
        return self.tells()


class HassClimate(Found):
    """A heating, with everything of the device in one document."""

    dialect = "homeassistant"
    hardware = "ha-furnace-77"
    kind = "THERMOSTAT"
    actions = frozenset({"SetTargetTemperature", "GetTargetTemperature", "GetCurrentTemperature"})
    request = ("SetTargetTemperature", {"targetTemperature": {"value": 23.5}})
    state = {"target_temperature": 20.0, "current_temperature": 18.7}  # noqa: RUF012
    first_name, second_name = "작은방 난방", "서재 난방"

    def __init__(self) -> None:
        super().__init__()
        self.target = 20.0

    def listens(self) -> tuple[str, ...]:
        return ("furnace/77/target",)

    def describes(self) -> Iterator[Said]:
        heating = {
            "platform": "climate",
            "unique_id": "furnace-77-climate",
            "name": None,
            "modes": ["off", "heat"],
            "temperature_command_topic": "furnace/77/target",
            "temperature_state_topic": "furnace/77/now",
            "temperature_state_template": "{{ value_json['target'] | float }}",
            "current_temperature_topic": "furnace/77/now",
            "current_temperature_template": "{{ value_json.room | round(1) }}",
            "min_temp": 10,
            "max_temp": 30,
            "temp_step": 0.5,
        }
        yield self.json(
            "homeassistant/device/furnace-77/config",
            True,
            device={"identifiers": ["furnace-77"], "name": self.name, "manufacturer": "Ofen"},
            origin={"name": "furnace2mqtt"},
            components={"heating": heating},
            availability=[
                {
                    "topic": "furnace/77/health",
                    "value_template": "{{ value_json.up }}",
                    "payload_available": "True",
                    "payload_not_available": "False",
                }
            ],
        )

    def is_there(self, there: bool) -> Iterator[Said]:
        yield self.json("furnace/77/health", True, up=there)

    def tells(self) -> Iterator[Said]:
        yield self.json("furnace/77/now", target=self.target, room=18.7)

    def obeys(self, topic: str, payload: str) -> Iterator[Said]:  # noqa: ARG002
        self.target = float(payload)
        return self.tells()


class TasmotaPlug(Found):
    """A relay that announces itself in Tasmota's own way, at a full topic of its owner's taste."""

    dialect = "tasmota"
    hardware = "02d8f15a7701"
    kind = "SWITCH"
    actions = frozenset({"TurnOn", "TurnOff"})
    request = ("TurnOn", {})
    state = {"on_off": False}  # noqa: RUF012
    first_name, second_name = "온실 펌프", "마당 펌프"

    def __init__(self) -> None:
        super().__init__()
        self.on = False

    def listens(self) -> tuple[str, ...]:
        return ("haus/cmnd/store/+",)

    def describes(self) -> Iterator[Said]:
        mac = self.hardware.upper()
        yield self.json(
            f"tasmota/discovery/{mac}/config",
            True,
            ip="192.0.2.21",
            dn=self.name,
            fn=[self.name, *[None] * 7],
            hn="store-5633",
            mac=mac,
            md="Sonoff Basic",
            ty=0,
            ofln="Offline",
            onln="Online",
            state=["OFF", "ON", "TOGGLE", "HOLD"],
            sw="14.4.1",
            t="store",
            ft="haus/%prefix%/%topic%/",
            tp=["cmnd", "stat", "tele"],
            rl=[1, 0, 0, 0, 0, 0, 0, 0],
            so={"4": 0, "30": 0, "68": 0},
            lk=0,
            lt_st=0,
            ver=1,
            **{"if": 0},
        )
        yield self.json(f"tasmota/discovery/{mac}/sensors", True, sn={"Time": "2025-03-04T05:06:07"}, ver=1)

    def is_there(self, there: bool) -> Iterator[Said]:
        yield Said("haus/tele/store/LWT", "Online" if there else "Offline", True)

    def tells(self) -> Iterator[Said]:
        yield self.json("haus/tele/store/STATE", POWER="ON" if self.on else "OFF")

    def answers(self, topic: str, payload: str) -> Iterator[Said] | None:
        if topic.endswith("/POWER") and payload:
            return None
        return self._result() if topic.endswith(("/STATE", "/POWER")) else iter(())

    def _result(self) -> Iterator[Said]:
        yield self.json("haus/stat/store/RESULT", POWER="ON" if self.on else "OFF")

    def obeys(self, topic: str, payload: str) -> Iterator[Said]:  # noqa: ARG002
        self.on = payload == "ON"
        return self._result()


class ShellyRoller(Found):
    """A roller of Shelly's first generation: it announces itself when everybody is asked to. Its name is its topic."""

    dialect = "shelly"
    hardware = "02e09b44c1d2"
    kind = "SMARTCURTAIN"
    actions = frozenset({"Open", "Close", "Stop"})
    request = ("Open", {})
    proof = "movement"
    state = {"opening": 35.0}  # noqa: RUF012
    first_name, second_name = "안방덧문", ""

    def __init__(self) -> None:
        super().__init__()
        self.position = 35

    @property
    def _topic(self) -> str:
        return f"shellies/{self.name}"

    def listens(self) -> tuple[str, ...]:
        return (f"{self._topic}/roller/0/command/pos", f"{self._topic}/command", "shellies/command")

    def describes(self) -> Iterator[Said]:
        own = {"id": self.name, "model": "SHSW-25", "mac": self.hardware.upper(), "mode": "roller"}
        for topic in ("shellies/announce", f"{self._topic}/announce"):
            yield self.json(topic, **own, ip="192.0.2.31", new_fw=False, fw_ver="v1.14.0")

    def forgets(self) -> Iterator[Said]:
        yield Said(f"{self._topic}/announce", "")

    def is_there(self, there: bool) -> Iterator[Said]:
        yield Said(f"{self._topic}/online", "true" if there else "false", True)

    def tells(self) -> Iterator[Said]:
        yield Said(f"{self._topic}/roller/0", "stop")
        yield Said(f"{self._topic}/roller/0/pos", str(self.position))

    def answers(self, topic: str, payload: str) -> Iterator[Said] | None:
        match topic, payload:
            case _, "announce":
                return self.describes()
            case _, "update":
                return self.tells()
        return None

    def obeys(self, topic: str, payload: str) -> Iterator[Said]:  # noqa: ARG002
        yield Said(f"{self._topic}/roller/0", "open" if int(payload) > self.position else "close")


class ShellyPlug(Found):
    """A plug of a later Shelly: nothing is kept but `online`, and all else is asked for over RPC."""

    dialect = "shelly"
    hardware = "02ec62608811"
    kind = "SMARTPLUG"
    actions = frozenset({"TurnOn", "TurnOff"})
    request = ("TurnOn", {})
    state = {"on_off": False}  # noqa: RUF012
    asked_once = True
    first_name, second_name = "베란다 플러그", "화분 조명 플러그"
    notifies = True

    def __init__(self) -> None:
        super().__init__()
        self.on = False
        self.prefix = f"shellyplugsg3-{self.hardware}"

    def listens(self) -> tuple[str, ...]:
        return (f"{self.prefix}/rpc",)

    def describes(self) -> Iterator[Said]:
        yield Said(f"{self.prefix}/online", "true", True)

    def forgets(self) -> Iterator[Said]:
        yield Said(f"{self.prefix}/announce", "")

    def is_there(self, there: bool) -> Iterator[Said]:
        yield Said(f"{self.prefix}/online", "true" if there else "false", True)

    def tells(self) -> Iterator[Said]:
        told = {"ts": 1.7e9, "switch:0": self._status()}
        yield self.json(
            f"{self.prefix}/events/rpc",
            src=self.prefix,
            dst=f"{self.prefix}/events",
            method="NotifyStatus",
            params=told,
        )

    def _status(self) -> dict[str, Any]:
        return {"id": 0, "source": "MQTT", "output": self.on}

    def answers(self, topic: str, payload: str) -> Iterator[Said] | None:  # noqa: ARG002
        call = json.loads(payload)
        results = {
            "Shelly.GetDeviceInfo": {
                "name": self.name,
                "id": self.prefix,
                "mac": self.hardware.upper(),
                "model": "S3PL-00112EU",
                "gen": 3,
                "ver": "1.5.1",
                "app": "PlugSG3",
            },
            "Shelly.GetConfig": {"switch:0": {"id": 0, "name": None}, "sys": {"device": {"name": self.name}}},
            "Shelly.GetStatus": {"switch:0": self._status(), "sys": {"mac": self.hardware.upper()}, "mqtt": {}},
            "Switch.GetStatus": self._status(),
        }
        return self._result(call, results[call["method"]]) if call["method"] in results else None

    def _result(self, call: dict[str, Any], result: Any) -> Iterator[Said]:
        yield self.json(f"{call['src']}/rpc", id=call["id"], src=self.prefix, dst=call["src"], result=result)

    def obeys(self, topic: str, payload: str) -> Iterator[Said]:  # noqa: ARG002
        call = json.loads(payload)
        assert call["method"] == "Switch.Set", call
        was, self.on = self.on, call["params"]["on"]
        yield from self._result(call, {"was_on": was})
        if self.notifies:
            yield from self.tells()


class CurtShellyPlug(ShellyPlug):
    """One whose notices are switched off: it answers a command, and says nothing more."""

    hardware = "02ec62608812"
    proof = "replied"
    notifies = False


class HomieDimmer(Found):
    """A dimmer of Homie 4: an attribute a topic."""

    dialect = "homie"
    hardware = "02f00d4a0104"
    kind = "LIGHT"
    actions = frozenset({"TurnOn", "TurnOff", "SetBrightness"})
    request = ("SetBrightness", {"brightness": {"value": 65}})
    state = {"on_off": True, "brightness": 30.0}  # noqa: RUF012
    first_name, second_name = "계단 전등", "복도 전등"

    def __init__(self) -> None:
        super().__init__()
        self.topic = f"homie/{self.hardware}"
        self.values = {"power": "true", "level": "30"}

    def listens(self) -> tuple[str, ...]:
        return (f"{self.topic}/dimmer/+/set",)

    def describes(self) -> Iterator[Said]:
        attributes = {
            "$homie": "4.0.0",
            "$name": self.name,
            "$nodes": "dimmer",
            "$extensions": "",
            "dimmer/$name": "Dimmer",
            "dimmer/$type": "light",
            "dimmer/$properties": "power,level",
            "dimmer/power/$name": "Power",
            "dimmer/power/$datatype": "boolean",
            "dimmer/power/$settable": "true",
            "dimmer/level/$name": "Brightness",
            "dimmer/level/$datatype": "integer",
            "dimmer/level/$format": "0:100",
            "dimmer/level/$unit": "%",
            "dimmer/level/$settable": "true",
        }
        yield from (Said(f"{self.topic}/{key}", value, True) for key, value in attributes.items())

    def forgets(self) -> Iterator[Said]:
        yield from super().forgets()
        yield Said(f"{self.topic}/$state", "", True)

    def is_there(self, there: bool) -> Iterator[Said]:
        yield Said(f"{self.topic}/$state", "ready" if there else "lost", True)

    def tells(self) -> Iterator[Said]:
        yield from (Said(f"{self.topic}/dimmer/{key}", value) for key, value in self.values.items())

    def obeys(self, topic: str, payload: str) -> Iterator[Said]:
        self.values[topic.split("/")[-2]] = payload
        return self.tells()


class HomieCurtain(Found):
    """A curtain of Homie 5, under a domain of its own; it says at once where it is going to."""

    dialect = "homie"
    hardware = "02f00d4a0105"
    kind = "SMARTCURTAIN"
    actions = frozenset({"Open", "Close"})
    request = ("Open", {})
    proof = "movement"
    state = {"opening": 10.0}  # noqa: RUF012
    first_name, second_name = "거실 커튼", "응접실 커튼"

    def __init__(self) -> None:
        super().__init__()
        self.topic = f"wohnung/5/{self.hardware}"
        self.position = "10"

    def listens(self) -> tuple[str, ...]:
        return (f"{self.topic}/motor/position/set",)

    def describes(self) -> Iterator[Said]:
        position = {"name": "Position", "datatype": "integer", "format": "0:100", "unit": "%", "settable": True}
        nodes = {"motor": {"name": "Motor", "type": "curtain", "properties": {"position": position}}}
        yield self.json(f"{self.topic}/$description", True, homie="5.0", version=3, name=self.name, nodes=nodes)

    def is_there(self, there: bool) -> Iterator[Said]:
        yield Said(f"{self.topic}/$state", "ready" if there else "lost", True)

    def tells(self) -> Iterator[Said]:
        yield Said(f"{self.topic}/motor/position", self.position)

    def obeys(self, topic: str, payload: str) -> Iterator[Said]:  # noqa: ARG002
        yield Said(f"{self.topic}/motor/position/$target", payload)
        self.position = payload
        yield from self.tells()


class ZigbeeLock(ZigbeeLamp):
    """A lock behind the same bridge."""

    hardware = "0x02a4f1fffe9a0c12"
    kind = "SMARTLOCK"
    actions = frozenset({"SetLockState", "GetLockState"})
    request = ("SetLockState", {"lockState": "LOCKED"})
    state = {"lock": "unlocked"}  # noqa: RUF012
    first_name, second_name = "현관문", "앞문"
    locked = False

    def _listed(self) -> dict[str, Any]:
        bolt = {"type": "binary", "name": "state", "property": "state", "access": 7}
        bolt |= {"value_on": "LOCK", "value_off": "UNLOCK"}
        said = {"type": "enum", "name": "lock_state", "property": "lock_state", "access": 1}
        said |= {"values": ["not_fully_locked", "locked", "unlocked"]}
        listed = super()._listed()
        exposes = [{"type": "lock", "features": [bolt, said]}]
        return listed | {"definition": listed["definition"] | {"description": "Door lock", "exposes": exposes}}

    def tells(self) -> Iterator[Said]:
        word = "LOCK" if self.locked else "UNLOCK"
        yield self.json(f"{self.base}/{self.name}", state=word, lock_state=f"{word.casefold()}ed")

    def obeys(self, topic: str, payload: str) -> Iterator[Said]:  # noqa: ARG002
        self.locked = json.loads(payload)["state"] == "LOCK"
        return self.tells()


FOUND: tuple[type[Found], ...] = (
    ZigbeeLamp,
    HassPlug,
    HassClimate,
    TasmotaPlug,
    ShellyRoller,
    ShellyPlug,
    CurtShellyPlug,
    HomieDimmer,
    HomieCurtain,
)
