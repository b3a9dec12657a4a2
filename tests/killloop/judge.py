"""What became of every occasion: delivered, closed on record, or lost; and why something was sent twice."""

import shutil
import sqlite3
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.killloop.home import ALARMS
from tests.killloop.processes import Life, Request
from tests.killloop.sounder import Tally

BROKER_SECONDS = 3.0
"""What a broker has taken so long before it is killed should be on its disk."""
SLACK_SECONDS = 1.0
"""By so much a row may be dated before what brought it about: the two clocks are read one after the other."""

IN_DOUBT = "killed between the service's answer and our own disk"
AGAIN = "raised twice: the broker handed on again what was on our disk"
UNEXPLAINED = "unexplained"


class Row(NamedTuple):
    """A notification as it stands in the file of alarms; `raised_at` in monotonic seconds."""

    device: str
    alarm: str
    state: str
    why: str
    raised_at: float


class Rows:
    """All rows that ever were in the file, looked at before they are old enough to be deleted."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.by_id: dict[int, Row] = {}

    def look(self) -> None:
        """At a copy, as a kill has left it: it is the daemon's matter to clear up."""
        ahead = time.time() - time.monotonic()
        with TemporaryDirectory(prefix="rows-") as folder:
            for file in self._file.parent.glob(f"{self._file.name}*"):
                shutil.copy(file, folder)
            if not (copy := Path(folder, self._file.name)).exists():
                return
            with closing(sqlite3.connect(copy)) as db:
                try:
                    found = db.execute("SELECT id, device, alarm, state, why, raised_at FROM notifications").fetchall()
                except sqlite3.OperationalError:  # killed before there was anything in it
                    return
        for number, device, alarm, state, why, raised_at in found:
            self.by_id[number] = Row(device, alarm, state, why, raised_at - ahead)


@dataclass(slots=True)
class Verdict:
    """What came of it all."""

    occasions: int = 0
    delivered: int = 0
    closed: Counter[str] = field(default_factory=Counter)
    """Not delivered and closed on record, by reason."""
    lost: list[str] = field(default_factory=list)
    lost_by_broker: list[str] = field(default_factory=list)
    duplicates: Counter[str] = field(default_factory=Counter)
    most_of_one_kill: int = 0
    disorders: list[str] = field(default_factory=list)
    not_unknown: list[str] = field(default_factory=list)
    """Sent twice though it was known that it had been sent."""
    states: Counter[str] = field(default_factory=Counter)
    """What is on record in the end."""


class Judge:
    """Times are monotonic seconds; `broker_kills` is when the broker was killed."""

    def __init__(
        self, requests: Sequence[Request], lives: Sequence[Life], broker_kills: Sequence[float], rows: Rows
    ) -> None:
        self._requests = requests
        self._lives = lives
        self._starts = [life.spawned_at for life in lives]
        self._broker_kills = broker_kills
        self._last = {self._life(request.at): number for number, request in enumerate(requests)}
        self._rows: dict[tuple[str, str], list[Row]] = {}
        for _, row in sorted(rows.by_id.items()):
            self._rows.setdefault((row.device, row.alarm), []).append(row)
        self._spent: set[int] = set()
        """The rows that have excused a miss: each excuses one."""
        self._by_kill: Counter[int] = Counter()
        self.verdict = Verdict(states=Counter(row.state for row in rows.by_id.values()))

    def judge(self, tallies: Iterable[Tally]) -> Verdict:
        """All of it."""
        for tally in tallies:
            self.verdict.disorders += tally.disorders
            for number, one in enumerate(tally.raised):
                self.verdict.occasions += 1
                self.verdict.delivered += bool(one.takes)
                if not one.takes:
                    self._miss(tally, number)
                for earlier, later in zip(one.takes, one.takes[1:], strict=False):
                    self._twice(tally, number, earlier, later)
        self.verdict.most_of_one_kill = max(self._by_kill.values(), default=0)
        return self.verdict

    def _miss(self, tally: Tally, number: int) -> None:
        bell, alarm, at = tally.bell, ALARMS[number % len(ALARMS)], tally.raised[number].at
        rows = self._rows.get((bell.id, alarm), ())
        closed = [row for row in rows if row.state not in ("sent", "waiting") and row.raised_at >= at - SLACK_SECONDS]
        why = next((row for row in closed if id(row) not in self._spent), None)
        told = f"{bell.id} ({bell.sort.name}): occasion {number}, {alarm}, taken by the broker at {at:.3f}"
        if why is not None:
            self._spent.add(id(why))
            self.verdict.closed[f"{why.state}: {why.why}"] += 1
        elif any(0 <= killed - at < BROKER_SECONDS for killed in self._broker_kills):
            self.verdict.lost_by_broker.append(told)
        else:
            self.verdict.lost.append(told)

    def _twice(self, tally: Tally, number: int, earlier: int, later: int) -> None:
        """The answer to the first was lost; or it was the last thing that its daemon did; or it was raised twice."""
        first, second = self._requests[earlier], self._requests[later]
        if not first.is_told:
            self.verdict.duplicates[f"the service took it and could not say so ({first.step})"] += 1
            return
        life = self._life(first.at)
        if life != self._life(second.at) and earlier == self._last[life]:
            self.verdict.duplicates[IN_DOUBT] += 1
            self._by_kill[life] += 1
            return
        killed = self._raised_again(tally, number, second.at)
        reason = UNEXPLAINED if killed is None else AGAIN
        self.verdict.duplicates[reason] += 1
        self.verdict.not_unknown.append(f"{tally.bell.id}: occasion {number} at {second.at:.3f}, {reason}")
        if killed is not None:
            self._by_kill[killed] += 1

    def _raised_again(self, tally: Tally, number: int, at: float) -> int | None:
        """Which life was killed before the row of a second sending was made; None if there is no such row."""
        rows = self._rows.get((tally.bell.id, ALARMS[number % len(ALARMS)]), ())
        occasions = len(range(number % len(ALARMS), len(tally.raised), len(ALARMS)))
        before = [row for row in rows if row.raised_at <= at]
        return self._life(before[-1].raised_at) - 1 if before and len(rows) > occasions else None

    def _life(self, at: float) -> int:
        return bisect_right(self._starts, at) - 1
