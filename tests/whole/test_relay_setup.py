"""scripts/relay-setup on a throw-away server: what it makes holds, twice over; and what it takes away again."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.daemon import Daemon
from tests.fakes.machines import Machine, Server, run, why_not
from tests.fakes.mosquitto import until
from tests.fakes.relay import NAME, clone_to

SETUP = "/srv/clone/scripts/relay-setup"
SSHD = "/usr/sbin/sshd"
PLACES = {
    "/etc/ssh/sshd_config.d/clova-gateway.conf": "root:root 644",
    "/etc/caddy/Caddyfile": "root:root 644",
    "/var/lib/clova-tunnel/.ssh": "clova-tunnel:clova-tunnel 700",
    "/var/lib/clova-tunnel/.ssh/authorized_keys": "clova-tunnel:clova-tunnel 600",
}

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "never"),
    pytest.mark.timeout(120),
]


@pytest.fixture
def server() -> Iterator[Server]:
    with Machine("relay") as machine, Server(machine) as made:
        clone_to(made)
        made.run("sh", "-c", "rm -f /etc/ssh/ssh_host_* && ssh-keygen -qA")
        yield made


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key; the public one is beside it."""
    file = tmp_path_factory.mktemp("key") / "tunnel_key"
    run("ssh-keygen", "-qt", "ed25519", "-N", "", "-C", "gateway", "-f", str(file))
    return file


def public(key: Path) -> str:
    return key.with_suffix(".pub").read_text().strip()


def set_up(server: Server, key: Path, *more: str) -> str:
    return server.run(SETUP, "--name", NAME, "--key", public(key), *more)


def refuses(server: Server, *words: str) -> str:
    """What it says that must fail."""
    done = subprocess.run(server.argv(SETUP, *words), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    return done.stderr


def seen(server: Server) -> dict[str, str]:
    """Its files: whose they are, their mode and what is in them."""
    told = {}
    for place in PLACES:
        told[place] = server.run("stat", "-c", "%U:%G %a", place).strip()
        if server.path(place).is_file():
            told[f"{place}:"] = server.path(place).read_text()
    return told


def test_it_makes_what_sshd_and_caddy_take_and_a_second_time_changes_nothing(server: Server, key: Path) -> None:
    said = set_up(server, key)
    first = seen(server)
    assert {place: first[place] for place in PLACES} == PLACES
    assert server.run(SSHD, "-t") == ""
    server.run("caddy", "validate", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile")
    assert f'url: "https://{NAME}"' in said
    assert f"{NAME} {server.path('/etc/ssh/ssh_host_ed25519_key.pub').read_text().rpartition(' ')[0]}" in said
    users = server.path("/etc/passwd").read_text()
    assert set_up(server, key) == said
    assert seen(server) == first
    assert server.path("/etc/passwd").read_text() == users


def test_ports_of_ones_own_are_in_all_three_places(server: Server, key: Path) -> None:
    set_up(server, key, "--ports", "9001,9002")
    told = "".join(text for place, text in seen(server).items() if place.endswith(":"))
    for port in ("9001", "9002"):
        assert f'permitlisten="localhost:{port}"' in told
        assert f"127.0.0.1:{port}" in told
    assert "PermitListen localhost:9001 localhost:9002\n" in told
    assert "reverse_proxy 127.0.0.1:9001 127.0.0.1:9002 {" in told
    assert "8800" not in told.replace("8800,8810", "")


def test_it_says_what_it_would_do_and_does_nothing(server: Server, key: Path) -> None:
    before = server.path("/etc/passwd").read_text(), server.path("/etc/caddy/Caddyfile").read_text()
    set_up(server, key, "--check")
    assert (server.path("/etc/passwd").read_text(), server.path("/etc/caddy/Caddyfile").read_text()) == before
    assert not server.path("/etc/ssh/sshd_config.d/clova-gateway.conf").exists()


def test_somebodys_own_caddyfile_is_left_alone(server: Server, key: Path) -> None:
    own = "shop.example.com {\n\trespond hello\n}\n"
    server.path("/etc/caddy/Caddyfile").write_text(own)
    assert "somebody's own" in refuses(server, "--name", NAME, "--key", public(key))
    assert server.path("/etc/caddy/Caddyfile").read_text() == own
    assert "clova-tunnel" not in server.path("/etc/passwd").read_text()
    assert not server.path("/etc/ssh/sshd_config.d/clova-gateway.conf").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--name", "localhost", "--key", "KEY"),
        ("--name", "a b.example.com", "--key", "KEY"),
        ("--name", "x.example.com; id", "--key", "KEY"),
        ("--name", NAME, "--key", "-----BEGIN OPENSSH PRIVATE KEY-----"),
        ("--name", NAME, "--key", 'command="id" KEY'),
        ("--name", NAME, "--key", "KEY\nKEY"),
        ("--name", NAME, "--key", "KEY", "--ports", "22"),
        ("--name", NAME, "--key", "KEY", "--ports", "8800,8800"),
        ("--name", NAME, "--key", "KEY", "--ports", "8800;id"),
        ("--name", NAME, "--key", "KEY", "--what"),
        (),
    ],
)
def test_what_is_no_proper_order_changes_nothing(server: Server, key: Path, words: tuple[str, ...]) -> None:
    refuses(server, *(word.replace("KEY", public(key)) for word in words))
    assert "clova-tunnel" not in server.path("/etc/passwd").read_text()
    assert not server.path("/etc/ssh/sshd_config.d/clova-gateway.conf").exists()


def test_what_sshd_would_not_take_is_taken_back(server: Server, key: Path) -> None:
    drop_in = server.path("/srv/clone/config/relay/sshd-clova-gateway.conf")
    drop_in.write_text(drop_in.read_text() + "    NoSuchWord yes\n")
    assert "NoSuchWord" in refuses(server, "--name", NAME, "--key", public(key))
    assert not server.path("/etc/ssh/sshd_config.d/clova-gateway.conf").exists()
    assert server.run(SSHD, "-t") == ""


def test_it_takes_away_what_it_has_made(server: Server, key: Path) -> None:
    users = server.path("/etc/passwd").read_text()
    set_up(server, key)
    server.run(SETUP, "--remove")
    assert not any(server.path(place).exists() for place in PLACES)
    assert not server.path("/var/lib/clova-tunnel").exists()
    assert server.path("/etc/passwd").read_text() == users
    server.run(SETUP, "--remove")
    server.path("/etc/caddy/Caddyfile").write_text("shop.example.com {\n}\n")
    server.run(SETUP, "--remove")
    assert server.path("/etc/caddy/Caddyfile").exists(), "somebody's own"


ALLOWED = ("-N", "-R", "localhost:8800:127.0.0.1:1")
FORBIDDEN = {
    "a shell": (),
    "a command": ("id",),
    "a terminal": ("-tt",),
    "a file": ("-s", "sftp"),
    "another port": ("-N", "-R", "localhost:9999:127.0.0.1:1"),
    "all addresses": ("-N", "-R", "0.0.0.0:8800:127.0.0.1:1"),
    "a socket file": ("-N", "-R", "/tmp/there.sock:127.0.0.1:1"),
    "a port of its choice": ("-N", "-R", "localhost:0:127.0.0.1:1"),
    "a way out": ("-W", "127.0.0.1:22"),
}


async def test_the_key_is_good_for_our_ports_and_for_nothing_else(server: Server, key: Path) -> None:
    set_up(server, key)
    relay = Daemon(*server.argv(SSHD, "-D", "-e"))
    await relay.start()
    await relay.until_said("Server listening on 0.0.0.0")
    try:
        to = ("clova-tunnel@127.0.0.1", "-F", "none", "-i", str(key), "-o", "StrictHostKeyChecking=no")
        silent = ("-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes")
        ssh = server.machine.argv("ssh", *to, *silent)
        line = Daemon(*ssh, *ALLOWED)
        await line.start()
        await until(lambda: "127.0.0.1:8800" in server.run("ss", "-Htln"))
        for what, words in FORBIDDEN.items():
            tried = Daemon(*ssh, *words)
            await tried.start()
            assert await tried.ended() != 0, what
            assert not tried.said("uid=")
        listens = {line.split()[3] for line in server.run("ss", "-Htln").splitlines()}
        assert listens == {"0.0.0.0:22", "[::]:22", "127.0.0.1:8800", "[::1]:8800"}
        assert line.is_running
        await line.stop()
    finally:
        await relay.stop(and_below=True)
