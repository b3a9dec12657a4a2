"""The asking of devices that can raise an alarm: after a connection was made, something may have been missed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from gateway.home.problems import Offline
from gateway.wire.binding import Message

AFTER_SECONDS, PAUSE_SECONDS, AGAIN_SECONDS = 1.0, 0.02, 60.0
"""How long after a connection the first question is asked, the next one after it, and all of them again."""


class Asking:
    """Lets everything that can raise an alarm say how it is, not too often. `ask` may raise Offline."""

    def __init__(self, ask: Callable[[Message], Awaitable[None]], questions: Callable[[], Iterable[Message]]) -> None:
        self._ask = ask
        self._questions = questions
        self._connected = asyncio.Event()

    def soon(self) -> None:
        """A connection is there that was not."""
        self._connected.set()

    async def run(self) -> None:
        """Ask after each connection, for ever."""
        while True:
            await self._connected.wait()
            await asyncio.sleep(AFTER_SECONDS)  # the other connection comes at the same time
            self._connected.clear()
            for question in self._questions():
                with suppress(Offline):
                    await self._ask(question)
                await asyncio.sleep(PAUSE_SECONDS)
            await asyncio.sleep(AGAIN_SECONDS)
