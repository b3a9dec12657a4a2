"""The two lists over time: what changes, what goes, what cannot be read, and who is asked."""

import json
from typing import Any

import pytest

from gateway.dialects.finding import Dialect, Finding
from gateway.dialects.zigbee2mqtt import Zigbee2Mqtt
from tests.dialects.zigbee2mqtt import listed as z

OTHER = "0x00aa11bb22cc33ee"
LAMP, PLUG = z.specific("light", z.STATE), z.specific("switch", z.STATE)


def hear(dialect: Zigbee2Mqtt, *documents: Any, topic: str = z.DEVICES) -> dict[str, Finding]:
    assert dialect.hear(topic, json.dumps(documents).encode())
    return {finding.hardware: finding for finding in dialect.findings()}


def test_it_is_a_dialect() -> None:
    dialect: Dialect = Zigbee2Mqtt()
    assert (dialect.name, dialect.keeps) == ("zigbee2mqtt", True)
    assert not list(dialect.questions())
    assert not list(dialect.greetings())
    assert not list(dialect.findings())


def test_topics() -> None:
    assert set(Zigbee2Mqtt().topics()) == {
        "+/bridge/devices",
        "+/bridge/groups",
        "+/+/bridge/devices",
        "+/+/bridge/groups",
    }
    written = Zigbee2Mqtt(("home/z2m",))
    assert set(written.topics()) == {"home/z2m/bridge/devices", "home/z2m/bridge/groups"}
    assert not written.hear(z.DEVICES, b"[]")
    assert written.hear("home/z2m/bridge/devices", b"[]")
    assert not written.hear("home/z2m/bridge/info", b"[]")
    with pytest.raises(ValueError, match="wildcards"):
        Zigbee2Mqtt(("+",))


def test_only_what_changes_is_found_again() -> None:
    dialect = Zigbee2Mqtt()
    lamp, plug = z.device(LAMP), z.device(PLUG, ieee_address=OTHER.upper().replace("X", "x"), name="콘센트")
    first = hear(dialect, lamp, plug)
    assert set(first) == {z.IEEE, OTHER}
    assert not hear(dialect, lamp, plug)
    assert not hear(dialect, plug, lamp | {"network_address": 7})
    renamed = hear(dialect, lamp | {"friendly_name": "새 이름"}, plug)
    (finding,) = renamed.values()
    assert finding.wirings[0].device.id == first[z.IEEE].wirings[0].device.id
    assert finding.wirings[0].device.name == "새 이름"


def test_what_is_compiled_again_is_equal() -> None:
    everything = [z.device(LAMP, PLUG | {"endpoint": "l2"}), z.device(z.specific("climate", z.SETPOINT, z.LOCAL))]
    for document in everything:
        assert z.told(document) == z.told(json.loads(json.dumps(document)))


def test_what_leaves_the_list_is_gone() -> None:
    dialect = Zigbee2Mqtt()
    hear(dialect, z.device(LAMP), z.device(PLUG, ieee_address=OTHER))
    assert hear(dialect, z.device(LAMP)) == {OTHER: Finding(OTHER, z.DEVICES)}
    assert dialect.hear(z.DEVICES, b"")
    assert list(dialect.findings()) == [Finding(z.IEEE, z.DEVICES)]
    assert set(hear(dialect, z.device(LAMP))) == {z.IEEE}


def test_what_two_bridges_say_of_a_device_is_told_apart() -> None:
    dialect = Zigbee2Mqtt()
    (first,) = hear(dialect, z.device(LAMP, disabled=True), topic="a/bridge/devices").values()
    (finding,) = hear(dialect, z.device(LAMP), topic="b/bridge/devices").values()
    assert (first.source, first.refused) == ("a/bridge/devices", ("it is disabled in Zigbee2MQTT",))
    assert (finding.source, len(finding.wirings)) == ("b/bridge/devices", 1)
    (left,) = hear(dialect, topic="b/bridge/devices").values()
    assert left == Finding(z.IEEE, "b/bridge/devices")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"disabled": True}, "it is disabled in Zigbee2MQTT"),
        ({"interviewing": True}, "still asking"),
        ({"interview_state": "IN_PROGRESS"}, "still asking"),
        ({"interview_completed": False}, "pair it again"),
        ({"interview_state": "FAILED"}, "pair it again"),
        ({"definition": None, "supported": False}, "does not support it"),
        ({"definition": {"exposes": []}}, "exposes nothing"),
        ({"definition": {}}, "exposes nothing"),
    ],
)
def test_why_a_device_is_no_appliance(more: z.Json, why: str) -> None:
    finding = z.told(z.device(LAMP, **more))[z.IEEE]
    assert not finding.wirings
    assert why in finding.refused[-1]


def test_the_coordinator_is_nothing_to_be_told_of() -> None:
    finding = z.told(z.device(LAMP, type="Coordinator", definition=None))[z.IEEE]
    assert (finding.wirings, finding.refused) == ((), ())


def test_a_device_of_an_old_zigbee2mqtt() -> None:
    old = {key: value for key, value in z.device(LAMP).items() if not key.startswith("interview")}
    assert z.told(old)[z.IEEE].wirings


def test_a_bad_device_costs_only_itself() -> None:
    good, text = json.dumps(z.device(PLUG, ieee_address=OTHER)), json.dumps(z.device(LAMP))
    deep = "[" * 40 + "]" * 40
    for bad, why in [
        (text.replace('"Router"', "NaN"), "no good JSON"),
        (text.replace('"Router"', '"Router", "type": "Router"'), "no good JSON"),
        (text.replace('"Router"', deep), "no good JSON"),
        (text.replace('"Router"', '"\\ud800"'), "no good JSON"),
        (text.replace('"Router"', f'"{"x" * 300_000}"'), "longer than 256 KiB"),
    ]:
        dialect = Zigbee2Mqtt()
        assert dialect.hear(z.DEVICES, f"[{bad} ,\n {good}]".encode())
        found = {finding.hardware: finding for finding in dialect.findings()}
        assert found[OTHER].wirings
        assert why in found[z.IEEE].refused[0]


def test_what_has_no_address_is_told_of_the_bridge() -> None:
    dialect = Zigbee2Mqtt()
    found = hear(dialect, z.device(LAMP), 7, z.device(LAMP, ieee_address="0x12"), None)
    assert found[z.IEEE].wirings
    assert found["z2m-bridge"].refused == (
        "device 2 of the list: it has no IEEE address",
        "device 3 of the list: it has no IEEE address",
        "device 4 of the list: it has no IEEE address",
    )
    assert hear(dialect, z.device(LAMP)) == {"z2m-bridge": Finding("z2m-bridge", z.DEVICES)}


@pytest.mark.parametrize("payload", [b"{}", b"[", b"nothing", b"\xff", b"[1, ", b"[{]", b"[" * 100_000, b"7"])
def test_an_unreadable_list_takes_nothing_away(payload: bytes) -> None:
    dialect = Zigbee2Mqtt()
    hear(dialect, z.device(LAMP))
    assert not dialect.hear(z.DEVICES, payload)
    (finding,) = dialect.findings()
    assert (finding.hardware, finding.wirings) == ("z2m-bridge", ())
    assert finding.refused[0].startswith(z.DEVICES)
    assert hear(dialect, z.device(LAMP)) == {"z2m-bridge": Finding("z2m-bridge", z.DEVICES)}


def test_so_many_devices_and_no_more() -> None:
    dialect = Zigbee2Mqtt()
    found = hear(dialect, *({"ieee_address": f"0x{number:016x}"} for number in range(2003)))
    assert len(found) == 2001
    assert "2000" in found["z2m-bridge"].refused[0]


def test_so_many_bridges_and_no_more() -> None:
    dialect = Zigbee2Mqtt()
    assert [dialect.hear(f"b{number}/bridge/devices", b"[]") for number in range(20)] == [True] * 16 + [False] * 4
