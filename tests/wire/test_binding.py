"""What is published to set slots, and to step them."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.home import traits
from gateway.home.commands import Press
from gateway.home.device import Slot
from gateway.home.values import Color, Value
from gateway.wire.binding import Message, messages, presses, text
from tests.homes import COLOR_IN_JSON, plain

S = Slot


@pytest.mark.parametrize(
    ("word", "payload"),
    [
        ("ON", b"ON"),
        ("켜짐", "켜짐".encode()),
        ("", b""),
        (True, b"true"),
        (False, b"false"),
        (1, b"1"),
        (1.0, b"1"),
        (21.5, b"21.5"),
        (-0.5, b"-0.5"),
        (10**20, b"100000000000000000000"),
        ({"h": 1, "s": 2}, b'{"h":1,"s":2}'),
    ],
)
def test_a_word_is_written_as_a_payload(word: Any, payload: bytes) -> None:
    assert text(word) == payload


JSON_LAMP: dict[str, Any] = COLOR_IN_JSON | {
    "on_off": {"command": "dev/set", "command_path": "light.on", "on": True, "off": False}
}
TEXT_LAMP: dict[str, Any] = {
    "on_off": {"command": "dev/power"},
    "brightness": {"command": "dev/level", "range": [0, 255]},
    "color": {"command": "dev/color", "form": "hex"},
}
MIXED_LAMP: dict[str, Any] = TEXT_LAMP | {"brightness": {"command": "dev/set", "command_path": "level"}}

CHANGES: dict[Slot, Value] = {S(traits.ON_OFF): True, S(traits.BRIGHTNESS): 100.0, S(traits.COLOR): Color(0, 100)}


@pytest.mark.parametrize(
    ("lamp", "expected"),
    [
        pytest.param(
            JSON_LAMP,
            [("dev/set", '{"light":{"on":true},"level":100,"color":{"h":0,"s":100}}')],
            id="one object for all slots of a topic",
        ),
        pytest.param(
            TEXT_LAMP,
            [("dev/power", "ON"), ("dev/level", "255"), ("dev/color", "#FF0000")],
            id="one text for each slot",
        ),
        pytest.param(
            MIXED_LAMP, [("dev/set", '{"level":100}'), ("dev/power", "ON"), ("dev/color", "#FF0000")], id="some of both"
        ),
    ],
)
def test_slots_of_one_topic_are_one_message(lamp: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    sent = messages(CHANGES, plain(**lamp))
    assert [(message.topic, message.payload.decode()) for message in sent] == expected


def test_nothing_to_change_is_nothing_to_send() -> None:
    assert messages({}, plain(**TEXT_LAMP)) == ()


def test_a_slot_that_cannot_be_set_is_not_sent() -> None:
    sensor = plain(type="AIRSENSOR", humidity={"state": "dev/state"})
    with pytest.raises(ValueError, match="cannot be set"):
        messages({S(traits.HUMIDITY): 40.0}, sensor)


def test_two_objects_of_one_device_go_to_their_own_topics() -> None:
    lamp = plain(
        on_off={"command": "a", "command_path": "x"},
        brightness={"command": "b", "command_path": "x"},
    )
    sent = messages({S(traits.ON_OFF): False, S(traits.BRIGHTNESS): 5.0}, lamp)
    assert [(message.topic, message.payload) for message in sent] == [("a", b'{"x":"OFF"}'), ("b", b'{"x":5}')]


HEARD, UNHEARD = {"command": "a", "state": "s"}, {"command": "b"}


@pytest.mark.parametrize(
    ("on_off", "brightness", "acknowledged"), [(HEARD, HEARD, False), (HEARD, UNHEARD, True), (UNHEARD, UNHEARD, True)]
)
def test_the_broker_is_to_acknowledge_what_no_device_will(
    on_off: dict[str, str], brightness: dict[str, str], acknowledged: bool
) -> None:
    lamp = plain(on_off=on_off, brightness=brightness)
    sent = messages({S(traits.ON_OFF): True, S(traits.BRIGHTNESS): 5.0}, lamp)
    assert {message.acknowledged for message in sent} == {acknowledged}


def test_the_topics_of_a_device_are_those_it_is_heard_at() -> None:
    lamp = plain(
        on_off={"command": "a", "state": "b"},
        brightness={"command": "c", "state": "b", "path": "level"},
        availability={"topic": "d"},
    )
    assert lamp.topics() == {"b", "d"}


KEYS: dict[str, Any] = {
    "up": {"command": "tv/key", "payload": "VOL+"},
    "down": {"command": "tv/key", "payload": "VOL-"},
    "next": {"command": "tv/next"},
}
VOLUME = S(traits.VOLUME)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(
    ("way", "topic", "payload"), [("up", "tv/key", b"VOL+"), ("down", "tv/key", b"VOL-"), ("next", "tv/next", b"")]
)
@pytest.mark.parametrize("state", [None, "tv/volume"], ids=["unheard", "heard"])
def test_a_step_is_told_as_often_as_is_asked(
    way: Any, topic: str, payload: bytes, times: int, state: str | None
) -> None:
    tv = plain(type="TV", volume=KEYS | ({"state": state} if state else {}))
    message = Message(topic, payload, acknowledged=state is None)
    assert presses(Press(VOLUME, way, times), tv) == (message,) * times


def test_what_a_step_comes_to_is_no_part_of_it() -> None:
    tv = plain(type="TV", volume=KEYS)
    assert presses(Press(VOLUME, "up", 2, 30.0), tv) == presses(Press(VOLUME, "up", 2), tv)


def test_a_part_has_steps_of_its_own() -> None:
    oven = plain(
        type="OVEN",
        parts={name: {"target_temperature": {"up": {"command": name}, "down": {"command": "d"}}} for name in "ab"},
    )
    assert [m.topic for m in presses(Press(S(traits.TARGET_TEMPERATURE, "b"), "up", 1), oven)] == ["b"]


@pytest.mark.parametrize("way", ["up", "down", "next"])
def test_a_device_that_has_no_such_step_is_told_nothing(way: Any) -> None:
    tv = plain(type="TV", volume={"command": "tv/volume/set", "state": "tv/volume", "ask": {"command": "tv/get"}})
    with pytest.raises(ValueError, match=f"volume cannot be stepped {way}"):
        presses(Press(VOLUME, way, 1), tv)


def test_a_value_with_a_publication_of_its_own_is_told_there() -> None:
    slot = S(traits.ON_OFF)
    mower = plain("mower", on_off={"command": "dev/start", "state": "dev", "on": "start"})
    order = mower.bindings[slot].order
    assert order is not None
    own = replace(order, instead={False: Message("dev/dock", b"home")})
    wiring = replace(mower, bindings={slot: replace(mower.bindings[slot], order=own)})
    assert messages({slot: True}, wiring) == (Message("dev/start", b"start"),)
    assert messages({slot: False}, wiring) == (Message("dev/dock", b"home"),)
