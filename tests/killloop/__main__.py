"""The kill loop's command line: progress on stderr, the table on stdout."""

import argparse
import asyncio
import random
import signal
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.killloop.run import Plan, Report, run

MOST_LINES = 20


def parse() -> argparse.Namespace:
    """The options."""
    options = argparse.ArgumentParser(
        prog="scripts/kill-loop", description="Kills the daemon at random moments while alarms go through it."
    )
    options.add_argument("--kills", type=int, default=50, metavar="N", help="how many (50)")
    options.add_argument("--seed", type=int, help="draws the same moments and alarms again; otherwise others each time")
    options.add_argument("--bells", type=int, default=60, metavar="N", help="how many devices ring (60)")
    options.add_argument("--broker-kills", action="store_true", help="every other kill is one of the broker")
    return options.parse_args()


def main() -> int:
    """0; 1 where an alarm was lost, or was told twice without need."""
    given = parse()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(2**31)
    say(f"seed {seed}")
    report = asyncio.run(_run(Plan(given.kills, seed, given.bells, given.broker_kills, max(1, given.kills // 20))))
    losses, repeats = report.losses(), report.repeats()
    print(*table(report), *losses[:MOST_LINES], *repeats[-MOST_LINES:], sep="\n")
    return 1 if losses or repeats else 0


async def _run(plan: Plan) -> Report:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with TemporaryDirectory(prefix="kill-loop-") as folder:
        return await run(plan, Path(folder), say, stop)


def table(report: Report) -> list[str]:
    """What is printed in the end."""
    verdict, ready = report.verdict, report.ready_seconds or [0.0]
    kills = sum(report.kills.values())
    rows = {
        "seed": str(report.plan.seed),
        "kills": f"{kills:,} in {report.seconds:.0f} s",
        **{f"  {moment}": f"{count:,}" for moment, count in sorted(report.kills.items())},
        "occasions": f"{verdict.occasions:,} that the broker took, {report.requests:,} requests",
        "delivered": f"{verdict.delivered:,}",
        "closed": f"{verdict.closed.total():,} on record with a reason",
        **{f"  {why}": f"{count:,}" for why, count in verdict.closed.items()},
        "lost": f"{len(verdict.lost):,}",
        "twice": f"{verdict.duplicates.total():,}, at most {verdict.most_of_one_kill} of one kill",
        **{f"  {why}": f"{count:,}" for why, count in verdict.duplicates.most_common()},
        "restart": f"{median(ready):.2f} s until it listens again (median), {max(ready):.2f} s at most",
        "on the disk": ", ".join(f"{count:,} {state}" for state, count in verdict.states.items()),
    }
    if report.broker_kills:
        rows["lost by the broker"] = f"{len(verdict.lost_by_broker):,}, taken within 3 s of its end"
    rows |= {f"  {event}": f"{count:,} times in the log" for event, count in report.errors.most_common()}
    width = max(map(len, rows))
    return [f"{name:{width}}  {told}" for name, told in rows.items()]


def say(line: str) -> None:
    """Progress."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
