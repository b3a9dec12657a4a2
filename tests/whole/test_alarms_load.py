"""Sensors that chatter and floods of messages: what they cost, and that they keep no alarm waiting."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

import pytest

from tests.bench.alarm import BELOW_MS, BROKER, DETECTORS, RULES, Bench, bench, detectors, measure, section
from tests.bench.packets import disconnect, open_session, publish
from tests.fakes.alarmed import DEVICES

pytestmark = [pytest.mark.broker, pytest.mark.alone]

CHATTER_SECONDS, A_SECOND = 10, 100
MOST_OF_A_CORE = 0.30
LUMP, LUMPS, PACE_SECONDS = 2_000, 10, 0.5
"""A flood: so many messages at once, so many times, twice a second."""
AT_MOST_SECONDS = 1.0


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who counts the lines that are run makes them slower."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        monkeypatch.delenv(name)


@pytest.fixture
async def house(unmeasured: None, tmp_path: Path) -> AsyncIterator[Bench]:  # noqa: ARG001  # comes first
    async with bench(tmp_path, DEVICES, "") as found:
        yield found


async def test_a_sensor_that_chatters_is_told_once_and_costs_little(house: Bench) -> None:
    loop = asyncio.get_running_loop()
    before, began = house.process.cpu_seconds(), loop.time()
    for number in range(CHATTER_SECONDS * A_SECOND):
        await house.client.publish("kitchen/smoke", ("ON", "OFF")[number % 2], qos=1)
        await asyncio.sleep(max(0.0, began + (number + 1) / A_SECOND - loop.time()))  # its pace
    share = (house.process.cpu_seconds() - before) / (loop.time() - began)
    print(f"{A_SECOND} messages a second: {share:.1%} of a core")
    await house.client.publish("bath/leak", "ON", qos=1)
    await house.push.wait_for(lambda: len(house.push.taken) > 1)
    assert [one.appliance for one in house.push.taken] == ["kitchen", "bath"]
    assert share < MOST_OF_A_CORE


async def flood(port: int) -> None:
    """Lumps of messages at the topic of one alarm, which comes and goes."""
    loop = asyncio.get_running_loop()
    session = open_session(port, "flood")
    lump = (publish(b"hall/tamper", b"ON") + publish(b"hall/tamper", b"OFF")) * (LUMP // 2)
    began = loop.time()
    try:
        session.setblocking(False)
        for number in range(LUMPS):
            await asyncio.sleep(max(0.0, began + number * PACE_SECONDS - loop.time()))
            await loop.sock_sendall(session, lump)
        await loop.sock_sendall(session, disconnect())
    finally:
        session.close()


async def test_a_flood_keeps_no_alarm_waiting_for_a_second(tmp_path: Path) -> None:
    """The broker writes nothing down here: that would slow the flood, and not us."""
    seconds: list[float] = []
    devices = detectors(DETECTORS) + "".join(DEVICES.splitlines(keepends=True)[3:])
    async with bench(tmp_path, devices, RULES, f"{BROKER}persistence false\n") as house:
        async with asyncio.TaskGroup() as tasks:
            flooding = tasks.create_task(flood(house.broker.port))
            while not flooding.done():
                seconds.append(await house.ring(len(seconds)))
        await house.client.publish("bath/leak", "ON", qos=1)
        await house.push.wait_for(lambda: any(one.appliance == "bath" for one in house.push.taken))
        told = Counter(one.appliance.partition("-")[0] for one in house.push.taken)
    print(f"{LUMPS} lumps of {LUMP:,} messages; {len(seconds)} alarms meanwhile, the longest {max(seconds):.3f} s")
    assert told == {"hall": 1, "bath": 1, "detector": len(seconds)}
    assert len(seconds) > LUMPS
    assert max(seconds) < AT_MOST_SECONDS


async def test_an_alarm_is_on_its_way_soon(tmp_path: Path) -> None:
    """`scripts/bench --alarms` measures it properly; docs/performance.md has what came of that."""
    found = await measure(tmp_path, 200)
    milliseconds = median(found.warm) * 1000
    print(f"median {milliseconds:.2f} ms, the longest {max(found.warm) * 1000:.1f} ms")
    assert milliseconds < BELOW_MS


def test_the_page_of_figures_keeps_its_part_about_alarms(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    assert section(page) == ""
    page.write_text("# Performance\n\n| a | b |\n\n## Alarms\n\n| c | d |\n", encoding="utf-8")
    assert section(page) == "\n## Alarms\n\n| c | d |\n"
