"""The link faults' command line: progress on stderr, the table on stdout."""

import argparse
import asyncio
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.fakes.machines import why_not
from tests.fakes.way import way_in
from tests.linkfaults.faults import FAULTS, Broken, Fault, mend

AT_ONCE = 2
CALM_SECONDS = 2.0
"""Between two runs, from 0 to so many, so that no clock of the way is always met at the same moment."""


@dataclass(slots=True)
class Measured:
    """What came of one fault."""

    fault: Fault
    figures: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_met(self) -> bool:
        """Whether it stayed within its bound each time."""
        return bool(self.figures) and not self.broken and max(self.figures) <= self.fault.bound


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The options."""
    options = argparse.ArgumentParser(
        prog="scripts/link-faults", description="Breaks the way in, and measures how soon it is there again."
    )
    options.add_argument("--runs", type=int, default=20, metavar="N", help="of each fault (20)")
    options.add_argument("--seed", type=int, help="draws the same moments again; otherwise others each time")
    names = [fault.name for fault in FAULTS]
    options.add_argument("--only", action="append", choices=names, help="only this one; may be given again")
    options.add_argument("--at-once", type=int, default=AT_ONCE, metavar="N", help=f"how many faults ({AT_ONCE})")
    return options.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """0; 1 where a bound was broken; 2 where there can be no machines."""
    given = parse(argv)
    if why_not():
        say(f"not possible here: {why_not()}")
        return 2
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(2**31)
    say(f"seed {seed}")
    chosen = [fault for fault in FAULTS if not given.only or fault.name in given.only]
    found = asyncio.run(run(chosen, given.runs, seed, given.at_once))
    print(*table(found), sep="\n")
    return 0 if all(one.is_met for one in found) else 1


async def run(faults: Sequence[Fault], runs: int, seed: int, at_once: int) -> list[Measured]:
    """Each fault on a way of its own."""
    turns = asyncio.Semaphore(at_once)

    async def take(fault: Fault) -> Measured:
        async with turns:
            return await measure(fault, runs, random.Random(f"{seed} {fault.name}"))

    return await asyncio.gather(*map(take, faults))


async def measure(fault: Fault, runs: int, lots: random.Random) -> Measured:
    """So many runs of one fault."""
    measured = Measured(fault)
    async with way_in() as way:
        for number in range(runs):
            await mend(way)
            await asyncio.sleep(lots.uniform(0.0, CALM_SECONDS))
            try:
                measured.figures.append(await fault.once(way, lots))
                say(f"{fault.name} {number + 1}/{runs}: {measured.figures[-1]:.2f} {fault.unit}")
            except Broken as error:
                measured.broken.append(str(error))
                say(f"{fault.name} {number + 1}/{runs}: {error}")
    return measured


def table(found: Sequence[Measured]) -> list[str]:
    """What is printed in the end."""
    lines = ["| fault | runs | median | worst | bound | met? |", "|---|---:|---:|---:|---:|---|"]
    for one in found:
        unit, figures = one.fault.unit, one.figures or [float("nan")]
        digits = 2 if unit else 0
        shown = [f"{figure:.{digits}f} {unit}".strip() for figure in (median(figures), max(figures), one.fault.bound)]
        met = "met" if one.is_met else "; ".join(["BROKEN", *one.broken[:2]])
        lines.append(f"| {one.fault.measures} | {len(one.figures)} | {' | '.join(shown)} | {met} |")
    return lines


def say(line: str) -> None:
    """Progress."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
