"""The tunnel against a real OpenSSH sshd: that it carries what it should, and comes back from all that can end it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from gateway.config.tunnel import TunnelSection
from gateway.links import tunnel as subject
from gateway.links import tunnel_names, tunnel_ssh
from gateway.links.tunnel import SshTunnel
from gateway.links.tunnel_names import Names
from gateway.links.tunnel_server import Line, SshServer
from tests.fakes.mosquitto import free_port, until
from tests.fakes.sshd import ALIVE, Sshd, Wire, new_key, sshd


class Door:
    """Our public door: answers a request, which ends with the end of the stream, with its length and digest."""

    def __init__(self) -> None:
        self.open = 0
        self.reads = asyncio.Event()
        self.reads.set()
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            await self.reads.wait()
            body = await reader.read(-1)
            writer.write(f"{len(body)} {sha256(body).hexdigest()}\n".encode() + body)
            await writer.drain()
        except OSError:
            """Whoever asked has gone."""
        finally:
            self.open -= 1
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def door() -> AsyncIterator[Door]:
    made = Door()
    async with await asyncio.start_server(made.answer, "127.0.0.1", 0) as server:
        made.port = server.sockets[0].getsockname()[1]
        yield made


@asynccontextmanager
async def running(server: SshServer, target: int, **more: Any) -> AsyncIterator[SshTunnel]:
    tunnel = SshTunnel(server, lambda: ("127.0.0.1", target), **more)
    task = asyncio.create_task(tunnel.run())
    try:
        yield tunnel
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def relay() -> AsyncIterator[Sshd]:
    async with sshd() as made:
        yield made


@pytest.fixture
async def home() -> AsyncIterator[Door]:
    async with door() as made:
        yield made


async def ask(port: int, body: bytes = b"hello") -> bytes:
    """A request from outside, by one of the relay's ports."""
    reader, writer = await asyncio.open_connection("localhost", port)
    try:
        writer.write(body)
        writer.write_eof()
        head = await reader.readline()
        assert head == f"{len(body)} {sha256(body).hexdigest()}\n".encode()
        return await reader.read(-1)
    finally:
        await end(writer)


async def end(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


async def reaches(port: int) -> bool:
    try:
        async with asyncio.timeout(1):
            return await ask(port) == b"hello"
    except (OSError, AssertionError):
        return False


def all_up(tunnel: SshTunnel) -> Callable[[], bool]:
    return lambda: all(line.is_up for line in tunnel.lines)


class Times:
    """When the tunnel changed, and how it was then."""

    def __init__(self) -> None:
        self.tunnel: SshTunnel | None = None
        self.seen: list[tuple[float, str, tuple[Line, ...]]] = []

    def __call__(self) -> None:
        if self.tunnel is not None:
            self.seen.append((time.monotonic(), self.tunnel.state, self.tunnel.lines))

    def first(self, true: Callable[[tuple[Line, ...]], object]) -> float:
        """When something came about first, by the monotonic clock; 0 where it has not."""
        return next((when for when, _, lines in self.seen if true(lines)), 0.0)


async def test_both_ports_of_the_relay_reach_the_door(relay: Sshd, home: Door) -> None:
    async with running(relay.server(), home.port) as tunnel:
        assert tunnel.state == "connecting"
        await until(all_up(tunnel))
        assert tunnel.state == "connected"
        assert tunnel.is_up
        assert [line.port for line in tunnel.lines] == list(relay.remote_ports)
        assert all(abs(line.since - time.time()) < 10 and not line.why for line in tunnel.lines)
        for port in relay.remote_ports:
            assert await ask(port) == b"hello"


async def test_one_remote_port_is_enough(relay: Sshd, home: Door) -> None:
    async with running(relay.server(remote_ports=relay.remote_ports[:1]), home.port) as tunnel:
        await until(all_up(tunnel))
        assert tunnel.state == "connected"
        assert len(tunnel.lines) == 1
        assert await ask(relay.remote_ports[0]) == b"hello"


async def test_many_requests_at_once_come_through_unharmed(relay: Sshd, home: Door) -> None:
    bodies = [os.urandom(60_000) for _ in range(64)]
    async with running(relay.server(), home.port) as tunnel:
        await until(all_up(tunnel))
        both = relay.remote_ports * 32
        assert await asyncio.gather(*map(ask, both, bodies)) == bodies
        await until(lambda: home.open == 0)


async def test_who_sends_more_than_the_door_reads_is_held_back(relay: Sshd, home: Door) -> None:
    home.reads.clear()
    body = os.urandom(32 * 1024 * 1024)
    async with running(relay.server(), home.port) as tunnel:
        await until(all_up(tunnel))
        reader, writer = await asyncio.open_connection("localhost", relay.remote_ports[0])
        writer.transport.set_write_buffer_limits(high=1)
        writer.write(body)
        left = writer.transport.get_write_buffer_size
        await until(lambda: home.open == 1)
        held: list[int] = []
        while len(held) < 50 or held[-1] != held[-50]:  # fifty looks at which nothing has moved
            held.append(left())
            await others_turn()
        assert held[-1] > len(body) - 16 * 1024 * 1024
        home.reads.set()
        writer.write_eof()
        head = await reader.readline()
        assert head == f"{len(body)} {sha256(body).hexdigest()}\n".encode()
        assert await reader.read(-1) == body
        await end(writer)


async def others_turn() -> None:
    """Let the other processes of this machine do something."""
    await (await asyncio.create_subprocess_exec("true")).wait()


@pytest.mark.alone
async def test_a_restarted_sshd_is_found_again_at_once(relay: Sshd, home: Door) -> None:
    async with running(relay.server(), home.port) as tunnel:
        await until(all_up(tunnel))
        relay.stop()
        await until(lambda: tunnel.state.startswith("down: no connection to the relay"))
        await relay.start()
        start = time.monotonic()
        await until(lambda: tunnel.is_up)
        assert time.monotonic() - start < 3
        await until(all_up(tunnel))
        for port in relay.remote_ports:
            assert await ask(port) == b"hello"


@pytest.mark.alone
async def test_a_reset_of_one_connection_is_mended_at_once_and_the_other_serves(relay: Sshd, home: Door) -> None:
    async with Wire(relay.port) as wire:
        relay.pin(wire.port)
        async with running(relay.server(port=wire.port), home.port) as tunnel:
            await until(all_up(tunnel))
            wire.reset(1)
            start = time.monotonic()
            await until(lambda: not all_up(tunnel)())
            assert tunnel.state.startswith("connected on one of two: the connection broke off")
            up = next(line.port for line in tunnel.lines if line.is_up)
            assert up is not None
            assert await ask(up) == b"hello"
            await until(all_up(tunnel))
            assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    ("ports", "extra"),
    [(2, ALIVE), (4, "ClientAliveInterval 0")],
    ids=["the relay notices, too", "the relay holds the old ports for ever, and there are spare ones"],
)
async def test_after_a_silence_the_next_connection_serves(home: Door, ports: int, extra: str) -> None:
    times = Times()
    async with sshd(ports, extra) as relay, Wire(relay.port) as wire:
        relay.pin(wire.port)
        async with running(relay.server(port=wire.port), home.port, on_change=times) as tunnel:
            await until(all_up(tunnel))
            times.tunnel = tunnel
            wire.silence()
            start, began = time.monotonic(), time.time()
            await until(lambda: len(wire.tried) >= 4 and tunnel.state == "connected", 20)
            noticed = times.first(lambda lines: any("fell silent" in line.why for line in lines)) - start
            assert 3.5 < noticed < 6.5
            serves = times.first(lambda lines: any(line.is_up and line.since > began for line in lines)) - start
            assert noticed < serves < 8
            assert {line.port for line in tunnel.lines} == set(relay.remote_ports[-2:])
            for line in tunnel.lines:
                assert await ask(line.port or 0) == b"hello"


@pytest.mark.alone
async def test_a_frozen_sshd_is_given_up(relay: Sshd, home: Door) -> None:
    async with running(relay.server(), home.port) as tunnel:
        await until(all_up(tunnel))
        frozen = relay.sessions()[1]  # of each connection the second process has its socket
        os.kill(frozen, signal.SIGSTOP)
        start = time.monotonic()
        await until(lambda: not all_up(tunnel)())
        assert time.monotonic() - start < 8
        assert tunnel.state.startswith("connected on one of two: ")
        os.kill(frozen, signal.SIGKILL)
        await until(all_up(tunnel))


async def test_a_port_that_is_held_is_waited_for_and_the_other_serves(relay: Sshd, home: Door) -> None:
    at = ("", relay.remote_ports[0])
    with closing(socket.create_server(at, family=socket.AF_INET6, dualstack_ipv6=True)) as held:
        async with running(relay.server(), home.port) as tunnel:
            await until(lambda: tunnel.state.startswith("connected on one of two: the relay does not give us its port"))
            assert [line.is_up for line in tunnel.lines] == [False, True]
            assert await ask(relay.remote_ports[1]) == b"hello"
            held.close()
            await until(all_up(tunnel))


@pytest.mark.parametrize("algorithm", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
async def test_a_changed_host_key_is_never_connected_to(relay: Sshd, home: Door, algorithm: str) -> None:
    async with Wire(relay.port) as wire:
        relay.pin(wire.port)
        relay.stop()
        relay.new_host_key(algorithm, pin=False)
        await relay.start()
        with capture_logs() as logs:
            async with running(relay.server(port=wire.port), home.port) as tunnel:
                await until(lambda: "host key" in tunnel.state)
                assert tunnel.state.startswith("stopped: the relay's host key has changed")
                assert "SHA256:" in tunnel.state
                assert f"ssh-keyscan -p {wire.port} 127.0.0.1" in tunnel.state
                assert not tunnel.is_up
                assert "Accepted" not in relay.said()
                relay.pin(wire.port)
                await until(all_up(tunnel))
                assert tunnel.state == "connected"
                assert len(wire.tried) == 3  # the one that was refused, and the two that are up
        assert any(entry["log_level"] == "error" for entry in logs)


async def test_keys_that_break_while_all_is_well_are_said_at_once(
    relay: Sshd, home: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "LOOK_SECONDS", 0.01)
    async with running(relay.server(), home.port) as tunnel:
        await until(all_up(tunnel))
        relay.known_hosts.unlink()
        await until(lambda: tunnel.state.startswith("connected; stopped: "))
        assert await ask(relay.remote_ports[0]) == b"hello"
        relay.pin(relay.port)
        await until(lambda: tunnel.state == "connected")


async def test_a_line_that_lives_is_left_alone_when_the_host_key_changes(relay: Sshd, home: Door) -> None:
    async with Wire(relay.port) as wire, sshd() as foreign:
        relay.pin(wire.port)
        async with running(relay.server(port=wire.port), home.port) as tunnel:
            await until(all_up(tunnel))
            wire.to = foreign.port
            wire.reset(1)
            await until(lambda: "host key" in tunnel.state)
            assert tunnel.state.startswith("connected on one of two; stopped: the relay's host key has changed")
            wire.reset(1)
            await until(lambda: not tunnel.is_up)
            assert tunnel.state.startswith("stopped: the relay's host key has changed")
            assert len(wire.tried) == 3


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda relay: relay.known_hosts.unlink(), "known_hosts cannot be read: No such file"),
        (lambda relay: relay.known_hosts.write_text(""), "has no host key of [127.0.0.1]:"),
        (lambda relay: relay.known_hosts.write_text("nonsense"), "is not in OpenSSH's format"),
        (lambda relay: relay.pin(1, "elsewhere.example.com"), "has no host key of [127.0.0.1]:"),
        (lambda relay: relay.key_file.unlink(), "tunnel_key: cannot be read: No such file"),
        (lambda relay: relay.key_file.chmod(0o644), "others may read it, and it is a secret"),
        (lambda relay: relay.key_file.write_text("nonsense"), "cannot be used: "),
    ],
)
async def test_without_good_files_nothing_is_tried_until_they_are_changed(
    relay: Sshd, home: Door, spoil: Callable[[Sshd], None], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "LOOK_SECONDS", 0.01)
    async with Wire(relay.port) as wire:
        relay.pin(wire.port)
        good = relay.key_file.read_bytes(), relay.known_hosts.read_text()
        spoil(relay)
        async with running(relay.server(port=wire.port), home.port) as tunnel:
            await until(lambda: tunnel.state.startswith("stopped: "))
            assert why in tunnel.state
            assert not wire.tried
            relay.key_file.write_bytes(good[0])
            relay.key_file.chmod(0o600)
            relay.known_hosts.write_text(good[1])
            await until(all_up(tunnel))


async def test_a_key_with_a_passphrase(relay: Sshd, home: Door) -> None:
    key = asyncssh.import_private_key(relay.key_file.read_bytes())
    relay.key_file.write_bytes(key.export_private_key(passphrase="한 마디", rounds=64))
    async with running(relay.server(passphrase="다른 말"), home.port) as tunnel:
        await until(lambda: "wants another passphrase" in tunnel.state)
    async with running(relay.server(passphrase="한 마디"), home.port) as tunnel:
        await until(all_up(tunnel))
    assert "마디" not in repr(relay.server(passphrase="한 마디"))


@pytest.mark.parametrize(
    ("refuse", "why"),
    [
        (lambda relay: relay.authorize(new_key()), "down: the relay refuses our key for the user"),
        (lambda relay: _only(relay), "down: the relay does not give us its port"),
    ],
    ids=["auth", "forward"],
)
async def test_who_refuses_us_is_asked_more_and_more_seldom(
    relay: Sshd, home: Door, refuse: Callable[[Sshd], None], why: str
) -> None:
    refuse(relay)
    async with Wire(relay.port) as wire:
        relay.pin(wire.port)
        async with running(relay.server(port=wire.port), home.port) as tunnel:
            await until(lambda: len(wire.tried) >= 7, 30)
            assert tunnel.state.startswith(why)
        pauses = [after - before for before, after in pairwise(wire.tried)]
        assert min(pauses) >= 0.99
        assert wire.tried[-1] - wire.tried[0] > 7  # each of two lines after 1, 2 and 4 seconds


def _only(relay: Sshd) -> None:
    relay.authorize(asyncssh.import_private_key(relay.key_file.read_bytes()), listen=False)


async def test_who_says_nothing_or_nonsense_is_no_relay(
    relay: Sshd, home: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tunnel_ssh, "LOGIN_SECONDS", 0.2)
    words = [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n" + os.urandom(200)]
    whys = ["let us connect, and then said nothing", "the relay", "the relay"]
    for said, why in zip(words, whys, strict=True):

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes = said) -> None:
            writer.write(said)
            await say_nothing(reader, writer)

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            relay.pin(port)
            async with running(relay.server(port=port), home.port) as tunnel:
                await until(lambda: tunnel.state.startswith("down: "))
                assert why in tunnel.state
                assert tunnel.state.isprintable()


@pytest.mark.alone
async def test_an_end_of_ours_is_quick_and_leaves_nothing(relay: Sshd, home: Door) -> None:
    home.reads.clear()
    before = asyncio.all_tasks()
    sockets = _sockets()
    async with running(relay.server(), home.port) as tunnel:
        await until(all_up(tunnel))
        asking = [asyncio.create_task(ask(port)) for port in relay.remote_ports for _ in range(5)]
        await until(lambda: home.open == 10)
        start = time.monotonic()
    assert time.monotonic() - start < 1
    home.reads.set()
    assert all(
        isinstance(one, OSError | AssertionError) for one in await asyncio.gather(*asking, return_exceptions=True)
    )
    await until(lambda: home.open == 0)
    await until(lambda: asyncio.all_tasks() == before)
    await until(lambda: _sockets() == sockets)
    await until(lambda: not relay.sessions())


def _sockets() -> int:
    """How many are open in this process."""
    found = 0
    for file in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # that of this very listing
            found += str(file.readlink()).startswith("socket:")
    return found


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        await reader.read(-1)
    writer.close()


@pytest.mark.alone
@pytest.mark.parametrize("at", ["nowhere", "silent"])
async def test_an_end_of_ours_while_it_connects_is_quick(relay: Sshd, home: Door, at: str) -> None:
    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        port = free_port() if at == "nowhere" else silent.sockets[0].getsockname()[1]
        relay.pin(port)
        before = asyncio.all_tasks()
        async with running(relay.server(port=port), home.port) as tunnel:
            await until(lambda: tunnel._turns._one.locked())
            start = time.monotonic()
        assert time.monotonic() - start < 1
        assert asyncio.all_tasks() == before


async def test_who_comes_while_the_door_is_closed_is_let_go(relay: Sshd) -> None:
    async with running(relay.server(), free_port()) as tunnel:
        await until(all_up(tunnel))
        assert not await reaches(relay.remote_ports[0])
        assert tunnel.state == "connected"


async def test_no_more_than_so_many_at_once(relay: Sshd, home: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tunnel_ssh, "MAX_AT_ONCE", 3)
    home.reads.clear()
    async with running(relay.server(), home.port) as tunnel:
        await until(all_up(tunnel))
        port = relay.remote_ports[0]
        asking = [asyncio.create_task(ask(port)) for _ in range(3)]
        await until(lambda: home.open == 3)
        assert not await reaches(port)
        home.reads.set()
        assert await asyncio.gather(*asking) == [b"hello"] * 3
        assert await reaches(port)


async def test_each_change_is_told(relay: Sshd, home: Door) -> None:
    times = Times()
    async with running(relay.server(), home.port, on_change=times) as tunnel:
        times.tunnel = tunnel
        await until(all_up(tunnel))
        relay.stop()
        await until(lambda: not tunnel.is_up)
        states = [state.split(":")[0] for _, state, _ in times.seen]
        assert states[0].startswith("connect")
        assert "connected" in states
        assert states[-1] == "down"


class Resolver:
    """Instead of getaddrinfo."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = hosts
        self.asked = 0
        self.hangs = threading.Event()
        self.hangs.set()

    def __call__(self, _host: str, port: int, **_: Any) -> list[Any]:
        self.asked += 1
        self.hangs.wait(30)
        if not self.hosts:
            raise socket.gaierror(-3, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in self.hosts]


def named(relay: Sshd, resolver: Resolver, port: int | None = None) -> dict[str, Any]:
    relay.pin(port or relay.port, "relay.example.com")
    return {"names": Names("relay.example.com", port or relay.port, resolver)}


async def test_an_address_that_does_not_answer_is_passed_over(relay: Sshd, home: Door) -> None:
    more = named(relay, Resolver("127.0.0.2", "127.0.0.1"))  # sshd listens at the second only
    async with running(relay.server(host="relay.example.com"), home.port, **more) as tunnel:
        await until(all_up(tunnel))


async def test_without_a_name_the_last_good_address_serves(relay: Sshd, home: Door) -> None:
    resolver = Resolver("127.0.0.1")
    async with Wire(relay.port) as wire:
        more = named(relay, resolver, wire.port)
        async with running(relay.server(host="relay.example.com", port=wire.port), home.port, **more) as tunnel:
            await until(all_up(tunnel))
            resolver.hosts = ()
            wire.reset()
            await until(lambda: not all_up(tunnel)())
            await until(all_up(tunnel))
            assert resolver.asked >= 3


async def test_a_foreign_key_at_an_address_of_the_past_does_not_stop_the_tunnel(relay: Sshd, home: Door) -> None:
    resolver = Resolver("127.0.0.1")
    async with Wire(relay.port) as wire, sshd() as foreign:
        more = named(relay, resolver, wire.port)
        async with running(relay.server(host="relay.example.com", port=wire.port), home.port, **more) as tunnel:
            await until(all_up(tunnel))
            resolver.hosts = ()
            wire.to = foreign.port
            wire.reset()
            await until(lambda: "at the address it had" in tunnel.state)
            assert tunnel.state.startswith("down: ")
            wire.to = relay.port
            await until(all_up(tunnel))


async def test_a_name_that_nobody_knows_is_said(relay: Sshd, home: Door) -> None:
    more = named(relay, Resolver())
    async with running(relay.server(host="relay.example.com"), home.port, **more) as tunnel:
        await until(lambda: tunnel.state.startswith("down: the name relay.example.com was not found: "))


@pytest.mark.alone
async def test_a_resolver_that_hangs_is_asked_once_and_holds_nobody_up(
    relay: Sshd, home: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tunnel_names, "LOOK_UP_SECONDS", 0.05)
    resolver = Resolver("127.0.0.1")
    resolver.hangs.clear()
    more = named(relay, resolver)
    try:
        async with running(relay.server(host="relay.example.com"), home.port, **more) as tunnel:
            await until(lambda: "was not found" in tunnel.state)
            await until(lambda: all("was not found" in line.why for line in tunnel.lines))
            assert resolver.asked == 1
            start = time.monotonic()
        assert time.monotonic() - start < 1
    finally:
        resolver.hangs.set()


def test_asyncssh_is_loaded_only_by_a_tunnel_that_runs() -> None:
    code = "import sys, gateway.links.tunnel, gateway.links.program; sys.exit('asyncssh' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


SSH: dict[str, Any] = {"host": "vps.example.com", "user": "tunnel", "key_file": "tunnel_key", "known_hosts": "known"}


def test_what_the_owner_writes() -> None:
    ssh = TunnelSection.model_validate({"ssh": SSH}).ssh
    assert ssh is not None
    assert (ssh.port, ssh.remote_ports, ssh.bind, ssh.passphrase_file) == (
        22,
        (8800, 8810, 8820, 8830),
        "localhost",
        None,
    )
    command = TunnelSection.model_validate({"command": ["cloudflared", "tunnel", "run", "home"]}).command
    assert command == ("cloudflared", "tunnel", "run", "home")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"ssh": SSH, "command": ["true"]},
        {"command": []},
        {"command": [""]},
        {"command": ["a\x00b"]},
        {"ssh": SSH | {"host": "vps.example.com:22"}},
        {"ssh": SSH | {"host": "-oProxyCommand=x"}},
        {"ssh": SSH | {"host": ""}},
        {"ssh": SSH | {"port": 0}},
        {"ssh": SSH | {"user": "a b"}},
        {"ssh": SSH | {"remote_ports": []}},
        {"ssh": SSH | {"remote_ports": [8800, 8800]}},
        {"ssh": SSH | {"remote_ports": [70000]}},
        {"ssh": SSH | {"bind": "local host"}},
        {"ssh": {key: value for key, value in SSH.items() if key != "known_hosts"}},
        {"ssh": SSH | {"key": "x"}},
    ],
)
def test_what_the_owner_may_not_write(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TunnelSection.model_validate(wrong)
