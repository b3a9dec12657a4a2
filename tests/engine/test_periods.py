"""Small stories of days and months, told by devices and asked for by period; what is right is worked out by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.config.tariff import TariffSection
from gateway.engine.history import COMMIT_SECONDS
from gateway.home import traits
from gateway.home.device import Slot
from gateway.home.periods import Period
from gateway.home.problems import StateUnknown
from gateway.home.traits import Trait
from gateway.home.values import Value
from tests.clockwork import timeless
from tests.fakes.archive import Drawer
from tests.homes import SEOUL, House, plain

HOUR, DAY = 3600.0, 86_400.0
KOREA = TariffSection.model_validate(
    {
        "currency": "KRW",
        "steps": [
            {"up_to": 200, "base": 910, "price": 120.0},
            {"up_to": 400, "base": 1600, "price": 214.6},
            {"base": 7300, "price": 307.3},
        ],
        "surcharge": 14.0,
        "tax": 0.127,
    }
).tariff()
WINDOW = plain("dev", "OPENCLOSESENSOR", "창문", contact={"state": "w"})
HALL = plain("dev", "MOTIONSENSOR", "복도", motion={"state": "m"})
CHAIR = plain("dev", "SMARTCHAIR", "의자", sitting={"state": "c"}, right_posture={"state": "p"})
METER = plain("dev", "SMARTMETER", "계량기", energy={"state": "e"})
PLUG = plain("dev", "SMARTPLUG", "플러그", on_off={"command": "x", "state": "y"}, power_use={"state": "p"})


def at(text: str) -> float:
    """A time of day in Seoul."""
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL).timestamp()


def between(start: str, end: str) -> Period:
    return Period(at(start), at(end))


def is_set_aside(folder: Path) -> bool:
    return any("broken" in found.name for found in folder.iterdir())


@asynccontextmanager
async def living(*told: Any, archive: Drawer | None = None) -> AsyncIterator[House]:
    """A house that keeps its history. It begins on Saturday, 2026-11-21, at 07:30."""
    house = House(*told, tariff=KOREA, archive=archive)
    await house.history.load()
    running = asyncio.create_task(house.history.run())
    try:
        yield house
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(house: House, when: str) -> None:
    await asyncio.sleep(at(when) - house.wall())


async def tell(house: House, *told: tuple[str, str, str]) -> None:
    """Each is said at its time."""
    for when, topic, payload in told:
        await until(house, when)
        house.hear(topic, payload)


async def ask(house: House, trait: Trait, period: Period | None = None) -> Value:
    device = next(iter(house.registry.wirings())).device
    return await house.history.answer(device, Slot(trait), period)


@timeless
async def test_a_window_was_opened_and_shut() -> None:
    async with living(WINDOW) as house:
        await tell(
            house,
            ("2026-11-21T07:40", "w", "closed"),
            ("2026-11-21T08:00", "w", "open"),
            ("2026-11-21T08:20", "w", "closed"),
            ("2026-11-21T08:21", "w", "closed"),
        )
        await until(house, "2026-11-21T12:00")
        assert await ask(house, traits.OPEN_TIME) == pytest.approx(at("2026-11-21T08:00"), abs=0.01)
        assert await ask(house, traits.CLOSE_TIME) == pytest.approx(at("2026-11-21T08:20"), abs=0.01)


@timeless
async def test_what_never_happened_has_no_time() -> None:
    async with living(WINDOW) as house:
        await tell(house, ("2026-11-21T07:40", "w", "closed"))
        with pytest.raises(StateUnknown):
            await ask(house, traits.OPEN_TIME)


@timeless
async def test_detections_are_counted_and_never_guessed() -> None:
    async with living(HALL) as house:
        await tell(house, ("2026-11-21T07:30:01", "m", "OFF"))
        for hour in (8, 10, 23):
            for minute, word in ((0, "ON"), (5, "OFF")):
                await tell(house, (f"2026-11-21T{hour:02}:{minute:02}", "m", word))
        await until(house, "2026-11-22T09:00")
        assert await ask(house, traits.DETECTION_COUNT) == 0
        assert await ask(house, traits.DETECTION_COUNT, between("2026-11-21T07:59", "2026-11-22T08:00")) == 3
        with pytest.raises(StateUnknown):  # the morning of that day was not heard
            await ask(house, traits.DETECTION_COUNT, between("2026-11-21T00:00", "2026-11-22T00:00"))
        with pytest.raises(StateUnknown):
            await ask(house, traits.DETECTION_COUNT, between("2026-11-23T00:00", "2026-11-24T00:00"))


@timeless
async def test_time_of_use_and_posture_of_a_day() -> None:
    async with living(CHAIR) as house:
        await tell(house, ("2026-11-21T08:00", "c", "OFF"), ("2026-11-21T08:00", "p", "ON"))
        await tell(
            house,
            ("2026-11-22T09:00", "c", "ON"),
            ("2026-11-22T10:00", "p", "OFF"),
            ("2026-11-22T12:00", "c", "OFF"),
            ("2026-11-22T13:00", "p", "ON"),
        )
        await until(house, "2026-11-23T09:00")
        yesterday = between("2026-11-22T00:00", "2026-11-23T00:00")
        assert await ask(house, traits.USAGE_TIME, yesterday) == pytest.approx(3 * HOUR, abs=1)
        assert await ask(house, traits.RIGHT_POSTURE_RATIO, yesterday) == pytest.approx(100 / 3, abs=0.1)
        assert await ask(house, traits.USAGE_TIME) == 0


@timeless
async def test_a_counter_that_begins_anew_loses_nothing() -> None:
    async with living(METER) as house:
        for hour, number in enumerate((100.0, 101.0, 102.5, 0.5, 1.0, 1.0)):
            await tell(house, (f"2026-11-21T{8 + hour:02}:00", "e", str(number)))
        await until(house, "2026-11-21T13:00:01")
        used = await ask(house, traits.ENERGY, between("2026-11-21T08:00", "2026-11-21T13:00"))
        assert used == pytest.approx(1.0 + 1.5 + 0.5 + 0.5 + 0.0, abs=0.01)
        with pytest.raises(StateUnknown):
            await ask(house, traits.ENERGY, between("2026-11-21T00:00", "2026-11-21T13:00"))


@timeless
async def test_watts_become_kilowatt_hours_and_a_silence_does_not() -> None:
    async with living(PLUG) as house:
        for minute in range(0, 121, 5):
            hour, rest = divmod(minute, 60)
            await tell(house, (f"2026-11-21T{8 + hour:02}:{rest:02}", "p", "1200"))
        assert await ask(house, traits.POWER_USE, between("2026-11-21T08:00", "2026-11-21T10:00")) == pytest.approx(
            2.4, abs=0.02
        )
        await tell(house, ("2026-11-21T18:00", "p", "1200"))
        with pytest.raises(StateUnknown):
            await ask(house, traits.POWER_USE, between("2026-11-21T08:00", "2026-11-21T18:00"))


@timeless
async def test_the_bill_of_a_month_is_the_one_worked_out_by_hand() -> None:
    async with living(METER) as house:
        total = 5000.0
        for day in (*((11, day) for day in range(22, 31)), *((12, day) for day in range(1, 32)), (1, 1)):
            year = 2027 if day == (1, 1) else 2026
            await tell(house, (f"{year}-{day[0]:02}-{day[1]:02}T00:00", "e", str(total)))
            total += 10.0
        await until(house, "2027-01-01T00:30")
        december = between("2026-12-01T00:00", "2027-01-01T00:00")
        assert await ask(house, traits.ENERGY, december) == pytest.approx(310, abs=0.01)
        by_hand = (1600 + 200 * 120.0 + 110 * 214.6 + 310 * 14.0) * 1.127
        assert await ask(house, traits.BILL, december) == pytest.approx(by_hand, abs=1)
        half = between("2026-12-01T00:00", "2026-12-16T00:00")
        assert await ask(house, traits.BILL, half) == pytest.approx((910 + 150 * (120.0 + 14.0)) * 1.127, abs=1)
        january = between("2027-01-01T00:00", "2027-02-01T00:00")
        assert await ask(house, traits.ESTIMATED_ENERGY, january) == pytest.approx(310, rel=0.05)


@timeless
async def test_the_disk_is_left_in_peace() -> None:
    drawer = Drawer()
    async with living(HALL, PLUG, archive=drawer) as house:
        for second in range(120):
            for _ in range(100):
                house.hear("m", "ON" if second % 2 else "OFF")
                house.hear("p", str(second))
            await asyncio.sleep(1)
        assert 1 <= len(drawer.commits) <= 120 / COMMIT_SECONDS
        gaps = [later - earlier for earlier, later in zip(drawer.commits, drawer.commits[1:], strict=False)]
        assert all(gap >= COMMIT_SECONDS - 0.01 for gap in gaps)


@timeless
async def test_what_was_known_is_known_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    async with living(WINDOW, archive=Drawer(file)) as house:
        await tell(house, ("2026-11-21T08:00", "w", "closed"), ("2026-11-21T08:30", "w", "open"))
        await until(house, "2026-11-21T09:00")
        await house.history.close()
    async with living(WINDOW, archive=Drawer(file)) as house:
        house.hear("w", "open", retained=True)
        await until(house, "2026-11-21T10:00")
        assert await ask(house, traits.OPEN_TIME) == pytest.approx(at("2026-11-21T08:30"), abs=0.01)


@timeless
async def test_a_file_that_is_broken_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    file.write_bytes(b"no database at all, and long enough to be read as one" * 100)
    async with living(WINDOW, archive=Drawer(file)) as house:
        await tell(house, ("2026-11-21T08:00", "w", "closed"), ("2026-11-21T08:30", "w", "open"))
        assert await ask(house, traits.OPEN_TIME) == pytest.approx(at("2026-11-21T08:30"), abs=0.01)
    assert is_set_aside(tmp_path)
