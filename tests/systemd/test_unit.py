"""The unit and its drop-ins as files: how much they leave open, and that they know every secret there is."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gateway.config import load
from tests.systemd.machine import FOLDER, drop_in

UNIT = FOLDER / "clova-gateway.service"
EXPOSURE = 11
"""In tenths: no network daemon of Debian has less than 12."""
SECRETS = """
mqtt: {url: "mqtts://a.lan:8883", username: g, password_file: mqtt_password, cert: gateway.pem, key: gateway.key}
public: {url: "https://home.example.com", tls: {cert: fullchain.pem, key: privkey.pem}}
tunnel:
  ssh: {host: a.example, user: t, key_file: tunnel_key, passphrase_file: tunnel_passphrase, known_hosts: known_hosts}
clova:
  extension_id: com.example.extension.home
  linking: {client_id: clova, client_secret_file: clova_client_secret}
  push: {secret_file: clova_push_secret}
"""
BESIDE = {"gateway.pem", "known_hosts"}
"""No secrets: they stay where the file is."""

analyzed = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def credentials() -> set[str]:
    return set(re.findall(r"^LoadCredential=([^:]+):/", drop_in("credentials.conf"), re.MULTILINE))


@analyzed
def test_the_unit_leaves_no_more_open_than_it_needs() -> None:
    argv = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", str(UNIT)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stdout[-200:]


def test_each_secret_of_the_file_has_its_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "credentials"
    kept.mkdir()
    for folder, names in ((kept, credentials()), (tmp_path, BESIDE)):
        for name in names:
            (folder / name).write_text("x" * 40, encoding="utf-8")
            (folder / name).chmod(0o400)
    file = tmp_path / "gateway.yaml"
    file.write_text(SECRETS, encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(kept))
    loaded = load(file)
    assert {name for name in credentials() if loaded.path(Path(name)).parent == kept} == credentials()
    assert set(re.findall(r"(?:file|key|cert): (\w[\w.]*)", SECRETS)) - BESIDE == credentials()


@pytest.mark.parametrize("name", sorted(path.name for path in (FOLDER / "drop-ins").iterdir()))
def test_a_drop_in_does_nothing_until_it_is_uncommented(name: str) -> None:
    text = (FOLDER / "drop-ins" / name).read_text("utf-8")
    assert [line for line in text.splitlines() if line and not line.startswith("#")] == ["[Service]"]
    assert len(re.findall("^[A-Z][A-Za-z]+=", drop_in(name), re.MULTILINE)) > 3


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.*")), ids=lambda path: path.name)
def test_the_lines_can_be_read_at_a_terminal(path: Path) -> None:
    if path.is_file():
        assert max(map(len, path.read_text("utf-8").splitlines())) <= 132
