"""The command line as a person uses it: each command a process of its own, with a pipe or at a terminal."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from gateway.accounts.audit import Entry
from gateway.accounts.passwords import hash_password
from gateway.accounts.users import Account, Person, Role
from gateway.links.store import Database

COMMAND = (sys.executable, "-m", "gateway")
CTRL_C = "\x03"


def gateway(folder: Path, *words: str, given: str | bytes | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `given` is its standard input."""
    raw = given.encode() if isinstance(given, str) else given
    done = subprocess.run(
        [*COMMAND, *words], cwd=folder, capture_output=True, check=False, timeout=30, input=raw or b""
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def does(folder: Path, *words: str, given: str | bytes | None = None) -> str:
    """What a command prints that must succeed."""
    done = gateway(folder, *words, given=given)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refuses(folder: Path, code: int, *words: str, given: str | bytes | None = None) -> str:
    """What a command says that must fail, in so many words and without a trace."""
    done = gateway(folder, *words, given=given)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def at_a_terminal(folder: Path, *words: str, typed: list[tuple[str, str]]) -> tuple[int, str]:
    """Run a command at a terminal, typing an answer after each prompt; its exit code, and all that was seen.

    To answer CTRL_C interrupts it.
    """
    near, far = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *words], cwd=folder, stdin=far, stdout=far, stderr=far, start_new_session=True
    )
    os.close(far)
    seen = b""
    try:
        for prompt, answer in typed:
            before = len(seen)
            while prompt.encode() not in seen[before:]:
                more = _read(near)
                assert more, f"{prompt!r} is not asked: {seen.decode()}"
                seen += more
            if answer == CTRL_C:
                _interrupt(process)
            else:
                os.write(near, f"{answer}\n".encode())
        while more := _read(near):
            seen += more
        return process.wait(30), seen.decode()
    finally:
        process.kill()
        process.wait(10)
        os.close(near)


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """Again where it came just before the process began to wait for its terminal, which it then goes on doing."""
    until = time.monotonic() + 30
    while process.poll() is None:
        assert time.monotonic() < until, "it goes on"
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)


def _read(terminal: int) -> bytes:
    until = time.monotonic() + 30
    ready, _, _ = select.select([terminal], [], [], until - time.monotonic())
    assert ready, "silence"
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that nobody is at the other end any more
        return b""


def store(folder: Path) -> Database:
    """What the commands have kept."""
    return Database(folder / "state" / "gateway.db")


def add(folder: Path, name: str, role: Role = Role.OWNER, password: str | None = None) -> None:
    """Add an account without the command."""
    with closing(store(folder)) as database:
        assert database.people.add(Account(name, role), password and hash_password(password), time.time())


def people(folder: Path) -> dict[str, Person]:
    """The accounts, by name."""
    with closing(store(folder)) as database:
        return {person.account.name: person for person in database.people.all()}


def entries(folder: Path) -> list[Entry]:
    """What was written into the log."""
    with closing(store(folder)) as database:
        return [one.entry for one in database.journal.entries()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a configuration in the usual place, and nothing running."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.yaml").write_text("state_directory: ../state\n", encoding="utf-8")
    return tmp_path
