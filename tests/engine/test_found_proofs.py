"""What found devices need of the engine: replies to commands, patience, several words for being there, conditions."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

import pytest

from gateway.dialects.assembly import assemble
from gateway.dialects.sketch import Maker, Sketch
from gateway.engine import echo
from gateway.engine.perform import FIRST_NUMBER
from gateway.engine.state import Presence
from gateway.home import traits
from gateway.home.commands import Do, Set
from gateway.home.device import Proof, Slot
from gateway.home.problems import Failed, Offline, Silent
from gateway.home.traits import Deed
from gateway.home.values import Color
from gateway.wire.binding import NUMBER, Availability, Feed, Message, Order, When, Wiring
from gateway.wire.codecs import KELVIN, Linear, Moving, Replied, Towards, Words
from gateway.wire.colors import Colors
from gateway.wire.jsontext import build
from gateway.wire.template import Template, value_template
from tests.clockwork import timeless
from tests.homes import BUDGET, House, Says

ON_OFF, REPLY = Slot(traits.ON_OFF), Slot(traits.REPLY)
SWITCHED = Words({"true": True, "false": False}, {True: True, False: False})
TURN_ON = Set(ON_OFF, True)


def wired(sketch: Sketch, **maker: Any) -> Wiring:
    (wiring,) = assemble(Maker("dev", "test", "thing", **maker), [sketch])
    return wiring


def relay(with_state: bool = True) -> Wiring:
    """A switch that answers RPC requests."""
    sketch = Sketch(hints={"switch"})
    frame = {"id": NUMBER, "src": "us", "method": "Switch.Set", "params": {"id": 0}}
    feeds = (Feed(ON_OFF, "dev/status", ("output",), SWITCHED),) if with_state else ()
    sketch.add(traits.ON_OFF, feeds=feeds, order=Order("dev/rpc", ("params", "on"), SWITCHED, frame))
    sketch.add(traits.REPLY, feeds=(Feed(REPLY, "us/rpc", (), Replied()),))
    sketch.deeds[Deed.STOP] = Message("dev/rpc", build({"id": NUMBER, "src": "us", "method": "Cover.Stop"}))
    return wired(sketch)


def answers(result: dict[str, Any], shift: int = 0) -> Callable[[str], Iterable[Says]]:
    return lambda payload: [Says("us/rpc", json.dumps({"id": json.loads(payload)["id"] + shift, **result}))]


# Replies


@timeless
async def test_a_reply_confirms_what_reports_nothing() -> None:
    house = House(relay())
    house.reactions["dev/rpc"] = answers({"result": {"was_on": False}})
    started = house.loop.time()
    outcome = await house.do(TURN_ON)
    assert (outcome.proof, outcome.after) == (Proof.REPLIED, {ON_OFF: True})
    assert house.loop.time() - started < 1
    assert json.loads(house.published[0].payload) == {
        "id": FIRST_NUMBER,
        "src": "us",
        "method": "Switch.Set",
        "params": {"id": 0, "on": True},
    }


@timeless
async def test_a_report_proves_more_than_a_reply_and_ends_the_waiting() -> None:
    house = House(relay())
    house.reactions["dev/rpc"] = lambda _: [Says("dev/status", '{"output": true}', 0.02)]
    started = house.loop.time()
    outcome = await house.do(TURN_ON)
    assert outcome.proof is Proof.ECHO
    assert house.loop.time() - started == pytest.approx(0.02)


@timeless
async def test_an_error_fails_the_command_at_once() -> None:
    house = House(relay())
    house.reactions["dev/rpc"] = answers({"error": {"code": -103, "message": "overtemperature"}})
    started = house.loop.time()
    with pytest.raises(Failed):
        await house.do(TURN_ON)
    assert house.loop.time() - started < 0.1


@pytest.mark.parametrize("with_state", [True, False])
@timeless
async def test_a_reply_to_another_command_is_none(with_state: bool) -> None:
    house = House(relay(with_state))
    house.reactions["dev/rpc"] = answers({"result": {}}, shift=-1)
    with pytest.raises((Silent, Failed)):
        await house.do(TURN_ON)


@timeless
async def test_a_report_of_the_old_value_outweighs_a_reply() -> None:
    house = House(relay())
    house.reactions["dev/rpc"] = lambda payload: [
        *answers({"result": {}})(payload),
        Says("dev/status", '{"output": false}', 0.02),
    ]
    with pytest.raises(Failed):
        await house.do(TURN_ON)


@timeless
async def test_a_deed_is_confirmed_by_its_reply() -> None:
    house = House(relay())
    house.reactions["dev/rpc"] = answers({"result": None})
    assert (await house.do(Do(Deed.STOP))).proof is Proof.REPLIED
    house.reactions["dev/rpc"] = answers({"error": {"code": -1}})
    with pytest.raises(Failed):
        await house.do(Do(Deed.STOP))
    house.reactions.clear()
    with pytest.raises(Silent):
        await house.do(Do(Deed.STOP))


# Patience


def valve(patient: bool) -> Wiring:
    sketch = Sketch(hints={"climate"})
    slot = Slot(traits.TARGET_TEMPERATURE)
    feed = Feed(slot, "dev/state", ("target",), KELVIN)
    sketch.add(traits.TARGET_TEMPERATURE, feeds=(feed,), order=Order("dev/set", ("target",), KELVIN))
    return replace(wired(sketch, sleepy=True), patient=patient)


WARM = Set(Slot(traits.TARGET_TEMPERATURE), 22.0)


@timeless
async def test_a_sleeper_is_confirmed_once_the_broker_has_the_command_if_its_owner_is_patient() -> None:
    house = House(valve(patient=True))
    started = house.loop.time()
    outcome = await house.do(WARM)
    assert (outcome.proof, outcome.after) == (Proof.ACCEPTED, {WARM.slot: 22.0})
    assert house.loop.time() - started < 1.5
    assert house.published[0].acknowledged


@timeless
async def test_an_old_report_of_a_sleeper_does_not_fail_the_command() -> None:
    house = House(valve(patient=True))
    house.reactions["dev/set"] = lambda _: [Says("dev/state", '{"target": 19}', 0.2)]
    assert (await house.do(WARM)).proof is Proof.ACCEPTED


@timeless
async def test_a_sleeper_that_is_awake_gives_the_better_proof() -> None:
    house = House(valve(patient=True))
    house.reactions["dev/set"] = lambda _: [Says("dev/state", '{"target": 22}', 0.1)]
    assert (await house.do(WARM)).proof is Proof.ECHO


@timeless
async def test_without_its_owners_word_nobody_is_patient() -> None:
    house = House(valve(patient=False))
    with pytest.raises(Silent):
        await house.do(WARM)


# Being there

BRIDGE = Availability("bridge", ("state",))
OWN = Availability("dev/availability", ("state",))


def attended(mode: Literal["latest", "all", "any"]) -> House:
    sketch = Sketch(hints={"switch"})
    sketch.add(traits.ON_OFF, feeds=(Feed(ON_OFF, "dev/state", (), SWITCHED),), order=Order("dev/set", (), SWITCHED))
    return House(wired(sketch, availability=(BRIDGE, OWN), availability_mode=mode))


@pytest.mark.parametrize(
    ("mode", "said", "presence"),
    [
        ("all", {"bridge": "online"}, Presence.UNKNOWN),
        ("all", {"bridge": "online", "dev/availability": "online"}, Presence.ONLINE),
        ("all", {"bridge": "online", "dev/availability": "offline"}, Presence.OFFLINE),
        ("all", {"bridge": "offline"}, Presence.OFFLINE),
        ("any", {"bridge": "offline"}, Presence.UNKNOWN),
        ("any", {"bridge": "offline", "dev/availability": "offline"}, Presence.OFFLINE),
        ("any", {"bridge": "offline", "dev/availability": "online"}, Presence.ONLINE),
        ("latest", {"bridge": "offline", "dev/availability": "online"}, Presence.ONLINE),
        ("latest", {"dev/availability": "online", "bridge": "offline"}, Presence.OFFLINE),
    ],
)
@pytest.mark.parametrize("shape", ['{{"state": "{}"}}', "{}"])
@timeless
async def test_several_words_for_being_there(mode: Any, said: dict[str, str], presence: Presence, shape: str) -> None:
    house = attended(mode)
    for topic, word in said.items():
        house.hear(topic, shape.format(word), retained=True)
    assert house.presence() is presence


@timeless
async def test_words_of_the_last_connection_do_not_count() -> None:
    house = attended("all")
    house.hear("bridge", "online")
    house.hear("dev/availability", "online")
    house.lose_link()
    house.inbound.disconnected()
    house.state.connected(house.loop.time())
    house.hear("bridge", "online")
    assert house.presence() is Presence.UNKNOWN


@timeless
async def test_who_is_away_is_told_nothing() -> None:
    house = attended("all")
    house.hear("bridge", "offline", retained=True)
    with pytest.raises(Offline):
        await house.do(TURN_ON)
    assert not house.published


# Conditions, templates, targets


def lamp() -> House:
    sketch = Sketch(hints={"light"})
    mode = When(("color_mode",), frozenset({"color_temp"}))
    temperature, color = Slot(traits.COLOR_TEMPERATURE), Slot(traits.COLOR)
    sketch.add(traits.COLOR_TEMPERATURE, feeds=(Feed(temperature, "dev", ("ct",), KELVIN, when=(mode,)),), order=None)
    xy = When(("color_mode",), frozenset({"xy"}))
    sketch.add(traits.COLOR, feeds=(Feed(color, "dev", ("color",), Colors("xy"), when=(xy,)),))
    return House(wired(sketch))


@timeless
async def test_a_message_speaks_of_a_slot_only_if_its_conditions_hold() -> None:
    house = lamp()
    house.hear("dev", '{"color_mode": "xy", "ct": 2700, "color": {"x": 0.64, "y": 0.33}}')
    color = house.value(traits.COLOR)
    assert isinstance(color, Color)
    assert (color.hue < 5 or color.hue > 355, color.saturation > 95) == (True, True)
    assert house.value(traits.COLOR_TEMPERATURE) is None
    house.hear("dev", '{"color_mode": "color_temp", "ct": 2700, "color": {"x": 0.3, "y": 0.3}}')
    assert (house.value(traits.COLOR_TEMPERATURE), house.value(traits.COLOR)) == (2700, color)


@timeless
async def test_a_template_makes_the_word_and_an_empty_one_says_nothing() -> None:
    template = value_template("{{ 'ON' if value_json.v > 3 else '' if value_json.v < 0 else 'OFF' }}")
    assert isinstance(template, Template)
    words = Words({"ON": True, "OFF": False}, {True: "ON", False: "OFF"})
    sketch = Sketch(hints={"switch"})
    sketch.add(traits.ON_OFF, feeds=(Feed(ON_OFF, "dev", (), words, template),), order=Order("dev/set", (), words))
    house = House(wired(sketch))
    house.hear("dev", '{"v": 5}')
    assert house.value(traits.ON_OFF) is True
    house.hear("dev", '{"v": -1}')
    assert house.value(traits.ON_OFF) is True
    house.hear("dev", '{"v": 1}')
    assert house.value(traits.ON_OFF) is False
    house.hear("dev", '{"v": "x"}')
    assert house.value(traits.ON_OFF) is None


def dimmer() -> Wiring:
    """A device that says where it is going before it gets there."""
    percent = Linear(0, 100, 0, 100)
    slot = Slot(traits.OPENING)
    feeds = (Feed(slot, "dev/value", (), percent), Feed(slot, "dev/value/$target", (), Towards(percent)))
    sketch = Sketch(hints={"cover"})
    sketch.add(traits.OPENING, feeds=feeds, order=Order("dev/value/set", (), percent))
    return wired(sketch)


@timeless
async def test_a_target_proves_what_travels_long() -> None:
    house = House(dimmer())
    house.hear("dev/value", "0")
    house.reactions["dev/value/set"] = lambda _: [Says("dev/value/$target", "100", 0.05)]
    assert (await house.do(Set(Slot(traits.OPENING), 100.0))).proof is Proof.MOVEMENT


@pytest.mark.parametrize("order", [("dev/value", "dev/value/$target"), ("dev/value/$target", "dev/value")])
@timeless
async def test_a_kept_target_that_was_reached_leaves_the_value_known(order: tuple[str, str]) -> None:
    house = House(dimmer())
    for topic in order:
        house.hear(topic, "40", retained=True)
    assert house.value(traits.OPENING) == 40


@timeless
async def test_what_was_true_lapses() -> None:
    sketch = Sketch()
    words = Words({"ON": True}, {})
    sketch.add(traits.MOTION, feeds=(Feed(Slot(traits.MOTION), "dev", (), words),), lapses_after=30.0)
    wiring = wired(sketch)
    house = House(wiring)
    house.hear("dev", "ON")
    now = house.loop.time()
    assert house.state.values(wiring.device, now + 29) == {Slot(traits.MOTION): True}
    assert house.state.values(wiring.device, now + 31) == {Slot(traits.MOTION): False}


def test_replies_are_read_and_never_written() -> None:
    replied = Replied()
    assert replied.decode({"id": 7, "result": None}) == 7
    for word in ("x", {"result": 1}, {"id": "seven"}):
        with pytest.raises(ValueError, match=r"answer|number"):
            replied.decode(word)
    with pytest.raises(ValueError, match="only read"):
        replied.encode(1.0)
    assert Towards(KELVIN).decode("5") == Moving(5)
    assert Towards(KELVIN).encode(5) == 5
    assert echo.SETTLE_SECONDS < BUDGET
