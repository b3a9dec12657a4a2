"""The pages for people: what they show can be used, and every command that they name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from gateway.cli import app
from gateway.config import load

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md"])
SHOWN = ("docs/recipes.md", "docs/locks.md", "README.ko.md", "README.ja.md")
MADE = {"config/gateway.yaml", "config/clova_push_secret"}
"""What the reader makes."""
SECRETS = ("mqtt_password", "door_pin")


def shown() -> Iterator[tuple[str, str]]:
    for name in SHOWN:
        page = (ROOT / name).read_text(encoding="utf-8")
        for number, found in enumerate(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL), 1):
            yield f"{name} {number}", found


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in shown()])
def test_what_is_shown_can_be_used(text: str, tmp_path: Path) -> None:
    for name in SECRETS:
        (tmp_path / name).write_text("a-secret-of-ours", encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    file = tmp_path / "gateway.yaml"
    file.write_text(text, encoding="utf-8")
    load(file)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    named = set(re.findall(r"clova-gateway ([a-z][a-z-]+)(?=[ `\n])", code))
    assert named <= set(get_command(app).commands) | {"clova-gateway"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_script_and_file_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path in re.findall(r"(?<![\w/.])((?:scripts|config|docs|systemd)/[\w./-]*\w)", text):
        assert any((top / path).exists() for top in (ROOT, ROOT / "gateway")) or path in MADE, path
