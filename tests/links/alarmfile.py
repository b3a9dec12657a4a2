"""The file of alarms for tests, and what is written to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from pathlib import Path

import pytest

from gateway.engine.keeping import Batch
from gateway.engine.occasion import Key, Occasion
from gateway.engine.outbox import Notification
from gateway.home.alarms import Severity
from gateway.links.outbox import Kept, OutboxFile

NOW, AHEAD = 1000.0, 1_790_000_000.0
DAY = 86_400.0
SMOKE = Key("smoke", "거실", "smoke.위", "topic/1")
KEYS = [Key("leak", f"d{number}", "leak") for number in range(9)]


class Clock:
    """What `ahead` is taken from."""

    def __init__(self) -> None:
        self.ahead = AHEAD

    def __call__(self) -> float:
        return self.ahead


def note(id: int, **differing: object) -> Notification:
    one = Notification(
        *(id, "smoke", Severity.LIFE, "거실", "smoke.위", "topic/1", "msg-1", "그렇다", True),
        *(NOW - 9, NOW + 3600, NOW - 5),
    )
    return replace(one, **differing)  # type: ignore[arg-type]  # tests know the fields


def whole(**differing: object) -> Occasion:
    one = Occasion(SMOKE, NOW - 9, NOW - 8, NOW - 7, NOW - 6, True, True, NOW + 5, "그렇다", 3, "keypad")
    return replace(one, **differing)  # type: ignore[arg-type]  # tests know the fields


def batch(*notes: Notification) -> Batch:
    return Batch({}, {one.id: one for one in notes})


@asynccontextmanager
async def opened(folder: Path, clock: Clock | None = None, now: float = NOW) -> AsyncIterator[tuple[OutboxFile, Kept]]:
    file = OutboxFile(folder / "alarms.db", clock or Clock())
    kept = await file.open(now)
    try:
        yield file, kept
    finally:
        await file.close()


async def read(folder: Path, clock: Clock | None = None, now: float = NOW) -> Kept:
    async with opened(folder, clock, now) as (_, kept):
        return kept


def same(one: object, other: object) -> bool:
    """Whether all fields are, to the millisecond."""
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)]  # type: ignore[arg-type]
    return all(a == pytest.approx(b, abs=1e-3) if isinstance(a, float) else a == b for a, b in pairs)
