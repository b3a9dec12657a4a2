"""The push service is away for a day, and ten thousand alarms are raised meanwhile."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from gateway.alerts import Alerts
from gateway.dialects.plain import PlainDevice, compile_device
from gateway.engine.alarms import Alarms
from gateway.engine.keeping import Batch
from gateway.engine.outbox import Outbox, State
from gateway.engine.quiet import Quiet
from gateway.home.alarms import ALARMS_BY_NAME, DAY, HOUR, Severity, rule_of
from gateway.home.sending import Verdict
from gateway.links.outbox import OutboxFile
from gateway.links.push import Push
from gateway.wire.binding import Message, Wiring
from tests.fakes.alarmed import away
from tests.fakes.hours import START, Hours
from tests.fakes.push import EXTENSION, KEY, PushService

NOON_1970 = 1_790_000_000.0
MANY, ROUNDS = 10_000, 1_000
OUTAGE_SECONDS = DAY - 400
MOST_BYTES = 8 * 2**20
LEAST_RATE = 20.0

SORTS: dict[str, tuple[str, ...]] = {
    "detector": ("smoke", "gas", "carbon_monoxide", "heat"),
    "floor": ("leak",),
    "siren": ("triggered", "forced", "tamper"),
    "remote": ("battery_low",),
}
"""Sorts of devices, and the alarms that each raises in turn: all of one are equally urgent."""
NAMES = [f"{sort}-{number}" for number in range(50) for sort in SORTS]


def message(alarm: str) -> str:
    return f"msg-{alarm}"


def severity(name: str) -> Severity:
    return ALARMS_BY_NAME[SORTS[name.partition("-")[0]][0]].severity


def wiring(name: str) -> Wiring:
    written = {alarm: {"state": f"{name}/{alarm}"} for alarm in SORTS[name.partition("-")[0]]}
    return compile_device(PlainDevice.model_validate({"id": name, "type": "SMOKESENSOR", "name": name} | written))


def in_hours(test: Coroutine[Any, Any, None]) -> None:
    with capture_logs() as log, asyncio.Runner(loop_factory=Hours) as runner:
        runner.run(test)
    expired = [one for one in log if one["event"] == "alarm expired unsent"]
    assert expired
    assert all("no connection to the push service" in one["why"] for one in expired), "it is said aloud"
    assert KEY not in str(log)


class Kept:
    """The file, which takes real time; how many bytes it has come to at most."""

    def __init__(self, disk: OutboxFile, folder: Path, loop: Hours) -> None:
        self._disk = disk
        self._folder = folder
        self._loop = loop
        self.bytes = 0

    async def write(self, batch: Batch) -> None:
        with self._loop.real():
            await self._disk.write(batch)
        self.bytes = max(self.bytes, sum(one.stat().st_size for one in self._folder.iterdir()))

    async def keep_filters(self, filters: Iterable[str]) -> None:
        with self._loop.real():
            await self._disk.keep_filters(filters)


class Day:
    """The alarms of a home from a file on, and how large that has become."""

    def __init__(self, folder: Path, service: PushService) -> None:
        self._file = folder / "alarms.db"
        self._service = service
        self.bytes = 0
        self.receipts = 0
        self._is_kept = asyncio.Event()
        self.raised: Counter[str] = Counter()
        """How many alarms a device has raised."""

    @asynccontextmanager
    async def alerts(self) -> AsyncIterator[Alerts]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Hours)
        now, disk = loop.time, OutboxFile(self._file, lambda: NOON_1970 - START)
        push = Push(self._service.url, EXTENSION, SecretStr(KEY), lambda: NOON_1970 - START + now())

        async def send(device: str, message_id: str) -> Verdict:
            with loop.real():
                return await push.send(device, message_id)

        async def ask(message: Message) -> None:
            raise AssertionError(f"nobody is asked: {message}")

        alarms = {alarm for several in SORTS.values() for alarm in several}
        rules = [replace(rule_of(ALARMS_BY_NAME[one], message(one)), hold=0, clear=0, repeat_after=0) for one in alarms]
        quiet = Quiet({}, UTC, lambda: NOON_1970)
        rest = (lambda _: None, lambda _: None, ask, lambda: None, now)
        file = Kept(disk, self._file.parent, loop)
        alerts = Alerts(Alarms(rules), Outbox(), file, quiet, send, "", *rest)
        with loop.real():
            kept = await disk.open(now())
        alerts.restore(kept.occasions, kept.waiting, kept.last_id)
        for name in NAMES:
            alerts.rewire(None, wiring(name))
        async with push:
            tasks = [asyncio.create_task(one) for one in (alerts.run(), alerts.send())]
            try:
                yield alerts
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await alerts.keeping.finish()
                with loop.real():
                    await disk.close()
                self.bytes = max(self.bytes, file.bytes)

    async def ring(self, alerts: Alerts, names: Iterable[str]) -> None:
        """Each of these raises its next alarm, which is over at once; until all of that is on the disk."""
        for name in names:
            several = SORTS[name.partition("-")[0]]
            alarm = several[self.raised[name] % len(several)]
            for word in (b"ON", b"OFF"):
                alerts.deliver(f"{name}/{alarm}", word, False, self._receive)
            self.raised[name] += 1
        self._is_kept.clear()
        await self._is_kept.wait()

    def _receive(self) -> None:
        self.receipts += 1
        if self.receipts == 2 * self.raised.total():
            self._is_kept.set()

    def rows(self) -> list[tuple[str, str, str, str, float]]:
        """Device, state, severity and reason of each, and for how many seconds it waited."""
        with closing(sqlite3.connect(self._file)) as db:
            return db.execute(
                "SELECT device, state, severity, why, closed_at - raised_at FROM notifications ORDER BY id"
            ).fetchall()


async def a_day(day: Day, service: PushService) -> None:
    """The service is away for all of it; at noon the gateway is restarted."""
    async with day.alerts() as alerts:
        with away(service):
            await half_a_day(day, alerts, 0)
    waiting = sum(row[1] == State.WAITING.value for row in day.rows())
    async with day.alerts() as alerts:
        assert len(alerts.outbox) == waiting > 0
        with away(service):
            await half_a_day(day, alerts, ROUNDS // 2)
        assert not service.taken
        waiting, began_at = len(alerts.outbox), asyncio.get_running_loop().time()
        await service.up()
        await service.wait_for(lambda: service.taken, 90)
        assert asyncio.get_running_loop().time() - began_at < 75, "it is found again within about a minute"
        await drained(alerts, service, waiting)


async def half_a_day(day: Day, alerts: Alerts, first: int) -> None:
    for number in range(first, first + ROUNDS // 2):
        start = number * (MANY // ROUNDS)
        await day.ring(alerts, [NAMES[(start + one) % len(NAMES)] for one in range(MANY // ROUNDS)])
        await asyncio.sleep(OUTAGE_SECONDS / ROUNDS)


async def drained(alerts: Alerts, service: PushService, waiting: int) -> None:
    began, first = time.monotonic(), len(service.taken)
    while len(alerts.outbox):  # noqa: ASYNC110  # the outbox has no event
        await asyncio.sleep(0.05)
    seconds = time.monotonic() - began
    rate = (len(service.taken) - first) / seconds
    print(f"{waiting} waited, sent in {seconds:.1f} s: {rate:.0f} a second")
    assert rate >= LEAST_RATE


@pytest.mark.timeout(120)
def test_a_day_without_the_service_loses_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        async with PushService() as service:
            await service.down()
            day = Day(tmp_path, service)
            await a_day(day, service)
        judge(day, service)

    in_hours(test())


def judge(day: Day, service: PushService) -> None:
    rows = day.rows()
    assert len(rows) == MANY
    ends = Counter((row[1], row[2]) for row in rows)
    print(f"{ends}; at most {day.bytes:,} bytes on the disk")
    lives = [row for row in rows if row[2] == Severity.LIFE.value]
    assert {row[1] for row in lives} == {State.SENT.value}, "for a day it is news"
    assert len(lives) == MANY // len(SORTS)
    assert max(row[4] for row in lives) > DAY - HOUR
    others = [row for row in rows if row[2] != Severity.LIFE.value]
    for _, state, _, why, waited in others:
        assert state in (State.SENT.value, State.EXPIRED.value)
        assert (state == State.EXPIRED.value) == (round(waited, 3) >= HOUR)  # so finely the file tells time
        assert (state == State.EXPIRED.value) == ("no connection to the push service" in why)
    assert len(service.taken) == sum(row[1] == State.SENT.value for row in rows), "each once"
    assert day.bytes < MOST_BYTES

    ranks = [severity(one.appliance).rank for one in service.taken]
    assert ranks == sorted(ranks), "the urgent ones first"
    for name in NAMES:
        told = [one.message for one in service.taken if one.appliance == name]
        several = SORTS[name.partition("-")[0]]
        raised = [message(several[number % len(several)]) for number in range(day.raised[name])]
        assert told == raised[len(raised) - len(told) :], "in the order in which they were raised"


def test_what_nobody_could_be_told_for_longer_than_it_is_news_is_closed_with_the_reason(tmp_path: Path) -> None:
    async def test() -> None:
        async with PushService() as service:
            await service.down()
            day = Day(tmp_path, service)
            async with day.alerts() as alerts:
                with away(service):
                    await day.ring(alerts, NAMES[:4])
                    await asyncio.sleep(HOUR + 1)
                    assert [one.severity for one in alerts.outbox.waiting()] == [Severity.LIFE]
                    await asyncio.sleep(DAY - HOUR - 3)
                    assert len(alerts.outbox) == 1
                    await asyncio.sleep(3)
                    assert not len(alerts.outbox)
                    assert [one.state for one in alerts.outbox.closed] == [State.EXPIRED] * 4
            rows = day.rows()
            assert {row[1] for row in rows} == {State.EXPIRED.value}
            assert all("no connection to the push service" in row[3] for row in rows)
            assert not service.taken

    in_hours(test())
