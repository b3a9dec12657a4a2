"""Where the relay is. Its name is looked up in a thread of its own, one at a time, and never for longer than we wait.

asyncio's own look-up takes a thread of the pool that all share: with a resolver that hangs they would soon be gone, and
the process could not end before the last of them has given up.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any

LOOK_UP_SECONDS = 5.0
KNOWN_SECONDS = 1.0
"""How long to wait for the name where we know an address that has served."""
MAX_ADDRESSES = 4

Address = tuple[int, Any]
"""The family of a socket, and where it connects to."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where to try, in this order. `is_fresh`: the name says so now, and not only once."""

    addresses: tuple[Address, ...]
    is_fresh: bool


class Names:
    """Looks up one name, and remembers the address that served last. `look_up` is socket.getaddrinfo."""

    def __init__(self, host: str, port: int, look_up: Callable[..., Any] = socket.getaddrinfo) -> None:
        self._host = host
        self._port = port
        self._look_up = look_up
        self._served: Address | None = None
        self._answer: asyncio.Future[tuple[Address, ...] | OSError] | None = None

    def served(self, address: Address) -> None:
        """The relay was there, and was who it should be."""
        self._served = address

    async def find(self) -> Found:
        """Where the relay may be. Raises OSError (TimeoutError, too) where nobody says and it never served."""
        try:
            named = await self._ask()
        except OSError:
            if self._served is None:
                raise
            return Found((self._served,), is_fresh=False)
        first = (self._served,) if self._served in named else ()
        return Found(tuple(dict.fromkeys((*first, *named)))[:MAX_ADDRESSES], is_fresh=True)

    async def _ask(self) -> tuple[Address, ...]:
        if self._answer is None or self._answer.done():
            self._answer = asyncio.get_running_loop().create_future()
            ask = (asyncio.get_running_loop(), self._answer)
            Thread(target=self._asking, args=ask, name="relay-name", daemon=True).start()
        async with asyncio.timeout(LOOK_UP_SECONDS if self._served is None else KNOWN_SECONDS):
            said = await asyncio.shield(self._answer)
        if isinstance(said, OSError):
            raise said
        return said

    def _asking(self, loop: asyncio.AbstractEventLoop, answer: "asyncio.Future[Any]") -> None:
        """In the thread: ask, and say what came of it, if anybody is still there."""
        said: tuple[Address, ...] | OSError
        try:
            infos = self._look_up(self._host, self._port, type=socket.SOCK_STREAM)
            said = tuple((family, address) for family, _, _, _, address in infos)
        except OSError as error:
            said = error
        except UnicodeError as error:
            said = OSError(f"no host name: {error}")
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(_settle, answer, said)


def _settle(answer: "asyncio.Future[Any]", said: object) -> None:
    if not answer.done():
        answer.set_result(said)
