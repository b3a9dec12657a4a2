"""A message that comes twice is answered twice and carried out once.

The key is account, messageId and the body's hash: the platform's own documents repeat one messageId across different
messages. Bounded in number and in bytes; the oldest goes first.
"""

import hashlib
import math
from collections import OrderedDict
from collections.abc import Callable

MAX_ANSWERS = 4096
KEPT_SECONDS = 600.0
"""Whoever repeats a message later means it anew: the documents' examples use one messageId over and over."""
MAX_BYTES = 4 * 1024 * 1024

Key = tuple[str, str, bytes]


def key_of(account: str, message_id: str, body: bytes) -> Key:
    """What makes two messages the same."""
    return account, message_id, hashlib.sha256(body).digest()


class Replay:
    """The answers given lately."""

    def __init__(self, now: Callable[[], float], max_answers: int = MAX_ANSWERS, max_bytes: int = MAX_BYTES) -> None:
        self._now = now
        self._answers: OrderedDict[Key, tuple[float, bytes]] = OrderedDict()
        self._bytes = 0
        self._max_answers = max_answers
        self._max_bytes = max_bytes

    def find(self, key: Key) -> bytes | None:
        """The answer this message was given, if it was."""
        at, answer = self._answers.get(key, (-math.inf, b""))
        return answer if self._now() - at < KEPT_SECONDS else None

    def keep(self, key: Key, answer: bytes) -> None:
        """Remember an answer."""
        _, before = self._answers.pop(key, (0.0, b""))
        self._bytes += len(answer) - len(before)
        self._answers[key] = (self._now(), answer)
        while len(self._answers) > self._max_answers or self._bytes > self._max_bytes:
            _, (_, gone) = self._answers.popitem(last=False)
            self._bytes -= len(gone)
