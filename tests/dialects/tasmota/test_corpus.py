"""Real descriptions from the shared corpus, where it is at hand: what becomes of each, and what its answers prove."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.dialects.tasmota import Tasmota
from gateway.home.device import Slot
from gateway.home.traits import BRIGHTNESS, COLOR, COLOR_TEMPERATURE, ON_OFF, OPENING, Deed
from gateway.home.values import Color, Value
from gateway.wire.binding import Wiring, messages
from gateway.wire.codecs import Fault, Moving
from tests.dialects.tasmota.listening import heard, raw

pytestmark = pytest.mark.corpus

TRIED: list[tuple[Slot, Value]] = [
    *((Slot(ON_OFF), value) for value in (True, False)),
    *((Slot(BRIGHTNESS), float(value)) for value in range(101)),
    *((Slot(COLOR_TEMPERATURE), 1e6 / mireds) for mireds in range(153, 501)),
    *((Slot(OPENING), float(value)) for value in range(101)),
    (Slot(COLOR), Color(240, 100)),
]


@pytest.fixture
def corpus() -> list[dict[str, Any]]:
    shared = Path(os.environ.get("CLOVA_GATEWAY_SHARED") or Path(__file__).parents[4] / "shared")
    files = sorted((shared / "corpus" / "tasmota").glob("*.json"))
    if not files:
        pytest.skip("there is no shared corpus here; CLOVA_GATEWAY_SHARED says where it is")
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def publications(wirings: tuple[Wiring, ...]) -> Iterator[tuple[tuple[str, str], Wiring, Slot | Deed, Value]]:
    for wiring in wirings:
        for deed, message in wiring.deeds.items():
            yield (message.topic, message.payload.decode()), wiring, deed, True
        for slot, value in TRIED:
            if slot in wiring.bindings:
                (message, *_) = messages({slot: value}, wiring)
                yield (message.topic, message.payload.decode()), wiring, slot, value


def proves(wiring: Wiring, slot: Slot, value: Value, expect: list[tuple[str, Any]]) -> bool:
    heard_of: list[Value | Moving | Fault | None] = [
        heard(wiring, topic, payload).get(slot) for topic, payload in expect
    ]
    last = next((one for one in reversed(heard_of) if one is not None), None)
    if isinstance(last, float) and isinstance(value, float):
        return abs(last - value) <= 0.01 * value + 0.5
    return last == value


def test_every_device_is_an_appliance_or_has_a_reason(corpus: list[dict[str, Any]]) -> None:
    kinds: dict[str, int] = {}
    refused = []
    for device in corpus:
        tasmota = Tasmota()
        for message in device["messages"]:
            tasmota.hear(message["topic"], raw(message["payload"]))
        (finding,) = tasmota.findings()
        refused += [f"{device['name']}: {reason}" for reason in finding.refused]
        for wiring in finding.wirings:
            kinds[wiring.device.kind] = kinds.get(wiring.device.kind, 0) + 1
    print(f"\n{len(corpus)} Tasmotas: {kinds}; refused: {refused}")
    assert len(refused) <= 2
    assert sum(kinds.values()) >= len(corpus)


def test_every_documented_answer_proves_the_command_that_it_answers(corpus: list[dict[str, Any]]) -> None:
    rows, missing = [], []
    for device in corpus:
        tasmota = Tasmota()
        for message in device["messages"]:
            tasmota.hear(message["topic"], raw(message["payload"]))
        ((_, wirings),) = [(one.hardware, one.wirings) for one in tasmota.findings()]
        sent = {key: (wiring, what, value) for key, wiring, what, value in publications(wirings)}
        for command in device["commands"]:
            found = sent.get((command["topic"], command["payload"]))
            if found is None:
                missing.append(f"{command['topic']} {command['payload']!r}")
                continue
            wiring, what, value = found
            proved = isinstance(what, Deed) or proves(wiring, what, value, command["expect"])
            rows.append((device["name"], command["topic"], command["payload"], str(what), proved))
    print()
    for name, topic, payload, slot, proved in rows:
        print(f"{name:38} {topic:38} {payload!r:12} {slot:18} {'proved' if proved else 'NOT PROVED'}")
    print(f"{len(rows)} of ours, {len(missing)} not: {missing}")
    assert all(proved for *_, proved in rows)
    assert len(rows) >= 3 * len(missing)
