"""The shared corpus: how much of it is understood, what becomes of the examples, and that lights and switches obey."""

import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.dialects.finding import Finding
from gateway.dialects.homeassistant import HomeAssistant
from gateway.dialects.homeassistant.announcement import Unreadable, place, read
from gateway.dialects.homeassistant.components import COMPONENTS, has_place
from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.sketch import Sketch
from gateway.home.device import Slot
from gateway.home.traits import ON_OFF, Sort
from gateway.home.values import Color, Value, distance
from gateway.wire.binding import messages
from gateway.wire.codecs import Fault, Moving
from gateway.wire.template import BadTemplate, command_template, value_template
from tests.dialects.homeassistant.drawn import Home

pytestmark = pytest.mark.corpus

ZIGBEE = ("ha_discovery.sample.jsonl.gz", "ha_discovery.variant.sample.jsonl.gz")
SHELLY = "ha/shellies_discovery.sample.jsonl.gz"
OTHERS = "ha/ha_mqtt_discoverable_configs.jsonl"
EXAMPLES = "ha/ha_examples.sample.jsonl"
SWITCHED = ("light", "switch")

Line = dict[str, Any]


def payload(line: Line) -> bytes:
    return (line["payload"] if isinstance(line["payload"], str) else json.dumps(line["payload"])).encode()


@pytest.fixture(scope="module")
def corpus() -> dict[str, list[Line]]:
    shared = Path(os.environ.get("CLOVA_GATEWAY_SHARED") or Path(__file__).parents[4] / "shared") / "corpus"
    if not (shared / ZIGBEE[0]).is_file():
        pytest.skip("there is no shared corpus here; CLOVA_GATEWAY_SHARED says where it is")
    found = {}
    for name in (*ZIGBEE, SHELLY, OTHERS, EXAMPLES):
        raw = (shared / name).read_bytes()
        text = gzip.decompress(raw) if name.endswith(".gz") else raw
        found[name] = [json.loads(line) for line in text.splitlines() if line.strip()]
    return found


def entities(lines: list[Line]) -> Iterator[Entity]:
    for line in lines:
        try:
            where = place(line["topic"], ("homeassistant",))
            if where is not None and payload(line):
                yield from read(where, payload(line)).entities.values()
        except Unreadable:
            assert line.get("expect") == "reject", line["topic"]


def drawn(entity: Entity) -> Sketch:
    sketch = Sketch()
    COMPONENTS[entity.component](
        Entity(entity.component, entity.object_id, "", entity.config, device=entity.device, notes=sketch.notes), sketch
    )
    return sketch


def test_nearly_all_of_it_is_understood(corpus: dict[str, list[Line]], capsys: pytest.CaptureFixture[str]) -> None:
    for name, lines in corpus.items():
        used, left, empty = Counter[str](), Counter[str](), Counter[str]()
        for entity in entities(lines):
            kept = has_place(entity)
            into = left if not kept else used if drawn(entity).features or drawn(entity).deeds else empty
            into[entity.component] += 1
        with capsys.disabled():
            print(f"\n  {name}: used {dict(used)}\n    without a place {dict(left)}\n    nothing in them {dict(empty)}")
        if name != EXAMPLES:
            assert (used + left).total() >= 0.98 * (used + left + empty).total()
            assert used["light"] + left["light"] + empty["light"] == used["light"]


def test_all_its_templates_are_read(corpus: dict[str, list[Line]], capsys: pytest.CaptureFixture[str]) -> None:
    taken, refused = Counter[str](), Counter[str]()
    for entity in (entity for lines in corpus.values() for entity in entities(lines) if has_place(entity)):
        if entity.component == "event" and entity.is_zigbee:
            continue  # whose action is read without its template, which has loops
        for key, text in entity.config.items():
            if not key.endswith("_template") or not isinstance(text, str):
                continue
            try:
                if "command" in key or key == "set_position_template":
                    command_template(text, frozenset({"value", "position", *_NAMES}))
                else:
                    value_template(text)
                taken[key] += 1
            except BadTemplate as error:
                refused[f"{key}: {error}"] += 1
    with capsys.disabled():
        print(f"\n  templates taken: {taken.total()}, refused: {dict(refused)}")
    assert not refused


_NAMES = [
    "state",
    "brightness",
    "color_temp",
    "red",
    "green",
    "blue",
    "white",
    "hue",
    "sat",
    "effect",
    "flash",
    "transition",
]


def findings(lines: list[Line]) -> list[Finding]:
    dialect = HomeAssistant()
    for line in lines:
        dialect.hear(line["topic"], payload(line))
    return list(dialect.findings())


@pytest.mark.alone
def test_it_is_compiled_quickly_and_the_same_each_time(
    corpus: dict[str, list[Line]], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, lines in corpus.items():
        first = findings(lines)
        started = time.perf_counter()
        again = findings(lines)
        spent = time.perf_counter() - started
        kinds = Counter(wiring.device.kind for finding in first for wiring in finding.wirings)
        with capsys.disabled():
            print(f"\n  {name}: {len(first)} devices, {1000 * spent / len(first):.2f} ms each; {dict(kinds)}")
        assert again == first
        assert spent / len(lines) < 0.001
        assert len({wiring.device.id for finding in first for wiring in finding.wirings}) == kinds.total()


SETTINGS = set(
    [
        "child_lock",
        "permit_join",
        "led",
        "indicator",
        "calibration",
        "memory",
        "identify",
        "reset",
        "detection",
        "auto_lock",
        "type",
    ]
)


def test_nothing_that_is_a_setting_can_be_switched(corpus: dict[str, list[Line]]) -> None:
    for finding in (finding for lines in corpus.values() for finding in findings(lines)):
        for wiring in finding.wirings:
            order = wiring.bindings[Slot(ON_OFF)].order if Slot(ON_OFF) in wiring.bindings else None
            last = order.topic.rpartition("/")[2] if order is not None else ""
            assert not {last, *last.split("_")} & SETTINGS, last


def test_the_examples_become_what_they_should(corpus: dict[str, list[Line]]) -> None:
    for line in corpus[EXAMPLES]:
        dialect = HomeAssistant()
        kept = dialect.hear(line["topic"], payload(line))
        found = list(dialect.findings())
        match line["expect"]:
            case "reject":
                assert not any(finding.wirings for finding in found)
                assert all(finding.refused for finding in found)
            case "removal":
                assert kept
                assert not found
            case "entity" | "device":
                assert kept
                [finding] = found
                assert finding.wirings or finding.refused


def zigbee(told: str, told_at: str, slot: Slot) -> dict[str, Any]:
    """`<name>[/<endpoint>]/set[/<property>]`: the state, with the endpoint where there is one."""
    before, _, key = told_at.partition("/set")
    if key:
        return {key[1:]: {"true": True, "false": False}.get(told, told)}
    values = json.loads(told) if told.startswith("{") else {"state": told}
    mode = {"color": "xy", "color_temperature": "color_temp"}.get(slot.trait.name)
    mode = "hs" if isinstance(values.get("color"), dict) and "h" in values["color"] else mode
    return values | ({"color_mode": mode} if mode else {}) | {f"state_{before.rpartition('/')[2]}": values.get("state")}


def shelly(told: str) -> Any:
    """What its second generation says of itself after a call, and its first after a word or an object."""
    if not told.startswith("{"):
        return told
    request = json.loads(told)
    if "turn" in request:
        return request | {"ison": request["turn"] == "on"}
    params = request["params"]
    return params | {"output": params.get("on", True), "white": 0, "value": params.get("value")}


def asked(slot: Slot, home: Home) -> tuple[Value, ...]:
    limits = home.device.features[slot].limits
    if slot.trait.sort is Sort.SWITCH:
        return (True, False)
    if slot.trait.sort is Sort.COLOR:
        return (Color(0, 100), Color(210, 60))
    return tuple(end for end in (limits.low, limits.high) if end)


def test_lights_and_switches_obey(corpus: dict[str, list[Line]], capsys: pytest.CaptureFixture[str]) -> None:
    told, unheard = Counter[str](), Counter[str]()
    wrong = []
    for name, lines in corpus.items():
        for entity in entities(lines):
            if entity.component not in SWITCHED or not has_place(entity):
                continue
            home = Home(drawn(entity))
            for slot, feature in home.device.features.items():
                for value in asked(slot, home) if feature.writable else ():
                    said = messages({slot: value}, home.wiring)
                    told[f"{entity.component} {slot}"] += 1
                    if not feature.readable:
                        unheard[f"{entity.component} {slot}"] += 1
                        continue
                    text = said[0].payload.decode()
                    echo = (
                        zigbee(text, said[0].topic, slot)
                        if name in ZIGBEE
                        else shelly(text)
                        if name == SHELLY
                        else text
                    )
                    meaning = home.hear(home.wiring.bindings[slot].feeds[0].topic, echo).get(str(slot))
                    if isinstance(meaning, Moving | Fault | None) or distance(meaning, value) > slot.trait.tolerance:
                        wrong.append((entity.source, str(slot), value, text, echo, meaning))
    with capsys.disabled():
        print(f"\n  told: {dict(told)}; without a state topic: {dict(unheard)}")
        print(*(f"  not heard: {row}" for row in wrong[:40]), sep="\n")
    assert told.total() > 3000
    assert not wrong
