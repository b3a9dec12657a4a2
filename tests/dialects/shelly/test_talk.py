"""What is asked of whom and when, what is kept, and which Shelly is which."""

from typing import Any

import pytest

from gateway.dialects.finding import Dialect
from gateway.dialects.shelly import Shelly
from gateway.home import traits
from gateway.home.device import Slot
from gateway.wire.topics import TopicMap, check_filter, check_topic
from tests.dialects.shelly.told import REPLIES, answers, devices, hear_all, packed, said, told

MAC, OTHER_MAC = "A0DD6C000102", "A0DD6C0F0E0D"
HARDWARE = MAC.lower()
INFO = {"id": f"shellyplus1-{HARDWARE}", "mac": MAC, "gen": 2, "app": "Plus1"}
STATUS = {"switch:0": {"id": 0, "output": False}, "sys": {"mac": MAC}}
CONFIG = {"switch:0": {"id": 0, "name": "Lamp"}}


def asked(dialect: Shelly) -> list[tuple[str, str]]:
    return [(one.topic, said(one.payload)["method"]) for one in dialect.questions()]


def everything(prefix: str) -> list[tuple[str, Any]]:
    return answers(prefix, info=INFO, config=CONFIG, status=STATUS)


def test_it_is_a_dialect() -> None:
    dialect: Dialect = Shelly("a/b")
    for topic in dialect.topics():
        check_filter(topic)
    assert (dialect.name, dialect.keeps) == ("shelly", False)
    assert any(topic.startswith("a/b/") for topic in dialect.topics())
    assert [(one.topic, one.payload) for one in dialect.greetings()] == [
        ("shellies/command", b"announce"),
        ("shellies/command", b"update"),
    ]


@pytest.mark.parametrize("prefix", ["shellyplus1-a0dd6c000102", "attic/fan", "거실 등", "shellies/fan"])
def test_a_talk_from_hello_to_command(prefix: str) -> None:
    dialect = Shelly()
    filters: TopicMap[bool] = TopicMap()
    for topic in dialect.topics():
        filters.add(topic, True)
    dialect.hear(f"{prefix}/online", b"true")
    assert asked(dialect) == [(f"{prefix}/rpc", "Shelly.GetDeviceInfo")]
    info, config, status = everything(prefix)
    assert all(filters.find(topic) for topic, _ in (info, config, status))
    assert dialect.hear(info[0], packed(info[1]))
    assert asked(dialect) == [(f"{prefix}/rpc", "Shelly.GetConfig"), (f"{prefix}/rpc", "Shelly.GetStatus")]
    found = devices(hear_all(dialect, [config, status]))
    assert asked(dialect) == [(f"{prefix}/rpc", "Shelly.GetStatus")]  # now its values are heard
    ((topic, _),) = told(found[HARDWARE], (Slot(traits.ON_OFF), True))
    assert topic == f"{prefix}/rpc"
    for topic in found[HARDWARE].topics():
        check_topic(topic)
    assert not list(dialect.findings())
    assert not asked(dialect)


@pytest.mark.parametrize(
    ("topic", "payload", "is_asked"),
    [
        ("a/online", "true", True),
        ("a/b/online", "true", True),
        ("a/online", "false", False),
        ("a/online", "True", False),
        ("a/online", "1", False),
        ("a/online", '{"state":"online"}', False),
        ("a/status/switch:0", '{"id":0}', True),
        ("a/status/sys", '{"mac":"x"}', True),
        ("a/status/switch:0", "on", False),
        ("a/status/lamp", '{"id":0}', False),
        ("a/events/rpc", '{"method":"NotifyStatus","params":{}}', True),
        ("shellies/announce", packed(INFO).decode(), True),
        ("a/announce", '{"gen": 2}', False),
        ("a/announce", "hello", False),
        ("$SYS/online", "true", False),
        ("shellies/online", "true", False),
    ],
)
def test_who_is_asked(topic: str, payload: str, is_asked: bool) -> None:
    dialect = Shelly()
    dialect.hear(topic, payload.encode())
    assert bool(asked(dialect)) is is_asked


def test_each_is_asked_once_a_connection() -> None:
    dialect = Shelly()
    for _ in range(3):
        dialect.hear("a/online", b"true")
    assert len(asked(dialect)) == 1
    dialect.hear("a/online", b"true")
    assert not asked(dialect)
    dialect.greetings()
    dialect.hear("a/online", b"true")
    assert len(asked(dialect)) == 1
    dialect.hear("a/online", b"false")
    dialect.hear("a/online", b"true")  # it may have become something else
    assert len(asked(dialect)) == 1


def test_one_that_sleeps_is_not_kept_awake() -> None:
    dialect = Shelly()
    power = {"devicepower:0": {"battery": {"percent": 50}}, "temperature:0": {"tC": 20}}
    hear_all(dialect, answers("ht", info=INFO, status=power))
    for payload in (b"true", b"false", b"true", b"false", b"true"):
        dialect.hear("ht/online", payload)
    assert sum(method == "Shelly.GetDeviceInfo" for _, method in asked(dialect)) == 1


def test_no_more_than_so_many_are_asked() -> None:
    dialect = Shelly()
    for number in range(3_000):
        dialect.hear(f"thing{number}/online", b"true")
    assert len(asked(dialect)) == 2_000


def test_one_that_sleeps_is_known_by_what_it_says_when_it_wakes() -> None:
    status = {"ts": 1.0, "temperature:0": {"tC": 20}, "humidity:0": {"rh": 40}, "sys": {"mac": MAC}}
    notice = {"src": "shellyplusht", "method": "NotifyFullStatus", "params": status}
    dialect = Shelly()
    assert dialect.hear("ht/events/rpc", packed(notice))
    (wiring,) = devices({one.hardware: one for one in dialect.findings()}).values()
    assert (wiring.device.kind, wiring.device.hardware) == ("AIRSENSOR", HARDWARE)
    assert not dialect.hear("ht/events/rpc", packed(notice | {"method": "NotifyStatus"}))


def test_what_is_kept_brings_it_back() -> None:
    messages = [
        *everything("attic/fan"),
        ("attic/fan/announce", INFO),
        ("shellies/shelly1-1/announce", {"id": "shelly1-1", "mac": OTHER_MAC, "model": "SHSW-1"}),
        ("shellies/announce", {"id": "shelly1-1", "mac": OTHER_MAC, "model": "SHSW-1"}),
        ("attic/fan/online", "true"),
        ("attic/fan/status/switch:0", STATUS["switch:0"]),
    ]
    first, second = Shelly(), Shelly()
    kept = {topic: payload for topic, payload in messages if first.hear(topic, packed(payload))}
    assert set(kept) == {topic for topic, _ in messages[:5]}
    again = hear_all(second, sorted(kept.items(), reverse=True))
    assert devices(again) == devices({one.hardware: one for one in first.findings()})
    assert set(again) == {HARDWARE, OTHER_MAC.lower()}


def test_an_info_is_kept_only_for_what_it_is() -> None:
    dialect = Shelly()
    dialect.hear("shellies/s/announce", packed({"id": "s", "model": "SHSW-25", "mac": MAC}))
    info = {"rollers": [{"state": "stop", "positioning": True}], "uptime": 1}
    assert dialect.hear("shellies/s/info", packed(info))
    assert not dialect.hear("shellies/s/info", packed(info | {"uptime": 2, "rollers": [{"state": "open"}]}))


def test_values_change_nothing() -> None:
    dialect = Shelly()
    hear_all(dialect, everything("a"))
    changed = {"switch:0": {"id": 0, "output": True}, "sys": {"mac": MAC}}
    assert not hear_all(dialect, answers("a", info=INFO, config=CONFIG, status=changed))


def test_another_profile_is_another_appliance() -> None:
    dialect = Shelly()
    two = {"switch:0": {"output": True}, "switch:1": {"output": True}}
    assert len(devices(hear_all(dialect, answers("a", info=INFO, status=two)))) == 2
    cover = answers("a", status={"cover:0": {"state": "open", "pos_control": True}})
    (wiring,) = devices(hear_all(dialect, cover)).values()
    assert wiring.device.kind == "SMARTCURTAIN"


def test_a_valve_that_was_taken_away_is_gone() -> None:
    dialect = Shelly()
    valve = {"blutrv:200": {"target_C": 20}}
    config = {"blutrv:200": {"addr": "f8:44:77:aa:bb:cc"}}
    assert "f84477aabbcc" in hear_all(dialect, answers("gw", info=INFO, config=config, status=valve))
    findings = hear_all(dialect, answers("gw", config={"ble": {}}, status={"ble": {}}))
    assert not findings["f84477aabbcc"].wirings
    assert not findings["f84477aabbcc"].refused


def test_it_moves_to_another_prefix() -> None:
    dialect = Shelly()
    hear_all(dialect, everything("old"))
    (moved,) = devices(hear_all(dialect, everything("new"))).values()
    assert moved.availability[0].topic == "new/online"
    dialect.hear("old/online", b"true")  # its owner has thought better of it
    (back,) = devices({one.hardware: one for one in dialect.findings()}).values()
    assert back.availability[0].topic == "old/online"
    (left,) = hear_all(dialect, [("new/announce", "")]).values()
    assert (left.source, left.wirings, left.refused) == ("new/online", (), ())


def test_a_document_that_is_taken_back() -> None:
    dialect = Shelly()
    topic = "shellies/s/announce"
    hear_all(dialect, [(topic, {"id": "s", "model": "SHSW-1", "mac": MAC})])
    (finding,) = hear_all(dialect, [(topic, "")]).values()
    assert (finding.hardware, finding.wirings, finding.refused) == (HARDWARE, (), ())
    hear_all(dialect, everything("a"))
    (finding,) = hear_all(dialect, [(f"{REPLIES}/info/a/rpc", "")]).values()
    assert not finding.wirings


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ('{"id":1,"error":{"code":404,"message":"No handler"}}', "No handler (404)"),
        ('{"id":1,"error":"x"}', "x"),
        ("[1]", "not an object"),
        ("{", "at character"),
    ],
)
def test_an_answer_that_cannot_be_used(answer: str, why: str) -> None:
    dialect = Shelly()
    assert not dialect.hear(f"{REPLIES}/config/shelly-{HARDWARE}/rpc", answer.encode())
    (finding,) = dialect.findings()
    assert why in finding.refused[0]
    assert finding.hardware == HARDWARE


def test_an_empty_answer_says_nothing() -> None:
    dialect = Shelly()
    assert not dialect.hear(f"{REPLIES}/config/a/rpc", b'{"id":1,"result":null}')
    assert not list(dialect.findings())
