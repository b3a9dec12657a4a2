"""Whatever is announced: nothing raises, everything is bounded, and little time is spent on it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.dialects.homeassistant import HomeAssistant, dialect
from gateway.dialects.homeassistant.abbreviations import ENTITY
from gateway.dialects.homeassistant.announcement import MAX_BYTES
from gateway.dialects.homeassistant.components import COMPONENTS
from gateway.dialects.homeassistant.hardware import MAX_SKETCHES, MAX_SLOTS
from tests.dialects.homeassistant.announced import found, send, wirings
from tests.quick import cost

_TEXTS = st.sampled_from(
    [
        "",
        "~",
        "~/a",
        "a/b",
        "a/+",
        "#",
        "ON",
        "off",
        "{{ value }}",
        "{{ value_json.a.b }}",
        "{% if value %}",
        "json",
        "template",
        "\x00",
        "°C",
        "W",
        "temperature",
        "motion",
        "all",
        "brightness",
        "rgb",
        "[[[",
        '{"a": 1}',
        "config",
        "x" * 300,
    ]
)
_NUMBERS = st.sampled_from([0, 1, -1, 255, 1e300, -1e-300, 10**30, 153, 500])
_SCALARS = st.none() | st.booleans() | _NUMBERS | _TEXTS
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_TEXTS | st.sampled_from(["t", "topic"]), inner, max_size=4)
    ),
    max_leaves=8,
)
_KEYS = st.sampled_from(
    [*ENTITY, *ENTITY.values(), "~", "name", "schema", "modes", "min", "max", "device", "unique_id"]
)
_CONFIGS = st.dictionaries(_KEYS, _VALUES, max_size=30)
_DEVICES = st.dictionaries(
    st.sampled_from(["ids", "cns", "name", "mf", "identifiers", "connections", "sw", "sa", "via_device"]),
    _VALUES,
    max_size=6,
)


@given(st.sampled_from([*COMPONENTS, "select", "x"]), _CONFIGS, _DEVICES | _VALUES)
@settings(max_examples=400)
def test_any_config_is_read_or_refused(component: str, config: dict[str, Any], device: Any) -> None:
    for finding in found((f"{component}/x", config | {"device": device}), (f"{component}/x", config | {"name": None})):
        assert finding.source == "homeassistant"
        assert all(reason.isprintable() and len(reason) < 400 for reason in finding.refused)


@given(_DEVICES, st.dictionaries(_TEXTS, _CONFIGS | _VALUES, max_size=5), _CONFIGS)
def test_any_device_is_read_or_refused(
    device: dict[str, Any], components: dict[str, Any], shared: dict[str, Any]
) -> None:
    for kind in COMPONENTS:
        named = {key: one | {"p": kind} if isinstance(one, dict) else one for key, one in components.items()}
        for finding in found(("device/x", shared | {"dev": device, "cmps": named})):
            assert all(wiring.device.name for wiring in finding.wirings)


@given(st.binary(max_size=60) | st.builds(lambda value: json.dumps(value).encode(), _VALUES), st.text(max_size=30))
def test_any_message_at_any_topic(payload: bytes, tail: str) -> None:
    heard = HomeAssistant()
    for topic in (f"homeassistant/{tail}", f"homeassistant/light/{tail}/config", "homeassistant/device/x/config", tail):
        heard.hear(topic, payload)
    list(heard.findings())


def _many(number: int, **config: Any) -> bytes:
    components = {f"c{index}": {"p": "switch", "uniq_id": f"u{index}", **config} for index in range(number)}
    return json.dumps({"dev": {"ids": "a", "name": "A"}, "cmps": components}).encode()


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b'{"name": "' + b"x" * 1_000_000 + b'"}', "256 KiB"),
        (b"[" * 1_000_000, "256 KiB"),
        (b"[" * (MAX_BYTES - 1), "nested too deeply"),
        (b'{"a":' * 40_000, "nested too deeply"),
        (b'{"name": "' + b"x" * (MAX_BYTES - 100), "not readable"),
        (_many(3000, cmd_t="a"), "more than 400 components"),
        (
            b'{"dev": {"ids": "a"}, "cmps": {"x": {"p": "light", "cmd_t": "' + b"/" * 70_000 + b'"}}}',
            "at most 65535 bytes",
        ),
    ],
    ids=["a megabyte", "brackets", "depth", "objects", "no end", "components", "a topic"],
)
def test_what_is_too_big_is_refused_at_once(payload: bytes, reason: str) -> None:
    assert cost(lambda: send(HomeAssistant(), "device/x", payload)) < 0.05
    heard = HomeAssistant()
    send(heard, "device/x", payload)
    [finding] = heard.findings()
    assert not finding.wirings
    assert any(reason in line for line in finding.refused)


def test_a_device_has_so_many_parts_and_no_more() -> None:
    heard = HomeAssistant()
    send(heard, "device/x", _many(300, cmd_t="a/set", stat_t="a"))
    [finding] = heard.findings()
    assert len(finding.wirings) == MAX_SKETCHES
    assert f"only {MAX_SKETCHES} of its 300 entities are used" in finding.refused
    assert sum(len(wiring.bindings) for wiring in finding.wirings) <= MAX_SLOTS
    assert len({wiring.device.id for wiring in finding.wirings}) == MAX_SKETCHES


def test_there_are_so_many_descriptions_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialect, "MAX_DOCUMENTS", 10)
    heard = HomeAssistant()
    kept = [send(heard, f"switch/s{index}", {"command_topic": "a", "unique_id": str(index)}) for index in range(12)]
    assert kept == [True] * 10 + [False] * 2
    assert not send(heard, "switch/broken", b"{")
    findings = list(heard.findings())
    assert len(wirings(findings)) == 10
    assert "the rest is not read" in findings[-1].refused[0]
    assert send(heard, "switch/s1", {"command_topic": "b", "unique_id": "1"})
    send(heard, "switch/s1", b"")
    assert send(heard, "switch/s11", {"command_topic": "a", "unique_id": "11"})


@pytest.mark.alone
def test_a_typical_device_costs_less_than_a_millisecond() -> None:
    lamp = {
        "command_topic": "l/set",
        "state_topic": "l",
        "schema": "json",
        "supported_color_modes": ["xy", "color_temp"],
    }
    availability = {"availability": [{"topic": "b", "value_template": "{{ value_json.state }}"}]}
    documents = [("light/l/light", lamp)]
    documents += [(f"select/l/s{index}", lamp) for index in range(4)]
    everything = []
    for index in range(100):
        device = {"device": {"identifiers": [f"lamp_{index}"], "name": f"Lamp {index}"}}
        for topic, document in documents:
            named = document | availability | device | {"unique_id": f"{topic}{index}"}
            everything.append((f"{topic}_{index}", named))
    heard = [HomeAssistant()]

    def announce() -> None:
        heard[0] = HomeAssistant()
        for topic, document in everything:
            send(heard[0], topic, document)

    assert cost(lambda: list(heard[0].findings()), announce) / 100 < 0.001
