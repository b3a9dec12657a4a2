"""A guard outlives a new name, a new id, another dialect and a second description of the same relay."""

import json
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from gateway.clova.regions import KR
from gateway.desk import Desk
from gateway.dialects.finding import Dialect
from gateway.dialects.homeassistant import HomeAssistant
from gateway.dialects.shelly import Shelly
from gateway.dialects.sightings import Sightings
from gateway.dialects.tasmota import Tasmota
from gateway.dialects.zigbee2mqtt import Zigbee2Mqtt
from gateway.discovery import Discovery
from gateway.engine.inventory import Inventory
from gateway.guards import MAX_MARKS, Guards, Key, Mark, keys_of, overlap, owned
from gateway.home.device import Device, Unlocking
from gateway.housing import Place
from gateway.links.shelf import Shelf
from gateway.parts import DIALECTS
from gateway.placing import Match, Placement, Rules, placed
from gateway.wire.binding import Message, Wiring
from tests.dialects.shelly import test_later as shelly
from tests.dialects.tasmota import documents as tasmota
from tests.homes import plain

NEVER, ARMED, ALWAYS = Unlocking("never"), Unlocking("armed"), Unlocking("always")
NO_RULES = Rules()
KEEP = 30 * 86_400.0


def guard(unlocking: Unlocking = NEVER, **match: str) -> Rules:
    """One entry that guards, and tells CLOVA of it."""
    return Rules((Placement(Match(**match), expose=True, unlocking=unlocking),))


class House:
    """A discovery with real dialects and a real shelf, whose home is a dictionary."""

    def __init__(self, folder: Path, rules: Rules, dialects: Iterable[Dialect]) -> None:
        self.home: dict[str, Wiring] = {}
        self.now = 1_800_000_000.0
        self.shelf = Shelf(folder / "discovered.db")
        self.discovery = Discovery(
            Desk(list(dialects)),
            Inventory(DIALECTS, KEEP),
            Sightings(),
            self.by(rules),
            self._put,
            lambda device_id: self.home.__delitem__(device_id),
            lambda *_: None,
            self._publish,
            self.shelf,
            KEEP,
            lambda: self.now,
        )

    @staticmethod
    def by(rules: Rules) -> Place:
        return lambda wiring, guards=None: placed(wiring, rules, KR, guards)

    def reload(self, rules: Rules) -> None:
        self.discovery.replace(self.discovery.housing.plan(self.by(rules)))

    def _put(self, wiring: Wiring) -> bool:
        self.home[wiring.device.id] = wiring
        return True

    async def _publish(self, message: Message) -> None:
        raise AssertionError(f"nothing is asked here: {message}")

    async def hear(self, topic: str, said: Any) -> None:
        payload = said if isinstance(said, bytes) else json.dumps(said).encode()
        await self.discovery._take_in([(topic, payload)])

    async def entity(self, uid: str, name: str | None, component: str = "switch", **more: Any) -> None:
        """Home Assistant's words on one entity of the yard's box."""
        device = more.pop("device", {"identifiers": ["yard"], "name": "Yard box"})
        topics = {"command_topic": f"{uid}/set"} | ({"state_topic": uid} if component != "button" else {})
        document = {"unique_id": uid, "name": name, "device": device} | topics | more
        await self.hear(f"homeassistant/{component}/{uid}/config", document)

    def at(self, topic: str) -> Device:
        """The one device that is told at a topic."""
        (device,) = [one.device for one in self.home.values() if topic in one.told()]
        return device


@asynccontextmanager
async def house(folder: Path, rules: Rules = NO_RULES, *dialects: Dialect) -> AsyncIterator[House]:
    made = House(folder, rules, dialects or (HomeAssistant(),))
    kept = await made.shelf.open(made.now - KEEP)
    made.discovery.inventory.remember(kept.identities, kept.pins, made.now)
    await made.discovery.load(kept.documents)
    try:
        yield made
    finally:
        await made.shelf.close()


def is_guarded(device: Device) -> bool:
    """Whether it is shut for good, and CLOVA is not told of it."""
    return bool(device.guarded and device.hidden) and device.unlocking.when == "never"


def is_free(device: Device) -> bool:
    return not (device.guarded or device.hidden)


# A device that is no longer called what it was


async def test_a_guarded_relay_stays_guarded_when_it_is_renamed(tmp_path: Path) -> None:
    async with house(tmp_path, guard(ALWAYS, name="마당 릴레이")) as home:
        for name, says in (("마당 릴레이", ""), ("마당릴레이", "{match: {name: 마당 릴레이}}")):
            await home.entity("u1", None, device={"identifiers": ["d1"], "name": name})
            assert home.at("u1/set").guarded == "entrance"
            assert says in home.at("u1/set").hidden
        assert is_guarded(home.at("u1/set"))
        assert "clova-gateway forget ha-d1" in home.at("u1/set").hidden


async def test_an_entry_that_guards_nothing_is_told(tmp_path: Path) -> None:
    async with house(tmp_path, guard(name="Gate")) as home:
        await home.entity("u1", "Lamp")
        assert home.discovery.guards.unmet() == ["the entry {match: {name: Gate}}"]
        await home.entity("u2", "Gate", device={"identifiers": ["gate"], "name": "Gate"})
        assert home.discovery.guards.unmet() == []


async def test_a_new_unique_id_at_the_same_topic_is_the_same_relay(tmp_path: Path) -> None:
    async with house(tmp_path, guard(id="ha-yard-switch_u1")) as home:
        await home.entity("u0", "Lamp")
        await home.entity("u1", "Relay")
        assert home.at("u1/set").guarded == "entrance"
        await home.hear("homeassistant/switch/u1/config", b"")
        await home.entity("other", "Relay A", command_topic="u1/set", state_topic="u1")
        assert is_guarded(home.at("u1/set"))
        assert is_free(home.at("u0/set"))


async def test_a_renamed_zigbee_device_has_another_topic_and_stays_guarded(tmp_path: Path) -> None:
    async with house(tmp_path, guard(name="box"), Zigbee2Mqtt()) as home:
        await home.hear("zigbee2mqtt/bridge/state", {"state": "online"})
        await home.hear("zigbee2mqtt/bridge/devices", [zigbee("box", "0x0000000000000001")])
        assert home.at("zigbee2mqtt/box/set").guarded == "entrance"
        await home.hear("zigbee2mqtt/bridge/devices", [zigbee("yard", "0x0000000000000001")])
        assert is_guarded(home.at("zigbee2mqtt/yard/set"))


async def test_what_another_dialect_says_of_it_is_guarded_and_its_neighbour_is_not(tmp_path: Path) -> None:
    async with house(tmp_path, guard(id=f"{tasmota.HARDWARE}-1"), Tasmota(), HomeAssistant()) as home:
        await home.hear(tasmota.CONFIG_AT, tasmota.config(1, 1))
        assert home.at("cmnd/desk/POWER1").guarded == "entrance"
        assert is_free(home.at("cmnd/desk/POWER2"))
        home.now += 100
        for number in (1, 2):
            device = {"identifiers": ["A"], "name": "Desk", "connections": [["mac", tasmota.MAC]]}
            topics = {"command_topic": f"cmnd/desk/POWER{number}", "state_topic": f"stat/desk/POWER{number}"}
            await home.entity(f"A_{number}", f"Desk {number}", device=device, **topics)
        await home.hear(tasmota.CONFIG_AT, b"")
        assert home.at("cmnd/desk/POWER1").dialect == "homeassistant"
        assert is_guarded(home.at("cmnd/desk/POWER1"))
        assert is_free(home.at("cmnd/desk/POWER2"))


async def test_the_button_beside_a_lock_stays_guarded_without_the_lock(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.entity("b", "Go", "button")
        await home.entity("l", "Lock", "lock")
        assert home.at("b/set").guarded == "lock"
        await home.hear("homeassistant/lock/l/config", b"")
        assert is_guarded(home.at("b/set"))


# A second description


@pytest.mark.parametrize("topic", ["cmnd/desk/POWER", "cmnd/desk/POWER1", "cmnd/desk/Power", "cmnd/desk/power0"])
@pytest.mark.parametrize("is_first", [True, False], ids=["the twin first", "the guarded one first"])
async def test_a_twin_of_a_found_relay_is_guarded(topic: str, is_first: bool, tmp_path: Path) -> None:
    async with house(tmp_path, guard(hardware=tasmota.HARDWARE), Tasmota(), HomeAssistant()) as home:
        for is_twin in (is_first, not is_first):
            if is_twin:
                await home.entity("twin", "Yard", command_topic=topic, state_topic="stat/desk/POWER")
            else:
                await home.hear(tasmota.CONFIG_AT, tasmota.config(1))
        twin, relay = (home.home[one].device for one in ("ha-yard", tasmota.HARDWARE))
        assert is_guarded(twin)
        assert (relay.guarded, relay.hidden) == ("entrance", "")


async def test_an_entry_of_its_own_tells_clova_of_a_twin_that_stays_shut(tmp_path: Path) -> None:
    entries = (*guard(ALWAYS, id="ha-yard").placements, Placement(Match(id="ha-other"), expose=True))
    async with house(tmp_path, Rules(entries)) as home:
        await home.entity("u1", None)
        other = {"identifiers": ["other"], "name": "Other"}
        await home.entity("u2", None, device=other, command_topic="u1/set/state")
        twin = home.home["ha-other"].device
        assert (twin.guarded, twin.hidden, twin.unlocking.when) == ("entrance", "", "never")


def zigbee(name: str, address: str) -> dict[str, Any]:
    """What Zigbee2MQTT says of a relay."""
    leaf = {"type": "binary", "name": "state", "property": "state", "label": "state", "access": 7}
    exposes = [{"type": "switch", "features": [leaf | {"value_on": "ON", "value_off": "OFF"}]}]
    return {
        "ieee_address": address,
        "type": "Router",
        "friendly_name": name,
        "supported": True,
        "interview_completed": True,
        "definition": {"model": "M", "vendor": "V", "description": "relay", "exposes": exposes, "options": []},
    }


def boxes() -> list[Wiring]:
    z2m = Zigbee2Mqtt()
    z2m.hear("zigbee2mqtt/bridge/state", b'{"state": "online"}')
    devices = [zigbee("box", "0x0000000000000001"), zigbee("box2", "0x0000000000000002")]
    z2m.hear("zigbee2mqtt/bridge/devices", json.dumps(devices).encode())
    return [wiring for finding in z2m.findings() for wiring in finding.wirings]


CALL = {"command": "attic/fan/rpc", "command_path": "params.on"}
FOUND: dict[str, list[Wiring]] = {
    "tasmota": list(tasmota.wired(tasmota.config(1, 1))),
    "shelly": list(shelly.home({"switch:0": shelly.RELAY}).values()),
    "zigbee2mqtt": boxes(),
}


@pytest.mark.parametrize(
    ("dialect", "command"),
    [
        ("tasmota", {"command": "cmnd/desk/POWER1"}),
        ("tasmota", {"command": "cmnd/desk/Power"}),
        ("tasmota", {"command": "CMND/desk/POWER"}),
        ("shelly", {"command": "attic/fan/command/switch:0"}),
        ("shelly", {"command": "attic/fan/rpc"}),
        ("zigbee2mqtt", {"command": "zigbee2mqtt/box/set"}),
        ("zigbee2mqtt", {"command": "zigbee2mqtt/box/set/state"}),
        ("zigbee2mqtt", {"command": "zigbee2mqtt/box/set", "command_path": "state"}),
        ("zigbee2mqtt", {"command": "zigbee2mqtt/0x0000000000000001/set", "command_path": "state"}),
    ],
)
def test_what_its_owner_wrote_and_guards_is_guarded_where_it_is_found(dialect: str, command: dict[str, Any]) -> None:
    gate = plain("gate", "SWITCH", "대문", on_off=command, lock={"unlock": "never"})
    first, *others = (placed(one, Rules(guarded=owned([gate])), KR).device for one in FOUND[dialect])
    assert is_guarded(first)
    assert "'gate'" in first.hidden
    assert all(is_free(one) for one in others)


@pytest.mark.parametrize(
    ("dialect", "command"),
    [
        ("tasmota", {"command": "cmnd/desk/POWER3"}),
        ("shelly", {"command": "attic/fan/command/switch:1"}),
        ("zigbee2mqtt", {"command": "zigbee2mqtt/box/set/power_on_behavior"}),
        ("zigbee2mqtt", {"command": "zigbee2mqtt/box/set", "command_path": "child_lock"}),
    ],
)
def test_what_is_told_something_else_is_free(dialect: str, command: dict[str, Any]) -> None:
    gate = plain("gate", "SWITCH", "대문", on_off=command, lock={"unlock": "never"})
    assert all(is_free(placed(one, Rules(guarded=owned([gate])), KR).device) for one in FOUND[dialect])


def test_what_nobody_guards_is_no_back_door() -> None:
    lamp = plain("lamp", "LIGHT", "등", on_off={"command": "cmnd/desk/POWER1"})
    assert owned([lamp]) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Key("a"), Key("a", ("x",), "f"), True),
        (Key("a", ("x",)), Key("a", ("x", "y")), True),
        (Key("a", ("x",)), Key("a", ("y",)), False),
        (Key("a", (), "f"), Key("a", ("x",), "f"), True),
        (Key("a", (), "f"), Key("a", (), "g"), False),
        (Key("a"), Key("b"), False),
    ],
)
def test_what_may_come_to_the_same(one: Key, other: Key, same: bool) -> None:
    assert overlap(one, other) is overlap(other, one) is same


def test_parts_of_one_piece_of_hardware_are_told_apart_by_their_dialect() -> None:
    guards = Guards()
    guards.learn(Mark("h", "d", "1", frozenset({Key("a", ("x",))}), "entrance", "me"))
    assert guards.over(("h", "d", "2"), [Key("a")]) is None
    assert guards.over(("h", "d", "2"), [Key("a", ("x",))]) is not None
    assert guards.over(("h", "other", "2"), [Key("a")]) is not None
    assert guards.over(("other", "d", "2"), [Key("a")]) is not None
    assert guards.over(("h", "d", "1"), []) is not None
    assert guards.over(("other", "d", "1"), [Key("b")]) is None


def test_there_is_room_for_so_many() -> None:
    guards = Guards()
    for number in range(MAX_MARKS + 1):
        guards.learn(Mark(f"h{number}", "d", "", frozenset({Key("a")}), "lock", "me"))
    assert len(list(guards.marks())) == MAX_MARKS
    assert guards.forget("h0")
    assert not guards.forget("h0")


def test_a_shelly_is_one_component_however_it_is_called() -> None:
    (relay,) = FOUND["shelly"]
    assert keys_of(relay) == {Key("attic/fan", (), "switch:0")}


# Ids, entries, restarts


async def test_an_id_is_not_handed_on_from_or_to_what_is_guarded(tmp_path: Path) -> None:
    rules = Rules((Placement(Match(hardware=shelly.HARDWARE), expose=True),))
    async with house(tmp_path, rules, Shelly(), HomeAssistant()) as home:
        inventory = home.discovery.inventory
        parts = {"switch:0": shelly.RELAY, "cover:0": shelly.COVER}
        names = {"cover:0": {"id": 0, "name": "Garage door"}, "switch:0": {"id": 0, "name": "Path lamp"}}
        found = list(shelly.found(parts, names).values())
        for one in found:
            inventory.found(one.hardware, "shelly", one.source, one.wirings, one.refused, home.now)
        ids = {one.device.id for one in inventory.settle(shelly.HARDWARE, home.now) if one.device.guarded}
        assert ids
        home.now += 100
        device = {"identifiers": ["x"], "name": "Box", "connections": [["mac", shelly.MAC]]}
        await home.entity("b", "Pulse", device=device)
        await home.entity("a", "Path", "light", device=device)
        for one in found:
            inventory.found(one.hardware, "shelly", one.source, (), (), home.now)
        assert ids.isdisjoint(one.device.id for one in inventory.settle(shelly.HARDWARE, home.now))


@pytest.mark.parametrize("order", [1, -1])
def test_the_strictest_of_several_entries_counts(order: int) -> None:
    relay = FOUND["tasmota"][0]
    words = {"never": NEVER, "armed": ARMED, "always": ALWAYS}
    for strict, lax in (("never", "armed"), ("never", "always"), ("armed", "always")):
        entries = [
            Placement(Match(hardware=relay.device.hardware), expose=True, unlocking=words[lax]),
            Placement(Match(id=relay.device.id), unlocking=words[strict]),
        ]
        assert placed(relay, Rules(tuple(entries[::order])), KR).device.unlocking.when == strict


async def test_a_guard_outlives_a_restart_and_ends_with_forgetting(tmp_path: Path) -> None:
    async with house(tmp_path, guard(id="ha-yard")) as home:
        await home.entity("u1", None)
        assert home.at("u1/set").guarded
    twin = {"identifiers": ["other"], "name": "Other"}
    async with house(tmp_path) as home:
        await home.entity("u2", None, device=twin, command_topic="u1/set")
        assert all(is_guarded(home.home[one].device) for one in ("ha-yard", "ha-other"))
        assert home.discovery.forget("ha-yard")
        await home.discovery._pin()
        assert all(is_free(one.device) for one in home.home.values())
    async with house(tmp_path) as home:
        assert all(is_free(one.device) for one in home.home.values())


async def test_what_its_owner_wrote_and_guarded_stays_guarded_without_the_entry(tmp_path: Path) -> None:
    gate = plain("gate", "SWITCH", "대문", on_off={"command": "u1/set"}, lock={"unlock": "never"})
    async with house(tmp_path, Rules(guarded=owned([gate]))) as home:
        await home.entity("u1", None)
        assert "'gate'" in home.at("u1/set").hidden
        home.reload(NO_RULES)
        assert is_guarded(home.at("u1/set"))
        assert "{id: gate}" in home.at("u1/set").hidden
    async with house(tmp_path) as home:
        assert is_guarded(home.at("u1/set"))
        assert home.discovery.forget("ha-yard")
        assert is_free(home.at("u1/set"))


async def test_a_plan_teaches_the_guards_nothing_before_it_is_carried_out(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.entity("u1", None)
        plan = home.discovery.housing.plan(home.by(guard(id="ha-yard")))
        assert list(home.discovery.guards.marks()) == []
        home.discovery.replace(plan)
        assert [one.hardware for one in home.discovery.guards.marks()] == ["ha-yard"]
        assert home.discovery.guards.unmet() == []


async def test_a_shelf_of_the_first_version_is_extended(tmp_path: Path) -> None:
    async with house(tmp_path, guard(id="ha-yard")) as home:
        await home.entity("u1", None)
    with closing(sqlite3.connect(tmp_path / "discovered.db")) as db:
        db.executescript("DROP TABLE guards; PRAGMA user_version = 1;")
    async with house(tmp_path, guard(id="ha-yard")) as home:
        assert home.at("u1/set").guarded
        assert len(list(await home.shelf.guarded())) == 1
    assert not (tmp_path / "discovered.broken").exists()
