"""Who is busy with which device, so that one can be changed while nobody is.

A request goes through and is counted for its devices. Who wants to change some closes the way to them: what is under
way finishes with what it began with, and what comes meanwhile waits and begins with what is there then. Nobody else
waits.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Set
from contextlib import asynccontextmanager, suppress

from gateway.home.problems import Busy


class Passage:
    """The way to every device."""

    def __init__(self) -> None:
        self._busy: Counter[str] = Counter()
        self.shut: Set[str] = frozenset()
        """The devices that are about to change."""
        self._opened = asyncio.Event()
        self._left = asyncio.Event()

    @asynccontextmanager
    async def through(self, meant: Callable[[], Set[str]], deadline: float) -> AsyncIterator[None]:
        """Be busy with devices, once the way is open; `meant` is asked again if it was not. Raises Busy."""
        while not self.shut.isdisjoint(devices := meant()):
            try:
                async with asyncio.timeout_at(deadline):
                    await self._opened.wait()
            except TimeoutError:
                raise Busy("the device is being changed") from None
        self._busy.update(devices)
        try:
            yield
        finally:
            self._busy.subtract(devices)
            self._busy = +self._busy  # without those whom nobody is busy with any more
            self._left.set()

    @asynccontextmanager
    async def closed(self, meant: Callable[[], Set[str]], seconds: float) -> AsyncIterator[None]:
        """Close the way to devices, and wait for those who are busy with them, but no longer than so. One at a time.

        `meant` is asked again after every wait, and last in the same step of the loop in which the way is closed.
        """
        until = asyncio.get_running_loop().time() + seconds
        self._opened.clear()
        try:
            self.shut = frozenset(meant())
            while self._is_awaited(until):
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(until):
                        await self._all_left()
                self.shut = self.shut | meant()
            yield
        finally:
            self.shut = frozenset()
            self._opened.set()

    def _is_awaited(self, until: float) -> bool:
        return not self.shut.isdisjoint(self._busy) and asyncio.get_running_loop().time() < until

    async def _all_left(self) -> None:
        while not self.shut.isdisjoint(self._busy):
            self._left.clear()
            await self._left.wait()
