"""The page of the skill against the code."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from gateway.config import load
from gateway.config.skill import make_intents
from gateway.skill.intents import TASKS

PAGE = (Path(__file__).parents[1] / "docs" / "skill.md").read_text(encoding="utf-8")
SHOWN = [dedent(text) for text in re.findall(r"^ *```yaml\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)]
DOOR = "lock: {command: d/set, state: d, unlock: armed}"
DEVICES = f"devices: [{{id: front-door, type: SMARTLOCK, name: 현관문, {DOOR}}}]\n"


def test_every_task_has_its_row() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
    told = {row[0].strip("| `"): (row[1].strip("`"), tuple(re.findall(r"`(\w+)`", row[2]))) for row in rows}
    assert told == {task.name: (task.intent, task.slots) for task in TASKS.values()}


@pytest.mark.parametrize("text", SHOWN, ids=range(len(SHOWN)))
def test_what_is_shown_can_be_used(text: str, tmp_path: Path) -> None:
    (tmp_path / "door_pin").write_text("5927", encoding="utf-8")
    (tmp_path / "door_pin").chmod(0o600)
    file = tmp_path / "gateway.yaml"
    file.write_text(text if "devices:" in text else text + DEVICES, encoding="utf-8")
    assert make_intents(load(file, {}))
