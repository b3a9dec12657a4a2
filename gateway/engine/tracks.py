"""Series while they are written: which of the readings become rows, one class for each way of keeping.

Times are whole milliseconds since 1970 and never go back in a series. `None` as a value: unknown from there on.
"""

from typing import NamedTuple

from gateway.engine.series import Sample
from gateway.home.traits import Keep

Key = tuple[str, str, str]
"""Device id, name of the trait, part."""

MAX_ROWS = 240
"""So many rows of a series wait for a disk that fails; then the older half is given up."""
GAP_MS = 30 * 60_000
"""A power reading counts no longer than this."""
FLAT_MS = 60 * 60_000
"""What does not change is written down this often."""
UNDONE_MS = 15 * 60_000
"""A counter that falls and is back within this time, in one leap, was misread and not reset."""
JITTER = 0.01
"""A counter that falls by less than this share was rounded."""


class Row(NamedTuple):
    """A sample as it is kept. `raw` is what a counter or power meter itself showed; `value` is our running total."""

    key: Key
    at: int
    value: float | None
    raw: float | None = None


class Last(NamedTuple):
    """How a series ends: its newest time, and the last that was known, which may be older."""

    key: Key
    at: int
    known: bool
    """Whether the newest sample is a known one."""
    value: float | None
    raw: float | None


class Track:
    """The end of one series. What has become a row waits in `rows`; `taken` is on its way to the disk."""

    window_ms = 60_000
    room = 60
    """So many rows a window are written as they come, of the rest only the last, when the window is over."""
    marks_gaps = True

    def __init__(self, key: Key) -> None:
        self.key = key
        self.last_at = 0
        self.rows: list[Row] = []
        self.taken: list[Row] = []
        self._held: Row | None = None
        self._window = -1
        self._left = 0

    def resume(self, last: Last) -> None:
        """Go on where the disk has it."""
        self.last_at = last.at

    def hear(self, at: int, value: float, live: bool) -> None:
        """A reading; `live` is False for a retained one."""
        raise NotImplementedError

    def lost(self, at: int) -> None:
        """The device is away from now on."""

    def skip(self, seen: int, at: int) -> None:
        """Nothing is known between these two instants, and after them all is as before."""

    def tick(self, at: int) -> None:
        """Time passes."""
        if self._held is not None and at // self.window_ms != self._window:
            self._settle()

    def finish(self) -> None:
        """Make rows of all that is still held back."""
        self._settle()

    def take(self) -> list[Row]:
        """The rows that wait, to be put on the disk."""
        self.taken, self.rows = self.rows, []
        return self.taken

    def put_down(self, done: bool) -> None:
        """The rows taken are on the disk, or have to wait on."""
        if not done:
            self.rows = self.taken + self.rows
            self._bound()
        self.taken = []

    def waiting(self) -> list[Row]:
        """All that the disk does not have yet, in order of time."""
        return [*self.taken, *self.rows, *self._held_back()]

    def samples(self) -> list[Sample]:
        """`waiting`, in seconds."""
        return [(row.at / 1000, row.value) for row in self.waiting()]

    def _held_back(self) -> list[Row]:
        return [self._held] if self._held is not None else []

    def _put(self, at: int, value: float | None, raw: float | None = None) -> None:
        self.last_at = at = max(at, self.last_at + 1)
        window = at // self.window_ms
        if window != self._window:
            self._settle()
            self._window, self._left = window, self.room
        if self._left:
            self._left -= 1
            self._store(Row(self.key, at, value, raw))
        else:
            self._held = Row(self.key, at, value, raw)

    def _settle(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._store(held)

    def _store(self, row: Row) -> None:
        self.rows.append(row)
        self._bound()

    def _bound(self) -> None:
        """Give up the older half: unknown where that can be said, otherwise (a total, a night) merely coarser."""
        if len(self.rows) > MAX_ROWS:
            first = self.rows[0]
            half = len(self.rows) // 2
            self.rows[:half] = [first._replace(value=None, raw=None) if self.marks_gaps else first]


class Steps(Track):
    """Changes only. A retained reading counts: it is how things are now."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self._value: float | None = None

    def resume(self, last: Last) -> None:
        """Go on where the disk has it."""
        super().resume(last)
        self._value = last.value if last.known else None

    def hear(self, at: int, value: float, live: bool) -> None:  # noqa: ARG002
        """A reading."""
        if value != self._value:
            self._value = value
            self._put(at, value)

    def lost(self, at: int) -> None:
        """Unknown from now on."""
        if self._value is not None:
            self._value = None
            self._put(at, None)

    def skip(self, seen: int, at: int) -> None:
        """Unknown between the two, the same after."""
        if self._value is not None:
            self._put(seen, None)
            self._put(at, self._value)


class Nights(Track):
    """What is said live, and a retained word that is news; the same again at most once an hour."""

    marks_gaps = False

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self._value: float | None = None

    def resume(self, last: Last) -> None:
        """Go on where the disk has it."""
        super().resume(last)
        self._value = last.value

    def hear(self, at: int, value: float, live: bool) -> None:
        """A reading."""
        if value != self._value or (live and at - self.last_at >= FLAT_MS):
            self._value = value
            self._put(at, value)


class Totals(Track):
    """A running total: the last of every five minutes; while it stands still its first, its last, and one an hour."""

    window_ms = 5 * 60_000
    room = 0

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self._total = 0.0
        self._stored: Row | None = None
        self._flat: Row | None = None

    def resume(self, last: Last) -> None:
        """Go on where the disk has it."""
        super().resume(last)
        self._total = last.value or 0.0

    def finish(self) -> None:
        """Make rows of all that is still held back."""
        super().finish()
        self._unroll()

    def _held_back(self) -> list[Row]:
        return [row for row in (self._flat, self._held) if row is not None]

    def _store(self, row: Row) -> None:
        stored = self._stored
        if stored is not None and row.value == stored.value and row.at - stored.at < FLAT_MS:
            self._flat = row
            return
        if stored is not None and row.value != stored.value:
            self._unroll()
        self._stored, self._flat = row, None
        super()._store(row)

    def _unroll(self) -> None:
        if self._flat is not None:
            self._stored, self._flat = self._flat, None
            super()._store(self._stored)


class Counter(Totals):
    """A meter's counter, its resets added up. A retained reading is of no known time and does not count."""

    marks_gaps = False

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self._raw: float | None = None
        self._fall: Row | None = None
        """Total and raw from before the counter fell, until the next reading."""

    def resume(self, last: Last) -> None:
        """Go on where the disk has it."""
        super().resume(last)
        self._raw, self._fall = last.raw, None

    def hear(self, at: int, value: float, live: bool) -> None:
        """A reading, in the trait's unit."""
        if not live or value < 0:
            return
        raw, self._raw = self._raw, value
        if raw is not None and value < raw:
            if raw - value < JITTER * raw:
                self._raw = raw
            else:
                self._fall = Row(self.key, at, self._total, raw)
                self._total += value
        elif raw is not None:
            self._total = self._risen(at, value, self._total + value - raw)
            self._fall = None
        self._put(at, self._total, self._raw)

    def _risen(self, at: int, value: float, total: float) -> float:
        fall = self._fall
        if fall is None or fall.raw is None or fall.value is None or value < fall.raw or at - fall.at > UNDONE_MS:
            return total
        return max(self._total, fall.value + value - fall.raw)


class Rate(Totals):
    """Watts, added up to kilowatt-hours. Only live readings count, each until the next or for half an hour."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self._watts = 0.0
        self._heard_at: int | None = None

    def resume(self, last: Last) -> None:
        """Go on where the disk has it."""
        super().resume(last)
        self._watts, self._heard_at = last.raw or 0.0, last.at if last.known else None

    def hear(self, at: int, value: float, live: bool) -> None:
        """A reading, in watts; what a device feeds back into the grid is not counted."""
        if live:
            self._add_up(at)
            self._watts, self._heard_at = max(0.0, value), at
            self._put(at, self._total, self._watts)

    def lost(self, at: int) -> None:
        """The device counts until now, and is unknown from here on."""
        if self._heard_at is not None:
            if self._add_up(at):
                self._put(at, self._total, self._watts)
                self._break(at)
            self._heard_at = None

    def skip(self, seen: int, at: int) -> None:
        """Unknown between the two, the same after."""
        if self._heard_at is not None:
            self.lost(seen)
            self.hear(at, self._watts, live=True)

    def _add_up(self, at: int) -> bool:
        """Whether the last reading reached until now; otherwise all since then is unknown."""
        if self._heard_at is None:
            return False
        elapsed = at - self._heard_at
        if elapsed > GAP_MS:
            self._break(self._heard_at)
            return False
        self._total += self._watts * max(0, elapsed) / 3.6e9  # watt milliseconds in a kilowatt-hour
        return True

    def _break(self, at: int) -> None:
        self._settle()
        self.last_at = at = max(at, self.last_at) + 1
        self._store(Row(self.key, at, None))


TRACKS: dict[Keep, type[Track]] = {
    Keep.STEPS: Steps,
    Keep.COUNTER: Counter,
    Keep.RATE: Rate,
    Keep.NIGHTS: Nights,
}
