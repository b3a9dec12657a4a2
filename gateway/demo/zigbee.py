"""A Zigbee2MQTT bridge with a home full of devices: one MQTT client, one topic for each friendly name."""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from gateway.demo.device import Report, Truth, news
from gateway.demo.foundling import Appliance, Foundling
from gateway.demo.zigbee_child import Child, State
from gateway.demo.zigbee_devices import CurtainMotor, MeteringPlug, RadiatorValve, WallSwitch
from gateway.demo.zigbee_groups import Group
from gateway.demo.zigbee_lamps import ColorLamp, DimmableLamp
from gateway.demo.zigbee_lock import DoorLock
from gateway.demo.zigbee_sensors import AirMonitor, ContactSensor, MotionSensor, SmokeDetector

BASE = "zigbee2mqtt"
COORDINATOR = "0x0200d1f000000001"
PASSING = "action"
"""What these keys begin with is about a moment."""
_TAIL = re.compile(r"^(?:/(\w+))?/(set|get)(?:/(.+))?$")
_WORDS = frozenset({"on", "off", "toggle", "open", "close", "stop", "lock", "unlock"})


class Bridge(Foundling):
    """What it says is `{"state": ...}` in JSON, its own last will too. States are not kept by the broker by default."""

    kind = "SMARTHUB"
    dialect = "zigbee2mqtt"
    availability_words = ('{"state":"online"}', '{"state":"offline"}')

    def __init__(self, children: tuple[Child, ...], groups: tuple[Group, ...] = (), lively: bool = False) -> None:
        super().__init__(COORDINATOR, "지그비 허브", lively)
        self.children = children
        self.groups = groups
        self.topic = BASE
        self.availability = f"{BASE}/bridge/state"
        names = [*((child.name, child.model.endpoints) for child in children), *((group.name, ()) for group in groups)]
        self.commands = tuple(topic for name, endpoints in names for topic in _command_topics(name, endpoints))
        for child in children:
            child.radio = self
        self._said = {appliance.id: appliance.truth() for appliance in self.appliances}

    @property
    def appliances(self) -> tuple[Appliance, ...]:
        """Those of every device, then those of the groups; the bridge itself is none."""
        everything: tuple[Child | Group, ...] = (*self.children, *self.groups)
        return tuple(appliance for one in everything for appliance in one.appliances)

    @property
    def lanes(self) -> tuple[tuple[Appliance, ...], ...]:
        """A group with its members, and each other device by itself."""
        members = {member for group in self.groups for member in group.members}
        lanes = [child.appliances for child in self.children if child not in members]
        for group in self.groups:
            lanes.append((*(one for member in group.members for one in member.appliances), *group.appliances))
        return tuple(lanes)

    @property
    def moving(self) -> bool:
        """Whether anything is."""
        return any(child.moving for child in self.children)

    def truth(self) -> Truth:
        """How many devices answer."""
        return {"connected": sum(child.powered for child in self.children)}

    def child(self, name: str) -> Child:
        """The device of this friendly name. Raises LookupError."""
        for child in self.children:
            if child.name == name:
                return child
        raise LookupError(name)

    def greetings(self) -> Iterator[Report]:
        """What it is, which devices and groups it has, and which of them are there."""
        yield Report(f"{BASE}/bridge/info", _dump(_info()))
        yield Report(f"{BASE}/bridge/devices", _dump(self._devices()))
        yield Report(f"{BASE}/bridge/groups", _dump([group.description() for group in self.groups]))
        for child in self.children:
            yield self._presence(child)
        for group in self.groups:
            yield Report(f"{BASE}/{group.name}/availability", self.availability_words[0])

    def reports(self) -> Iterator[Report]:
        """Every state it remembers, as it sends them when it starts."""
        yield from (_state_of(child) for child in self.children)
        yield from (Report(f"{BASE}/{group.name}", _dump(group.state()), retain=False) for group in self.groups)

    async def say(self, child: Child, said: State) -> None:
        """A device has reported, or acknowledged: its whole state is published, and that of a group that it changes.

        What passes is published once, and not remembered.
        """
        groups = [(group, group.state()) for group in self.groups if child in group.members]
        child.state |= {key: value for key, value in said.items() if not key.startswith(PASSING)}
        if said:
            await self.publish(_state_of(child, said))
        for group, before in groups:
            if group.state() != before:
                await self.publish(Report(f"{BASE}/{group.name}", _dump(group.state()), retain=False))
        self._wake()
        self._tell_of(*child.appliances, *(group for group, _ in groups))

    def _tell_of(self, *appliances: Appliance) -> None:
        """What has changed of those that are at rest."""
        for appliance in appliances:
            was, now = self._said[appliance.id], appliance.truth()
            changed = "" if appliance.moving else news(was, now)
            if changed and self.tell is not None:
                self.tell(f"{appliance.called} ({appliance.id}): {changed}")
            self._said[appliance.id] = was if appliance.moving else now

    async def lose(self, child: Child) -> None:
        """A device loses its power: the bridge finds out and says so."""
        child.powered = False
        await self.publish(self._presence(child))
        self._wake()

    async def regain(self, child: Child) -> None:
        """The device has power again."""
        child.powered = True
        await self.publish(self._presence(child))
        self._wake()

    async def hear(self, topic: str, payload: str) -> None:
        """`<name>/set`, `<name>/set/<key>`, the same below `<name>/<endpoint>`, and `<name>/get`."""
        one = self._addressed(topic)
        *endpoint, verb, key = _TAIL.findall(topic.removeprefix(f"{BASE}/{one.name}"))[0]
        asked = _asked(payload, key)
        if endpoint[0]:
            asked = {f"{name}_{endpoint[0]}": value for name, value in asked.items()}
        if isinstance(one, Group):
            await self._tell_group(one, verb, asked)
        elif verb == "set":
            one.received.append(payload)
            await self._order(one, asked)
        elif one.powered and one.model.gettable() & asked.keys():
            await self.say(one, one.read())

    async def stir(self) -> None:
        """In every device."""
        for child in self.children:
            await child.stir()

    async def move(self) -> None:
        """All that takes time."""
        await self._forever(child.move() for child in self.children)

    async def live(self) -> None:
        """All that changes by itself."""
        await self._forever(child.live() for child in self.children)

    async def _forever(self, lives: Iterable[Any]) -> None:
        async with asyncio.TaskGroup() as tasks:
            for life in lives:
                tasks.create_task(life)

    def _addressed(self, topic: str) -> Child | Group:
        """Whose topic it is: the one with the longest name, as names may have slashes."""
        everyone: tuple[Child | Group, ...] = (*self.children, *self.groups)
        below = [one for one in everyone if topic.startswith(f"{BASE}/{one.name}/")]
        return max(below, key=lambda one: len(one.name))

    async def _order(self, child: Child, asked: State) -> None:
        """What makes sense is done, and told in one message; the rest is only an error in the bridge's log."""
        wrong: list[str] = []
        said: State = {}
        for key, value in asked.items() if child.powered else ():
            try:
                said |= child.set(key, value)
            except (ValueError, TypeError, KeyError, OverflowError) as error:
                wrong.append(str(error))
        if asked.get("state") == "OFF" and "state" in said:
            said["state"] = "OFF"
        await self.say(child, said)
        if wrong:
            raise ValueError("; ".join(wrong))

    async def _tell_group(self, group: Group, verb: str, asked: State) -> None:
        """Every member is told; `scene_recall` tells each what it has stored. A group cannot be asked."""
        for member in group.members if verb == "set" else ():
            told = group.told[member] if asked.get("scene_recall") == 1 else asked
            await self._order(member, {key: value for key, value in told.items() if key in member.takes})

    def _presence(self, child: Child) -> Report:
        return Report(f"{BASE}/{child.name}/availability", self.availability_words[0 if child.powered else 1])

    def _devices(self) -> list[dict[str, Any]]:
        return [_coordinator(), *(child.description(0x1A00 + n) for n, child in enumerate(self.children))]


def zigbee_home(lively: bool = False) -> Bridge:
    """The bridge of the demo: a lamp, a second one, and one device of each other sort."""
    white = {"state": "ON", "brightness": 178}
    colored = {"color_mode": "color_temp", "color_temp": 370, "color": {"hue": 29, "saturation": 61}}
    colored["color"] |= {"x": 0.4582, "y": 0.41}  # type: ignore[operator]  # the inner table
    color = ColorLamp("0x0200d1f0000000a1", "거실/색등", white | colored)
    lamp = DimmableLamp("0x0200d1f0000000a2", "거실 스탠드", {"state": "OFF", "brightness": 127})
    evening: dict[Child, State] = {
        color: {"brightness": 90, "color_temp": 454},
        lamp: {"brightness": 60},
    }
    children = (
        color,
        lamp,
        WallSwitch("0x0200d1f0000000b1", "복도 스위치"),
        MeteringPlug("0x0200d1f0000000b2", "다용도실/플러그"),
        RadiatorValve("0x0200d1f0000000c1", "작은방 라디에이터"),
        DoorLock("0x0200d1f0000000c2", "뒷문 도어락"),
        CurtainMotor("0x0200d1f0000000c3", "안방/커튼"),
        MotionSensor("0x0200d1f0000000d1", "현관 움직임 센서"),
        SmokeDetector("0x0200d1f0000000d2", "보일러실 연기 감지기"),
        ContactSensor("0x0200d1f0000000d3", "욕실 창문"),
        AirMonitor("0x0200d1f0000000d4", "공부방 공기질"),
    )
    return Bridge(children, (Group(1, "거실 불빛", (color, lamp), "저녁", evening),), lively)


def _command_topics(name: str, endpoints: tuple[str, ...]) -> Iterator[str]:
    for place in ("", *(f"{endpoint}/" for endpoint in endpoints)):
        yield from (f"{BASE}/{name}/{place}{end}" for end in ("set", "set/+", "get"))


def _asked(payload: str, key: str) -> State:
    """What a payload says, for a key of the topic or for those it names."""
    try:
        said = json.loads(payload)
    except ValueError:
        said = payload
    if key:
        return {key: said}
    if isinstance(said, dict):
        return said
    if str(said).lower() in _WORDS:
        return {"state": said}
    raise ValueError("neither an object nor a word")


def _state_of(child: Child, passing: State | None = None) -> Report:
    return Report(f"{BASE}/{child.name}", _dump(child.state | (passing or {})), retain=child.retain)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _info() -> dict[str, Any]:
    return {
        "commit": "0000000",
        "config": {
            "advanced": {"cache_state": True, "last_seen": "disable", "output": "json"},
            "availability": {"enabled": True},
            "homeassistant": {"enabled": False},
            "mqtt": {"base_topic": BASE},
        },
        "coordinator": {"ieee_address": COORDINATOR, "type": "EmberZNet", "meta": {"revision": "7.4.4"}},
        "log_level": "info",
        "network": {"channel": 15, "pan_id": 6754},
        "permit_join": False,
        "restart_required": False,
        "version": "2.1.3",
    }


def _coordinator() -> dict[str, Any]:
    return {
        "definition": None,
        "disabled": False,
        "endpoints": {"1": {"bindings": [], "clusters": {"input": [], "output": []}, "configured_reportings": []}},
        "friendly_name": "Coordinator",
        "ieee_address": COORDINATOR,
        "interview_completed": True,
        "interview_state": "SUCCESSFUL",
        "interviewing": False,
        "network_address": 0,
        "supported": True,
        "type": "Coordinator",
    }
