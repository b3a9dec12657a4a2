"""The kill loop: bells ring, the daemon is killed at random moments and started again; in the end all is looked at."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.mosquitto import Mosquitto
from tests.killloop.home import bells, write
from tests.killloop.judge import Judge, Rows, Verdict
from tests.killloop.processes import Daemon, Request, Service, broker
from tests.killloop.sounder import Publisher, Sounder, Tally

MOMENTS = {"starting": 0.15, "any": 0.3, "publish": 0.25, "push": 0.3}
"""When it is killed, and how often so: while it starts; whenever; while it takes in a message; while it sends one."""
START_SECONDS = 0.6
READY_SECONDS = 30.0
ANY_SECONDS = 0.5
IDLE_SECONDS = 1.0
CLOSE_SECONDS = 0.006
"""So soon after a message was published, or a request came, it is killed."""
PATIENCE_SECONDS = 120.0
"""A bell that is not heard for so long rings anew; while the broker is killed, sooner."""
BROKER_PATIENCE_SECONDS = 15.0
LOOK_EVERY = 20
DRAIN_SECONDS = 60.0
"""Without anything new arriving for so long, what has not arrived is lost."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done."""

    kills: int
    seed: int
    bells: int = 60
    kills_broker: bool = False
    """Every other kill is one of the broker."""
    report_every: int = 10


@dataclass(slots=True)
class Report:
    """What was done, and what came of it."""

    plan: Plan
    kills: Counter[str] = field(default_factory=Counter)
    broker_kills: list[float] = field(default_factory=list)
    seconds: float = 0.0
    requests: int = 0
    ready_seconds: list[float] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    """What the daemon logged as one."""
    verdict: Verdict = field(default_factory=Verdict)

    def losses(self) -> list[str]:
        """What no alarm may come to, and no daemon."""
        verdict = self.verdict
        return [
            *(f"LOST {one}" for one in verdict.lost),
            *(f"OUT OF ORDER {one}" for one in verdict.disorders),
            *([f"{verdict.states['waiting']} ROWS STILL WAIT"] if verdict.states["waiting"] else []),
            *(f"THE DAEMON: {one}" for one in self.complaints),
        ]

    def repeats(self) -> list[str]:
        """What was sent twice and need not have been. A broker that was killed hands on again what it likes."""
        verdict = self.verdict
        if self.broker_kills:
            return []
        return [
            *(f"TWICE THOUGH IT WAS KNOWN {one}" for one in verdict.not_unknown),
            *([f"{verdict.most_of_one_kill} DUPLICATES OF ONE KILL"] if verdict.most_of_one_kill > 1 else []),
        ]


async def run(plan: Plan, folder: Path, say: Callable[[str], None], stop: asyncio.Event) -> Report:
    """All of it, in this folder; once `stop` is set, no more kills."""
    async with AsyncExitStack() as stack:
        mosquitto, service = broker(folder / "broker"), Service(plan.seed)
        stack.callback(mosquitto.stop)
        stack.push_async_callback(service.stop)
        await mosquitto.start()
        await service.start()
        daemon = Daemon(write(folder, mosquitto.port, service.port, plan.bells))
        stack.push_async_callback(daemon.stop)
        rows = Rows(folder / "state" / "alarms.db")
        loop = _Loop(plan, mosquitto, service, daemon, rows, say, stop)
        await loop.run()
        judge = Judge(service.requests, daemon.lives, loop.report.broker_kills, rows)
        loop.report.verdict = judge.judge(loop.tallies())
    return loop.report


class _Loop:
    def __init__(
        self,
        plan: Plan,
        mosquitto: Mosquitto,
        service: Service,
        daemon: Daemon,
        rows: Rows,
        say: Callable[[str], None],
        stop: asyncio.Event,
    ) -> None:
        self.report = Report(plan)
        self._plan = plan
        self._lots = random.Random(plan.seed)
        self._mosquitto = mosquitto
        self._service = service
        self._daemon = daemon
        self._rows = rows
        self._say = say
        self._stop = stop
        self._publisher = Publisher(mosquitto.port)
        patience = BROKER_PATIENCE_SECONDS if plan.kills_broker else PATIENCE_SECONDS
        self._sounders = {
            bell.id: Sounder(bell, self._publisher, random.Random(f"{plan.seed} {bell.id}"), patience)
            for bell in bells(plan.bells)
        }
        service.listeners.append(self._asked)

    def tallies(self) -> list[Tally]:
        return [sounder.tally for sounder in self._sounders.values()]

    def _asked(self, request: Request) -> None:
        if request.is_taken:
            number = len(self._service.requests) - 1
            self._sounders[request.device].tally.take(request.message, number)

    async def run(self) -> None:
        started = time.monotonic()
        enough = asyncio.Event()
        publishing = asyncio.create_task(self._publisher.run())
        try:
            await self._daemon.start()
            await self._daemon.until_ready(READY_SECONDS)  # what nobody has subscribed to, nobody keeps
            self._say("the daemon listens")
            async with asyncio.TaskGroup() as tasks:
                ringing = [tasks.create_task(sounder.run(enough)) for sounder in self._sounders.values()]
                await self._kill_again_and_again()
                enough.set()
                await self._drain(ringing)
                for bell in ringing:
                    bell.cancel()
            await self._daemon.end(signal.SIGTERM)
            self._rows.look()
        finally:
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)
        self.report.seconds = time.monotonic() - started
        self.report.requests = len(self._service.requests)
        self.report.ready_seconds = sorted(
            life.ready_seconds for life in self._daemon.lives if life.ready_seconds is not None
        )
        self.report.complaints, self.report.errors = self._daemon.complaints, self._daemon.errors

    async def _kill_again_and_again(self) -> None:
        for number in range(1, self._plan.kills + 1):
            if self._stop.is_set():
                self._say("stopped: what is under way is waited for")
                return
            moment = self._lots.choices(list(MOMENTS), list(MOMENTS.values()))[0]
            is_brokers = self._plan.kills_broker and number % 2 == 0
            await self._await(moment)
            self.report.kills[f"{'the broker, ' if is_brokers else ''}{moment}"] += 1
            if is_brokers:
                self.report.broker_kills.append(time.monotonic())
                self._mosquitto.signal(signal.SIGKILL)
                await self._mosquitto.start()
            else:
                await self._daemon.end(signal.SIGKILL)
                if number % LOOK_EVERY == 0:
                    self._rows.look()
                await self._daemon.start()
            if number % self._plan.report_every == 0:
                self._tell(number)

    async def _await(self, moment: str) -> None:
        """Until it is to be killed."""
        lots = self._lots
        if moment == "starting":
            await asyncio.sleep(lots.uniform(0.0, START_SECONDS))
            return
        await self._daemon.until_ready(READY_SECONDS)
        await asyncio.sleep(lots.uniform(0.0, ANY_SECONDS))
        watched = {"publish": self._publisher.published, "push": self._service.moved}.get(moment)
        if watched is not None:
            watched.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(watched.wait(), IDLE_SECONDS)
            await asyncio.sleep(lots.uniform(0.0, CLOSE_SECONDS))

    def _tell(self, number: int) -> None:
        raised = sum(len(tally.raised) for tally in self.tallies())
        awaited = sum(len(tally.awaited()) for tally in self.tallies())
        twice = sum(max(0, len(one.takes) - 1) for tally in self.tallies() for one in tally.raised)
        self._say(f"{number} of {self._plan.kills} kills, {raised} occasions, {awaited} under way, {twice} came twice")

    async def _drain(self, ringing: Sequence[asyncio.Task[None]]) -> None:
        """Until all has arrived and every bell has come to its end, or nothing arrives any more."""
        seconds = BROKER_PATIENCE_SECONDS if self._plan.kills_broker else DRAIN_SECONDS
        with suppress(TimeoutError):
            while any(tally.awaited() for tally in self.tallies()):
                self._service.moved.clear()
                await asyncio.wait_for(self._service.moved.wait(), seconds)
            await asyncio.wait(ringing, timeout=seconds)
            async with asyncio.timeout(seconds):
                while await self._daemon.waiting():  # noqa: ASYNC110  # it has no event for others
                    await asyncio.sleep(0.05)
