"""The `tunnel` section: what is read, and every mistake with its place."""

from pathlib import Path

import pytest

from gateway.config.tunnel import SshSection
from tests.config.test_load import loaded, mistakes

SSH = "host: vps.my.net, user: me, key_file: key, known_hosts: known_hosts"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Beside the configuration: a key that is kept well, one that is not, and the relay's."""
    for name, mode in (("key", 0o600), ("open", 0o604), ("known_hosts", 0o644)):
        (tmp_path / name).write_text("it", encoding="utf-8")
        (tmp_path / name).chmod(mode)
    return tmp_path


def test_the_ssh_tunnel_is_read(files: Path) -> None:
    found = loaded(files, f"tunnel: {{ssh: {{{SSH}, port: 2222, remote_ports: [9000], bind: 10.0.0.1}}}}").config.tunnel
    assert found is not None
    assert found.command is None
    assert found.ssh is not None
    assert (found.ssh.host, found.ssh.port, found.ssh.user) == ("vps.my.net", 2222, "me")
    assert (found.ssh.remote_ports, found.ssh.bind) == ((9000,), "10.0.0.1")


def test_what_is_left_out_is_as_relay_setup_has_it(files: Path) -> None:
    found = loaded(files, f"tunnel: {{ssh: {{{SSH}}}}}").config.tunnel
    assert found is not None
    assert found.ssh is not None
    assert (found.ssh.port, found.ssh.remote_ports, found.ssh.bind) == (22, (8800, 8810, 8820, 8830), "localhost")
    script = (Path(__file__).parents[2] / "scripts" / "relay-setup").read_text(encoding="utf-8")
    assert f"ports={','.join(map(str, found.ssh.remote_ports))}" in script


def test_a_program_is_read(files: Path) -> None:
    found = loaded(files, "tunnel: {command: [cloudflared, tunnel, run, home]}").config.tunnel
    assert found is not None
    assert found.command == ("cloudflared", "tunnel", "run", "home")


def test_without_the_section_there_is_no_tunnel(files: Path) -> None:
    assert loaded(files, "tunnel:\n").config.tunnel is None


MISTAKES = [
    ("tunnel: {}", ("1:1: tunnel: one of ssh and command is expected",)),
    (f"tunnel: {{ssh: {{{SSH}}}, command: [a]}}", ("1:1: tunnel: one of ssh and command is expected",)),
    (
        "tunnel: {ssh: {}}",
        tuple(f"1:10: tunnel.ssh: the key {key!r} is missing" for key in ("host", "key_file", "known_hosts", "user")),
    ),
    ("tunnel: {comand: [a]}", ("1:10: tunnel.comand: unknown key 'comand'; did you mean 'command'?",)),
    (f"tunnel: {{ssh: {{{SSH}, key: x}}}}", ("1:85: tunnel.ssh.key: unknown key 'key'",)),
    (f"tunnel: {{ssh: {{{SSH}, port: 70000}}}}", ("1:85: tunnel.ssh.port: at most 65535 is expected",)),
    (f"tunnel: {{ssh: {{{SSH}, port: '22'}}}}", ("1:85: tunnel.ssh.port: a whole number is expected",)),
    (f"tunnel: {{ssh: {{{SSH}, remote_ports: []}}}}", ("1:85: tunnel.ssh.remote_ports: at least 1 is expected",)),
    (
        f"tunnel: {{ssh: {{{SSH}, remote_ports: [1, 2, 1]}}}}",
        ("1:85: tunnel.ssh.remote_ports: each of the remote ports once",),
    ),
    (
        f"tunnel: {{ssh: {{{SSH}, remote_ports: [1, x]}}}}",
        ("1:103: tunnel.ssh.remote_ports[1]: a whole number is expected",),
    ),
    (
        f"tunnel: {{ssh: {{{SSH}, bind: 'a b'}}}}",
        ("1:85: tunnel.ssh.bind: an address of the relay such as localhost is expected",),
    ),
    ("tunnel: {command: [a, 1]}", ("1:23: tunnel.command[1]: a word is expected; put quotes around it",)),
]
"""A file, and its mistakes."""


@pytest.mark.parametrize(("text", "told"), MISTAKES)
def test_every_mistake_is_told_with_its_place(files: Path, text: str, told: tuple[str, ...]) -> None:
    assert mistakes(files, text) == told


@pytest.mark.parametrize("host", ["me@vps.my.net", "vps.my.net:22", "ssh://vps", "-oProxyCommand=x", "a b"])
def test_a_host_is_a_name_alone(files: Path, host: str) -> None:
    (told,) = mistakes(files, f"tunnel: {{ssh: {{{SSH.replace('vps.my.net', repr(host))}}}}}")
    assert told == ("1:16: tunnel.ssh.host: a name or an address such as vps.example.com is expected, without a port")


@pytest.mark.parametrize("user", ["me you", "-x", "", "me\n"])
def test_a_user_is_a_name(files: Path, user: str) -> None:
    text = f'tunnel:\n  ssh:\n    user: "{user!r}"\n    host: vps\n    key_file: key\n    known_hosts: known_hosts\n'
    (told,) = mistakes(files, text.replace("'", ""))
    assert told.startswith("3:5: tunnel.ssh.user: the name of a user of the relay is expected")


@pytest.mark.parametrize("key", ["key_file", "passphrase_file"])
def test_a_key_that_others_may_read_is_refused(files: Path, key: str) -> None:
    text = SSH.replace("key_file: key", "key_file: open") if key == "key_file" else f"{SSH}, {key}: open"
    (told,) = mistakes(files, f"tunnel: {{ssh: {{{text}}}}}")
    assert f"tunnel.ssh.{key}: others may read it, and it is a secret: chmod o= {files / 'open'}" in told


@pytest.mark.parametrize("key", ["key_file", "known_hosts"])
def test_a_file_that_is_not_there_is_named(files: Path, key: str) -> None:
    (files / SSH.partition(f"{key}: ")[2].partition(",")[0]).unlink()
    (told,) = mistakes(files, f"tunnel: {{ssh: {{{SSH}}}}}")
    assert f"tunnel.ssh.{key}: {files}" in told
    assert "is not there" in told


def test_known_hosts_that_are_not_there_are_asked_for(files: Path) -> None:
    (files / "known_hosts").unlink()
    (told,) = mistakes(files, f"tunnel: {{ssh: {{{SSH}}}}}")
    assert "ssh-keyscan" in told


def test_files_among_the_credentials_are_found(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = files / "credentials"
    folder.mkdir()
    (files / "key").rename(folder / "key")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    found = loaded(files, f"tunnel: {{ssh: {{{SSH}}}}}")
    assert found.path(Path("key")) == folder / "key"


def test_every_key_says_what_it_is_for() -> None:
    told = {name for name, field in SshSection.model_fields.items() if field.description}
    assert {"key_file", "passphrase_file", "known_hosts", "remote_ports", "bind"} <= told
