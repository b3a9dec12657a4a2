"""Whatever arrives: nothing is raised, nothing takes long, and what is too much is refused with a reason."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.dialects.finding import Finding
from gateway.dialects.shelly import Shelly
from gateway.home.device import Slot
from gateway.wire.topics import check_filter
from tests.dialects.shelly.told import REPLIES, answers, devices, hear_all, meanings, packed, told
from tests.quick import cost

MAC = "A0DD6C000102"
INFO = {"id": f"x-{MAC}", "mac": MAC, "gen": 3, "app": "X"}
KEYS = [
    "switch:0", "light:1", "cover:0", "rgb:0", "rgbw:0", "cct:0", "rgbcct:0", "thermostat:0", "blutrv:200", "smoke:0",
    "flood:0", "em:0", "em1:0", "em1:1", "emdata:0", "pm1:0", "temperature:100", "humidity:0", "devicepower:0", "sys",
    "blugw", "what:0", "switch:999999999999", "switch:-1", "", "a/b#+", "switch:00",
]  # fmt: skip
MEMBERS = [
    "id", "output", "brightness", "rgb", "ct", "mode", "state", "current_pos", "pos_control", "target_pos", "apower",
    "aenergy", "total", "name", "addr", "type", "ct_range", "battery", "percent", "device", "ui_data", "mac", "tC",
    "consumption_types", "relay_in_thermostat", "enable", "alarm", "value", "rollers", "lights", "positioning",
]  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20), st.sampled_from(["cover", "white", "color", "light", MAC, "stop", "open", "cct", "rgb"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=5),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from(KEYS + MEMBERS), VALUES, max_size=8)
TOPICS = st.sampled_from(
    [
        f"{REPLIES}/info/a/rpc", f"{REPLIES}/config/a/rpc", f"{REPLIES}/status/a/rpc", f"{REPLIES}/components/a/rpc",
        f"{REPLIES}/do/a/rpc", f"{REPLIES}//rpc", "a/online", "a/b/online", "/online", "a/announce",
        "shellies/announce",
        "shellies/s/announce", "shellies/s/info", "shellies/s/roller/0", "shellies/s/white/0", "a/status/switch:0",
        "a/events/rpc", "shellies//announce", "", "/", "announce",
    ]
)  # fmt: skip


def all_is_well(dialect: Shelly) -> None:
    """Every finding can be subscribed to, and told something."""
    for finding in dialect.findings():
        for wiring in finding.wirings:
            assert len(wiring.device.features) <= 400
            assert len(wiring.device.name) <= 102
            assert wiring.device.name.isprintable()
            for topic in wiring.topics():
                check_filter(topic)
    list(dialect.questions())
    list(dialect.topics())


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(TOPICS, st.one_of(st.binary(max_size=60), DOCUMENTS.map(packed))), max_size=12))
def test_any_messages(messages: list[tuple[str, bytes]]) -> None:
    dialect = Shelly()
    for topic, payload in messages:
        dialect.hear(topic, payload)
        all_is_well(dialect)


@settings(max_examples=120, deadline=None)
@given(DOCUMENTS, DOCUMENTS, DOCUMENTS, VALUES)
def test_any_answers(info: dict[str, Any], config: dict[str, Any], status: dict[str, Any], message: Any) -> None:
    dialect = Shelly()
    found = devices(hear_all(dialect, answers("a", info=INFO | info, config=config, status=status)))
    for wiring in found.values():
        for topic in wiring.topics():
            try:
                meanings(wiring, topic, message if isinstance(message, dict) else {"result": message})
            except ValueError:
                continue


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["SHSW-25", "SHRGBW2", "SHSW-1", "SHGS-1", "SHTRV-01", "SHHT-1"]), DOCUMENTS, DOCUMENTS)
def test_any_info(model: str, announcement: dict[str, Any], info: dict[str, Any]) -> None:
    dialect = Shelly()
    dialect.hear("shellies/s/announce", packed(announcement | {"model": model}))
    dialect.hear("shellies/s/info", packed(info | {"rollers": info.get("rollers"), "thermostats": [info]}))
    all_is_well(dialect)


NESTED = b'{"result":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
HUGE = packed({"result": {f"switch:{number}": {"output": True, "name": "x" * 100} for number in range(9_000)}})
MANY = packed({"result": {f"switch:{number}": {} for number in range(900)} | {f"odd{n}": 1 for n in range(2_000)}})


@pytest.mark.parametrize("payload", [NESTED, HUGE, b"[" * 1_000_000, b'"' * 1_000_000, b"\xff" * 1_000_000])
@pytest.mark.parametrize("topic", [f"{REPLIES}/status/a/rpc", "shellies/s/announce"])
def test_what_is_too_much_is_refused_at_once(topic: str, payload: bytes) -> None:
    def hear() -> Finding:
        dialect = Shelly()
        assert not dialect.hear(topic, payload)
        (finding,) = dialect.findings()
        return finding

    assert hear().refused
    assert cost(hear) < 0.05


@pytest.mark.alone
def test_more_components_than_any_shelly_has() -> None:
    dialect = Shelly()
    started = time.perf_counter()
    dialect.hear(f"{REPLIES}/status/a/rpc", MANY)
    (finding,) = dialect.findings()
    assert time.perf_counter() - started < 0.25
    assert len(finding.wirings) == 64
    assert any("more than 64" in reason for reason in finding.refused)
    assert len(finding.refused) <= 70


def test_a_long_name_is_cut_and_a_hostile_one_is_cleaned() -> None:
    config = {"switch:0": {"name": "\u202e\x07a" + "b" * 500}}
    said = answers("a", info=INFO, config=config, status={"switch:0": {"output": True}})
    (wiring,) = devices(hear_all(Shelly(), said)).values()
    assert len(wiring.device.name) <= 100
    assert wiring.device.name.startswith("ab")


@pytest.mark.parametrize("prefix", ["a" * 300, "a/" * 150, "a\x07b", "$SYS"])
def test_a_prefix_that_nothing_can_be_published_to(prefix: str) -> None:
    dialect = Shelly()
    dialect.hear(f"{prefix}/online", b"true")
    dialect.hear(f"{prefix}/announce", packed(INFO))
    dialect.hear(f"{REPLIES}/status/{prefix}/rpc", packed({"result": {"switch:0": {}}}))
    assert not list(dialect.questions())
    assert not list(dialect.findings())


@pytest.mark.alone
def test_other_peoples_traffic_costs_nothing() -> None:
    dialect = Shelly()
    payload = json.dumps({"x": "y" * 2_000}).encode()
    started = time.perf_counter()
    for number in range(2_000):
        dialect.hear("sensor7/status/lamp", payload)
        dialect.hear(f"zigbee{number % 7}/online", b"online")
    assert time.perf_counter() - started < 0.2
    assert not list(dialect.questions())


def test_a_command_never_leaves_the_prefix() -> None:
    said = answers("a", info=INFO, status={"switch:0": {"output": True}})
    (wiring,) = devices(hear_all(Shelly(), said)).values()
    ((topic, _),) = told(wiring, (next(slot for slot in wiring.device.features if slot.trait.name == "on_off"), True))
    assert topic == "a/rpc"
    assert isinstance(next(iter(wiring.device.features)), Slot)
