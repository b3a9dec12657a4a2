"""Sends all inputs over some connections that stay open and many that do not, looks at every answer, and counts."""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz import known
from tests.fuzz.line import Answer, Line, Strange, is_last
from tests.fuzz.made import Input, Maker, honest
from tests.fuzz.watch import Subject, subject

CONNECTIONS = 24
HANG_SECONDS = 1.0
WAIT_SECONDS = 20.0
"""For how long an answer that is late is still awaited, to say how late it was."""
HONEST_EVERY_SECONDS = 0.2
PROGRESS_SECONDS = 5.0
MOST_FINDINGS = 50
SUSPECTS = 120
SIGN_INS = 4
WARM_UP = 10
"""After this part of the inputs the memory is first looked at."""
GROWTH_MB = 20.0
SPOKEN = ("signed", "unsigned", "honest")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be. The last of `inputs` is the most suspicious one."""

    what: str
    inputs: tuple[Input, ...]
    is_certain: bool = True
    """Otherwise it has to be seen again to be believed, or to know which input it was."""


@dataclass(slots=True)
class Report:
    """What came of it all."""

    seed: int
    inputs: int = 0
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    longest_of: str = ""
    honest: int = 0
    honest_longest: float = 0.0
    memory_mb: list[float] = field(default_factory=list)
    """After the warm-up, and in the end."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def growth_mb(self) -> float:
        """From the warm-up to the end."""
        return self.memory_mb[-1] - self.memory_mb[0] if self.memory_mb else 0.0


async def run(folder: Path, seed: int, total: int, progress: Callable[[str], None]) -> Report:
    """All of it, against a gateway of its own in this folder."""
    runner = _Runner(seed, total)
    async with subject(folder, runner.told) as found:
        await runner.run(found, progress)
    return runner.report


class _Runner:
    def __init__(self, seed: int, total: int) -> None:
        self.report = Report(seed)
        self._total = total
        self._maker = Maker(seed)
        self._numbers: Iterator[int] = iter(range(total))
        self._recent: deque[Input] = deque(maxlen=SUSPECTS)
        self._known: set[str] = set()

    def told(self, text: str) -> None:
        """The gateway itself says that something is wrong."""
        self._found(text, *self._recent, is_certain=text.startswith("opened"))

    async def run(self, found: Subject, progress: Callable[[str], None]) -> None:
        await self._sign_in(found)
        started = time.monotonic()
        beside = [
            asyncio.create_task(self._be_honest(found)),
            asyncio.create_task(self._show(found, started, progress)),
        ]
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(CONNECTIONS):
                    workers.create_task(self._work(found))
        finally:
            for task in beside:
                task.cancel()
            results = await asyncio.gather(*beside, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result
        self.report.seconds = time.monotonic() - started
        self.report.memory_mb.append(found.memory_mb())
        if self.report.growth_mb > GROWTH_MB:
            self._found(f"the memory grew by {self.report.growth_mb:.1f} MB")

    async def _sign_in(self, found: Subject) -> None:
        """A few times, for what a first password costs in memory, and for something that can be exchanged."""
        for number in range(SIGN_INS):
            door = number % 2
            await self._ask(self._maker.question(door), [None, None], found)
            if self._maker.pockets[door].forms:
                await self._ask(self._maker.form(door), [None, None], found)

    def _found(self, what: str, *inputs: Input, is_certain: bool = True) -> None:
        """Each sort of finding once: what stands in it of numbers makes no sort of its own."""
        sort = "".join(letter for letter in what[-400:] if not letter.isdigit())
        if sort not in self._known and len(self._known) < MOST_FINDINGS:
            self._known.add(sort)
            self.report.findings.append(Finding(what, inputs, is_certain))

    async def _show(self, found: Subject, started: float, progress: Callable[[str], None]) -> None:
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            report, seconds = self.report, time.monotonic() - started
            progress(
                f"{report.inputs:,} of {self._total:,} inputs, {report.inputs / seconds:,.0f} a second,"
                f" {found.memory_mb():.1f} MB, longest {report.longest:.2f} s, {len(report.findings)} findings"
            )

    async def _work(self, found: Subject) -> None:
        lines: list[Line | None] = [None, None]
        for number in self._numbers:
            one = self._maker.make(number)
            self._recent.append(one)
            if one.is_whole:
                await self._ask(one, lines, found)
            else:
                await self._throw(one, found)
            self._count(one, found)

    def _count(self, one: Input, found: Subject) -> None:
        self.report.inputs += 1
        self.report.kinds[one.kind] += 1
        if self.report.inputs == self._total // WARM_UP:
            self.report.memory_mb.append(found.memory_mb())
        if self.report.inputs % 1000 == 0:
            found.check()

    async def _ask(self, one: Input, lines: list[Line | None], found: Subject) -> None:
        """One request, one answer. A line that was closed meanwhile is no fault; three are."""
        for _ in range(3):
            line = lines[one.door] or await Line.to(found.ports[one.door])
            lines[one.door] = None
            started = time.monotonic()
            line.send(one.raw)
            try:
                answer = await line.answer(WAIT_SECONDS)
            except TimeoutError:
                self._found(f"no answer to {one.kind} within {WAIT_SECONDS:.0f} s", one)
                return line.hang_up()
            except Strange as strange:
                self._found(f"no HTTP: {strange}", one)
                return line.hang_up()
            if answer is not None:
                self._timed(one, time.monotonic() - started)
                self._judge(one, answer)
                if line.has_more:
                    self._found(f"an answer too many to {one.kind}", one)
                if is_last(answer) or line.has_more:
                    line.hang_up()
                else:
                    lines[one.door] = line
                return None
        return self._found(f"closed without an answer: {one.kind}", one)

    async def _throw(self, one: Input, found: Subject) -> None:
        """Whatever comes of it, the line is closed soon after its end."""
        line = await Line.to(found.ports[one.door])
        line.send(one.raw)
        started = time.monotonic()
        try:
            for answer in await line.end(WAIT_SECONDS):
                self._judge(one, answer)
        except TimeoutError:
            self._found(f"not closed within {WAIT_SECONDS:.0f} s", one)
        except Strange as strange:
            self._found(f"no HTTP: {strange}", one)
        finally:
            line.hang_up()
        self._timed(one, time.monotonic() - started)

    def _timed(self, one: Input, seconds: float) -> None:
        if seconds > self.report.longest:
            self.report.longest, self.report.longest_of = seconds, f"{one.kind} {one.number}"
        if seconds > HANG_SECONDS:
            self._found(f"late by {seconds:.2f} s: {one.kind}", one, is_certain=False)

    def _judge(self, one: Input, answer: Answer) -> None:
        self.report.statuses[answer.status] += 1
        if answer.status >= 500 and not (answer.status == 503 and answer.body):  # the page that says: busy
            self._found(f"status {answer.status} to {one.kind}", one)
        if answer.status == 200 and one.kind in SPOKEN:
            self._heard(one, answer)
        elif answer.status in (200, 303) and one.kind.startswith("/oauth"):
            self._harvest(one, answer)

    def _heard(self, one: Input, answer: Answer) -> None:
        if not one.may_be_heard:
            self._found("heard without a signature", one)
        try:
            message = json.loads(answer.body)
            is_message = message["header"]["namespace"] == "ClovaHome" and isinstance(message["payload"], dict)
        except (ValueError, LookupError, TypeError):
            is_message = False
        if not is_message:
            self._found(f"answered what is no message: {answer.body[:200]!r}", one)

    def _harvest(self, one: Input, answer: Answer) -> None:
        """Take along what is given out; nobody is led anywhere but to where it was registered."""
        pocket = self._maker.pockets[one.door]
        if answer.status == 303:
            location = _between(answer.head, b"Location: ", b"\r\n")
            if not location.startswith(known.REDIRECTS):
                self._found(f"led to {location[:100]!r}", one)
            if code := location.partition("code=")[2].partition("&")[0]:
                pocket.codes.append(code)
                pocket.browsers.append(_between(answer.head, b"__Host-known=", b";"))
        elif one.kind == "/oauth/authorize":
            form = _between(answer.body, b'name="csrf" value="', b'"')
            pocket.forms.append((form, _between(answer.head, b"__Host-session=", b";")))
        elif one.kind == "/oauth/token":
            given = json.loads(answer.body)
            pocket.access.append(given["access_token"])
            pocket.refresh.append(given["refresh_token"])

    async def _be_honest(self, found: Subject) -> None:
        """A family that wants its lamp to be switched, whatever else goes on. Late once is the machine's affair."""
        late = 0
        number = 0
        while True:
            await asyncio.sleep(HONEST_EVERY_SECONDS)
            number += 1
            one = honest(number, number % 2)
            started = time.monotonic()
            line = await Line.to(found.ports[one.door])
            line.send(one.raw)
            answer = await line.answer(WAIT_SECONDS)
            line.hang_up()
            seconds = time.monotonic() - started
            late = late + 1 if seconds > HANG_SECONDS else 0
            self.report.honest += 1
            self.report.honest_longest = max(self.report.honest_longest, seconds)
            if answer is None or b"Confirmation" not in answer.body:
                self._found(f"an honest request was not confirmed: {answer and answer.body!r}", one)
            if late > 1:
                self._found(f"an honest request was answered after {seconds:.2f} s", one)


def _between(text: bytes, before: bytes, after: bytes) -> str:
    return text.partition(before)[2].partition(after)[0].decode("latin-1")
