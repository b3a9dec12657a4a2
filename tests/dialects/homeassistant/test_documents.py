"""What is announced, changed, moved and taken back: documents in, findings out."""

import json
from typing import Any

import pytest

from gateway.dialects.finding import Finding
from gateway.dialects.homeassistant import HomeAssistant
from gateway.dialects.homeassistant.abbreviations import DEVICE, ENTITY, ORIGIN
from gateway.dialects.homeassistant.announcement import place, read
from gateway.dialects.homeassistant.dialect import NOTHING
from gateway.home.device import Slot
from gateway.home.traits import ON_OFF
from gateway.wire.binding import Availability
from tests.dialects.homeassistant.announced import found, send, wirings

MAC = "a0b1c2d3e4f5"
IEEE = "0x00158d00cafe0001"
PLUG: dict[str, Any] = {
    "name": None,
    "unique_id": "plug-1",
    "command_topic": "plug/set",
    "state_topic": "plug",
    "device": {"identifiers": ["plug-1"], "name": "Kettle plug"},
}
HEAT = {
    "name": "Temperature",
    "unique_id": "heat-1",
    "state_topic": "plug/heat",
    "device_class": "temperature",
    "unit_of_measurement": "°C",
    "device": PLUG["device"],
}
STRIP: dict[str, Any] = {
    "device": {"ids": "strip-1", "name": "Strip", "mf": "Maker", "mdl": "S2", "sw": "1.2", "sa": "Kitchen"},
    "o": {"name": "strip2mqtt"},
    "~": "strip",
    "avty_t": "~/online",
    "cmps": {
        "relay_1": {"p": "switch", "uniq_id": "s1", "name": "Left", "cmd_t": "~/1/set", "stat_t": "~/1"},
        "relay_2": {"p": "switch", "uniq_id": "s2", "name": "Right", "cmd_t": "~/2/set", "stat_t": "2/~", "~": "other"},
        "power_2": {"p": "sensor", "uniq_id": "s3", "dev_cla": "power", "unit_of_meas": "W", "stat_t": "~/2/power"},
    },
}


def only(findings: list[Finding]) -> Finding:
    [finding] = findings
    return finding


def test_the_short_keys_are_all_there() -> None:
    assert (len(ENTITY), len(DEVICE), len(ORIGIN)) == (257, 10, 2)  # 269, 11 and 3 with those that are not shorter
    assert all(len(short) < len(long) for table in (ENTITY, DEVICE, ORIGIN) for short, long in table.items())
    assert len(set(ENTITY.values())) == len(ENTITY)


def test_topics() -> None:
    assert list(HomeAssistant(("ha", "my/ha")).topics()) == [
        "ha/+/+/config",
        "ha/+/+/+/config",
        "my/ha/+/+/config",
        "my/ha/+/+/+/config",
    ]
    assert HomeAssistant(("my/ha",)).hear("my/ha/switch/x/config", json.dumps(PLUG).encode())
    dialect = HomeAssistant()
    for topic in ("homeassistant/switch/x/state", "homeassistant/status", "ha/switch/x/config", "homeassistant/config"):
        assert not dialect.hear(topic, json.dumps(PLUG).encode())
    assert not list(dialect.findings())
    assert not list(dialect.questions())
    assert not list(dialect.greetings())


def test_one_entity() -> None:
    finding = only(found(("switch/plug", PLUG)))
    assert finding.hardware == "ha-plug-1"
    assert finding.source == "homeassistant"
    assert not finding.refused
    [wiring] = finding.wirings
    assert (wiring.device.id, wiring.device.kind, wiring.device.name) == ("ha-plug-1", "SMARTPLUG", "Kettle plug")


def test_a_device_in_one_document() -> None:
    finding = only(found(("device/strip", STRIP)))
    left, right = finding.wirings
    assert [left.device.name, right.device.name] == ["Strip Left", "Strip Right"]
    assert [left.device.id, right.device.id] == ["ha-strip-1-switch_relay_1", "ha-strip-1-switch_relay_2"]
    device = left.device
    assert (device.manufacturer, device.model, device.version, device.room) == ("Maker", "S2", "1.2", "Kitchen")
    assert left.topics() == {"strip/1", "strip/online"}
    assert right.topics() == {"2/other", "strip/2/power", "strip/online"}
    assert right.device.kind == "SMARTPLUG"


def test_topics_are_based_at_their_start_and_end_only() -> None:
    where = place("homeassistant/switch/x/config", ("homeassistant",))
    assert where is not None
    document = {
        "~": "b",
        "cmd_t": "~/c",
        "stat_t": "s/~",
        "avty": [{"t": "~/a"}],
        "t": "a/~/b",
        "pl_on": "~",
        "name": "~",
    }
    config = read(where, json.dumps(document).encode()).entities[""].config
    assert config == {
        "command_topic": "b/c",
        "state_topic": "s/b",
        "availability": [{"topic": "b/a"}],
        "topic": "a/~/b",
        "payload_on": "~",
        "name": "~",
    }


@pytest.mark.parametrize(
    ("device", "hardware"),
    [
        ({"connections": [["mac", "A0:B1:C2:D3:E4:F5"]], "identifiers": ["x"]}, MAC),
        ({"connections": [["zigbee", IEEE], ["mac", "A0-B1-C2-D3-E4-F5"]]}, MAC),
        ({"identifiers": [f"zigbee2mqtt_{IEEE}"], "via_device": "zigbee2mqtt_bridge_0x00124b00cafe0009"}, IEEE),
        ({"identifiers": f"esp-{MAC.upper()}"}, MAC),
        ({"identifiers": ["first", "second"]}, "ha-first"),
        ({"identifiers": 1234}, "ha-1234"),
        ({"identifiers": ["월패드"]}, "ha-0317c10b"),
        ({"identifiers": ["my lamp"]}, "ha-my_lamp-22520c2c"),
        ({"identifiers": [], "connections": "none"}, "ha-plug-1"),
        ({"connections": [["mac"], 7, ["mac", 7]]}, "ha-plug-1"),
        ({}, "ha-plug-1"),
    ],
)
def test_what_hardware_it_is(device: dict[str, Any], hardware: str) -> None:
    assert only(found(("switch/plug", PLUG | {"device": device}))).hardware == hardware


def test_without_any_id_it_is_its_topic() -> None:
    assert only(found(("switch/node/plug", {"command_topic": "a"}))).hardware.startswith("ha-node_plug-")


def test_all_entities_of_one_hardware_are_one_finding() -> None:
    finding = only(found(("sensor/plug/heat", HEAT), ("switch/plug/power", PLUG)))
    assert finding.source == "homeassistant"
    assert {wiring.device.kind for wiring in finding.wirings} == {"SMARTPLUG", "AIRSENSOR"}
    assert {wiring.device.hardware for wiring in finding.wirings} == {"ha-plug-1"}


def test_an_address_told_once_speaks_for_those_with_the_same_identifier() -> None:
    addressed = PLUG | {"device": PLUG["device"] | {"connections": [["mac", MAC]]}}
    for documents in ((("switch/p", addressed), ("sensor/h", HEAT)), (("sensor/h", HEAT), ("switch/p", addressed))):
        findings = [finding for finding in found(*documents) if finding.wirings]
        assert only(findings).hardware == MAC
        assert len(findings[0].wirings) == 2


def test_hardware_is_compiled_once_and_only_where_something_changed() -> None:
    dialect = HomeAssistant()
    for number in range(10):
        send(dialect, f"switch/plug/relay_{number}", PLUG | {"unique_id": f"u{number}", "name": f"Relay {number}"})
    send(dialect, "switch/other", PLUG | {"unique_id": "o", "device": {"identifiers": ["other"]}})
    first = list(dialect.findings())
    assert [finding.hardware for finding in first] == ["ha-plug-1", "ha-other"]
    assert not list(dialect.findings())
    assert send(dialect, "switch/other", PLUG | {"unique_id": "o", "device": {"identifiers": ["other"]}})
    assert not list(dialect.findings())  # word for word the same
    assert send(dialect, "switch/other", PLUG | {"unique_id": "o", "qos": 1, "device": {"identifiers": ["other"]}})
    assert list(dialect.findings()) == first[1:]


def test_it_is_the_same_in_whatever_order_it_comes() -> None:
    documents = [("switch/plug/power", PLUG), ("sensor/plug/heat", HEAT), ("device/strip", STRIP)]
    order = sorted(found(*documents), key=lambda finding: finding.hardware)
    assert sorted(found(*reversed(documents)), key=lambda finding: finding.hardware) == order


def test_an_empty_payload_takes_it_back() -> None:
    dialect = HomeAssistant()
    send(dialect, "switch/plug", PLUG)
    send(dialect, "sensor/heat", HEAT)
    assert len(only(list(dialect.findings())).wirings) == 2
    send(dialect, "switch/plug", b"")
    assert [wiring.device.kind for wiring in only(list(dialect.findings())).wirings] == ["AIRSENSOR"]
    send(dialect, "sensor/heat", b"")
    assert only(list(dialect.findings())) == Finding("ha-plug-1", "homeassistant")
    send(dialect, "sensor/heat", b"")
    assert not list(dialect.findings())


def test_a_component_is_taken_back_by_its_platform_alone_and_stays_where_it_is_not_mentioned() -> None:
    dialect = HomeAssistant()
    send(dialect, "device/strip", STRIP)
    assert len(only(list(dialect.findings())).wirings) == 2
    send(dialect, "device/strip", STRIP | {"cmps": {"relay_1": STRIP["cmps"]["relay_1"]}})
    assert len(only(list(dialect.findings())).wirings) == 2
    send(dialect, "device/strip", STRIP | {"cmps": {"relay_2": {"p": "switch"}}})
    assert [wiring.device.id for wiring in only(list(dialect.findings())).wirings] == ["ha-strip-1"]
    send(dialect, "device/strip", b"")
    assert not only(list(dialect.findings())).wirings


def test_a_single_entity_moves_into_the_document_of_its_device() -> None:
    dialect = HomeAssistant()
    single = PLUG | {"unique_id": "s1", "device": STRIP["device"]}
    send(dialect, "switch/strip/one", single)
    assert len(only(list(dialect.findings())).wirings) == 1
    send(dialect, "switch/strip/one", {"migrate_discovery": True})
    send(dialect, "device/strip", STRIP)
    finding = only(list(dialect.findings()))
    assert (len(finding.wirings), finding.refused) == (2, ())
    send(dialect, "switch/strip/one", b"")
    assert not list(dialect.findings())


def test_two_that_claim_one_unique_id_the_first_stands() -> None:
    dialect = HomeAssistant()
    liar = PLUG | {"command_topic": "evil/set", "device": {"identifiers": ["evil"]}}
    send(dialect, "switch/plug", PLUG)
    send(dialect, "switch/a_liar", liar)
    real, false = dialect.findings()
    assert real.wirings
    assert not false.wirings
    assert "its unique_id is that of what homeassistant/switch/plug/config announces" in false.refused[0]
    send(dialect, "switch/plug", PLUG | {"name": "New"})  # a change does not cost it its place
    assert only(list(dialect.findings())).wirings
    send(dialect, "switch/plug", b"")
    gone, heir = sorted(dialect.findings(), key=lambda finding: finding.hardware, reverse=True)
    assert not gone.wirings
    assert [wiring.device.id for wiring in heir.wirings] == ["ha-evil"]
    assert not heir.refused


def test_entities_of_two_components_may_share_a_unique_id() -> None:
    assert len(wirings(found(("switch/x", PLUG), ("sensor/x", HEAT | {"unique_id": "plug-1"})))) == 2


def test_an_unreadable_document_costs_nothing_that_was_known() -> None:
    dialect = HomeAssistant()
    send(dialect, "switch/plug", PLUG)
    before = only(list(dialect.findings())).wirings
    assert not send(dialect, "switch/plug", b'{"name": ')
    after = only(list(dialect.findings()))
    assert after.wirings == before
    assert "not readable" in after.refused[0]
    send(dialect, "switch/plug", PLUG)
    assert only(list(dialect.findings())) == Finding("ha-plug-1", "homeassistant", before)


@pytest.mark.parametrize(
    ("topic", "document", "reason"),
    [
        ("switch/röhre", PLUG, "letters, digits"),
        ("switch/x", b"not json", "not readable"),
        ("switch/x", b"\xff", "not UTF-8"),
        ("switch/x", [], "no JSON object"),
        ("switch/x", b'{"a": 1, "a": 2}', "a key stands twice"),
        ("device/x", {"cmps": {}}, "needs `device`"),
        ("device/x", {"dev": {"ids": "a"}, "cmps": ""}, "needs `components`"),
        ("device/x", {"dev": {"ids": "a"}, "cmps": {"a": {"name": "b"}}}, "needs `platform`"),
        ("device/x", {"dev": {"ids": "a"}, "cmps": {"a": 1}}, "a component is an object"),
        (
            "device/x",
            {"dev": {"ids": "a"}, "cmps": {str(number): {"p": "x"} for number in range(500)}},
            "more than 400",
        ),
        ("switch/x", PLUG | {"enabled_by_default": False}, "not enabled by default"),
        ("switch/x", PLUG | {"encoding": "latin-1"}, "encoded otherwise"),
        ("switch/x", {"unique_id": "u"}, "it has no topic that could be used"),
        ("switch/x", PLUG | {"command_topic": "a/#", "state_topic": None}, "no wildcards"),
        ("number/x", PLUG, NOTHING),
        ("telepathy/x", PLUG, NOTHING),
    ],
)
def test_what_is_refused_says_why(topic: str, document: Any, reason: str) -> None:
    finding = only(found((topic, document)))
    assert not finding.wirings
    assert any(reason in line for line in finding.refused)


LISTED = [
    {"topic": "bridge", "value_template": "{{ value_json.state }}"},
    {"topic": "plug/here", "payload_available": "yes", "payload_not_available": "no"},
]


@pytest.mark.parametrize(
    ("config", "said", "mode"),
    [
        ({}, (), "latest"),
        ({"availability_topic": "a"}, (Availability("a"),), "latest"),
        (
            {
                "availability_topic": "a",
                "payload_available": "1",
                "payload_not_available": 0,
                "availability_mode": "any",
            },
            (Availability("a", (), ("1",), ("0",)),),
            "any",
        ),
        (
            {"availability": LISTED, "availability_mode": "all"},
            (Availability("bridge", ("state",)), Availability("plug/here", (), ("yes",), ("no",))),
            "all",
        ),
        ({"availability": {"topic": "a"}, "availability_mode": "never"}, (Availability("a"),), "latest"),
        ({"availability": ["a", 7, {"payload_available": "x"}]}, (), "latest"),
        ({"availability_topic": "a", "availability_template": "{{ 1"}, (), "latest"),
    ],
)
def test_whether_it_is_there(config: dict[str, Any], said: tuple[Availability, ...], mode: str) -> None:
    [wiring] = wirings(found(("switch/x", PLUG | config)))
    assert (wiring.availability, wiring.availability_mode) == (said, mode)


@pytest.mark.parametrize(
    ("name", "device", "called"),
    [
        (None, "Plug", "Plug"),
        ("Relay", "Plug", "Plug"),
        ("Relay", None, "Relay"),
        ("a\u200b\x07b" + "c" * 200, None, "a b" + "c" * 97),
        (7, None, "7"),
        (["Relay"], None, "x"),
    ],
)
def test_what_one_control_is_called(name: Any, device: str | None, called: str) -> None:
    document = {key: value for key, value in PLUG.items() if key != "device"} | {"name": name}
    document |= {"device": {"identifiers": ["a"], "name": device}} if device else {}
    [wiring] = wirings(found(("switch/x", document)))
    assert wiring.device.name == called


def test_what_several_are_called() -> None:
    named = {"switch/l1": None, "switch/l2": "Hood", "switch/l3": "Kettle plug fan", "button/bell": "Bell"}
    documents = [
        (topic, PLUG | {"name": name, "unique_id": topic, "payload_press": "1"}) for topic, name in named.items()
    ]
    called = {wiring.device.id: wiring.device.name for wiring in wirings(found(*documents))}
    assert called == {
        "ha-plug-1-switch_l1": "Kettle plug",
        "ha-plug-1-switch_l2": "Kettle plug Hood",
        "ha-plug-1-switch_l3": "Kettle plug fan",
        "ha-plug-1-button_bell": "Kettle plug Bell",
    }


def test_each_reading_goes_to_its_own_outlet() -> None:
    power = {"device_class": "power", "unit_of_measurement": "W", "device": PLUG["device"]}
    documents = [(f"switch/plug/switch_l{number}", PLUG | {"unique_id": f"s{number}"}) for number in (1, 2)]
    documents += [
        (f"sensor/plug/power_l{number}", power | {"unique_id": f"p{number}", "state_topic": f"p{number}"})
        for number in (1, 2)
    ]
    assert [sorted(wiring.topics()) for wiring in wirings(found(*documents))] == [["p1", "plug"], ["p2", "plug"]]


def test_a_light_and_a_fan_keep_their_own_names() -> None:
    documents = [("light/x/light", PLUG), ("fan/x/fan", PLUG | {"unique_id": "f"})]
    assert {wiring.device.id for wiring in wirings(found(*documents))} == {"ha-plug-1-light", "ha-plug-1-fan"}


def test_of_two_readings_the_sum_counts_and_the_other_is_noted() -> None:
    documents = [
        (
            f"sensor/{name}",
            HEAT | {"unique_id": name, "name": name, "device_class": "power", "unit_of_measurement": "W"},
        )
        for name in ("socket power", "total power")
    ]
    documents = [(topic.replace(" ", "_"), document | {"state_topic": topic}) for topic, document in documents]
    [wiring] = wirings(found(*documents))
    assert wiring.topics() == {"sensor/total power"}
    assert wiring.notes == ("socket_power: power_use is told by total_power",)


def test_a_radiator_valve_on_a_battery_sleeps() -> None:
    valve = {"temperature_command_topic": "t/set", "temperature_state_topic": "t", "device": PLUG["device"]}
    battery = HEAT | {"device_class": "battery", "unit_of_measurement": "%", "entity_category": "diagnostic"}
    assert not wirings(found(("climate/t", valve)))[0].sleepy
    assert wirings(found(("climate/t", valve), ("sensor/b", battery)))[0].sleepy


def test_a_part_that_cannot_be_used_costs_that_part_only() -> None:
    finding = only(found(("switch/x", PLUG), ("sensor/x", HEAT | {"value_template": "{{ 1"})))
    [wiring] = finding.wirings
    assert Slot(ON_OFF) in wiring.bindings
    assert "value_template cannot be used" in finding.refused[0]
