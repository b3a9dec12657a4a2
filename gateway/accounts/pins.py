"""PINs of what may be opened by asking for it: how often one may be tried, and the leave that the right one gives.

A try is on the disk before it is compared, so that pulling the plug gives none back. It is counted by PIN, whatever is
opened with it: the right one of another PIN gives no try back, and a second door with this one has no further tries.

Three wrong ones of an account block that account: for ten minutes, and for twice as long each time until it has said
the right one, a day at most. So nobody keeps others out: an account counts three times for all accounts together, and
ten of those block all of them.
"""

import hmac
import math
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from gateway.accounts.arming import Arming

MOST_WRONG, MOST_WRONG_OF_ALL = 3, 10
BLOCK_SECONDS, LONGEST_BLOCK_SECONDS = 600.0, 86_400.0
FEWEST_DIGITS, MOST_DIGITS = 4, 8
EVERYBODY = ""
"""Stands for all accounts together; no account is called so."""


class Pin:
    """Digits that are kept as a hash only, by a key that dies with the process, and are never shown.

    `mark` says which PIN it is: tries of it are counted by that, also over a restart.
    """

    __slots__ = ("_hash", "_key", "mark")

    def __init__(self, digits: str, mark: str = "") -> None:
        self.mark = mark
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
    """The wrong tries of an account at a PIN since the right one was said, and until when that blocks it.

    `pin` is its mark; `until` is in seconds since 1970, 0 where it was never blocked.
    """

    pin: str
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
    most: int
    """So many wrong ones block, and so many more again."""
    wrong: int = 0
    until: float = -math.inf
    """By the monotonic clock: a step of the time of day frees nobody."""

    def add(self, now: float) -> int:
        """Count a try; how many are left."""
        self.wrong += 1
        if self.wrong % self.most:
            return self.most - self.wrong % self.most
        self.until = now + self.block_seconds()
        return 0

    def take_back(self) -> None:
        """One that was counted and never compared."""
        if self.wrong % self.most == 0:
            self.until = -math.inf
        self.wrong -= 1

    def block_seconds(self) -> float:
        """How long the block lasts that these tries have brought; 0 if the last one has brought none."""
        blocks, others = divmod(self.wrong, self.most)
        return 0.0 if others or not blocks else min(LONGEST_BLOCK_SECONDS, BLOCK_SECONDS * 2.0 ** min(blocks - 1, 10))


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
            count = self._count(one.pin, one.account)
            count.wrong = one.wrong
            left = min(count.block_seconds(), one.until - self._wall())
            count.until = self._now() + left if left > 0 else -math.inf

    def blocked_for(self, pin: Pin, account: str) -> float:
        """For how many seconds this PIN is not taken from this account; 0 if it is."""
        ends = (self._count(pin.mark, who).until for who in (account, EVERYBODY))
        return max(0.0, max(ends) - self._now())

    async def check(self, pin: Pin, account: str, given: str) -> None:
        """Count a try and compare. Raises Wrong, Blocked without comparing, or OSError where it cannot be counted.

        A try that was not compared, as it could not be counted in time, is none; after a restart it may be one.
        """
        blocked = self.blocked_for(pin, account)
        if blocked > 0:
            raise Blocked(blocked)
        own, everybody = self._count(pin.mark, account), self._count(pin.mark, EVERYBODY)
        counted = [own] if own.wrong >= MOST_WRONG else [own, everybody]
        left = min([count.add(self._now()) for count in counted])
        try:
            await self._keep(pin, account)
        except BaseException:
            for count in counted:
                count.take_back()
            raise
        if not pin.fits(given):
            raise Wrong(left)
        for who in (account, EVERYBODY):  # a try that is being counted meanwhile counts for nothing any more
            self._counts.pop((pin.mark, who), None)
        await self._keep(pin, account)

    async def reset(self, marks: Collection[str]) -> None:
        """Forget all tries of these PINs, and so who is blocked. Raises OSError."""
        gone = [key for key in self._counts if key[0] in marks]
        for key in gone:
            del self._counts[key]
        await self._store.keep_tries([Tries(*key, 0) for key in gone])

    def _count(self, mark: str, account: str) -> _Count:
        most = MOST_WRONG_OF_ALL if account == EVERYBODY else MOST_WRONG
        return self._counts.setdefault((mark, account), _Count(most))

    async def _keep(self, pin: Pin, account: str) -> None:
        ahead = self._wall() - self._now()
        counts = [(who, self._count(pin.mark, who)) for who in (account, EVERYBODY)]
        await self._store.keep_tries(
            [Tries(pin.mark, who, one.wrong, max(0.0, one.until + ahead)) for who, one in counts]
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
