"""One check of the probe: within a window it asks twice at most, and walks the way where asking fails.

The second request, on a connection of its own, is what tells a break from one lost packet or one cut connection.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import aiohttp

from gateway.links.probe_ask import Asked, Asker
from gateway.links.probe_judge import judge, judge_error, judge_silence, judge_way
from gateway.links.probe_names import Names
from gateway.links.probe_reach import Finding, Hop, printable
from gateway.links.probe_way import Address, Evidence, Way, search, walk

Task = asyncio.Task[Any]

BEHIND = frozenset({"refused", "handshake_broke", "handshake_hangs"})
"""What a relay without a proxy of its own shows of a tunnel that is down."""


class Line(Protocol):
    """One connection of the tunnel."""

    @property
    def is_up(self) -> bool:
        """Whether requests come through it, as far as it knows."""

    @property
    def why(self) -> str:
        """Why not."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to ask. `relay` is where the tunnel leads; `tls_at_home`: the relay passes our own TLS through."""

    host: str
    port: int
    is_tls: bool
    relay: Address | None = None
    tls_at_home: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """With what to ask, and what else is known."""

    asker: Asker
    names: Names
    proof: Callable[[str], str]
    lines: Callable[[], Sequence[Line]]
    has_route: Callable[[], bool | None]


class Check:
    """Ends within `window` seconds; the second request follows `again` seconds after the first."""

    def __init__(self, place: Place, means: Means, window: float, again: float) -> None:
        self._place = place
        self._means = means
        self._window = window
        self._again = again
        self._ends = 0.0
        self._tasks: list[Task] = []

    async def run(self) -> Finding:
        """Find out, and leave nothing behind."""
        begins = asyncio.get_running_loop().time()
        self._ends = begins + self._window
        try:
            first = self._ask()
            await self._wait(first.task, seconds=self._again)
            if first.proved:
                return first.proved
            await asyncio.sleep(begins + self._again - asyncio.get_running_loop().time())
            return self._with_tunnel(await self._again_after(first))
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _again_after(self, first: "_Try") -> Finding:
        """Ask again, and look around where the first has not told anything."""
        exploring = self._explore() if first.told is None else None
        second = self._ask()
        while not (proved := first.proved or second.proved):
            open_ones = [one.task for one in (first, second) if not one.task.done()]
            if not open_ones or not await self._wait(*open_ones):
                break
        told = proved or second.told or first.told or judge_silence(first.asked.is_sent or second.asked.is_sent)
        if told is not None or exploring is None:
            return told or Finding(Hop.RELAY, "slow")
        return await self._located(*exploring)

    async def _located(self, way: Way, walking: Task, evidence: Evidence, searching: Task) -> Finding:
        await self._wait(walking)
        if not _is_there(way):
            await self._wait(searching)
        return judge_way(way, evidence, any(line.is_up for line in self._means.lines()))

    def _ask(self) -> "_Try":
        one = _Try(self._means.asker, self._means.proof)
        self._tasks.append(one.task)
        return one

    def _explore(self) -> tuple[Way, Task, Evidence, Task]:
        place, names, way, evidence = self._place, self._means.names, Way(), Evidence()
        known = [(address, place.port) for address in names.known.get(place.host, ())]
        walking = asyncio.create_task(walk(way, place.host, place.port, place.is_tls, names), name="probe-walk")
        self._tasks.append(walking)

        async def look() -> None:
            await self._wait(walking, seconds=self._window / 8)  # the relay is not knocked at for nothing
            if not _is_there(way):
                await search(evidence, place.host, place.relay, known, names, self._means.has_route)

        searching = asyncio.create_task(look(), name="probe-search")
        self._tasks.append(searching)
        return way, walking, evidence, searching

    async def _wait(self, *tasks: Task, seconds: float = math.inf) -> bool:
        """Wait for the first of them, to the end of the window at the latest; whether one has ended."""
        left = max(0.0, self._ends - asyncio.get_running_loop().time())
        done, _ = await asyncio.wait(tasks, timeout=min(left, seconds), return_when=asyncio.FIRST_COMPLETED)
        return bool(done)

    def _with_tunnel(self, found: Finding) -> Finding:
        """The same, where the tunnel knows better why."""
        if found.hop is Hop.TLS and found.detail in BEHIND and self._place.tls_at_home:
            found = replace(found, hop=Hop.PROXY, why="the relay takes connections and gets through to nobody")
        lines = self._means.lines()
        is_behind = found.hop is Hop.PROXY or (found.hop is Hop.RELAY and found.detail in BEHIND)
        if not is_behind or not lines or any(line.is_up for line in lines):
            return found
        why = next((line.why for line in lines if line.why), "it does not say why")
        return replace(found, hop=Hop.TUNNEL, why=f"the tunnel is down: {printable(why, 200)}")


def _is_there(way: Way) -> bool:
    """Whether somebody is at the public address, be it to refuse."""
    return way.is_connected or isinstance(way.error, ConnectionRefusedError)


class _Try:
    """One request under way."""

    def __init__(self, asker: Asker, proof: Callable[[str], str]) -> None:
        self.asked = Asked()
        self._asker = asker
        self._proof = proof
        self.task = asyncio.create_task(self._run(), name="probe-ask")

    @property
    def told(self) -> Finding | None:
        """What it has found; None while it is under way, or where only the way can tell."""
        return self.task.result() if self.task.done() else None

    @property
    def proved(self) -> Finding | None:
        """The same, if it reached us."""
        return self.told if self.told is not None and self.told.hop is Hop.NONE else None

    async def _run(self) -> Finding | None:
        try:
            return judge(await self._asker.ask(self.asked), self._proof)
        except (aiohttp.ClientError, OSError) as error:
            return judge_error(error, self.asked.is_sent)
