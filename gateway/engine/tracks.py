"""What is kept of one slot, by the trait's `Keep`: which readings become samples, and when.

Switches are kept as their changes, counters as the number the device shows, watts summed up to kilowatt-hours, nights
as what was said of them. None marks from where on nothing is known: the device, the broker or the gateway was away.
"""

from gateway.engine.series import Sample
from gateway.engine.totals import falls
from gateway.home import traits
from gateway.home.traits import Keep

SPACING_SECONDS = 300.0
"""Counters and sums are kept once in so many seconds."""
IDLE_SECONDS = 1800.0
"""So seldom while they stand still."""
GAP_SECONDS = 1800.0
"""Watts are believed to hold for so long."""
CHANGES_A_MINUTE = 60
"""Of what changes more often, the last of each commit is kept."""
REPEAT_SECONDS = 6 * 3600.0
"""The same word on a night within this is no word on another night."""
MAX_SAMPLES = 500
"""As many wait for a disk that cannot be written; then the older half is given up as unknown."""

Series = tuple[str, str, str]
"""Device, trait and part."""


class Track:
    """One series: its last sample, those that are not yet on the disk, and what waits to become one."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self.at = 0.0
        self.value: float | None = None
        self.fresh: list[Sample] = []
        self._saving: list[Sample] = []
        self._waiting: Sample | None = None
        self._minute = 0.0
        self._changes = 0

    def hear(self, now: float | None, value: float, live: bool) -> None:
        """Take in a reading; `now` is None while nobody knows the time."""

    def lose(self, now: float | None) -> None:
        """From here on nothing is known; of a counter its number is, whenever it comes back."""

    def go_on(self, at: float, value: float | None, alive: float, now: float) -> None:  # noqa: ARG002
        """Continue where the last run left off, which was last alive then."""
        if self.at < at:
            self.at, self.value = at, value

    def forget(self, gone: float) -> None:
        """The clock was set: from `gone` on nothing that was kept is right."""
        self.fresh = [sample for sample in self.fresh if sample[0] < gone]
        self._saving = [sample for sample in self._saving if sample[0] < gone]
        self._waiting = None
        self.at, self.value = min(self.at, gone), None

    def resume(self, now: float) -> None:
        """The time is known again."""

    def samples(self, now: float) -> list[Sample]:  # noqa: ARG002
        """All that is not known to be on the disk, as it is at this moment."""
        found = [*self._saving, *self.fresh]
        if self._waiting is not None:
            at, value = self._waiting
            found.append((max(at, self.at + 0.001), value))
        return found

    def is_unsaved(self) -> bool:
        """Whether there is something to be written."""
        return bool(self.fresh or self._saving)

    def save(self) -> list[Sample]:
        """What is to be written now, and is again until it was `saved`."""
        self._saving, self.fresh = _bounded([*self._saving, *self.fresh]), []
        return self._saving

    def saved(self) -> None:
        """All of that is on the disk."""
        self._saving = []

    def _add(self, at: float, value: float | None) -> None:
        """A sample; time never goes back in a series. Milliseconds, as on the disk."""
        self.at = max(round(at * 1000), round(self.at * 1000) + 1) / 1000
        self.value = value
        self.fresh.append((self.at, value))
        if len(self.fresh) > MAX_SAMPLES:
            self.fresh = _bounded(self.fresh)

    def _release(self) -> None:
        if self._waiting is not None:
            (at, value), self._waiting = self._waiting, None
            if value is not None or self.value is not None:
                self._add(at, value)

    def _left(self, gone: float) -> None:
        """Nothing is known of the time between two runs."""
        if self.fresh:
            self.fresh.insert(0, (gone, None))
        else:
            self._add(gone, None)

    def _seldom(self, now: float) -> bool:
        """Whether it may be kept at once, by how often it has changed of late."""
        if not 0 <= now - self._minute < 60:
            self._minute, self._changes = now, 0
        self._changes += 1
        return self._changes <= CHANGES_A_MINUTE


class Steps(Track):
    """A switch: its changes. While it changes too often, nothing is known but what it was in the end."""

    def __init__(self, series: Series) -> None:
        super().__init__(series)
        self._known: float | None = None

    def hear(self, now: float | None, value: float, live: bool) -> None:  # noqa: ARG002  # what was kept still holds
        """A change."""
        if value != self._known:
            self._known = value
            if now is not None:
                self._change(now)

    def lose(self, now: float | None) -> None:
        """It may change unseen."""
        if self._known is not None:
            self._known = None
            if now is not None:
                self._change(now)

    def go_on(self, at: float, value: float | None, alive: float, now: float) -> None:
        """It held until we were gone."""
        super().go_on(at, value, alive, now)
        if value is not None:
            self._left(max(at + 0.001, alive))

    def forget(self, gone: float) -> None:
        """Nothing is known from then on."""
        if self.at:
            super().forget(gone)
            self._add(gone, None)

    def resume(self, now: float) -> None:
        """It is what it last said."""
        if self._known is not None and self.value != self._known:
            self._add(now, self._known)

    def save(self) -> list[Sample]:
        """With the last one of many."""
        self._release()
        return super().save()

    def _change(self, now: float) -> None:
        if self._seldom(now):
            self._release()
            self._add(now, self._known)
            return
        if self.value is not None:
            self._add(now, None)
        self._waiting = (now, self._known)


class Counter(Track):
    """A counter: the first of every SPACING_SECONDS at once, and what bends the line between two of them."""

    def hear(self, now: float | None, value: float, live: bool) -> None:
        """Nobody knows when it was that what the broker has kept was measured."""
        if now is not None and live:
            self._space(now, value)

    def _space(self, now: float, value: float) -> None:
        known = self._waiting[1] if self._waiting is not None else self.value
        falls_now = known is not None and falls(known, value)
        bends = (falls_now or self._turns(now, value)) and self._seldom(now)
        if bends:
            self._release()
        due = IDLE_SECONDS if value == self.value else SPACING_SECONDS
        if self.value is None or now - self.at >= due or (bends and falls_now):
            self._waiting = None
            self._add(now, value)
        else:
            self._waiting = (now, value)

    def _turns(self, now: float, value: float) -> bool:
        """Whether what waits is the end of a rest or of a silence, which must not be lost."""
        if self._waiting is None:
            return False
        at, waiting = self._waiting
        return (waiting == self.value and value != waiting) or now - at >= SPACING_SECONDS


class Rate(Counter):
    """Watts: the energy since they became known, each reading taken to hold until the next."""

    def __init__(self, series: Series) -> None:
        super().__init__(series)
        self._watts: float | None = None
        self._since = 0.0
        self._sum = 0.0

    def hear(self, now: float | None, value: float, live: bool) -> None:
        """Add what was drawn since the last reading."""
        if now is None or not live:
            return
        if self._watts is not None and now - self._since > GAP_SECONDS:
            self.lose(now)
        if self._watts is None:
            self._sum = 0.0
            self._add(now, 0.0)
        else:
            self._sum = self._total(now)
            self._space(now, self._sum)
        self._watts, self._since = value, now

    def lose(self, now: float | None) -> None:
        """What was drawn until then is known."""
        if self._watts is None or now is None:
            return
        until = min(now, self._since + GAP_SECONDS)
        total, self._watts = self._total(until), None
        self._release()
        self._add(until, total)
        self._add(until, None)

    def go_on(self, at: float, value: float | None, alive: float, now: float) -> None:
        """What was drawn after the last sample is not known."""
        super().go_on(at, value, alive, now)
        if value is not None:
            self._left(at + 0.001)

    def forget(self, gone: float) -> None:
        """Nothing is known from then on, until the next reading."""
        self._watts = None
        if self.at:
            super().forget(gone)
            self._add(gone, None)

    def samples(self, now: float) -> list[Sample]:
        """With what was drawn up to now."""
        found = super().samples(now)
        if self._watts is not None:
            until = min(now, self._since + GAP_SECONDS)
            found.append((max(until, found[-1][0] if found else self.at) + 0.001, self._total(until)))
            if until < now:
                found.append((found[-1][0] + 0.001, None))
        return found

    def _total(self, until: float) -> float:
        return self._sum + (self._watts or 0.0) * max(0.0, until - self._since) / 3_600_000


class Nights(Track):
    """What is said of a night, each time it changes; the same word much later is about another night."""

    def __init__(self, series: Series) -> None:
        super().__init__(series)
        self._dated = series[1] == traits.SLEEP_START.name
        """Whether the word itself tells which night it is about."""
        self._known: float | None = None
        self._heard_at = 0.0

    def hear(self, now: float | None, value: float, live: bool) -> None:
        """Nobody knows which night it was about what the broker has kept, unless it says so."""
        if now is None or not (live or self._dated):
            return
        repeated = value == self._known and (self._dated or now - self._heard_at < REPEAT_SECONDS)
        self._known, self._heard_at = value, now
        if repeated:
            return
        if self._seldom(now):
            self._release()
            self._add(now, value)
        else:
            self._waiting = (now, value)

    def go_on(self, at: float, value: float | None, alive: float, now: float) -> None:
        """What it says next is the same word again, if it is the same."""
        super().go_on(at, value, alive, now)
        if self._known is None:
            self._known, self._heard_at = value, now

    def save(self) -> list[Sample]:
        """With the last one of many."""
        self._release()
        return super().save()


KINDS: dict[Keep, type[Track]] = {
    Keep.STEPS: Steps,
    Keep.COUNTER: Counter,
    Keep.RATE: Rate,
    Keep.NIGHTS: Nights,
}


def _bounded(samples: list[Sample]) -> list[Sample]:
    """The newer half, if they are too many; of the older one nothing is known any more."""
    if len(samples) <= MAX_SAMPLES:
        return samples
    half = len(samples) // 2
    return [(samples[0][0], None), *samples[half:]]
