"""A thread of its own for one piece of work at a time. One that hangs keeps no stop, and no exit, waiting."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Desk:
    """The thread, which ends with the process if it is not closed before."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._work: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._is_closed = False

    async def do(self, work: Callable[[], T]) -> T:
        """Have it done after all that came before. Raises what it raises, and OSError once it is closed."""
        if self._is_closed:
            raise OSError("it is closed")
        if self._thread is None:
            self._thread = Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        future: Future[T] = Future()
        self._work.put((work, future))
        return await asyncio.wrap_future(future)

    async def close(self, last: Callable[[], object], seconds: float) -> bool:
        """Do the last thing, and end. False if that was not done in so many seconds; it is waited for no longer."""
        if self._is_closed:
            return True
        is_done = False
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.do(last)
                is_done = True
        self._is_closed = True
        self._work.put(None)
        return is_done

    def _run(self) -> None:
        while (one := self._work.get()) is not None:
            work, future = one
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001  # it belongs to the one who waits for it
                future.set_exception(error)
