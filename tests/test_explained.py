"""`explain` says why a device is told to CLOVA or not, and why it counts as there or away."""

from typing import Any

import pytest

from gateway import show
from gateway.config import Config
from gateway.explained import NO_WORD, whys

FOUND: dict[str, Any] = {
    "id": "0x00158d0001a2b3c4",
    "dialect": "zigbee2mqtt",
    "hidden": "",
    "presence": "online",
    "presence_from": "zigbee2mqtt/lamp/availability",
    "last_command": None,
    "found_as": {"id": "0x00158d0001a2b3c4", "hardware": "0x00158d0001a2b3c4", "name": "Lamp"},
}
LAST = {"asked": ["Set on_off"], "result": "Silent nothing was heard in time"}
LATER = {"asked": ["Set brightness"], "result": "OutOfRange allowed: 0 to 100"}
GATE = {"id": "gate", "found_as": {"id": "aabbcc001122", "hardware": "aabbcc001122", "name": "Gate"}}
PART = {"id": "x-l2", "found_as": {"id": "x-l2", "hardware": "0x00158d0001a2b3c4", "name": "Lamp l2"}}
RENAMED = {"id": "ha-front", "hardware": "ha-front", "name": "현관"}
NAMED = {"id": "door", "found_as": {"id": "ha-front", "hardware": "ha-front", "name": "Front door"}}
ENTRIES = {
    "devices": [
        {"match": {"ieee": "0x00158d0001a2b3c4"}, "expose": True},
        {"match": {"mac": "aa:bb:cc:00:11:22"}, "id": "gate", "expose": True},
        {"match": {"name": "Front door"}, "name": "현관", "expose": True},
        {"match": {"mac": "aa:bb:cc:00:11:33", "name": "Gate"}, "expose": True},
    ]
}


@pytest.mark.parametrize(
    ("config", "more", "said"),
    [
        ({}, {"hidden": "`expose: never`: lock"}, "no: `expose: never`: lock"),
        ({}, {"dialect": "plain"}, "yes: it is written in the file"),
        ({}, {}, "yes: `expose: default` is true"),
        (ENTRIES, {}, "yes: `expose: true` at devices[0]"),
        (ENTRIES, GATE, "yes: `expose: true` at devices[1]"),
        (ENTRIES, PART, "yes: `expose: true` at devices[0]"),
        (ENTRIES, NAMED, "yes: `expose: true` at devices[2]"),
        (ENTRIES, {"found_as": RENAMED}, "yes: `expose: default` is true"),
        (ENTRIES, {"found_as": None}, "yes: `expose: default` is true"),
    ],
)
def test_why_it_is_exposed(config: dict[str, Any], more: dict[str, Any], said: str) -> None:
    told = dict(whys(Config.model_validate(config), FOUND | more))
    assert told["exposed"].startswith(said)


@pytest.mark.parametrize(
    ("presence", "live", "said"),
    [
        ("online", True, "(live)"),
        ("offline", False, "(heard before it went offline, or kept by the broker: state, never a proof)"),
        ("online", False, "(kept by the broker, or in doubt: state, never a proof)"),
    ],
)
def test_where_a_value_comes_from(presence: str, live: bool, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    slot: dict[str, Any] = {"slot": "on_off", "unit": "", "limits": [], "path": [], "heard_at": ["a"], "set_at": None}
    value = {"value": True, "live": live, "age_seconds": 3.0, "from": "a"}
    lists = {"actions": [], "described_by": {}, "not_used": [], "unreadable": {}, "slots": [slot | {"value": value}]}
    rest = dict.fromkeys(("name", "type", "location", "last_proof", "sleepy", "guarded", "announces"))
    show.explanation(FOUND | lists | rest | {"presence": presence})
    assert capsys.readouterr().out.endswith(f"true, 3 s ago from a {said}\n")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "it says so, at zigbee2mqtt/lamp/availability"),
        ({"presence_from": NO_WORD}, "it has spoken"),
        ({"presence": "offline"}, "it says so itself, at zigbee2mqtt/lamp/availability"),
        (
            {"presence": "silent", "last_command": LAST},
            "it did not answer its last command (Set on_off: Silent nothing was heard in time)",
        ),
        (
            {"presence": "silent", "last_command": LATER},
            "it did not answer an earlier command; the last one was not sent (Set brightness: OutOfRange",
        ),
        ({"presence": "silent"}, "it did not answer its last command (which was before the start)"),
        ({"presence": "unknown"}, "nothing of it was heard yet"),
    ],
)
def test_why_it_is_there_or_away(more: dict[str, Any], said: str) -> None:
    assert dict(whys(Config(), FOUND | more))["because"].startswith(said)
