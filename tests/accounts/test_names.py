"""The account of the control socket sees hidden devices: no token may ever speak for it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.accounts.policy import LOCAL
from gateway.cli import app


@pytest.mark.parametrize(
    ("name", "code"),
    [("alice", 0), ("할머니", 0), ("Local", 0), (LOCAL, 2), ("", 2), ("a\nb", 2), ("x" * 65, 2)],
    ids=ascii,
)
def test_an_account_has_a_name_of_its_own(tmp_path: Path, name: str, code: int) -> None:
    config = tmp_path / "gateway.yaml"
    config.write_text("state_directory: state")
    result = CliRunner().invoke(app, ["accounts", "add", name, "--config", str(config)])
    assert result.exit_code == code, result.output
    listed = CliRunner().invoke(app, ["accounts", "list", "--config", str(config)])
    assert (name in listed.output.split()) is (code == 0)
