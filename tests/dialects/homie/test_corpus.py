"""Descriptions from the shared corpus, where it is at hand: what becomes of each."""

import json
import os
from pathlib import Path

import pytest

from gateway.home.device import Slot
from gateway.home.traits import ALERT
from gateway.wire.binding import Wiring
from gateway.wire.codecs import Fault, Moving
from tests.dialects.homie.documents import findings
from tests.dialects.tasmota.listening import heard, sent

pytestmark = pytest.mark.corpus


@pytest.fixture
def corpus() -> dict[str, dict[str, str]]:
    shared = Path(os.environ.get("CLOVA_GATEWAY_SHARED") or Path(__file__).parents[4] / "shared")
    files = sorted((shared / "corpus" / "homie").glob("*.json"))
    if not files:
        pytest.skip("there is no shared corpus here; CLOVA_GATEWAY_SHARED says where it is")
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def told(wiring: Wiring, said: dict[str, str]) -> dict[Slot, object]:
    found: dict[Slot, object] = {}
    for topic, payload in said.items():
        for slot, meaning in heard(wiring, topic, payload).items():
            if not isinstance(meaning, Moving | Fault):
                found[slot] = meaning
    return found


def test_every_device_is_an_appliance_and_its_values_are_read(corpus: dict[str, dict[str, str]]) -> None:
    print()
    refused, unread, settable = [], [], 0
    for name, said in corpus.items():
        for finding in findings(said):
            refused += [f"{finding.hardware}: {reason}" for reason in finding.refused]
            for wiring in finding.wirings:
                values = told(wiring, said)
                slots = {str(slot): values.get(slot) for slot in wiring.bindings}
                print(f"{name:30} {wiring.device.id:40} {wiring.device.kind:16} {slots}")
                awaited = wiring.bindings.keys() - {
                    Slot(ALERT)
                }  # none of them has an alert, and says so by saying nothing
                unread += [f"{name} {slot}" for slot in awaited if slot not in values]
                settable += sum(binding.order is not None for binding in wiring.bindings.values())
    print(f"{len(corpus)} descriptions; {settable} settable slots; refused: {refused}; not read: {unread}")
    assert not unread
    assert len(refused) <= 1


def test_what_is_told_can_be_set_and_is_understood_again(corpus: dict[str, dict[str, str]]) -> None:
    for said in corpus.values():
        for finding in findings(said):
            for wiring in finding.wirings:
                for slot, value in told(wiring, said).items():
                    if wiring.bindings[slot].order is not None and isinstance(value, bool | float | str):
                        ((topic, payload),) = sent(wiring, slot.trait, value)
                        assert heard(wiring, topic.removesuffix("/set"), payload)[slot] == value
