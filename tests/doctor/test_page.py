"""docs/troubleshooting.md: every symptom ends in what shows it, and that is there."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from gateway.cli import app
from gateway.doctor.finding import Level
from gateway.doctor.words import WORDS
from tests.doctor.test_planted import FAULTS

PAGE = (Path(__file__).parents[2] / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
HEADS = ("what you see", "---")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(f"| {HEADS[0]}")]
COMMANDS = set(getattr(get_command(app), "commands", {}))


@pytest.mark.parametrize("row", ROWS)
def test_each_symptom_ends_in_what_shows_it(row: str) -> None:
    shows = re.findall(r"`([^`]+)`", row.strip("| ").rpartition(" | ")[2])
    assert shows
    for one in shows:
        words = one.split()
        if words[0] == "clova-gateway":
            assert words[1] in COMMANDS, one
        else:
            assert one in WORDS["en"].found or one in ("exposed", "because"), one


def test_every_line_with_something_to_do_is_on_the_page() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert [key for key, said in WORDS["en"].found.items() if said.remedy and key not in named] == []


def test_every_fault_that_is_planted_is_on_the_page() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert [name for name, fault in FAULTS.items() if not named & set(fault.keys)] == []
    assert {fault.level for fault in FAULTS.values()} == {Level.WARNING, Level.FAILURE}
