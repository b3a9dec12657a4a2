"""A real OpenSSH sshd as the relay, without privileges, on a port of its own; and a wire to it that can be cut."""

import asyncio
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from gateway.links.tunnel_server import SshServer
from tests.fakes.mosquitto import free_port, until

PROGRAM = shutil.which("sshd") or ("/usr/sbin/sshd" if Path("/usr/sbin/sshd").exists() else "")
NOBODY = "daemon"
"""Who it runs as where we are root: then it needs nothing of this machine, and changes nothing. (Debian's `nobody` is
locked to sshd.)"""

CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowTcpForwarding remote
LogLevel VERBOSE
MaxStartups 100
{extra}
"""
ALIVE = "ClientAliveInterval 1\nClientAliveCountMax 2\n"
"""What has gone without a word is gone there, too, after about 6 seconds; sshd takes twice what these seem to say."""


def own_name() -> str:
    """Who sshd runs as, and lets in."""
    return NOBODY if os.geteuid() == 0 else os.environ.get("USER") or Path.home().owner()


def new_key() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519")


class Sshd:
    """The relay's sshd, its key, ours, and the ports that it may give us."""

    def __init__(self, folder: Path, ports: int = 2, extra: str = ALIVE) -> None:
        if not PROGRAM:
            pytest.fail("sshd is needed: scripts/test installs it, or: apt install openssh-server")
        folder.chmod(0o755)
        self.folder = folder
        self.port = free_port()
        self.remote_ports = tuple(free_port() for _ in range(ports))
        self.key_file = folder / "tunnel_key"
        self.known_hosts = folder / "known_hosts"
        self._log = folder / "sshd.log"
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "sshd_config").write_text(CONFIG.format(port=self.port, folder=folder, extra=extra))
        self.new_host_key()
        key = new_key()
        self._write("tunnel_key", key.export_private_key(), 0o600)
        self.authorize(key)

    def new_host_key(self, algorithm: str = "ssh-ed25519", pin: bool = True) -> None:
        """From the next start on. Not pinned, it is a relay that somebody else has put there."""
        key = asyncssh.generate_private_key(algorithm)
        self._write("host_key", key.export_private_key(), 0o600)
        if pin:
            self.pin(self.port)

    def pin(self, port: int, host: str = "127.0.0.1") -> None:
        """Write known_hosts: our relay is reached at this port."""
        public = asyncssh.read_private_key(self.folder / "host_key").export_public_key().decode()
        self.known_hosts.write_text(f"[{host}]:{port} {public}")

    def authorize(self, key: asyncssh.SSHKey, *, listen: bool = True) -> None:
        """Let a key in that may have our ports, and nothing else; or not even those."""
        ports = ",".join(f'permitlisten="localhost:{port}"' for port in self.remote_ports)
        how = f"restrict,port-forwarding,{ports}" if listen else "restrict"
        self._write("authorized_keys", f"{how} {key.export_public_key().decode()}".encode(), 0o644)

    def _write(self, name: str, content: bytes, mode: int) -> None:
        path = self.folder / name
        path.write_bytes(content)
        path.chmod(mode)
        if os.geteuid() == 0:
            shutil.chown(path, NOBODY)

    def server(self, **changed: Any) -> SshServer:
        """What our side is to be told of it."""
        plain: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": own_name(),
            "key_file": self.key_file,
            "known_hosts": self.known_hosts,
            "remote_ports": self.remote_ports,
        }
        return SshServer(**plain | changed)

    async def start(self) -> None:
        self._spawn()
        await until(self._listens)

    def _spawn(self) -> None:
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "-D", "-e", "-f", str(self.folder / "sshd_config")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **user,  # type: ignore[call-overload]
            )

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.said()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def sessions(self) -> list[int]:
        """The processes of its connections, the oldest first."""
        assert self._process is not None
        return sorted(_below(self._process.pid))

    def stop(self) -> None:
        """At once, with all of its connections."""
        if self._process is not None and self._process.poll() is None:
            sessions = self.sessions()
            self._process.kill()
            self._process.wait(10)
            for pid in sessions:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _below(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield int(child)
            yield from _below(int(child))


@asynccontextmanager
async def sshd(ports: int = 2, extra: str = ALIVE) -> AsyncIterator[Sshd]:
    """A running one. Its folder is readable by who it runs as, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="relay-") as folder:
        made = Sshd(Path(folder), ports, extra)
        await made.start()
        try:
            yield made
        finally:
            made.stop()


LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class _Pair:
    """One connection through the wire, with both of its ends."""

    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    flows: asyncio.Event


class Wire:
    """A way to a port of this machine, on which connections can fall silent or be reset."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.port = 0
        self.tried: list[float] = []
        """When somebody connected, by the monotonic clock."""
        self._pairs: list[_Pair] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Wire":
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.reset()
        await asyncio.gather(*self._tasks)

    def silence(self) -> None:
        """What is connected stays so, and hears nothing any more. Later connections are well."""
        for pair in self._pairs:
            pair.flows.clear()

    def reset(self, count: int | None = None) -> None:
        """Reset the first so many connections, or all."""
        for pair in self._pairs[:count]:
            for end in pair.ends:
                with suppress(OSError):  # it is closed already
                    end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
                end.transport.abort()
            pair.flows.set()
        del self._pairs[:count]

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tried.append(time.monotonic())
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            there, to_there = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.close()
            return
        pair = _Pair((writer, to_there), asyncio.Event())
        pair.flows.set()
        self._pairs.append(pair)
        await asyncio.gather(_pump(reader, to_there, pair.flows), _pump(there, writer, pair.flows))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flows: asyncio.Event) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            await flows.wait()
            writer.write(data)
            await writer.drain()
        await flows.wait()
        writer.close()
