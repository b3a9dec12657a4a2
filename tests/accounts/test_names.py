"""The account of the control socket sees hidden devices: no token may ever speak for it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.accounts.users import LOCAL, MAX_NAME, check_name
from gateway.cli import app

GOOD = ["alice", "할머니", "おばあちゃん", "locals", "x" * MAX_NAME]
BAD = [LOCAL.name, "Local", " local ", "", "  ", "a\nb", "a\x1bb", "x" * (MAX_NAME + 1), "\udc80"]


@pytest.mark.parametrize("name", GOOD, ids=ascii)
def test_a_name_is_kept_without_the_space_around_it(name: str) -> None:
    assert check_name(f" {name} ") == name


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        check_name(name)


@pytest.mark.parametrize(("name", "code"), [("할머니", 0), (" alice ", 0), ("Local", 2), ("", 2)], ids=ascii)
def test_an_account_has_a_name_of_its_own(tmp_path: Path, name: str, code: int) -> None:
    config = tmp_path / "gateway.yaml"
    config.write_text("state_directory: state")
    result = CliRunner().invoke(app, ["accounts", "add", name, "--no-password", "--config", str(config)])
    assert result.exit_code == code, result.output
    listed = CliRunner().invoke(app, ["accounts", "list", "--config", str(config)])
    assert (name.strip() in listed.output.split()) is (code == 0)
