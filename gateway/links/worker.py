"""The thread of one file, for one piece of work at a time. A disk that hangs keeps no stop, and no exit, waiting."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("disk")

T = TypeVar("T")

CLOSE_SECONDS = 1.0


class Worker:
    """The thread, which ends with the process if it is not closed before."""

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._path = path
        self._work: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._under_way: Future[Any] | None = None
        self._stuck: Future[Any] | None = None
        """What somebody has waited for in vain."""
        self._is_closed = False

    async def do(self, work: Callable[[], T], seconds: float | None = None) -> T:
        """Have it done after all that came before. Raises what it raises, and OSError once it is closed.

        TimeoutError (an OSError) after so many seconds, or at once while the disk keeps silent for longer than that;
        what has not begun by then is not done.
        """
        if self._is_closed:
            raise OSError("it is closed")
        if seconds is not None and self._stuck is not None and not self._stuck.done():
            raise TimeoutError("the disk does not answer")
        if self._thread is None:
            self._thread = Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        future: Future[T] = Future()
        self._work.put((work, future))
        waiting = asyncio.wrap_future(future)
        try:
            await asyncio.wait([waiting], timeout=seconds)
        finally:
            if not waiting.done():
                future.cancel()  # at once, unless it has begun
                waiting.cancel()
        if waiting.cancelled():
            self._stuck = self._under_way
            raise TimeoutError("the disk does not answer")
        return waiting.result()

    async def close(self, last: Callable[[], object]) -> None:
        """Do the last thing, and end. A disk that hangs is not waited for: it is done if ever that answers again."""
        if self._is_closed:
            return
        end: Future[object] = Future()
        self._work.put((last, end))
        try:
            await self.do(end.result, CLOSE_SECONDS)
        except TimeoutError:
            log.error("the disk does not answer: the file is left as it is", file=str(self._path))
        finally:
            self._is_closed = True
            self._work.put(None)

    def _run(self) -> None:
        while (one := self._work.get()) is not None:
            work, future = one
            self._under_way = future
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001  # it belongs to the one who waits for it
                future.set_exception(error)
