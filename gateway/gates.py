"""The gates that each message of CLOVA's goes through: signed, whose it is, and carried out once. All of it in time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.accounts.replay import KEPT_SECONDS, Replay, Seen
from gateway.accounts.tokens import Tokens
from gateway.accounts.users import Account
from gateway.home.problems import Busy
from gateway.written import Written

GRACE_SECONDS = 0.05
"""How long after a deadline who keeps it by itself may take to say what it came to."""

Verify = Callable[[bytes, str], Awaitable[bool]]
"""Whether the signature is CLOVA's over these bytes; raises LookupError where no public key is at hand."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose message it is, and until when the token it came with counts (seconds since 1970)."""

    account: Account
    until: float


@dataclass(slots=True)
class Turn:
    """Of one message. `begin` writes down that it is being carried out (raises Seen); `answer` is what came of it."""

    begin: Callable[[], Awaitable[None]]
    answer: bytes = b""


class Gates:
    """Those of one extension. `wall` is the time of day; deadlines are in seconds of the loop's clock."""

    def __init__(self, verify: Verify, tokens: Tokens, replay: Replay, wall: Callable[[], float]) -> None:
        self._verify = verify
        self._tokens = tokens
        self._replay = replay
        self._wall = wall
        self._running: dict[bytes, asyncio.Future[bytes]] = {}

    async def refusal(self, body: bytes, signature: str, deadline: float) -> int | None:
        """HTTP's status where it is not signed (401), or no public key is at hand in time (503)."""
        try:
            async with asyncio.timeout_at(deadline):
                return None if await self._verify(body, signature) else 401
        except (LookupError, TimeoutError):
            return 503

    def trusted(self, account: Account) -> Speaker:
        """Who needs no token."""
        return Speaker(account, self._wall() + KEPT_SECONDS)

    async def speaker(self, token: str, deadline: float) -> Speaker:
        """The real gate: whose access token it is. Raises TokenInvalid, TokenExpired, or TimeoutError."""
        async with asyncio.timeout_at(deadline):
            row = await self._tokens.look_up(token)
        return Speaker(row.account, row.expires_at)

    @asynccontextmanager
    async def turn(
        self, key: bytes, lasting: bytes, speaker: Speaker, deadline: float, otherwise: Callable[[], bytes]
    ) -> AsyncIterator[Turn]:
        """The turn of the message with this key; what opens something is on the disk under the `lasting` one.

        Raises Seen where it was or is being answered already, and Busy where that does not end in time. `otherwise` is
        what a repetition hears if this turn ends in a defect.
        """
        running = self._running.get(key)
        known = self._replay.find(key) if running is None else await _ended(running, deadline)
        if known is not None:
            raise Seen(known)
        running = self._running[key] = asyncio.get_running_loop().create_future()
        writing = Written(self._replay, lasting, speaker.until)
        turn, before = Turn(writing.begin), None
        try:
            yield turn
        except Seen as seen:
            before = seen.answer
            raise
        finally:
            answer = before if before is not None else turn.answer or otherwise()
            del self._running[key]
            running.set_result(answer)
            if writing.begun:
                self._replay.keep(lasting, answer, speaker.until)
            elif before is None:
                self._replay.keep(key, answer, min(speaker.until, self._wall() + KEPT_SECONDS))


async def _ended(running: asyncio.Future[bytes], deadline: float) -> bytes:
    async with in_time(deadline, Busy("the same message is still being answered")):
        return await asyncio.shield(running)


@asynccontextmanager
async def in_time(deadline: float, late: Exception) -> AsyncIterator[None]:
    """Raise `late` where something hangs: it is cancelled GRACE_SECONDS after the deadline was seen to have passed.

    Counted from then, so that after a pause of the whole process nobody is cancelled who was about to end by itself.
    """
    loop = asyncio.get_running_loop()
    limit = asyncio.timeout(None)
    try:
        async with limit:
            timer = loop.call_at(deadline, lambda: limit.reschedule(loop.time() + GRACE_SECONDS))
            try:
                yield
            finally:
                timer.cancel()
    except TimeoutError:
        if limit.expired():
            raise late from None
        raise
