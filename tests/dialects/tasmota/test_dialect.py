"""Documents that come, change and go, those that nobody should have sent, and last wills."""

import json
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.dialects.tasmota import Tasmota
from tests.dialects.tasmota.documents import CONFIG_AT, HARDWARE, SENSORS_AT, config, found
from tests.quick import cost


def raw(document: Any) -> bytes:
    return json.dumps(document).encode()


def test_a_device_is_found_and_taken_back() -> None:
    tasmota = Tasmota()
    assert tasmota.hear(CONFIG_AT, raw(config(1)))
    (finding,) = tasmota.findings()
    assert (finding.hardware, finding.source) == (HARDWARE, CONFIG_AT)
    assert list(tasmota.findings()) == []
    assert tasmota.hear(CONFIG_AT, b"")
    (gone,) = tasmota.findings()
    assert (gone.hardware, gone.wirings, gone.refused) == (HARDWARE, (), ())
    assert set(tasmota.topics()) == {"tasmota/discovery/+/config", "tasmota/discovery/+/sensors"}


def test_the_same_document_changes_nothing_and_another_does() -> None:
    tasmota = Tasmota()
    tasmota.hear(CONFIG_AT, raw(config(1)))
    (first,) = tasmota.findings()
    tasmota.hear(CONFIG_AT, raw(config(1, ip="192.0.2.8")))
    assert list(tasmota.findings()) == []
    tasmota.hear(SENSORS_AT, raw({"sn": {"SI7021": {"Humidity": 40}}}))
    (second,) = tasmota.findings()
    assert len(second.wirings) == 2
    tasmota.hear(SENSORS_AT, b"")
    assert list(tasmota.findings()) == [first]


def test_sensors_alone_are_of_nothing_yet() -> None:
    tasmota = Tasmota()
    tasmota.hear(SENSORS_AT, raw({"sn": {"SI7021": {"Humidity": 40}}}))
    assert list(tasmota.findings()) == []
    tasmota.hear(CONFIG_AT, raw(config()))
    (finding,) = tasmota.findings()
    assert [one.device.kind for one in finding.wirings] == ["AIRSENSOR"]


def test_who_comes_online_is_asked_once_each_time() -> None:
    tasmota = Tasmota()
    tasmota.hear(CONFIG_AT, raw(config(1)))
    assert "tele/desk/LWT" in tasmota.topics()
    assert not tasmota.hear("tele/desk/LWT", b"Offline")
    assert list(tasmota.questions()) == []
    assert not tasmota.hear("tele/desk/LWT", b"Online")
    tasmota.hear("tele/desk/LWT", b"Online")
    asked = [(one.topic, one.payload) for one in tasmota.questions()]
    assert asked == [("cmnd/desk/STATE", b""), ("cmnd/desk/STATUS", b"10")]
    assert list(tasmota.questions()) == []
    assert list(tasmota.greetings()) == []


def test_a_new_topic_has_another_last_will() -> None:
    tasmota = Tasmota()
    tasmota.hear(CONFIG_AT, raw(config(1)))
    tasmota.hear(CONFIG_AT, raw(config(1, t="shelf")))
    assert "tele/shelf/LWT" in tasmota.topics()
    assert "tele/desk/LWT" not in tasmota.topics()


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"{", "Expecting"),
        (b"[]", "no JSON object"),
        (raw(config(1, mac="000000000001")), "hardware address"),
        (raw(config(1, tp=["cmnd"])), "prefixes"),
        (raw(config(1, tp="cmnd")), "prefixes"),
        (raw(config(1, t="a+b")), "wildcards"),
        (raw(config(1, ft="%topic%%prefix%", tp=["\n", "b", "c"])), "control"),
        (raw(config(1, ft="/", t="")), ""),
        (b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}", "nested"),
        (b'{"fn":"' + b"x" * 1_000_000 + b'"}', "64 KiB"),
    ],
)
def test_a_document_that_cannot_be_used_has_a_reason(document: bytes, reason: str) -> None:
    finding = found(document)
    assert cost(lambda: found(document)) < 0.05
    if reason:
        assert finding.wirings == ()
        assert reason in finding.refused[0]


@pytest.mark.parametrize(
    "odd",
    [
        {"fn": None},
        {"fn": [1, {}, []]},
        {"dn": 5, "fn": []},
        {"so": []},
        {"so": {"4": "1", "x": 1}},
        {"lt_st": "3"},
        {"sho": ["1"], "sht": [[1], "x", [1, 2, "3"]]},
        {"state": [1, 2]},
        {"onln": 5, "ofln": []},
        {"rl": [1, "2", None, 99, True]},
        {"dn": "\x00\x1b[31mDesk\n"},
        {"dn": "D" * 190},
        {"md": {}, "sw": []},
    ],
)
def test_an_odd_member_costs_no_more_than_itself(odd: dict[str, Any]) -> None:
    wirings = found(config(1) | odd).wirings
    assert wirings
    assert all(one.device.name and one.device.name.isprintable() and len(one.device.name) <= 100 for one in wirings)


def test_foreign_topics_are_not_ours() -> None:
    tasmota = Tasmota()
    for topic in ("tasmota/discovery/a/b/config", "tasmota/discovery/x/other", "elsewhere/x/config", "tele/desk/LWT"):
        assert not tasmota.hear(topic, raw(config(1)))
    assert tasmota.hear("tasmota/discovery/unknown/config", b"")
    assert list(tasmota.findings()) == []
    tasmota.hear("tasmota/discovery/nonsense/config", raw(config(1)))
    (finding,) = tasmota.findings()
    assert (finding.hardware, finding.wirings) == ("tasmota-nonsense", ())


def test_a_flood_of_devices_is_bounded() -> None:
    tasmota = Tasmota()
    for number in range(1_200):
        tasmota.hear(f"tasmota/discovery/{number:012X}/config", raw(config(1, mac=f"{number:012X}", t=str(number))))
    assert len(list(tasmota.findings())) == 1_000


@pytest.mark.alone
def test_a_home_of_them_is_read_quickly() -> None:
    tasmota = Tasmota()
    start = perf_counter()
    for number in range(100):
        document = config(1, 2, mac=f"{number:012X}", t=str(number), lt_st=5)
        tasmota.hear(f"tasmota/discovery/{number:012X}/config", raw(document))
    assert len(list(tasmota.findings())) == 100
    assert perf_counter() - start < 0.5


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner)
)
KEYS = st.sampled_from([*config(1), "sn", "Shutter1"])


@given(st.dictionaries(KEYS, ANYTHING, max_size=6), st.lists(st.integers(-1, 5), max_size=40), ANYTHING)
def test_whatever_it_says_nothing_is_raised(changes: dict[str, Any], sorts: list[int], sensors: Any) -> None:
    tasmota = Tasmota()
    document = config(1, lt_st=5, fn=["a"] * 4) | {"rl": sorts} | changes
    tasmota.hear(CONFIG_AT, raw(document))
    tasmota.hear(SENSORS_AT, raw({"sn": sensors}))
    first = list(tasmota.findings())
    assert all(one.wirings or one.refused for one in first)
    tasmota.hear(CONFIG_AT, raw(document))
    assert list(tasmota.findings()) == []


@given(st.text(max_size=60), st.binary(max_size=200))
def test_no_message_is_raised_at(topic: str, payload: bytes) -> None:
    tasmota = Tasmota()
    tasmota.hear(topic, payload)
    tasmota.hear(f"tasmota/discovery/{topic}/config", payload)
    tasmota.hear(f"tasmota/discovery/{topic}/sensors", payload)
    list(tasmota.findings())
