"""Looks up names for the probe, in threads of its own: a resolver that hangs holds up nothing else.

A lookup cannot be cancelled. One that hangs is waited for by all who ask the same, and there are never more than a few;
its thread does not keep the process from ending.
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from aiohttp.abc import AbstractResolver, ResolveResult

MAX_LOOKUPS = 4

Lookup = Callable[[str], tuple[str, ...]]
"""Gives the addresses of a name, and may block. Raises OSError (socket.gaierror)."""
Outcome = tuple[str, ...] | OSError


def look_up(host: str) -> tuple[str, ...]:
    """Ask this machine's resolver, whose caches and files count as they do for any program."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class Names(AbstractResolver):
    """Finds addresses, for aiohttp too. `known` are those that each name last had."""

    def __init__(self, lookup: Lookup = look_up) -> None:
        self._lookup = lookup
        self._under_way: dict[str, asyncio.Future[Outcome]] = {}
        self.known: dict[str, tuple[str, ...]] = {}

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The addresses of a name. Raises OSError; waits for as long as the resolver does."""
        found = await asyncio.shield(self._under_way.get(host) or self._start(host))
        if isinstance(found, OSError):
            raise type(found)(*found.args)
        return found

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """What aiohttp asks for. Raises OSError."""
        found = await self.addresses(host)
        self.known[host] = found
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
            if family in (socket.AF_UNSPEC, socket.AF_INET6 if ":" in address else socket.AF_INET)
        ]

    async def close(self) -> None:
        """Nothing is held."""

    def _start(self, host: str) -> asyncio.Future[Outcome]:
        if len(self._under_way) >= MAX_LOOKUPS:
            raise socket.gaierror(socket.EAI_AGAIN, "the resolver hangs")
        loop = asyncio.get_running_loop()
        future = self._under_way[host] = loop.create_future()
        threading.Thread(target=self._run, args=(host, loop), name="probe-dns", daemon=True).start()
        return future

    def _run(self, host: str, loop: asyncio.AbstractEventLoop) -> None:
        outcome: Outcome
        try:
            outcome = self._lookup(host)
        except OSError as error:
            outcome = error
        except UnicodeError as error:
            outcome = socket.gaierror(socket.EAI_NONAME, str(error))
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(self._finish, host, outcome)

    def _finish(self, host: str, outcome: Outcome) -> None:
        future = self._under_way.pop(host, None)
        if future is not None and not future.done():
            future.set_result(outcome)
