"""Looks from outside how long the server's loop stands still: GET /healthz, again and again, until terminated."""

import argparse
import gc
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.load import Connection
from tests.bench.process import Died, module, running

BETWEEN_SECONDS = 0.001
PATIENCE_SECONDS = 20.0
_REQUEST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def longest_while(port: int, log: Path, work: Callable[[], object]) -> float:
    """The longest time in milliseconds that GET /healthz took while something was done."""
    with running("pauses", module("tests.bench.pauses", "--port", port), log) as process:
        process.await_word("ready")
        work()
        process.check()
        process.popen.terminate()
        try:
            process.popen.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise Died(f"GET /healthz was not answered in {PATIENCE_SECONDS:.0f} s") from None
    said = log.read_text().split()
    if process.popen.returncode != 0:
        raise Died(f"pauses ended with {process.popen.returncode}: {' '.join(said)[-2000:]}")
    return float(said[-1])


def main() -> None:
    """Poll until SIGTERM, then print the longest time in milliseconds."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    connection = Connection(arguments.parse_args().port)
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    gc.disable()
    print("ready", flush=True)
    longest = 0.0
    while not stopped:
        began = time.perf_counter()
        if b" 200 " not in connection.ask(_REQUEST)[:16]:
            raise SystemExit("GET /healthz was refused")
        longest = max(longest, time.perf_counter() - began)
        time.sleep(BETWEEN_SECONDS)
    connection.close()
    print(longest * 1000)


if __name__ == "__main__":
    main()
