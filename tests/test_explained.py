"""`explain` says why a device is told to CLOVA or not, and why it counts as there or away."""

from typing import Any

import pytest

from gateway.config import Config
from gateway.explained import NO_WORD, whys

FOUND: dict[str, Any] = {
    "id": "0x00158d0001a2b3c4",
    "dialect": "zigbee2mqtt",
    "hidden": "",
    "presence": "online",
    "presence_from": "zigbee2mqtt/lamp/availability",
    "last_command": None,
}
LAST = {"asked": ["Set on_off"], "result": "TargetOffline"}
ENTRIES = {
    "devices": [
        {"match": {"ieee": "0x00158d0001a2b3c4"}, "expose": True},
        {"match": {"mac": "aa:bb:cc:00:11:22"}, "id": "gate", "expose": True},
    ]
}


@pytest.mark.parametrize(
    ("config", "more", "said"),
    [
        ({}, {"hidden": "`expose: never`: lock"}, "no: `expose: never`: lock"),
        ({}, {"dialect": "plain"}, "yes: it is written in the file"),
        ({}, {}, "yes: `expose: default` is true"),
        (ENTRIES, {}, "yes: `expose: true` at devices[0]"),
        (ENTRIES, {"id": "gate"}, "yes: `expose: true` at devices[1]"),
        (ENTRIES, {"id": "other"}, "yes: `expose: default` is true"),
    ],
)
def test_why_it_is_exposed(config: dict[str, Any], more: dict[str, Any], said: str) -> None:
    told = dict(whys(Config.model_validate(config), FOUND | more))
    assert told["exposed"].startswith(said)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "it says so, at zigbee2mqtt/lamp/availability"),
        ({"presence_from": NO_WORD}, "it has spoken"),
        ({"presence": "offline"}, "it says so itself, at zigbee2mqtt/lamp/availability"),
        (
            {"presence": "silent", "last_command": LAST},
            "it did not answer its last command (Set on_off: TargetOffline)",
        ),
        ({"presence": "silent"}, "it did not answer its last command (which was before the start)"),
        ({"presence": "unknown"}, "nothing of it was heard yet"),
    ],
)
def test_why_it_is_there_or_away(more: dict[str, Any], said: str) -> None:
    assert dict(whys(Config(), FOUND | more))["because"].startswith(said)
