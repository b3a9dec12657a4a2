"""The plain dialect: from the keys of the YAML to a wiring."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.dialects.plain import PlainDevice, compile_device
from gateway.home.device import Feature, Limits, Slot
from gateway.home.traits import TRAITS, Deed, Trait
from gateway.home.values import Value
from gateway.wire.binding import Message, Wiring, messages
from gateway.wire.codecs import Fault, Moving
from tests.dialects.rows import CONTROLS, MEASURES, ON_THE_WAY, SET
from tests.homes import plain

SEOUL = ZoneInfo("Asia/Seoul")

SIGNS = ("gas", "carbon_monoxide", "leak", "heat", "tamper", "vibration", "panic", "forced", "jammed", "triggered")
ALARMS: list[Any] = [
    # trait, section beyond the topic, (what is heard, what it is) ...
    *(pytest.param(sign, {}, [("ON", True), (False, False), (1, True)], id=sign) for sign in (*SIGNS, "battery_low")),
    pytest.param("leak", {"on": "wet", "off": "dry"}, [("WET", True), ("dry", False)], id="a leak in its own words"),
    pytest.param("unlocked_by", {}, [("keypad", "keypad"), ("Hand", "hand")], id="how it was opened"),
    pytest.param(
        "unlocked_by",
        {"words": {"code": "keypad", "7": "card"}},
        [("CODE", "keypad"), (7, "card"), ("key", "key")],
        id="how it was opened, in its own words",
    ),
    pytest.param("alert", {}, [("E1", "E1"), ("None", ""), ("", ""), ("OK", "")], id="a complaint"),
    pytest.param("alert", {"fine": 0}, [(0, ""), (7, "7"), ("none", "none")], id="a complaint in numbers"),
]
"""What only alarms ask for."""


def sent(changes: dict[Slot, Value], wiring: Wiring) -> list[tuple[str, str]]:
    return [(message.topic, message.payload.decode()) for message in messages(changes, wiring)]


def at_home(**document: Any) -> Wiring:
    """The device of a home in Seoul."""
    keys = {"id": "dev", "type": "LIGHT", "name": "전등"} | document
    return compile_device(PlainDevice.model_validate(keys), SEOUL)


def test_every_trait_has_a_row() -> None:
    controls, measures = ({row.values[0] for row in rows} for rows in (CONTROLS, [*MEASURES, *ALARMS]))
    assert controls == {name for name, trait in TRAITS.items() if trait.writable}
    assert measures == {name for name, trait in TRAITS.items() if not trait.writable}


@pytest.mark.parametrize(("trait", "section", "values", "limits"), CONTROLS)
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


@pytest.mark.parametrize(("trait", "section", "heard"), [*MEASURES, *ALARMS])
def test_a_measured_trait_is_heard_as_written(
    trait: str, section: dict[str, Any], heard: list[tuple[Any, Value]]
) -> None:
    slot = Slot(TRAITS[trait])
    wiring = at_home(**{trait: section | {"state": "s", "path": "a[0]"}})
    (feed,) = wiring.feeds()
    assert (feed.topic, feed.path) == ("s", ("a", 0))
    for word, value in heard:
        found = feed.codec.decode(word)
        assert not isinstance(found, Moving | Fault)
        assert slot.trait.accepts(found)
        assert found == (value if isinstance(value, str | tuple) else pytest.approx(value))
    assert wiring.device.features[slot] == Feature(slot, True, False, wiring.device.features[slot].limits)


@pytest.mark.parametrize("trait", ["smoke", *SIGNS, "battery_low"])
def test_a_sign_may_lapse_by_itself(trait: str) -> None:
    wiring = at_home(**{trait: {"state": "s", "lapses": "30s"}})
    assert wiring.device.features[Slot(TRAITS[trait])].lapses_after == 30.0


@pytest.mark.parametrize("given", [{"lapses": 0}, {"lapses": "soon"}])
def test_a_sign_lapses_after_a_while_and_not_at_once(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="lapses"):
        at_home(panic={"state": "s"} | given)


@pytest.mark.parametrize("word", ["mind", ""])
def test_a_way_that_nobody_knows_is_none(word: str) -> None:
    (feed,) = at_home(unlocked_by={"state": "s", "words": {"code": "keypad"}}).feeds()
    with pytest.raises(ValueError, match="unknown word"):
        feed.codec.decode(word)


@pytest.mark.parametrize(("trait", "section", "heard"), ON_THE_WAY)
def test_what_moves_or_is_stuck_is_told_apart(
    trait: str, section: dict[str, Any], heard: list[tuple[Any, Moving | Fault]]
) -> None:
    document: dict[str, Any] = {trait: SET | section}
    (feed,) = plain(**document).feeds()
    assert [feed.codec.decode(word) for word, _ in heard] == [meaning for _, meaning in heard]


@pytest.mark.parametrize("words", [{"on": "ON"}, {"off": "OFF"}, {"on": True, "off": "OFF"}], ids=str)
def test_where_the_owner_gives_words_no_other_is_understood(words: dict[str, Any]) -> None:
    (feed,) = plain(on_off=SET | words).feeds()
    for word in ("1", 0, "false"):
        with pytest.raises(ValueError, match="unknown word"):
            feed.codec.decode(word)


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
    (availability,) = wiring.availability
    assert (availability.path, availability.online, availability.offline) == (("up",), (1,), (0,))
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
        confirm=["TurnOff"],
    ).device
    assert (device.id, device.kind, device.name, device.dialect) == ("living-light", "LIGHT", "거실 전등", "plain")
    assert (device.manufacturer, device.model, device.version, device.description) == ("ACME", "L1", "2.0", "창가")
    assert (device.location, device.tags, device.infrared) == ("LIVING_ROOM", ("거실", "1층"), True)
    assert device.confirm == ("TurnOff",)
    assert device.hidden
    modest = plain(on_off=SET).device
    assert (modest.hidden, modest.infrared, modest.tags, modest.location, modest.confirm) == ("", False, (), "", ())
    assert (modest.deeds, modest.conditions) == (frozenset(), ())


def test_the_same_document_compiles_to_an_equal_wiring() -> None:
    one: dict[str, Any] = {trait: SET for trait in TRAITS if trait != "mode"}
    assert plain(**one) == plain(**one)
    assert plain(**one) != plain(**one | {"lock": SET | {"locked": "shut"}})
    assert plain(open_time=SET) != at_home(open_time=SET)


@pytest.mark.parametrize("trait", TRAITS.values(), ids=list(TRAITS))
def test_every_trait_of_the_table_can_be_written(trait: Trait) -> None:
    document: dict[str, Any] = {trait.name: SET | ({"modes": {"auto": "a"}} if trait.name == "mode" else {})}
    wiring = plain(**document)
    assert list(wiring.bindings) == list(wiring.device.features) == [Slot(trait)]
    in_a_part = plain(parts={"left": document})
    assert list(in_a_part.bindings) == list(in_a_part.device.features) == [Slot(trait, "left")]


def test_two_names_may_stand_for_one_channel_and_the_first_is_told() -> None:
    wiring = plain(type="SMARTTV", channel_name=SET | {"names": {"가온뉴스": 7, "뉴스": "7"}})
    slot = Slot(TRAITS["channel_name"])
    (feed,) = wiring.feeds()
    assert feed.codec.decode(7) == feed.codec.decode("7") == "가온뉴스"
    assert sent({slot: "뉴스"}, wiring) == [("c", "7")]
    assert wiring.device.features[slot].limits.words == ("가온뉴스", "뉴스")


def test_the_words_of_a_phase_are_heard_in_any_case() -> None:
    wiring = plain(type="WASHER", phase={"state": "s", "words": {"rinse": "헹굼"}})
    (feed,) = wiring.feeds()
    assert [feed.codec.decode(word) for word in ("rinse", "RINSE", "Spin")] == ["헹굼", "헹굼", "Spin"]


@pytest.mark.parametrize(("ends", "step"), [([0, 10], 10), ([0, 255], 1), ([10, 0], 10), ([0, 1], 1)])
def test_a_coarse_scale_has_coarse_steps(ends: list[int], step: float) -> None:
    feature = plain(brightness=SET | {"range": ends}).device.features[Slot(TRAITS["brightness"])]
    assert feature.limits.step == step
