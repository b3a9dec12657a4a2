"""Whatever is published as a list: nothing raises, and nothing costs much."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.dialects.zigbee2mqtt import Zigbee2Mqtt
from gateway.wire.binding import Wiring
from gateway.wire.topics import check_filter, check_topic
from tests.dialects.zigbee2mqtt import listed as z
from tests.quick import cost

EXAMPLE = [
    z.device(
        z.specific("light", z.STATE, z.BRIGHTNESS, z.WHITE, z.color("xy"), z.color("hs"), endpoint="l1"),
        z.specific("cover", z.WAYS, z.POSITION),
        z.specific("lock", z.binary("state", "LOCK", "UNLOCK"), z.enum("lock_state", "locked unlocked")),
        z.specific("climate", z.SETPOINT, z.LOCAL, z.enum("system_mode", "off heat cool"), z.enum("preset", "away x")),
        z.specific("fan", z.STATE, z.enum("mode", "off 1 2 3 auto", property="fan_mode")),
        z.binary("alarm", access=2),
        z.numeric("power", unit="W", access=1),
        z.enum("motion_state", "none some", access=1),
        endpoints={"1": {"scenes": [{"id": 1, "name": "a"}]}},
    )
]
GROUPS = [{"id": 1, "friendly_name": "g", "members": [{"ieee_address": z.IEEE}], "scenes": [{"id": 1, "name": "x"}]}]

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["", "007", "0x", "+", "state", 1e300, -1, "\x00", "a/b", "²", "１"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner: list[tuple[Any, ...]] = []
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            inner += places(value[key], (*path, key))
    return [path, *inner] if path else inner


def put(value: Any, path: tuple[Any, ...], odd: Any) -> None:
    """Something else at a place, unless an earlier change has taken that away."""
    *way, last = path
    try:
        for step in way:
            value = value[step]
        value[last] = odd
    except (LookupError, TypeError):
        pass


def check(wiring: Wiring) -> None:
    """It can be used: legal topics, words that fit, an id."""
    for feed in wiring.feeds():
        check_filter(feed.topic)
    for binding in wiring.bindings.values():
        if binding.order is not None:
            check_topic(binding.order.topic)
        assert binding.feeds or binding.order or binding.up
    assert 0 < len(wiring.device.name) <= 100
    assert wiring.device.name.isprintable()
    assert len(wiring.bindings) <= 400


def listen(payloads: list[tuple[str, bytes]]) -> Zigbee2Mqtt:
    dialect = Zigbee2Mqtt()
    for topic, payload in payloads:
        dialect.hear(topic, payload)
    for finding in dialect.findings():
        assert len(finding.wirings) <= 128
        for wiring in finding.wirings:
            check(wiring)
        assert len({wiring.device.id for wiring in finding.wirings}) == len(finding.wirings)
    return dialect


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(places(EXAMPLE)), ODD), min_size=1, max_size=6))
def test_changed_devices(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = json.loads(json.dumps(EXAMPLE))
    for path, odd in changes:
        put(document, path, odd)
    listen([(z.DEVICES, json.dumps(document).encode()), (z.GROUPS, json.dumps(GROUPS).encode())])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(places(GROUPS)), ODD), min_size=1, max_size=4))
def test_changed_groups(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = json.loads(json.dumps(GROUPS))
    for path, odd in changes:
        put(document, path, odd)
    listen([(z.DEVICES, json.dumps(EXAMPLE).encode()), (z.GROUPS, json.dumps(document).encode())])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([z.DEVICES, z.GROUPS, "a/bridge/devices/x", "/bridge/devices"]), st.binary(max_size=200))
def test_noise(topic: str, payload: bytes) -> None:
    listen([(topic, payload)])


def huge(**more: Any) -> bytes:
    return json.dumps([z.device(z.specific("light", z.STATE), **more)]).encode()


@pytest.mark.parametrize(
    ("payload", "hardware"),
    [
        (huge(description="x" * 1_000_000), z.IEEE),
        (huge(note=json.loads("[" * 31 + "]" * 31)), z.IEEE),
        (b'[{"ieee_address":"' + z.IEEE.encode() + b'","x":' + b"[" * 500 + b"]" * 500 + b"}]", z.IEEE),
        (b'[{"x":' * 500_000, "z2m-bridge"),
        (b" " * 1_000_000, "z2m-bridge"),
        (b"[" + b" " * 1_000_000, "z2m-bridge"),
        (b"[" + b"9" * 1_000_000 + b"]", "z2m-bridge"),
    ],
    ids=["long", "deep", "too deep", "endless", "blank", "blank list", "number"],
)
def test_size_costs_little(payload: bytes, hardware: str) -> None:
    dialect = Zigbee2Mqtt()
    dialect.hear(z.DEVICES, payload)
    (finding,) = dialect.findings()
    assert finding.hardware == hardware
    assert cost(lambda: Zigbee2Mqtt().hear(z.DEVICES, payload)) < 0.05


def test_many_exposes_make_few_appliances() -> None:
    many = [z.specific("switch", z.STATE, endpoint=f"l{number}") for number in range(300)]
    wirings = z.found(*many)
    assert cost(lambda: z.found(*many)) < 0.05
    assert 0 < len(wirings) <= 64


@pytest.mark.alone
def test_a_typical_device_costs_less_than_a_millisecond() -> None:
    lamp = z.device(z.specific("light", z.STATE, z.BRIGHTNESS, z.WHITE, z.color("xy"), z.color("hs")))
    payload = json.dumps([lamp | {"ieee_address": f"0x{number:016x}"} for number in range(100)]).encode()
    assert min(_took(payload) for _ in range(5)) / 100 < 0.001


def _took(payload: bytes) -> float:
    began = time.process_time()
    Zigbee2Mqtt().hear(z.DEVICES, payload)
    return time.process_time() - began
