"""The plain dialect: from the keys of the YAML to a wiring."""

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.dialects.plain import PlainDevice
from gateway.home.device import Feature, Limits, Slot
from gateway.home.traits import TRAITS, Deed, Trait
from gateway.home.values import LOCKED, UNLOCKED, Color, Value
from gateway.wire.binding import Message, Wiring, messages
from gateway.wire.codecs import Fault, Moving
from tests.homes import plain

SET = {"command": "c", "state": "s"}
"""Where most devices below are set and heard."""
PERCENT = Limits(0, 100, 1)


def sent(changes: dict[Slot, Value], wiring: Wiring) -> list[tuple[str, str]]:
    return [(message.topic, message.payload.decode()) for message in messages(changes, wiring)]


ROWS: list[Any] = [
    # trait, section beyond topics, (value, what is published, what is heard for it) ..., limits
    pytest.param("on_off", {}, [(True, "ON", "ON"), (False, "OFF", "OFF")], Limits(), id="a switch"),
    pytest.param(
        "on_off", {"on": True, "off": False}, [(True, "true", True), (False, "false", "false")], Limits(), id="switches"
    ),
    pytest.param("on_off", {"on": 1, "off": 0}, [(True, "1", 1), (False, "0", "0")], Limits(), id="one and nought"),
    pytest.param("brightness", {}, [(40.0, "40", "40")], PERCENT, id="percent"),
    pytest.param("brightness", {"range": [0, 255]}, [(100.0, "255", 255), (20.0, "51", "51")], PERCENT, id="0 to 255"),
    pytest.param("brightness", {"range": [255, 0]}, [(100.0, "0", 0), (20.0, "204", 204)], PERCENT, id="inverted"),
    pytest.param("brightness", {"range": [0, 1]}, [(50.0, "0.5", 0.5), (100.0, "1", 1)], PERCENT, id="0 to 1"),
    pytest.param("color", {}, [(Color(120, 50), "120,50", "120,50")], Limits(), id="hue and saturation"),
    pytest.param("color", {"form": "hsv"}, [(Color(120, 50), "120,50,100", "120,50,30")], Limits(), id="hsv"),
    pytest.param("color", {"form": "hex"}, [(Color(0, 100), "#FF0000", "ff0000")], Limits(), id="hexadecimal"),
    pytest.param(
        "color",
        {"form": "rgb", "as_object": True},
        [(Color(0, 100), '{"r":255,"g":0,"b":0}', {"r": 255, "g": 0, "b": 0})],
        Limits(),
        id="red, green, blue",
    ),
    pytest.param("color_temperature", {}, [(2700.0, "2700", 2700)], Limits(2200, 6500), id="kelvin"),
    pytest.param(
        "color_temperature",
        {"unit": "mired", "limits": [2000, 5000]},
        [(4000.0, "250", 250)],
        Limits(2000, 5000),
        id="mired",
    ),
    pytest.param("target_temperature", {}, [(21.5, "21.5", "21,5")], Limits(5, 35, 0.5), id="celsius"),
    pytest.param(
        "target_temperature",
        {"unit": "fahrenheit", "limits": [18, 30], "step": 1},
        [(25.0, "77", 77)],
        Limits(18, 30, 1),
        id="fahrenheit",
    ),
    pytest.param("lock", {}, [(LOCKED, "LOCK", "LOCKED"), (UNLOCKED, "UNLOCK", "unlocked")], None, id="a lock"),
    pytest.param(
        "lock",
        {"locked": 1, "unlocked": 2, "lock_with": "close", "unlock_with": "open"},
        [(LOCKED, "close", 1), (UNLOCKED, "open", "2")],
        None,
        id="a lock with words of its own",
    ),
    pytest.param("opening", {}, [(0.0, "0", 0), (100.0, "100", "100")], PERCENT, id="a position"),
    pytest.param("opening", {"range": [100, 0]}, [(0.0, "100", 100), (75.0, "25", 25)], PERCENT, id="shut is 100"),
    pytest.param(
        "opening",
        {"open": "UP", "close": "DOWN", "opened": "up", "closed": "down"},
        [(100.0, "UP", "up"), (0.0, "DOWN", "down")],
        Limits(0, 100, 100),
        id="two words",
    ),
    pytest.param("fan_speed", {}, [(2.0, "2", "2")], Limits(1, 3, 1), id="three speeds"),
    pytest.param(
        "fan_speed",
        {"range": [0, 100]},
        [(1.0, "0", 0), (2.0, "50", 50), (3.0, "100", 100)],
        None,
        id="percent of speed",
    ),
    pytest.param(
        "fan_speed",
        {"words": ["low", "mid", "high"]},
        [(1.0, "low", "low"), (3.0, "high", "HIGH")],
        None,
        id="speeds by word",
    ),
    pytest.param(
        "mode",
        {"modes": {"cool": "1", "sleep": 2}},
        [("cool", "1", 1), ("sleep", "2", "2")],
        Limits(words=("cool", "sleep")),
        id="modes",
    ),
    pytest.param("humidity", {"range": [0, 1]}, [(45.0, "0.45", 0.45)], None, id="humidity"),
    pytest.param("battery", {"range": [0, 200]}, [(50.0, "100", 100)], None, id="battery"),
    pytest.param("current_temperature", {}, [(-3.5, "-3.5", "-3.5")], None, id="a measured temperature"),
    pytest.param("power_use", {}, [(12.5, "12.5", "12.5 W")], None, id="watts"),
    pytest.param("power_use", {"factor": 1000}, [(250.0, "0.25", 0.25)], None, id="kilowatts"),
    pytest.param(
        "smoke",
        {"on": "smoke", "off": "clear"},
        [(True, "smoke", "smoke"), (False, "clear", "CLEAR")],
        None,
        id="smoke",
    ),
]


def test_every_trait_has_a_row() -> None:
    assert {row.values[0] for row in ROWS} == set(TRAITS)


@pytest.mark.parametrize(("trait", "section", "values", "limits"), ROWS)
def test_a_trait_is_set_and_heard_as_written(
    trait: str, section: dict[str, Any], values: list[tuple[Value, str, Any]], limits: Limits | None
) -> None:
    slot = Slot(TRAITS[trait])
    document: dict[str, Any] = {trait: SET | section}
    wiring = plain(**document)
    (feed,) = wiring.feeds()
    assert (feed.topic, feed.path) == ("s", ())
    assert wiring.topics() == {"s"}
    for value, published, heard in values:
        assert sent({slot: value}, wiring) == [("c", published)]
        assert feed.codec.decode(heard) == pytest.approx(value)
    feature = wiring.device.features[slot]
    assert (feature.readable, feature.writable) == (True, True)
    if limits is not None:
        assert feature.limits == limits


def test_a_lock_tells_its_way_and_its_faults_apart() -> None:
    (feed,) = plain(lock=SET | {"moving": ["busy"], "jammed": ["stuck", 9]}).feeds()
    assert [feed.codec.decode(word) for word in ("busy", "stuck", 9)] == [Moving(), Fault("stuck"), Fault("9")]
    (feed,) = plain(lock=SET).feeds()
    assert [feed.codec.decode(word) for word in ("LOCKING", "UNLOCKING", "JAMMED")] == [
        Moving(),
        Moving(),
        Fault("JAMMED"),
    ]


def test_what_is_read_in_json_may_be_written_as_text_and_the_other_way_round() -> None:
    wiring = plain(
        on_off={"command": "c", "state": "s", "path": "relay[0].on", "on": 1, "off": 0},
        brightness={"command": "c", "command_path": "light.level", "state": "t"},
    )
    heard = {str(feed.slot): (feed.topic, feed.path) for feed in wiring.feeds()}
    assert heard == {"on_off": ("s", ("relay", 0, "on")), "brightness": ("t", ())}
    changes: dict[Slot, Value] = {Slot(TRAITS["on_off"]): True, Slot(TRAITS["brightness"]): 7.0}
    assert sent(changes, wiring) == [("c", '{"light":{"level":7}}'), ("c", "1")]


@pytest.mark.parametrize(
    ("section", "readable", "writable"),
    [(SET, True, True), ({"command": "c"}, False, True), ({"state": "s"}, True, False)],
)
def test_a_slot_can_do_what_it_has_topics_for(section: dict[str, str], readable: bool, writable: bool) -> None:
    wiring = plain(on_off=section)
    slot = Slot(TRAITS["on_off"])
    assert wiring.device.features[slot] == Feature(slot, readable, writable, Limits())
    assert bool(wiring.bindings[slot].feeds) is readable
    assert (wiring.bindings[slot].order is not None) is writable


def test_a_question_and_a_stop_are_messages() -> None:
    wiring = plain(
        type="SMARTCURTAIN",
        opening=SET | {"ask": {"command": "c/get", "payload": "?"}, "stop": {"command": "c/stop"}},
    )
    assert wiring.bindings[Slot(TRAITS["opening"])].ask == Message("c/get", b"?")
    assert wiring.deeds == {Deed.STOP: Message("c/stop", b"", acknowledged=True)}
    assert wiring.device.deeds == {Deed.STOP}


def test_the_words_of_a_curtain_are_written_to_json_as_they_are() -> None:
    wiring = plain(opening={"command": "c", "command_path": "go", "open": 1, "close": False})
    assert sent({Slot(TRAITS["opening"]): 100.0}, wiring) == [("c", '{"go":1}')]
    assert sent({Slot(TRAITS["opening"]): 0.0}, wiring) == [("c", '{"go":false}')]


def test_availability_is_heard_too() -> None:
    wiring = plain(on_off=SET, availability={"topic": "lwt", "path": "up", "online": 1, "offline": 0})
    assert wiring.availability is not None
    assert (wiring.availability.path, wiring.availability.online, wiring.availability.offline) == (("up",), (1,), (0,))
    assert wiring.topics() == {"s", "lwt"}


def test_devices_may_share_a_topic_for_everything() -> None:
    left, right = (
        plain(name, on_off={"command": "c", "command_path": name, "state": "s", "path": name})
        for name in ("left", "right")
    )
    assert left.topics() == right.topics() == {"s"}
    slot = Slot(TRAITS["on_off"])
    assert sent({slot: True}, left) == [("c", '{"left":"ON"}')]
    assert sent({slot: True}, right) == [("c", '{"right":"ON"}')]


def test_what_the_owner_says_of_a_device_is_kept() -> None:
    device = plain(
        "living-light",
        "LIGHT",
        "거실 전등",
        on_off=SET,
        description="창가",
        manufacturer="ACME",
        model="L1",
        version="2.0",
        location="LIVING_ROOM",
        tags=["거실", "1층"],
        infrared=True,
        expose=False,
    ).device
    assert (device.id, device.kind, device.name, device.dialect) == ("living-light", "LIGHT", "거실 전등", "plain")
    assert (device.manufacturer, device.model, device.version, device.description) == ("ACME", "L1", "2.0", "창가")
    assert (device.location, device.tags, device.infrared) == ("LIVING_ROOM", ("거실", "1층"), True)
    assert device.hidden
    modest = plain(on_off=SET).device
    assert (modest.hidden, modest.infrared, modest.tags, modest.location) == ("", False, (), "")


def test_the_same_document_compiles_to_an_equal_wiring() -> None:
    one: dict[str, Any] = {trait: SET for trait in TRAITS if trait != "mode"}
    assert plain(**one) == plain(**one)
    assert plain(**one) != plain(**one | {"lock": SET | {"locked": "shut"}})


REFUSED: list[Any] = [
    pytest.param({}, "at least one of", id="no trait"),
    pytest.param({"on_off": {}}, "`command`, `state` or both", id="no topic"),
    pytest.param({"on_off": {"command": "a/+"}}, "no wildcards", id="a command to a wildcard"),
    pytest.param({"on_off": {"state": "a/#/b"}}, "wildcards stand alone", id="no filter"),
    pytest.param({"on_off": {"command": ""}}, "at least one character", id="an empty topic"),
    pytest.param({"on_off": SET | {"path": "a..b"}}, "is not a path", id="no path"),
    pytest.param({"on_off": SET | {"command_path": "a[0]"}}, "names only", id="a list in a command"),
    pytest.param({"on_off": SET | {"on": "1", "off": 1}}, "differ", id="on is off"),
    pytest.param({"lock": SET | {"unlocked": "LOCKED"}}, "differ", id="locked is unlocked"),
    pytest.param({"lock": SET | {"jammed": ["LOCKED"]}}, "differ", id="jammed is locked"),
    pytest.param({"lock": SET | {"unlock_with": "LOCK"}}, "differ", id="one word to lock and to unlock"),
    pytest.param({"lock": SET | {"unlock": "always"}}, "never", id="unlocking"),
    pytest.param({"mode": SET | {"modes": {}}}, "at least 1", id="no modes"),
    pytest.param({"mode": SET | {"modes": {"cool": 1, "heat": "1"}}}, "differ", id="two modes of one word"),
    pytest.param({"fan_speed": SET | {"words": ["a", "b", "a"]}}, "differ", id="two speeds of one word"),
    pytest.param({"fan_speed": SET | {"words": ["a", "b"]}}, "required", id="two speeds only"),
    pytest.param({"brightness": SET | {"range": [5, 5]}}, "must differ", id="no range"),
    pytest.param({"brightness": SET | {"range": [0, "nan"]}}, "finite", id="no number"),
    pytest.param({"brightness": SET | {"range": [0, float("inf")]}}, "finite", id="no end"),
    pytest.param({"target_temperature": SET | {"limits": [30, 18]}}, "lowest", id="limits upside down"),
    pytest.param({"target_temperature": SET | {"step": 0}}, "greater than 0", id="no step"),
    pytest.param({"color_temperature": SET | {"limits": [6500, 2200]}}, "lowest", id="kelvin upside down"),
    pytest.param({"color_temperature": SET | {"limits": [0, 6500]}}, "above zero", id="no kelvin at all"),
    pytest.param({"color": SET | {"form": "xy"}}, "'hs', 'hsv', 'rgb' or 'hex'", id="a form we do not know"),
    pytest.param({"opening": SET | {"open": "UP"}}, "go together", id="half a pair"),
    pytest.param({"opening": SET | {"open": "X", "close": "X"}}, "differ", id="open is close"),
    pytest.param({"opening": SET | {"opened": 1, "closed": 1}}, "differ", id="opened is closed"),
    pytest.param({"power_use": SET | {"factor": -1}}, "greater than 0", id="a negative factor"),
    pytest.param(
        {"on_off": SET, "availability": {"topic": "a", "online": "1", "offline": 1}}, "differ", id="online is offline"
    ),
    pytest.param({"on_off": SET, "id": "a/b"}, "pattern", id="a slash in the id"),
    pytest.param({"on_off": SET, "id": "-a"}, "pattern", id="an id that begins with a dash"),
    pytest.param({"on_off": SET, "id": "a" * 129}, "pattern", id="a long id"),
    pytest.param({"on_off": SET, "name": ""}, "at least 1", id="no name"),
    pytest.param({"on_off": SET, "name": "가" * 101}, "at most 100", id="a long name"),
    pytest.param({"on_off": SET, "tags": [""]}, "at least 1", id="an empty tag"),
    pytest.param({"on_off": SET, "tags": ["가" * 51]}, "at most 50", id="a long tag"),
    pytest.param({"on_off": SET | {"colour": 1}}, "not permitted", id="an unknown key"),
]


@pytest.mark.parametrize(("document", "why"), REFUSED)
def test_what_makes_no_sense_is_refused(document: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        PlainDevice.model_validate({"id": "dev", "type": "LIGHT", "name": "전등"} | document)


@pytest.mark.parametrize("trait", TRAITS.values(), ids=list(TRAITS))
def test_every_trait_of_the_table_can_be_written(trait: Trait) -> None:
    document: dict[str, Any] = {trait.name: SET | ({"modes": {"auto": "a"}} if trait.name == "mode" else {})}
    wiring = plain(**document)
    assert list(wiring.bindings) == list(wiring.device.features) == [Slot(trait)]
