"""The probe: whether CLOVA could reach us, found out as CLOVA would: by our public name, through the whole way.

A break is told within 15 s: the next check begins `every` seconds after the last began, at most, and has ended `window`
seconds later. Within the window it asks twice, on two connections, the second `again` seconds after the first: one lost
packet or one connection that was cut turns nothing red. Beside the second it walks the way, to see where that ends.

Where no tunnel is configured, a router may not let us out and in again ("hairpin NAT"). So there, until our name has
been reached from here once, what cannot be reached is not told as down: it cannot be told from here.
"""

import asyncio
import math
import random
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

import structlog

from gateway.links.probe_ask import Asker
from gateway.links.probe_check import BEHIND, Check, Line, Means, Place
from gateway.links.probe_names import Lookup, Names, look_up
from gateway.links.probe_reach import Finding, Hop, Reach, Standing, Warn
from gateway.links.probe_way import Address, Way, has_default_route, is_inside_only, walk
from gateway.log import Seldom

OTHER_REASON_SECONDS = 5.0
"""How often it is told that the same break has another reason now: the first may be that a connection broke off."""

log: structlog.stdlib.BoundLogger = structlog.get_logger("probe")

CLOCK_SECONDS = 60.0
CERTIFICATE_DAYS = 14
CERTIFICATE_EVERY = 3600.0
CALM = 30.0
"""By how much the pause is shorter than the time in which nothing has changed."""

NOT_SEEN_INSIDE = frozenset(
    {"refused", "timeout", "unreachable", "slow", "handshake_broke", "handshake_hangs", "no_tls", "no_http"}
    | {"self_signed", "unknown_authority", "wrong_name"}
)
"""What may be the router's own doing when a home asks for its own address."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. A pause lasts from `fast` after a change to `every` when all is calm; homes do not knock in step."""

    every: float = 10.0
    fast: float = 2.0
    window: float = 4.0
    again: float = 1.5

    def pause(self, calm_seconds: float) -> float:
        """From the beginning of one check to that of the next."""
        longest = min(self.every, max(self.fast, calm_seconds / CALM))
        return longest * random.uniform(0.8, 1.0)  # noqa: S311  # no secret depends on it


class Probe:
    """Asks `url` (empty: there is none) for a proof that only this process can make. Opens nothing before `run`.

    `wall` is the time of day, `now` the monotonic clock. `lines` are those of the tunnel (empty: there is no tunnel, so
    our address is our own), `relay` is where it leads. `on_change` hears of each new state, hop and reason.
    `tls_at_home`: the relay passes our own TLS through. `tls`, `lookup` and `has_route` stand in for the machine's own.
    """

    def __init__(
        self,
        url: str,
        proof: Callable[[str], str],
        wall: Callable[[], float],
        now: Callable[[], float],
        *,
        lines: Callable[[], Sequence[Line]] = tuple,
        relay: Address | None = None,
        on_change: Callable[[Reach], None] | None = None,
        tls_at_home: bool = False,
        pace: Pace | None = None,
        tls: ssl.SSLContext | None = None,
        lookup: Lookup = look_up,
        has_route: Callable[[], bool | None] = has_default_route,
    ) -> None:
        split = urlsplit(url)
        is_tls = split.scheme == "https"
        port = split.port or (443 if is_tls else 80)
        self._place = Place(_ascii(split.hostname or ""), port, is_tls, relay, tls_at_home)
        self._names = Names(lookup)
        self._means = Means(Asker(url, self._names, tls, wall, now), self._names, proof, lines, has_route)
        self._is_there = bool(url)
        self._wall = wall
        self._now = now
        self._on_change = on_change
        self._seldom = Seldom(OTHER_REASON_SECONDS, now)
        self._pace = pace or Pace()
        self._nudged = asyncio.Event()
        self._was_reached = False
        self._changed_on = now()
        self._certificate_on: float | None = None
        self._certificate_ends: datetime | None = None
        why = "it was not asked yet" if url else "there is no public address"
        self.reach = Reach(Standing.UNKNOWN if url else Standing.OFF, why=why, since=wall())

    async def run(self) -> None:
        """Ask again and again; ends at once where there is nobody to ask."""
        while self._is_there:
            self._nudged.clear()
            started = self._now()
            await self.check()
            await asyncio.sleep(self._pace.fast / 4)  # also where we are nudged again and again
            left = started + self._pace.pause(self._now() - self._changed_on) - self._now()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, left)):
                    await self._nudged.wait()

    def nudge(self) -> None:
        """Something on the way has changed: ask now."""
        self._nudged.set()

    async def check(self) -> Reach:
        """Ask once, within the window, and take what was found."""
        self._take(await Check(self._place, self._means, self._pace.window, self._pace.again).run())
        if self._is_certificate_due():
            await self._read_certificate()
        return self.reach

    def _take(self, found: Finding) -> None:
        state = self._state(found)
        self._was_reached = self._was_reached or state is Standing.UP
        before, wall = self.reach, self._wall()
        is_new = (before.state, before.hop) != (state, found.hop)
        if is_new:
            self._changed_on = self._now()
        why = found.why if state is not Standing.UNKNOWN else f"it cannot be told from here: {found.why}"
        self.reach = self._with_warnings(
            Reach(
                state,
                found.hop,
                found.detail,
                why,
                wall if is_new else before.since,
                wall,
                found.rtt_seconds,
                clock_off_seconds=found.clock_off_seconds,
            )
        )
        if is_new or (before.why != self.reach.why and self._seldom() is not None):
            self._tell()

    def _state(self, found: Finding) -> Standing:
        if found.hop is Hop.NONE:
            return Standing.UP
        is_seen = self._was_reached or bool(self._means.lines())
        is_doubtful = found.hop is Hop.FOREIGN or found.detail in NOT_SEEN_INSIDE
        return Standing.DOWN if is_seen or not is_doubtful else Standing.UNKNOWN

    def _with_warnings(self, reach: Reach) -> Reach:
        """The same with what the certificate, the clock and the addresses have to say."""
        days = self._certificate_days()
        off = reach.clock_off_seconds
        is_inside = not self._means.lines() and is_inside_only(self._names.known.get(self._place.host, ()))
        told = {
            Warn.CERTIFICATE_ENDS: days is not None and days < CERTIFICATE_DAYS,
            Warn.CLOCK_OFF: off is not None and abs(off) > CLOCK_SECONDS,
            Warn.ASKED_INSIDE: reach.state is Standing.UP and is_inside,
        }
        return replace(reach, certificate_days=days, warnings=tuple(warn for warn, is_told in told.items() if is_told))

    def _tell(self) -> None:
        reach = self.reach
        tell = log.warning if reach.state is Standing.DOWN else log.info
        tell("the way from the Internet", state=reach.state.value, hop=reach.hop.value, why=reach.why)
        if self._on_change is not None:
            self._on_change(reach)

    def _certificate_days(self) -> int | None:
        ends = self._certificate_ends
        return None if ends is None else math.floor((ends.timestamp() - self._wall()) / 86_400)

    def _is_certificate_due(self) -> bool:
        """Whether it should be read now: after each change, and each hour; where there is one to be read."""
        hop, detail, read_on = self.reach.hop, self.reach.detail, self._certificate_on
        if not self._place.is_tls or not (hop is Hop.NONE or (hop is Hop.TLS and detail not in BEHIND)):
            return False
        return read_on is None or read_on < self._changed_on or self._now() - read_on >= CERTIFICATE_EVERY

    async def _read_certificate(self) -> None:
        way, place = Way(), self._place
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.window):
                await walk(way, place.host, place.port, place.is_tls, self._names)
        self._certificate_on = self._now()
        self._certificate_ends = way.certificate_ends or self._certificate_ends
        self.reach = self._with_warnings(self.reach)


def _ascii(host: str) -> str:
    """A name as the resolver knows it."""
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return host
