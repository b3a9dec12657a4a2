"""Everything of the shared corpus that opens, closes, guards, warms or blows: drawn, told, and heard to obey."""

import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.dialects.homeassistant.announcement import place, read
from gateway.dialects.homeassistant.entity import Entity
from gateway.dialects.sketch import Sketch
from gateway.home.device import Slot
from gateway.home.traits import Sort, Travel
from gateway.home.values import Value, distance
from gateway.wire.binding import Message, messages
from gateway.wire.codecs import Fault, Moving
from tests.dialects.homeassistant.drawn import COMPILERS, Home

pytestmark = pytest.mark.corpus

FILES = (
    "ha_discovery.sample.jsonl.gz",
    "ha_discovery.variant.sample.jsonl.gz",
    "ha/shellies_discovery.sample.jsonl.gz",
    "ha/ha_examples.sample.jsonl",
    "ha/ha_mqtt_discoverable_configs.jsonl",
)


def _lines(folder: Path) -> Iterator[dict[str, Any]]:
    for name in FILES:
        raw = (folder / name).read_bytes()
        text = gzip.decompress(raw) if name.endswith(".gz") else raw
        yield from (json.loads(line) for line in text.splitlines() if line.strip())


@pytest.fixture(scope="module")
def entities() -> list[Entity]:
    shared = Path(os.environ.get("CLOVA_GATEWAY_SHARED") or Path(__file__).parents[4] / "shared")
    if not (shared / "corpus" / FILES[0]).is_file():
        pytest.skip("there is no shared corpus here; CLOVA_GATEWAY_SHARED says where it is")
    found = []
    for line in _lines(shared / "corpus"):
        if line.get("expect") in ("reject", "removal"):
            continue
        where = place(line["topic"], ("homeassistant",))
        payload = line["payload"] if isinstance(line["payload"], str) else json.dumps(line["payload"])
        if where is not None and payload and (where.component in COMPILERS or where.component == "device"):
            found += [one for one in read(where, payload.encode()).entities.values() if one.component in COMPILERS]
    return found


def drawn(entity: Entity) -> Home:
    sketch = Sketch(notes=entity.notes)
    COMPILERS[entity.component](entity, sketch)
    return Home(sketch)


def asked(home: Home, slot: Slot) -> tuple[Value, ...]:
    """The ends of what can be asked, the middle, and every word."""
    limits = home.device.features[slot].limits
    match slot.trait.sort:
        case Sort.SWITCH:
            return (True, False)
        case Sort.WORD:
            return limits.words
    assert limits.low is not None
    assert limits.high is not None
    steps = round((limits.high - limits.low) / limits.step) if limits.step else 0
    return (limits.low, limits.low + steps // 2 * limits.step, limits.low + steps * limits.step)


WORDS_BACK = {
    "LOCK": "LOCKED",
    "UNLOCK": "UNLOCKED",
    "OPEN": "open",
    "CLOSE": "closed",
    "2": "1",
    "1": "3",
    '{"device":"doorlock"}': "UNLOCKED",
}
"""What the plain ones say after a command, where it is another word."""
PATHS_BACK = {"home/wallpad/fan/set": "state"}


def echo(home: Home, slot: Slot, told: Message) -> tuple[str, str]:
    """What the documents of Zigbee2MQTT, of Shelly and of the plain ones have the device say then."""
    said, topic = told.payload.decode(), home.wiring.bindings[slot].feeds[0].topic
    if topic.startswith(("zigbee2mqtt/", "home/z2m/")):
        return topic, json.dumps(_zigbee(topic, told.topic, said))
    if told.topic.endswith("/rpc"):
        return topic, json.dumps(_shelly(json.loads(said)))
    if told.topic in PATHS_BACK:
        return topic, json.dumps({PATHS_BACK[told.topic]: said})
    return topic, WORDS_BACK.get(said, said)


def _zigbee(topic: str, told_at: str, said: str) -> dict[str, Any]:
    """`<name>[/<endpoint>]/set[/<property>]`: at the name it says them with the endpoint, at the endpoint without."""
    before, _, name = told_at.partition("/set")
    values = {name[1:]: _number(said)} if name else json.loads(said) if said.startswith("{") else {"state": said}
    ending = "_" + (before.removeprefix(f"{topic}/") if before != topic else topic.rpartition("/")[2])
    if before != topic:
        return {f"{key}{ending}": value for key, value in values.items()}
    return {key.removesuffix(ending): value for key, value in values.items()}


def _number(said: str) -> float | str:
    try:
        return float(said)
    except ValueError:
        return said


def _shelly(request: dict[str, Any]) -> dict[str, Any]:
    values = {"Cover.GoToPosition": "current_pos", "Number.Set": "value", "Boolean.Set": "value"}
    params = request["params"]
    return {values[request["method"]]: params.get("pos", params.get("value")), "state": "stopped"}


def test_every_control_is_drawn(entities: list[Entity], capsys: pytest.CaptureFixture[str]) -> None:
    counted, empty, notes = Counter[str](), [], Counter[str]()
    for entity in entities:
        home = drawn(entity)
        counted[entity.component] += 1
        if not home.device.features:
            empty.append(entity.source)
        notes.update(note.partition(": ")[2][:70] for note in home.sketch.notes)
    with capsys.disabled():
        print(f"\n  drawn: {dict(counted)}, of these with nothing in them: {empty}\n  notes: {dict(notes)}")
    assert counted["climate"] >= 55
    assert counted["cover"] >= 55
    assert counted["lock"] >= 15
    assert empty == ["homeassistant/device/HEATPUMP-1/config"]  # a sensor that calls itself a climate


def test_every_control_obeys(entities: list[Entity], capsys: pytest.CaptureFixture[str]) -> None:
    asked_of, heard, unheard, wrong = Counter[str](), Counter[str](), Counter[str](), []
    for entity in entities:
        home = drawn(entity)
        for slot, feature in home.device.features.items():
            for value in asked(home, slot) if feature.writable else ():
                row = f"{entity.component} {slot}"
                asked_of[row] += 1
                told = messages({slot: value}, home.wiring)
                assert told
                if not feature.readable:
                    unheard[row] += 1
                    continue
                topic, payload = echo(home, slot, told[0])
                meaning = home.hear(topic, payload).get(str(slot))
                if _near(slot, value, meaning):
                    heard[row] += 1
                else:
                    wrong.append((entity.source, str(slot), value, told[0].payload, payload, meaning))
    with capsys.disabled():
        print(f"\n  told: {dict(asked_of)}\n  heard to obey: {dict(heard)}\n  no state topic: {dict(unheard)}")
        print(*(f"  not heard: {row}" for row in wrong), sep="\n")
    assert sum(asked_of.values()) > 500
    assert not wrong


def _near(slot: Slot, value: Value, meaning: Value | Moving | Fault | None) -> bool:
    if isinstance(meaning, Moving):
        return slot.trait.travel is Travel.LONG and meaning.towards == value
    return not isinstance(meaning, Fault | None) and distance(meaning, value) <= slot.trait.tolerance


@pytest.mark.alone
def test_drawing_is_quick_and_the_same_each_time(entities: list[Entity]) -> None:
    first = [drawn(entity).wiring for entity in entities]
    started = time.perf_counter()
    again = [drawn(entity).wiring for entity in entities]
    assert (time.perf_counter() - started) / len(entities) < 0.001
    assert again == first
