"""Machines that are none: network namespaces of this one, and a throw-away server over its files. Root is needed.

A command runs in a machine by `argv`; a socket of this process is in it where it was made `inside`.
"""

import asyncio
import ctypes
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import count
from pathlib import Path

NEEDED = ("ip", "nft", "ss", "unshare", "nsenter", "sshd", "caddy", "ssh", "ssh-keygen", "useradd")
CLONE_NEWNET = 0x40000000
_serial = count()


@cache
def why_not() -> str:
    """Why there can be no such machines here; empty if there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = [name for name in NEEDED if not shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")]
    if missing:
        return f"not installed: {', '.join(missing)}"
    with tempfile.TemporaryDirectory() as place:
        tried = subprocess.run(["unshare", "-mnp", "-f", "sh", "-c", _OVERLAY, "sh", place], capture_output=True)
    return "" if tried.returncode == 0 else f"no namespaces here: {tried.stderr.decode(errors='replace').strip()}"


def run(*argv: str, given: str = "") -> str:
    """Run to its end; what it said. Raises AssertionError, with all of it, where it fails."""
    done = subprocess.run(argv, input=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{argv}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


class Machine:
    """A network namespace with its loopback up."""

    def __init__(self, kind: str) -> None:
        self.name = f"way{os.getpid()}x{next(_serial)}-{kind}"

    def __enter__(self) -> "Machine":
        _sweep()
        run("ip", "netns", "add", self.name)
        self.run("ip", "link", "set", "lo", "up")
        return self

    def __exit__(self, *_: object) -> None:
        run("ip", "netns", "del", self.name)

    def argv(self, *command: str) -> list[str]:
        """What runs a command in it."""
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, *command: str, given: str = "") -> str:
        """Run a command to its end."""
        return run(*self.argv(*command), given=given)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """This thread is in it: sockets and processes that it makes now. Nothing may be awaited."""
        ours = Path("/proc/thread-self/ns/net")
        before, there = os.open(ours, os.O_RDONLY), os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        try:
            _enter(there)
            try:
                yield
            finally:
                _enter(before)
        finally:
            os.close(before)
            os.close(there)


def _sweep() -> None:
    """Take away what a process has left behind that was killed."""
    for name in run("ip", "netns", "list").split():
        found = re.fullmatch(r"way(\d+)x\d+-\w+", name)
        if found is not None and not Path(f"/proc/{found[1]}").exists():
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def wire(one: Machine, name: str, other: Machine, other_name: str) -> None:
    """A cable between two machines; each end is an interface, and up."""
    ends = ("name", name, "netns", one.name, "type", "veth", "peer", "name", other_name, "netns", other.name)
    run("ip", "link", "add", *ends)
    one.run("ip", "link", "set", name, "up")
    other.run("ip", "link", "set", other_name, "up")


SO_TIMESTAMPNS = 35
ALL_OF_IPV4 = 0x0800
SYN, ACK = 0x02, 0x10


class Ear:
    """Hears who begins a connection to a port, on one interface of a machine, and when by the kernel's clock."""

    def __init__(self, machine: Machine, interface: str, port: int) -> None:
        self.begun: list[float] = []
        """Unix seconds."""
        self._port = port
        with machine.inside():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL_OF_IPV4))
        self._socket.bind((interface, ALL_OF_IPV4))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._hear)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _hear(self) -> None:
        packet, told, _, _ = self._socket.recvmsg(128, 64)
        header = 4 * (packet[0] & 15)
        (to,) = struct.unpack_from("!H", packet, header + 2)
        if packet[9] == socket.IPPROTO_TCP and to == self._port and packet[header + 13] & (SYN | ACK) == SYN:
            seconds, nanoseconds = struct.unpack("qq", told[0][2])
            self.begun.append(seconds + nanoseconds / 1e9)


_OVERLAY = """
set -e
mount -t tmpfs over "$1"
mkdir "$1/up" "$1/work" "$1/root"
mount -t overlay over -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" "$1/root"
cd "$1/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs run run
mount -t tmpfs tmp tmp
"""
_STAY = """
exec chroot . sh -c 'echo ready; exec cat'
"""


class Server:
    """A machine with files and processes of its own, which begin as this one's: nothing that is done in it lasts.

    All of its processes end with it, and it ends with us.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._pid = 0
        self._stack = ExitStack()

    def __enter__(self) -> "Server":
        place = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="server-"))
        unshared = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _OVERLAY + _STAY, "sh", place)
        pipe = subprocess.PIPE
        holder = self._stack.enter_context(
            subprocess.Popen(self.machine.argv(*unshared), stdin=pipe, stdout=pipe, start_new_session=True)
        )
        self._stack.callback(holder.kill)
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
        (self._pid,) = below(holder.pid)
        self._root()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def argv(self, *command: str) -> list[str]:
        """What runs a command in it, as long as there is one."""
        self._root()
        return ["nsenter", "-t", str(self._pid), "-m", "-n", "-p", "-r", "-w/", *command]

    def run(self, *command: str, given: str = "") -> str:
        """Run a command to its end."""
        return run(*self.argv(*command), given=given)

    def path(self, place: str) -> Path:
        """A file of it, as this machine sees it."""
        return self._root() / place.lstrip("/")

    def _root(self) -> Path:
        """Its files; it must never be this machine that is changed."""
        root = Path(f"/proc/{self._pid}/root")
        assert self._pid > 1
        assert not root.samefile("/"), "these are this machine's own files"
        return root


def below(pid: int) -> list[int]:
    """The processes that it has started, and those that they have."""
    try:
        own = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [one for child in own for one in (child, *below(child))]
