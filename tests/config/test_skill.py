"""The skill's part of the file: what is right without a word, and what is wrong with its place."""

from pathlib import Path

import pytest

from gateway.config import ConfigError, Loaded, load
from gateway.config.skill import language_of, make_intents, skill_notes
from gateway.skill.intents import TASKS

DEVICES = """
devices:
  - {id: door, type: SMARTLOCK, name: 현관문, lock: {command: d/set, state: d, unlock: armed}}
  - {id: always, type: SMARTLOCK, name: 옆문, lock: {command: a/set, state: a, unlock: always}}
  - {id: never, type: SMARTLOCK, name: 뒷문, lock: {command: n/set, state: n}}
  - {id: lamp, type: LIGHT, name: 등, on_off: {command: l/set, state: l}}
  - {id: gone, type: SMARTLOCK, name: 창고, expose: false, lock: {command: g/set, state: g, unlock: armed}}
  - {match: {ieee: "0x00158d0001a2b3c4"}, expose: true, lock: {unlock: armed}}
  - {match: {id: shut}, expose: true}
"""
TOLD = "alarms: [{when: {alarm: forced}, message: msg-forced}]\n"
OPEN = "OpenDoor: {do: unlock, device: door, pin_file: pin}"


def written(folder: Path, skill: str, pin: str = "5927", mode: int = 0o600) -> Path:
    secret = folder / "pin"
    secret.write_text(pin, encoding="utf-8")
    secret.chmod(mode)
    file = folder / "gateway.yaml"
    file.write_text(f"skill:\n  extension_id: com.example.skill\n{skill}{DEVICES}", encoding="utf-8")
    return file


def loaded(folder: Path, skill: str = "", **rest: object) -> Loaded:
    return load(written(folder, skill, **rest), {})  # type: ignore[arg-type]  # as `written` has them


def mistakes(folder: Path, skill: str, **rest: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, skill, **rest)
    return [str(one).removeprefix(f"{folder / 'gateway.yaml'}:") for one in caught.value.mistakes]


def intents(*lines: str) -> str:
    return "  intents:\n" + "".join(f"    {line}\n" for line in lines)


def test_without_intents_everything_is_there_but_what_opens(tmp_path: Path) -> None:
    named = {intent.name: intent.task.name for intent in make_intents(loaded(tmp_path))}
    assert named == {task.intent: task.name for task in TASKS.values() if not task.opens}


def test_intents_in_short_and_in_full(tmp_path: Path) -> None:
    some = loaded(tmp_path, intents("HowIsIt: home_status", "LightsOn: {do: lights_on, slots: {room: Room}}", OPEN))
    how, lights, door = make_intents(some)
    assert (how.name, how.task.name, how.slots) == ("HowIsIt", "home_status", {})
    assert (lights.slot("room"), lights.slot("device")) == ("Room", "device")
    assert door.device == "door"
    assert door.pin is not None
    assert door.pin.fits("5927")
    assert "5927" not in repr(some.config) + repr(door)


@pytest.mark.parametrize("line", ["", "  language: ja\n", "  language: en\n"])
def test_it_speaks_the_home_s_language_or_its_own(line: str, tmp_path: Path) -> None:
    assert language_of(loaded(tmp_path, line).config) == (line.strip().rpartition(" ")[2] or "ko")


def test_without_a_skill_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "gateway.yaml"
    file.write_text("home: {language: ja}\n", encoding="utf-8")
    some = load(file, {})
    assert some.config.skill is None
    assert (language_of(some.config), skill_notes(some)) == ("ja", [])


@pytest.mark.parametrize(("device", "pin_file"), [("0x00158d0001a2b3c4", "pin"), ("always", "pin"), ("door", "./pin")])
def test_what_may_be_opened(device: str, pin_file: str, tmp_path: Path) -> None:
    line = f'OpenDoor: {{do: unlock, device: "{device}", pin_file: {pin_file}}}'
    assert make_intents(loaded(tmp_path, intents(line)))[0].device == device


WRONG = {
    "no such task": ("A: opendoor", "4:5: ", "the skill cannot do 'opendoor'"),
    "nothing to do": ("A: {slots: {}}", "4:5: ", "the key 'do' is missing"),
    "an unknown key": ("A: {do: lights_on, slot: {}}", "4:24: ", "unknown key 'slot'"),
    "no such slot": ("A: {do: lights_on, slots: {place: P}}", "4:5: ", "lights_on has the slots room, device, and not"),
    "a task without slots": ("A: {do: home_status, slots: {room: P}}", "4:5: ", "home_status has no slots, and not"),
    "an empty slot": ("A: {do: lights_on, slots: {room: ''}}", "4:32: ", "the name of a slot"),
    "a slot of another name": ("A: {do: lights_on, slots: {room: 1-방}}", "4:32: ", "the name of a slot"),
    "a name of CLOVA's": ("Clova.YesIntent: home_status", "4:", "the name of an intent"),
    "no name": ("'문 열어': home_status", "4:", "the name of an intent"),
    "no PIN": ("A: {do: unlock, device: door}", "4:5: ", "unlock needs `device` and `pin_file`"),
    "no device": ("A: {do: arm, pin_file: pin}", "4:5: ", "arm needs `device` and `pin_file`"),
    "a PIN for a lamp's task": ("A: {do: lights_on, pin_file: pin}", "4:5: ", "are for unlock and arm"),
    "no such device": ("A: {do: unlock, device: nowhere, pin_file: pin}", "4:21: ", "no entry of `devices` has the id"),
    "a lamp": ("A: {do: unlock, device: lamp, pin_file: pin}", "4:21: ", "'lamp' guards nothing"),
    "never": ("A: {do: unlock, device: never, pin_file: pin}", "4:21: ", "'never' is never opened by voice"),
    "never, found": ("A: {do: unlock, device: shut, pin_file: pin}", "4:21: ", "'shut' is never opened by voice"),
    "armed, always": (
        "A: {do: arm, device: always, pin_file: pin}",
        "4:18: ",
        "'always' may be opened by voice at any",
    ),
    "not told": ("A: {do: unlock, device: gone, pin_file: pin}", "4:21: ", "'gone' is not told to CLOVA"),
    "one name for two slots": (
        "A: {do: lights_on, slots: {room: Thing, device: Thing}}",
        "4:5: ",
        "the slot 'Thing' is for `room` already, and for `device` here",
    ),
    "our own name for another slot": ("A: {do: lights_on, slots: {room: device}}", "4:5: ", "the slot 'device'"),
    "no such file": ("A: {do: unlock, device: door, pin_file: p}", "4:35: ", "p is not there"),
    "a directory": ("A: {do: unlock, device: door, pin_file: .}", "4:35: ", "the name of a file is expected"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    line, place, what = WRONG[name]
    (found,) = mistakes(tmp_path, intents(line))
    assert found.startswith(place)
    assert what in found


def test_a_name_is_of_one_slot_in_all_intents(tmp_path: Path) -> None:
    (found,) = mistakes(
        tmp_path, intents("A: {do: lights_on, slots: {room: Where}}", "B: {do: scene, slots: {scene: Where}}")
    )
    assert found.startswith("5:5: ")
    assert "the slot 'Where' is for `room` already" in found


def test_in_japan_no_lock_is_armed(tmp_path: Path) -> None:
    line = intents("A: {do: arm, device: DEVICE, pin_file: pin}") + "clova: {region: jp}\n"
    for device in ("door", "'0x00158d0001a2b3c4'"):
        (found,) = mistakes(tmp_path, line.replace("DEVICE", device))
        assert "CLOVA Home opens no lock in Japan" in found
    loaded(tmp_path, line.replace("DEVICE", "door").replace("arm,", "unlock,"))
    loaded(tmp_path, line.replace("DEVICE", "door").replace("jp", "kr"))


def test_the_same_digits_are_one_pin_whatever_their_file(tmp_path: Path) -> None:
    for name, digits in (("two", "5927"), ("three", "8164")):
        (tmp_path / name).write_text(digits, encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    lines = (f"{name.title()}: {{do: unlock, device: door, pin_file: {name}}}" for name in ("pin", "two", "three"))
    marks = [one.pin.mark for one in make_intents(loaded(tmp_path, intents(*lines))) if one.pin is not None]
    assert marks == ["pin", "pin", "three"]


@pytest.mark.parametrize(
    "pin", ["", "123", "123456789", "12a4", "12 34", "１２３４", "12.4", "-1234", "1234\n5678", "١٢٣٤"]
)
def test_a_pin_has_four_to_eight_digits_and_is_not_repeated(pin: str, tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, intents(OPEN), pin=pin)
    assert "4 to 8 digits are expected, and nothing else" in found
    assert not pin or pin not in found


@pytest.mark.parametrize("pin", ["5927", "59271", "59271834\n", "﻿5927\r\n"])
def test_an_editor_s_line_end_is_no_part_of_it(pin: str, tmp_path: Path) -> None:
    (door,) = make_intents(loaded(tmp_path, intents(OPEN), pin=pin))
    assert door.pin is not None
    assert door.pin.fits(pin.strip("﻿\r\n"))


@pytest.mark.parametrize("mode", [0o604, 0o606, 0o644])
def test_a_pin_that_others_may_read_is_none(mode: int, tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, intents(OPEN), mode=mode)
    assert "others may read it" in found


@pytest.mark.parametrize(
    ("pin", "notes"),
    [
        *((weak, 1) for weak in ("1111", "1234", "4321", "9876543", "121212", "1987", "2024", "7890")),
        ("0000", 2),
        ("0123", 2),
        ("0592", 1),
        *((good, 0) for good in ("5927", "8164", "59271834", "3108", "1224")),
    ],
)
def test_a_pin_that_is_easily_guessed_gets_a_note(pin: str, notes: int, tmp_path: Path) -> None:
    found = skill_notes(loaded(tmp_path, intents("Answer: answer", OPEN) + TOLD, pin=pin))
    assert len(found) == notes
    assert not any(pin in one for one in found)


def test_what_opens_without_a_pin_as_well_gets_a_note(tmp_path: Path) -> None:
    line = "A: {do: unlock, device: always, pin_file: pin}"
    (note,) = skill_notes(loaded(tmp_path, intents("Answer: answer", line) + TOLD))
    assert "always" in note


def test_a_pin_that_nothing_takes_gets_a_note(tmp_path: Path) -> None:
    (note,) = skill_notes(loaded(tmp_path, intents(OPEN) + TOLD))
    assert "Answer: answer" in note


@pytest.mark.parametrize("region", ["kr", "jp"])
def test_a_block_that_nobody_is_told_of_gets_a_note(region: str, tmp_path: Path) -> None:
    notes = skill_notes(loaded(tmp_path, intents("Answer: answer", OPEN) + f"clova: {{region: {region}}}\n"))
    assert ["forced" in note for note in notes] == [True] * (region == "kr")
