"""One round of one subject: start it afresh, speak to it, look at it from outside, stop it."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from statistics import quantiles

from tests.bench.figures import Plan
from tests.bench.kept import seconds_to_know
from tests.bench.load import Connection, Driven, drive
from tests.bench.pauses import longest_while
from tests.bench.process import START_SECONDS, Died
from tests.bench.spoken import Spoken, appliances, wrong
from tests.bench.subjects import Server, Subject, World

HAMMER_SECONDS = 0.003


@dataclass(slots=True)
class Round:
    """What one round of one subject came to."""

    figures: dict[str, float] = field(default_factory=dict)
    answers: int = 0
    errors: Counter[str] = field(default_factory=Counter)


class Script:
    """The requests of a round, signed once: every subject is told the same, byte for byte."""

    def __init__(self, world: World, plan: Plan) -> None:
        switches = world.clova.switches(plan.lights)
        self.warm_up = list(islice(switches, plan.warm_up))
        self.one_at_a_time = list(islice(switches, plan.one_at_a_time))
        self.many = list(islice(switches, plan.many))
        self.watched = list(islice(switches, plan.watched))
        self.discoveries = [world.clova.discover() for _ in range(plan.discoveries + 1)]


def speak(subject: Subject, world: World, plan: Plan, script: Script) -> Round:
    """The home of lights: cold start, memory, one at a time, many at a time, pauses."""
    done = Round()
    with subject.started(world) as server:
        done.figures["cold"] = first_right_answer(server, world, done)
        _load(server, world, script.warm_up, 1, done)
        time.sleep(plan.rest_seconds)
        done.figures["rest_mb"] = server.process.memory_mb()
        for name, spoken, at_once in (("one", script.one_at_a_time, 1), ("many", script.many, plan.at_once)):
            before, preempted = _processor(server, world), server.process.preempted()
            driven = _load(server, world, spoken, at_once, done)
            used = {name: (after - before[name]) / len(spoken) for name, after in _processor(server, world).items()}
            _latencies(driven, name, done)
            done.figures[f"{name}_rate"] = len(driven.replies) / driven.seconds
            done.figures[f"{name}_preempted"] = (server.process.preempted() - preempted) / len(spoken) * 1000
            done.figures |= {f"{name}_{who}_cpu": seconds * 1000 for who, seconds in used.items()}
        log = world.directory / "pauses.log"
        done.figures["pause"] = longest_while(
            server.port, log, lambda: _load(server, world, script.watched, plan.at_once, done)
        )
        done.figures["loaded_mb"] = server.process.memory_mb()
    return done


def know(subject: Subject, world: World, script: Script) -> Round:
    """The big home: states that the broker has kept, and discovery."""
    done = Round()
    with subject.started(world, big=True) as server:
        done.figures["states"], done.figures["states_cold"] = seconds_to_know(server, world)
        first, *others = script.discoveries
        done.figures["discovery_pause"] = longest_while(
            server.port, world.directory / "pauses.log", lambda: _first_discovery(server, first, done)
        )
        driven = drive(server.port, others, 1)
        _judge(driven, len(others), done)
        _latencies(driven, "discovery", done)
        done.figures["big_mb"] = server.process.memory_mb()
    for reply in driven.replies:
        if not wrong(reply.spoken, reply.raw) and (told := appliances(reply.raw)) != world.devices:
            done.errors[f"discovery told of {told} devices"] += 1
    return done


def _first_discovery(server: Server, spoken: Spoken, done: Round) -> None:
    driven = drive(server.port, [spoken], 1)
    _judge(driven, 1, done)
    done.figures["discovery_first"] = driven.seconds * 1000


def _processor(server: Server, world: World) -> dict[str, float]:
    """Seconds of processor time used so far, by the server and by what stands around it."""
    return {
        "server": server.process.cpu_seconds(),
        "broker": world.broker.process.cpu_seconds(),
        "lights": world.lights.process.cpu_seconds(),
        "load": time.process_time(),
    }


def first_right_answer(server: Server, world: World, done: Round) -> float:
    """Ask one light after another until an answer is right; the light must have got the command by then."""
    process, light, answer = server.process, 0, b""
    while time.monotonic() < process.started + START_SECONDS:
        process.check()
        spoken = world.clova.switch(light, on=False)
        asked = time.monotonic()
        answer = _ask(server.port, spoken)
        answered = time.monotonic()
        if answer and not wrong(spoken, answer):
            if not asked <= world.lights.record.last(light) <= answered:
                done.errors["confirmed before the light had the command"] += 1
            return answered - process.started
        light = (light + bool(answer)) % world.lights.count
        time.sleep(HAMMER_SECONDS)
    raise Died(f"{process.name} gave no right answer in {START_SECONDS:.0f} s; the last was {answer[-300:]!r}")


def _ask(port: int, spoken: Spoken) -> bytes:
    try:
        connection = Connection(port)
    except OSError:
        return b""  # it does not listen yet
    try:
        return connection.ask(spoken.raw)
    finally:
        connection.close()


def _load(server: Server, world: World, spoken: Sequence[Spoken], at_once: int, done: Round) -> Driven:
    """Send commands; each must be confirmed, and each must have reached a light exactly once."""
    before = world.lights.record.total()
    driven = drive(server.port, spoken, at_once)
    _judge(driven, len(spoken), done)
    reached = world.lights.record.total() - before
    if reached != len(spoken):
        done.errors[f"{reached} commands reached the lights, not {len(spoken)}"] += 1
    return driven


def _judge(driven: Driven, sent: int, done: Round) -> None:
    done.answers += sent
    done.errors.update(fault for reply in driven.replies if (fault := wrong(reply.spoken, reply.raw)))
    if len(driven.replies) < sent:
        done.errors["never answered"] += sent - len(driven.replies)


def _latencies(driven: Driven, name: str, done: Round) -> None:
    milliseconds = sorted(reply.seconds * 1000 for reply in driven.replies)
    percentiles = quantiles(milliseconds, n=100, method="inclusive")
    done.figures |= {f"{name}_p50": percentiles[49], f"{name}_p99": percentiles[98], f"{name}_max": milliseconds[-1]}
