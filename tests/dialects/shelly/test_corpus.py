"""The Shellys of the shared corpus: what they come to, what they are told, what their words mean to us."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from gateway.dialects.finding import Finding
from gateway.dialects.shelly import Shelly
from gateway.home.device import Slot
from gateway.home.traits import ALERT, REPLY, Deed
from gateway.wire.binding import numbered
from tests.dialects.shelly.told import NUMBER, answers, devices, hear_all, meanings, said, told, writable

pytestmark = pytest.mark.corpus

KINDS: dict[str, list[str]] = {
    "25_relay_gen1": ["SMARTPLUG", "SMARTPLUG"],
    "2pm_gen3_cover": ["SMARTCURTAIN"],
    "blu_gateway": [],
    "blu_gateway_gen3_trv": ["THERMOSTAT"],
    "cfg_shelly_1_gen4": ["LIGHT"],
    "cfg_shelly_duo_bulb_gen3": ["LIGHT"],
    "cfg_shelly_multicolor_bulb_gen3": ["LIGHT"],
    "cfg_shelly_plug_m_gen3": ["SMARTPLUG"],
    "cfg_shelly_plug_pm_gen3": ["SMARTMETER"],
    "cfg_shelly_plus_rgbw_pm": ["LIGHT"],
    "cfg_topac_eve01_11r": [],
    "dw2_gen1": ["OPENCLOSESENSOR", "AIRSENSOR"],
    "motion_gen1": ["MOTIONSENSOR"],
    "plug_s_gen1": ["SMARTPLUG"],
    "plus_2pm_cover": ["SMARTCURTAIN"],
    "plus_plug_s": ["SMARTPLUG"],
    "pro_3em": ["SMARTMETER"],
    "pro_4pm": ["SMARTPLUG"] * 4,
    "pro_dimmer_2pm": ["LIGHT", "LIGHT"],
    "rgbw2_white_gen1": ["LIGHT"] * 4,
    "smoke_gen1": ["SMOKESENSOR", "AIRSENSOR"],
}
NOT_TOLD = ("toggle", "announce", "status_update", "Shelly.", "Switch.Toggle")
"""What the files tell a Shelly and we never do, or ask it otherwise."""


@pytest.fixture(scope="module")
def files() -> dict[str, Any]:
    shared = Path(os.environ.get("CLOVA_GATEWAY_SHARED") or Path(__file__).parents[4] / "shared")
    folder = shared / "corpus" / "shelly"
    if not folder.is_dir():
        pytest.skip("there is no shared corpus here; CLOVA_GATEWAY_SHARED says where it is")
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def found(file: Any) -> tuple[Shelly, dict[str, Finding]]:
    dialect = Shelly()
    prefix = file.get("topic_prefix", "")
    findings = hear_all(dialect, [(one["topic"], one["payload"]) for one in file["messages"]])
    methods = {"info": "Shelly.GetDeviceInfo", "config": "Shelly.GetConfig", "status": "Shelly.GetStatus"}
    results = {document: (file.get("rpc") or {}).get(method) for document, method in methods.items()}
    return dialect, findings | (hear_all(dialect, answers(prefix, **results)) if prefix else {})


def everything_told(findings: dict[str, Finding]) -> list[tuple[str, Any]]:
    """Whatever any device of the file can be told, in the values of the file's own commands."""
    sent: list[tuple[str, Any]] = []
    for wiring in devices(findings).values():
        for slot in writable(wiring):
            for value in (True, False, 0.0, 22.0, 30.0, 55.0, 100.0, "locked"):
                try:
                    sent += told(wiring, (slot, value))
                except ValueError:
                    continue
        for deed in Deed:
            if deed in wiring.deeds:
                sent.append((wiring.deeds[deed].topic, said(numbered(wiring.deeds[deed], NUMBER).payload)))
    return sent


def plain(payload: Any) -> Any:
    """A request without what is each caller's own."""
    return (
        {key: value for key, value in payload.items() if key not in ("id", "src")}
        if isinstance(payload, dict) and "method" in payload
        else payload
    )


def same(ours: Any, theirs: Any) -> bool:
    """A request for the same; a position may be written as Cover.Open and Cover.Close are."""
    ends = {"Cover.Open": 100, "Cover.Close": 0}
    if isinstance(theirs, dict) and theirs.get("method") in ends:
        position = {"method": "Cover.GoToPosition", "params": theirs["params"] | {"pos": ends[theirs["method"]]}}
        return bool(plain(ours) in (position, plain(theirs)))
    return bool(plain(ours) == plain(theirs))


def test_every_shelly_is_what_it_is(files: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    lines, commands, matched, kinds = [], 0, 0, {}
    for name, file in files.items():
        _, findings = found(file)
        wirings = devices(findings)
        kinds[name] = [wiring.device.kind for wiring in wirings.values()]
        sent = everything_told(findings)
        theirs = [one for one in file["commands"] if not any(word in json.dumps(one["payload"]) for word in NOT_TOLD)]
        missing = [one for one in theirs if not any(t == one["topic"] and same(p, one["payload"]) for t, p in sent)]
        commands, matched = commands + len(theirs), matched + len(theirs) - len(missing)
        slots = sum(len(wiring.device.features) for wiring in wirings.values())
        can_be_set = sum(len(writable(wiring)) for wiring in wirings.values())
        refused = "; ".join(reason for finding in findings.values() for reason in finding.refused)
        lines.append(
            f"{name:32} {len(wirings)} {slots:3} slots {can_be_set:2} writable "
            f"{len(theirs) - len(missing)}/{len(theirs)} commands  {','.join(kinds[name])} "
            f"{[wiring.device.name for wiring in wirings.values()]} {refused}"
        )
        lines += [f"    not told: {one['payload']}" for one in missing]
    with capsys.disabled():
        print("", *lines, sep="\n")
        print(f"{len(files)} Shellys, {sum(map(len, kinds.values()))} appliances, {matched}/{commands} commands")
    assert kinds == {name: KINDS.get(name, kinds[name]) for name in files}
    assert matched == commands


def test_everything_they_say_is_understood(files: dict[str, Any]) -> None:
    """No word of any Shelly in the corpus raises, and all but a few slots have a value in the end."""
    silent = set()
    for name, file in files.items():
        _, findings = found(file)
        for wiring in devices(findings).values():
            heard: set[Slot] = set()
            for one in file["messages"]:
                heard |= meanings(wiring, one["topic"], one["payload"]).keys()
            if file["gen"] == 1 or (file.get("rpc") or {}).get("Shelly.GetStatus"):
                quiet = {REPLY, ALERT}  # of its own accord no file complains, nor says that all is well
                silent |= {
                    f"{name}: {slot}" for slot in wiring.device.features.keys() - heard if slot.trait not in quiet
                }
    assert not silent


def test_what_a_command_brings_about_is_heard(files: dict[str, Any]) -> None:
    for file in files.values():
        _, findings = found(file)
        for one in file["commands"]:
            for topic, payload in one["expect"]:
                for wiring in devices(findings).values():
                    meanings(wiring, topic, payload)  # raises where it cannot be read


def test_compiling_is_quick(files: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    slowest = 0.0
    for file in files.values():
        dialect, findings = found(file)
        prefix = file.get("topic_prefix") or f"shellies/{file['id']}"
        times = []
        for _ in range(20):
            dialect._laters.changed[prefix] = dialect._firsts.changed[prefix] = None
            start = time.perf_counter()
            once_more = list(dialect.findings())
            times.append((time.perf_counter() - start) / max(1, len(devices(findings))))
            assert devices({finding.hardware: finding for finding in once_more}) == devices(findings)
        slowest = max(slowest, min(times))
    with capsys.disabled():
        print(f"\nslowest: {slowest * 1000:.2f} ms a device")
    assert slowest < 0.003
