"""What the history costs: a reading, an answer, the loop, the disk, the memory. A minute.

python -m tests.bench.past
"""

import asyncio
import math
import time
import tracemalloc
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from gateway.engine.history import History, Row
from gateway.home import traits
from gateway.home.device import Reading, Slot
from gateway.home.periods import Period
from gateway.home.traits import Trait
from gateway.home.values import Value
from gateway.links.archive import Archive
from tests.homes import SEOUL, SWITCH, plain

READINGS = 200_000
NOW = datetime(2027, 12, 31, 12, tzinfo=ZoneInfo("Asia/Seoul")).timestamp()
DAY = 86_400.0
HOME = plain(on_off=SWITCH, motion={"state": "m"}, energy={"state": "e"}, power_use={"state": "p"})


def main() -> None:
    """Print a line for each."""
    with TemporaryDirectory(prefix="past-") as name:
        asyncio.run(_measure(Path(name)))


async def _measure(folder: Path) -> None:
    await _readings(folder / "readings.db")
    _memory()
    await _disk(folder / "disk.db")
    for days, tidy in ((30, False), (365, True), (365, False)):
        await _answers(folder / f"{days}-{tidy}.db", days, tidy)


async def _begun(file: Path) -> History:
    history = History(Archive(file, 800 * DAY), SEOUL, lambda: NOW + time.monotonic(), None)
    await history.load()
    history.rewire(None, HOME)
    return history


async def _readings(file: Path) -> None:
    history = await _begun(file)
    rows: list[tuple[str, Trait, tuple[Value, ...]]] = [
        ("of a slot that is not kept", traits.BATTERY, (50,)),
        ("of a switch, the same again", traits.ON_OFF, (True,)),
        ("of a switch that flaps", traits.MOTION, (True, False)),
        ("of a counter", traits.ENERGY, tuple(number / 1000 for number in range(1000))),
        ("of watts", traits.POWER_USE, (5, 7, 1000)),
    ]
    for what, trait, values in rows:
        slot, wall = Slot(trait), NOW + time.monotonic()
        told = [Reading(value, wall - NOW, wall, True, "topic") for value in values]
        began = time.perf_counter()
        for number in range(READINGS):
            history.record("dev", slot, told[number % len(told)])
        print(f"a reading {what}: {(time.perf_counter() - began) / READINGS * 1e6:.2f} µs")
    await history.close()


def _memory() -> None:
    tracemalloc.start()
    archive = Archive(Path("nowhere"), DAY)
    history = History(archive, SEOUL, lambda: NOW, None)
    begin, _ = tracemalloc.get_traced_memory()
    for number in range(50):
        history.rewire(None, replace(HOME, device=replace(HOME.device, id=f"dev-{number}")))
    wired, _ = tracemalloc.get_traced_memory()
    slots = [Slot(trait) for trait in (traits.ON_OFF, traits.MOTION, traits.ENERGY, traits.POWER_USE)]
    for step in range(100):
        reading = Reading(float(step % 2), step * 400.0, NOW + step * 400, True, "topic")
        for number in range(50):
            for slot in slots:
                history.record(f"dev-{number}", slot, reading)
    full, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"200 kept slots: {(wired - begin) / 1024:.0f} KiB", end="")
    print(f", {(full - wired) / 1024:.0f} KiB more with 100 samples each that wait for the disk")


async def _disk(file: Path) -> None:
    archive = Archive(file, 800 * DAY, max_rows=2_000_000)
    await archive.open()
    began = time.perf_counter()
    for series in range(100):
        rows: list[Row] = [
            ((f"device-{series}", "energy", ""), NOW - number * 300, number / 7) for number in range(10_000, 0, -1)
        ]
        await archive.append(rows, NOW, math.inf)
    written = time.perf_counter() - began
    await archive.close()
    size = await asyncio.to_thread(lambda: file.stat().st_size)
    print(f"a million rows: {size / 1e6:.1f} MB, written in {written:.1f} s", end="")
    archive = Archive(file, 800 * DAY, max_rows=2_000_000)
    began = time.perf_counter()
    await archive.open()
    opened = time.perf_counter()
    await archive.tidy(NOW + 100 * DAY)
    print(f", opened in {opened - began:.2f} s, tidied in {time.perf_counter() - opened:.1f} s")
    await archive.close()


async def _answers(file: Path, days: int, tidy: bool) -> None:
    archive = Archive(file, 800 * DAY)
    await archive.open()
    begin = NOW - days * DAY
    times = [begin + number * 300 for number in range(int(days * 288))]
    for name, value in (("energy", 0.02), ("power_use", 0.02), ("motion", 0.0)):
        rows: list[Row] = [
            (("dev", name, ""), at, number * value if value else float(number % 2)) for number, at in enumerate(times)
        ]
        await archive.append(rows, NOW, math.inf)
    if tidy:
        await archive.tidy(NOW)
    await archive.close()
    history = History(archive := Archive(file, 800 * DAY), SEOUL, lambda: NOW + time.monotonic(), None)
    await history.load()
    history.rewire(None, HOME)
    device = history.completed(HOME).device
    asked = Period(begin + 60, NOW - 60)
    for trait in (traits.ENERGY, traits.POWER_USE, traits.DETECTION_COUNT):
        began = time.perf_counter()
        await history.answer(device, Slot(trait), asked)
        seconds = time.perf_counter() - began
        pause = max([await _pause(history.answer(device, Slot(trait), asked)) for _ in range(5)])
        told = f"{trait.name} of {days} days of five minutes{', thinned out' if tidy else ''}"
        print(f"{told}: {seconds * 1000:.0f} ms, and a busy loop stood still for {pause * 1000:.1f} ms at most")
    await history.close()


async def _pause(work: Awaitable[object]) -> float:
    """How long the loop stood still at most until that was done."""
    loop, longest = asyncio.get_running_loop(), 0.0
    done = asyncio.ensure_future(work)
    last = loop.time()
    while not done.done():
        await asyncio.sleep(0)
        longest, last = max(longest, loop.time() - last), loop.time()
    await done
    return longest


if __name__ == "__main__":
    main()
