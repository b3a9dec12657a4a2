"""The reverse tunnel over ssh: connections from this home to its relay, by which the relay reaches our public door.

Two of them, each with a remote port of its own: after a break the relay may hold the old port for long, and while one
line waits for its port, the other serves. What one connection is stands in tunnel_ssh.py; here is when to try again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import structlog

from gateway.links.backoff import Backoff
from gateway.links.tunnel_names import Names
from gateway.links.tunnel_server import Away, Line, SshServer, Stopped, Trouble
from gateway.log import Seldom

if TYPE_CHECKING:
    from gateway.links.tunnel_ssh import Keys, Session, Target

log: structlog.stdlib.BoundLogger = structlog.get_logger("tunnel")

MAX_LINES = 2
PACE_SECONDS = 1.0
"""After a try that failed, so long nothing is tried, on any line."""
AWAY_SECONDS = 1.5
"""The longest pause where the relay cannot be reached, or lets us in and then breaks off: it is found again so soon."""
REFUSED_SECONDS = 30.0
"""The longest pause while the relay answers and does not want us."""
STEADY_SECONDS = 5.0
"""A connection that has lasted so long was a good one: the next is tried for without delay."""
LOOK_SECONDS = 2.0
"""How often we look whether the key or known_hosts has changed."""
TELL_AGAIN_SECONDS = 60.0

CONNECTING = "connecting"


class _Turns:
    """One try at a time, a pause after each that failed, and none at all while something is wrong with the keys."""

    def __init__(self) -> None:
        self.stopped = ""
        """Why nothing is tried; empty if it is not so."""
        self._keys: Keys | None = None
        self._one = asyncio.Lock()
        self._allowed = asyncio.Event()
        self._next = float("-inf")

    def stop(self, why: str) -> None:
        self.stopped = why
        self._allowed.clear()
        log.error("the tunnel is stopped", why=why)

    def allow(self, keys: "Keys") -> None:
        self.stopped = ""
        self._keys = keys
        self._allowed.set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator["Keys"]:
        """Wait for a turn, and use it with the keys of the time."""
        clock = asyncio.get_running_loop().time
        async with self._one:
            await asyncio.sleep(max(0.0, self._next - clock()))
            while (keys := self._keys) is None or self.stopped:
                await self._allowed.wait()
            try:
                yield keys
            except Trouble as error:
                self._next = clock() + PACE_SECONDS
                if isinstance(error, Stopped) and keys is self._keys:  # and not others by now
                    self.stop(str(error))
                raise


class SshTunnel:
    """Keeps the tunnel up until cancelled; opens nothing before `run`.

    `target` says where our public door listens. `on_change` is called on the loop after each change of `lines` or
    `state`. `wall` is the Unix time. With more remote ports than lines, each line has some to turn to when one is held.
    """

    def __init__(
        self,
        server: SshServer,
        target: "Target",
        on_change: Callable[[], object] = lambda: None,
        *,
        wall: Callable[[], float] = time.time,
        names: Names | None = None,
    ) -> None:
        count = min(MAX_LINES, len(server.remote_ports))
        self.server = server
        self._target = target
        self._on_change = on_change
        self._names = names or Names(server.host, server.port)
        self._turns = _Turns()
        self._keepers = [_Keeper(self, server.remote_ports[first::count], wall) for first in range(count)]

    @property
    def lines(self) -> tuple[Line, ...]:
        """How each connection is."""
        return tuple(keeper.line for keeper in self._keepers)

    @property
    def is_up(self) -> bool:
        """Whether the relay can reach us by any of them."""
        return any(line.is_up for line in self.lines)

    @property
    def state(self) -> str:
        """For people: what the tunnel is doing, or why it is not."""
        down = [line.why for line in self.lines if not line.is_up]
        up = "connected on one of two" if down else "connected"
        if self._turns.stopped:
            return (f"{up}; " if self.is_up else "") + f"stopped: {self._turns.stopped}"
        if self.is_up:
            return f"{up}: {down[0]}" if down else up
        why = next((one for one in down if one != CONNECTING), CONNECTING)
        return why if why == CONNECTING else f"down: {why}"

    async def run(self) -> None:
        """Connect, and connect again, until cancelled."""
        await asyncio.to_thread(import_module, "gateway.links.tunnel_ssh")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._mind_files(), name="tunnel-files")
            for keeper in self._keepers:
                tasks.create_task(keeper.run(), name=f"tunnel-{keeper.line.port}")

    async def _mind_files(self) -> None:
        """Read the key and known_hosts, and again whenever they have changed."""
        from gateway.links.tunnel_ssh import read_keys

        while True:
            seen = self.server.stamp()
            try:
                self._turns.allow(await asyncio.to_thread(read_keys, self.server))
            except Stopped as error:
                self._turns.stop(str(error))
            self.changed()
            while self.server.stamp() == seen:  # noqa: ASYNC110  # nothing tells us when a file changes
                await asyncio.sleep(LOOK_SECONDS)
            log.info("the tunnel's key or known_hosts has changed")

    async def open(self, ports: Sequence[int]) -> "Session":
        """One try, when it is its turn. Raises Trouble."""
        from gateway.links.tunnel_ssh import open_session

        async with self._turns.turn() as keys:
            return await open_session(self.server, keys, self._names, ports, self._target)

    def changed(self) -> None:
        """Tell who listens."""
        self._on_change()


class _Keeper:
    """Keeps one line up: `ports` are the relay's that it may have, the best first."""

    def __init__(self, tunnel: SshTunnel, ports: tuple[int, ...], wall: Callable[[], float]) -> None:
        self._tunnel = tunnel
        self._wall = wall
        self._ports = ports
        self._soon = Backoff(first=1.0, longest=AWAY_SECONDS)
        self._late = Backoff(first=1.0, longest=REFUSED_SECONDS)
        self._seldom = Seldom(TELL_AGAIN_SECONDS, time.monotonic)
        self.line = Line(ports[0], False, wall(), CONNECTING)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            pause = await self._once()
            await asyncio.sleep(pause)

    async def _once(self) -> float:
        """Connect, and stay connected for as long as it lasts. Returns how long to wait before the next try."""
        try:
            session = await self._tunnel.open(self._ports)
        except Trouble as trouble:
            if not isinstance(trouble, Stopped):  # that is said already
                self._tell(str(trouble))
            self._set(self._ports[0], False, str(trouble))
            return self._pause(trouble)
        return await self._hold(session)

    def _pause(self, trouble: Trouble) -> float:
        if isinstance(trouble, Stopped):
            return 0.0  # there is no turn until the files have changed
        return (self._soon if isinstance(trouble, Away) else self._late).seconds()

    async def _hold(self, session: "Session") -> float:
        clock = asyncio.get_running_loop().time
        start, port, why = clock(), session.port, "we have ended it"
        self._set(port, True)
        log.info("the tunnel is up", relay=str(self._tunnel.server), port=port)
        try:
            why = await session.ended()
            self._tell(why)
        finally:
            await session.close()
            self._set(port, False, why)
        if clock() - start < STEADY_SECONDS:
            return self._soon.seconds()
        self._soon.reset()
        self._late.reset()
        return 0.0

    def _tell(self, why: str) -> None:
        tries = self._seldom()
        if tries is not None or self.line.why != why:
            log.warning("no tunnel", why=why, relay=str(self._tunnel.server), port=self._ports[0])

    def _set(self, port: int, is_up: bool, why: str = "") -> None:
        """`since` is when it came up or went down, whatever the reasons have been since then."""
        since = self.line.since if is_up == self.line.is_up else self._wall()
        line = Line(port, is_up, since, why)
        if line != self.line:
            self.line = line
            self._tunnel.changed()
