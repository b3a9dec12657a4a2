"""How long a request has waited for devices: the rest of its time is the gateway's own.

Each request has a count of its own, which all tasks share that it starts; several waits at once count once.
"""

from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType

Counted = Callable[[str, str, float, float], None]
"""Told of each request: its name, that of the answer, the seconds it took, and those of them that devices took."""


class Waits:
    """Of one request, in seconds."""

    __slots__ = ("_at_once", "_since", "seconds")

    def __init__(self) -> None:
        self.seconds = 0.0
        self._at_once = 0
        self._since = 0.0

    def begin(self, now: float) -> None:
        """A device is being waited for."""
        if not self._at_once:
            self._since = now
        self._at_once += 1

    def end(self, now: float) -> None:
        """It is no longer."""
        self._at_once -= 1
        if not self._at_once:
            self.seconds += now - self._since


_of_request: ContextVar[Waits | None] = ContextVar("waits", default=None)


def count_waits() -> Waits:
    """Begin to count for the request that this task answers."""
    waits = Waits()
    _of_request.set(waits)
    return waits


class Waiting:
    """`with Waiting(now):` around what waits for a device; `now` is the monotonic clock. Costs under a microsecond."""

    __slots__ = ("_now", "_waits")

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._waits = _of_request.get()

    def __enter__(self) -> None:
        if self._waits is not None:
            self._waits.begin(self._now())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._waits is not None:
            self._waits.end(self._now())


def uncounted(request: str, answer: str, seconds: float, waited: float) -> None:
    """Nobody counts."""
