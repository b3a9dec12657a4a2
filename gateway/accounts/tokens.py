"""Access tokens: 256 random bits each, kept only as a SHA-256 hash.

A valid signature proves that CLOVA signed a body, not that it was meant for this home: the token is the real gate.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.accounts.users import Account
from gateway.home.problems import TokenExpired, TokenInvalid

TRUST_SECONDS = 1.0
"""How long a token found in the store is believed without looking again: a revoked one dies within this."""
REMEMBERED = 256
SKEW_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class TokenRow:
    """What is kept of a token. Times are in seconds since 1970."""

    account: Account
    created_at: float
    expires_at: float


class TokenStore(Protocol):
    """Where tokens are kept."""

    def find_token(self, token_hash: bytes) -> Awaitable[TokenRow | None]:
        """The row of a token that is known and not revoked."""
        ...


def new_token() -> tuple[str, bytes]:
    """A new token, and the hash it is kept by."""
    token = secrets.token_urlsafe(32)
    return token, hash_token(token)


def hash_token(token: str) -> bytes:
    """The hash a token is looked up by, which makes the comparison's timing tell nothing."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


class Tokens:
    """Checks tokens. `now` is the monotonic clock, `wall` the time of day."""

    def __init__(self, store: TokenStore, now: Callable[[], float], wall: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._wall = wall
        self._found: OrderedDict[bytes, tuple[TokenRow, float]] = OrderedDict()

    async def look_up(self, token: str) -> TokenRow:
        """Whose token it is, and until when. Raises TokenInvalid or TokenExpired.

        One from the future has expired as well: the clock was wrong when it was made, or is wrong now.
        """
        if not 0 < len(token) <= 512:
            raise TokenInvalid
        token_hash = hash_token(token)
        row = await self._row(token_hash)
        if row is None:
            raise TokenInvalid
        if not row.created_at - SKEW_SECONDS <= self._wall() < row.expires_at:
            raise TokenExpired
        return row

    def forget(self) -> None:
        """Believe nothing without looking: something was revoked or refreshed."""
        self._found.clear()

    async def _row(self, token_hash: bytes) -> TokenRow | None:
        known = self._found.get(token_hash)
        if known is not None and self._now() - known[1] < TRUST_SECONDS:
            return known[0]
        row = await self._store.find_token(token_hash)
        if row is None:
            self._found.pop(token_hash, None)
            return None
        self._found[token_hash] = (row, self._now())
        if len(self._found) > REMEMBERED:
            self._found.popitem(last=False)
        return row
