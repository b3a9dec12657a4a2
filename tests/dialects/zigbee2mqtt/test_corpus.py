"""Every device of the shared corpus, where it is at hand: what became of it, and whether it hears what it is told."""

import gzip
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gateway.dialects.finding import Finding
from gateway.dialects.zigbee2mqtt import Zigbee2Mqtt
from gateway.home.traits import ON_OFF
from tests.dialects.zigbee2mqtt.echo import count, failures

pytestmark = pytest.mark.corpus

FITTING = {
    "light": {"LIGHT"},
    "lock": {"SMARTLOCK"},
    "cover": {"SMARTCURTAIN"},
    "climate": {"THERMOSTAT", "AIRCONDITIONER"},
    "fan": {"FAN", "AIRPURIFIER", "VENTILATOR", "AIRCONDITIONER"},
    "switch": {"SWITCH", "SMARTPLUG", "SMARTVALVE", "LIGHT", "THERMOSTAT", "AIRCONDITIONER", "FAN", "VENTILATOR"}
    | {"WATERBOILER", "HEATER", "POWERSTRIP"},
}
NEEDED = {
    "light": {"state": "on_off", "brightness": "brightness", "color_temp": "color_temperature", "color_xy": "color"}
    | {"color_hs": "color"},
    "lock": {"state": "lock"},
    "cover": {"state": "opening", "position": "opening"},
    "climate": {
        "occupied_heating_setpoint": "target_temperature",
        "current_heating_setpoint": "target_temperature",
        "local_temperature": "current_temperature",
    },
    "fan": {"state": "on_off", "mode": "fan_speed"},
    "switch": {"state": "on_off"},
}
SENSED = {
    "smoke": "smoke",
    "gas": "gas",
    "carbon_monoxide": "carbon_monoxide",
    "occupancy": "motion",
    "presence": "motion",
    "contact": "contact",
    "vibration": "vibration",
    "temperature": "current_temperature",
    "humidity": "humidity",
    "co2": "carbon_dioxide",
    "pm25": "ultrafine_dust",
    "pm10": "fine_dust",
    "air_quality": "air_quality",
}
NO_RELAY = ("lock", "mode", "led", "detection", "backlight", "display", "mute", "calibration", "buzzer", "away")


@pytest.fixture(scope="module")
def corpus() -> Path:
    shared = Path(os.environ.get("CLOVA_GATEWAY_SHARED") or Path(__file__).parents[4] / "shared") / "corpus"
    if not (shared / "z2m_bridge_devices.sample.json.gz").is_file():
        pytest.skip("there is no shared corpus here; CLOVA_GATEWAY_SHARED says where it is")
    return shared


@pytest.fixture(scope="module")
def listed(corpus: Path) -> bytes:
    return gzip.decompress((corpus / "z2m_bridge_devices.sample.json.gz").read_bytes())


@pytest.fixture(scope="module")
def devices(listed: bytes) -> dict[str, Any]:
    """Those that are in use and known, by address."""
    return {one["ieee_address"]: one for one in json.loads(listed) if one.get("definition") and not one.get("disabled")}


@pytest.fixture(scope="module")
def coordinators(listed: bytes) -> set[str]:
    """The networks' own radios: no appliances, and nobody asks why."""
    return {one["ieee_address"] for one in json.loads(listed) if one["type"] == "Coordinator"}


@pytest.fixture(scope="module")
def findings(listed: bytes, corpus: Path) -> dict[str, Finding]:
    dialect = Zigbee2Mqtt()
    began = time.perf_counter()
    assert dialect.hear("zigbee2mqtt/bridge/devices", listed)
    took = time.perf_counter() - began
    assert dialect.hear("zigbee2mqtt/bridge/groups", (corpus / "z2m_bridge_groups.json").read_bytes())
    found = {finding.hardware: finding for finding in dialect.findings()}
    print(f"\n{len(found)} findings, {1000 * took / len(found):.2f} ms each")
    return found


def exposes(document: Any, *sorts: str) -> list[Any]:
    return [one for one in document["definition"]["exposes"] if one["type"] in sorts]


def traits_of(finding: Finding) -> set[str]:
    return {slot.trait.name for wiring in finding.wirings for slot in wiring.bindings}


def test_each_device_is_told_of_once(findings: dict[str, Finding], listed: bytes, coordinators: set[str]) -> None:
    everything = {one["ieee_address"] for one in json.loads(listed)}
    assert {hardware for hardware in findings if hardware.startswith("0x")} == everything
    mute = {hardware for hardware, finding in findings.items() if not finding.wirings and not finding.refused}
    assert mute == coordinators
    ids = Counter(wiring.device.id for finding in findings.values() for wiring in finding.wirings)
    assert ids.most_common(1)[0][1] == 1


def test_what_can_be_controlled_is_an_appliance_with_all_it_can_do(
    findings: dict[str, Finding], devices: dict[str, Any]
) -> None:
    total, good, missing = 0, 0, []
    for hardware, document in devices.items():
        sorts = {one["type"] for one in exposes(document, *FITTING)}
        if not sorts:
            continue
        total += 1
        kinds = {wiring.device.kind for wiring in findings[hardware].wirings}
        has = traits_of(findings[hardware])
        lacks = [sort for sort in sorts if not kinds & FITTING[sort]]
        for one in exposes(document, *FITTING):
            wanted = {NEEDED[one["type"]].get(feature["name"], "") for feature in one["features"]} - {""}
            lacks += [trait for trait in wanted if trait not in has and not (trait == "on_off" and "lock" in has)]
        good += not lacks
        missing += [f"{document['definition']['model']}: {lacks}"] if lacks else []
    print(f"\ncontrolled: {good} of {total} = {good / total:.2%}", *missing, sep="\n  ")
    assert good / total >= 0.995


def test_what_only_tells_is_told(findings: dict[str, Finding], devices: dict[str, Any]) -> None:
    total, good, missing = 0, 0, []
    for hardware, document in devices.items():
        if exposes(document, *FITTING):
            continue
        sorts = {"binary", "numeric", "enum"}
        named = {one["name"] for one in exposes(document, *sorts) if one["access"] & 1}
        wanted = {SENSED[name] for name in named & SENSED.keys()} - {"gas" if "m³" in str(document) else ""}
        if not wanted:
            continue
        total += 1
        has = traits_of(findings[hardware])
        lacks = wanted - has
        good += not lacks
        missing += [f"{document['definition']['model']}: {lacks}"] if lacks else []
    print(f"\nsensors: {good} of {total} = {good / total:.2%}", *missing, sep="\n  ")
    assert good / total >= 0.98


def test_no_power_comes_from_what_is_no_relay(findings: dict[str, Finding], devices: dict[str, Any]) -> None:
    told = 0
    for hardware in devices:
        for wiring in findings[hardware].wirings:
            for slot, binding in wiring.bindings.items():
                if slot.trait is ON_OFF and binding.order is not None:
                    told += 1
                    key = str(binding.order.path[-1])
                    assert key.startswith(("system_mode", "fan_mode")) or not any(word in key for word in NO_RELAY), key
    print(f"\n{told} that can be switched")


def test_all_that_can_be_set_is_heard_as_it_was_set(findings: dict[str, Finding]) -> None:
    wirings = [wiring for finding in findings.values() for wiring in finding.wirings]
    failed = [f"{wiring.device.model}: {failure}" for wiring in wirings for failure in failures(wiring)]
    slots = sum(feature.writable for wiring in wirings for feature in wiring.device.features.values())
    print(f"\n{sum(map(count, wirings))} wishes to {slots} slots of {len(wirings)} appliances: {len(failed)} failed")
    print("", *failed[:20], sep="\n  ")
    assert not failed


def test_what_became_of_them(findings: dict[str, Finding]) -> None:
    kinds = Counter(wiring.device.kind for finding in findings.values() for wiring in finding.wirings)
    reasons = Counter(finding.refused[-1] for finding in findings.values() if finding.refused and not finding.wirings)
    print("", *(f"{number:5} {kind}" for kind, number in kinds.most_common()), sep="\n")
    print(*(f"{number:5} {reason}" for reason, number in reasons.most_common()), sep="\n")
    assert not any(reason.startswith("0x") for reason in reasons)
    assert kinds["LIGHT"] > 300


def test_the_same_list_again_costs_nothing(listed: bytes) -> None:
    dialect = Zigbee2Mqtt()
    assert dialect.hear("zigbee2mqtt/bridge/devices", listed)
    before = {finding.hardware: finding for finding in dialect.findings()}
    moved = json.loads(listed)
    moved[7]["friendly_name"] = "somewhere else"
    assert dialect.hear("zigbee2mqtt/bridge/devices", listed)
    assert not list(dialect.findings())
    assert dialect.hear("zigbee2mqtt/bridge/devices", json.dumps(moved).encode())
    (changed,) = dialect.findings()
    assert changed.hardware == moved[7]["ieee_address"]
    fresh = Zigbee2Mqtt()
    fresh.hear("zigbee2mqtt/bridge/devices", listed)
    assert {finding.hardware: finding for finding in fresh.findings()} == before
