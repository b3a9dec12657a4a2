"""Runs a module and samples where its processor time goes, from SIGUSR1 until it ends.

    python -m tests.bench.sampled SAMPLES MODULE [ARGUMENT ...]

A timer of processor time interrupts the program; the samples are the stacks it was found in, innermost frame first,
`file:function`, with their counts, as JSON.
"""

import json
import runpy
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

EVERY_SECONDS = 0.004
"""The kernel's own tick on many machines: asking for less gives no more."""
DEPTH = 40

_stacks: Counter[tuple[str, ...]] = Counter()


def _sample(_: int, frame: FrameType | None) -> None:
    stack: list[str] = []
    while frame is not None and len(stack) < DEPTH:
        stack.append(f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}")
        frame = frame.f_back
    _stacks[tuple(stack)] += 1


def _begin(*_: object) -> None:
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)


def main() -> None:
    """Run the module named on the command line as if it had been started itself."""
    samples, module, *arguments = sys.argv[1:]
    signal.signal(signal.SIGPROF, _sample)
    signal.signal(signal.SIGUSR1, _begin)
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        found = [[count, list(stack)] for stack, count in _stacks.most_common()]
        Path(samples).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
