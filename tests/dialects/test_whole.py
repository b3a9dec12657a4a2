"""The plain dialect: what is said of a device beside its traits, and of a trait beside its values."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.dialects.plain import PlainDevice, compile_device
from gateway.home.device import Condition, Slot
from gateway.home.traits import CONDITION, DONE, TRAITS, Deed
from gateway.wire.binding import Message
from gateway.wire.paths import read
from tests.dialects.rows import SET
from tests.homes import plain

ON, MODE, VOLUME, TARGET = (Slot(TRAITS[name]) for name in ("on_off", "mode", "volume", "target_temperature"))


# Parts

FRIDGE: dict[str, Any] = {
    "on_off": SET,
    "parts": {
        "freezer": {"target_temperature": {"command": "z/set", "state": "z"}, "contact": {"state": "z/door"}},
        "fridge": {"target_temperature": {"command": "f/set", "state": "f"}},
    },
}


def test_the_parts_of_a_device_have_slots_of_their_own_in_the_order_of_the_file() -> None:
    wiring = plain(type="REFRIGERATOR", **FRIDGE)
    written = ["on_off", "target_temperature.freezer", "contact.freezer", "target_temperature.fridge"]
    assert [str(slot) for slot in wiring.device.features] == written
    assert [str(slot) for slot in wiring.bindings] == written
    assert wiring.topics() == {"s", "z", "z/door", "f"}
    orders = {str(slot): one.order.topic for slot, one in wiring.bindings.items() if one.order is not None}
    assert orders == {"on_off": "c", "target_temperature.freezer": "z/set", "target_temperature.fridge": "f/set"}
    first = wiring.device.control(TARGET.trait)
    assert first is not None
    assert first.slot.part == "freezer"


def test_a_device_may_consist_of_parts_alone() -> None:
    wiring = plain(parts={"horizontal": {"on_off": SET}, "내 이름": {"on_off": SET}})
    assert [slot.part for slot in wiring.bindings] == ["horizontal", "내 이름"]


USUAL = [
    pytest.param("AIRCONDITIONER", "", (5, 35), id="a room"),
    pytest.param("REFRIGERATOR", "freezer", (-30, -10), id="a freezer"),
    pytest.param("REFRIGERATOR", "fridge", (0, 10), id="a fridge"),
    pytest.param("REFRIGERATOR", "", (-30, 10), id="a refrigerator without parts"),
    pytest.param("REFRIGERATOR", "kimchi", (-30, 10), id="another part of a refrigerator"),
    pytest.param("PURIFIER", "coldwater", (1, 20), id="cold water"),
    pytest.param("PURIFIER", "hotwater", (30, 100), id="hot water"),
    pytest.param("PURIFIER", "", (1, 100), id="any water"),
    pytest.param("OVEN", "", (30, 300), id="an oven"),
    pytest.param("WINECELLAR", "", (2, 20), id="a cellar"),
]


@pytest.mark.parametrize(("kind", "part", "limits"), USUAL)
def test_a_temperature_has_the_usual_limits_where_the_owner_names_none(
    kind: str, part: str, limits: tuple[float, float]
) -> None:
    usual, own = ({"target_temperature": SET | more} for more in ({}, {"limits": [20, 21], "step": 0.1}))
    documents = [{"parts": {part: one}} if part else one for one in (usual, own)]
    found = [plain(type=kind, **one).device.features[Slot(TARGET.trait, part)].limits for one in documents]
    assert [(one.low, one.high, one.step) for one in found] == [(*limits, 0.5), (20, 21, 0.1)]


# Steps


def test_the_steps_of_a_device_are_messages() -> None:
    keys = {way: {"command": f"tv/{way}", "payload": way.upper()} for way in ("up", "down", "next")}
    wiring = plain(type="TV", volume={"state": "s", **keys})
    feature, binding = wiring.device.features[VOLUME], wiring.bindings[VOLUME]
    assert (feature.readable, feature.writable, feature.steps, feature.cycles) == (True, False, True, True)
    assert (binding.up, binding.down) == (Message("tv/up", b"UP"), Message("tv/down", b"DOWN"))
    assert (binding.next, binding.ask) == (Message("tv/next", b"NEXT"), None)


@pytest.mark.parametrize(
    ("section", "steps", "cycles"),
    [
        (SET, False, False),
        ({"up": {"command": "u"}, "down": {"command": "d"}}, True, False),
        ({"next": {"command": "n"}}, False, True),
    ],
)
def test_a_device_has_the_steps_that_are_written(section: dict[str, Any], steps: bool, cycles: bool) -> None:
    feature = plain(type="TV", volume=section).device.features[VOLUME]
    assert (feature.steps, feature.cycles) == (steps, cycles)


# What is said of any trait


@pytest.mark.parametrize(
    ("written", "seconds"),
    [(90, 90.0), ("500ms", 0.5), ("90s", 90.0), ("10min", 600.0), (" 2 h ", 7200.0), ("30d", 2_592_000.0)],
)
def test_a_reading_may_be_too_old_sooner_or_later(written: Any, seconds: float) -> None:
    feature = plain(humidity={"state": "s", "max_age": written}).device.features[Slot(TRAITS["humidity"])]
    assert feature.stale_after == feature.too_old_after == seconds


def test_a_trait_may_be_barred_in_modes_under_any_of_their_names() -> None:
    wiring = plain(
        type="AIRCONDITIONER",
        mode=SET | {"modes": {"blower": 1, "sleep": 2}},
        target_temperature=SET | {"not_in_modes": ["blower", "dry"]},
        volume=SET,
    )
    features = wiring.device.features
    assert features[TARGET].limits.barred == ("fan", "dry")
    assert features[MODE].limits.words == ("fan", "sleep")
    assert features[MODE].limits.barred == features[VOLUME].limits.barred == ()


@pytest.mark.parametrize("section", ["on_off", "color", "opening", "channel_name", "fan_speed", "color_temperature"])
def test_any_sort_of_trait_may_be_barred(section: str) -> None:
    document: dict[str, Any] = {section: SET | {"not_in_modes": ["sleep"]}}
    (feature,) = plain(**document).device.features.values()
    assert feature.limits.barred == ("sleep",)


@pytest.mark.parametrize(("zone", "seconds"), [("Asia/Seoul", 1_795_213_800.0), ("UTC", 1_795_246_200.0)])
@pytest.mark.parametrize("part", ["", "left"])
def test_a_point_in_time_is_one_of_the_home(zone: str, seconds: float, part: str) -> None:
    door = {"open_time": {"state": "s"}}
    document = {"id": "dev", "type": "SENSOR", "name": "문"} | ({"parts": {part: door}} if part else door)
    (feed,) = compile_device(PlainDevice.model_validate(document), ZoneInfo(zone)).feeds()
    assert feed.codec.decode("2026-11-21T07:30:00") == seconds


# Deeds

DOCK: dict[str, Any] = {"command": "vac/cmd", "payload": "dock"}


def test_a_deed_that_is_not_shown_is_acknowledged_by_the_broker() -> None:
    wiring = plain(type="ROBOTCLEANER", do={"charge": DOCK, "stop": {"command": "vac/stop"}})
    assert wiring.deeds == {
        Deed.CHARGE: Message("vac/cmd", b"dock", acknowledged=True),
        Deed.STOP: Message("vac/stop", b"", acknowledged=True),
    }
    assert wiring.device.deeds == {Deed.CHARGE, Deed.STOP}
    assert (wiring.bindings, wiring.topics()) == ({}, frozenset())


@pytest.mark.parametrize(
    ("until", "shown", "hidden"),
    [
        ("docked", ["docked", "DOCKED"], ["docking", ""]),
        (["docked", "docking", 8], ["Docking", 8, "8"], ["away", 7]),
        (True, [True, "true"], [False, "on"]),
    ],
)
def test_a_deed_is_shown_by_the_words_that_say_so(until: Any, shown: list[Any], hidden: list[Any]) -> None:
    wiring = plain(
        type="ROBOTCLEANER", on_off=SET, do={"charge": DOCK | {"state": "vac", "path": "a.b", "until": until}}
    )
    done = Slot(DONE, "charge")
    (feed,) = wiring.bindings[done].feeds
    assert (feed.topic, feed.path) == ("vac", ("a", "b"))
    assert [feed.codec.decode(read({"a": {"b": word}}, feed.path)) for word in shown] == [True] * len(shown)
    assert [feed.codec.decode(word) for word in hidden] == [False] * len(hidden)
    assert wiring.deeds == {Deed.CHARGE: Message("vac/cmd", b"dock")}
    feature = wiring.device.features[done]
    assert (feature.readable, feature.writable) == (True, False)
    assert wiring.topics() == {"s", "vac"}


@pytest.mark.parametrize("deed", Deed, ids=lambda deed: deed.value)
def test_every_deed_can_be_written(deed: Deed) -> None:
    assert plain(do={deed.value: DOCK}).device.deeds == {deed}


def test_a_stop_of_the_device_comes_before_that_of_its_opening() -> None:
    wiring = plain(opening=SET | {"stop": {"command": "o"}}, do={"stop": {"command": "d"}})
    assert wiring.deeds == {Deed.STOP: Message("d", b"", acknowledged=True)}


# Conditions


def test_conditions_are_heard_in_the_order_in_which_they_are_written_and_a_fault_last() -> None:
    wiring = plain(
        type="WASHER",
        on_off=SET,
        fault={"state": "w/error", "above": 0},
        unless=[
            {"state": "w/door", "is": ["open", "ajar"], "say": "문이 열려 있어요"},
            {"state": "w/water", "path": "level", "below": 10, "say": "물이 없어요"},
        ],
    )
    door, water, fault = wiring.device.conditions
    assert (door, water, fault) == (
        Condition("1", "문이 열려 있어요"),
        Condition("2", "물이 없어요"),
        Condition("fault"),
    )
    feeds = {feed.slot: feed for feed in wiring.feeds()}
    assert [feeds[one.slot].topic for one in wiring.device.conditions] == ["w/door", "w/water", "w/error"]
    assert feeds[water.slot].path == ("level",)
    assert [feeds[door.slot].codec.decode(word) for word in ("OPEN", "ajar", "closed")] == [True, True, False]
    assert [feeds[water.slot].codec.decode(word) for word in (9, "10", 11)] == [True, False, False]
    assert [feeds[fault.slot].codec.decode(word) for word in ("0", "1", 17)] == [False, True, True]
    assert wiring.topics() == {"s", "w/door", "w/water", "w/error"}
    for condition in wiring.device.conditions:
        assert condition.slot.trait is CONDITION
        feature = wiring.device.features[condition.slot]
        assert (feature.readable, feature.writable) == (True, False)


@pytest.mark.parametrize(
    ("fault", "holds", "not_so"),
    [
        ({"is": True}, [True, "true"], [False, "1"]),
        ({"is": 1}, [1, "1"], [0, True]),
        ({"is": "E1"}, ["e1"], ["E2", ""]),
        ({"above": 30, "below": 5}, [31, 4], [5, 30]),
        ({"above": -1}, [0], [-1]),
    ],
)
def test_a_fault_is_shown_by_words_or_numbers(fault: dict[str, Any], holds: list[Any], not_so: list[Any]) -> None:
    wiring = plain(on_off=SET, fault={"state": "f"} | fault)
    (feed,) = wiring.bindings[Slot(CONDITION, "fault")].feeds
    assert [feed.codec.decode(word) for word in (*holds, *not_so)] == [True] * len(holds) + [False] * len(not_so)


def test_a_condition_may_be_heard_where_a_trait_is() -> None:
    wiring = plain(on_off=SET | {"path": "on"}, fault={"state": "s", "path": "error", "is": "E1"})
    assert wiring.topics() == {"s"}
    assert len(wiring.feeds()) == 2
