"""PINs of what may be opened by asking for it: how often one may be tried, and the leave that the right one gives.

A try is on the disk before it is compared, so that pulling the plug gives none back. Three wrong ones of an account, or
of all accounts together, block a device for ten minutes.
"""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from gateway.accounts.arming import Arming

MOST_WRONG = 3
BLOCK_SECONDS = 600.0
FEWEST_DIGITS, MOST_DIGITS = 4, 8
EVERYBODY = ""
"""Stands for all accounts together; no account is called so."""


class Pin:
    """Digits that are kept as a hash only, by a key that dies with the process, and are never shown."""

    __slots__ = ("_hash", "_key")

    def __init__(self, digits: str) -> None:
        self._key = secrets.token_bytes(32)
        self._hash = self._hashed(digits)

    def fits(self, given: str) -> bool:
        """Whether these are the digits; it takes as long for all that are not."""
        return hmac.compare_digest(self._hash, self._hashed(given))

    def __repr__(self) -> str:
        return "Pin(***)"

    def _hashed(self, digits: str) -> bytes:
        return blake2b(digits.encode("utf-8", "surrogatepass"), key=self._key).digest()


@dataclass(frozen=True, slots=True)
class Tries:
    """The wrong tries of an account at a device, and until when that blocks it (seconds since 1970; 0: it does not)."""

    device: str
    account: str
    wrong: int
    until: float = 0.0


class TriesStore(Protocol):
    """Where tries outlive the process. Raises OSError where it cannot be written."""

    def load_tries(self) -> Awaitable[Sequence[Tries]]:
        """All that are kept."""

    def keep_tries(self, tries: Sequence[Tries]) -> Awaitable[None]:
        """On the disk when this returns; those without a wrong try are forgotten."""


class Blocked(Exception):
    """No PIN is taken for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no PIN is taken for {seconds:.0f} s")
        self.seconds = seconds


class Wrong(Exception):
    """It was not the PIN; with no try left it is blocked from now on."""

    def __init__(self, left: int) -> None:
        super().__init__("a wrong PIN")
        self.left = left


@dataclass(slots=True)
class _Count:
    wrong: int = 0
    until: float | None = None
    """By the monotonic clock: a step of the time of day frees nobody."""


class Pins:
    """Counts tries. `now` is the monotonic clock, `wall` the time of day, both in seconds."""

    def __init__(self, store: TriesStore, now: Callable[[], float], wall: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._wall = wall
        self._counts: dict[tuple[str, str], _Count] = {}

    async def load(self) -> None:
        """Take up what was counted before the last stop. A clock that is wrong blocks nobody for longer."""
        for one in await self._store.load_tries():
            left = min(BLOCK_SECONDS, one.until - self._wall()) if one.until else 0.0
            if left > 0:
                self._counts[one.device, one.account] = _Count(one.wrong, self._now() + left)
            elif one.wrong < MOST_WRONG:
                self._counts[one.device, one.account] = _Count(one.wrong)

    def blocked_for(self, device_id: str, account: str) -> float:
        """For how many seconds no PIN is taken from this account at this device; 0 if one is."""
        now = self._now()
        return max(count.until - now if count.until is not None else 0.0 for count in self._both(device_id, account))

    async def check(self, device_id: str, account: str, pin: Pin, given: str) -> None:
        """Count a try and compare. Raises Wrong, Blocked without comparing, or OSError where it cannot be counted."""
        left = self.blocked_for(device_id, account)
        if left > 0:
            raise Blocked(left)
        counts = self._both(device_id, account)
        for count in counts:
            count.wrong += 1
            if count.wrong >= MOST_WRONG:
                count.until = self._now() + BLOCK_SECONDS
        await self._keep(device_id, account)
        if not pin.fits(given):
            raise Wrong(max(0, MOST_WRONG - max(count.wrong for count in counts)))
        for count in counts:
            count.wrong, count.until = 0, None
        await self._keep(device_id, account)

    def _both(self, device_id: str, account: str) -> tuple[_Count, _Count]:
        """Those of the account and of everybody, begun anew where a block is over."""
        own = self._counts.setdefault((device_id, account), _Count())
        everybody = self._counts.setdefault((device_id, EVERYBODY), _Count())
        for count in (own, everybody):
            if count.until is not None and count.until <= self._now():
                count.wrong, count.until = 0, None
        return own, everybody

    async def _keep(self, device_id: str, account: str) -> None:
        ahead = self._wall() - self._now()
        whose = zip((account, EVERYBODY), self._both(device_id, account), strict=True)
        await self._store.keep_tries(
            [
                Tries(device_id, who, one.wrong, one.until + ahead if one.until is not None else 0.0)
                for who, one in whose
            ]
        )


class Leave(Arming):
    """A window of one device for one request, which nobody else gets to use; openings are counted with all others."""

    def __init__(self, others: Arming, device_id: str, seconds: float, now: Callable[[], float]) -> None:
        super().__init__(now)
        self._others = others
        self.arm(device_id, seconds)

    def opened_lately(self, device_id: str) -> int:
        """How often it was opened in the last hour, in whatever way."""
        return self._others.opened_lately(device_id)

    def use(self, device_id: str) -> None:
        """It is being opened."""
        super().use(device_id)
        self._others.use(device_id)
