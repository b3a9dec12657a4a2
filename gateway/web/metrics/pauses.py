"""How long the loop was kept from turning: the longest pause since somebody looked, and how many were too long."""

import asyncio
from collections.abc import Iterator

from prometheus_client.core import Metric

from gateway.web.metrics.figures import counter, gauge

TICK_SECONDS = 0.1
"""How often it is looked: a pause that is shorter than this may fall between two looks."""
LONG_SECONDS = 0.025
"""Nothing may keep the loop for longer."""


class Pauses:
    """Wakes up every TICK_SECONDS and sees how late it is."""

    def __init__(self) -> None:
        self._longest = 0.0
        self._long = 0

    async def run(self) -> None:
        """Look, for ever."""
        now = asyncio.get_running_loop().time
        while True:
            due = now() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            self.note(now() - due)

    def note(self, seconds: float) -> None:
        """The loop came so much too late."""
        self._longest = max(self._longest, seconds)
        self._long += seconds > LONG_SECONDS

    def collect(self) -> Iterator[Metric]:
        """What was noted since the last time."""
        longest, self._longest = self._longest, 0.0
        told = "The longest that the event loop came too late since this was read last."
        yield gauge("loop_longest_pause_seconds", told, longest)
        yield counter("loop_pauses", f"How often the event loop came more than {LONG_SECONDS} s too late.", self._long)
