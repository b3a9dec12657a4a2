"""A tunnel's program: kept running, heard, and gone when we are, however we go."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.links import program as subject
from gateway.links.program import MAX_LINE, Lines, Program, shortened
from tests.fakes.mosquitto import until

PYTHON = [sys.executable, "-ISc"]


def lives(pid: int) -> bool:
    """Whether it runs: one that has ended and whom nobody has buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@asynccontextmanager
async def running(*argv: str, **more: Any) -> AsyncIterator[Program]:
    program = Program(argv, **more)
    task = asyncio.create_task(program.run())
    try:
        yield program
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def writes_pid(folder: Path, more: str = "time.sleep(60)") -> tuple[str, Callable[[], int]]:
    """A program that leaves its id, and how to read it."""
    file = folder / "pid"
    code = f"import os, signal, subprocess, sys, time, pathlib; p = pathlib.Path({str(file)!r})\n"
    code += "p.with_suffix('.new').write_text(str(os.getpid())); p.with_suffix('.new').rename(p)\n" + more
    return code, lambda: int(file.read_text()) if file.exists() else 0


@pytest.mark.alone
async def test_it_runs_and_ends_with_us(tmp_path: Path) -> None:
    code, pid = writes_pid(tmp_path)
    changes: list[str] = []
    before = asyncio.all_tasks()
    async with running(*PYTHON, code, on_change=lambda: changes.append("")) as program:
        assert program.state == "starting"
        await until(pid)
        assert program.is_up
        assert program.state.endswith("is running")
        assert [(line.port, line.is_up, line.why) for line in program.lines] == [(None, True, "")]
        assert lives(pid())
        start = time.monotonic()
    assert time.monotonic() - start < 1
    assert not lives(pid())
    assert changes
    assert asyncio.all_tasks() == before


async def test_one_that_will_not_end_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "STOP_SECONDS", 0.1)
    child = tmp_path / "child"
    code, pid = writes_pid(
        tmp_path,
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "deaf = 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)'\n"
        "child = subprocess.Popen([sys.executable, '-c', deaf])\n"
        f"pathlib.Path({str(child)!r}).write_text(str(child.pid)); print('deaf', flush=True); time.sleep(60)",
    )
    with capture_logs() as logs:
        async with running(*PYTHON, code):
            await until(lambda: any(entry.get("line") == "deaf" for entry in logs))
    assert not lives(pid())
    await until(lambda: not lives(int(child.read_text())))


async def test_it_does_not_outlive_us_when_we_are_killed(tmp_path: Path) -> None:
    code, pid = writes_pid(tmp_path)
    gateway = "import asyncio, sys; from gateway.links.program import Program; asyncio.run(Program(sys.argv[1:]).run())"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", gateway, *PYTHON, code, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    await until(pid)
    assert lives(pid())
    process.kill()
    await process.wait()
    await until(lambda: not lives(pid()))


async def test_a_leash_whose_holder_is_gone_runs_nothing() -> None:
    leash = [sys.executable, "-IS", str(Path(subject.__file__).with_name("tunnel_leash.py"))]
    process = await asyncio.create_subprocess_exec(*leash, "1", "echo", "hello", stdout=subprocess.PIPE)
    assert (await process.communicate())[0] == b""
    process = await asyncio.create_subprocess_exec(*leash, str(os.getpid()), "echo", "hello", stdout=subprocess.PIPE)
    assert (await process.communicate())[0] == b"hello\n"


async def test_what_ends_is_started_again_more_and_more_seldom(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    code = f"import sys, time; open({str(starts)!r}, 'a').write(f'{{time.monotonic()}}\\n')\n"
    code += "print('no network'); sys.exit(3)"
    async with running(*PYTHON, code) as program:
        await until(lambda: starts.exists() and len(starts.read_text().splitlines()) == 3)
        assert not program.is_up or program.lines[0].why == ""
        await until(lambda: program.state.endswith("ended with status 3: no network"))
        assert program.state.startswith("down: ")
        pauses = [after - before for before, after in pairwise(map(float, starts.read_text().split()))]
        assert 0.8 < pauses[0] < 2.2
        assert 1.6 < pauses[1] < 4


async def test_what_was_killed_says_so(tmp_path: Path) -> None:
    code, pid = writes_pid(tmp_path)
    async with running(*PYTHON, code) as program:
        await until(pid)
        os.kill(pid(), signal.SIGKILL)
        await until(lambda: program.state.endswith("was ended by SIGKILL"))


async def test_a_program_that_is_not_there_is_said_and_tried_seldom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running("no-such-program", "run") as program:
        await until(lambda: program.state == "down: no-such-program is not there, or may not be run by us")
    monkeypatch.setattr(subject, "LONGEST_PAUSE_SECONDS", 0.01)
    late = tmp_path / "late"
    async with running(str(late)) as program:
        await until(lambda: "is not there" in program.state)
        late.write_text("no program\n")
        late.chmod(0o755)
        await until(lambda: program.state == "down: late ended with status 127: cannot be run: Exec format error")
        late.write_text("#!/bin/sh\nexec sleep 60\n")
        await until(lambda: program.is_up)


async def test_what_of_our_environment_it_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "OUR_SECRET", "TUNNEL_TOKEN"):
        monkeypatch.setenv(name, "/somewhere")
    code = (
        "import os; names = ['CREDENTIALS_DIRECTORY', 'NOTIFY_SOCKET', 'OUR_SECRET', 'TUNNEL_TOKEN', 'PATH'];"
        "print([name for name in names if name in os.environ], sep='')"
    )
    with capture_logs() as logs:
        async with running(*PYTHON, code, hidden=["OUR_SECRET"]):
            await until(lambda: any("line" in entry for entry in logs))
    assert next(entry["line"] for entry in logs if "line" in entry) == "['TUNNEL_TOKEN', 'PATH']"


async def test_one_that_talks_without_end_does_not_fill_our_log() -> None:
    code = "import sys\nfor n in range(50_000): print('line', n)\nprint('x' * 1_000_000)\nprint('over')\nsys.exit(1)"
    with capture_logs() as logs:
        async with running(*PYTHON, code) as program:
            await until(lambda: program.state.startswith("down"))
            assert program.state.endswith("ended with status 1: over")
    said = [entry for entry in logs if "line" in entry]
    assert len(said) == subject.LINES_AT_ONCE


async def test_what_was_passed_over_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = tmp_path / "go"
    code = "import os, time\nfor n in range(30): print(n)\nprint('over', flush=True)\n"
    code += f"while not os.path.exists({str(go)!r}): time.sleep(0.01)\nprint('later', flush=True)\ntime.sleep(60)"
    with capture_logs() as logs:
        async with running(*PYTHON, code) as program:
            await until(lambda: program._passed_over == 11)
            monkeypatch.setattr(subject, "LINES_SECONDS", 0.0)
            go.touch()
            await until(lambda: any(entry.get("line") == "later" for entry in logs))
    assert next(entry for entry in logs if entry.get("line") == "later")["passed_over"] == 11


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("INF Registered tunnel connection connIndex=0", "INF Registered tunnel connection connIndex=0"),
        ("\x1b[32mgreen\x1b[0m\ttext\x07", "greentext"),
        ("https://some-words-that-are-rather-long.example.com", "https://some-words-that-are-rather-long.example.com"),
        ("run eyJhIjoiM2Y0YzU2Nzg5MGFiY2RlZiJ9 now", "run eyJh... now"),
        ("token=abc rest", "token=****** rest"),
        ('{"secret": "abc"}', '{"secret": ******'),
        ("Authorization: Bearer abc.def x", "Authorization: Bearer ****** x"),
        ("cloudflared tunnel run --token abc", "cloudflared tunnel run --token ******"),
        ("the token is invalid", "the token is invalid"),
        ("é" * 3000, "é" * MAX_LINE),
    ],
)
def test_what_our_log_shows_of_a_line(line: str, kept: str) -> None:
    assert shortened(line) == kept


def test_lines_are_put_together_from_pieces() -> None:
    lines = Lines()
    assert list(lines.feed(b"one\ntw")) == ["one"]
    assert list(lines.feed(b"o\r\n\n  \nthree")) == ["two\r"]
    assert list(lines.feed(b"")) == ["three"]
    assert list(lines.feed(b"x" * 10_000)) == ["x" * 10_000]
    assert list(lines.feed(b"x" * 10_000)) == []
    assert list(lines.feed(b"x\nnext\n")) == ["next"]


@pytest.mark.alone
def test_lines_of_no_text_harm_nothing() -> None:
    assert [shortened(line) for line in Lines().feed(b"\xff\x00\xfe ok\n")] == ["�� ok"]
    begin = time.monotonic()
    for line in ("a-" * 5000, "token" * 2000, "A" * 10_000, "token=" + " " * 10_000):
        shortened(line)
    assert time.monotonic() - begin < 1
