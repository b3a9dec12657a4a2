"""What a broker does for somebody who is away: tried on a real Mosquitto, with our snippet and as it comes."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiomqtt
import pytest

from gateway.links import broker as module
from gateway.links.broker import BrokerReport, probe_broker
from gateway.links.connection import Broker
from gateway.links.mosquitto import MOSQUITTO, read_mosquitto_conf
from tests.fakes.mosquitto import Mosquitto, free_port, until
from tests.links.test_session import Ear, linked, saved, say

pytestmark = pytest.mark.broker

SNIPPET = Path(__file__).parents[2] / "config" / "mosquitto" / "clova-gateway.conf"
AS_IT_COMES = "allow_anonymous true\nautosave_interval 1800\nautosave_on_changes false\n"
"""Mosquitto's own settings, in place of those of the tests."""


def with_snippet(folder: Path) -> str:
    """The lines of a Mosquitto that has our file in its conf.d."""
    included = folder / "conf.d"
    included.mkdir()
    shutil.copy(SNIPPET, included)
    folder.chmod(0o755)
    return f"{AS_IT_COMES}include_dir {included}\n"


def with_rules(folder: Path, rules: str) -> str:
    """The lines of a Mosquitto with access rules."""
    file = conf(folder, rules, "acl")
    file.chmod(0o644)
    folder.chmod(0o755)
    return f"allow_anonymous true\nacl_file {file}\n"


@asynccontextmanager
async def started(folder: Path, lines: str) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(folder / "broker", lines)
    await mosquitto.start()
    try:
        yield mosquitto
    finally:
        mosquitto.stop()


def at(mosquitto: Mosquitto, version: str = "3.1.1") -> Broker:
    return Broker("127.0.0.1", mosquitto.port, version=version)


async def test_with_the_snippet_qos_0_waits_for_the_gateway_also_after_a_kill(tmp_path: Path) -> None:
    ear = Ear()
    async with started(tmp_path, with_snippet(tmp_path)) as mosquitto:
        broker = at(mosquitto)
        async with linked(broker, ear, "a"):
            await until(lambda: ear.ups)
        await say(broker, "smoke 1", "smoke 2", qos=0)
        async with linked(broker, ear, "a"):
            await until(lambda: len(ear.messages) == 2)
            await until(lambda: ear.ups == [False, True])
        await say(broker, "smoke 3", qos=0)
        await until(lambda: b"smoke 3" in saved(tmp_path))
        mosquitto.signal(signal.SIGKILL)
        await mosquitto.start()
        async with linked(broker, ear, "a"):
            await until(lambda: len(ear.messages) == 3)
            await until(lambda: ear.ups == [False, True, True])
    assert ear.heard == ["smoke 1", "smoke 2", "smoke 3"]


async def test_with_the_snippet_qos_0_comes_again_until_it_is_acknowledged(tmp_path: Path) -> None:
    ear = Ear(acknowledges=False)
    async with started(tmp_path, with_snippet(tmp_path)) as mosquitto:
        broker = at(mosquitto)
        async with linked(broker, ear, "a"):
            await until(lambda: ear.ups)
            await say(broker, "smoke", qos=0)
            await until(lambda: ear.messages)
        async with linked(broker, ear, "a"):
            await until(lambda: len(ear.messages) == 2)
    assert ear.heard == ["smoke", "smoke"]


async def test_as_it_comes_qos_0_is_lost_and_after_a_kill_everything(tmp_path: Path) -> None:
    ear = Ear()
    async with started(tmp_path, AS_IT_COMES) as mosquitto:
        broker = at(mosquitto)
        async with linked(broker, ear, "a"):
            await until(lambda: ear.ups)
        await say(broker, "smoke", qos=0)
        await say(broker, "fence", qos=1)
        async with linked(broker, ear, "a"):
            await until(lambda: ear.messages)
        assert ear.heard == ["fence"]
        await say(broker, "leak", qos=1)
        mosquitto.signal(signal.SIGKILL)
        await mosquitto.start()
        async with linked(broker, ear, "a"):
            await until(lambda: ear.ups == [False, True, False])
            await say(broker, "later", qos=1)
            await until(lambda: len(ear.messages) == 2)
    assert ear.heard == ["fence", "later"]


def test_the_snippet_has_settings_and_comments_only_as_mosquitto_reads_them(tmp_path: Path) -> None:
    settings = [line for line in SNIPPET.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert all(len(line.split(" ")) == 2 for line in settings), settings
    names = [line.split(" ")[0] for line in settings]
    assert sorted(set(names)) == sorted(names)
    assert not {"listener", "persistence_location", "password_file", "acl_file", "allow_anonymous"} & set(names)
    shutil.copy(SNIPPET, tmp_path)
    found = read_mosquitto_conf([tmp_path / SNIPPET.name])
    assert found is not None
    assert (found.lost_seconds, found.lost_changes) == (0, 0)


GOOD = BrokerReport(True, "", True, True, True, True, True)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_the_probe_finds_what_the_snippet_does(tmp_path: Path, version: str) -> None:
    async with started(tmp_path, with_snippet(tmp_path)) as mosquitto:
        assert await probe_broker(at(mosquitto, version)) == GOOD


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_the_probe_finds_what_is_missing_as_it_comes(tmp_path: Path, version: str) -> None:
    async with started(tmp_path, AS_IT_COMES) as mosquitto:
        assert await probe_broker(at(mosquitto, version)) == replace(GOOD, keeps_qos0=False, upgrades_qos=False)


async def test_the_probe_finds_out_the_same_every_time(tmp_path: Path) -> None:
    """A message sent while the broker believes that we are there would be a false alarm, or a false comfort."""
    async with started(tmp_path, "allow_anonymous true\nqueue_qos0_messages true\n") as mosquitto:
        for _ in range(10):
            assert await probe_broker(at(mosquitto)) == replace(GOOD, upgrades_qos=False)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_the_probe_leaves_nothing_behind(tmp_path: Path, version: str) -> None:
    async with started(tmp_path, with_snippet(tmp_path)) as mosquitto:
        await probe_broker(at(mosquitto, version))
        async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
            await client.subscribe("clova-gateway/#")
            await client.publish("clova-gateway/fence", b"", qos=1)
            async for message in client.messages:
                assert message.topic.value == "clova-gateway/fence"
                break
        await until(lambda: saved(tmp_path))
        await until(lambda: b"probe" not in saved(tmp_path))


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_a_broker_that_retains_nothing(tmp_path: Path, version: str) -> None:
    async with started(tmp_path, "allow_anonymous true\nretain_available false\n") as mosquitto:
        report = await probe_broker(at(mosquitto, version))
    assert report == replace(GOOD, keeps_qos0=False, upgrades_qos=False, keeps_retained=False)
    await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})


async def test_rules_that_forbid_the_probe_leave_it_open(tmp_path: Path) -> None:
    async with started(tmp_path, with_rules(tmp_path, "topic readwrite clova-gateway/status\n")) as mosquitto:
        report = await probe_broker(at(mosquitto))
    assert report == BrokerReport(True, "the broker's access rules forbid clova-gateway/status/probe/#")


async def test_who_is_not_let_in_is_told_why(tmp_path: Path) -> None:
    async with started(tmp_path, "allow_anonymous false\n") as mosquitto:
        report = await probe_broker(at(mosquitto))
    assert not report.is_reached
    assert "mqtt.username" in report.why


async def test_no_broker() -> None:
    report = await probe_broker(Broker("127.0.0.1", free_port()))
    assert (report.is_reached, report.keeps_qos1) == (False, None)
    assert "Connect call failed" in report.why


async def test_a_broker_that_hangs_does_not_hang_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STEP_SECONDS", 0.2)
    async with started(tmp_path, "allow_anonymous true\n") as mosquitto:
        mosquitto.signal(signal.SIGSTOP)
        before = time.monotonic()
        report = await probe_broker(at(mosquitto))
        assert time.monotonic() - before < 5
    assert (report.is_reached, report.why) == (False, "the broker does not answer in time")


# --- Mosquitto's own files ---


def conf(folder: Path, text: str, name: str = "mosquitto.conf") -> Path:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


HOUR_OF_DEBIAN = "persistence true\npersistence_location /var/lib/mosquitto/\nlog_dest file /var/log/m.log\n"


@pytest.mark.parametrize(
    ("text", "seconds", "changes"),
    [
        ("", float("inf"), 0),
        (HOUR_OF_DEBIAN, 1800, 0),
        ("persistence true\nautosave_interval 30\n", 30, 0),
        ("persistence true\nautosave_interval 0\n", float("inf"), 0),
        ("persistence TRUE\nautosave_on_changes 1\nautosave_interval 1", 0, 0),
        ("persistence true\nautosave_on_changes true\nautosave_interval 50\n", 0, 49),
        ("persistence true\nautosave_interval 10\nautosave_interval 20\n", 20, 0),
        ("#persistence true\n", float("inf"), 0),
        ("persistence true\npersistence false\n", float("inf"), 0),
        ("persistence true\nautosave_interval many\n", 1800, 0),
        ("global_plugin /usr/lib/mosquitto_persist_sqlite.so\n", 0, 0),
        ("\x00\xff nonsense\nlistener\n\n   persistence   true  \n", 1800, 0),
    ],
)
def test_what_a_power_cut_takes(tmp_path: Path, text: str, seconds: float, changes: int) -> None:
    found = read_mosquitto_conf([conf(tmp_path, text)])
    assert found is not None
    assert (found.lost_seconds, found.lost_changes) == (seconds, changes)


def test_included_files_are_read_in_their_order_and_the_last_word_counts(tmp_path: Path) -> None:
    folder = tmp_path / "conf.d"
    conf(folder, "autosave_interval 7\n", "b.conf")
    conf(folder, "autosave_interval 5\n", "a.conf")
    conf(folder, "persistence false\n", "c.conf.bak")
    main = conf(tmp_path, f"persistence true\nautosave_interval 3\ninclude_dir {folder}\n")
    found = read_mosquitto_conf([tmp_path / "missing.conf", main])
    assert found is not None
    assert found.files == (main, folder / "a.conf", folder / "b.conf")
    assert (found.lost_seconds, found.unread) == (7, ())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "conf.d"
    conf(folder, "persistence true\n", "a.conf").chmod(0)
    found = read_mosquitto_conf([conf(tmp_path, f"include_dir {folder}\n")])
    assert found is not None
    assert found.unread == (folder / "a.conf",)


def test_a_folder_that_is_not_there_is_named_and_a_circle_ends(tmp_path: Path) -> None:
    main = conf(tmp_path, f"include_dir {tmp_path}/none\ninclude_dir {tmp_path}\n")
    found = read_mosquitto_conf([main])
    assert found is not None
    assert tmp_path / "none" in found.unread


def test_where_there_is_no_file_nothing_is_said(tmp_path: Path) -> None:
    assert read_mosquitto_conf([tmp_path / "mosquitto.conf"]) is None
    assert all(path.is_absolute() for path in MOSQUITTO)
