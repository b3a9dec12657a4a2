"""An event loop whose clock jumps to the next timer, so that budgets of seconds are tested in no time."""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")

START = 1000.0
"""What the clock shows when a loop is made."""


class _Selector(selectors.DefaultSelector):
    """Never waits: it reports what is ready, and moves the clock on where the loop would have slept."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "everything waits for something that will never happen"
            self.now += timeout
        return ready


class Clockwork(asyncio.SelectorEventLoop):
    """Its time is ours: it passes only while nothing is left to be done."""

    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def timeless(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async test on a clockwork loop."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        lost: list[object] = []
        with asyncio.Runner(loop_factory=Clockwork) as runner:
            runner.get_loop().set_exception_handler(lambda _, context: lost.append(context))
            runner.run(test(*args, **kwargs))
        assert not lost, "something was raised where nobody was listening"

    return run
