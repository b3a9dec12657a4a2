"""The past of the devices: what is kept of their readings (tracks.py), batched, and what can be asked of it (past.py).

Nothing is kept by a clock that cannot be believed (clock.py). The archive's thread reads and reckons what is asked.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Protocol, TypeVar

import structlog

from gateway.engine.clock import DAY_SECONDS, Clock
from gateway.engine.past import DERIVED, Past, can_be_asked
from gateway.engine.series import Sample, Samples
from gateway.engine.tariff import Tariff
from gateway.engine.tracks import KINDS, Series, Track
from gateway.home import traits
from gateway.home.device import Device, Feature, Reading, Slot
from gateway.home.periods import Period
from gateway.home.problems import StateUnknown
from gateway.home.traits import Keep
from gateway.home.values import Value
from gateway.wire.binding import Binding, Wiring

log: structlog.stdlib.BoundLogger = structlog.get_logger("history")

T = TypeVar("T")

COMMIT_SECONDS = 10.0
ALIVE_SECONDS = 60.0
"""How often the disk is told that we are here, where there is nothing else to tell it."""
SETTLED_SECONDS = 3600.0
"""Nothing is deleted for its age by a clock that was set later than this ago."""

Row = tuple[Series, float, float | None]


class Archive(Protocol):
    """Where samples lie. Instants are seconds since 1970; all raise OSError."""

    async def open(self) -> tuple[dict[Series, Sample], float]:
        """Open what there is: the last sample of each series, and when we were last alive (0: never)."""
        ...

    async def append(self, rows: list[Row], alive: float, gone: float) -> None:
        """In one commit: delete all from `gone` on, keep these, and that we were alive."""

    async def tidy(self, now: float) -> None:
        """In one commit: delete what is too old, thin out what is old."""

    async def apart(self, work: Callable[[], T]) -> T:
        """Do it where it keeps nobody waiting, and where `load` can be called."""
        ...

    def load(self, series: Series, start: float, end: float) -> list[Sample]:
        """The samples of a span, the last one before it and the first one after it."""
        ...

    async def close(self) -> None:
        """Finish."""


@dataclass(slots=True)
class _Heard:
    """What is kept of one device, and whether it has said that it is away."""

    tracks: dict[Slot, Track] = field(default_factory=dict)
    away: bool = False


class History:
    """Keeps readings and answers what is asked of them. `wall` is the time of day in seconds since 1970."""

    def __init__(self, archive: Archive, zone: tzinfo, wall: Callable[[], float], tariff: Tariff | None) -> None:
        self._archive = archive
        self._zone = zone
        self._tariff = tariff
        self._wall = wall
        self._clock = Clock()
        self._counting = False
        self._tracks: dict[Series, Track] = {}
        self._devices: dict[str, _Heard] = {}
        self._gone = math.inf
        """From here on all that is on the disk is wrong: the clock was set."""
        self._deleting = math.inf
        """The same, while it is being deleted there."""
        self._loaded = False
        self._failing = False
        self._told_at = 0.0
        self._tidied_at = -math.inf

    # What is heard

    def record(self, device_id: str, slot: Slot, reading: Reading) -> None:
        """Take in a reading, live or kept by the broker."""
        device = self._devices.get(device_id)
        track = device.tracks.get(slot) if device is not None else None
        if device is None or track is None or not isinstance(reading.value, bool | int | float):
            return
        if reading.live:
            device.away = False
        if not device.away:  # what the broker has kept of a device that is away is no news
            track.hear(self._believe(reading.heard_on, reading.heard_at), float(reading.value), reading.live)

    def lost(self, device_id: str) -> None:
        """The device is away: what it does meanwhile is not known."""
        device = self._devices.get(device_id)
        if device is not None:
            device.away = True
            self._lose(device.tracks.values())

    def doubted(self, device_id: str, slot: Slot) -> None:
        """It said what nobody understands: from now on nothing is known."""
        device = self._devices.get(device_id)
        if device is not None and slot in device.tracks:
            self._lose([device.tracks[slot]])

    def disconnected(self) -> None:
        """The broker is away: what any device does meanwhile is not known."""
        for device in self._devices.values():
            device.away = False
        self._lose(self._tracks.values())

    def _lose(self, tracks: Iterable[Track]) -> None:
        now = self._look()
        for track in tracks:
            track.lose(now)

    def _look(self) -> float | None:
        return self._believe(self._wall(), asyncio.get_running_loop().time())

    def _believe(self, wall: float, monotonic: float) -> float | None:
        """The time of day, unless it cannot be believed. If the clock was set, what was kept by the old one goes."""
        clock = self._clock
        gone = clock.look(wall, monotonic)
        if gone is not None:
            self._gone = min(gone, self._gone)
            for track in self._tracks.values():
                track.forget(gone)
        if clock.believed and (gone is not None or not self._counting):
            for track in self._tracks.values():
                track.resume(clock.now)
        self._counting = clock.believed
        return clock.now if clock.believed else None

    # Which slots there are

    def rewire(self, before: Wiring | None, after: Wiring | None) -> None:
        """A registry listener."""
        old = _kept(before) if before is not None else {}
        new = _kept(after) if after is not None else {}
        device_id = (after or before).device.id  # type: ignore[union-attr]  # one of them is there
        device = self._devices.setdefault(device_id, _Heard())
        for slot in old:
            if new.get(slot) != old[slot]:
                device.tracks.pop(slot).lose(self._clock.now if self._clock.believed else None)
        for slot in new:
            device.tracks[slot] = self._track((device_id, slot.trait.name, slot.part), slot.trait.keep)
        if after is None:
            del self._devices[device_id]

    def completed(self, wiring: Wiring) -> Wiring:
        """The wiring with what can be told of the device's past, where it does not report that itself."""
        features = dict(wiring.device.features)
        for slot in _kept(wiring):
            for trait, needs_tariff in DERIVED.get(slot.trait, ()):
                derived = Slot(trait, slot.part)
                if derived not in features and (self._tariff is not None or not needs_tariff):
                    features[derived] = Feature(derived, readable=True, writable=False)
        return replace(wiring, device=replace(wiring.device, features=features))

    def _track(self, series: Series, keep: Keep) -> Track:
        track = self._tracks.get(series)
        if track is None:
            track = self._tracks[series] = KINDS[keep](series)
        return track

    # What is asked

    async def answer(self, device: Device, slot: Slot, period: Period | None) -> Value:
        """A trait over a period, or one that is derived from the past. Raises StateUnknown."""
        return await self._reckon(device.id, lambda past: past.answer(device, slot, period))

    async def recent(self, device: Device, slot: Slot, period: Period) -> Period | None:
        """When a switch was last on within a period. Raises StateUnknown."""
        return await self._reckon(device.id, lambda past: past.recent(device, slot, period))

    def honours(self, slot: Slot, period: Period) -> bool:
        """Whether the device's own number is the answer for this period, or the period means nothing for it."""
        self._look()
        past = Past(lambda *_: (), self._zone, self._clock.now, self._tariff)
        return past.covers(slot.trait.about, period) or not can_be_asked(slot.trait)

    async def _reckon(self, device_id: str, ask: Callable[[Past], T]) -> T:
        now = self._look()
        if now is None:
            raise StateUnknown("nobody knows what time it is")
        device = self._devices.get(device_id, _Heard())
        unsaved = {track.series: track.samples(now) for track in device.tracks.values()}
        loaded, gone = self._loaded, min(self._gone, self._deleting)

        def load(slot: Slot, start: float, end: float) -> Samples:
            series = (device_id, slot.trait.name, slot.part)
            saved = self._archive.load(series, start, end) if loaded else []
            return _joined(saved, unsaved.get(series, []), gone)

        past = Past(load, self._zone, now, self._tariff)
        if not loaded:
            return ask(past)
        try:
            return await self._archive.apart(lambda: ask(past))
        except OSError as error:
            raise StateUnknown(f"the history cannot be read: {error}") from None

    # The disk

    async def load(self) -> None:
        """Read where we left off: nothing is known of the time between. Without a disk all is kept in memory."""
        try:
            last, alive = await self._archive.open()
        except OSError as error:
            self._failed(error)
            return
        self._clock.floor = max([self._clock.floor, alive, *(at for at, _ in last.values())])
        self._look()
        for series, (at, value) in last.items():
            trait = traits.TRAITS.get(series[1])
            if trait is not None and trait.keep in KINDS:
                self._track(series, trait.keep).go_on(at, value, alive, self._clock.now)
        self._loaded = True

    async def run(self) -> None:
        """Commit what has come in, as seldom as an SD card likes."""
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            if not self._loaded:
                await self.load()
            elif self._look() is not None:
                await self._commit()

    async def close(self) -> None:
        """Commit the rest. What happens from now on is not known."""
        self._lose(self._tracks.values())
        if self._loaded:
            await self._save(self._clock.floor)
        self._loaded = False
        await self._archive.close()

    async def _commit(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._clock.is_settled(now, SETTLED_SECONDS) and now - self._tidied_at >= DAY_SECONDS:
            self._tidied_at = now
            await self._written(self._archive.tidy(self._clock.now))
        elif abs(self._clock.now - self._told_at) >= ALIVE_SECONDS or any(map(Track.is_unsaved, self._tracks.values())):
            await self._save(self._clock.now)

    async def _save(self, alive: float) -> None:
        rows = [(track.series, at, value) for track in self._tracks.values() for at, value in track.save()]
        self._deleting, self._gone = min(self._deleting, self._gone), math.inf
        if await self._written(self._archive.append(rows, alive, self._deleting)):
            self._told_at, self._deleting = alive, math.inf
            for track in self._tracks.values():
                track.saved()

    async def _written(self, work: Awaitable[None]) -> bool:
        try:
            await work
        except OSError as error:
            self._failed(error)
            return False
        if self._failing:
            log.info("the history is written again")
        self._failing = False
        return True

    def _failed(self, error: OSError) -> None:
        if not self._failing:
            log.warning("the history cannot be written; it is kept in memory meanwhile", why=str(error))
        self._failing = True


def _joined(saved: list[Sample], unsaved: list[Sample], gone: float) -> Samples:
    """What is on the disk and what is on its way there, in order of time; some may be in both."""
    if saved and saved[-1][0] >= gone:
        saved = [sample for sample in saved if sample[0] < gone]
    if not saved or not unsaved or saved[-1][0] < unsaved[0][0]:
        return saved + unsaved
    return sorted({**dict(saved), **dict(unsaved)}.items())


def _kept(wiring: Wiring) -> dict[Slot, Binding]:
    return {
        slot: binding for slot, binding in wiring.bindings.items() if binding.feeds and slot.trait.keep is not Keep.NONE
    }
