"""A history on a clockwork loop, the home that it hears, and a clock on the wall that can be set."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from gateway.engine.history import History
from gateway.engine.tariff import Tariff
from gateway.home.device import Reading, Slot
from gateway.home.periods import Period
from gateway.home.problems import StateUnknown
from gateway.home.traits import Trait
from gateway.home.values import Value
from gateway.wire.binding import Wiring
from tests.fakes.archive import Drawer
from tests.homes import SEOUL, SWITCH, plain

BEGIN = datetime.fromisoformat("2026-11-21T08:00+09:00").timestamp()
HOME = plain(
    on_off=SWITCH,
    contact={"state": "c"},
    motion={"state": "m"},
    energy={"state": "e"},
    power_use={"state": "p"},
    sleep_score={"state": "s"},
)


def at(text: str) -> float:
    """A time of that day, or of another: `11-22 08:00`."""
    day, _, time = text.rpartition(" ")
    return datetime.fromisoformat(f"2026-{day or '11-21'}T{time}+09:00").timestamp()


class Diary:
    """One run of the gateway after the other, on one disk."""

    def __init__(self, drawer: Drawer | None = None, wiring: Wiring = HOME, tariff: Tariff | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.ahead = BEGIN - self.loop.time()
        self.drawer = drawer or Drawer()
        self.wiring = wiring
        self.tariff = tariff
        self.running: asyncio.Task[None] | None = None
        self.new()

    def wall(self) -> float:
        return self.loop.time() + self.ahead

    def new(self) -> None:
        self.history = History(self.drawer, SEOUL, self.wall, self.tariff)
        self.device = self.history.completed(self.wiring).device

    async def start(self) -> None:
        await self.history.load()
        self.history.rewire(None, self.wiring)
        self.running = asyncio.create_task(self.history.run())

    async def kill(self) -> None:
        """Nothing is written any more."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
        self.new()

    async def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
        await self.history.close()
        self.new()

    async def until(self, text: str) -> None:
        seconds = at(text) - self.wall()
        assert seconds > -0.001, "a story is told in order"
        await asyncio.sleep(seconds)

    async def tell(self, trait: Trait, *told: tuple[str, Value]) -> None:
        """Each is said at its time."""
        for when, value in told:
            await self.until(when)
            self.hear(trait, value)

    def hear(self, trait: Trait, value: Value, live: bool = True) -> None:
        self.history.record("dev", Slot(trait), Reading(value, self.loop.time(), self.wall(), live, "topic"))

    async def ask(self, trait: Trait, start: str = "", end: str = "") -> Value | None:
        """The answer; None where it is not known."""
        period = Period(at(start), at(end)) if start else None
        try:
            return await self.history.answer(self.device, Slot(trait), period)
        except StateUnknown:
            return None


@asynccontextmanager
async def writing(
    drawer: Drawer | None = None, wiring: Wiring = HOME, tariff: Tariff | None = None
) -> AsyncIterator[Diary]:
    """A diary that has been begun; in the end it is left as it is."""
    diary = Diary(drawer, wiring, tariff)
    await diary.start()
    try:
        yield diary
    finally:
        await diary.kill()
