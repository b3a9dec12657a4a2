"""The past of the devices: what is kept of their readings, batched, and what can be asked of it (see past.py).

Switches are kept as their changes, counters as the number the device shows, watts summed up to kilowatt-hours, nights
as what was said of them. None marks where nothing is known: the device, the broker or the gateway was away.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Protocol

import structlog

from gateway.engine.past import DERIVED, Past
from gateway.engine.series import Sample, Samples
from gateway.engine.tariff import Tariff
from gateway.home import traits
from gateway.home.device import Device, Feature, Reading, Slot
from gateway.home.periods import Period
from gateway.home.traits import Keep
from gateway.home.values import Value
from gateway.wire.binding import Wiring

log: structlog.stdlib.BoundLogger = structlog.get_logger("history")

COMMIT_SECONDS = 10.0
ALIVE_SECONDS = 60.0
"""How often the disk is told that we are here, where there is nothing else to tell it."""
SPACING_SECONDS = 300.0
"""Counters and sums are kept once in so many seconds."""
GAP_SECONDS = 1800.0
"""Watts are believed to hold for so long."""
FLAPS_A_MINUTE = 60
"""A switch that changes more often is kept with its last change of each minute."""
MAX_PENDING = 20_000
CLOCK_IS_SET = 1_767_225_600.0
"""2026-01-01: a clock that shows less was never set, and nothing is kept by it."""

Series = tuple[str, str, str]
"""Device, trait and part."""
Row = tuple[Series, float, float | None]


class Archive(Protocol):
    """Where samples lie. Instants are seconds since 1970."""

    async def open(self, now: float) -> None:
        """Open what there is, without what lies more than a day ahead of `now`."""

    async def close(self) -> None:
        """Finish."""

    async def last(self) -> tuple[dict[Series, Sample], float | None]:
        """The last sample of each series, and when we were last alive."""
        ...

    async def append(self, rows: list[Row], now: float) -> None:
        """Keep these, and that we are alive, in one commit."""

    async def load(self, series: Series, start: float, end: float) -> list[Sample]:
        """The samples of a span, the last one before it and the first one after it."""
        ...


@dataclass(slots=True)
class _Track:
    """One kept slot: its last row, and what waits for more of the same."""

    series: Series
    keep: Keep
    at: float = 0.0
    value: float | None = None
    waiting: Sample | None = None
    """A row that a newer one may still replace."""
    watts: float | None = None
    sum: float = 0.0
    """Kilowatt-hours, of watts."""
    minute: float = 0.0
    changes: int = 0


class History:
    """Keeps readings and answers what is asked of them. `wall` is the time of day in seconds since 1970."""

    def __init__(self, archive: Archive, zone: tzinfo, wall: Callable[[], float], tariff: Tariff | None) -> None:
        self._archive = archive
        self._wall = wall
        self._has_tariff = tariff is not None
        self._past = Past(self._samples, zone, wall, tariff)
        self._tracks: dict[tuple[str, Slot], _Track] = {}
        self._last: dict[Series, Sample] = {}
        self._pending: list[Row] = []
        self._told_at = 0.0
        self._failing = False

    # What is heard

    def record(self, device_id: str, slot: Slot, reading: Reading) -> None:
        """Take in a reading, live or kept by the broker."""
        track = self._tracks.get((device_id, slot))
        if track is None:
            return
        now = self._wall()
        if now < CLOCK_IS_SET or not isinstance(reading.value, bool | int | float):
            return
        value = float(reading.value)
        match track.keep:
            case Keep.STEPS:
                self._step(track, now, value)
            case Keep.COUNTER:
                self._space(track, now, value)
            case Keep.RATE:
                self._sum_up(track, now, value)
            case Keep.NIGHTS if reading.live or value != track.value:
                self._add(track, now, value)

    def lost(self, device_id: str) -> None:
        """The device is away: what it does meanwhile is not known."""
        for (known_id, _), track in self._tracks.items():
            if known_id == device_id:
                self._forget(track)

    def disconnected(self) -> None:
        """The broker is away: what any device does meanwhile is not known."""
        for track in self._tracks.values():
            self._forget(track)

    def _step(self, track: _Track, now: float, value: float) -> None:
        """A change; of a switch that flaps only the last one of a minute."""
        if now - track.minute >= 60:
            self._release(track)
            track.minute, track.changes = now, 0
        known = track.waiting[1] if track.waiting is not None else track.value
        if value == known:
            return
        track.changes += 1
        if track.changes > FLAPS_A_MINUTE:
            track.waiting = (now, value)
        else:
            self._add(track, now, value)

    def _space(self, track: _Track, now: float, value: float | None) -> None:
        """Keep the first of every SPACING_SECONDS at once, and the last when the next are due."""
        waiting = track.waiting
        if waiting is not None and (now - track.at >= SPACING_SECONDS or _falls(waiting[1], value)):
            self._release(track)
        if track.value is None or now - track.at >= SPACING_SECONDS:
            self._add(track, now, value)
        else:
            track.waiting = (now, value)

    def _sum_up(self, track: _Track, now: float, watts: float) -> None:
        """Add what was drawn since the last reading to the running total, in kilowatt-hours."""
        at = track.waiting[0] if track.waiting is not None else track.at
        if track.watts is not None and now - at <= GAP_SECONDS:
            track.sum += track.watts * max(0.0, now - at) / 3_600_000
            self._space(track, now, track.sum)
        else:
            self._break(track, at)
            self._add(track, now, track.sum)
        track.watts = watts

    def _forget(self, track: _Track) -> None:
        """From here on nothing is known; of a counter its number is, whenever it comes back."""
        now = self._wall()
        if track.keep is Keep.RATE and track.watts is not None:
            self._sum_up(track, now, track.watts)
        if track.keep in (Keep.STEPS, Keep.RATE):
            self._break(track, now)
        track.watts = None

    def _break(self, track: _Track, at: float) -> None:
        self._release(track)
        if track.value is not None:
            self._add(track, at, None)

    def _release(self, track: _Track) -> None:
        if track.waiting is not None:
            (at, value), track.waiting = track.waiting, None
            self._add(track, at, value)

    def _add(self, track: _Track, at: float, value: float | None) -> None:
        """A row; time never goes back in a series, whatever the clock does."""
        track.at, track.value = max(at, track.at + 0.001), value
        self._pending.append((track.series, track.at, value))
        if len(self._pending) > MAX_PENDING:
            del self._pending[: MAX_PENDING // 10]

    # Which slots there are

    def rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener."""
        old = set(_kept(before)) if before is not None else set()
        new = set(_kept(after)) if after is not None else set()
        device_id = (after or before).device.id  # type: ignore[union-attr]  # one of them is there
        for slot in old - new:
            track = self._tracks.pop((device_id, slot))
            self._release(track)
        for slot in new - old:
            series = (device_id, slot.trait.name, slot.part)
            at, value = self._last.get(series, (0.0, None))
            known = value if slot.trait.keep in (Keep.COUNTER, Keep.NIGHTS) else None
            self._tracks[device_id, slot] = _Track(series, slot.trait.keep, at, known, sum=value or 0.0)

    def completed(self, wiring: Wiring) -> Wiring:
        """The wiring with what can be told of the device's past, where it does not report that itself."""
        features = dict(wiring.device.features)
        for slot in tuple(features):
            for trait, needs_tariff in DERIVED.get(slot.trait, ()):
                derived = Slot(trait, slot.part)
                if slot in _kept(wiring) and derived not in features and (self._has_tariff or not needs_tariff):
                    features[derived] = Feature(derived, readable=True, writable=False)
        return replace(wiring, device=replace(wiring.device, features=features))

    # What is asked

    async def answer(self, device: Device, slot: Slot, period: Period | None) -> Value:
        """A trait over a period, or one that is derived from the past. Raises StateUnknown."""
        return await self._past.answer(device, slot, period)

    def honours(self, slot: Slot, period: Period) -> bool:
        """Whether the device's own number is the answer for this period, or the period means nothing for it."""
        return self._past.covers(slot.trait.about, period) or not self._past.knows(slot.trait)

    async def recent(self, device: Device, slot: Slot, period: Period) -> Period | None:
        """When a switch was last on within a period."""
        return await self._past.recent(device, slot, period)

    async def _samples(self, device_id: str, slot: Slot, start: float, end: float) -> Samples:
        """What is on the disk and what is on its way there, in order of time."""
        series = (device_id, slot.trait.name, slot.part)
        found = dict(await self._archive.load(series, start, end))
        found |= {at: value for known, at, value in self._pending if known == series}
        track = self._tracks.get((device_id, slot))
        if track is not None and track.waiting is not None:
            found[track.waiting[0]] = track.waiting[1]
        if track is not None and track.watts is not None:
            at = track.waiting[0] if track.waiting is not None else track.at
            now = max(at + 0.001, min(self._wall(), at + GAP_SECONDS))
            found[now] = track.sum + track.watts * (now - at) / 3_600_000
        return sorted(found.items())

    # The disk

    async def load(self) -> None:
        """Read where we left off. While we were away, nothing was known."""
        now = self._wall()
        await self._archive.open(now)
        self._last, alive = await self._archive.last()
        kinds = {trait.name: trait.keep for trait in traits.TRAITS.values()}
        for series, (at, value) in tuple(self._last.items()):
            if value is not None and kinds.get(series[1]) in (Keep.STEPS, Keep.RATE):
                gone = max(at + 0.001, min(alive or at, now))
                self._pending.append((series, gone, None))
                self._last[series] = (gone, value)

    async def run(self) -> None:
        """Commit what has come in, as seldom as an SD card likes."""
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            await self._commit()

    async def close(self) -> None:
        """Commit the rest."""
        for track in self._tracks.values():
            self._release(track)
        self._told_at = 0.0
        await self._commit()
        await self._archive.close()

    async def _commit(self) -> None:
        now = self._wall()
        if now < CLOCK_IS_SET or not (self._pending or abs(now - self._told_at) >= ALIVE_SECONDS):
            return
        rows, self._pending = self._pending, []
        committing = [*rows]
        try:
            await self._archive.append(committing, now)
        except OSError as error:
            self._pending = [*rows, *self._pending][-MAX_PENDING:]
            if not self._failing:
                log.warning("the history cannot be written; it is kept in memory meanwhile", why=str(error))
            self._failing = True
        else:
            self._told_at, self._failing = now, False


def _falls(before: float | None, value: float | None) -> bool:
    """Whether a counter begins anew, so that the number before must not be lost."""
    return before is not None and value is not None and value < before


def _kept(wiring: Wiring) -> Iterator[Slot]:
    return (slot for slot, one in wiring.bindings.items() if one.feeds and slot.trait.keep is not Keep.NONE)
