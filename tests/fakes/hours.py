"""A loop on which hours pass in no time, and yet real sockets, files and threads are waited for."""

import asyncio
import selectors
import time
from collections.abc import Iterator
from contextlib import contextmanager

START = 1_000_000.0
"""What its clock shows when it is made."""


class _Selector(selectors.DefaultSelector):
    """While something real is under way, time passes as it does; else it jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.under_way = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if not self.under_way:
            assert timeout is not None, "everything waits for something that will never happen"
            self.now += max(0.0, timeout)
            return ready
        before = time.monotonic()
        ready = super().select(timeout)
        self.now += time.monotonic() - before
        return ready


class Hours(asyncio.SelectorEventLoop):
    """Its time is in seconds, as that of any loop."""

    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now

    @contextmanager
    def real(self) -> Iterator[None]:
        """What is done within takes real time: a disk, a socket."""
        self._clock.under_way += 1
        try:
            yield
        finally:
            self._clock.under_way -= 1
