"""One appliance of each type: discovery lists its whole row, in order, and all of the row can be asked of it."""

import asyncio
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from gateway.clova import modes
from gateway.clova.regions import REGIONS
from gateway.config.across import mistakes_across
from gateway.config.model import Config
from gateway.home.traits import MODE
from gateway.wire.binding import Wiring
from tests.clockwork import timeless
from tests.clova.casefiles import config_of, wirings_of
from tests.clova.documented import MESSAGES, TYPES, known, request_violations, violations
from tests.clova.obedient import EVERY_TYPE, Obedient
from tests.homes import Says
from tests.parlour import CLOVA, Parlour, understood

PAIRS = [(region, kind, action) for region in TYPES for kind, row in TYPES[region].items() for action in row]
LATELY = {"start": "2026-11-21T07:30:00+09:00", "end": "2026-11-21T23:59:59+09:00"}
"""From when everything was said."""
ASKED: dict[str, dict[str, Any]] = {
    "SetBrightness": {"brightness": {"value": 65}},
    "SetColor": {"color": {"hue": 200, "saturation": 45, "brightness": 80}},
    "SetColorTemperature": {"colorTemperature": {"value": 4000}},
    "SetLockState": {"lockState": "LOCKED"},
    "SetChannel": {"channel": {"value": 33}},
    **{f"{way}Brightness": {"deltaBrightness": {"value": 10}} for way in ("Increment", "Decrement")},
    **{f"{way}Channel": {"deltaChannel": {"value": 1}} for way in ("Increment", "Decrement")},
    **{f"{way}FanSpeed": {"deltaFanSpeed": {"value": 1}} for way in ("Increment", "Decrement")},
    **{f"{way}IntensityLevel": {"deltaIntensity": {"value": 1}} for way in ("Increment", "Decrement")},
    **{f"{way}TargetTemperature": {"deltaTemperature": {"value": 1}} for way in ("Increment", "Decrement")},
    **{f"{way}Volume": {"deltaVolume": {"value": 2}} for way in ("Increment", "Decrement")},
    "StartOscillation": {},
    "GetRightPostureRatio": {"period": LATELY},
    "GetUsageTime": {"period": LATELY},
}
NAMES = {
    "SetMode": "mode",
    "SetFanSpeed": "fanSpeed",
    "SetChannelByName": "channelName",
    "SetInputSourceByName": "sourceName",
    "SetTargetTemperature": "targetTemperature",
    "SetFreezerTargetTemperature": "targetTemperature",
    "SetFridgeTargetTemperature": "targetTemperature",
}
"""Actions whose value is taken from what discovery says that the device accepts, and the field for it."""


@cache
def homes(region: str) -> tuple[Config, dict[str, Wiring]]:
    config = config_of(EVERY_TYPE[region].read_bytes(), region)
    wirings = wirings_of(config)
    return config, {wiring.device.kind: wiring for wiring in wirings}


@pytest.mark.parametrize("region", TYPES)
def test_the_homes_have_every_type_once_and_could_be_somebodys(region: str) -> None:
    config, by_type = homes(region)
    assert [device.type for device in config.devices] == sorted(TYPES[region])
    assert list(mistakes_across(config, tuple(by_type.values()))) == []
    assert Obedient(by_type.values()).mute == []


def room(region: str, kind: str) -> Parlour:
    """A parlour with one device, which has just said everything."""
    wiring = homes(region)[1][kind]
    parlour = Parlour(wiring, region=REGIONS[region], echo=False, scenes=())
    thing = Obedient([wiring])

    def reaction(topic: str) -> Callable[[str], list[Says]]:
        return lambda payload: [Says(said, word) for said, word in thing.obey(topic, payload)]

    parlour.house.reactions = {topic: reaction(topic) for topic in thing.commands()}
    for topic, payload in thing.says().items():
        parlour.house.hear(topic, payload)
    return parlour


async def ask(parlour: Parlour, region: str, body: bytes, kind: str = "") -> tuple[str, dict[str, Any]]:
    """Ask as documented; the answer must be as documented, too."""
    assert request_violations(region, json.loads(body), kind=kind) == []
    heard = await parlour.voice.hear(body, CLOVA.sign(body))
    assert violations(region, json.loads(body)["header"]["name"], json.loads(heard.body), kind) == []
    return understood(heard)


async def discovered(parlour: Parlour, region: str) -> dict[str, Any]:
    _, payload = await ask(parlour, region, parlour.body("DiscoverAppliancesRequest"))
    (found,) = payload["discoveredAppliances"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("region", "kind"), [(region, kind) for region in TYPES for kind in TYPES[region]])
def test_discovery_lists_the_whole_row_of_a_type(region: str, kind: str) -> None:
    @timeless
    async def run() -> None:
        found = await discovered(room(region, kind), region)
        assert found["applianceTypes"] == [kind]
        assert tuple(found["actions"]) == TYPES[region][kind]

    run()


@pytest.mark.parametrize(("region", "kind", "action"), PAIRS)
def test_what_a_type_allows_can_be_asked_of_it(
    region: str, kind: str, action: str, record_property: Callable[[str, object], None]
) -> None:
    @timeless
    async def run() -> None:
        parlour = room(region, kind)
        found = await discovered(parlour, region)
        assert action in found["actions"]
        await asyncio.sleep(600)
        asked = wished(action, found, parlour, region)
        body = parlour.body(f"{action}Request", found["applianceId"], **asked)
        name, payload = await ask(parlour, region, body, kind)
        assert name == MESSAGES[region][action].reply, payload

    run()
    record_property("covered", ("pairs", region, (kind, action)))


def wished(action: str, found: dict[str, Any], parlour: Parlour, region: str) -> dict[str, Any]:
    """A value that the device accepts: what it says of itself, or one that all have."""
    if action == "ReleaseMode":
        mode = parlour.house.value(MODE, found["applianceId"])
        return {"mode": {"value": modes.said_in(region, str(mode))}}
    if action not in NAMES:
        return ASKED.get(action, {})
    details = found["additionalApplianceDetails"]["actionDetails"]
    (allowed,) = (detail["allowableValue"] for detail in details if detail["action"] == action)
    if allowed["type"] == "boundedNumber":
        return {NAMES[action]: {"value": allowed["minValue"]}}
    return {NAMES[action]: {"value": allowed["enumValues"][-1]}}


@pytest.mark.parametrize("region", TYPES)
def test_no_pair_is_left_out(region: str) -> None:
    assert {(kind, action) for where, kind, action in PAIRS if where == region} == known(region)[1]
