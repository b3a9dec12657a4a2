"""Groups: of what all members have, told as one."""

import json
from typing import Any

import pytest

from gateway.dialects.zigbee2mqtt import Zigbee2Mqtt
from gateway.home.device import Slot
from gateway.home.traits import BRIGHTNESS, COLOR_TEMPERATURE, ON_OFF, OPENING
from gateway.wire.binding import Availability, Wiring, messages
from tests.dialects.zigbee2mqtt import listed as z
from tests.dialects.zigbee2mqtt.echo import failures

ADDRESSES = [f"0x00aa11bb22cc330{number}" for number in range(4)]
DIMMED = z.specific("light", z.STATE, z.BRIGHTNESS)
WARM = z.specific("light", z.STATE, z.BRIGHTNESS, z.WHITE)
COOL = z.specific("light", z.STATE, z.BRIGHTNESS, z.numeric("color_temp", 200, 600))
RELAY = z.specific("switch", z.STATE)


def group(count: int, **more: Any) -> z.Json:
    members = [{"ieee_address": address, "endpoint": 1} for address in ADDRESSES[:count]]
    return {"id": 5, "friendly_name": "거실/모두", "members": members, "scenes": []} | more


def of(*exposes: z.Json, **more: Any) -> tuple[Wiring, ...]:
    """The appliances of a group of devices with one expose each."""
    documents = [
        z.device(expose if isinstance(expose, dict) else expose[0], ieee_address=address, name=f"{address} one") | {}
        for address, expose in zip(ADDRESSES, exposes, strict=False)
    ]
    return z.told(*documents, groups=(group(len(exposes), **more),))["z2m-group-5"].wirings


def test_a_group_of_lamps() -> None:
    (wiring,) = of(WARM, COOL)
    assert (wiring.device.kind, wiring.device.name, wiring.device.room) == ("LIGHT", "거실 모두", "거실")
    assert set(wiring.bindings) == {Slot(ON_OFF), Slot(BRIGHTNESS), Slot(COLOR_TEMPERATURE)}
    assert z.limits(wiring, COLOR_TEMPERATURE) == (2000, 5000, 0)
    assert wiring.availability == (Availability("zigbee2mqtt/bridge/state", ("state",)),)
    assert not any(binding.ask for binding in wiring.bindings.values())
    (sent,) = messages({Slot(BRIGHTNESS): 100.0}, wiring)
    assert (sent.topic, sent.payload) == ("zigbee2mqtt/거실/모두/set", b'{"brightness":254}')
    assert not list(failures(wiring))


@pytest.mark.parametrize(
    ("members", "kind", "traits"),
    [
        ([DIMMED, WARM], "LIGHT", {"on_off", "brightness"}),
        ([RELAY, RELAY], "SWITCH", {"on_off"}),
        ([RELAY, WARM], "SWITCH", {"on_off"}),
        ([z.specific("switch", z.STATE, endpoint="l1"), RELAY], "SWITCH", {"on_off"}),
        ([z.specific("cover", z.WAYS, z.POSITION)] * 2, "SMARTCURTAIN", {"opening"}),
    ],
)
def test_what_they_have_in_common(members: list[z.Json], kind: str, traits: set[str]) -> None:
    (wiring,) = of(*members)
    assert (wiring.device.kind, set(z.slots(wiring))) == (kind, traits)
    assert not list(failures(wiring))


@pytest.mark.parametrize(
    "members",
    [
        [RELAY, z.specific("cover", z.WAYS)],
        [RELAY, z.specific("switch", z.binary("state", True, False))],
        [z.specific("lock", z.binary("state", "LOCK", "UNLOCK"))] * 2,
        [z.specific("switch", z.STATE, endpoint="backlight")],
        [z.binary("smoke", True, False, access=1)],
        [],
    ],
)
def test_what_has_nothing_in_common(members: list[z.Json]) -> None:
    assert not of(*members)


def test_a_group_with_a_valve_is_guarded() -> None:
    valve = z.device(RELAY, about="Water valve", ieee_address=ADDRESSES[0])
    plug = z.device(RELAY, ieee_address=ADDRESSES[1])
    (wiring,) = z.told(valve, plug, groups=(group(2),))["z2m-group-5"].wirings
    assert (wiring.device.kind, wiring.device.guarded) == ("SMARTVALVE", "valve")


def test_scenes_of_a_group() -> None:
    shades, scene = of(z.specific("cover", z.WAYS, z.POSITION), scenes=[{"id": 2, "name": "밤"}])
    assert Slot(OPENING) in shades.bindings
    assert (scene.device.id, scene.device.name) == ("z2m-group-5-scene-2", "거실 모두 밤")
    (sent,) = messages({Slot(ON_OFF): True}, scene)
    assert (sent.topic, sent.payload) == ("zigbee2mqtt/거실/모두/set", b'{"scene_recall":2}')


def test_a_group_follows_its_members() -> None:
    dialect = Zigbee2Mqtt()
    lamp = z.device(WARM, ieee_address=ADDRESSES[0])
    assert dialect.hear(z.GROUPS, json.dumps([group(1)]).encode())
    (finding,) = dialect.findings()
    assert finding.refused == ("it has no members that are known",)
    assert dialect.hear(z.DEVICES, json.dumps([lamp]).encode())
    found = {finding.hardware: finding for finding in dialect.findings()}
    assert set(z.slots(found["z2m-group-5"].wirings[0])) == {"on_off", "brightness", "color_temperature"}
    assert dialect.hear(z.DEVICES, json.dumps([lamp | {"definition": z.device(DIMMED)["definition"]}]).encode())
    found = {finding.hardware: finding for finding in dialect.findings()}
    assert set(z.slots(found["z2m-group-5"].wirings[0])) == {"on_off", "brightness"}
    assert dialect.hear(z.GROUPS, b"[]")
    (gone,) = dialect.findings()
    assert (gone.hardware, gone.wirings, gone.refused) == ("z2m-group-5", (), ())


@pytest.mark.parametrize(
    ("base", "hardware"),
    [
        ("zigbee2mqtt", "z2m-group-5"),
        ("upstairs", "z2m-group-5-upstairs"),
        ("home/z2m", "z2m-group-5-home_z2m-812ea7a8"),
    ],
)
def test_groups_of_different_bridges_have_different_names(base: str, hardware: str) -> None:
    assert set(z.told(groups=(group(0),), base=base)) == {hardware}


@pytest.mark.parametrize("bad", [7, None, {}, {"id": True}, {"id": -1}, {"id": "5"}, []])
def test_what_is_no_group(bad: object) -> None:
    dialect = Zigbee2Mqtt()
    assert dialect.hear(z.GROUPS, json.dumps([bad, group(0)]).encode())
    found = {finding.hardware: finding for finding in dialect.findings()}
    assert set(found) == {"z2m-bridge", "z2m-group-5"}


@pytest.mark.parametrize("more", [{"friendly_name": "a+"}, {"friendly_name": 7}, {"members": 7}, {"members": [7, {}]}])
def test_groups_that_cannot_be_used(more: z.Json) -> None:
    finding = z.told(groups=(group(0) | more,))["z2m-group-5"]
    assert not finding.wirings
    assert finding.refused
