"""The push service of the kill loop, a program: the fake, rarely in trouble, with a line of JSON for each request."""

import argparse
import asyncio
import json
import signal
import sys
import time

from tests.fakes.push import PASSING, SLOW, PushService, seeded

TROUBLE = 0.001
"""How often each sort of trouble comes: together about one request in sixty, as each costs a pause of a second."""
SELDOM = 0.0002
"""For those that take ten seconds."""


async def serve(port: int, seed: int) -> None:
    """Until SIGTERM. First the port; then `[at, trouble, device, message, whether it was taken and was told so]`."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    rates = {name: SELDOM if name in SLOW else TROUBLE for name in PASSING}

    def note(told: str) -> None:
        _, step, rest = told.split(" ", 2)
        is_taken = rest.endswith("} taken")
        last = service.taken[-1] if is_taken else None
        at = last.at if last is not None else time.monotonic()
        sent = json.loads(rest[: rest.rindex("}") + 1]) if rest.startswith("{") else {}
        line = [at, step, sent.get("applianceId", ""), sent.get("messageId", ""), is_taken, bool(last and last.told)]
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    async with PushService(seeded(seed, rates), port, note=note) as service:
        print(service.port, flush=True)
        await ended.wait()


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    asyncio.run(serve(given.port, given.seed))
