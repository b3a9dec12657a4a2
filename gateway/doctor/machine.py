"""The machine: its clock, its disk, who may read and write the gateway's state, and the versions of what runs."""

import asyncio
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from gateway import __version__
from gateway.doctor.finding import Case, Finding, failure, ok, warning
from gateway.places import control_socket, state_directory

FULL_BYTES, LOW_BYTES = 16 * 1024 * 1024, 256 * 1024 * 1024
"""Below the first, writing is about to fail; below the second, somebody should look."""
CLOCK = ("timedatectl", "show", "--property=NTPSynchronized", "--value")
CLOCK_SECONDS = 3.0
PACKAGE = "clova-gateway"
NEEDS = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?>=([0-9.]+)")
"""Of a requirement without a condition, its name and the least version."""
PEER = struct.Struct("3i")
"""SO_PEERCRED: process, user, group."""


async def machine_is_well(case: Case) -> AsyncIterator[Finding]:
    """Every check of this machine, each of which may have to wait for it."""
    for check in (_clock, _disk, _state, _versions):
        for finding in await asyncio.to_thread(lambda found: list(found), check(case)):
            yield finding


def _clock(case: Case) -> Iterator[Finding]:  # noqa: ARG001  # as all checks
    """Whether the network sets it, where systemd knows."""
    program = shutil.which(CLOCK[0])
    if program is None:
        return
    with suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run([program, *CLOCK[1:]], capture_output=True, timeout=CLOCK_SECONDS, check=False)  # noqa: S603
        if said.stdout.strip() == b"no":
            yield warning("clock_not_set")
        elif said.stdout.strip() == b"yes":
            yield ok("clock")


def _disk(case: Case) -> Iterator[Finding]:
    """How much room there is where the state is kept."""
    folder = next(one for one in (state_directory(case.loaded), *state_directory(case.loaded).parents) if one.exists())
    try:
        found = os.statvfs(folder)
    except OSError as error:
        yield failure("state_closed", folder=folder, why=str(error))
        return
    if not found.f_blocks:  # no disk at all, such as /proc
        return
    room, is_out_of_names = found.f_bavail * found.f_frsize, found.f_files > 0 and found.f_favail == 0
    values = {"folder": folder, "mb": room // (1024 * 1024)}
    if is_out_of_names or room < FULL_BYTES:
        yield failure("disk_full", **values)
    else:
        yield warning("disk_low", **values) if room < LOW_BYTES else ok("disk_room", **values)


def _state(case: Case) -> Iterator[Finding]:
    """The gateway may write there, and nobody else may read."""
    folder = state_directory(case.loaded)
    if not folder.exists():
        if not case.silent:
            yield failure("state_closed", folder=folder, why="it is not there")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield failure("state_closed", folder=folder, why=error.strerror or str(error))
        return
    if folder.stat().st_mode & 0o007:
        yield warning("state_open", folder=folder)
    user = _runs_as(control_socket(case.loaded))
    for file in sorted(folder.iterdir()) if user is not None else ():
        with suppress(FileNotFoundError):  # a database's own come and go
            if file.lstat().st_uid != user:
                yield failure("state_foreign", folder=folder, file=file, user=user)
                return


def _runs_as(path: Path) -> int | None:
    """The user whom the running gateway belongs to."""
    with suppress(OSError), closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as asking:
        asking.connect(str(path))
        return int(PEER.unpack(asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size))[1])
    return None


def _versions(case: Case) -> Iterator[Finding]:  # noqa: ARG001  # as all checks
    """What runs, and what is older than it must be."""
    yield ok("versions", python=".".join(map(str, sys.version_info[:3])), own=__version__)
    with suppress(PackageNotFoundError):
        for name, least in _needed(requires(PACKAGE) or []):
            has = _has(name)
            if has is None or _numbers(has) < _numbers(least):
                values = {"name": name, "least": least}
                yield failure("package_old", **values, has=has) if has else failure("package_gone", **values)


def _needed(written: list[str]) -> Iterator[tuple[str, str]]:
    for line in written:
        requirement, _, condition = line.partition(";")
        found = NEEDS.match(requirement)
        if found is not None and not condition:
            yield found[1], found[2]


def _has(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers that a version begins with."""
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found is not None else ()
