"""Runs a module and writes down what held its loop up.

    python -m tests.bench.held FILE MODULE [ARGUMENT ...]

A line for each turn of the loop that took longer than HELD_SECONDS: what ran, how long, and for how much of that it had
the processor. Where that is little, another thread had the interpreter: the line says what that was doing.
"""

import asyncio
import runpy
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

HELD_SECONDS = 0.010
BEAT_SECONDS = 0.001
DEPTH = 3

_file: TextIO = sys.stderr
_run = asyncio.Handle._run


def _timed(handle: asyncio.Handle) -> None:
    wall, own = time.perf_counter(), time.thread_time()
    _run(handle)
    took, had = time.perf_counter() - wall, time.thread_time() - own
    if took > HELD_SECONDS:
        _note(took, had, _named(handle))


def _named(handle: Any) -> str:
    callback = handle._callback
    task = getattr(callback, "__self__", None)
    if isinstance(task, asyncio.Task):
        frames = task.get_stack(limit=1)
        at = f" at {_at(frames[0])}" if frames else ""
        return f"task {task.get_name()}{at}"
    return str(getattr(callback, "__qualname__", callback))


def _at(frame: FrameType) -> str:
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno} {frame.f_code.co_qualname}"


def _note(took: float, had: float, what: str) -> None:
    meanwhile = "" if had > took / 2 else f"; meanwhile: {' | '.join(_others()) or 'nothing of ours'}"
    print(f"{took * 1000:.0f} ms ({had * 1000:.0f} ms of processor): {what}{meanwhile}", file=_file, flush=True)


def _others() -> list[str]:
    """Where the other threads are just now."""
    found = []
    mine = threading.get_ident()
    for ident, innermost in sys._current_frames().items():
        stack: list[str] = []
        frame: FrameType | None = innermost
        while frame is not None and len(stack) < DEPTH:
            stack.append(_at(frame))
            frame = frame.f_back
        if ident != mine and "_worker" not in stack[0]:
            found.append(" < ".join(stack))
    return found


class _Loop(asyncio.SelectorEventLoop):
    """It wakes every millisecond: waking late says that somebody else had the interpreter."""

    def run_forever(self) -> None:
        self._beat()
        super().run_forever()

    def _beat(self) -> None:
        due = self.time() + BEAT_SECONDS
        self.call_at(due, self._woke, due, time.thread_time())

    def _woke(self, due: float, own: float) -> None:
        late, had = self.time() - due, time.thread_time() - own
        if late > HELD_SECONDS and had < late / 2:
            _note(late, had, "waking")
        self._beat()


class _Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return _Loop()


def main() -> None:
    """Run the module named on the command line as if it had been started itself."""
    global _file
    name, module, *arguments = sys.argv[1:]
    asyncio.Handle._run = _timed  # type: ignore[method-assign,assignment]  # as a method it is the same
    asyncio.set_event_loop_policy(_Policy())
    sys.argv = [module, *arguments]
    with Path(name).open("w", encoding="utf-8") as _file:
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
