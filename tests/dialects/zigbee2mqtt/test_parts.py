"""What has several parts: gangs, lamps beside fans, meters of several phases; names, rooms, scenes."""

import json

import pytest

from gateway.home.device import Slot
from gateway.home.traits import ON_OFF
from gateway.wire.binding import Availability, messages
from tests.dialects.zigbee2mqtt import listed as z
from tests.dialects.zigbee2mqtt.echo import failures

POWER = z.numeric("power", access=1, unit="W")


def test_each_gang_is_an_appliance_of_its_own() -> None:
    gangs = [z.specific("switch", z.STATE, endpoint=name) for name in ("l1", "l2", "left")]
    power = [z.at("l1", POWER), z.at("l2", POWER)]
    wirings = z.found(*gangs, *power)
    assert [(one.device.id, one.device.name, set(z.slots(one))) for one in wirings] == [
        (f"{z.IEEE}-l1", "거실 하나 1", {"on_off", "power_use"}),
        (f"{z.IEEE}-l2", "거실 하나 2", {"on_off", "power_use"}),
        (f"{z.IEEE}-left", "거실 하나 left", {"on_off"}),
    ]
    (sent,) = messages({Slot(ON_OFF): True}, wirings[2])
    assert sent.payload == b'{"state_left":"ON"}'
    assert wirings[1].bindings[Slot(ON_OFF)].ask is not None
    assert not [failure for one in wirings for failure in failures(one)]


def test_plain_binaries_can_be_gangs_too() -> None:
    wirings = z.found(z.binary("state_l1"), z.binary("state_l2"))
    assert [one.device.id for one in wirings] == [f"{z.IEEE}-l1", f"{z.IEEE}-l2"]


def test_the_only_part_is_called_as_the_whole() -> None:
    wiring = z.only(z.specific("cover", z.WAYS, z.POSITION, endpoint="1"))
    assert (wiring.device.id, wiring.device.name) == (z.IEEE, "거실 하나")


def test_two_things_of_one_endpoint_have_different_ids_in_any_order() -> None:
    fan = z.specific("fan", z.binary("state", property="fan_state"))
    light = z.specific("light", z.STATE)
    for exposes in ((fan, light), (light, fan)):
        told = {one.device.id: (one.device.kind, one.device.name) for one in z.found(*exposes)}
        assert told == {z.IEEE: ("FAN", "거실 하나"), f"{z.IEEE}-light": ("LIGHT", "거실 하나 light")}


def test_colored_lamps_of_one_controller_have_modes_of_their_own() -> None:
    rgb = z.specific("light", z.STATE, z.WHITE, z.color("xy"), endpoint="rgb")
    white = z.specific("light", z.STATE, z.BRIGHTNESS, endpoint="white")
    wirings = z.found(rgb, white)
    assert [one.device.name for one in wirings] == ["거실 하나 rgb", "거실 하나 white"]
    assert not [failure for one in wirings for failure in failures(one)]
    whens = {when.path for one in wirings for feed in one.feeds() for when in feed.when}
    assert whens == {("color_mode_rgb",)}


def test_one_phase_is_not_the_whole() -> None:
    phases = [z.at(f"l{number}", POWER) for number in (1, 2, 3)]
    assert not z.found(*phases)
    assert set(z.slots(z.only(POWER, *phases))) == {"power_use"}
    assert z.only(POWER, *phases).bindings[next(iter(z.only(POWER, *phases).bindings))].feeds[0].path == ("power",)


@pytest.mark.parametrize(
    ("friendly", "about", "name", "room"),
    [
        ("부엌/전등", None, "부엌 전등", "부엌"),
        ("寝室のランプ", "二階\n窓のそば", "寝室のランプ", "二階"),
        ("a/b/c", None, "a b c", "a b"),
        (z.IEEE, None, "Maru MR-1", ""),
        ("x" * 300, None, "x" * 100, ""),
    ],
)
def test_names_and_rooms(friendly: str, about: str | None, name: str, room: str) -> None:
    wiring = z.only(z.specific("light", z.STATE), name=friendly, description=about)
    assert (wiring.device.name, wiring.device.room) == (name, room)
    assert wiring.bindings[Slot(ON_OFF)].feeds[0].topic == f"zigbee2mqtt/{friendly}"
    assert (wiring.device.manufacturer, wiring.device.model, wiring.device.id) == ("Maru", "MR-1", z.IEEE)


@pytest.mark.parametrize("friendly", ["", "a+b", "a#", "two\nlines", "nul\0", "del\x7f", 7, None, "x" * 5000])
def test_names_that_make_no_topic(friendly: object) -> None:
    finding = z.told(z.device(z.specific("light", z.STATE), friendly_name=friendly))[z.IEEE]
    assert not finding.wirings
    assert finding.refused


def test_the_bridge_and_the_device_say_whether_it_is_there() -> None:
    wiring = z.only(z.specific("light", z.STATE), name="a/b")
    assert wiring.availability == (
        Availability("zigbee2mqtt/bridge/state", ("state",)),
        Availability("zigbee2mqtt/a/b/availability", ("state",)),
    )
    assert wiring.availability_mode == "all"


def test_scenes_are_recalled() -> None:
    stored = {"scenes": [{"id": 3, "name": "영화"}, {"id": True}, {"id": 999}, "x"]}
    lamp, *scenes = z.found(z.specific("light", z.STATE), endpoints={"1": stored, "2": stored, "x": stored, "3": 7})
    assert lamp.device.id == z.IEEE
    assert [(one.device.id, one.device.name) for one in scenes] == [
        (f"{z.IEEE}-scene-1-3", "거실 하나 영화"),
        (f"{z.IEEE}-scene-2-3", "거실 하나 영화"),
    ]
    sent = [messages({Slot(ON_OFF): True}, one)[0] for one in scenes]
    assert [message.topic for message in sent] == ["zigbee2mqtt/거실 하나/set", "zigbee2mqtt/거실 하나/2/set"]
    assert {json.loads(message.payload)["scene_recall"] for message in sent} == {3}
    with pytest.raises(ValueError, match="no word"):
        messages({Slot(ON_OFF): False}, scenes[0])
