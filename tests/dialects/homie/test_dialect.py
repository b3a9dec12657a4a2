"""Homie devices that come, change and go, and those that nobody should have described."""

import json
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.dialects.finding import Finding
from gateway.dialects.homie import Homie
from gateway.wire.topics import TopicMap
from tests.dialects.homie.documents import findings, heard_by, node, setting, version_4, version_5, wired
from tests.quick import cost

SWITCH = {"s": node("switch", power=setting("boolean"))}


def listening(homie: Homie) -> TopicMap[bool]:
    found: TopicMap[bool] = TopicMap()
    for topic in homie.topics():
        found.add(topic, True)
    return found


def test_a_device_of_version_4_is_found_where_it_shows_itself() -> None:
    homie, said = Homie(), version_4(SWITCH, base="house")
    assert listening(homie).find("house/thing/$homie")
    assert not listening(homie).find("house/thing/$nodes")
    heard_by(homie, {"house/thing/$homie": "4.0.0"})
    assert list(homie.findings()) == []
    ears = listening(homie)
    assert all(ears.find(topic) for topic in said)
    assert not ears.find("house/thing/s/power")
    assert not ears.find("house/thing/s/power/set")
    heard_by(homie, said)
    (finding,) = homie.findings()
    assert (finding.hardware, finding.source) == ("homie-thing", "house/thing/$homie")
    assert [one.topic for one in finding.wirings[0].availability] == ["house/thing/$state"]


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_attributes_makes_no_difference(order: int) -> None:
    said = dict(list(version_4(SWITCH).items())[::order])
    assert wired(said) == wired(version_4(SWITCH))


def test_what_is_missing_of_version_4_is_waited_for() -> None:
    homie, said = Homie(), version_4(SWITCH)
    last = said.popitem()
    others = {topic: payload for topic, payload in said.items() if "/s/power/" not in topic}
    heard_by(homie, others)
    assert list(homie.findings()) == []
    heard_by(homie, said | dict([last]))
    assert len(list(homie.findings())) == 1


@pytest.mark.parametrize("version", [version_4, version_5])
def test_an_empty_state_takes_a_device_away(version: Any) -> None:
    homie, said = Homie(), version(SWITCH)
    heard_by(homie, said)
    (first,) = homie.findings()
    (state,) = (topic for topic in said if topic.endswith("$state"))
    for word in ("sleeping", "lost", "ready"):
        assert not homie.hear(state, word.encode())
    assert list(homie.findings()) == []
    homie.hear(state, b"")
    (gone,) = homie.findings()
    assert (gone.hardware, gone.wirings, gone.refused) == (first.hardware, (), ())
    homie.hear(state, b"init")
    assert list(homie.findings()) == [first]


def test_documents_are_kept_and_states_are_not() -> None:
    homie, said = Homie(), version_5(SWITCH) | version_4(SWITCH, id="other")
    kept = {topic for topic, payload in said.items() if homie.hear(topic, payload.encode())}
    assert kept == {topic for topic in said if not topic.endswith("$state")}


def test_the_same_description_changes_nothing() -> None:
    homie, said = Homie(), version_5(SWITCH) | version_4(SWITCH, id="other")
    heard_by(homie, said)
    first = list(homie.findings())
    assert len(first) == 2
    heard_by(homie, said)
    assert list(homie.findings()) == []
    again = Homie()
    heard_by(again, said)
    assert list(again.findings()) == first


def test_a_child_is_lost_with_its_root() -> None:
    (wiring,) = wired(version_5(SWITCH, root="bridge", parent="hub"))
    own, root = wiring.availability
    assert (own.topic, own.offline) == ("homie/5/thing/$state", ("disconnected", "lost"))
    assert (root.topic, root.offline) == ("homie/5/bridge/$state", ("lost",))
    assert "disconnected" in root.online
    assert wiring.availability_mode == "all"


def test_a_root_without_nodes_is_no_appliance() -> None:
    (finding,) = findings(version_5({}, id="bridge", children=["a", "b"]))
    assert finding.refused == ("it has nothing that CLOVA can set or ask for",)


def test_the_address_in_an_id_is_the_hardware() -> None:
    (finding,) = findings(version_4(SWITCH, id="plug-a1b2c3d4e5f6"))
    assert finding.hardware == "a1b2c3d4e5f6"


def test_what_it_says_in_both_versions_is_told_apart() -> None:
    homie = Homie()
    heard_by(homie, version_4(SWITCH) | version_5(SWITCH))
    found = {finding.source: finding for finding in homie.findings()}
    assert found.keys() == {"homie/thing/$homie", "homie/5/thing/$description"}
    homie.hear("homie/5/thing/$state", b"")
    left = {finding.source: finding.wirings for finding in homie.findings()}
    assert left["homie/5/thing/$description"] == ()
    assert left["homie/thing/$homie"]


def test_drafts_had_lists() -> None:
    power = {"id": "power", "datatype": "boolean", "settable": True}
    document = {"homie": "5.0", "name": "Thing", "nodes": [{"id": "s", "type": "switch", "properties": [power]}]}
    assert wired({"homie/5/thing/$description": json.dumps(document)})


def described(document: bytes) -> list[Finding]:
    """What a Homie 5 description comes to."""
    homie = Homie()
    homie.hear("homie/5/thing/$description", document)
    return list(homie.findings())


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"{", "Expecting"),
        (b"[]", "no JSON object"),
        (b'{"nodes":' + b"[" * 5_000 + b"]" * 5_000 + b"}", "nested"),
        (b'{"name":"' + b"x" * 1_000_000 + b'"}', "64 KiB"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_description_that_cannot_be_read_has_a_reason(document: bytes, reason: str) -> None:
    (finding,) = described(document)
    assert cost(lambda: described(document)) < 0.05
    assert finding.wirings == ()
    assert reason in finding.refused[0]


@pytest.mark.parametrize(
    ("odd", "note"),
    [
        ({"s/x": {"properties": {}}}, "s/x"),
        ({"o": {"properties": {"p": {"datatype": "quaternion"}}}}, "unknown datatype"),
        ({"o": {"properties": {"a b": {}, "$p": 7}}}, "no id"),
        ({"o": 7}, "no id, or nothing described"),
        ({"o": {"properties": 7, "name": 7, "type": []}}, ""),
    ],
)
def test_an_odd_member_costs_no_more_than_itself(odd: dict[str, Any], note: str) -> None:
    (wiring,) = wired(version_5(SWITCH | odd))
    assert any(note in one for one in wiring.notes) or not note


def test_a_description_of_ten_thousand_properties_is_bounded() -> None:
    properties = {f"p{number}": {"datatype": "boolean"} for number in range(1_500)}
    document = json.dumps({"homie": "5.0", "name": "Thing", "nodes": {"n": {"properties": properties}}})
    assert cost(lambda: described(document.encode())) < 0.05


def test_a_flood_of_devices_is_bounded() -> None:
    homie = Homie()
    for number in range(700):
        heard_by(homie, version_5(SWITCH, id=f"d{number}") | {f"b{number}/x/$homie": "4.0"})
    assert len(list(homie.findings())) <= 500
    assert len(list(homie.topics())) < 300


@pytest.mark.alone
def test_a_home_of_them_is_read_quickly() -> None:
    homie = Homie()
    start = perf_counter()
    for number in range(100):
        heard_by(homie, version_5(SWITCH, id=f"d{number}"))
    assert len(list(homie.findings())) == 100
    assert perf_counter() - start < 0.5


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
WORDS = st.sampled_from(
    ["light", "lock", "thermostat", "fan", "cover", "valve", "power", "mode", "setpoint", "speed", "state", "position"]
)
FORMATS = st.sampled_from(
    ["0:100", "5:", ":", "1:1", "9:2:0.5", "on,off", "a,,b", ",", "open,close,stop", "rgb,hsv", "x"]
)
FIELDS = st.fixed_dictionaries(
    {
        "datatype": st.sampled_from(["integer", "float", "boolean", "enum", "color", "string", "json", "odd"])
        | SCALARS,
        "format": FORMATS | SCALARS,
        "unit": st.sampled_from(["%", "°C", "F", "K", "W", "kWh", "MK⁻¹"]) | SCALARS,
        "settable": SCALARS,
        "retained": SCALARS,
        "name": WORDS | SCALARS,
    }
)
NODES = st.dictionaries(
    WORDS | st.text(max_size=5),
    st.fixed_dictionaries({"type": WORDS | SCALARS, "properties": st.dictionaries(WORDS, FIELDS, max_size=5)})
    | SCALARS,
    max_size=4,
)


@given(NODES, SCALARS)
def test_whatever_it_says_nothing_is_raised(nodes: dict[str, Any], name: Any) -> None:
    homie, said = Homie(), version_5(nodes, name=name, root=name)
    heard_by(homie, said)
    assert all(one.wirings or one.refused for one in homie.findings())
    heard_by(homie, said)
    assert list(homie.findings()) == []


LEVELS = st.sampled_from(
    ["homie", "5", "dev", "n", "p", "$homie", "$nodes", "$properties", "$datatype", "$state", "set"]
)
SAYINGS = st.binary(max_size=40) | st.sampled_from([b"4.0.0", b"n", b"p", b"boolean", b"true", b"n[]", b",,", b"ready"])


@given(st.lists(st.tuples(st.lists(LEVELS | st.text(max_size=4), max_size=6).map("/".join), SAYINGS), max_size=30))
def test_no_message_is_raised_at(messages: list[tuple[str, bytes]]) -> None:
    homie = Homie()
    for topic, payload in messages:
        homie.hear(topic, payload)
    list(homie.findings())
    list(homie.topics())
