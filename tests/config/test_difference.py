"""What another file would change, told to its owner; and which part of it can be applied at once."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from gateway.config import Config, Loaded, load
from gateway.config.difference import Difference, difference, marks, merged, mistakes_before_restart
from gateway.config.files import FILES

LAMP = "  - {id: lamp, type: LIGHT, name: 전등, on_off: {command: lamp/set, state: lamp}}\n"
FAN = "  - {id: fan, type: FAN, name: 선풍기, on_off: {command: fan/set}}\n"
FOUND = '  - {match: {ieee: "0x00158d0001a2b3c4"}, name: 안방}\n'
BROKER = 'mqtt: {url: "mqtt://127.0.0.1:1883", username: me, password_file: secret}\n'
BASE = f"{BROKER}devices:\n{LAMP}{FAN}{FOUND}scenes: [{{name: 밤, do: [{{lamp: TurnOff}}]}}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").touch(mode=0o600)
    (tmp_path / "secret").write_text("one")
    return tmp_path


def written(folder: Path, text: str, **environ: str) -> Loaded:
    path = folder / "gateway.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ)


def told(folder: Path, before: str, after: str, hidden: str = "", **environ: str) -> dict[str, Any]:
    """What has changed, without the sorts of which there is nothing."""
    running, read = written(folder, before, **environ), written(folder, after, **environ)
    found = difference(running, merged(running, read), read, {hidden})
    changed = [f"{one.where}: {one.before} -> {one.after}" for one in found.changed]
    return {sort: list(lines) for sort, lines in {**asdict(found), "changed": changed}.items() if lines}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BASE, {}),
        (f"# a comment\n{BASE}", {}),
        (BASE.replace(FAN, ""), {"removed": ["device fan"]}),
        (BASE.replace(FAN, FAN + FAN.replace("fan", "fan2")), {"added": ["device fan2"]}),
        (BASE.replace("name: 전등", "name: 등"), {"changed": ['device lamp: name: "전등" -> "등"']}),
        (
            BASE.replace("state: lamp}", "state: lamp}, brightness: {state: level, range: [0, 255]}"),
            {"changed": ['device lamp: brightness: (left out) -> {"state": "level", "range": [0.0, 255.0]}']},
        ),
        (BASE.replace("id: lamp", "id: light").replace("lamp: T", "light: T"), "renamed"),
        (
            BASE.replace("id: fan", "id: breeze").replace("선풍기", "바람"),
            {"new_ids": ["device fan -> breeze"], "changed": ['device breeze: name: "선풍기" -> "바람"']},
        ),
        (
            BASE.replace("name: 안방", "name: 안방, id: bedroom"),
            {"new_ids": ['match ieee: 0x00158d0001a2b3c4: (left out) -> "bedroom"']},
        ),
        (
            BASE.replace(LAMP + FAN, FAN + LAMP),
            {
                "changed": [
                    'devices: order: ["device lamp", "device fan", "match ieee: 0x00158d0001a2b3c4"] -> '
                    '["device fan", "device lamp", "match ieee: 0x00158d0001a2b3c4"]'
                ]
            },
        ),
        (BASE.replace(FOUND, ""), {"removed": ["match ieee: 0x00158d0001a2b3c4"]}),
        (
            BASE.replace("TurnOff", "TurnOn"),
            {"changed": ['scene 밤: do: [{"lamp": "TurnOff"}] -> [{"lamp": "TurnOn"}]']},
        ),
        (BASE.replace("name: 밤", "name: 아침"), {"added": ["scene 아침"], "removed": ["scene 밤"]}),
        (f"{BASE}alarms: [{{when: {{alarm: leak, device: lamp}}}}, {{when: {{alarm: leak}}, hold: 2s}}]\n", "alarms"),
        (f"{BASE}expose: {{default: false}}\n", {"changed": ["expose.default: (left out) -> false"]}),
        (f"{BASE}discovery: {{forget_after: 2d}}\n", {"changed": ["discovery.forget_after: (left out) -> 172800.0"]}),
        (f"{BASE}discovery: {{mdns: false}}\n", {"restart": ["discovery.mdns"]}),
        (BASE.replace("1883", "1884"), {"restart": ["mqtt.url"]}),
        (f"{BASE}public: {{listen: '127.0.0.1:9'}}\nprivate: {{listen: '127.0.0.1:8'}}\n", "doors"),
        (f"{BASE}home: {{name: 집, quiet_hours: {{notice: 23:00-06:00}}}}\n", "home"),
        (f"{BASE}clova: {{answer_within: 2s, region: jp}}\n", "clova"),
        (f"{BASE}state_directory: elsewhere\n", {"restart": ["state_directory"]}),
        (f"{BASE}log: {{level: debug}}\n", {"restart": ["log.level"]}),
    ],
)
def test_what_has_changed_is_told(after: str, expected: dict[str, list[str]] | str, folder: Path) -> None:
    longer: dict[str, dict[str, list[str]]] = {
        "renamed": {
            "changed": ['scene 밤: do: [{"lamp": "TurnOff"}] -> [{"light": "TurnOff"}]'],
            "new_ids": ["device lamp -> light"],
        },
        "alarms": {"added": ["alarm leak", "alarm leak #2"]},
        "doors": {"restart": ["public.listen", "private.listen"]},
        "home": {"changed": ['home.quiet_hours: (left out) -> {"notice": "23:00-06:00"}'], "restart": ["home.name"]},
        "clova": {"changed": ["clova.answer_within: (left out) -> 2.0"], "restart": ["clova.region"]},
    }
    assert told(folder, BASE, after) == (longer[expected] if isinstance(expected, str) else expected)


def test_a_scene_that_is_given_the_id_it_has_anyway_is_the_same(folder: Path) -> None:
    assert told(folder, BASE, BASE.replace("name: 밤", "name: 밤, id: 밤")) == {}


def test_what_came_from_the_environment_is_not_told(folder: Path) -> None:
    after = BASE.replace("state: lamp}", "state: lamp, on: '${WORD}'}")
    found = told(folder, BASE, after, "open sesame", WORD="open sesame")
    assert found == {"changed": ['device lamp: on_off.on: (left out) -> "******"']}


def test_long_values_are_cut(folder: Path) -> None:
    (line,) = told(folder, BASE, BASE.replace("전등", "전" * 95))["changed"]
    assert len(line) < 120
    assert line.endswith("...")


def test_a_secret_whose_file_has_changed_is_known_by_its_key(folder: Path) -> None:
    loaded = written(folder, BASE)
    before = marks(loaded)
    assert marks(loaded) == before
    (folder / "secret").write_text("two")
    after = marks(loaded)
    assert [key for key, mark in after.items() if before[key] != mark] == ["mqtt.password_file"]
    assert "two" not in str(after)


def test_another_pin_is_known_by_its_key(folder: Path) -> None:
    """The digits are read at the start, so another one needs a restart, and is told of."""
    pin = folder / "pin"
    pin.write_text("274915")
    pin.chmod(0o600)
    door = "  - {id: door, type: SMARTLOCK, name: 문, lock: {command: door/set, state: door/state, unlock: armed}}\n"
    skill = "skill: {extension_id: com.x, intents: {Answer: answer, Open: {do: unlock, device: door, pin_file: pin}}}\n"
    loaded = written(folder, BASE.replace(FAN, FAN + door) + skill)
    before = marks(loaded)
    pin.write_text("274916")
    assert {key for key, mark in marks(loaded).items() if mark != before[key]} == {"skill.intents.Open.pin_file"}


def test_what_holds_is_what_is_live_of_the_new_and_all_else_of_the_old(folder: Path) -> None:
    running = written(folder, BASE)
    read = written(folder, BASE.replace("1883", "1884").replace(FAN, "") + "home: {timezone: Asia/Tokyo}\n")
    now = merged(running, read)
    assert [wiring.device.id for wiring in now.wirings] == ["lamp"]
    assert now.config.mqtt == running.config.mqtt
    assert now.config.home.timezone == "Asia/Seoul"
    left = difference(now, merged(now, read), read)
    assert left == Difference(restart=left.restart)
    assert set(left.restart) == {"home.timezone", "mqtt.url"}


def test_times_of_day_of_a_device_are_those_of_the_zone_that_is_running(folder: Path) -> None:
    clock = "  - {id: bed, type: SMARTBED, name: 침대, sleep_start: {state: bed/start}}\n"
    running = written(folder, BASE)
    there = written(folder, f"{BASE.replace(FAN, FAN + clock)}home: {{timezone: Europe/Paris}}\n")
    here = written(folder, BASE.replace(FAN, FAN + clock))
    assert merged(running, there).wirings == here.wirings != there.wirings


def test_what_only_fits_after_a_restart_is_found_out(folder: Path) -> None:
    running = written(folder, BROKER)
    moved = BASE.replace("command: lamp/set", "command: clova-gateway/status")
    read = written(folder, moved.replace("password_file: secret", "password_file: secret, status_topic: other"))
    now = merged(running, read)
    assert mistakes_before_restart(now) == ["'lamp' uses this topic; it is for the gateway alone"]


def test_a_door_that_goes_together_with_its_pin_needs_the_restart(folder: Path) -> None:
    (folder / "pin").write_text("274915")
    (folder / "pin").chmod(0o600)
    door = "  - {id: door, type: SMARTLOCK, name: 문, lock: {command: door/set, state: door/state, unlock: armed}}\n"
    skill = "skill: {extension_id: com.x, intents: {Answer: answer, Open: {do: unlock, device: door, pin_file: pin}}}\n"
    running = written(folder, BASE.replace(FAN, FAN + door) + skill)
    (told,) = mistakes_before_restart(merged(running, written(folder, BASE)))
    assert "no entry of `devices` has the id 'door'" in told


def leaves(section: type[BaseModel], place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every key of the file that stands in sections only."""
    for key, field in section.model_fields.items():
        inner = next(
            (one for one in (field.annotation, *get_args(field.annotation)) if isinstance(one, type)), type(None)
        )
        if issubclass(inner, BaseModel):
            yield from leaves(inner, (*place, key))
        else:
            yield (*place, key), field.annotation


def test_every_file_that_is_named_is_known() -> None:
    named = {place for place, sort in leaves(Config) if Path in (sort, *get_args(sort))}
    assert named - {("state_directory",)} == FILES.keys() - {("clova", "public_key")}
