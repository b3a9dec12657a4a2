"""What something costs, whatever else the machine is busy with."""

import time
from collections.abc import Callable

TRIES = 5


def cost(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """The least seconds of processor time of this thread that the work takes; `before` is not counted."""
    return min(_once(work, before) for _ in range(TRIES))


def _once(work: Callable[[], object], before: Callable[[], object]) -> float:
    before()
    started = time.thread_time()
    work()
    return time.thread_time() - started
