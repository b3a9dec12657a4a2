"""The fuzzer's command line: sends, shows progress on stderr, prints the table on stdout."""

import argparse
import asyncio
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.again import bench, confirmed
from tests.fuzz.made import Input
from tests.fuzz.run import GROWTH_MB, Finding, Report, run


def parse() -> argparse.Namespace:
    """The options."""
    options = argparse.ArgumentParser(prog="scripts/fuzz", description="Sends odd inputs to the public door.")
    options.add_argument("inputs", nargs="?", type=int, default=1_000_000, metavar="N", help="how many (1,000,000)")
    options.add_argument("--seed", type=int, help="makes the same inputs again; otherwise others each time")
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="where the inputs behind findings are written")
    options.add_argument("--replay", type=Path, metavar="FILE", help="send one kept input, and show what comes of it")
    return options.parse_args()


def main() -> int:
    """0; 1 with findings."""
    given = parse()
    if given.replay:
        return asyncio.run(replay(given.replay.stem, given.replay.read_bytes()))
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(2**31)
    say(f"seed {seed}")
    report, findings, once = asyncio.run(fuzz(seed, given.inputs))
    print(*table(report), sep="\n")
    print(*(f"late once, and not again: {_named(one)}" for one in once), sep="\n", end="\n" if once else "")
    for number, finding in enumerate(findings, 1):
        print(f"FOUND {number}: {_named(finding)}")
        if given.keep:
            write(given.keep, seed, number, finding)
    print("no findings" if not findings else f"{len(findings)} findings")
    return 1 if findings else 0


async def fuzz(seed: int, inputs: int) -> tuple[Report, list[Finding], list[Finding]]:
    """What came of it, the findings that stand, and what was late only once."""
    with TemporaryDirectory(prefix="fuzz-") as folder:
        report = await run(Path(folder), seed, inputs, say)
    return report, *await confirmed(report.findings)


def table(report: Report) -> list[str]:
    """What is printed in the end."""
    before, after = (report.memory_mb[0], report.memory_mb[-1]) if report.memory_mb else (0.0, 0.0)
    rows = {
        "seed": str(report.seed),
        "inputs": f"{report.inputs:,} in {report.seconds:.0f} s: {report.inputs / report.seconds:,.0f} a second",
        "of these": _listed(report.kinds),
        "statuses": _listed(report.statuses),
        "longest": f"{report.longest:.3f} s ({report.longest_of})",
        "honest": f"{report.honest:,} in between, longest {report.honest_longest:.3f} s",
        "memory": f"{before:.1f} MB after a tenth, {after:.1f} MB in the end: {after - before:+.1f} of {GROWTH_MB:.0f}",
    }
    return [f"{name:10} {told}" for name, told in rows.items()]


def _listed(counts: dict[str, int] | dict[int, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items(), key=lambda row: -row[1]))


def _named(finding: Finding) -> str:
    which = f"input {finding.inputs[-1].number}" if len(finding.inputs) == 1 else f"one of {len(finding.inputs)} inputs"
    return f"{finding.what} ({which if finding.inputs else 'all of them'})"


def write(folder: Path, seed: int, number: int, finding: Finding) -> None:
    """The bytes of a finding's inputs, each named so that it can be replayed, and what was found."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{seed}-{number}.txt").write_text(finding.what + "\n", encoding="utf-8", errors="backslashreplace")
    for one in finding.inputs:
        sort = "whole" if one.is_whole else "broken"
        (folder / f"{seed}-{number}-{one.number}-{one.door}-{sort}.bin").write_bytes(one.raw)


async def replay(name: str, raw: bytes) -> int:
    """Send the bytes of a kept input, whose file has this name, to a new gateway."""
    *_, door, sort = name.split("-")
    async with bench() as alone:
        answers, seconds = await alone.send(Input(0, "replayed", int(door), raw, sort == "whole"))
        for answer in answers:
            sys.stdout.buffer.write(answer.head + b"\r\n" + answer.body + b"\n")
        print(f"{len(answers)} answers in {seconds:.3f} s", *alone.told, sep="\n")
    return 1 if alone.told else 0


def say(line: str) -> None:
    """Progress."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
