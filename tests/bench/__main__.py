"""The benchmark's command line: measures, shows progress on stderr, prints the table on stdout."""

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.accounts.users import Account, Role
from gateway.links.store import Database
from tests.bench import alarm
from tests.bench import broker as brokers
from tests.bench.figures import QUICK, Plan
from tests.bench.homes import keep_states
from tests.bench.page import machine, page
from tests.bench.process import Died
from tests.bench.rounds import Round, Script, know, speak
from tests.bench.spoken import Clova
from tests.bench.subjects import FLOOR, FLOOR_QOS1, GATEWAY, GATEWAY_QUIET, Subject, World
from tests.bench.table import errors, missed, table
from tests.bench.where import compare


def parse() -> argparse.Namespace:
    """The options."""
    options = argparse.ArgumentParser(prog="scripts/bench", description="Measures the gateway in turn with a floor.")
    options.add_argument("--quick", action="store_true", help="a smoke run of seconds; its figures mean nothing")
    options.add_argument("--rounds", type=int, help="how often each is measured (5)")
    options.add_argument("--levels", action="store_true", help="also the gateway at log level warning")
    options.add_argument("--where", action="store_true", help="also where the time goes (--write has it)")
    options.add_argument("--alarms", action="store_true", help="only how soon an alarm is on its way to CLOVA")
    options.add_argument("--write", type=Path, metavar="FILE", help="write the page, such as docs/performance.md")
    return options.parse_args()


def main() -> int:
    """0; 1 if an answer was wrong or something broke; 130 after Ctrl-C."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    given = parse()
    plan = QUICK if given.quick else Plan()
    plan = replace(plan, rounds=given.rounds) if given.rounds else plan
    try:
        if given.alarms:
            return alarm.main(given.write, given.quick)
        return bench(given, plan)
    except KeyboardInterrupt:
        say("stopped")
        return 130
    except (brokers.NoMosquitto, Died, TimeoutError, ConnectionError) as error:
        say(str(error))
        return 1


def bench(given: argparse.Namespace, plan: Plan) -> int:
    """Measure, print, write."""
    with world(plan) as around:
        results = measure(around, plan, [FLOOR, GATEWAY, FLOOR_QOS1] + ([GATEWAY_QUIET] if given.levels else []))
        where: list[str] = []
        if given.where or given.write:
            say("where the time goes")
            where = compare(around, plan)
    lines, faults, short = table(results, plan), errors(results), missed(results, plan) if plan.full else []
    short_lines = [f"MISSED {line}" for line in short]
    print(machine(), "", *lines, "", *faults, *short_lines, "", *where, sep="\n")
    if given.write:
        given.write.parent.mkdir(parents=True, exist_ok=True)
        alarms = alarm.section(given.write)
        given.write.write_text(page(_command(given), plan, lines, faults, short, where) + alarms, encoding="utf-8")
    return 1 if any(one.errors for rounds in results.values() for one in rounds) else 0


@contextmanager
def world(plan: Plan) -> Iterator[World]:
    """Broker, lights, kept states, an account and CLOVA's key, in a directory that goes away again."""
    with TemporaryDirectory(prefix="bench-") as name:
        directory = Path(name)
        clova = Clova(_token(directory / "state" / "gateway.db"))
        clova.write_key(directory / "key.pem")
        with brokers.broker(directory) as broker, brokers.lights(directory, broker.port, plan.lights) as lights:
            keep_states(broker.port, plan.devices)
            yield World(directory, broker, lights, plan.devices, clova)


def measure(around: World, plan: Plan, subjects: list[Subject]) -> dict[str, list[Round]]:
    """All rounds, the subjects in turn."""
    say("signing the requests")
    script = Script(around, plan)
    results: dict[str, list[Round]] = {subject.title: [] for subject in (FLOOR, FLOOR_QOS1, *subjects)}
    for number in range(1, plan.rounds + 1):
        for subject in subjects:
            say(f"round {number} of {plan.rounds}: {subject.title}")
            done = speak(subject, around, plan, script)
            if subject in (FLOOR, GATEWAY):
                _add(done, know(subject, around, script))
            results[subject.title].append(done)
    return results


def _add(done: Round, more: Round) -> None:
    done.figures |= more.figures
    done.errors += more.errors
    done.answers += more.answers


def _token(store: Path) -> str:
    database = Database(store)
    try:
        database.people.add(Account("bench", Role.OWNER), None, time.time())
        token = database.people.add_token("bench", time.time(), 86_400)
    finally:
        database.close()
    if token is None:
        raise Died("no account could be made")
    return token


def _command(given: argparse.Namespace) -> str:
    """What writes the page again, without the paths of this machine."""
    options = [f"--rounds {given.rounds}"] * bool(given.rounds) + ["--levels"] * given.levels
    return " ".join(["scripts/bench", *options, f"--write docs/{given.write.name}"])


def say(line: str) -> None:
    """Progress."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
