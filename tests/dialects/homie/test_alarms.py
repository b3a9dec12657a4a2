"""What Homie devices raise alarms with: alerts, and properties by what they are called."""

from typing import Any

import pytest

from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.traits import ALERT, Trait
from gateway.home.values import Value
from gateway.wire.binding import Wiring
from gateway.wire.topics import TopicMap
from tests.dialects.homie.documents import node, reading, setting, version_4, version_5, wired
from tests.dialects.tasmota.listening import heard

MOTION = {"m": node("motion", motion=reading("boolean"))}
LAMP = {"l": node("light", power=setting("boolean"))}


def alert(wiring: Wiring, topic: str, payload: str) -> Value | None:
    """What a message says of what the device complains of, wherever its filter fits."""
    ears: TopicMap[Any] = TopicMap()
    for feed in wiring.bindings[Slot(ALERT)].feeds:
        ears.add(feed.topic, feed)
    found = [feed.codec.decode(payload) for feed in ears.find(topic)]
    return found[-1] if found else None


@pytest.mark.parametrize("nodes", [MOTION, LAMP])
@pytest.mark.parametrize(
    ("topic", "payload", "text"),
    [
        ("homie/5/thing/$alert/battery", "Battery is low: 8 %", "Battery is low: 8 %"),
        ("homie/5/thing/$alert/childlost", " Nothing heard\nfor 3 h ", "Nothing heard for 3 h"),
        ("homie/5/thing/$alert/battery", "", ""),
        ("homie/5/other/$alert/battery", "low", None),
        ("homie/5/thing/$alert", "low", None),
        ("homie/5/thing/$alert/a/b", "low", None),
        ("homie/5/thing/$log/error", "it failed", None),
        ("homie/5/thing/$state", "alert", None),
    ],
)
def test_an_alert_of_version_5_is_a_text_until_it_is_taken_back(
    nodes: dict[str, Any], topic: str, payload: str, text: str | None
) -> None:
    (wiring,) = wired(version_5(nodes))
    assert alert(wiring, topic, payload) == text


@pytest.mark.parametrize("nodes", [MOTION, LAMP])
@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("alert", "alert"),
        ("ready", ""),
        ("init", ""),
        ("sleeping", ""),
        ("disconnected", ""),
        ("lost", ""),
        ("odd", ""),
    ],
)
def test_the_state_of_version_4_is_an_alert_or_none(nodes: dict[str, Any], state: str, text: str) -> None:
    (wiring,) = wired(version_4(nodes))
    assert alert(wiring, "homie/thing/$state", state) == text
    assert alert(wiring, "homie/thing/$alert/battery", "low") is None


def test_one_appliance_of_several_tells_the_alerts() -> None:
    nodes = MOTION | {
        "s": node("detector", smoke=reading("boolean")),
        "t": node("air", humidity=reading("integer", "%")),
    }
    wirings = wired(version_5(nodes))
    assert len(wirings) == 3
    assert sum(Slot(ALERT) in one.bindings for one in wirings) == 1
    two = version_5({"a": node("switch", power=setting("boolean")), "b": node("switch", power=setting("boolean"))})
    assert sum(Slot(ALERT) in one.bindings for one in wired(two)) == 1


def test_alerts_alone_are_no_appliance() -> None:
    assert wired(version_5({"n": node("sensor", illuminance=reading("float", "lx"))})) == ()


CALLED: list[tuple[str, str, Trait]] = [
    ("button", "panic", traits.PANIC),
    ("keypad", "emergency-call", traits.PANIC),
    ("lock", "jammed", traits.JAMMED),
    ("lock", "lock-jammed", traits.JAMMED),
    ("door", "forced", traits.FORCED),
    ("panel", "intrusion", traits.TRIGGERED),
    ("alarm", "triggered", traits.TRIGGERED),
    ("siren", "state", traits.TRIGGERED),
    ("siren", "sounding", traits.TRIGGERED),
    ("sensor", "battery-low", traits.BATTERY_LOW),
    ("sensor", "lowBattery", traits.BATTERY_LOW),
    ("battery", "low", traits.BATTERY_LOW),
    ("sensor", "tamper", traits.TAMPER),
    ("sensor", "heat-alarm", traits.HEAT),
    ("flood", "alarm", traits.LEAK),
    ("water", "detected", traits.LEAK),
]


@pytest.mark.parametrize(("type", "id", "trait"), CALLED)
@pytest.mark.parametrize("version", [version_4, version_5])
def test_a_boolean_is_what_it_is_called(version: Any, type: str, id: str, trait: Trait) -> None:
    nodes = MOTION | {"n": {"type": type, "properties": {id: reading("boolean")}}}
    top = "homie/thing" if version is version_4 else "homie/5/thing"
    found = [heard(wiring, f"{top}/n/{id}", word) for wiring in wired(version(nodes)) for word in ("true", "false")]
    assert [one for one in found if one] == [{Slot(trait): True}, {Slot(trait): False}]


@pytest.mark.parametrize(
    ("type", "id"),
    [
        ("detector", "smoke-test"),
        ("detector", "smoke-self-test"),
        ("detector", "gas-alarm-muted"),
        ("detector", "co-alarm-enabled"),
        ("detector", "smoke-fault"),
        ("alarm", "armed"),
        ("alarm", "state"),
        ("alarm-clock", "triggered"),
        ("siren", "test"),
        ("siren", "enabled"),
        ("panel", "intrusion-armed"),
        ("lamp", "floodlight"),
        ("heater", "fireplace"),
        ("boiler", "hot-water"),
        ("water-heater", "active"),
        ("gas-boiler", "active"),
        ("boiler", "gas-valve"),
        ("water-pump", "state"),
        ("sensor", "leak-test"),
        ("sensor", "tamper-reset"),
    ],
)
def test_what_is_about_an_alarm_is_none(type: str, id: str) -> None:
    assert wired(version_5({"n": {"type": type, "properties": {id: reading("boolean")}}})) == ()


@pytest.mark.parametrize(("labels", "payload", "value"), [("dry,wet", "true", True), ("wet,dry", "true", False)])
def test_labels_say_which_is_the_alarm(labels: str, payload: str, value: bool) -> None:
    (wiring,) = wired(version_5({"n": node("leak", alarm=reading("boolean", "", labels))}))
    assert heard(wiring, "homie/5/thing/n/alarm", payload) == {Slot(traits.LEAK): value}


@pytest.mark.parametrize(
    ("payload", "value"), [("none", False), ("mild", True), ("heavy", True), ("test", False), ("warmup", None)]
)
def test_an_alarm_in_words(payload: str, value: bool | None) -> None:
    levels = reading("enum", "", "none,mild,heavy,test,warmup")
    for said, top in (
        (version_4({"n": node("gas", alarm=levels)}), "homie"),
        (version_5({"n": node("gas", alarm=levels)}), "homie/5"),
    ):
        (wiring,) = wired(said)
        assert heard(wiring, f"{top}/thing/n/alarm", payload).get(Slot(traits.GAS)) is value


@pytest.mark.parametrize("words", ["low,high", "none,test", "open,closed", "alarm", "schedule,manual"])
def test_words_that_do_not_say_what_is_an_alarm_are_none(words: str) -> None:
    assert wired(version_5({"n": node("smoke", alarm=reading("enum", "", words))})) == ()


@pytest.mark.parametrize(("retained", "lapses"), [(True, None), (False, 60.0)])
def test_a_moment_is_over_by_itself(retained: bool, lapses: float | None) -> None:
    nodes = {"b": node("button", panic=reading("boolean", retained=retained))}
    (wiring,) = wired(version_5(nodes))
    assert (wiring.device.kind, wiring.device.features[Slot(traits.PANIC)].lapses_after) == ("", lapses)


@pytest.mark.parametrize(
    ("word", "way"),
    [
        ("PIN code", "keypad"),
        ("fingerprint", "fingerprint"),
        ("RFID", "card"),
        ("manual", "hand"),
        ("app", "remote"),
        ("key", "key"),
        ("schedule", "schedule"),
        ("unknown", None),
    ],
)
def test_how_a_lock_was_opened(word: str, way: str | None) -> None:
    ways = reading("enum", "", "PIN code,fingerprint,RFID,manual,app,key,schedule,unknown")
    nodes = {"lock": node("lock", lock=setting("enum", "LOCKED,UNLOCKED"), unlocked_by=ways)}
    (wiring,) = wired(version_5(nodes))
    assert heard(wiring, "homie/5/thing/lock/unlocked-by", word).get(Slot(traits.UNLOCKED_BY)) == way
