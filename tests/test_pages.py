"""The pages for people: what they show can be used, and every command that they name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from gateway.cli import app
from gateway.config import load
from gateway.config.difference import LIVE
from gateway.starting_words import COMMENTS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md"])
SHOWN = ("docs/recipes.md", "docs/locks.md", "docs/api.md", "README.ko.md", "README.ja.md")
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


@pytest.mark.parametrize("page", ["README.ko.md", "README.ja.md", "docs/recipes.md"])
def test_what_is_shown_first_needs_no_file_that_the_reader_has_not(page: str, tmp_path: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    first, *_ = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    file = tmp_path / "gateway.yaml"
    file.write_text(first, encoding="utf-8")
    assert load(file).config.mqtt is not None
    for secret in re.findall(r"password_file: (\w+)", text):
        assert f"/dev/stdin /etc/clova-gateway/{secret}" in text  # how it is made
    assert set(re.findall(r"username: ([\w-]+)[,}]", text)) == {"clova-gateway"}  # as scripts/install makes it


def test_what_is_applied_while_it_runs_is_said_whole() -> None:
    text = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"Applied while it runs: (.*?)\. Everything else", text, re.DOTALL)
    assert re.findall(r"`([^`]+)`", told) == [".".join(place) for place in LIVE]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_place_of_a_page_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name, place in re.findall(r"\]\(([\w/.-]*\.md)?#([^)\s]+)\)", text):
        other = (page.parent / name) if name else page
        heads = re.findall(r"(?m)^#+ (.*)$", other.read_text(encoding="utf-8"))
        places = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
        assert place in places, f"{name}#{place}"


def test_japanese_says_kiki() -> None:
    text = (ROOT / "README.ja.md").read_text(encoding="utf-8") + "".join(COMMENTS["ja"].values())
    assert "デバイス" not in text.replace("デバイス検索", "")  # CLOVA's own word


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
