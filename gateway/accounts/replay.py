"""A message that comes twice is answered twice and carried out once, also over a restart.

The key is account, messageId and the body's hash: the platform's own documents repeat one messageId across different
messages. It is remembered for as long as its access token counts, since the token is part of the body, and an hour at
most. What opens something is on the disk before it is done, and until its token has expired; the rest is kept in
memory and written down every few seconds, so that a lamp never waits for an SD card.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("replay")

MAX_ANSWERS = 4096
KEPT_SECONDS = 3900.0
"""An access token counts for an hour; a new one makes another body."""
MAX_BYTES = 4 * 1024 * 1024

Kept = tuple[bytes, bytes, float]
"""A key, the answer, and until when it is kept, in seconds since 1970. The answer is empty while there is none yet."""


class AnswerStore(Protocol):
    """Where answers outlive the process."""

    def load_answers(self, now: float, most: int) -> Awaitable[Sequence[Kept]]:
        """Those that are still kept."""

    def begin_answer(self, key: bytes, until: float, now: float) -> Awaitable[bytes | None]:
        """On the disk: this is being carried out. What was answered, if it was begun before; else None."""

    def keep_answers(self, answers: Sequence[Kept], now: float) -> Awaitable[None]:
        """Keep these."""


class Seen(Exception):
    """It was begun before; `answer` is empty if nobody knows what became of it."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("a message that was seen before")
        self.answer = answer


def key_of(account: str, message_id: str, body: bytes) -> bytes:
    """What makes two messages the same."""
    parts = (account.encode("utf-8", "surrogatepass"), message_id.encode("utf-8", "surrogatepass"), body)
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()


class Replay:
    """The answers given lately. `wall` is the time of day in seconds since 1970."""

    def __init__(
        self,
        store: AnswerStore,
        wall: Callable[[], float],
        max_answers: int = MAX_ANSWERS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._store = store
        self._wall = wall
        self._answers: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._unwritten: dict[bytes, tuple[float, bytes]] = {}
        self._bytes = 0
        self._max_answers = max_answers
        self._max_bytes = max_bytes

    async def load(self) -> None:
        """Take up what was kept before the last stop."""
        for key, answer, until in await self._store.load_answers(self._wall(), self._max_answers):
            if answer:
                self._put(key, answer, until)

    def find(self, key: bytes) -> bytes | None:
        """The answer this message was given, if it was."""
        until, answer = self._answers.get(key, (0.0, b""))
        return answer if self._wall() < until else None

    async def begin(self, key: bytes, until: float) -> None:
        """Write down that this is about to be done. Raises Seen, and then it must not be."""
        before = await self._store.begin_answer(key, until, self._wall())
        if before is not None:
            raise Seen(before)

    def keep(self, key: bytes, answer: bytes, until: float) -> None:
        """Remember an answer, until a point in time."""
        self._put(key, answer, until)
        self._unwritten[key] = (until, answer)
        while len(self._unwritten) > self._max_answers:
            del self._unwritten[next(iter(self._unwritten))]

    async def write(self) -> None:
        """Put on the disk what is not there yet. One that is full costs the memory of a restart, and no answer."""
        answers = [(key, answer, until) for key, (until, answer) in self._unwritten.items()]
        if not answers:
            return
        self._unwritten.clear()
        try:
            await self._store.keep_answers(answers, self._wall())
        except OSError as error:
            log.error("answers could not be kept", why=str(error))

    async def run(self, rest: Callable[[], Awaitable[None]]) -> None:
        """Write after every rest, for ever."""
        while True:
            await rest()
            await self.write()

    def _put(self, key: bytes, answer: bytes, until: float) -> None:
        _, before = self._answers.pop(key, (0.0, b""))
        self._bytes += len(answer) - len(before)
        self._answers[key] = (until, answer)
        while len(self._answers) > self._max_answers or self._bytes > self._max_bytes:
            _, (_, gone) = self._answers.popitem(last=False)
            self._bytes -= len(gone)
