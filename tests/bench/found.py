"""How long a home full of devices takes to be found, and what it costs the loop: `python -m tests.bench.found`.

Every round starts a broker that keeps all descriptions, freezes it, starts a gateway, and lets the broker go on: the
time is from there until the gateway has every device. Beside it, GET /healthz is asked again and again.
"""

import argparse
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from gateway.control import ask
from tests.bench import broker as brokers
from tests.bench.described import ENTITIES, Described, flood, hass, zigbee
from tests.bench.packets import disconnect, open_session, publish
from tests.bench.page import machine
from tests.bench.pauses import longest_while
from tests.bench.process import Died, Process, module, running

DEVICES = 1_000
SERVICES = 50
FLOOD, ROOM = 20_000, 2_000
LONGEST_SECONDS = 60.0
SETTLED_SECONDS = 2.0
AIM_SECONDS, AIM_MS = 5.0, 25.0


@dataclass(frozen=True, slots=True)
class Case:
    """What the broker keeps, how many topics and devices that is, and how many services announce themselves."""

    title: str
    described: Callable[[], Described]
    topics: int
    devices: int
    services: int = 0


def cases(devices: int = DEVICES) -> tuple[Case, ...]:
    """Those that are measured."""
    entities = devices * ENTITIES
    named = f"{devices:,} devices"
    return (
        Case(f"{named} in {entities:,} topics of Home Assistant discovery", lambda: hass(devices), entities, devices),
        Case(f"{named} in one bridge/devices", lambda: zigbee(devices), 1, devices),
        Case(
            f"{named} in {entities:,} topics, {SERVICES} services announced",
            lambda: hass(devices),
            entities,
            devices,
            SERVICES,
        ),
        Case(f"{FLOOD:,} descriptions, most of which there is no room for", lambda: flood(FLOOD), FLOOD, ROOM),
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What one round came to. Megabytes of 2**20 bytes, before, and when it had settled."""

    seconds: float
    pause_ms: float
    cpu_seconds: float
    before_mb: float
    after_mb: float
    appliances: int
    announced: int
    preempted: int
    """How often something else took the processor from it: where that is much, the pauses are not its own."""
    held: tuple[str, ...]


def take_in(case: Case, directory: Path, watched: bool = False) -> Taken:
    """One round. `watched` writes down what held the loop, which costs a little."""
    with ExitStack() as stack:
        broker = stack.enter_context(brokers.broker(directory))
        keep(broker.port, case.described())
        if case.services:
            argv = module("tests.bench.announcing", "--count", case.services)
            stack.enter_context(running("announcing", argv, directory / "announcing.log")).await_word("ready")
        stack.enter_context(_frozen(broker.process))
        held = directory / "held"
        gateway = stack.enter_context(_gateway(directory, broker.port, bool(case.services), held if watched else None))
        port, control = _ports(gateway), directory / "state" / "control.sock"
        before, spent, preempted = gateway.memory_mb(), gateway.cpu_seconds(), gateway.preempted()
        took: list[float] = []

        def work() -> None:
            started = time.monotonic()
            broker.process.popen.send_signal(signal.SIGCONT)
            took.append(_await_all(case, gateway, control) - started)
            time.sleep(SETTLED_SECONDS)  # what comes after is measured as well

        pause = longest_while(port, directory / "pauses.log", work)
        preempted = gateway.preempted() - preempted
        told: list[Any] = ask(control, "GET", "/devices")
        announced = len(ask(control, "GET", "/seen")["announced"])
        done = (gateway.cpu_seconds() - spent, before, gateway.memory_mb())
    lines = tuple(held.read_text(encoding="utf-8").splitlines()) if watched else ()
    return Taken(took[0], pause, *done, len(told), announced, preempted, lines)


def keep(port: int, described: Described) -> None:
    """Have the broker keep them."""
    with open_session(port, "bench-described") as session:
        session.sendall(b"".join(publish(topic.encode(), payload, retain=True) for topic, payload in described))
        session.sendall(disconnect())
        while session.recv(65_536):
            pass  # until the broker has read all of it and closes


@contextmanager
def _frozen(process: Process) -> Iterator[None]:
    process.popen.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.popen.send_signal(signal.SIGCONT)


@contextmanager
def _gateway(directory: Path, broker: int, mdns: bool, held: Path | None) -> Iterator[Process]:
    config = directory / "gateway.yaml"
    config.write_text(
        f'mqtt: {{url: "mqtt://127.0.0.1:{broker}"}}\ndiscovery: {{mdns: {str(mdns).lower()}}}\n'
        'public: {listen: "127.0.0.1:0"}\nprivate: {listen: "127.0.0.1:0"}\nstate_directory: state\n',
        encoding="utf-8",
    )
    inside = ["tests.bench.held", held] if held is not None else []
    with running(
        "gateway", module(*inside, "gateway", "run", "--config", config), directory / "gateway.log"
    ) as process:
        yield process


def _ports(gateway: Process) -> int:
    """The public port, once it runs."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        gateway.check()
        for line in gateway.log.read_text(encoding="utf-8").splitlines():
            said = json.loads(line) if line.startswith("{") and line.endswith("}") else {}
            if said.get("event") == "running":
                return int(said["public_port"])
        time.sleep(0.01)
    raise Died("the gateway never said that it runs")


def _await_all(case: Case, gateway: Process, control: Path) -> float:
    """The monotonic time at which every device was found and nothing was left to be taken in."""
    deadline = time.monotonic() + LONGEST_SECONDS
    said: dict[str, Any] = {}
    while time.monotonic() < deadline:
        gateway.check()
        said = ask(control, "GET", "/status")
        if said["taken_in"] >= case.topics and said["devices"] >= case.devices and said["found"] >= case.devices:
            return time.monotonic()
        time.sleep(0.02)
    raise Died(f"not all were found in {LONGEST_SECONDS:.0f} s: {said}")


def row(case: Case, rounds: list[Taken]) -> str:
    """A line of the table."""

    def spread(key: Callable[[Taken], float], digits: int) -> str:
        found = sorted(map(key, rounds))
        return f"{median(found):.{digits}f} ({found[0]:.{digits}f}-{found[-1]:.{digits}f})"

    cells = (
        case.title,
        spread(lambda one: one.seconds, 2),
        spread(lambda one: one.pause_ms, 0),
        spread(lambda one: one.cpu_seconds, 1),
        spread(lambda one: one.before_mb, 0),
        spread(lambda one: one.after_mb, 0),
        str(rounds[-1].appliances),
        str(rounds[-1].announced),
        spread(lambda one: one.preempted, 0),
    )
    return f"| {' | '.join(cells)} |"


HEAD = (
    "kept by the broker",
    "s until found",
    "longest pause, ms",
    "CPU s",
    "MB before",
    "MB after",
    "appliances",
    "announced",
    "preempted",
)


def main() -> int:
    """Print the table."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.found", description="Measures how devices are found.")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--devices", type=int, default=DEVICES)
    options.add_argument("--case", type=int, help="only this one, from 1")
    given = options.parse_args()
    print(machine(), f"Aims: {AIM_SECONDS:g} s, no pause above {AIM_MS:g} ms.", "", sep="\n")
    print(f"| {' | '.join(HEAD)} |", f"{'|---' * len(HEAD)}|", sep="\n")
    chosen = cases(given.devices)
    held: dict[str, tuple[str, ...]] = {}
    try:
        for case in chosen[given.case - 1 : given.case] if given.case else chosen:
            rounds = []
            for number in range(given.rounds + 1):
                with TemporaryDirectory(prefix="found-") as name:
                    taken = take_in(case, Path(name), watched=number == given.rounds)
                if number < given.rounds:
                    rounds.append(taken)
                else:
                    held[case.title] = taken.held
            print(row(case, rounds), flush=True)
    except (brokers.NoMosquitto, Died, TimeoutError, ConnectionError) as error:
        print(error, file=sys.stderr)
        return 1
    for title, lines in held.items():
        print("", f"What held the loop: {title}", "", sep="\n")
        print(*_summed(lines), sep="\n")
    return 0


def _summed(lines: tuple[str, ...]) -> Iterator[str]:
    """The longest of each sort, with how often there was one like it."""
    sorts: Counter[str] = Counter()
    longest: dict[str, str] = {}
    for line in lines:
        took, _, what = line.partition(": ")
        sorts[what] += 1
        if what not in longest or float(took.split()[0]) > float(longest[what].split()[0]):
            longest[what] = took
    for what in sorted(sorts, key=lambda what: -float(longest[what].split()[0]))[:12]:
        yield f"- {longest[what]}, {sorts[what]} times: {what}"
    if not lines:
        yield "- nothing"


if __name__ == "__main__":
    sys.exit(main())
