"""The past of a real home: it outlives a restart, kill -9 takes nothing that was committed, and commits are seldom."""

import asyncio
import json
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts.users import Account, Role
from gateway.engine import history
from gateway.links.store import Database
from tests.fakes.clova import Clova
from tests.fakes.mosquitto import PATIENCE_SECONDS, Mosquitto, free_port, until
from tests.fakes.things import Thing, thing
from tests.whole.conftest import Build, House, running, write_config

pytestmark = pytest.mark.broker

DEVICES = """
devices:
  - id: window
    type: OPENCLOSESENSOR
    name: 창문
    contact: {state: window}
  - id: hall
    type: MOTIONSENSOR
    name: 복도
    motion: {state: hall}
"""


async def told(clova: Clova, action: str) -> float | None:
    """When the window was opened or shut; None where that is not known."""
    reply = await clova.ask(f"Get{action}TimeRequest", "window")
    if reply.name == "ValueNotFoundError":
        return None
    assert reply.name == f"Get{action}TimeResponse"
    return datetime.fromisoformat(reply.payload[f"{action.lower()}Timestamp"]).timestamp()


async def say(window: Thing, *words: str) -> list[float]:
    """Each a while after the other, as answers know no parts of a second; when each was said."""
    said = []
    for word in words:
        said.append(time.time())
        await window.say("window", word)
        await asyncio.sleep(1.1)
    return said


def near(instant: float) -> Any:
    return pytest.approx(instant, abs=1.05)


async def test_a_window_that_was_opened_and_shut_is_known_after_a_restart(tmp_path: Path, broker: Mosquitto) -> None:
    async with thing(broker.port, {}) as window:
        async with running(tmp_path, broker, DEVICES, "1.5s") as house:
            assert await told(house.clova, "Open") is None
            _, opened, shut = await say(window, "closed", "open", "closed")
            assert await told(house.clova, "Open") == near(opened)
            assert await told(house.clova, "Close") == near(shut)
        async with running(tmp_path, broker, DEVICES, "1.5s") as house:
            assert await told(house.clova, "Open") == near(opened)
            assert await told(house.clova, "Close") == near(shut)
            (again,) = await say(window, "open")
            assert await told(house.clova, "Open") == near(again)
            assert await told(house.clova, "Close") == near(shut)


class Daemon:
    """The gateway as a process that commits every three seconds, and is killed."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        self.clova = Clova(port=free_port())
        self.file = folder / "state" / "history.db"
        self._log = folder / "log"
        self._config = write_config(folder, broker, self.clova, DEVICES, "1.5s")
        listens = f'public: {{listen: "127.0.0.1:{self.clova.port}"}}'
        self._config.write_text(self._config.read_text().replace('public: {listen: "127.0.0.1:0"}', listens))
        database = Database(folder / "state" / "gateway.db")
        database.people.add(Account("me", Role.OWNER), None, time.time())
        self.clova.token = database.people.add_token("me", time.time(), 3600) or ""
        database.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        often = "from gateway.engine import history; from gateway.cli import main; history.COMMIT_SECONDS = 3; main()"
        command = (sys.executable, "-c", often, "run", "--config", str(self._config))
        with self._log.open("w") as log:
            process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
        try:
            await until(lambda: "connected" in self.events() or process.returncode is not None)
            yield
        finally:
            process.send_signal(signal.SIGKILL)
            assert await process.wait() == -signal.SIGKILL, self._log.read_text()

    def events(self) -> set[str]:
        return {json.loads(line)["event"] for line in self._log.read_text().splitlines() if line.startswith("{")}

    def rows(self) -> list[tuple[float, float | None]]:
        with closing(sqlite3.connect(self.file)) as raw:
            return raw.execute("SELECT at / 1000.0, value FROM samples ORDER BY at").fetchall()


async def test_when_it_is_killed_what_was_committed_is_known_and_nothing_else_is_told(
    tmp_path: Path, broker: Mosquitto
) -> None:
    daemon = Daemon(tmp_path, broker)
    async with thing(broker.port, {}) as window:
        async with daemon.running():
            _, opened = await say(window, "closed", "open")
            await until(lambda: len(daemon.rows()) == 2)
            committed = daemon.rows()
            await window.say("window", "closed")
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (await daemon.clova.ask("GetOpenStateRequest", "window")).payload["openState"] != "CLOSED":
                    pass
            assert await told(daemon.clova, "Close") is not None
        assert daemon.rows() == committed
        async with daemon.running():
            assert await told(daemon.clova, "Open") == near(opened)
            assert await told(daemon.clova, "Close") is None
            (again,) = await say(window, "closed")
            assert await told(daemon.clova, "Close") == near(again)


async def test_busy_devices_do_not_make_commits_more_frequent(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    assert history.COMMIT_SECONDS >= 10
    monkeypatch.setattr(history, "COMMIT_SECONDS", 0.4)
    house: House = await build(DEVICES)
    commits: list[float] = []
    with closing(sqlite3.connect(house.folder / "state" / "history.db")) as raw:
        async with thing(house.broker.port, {}) as hall, asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(watch(raw, commits))
            end = time.monotonic() + 2.5
            while time.monotonic() < end:
                for word in ("ON", "OFF"):
                    await hall.say("hall", word)
            watching.cancel()
        (rows,) = raw.execute("SELECT count(*) FROM samples").fetchone()
    assert 3 <= len(commits) <= 7
    assert min(later - earlier for earlier, later in pairwise(commits)) > 0.35
    assert 60 <= rows <= 62 + 2 * len(commits)


async def watch(raw: sqlite3.Connection, commits: list[float]) -> None:
    """Note when someone else has changed the file."""
    known = raw.execute("PRAGMA data_version").fetchone()
    while True:
        await asyncio.sleep(0.005)
        found = raw.execute("PRAGMA data_version").fetchone()
        if found != known:
            commits.append(time.monotonic())
        known = found
