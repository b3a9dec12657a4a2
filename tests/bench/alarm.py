"""How soon an alarm is on its way: from the publisher's PUBLISH to the request at the push service, one at a time.

In between are a real Mosquitto, the gateway as it is run, and the commit on its disk. The push service is a fake on
loopback without TLS, in this process, which does nothing else meanwhile.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import aiomqtt

from tests.bench.page import machine
from tests.bench.process import Process, module, running
from tests.fakes.alarmed import write_config
from tests.fakes.mosquitto import Mosquitto
from tests.fakes.push import PushService

DETECTORS = 50
ALARMS, COLD_ALARMS = 1000, 100
WARM_UP = 20
BELOW_MS = 50.0
"""What is asked of the median."""
TITLE = "## Alarms"
LISTENS = '"listening for alarms"'
RULES = "alarms: [{when: {alarm: smoke}, clear: 0s, repeat_after: 0s}]\n"
BROKER = "allow_anonymous true\nqueue_qos0_messages true\nupgrade_outgoing_qos true\nmax_queued_messages 0\n"


def detectors(many: int) -> str:
    """So many of them, as a section of the configuration."""
    rows = (
        f"  - {{id: detector-{number}, type: SMOKESENSOR, name: 감지기 {number}, smoke: {{state: {_topic(number)}}}}}\n"
        for number in range(many)
    )
    return "devices:\n" + "".join(rows)


@dataclass(slots=True)
class Bench:
    """A gateway that listens for alarms, and both its neighbours."""

    process: Process
    broker: Mosquitto
    client: aiomqtt.Client
    push: PushService

    async def ring(self, number: int) -> float:
        """Smoke at a detector; the seconds until the request for it was read. Then the smoke is over."""
        topic, before, began = _topic(number), len(self._taken(number)), time.monotonic()
        await self.client.publish(topic, "ON", qos=1)
        await self.push.wait_for(lambda: len(self._taken(number)) > before)
        await self.client.publish(topic, "OFF", qos=1)
        return self._taken(number)[-1] - began

    def _taken(self, number: int) -> list[float]:
        return [one.at for one in self.push.taken if one.appliance == f"detector-{number % DETECTORS}"]


@dataclass(frozen=True, slots=True)
class Latencies:
    """In seconds. `cold` are those whose request needs a new connection, as after a quiet hour."""

    warm: Sequence[float]
    cold: Sequence[float] = field(default=())


@asynccontextmanager
async def bench(folder: Path, devices: str = "", more: str = RULES, settings: str = BROKER) -> AsyncIterator[Bench]:
    """All of it, in this folder; `settings` are the broker's."""
    broker = Mosquitto(folder / "broker", settings)
    await broker.start()
    try:
        async with PushService() as push:
            config = write_config(folder, broker.port, push.port, devices or detectors(DETECTORS), more)
            argv = module("gateway", "run", "--config", config)
            with running("gateway", argv, folder / "gateway.log") as process:
                async with asyncio.timeout(30), aiomqtt.Client("127.0.0.1", broker.port) as client:
                    while LISTENS not in process.log.read_text(encoding="utf-8"):
                        process.check()
                        await asyncio.sleep(0.01)
                async with aiomqtt.Client("127.0.0.1", broker.port) as client:
                    yield Bench(process, broker, client, push)
    finally:
        broker.stop()


async def measure(folder: Path, many: int, cold: int = 0) -> Latencies:
    """So many alarms, one at a time, of one detector after the other."""
    async with bench(folder) as found:
        for number in range(WARM_UP):
            await found.ring(number)
        warm = [await found.ring(number) for number in range(many)]
        slow = []
        for number in range(cold):
            await found.push.down()
            await found.push.up()
            slow.append(await found.ring(number))
    return Latencies(warm, slow)


def _topic(number: int) -> str:
    return f"home/{number % DETECTORS}/smoke"


def main(file: Path | None, quick: bool) -> int:
    """Print the figures, and write them into the page where one is given. 1 if the median is too high."""
    with TemporaryDirectory(prefix="alarms-") as folder:
        many, cold = (100, 10) if quick else (ALARMS, COLD_ALARMS)
        found = asyncio.run(measure(Path(folder), many, cold))
    lines = table(found)
    print(machine(), "", *lines, sep="\n")
    if file is not None:
        page = file.read_text(encoding="utf-8")
        file.write_text(page.removesuffix(section(file)) + _section(lines), encoding="utf-8")
    return 0 if median(found.warm) * 1000 < BELOW_MS else 1


def table(found: Latencies) -> list[str]:
    """The lines of a Markdown table."""
    rows = [
        "| from PUBLISH to the request at the push service | alarms | median, ms | p95, ms | max, ms | target |",
        "|---|---:|---:|---:|---:|---|",
        _row("one at a time, connection kept", found.warm, f"median < {BELOW_MS:.0f} ms"),
    ]
    return rows + ([_row("the same, after a pause: a new connection", found.cold)] if found.cold else [])


def _row(name: str, seconds: Sequence[float], target: str = "") -> str:
    figures = sorted(one * 1000 for one in seconds)
    p95 = quantiles(figures, n=20, method="inclusive")[18]
    return f"| {name} | {len(figures):,} | {median(figures):.2f} | {p95:.2f} | {figures[-1]:.1f} | {target} |"


def section(file: Path) -> str:
    """This part of the page as it is, which is the last; empty where there is none."""
    page = file.read_text(encoding="utf-8") if file.exists() else ""
    found = page.find(f"\n{TITLE}\n")
    return page[found:] if found >= 0 else ""


_ELSEWHERE = """
What tests print (`-s`) on the same machine. After a day without the push service 2,808 notifications that waited go out
at 390 to 1,000 a second, and the 10,000 alarms of that day take 3.1 MB on the disk (`tests/whole/test_alarms_day.py`).
A sensor that sends 100 messages a second takes 7 % of a core; while 2,000 messages come at once, twice a second, the
alarm that waits the longest waits for 0.3 s (`tests/whole/test_alarms_load.py`). `scripts/kill-loop` tells how many
seconds a killed gateway takes until it listens.
"""


def _section(lines: Sequence[str]) -> str:
    text = f"""
{TITLE}

Measured by `scripts/bench --alarms --write docs/performance.md`, on

{machine()}

Mosquitto at QoS 1, {DETECTORS} smoke detectors, the gateway as shipped. On the way are the broker, the rule, the commit
to the disk (each one flushed) and the request over HTTP; a real one has the TLS handshake on top where the connection
is new. The request counts as made when the push service has read its head.

"""
    return text + "\n".join(lines) + "\n" + _ELSEWHERE
