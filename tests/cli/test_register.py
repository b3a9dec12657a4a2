"""`register`: what is typed into CLOVA's console, what is missing for it, and the secret that is made."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest
import typer
from rich.cells import cell_len

from gateway.accounts.users import Role
from gateway.cli import register as registering
from gateway.clova.regions import REGIONS
from gateway.parts import make_client
from tests.cli.process import add, does, gateway, refuses

LINKING = "{client_secret_file: clova_client_secret}"


def write(
    folder: Path, language: str = "en", linking: str = LINKING, url: str = "https://home.test", more: str = ""
) -> None:
    (folder / "config").mkdir(exist_ok=True)
    linked = f", linking: {linking}" if linking else ""
    (folder / "config" / "gateway.yaml").write_text(
        f"home: {{language: {language}}}\nclova: {{extension_id: test.home{linked}}}\n"
        f'public: {{url: "{url}"}}\nstate_directory: ../state\n{more}',
        encoding="utf-8",
    )


def secret_file(folder: Path) -> Path:
    return folder / "config" / "clova_client_secret"


def told(folder: Path, *words: str) -> dict[str, object]:
    found = json.loads(does(folder, "register", "--json", *words))
    assert isinstance(found, dict)
    return found


def test_who_may_not_write_the_secret_is_told_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    write(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(registering, "_write", refuse)
    monkeypatch.setattr(sys, "argv", ["clova-gateway", "register", "--new-secret"])
    with pytest.raises(typer.Exit):
        registering.register(new_secret=True, config=tmp_path / "config" / "gateway.yaml")
    assert capsys.readouterr().err.endswith("Permission denied; use: sudo clova-gateway register --new-secret\n")


def test_a_new_secret_is_made_for_nobody_else_to_read_and_never_in_place_of_another(tmp_path: Path) -> None:
    write(tmp_path)
    file = secret_file(tmp_path)
    missing = does(tmp_path, "register")
    assert f"{file.name}\n\n      clova-gateway register --new-secret\n" in missing
    done = gateway(tmp_path, "register", "--new-secret")
    assert done.returncode == 0, done.stderr
    assert str(file) in done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secret = file.read_text().strip()
    assert len(secret) == 43
    assert secret not in done.stdout + done.stderr
    assert f"in {file} (--show-secret prints it)" in done.stdout
    assert "--replace" in refuses(tmp_path, 1, "register", "--new-secret")
    assert file.read_text().strip() == secret, "the first one is still there"
    again = gateway(tmp_path, "register", "--new-secret", "--replace")
    assert "restart" in again.stderr
    other = file.read_text().strip()
    assert len({other, secret}) == 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()].count(file.name) == len(list(file.parent.iterdir())) - 1
    assert f"  {other}\n" in does(tmp_path, "register", "--show-secret")


def test_the_secret_is_what_the_gateway_goes_by(tmp_path: Path) -> None:
    from gateway.config import load

    write(tmp_path)
    does(tmp_path, "register", "--new-secret")
    client = make_client(load(tmp_path / "config" / "gateway.yaml"))
    assert client is not None
    assert client.redirect_uris == (told(tmp_path)["redirect_uri"],)


def test_json_has_it_all_and_the_secret_only_if_asked(tmp_path: Path) -> None:
    write(tmp_path, linking='{client_secret_file: clova_client_secret, redirect_uris: ["https://test.example/cb"]}')
    does(tmp_path, "register", "--new-secret")
    found = told(tmp_path)
    assert found == {
        "region": "kr",
        "extension_id": "test.home",
        "extension_url": "https://home.test/clova/home",
        "account_linking": True,
        "authorization_uri": "https://home.test/oauth/authorize",
        "client_id": "clova",
        "privacy_policy_url": "https://home.test/privacy",
        "scope": "home",
        "access_token_uri": "https://home.test/oauth/token",
        "refresh_token_uri": "https://home.test/oauth/token",
        "client_secret": None,
        "client_authentication": "HTTP Basic",
        "redirect_uri": REGIONS["kr"].redirect_uri,
        "further_redirect_uris": ["https://test.example/cb"],
        "revocation_uri": "https://home.test/oauth/revoke",
        "missing": [{"what": "There is no account that can sign in.", "add": "clova-gateway accounts add NAME"}],
    }
    assert told(tmp_path, "--show-secret")["client_secret"] == secret_file(tmp_path).read_text().strip()
    assert not (tmp_path / "state").exists(), "nothing is made by looking"


@pytest.mark.parametrize(
    ("language", "label", "missing"),
    [
        ("ko", "로그인 URL", "아직 준비되지 않은 것"),
        ("ja", "ログインURL", "まだ準備できていないもの"),
        ("en", "Login URL", "Still missing"),
    ],
)
def test_it_is_aligned_and_in_the_language_of_the_home(tmp_path: Path, language: str, label: str, missing: str) -> None:
    write(tmp_path, language)
    said = does(tmp_path, "register")
    assert label in said
    assert f"\n{missing}\n" in said
    rows = [line for line in said.splitlines() if "https://" in line and line.startswith("  ") and "url:" not in line]
    assert len(rows) == 7
    assert len({cell_len(row[: row.index("https://")]) for row in rows}) == 1


def test_each_thing_that_is_missing_comes_with_what_to_add(tmp_path: Path) -> None:
    write(tmp_path, linking="", url="")
    said = does(tmp_path, "register")
    assert "public:\n        url: https://" in said
    assert "linking:\n          client_secret_file: clova_client_secret" in said
    assert "https://.../clova/home" in said
    assert "linking" in refuses(tmp_path, 2, "register", "--new-secret")
    write(tmp_path, url="http://home.test")
    secret_file(tmp_path).write_text("too short")
    secret_file(tmp_path).chmod(0o600)
    add(tmp_path, "me")
    said = does(tmp_path, "register")
    assert "CLOVA wants an https address." in said
    assert "clova-gateway register --new-secret --replace" in said
    assert "clova-gateway accounts password me" in said
    add(tmp_path, "mum", password="a good password")
    done = gateway(tmp_path, "register")
    assert "accounts" not in done.stdout + done.stderr
    assert not [line for line in done.stdout.splitlines() if line.endswith(" ")]


def test_what_the_example_says_counts_as_missing(tmp_path: Path) -> None:
    write(tmp_path, url="https://home.example.com")
    file = tmp_path / "config" / "gateway.yaml"
    file.write_text(file.read_text().replace("test.home", "com.example.extension.home"))
    missing = told(tmp_path)["missing"]
    assert "(example: com.example.extension.home)" in str(missing)
    assert "(example: https://home.example.com)" in str(missing)
    write(tmp_path, url="https://example.com.test")
    assert "(example:" not in str(told(tmp_path)["missing"])


@pytest.mark.parametrize(
    ("url", "noted"),
    [
        ("https://home.test:8443", True),
        ("http://home.test:443", True),
        ("https://home.test:443", False),
        ("http://home.test:80", False),
        ("https://home.test", False),
    ],
)
def test_a_port_that_clova_does_not_speak_to_is_noted(tmp_path: Path, url: str, noted: bool) -> None:
    write(tmp_path, url=url)
    assert ("speaks to port 443 only" in gateway(tmp_path, "register").stderr) is noted


def test_a_secret_that_is_short_can_be_replaced(tmp_path: Path) -> None:
    write(tmp_path)
    secret_file(tmp_path).write_text("too short")
    secret_file(tmp_path).chmod(0o600)
    does(tmp_path, "register", "--new-secret", "--replace")
    assert len(secret_file(tmp_path).read_text().strip()) == 43


def test_a_home_without_an_owner_is_told_of(tmp_path: Path) -> None:
    write(tmp_path)
    add(tmp_path, "me", Role.MEMBER, password="a good password")
    said = gateway(tmp_path, "register").stderr
    assert "no owner can sign in" in said
    assert "clova-gateway accounts limit NAME --role owner" in said


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    secret_file(tmp_path).write_text("0123456789" * 4)
    secret_file(tmp_path).chmod(0o644)
    said = refuses(tmp_path, 2, "register", "--show-secret")
    assert "chmod o=" in said
    assert "0123456789" not in said


def test_another_mistake_is_told_and_the_secret_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME_URL", "https://from.the.environment")
    write(tmp_path, url="${HOME_URL}", more="mqtt: {url: 'mqtt://broker.lan', username: me, password_file: nowhere}\n")
    assert "https://from.the.environment/clova/home" in does(tmp_path, "register")
    said = refuses(tmp_path, 2, "register", "--new-secret")
    assert "nowhere is not there" in said
    assert len(secret_file(tmp_path).read_text().strip()) == 43


def test_a_file_with_a_mistake_of_its_own_makes_nothing(tmp_path: Path) -> None:
    write(tmp_path, more="clovaa: 1\n")
    assert "unknown key 'clovaa'" in refuses(tmp_path, 2, "register", "--new-secret")
    assert not secret_file(tmp_path).exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    write(tmp_path, linking="{client_secret_file: no/such/folder}")
    assert "no/such/folder cannot be written" in refuses(tmp_path, 1, "register", "--new-secret")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_what_root_makes_belongs_to_whoever_runs_the_service(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "state").mkdir()
    os.chown(tmp_path / "state", 12345, 12346)
    does(tmp_path, "register", "--new-secret")
    made = secret_file(tmp_path).stat()
    assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (12345, 12346, 0o600)
