"""The page docs/performance.md, and the line that says which machine it was."""

import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.broker import find
from tests.bench.figures import Plan

_PAGE = """# Performance

Every figure is taken in turn with a floor: a bare aiohttp and aiomqtt handler (`tests/bench/floor.py`) that verifies
the signature, publishes, waits for the echo and answers, and does nothing else. Compare the ratios; the figures
themselves are this machine's. This page is written by:

    {command}

{machine}
{rounds} rounds, subjects in turn, each started afresh; shown are medians (and the lowest and highest round). A ratio is
the median of the rounds' ratios. Mosquitto, {lights} echoing lights and the load share the machine with what is
measured. The gateway runs as shipped, with a log line for every request. The floor publishes at QoS 0, which the
targets are held against, and for comparison at QoS 1.

{table}

{errors}

What the rows mean: *one at a time* and *{at_once} at a time* are signed TurnOn and TurnOff requests over keep-alive
connections, each a change of a light, each answer checked, and each command counted at the lights. Where *preempted*
is not near 0, something else ran on the machine, and the latencies beside it mean little. The longest `GET /healthz`
shows the longest pause: it waits for its turn like any request, so that its time also has the queue in it. *Cold start*
is from the start of the process to the first confirmation, which must come after the light has the command. *Kept
states* are retained messages, one topic each, from the first step towards the broker until all are known.

## Targets

{missed}

## Where the time goes

Sampled in runs of their own, with a timer of processor time:

{where}
"""


def machine() -> str:
    """Processor, cores, versions, and the day."""
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    cores = len(re.findall(r"^processor\s*:", cpuinfo, re.MULTILINE))
    told = subprocess.run([find(), "-h"], capture_output=True, text=True, check=False).stdout
    mosquitto = re.search(r"mosquitto version (\S+)", told)
    libraries = ", ".join(f"{name} {version(name)}" for name in ("aiohttp", "aiomqtt", "paho-mqtt"))
    return (
        f"Machine: {cores} x {model[1] if model else platform.machine()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, Mosquitto {mosquitto[1] if mosquitto else '?'}, {libraries}; "
        f"{datetime.now(UTC):%Y-%m-%d}."
    )


def page(
    command: str, plan: Plan, table: Sequence[str], errors: Sequence[str], missed: Sequence[str], where: Sequence[str]
) -> str:
    """The whole page."""
    return _PAGE.format(
        command=command,
        machine=machine(),
        rounds=plan.rounds,
        lights=plan.lights,
        at_once=plan.at_once,
        table="\n".join(table),
        errors="\n".join(errors),
        missed="\n".join(f"- missed: {line}" for line in missed) or "All are met.",
        where="\n".join(where),
    )
