"""The command line of scripts/slow-sockets: prints a table."""

import argparse
import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.slow.siege import Outcome, Plan, besiege

LIMIT = 0.5
MOST_FILES = 64 + 16 + 60
"""64 connections, some that are just being closed, and what the gateway has open besides."""


def parse() -> argparse.Namespace:
    """The options."""
    options = argparse.ArgumentParser(
        prog="scripts/slow-sockets", description="Lets slow sockets keep the public door busy, and asks honestly."
    )
    options.add_argument("--sockets", type=int, default=1000, metavar="N", help="how many at once (1000)")
    options.add_argument("--seconds", type=float, default=60, metavar="S", help="how long (60)")
    options.add_argument("--again", type=float, default=2, metavar="S", help="each comes back after so long (2)")
    options.add_argument("--plain", action="store_true", help="only without TLS")
    options.add_argument("--tls", action="store_true", help="only over TLS")
    return options.parse_args()


def main() -> int:
    """0; 1 where the honest were slow, or a slow one was left."""
    given, faults = parse(), []
    for is_secure in (False, True):
        if given.plain if is_secure else given.tls:
            continue
        plan = Plan(given.seconds, given.sockets, given.again, is_secure)
        with TemporaryDirectory(prefix="slow-sockets-") as folder:
            outcome = asyncio.run(besiege(Path(folder), plan))
        print(*table(outcome, "over TLS" if is_secure else "plain"), sep="\n")
        faults += faults_of(outcome)
    print(*(f"FAULT {fault}" for fault in faults), sep="\n" if faults else "")
    return 1 if faults else 0


def table(outcome: Outcome, title: str) -> list[str]:
    """What is printed of one siege."""
    p50, p99, longest = (outcome.quantile(part) * 1000 for part in (0.5, 0.99, 1.0))
    rows = {
        "honest": f"{len(outcome.took):,}: p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {longest:.0f} ms",
        "not answered": f"{len(outcome.failed)} {sorted(set(outcome.failed)) or ''}",
        "files": f"{outcome.most_files} open at most, {outcome.memory_mb:.0f} MB in the end",
        **{
            f"  {name}": f"{one['opened']:,} opened, {one['closed']:,} thrown out, within {one['longest']:.1f} s"
            for name, one in outcome.tallies.items()
        },
        "  not let in": str(outcome.refused or 0),
        "left": str(outcome.left),
    }
    return [title, *(f"  {name:24} {told}" for name, told in rows.items())]


def faults_of(outcome: Outcome) -> list[str]:
    """What must not be."""
    many = len(outcome.took)
    faults = {
        f"p99 of honest requests: {outcome.quantile(0.99):.3f} s": outcome.quantile(0.99) > LIMIT,
        f"{len(outcome.failed)} honest requests were not answered": len(outcome.failed) > max(1, many / 100),
        f"{outcome.left} slow sockets were left": outcome.left > 0,
        f"{outcome.most_files} open files": outcome.most_files > MOST_FILES,
    }
    return [fault for fault, is_so in faults.items() if is_so]


if __name__ == "__main__":
    raise SystemExit(main())
