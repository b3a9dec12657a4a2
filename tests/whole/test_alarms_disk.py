"""A disk that is full: the gateway stays up, alarms go out from memory, it says so, and it gets over it."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.alarmed import KILLED, Alarmed, alarmed, away
from tests.fakes.mosquitto import Mosquitto
from tests.fakes.push import PushService

pytestmark = pytest.mark.broker

DISK_KB = 3072
AT_ONCE = "state_directory: disk/state\nalarms: [{when: {alarm: smoke}, clear: 0s, repeat_after: 0s}]\n"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of memory, where one may be had."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_KB}k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker", KILLED)
    await mosquitto.start()
    yield mosquitto
    mosquitto.stop()


def fill(disk: Path) -> None:
    """To the last byte: whatever else wants room finds none."""
    with (disk / "filler").open("ab", buffering=0) as file:
        for size in (65_536, 4096, 1):
            while True:
                try:
                    file.write(b"x" * size)
                except OSError:
                    break


async def ring_until(house: Alarmed, disk: Path, trouble: bool) -> int:
    """Smoke comes and goes until the gateway says this of its disk; how often."""
    rung = 0
    async with asyncio.timeout(30):
        while bool((await house.alarms())["disk"]) != trouble:
            if trouble:
                fill(disk)
            rung += 1
            before = len(house.push.taken)
            await ring(house)
            await house.push.wait_for(lambda before=before: len(house.push.taken) > before)  # type: ignore[misc]
    return rung


async def ring(house: Alarmed) -> None:
    await house.say("kitchen/smoke", "ON")
    await house.say("kitchen/smoke", "OFF")


async def test_alarms_go_out_while_the_disk_is_full_and_are_kept_again_when_it_is_not(
    disk: Path, broker: Mosquitto, tmp_path: Path
) -> None:
    async with PushService() as push:
        async with alarmed(tmp_path, broker, push, more=AT_ONCE) as house:
            rung = await ring_until(house, disk, trouble=True)
            report = await house.alarms()
            assert "full" in report["disk"]
            said = house.said("alarms are kept in memory only: a stop would lose those that wait")
            assert said
            assert all(one["log_level"] == "error" and "full" in one["why"] for one in said)
            for _ in range(20):
                await ring(house)
            await push.wait_for(lambda: len(push.taken) == rung + 20)
            await house.until_sent(rung + 20)

            await push.down()
            with away(push):
                await ring(house)
                await house.until(lambda found: found["waiting"])
                (disk / "filler").unlink()
                await house.say("bath/leak", "ON")
                await house.until(lambda found: not found["disk"])
            assert house.said("alarms are kept on the disk again")
        await push.up()
        async with alarmed(tmp_path, broker, push, more=AT_ONCE) as house:
            await house.push.wait_for(lambda: ("bath", "msg-leak") in house.told())
            await house.until(lambda found: not found["waiting"])
        assert len(push.taken) == rung + 22, "what waited while the disk was full was on it in the end"
